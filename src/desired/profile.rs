//! A resident's names, e-mail and phone as Brivo should hold them (P8, P10, P11, P12).

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use crate::access::contacts::Contacts;
use crate::access::{Personal, Profile};
use crate::roster::{Phone, Resident};
use crate::rules::RuleId;

use super::note::Note;

/// The first name of somebody who has none (P11).
const NAMELESS: &str = "Resident";

/// What Brivo should hold, and what a create should warn of.
pub(super) fn profile(resident: &Resident, country: &str) -> (Profile, Vec<Note>) {
    let mut notes = Vec::new();
    let split = resident.full_name.as_ref().and_then(|full| full.reveal().split_once(','));
    let given = |text| fold(text).map(Personal::new);
    let first = folded(resident.first_name.as_ref()).or_else(|| split.and_then(|(_, first)| given(first)));
    let last = folded(resident.last_name.as_ref())
        .or_else(|| split.and_then(|(last, _)| given(last)))
        .or_else(|| whole_name(resident, first.as_ref().map(Personal::reveal)).map(Personal::new));
    if first.is_none() || last.is_none() {
        let text = "a name is missing: the customer id, or \"Resident\", stands in its place";
        notes.push(Note::warning(RuleId::P11, text).on_create());
    }
    let emails: Contacts = folded(resident.email.as_ref()).into_iter().collect();
    if emails.is_empty() {
        let text = "no e-mail address: no mobile pass can be sent";
        notes.push(Note::warning(RuleId::P9, text).on_create());
    }
    let profile = Profile {
        first_name: first.unwrap_or_else(|| Personal::new(NAMELESS)),
        middle_name: folded(resident.middle_name.as_ref()),
        last_name: last.unwrap_or_else(|| Personal::new(resident.customer.as_str())),
        emails,
        phones: phones(&resident.phones, country).into(),
    };
    (profile, notes)
}

/// A full name without a comma, where the first name is known to be a part of it, or there is none.
fn whole_name(resident: &Resident, first: Option<&str>) -> Option<String> {
    let full = fold(resident.full_name.as_ref()?.reveal())?;
    if full.contains(',') {
        return None;
    }
    match first {
        Some(first) => full.strip_prefix(first).and_then(fold).map(Cow::into_owned),
        None => Some(full.into_owned()),
    }
}

/// The very same text where there is nothing to fold.
fn folded(name: Option<&Personal>) -> Option<Personal> {
    let name = name?;
    Some(match fold(name.reveal())? {
        Cow::Borrowed(_) => name.clone(),
        Cow::Owned(folded) => Personal::new(folded),
    })
}

/// In NFC, trimmed, inner blanks folded (P12); `None` where nothing is left.
fn fold(text: &str) -> Option<Cow<'_, str>> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic());
    if text.split(' ').all(is_word) {
        return Some(Cow::Borrowed(text));
    }
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect::<String>();
    (!folded.is_empty()).then_some(Cow::Owned(folded))
}

fn phones(phones: &[Phone], country: &str) -> Vec<Personal> {
    let mut written: Vec<Personal> = Vec::new();
    for number in phones.iter().filter_map(|phone| e164(phone, country)) {
        if !written.contains(&number) {
            written.push(number);
        }
    }
    written
}

/// E.164 where Entrata's country code or the property's country makes it one, else as it stands (P8).
fn e164(phone: &Phone, country: &str) -> Option<Personal> {
    let text = fold(phone.number.reveal())?;
    let digits = digits(&text);
    let written = if text.starts_with('+') && is_plausible(&digits) {
        Some(format!("+{digits}"))
    } else {
        let code = phone.country_code.as_deref().map(self::digits).filter(|code| !code.is_empty());
        let codes = [code.as_deref(), calling_code(country)];
        codes.into_iter().flatten().find_map(|code| national(&digits, code))
    };
    Some(written.map_or_else(|| Personal::new(text), Personal::new))
}

/// A national number with its calling code; a trunk zero in front falls away outside North America.
fn national(digits: &str, code: &str) -> Option<String> {
    if code == "1" {
        return match digits.len() {
            10 => Some(format!("+1{digits}")),
            11 if digits.starts_with('1') => Some(format!("+{digits}")),
            _ => None,
        };
    }
    let bare = digits.strip_prefix('0').unwrap_or(digits);
    let whole = format!("{code}{bare}");
    (bare.len() >= 6 && is_plausible(&whole)).then(|| format!("+{whole}"))
}

/// E.164 allows fifteen digits at most; fewer than eight is no number with a country code.
fn is_plausible(digits: &str) -> bool {
    (8..=15).contains(&digits.len()) && !digits.starts_with('0')
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Calling codes of the countries in which Entrata is sold; others keep the number as it stands.
fn calling_code(country: &str) -> Option<&'static str> {
    match country {
        "US" | "CA" | "PR" => Some("1"),
        "GB" => Some("44"),
        "IE" => Some("353"),
        "MX" => Some("52"),
        "FR" => Some("33"),
        "DE" => Some("49"),
        "ES" => Some("34"),
        "NL" => Some("31"),
        "AU" => Some("61"),
        _ => None,
    }
}

