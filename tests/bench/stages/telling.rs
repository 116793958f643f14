//! What goes out: the plan of all-new in each `--format`, and the access review of everybody in each form of a report.

use std::io;

use criterion::{BenchmarkId, Criterion};
use reconcile::commands::show::properties;
use reconcile::output::review::About;
use reconcile::output::table::{self, Form};
use reconcile::output::text::{Colour, View};
use reconcile::output::{html, json, markdown, review, text};
use reconcile::plan::Scope;
use reconcile::plan::between::Sides;
use reconcile::plan::directory::Directory;
use reconcile::plan::occupancy::{Sources, occupancy};

use super::house::House;
use super::stage;

/// Columns of the terminal that is written for.
const WIDTH: usize = 120;

pub(crate) fn bench(criterion: &mut Criterion, house: &House) {
    plans(criterion, house);
    reviews(criterion, house);
}

fn plans(criterion: &mut Criterion, house: &House) {
    let plan = house.compare(&house.empty);
    let properties = properties(&house.manifest);
    let view = View { properties: &properties, colour: Colour::On, width: WIDTH };
    let sources =
        Sources { roster: &house.roster, desired: &house.desired, scope: &plan.scope, as_of: house.as_of };
    let mut group = stage(criterion, "plan", house);
    let id = |form| BenchmarkId::new(form, house.people);
    group.bench_function(id("text"), |bencher| bencher.iter(|| told(|out| text::write(out, &plan, &view))));
    group.bench_function(id("json"), |bencher| bencher.iter(|| told(|out| json::write(out, &plan))));
    group.bench_function(id("markdown"), |bencher| {
        bencher.iter(|| told(|out| markdown::write(out, &plan, &properties)));
    });
    group.bench_function(id("html"), |bencher| {
        bencher.iter(|| told(|out| html::write(out, &plan, &occupancy(&sources), &properties)));
    });
    group.finish();
}

fn reviews(criterion: &mut Criterion, house: &House) {
    let plan = house.compare(&house.full.account);
    let properties = properties(&house.manifest);
    let scope = Scope::default();
    let (desired, account) = (&house.desired, &house.full.account);
    let directory = &Directory::of(desired, account);
    let sides = Sides { desired, account, directory, scope: &scope, as_of: house.as_of };
    let about = About { actor: "bench".to_owned(), run_at: house.as_of, plan: &plan };
    let rows = reconcile::plan::review::review(&sides, &plan);
    let mut group = stage(criterion, "access-review", house);
    for (name, form) in [
        ("text", Form::Text),
        ("json", Form::Json),
        ("markdown", Form::Markdown),
        ("html", Form::Html),
        ("csv", Form::Csv),
    ] {
        group.bench_function(BenchmarkId::new(name, house.people), |bencher| {
            let table = |out: &mut Vec<u8>| {
                table::write(out, &review::table(&rows, &about, &properties), form, &properties)
            };
            bencher.iter(|| told(table));
        });
    }
    group.finish();
}

/// What one of the forms writes.
fn told(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    out
}
