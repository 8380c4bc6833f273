//! A pack: many entries in one file, written once and then only read.
//!
//! ```text
//! "recto memo 1\n"  build (16 bytes)
//! entry, entry, …   their bytes, one behind the other
//! line, line, …     of each entry: key (16), digest of its bytes (16), offset (8), length (8)
//! offset of the first line (8), number of lines (8), digest of all lines (16)
//! ```
//!
//! Numbers are unsigned and little-endian. Every entry is judged by its digest when it is read, and the lines by theirs.
//!
//! The time of the file's last change is one that the lines decide, long ago ([`stamped`]). Copies and caches keep it; version control
//! does not, and gives a file the time of its checkout. So what somebody has committed as a pack, with a body of their own making in
//! it, is not read by whoever builds their branch.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::id::Digest;

const MAGIC: &[u8] = b"recto memo 1\n";
const HEAD: u64 = MAGIC.len() as u64 + 16;
const LINE: usize = 48;
const TAIL: usize = 32;

/// Where an entry lies in its pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) key: Digest,
    digest: Digest,
    offset: u64,
    /// In bytes.
    pub(super) length: u64,
}

/// A pack that is read.
#[derive(Debug)]
pub(super) struct Pack {
    file: File,
    pub(super) lines: Vec<Line>,
    /// The length of all entries, in bytes.
    pub(super) bytes: u64,
}

/// Why a pack is not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// Another build of Recto wrote it, or it is damaged: nobody will ever read it.
    Useless,
    /// It cannot be opened now.
    Closed,
}

impl Pack {
    /// The pack at `path`, if this `build` of Recto wrote it and it is whole.
    pub(super) fn open(path: &Path, build: Digest) -> Result<Self, Unread> {
        // A pipe would never answer, and a link leads elsewhere.
        if !path.symlink_metadata().is_ok_and(|meta| meta.is_file()) {
            return Err(Unread::Closed);
        }
        let mut file = File::open(path).map_err(|_| Unread::Closed)?;
        let lines = lines(&mut file, build).ok().flatten().ok_or(Unread::Useless)?;
        let bytes = lines.iter().map(|line| line.length).sum();
        Ok(Self { file, lines, bytes })
    }

    /// The bytes of an entry; none if they are not what was written.
    pub(super) fn read(&self, line: &Line) -> Option<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(line.length).ok()?];
        read_at(&self.file, &mut bytes, line.offset).ok()?;
        (Digest::of(&bytes) == line.digest).then_some(bytes)
    }
}

/// The lines of a pack; none if it is not one of this build, whole.
fn lines(file: &mut File, build: Digest) -> io::Result<Option<Vec<Line>>> {
    let length = file.metadata()?.len();
    if length < HEAD + TAIL as u64 {
        return Ok(None);
    }
    let mut head = [0; HEAD as usize];
    file.read_exact(&mut head)?;
    if !head.starts_with(MAGIC) || head[MAGIC.len()..] != build.bytes()[..] {
        return Ok(None);
    }
    let mut tail = [0; TAIL];
    file.seek(SeekFrom::Start(length - TAIL as u64))?;
    file.read_exact(&mut tail)?;
    let (first, count) = (number(&tail[..8]), number(&tail[8..16]));
    // So a pack never asks for more memory than it has bytes.
    let fits = count.checked_mul(LINE as u64).and_then(|bytes| bytes.checked_add(first)) == Some(length - TAIL as u64);
    if !fits || first < HEAD {
        return Ok(None);
    }
    let mut text = vec![0; count as usize * LINE];
    file.seek(SeekFrom::Start(first))?;
    file.read_exact(&mut text)?;
    let sealed = digest(&tail[16..]);
    if Digest::of(&text) != sealed || seconds(file.metadata()?.modified()?) != Some(stamped(sealed)) {
        return Ok(None);
    }
    let lines: Vec<Line> = text
        .chunks_exact(LINE)
        .map(|line| Line { key: digest(&line[..16]), digest: digest(&line[16..32]), offset: number(&line[32..40]), length: number(&line[40..]) })
        .collect();
    let inside = |line: &Line| line.offset >= HEAD && line.offset.checked_add(line.length).is_some_and(|end| end <= first);
    Ok(lines.iter().all(inside).then_some(lines))
}

/// The time of the last change of a pack whose lines have this digest: seconds since 1970, in the 34 years from 1980 on, and even, for
/// archives that count in steps of two.
fn stamped(lines: Digest) -> u64 {
    const FIRST: u64 = 315_532_800;
    FIRST + number(&lines.bytes()[..8]) % (1 << 29) * 2
}

