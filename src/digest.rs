//! SHA-256 as text: of manifests and of a plan's changes; and keyed, of what somebody who reads it must not be able to guess.

use std::borrow::Cow;
use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// SHA-256 in hexadecimal, lower case.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// SHA-256 of what comes piece by piece.
#[derive(Default)]
pub struct Sum(Sha256);

impl Sum {
    /// Adds a piece.
    pub fn add(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest of all of them, in hexadecimal, lower case.
    pub fn end(self) -> String {
        hexadecimal(&self.0.finalize())
    }
}

/// A secret that digests are made with: without it nobody can tell of what they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// A key for one purpose, drawn from a secret that has others too.
    pub fn derived(secret: &str, purpose: &str) -> Self {
        Self(mac(secret.as_bytes(), [purpose.as_bytes()]))
    }

    /// The keyed digest (HMAC-SHA-256) of these parts for one use.
    pub fn digest(&self, used_for: &str, bytes: &[u8]) -> Digest {
        Digest(mac(&self.0, [used_for.as_bytes(), &[0], bytes]))
    }
}

/// A digest; written as hexadecimal, lower case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hexadecimal(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hexadecimal(&self.0))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let unlike = || D::Error::custom("it is no digest");
        let digits: &[u8; 64] = text.as_bytes().try_into().map_err(|_| unlike())?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0]).ok_or_else(unlike)? << 4 | digit(pair[1]).ok_or_else(unlike)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(…)")
    }
}

fn mac<const PARTS: usize>(key: &[u8], parts: [&[u8]; PARTS]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length is right");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half & 15)]);
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(*byte));
    }
    text
}

/// What a digit in hexadecimal stands for.
fn digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Digest, Key};

    #[test]
    fn it_is_what_sha256sum_prints() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(super::sha256(""), empty);
        let mut sum = super::Sum::default();
        sum.add(b"ab");
        sum.add(b"c");
        assert_eq!(sum.end(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_keyed_digest_is_the_standard_s() {
        // RFC 4231, test case 2.
        let digest = super::hexadecimal(&super::mac(b"Jefe", [b"what do ya want ", b"for nothing?"]));
        assert_eq!(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn another_key_or_use_gives_another_digest_and_none_is_shown() {
        let (one, other) = (Key::derived("secret", "cache"), Key::derived("secret", "other"));
        assert_ne!(one.digest("a", b"x"), other.digest("a", b"x"));
        assert_ne!(one.digest("a", b"x"), one.digest("b", b"x"));
        assert_eq!(format!("{one:?}"), "Key(…)");
    }

    #[test]
    fn a_digest_is_read_as_it_was_written_and_nothing_else_is_one() {
        let digest = Key::derived("secret", "cache").digest("a", b"x");
        let text = serde_json::to_string(&digest).unwrap();
        assert_eq!((text.len(), serde_json::from_str::<Digest>(&text).unwrap()), (66, digest));
        for other in ["\"\"".to_owned(), text.replace(&text[1..3], "xy"), text.replacen(&text[1..2], "", 1)] {
            assert!(serde_json::from_str::<Digest>(&other).is_err(), "{other}");
        }
    }
}
