//! The folder of packs: what runs before have left, and what this one adds.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::pack::{Line, Pack, Unread, Writer};
use crate::id::Digest;

/// What runs before have made, and what this one makes.
///
/// Several runs may use one folder at a time: packs are never changed, and one that another run has taken away meanwhile is read on.
#[derive(Debug, Default)]
pub struct Memo {
    folder: Option<PathBuf>,
    build: Option<Digest>,
    packs: Vec<Kept>,
    known: FxHashMap<Digest, Spot>,
    /// Files of packs that nobody can read.
    useless: Vec<PathBuf>,
    /// The number of the next pack: of two entries with one key, the one in the later pack counts.
    next: u64,
    new: Mutex<New>,
}

/// Whether a run adds to what is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It only recalls.
    Recall,
    /// It remembers, too.
    Remember,
}

/// What a run tells of the use of what it did not ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It made all of a site: what it did not ask for is of no use.
    Whole,
    /// It made a part of a site, so nothing is known of the rest.
    Part,
}

#[derive(Debug)]
struct Kept {
    path: PathBuf,
    pack: Pack,
    /// Whether something in it turned out to be damaged.
    damaged: AtomicBool,
}

#[derive(Debug)]
struct Spot {
    pack: usize,
    line: Line,
    used: AtomicBool,
}

/// What is added.
#[derive(Debug, Default)]
enum New {
    /// Nothing: the run only recalls, it has been saved, or the disk refused.
    #[default]
    Closed,
    /// Nothing yet.
    Empty,
    /// This.
    Open(Box<Aside>),
}

/// A pack that has no name yet, in a file beside the others. It goes with the value, unless it got its name.
#[derive(Debug)]
struct Aside {
    path: PathBuf,
    writer: Option<Writer>,
    keys: FxHashSet<Digest>,
}

impl Drop for Aside {
    fn drop(&mut self) {
        drop(self.writer.take());
        let _ = fs::remove_file(&self.path);
    }
}

/// The ending of packs.
const PACK: &str = "pack";
/// The ending of what is being written.
const ASIDE: &str = "new";

impl Memo {
    /// A memo that recalls nothing and remembers nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// What runs of this `build` have left in `folder`. Where that cannot be read there is nothing.
    pub fn open(folder: &Path, build: &str, mode: Mode) -> Self {
        let build = Digest::of(build.as_bytes());
        let mut memo = Self { folder: Some(folder.to_owned()), build: Some(build), ..Self::default() };
        // A link may lead to what is not ours.
        if folder.symlink_metadata().is_ok_and(|meta| !meta.is_dir()) {
            return Self::none();
        }
        for path in files(folder, PACK) {
            memo.next = memo.next.max(numbered(&path).map_or(0, |number| number.saturating_add(1)));
            match Pack::open(&path, build) {
                Ok(pack) => memo.packs.push(Kept { path, pack, damaged: AtomicBool::new(false) }),
                Err(Unread::Useless) => memo.useless.push(path),
                Err(Unread::Closed) => {}
            }
        }
        for (number, kept) in memo.packs.iter().enumerate() {
            memo.known.extend(kept.pack.lines.iter().map(|line| (line.key, Spot { pack: number, line: *line, used: AtomicBool::new(false) })));
        }
        if mode == Mode::Remember {
            memo.new = Mutex::new(New::Empty);
        }
        memo
    }

    /// What is remembered under `key`.
    pub fn recall(&self, key: Digest) -> Option<Vec<u8>> {
        let spot = self.known.get(&key)?;
        let kept = &self.packs[spot.pack];
        let bytes = kept.pack.read(&spot.line);
        match bytes {
            Some(_) => spot.used.store(true, Ordering::Relaxed),
            None => kept.damaged.store(true, Ordering::Relaxed),
        }
        bytes
    }

    /// Keeps what is remembered under `key`, although it need not be recalled.
    pub fn keep(&self, key: Digest) {
        if let Some(spot) = self.known.get(&key) {
            spot.used.store(true, Ordering::Relaxed);
        }
    }

    /// Whether anything more is remembered.
    pub fn remembers(&self) -> bool {
        !matches!(*self.added(), New::Closed)
    }

    /// Remembers `bytes` under `key`, instead of what was remembered so far, from the next run on. Where the disk refuses, nothing more
    /// is remembered.
    pub fn remember(&self, key: Digest, bytes: &[u8]) {
        let mut new = self.added();
        if matches!(*new, New::Empty) {
            *new = self.aside().map_or(New::Closed, |aside| New::Open(Box::new(aside)));
        }
        let New::Open(aside) = &mut *new else { return };
        if aside.keys.insert(key) && aside.writer.as_mut().is_none_or(|writer| writer.add(key, bytes).is_err()) {
            *new = New::Closed;
        }
    }

