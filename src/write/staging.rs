//! The folder in which a site is got ready, and the lock on it: who holds it is the one that writes to the target.
//!
//! It is `.NAME.recto` beside the target, or `.recto-staging` inside where a sibling would lie on another device or may not be made.
//! In it: `lock` with the holder's process id, `new/` the tree (after the swap, the old one), and two manifests for the per-file
//! swap. The system gives a dead holder's lock back, so that what he left is taken over, emptied and used.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::error::{WriteError, disk};
use super::manifest::INSIDE;
use super::system;
use super::tree::{Old, is_folder};

/// The folder's own files; nothing else in it is ever removed.
const LOCK: &str = "lock";
const NEW: &str = "new";
/// Lists the files of the old site and of the new one, while both are in the target.
const BOTH: &str = "both.json";
/// Lists the files of the new site.
const LAST: &str = "last.json";

/// What fails where the staging folder may not be made.
const CREATING: &str = "create the staging folder";

/// The staging folder, held. Dropping it removes it.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
    /// Whether it lies in the target, so that nothing can be exchanged.
    pub(super) inside: bool,
    /// Open as long as the lock is held.
    lock: File,
    /// Folders above the target that were made for it, the uppermost first.
    parents: Vec<PathBuf>,
}

impl Staging {
    /// Takes the lock for the real folder `target`, which the user calls `shown`.
    pub(super) fn hold(target: &Path, shown: &Path) -> Result<Self, WriteError> {
        if is_folder(target) && system::is_mount(target) {
            return Self::within(target, shown);
        }
        let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
            return Err(WriteError::Overlap { target: shown.to_owned(), with: target.to_owned() });
        };
        let mut sibling = std::ffi::OsString::from(".");
        sibling.push(name);
        sibling.push(".recto");
        let parents = make_parents(parent)?;
        let sibling = parent.join(sibling);
        match Self::acquire(sibling, false, shown, parents.clone()) {
            // Only where it cannot even be made: one that is there may be another build's.
            Err(WriteError::Disk { doing: CREATING, source, .. }) if unwritable(&source) && is_folder(target) => Self::within(target, shown),
            Err(fault) => {
                remove_parents(&parents);
                Err(fault)
            }
            held => held,
        }
    }

    /// The same, inside the target; a folder that is not ours is not touched even for that.
    fn within(target: &Path, shown: &Path) -> Result<Self, WriteError> {
        Old::read(target, shown)?;
        Self::acquire(target.join(INSIDE), true, shown, Vec::new())
    }

    /// Where the new tree is got ready.
    pub(super) fn new_tree(&self) -> PathBuf {
        self.folder.join(NEW)
    }

    /// Where the manifest of the old files and the new waits.
    pub(super) fn both(&self) -> PathBuf {
        self.folder.join(BOTH)
    }

    /// Where the manifest of the new files waits.
    pub(super) fn last(&self) -> PathBuf {
        self.folder.join(LAST)
    }

    /// Removes all that is staged, and gives the lock back.
    ///
    /// # Errors
    /// What could not be removed, with a second try when this is dropped: the site is in its place by then.
    pub(super) fn clear(self) -> Result<(), WriteError> {
        self.empty()
    }

    fn acquire(folder: PathBuf, inside: bool, shown: &Path, parents: Vec<PathBuf>) -> Result<Self, WriteError> {
        // Each round is lost only to a build that ended just then.
        for _ in 0..1000 {
            match system::create_folder(&folder) {
                Err(fault) if fault.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(disk(CREATING, &folder)(fault));
                }
                // One look, since it may go and come between two.
                Err(fault) if fs::symlink_metadata(&folder).is_ok_and(|meta| !meta.is_dir()) => {
                    return Err(disk(CREATING, &folder)(fault));
                }
                // Under a umask that takes rights from the owner, too, nothing could be made in it.
                Ok(()) if system::narrowed(&folder) => {
                    tolerate(system::set_folder_mode(&folder), &[io::ErrorKind::NotFound]).map_err(disk("set the mode of", &folder))?;
                }
                _ => {}
            }
            let path = folder.join(LOCK);
            let mut lock = match system::open_lock(&path) {
                Ok(lock) => lock,
                Err(fault) if fault.kind() == io::ErrorKind::NotFound => continue,
                Err(fault) => {
                    let _ = fs::remove_dir(&folder);
                    return Err(disk("open", &path)(fault));
                }
            };
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(WriteError::Held { target: shown.to_owned(), by: holder(&mut lock) });
                }
                Err(TryLockError::Error(fault)) => {
                    let _ = fs::remove_file(&path).and_then(|()| fs::remove_dir(&folder));
                    return Err(disk("lock", &path)(fault));
                }
            }
            // The holder before us removes the file while he holds it: then ours has no name, and binds nobody.
            if !still_named(&lock, &path) {
                continue;
            }
            let staging = Self { folder, inside, lock, parents };
            staging.take_over()?;
            return Ok(staging);
        }
        Err(WriteError::Held { target: shown.to_owned(), by: None })
    }

    /// Empties what a dead holder left, and signs.
    fn take_over(&self) -> Result<(), WriteError> {
        self.remove_work()?;
        let sign = |mut lock: &File| {
            lock.set_len(0)?;
            lock.rewind()?;
            write!(lock, "{}", std::process::id())
        };
        sign(&self.lock).map_err(disk("write", &self.folder.join(LOCK)))
    }

    fn remove_work(&self) -> Result<(), WriteError> {
        [NEW, BOTH, LAST].iter().try_for_each(|name| {
            let path = self.folder.join(name);
            let removed = match fs::symlink_metadata(&path) {
                Ok(meta) if meta.is_dir() => fs::remove_dir_all(&path),
                Ok(_) => fs::remove_file(&path),
                Err(fault) => Err(fault),
            };
            tolerate(removed, &[io::ErrorKind::NotFound]).map_err(disk("remove", &path))
        })
    }

    /// Removes everything, the lock last: who comes meanwhile sees it held, or finds it gone and makes his own.
    fn empty(&self) -> Result<(), WriteError> {
        let path = self.folder.join(LOCK);
        // Once the lock is gone, whatever has this name is another build's.
        if !still_named(&self.lock, &path) {
            return Ok(());
        }
        self.remove_work()?;
        tolerate(fs::remove_file(&path), &[io::ErrorKind::NotFound]).map_err(disk("remove", &path))?;
        // The next build may have come already, or somebody keeps a file there.
        tolerate(fs::remove_dir(&self.folder), &[io::ErrorKind::NotFound, io::ErrorKind::DirectoryNotEmpty])
            .map_err(disk("remove the folder", &self.folder))?;
        remove_parents(&self.parents);
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed now, the next build removes.
        let _ = self.empty();
    }
}

