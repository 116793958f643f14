//! How the program speaks: results on stdout, everything else on stderr, colours only where somebody can see them.

use std::io::{self, Write as _};
use std::path::Path;

use clap::error::ErrorKind;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, IntoDiagnostic as _};
use terminal_size::{Width, terminal_size_of};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::Exit;
use crate::cli::Speech;
use crate::cli::value::Log;
use crate::output::escape;
use crate::output::problem::annotation::command;
use crate::output::problem::problems;
use crate::output::text::Colour;

/// Prints a result. A reader that has seen enough is no error.
pub fn print(result: &str) -> miette::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(result.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.into_diagnostic(),
    }
}

/// Prints a long result that bears no colours, while it is written.
pub fn print_plain(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> miette::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.into_diagnostic(),
    }
}

/// Whether colours are seen where results are printed.
pub fn colour() -> Colour {
    match anstream::AutoStream::choice(&io::stdout()) {
        anstream::ColorChoice::Never => Colour::Off,
        anstream::ColorChoice::Auto | anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi => {
            Colour::On
        }
    }
}

/// Tells something beside the result, on stderr.
pub fn note(text: &str) {
    // Nobody can be told that stderr is closed.
    drop(writeln!(anstream::stderr().lock(), "{}", harmless(text)));
}

/// Shows what went wrong, with the fix.
pub fn report(report: &miette::Report) {
    show(report.as_ref());
}

/// Shows a problem or a warning, with the fix.
pub fn show(problem: &dyn Diagnostic) {
    let plain = page(problem, GraphicalTheme::unicode_nocolor());
    let shown = harmless(&plain);
    // Colours are for what has no codes of its own, which would hide among them.
    let mut text = if shown == plain { page(problem, GraphicalTheme::unicode()) } else { shown };
    if is_github() {
        text = problems(problem).iter().map(command).collect::<String>() + text.trim_end();
    }
    // Nobody can be told that stderr is closed.
    drop(writeln!(anstream::stderr().lock(), "{}\n", text.trim_end()));
}

fn page(problem: &dyn Diagnostic, theme: GraphicalTheme) -> String {
    let mut text = String::new();
    let theme = GraphicalTheme { characters: characters(), ..theme };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_context_lines(1);
    let handler = handler.with_width(width(Stream::Errors));
    // Most messages tell their cause already.
    let tells = problem.source().is_some_and(|cause| problem.to_string().contains(&cause.to_string()));
    let handler = if tells { handler.without_cause_chain() } else { handler.with_cause_chain() };
    if handler.render_report(&mut text, problem).is_err() {
        text = problem.to_string();
    }
    text
}

/// Lines that hold what no terminal or CI log should obey (P13), escaped; all others as they are.
fn harmless(text: &str) -> String {
    let harmless = |line: &str| {
        let obeyed = |c: char| escape::terminal(c.encode_utf8(&mut [0; 4])).len() > c.len_utf8();
        let commands = line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[");
        if commands || line.contains(obeyed) { escape::terminal(line) } else { line.to_owned() }
    };
    text.split('\n').map(harmless).collect::<Vec<_>>().join("\n")
}

/// Whether GitHub Actions, or who does as it does, reads what is told.
pub fn is_github() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Says that a file beside the result could not be written, which changes nothing of the result.
pub fn warn_unwritten(path: &Path, error: &io::Error) {
    let warning = miette::MietteDiagnostic::new(format!("{} was not written: {error}", path.display()))
        .with_code("output::unwritten")
        .with_severity(miette::Severity::Warning)
        .with_help("name a file in a folder that this program may write to; the run itself goes on");
    show(&warning);
}

/// Shows clap's own message; help and version are results, all else is an error.
pub fn usage(error: &clap::Error) -> Exit {
    // Nobody can be told that the output is closed.
    drop(error.print());
    let is_result = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if is_result { Exit::Done } else { Exit::Error }
}

/// Starts the logs.
pub fn begin(speech: &Speech) {
    let (all, own) = match (speech.quiet, speech.verbose) {
        (true, _) => (LevelFilter::ERROR, LevelFilter::ERROR),
        (false, 0) => (LevelFilter::WARN, LevelFilter::WARN),
        (false, 1) => (LevelFilter::WARN, LevelFilter::INFO),
        (false, _) => (LevelFilter::WARN, LevelFilter::DEBUG),
    };
    let levels = Targets::new().with_default(all).with_target(env!("CARGO_PKG_NAME"), own);
    let stderr = BoxMakeWriter::new(|| anstream::AutoStream::auto(io::stderr()));
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr);
    let logs = tracing_subscriber::registry().with(levels);
    match speech.log {
        Log::Text => logs.with(lines.with_target(false)).init(),
        Log::Json => logs.with(lines.json().with_ansi(false)).init(),
    }
}

fn characters() -> miette::ThemeCharacters {
    let speaks_unicode = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok());
    match speaks_unicode {
        Some(locale) if !locale.is_empty() && !locale.to_lowercase().contains("utf") => {
            miette::ThemeCharacters::ascii()
        }
        _ => miette::ThemeCharacters::unicode(),
    }
}

/// Where something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// stdout.
    Results,
    /// stderr.
    Errors,
}

/// How many columns a line may have: as `COLUMNS` says, else as many as the terminal has, else 120.
pub fn width(stream: Stream) -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = match stream {
        Stream::Results => terminal_size_of(io::stdout()),
        Stream::Errors => terminal_size_of(io::stderr()),
    };
    let seen = terminal.map(|(Width(columns), _)| usize::from(columns)).filter(|columns| *columns > 0);
    columns.or(seen).unwrap_or(120).max(40)
}