    /// Gives what was added its name, and lets go of packs of little use. Nothing is remembered from here on.
    ///
    /// # Errors
    /// When the disk refuses; then what was remembered before stands.
    pub fn save(&self, used: Use) -> io::Result<()> {
        let mut aside = match std::mem::take(&mut *self.added()) {
            New::Closed => return Ok(()),
            New::Empty => None,
            New::Open(aside) => Some(aside),
        };
        let gone = match used {
            Use::Whole => self.absorb(&mut aside)?,
            Use::Part => Vec::new(),
        };
        let named = aside.map(|aside| self.name(*aside)).transpose()?;
        for path in gone.into_iter().chain(&self.useless).filter(|path| Some(*path) != named.as_ref()) {
            let _ = fs::remove_file(path);
        }
        self.sweep();
        Ok(())
    }

    /// Takes what is of use from packs that are mostly useless, or no larger than what is added: so there are never many. Gives their files.
    fn absorb(&self, aside: &mut Option<Box<Aside>>) -> io::Result<Vec<&PathBuf>> {
        let mut live: Vec<Vec<&Spot>> = self.packs.iter().map(|_| Vec::new()).collect();
        let mut used: Vec<&Spot> = self.known.values().filter(|spot| spot.used.load(Ordering::Relaxed)).collect();
        used.sort_unstable_by_key(|spot| (spot.pack, spot.line.key));
        used.into_iter().for_each(|spot| live[spot.pack].push(spot));
        let mut order: Vec<usize> = (0..self.packs.len()).collect();
        order.sort_unstable_by_key(|pack| self.packs[*pack].pack.bytes);
        let mut gone = Vec::new();
        for number in order {
            let kept = &self.packs[number];
            let of_use: u64 = live[number].iter().map(|spot| spot.line.length).sum();
            let added = aside.as_ref().and_then(|aside| aside.writer.as_ref()).map_or(0, Writer::bytes);
            let small = added > 0 && kept.pack.bytes <= 2 * added;
            if !small && of_use >= kept.pack.bytes / 2 && !live[number].is_empty() && !kept.damaged.load(Ordering::Relaxed) {
                continue;
            }
            for spot in &live[number] {
                let Some(bytes) = kept.pack.read(&spot.line) else { continue };
                if aside.is_none() {
                    *aside = Some(Box::new(self.aside()?));
                }
                let Some(into) = aside.as_mut() else { continue };
                if into.keys.insert(spot.line.key)
                    && let Some(writer) = &mut into.writer
                {
                    writer.add(spot.line.key, &bytes)?;
                }
            }
            gone.push(&kept.path);
        }
        Ok(gone)
    }

    /// Ends a pack and gives it its name.
    fn name(&self, mut aside: Aside) -> io::Result<PathBuf> {
        let writer = aside.writer.take().ok_or(io::ErrorKind::Other)?;
        let (file, digest) = writer.end()?;
        // Padded, so that names come in the order of numbers.
        let path = aside.path.with_file_name(format!("{:020}-{digest}.{PACK}", self.next));
        // Held until it has its name, so that no other run takes it for a leftover.
        fs::rename(&aside.path, &path)?;
        drop(file);
        Ok(path)
    }

