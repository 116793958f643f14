//! JSON as PHP's `json_encode` writes it, which is how Entrata's bodies look: `/` as `\/`, everything beyond ASCII as `\uXXXX`. [S]

use std::io;

use serde::Serialize as _;
use serde_json::ser::Formatter;

use super::json::Json;

/// The bytes of `json` in PHP's spelling.
pub(crate) fn encode(json: &Json) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1024);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Php);
    match json.serialize(&mut serializer) {
        Ok(()) => bytes,
        Err(error) => format!("{{\"sandbox\":\"the answer could not be written: {error}\"}}").into_bytes(),
    }
}

struct Php;

impl Formatter for Php {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut units = [0_u16; 2];
        let mut plain = 0;
        for (at, character) in fragment.char_indices() {
            if character.is_ascii() && character != '/' {
                continue;
            }
            writer.write_all(&fragment.as_bytes()[plain..at])?;
            plain = at + character.len_utf8();
            if character == '/' {
                writer.write_all(b"\\/")?;
            } else {
                for unit in character.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        writer.write_all(&fragment.as_bytes()[plain..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_and_letters_beyond_ascii_are_escaped_and_read_back() {
        let json = Json::from("a/b é 😀 \"q\"");
        let bytes = encode(&json);
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), r#""a\/b \u00e9 \ud83d\ude00 \"q\"""#);
        assert_eq!(serde_json::from_slice::<String>(&bytes).unwrap(), "a/b é 😀 \"q\"");
    }
}
