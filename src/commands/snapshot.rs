//! `snapshot`: saves both sides, so that this manifest and changed ones can be planned from them without network and secrets.

use std::path::Path;

use super::planning::sketch::properties;
use super::progress::{Progress, Quiet};
use super::session::Session;
use super::{Exit, speech};
use crate::cli::{Sight, Speech};
use crate::output::count;
use crate::snapshot::{Content, Header, save};

/// Reads, saves, and says what is in it.
pub async fn run(manifest: &Path, out: &Path, sight: &Sight, speech: &Speech) -> miette::Result<Exit> {
    let session = Session::look(manifest, sight, &[]).await?;
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let content = session.read_everything(&|what, done, of| progress.reading(what, done, of)).await;
    progress.end();
    let content = content?;
    let header = Header::new(session.as_of, properties(&session.loaded.manifest));
    let path = save(out, &header, &content)?;
    let Content { roster, account, answers } = &content;
    speech::print(&format!(
        "{}: {}, {}, {}, {}, {}, as of {}\n",
        path.display(),
        count(roster.properties.len(), "property", "properties"),
        count(roster.leases.len(), "lease", "leases"),
        count(account.groups.len(), "group", "groups"),
        count(account.users.len(), "user", "users"),
        count(answers.len(), "look-up", "look-ups"),
        header.taken_at.format("%Y-%m-%dT%H:%M:%SZ"),
    ))?;
    session.end().await;
    Ok(Exit::Done)
}
