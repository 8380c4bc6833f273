//! What a run came to. One that would do what a run before did need not: where all that it reads is the same, nothing is parsed, resolved
//! or rendered.
//!
//! What lies in the output is still read, byte by byte: see [`crate::write::Outlet::finish_as_it_was`]. Only digests decide.

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostics;
use crate::id::Digest;
use crate::memo::{self, Memo};

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
