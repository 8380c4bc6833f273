//! What a version is called: the first part of its addresses.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The id of a version, as `3` or `2.1`: what its addresses begin with, and what ranges and links name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct VersionId(Arc<str>);

/// Why a text cannot be the id of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionFault {
    /// It is not of the form `[a-z0-9][a-z0-9._-]*`, or a file system could not hold it.
    Form,
    /// It reads as the scheme of a URL, so that links to it would leave the site.
    Scheme,
    /// Generated files live there.
    Reserved,
}

impl fmt::Display for VersionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            VersionFault::Form => "it is not of the form `[a-z0-9][a-z0-9._-]*`",
            VersionFault::Scheme => "it reads as the scheme of a URL",
            VersionFault::Reserved => "generated files live there",
        })
    }
}

/// An id that is read back is judged again.
impl TryFrom<String> for VersionId {
    type Error = VersionFault;

    fn try_from(text: String) -> Result<Self, VersionFault> {
        Self::new(&text)
    }
}

impl VersionId {
    /// The id `text`, of the form `[a-z0-9][a-z0-9._-]*`, which is neither a URL scheme nor a name that Recto takes for itself.
    pub fn new(text: &str) -> Result<Self, VersionFault> {
        let formed = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
        if !formed || super::OutPath::new(text).is_err() {
            return Err(VersionFault::Form);
        }
        const SCHEMES: [&str; 16] =
            ["about", "blob", "data", "file", "ftp", "git", "http", "https", "irc", "javascript", "mailto", "sms", "ssh", "tel", "urn", "ws"];
        if SCHEMES.contains(&text) {
            return Err(VersionFault::Scheme);
        }
        if super::reserved(text).is_some() {
            return Err(VersionFault::Reserved);
        }
        Ok(Self(text.into()))
    }

    /// The id of the only version of a site that has no `[[versions]]`; it is part of no address.
    pub fn only() -> Self {
        Self("current".into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VersionId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_one_safe_segment() {
        for id in ["3", "v3.5", "2024-01", "next_1"] {
            assert_eq!(VersionId::new(id).map(|id| id.to_string()), Ok(id.to_owned()));
        }
        for id in ["", "V3", "a/b", "-1", "3.", "nul", "ä"] {
            assert_eq!(VersionId::new(id), Err(VersionFault::Form), "{id}");
        }
        assert_eq!(VersionId::new("http"), Err(VersionFault::Scheme));
        assert_eq!(VersionId::new("upgrade"), Err(VersionFault::Reserved));
    }
}
