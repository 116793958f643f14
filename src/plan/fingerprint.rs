//! What a saved plan is recognised by (R8): a digest of its changes, each written down field by field so that no two that differ are
//! written alike.

use rayon::prelude::*;

use crate::access::contacts::Contacts;
use crate::access::{GroupRef, Instant, Personal};
use crate::digest::Sum;

use super::{Action, Change, CredentialImage, Image};

/// How many changes are written down at one time.
const AT_ONCE: usize = 4096;
/// How many of them one core writes without a pause.
const A_BLOCK: usize = 32;

/// SHA-256 over the changes with all their values, personal ones included.
pub(super) fn fingerprint(changes: &[Change]) -> String {
    let blocks = || vec![Record::default(); AT_ONCE.min(changes.len()).div_ceil(A_BLOCK)];
    let (mut written, mut next): (Vec<Record>, Vec<Record>) = (blocks(), blocks());
    let mut sum = Sum::default();
    // Written on all cores, but never all at once: they are as long as the plan.
    for changes in changes.chunks(AT_ONCE) {
        let write =
            |(changes, block): (&[Change], &mut Record)| changes.iter().for_each(|one| block.change(one));
        rayon::join(
            || changes.par_chunks(A_BLOCK).zip(&mut next).for_each(write),
            || written.iter().for_each(|block| sum.add(&block.0)),
        );
        std::mem::swap(&mut written, &mut next);
        for block in &mut next {
            block.0.clear();
        }
    }
    for block in &written {
        sum.add(&block.0);
    }
    sum.end()
}

/// Changes written down: numbers in eight bytes, texts and lists behind their length, what may be absent behind whether it is there.
#[derive(Clone, Default)]
struct Record(Vec<u8>);

impl Record {
    fn change(&mut self, change: &Change) {
        let Change {
            action,
            cause: _,
            external_id,
            brivo_user_id,
            adopts: _,
            property_ids: _,
            before,
            after,
            reasons: _,
        } = change;
        self.number(match action {
            Action::Create => 1,
            Action::Update => 2,
            Action::Revoke => 3,
            Action::Delete => 4,
        });
        self.text(external_id.as_str());
        self.optional(brivo_user_id.as_ref(), |record, id| record.number(id.0));
        self.optional(before.as_deref(), Self::image);
        self.optional(after.as_deref(), Self::image);
    }

    fn image(&mut self, image: &Image) {
        let Image {
            first_name,
            middle_name,
            last_name,
            emails,
            phones,
            effective_from,
            effective_to,
            groups,
            credentials,
            suspended,
        } = image;
        self.personal(first_name);
        self.optional(middle_name.as_ref(), Self::personal);
        self.personal(last_name);
        self.contacts(emails);
        self.contacts(phones);
        self.bound(*effective_from);
        self.bound(*effective_to);
        self.length(groups.len());
        for GroupRef { name, id } in groups {
            self.number(id.0);
            self.text(name);
        }
        self.length(credentials.len());
        for CredentialImage { id, effective_from, effective_to } in credentials {
            self.number(id.0);
            self.bound(*effective_from);
            self.bound(*effective_to);
        }
        self.number(u64::from(*suspended));
    }

    fn contacts(&mut self, contacts: &Contacts) {
        self.length(contacts.len());
        for contact in contacts {
            self.personal(contact);
        }
    }

    fn personal(&mut self, value: &Personal) {
        self.text(value.reveal());
    }

    fn bound(&mut self, bound: Option<Instant>) {
        self.optional(bound.as_ref(), |record, instant| {
            record.0.extend(instant.timestamp().to_be_bytes());
            record.number(instant.timestamp_subsec_nanos().into());
        });
    }

