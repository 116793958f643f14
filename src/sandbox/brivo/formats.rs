//! The credential formats of an account, and how a Standard 26 Bit card is encoded. [seen]

use super::super::json::{Json, Object};

/// A format with the fields of its cards.
pub(crate) struct Format {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [(u64, &'static str)],
}

/// The format of that id; PINs have one that the list does not show. [doc]
pub(crate) fn of(id: u64) -> Option<&'static Format> {
    if id == PIN.id { Some(&PIN) } else { ALL.iter().find(|format| format.id == id) }
}

/// The format that a world file names, by name or id.
pub(crate) fn named(text: &str) -> Option<&'static Format> {
    ALL.iter().find(|format| format.name.eq_ignore_ascii_case(text) || format.id.to_string() == text)
}

/// A format's row in `GET /credentials/formats`.
pub(crate) fn row(format: &Format) -> Json {
    let fields = format.fields.iter().map(|(id, name)| Object::new().put("id", *id).put("name", *name));
    Object::new()
        .put("id", format.id)
        .put("name", format.name)
        .put("credentialFields", Json::list(fields))
        .into()
}

/// The bits of a Standard 26 Bit card in hexadecimal: a sentinel-less Wiegand word of facility and number with two parities. All the
/// recorded cards agree. [seen]
pub(crate) fn standard_26(facility: u64, number: u64) -> String {
    let word = ((facility & 0xff) << 16) | (number & 0xffff);
    let even = u64::from((word >> 12).count_ones() % 2);
    let odd = u64::from(1 - (word & 0xfff).count_ones() % 2);
    format!("{:x}", (even << 25) | (word << 1) | odd)
}

const PIN: Format = Format { id: 2, name: "PIN Code", fields: &[] };

/// In the order in which Brivo lists them. [seen]
pub(crate) const ALL: [Format; 21] = [
    Format { id: 100, name: "Standard 26 Bit", fields: &[(1, "card_number"), (2, "facility_code")] },
    Format {
        id: 305,
        name: "128-bit PIV",
        fields: &[(121, "agency_code"), (122, "system_code"), (123, "credential_number")],
    },
    Format { id: 301, name: "30-bit Wiegand", fields: &[(61, "card_number"), (62, "facility_code")] },
    Format { id: 203, name: "64-bit BCD PIV for CodeBench", fields: &[] },
    Format { id: 202, name: "64-bit Reverse BCD PIV for CodeBench", fields: &[] },
    Format {
        id: 111,
        name: "75-bit PIV",
        fields: &[(37, "card_number"), (38, "system_code"), (39, "agency_code")],
    },
    Format {
        id: 302,
        name: "Allegion 34-Bit Wiegand",
        fields: &[(81, "card_number"), (82, "facility_code")],
    },
    Format { id: 309, name: "Allegion 40-Bit Card", fields: &[(181, "card_number"), (182, "facility_code")] },
    Format { id: 307, name: "Brivo Mobile Pass", fields: &[] },
    Format { id: 106, name: "Casi-Rusco 40 Bit", fields: &[(25, "card_number"), (26, "facility_code")] },
    Format {
        id: 201,
        name: "FASC-N",
        fields: &[
            (43, "agency_code"),
            (45, "system_code"),
            (47, "credential_number"),
            (49, "credential_series"),
            (51, "individual_credential_issue"),
        ],
    },
    Format {
        id: 105,
        name: "Generic 34 Bit (Even Parity)",
        fields: &[(17, "card_number"), (18, "facility_code")],
    },
    Format {
        id: 107,
        name: "Generic 34 Bit (Odd Parity)",
        fields: &[(21, "card_number"), (22, "facility_code")],
    },
    Format { id: 108, name: "HID 33 BIT", fields: &[(29, "card_number"), (30, "facility_code")] },
    Format { id: 109, name: "HID 33 D10202 BIT", fields: &[(33, "card_number"), (34, "facility_code")] },
    Format { id: 104, name: "HID 37 Bit w/ Fac. Code", fields: &[(14, "card_number")] },
    Format {
        id: 103,
        name: "HID 37 Bit w/ Fac. Code",
        fields: &[(10, "card_number"), (11, "facility_code")],
    },
    Format { id: 102, name: "HID Corporate 1000", fields: &[(5, "card_number"), (6, "facility_code")] },
    Format {
        id: 304,
        name: "HID Corporate 1000 48-bit",
        fields: &[(106, "card_number"), (107, "facility_code")],
    },
    Format {
        id: 306,
        name: "PIV-I",
        fields: &[
            (141, "credential_number"),
            (142, "credential_number"),
            (143, "credential_number"),
            (144, "credential_number"),
            (145, "credential_number"),
        ],
    },
    Format { id: 110, name: "Unknown format", fields: &[] },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_cards_are_encoded_as_they_were() {
        for (facility, number, encoded) in [
            (1, 200, "2020190"),
            (1, 54, "202006d"),
            (2, 15322, "20477b5"),
            (1, 5322, "22994"),
            (3, 5435, "2062a76"),
        ] {
            assert_eq!(standard_26(facility, number), encoded);
        }
    }
}
