//! What a run came to. One that would do what a run before did need not: where all that it reads is the same, nothing is parsed, resolved
//! or rendered.
//!
//! What lies in the output is still read, byte by byte: only digests decide.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostics;
use crate::id::Digest;
use crate::memo::{self, Memo};
use crate::write::{Entry, Outlet, Summary, WriteError};

/// What a run came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// How many pages the site has.
    pub pages: usize,
    /// The digest of the manifest that it wrote.
    pub manifest: Digest,
    /// Everything that was found.
    pub diagnostics: Diagnostics,
}

impl Outcome {
    /// What the run called `key` came to; none where that is not known.
    pub fn recalled(memo: &Memo, key: Digest) -> Option<Self> {
        memo.recall(key).and_then(|bytes| memo::decode(&bytes))
    }

    /// Remembers it as what the run called `key` came to.
    pub fn remember(&self, memo: &Memo, key: Digest) {
        if let Some(bytes) = memo::encode(self) {
            memo.remember(key, &bytes);
        }
    }
}

/// Finishes, where the old site has this manifest and all that it lists. Otherwise nothing is done, and the outlet comes back.
///
/// # Errors
/// When the disk refuses.
pub fn again(outlet: Outlet, manifest: Digest) -> Result<Result<Summary, Outlet>, WriteError> {
    let Some(files) = outlet.listed(manifest) else { return Ok(Err(outlet)) };
    let has = |buffer: &mut Vec<u8>, file: &Entry| outlet.has(file, buffer);
    let all = || files.par_iter().map_init(Vec::new, has).all(|has| has);
    let (all, foreign) = rayon::join(all, || outlet.foreign());
    if !all {
        return Ok(Err(outlet));
    }
    let foreign = foreign?;
    Ok(Ok(outlet.finish_as_it_was(foreign)))
}
