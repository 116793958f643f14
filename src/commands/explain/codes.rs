//! The catalogue of errors: each with the code that stands beside it, and what it means. `reconcile explain CODE` prints one, the
//! README's table is made from it.

/// An error's code, and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// As it is printed beside the error.
    pub name: &'static str,
    /// What it means and what to do, a sentence without its full stop.
    pub text: &'static str,
}

/// The code of this name.
pub fn find(name: &str) -> Option<Code> {
    ALL.iter().copied().find(|code| code.name == name.trim())
}

/// The codes that somebody may have meant: the best first, at most three.
pub fn near(word: &str) -> Vec<&'static str> {
    const ALIKE: f64 = 0.85;
    let word = word.trim().to_lowercase();
    let likeness = |name: &str| {
        let bare = name.rsplit("::").next().unwrap_or(name);
        strsim::jaro_winkler(&word, name).max(strsim::jaro_winkler(&word, bare))
    };
    let mut scored: Vec<(f64, &str)> = ALL.iter().map(|code| (likeness(code.name), code.name)).collect();
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    // Of those that come close only those that come as close as the best one.
    let best = scored.first().map_or(0.0, |(score, _)| *score);
    scored.retain(|(score, _)| *score > ALIKE && *score > best - 0.02);
    scored.into_iter().map(|(_, name)| name).take(3).collect()
}

macro_rules! codes {
    ($($name:literal: $text:literal,)*) => {
        /// All codes, by name.
        pub const ALL: &[Code] = &[$(Code { name: $name, text: $text },)*];
    };
}

