//! A key as it is stored.

use std::fmt;

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use gateway_core::config::{Diagnosis, Text};
use gateway_core::text_value;

/// The algorithm's name before the hexadecimal digits.
const PREFIX: &str = "sha256:";

/// The SHA-256 hash of a key, written `sha256:` and 64 hexadecimal digits.
///
/// A plain, fast, unsalted hash is right for keys and would be wrong for passwords: a key is random (128 bits
/// or more), so there is nothing to guess from its hash, and look-up by the hash takes constant time.
///
/// ```
/// use layer_auth::{KeyHash, hash_key};
///
/// let hash: KeyHash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".parse()?;
/// assert_eq!(hash, hash_key(b"test"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash([u8; SHA256_OUTPUT_LEN]);

/// Hashes a key as it is sent by its owner.
///
/// ```
/// use layer_auth::hash_key;
///
/// assert_eq!(
///     hash_key(b"test").to_string(),
///     "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
/// );
/// ```
pub fn hash_key(plaintext: &[u8]) -> KeyHash {
    let mut hash = [0; SHA256_OUTPUT_LEN];
    hash.copy_from_slice(digest(&SHA256, plaintext).as_ref());
    KeyHash(hash)
}

impl Text for KeyHash {
    const NAME: &'static str = "KeyHash";
    const WANTED: &'static str = "the hash of a key such as \"sha256:9f86d0…\"";
    const DESCRIPTION: &'static str =
        "The SHA-256 hash of a key: `sha256:` and 64 hexadecimal digits.";
    const EXAMPLES: &'static [&'static str] =
        &["sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"];
    const PATTERN: Option<&'static str> = Some("^sha256:[0-9A-Fa-f]{64}$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        // No message repeats the text: it may be the key itself, put here by mistake.
        let Some(digits) = text.strip_prefix(PREFIX) else {
            return Err(Diagnosis::new("the hash of a key begins with `sha256:`")
                .help("write the output of `printf %s KEY | sha256sum` after `sha256:`"));
        };
        let strange = |c: &char| !c.is_ascii_hexdigit();
        if let Some((at, c)) = digits.char_indices().find(|(_, c)| strange(c)) {
            return Err(Diagnosis::new("a hash consists of hexadecimal digits")
                .within(PREFIX.len() + at, c.len_utf8()));
        }
        let mut hash = [0; SHA256_OUTPUT_LEN];
        if digits.len() != 2 * hash.len() {
            let (wanted, found) = (2 * hash.len(), digits.len());
            return Err(Diagnosis::new(format!(
                "a SHA-256 hash has {wanted} digits, this one has {found}"
            )));
        }
        for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            *byte = pair.iter().fold(0, |byte, digit| byte << 4 | value(*digit));
        }
        if Self(hash) == hash_key(b"") {
            return Err(Diagnosis::new("this is the hash of an empty text")
                .help("hash a key; an unset variable may have been hashed here"));
        }
        Ok(Self(hash))
    }
}

text_value!(KeyHash);

/// The value of a hexadecimal digit.
fn value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        letter => (letter | 0x20) - b'a' + 10,
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for key in ["test", "k", "\u{e9}\0"] {
            let hash = hash_key(key.as_bytes());
            assert_eq!(hash.to_string().parse(), Ok(hash));
            let shouted = hash.to_string().to_uppercase().replace("SHA256", "sha256");
            assert_eq!(shouted.parse(), Ok(hash));
        }
    }

    #[test]
    fn what_is_no_hash_is_refused_without_being_repeated() {
        for (text, message) in [
            ("", "the hash of a key begins with `sha256:`"),
            ("my-key", "the hash of a key begins with `sha256:`"),
            ("sha512:00", "the hash of a key begins with `sha256:`"),
            ("sha256:9f8", "a SHA-256 hash has 64 digits, this one has 3"),
            ("sha256:my-key", "a hash consists of hexadecimal digits"),
            (
                &hash_key(b"").to_string(),
                "this is the hash of an empty text",
            ),
        ] {
            let error = KeyHash::from_text(text).unwrap_err();
            assert_eq!(error.message(), message);
            assert!(
                text.is_empty() || !error.to_string().contains(text),
                "{error}"
            );
        }
    }
}
