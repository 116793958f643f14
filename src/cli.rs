//! The command line as types; nothing happens here.

mod meant;
pub mod report;
pub mod value;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::error::ErrorKind;
use clap::{ArgAction, ArgGroup, Args, CommandFactory as _, Parser, Subcommand};

use value::{Ahead, Allowance, Document, Format, GrantAllowance, Log, Part, Pii, Refresh, duration, instant};

const SELECTION: &str = "What is planned";
const PRINTING: &str = "What is printed and saved";
const READING: &str = "How Brivo is read";
const WRITING: &str = "How it is written";
const BRAKES: &str = "What may be taken";
const MACHINES: &str = "For programs";
const SPEECH: &str = "How it speaks";

const EXAMPLES: &str = "\
Examples:
  reconcile validate                          check reconcile.yaml; no network, no secrets
  reconcile --diff                            what would change, and why
  reconcile --diff --out plan.json portfolio/ save the plan of a directory of manifests
  reconcile --apply --plan plan.json          make exactly that so
  reconcile --diff --sandbox world.yaml       try it without Entrata and Brivo
  reconcile --diff --upcoming 7d              and what time alone will bring this week
  reconcile explain T14                       what a rule says
  reconcile explain manifest::unknown_key     what the code beside an error means
  reconcile explain --customer 990001         why somebody can or can't get in, and what will change

Secrets come from the environment, each also as NAME_FILE: ENTRATA_API_KEY, or ENTRATA_USERNAME and ENTRATA_PASSWORD;
BRIVO_API_KEY, BRIVO_CLIENT_ID, BRIVO_CLIENT_SECRET, BRIVO_USERNAME, BRIVO_PASSWORD.

Exit codes: 0 done, 1 error, 2 there are changes (--detailed-exitcode), 3 somebody must look, 4 a guard held something back.";

/// Keeps the doors of apartment buildings (Brivo) in step with their leases (Entrata).
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    override_usage = "reconcile --diff [OPTIONS] [MANIFEST]\n       reconcile --apply [OPTIONS] [MANIFEST]\n       reconcile <COMMAND>",
)]
pub struct Cli {
    /// What `--diff` and `--apply` do.
    #[command(flatten)]
    pub run: Run,
    /// Anything else.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How the program speaks.
    #[command(flatten)]
    pub speech: Speech,
}

/// `--diff` or `--apply`, and how.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("mode").args(["diff", "apply"]).required(true))]
pub struct Run {
    /// The manifest: a file, or a directory with all its *.yaml and *.yml
    #[arg(value_name = "MANIFEST", default_value = "reconcile.yaml")]
    pub manifest: PathBuf,

    /// Show what would change; write nothing in either service
    #[arg(long)]
    pub diff: bool,

    /// Make it so
    #[arg(long)]
    pub apply: bool,

    /// How the plan is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = PRINTING)]
    pub format: Format,

    /// Also save the plan, as JSON that only its owner can read
    #[arg(long, value_name = "FILE", conflicts_with = "apply", help_heading = PRINTING)]
    pub out: Option<PathBuf>,

    /// Apply exactly this saved plan, or refuse (rule R8)
    #[arg(long, value_name = "FILE", conflicts_with = "diff", help_heading = WRITING)]
    pub plan: Option<PathBuf>,

    /// Decide as of that instant; with --apply only against a sandbox
    #[arg(long, value_name = "RFC3339", value_parser = instant, help_heading = SELECTION)]
    pub as_of: Option<DateTime<Utc>>,

    /// Only people with a lease in, or a group of, this property (repeatable)
    #[arg(long = "property", value_name = "ID", help_heading = SELECTION)]
    pub properties: Vec<u64>,

    /// Only this Entrata customer (repeatable)
    #[arg(long = "customer", value_name = "ID", help_heading = SELECTION)]
    pub customers: Vec<String>,

    /// Only the K-th of N even parts of the properties, each person in one of them; N jobs together do what one would
    #[arg(long, value_name = "K/N", conflicts_with = "plan", help_heading = SELECTION)]
    pub shard: Option<Part>,

    /// Let a property lose exactly N people, or this one up to N (rule R3; repeatable)
    #[arg(long, value_name = "[PROPERTY=]N", help_heading = BRAKES)]
    pub allow_revokes: Vec<Allowance>,