    fn optional<T>(&mut self, value: Option<&T>, write: impl FnOnce(&mut Self, &T)) {
        self.0.push(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend(text.as_bytes());
    }

    fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    fn number(&mut self, number: u64) {
        self.0.extend(number.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{CredentialId, ExternalId, GroupId, UserId};
    use crate::plan::Cause;
    use crate::plan::example::{at, card, change, group, image};

    #[test]
    fn it_is_that_of_all_changes_however_many_are_written_at_a_time() {
        let one = change(None, Some(image(&[10])));
        let of = |id: u64| Change { brivo_user_id: Some(UserId(id)), ..one.clone() };
        let all: Vec<Change> = (0..2 * AT_ONCE as u64 + 33).map(of).collect();
        for count in [0, 1, 31, 32, 33, AT_ONCE, AT_ONCE + 1, all.len()] {
            let mut record = Record::default();
            all[..count].iter().for_each(|change| record.change(change));
            assert_eq!(fingerprint(&all[..count]), crate::digest::sha256(record.0), "{count}");
        }
    }

    /// Rosa's change, differing in one value each.
    fn variants() -> Vec<Change> {
        let plain = || change(None, Some(image(&[10])));
        let image_with = |differ: fn(&mut Image)| {
            let mut image = image(&[10]);
            differ(&mut image);
            change(None, Some(image))
        };
        let name = Personal::new;
        let mut variants = vec![
            plain(),
            Change { action: Action::Create, ..plain() },
            Change { action: Action::Revoke, ..plain() },
            Change { action: Action::Delete, ..plain() },
            Change { external_id: ExternalId::new("entrata:990002"), ..plain() },
            Change { brivo_user_id: None, ..plain() },
            Change { brivo_user_id: Some(UserId(8)), ..plain() },
            change(None, None),
            change(Some(image(&[10])), None),
            change(Some(image(&[10])), Some(image(&[10]))),
            change(None, Some(image(&[]))),
            change(None, Some(image(&[10, 11]))),
        ];
        variants.extend([
            image_with(|image| image.first_name = Personal::new("Ros")),
            image_with(|image| image.last_name = Personal::new("aRenter")),
            image_with(|image| image.middle_name = Some(Personal::new(""))),
            image_with(|image| image.middle_name = Some(Personal::new("M"))),
            image_with(|image| image.emails = Contacts::default()),
            image_with(|image| image.phones = Contacts::default()),
            image_with(|image| image.effective_from = Some(at("2026-03-01T16:00:00Z"))),
            image_with(|image| image.effective_to = Some(at("2026-03-01T16:00:00Z"))),
            image_with(|image| image.effective_to = Some(at("2026-03-01T16:00:00.5Z"))),
            image_with(|image| image.groups[0].name = "G".into()),
            image_with(|image| image.groups = vec![group(10), group(10)]),
            image_with(|image| image.credentials = vec![card(1, None, None)]),
            image_with(|image| image.credentials = vec![card(1, Some("2026-03-01T16:00:00Z"), None)]),
            image_with(|image| image.credentials = vec![card(1, None, Some("2026-03-01T16:00:00Z"))]),
            image_with(|image| image.suspended = true),
        ]);
        let mut moved = image(&[10]);
        moved.emails = Contacts::default();
        moved.phones = [name("rosa@example.com"), name("+12175550101")].into();
        variants.push(change(None, Some(moved)));
        let mut shifted = image(&[10]);
        (shifted.first_name, shifted.last_name) = (name("Ros"), name("aRenter"));
        variants.push(change(None, Some(shifted)));
        let mut other_group = image(&[10]);
        other_group.groups[0].id = GroupId(11);
        variants.push(change(None, Some(other_group)));
        let mut card = image(&[10]);
        card.credentials =
            vec![CredentialImage { id: CredentialId(2), effective_from: None, effective_to: None }];
        variants.push(change(None, Some(card)));
        variants
    }

    #[test]
    fn whatever_differs_in_a_value_has_another_one() {
        let all = variants();
        for (at, one) in all.iter().enumerate() {
            for other in &all[at + 1..] {
                let is_same =
                    fingerprint(std::slice::from_ref(one)) == fingerprint(std::slice::from_ref(other));
                assert_eq!(is_same, one == other, "{at}");
            }
        }
    }

    #[test]
    fn why_something_changes_is_no_part_of_it() {
        let one = change(None, Some(image(&[10])));
        let other = Change { cause: Cause::Clock, adopts: true, ..one.clone() };
        assert_eq!(fingerprint(&[one]), fingerprint(&[other]));
    }
}
