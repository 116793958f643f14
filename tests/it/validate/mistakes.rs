//! The mistakes, each with what must be told of it.

const WHOLE: &str = include_str!("../manifests/whole.yaml");
pub(super) const LEAST: &str = include_str!("../manifests/least.yaml");

/// One mistake: what it is called, the text whose line is pointed at, a word of the fix.
pub(super) struct Mistake {
    pub(super) text: String,
    pub(super) code: &'static str,
    pub(super) at: &'static str,
    pub(super) fix: &'static str,
}

fn mistake(text: impl Into<String>, code: &'static str, at: &'static str, fix: &'static str) -> Mistake {
    Mistake { text: text.into(), code, at, fix }
}

/// The whole manifest with one text replaced.
fn whole(right: &str, wrong: &str, code: &'static str, at: &'static str, fix: &'static str) -> Mistake {
    assert!(WHOLE.contains(right), "{right} is not in the example");
    mistake(WHOLE.replacen(right, wrong, 1), code, at, fix)
}

/// The least manifest with lines added at its end, inside its property where they are indented.
fn least(added: &str, code: &'static str, at: &'static str, fix: &'static str) -> Mistake {
    mistake(format!("{LEAST}{added}\n"), code, at, fix)
}

/// Everything that makes a manifest unusable.
pub(super) fn errors() -> Vec<Mistake> {
    let groups = [
        of_the_text(),
        of_the_keys(),
        of_the_words_and_dates(),
        of_the_numbers_and_names(),
        of_addresses_and_secrets(),
        of_entries(),
        of_contradictions(),
    ];
    groups.into_iter().flatten().collect()
}

fn of_the_text() -> Vec<Mistake> {
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let bomb = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n\
                c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n\
                e: [*d, *d, *d]\n";
    vec![
        mistake("version: 1\n\"entrata: x\n", "manifest::syntax", "\"entrata", "quote"),
        mistake("version: 1\nentrata:\n\turl: x\n", "manifest::tab", "\turl", "spaces"),
        mistake(format!("{LEAST}---\nversion: 1\n"), "manifest::several_documents", "---", "directory"),
        mistake("# nothing here\n", "manifest::empty", "# nothing", "version: 1"),
        mistake("- version: 1\n", "manifest::wrong_type", "- version", "version: 1"),
        mistake("reconcile\n", "manifest::wrong_type", "reconcile", "version: 1"),
        mistake(format!("version: 1\nproperties: {deep}\n"), "manifest::too_deep", "properties", "brackets"),
        mistake(bomb, "manifest::too_many_aliases", "e: [", "defaults"),
        mistake("a: &a [*a]\n", "manifest::unsupported", "a: &a", "write the value out"),
        least("    <<: *shared", "manifest::unsupported", "<<: *shared", "defaults"),
        least("    ? [a]\n    : b", "manifest::unsupported", "? [a]", "plain key"),
        least("    country: !!str US", "manifest::unsupported", "country", "quotes"),
        least("    name: Birch Court", "manifest::duplicate_key", "    name: Birch", "remove"),
    ]
}

fn of_the_keys() -> Vec<Mistake> {
    vec![
        whole("end_time: \"16:00\"", "end_tme: \"16:00\"", "manifest::unknown_key", "end_tme", "`end_time`"),
        least("    max_revokes: 3", "manifest::unknown_key", "max_revokes", "`guard`"),
        least("    colour: blue", "manifest::unknown_key", "colour", "the keys here are"),
        whole("version: 1\n", "", "manifest::missing_key", "entrata:", "version: 1"),
        mistake(
            LEAST.replace("entrata:\n  url", "brivo:\n  api_url"),
            "manifest::missing_key",
            "version",
            "entrata:",
        ),
        mistake(LEAST.split("properties").next().unwrap(), "manifest::missing_key", "version", "properties:"),
        whole("  url: https://apis", "  # https://apis", "manifest::missing_key", "entrata:", "url"),
        whole("  - id: 500001", "  - country: CA #", "manifest::missing_key", "  - country", "PropertyID"),
        whole("    name: Alder Court  ", "    #", "manifest::missing_key", "  - id", "MarketingName"),
        whole("    time_zone: America/Chicago\n", "", "manifest::missing_key", "  - id", "time_zone"),
        whole(
            "      - match: \"*\"  ",
            "      - shared: true  ",
            "manifest::missing_key",
            "- shared",
            "match",
        ),
        whole(
            "        groups: [Alder Building A]\n",
            "",
            "manifest::missing_key",
            "- match: [\"1*\"",
            "groups",
        ),
        whole(
            "    reason: \"Writ executed, LEG-118\"\n",
            "",
            "manifest::missing_key",
            "- customer: 990001",
            "reason",
        ),
        whole("    owner: legal@alder.example\n", "", "manifest::missing_key", "- customer: 990001", "owner"),
        whole("    until: 2026-12-31\n", "", "manifest::missing_key", "- customer: 990001", "until"),
        whole("    effect: revoke   ", "    #", "manifest::missing_key", "- customer: 990001", "effect"),
        whole("groups: [\"Cedar *\"], effect", "effect", "manifest::missing_key", "property: 500009", "keep"),
    ]
}

