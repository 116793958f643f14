//! A cache as a run leaves it, for tests inside this process.

use std::time::Duration;

use reconcile::cache::{Cache, Owner};
use reconcile::commands::planning::recall::{Line, Refresh, Reuse};
use reconcile::commands::planning::source::Source;
use reconcile::commands::planning::{Planned, PlanningError, Question, Services, plan};

/// Lets the (paused) clock go on for so long that no further edit has the stamp of one that was seen.
pub(crate) async fn let_time_pass() {
    tokio::time::advance(Duration::from_secs(60)).await;
}

fn line<'a>(services: &'a Services, cache: &'a Cache, refresh: Refresh) -> Source<'a> {
    Source::Live(Line { services, cache: Some(Reuse { cache, refresh }), budget: None })
}

/// Reads everything, and keeps it.
pub(crate) async fn kept(services: &Services, question: &Question<'_>) -> Result<Cache, PlanningError> {
    let mut cache = Cache::new(Owner::default());
    let planned = plan(line(services, &cache, Refresh::Full), question, &|_, _, _| ()).await?;
    cache.full_at = Some(question.as_of);
    cache.groups.clone_from(&planned.account.groups);
    cache.watched.clone_from(&planned.seen.groups);
    let recall = &planned.seen.recall;
    cache.keep(&planned.account, &planned.seen.users, &recall.listed, recall.clock);
    Ok(cache)
}

/// Plans on what was kept.
pub(crate) async fn planned_on(
    cache: &Cache,
    services: &Services,
    question: &Question<'_>,
) -> Result<Planned, PlanningError> {
    plan(line(services, cache, Refresh::Changed), question, &|_, _, _| ()).await
}
