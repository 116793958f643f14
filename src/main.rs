//! Parse the arguments, run, turn the result into an exit code.

use std::process::ExitCode;

use reconcile::cli::Cli;
use reconcile::commands::{self, Exit, speech};

/// A portfolio is millions of short texts, made and let go on several cores: what this allocator is for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    end_at_a_panic();
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(usage) => return speech::usage(&usage).into(),
    };
    speech::begin(&cli.speech);
    let exit = commands::run(cli).unwrap_or_else(|report| {
        speech::report(&report);
        Exit::Error
    });
    exit.into()
}

/// A panic, in whichever thread, ends the run after its message; and leaves no core dump, which would hold secrets.
fn end_at_a_panic() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        told(panic);
        #[expect(clippy::exit, reason = "what is not known to be sound is not gone on with")]
        std::process::exit(101);
    }));
}
