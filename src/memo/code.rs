//! Values as bytes and back, and the keys of what is remembered.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::id::Digest;

/// `value` as bytes; none where it holds what has no such form.
pub fn encode(value: &impl Serialize) -> Option<Vec<u8>> {
    postcard::to_allocvec(value).ok()
}

/// The value that `bytes` are; none where they are no such value, whole.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
}

/// What the result of the step `step` is called, where `made_of` is all that the step uses.
pub fn key(step: &str, made_of: &impl Serialize) -> Option<Digest> {
    encode(&(step, made_of)).map(|bytes| Digest::of(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_whole_is_nothing() {
        let bytes = encode(&("a", 7_u32, vec![true])).unwrap();
        assert_eq!(decode::<(String, u32, Vec<bool>)>(&bytes), Some(("a".to_owned(), 7, vec![true])));
        assert_eq!(decode::<(String, u32, Vec<bool>)>(&bytes[..bytes.len() - 1]), None);
        assert_eq!(decode::<(String, u32)>(&bytes), None);
        // A length that no memory could hold.
        assert_eq!(decode::<Vec<u64>>(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]), None);
    }

    #[test]
    fn keys_tell_steps_and_parts_apart() {
        assert_ne!(key("page", &"x"), key("body", &"x"));
        assert_ne!(key("page", &("a", "bc")), key("page", &("ab", "c")));
        assert_eq!(key("page", &("a", 1_u8)), key("page", &("a", 1_u8)));
    }
}
