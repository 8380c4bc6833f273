//! Two trees on disk: the one being written, and the old one, which is only read and linked from.
//!
//! Neither follows a symbolic link: a folder of the new tree is made by us or found to be a folder, and a file of the old one counts
//! only where every folder above it is one.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::error::{WriteError, disk};
use super::manifest::{Manifest, Names, folder_of};
use super::system;
use crate::id::{Digest, OutPath};

/// A tree that is written to, by several threads at once.
#[derive(Debug)]
pub(super) struct Tree {
    /// Its root, which is made with the first folder or file.
    pub(super) root: PathBuf,
    made: Mutex<FxHashSet<Box<str>>>,
    /// Whether modes must be set by hand; known once the first folder is made.
    narrowed: OnceLock<bool>,
    /// How many more files this tree takes before the disk is full.
    #[cfg(test)]
    pub(super) room: std::sync::atomic::AtomicI64,
}

impl Tree {
    pub(super) fn new(root: PathBuf) -> Self {
        Self {
            root,
            made: Mutex::default(),
            narrowed: OnceLock::new(),
            #[cfg(test)]
            room: std::sync::atomic::AtomicI64::new(i64::MAX),
        }
    }

    /// Makes the folder `path` (empty: the root), and those above it.
    pub(super) fn folder(&self, path: &str) -> Result<(), WriteError> {
        if lock(&self.made).contains(path) {
            return Ok(());
        }
        if !path.is_empty() {
            self.folder(folder_of(path))?;
        }
        let place = self.at(path);
        match system::create_folder(&place) {
            Ok(()) => {
                if *self.narrowed.get_or_init(|| system::narrowed(&place)) {
                    system::set_folder_mode(&place).map_err(disk("set the mode of", &place))?;
                }
            }
            // Another thread was faster, or it is the tree of a site that stands.
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists && is_folder(&place) => {}
            Err(fault) => return Err(disk("create the folder", &place)(fault)),
        }
        lock(&self.made).insert(path.into());
        Ok(())
    }

    /// A new, empty file at `path`.
    pub(super) fn create(&self, path: &str) -> Result<File, WriteError> {
        self.folder(folder_of(path))?;
        let place = self.at(path);
        #[cfg(test)]
        if self.room.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) <= 0 {
            return Err(disk("create", &place)(io::ErrorKind::StorageFull.into()));
        }
        let file = system::create_file(&place).map_err(disk("create", &place))?;
        if *self.narrowed.get().unwrap_or(&true) {
            system::set_mode(&file).map_err(disk("set the mode of", &place))?;
        }
        Ok(file)
    }

    /// The place of `path` on disk.
    pub(super) fn at(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.clone() } else { self.root.join(path) }
    }
}

/// The output folder as an earlier build left it.
#[derive(Debug)]
pub(super) struct Old {
    pub(super) root: PathBuf,
    /// What it lists; empty without a folder, or with an empty one.
    pub(super) manifest: Manifest,
    /// The manifest as it stands there; empty when there is none.
    pub(super) text: Vec<u8>,
    pub(super) names: Names,
    /// Of the folders asked about so far, whether they are folders all the way up to the root.
    sound: Mutex<FxHashMap<Box<str>, bool>>,
}

impl Old {
    /// The site at `root`, for which `shown` is the name to tell the user. Refused if there are files and no manifest of ours.
    pub(super) fn read(root: &Path, shown: &Path) -> Result<Self, WriteError> {
        let (manifest, text) = match Manifest::read(root) {
            Ok(Some(read)) => read,
            Ok(None) if is_vacant(root)? => Default::default(),
            Ok(None) => return Err(WriteError::NotOurs { target: shown.to_owned(), manifest: None }),
            Err(fault) => return Err(WriteError::NotOurs { target: shown.to_owned(), manifest: Some(fault) }),
        };
        let names = manifest.names();
        Ok(Self { root: root.to_owned(), manifest, text, names, sound: Mutex::default() })
    }

    /// Whether the folder `path` of the old tree is one, and none above it is a link.
    pub(super) fn sound(&self, path: &str) -> Result<bool, WriteError> {
        if path.is_empty() {
            return Ok(true);
        }
        if let Some(known) = lock(&self.sound).get(path) {
            return Ok(*known);
        }
        let sound = self.sound(folder_of(path))? && self.look(path)?.is_some_and(|meta| meta.is_dir());
        lock(&self.sound).insert(path.into(), sound);
        Ok(sound)
    }

