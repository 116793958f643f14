//! The generous reading for a snapshot, so that a changed manifest can be planned from it too: every group of every managed user,
//! everybody's dates and credentials, and what Entrata says of everybody in no reply.

use super::sketch::{Sketch, properties};
use super::source::Source;
use super::{Leases, PlanningError, Question, Reading, Services, Watch};
use crate::access::UserId;
use crate::brivo::account::Credentials;
use crate::plan::incomplete::Prune;
use crate::snapshot::Content;

/// Reads both sides as widely as what is managed under this manifest asks for.
pub async fn read_everything(
    services: &Services,
    question: &Question<'_>,
    watch: Watch<'_>,
) -> Result<Content, PlanningError> {
    let source = Source::from(services);
    let date = question.as_of.date_naive();
    let mut sides = source.lists(&properties(question.manifest), date, None, watch).await?;
    let question = Question { leases: Leases::Stay, ..*question };
    let sketch = Sketch::of(question, std::mem::take(&mut sides.roster), None, &sides.account);
    let users: Vec<UserId> = sketch.users.iter().copied().collect();
    let progress = |done, of| watch(Reading::Memberships, done, of);
    services.brivo.read_whole_memberships(&mut sides.account, &users, &progress).await?;
    let doubts = sketch.doubts(&sides.account, Prune::On);
    let answers = source.look_ups(&sides, &doubts, watch).await?;
    let progress = |done, of| watch(Reading::Details, done, of);
    services.brivo.read_details(&mut sides.account, &users, Credentials::Read, &progress).await?;
    Ok(Content { roster: sketch.into_roster(), account: sides.account, answers })
}