fn seconds(time: SystemTime) -> Option<u64> {
    time.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_secs())
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn digest(bytes: &[u8]) -> Digest {
    let mut own = [0; 16];
    own.copy_from_slice(&bytes[..16]);
    Digest::from_bytes(own)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        offset += read as u64;
    }
    Ok(())
}

/// A pack that is being written.
#[derive(Debug)]
pub(super) struct Writer {
    file: BufWriter<File>,
    lines: Vec<Line>,
    at: u64,
}

impl Writer {
    /// A pack of `build` in a file that is empty.
    pub(super) fn new(file: File, build: Digest) -> io::Result<Self> {
        let mut file = BufWriter::with_capacity(256 << 10, file);
        file.write_all(MAGIC)?;
        file.write_all(build.bytes())?;
        Ok(Self { file, lines: Vec::new(), at: HEAD })
    }

    /// Adds an entry.
    pub(super) fn add(&mut self, key: Digest, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.lines.push(Line { key, digest: Digest::of(bytes), offset: self.at, length: bytes.len() as u64 });
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// The length of all entries so far, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.at - HEAD
    }

    /// Ends the pack: its file, and the digest of what is in it. Equal packs have equal digests, in whatever order they were written.
    pub(super) fn end(mut self) -> io::Result<(File, Digest)> {
        self.lines.sort_unstable_by_key(|line| line.key);
        let mut text = Vec::with_capacity(self.lines.len() * LINE);
        let mut names = blake3::Hasher::new();
        for line in &self.lines {
            text.extend_from_slice(line.key.bytes());
            text.extend_from_slice(line.digest.bytes());
            text.extend_from_slice(&line.offset.to_le_bytes());
            text.extend_from_slice(&line.length.to_le_bytes());
            names.update(&text[text.len() - LINE..][..32]);
        }
        self.file.write_all(&text)?;
        self.file.write_all(&self.at.to_le_bytes())?;
        self.file.write_all(&(self.lines.len() as u64).to_le_bytes())?;
        let sealed = Digest::of(&text);
        self.file.write_all(sealed.bytes())?;
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(stamped(sealed)))?;
        Ok((file, Digest::from_hasher(&names)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(path: &Path, entries: &[(&str, &str)]) -> Digest {
        let mut writer = Writer::new(File::create(path).unwrap(), Digest::of(b"build")).unwrap();
        for (key, bytes) in entries {
            writer.add(Digest::of(key.as_bytes()), bytes.as_bytes()).unwrap();
        }
        writer.end().unwrap().1
    }

    fn all(path: &Path, build: &str) -> Option<Vec<Option<String>>> {
        let pack = Pack::open(path, Digest::of(build.as_bytes())).ok()?;
        Some(pack.lines.iter().map(|line| pack.read(line).map(|bytes| String::from_utf8(bytes).unwrap())).collect())
    }

    #[test]
    fn what_was_written_is_read_by_the_same_build() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let one = packed(&path, &[("k", "value"), ("l", "")]);
        let mut read = all(&path, "build").unwrap();
        read.sort();
        assert_eq!(read, [Some(String::new()), Some("value".to_owned())]);
        assert_eq!(all(&path, "other"), None);
        assert_eq!(one, packed(&path, &[("l", ""), ("k", "value")]), "the name is that of what is in it");
    }

    /// Puts `bytes` into the file at `path`, and leaves its time as it was.
    fn overwrite(path: &Path, bytes: &[u8]) {
        let time = path.metadata().unwrap().modified().unwrap();
        std::fs::write(path, bytes).unwrap();
        File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn what_came_out_of_version_control_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        packed(&path, &[("k", "value")]);
        let (sound, time) = (std::fs::read(&path).unwrap(), path.metadata().unwrap().modified().unwrap());
        std::fs::write(&path, &sound).unwrap();
        assert_eq!(all(&path, "build"), None);
        // As an archive would restore it, which counts in steps of two seconds.
        let time = time - Duration::from_secs(seconds(time).unwrap() % 2);
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        assert!(all(&path, "build").is_some());
    }

    #[test]
    fn what_is_damaged_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        packed(&path, &[("k", "value"), ("l", "other")]);
        let sound = std::fs::read(&path).unwrap();
        let lines = sound.len() - TAIL - 2 * LINE;
        for at in 0..sound.len() {
            let mut damaged = sound.clone();
            damaged[at] ^= 0x10;
            overwrite(&path, &damaged);
            let read = all(&path, "build");
            if (HEAD as usize..lines).contains(&at) {
                let read = read.unwrap();
                assert_eq!(read.iter().filter(|entry| entry.is_none()).count(), 1, "byte {at}: one entry is gone");
            } else {
                assert_eq!(read, None, "byte {at}");
            }
            overwrite(&path, &sound[..at]);
            assert_eq!(all(&path, "build"), None, "cut off at {at}");
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(all(&path, "build"), None);
    }
}
