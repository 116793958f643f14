//! How long each stage of a run takes by itself, by the number of people: the manifest, the answers of both services, a snapshot, the
//! rendering, the comparison, and every form in which the result is told. All input is the sandbox's, made at random, always the same.
//!
//! `BENCH_PEOPLE=1000,100000` says at which sizes; without it 1,000 and 10,000.

#![allow(clippy::unwrap_used, reason = "a benchmark that can't go on says so by panicking")]

mod decoding;
mod house;
mod planning;
mod tape;
mod telling;

use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput};

use house::House;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where `BENCH_PEOPLE` is not set.
const SIZES: &str = "1000,10000";

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let sizes = std::env::var("BENCH_PEOPLE").unwrap_or_else(|_| SIZES.to_owned());
    for people in sizes.split(',') {
        let people = people.trim().replace('_', "").parse().unwrap();
        let house = House::of(people);
        decoding::bench(&mut criterion, &house);
        planning::bench(&mut criterion, &house);
        telling::bench(&mut criterion, &house);
    }
    criterion.final_summary();
}

/// Benchmarks of one stage at the size of the house.
fn stage<'a>(
    criterion: &'a mut Criterion,
    name: &'static str,
    house: &House,
) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(house.people));
    group
}
