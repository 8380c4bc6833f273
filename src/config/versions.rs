//! The versions of a site, and where the pages of each come from.

use jiff::civil::Date;

use super::Folder;
use super::settings::{Lints, Vars};
use crate::data::Spanned;
use crate::id::VersionId;

/// The place of a version in the list of `recto.toml`, from 0; the list goes from the newest to the oldest.
pub type VersionNo = usize;

/// One documented generation of the product.
#[derive(Clone, Debug)]
pub struct Version {
    /// The id: what its addresses begin with.
    pub id: VersionId,
    /// What readers see; the id where none is given.
    pub title: String,
    /// Where it is in its life.
    pub status: Status,
    /// The day it was released.
    pub released: Option<Date>,
    /// The day its support ends.
    pub support_ends: Option<Date>,
    /// The last day it was documented, for one that is gone.
    pub until: Option<Date>,
    /// Its folder, in the working tree or in `git`. Without this, `git` and `inherits`, it is `content`.
    pub content: Option<Folder>,
    /// The branch, tag or commit that `content` is read from.
    pub git: Option<Spanned<String>>,
    /// A folder of the working tree whose files lie over all others.
    pub patches: Option<Folder>,
    /// The version whose pages it starts from.
    pub inherits: Option<Spanned<VersionNo>>,
    /// Globs of inherited files that it does not have.
    pub without: Vec<Spanned<String>>,
    /// Its variables, over `[vars]`.
    pub vars: Vars,
    /// Its lints, over `[lints]`.
    pub lints: Lints,
    /// A glob of the releases that belong to it.
    pub releases: Option<String>,
}

impl Version {
    /// Whether it has pages: one that is gone is only remembered, so that ranges and addresses keep their meaning.
    pub fn documented(&self) -> bool {
        self.status != Status::Gone
    }
}

/// Where a version is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not released yet.
    Preview,
    /// What new customers run; served at the root.
    Current,
    /// Older, and supported.
    Supported,
    /// Older, and to be left.
    Deprecated,
    /// No longer supported; documented for those who still run it.
    Retired,
    /// No longer documented.
    Gone,
}

impl Status {
    /// Every status, with the word for it.
    pub const ALL: [(&'static str, Status); 6] = [
        ("preview", Status::Preview),
        ("current", Status::Current),
        ("supported", Status::Supported),
        ("deprecated", Status::Deprecated),
        ("retired", Status::Retired),
        ("gone", Status::Gone),
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, status)| *status == self).map_or("", |(word, _)| word)
    }
}
