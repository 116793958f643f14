//! What somebody does about a finding: the rule says what is so, this says whose move it is.

use super::RuleId;

impl RuleId {
    /// What to do about a finding of this rule; none where there is nothing to do.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most rules decide without anybody having to do anything"
    )]
    pub const fn remedy(self) -> Option<&'static str> {
        Some(match self {
            Self::T8 | Self::T9 => "record the move-in date in Entrata",
            Self::T10 => {
                "correct the move-in or the move-out date in Entrata: the end has to come after the start"
            }
            Self::T11 => {
                "record an end in Entrata, or set `no_end_date: perpetual` for the property in the manifest"
            }
            Self::T14 => "perform the move-out in Entrata, or move its date if they stay",
            Self::T16 => "if they have left already, correct the move-out date in Entrata",
            Self::T17 => "record the move-out date in Entrata",
            Self::T18 => {
                "decide which it is. They have left: perform the move-out in Entrata. They stay: take the move-out date away there, or \
                 put the lease on notice with the right date. The next run then goes on by itself; to settle it for now, write an \
                 `overrides` entry (freeze, grant or revoke)"
            }
            Self::T19 => {
                "if they gave notice, put the lease on notice in Entrata, so that the date counts; if not, take the move-out date away"
            }
            Self::T20 => {
                "renew the lease in Entrata, make it month-to-month, or record the move-out; until then it goes on as it is"
            }
            Self::T22 | Self::T23 => "correct the date in Entrata",
            Self::L2 => {
                "perform the move-in in Entrata, move its date, or cancel the lease if they do not come"
            }
            Self::L4 => "nothing, unless the cancellation in Entrata was a mistake",
            Self::L7 => "record the move-out date of the notice in Entrata",
            Self::L14 => {
                "give companies their access by hand, under an external id without the manifest's prefix"
            }
            Self::L15 => "check the person's own dates on the lease in Entrata",
            Self::L16 => "correct the status in Entrata, or update reconcile if Entrata has a new one",
            Self::L17 => "make the lease's and the person's status in Entrata agree",
            Self::L18 => "record the move-out of the earlier lease in Entrata",
            Self::P5 => {
                "correct the customer type in Entrata, or list it in `residents.ignore_types` if such people never get access"
            }
            Self::P7 => "merge the two customers in Entrata if they are one person",
            Self::P9 => "record an e-mail address in Entrata",
            Self::P11 => "record the name in Entrata",
            Self::P14 => {
                "if they are one person, write the `adopt` line into the manifest; if not, write it with `brivo_user: none`"
            }
            Self::U3 => {
                "give the manifest's entry a `building`, put {building} into the group's name, or say `shared: true`"
            }
            Self::U4 => {
                "add the unit to an entry of `units` in the manifest, or to `exclude_units`; if it lost its entry on purpose, run once \
                 with --allow-unmapped-revoke"
            }
            Self::U6 => {
                "say `shared: true` if the units are to share the group, else mend one of the entries"
            }
            Self::U8 => "assign the unit in Entrata",
            Self::U9 => "make the group in Brivo, or mend its name in the manifest",
            Self::U10 => "name the group by its id in the manifest, or rename the other one in Brivo",
            Self::U11 => "use fewer, larger groups in the manifest, or take the user out of groups in Brivo",
            Self::U13 => "correct the unit of the lease in Entrata",
            Self::U14 => "correct `name` in the manifest if it is the same property; if not, correct `id`",
            Self::U15 => "check the property's id in the manifest and what the Entrata key may see",
            Self::D2 => "hand out the card or the mobile pass again: they are not restored",
            Self::D3 => "lift the suspension in Brivo if they are to get in",
            Self::D6 => "delete all but one of the users in Brivo, or take their external ids away",
            Self::D7 => {
                "write the `adopt` line into the manifest if they are one person, or `brivo_user: none` if they are two; \
                 `reconcile adopt` prints all such lines"
            }
            Self::D8 => {
                "run again when Entrata answers; if they are gone for good, their groups go by themselves then"
            }
            Self::D10 => "collect the cards",
            Self::D11 => "write a `decommission` entry into the manifest: `revoke` or `keep`",
            Self::D12 => "take the user out of the hold group in Brivo when what was changed by hand may go",
            Self::O2 => "remove the override from the manifest when it has done its work",
            Self::O3 => "remove the override: there is no lease whose groups it could give",
            Self::O4 => "remove the override from the manifest, or renew its `until`",
            Self::R1 | Self::R2 => {
                "run again; if it stays, look at the property in Entrata. Until then nothing is taken there"
            }
            Self::R3 => "look at who would lose access; if it is meant, run with --allow-revokes",
            Self::R14 => "set `mode: live` for the property in the manifest when it has been taken over",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::RuleId;

    #[test]
    fn every_rule_that_freezes_says_what_to_do() {
        use RuleId::{D6, D7, D8, D12, L4, L14, L16, L17, O2, O4, P5, P14, R2, T10, T18, T23, U4, U11, U13};
        for rule in [T10, T18, T23, L4, L14, L16, L17, P5, P14, U4, U11, U13, D6, D7, D8, D12, O2, O4, R2] {
            assert!(rule.remedy().is_some(), "{rule} freezes and says nothing");
        }
    }
}