codes! {
    "apply::clock": "this machine's clock and a service's are more than five minutes apart, so that access would be decided by a wrong clock (T27); set the clock",
    "apply::declined": "somebody was asked and did not answer `yes`; nothing was written",
    "apply::ended_early": "something concerns everybody, such as a key without calls or a Brivo that is down, so nothing more was begun; what was written is in the report, the next run does the rest",
    "apply::no_plan": "the file of `--plan` can't be read as a plan; save one with `--diff --out FILE`",
    "apply::plan_format": "the saved plan is of another version of this program; apply it with that version, or plan again with `--diff --out`",
    "apply::stale_plan": "the saved plan is not what would be done now, was edited, is too old, or is of another manifest or format (R8); plan again",
    "apply::unconfirmed": "there are changes and nobody can be asked; look at the plan, then give `--yes`, or run where `CI` is set",
    "brivo::calls_per_month": "the run would pass what `calls_per_month` leaves of this month's calls to Brivo (R13); wait for the next month, or raise the number if your tier has more",
    "brivo::unread": "Brivo could not be read, so there is no plan; nothing was written. The message names the call and what to check",
    "cache::unwritten": "the cache could not be written; the result stands, and the next run reads more (a warning)",
    "entrata::unread": "Entrata could not be read at all, so there is no plan; nothing was written. The message names what to check",
    "events::open": "the file of `--events` can't be opened, so the run was not begun",
    "explain::unknown_customer": "neither Entrata nor Brivo knows the customer; give Entrata's id, as in a plan behind the prefix",
    "explain::unknown_rule": "the word is no rule's id and no error's code",
    "explain::unknown_unit": "no property of the manifest has the unit; give its number, or a space's whole name, as Entrata has it",
    "journal::unreadable": "the journal can't be read; name a file that `--journal` of an apply wrote",
    "lock::file": "the lock file can't be used; name another place with `--lock`, the same one for every apply",
    "lock::held": "another apply is at work (R7); the message says who, where and since when. Wait until it has ended",
    "lock::leased": "another apply holds the lock in the object store (R7); wait, or take it away with `reconcile unlock` where that run is dead",
    "lock::lost": "the lock was lost before anything was written, so nothing was; see who is at work, and run again",
    "lock::no_lock": "what lies at the place of the lock is no lock and was left as it is; name a place that holds nothing yet",
    "manifest::bad_address": "an address is not one that can be called, or has a path where it may not have one",
    "manifest::bad_age": "a stretch of time is not written as in 90m, 1h or 2d",
    "manifest::bad_country": "a country is not written as its two letters, as in US",
    "manifest::bad_date": "a date is not in the calendar, or not written as in 2026-03-01",
    "manifest::bad_hour": "an hour is not written as in \"10:00\", in quotes and from 00:00 to 23:59",
    "manifest::bad_pattern": "a glob can't be read",
    "manifest::base": "the manifest of `--base` can't be used; what is wrong with it stands below",
    "manifest::blank_edge": "a text begins or ends with a blank, which is probably not meant",
    "manifest::contradiction": "two settings can't both hold; the message names them",
    "manifest::duplicate_adopt": "a customer or a Brivo user is adopted twice",
    "manifest::duplicate_entry": "something stands twice in a list",
    "manifest::duplicate_key": "a key stands twice in a section; YAML readers take the one or the other",
    "manifest::duplicate_name": "two properties have one name, so that plans and reports are hard to tell apart (a warning)",
    "manifest::duplicate_override": "a customer has two overrides",
    "manifest::duplicate_property": "two properties have one id",
    "manifest::duplicate_section": "a section that may stand in one file only stands in several",
    "manifest::empty": "a file holds nothing",
    "manifest::empty_value": "a key has no value",
    "manifest::ended_override": "an override's last day has passed: it has no effect any more (O4)",
    "manifest::faults": "the manifest can't be used; each mistake is shown below with its place and its mend",
    "manifest::hasty": "more calls a second than Brivo is known to allow (a warning)",
    "manifest::long_name": "a group's name is longer than Brivo's 35 characters, so no such group can exist",
    "manifest::missing_key": "a key that must be there is missing",
    "manifest::no_effect": "a setting does nothing as it stands (a warning)",
    "manifest::not_found": "there is no such file, or the directory holds no *.yaml and no *.yml; subfolders are not read",
    "manifest::not_text": "a file is not UTF-8",
    "manifest::odd_hour": "an hour at which clocks change on some date, so that it may not exist or exist twice (T6; a warning)",
    "manifest::offset_zone": "a time zone that is an offset and knows no summer time (a warning); name the place",
    "manifest::out_of_range": "a number is too small or too large",
    "manifest::placeholder": "a placeholder stands where it has no value",
    "manifest::secret": "something looks like a secret; secrets come from the environment only (R11). Take it out, and change it: it is in the history now",
    "manifest::several_documents": "a file holds more than one YAML document; use a file for each",
    "manifest::shared_group": "two buildings or units give one group; say `shared: true` if it is meant (U3, U6; a warning)",
    "manifest::syntax": "the text is no YAML",
    "manifest::tab": "a tab stands where YAML wants blanks",
    "manifest::too_deep": "sections stand in sections too many times",
    "manifest::too_large": "a file is larger than a manifest can be",
    "manifest::too_many_aliases": "more YAML aliases than a manifest can need",
    "manifest::unbalanced_brace": "a brace of a placeholder has no other one",
    "manifest::unknown_key": "there is no such key here; the help names the nearest one",
    "manifest::unknown_placeholder": "there is no such placeholder; there are {unit}, {space}, {building} and {floor}",
    "manifest::unknown_word": "the value is not one of the words that are possible here",
    "manifest::unknown_zone": "the IANA database has no such time zone; the help names near ones",
    "manifest::unquoted": "a value that YAML may take for a number, a date or a truth value needs quotes",
    "manifest::unreadable": "the system refuses to read the path",
    "manifest::unsupported": "a feature of YAML that a manifest may not use",
    "manifest::wrong_type": "a value is of another kind than it should be, as a text where a list is wanted",
    "output::unwritten": "a file beside the result (metrics, JUnit, events, GitHub's files) could not be written; the result and the exit stand (a warning)",
    "sandbox::start": "the embedded services could not start; a `.state.json` of another version may be in the way",
    "sandbox::world": "the world file can't be read or has a mistake; the message tells the line",
    "service::address": "an address of a service can't be used; see `url`, `api_url` and `auth_url` in the manifest",
    "settings::secrets": "secrets are missing or can't be read from their files; the message names each",
    "snapshot::damaged": "a part of the snapshot is missing or was changed, and a part is not planned from; take it again",
    "snapshot::format": "the snapshot is of another version of this program; take it again",
    "snapshot::io": "the snapshot can't be read or written; name a folder that this program may use, on a disk with room",
    "snapshot::lacks_users": "the snapshot holds no groups and dates of users whom this manifest manages or adopts; take it with this manifest",
    "snapshot::not_found": "there is no snapshot in that folder; take one with `reconcile snapshot --out DIR`",
    "store::address": "a place can't be used; write a path, or s3://bucket/name, gs://bucket/name or az://container/name",
    "store::denied": "the object store refuses these credentials; check them in the environment, and the right to read and write that one object",
    "store::failed": "the object store failed; the help names the credentials that it takes",
    "store::file": "a file can't be used; check the folder's owner and permissions, or name another place",
    "store::set_up": "the client of the object store can't be set up; the message says what is missing",
    "store::too_long": "what lies there is longer than what belongs there, so something else wrote it; name another place",
    "store::unsupported": "this build keeps nothing in object stores; build with the feature `object-store`, or give a path",
    "unlock::changed": "the lock changed hands meanwhile and was left alone; look again",
    "unlock::declined": "somebody was asked and did not answer `yes`; the lock stays",
    "unlock::file": "a lock in a file goes with its process, and is never taken away; end the process if it hangs",
    "unlock::unconfirmed": "nobody can be asked; make sure that the run has ended, and give `--yes` to take its lock away",
    "usage::unknown_customer": "`--customer` names somebody whom neither Entrata nor Brivo knows, so nothing is planned for them (a warning)",
    "usage::unknown_property": "a flag names a property that the manifest does not have",
}