    /// Let up to N people be put into a group that is sensitive or gets too many (rule R3; repeatable)
    #[arg(long, value_name = "GROUP_ID=N", help_heading = BRAKES)]
    pub allow_grants: Vec<GrantAllowance>,

    /// Take what nothing maps people on unmapped units to (rule U5)
    #[arg(long, help_heading = BRAKES)]
    pub allow_unmapped_revoke: bool,

    /// Delete the records of people whom Entrata no longer knows (rule D9)
    #[arg(long, help_heading = BRAKES)]
    pub prune: bool,

    /// Exit with 2 if there are changes
    #[arg(long, conflicts_with = "apply", help_heading = PRINTING)]
    pub detailed_exitcode: bool,

    /// Also show what time alone will bring in the days ahead, e.g. 7d or 12h
    #[arg(long, value_name = "AHEAD", conflicts_with = "apply", help_heading = SELECTION)]
    pub upcoming: Option<Ahead>,

    /// Ask no question before writing
    #[arg(long, conflicts_with = "diff", help_heading = WRITING)]
    pub yes: bool,

    /// Names, e-mails and phones in what is printed and saved [default: hide when CI is set, else show]
    #[arg(long, value_enum, help_heading = PRINTING)]
    pub pii: Option<Pii>,

    /// Tell what this manifest changes from what was pending under that one
    #[arg(long, value_name = "MANIFEST", conflicts_with = "apply", help_heading = SELECTION)]
    pub base: Option<PathBuf>,

    /// Plan from what `reconcile snapshot` saved, without network and secrets
    #[arg(long, value_name = "DIR", conflicts_with_all = ["apply", "sandbox"], help_heading = SELECTION)]
    pub snapshot: Option<PathBuf>,

    /// Keep what was last seen of Brivo there: a folder, s3://…, gs://… or az://…
    #[arg(long, value_name = "DIR|URL", conflicts_with = "snapshot", help_heading = READING)]
    pub cache: Option<String>,

    /// How much of Brivo is read again [default: changed, where the cache holds a full read at most 7 days old]
    #[arg(long, value_enum, requires = "cache", help_heading = READING)]
    pub refresh: Option<Refresh>,

    /// Where the lock lives: a path, s3://…, gs://… or az://… [default: a file in the cache's folder, else in the user's state directory]
    #[arg(long, value_name = "URL", conflicts_with = "diff", help_heading = WRITING)]
    pub lock: Option<String>,

    /// With --apply, also save the way back: a plan for --apply --plan that restores what Brivo holds now
    #[arg(long, value_name = "FILE", conflicts_with = "diff", help_heading = WRITING)]
    pub undo: Option<PathBuf>,

    /// Who the journal and the lock say it was [default: what the build service tells, else the user]
    #[arg(long, value_name = "NAME", conflicts_with = "diff", help_heading = WRITING)]
    pub actor: Option<String>,

    /// Append the audit records, as JSON lines
    #[arg(long, value_name = "FILE", conflicts_with = "diff", help_heading = WRITING)]
    pub journal: Option<PathBuf>,

    /// With --diff, count in the journal of the applies what they took in the last 24 hours (rule R3)
    #[arg(long, value_name = "FILE", conflicts_with = "apply", help_heading = BRAKES)]
    pub history: Option<PathBuf>,

    /// End the run after this time, e.g. 30m or 2h: nothing more is asked or written then [default: no end]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = WRITING)]
    pub deadline: Option<Duration>,

    /// Use an embedded Entrata and Brivo that hold this world, not the manifest's services
    #[arg(long, value_name = "WORLD", help_heading = SELECTION)]
    pub sandbox: Option<PathBuf>,

    /// Files for programs, beside what is printed.
    #[command(flatten)]
    pub machines: Machines,
}

/// Files for programs, beside what is printed.
#[derive(Debug, Clone, Default, Args)]
pub struct Machines {
    /// Add a JSON line for each thing that happens, while it happens
    #[arg(long, value_name = "FILE", help_heading = MACHINES)]
    pub events: Option<PathBuf>,

    /// Write how the run went, in Prometheus' text format
    #[arg(long, value_name = "FILE", help_heading = MACHINES)]
    pub metrics: Option<PathBuf>,

