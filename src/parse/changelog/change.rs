//! One thing that a release changed: what an entry of a changelog says.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::kind::ChangeKind;

/// One thing that a release changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeEntry {
    /// What happened.
    pub kind: ChangeKind,
    /// The parts of the product that it is about.
    pub areas: Vec<String>,
    /// Whether what worked before may not work any more.
    pub breaking: bool,
    /// The plans whose customers it is for; everyone when empty.
    pub plans: Vec<String>,
    /// The pages that tell of it, as written: paths of source files.
    pub pages: Vec<String>,
    /// When the thing will be gone, of a deprecation.
    pub until: Option<Until>,
    /// What takes its place: a page's path, or words.
    pub instead: Option<String>,
    /// What others call it.
    pub id: Option<String>,
    /// The ids of entries of older releases that it takes back.
    pub reverts: Vec<String>,
    /// Its first paragraph, without markup and attributes.
    pub text: String,
    /// The code in that, as `GET /v1/hooks`.
    pub names: Vec<String>,
    /// Whether more follows, indented: its migration note.
    pub note: bool,
}

/// When something will be gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Until {
    /// On this day.
    Day(Date),
    /// With this release or version.
    Release(String),
}

impl ChangeEntry {
    /// An entry of which only the kind is known.
    pub(super) fn new(kind: ChangeKind) -> Self {
        Self {
            kind,
            areas: Vec::new(),
            breaking: false,
            plans: Vec::new(),
            pages: Vec::new(),
            until: None,
            instead: None,
            id: None,
            reverts: Vec::new(),
            text: String::new(),
            names: Vec::new(),
            note: false,
        }
    }
}
