//! What bytes are called: the first 128 bits of their BLAKE3 hash.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of some bytes: equal bytes have equal digests, on every machine and in every run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest([u8; 16]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_hash(&blake3::hash(bytes))
    }

    /// The digest of what `hasher` has been fed, for bytes that are not held at once.
    pub fn from_hasher(hasher: &blake3::Hasher) -> Self {
        Self::from_hash(&hasher.finalize())
    }

    fn from_hash(hash: &blake3::Hash) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        Self(bytes)
    }

    /// The digest that was once written as these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The digest that was once written as these 32 hexadecimal digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        if hex.len() != 32 || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        for (no, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * no..2 * no + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The first of its bytes, to spread many evenly.
    pub fn first(&self) -> u8 {
        self.0[0]
    }

    /// The first eight hexadecimal digits: enough to tell two builds of one file apart in its name.
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_the_digest_of_the_whole() {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"re");
        hasher.update(b"cto");
        assert_eq!(Digest::from_hasher(&hasher), Digest::of(b"recto"));
        let text = Digest::of(b"recto").to_string();
        assert_eq!((text.len(), Digest::from_hex(&text)), (32, Some(Digest::of(b"recto"))));
        assert_eq!(Digest::from_hex(&text[1..]), None);
        assert_eq!(Digest::from_hex(&"é".repeat(16)), None);
    }
}
