//! Which paths have been put so far: each once, and none both a file and a folder.

use rustc_hash::FxHashMap;

use super::Rank;
use super::error::WriteError;
use super::manifest::{Entry, MANIFEST, folders, kept_for_us};
use crate::id::{Digest, OutPath, VersionId};

/// The paths put so far.
#[derive(Debug)]
pub(super) struct Claims {
    files: FxHashMap<Box<str>, Claim>,
    /// Each folder that is needed, and one path below it.
    folders: FxHashMap<Box<str>, Box<str>>,
}

#[derive(Debug)]
struct Claim {
    path: OutPath,
    owner: Option<VersionId>,
    rank: Rank,
    stored: Option<Stored>,
}

/// What became of an output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    pub(super) digest: Digest,
    pub(super) bytes: u64,
    /// Whether it was written to the new tree; else the old site has it already.
    pub(super) written: bool,
}

/// All that was put, in the order of the paths.
#[derive(Debug, Default)]
pub(super) struct Put {
    pub(super) entries: Vec<Entry>,
    /// What lies in the new tree, with its place in the order of appearing.
    pub(super) written: Vec<(Rank, OutPath)>,
    /// What the old site has already.
    pub(super) unchanged: Vec<OutPath>,
    pub(super) bytes_written: u64,
}

impl Default for Claims {
    fn default() -> Self {
        let folders = folders(MANIFEST).map(|folder| (folder.into(), MANIFEST.into())).collect();
        Self { files: FxHashMap::default(), folders }
    }
}

impl Claims {
    /// Takes `path`, if no other output has it, nor needs it as a folder.
    pub(super) fn claim(&mut self, path: &OutPath, owner: Option<&VersionId>, rank: Rank) -> Result<(), WriteError> {
        self.fits(path)?;
        for folder in folders(path.as_str()) {
            if self.folders.insert(folder.into(), path.as_str().into()).is_some() {
                break;
            }
        }
        let claim = Claim { path: path.clone(), owner: owner.cloned(), rank, stored: None };
        self.files.insert(path.as_str().into(), claim);
        Ok(())
    }

    /// Whether `path` could be put beside what has been put.
    pub(super) fn fits(&self, path: &OutPath) -> Result<(), WriteError> {
        let text = path.as_str();
        if self.has(path) || kept_for_us(path) {
            return Err(WriteError::AlreadyPut { path: path.clone() });
        }
        if let Some(below) = self.folders.get(text) {
            return Err(WriteError::Clash { file: text.to_owned(), below: below.to_string() });
        }
        match folders(text).find(|folder| self.files.contains_key(*folder)) {
            Some(file) => Err(WriteError::Clash { file: file.to_owned(), below: text.to_owned() }),
            None => Ok(()),
        }
    }

    /// Whether `path` has been put.
    pub(super) fn has(&self, path: &OutPath) -> bool {
        self.files.contains_key(path.as_str())
    }

    /// Notes what became of `path`.
    pub(super) fn stored(&mut self, path: &OutPath, stored: Stored) {
        if let Some(claim) = self.files.get_mut(path.as_str()) {
            claim.stored = Some(stored);
        }
    }

    /// What was put and stored, sorted by path.
    pub(super) fn close(self) -> Put {
        let mut claims: Vec<Claim> = self.files.into_values().collect();
        claims.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let mut put = Put::default();
        for Claim { path, owner, rank, stored } in claims {
            let Some(stored) = stored else { continue };
            if stored.written {
                put.written.push((rank, path.clone()));
                put.bytes_written += stored.bytes;
            } else {
                put.unchanged.push(path.clone());
            }
            put.entries.push(Entry { path, digest: stored.digest, bytes: stored.bytes, owner });
        }
        put
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts `paths`; the last of them is refused with `message`.
    fn check(paths: &[&str], message: &str) {
        let mut claims = Claims::default();
        let mut put = |path: &&str| {
            let path = OutPath::new(path).unwrap();
            claims.claim(&path, None, Rank::Page)
        };
        let (last, first) = paths.split_last().unwrap();
        assert!(first.iter().all(|path| put(path).is_ok()), "{paths:?}");
        assert_eq!(put(last).unwrap_err().to_string(), message);
    }

    #[test]
    fn a_path_is_one_file() {
        check(&["a/b", "a/c", "a/b"], "two outputs have the path `a/b`");
        check(&["_/manifest.json"], "two outputs have the path `_/manifest.json`");
        check(&[".recto-staging/new"], "two outputs have the path `.recto-staging/new`");
        check(&["a/b/c", "a"], "`a` cannot be a file, since `a/b/c` needs it as a folder");
        check(&["ab", "a/b", "a/b/c/d"], "`a/b` cannot be a file, since `a/b/c/d` needs it as a folder");
        check(&["_"], "`_` cannot be a file, since `_/manifest.json` needs it as a folder");
    }
}