fn of_the_words_and_dates() -> Vec<Mistake> {
    vec![
        whole("version: 1\n", "version: 2\n", "manifest::out_of_range", "version: 2", "1"),
        whole("start_time: \"10:00\"", "start_time: 9am", "manifest::bad_hour", "9am", "16:00"),
        whole("start_time: \"10:00\"", "start_time: \"9:00\"", "manifest::bad_hour", "\"9:00\"", "09:00"),
        whole("end_time: \"16:00\"", "end_time: \"4:00 pm\"", "manifest::bad_hour", "4:00 pm", "16:00"),
        whole("end_time: \"16:00\"", "end_time: \"24:00\"", "manifest::bad_hour", "24:00", "23:59"),
        whole("end_time: \"16:00\"", "end_time: 16", "manifest::bad_hour", "end_time: 16", "HH:MM"),
        whole("America/Chicago", "America/Chicgo", "manifest::unknown_zone", "Chicgo", "America/Chicago"),
        whole("America/Chicago", "CST", "manifest::unknown_zone", "CST", "America/Chicago"),
        whole("America/Chicago", "GMT+5", "manifest::unknown_zone", "GMT+5", "America/Chicago"),
        whole("country: US", "country: USA", "manifest::bad_country", "country: USA", "US"),
        whole("country: US", "country: UK", "manifest::bad_country", "country: UK", "GB"),
        whole("plan_max_age: 1h", "plan_max_age: 60", "manifest::bad_age", "plan_max_age", "1h"),
        whole("plan_max_age: 1h", "plan_max_age: 0h", "manifest::bad_age", "plan_max_age", "90m"),
        whole("until: 2026-12-31", "until: 2026-02-30", "manifest::bad_date", "2026-02-30", "YYYY-MM-DD"),
        whole("until: 2026-12-31", "until: 12/31/2026", "manifest::bad_date", "12/31/2026", "2026-12-31"),
        whole(
            "end_date: move_out",
            "end_date: leese_end",
            "manifest::unknown_word",
            "leese_end",
            "`lease_end`",
        ),
        whole("mode: live", "mode: yes", "manifest::unknown_word", "mode: yes", "`grants_only`"),
        whole(
            "effect: revoke   ",
            "effect: delete   ",
            "manifest::unknown_word",
            "effect: delete",
            "`suspend`",
        ),
        whole("auth: api_key", "auth: apikey", "manifest::unknown_word", "auth: apikey", "`api_key`"),
        whole("[notice, past, future]", "[notice, gone]", "manifest::unknown_word", "gone", "`past`"),
    ]
}

fn of_the_numbers_and_names() -> Vec<Mistake> {
    vec![
        whole(
            "calls_per_second: 20",
            "calls_per_second: 0",
            "manifest::out_of_range",
            "second: 0",
            "1 or more",
        ),
        whole(
            "calls_per_month: 25000",
            "calls_per_month: lots",
            "manifest::wrong_type",
            "lots",
            "whole number",
        ),
        whole("start_early_days: 0", "start_early_days: -1", "manifest::out_of_range", "days: -1", "from 0"),
        whole("max_revoke_percent: 10", "max_revoke_percent: 101", "manifest::out_of_range", "101", "100"),
        whole("max_revokes: 5", "max_revokes: 2.5", "manifest::wrong_type", "2.5", "whole number"),
        whole("id: 500001", "id: \"500001\"", "manifest::wrong_type", "id: \"500001\"", "whole number"),
        whole("id: 500001", "id: 0", "manifest::out_of_range", "id: 0", "1 or more"),
        whole(
            "groups: [Alder Residents]",
            "groups: Alder Residents",
            "manifest::wrong_type",
            "groups: Alder",
            "brackets",
        ),
        whole("  guard:      ", "  guard: 5 #", "manifest::syntax", "  guard: 5", "line"),
        least("    guard: 5", "manifest::wrong_type", "guard: 5", "max_revokes"),
        least(
            "    units: [ { match: 1, groups: [A], shared: yes } ]",
            "manifest::wrong_type",
            "shared",
            "true or false",
        ),
        least("    units: [101]", "manifest::wrong_type", "units", "match"),
        whole("name: Alder Court", "name: ~", "manifest::empty_value", "name: ~", "leave the key out"),
        whole("name: Alder Court", "name: \" \"", "manifest::empty_value", "name: \" \"", "value"),
        whole("name: Alder Court", "name: 302", "manifest::unquoted", "name: 302", "\"302\""),
        whole(
            "hold_group: Hold",
            "hold_group: null",
            "manifest::empty_value",
            "hold_group",
            "Alder Residents",
        ),
        whole("match: \"*\"", "match: 0012", "manifest::unquoted", "0012", "\"0012\""),
        whole("match: \"*\"", "match: [1e3]", "manifest::unquoted", "1e3", "\"1e3\""),
        whole("building: A", "building: NO", "manifest::unquoted", "building: NO", "\"NO\""),
        whole("building: A", "building:", "manifest::empty_value", "building:", "value"),
        whole("match: \"*\"", "match: []", "manifest::empty_value", "match: []", "at least one"),
        whole("customer: 990001", "customer: 0990001", "manifest::unquoted", "0990001", "quotes"),
        whole("customer: 990001", "customer: null", "manifest::empty_value", "customer: null", "value"),
        whole("brivo_user: 15620417", "brivo_user: nobody", "manifest::wrong_type", "nobody", "none"),
        whole("\"entrata:\"", "\"\"", "manifest::empty_value", "external_id_prefix", "entrata:"),
    ]
}

