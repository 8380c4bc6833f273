//! What was made of files: by the run before where they have not changed since, else now.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::{Found, Place, Stamp, stamp};
use crate::id::FileName;

/// What has changed in the site's folder since a run before. A hint: what it names is looked at again, and digests decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Nothing but what is in these files.
    Files(FxHashSet<PathBuf>),
    /// These files, and perhaps which files there are.
    Names(FxHashSet<PathBuf>),
    /// Nobody knows.
    Anything,
}

/// What was made of each file, and how the file lay on disk then.
pub(super) type Made<T> = FxHashMap<FileName, (Stamp, T)>;

/// What was made of `found` before, where that still holds.
pub(super) fn kept<'a, T>(found: &Found, before: Option<(&'a Made<T>, &Changed)>) -> Option<&'a (Stamp, T)> {
    let (made, changed) = before?;
    let known = made.get(&found.file)?;
    let same = match (&found.place, changed) {
        (Place::Git(..), _) => stamp(found) == known.0,
        (Place::Disk(_), Changed::Anything) => false,
        (Place::Disk(path), Changed::Files(files)) => !files.contains(path),
        // The name may belong to another file than before.
        (Place::Disk(path), Changed::Names(files)) => !files.contains(path) && stamp(found) == known.0,
    };
    same.then_some(known)
}

/// What is made of `found`: what was made before, where that still holds, else what `make` makes now.
pub(super) fn made<T: Clone>(found: &Found, before: Option<(&Made<T>, &Changed)>, make: impl FnOnce(&Found) -> T) -> (Stamp, T) {
    kept(found, before).cloned().unwrap_or_else(|| {
        // The stamp first: what changes while the file is read is seen the next time.
        let stamp = stamp(found);
        (stamp, make(found))
    })
}
