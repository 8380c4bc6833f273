//! Names of files: as people open them, in the content tree, and in the output.
//!
//! All three are text with `/` between their parts on every system. What cannot be such a name is refused with a [`PathFault`],
//! so whoever holds one of these need not ask again.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

/// A file as the user would open it: relative to the site's root (`content/index.md`), or in a git ref (`docs-2:content/index.md`).
///
/// It knows the hash of its text: a run looks up every file several times, by names that share their beginnings.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "Arc<str>", from = "Arc<str>")]
pub struct FileName {
    text: Arc<str>,
    hash: u64,
}

impl FileName {
    /// The file that `name` names to people.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self::from(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<Arc<str>> for FileName {
    fn from(text: Arc<str>) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write(text.as_bytes());
        Self { hash: hasher.finish(), text }
    }
}

impl From<FileName> for Arc<str> {
    fn from(name: FileName) -> Self {
        name.text
    }
}

impl PartialEq for FileName {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && (Arc::ptr_eq(&self.text, &other.text) || self.text == other.text)
    }
}

impl Eq for FileName {}

impl Hash for FileName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl PartialOrd for FileName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FileName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

/// A file in a version's content tree, as `guides/webhooks.md`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// The path `text`, if every system can hold it: see [`PathFault`].
    pub fn new(text: &str) -> Result<Self, PathFault> {
        checked(text).map(|()| Self(text.into()))
    }

    /// The path as text, without slash at either end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds the file, without slash at either end; empty at the top.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last name of the path.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// What follows the last dot of the name, in lower case; none for a name without dot.
    pub fn extension(&self) -> Option<String> {
        let (stem, extension) = self.name().rsplit_once('.')?;
        (!stem.is_empty()).then(|| extension.to_lowercase())
    }

    /// Whether the file is a page's source: Markdown by its ending.
    pub fn is_page(&self) -> bool {
        matches!(self.extension().as_deref(), Some("md" | "markdown"))
    }
}

/// A path that is read back is judged again.
impl TryFrom<String> for SourcePath {
    type Error = PathFault;

    fn try_from(text: String) -> Result<Self, PathFault> {
        Self::new(&text)
    }
}

/// A file in the output, as `guides/webhooks/index.html`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPath(Arc<str>);

impl OutPath {
    /// The path `text`, if every system can hold it: see [`PathFault`].
    pub fn new(text: &str) -> Result<Self, PathFault> {
        checked(text).map(|()| Self(text.into()))
    }

    /// The path as text, without slash at either end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text cannot name a file everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathFault {
    /// A part is empty, `.` or `..`.
    Parts,
    /// A part holds a character that Windows refuses, or a control character.
    Character(char),
    /// A part ends in a dot or a space, which Windows drops.
    Ending,
    /// A part is a device on Windows (`con`, `nul`, `com1` …), with or without an ending.
    Device,
    /// A part is longer than 240 bytes.
    Length,
}

impl fmt::Display for PathFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathFault::Parts => f.write_str("a part of it is empty, `.` or `..`"),
            PathFault::Character(c) => write!(f, "Windows cannot hold {c:?} in a name"),
            PathFault::Ending => f.write_str("Windows drops a dot or a space at the end of a name"),
            PathFault::Device => f.write_str("it is the name of a device on Windows"),
            PathFault::Length => f.write_str("a name of it is longer than 240 bytes"),
        }
    }
}

fn checked(text: &str) -> Result<(), PathFault> {
    text.split('/').try_for_each(part)
}

/// The rules of Windows for one name ("Naming Files, Paths, and Namespaces", Win32 documentation), and a length that leaves room
/// for a suffix below the 255 bytes of most file systems.
fn part(name: &str) -> Result<(), PathFault> {
    if name.is_empty() || name == "." || name == ".." {
        return Err(PathFault::Parts);
    }
    if let Some(c) = name.chars().find(|c| c.is_control() || r#"<>:"|?*\"#.contains(*c)) {
        return Err(PathFault::Character(c));
    }
    if name.ends_with(['.', ' ']) {
        return Err(PathFault::Ending);
    }
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let numbered = |prefix: &str| {
        stem.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            && matches!(&stem[3..], "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
    };
    if ["con", "prn", "aux", "nul", "conin$", "conout$"].iter().any(|device| stem.eq_ignore_ascii_case(device)) || numbered("com") || numbered("lpt")
    {
        return Err(PathFault::Device);
    }
    if name.len() > 240 {
        return Err(PathFault::Length);
    }
    Ok(())
}

macro_rules! shown_as_text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }
    )*};
}

shown_as_text!(FileName, SourcePath, OutPath);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_windows_cannot_hold_are_refused_everywhere() {
        for (text, fault) in [
            ("a//b", PathFault::Parts),
            ("../a", PathFault::Parts),
            ("a:b", PathFault::Character(':')),
            ("a\\b", PathFault::Character('\\')),
            ("a./b", PathFault::Ending),
            ("docs/NUL.md", PathFault::Device),
            ("com1", PathFault::Device),
        ] {
            assert_eq!(SourcePath::new(text), Err(fault), "{text}");
        }
        assert_eq!(SourcePath::new(&"x".repeat(241)), Err(PathFault::Length));
        for text in ["a b/50% #1.md", "com10.md", "ünïcode/日本.md", "console.md"] {
            assert!(SourcePath::new(text).is_ok(), "{text}");
        }
    }
}
