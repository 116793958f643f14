//! What comes in: the manifest's text, the pages of both services, a snapshot.

use criterion::{BenchmarkId, Criterion};
use reconcile::access::PropertyId;
use reconcile::entrata;
use reconcile::manifest::parse;
use reconcile::snapshot::{Header, Snapshot, save};

use super::house::House;
use super::stage;

pub(crate) fn bench(criterion: &mut Criterion, house: &House) {
    let mut group = stage(criterion, "manifest", house);
    group.bench_function(BenchmarkId::new("parse", house.people), |bencher| {
        bencher.iter(|| parse(&house.files));
    });
    group.finish();

    let mut group = stage(criterion, "decode", house);
    let properties: Vec<PropertyId> = house.properties().into_iter().collect();
    let date = house.as_of.date_naive();
    let services = house.services();
    group.bench_function(BenchmarkId::new("entrata pages", house.people), |bencher| {
        let read = || entrata::snapshot(&services.entrata, &properties, date);
        bencher.iter(|| house.runtime.block_on(read()).unwrap());
    });
    group.bench_function(BenchmarkId::new("brivo pages", house.people), |bencher| {
        bencher.iter(|| house.runtime.block_on(services.brivo.lists(&|_, _| ())).unwrap());
    });
    let folder = tempfile::tempdir().unwrap();
    let header = Header::new(house.as_of, house.properties());
    save(folder.path(), &header, &house.full).unwrap();
    group.bench_function(BenchmarkId::new("snapshot", house.people), |bencher| {
        bencher.iter(|| Snapshot::open(folder.path()).unwrap().read(&header.properties).unwrap());
    });
    group.finish();
}