fn of_addresses_and_secrets() -> Vec<Mistake> {
    vec![
        whole("url: https://apis", "url: http://apis", "manifest::bad_address", "url: http:", "https://apis"),
        whole("url: https://apis", "url: apis", "manifest::bad_address", "url: apis", "https://"),
        whole("url: https://apis", "url: ftp://apis", "manifest::bad_address", "url: ftp", "https://"),
        whole("alder/v1  ", "alder/v1/leases  ", "manifest::bad_address", "url: https", "/v1"),
        whole("alder/v1  ", "alder/v1?key=1  ", "manifest::bad_address", "url: https", "?"),
        whole("api.brivo.com/v1/api", "api.brivo.com", "manifest::bad_address", "api_url", "/v1/api"),
        whole("auth.brivo.com  ", "auth.brivo.com/oauth  ", "manifest::bad_address", "auth_url", "path"),
        whole(
            "https://api.brivo",
            "https://api.eu.brivo",
            "manifest::contradiction",
            "api_url",
            "auth.eu.brivo.com",
        ),
        whole(
            "auth: api_key",
            "api_key: hunter2 #",
            "manifest::secret",
            "api_key: hunter2",
            "ENTRATA_API_KEY_FILE",
        ),
        whole(
            "hold_group: Hold",
            "client_secret: hunter2",
            "manifest::secret",
            "client_secret",
            "BRIVO_CLIENT_SECRET",
        ),
        least("    password: hunter2", "manifest::secret", "password", "environment"),
        least("brivo_token:\n  deeper: hunter2", "manifest::secret", "brivo_token", "environment"),
        whole("https://apis", "https://me:hunter2@apis", "manifest::secret", "url: https", "environment"),
    ]
}

fn of_entries() -> Vec<Mistake> {
    let second = "  - id: 500001\n    name: Birch\n    time_zone: America/Denver\n    groups: [Birch]";
    vec![
        least(second, "manifest::duplicate_property", "  - id: 500001\n    name: Birch", "merge"),
        mistake(
            LEAST.split("  - id").next().unwrap().replace("properties:", "properties: []"),
            "manifest::empty_value",
            "properties",
            "add one",
        ),
        whole("match: \"*\"", "match: \"[1\"", "manifest::bad_pattern", "match: \"[1\"", "close"),
        whole("[\"MODEL*\"]", "[\"{A\"]", "manifest::bad_pattern", "exclude_units", "close"),
        whole("[\"Staff *\"]", "[\"[S\"]", "manifest::bad_pattern", "protected_groups", "close"),
        whole("Alder {unit}", "Alder {unti}", "manifest::unknown_placeholder", "{unti}", "{unit}"),
        whole("Alder {unit}", "Alder {unit", "manifest::unbalanced_brace", "Alder {unit", "{unit}"),
        whole("Alder {unit}", "Alder unit}", "manifest::unbalanced_brace", "Alder unit}", "{unit}"),
        whole("Cedar *", "Cedar {unit}", "manifest::placeholder", "Cedar {unit}", "*"),
        whole(
            "hold_group: Hold",
            "hold_group: \"Hold *\"",
            "manifest::placeholder",
            "hold_group",
            "one group",
        ),
        whole(
            "[Alder Building A]",
            "[Alder Building A with a name that is too long]",
            "manifest::long_name",
            "[Alder Building",
            "id",
        ),
        whole("[Alder Residents]", "[A, A]", "manifest::duplicate_entry", "[A, A]", "remove"),
        whole(
            "[\"1*\", \"2*\"]",
            "[\"1*\", \"1*\"]",
            "manifest::duplicate_entry",
            "[\"1*\", \"1*\"]",
            "remove",
        ),
        whole("[\"MODEL*\"]", "[\"M\", \"M\"]", "manifest::duplicate_entry", "exclude_units", "remove"),
        least(
            "    units:\n      - { match: 1, groups: [A] }\n      - { match: 1, groups: [A] }\n    country: US",
            "manifest::duplicate_entry",
            "      - { match: 1, groups: [A] }\n    country",
            "remove",
        ),
    ]
}

