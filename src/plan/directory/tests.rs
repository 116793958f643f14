use std::collections::BTreeMap;

use super::Directory;
use crate::access::text::Text;
use crate::access::{Account, GroupId};
use crate::plan::example::desired;

#[test]
fn near_is_what_differs_in_a_quarter_of_the_letters_and_one_more() {
    let desired = desired("{ id: 500001, name: Alder Court, time_zone: America/Chicago, groups: [Pool] }");
    let names = ["Poolside", "poolside", "Gatefold", "Gym", "Gym 1", "Gym 2", "Gym 3"];
    let groups: BTreeMap<GroupId, Text> = (1..).map(GroupId).zip(names.map(Into::into)).collect();
    let account = Account { groups: groups.into(), users: litemap::LiteMap::new_vec() };
    let directory = Directory::new(&desired.naming, &desired.decommission, &account);
    for (missing, near) in [
        ("Poolxyze", &["Poolside", "poolside"][..]),
        ("POOLSIDE", &["Poolside", "poolside"]),
        ("Gatewxyz", &[]),
        ("Gum", &["Gym"]),
        ("Gym 4", &["Gym 1", "Gym 2", "Gym 3"]),
    ] {
        assert_eq!(directory.near(missing), near, "{missing}");
    }
}
