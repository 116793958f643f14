use insta::assert_snapshot;

use super::{Colour, View, write};
use crate::access::{ExternalId, Personal};
use crate::output::example;
use crate::output::hide::{self, Pii};
use crate::plan::Plan;

fn page(plan: &Plan, width: usize, colour: Colour) -> String {
    let properties = example::properties();
    let mut out = Vec::new();
    write(&mut out, plan, &View { properties: &properties, colour, width }).unwrap();
    String::from_utf8(out).unwrap()
}

fn plain(plan: &Plan) -> String {
    page(plan, 100, Colour::Off)
}

#[test]
fn a_plan_is_told_person_by_person() {
    assert_snapshot!(plain(&example::plan()), @r#"
    As of 2026-03-01 18:00 UTC.

    Alder Court (500001), times in America/Chicago

      + entrata:990001  Rosa Renter  (create)
          e-mail       rosa@example.com
                       rosa.renter@example.com
          phone        +12175550101
          starts       2024-08-01 10:00 CDT
          ends         no end
          groups       + Alder 302 (15610001)
                       + Alder Residents (15610002)
          because      T11 no move-out date: perpetual (lease 900001, reconcile.yaml:31)
                       U2  unit 302 matches two entries

      ~ entrata:990002  Tom Transfer  (update; by the manifest; also Birch Lofts (500002))
          ends         no end → 2026-08-31 16:00 CDT
          groups       - Alder 101 (15610003)
                       + Alder 204 (15610004)
                       + Birch Pool (15620001)
                       1 unchanged
          credentials  15630001: no start to no end → 2026-08-31 16:00 CDT
          because      L10 moved from 101 to 204; the new grant is written before the old one is taken
                           (lease 900002, reconcile.yaml:40)

      ~ entrata:990003  René Renamed  (update; edited in Brivo)
          name         Rene Renamed → René Renamed
          e-mail       rene@example.com → renee@example.com
          phone        + +12175550102
                       1 unchanged
          suspended    no → yes
          because      P10 the name changed (lease 900003)

    Birch Lofts (500002), times in America/New_York

      - entrata:990004  Lena Left  (revoke; only time has passed)
          groups       - Birch 11 (15620002)
          because      T14 moved out on 2026-02-28 (lease 900004, reconcile.yaml:52)

    Other, times in UTC

      x entrata:990005  Gone Guest  (delete)
          e-mail       gone@example.com
          phone        +12175550101
          starts       2024-08-01 15:00 UTC
          ends         no end
          because      D9  missing in every property

    Findings: 6 errors, 2 warnings, 1 note

      error   T18 Alder Court (500001)  Person Current with a lapsed move-out date
                  entrata:990020: Current, but the move-out date 2026-02-20 has lapsed; Brivo closes the
                    door all the same at 2026-03-02 16:00 CST

      error   U4  Alder Court (500001) (5 times)  A lease whose window is open or to come, on a unit
                  that no entry matches
                  entrata:990010, unit 400: no entry of `units` matches the unit
                  entrata:990011, unit 401: no entry of `units` matches the unit
                  entrata:990012, unit 402: no entry of `units` matches the unit
                  and 2 more; --format json names each

      warning D10 Birch Lofts (500002)  Credentials of a managed user
                  entrata:990004: access ends, cards stay in hand; credentials: 2

      warning D11 Other  Managed users in no reply, in no managed group and still in some other group
                  (user_status__eq:unaffiliated tells who is in none): their property, or its group,
                  left the manifest
                  entrata:990022: the property or its group left the manifest

      note    T20 Alder Court (500001)  Lease end passed, no move-out date, still Current, not
                  month-to-month
                  entrata:990021: the lease ended 12 days ago

    Held back: Birch Lofts (500002): 12 of 90 people would lose something, and at most 9 may in one run
      (R3). What they would lose is held back, what anybody gains goes on. If it is meant, add
      `--allow-revokes 500002=12`, or `--allow-revokes 12`, which lets through whatever would take from
      exactly 12.

    Time alone changes something next at 2026-04-30 12:00 CDT (America/Chicago) = 2026-04-30 13:00 EDT
      (America/New_York).

    Calls to Brivo that an apply takes: 6.

    Plan: 1 to create, 2 to update, 1 to revoke, 1 to delete; 6 frozen.
    "#);
}

#[test]
fn an_apply_names_whoever_is_not_done() {
    let text = plain(&example::applied());
    let (_, end) = text.split_once("Not done").unwrap();
    assert_snapshot!(end, @r#"
      failed  entrata:990002  Brivo answered 503 four times; the next run tries again
      held    entrata:990004  what it takes is held back by a guard (R3)

    Plan: 1 to create, 2 to update, 1 to revoke, 1 to delete; 6 frozen.
    Applied: 3 of 5; 1 failed, 1 held back.
    "#);
}

#[test]
fn nothing_to_do_takes_three_lines() {
    assert_snapshot!(plain(&example::quiet()), @r#"
    As of 2026-03-01 18:00 UTC.

    No changes. Brivo is in step with the leases.
    Plan: 0 to create, 0 to update, 0 to revoke, 0 to delete; 0 frozen.
    "#);
}

#[test]
fn hidden_people_have_their_id_only() {
    let text = plain(&hide::plan(&example::plan(), Pii::Hide));
    let (_, block) = text.split_once("times in America/Chicago").unwrap();
    let (block, _) = block.split_once("Birch Lofts (500002), times").unwrap();
    assert_snapshot!(block, @r#"
    + entrata:990001  (create)
        starts       2024-08-01 10:00 CDT
        ends         no end
        groups       + Alder 302 (15610001)
                     + Alder Residents (15610002)
        because      T11 no move-out date: perpetual (lease 900001, reconcile.yaml:31)
                     U2  unit 302 matches two entries

    ~ entrata:990002  (update; by the manifest; also Birch Lofts (500002))
        ends         no end → 2026-08-31 16:00 CDT
        groups       - Alder 101 (15610003)
                     + Alder 204 (15610004)
                     + Birch Pool (15620001)
                     1 unchanged
        credentials  15630001: no start to no end → 2026-08-31 16:00 CDT
        because      L10 moved from 101 to 204; the new grant is written before the old one is taken
                         (lease 900002, reconcile.yaml:40)

    ~ entrata:990003  (update; edited in Brivo)
        phone        + …
        suspended    no → yes
        because      P10 the name changed (lease 900003)
    "#);
}

#[test]
fn colour_adds_nothing_but_colour() {
    let coloured = page(&example::applied(), 100, Colour::On);
    assert_ne!(coloured, plain(&example::applied()));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain(&example::applied()));
}

#[test]
fn what_differs_inside_a_text_is_coloured() {
    let coloured = page(&example::plan(), 100, Colour::On);
    assert!(
        coloured.contains("rene@example.com\u{1b}[2m → \u{1b}[0mrene\u{1b}[38;5;28me\u{1b}[0m@example.com")
    );
}

#[test]
fn no_line_but_the_sums_is_wider_than_the_terminal() {
    for width in [50, 60, 80, 120] {
        for row in page(&example::applied(), width, Colour::Off).lines() {
            let is_sum = row.starts_with("Plan: ") || row.starts_with("Applied: ");
            assert!(is_sum || row.chars().count() <= width, "{width}: {row}");
        }
    }
}

#[test]
fn a_large_plan_begins_with_its_counts() {
    let text = plain(&example::large(201));
    assert_snapshot!(text.lines().take(7).collect::<Vec<_>>().join("\n"), @r#"
    As of 2026-03-01 18:00 UTC.

      create  update  revoke  delete  property
         101       0       0       0  Alder Court (500001)
         100       0       0       0  Birch Lofts (500002)

    Alder Court (500001), times in America/Chicago
    "#);
    assert!(!plain(&example::large(200)).contains("  property\n"));
}

#[test]
fn the_same_plan_gives_the_same_page() {
    assert_eq!(plain(&example::plan()), plain(&example::plan()));
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    let hostile = "\u{1b}[2J\n::error::pwned\r\u{202e}##[error]x\u{9b}31m\u{200b}";
    let mut plan = example::applied();
    let after = plan.changes[0].after.as_mut().unwrap();
    after.first_name = Personal::new(hostile);
    after.emails = [Personal::new(hostile)].into();
    after.groups[0].name = hostile.into();
    plan.changes[0].external_id = ExternalId::new(hostile);
    plan.changes[1].after.as_mut().unwrap().last_name = Personal::new(hostile);
    plan.changes[2].before.as_mut().unwrap().emails = [Personal::new(format!("{hostile}1"))].into();
    plan.changes[2].after.as_mut().unwrap().emails = [Personal::new(format!("{hostile}2"))].into();
    plan.changes[0].reasons[0].text = hostile.to_owned().into();
    plan.changes[0].reasons[0].manifest = Some(hostile.to_owned().into());
    plan.findings[0].message = hostile.to_owned().into();
    plan.findings[0].unit = Some(hostile.to_owned().into());
    plan.results.as_mut().unwrap()[1].error = Some(hostile.to_owned());
    plan.scope.customers = vec![hostile.to_owned()];
    for width in [30, 100] {
        let text = page(&plan, width, Colour::Off);
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text}");
        assert!(!text.contains(['\u{202e}', '\u{200b}']), "{text}");
        assert!(!text.contains("::") && !text.contains("##"), "{text}");
    }
}
