//! Writes the site: takes [`Output`]s, and makes an output folder that appears whole or not at all.
//!
//! ```text
//! open ──> put, put, … (several threads) ──> finish
//!  lock     unchanged: only noted             link what stays, flush, exchange, drop the old tree
//! ```
//!
//! - In: outputs in any order, each path once. The manifest of the earlier build says what in the folder is ours.
//! - Out: the site with `_/manifest.json`, and a [`Summary`]. Until [`Outlet::finish`] the old site stands untouched; without it,
//!   nothing remains. If everything is as it was, no file is touched, and no time on one changes.
//! - Never here: pages, versions' meaning, collisions of letter case (`resolve` refuses those), printing.
//!
//! Files that are not ours are left alone: a folder of such files is refused, and single ones among ours are carried over.

mod claims;
mod error;
mod manifest;
mod outlet;
mod place;
mod staging;
mod survey;
mod swap;
mod system;
#[cfg(test)]
mod tests;
mod texts;
mod tree;

pub use error::WriteError;
pub use manifest::{Entry, MANIFEST, Manifest};
pub use outlet::Outlet;
pub use place::Place;
pub use texts::Texts;

use std::fs::File;

use crate::id::{Digest, OutPath, VersionId};

/// A file of the site.
#[derive(Debug)]
pub struct Output<'a> {
    /// Where it lies in the output.
    pub path: OutPath,
    /// What it holds.
    pub bytes: Bytes<'a>,
    /// The version it belongs to; none for the site as a whole.
    pub owner: Option<VersionId>,
    /// When it may appear, where not all can appear at once.
    pub rank: Rank,
}

/// A file of the site that may stand in the output already.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Where it lies in the output.
    pub path: OutPath,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its length in bytes.
    pub bytes: u64,
    /// The version it belongs to; none for the site as a whole.
    pub owner: Option<VersionId>,
    /// When it may appear, where not all can appear at once.
    pub rank: Rank,
}

/// The digest and the length (in bytes) of a file.
pub type Sum = (Digest, u64);

/// What a file of the site holds.
#[derive(Debug)]
pub enum Bytes<'a> {
    /// These bytes.
    InMemory(Vec<u8>),
    /// What lies in an open file, from where it stands.
    Copy {
        /// The file, opened by whoever judged that it may be published.
        file: File,
        /// How many bytes that is; any other number is an error, since the file changed meanwhile.
        bytes: u64,
    },
    /// These texts, one after another.
    Texts(Texts<'a>),
}

/// The order in which files appear where they cannot all at once: nothing points at what is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Images, styles, scripts: what pages need.
    Asset,
    /// Pages.
    Page,
    /// Lists of pages and versions.
    List,
}

/// How a site takes the place of the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    /// All at once. Asked for where it cannot be had, it is done file by file.
    Whole,
    /// Each file on its own, in the order of [`Rank`]: a reader may meet new pages beside old ones for a moment.
    PerFile,
}

/// What [`Outlet::finish`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that are new or have other bytes.
    pub written: usize,
    /// Files that were put and are as they were.
    pub unchanged: usize,
    /// Files of versions that were kept as they were.
    pub kept: usize,
    /// Files that the site had and has no more.
    pub removed: usize,
    /// Bytes of the files written.
    pub bytes_written: u64,
    /// What in the folder is not ours and was left alone, sorted; a folder stands for all it holds, with `/` at its end.
    pub foreign: Vec<String>,
    /// What went wrong after the new site stood, worth a warning: its name not flushed to disk, or leftovers that could not be
    /// removed (the next build tries again).
    pub trouble: Vec<String>,
    /// How the new site came; none when nothing was to be done.
    pub swap: Option<Swap>,
    /// The digest of its manifest; none of an outlet that keeps nothing.
    pub manifest: Option<Digest>,
}