fn of_contradictions() -> Vec<Mistake> {
    vec![
        whole("match: \"*\"", "match: MODEL1", "manifest::contradiction", "match: MODEL1", "excluded"),
        whole(
            "hold_group: Hold",
            "hold_group: Alder Residents",
            "manifest::contradiction",
            "hold_group",
            "no property",
        ),
        whole("enforce: [groups, user", "enforce: [user", "manifest::contradiction", "enforce", "groups"),
        whole(
            "[primary, co_applicant, occ",
            "[primary, occ",
            "manifest::contradiction",
            "types:",
            "occupant",
        ),
        whole(
            "ignore_types: []",
            "ignore_types: [Primary]",
            "manifest::contradiction",
            "ignore_types",
            "overrides",
        ),
        whole("until: 2026-08-03", "until: 2026-07-03", "manifest::contradiction", "turn_windows", "swap"),
        whole("[notice, past, future]", "[past, past]", "manifest::duplicate_entry", "trust_move", "remove"),
        whole(
            "adopt:  ",
            "  - { customer: 990001, effect: freeze, reason: r, owner: o, until: 2027-01-01 }\nadopt:  ",
            "manifest::duplicate_override",
            "  - { customer: 990001",
            "keep one",
        ),
        whole(
            "decommission:",
            "  - { customer: 990002, brivo_user: none }\ndecommission:",
            "manifest::duplicate_adopt",
            "  - { customer: 990002, brivo_user: none",
            "keep",
        ),
        whole(
            "decommission:",
            "  - { customer: 990003, brivo_user: 15620417 }\ndecommission:",
            "manifest::duplicate_adopt",
            "  - { customer: 990003",
            "one person",
        ),
        whole(
            "[\"Cedar *\"]",
            "[\"Alder R*\"]",
            "manifest::contradiction",
            "[\"Alder R*\"]",
            "remove the group",
        ),
        whole(
            "property: 500009, groups: [\"Cedar *\"], effect: revoke",
            "property: 500001, effect: keep",
            "manifest::contradiction",
            "property: 500001",
            "groups",
        ),
        whole(
            "decommission:",
            "decommission:\n  - { property: 500009, groups: [\"Cedar *\"], effect: keep }",
            "manifest::duplicate_entry",
            "  - { property: 500009, groups: [\"Cedar *\"], effect: revoke",
            "keep one",
        ),
    ]
}

/// Everything that somebody should look at.
pub(super) fn warnings() -> Vec<Mistake> {
    let shared =
        "    units:\n      - { match: 101, groups: [Attic] }\n      - { match: 102, groups: [Attic] }";
    vec![
        whole("calls_per_second: 20", "calls_per_second: 60", "manifest::hasty", "second: 60", "20"),
        least(shared, "manifest::shared_group", "      - { match: 102", "shared: true"),
        whole("[Alder Residents]", "[\"Alder \"]", "manifest::blank_edge", "[\"Alder \"]", "blank"),
        whole("America/Chicago", "EST", "manifest::offset_zone", "EST", "America/New_York"),
        whole(", credential_dates]", "]", "manifest::no_effect", "provision_ahead_days", "credential_dates"),
        mistake(
            LEAST.replace("    groups: [Alder Residents]\n", ""),
            "manifest::no_effect",
            "  - id",
            "groups",
        ),
        whole("until: 2026-12-31", "until: 2020-12-31", "manifest::ended_override", "2020-12-31", "remove"),
        whole("start_time: \"10:00\"", "start_time: \"02:30\"", "manifest::odd_hour", "02:30", "hour"),
        whole("end_time: \"12:00\"", "end_time: \"01:30\"", "manifest::odd_hour", "01:30", "hour"),
    ]
}
