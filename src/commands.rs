//! What each command does, in ten lines of story each.

pub mod adopt;
pub mod apply;
pub mod audit;
pub mod beside;
pub mod budget;
pub mod caching;
pub mod clock;
pub mod completions;
pub mod customers;
pub mod diff;
pub mod doctor;
pub mod explain;
pub mod interrupt;
pub mod load;
pub mod locking;
pub mod man;
pub mod planning;
pub mod progress;
pub mod report;
pub mod sandbox;
pub mod schema;
pub mod session;
pub mod show;
pub mod snapshot;
pub mod speech;
pub mod undo;
pub mod unlock;
pub mod validate;

use std::process::ExitCode;

use miette::IntoDiagnostic as _;

use crate::access::Instant;
use crate::cli::{Cli, Command};

/// How a run ended, in the order in which one is given where several hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Usage, a bad manifest, no access, a lock, a stale plan, a service that is down.
    Error,
    /// A guard held something back.
    Held,
    /// Done, but somebody must look.
    MustLook,
    /// There are changes, and that was asked.
    Changes,
    /// Done.
    Done,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// The number that the caller of the program gets.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Changes => 2,
            Self::MustLook => 3,
            Self::Held => 4,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Does what the command line says.
pub fn run(cli: Cli) -> miette::Result<Exit> {
    match cli.command {
        None if cli.run.apply => wait(apply::run(&cli.run, &cli.speech)),
        None => wait(diff::run(&cli.run, &cli.speech)),
        Some(Command::Sandbox { world, listen, generate, seed }) => wait(async {
            sandbox::run(world, listen, generate, seed, now()).await.into_diagnostic()?;
            Ok(Exit::Done)
        }),
        Some(Command::Validate { manifest, code_quality }) => {
            validate::run(&manifest, code_quality.as_deref(), now().date_naive())
        }
        Some(Command::Schema { document }) => schema::run(document),
        Some(Command::Adopt { manifest, sight }) => wait(adopt::run(&manifest, &sight, &cli.speech)),
        Some(Command::Report { report }) => report::run(&report, &cli.speech),
        Some(Command::Doctor(asked)) => wait(doctor::run(&asked)),
        Some(Command::Snapshot { manifest, out, sight }) => {
            wait(snapshot::run(&manifest, &out, &sight, &cli.speech))
        }
        Some(Command::Explain(asked)) => explain::run(&asked, &cli.speech),
        Some(Command::Unlock(asked)) => wait(unlock::run(&asked)),
        Some(Command::Completions { shell }) => completions::run(shell),
        Some(Command::Man { folder }) => man::run(folder.as_deref()),
    }
}

fn wait(command: impl Future<Output = miette::Result<Exit>>) -> miette::Result<Exit> {
    // One thread beside this one: what takes long is done on rayon's.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.into_diagnostic()?.block_on(command)
}

/// The program's one look at the clock, to the second.
#[expect(clippy::disallowed_methods, reason = "everything else takes the instant from here")]
pub(crate) fn now() -> Instant {
    use chrono::SubsecRound as _;
    chrono::Utc::now().trunc_subsecs(0)
}