    /// The file at `path` for reading, and its length in bytes, if it is ours and a regular file.
    pub(super) fn open(&self, path: &str) -> Option<(File, u64)> {
        // Where the system does not say, the file counts as another one, and is written.
        if !self.names.files.contains(path) || !self.sound(folder_of(path)).unwrap_or(false) {
            return None;
        }
        system::open_regular(&self.root.join(path))
    }

    /// Whether the file at `path` is ours and holds `bytes` bytes with this digest: they are read, by way of `buffer`.
    pub(super) fn holds(&self, path: &OutPath, bytes: u64, digest: Digest, buffer: &mut Vec<u8>) -> bool {
        let old = self.open(path.as_str()).filter(|(_, length)| *length == bytes);
        old.is_some_and(|(file, _)| read(file, bytes, buffer).is_ok_and(|read| read == digest))
    }

    /// What stands at `path`, be it a link; none where nothing does, or where the way leads through a link.
    pub(super) fn find(&self, path: &str) -> Result<Option<Metadata>, WriteError> {
        if self.sound(folder_of(path))? { self.look(path) } else { Ok(None) }
    }

    fn look(&self, path: &str) -> Result<Option<Metadata>, WriteError> {
        let place = self.root.join(path);
        match fs::symlink_metadata(&place) {
            Ok(meta) => Ok(Some(meta)),
            Err(fault) if matches!(fault.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(fault) => Err(disk("read", &place)(fault)),
        }
    }
}

/// Whether what remains to be read of `file` is `bytes`.
pub(super) fn holds(mut file: File, mut bytes: &[u8]) -> io::Result<bool> {
    let mut buffer = vec![0; bytes.len().min(64 << 10)];
    while !bytes.is_empty() {
        let part = &mut buffer[..bytes.len().min(64 << 10)];
        match file.read_exact(part) {
            Ok(()) if *part == bytes[..part.len()] => bytes = &bytes[part.len()..],
            Ok(()) => return Ok(false),
            Err(fault) if fault.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(fault) => return Err(fault),
        }
    }
    Ok(true)
}

/// The digest of the `bytes` that are in `file`, read by way of `buffer`. An error also where they are more or fewer.
fn read(mut file: File, bytes: u64, buffer: &mut Vec<u8>) -> io::Result<Digest> {
    let mut hasher = blake3::Hasher::new();
    // A byte more, by which a file that has grown is noticed.
    let room = bytes.saturating_add(1).min(64 << 10) as usize;
    if buffer.len() < room {
        buffer.resize(room, 0);
    }
    let mut left = bytes;
    loop {
        let read = match file.read(buffer) {
            Ok(read) => read,
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => continue,
            Err(fault) => return Err(fault),
        };
        match left.checked_sub(read as u64) {
            Some(rest) if read > 0 => left = rest,
            Some(0) => return Ok(Digest::from_hasher(&hasher)),
            _ => return Err(io::Error::other("it changed while it was read")),
        }
        hasher.update(&buffer[..read]);
    }
}

/// What `mutex` guards. A thread that panicked while holding it left the maps here whole: each change is one insertion.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir())
}

/// Whether nothing is at `root`, or a folder without files, a build's leftover aside.
fn is_vacant(root: &Path) -> Result<bool, WriteError> {
    let entries = match fs::read_dir(root) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(fault) => return Err(disk("read the folder", root)(fault)),
    };
    for entry in entries {
        if entry.map_err(disk("read the folder", root))?.file_name() != super::manifest::INSIDE {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_behind_a_link_is_not_ours() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("public");
        fs::create_dir_all(root.join("_")).unwrap();
        fs::create_dir_all(dir.path().join("elsewhere")).unwrap();
        fs::write(dir.path().join("elsewhere/a"), "x").unwrap();
        let line = |path: &str| format!(r#"{{"path":"{path}","digest":"{}","bytes":1}}"#, "0".repeat(32));
        let manifest = format!(r#"{{"format":1,"files":[{},{}]}}"#, line("linked/a"), line("real/a"));
        fs::write(root.join(super::super::MANIFEST), manifest).unwrap();
        fs::create_dir(root.join("real")).unwrap();
        fs::write(root.join("real/a"), "x").unwrap();
        std::os::unix::fs::symlink("../elsewhere", root.join("linked")).unwrap();
        let old = Old::read(&root, &root).unwrap();
        assert!(old.open("real/a").is_some() && old.find("real/a").unwrap().is_some());
        assert!(old.open("linked/a").is_none() && old.find("linked/a").unwrap().is_none());
    }
}
