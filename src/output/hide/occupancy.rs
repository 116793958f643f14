//! What a timeline tells of people (R10).

use super::Pii;
use super::explained::profile;
use crate::plan::occupancy::{Occupant, PropertyOccupancy, Stay, UnitOccupancy};

/// The timeline as it may be shown.
pub fn occupancy(properties: Vec<PropertyOccupancy>, pii: Pii) -> Vec<PropertyOccupancy> {
    match pii {
        Pii::Show => properties,
        Pii::Hide => properties.into_iter().map(property).collect(),
    }
}

fn property(property: PropertyOccupancy) -> PropertyOccupancy {
    let PropertyOccupancy { property, units } = property;
    PropertyOccupancy { property, units: units.into_iter().map(unit).collect() }
}

fn unit(unit: UnitOccupancy) -> UnitOccupancy {
    let UnitOccupancy { number, building, stays } = unit;
    UnitOccupancy { number, building, stays: stays.into_iter().map(stay).collect() }
}

fn stay(stay: Stay) -> Stay {
    let Stay {
        lease,
        spaces,
        status,
        is_on_notice,
        windows,
        move_in,
        move_out,
        renewals,
        held_over_since,
        people,
    } = stay;
    Stay {
        lease,
        spaces,
        status,
        is_on_notice,
        windows,
        move_in,
        move_out,
        renewals,
        held_over_since,
        people: people.into_iter().map(occupant).collect(),
    }
}

fn occupant(occupant: Occupant) -> Occupant {
    let Occupant { external_id, profile: theirs, exception } = occupant;
    Occupant { external_id, profile: profile(theirs), exception }
}
