use insta::assert_snapshot;

use super::{LIMIT, MARKER, write};
use crate::access::{ExternalId, Personal, PropertyId};
use crate::output::hide::{self, Pii};
use crate::output::{Properties, example};
use crate::plan::{Change, Finding, Plan};
use crate::rules::RuleId;
use crate::rules::Severity;

fn comment_of(plan: &Plan, properties: &Properties) -> String {
    let mut out = Vec::new();
    write(&mut out, plan, properties).unwrap();
    String::from_utf8(out).unwrap()
}

fn comment(plan: &Plan) -> String {
    comment_of(plan, &example::properties())
}

#[test]
fn a_plan_is_told_verdict_first() {
    assert_snapshot!(comment(&example::plan()), @r#"
    <!-- reconcile plan -->
    ### Doors: 1 guard holds back what would be taken; 6 errors to look at; 5 changes

    Plan: 1 to create, 2 to update, 1 to revoke, 1 to delete; 6 frozen.

    > **Held back**: Birch Lofts (500002): 12 of 90 people would lose something, and at most 9 may in one run (R3). What they would lose is held back, what anybody gains goes on. If it is meant, add `--allow-revokes 500002=12`, or `--allow-revokes 12`, which lets through whatever would take from exactly 12.

    | property | create | update | revoke | delete |
    |---|---:|---:|---:|---:|
    | Alder Court (500001) | 1 | 2 | 0 | 0 |
    | Birch Lofts (500002) | 0 | 0 | 1 | 0 |
    | Other | 0 | 0 | 0 | 1 |

    **Findings: 6 errors, 2 warnings, 1 note**

    - **error** T18 Alder Court (500001): Person Current with a lapsed move-out date
      - entrata:990020: Current, but the move-out date 2026-02-20 has lapsed; Brivo closes the door all the same at 2026-03-02 16:00 CST
    - **error** U4 Alder Court (500001) (5 times): A lease whose window is open or to come, on a unit that no entry matches
      - entrata:990010, unit 400: no entry of \`units\` matches the unit
      - entrata:990011, unit 401: no entry of \`units\` matches the unit
      - entrata:990012, unit 402: no entry of \`units\` matches the unit
      - and 2 more

    <details><summary>Warnings and notes</summary>

    - **warning** D10 Birch Lofts (500002): Credentials of a managed user
      - entrata:990004: access ends, cards stay in hand; credentials: 2
    - **warning** D11 Other: Managed users in no reply, in no managed group and still in some other group (user\_status\_\_eq:unaffiliated tells who is in none): their property, or its group, left the manifest
      - entrata:990022: the property or its group left the manifest
    - **note** T20 Alder Court (500001): Lease end passed, no move-out date, still Current, not month-to-month
      - entrata:990021: the lease ended 12 days ago

    </details>

    <details><summary>Alder Court (500001): 1 to create, 2 to update</summary>

    Times in America/Chicago.

    ```diff
    + entrata:990001  Rosa Renter  (create)
    +     e-mail       rosa@example.com
    +     e-mail       rosa.renter@example.com
    +     phone        +12175550101
    +     starts       2024-08-01 10:00 CDT
    +     ends         no end
    +     groups       Alder 302 (15610001)
    +     groups       Alder Residents (15610002)
    #     T11 no move-out date: perpetual (lease 900001, reconcile.yaml:31)
    #     U2 unit 302 matches two entries
    ! entrata:990002  Tom Transfer  (update; by the manifest; also Birch Lofts (500002))
    -     ends         no end
    +     ends         2026-08-31 16:00 CDT
    -     groups       Alder 101 (15610003)
    +     groups       Alder 204 (15610004)
    +     groups       Birch Pool (15620001)
          groups       1 unchanged
    -     credentials  15630001: no start to no end
    +     credentials  15630001: no start to 2026-08-31 16:00 CDT
    #     L10 moved from 101 to 204; the new grant is written before the old one is taken (lease 900002, reconcile.yaml:40)
    ! entrata:990003  René Renamed  (update; edited in Brivo)
    -     name         Rene Renamed
    +     name         René Renamed
    -     e-mail       rene@example.com
    +     e-mail       renee@example.com
    +     phone        +12175550102
          phone        1 unchanged
    -     suspended    no
    +     suspended    yes
    #     P10 the name changed (lease 900003)
    ```

    </details>

    <details><summary>Birch Lofts (500002): 1 to revoke</summary>

    Times in America/New_York.

    ```diff
    - entrata:990004  Lena Left  (revoke; only time has passed)
    -     groups       Birch 11 (15620002)
    #     T14 moved out on 2026-02-28 (lease 900004, reconcile.yaml:52)
    ```

    </details>

    <details><summary>Other: 1 to delete</summary>

    Times in UTC.

    ```diff
    - entrata:990005  Gone Guest  (delete)
    -     e-mail       gone@example.com
    -     phone        +12175550101
    -     starts       2024-08-01 15:00 UTC
    -     ends         no end
    #     D9 missing in every property
    ```

    </details>

    <sub>Time alone changes something next at 2026-04-30 12:00 CDT (America/Chicago) = 2026-04-30 13:00 EDT (America/New_York). Decided as of 2026-03-01 18:00 UTC.</sub>
    "#);
}

#[test]
fn an_apply_names_whoever_is_not_done() {
    let text = comment(&example::applied());
    let (head, _) = text.split_once("> **Held back**").unwrap();
    assert_snapshot!(head, @r#"
    <!-- reconcile plan -->
    ### Doors: 1 change failed; 1 guard holds back what would be taken; 6 errors to look at; 5 changes

    Plan: 1 to create, 2 to update, 1 to revoke, 1 to delete; 6 frozen.  
    Applied: 3 of 5; 1 failed, 1 held back.

    - **failed** entrata:990002: Brivo answered 503 four times; the next run tries again
    - **held back** entrata:990004
    "#);
}

#[test]
fn nothing_to_do_is_short() {
    assert_snapshot!(comment(&example::quiet()), @r#"
    <!-- reconcile plan -->
    ### Doors: no changes

    No changes. Brivo is in step with the leases.  
    Plan: 0 to create, 0 to update, 0 to revoke, 0 to delete; 0 frozen.

    <sub>Decided as of 2026-03-01 18:00 UTC.</sub>
    "#);
}

#[test]
fn hidden_people_have_their_id_only() {
    let text = comment(&hide::plan(&example::plan(), Pii::Hide));
    assert!(text.contains("+ entrata:990001  (create)\n+     starts       2024-08-01 10:00 CDT\n"), "{text}");
    assert!(!text.contains("example.com") && !text.contains("Renter"));
}

#[test]
fn the_same_plan_gives_the_same_comment() {
    assert_eq!(comment(&example::plan()), comment(&example::plan()));
}

#[test]
fn a_plan_of_five_thousand_people_fits_and_counts_the_rest() {
    let text = comment(&example::large(5_000));
    assert!(text.chars().count() <= LIMIT);
    assert!(text.chars().count() > LIMIT / 2, "the room is used");
    assert!(text.starts_with(MARKER));
    assert!(text.ends_with("</sub>\n"));
    let told = text.lines().filter(|line| line.starts_with("+ entrata:")).count();
    let untold: usize = text
        .lines()
        .filter_map(|line| line.strip_prefix("# and ")?.split(' ').next()?.parse::<usize>().ok())
        .sum();
    assert_eq!(told + untold, 5_000);
    assert_eq!(text.matches("```diff").count(), 2, "each property shows something");
}

#[test]
fn more_properties_than_fit_are_counted() {
    let mut plan = example::large(3_000);
    for (number, change) in (0..).zip(&mut plan.changes) {
        change.property_ids = vec![PropertyId(number)];
    }
    let text = comment(&plan);
    assert!(text.chars().count() <= LIMIT);
    let folded = text.matches("```diff").count();
    assert!(
        text.contains(&format!(
            "_Not shown for want of room: {0} changes in {0} properties.",
            3_000 - folded
        ))
    );
}

#[test]
fn a_message_without_end_hides_no_other() {
    let mut plan = example::plan();
    let endless = "\u{e0041}".repeat(100_000);
    plan.findings[0].message = endless.clone().into();
    plan.findings[0].unit = Some(endless.clone().into());
    plan.changes[0].after.as_mut().unwrap().last_name = Personal::new(endless);
    let text = comment(&plan);
    assert!(text.chars().count() <= LIMIT);
    assert!(text.contains("entrata:990020") && text.contains("entrata:990002"));
}

/// A plan in which everything that comes from outside is `text`.
fn hostile(text: &str) -> (Plan, Properties) {
    let mut plan = example::applied();
    let change: &mut Change = &mut plan.changes[0];
    let after = change.after.as_mut().unwrap();
    after.first_name = Personal::new(text);
    after.emails = [Personal::new(text)].into();
    after.groups[0].name = text.into();
    change.external_id = ExternalId::new(text);
    change.reasons[0].text = text.to_owned().into();
    plan.findings = vec![Finding {
        unit: Some(text.to_owned().into()),
        external_id: Some(ExternalId::new(text)),
        ..example::finding(Severity::Error, RuleId::U4, Some(example::ALDER), text)
    }];
    plan.results.as_mut().unwrap()[1].error = Some(text.to_owned());
    plan.scope.customers = vec![text.to_owned()];
    let mut properties = example::properties();
    properties.get_mut(&example::ALDER).unwrap().name = text.to_owned();
    (plan, properties)
}

/// The comment without its fenced parts, in which everything is text.
fn outside_fences(comment: &str) -> String {
    comment.split("\n```").step_by(2).collect()
}

#[test]
fn nothing_hostile_is_markup_or_mentions_anybody() {
    let (plan, properties) =
        hostile("| @all <script>x</script> \n```\n# #1 ![i](http://example.com) ::error::\u{202e}");
    let text = comment_of(&plan, &properties);
    assert_eq!(
        text.lines().filter(|line| line.starts_with("```")).count(),
        6,
        "three fences, none closed early"
    );
    assert!(text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'));
    assert!(!text.contains("::"));
    let outside = outside_fences(&text);
    for markup in ["@all", "<script", "![", "http://", " #1", "\n# "] {
        assert!(!outside.contains(markup), "{markup} in {outside}");
    }
    let row = outside.lines().find(|line| line.starts_with("| ") && line.contains("500001")).unwrap();
    assert_eq!(row.replace("\\|", "").matches('|').count(), 6, "{row}");
}
