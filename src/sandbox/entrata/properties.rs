//! `getProperties`: what the key may see, disabled ones on demand.

use super::super::estate::Holding;
use super::super::json::{Json, Object};
use super::super::mountain;
use super::{Desk, Outcome, Request};

/// `getProperties` r1. [S]
#[allow(clippy::unnecessary_wraps, reason = "one of the methods, most of which can fail")]
pub(crate) fn get(desk: &mut Desk<'_>, request: &Request<'_>) -> Outcome {
    let wanted = request.params.list("propertyIds");
    let all_statuses = request.params.flag("showAllStatus");
    let month = mountain::local(desk.now).format("%m/%Y").to_string();
    let shown = desk
        .estate
        .holdings
        .iter()
        .filter(|holding| !holding.property.hidden && (all_statuses || !holding.property.disabled))
        .filter(|holding| wanted.as_ref().is_none_or(|wanted| wanted.contains(&holding.property.id.0)))
        .map(|holding| property(holding, &month));
    Ok(Object::new().put("PhysicalProperty", Json::wrapped("Property", shown)).into())
}

fn property(holding: &Holding, month: &str) -> Json {
    let property = &holding.property;
    let street = format!("{} {} Way", 1 + property.id.0.len(), holding.name);
    let address = Object::new()
        .put("@attributes", Object::new().put("AddressType", "property"))
        .put("Address", &street)
        .put("City", "Springfield")
        .put("State", "IL")
        .put("PostalCode", "62701")
        .put("Country", "US")
        .put("Email", format!("office{}@example.com", property.id));
    let primary = Object::new()
        .put("AddressType", "Primary")
        .put("Address", &street)
        .put("City", "Springfield")
        .put("StateCode", "IL")
        .put("PostalCode", "62701")
        .put("Country", "US");
    let phone = Object::new()
        .put("PhoneNumber", "2175550100")
        .put("@attributes", Object::new().put("PhoneType", "primary"))
        .put("PhoneDescription", "Primary");
    let months = Object::new().put("ArPostMonth", month).put("ApPostMonth", month).put("GlPostMonth", month);
    let space = Object::new().put("Id", "1").put("Name", "Conventional");
    let mut shown = Object::new()
        .put("PropertyID", Json::number(&property.id.0))
        .put("ParentPropertyID", property.parent.as_ref().map(|parent| Json::number(&parent.0)))
        .put("MarketingName", &holding.name)
        .put("Type", property.kind.or(Some("Apartment")))
        .put("YearBuilt", "1998")
        .put("webSite", format!("https://www.example.com/{}", property.id))
        .put("Address", address)
        .put("Addresses", Json::wrapped("Address", [primary.into()]))
        .put("Phone", phone)
        .put("PostMonths", months)
        .put("PropertyHours", hours())
        .put("IsDisabled", i64::from(property.disabled))
        .put("IsFeaturedProperty", 0_i64)
        .put("SpaceOptions", Json::wrapped("SpaceOption", [space.into()]))
        .put("LeaseTerms", Json::wrapped("LeaseTerm", [term()]));
    shown.overlay(&property.extra);
    shown.into()
}

fn hours() -> Object {
    let open = |day: &str| -> Json {
        Object::new()
            .put("Day", day)
            .put("AvailabilityType", "Open")
            .put("OpenTime", "9:00 AM")
            .put("CloseTime", "6:00 PM")
            .into()
    };
    let sunday = Object::new().put("Day", "Sunday").put("AvailabilityType", "By Appointment Only").into();
    Object::new().put("OfficeHours", Json::wrapped("OfficeHour", [open("Monday"), sunday]))
}

fn term() -> Json {
    Object::new()
        .put("Id", 9001_i64)
        .put("Name", "12 Months")
        .put("TermMonths", 12_i64)
        .put("IsProspect", true)
        .put("IsRenewal", true)
        .into()
}
