//! The one way in which source files are opened.
//!
//! Whatever lies at a path when it is opened: it is read only if it is a regular file and no link, without waiting (a pipe would
//! never answer), and no further than a bound. Whether the path may be read at all was settled when the folder was walked.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Opens a regular file for reading.
pub(super) fn open(path: &Path) -> io::Result<File> {
    Ok(measured(path)?.0)
}

/// A regular file, and its length in bytes.
fn measured(path: &Path) -> io::Result<(File, u64)> {
    let file = open_without_waiting(path)?;
    let meta = file.metadata()?;
    if meta.is_file() { Ok((file, meta.len())) } else { Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")) }
}

/// All of a regular file; none if it has more than `most` bytes.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let (file, length) = measured(path)?;
    if length > most {
        return Ok(None);
    }
    // One byte more than the file said, so that the end is seen without another doubling of the buffer.
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

#[cfg(unix)]
fn open_without_waiting(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

#[cfg(not(unix))]
fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_up_to_the_bound_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.md");
        std::fs::write(&path, "12345").expect("a file");
        assert_eq!(read(&path, 5).expect("readable"), Some(b"12345".to_vec()));
        assert_eq!(read(&path, 4).expect("readable"), None);
        assert!(read(folder.path(), 10).is_err());
        assert!(read(&folder.path().join("gone.md"), 10).is_err());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&path, folder.path().join("link.md")).expect("a link");
            assert!(read(&folder.path().join("link.md"), 10).is_err());
            assert!(read(Path::new("/dev/zero"), 10).is_err());
        }
    }
}