/// Whether two numbers are one (P8): the same digits, a country code aside.
pub fn is_same_phone(a: &Personal, b: &Personal) -> bool {
    let count = |number| digits_of(number).count();
    let (short, long) = if count(a) < count(b) { (a, b) } else { (b, a) };
    if count(short) == count(long) {
        return digits_of(short).eq(digits_of(long));
    }
    let significant = digits_of(short).skip_while(|digit| *digit == b'0').count();
    let ends_alike = || digits_of(short).rev().take(significant).eq(digits_of(long).rev().take(significant));
    significant >= 7 && count(long) - significant <= 3 && ends_alike()
}

fn digits_of(number: &Personal) -> impl DoubleEndedIterator<Item = u8> {
    number.reveal().bytes().filter(u8::is_ascii_digit)
}

/// Whether two e-mail addresses are one, case aside.
pub fn is_same_email(a: &Personal, b: &Personal) -> bool {
    trimmed(a.reveal()).eq_ignore_ascii_case(trimmed(b.reveal()))
}

/// Almost every text is so already: to see that takes less than to look for characters that are blank.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::CustomerId;
    use crate::roster::{CustomerType, Day};

    fn resident(first: &str, last: &str, full: &str) -> Resident {
        let name = |text: &str| (!text.is_empty()).then(|| Personal::new(text));
        Resident {
            customer: CustomerId::new("990001"),
            kind: CustomerType::Primary,
            relationship: None,
            status: None,
            move_in: Day::Absent,
            move_out: Day::Absent,
            first_name: name(first),
            middle_name: None,
            last_name: name(last),
            full_name: name(full),
            email: None,
            phones: Vec::new(),
        }
    }

    #[test]
    fn names_are_split_folded_and_stood_in_for() {
        let cases = [
            (("Rosa", "Renter", ""), ("Rosa", "Renter")),
            (("  Rosa  Maria ", "Renter", ""), ("Rosa Maria", "Renter")),
            (("", "", "Renter, Rosa"), ("Rosa", "Renter")),
            (("", "Renter", "Other, Rosa"), ("Rosa", "Renter")),
            (("Rosa", "", "Rosa Renter"), ("Rosa", "Renter")),
            (("", "", ""), ("Resident", "990001")),
            (("Rosa", "", ""), ("Rosa", "990001")),
            (("Zoe\u{308}", "Mu\u{308}ller", ""), ("Zoë", "Müller")),
        ];
        for ((first, last, full), wanted) in cases {
            let (profile, _) = profile(&resident(first, last, full), "US");
            assert_eq!((profile.first_name.reveal(), profile.last_name.reveal()), wanted);
        }
    }

    #[test]
    fn numbers_become_e164_where_a_country_makes_them_one() {
        let cases = [
            ("(217) 555-0101", None, "US", "+12175550101"),
            ("+1 2175550101", Some("1"), "US", "+12175550101"),
            ("2175550101", Some("1"), "GB", "+12175550101"),
            ("020 7946 0001", Some("1"), "GB", "+442079460001"),
            ("12175550101", None, "US", "+12175550101"),
            ("020 7946 0001", None, "GB", "+442079460001"),
            ("555-0101", None, "US", "555-0101"),
            ("020 7946 0001", None, "ZZ", "020 7946 0001"),
            // Too short, too long, or beginning with a zero: not a whole number.
            ("12-345", None, "IE", "12-345"),
            ("+1 23-4", None, "US", "+1 23-4"),
            ("+1 2345 6789 0123 456", None, "US", "+1 2345 6789 0123 456"),
            ("+01 2345 678 9012", None, "US", "+01 2345 678 9012"),
        ];
        for (number, code, country, wanted) in cases {
            let phone = Phone { number: Personal::new(number), country_code: code.map(Into::into) };
            assert_eq!(e164(&phone, country).unwrap().reveal(), wanted, "{number}");
        }
    }

    #[test]
    fn addresses_are_one_whatever_their_case_and_the_blanks_around_them() {
        let is_one = |a, b| is_same_email(&Personal::new(a), &Personal::new(b));
        assert!(is_one("rosa@example.com", "Rosa@Example.com"));
        assert!(is_one(" rosa@example.com", "rosa@example.com "));
        assert!(is_one("\u{a0}rosa@example.com", "rosa@example.com\n"));
        assert!(is_one("", " ") && is_one("r", "R") && is_one("r", " r"));
        assert!(!is_one("rosa@example.com", "ros@example.com") && !is_one("r", "") && !is_one("a b", "ab"));
    }

    #[test]
    fn numbers_are_one_when_only_the_country_code_differs() {
        let same = |a: &str, b: &str| is_same_phone(&Personal::new(a), &Personal::new(b));
        assert!(same("+1-217-555-0101", "(217) 555-0101"));
        assert!(same("+12175550101", "1 217 5550101"));
        assert!(!same("+12175550101", "2175550102"));
        assert!(!same("", "2175550101"));
        // The digits of another number, or an end too short to tell.
        assert!(!same("91234567", "01234567") && !same("01234567", "91234567"));
        assert!(!same("555010", "1555010"));
        assert!(same("5550101", "17 555-0101"));
        assert!(!same("5550101", "1217 555-0101"));
    }
}