    /// Write guards, and what somebody must look at, as a `JUnit` report
    #[arg(long, value_name = "FILE", help_heading = MACHINES)]
    pub junit: Option<PathBuf>,
}

/// How the program speaks on stderr.
#[derive(Debug, Clone, Args)]
pub struct Speech {
    /// The form of logs on stderr
    #[arg(long, value_enum, default_value_t = Log::Text, global = true, help_heading = SPEECH)]
    pub log: Log,

    /// Tell more on stderr (twice: every call)
    #[arg(short, long, action = ArgAction::Count, global = true, help_heading = SPEECH)]
    pub verbose: u8,

    /// Tell errors only on stderr
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = SPEECH)]
    pub quiet: bool,
}

/// Everything beside `--diff` and `--apply`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a manifest without network and secrets
    #[command(
        after_help = "Examples:\n  reconcile validate\n  reconcile validate portfolio/ --code-quality gl-code-quality.json"
    )]
    Validate {
        /// A file, or a directory with all its *.yaml and *.yml
        #[arg(value_name = "MANIFEST", default_value = "reconcile.yaml")]
        manifest: PathBuf,
        /// Also write the problems as a code-quality report of GitLab
        #[arg(long, value_name = "FILE")]
        code_quality: Option<PathBuf>,
    },
    /// Print a JSON Schema
    Schema {
        /// Of which document
        document: Document,
    },
    /// Say what a rule or an error's code means, or what was seen, decided and will change of a person or a unit
    #[command(
        after_help = "Examples:\n  reconcile explain T14\n  reconcile explain manifest::unknown_key\n  reconcile explain --customer 990001 portfolio/\n  reconcile explain --unit 302 --property 500001",
        override_usage = "reconcile explain <RULE|CODE>\n       reconcile explain --customer <ID> [OPTIONS] [MANIFEST]\n       reconcile explain --unit <UNIT> [OPTIONS] [MANIFEST]"
    )]
    Explain(Explain),
    /// Print an `adopt:` section for Brivo users made by hand who look like people on leases
    #[command(
        after_help = "Examples:\n  reconcile adopt > adopt.yaml\n  reconcile adopt --sandbox world.yaml portfolio/"
    )]
    Adopt {
        /// A file, or a directory with all its *.yaml and *.yml
        #[arg(value_name = "MANIFEST", default_value = "reconcile.yaml")]
        manifest: PathBuf,
        /// Where it is looked at
        #[command(flatten)]
        sight: Sight,
    },
    /// Print a report for those who don't read code
    #[command(
        after_help = "Examples:\n  reconcile report access-review --format html > review.html\n  reconcile report journal --journal journal.jsonl"
    )]
    Report {
        /// Which one
        #[command(subcommand)]
        report: report::Report,
    },
    /// Check the manifest, the secrets, both services and this machine, and say what to do
    #[command(after_help = "Examples:\n  reconcile doctor\n  reconcile doctor portfolio/")]
    Doctor(Doctor),
    /// Save both sides, to plan from them later without network and secrets (`--diff --snapshot`)
    #[command(
        after_help = "Examples:\n  reconcile snapshot --out yesterday\n  reconcile --diff --snapshot yesterday"
    )]
    Snapshot {
        /// A file, or a directory with all its *.yaml and *.yml
        #[arg(value_name = "MANIFEST", default_value = "reconcile.yaml")]
        manifest: PathBuf,
        /// The folder; made where it is not there, readable by its owner only
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Where it is looked at
        #[command(flatten)]
        sight: Sight,
    },
    /// Serve an Entrata and a Brivo over HTTP until stopped
    #[command(
        after_help = "Examples:\n  reconcile sandbox world.yaml --listen 127.0.0.1:8080\n  reconcile sandbox --generate residents=100,units=60,properties=2,seed=7 > world.yaml"
    )]
    Sandbox {
        /// What they hold
        #[arg(value_name = "WORLD", required_unless_present = "generate")]
        world: Option<PathBuf>,
        /// Print a world made at random instead, e.g. residents=100,units=60,properties=2,seed=7
        #[arg(long, value_name = "SPEC", conflicts_with = "world")]
        generate: Option<String>,
        /// Where they listen; port 0 takes a free one
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        /// Decides what happens by chance, in place of the world's `seed`: the same number, the same faults
        #[arg(long, value_name = "NUMBER", conflicts_with = "generate")]
        seed: Option<u64>,
    },
    /// Tell who holds the lock, and take one in an object store away from a run that is dead
    #[command(after_help = "Examples:\n  reconcile unlock\n  reconcile unlock --lock s3://doors/lock --yes")]
    Unlock(Unlock),
    /// Print a shell's completion script
    #[command(
        after_help = "Examples:\n  reconcile completions bash > ~/.local/share/bash-completion/completions/reconcile\n  reconcile completions zsh > \"${fpath[1]}/_reconcile\""
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one for each command into a folder
    #[command(after_help = "Examples:\n  reconcile man | man -l -\n  reconcile man ~/.local/share/man/man1")]
    Man {
        /// A folder that is there
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

/// What is to be explained.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("subject").args(["customer", "unit"]))]
pub struct Explain {
    /// The rule's id, such as T14, or the error's code; of a person or a unit the manifest [default: reconcile.yaml]
    #[arg(value_name = "RULE|CODE|MANIFEST", required_unless_present = "subject")]
    pub what: Option<String>,

    /// The person, by Entrata's customer id
    #[arg(long, value_name = "ID")]
    pub customer: Option<String>,

    /// The unit, by its number or one of its spaces
    #[arg(long)]
    pub unit: Option<String>,

    /// Only units of this property (repeatable)
    #[arg(long = "property", value_name = "ID", requires = "unit")]
    pub properties: Vec<u64>,

    /// Look at what `reconcile snapshot` saved, without network and secrets
    #[arg(long, value_name = "DIR", conflicts_with = "sandbox")]
    pub snapshot: Option<PathBuf>,

    /// Where it is looked at
    #[command(flatten)]
    pub sight: Sight,
}

/// What is to be examined.
#[derive(Debug, Args)]
pub struct Doctor {
    /// A file, or a directory with all its *.yaml and *.yml
    #[arg(value_name = "MANIFEST", default_value = "reconcile.yaml")]
    pub manifest: PathBuf,

    /// Where the lock of an apply lives [default: as with --apply]
    #[arg(long, value_name = "URL")]
    pub lock: Option<String>,

    /// The journal of the applies
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,

    /// Where it is looked at
    #[command(flatten)]
    pub sight: Sight,
}

/// Which lock is looked at.
#[derive(Debug, Args)]
pub struct Unlock {
    /// The manifest whose lock it is; not read with --lock
    #[arg(value_name = "MANIFEST", default_value = "reconcile.yaml")]
    pub manifest: PathBuf,

    /// Where the lock lives [default: where an apply of the manifest looks for it]
    #[arg(long, value_name = "URL")]
    pub lock: Option<String>,

    /// Ask no question
    #[arg(long)]
    pub yes: bool,

    /// The cache of the applies, in whose folder the lock lives
    #[arg(long, value_name = "DIR|URL", conflicts_with = "lock")]
    pub cache: Option<String>,

    /// The lock of this world's sandbox
    #[arg(long, value_name = "WORLD", conflicts_with = "lock")]
    pub sandbox: Option<PathBuf>,
}

/// As of when, and through which services, a command looks that writes nothing.
#[derive(Debug, Clone, Default, Args)]
pub struct Sight {
    /// Decide as of that instant
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    pub as_of: Option<DateTime<Utc>>,

    /// Names, e-mails and phones in what is printed [default: hide when CI is set, else show]
    #[arg(long, value_enum)]
    pub pii: Option<Pii>,

    /// Use an embedded Entrata and Brivo that hold this world, not the manifest's services
    #[arg(long, value_name = "WORLD")]
    pub sandbox: Option<PathBuf>,
}

impl Cli {
    /// Reads the arguments; what clap can't say of how they fit together is checked here.
    pub fn read() -> Result<Self, clap::Error> {
        Self::from_words(std::env::args_os())
    }

    fn from_words(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let words: Vec<OsString> = words.into_iter().collect();
        let cli = Self::try_parse_from(&words).map_err(|error| meant::meant(&words, error))?;
        if cli.run.apply && cli.run.as_of.is_some() && cli.run.sandbox.is_none() {
            let message =
                "--as-of with --apply needs --sandbox: the real services are written as of now only";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(cli)
    }
}

#[cfg(test)]
mod tests;
