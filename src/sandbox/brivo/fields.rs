//! Custom fields: the account's, and their values on users, always texts. [doc]

use chrono::NaiveDate;

use super::super::call::{Call, Reply};
use super::super::json::{Json, Object};
use super::super::state::{Change, Field, State, User};
use super::filter::{Clause, Operator};
use super::{Answer, Desk, body, done, id, lists, nothing, refusal, users};

/// `GET /custom-fields`.
pub(crate) fn list(desk: &mut Desk<'_>, call: &Call) -> Answer {
    lists::paged(call, desk.quirks, desk.state.fields.values(), render)
}

/// `POST /custom-fields`.
pub(crate) fn create(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let field = edited(&body::object(call)?, &Field::default())?;
    let id = desk.state.next_other();
    let order = desk.state.fields.values().map(|field| field.order).max().unwrap_or_default() + 1;
    let field = Field { id, order, ..field };
    desk.state.put(Change::Field(field.clone()));
    done(render(&field))
}

/// `GET /custom-fields/{id}`.
pub(crate) fn get(desk: &mut Desk<'_>, call: &Call) -> Answer {
    done(render(&find(desk, call, 1)?))
}

/// `PUT /custom-fields/{id}`.
pub(crate) fn replace(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let field = edited(&body::object(call)?, &find(desk, call, 1)?)?;
    desk.state.put(Change::Field(field.clone()));
    done(render(&field))
}

/// `DELETE /custom-fields/{id}`: the values go with it.
pub(crate) fn delete(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let field = find(desk, call, 1)?;
    let holders: Vec<User> =
        desk.state.users.values().filter(|user| user.fields.contains_key(&field.id)).cloned().collect();
    for mut user in holders {
        user.fields.remove(&field.id);
        desk.state.put(Change::User(user));
    }
    desk.state.put(Change::FieldGone(field.id));
    nothing()
}

/// `GET /users/{id}/custom-fields`: whole.
pub(crate) fn of_user(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    lists::whole(user.fields.iter().filter_map(|(id, text)| value(desk.state, *id, text)))
}

/// `PUT /users/{id}/custom-fields/{fieldId}`: 400 when the value does not fit the type. [doc]
pub(crate) fn set(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let mut user = desk.user(call, 1)?;
    let field = find(desk, call, 3)?;
    let text = body::object(call)?.get("value").and_then(Json::scalar).filter(|text| fits(&field, text));
    let text = text.ok_or_else(refusal::criteria)?;
    user.fields.insert(field.id, text.clone());
    users::save(desk, user);
    done(value(desk.state, field.id, &text).unwrap_or_default())
}

/// `DELETE /users/{id}/custom-fields/{fieldId}`.
pub(crate) fn unset(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let mut user = desk.user(call, 1)?;
    let field = find(desk, call, 3)?;
    user.fields.remove(&field.id);
    users::save(desk, user);
    nothing()
}

/// A value with its field, as users show it.
pub(crate) fn value(state: &State, id: u64, value: &str) -> Option<Json> {
    let field = state.fields.get(&id)?;
    let shown = Object::new()
        .put("id", field.id)
        .put("fieldType", &field.kind)
        .put("fieldName", &field.name)
        .put("value", value);
    Some(shown.into())
}

/// The field that a filter `cf_{id}` names.
pub(crate) fn named<'a>(state: &'a State, filter: &str) -> Option<&'a Field> {
    state.fields.get(&filter.strip_prefix("cf_")?.parse().ok()?)
}

/// `eq` means «contains» for a TEXT and equality for the others; `exact` is exact. [doc]
pub(crate) fn matches(state: &State, user: &User, clause: &Clause) -> bool {
    let Some(field) = named(state, &clause.name) else { return false };
    let Some(value) = user.fields.get(&field.id) else { return false };
    match (clause.operator, field.kind.as_str()) {
        (Operator::Eq, "TEXT") => clause.contained_in(value),
        _ => clause.names(value),
    }
}

fn find(desk: &Desk<'_>, call: &Call, at: usize) -> Result<Field, Reply> {
    let field = desk.state.fields.get(&id(call, at)?).cloned();
    field.ok_or_else(|| refusal::error(404, "Unknown custom field requested for update"))
}

fn edited(body: &Object, old: &Field) -> Result<Field, Reply> {
    let name = body.get("fieldName").and_then(body::text).or_else(|| Some(old.name.clone()));
    let kind = body.get("fieldType").and_then(body::text).or_else(|| Some(old.kind.clone()));
    let name = name.filter(|name| !name.is_empty()).ok_or_else(refusal::criteria)?;
    let kind = kind
        .filter(|kind| ["TEXT", "NUMBER", "DATE"].contains(&kind.as_str()))
        .ok_or_else(refusal::criteria)?;
    Ok(Field { name, kind, ..old.clone() })
}

fn render(field: &Field) -> Json {
    Object::new()
        .put("id", field.id)
        .put("fieldName", &field.name)
        .put("fieldType", &field.kind)
        .put("displayOrder", field.order.to_string())
        .put("pattern", (field.kind == "DATE").then_some("MM/dd/yyyy"))
        .into()
}

fn fits(field: &Field, text: &str) -> bool {
    match field.kind.as_str() {
        "NUMBER" => text.parse::<f64>().is_ok(),
        "DATE" => NaiveDate::parse_from_str(text, "%m/%d/%Y").is_ok(),
        _ => true,
    }
}
