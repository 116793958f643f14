//! What should be, and how it differs from what is.

use criterion::{BenchmarkId, Criterion};
use reconcile::desired::render;

use super::house::House;
use super::stage;

pub(crate) fn bench(criterion: &mut Criterion, house: &House) {
    let mut group = stage(criterion, "render", house);
    group.bench_function(BenchmarkId::new("desired", house.people), |bencher| {
        bencher.iter(|| render(&house.manifest, &house.roster));
    });
    group.finish();

    let mut group = stage(criterion, "compare", house);
    for (name, account) in [("no change", &house.full.account), ("all new", &house.empty)] {
        group.bench_function(BenchmarkId::new(name, house.people), |bencher| {
            bencher.iter(|| house.compare(account));
        });
    }
    group.finish();
}