/// Makes `folder` and what is missing above it; returns what was made, the uppermost first.
fn make_parents(folder: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|path| fs::symlink_metadata(path).is_err()).collect();
    let mut made = Vec::new();
    for path in missing.into_iter().rev() {
        match fs::create_dir(path) {
            Ok(()) => made.push(path.to_owned()),
            Err(_) if is_folder(path) => {}
            Err(fault) => {
                remove_parents(&made);
                return Err(disk("create the folder", path)(fault));
            }
        }
    }
    Ok(made)
}

/// Removes the folders that were made for a target, if it did not come to be.
fn remove_parents(made: &[PathBuf]) {
    for path in made.iter().rev() {
        let _ = fs::remove_dir(path);
    }
}

/// Whether the file held open is the one at `path`; where the system cannot tell, it is.
fn still_named(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(held), Ok(named)) => system::identity(&held) == system::identity(&named),
        _ => false,
    }
}

/// The process that signed the lock.
fn holder(lock: &mut File) -> Option<u32> {
    let mut text = String::new();
    lock.take(20).read_to_string(&mut text).ok()?;
    text.parse().ok()
}

fn unwritable(fault: &io::Error) -> bool {
    matches!(fault.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

fn tolerate(result: io::Result<()>, kinds: &[io::ErrorKind]) -> io::Result<()> {
    match result {
        Err(fault) if !kinds.contains(&fault.kind()) => Err(fault),
        _ => Ok(()),
    }
}