    /// A file for a new pack, held as long as it is open.
    fn aside(&self) -> io::Result<Aside> {
        let (folder, build) = self.folder.as_ref().zip(self.build).ok_or(io::ErrorKind::NotFound)?;
        ready(folder)?;
        for number in 0.. {
            let path = folder.join(format!("{}-{number}.{ASIDE}", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    // Where files cannot be held, another run may take this one away, and less is remembered.
                    let _ = file.try_lock();
                    let writer = Writer::new(file, build)?;
                    return Ok(Aside { path, writer: Some(writer), keys: FxHashSet::default() });
                }
                Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists && number < 1000 => {}
                Err(fault) => return Err(fault),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Removes what runs left that were ended before they could save: nobody holds it.
    fn sweep(&self) {
        for path in self.folder.iter().flat_map(|folder| files(folder, ASIDE)) {
            let free = path.symlink_metadata().is_ok_and(|meta| meta.is_file()) && File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
            if free {
                let _ = fs::remove_file(path);
            }
        }
    }

    fn added(&self) -> MutexGuard<'_, New> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the folder, and tells git that nothing in it is to be kept.
fn ready(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Ok(()) => fs::write(folder.join(".gitignore"), "# What Recto remembers between runs. It may be removed at any time.\n*\n"),
        Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// The number in the name of a pack.
fn numbered(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.split_once('-')?.0.parse().ok()
}

/// The files in `folder` with this ending, by name.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|own| own == ending)).collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    fn opened(folder: &Path) -> Memo {
        Memo::open(&folder.join(".recto"), "build", Mode::Remember)
    }

    /// A run that recalls `asks`, remembers `adds` (value as name) and saves.
    fn run(folder: &Path, asks: &[&str], adds: &[&str], used: Use) -> Vec<bool> {
        let memo = opened(folder);
        let found = asks.iter().map(|name| memo.recall(key(name)).is_some_and(|bytes| bytes == name.as_bytes())).collect();
        adds.iter().for_each(|name| memo.remember(key(name), name.as_bytes()));
        memo.save(used).unwrap();
        found
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder.join(".recto")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_next_run_recalls_and_useless_entries_go() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path();
        assert_eq!(run(at, &["a"], &["a", "b", "c"], Use::Whole), [false]);
        assert_eq!(run(at, &["a", "b"], &["dd"], Use::Whole), [true, true]);
        assert_eq!(run(at, &["a", "b", "c", "dd"], &[], Use::Part), [true, true, false, true]);
        assert_eq!(names(at).len(), 2, ".gitignore and one pack, for small ones are absorbed");
        // A part of a site tells nothing of the rest.
        assert_eq!(run(at, &["a"], &[], Use::Part), [true]);
        assert_eq!(run(at, &["a", "b", "dd"], &[], Use::Whole), [true, true, true]);
        assert!(run(at, &[], &[], Use::Whole).is_empty());
        assert_eq!(names(at), [".gitignore"]);
    }

    #[test]
    fn a_run_that_finds_all_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        run(dir.path(), &[], &["a", "b"], Use::Whole);
        let before = names(dir.path());
        let time = || fs::metadata(dir.path().join(".recto")).unwrap().modified().unwrap();
        let written = time();
        run(dir.path(), &["a", "b"], &[], Use::Whole);
        assert_eq!((names(dir.path()), time()), (before, written));
    }

    #[test]
    fn large_packs_stay_and_small_ones_join() {
        let dir = tempfile::tempdir().unwrap();
        let large: Vec<String> = (0..200).map(|no| format!("large {no} {}", "x".repeat(500))).collect();
        let large: Vec<&str> = large.iter().map(String::as_str).collect();
        run(dir.path(), &[], &large, Use::Whole);
        let first = names(dir.path());
        for no in 0..20 {
            let name = format!("small {no}");
            let mut asks = large.clone();
            let before = format!("small {}", no - 1);
            asks.push(&before);
            run(dir.path(), &asks, &[&name], Use::Whole);
        }
        let now = names(dir.path());
        assert!(first.iter().all(|name| now.contains(name)), "the large pack was not written again");
        assert!(now.len() <= 4, "{now:?}");
    }

    #[test]
    fn what_is_damaged_is_mended() {
        let dir = tempfile::tempdir().unwrap();
        run(dir.path(), &[], &["first", "second"], Use::Whole);
        let pack = files(&dir.path().join(".recto"), PACK).remove(0);
        let mut bytes = fs::read(&pack).unwrap();
        let at = bytes.windows(5).position(|window| window == b"first").unwrap();
        bytes[at] ^= 1;
        let time = fs::metadata(&pack).unwrap().modified().unwrap();
        fs::write(&pack, bytes).unwrap();
        File::options().write(true).open(&pack).unwrap().set_modified(time).unwrap();
        assert_eq!(run(dir.path(), &["first", "second"], &["first"], Use::Whole), [false, true]);
        assert_eq!(run(dir.path(), &["first", "second"], &[], Use::Whole), [true, true]);
    }

    #[test]
    fn the_later_value_counts() {
        let dir = tempfile::tempdir().unwrap();
        for no in 0..40_u8 {
            let memo = opened(dir.path());
            assert_eq!(memo.recall(key("a")), no.checked_sub(1).map(|before| vec![before; 1 + usize::from(before) % 7]));
            memo.remember(key("a"), &vec![no; 1 + usize::from(no) % 7]);
            memo.save(if no % 3 == 0 { Use::Whole } else { Use::Part }).unwrap();
        }
    }

    #[test]
    fn another_build_begins_anew() {
        let dir = tempfile::tempdir().unwrap();
        run(dir.path(), &[], &["a"], Use::Whole);
        let memo = Memo::open(&dir.path().join(".recto"), "newer", Mode::Remember);
        assert!(memo.recall(key("a")).is_none());
        memo.remember(key("b"), b"b");
        memo.save(Use::Whole).unwrap();
        assert_eq!(names(dir.path()).len(), 2, "the pack of the other build is gone");
    }

    #[test]
    fn what_was_not_saved_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let held = opened(dir.path());
        held.remember(key("a"), b"a");
        // A run that was killed: its file is there, and nobody holds it.
        fs::write(dir.path().join(".recto/1-0.new"), "half").unwrap();
        run(dir.path(), &[], &["b"], Use::Whole);
        assert_eq!(names(dir.path()).iter().filter(|name| name.ends_with(".new")).count(), 1, "what is held stays");
        drop(held);
        assert!(names(dir.path()).iter().all(|name| !name.ends_with(".new")));
    }

    #[test]
    fn recalling_alone_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let memo = Memo::open(&dir.path().join(".recto"), "build", Mode::Recall);
        memo.remember(key("a"), b"a");
        memo.save(Use::Whole).unwrap();
        assert!(!dir.path().join(".recto").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_its_place_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink("elsewhere", dir.path().join(".recto")).unwrap();
        run(dir.path(), &[], &["a"], Use::Whole);
        assert_eq!(fs::read_dir(dir.path().join("elsewhere")).unwrap().count(), 0);
    }
}
