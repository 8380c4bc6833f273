//! A run that would do what the one before did: all that it reads is the same, and so is what that one wrote.
//!
//! Then nothing is parsed, resolved or rendered. What lies in the output is still read, byte by byte: only digests decide.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostics;
use crate::id::Digest;
use crate::memo::{self, Memo};
use crate::write::{Outlet, WriteError};

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

/// What the run called `key` came to, if the output is as it left it; then all of its files are put. If not, none is.
///
/// # Errors
/// When the outlet refuses.
pub fn again(memo: &Memo, key: Digest, outlet: &Outlet) -> Result<Option<Outcome>, WriteError> {
    let Some(outcome) = memo.recall(key).and_then(|bytes| memo::decode::<Outcome>(&bytes)) else { return Ok(None) };
    let Some(files) = outlet.standing(outcome.manifest) else { return Ok(None) };
    let kept = files.par_iter().map(|file| outlet.keep(file)).try_reduce(|| true, |one, other| Ok(one && other))?;
    if !kept {
        outlet.forget();
    }
    Ok(kept.then_some(outcome))
}

/// Remembers what the run called `key` came to.
pub fn remember(memo: &Memo, key: Digest, outcome: &Outcome) {
    if let Some(bytes) = memo::encode(outcome) {
        memo.remember(key, &bytes);
    }
}
