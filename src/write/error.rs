//! Why the output could not be written: always with the path it is about, and with the cause.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::id::OutPath;

/// What stopped the writing. Where it comes before the swap, the old site is as it was.
#[derive(Debug)]
pub enum WriteError {
    /// The system refused: disk full, no permission, no such folder …
    Disk {
        /// What was being done, to be read after "cannot": `write`, `create the folder` …
        doing: &'static str,
        /// The file or folder it was done to.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another build is writing to the same folder.
    Held {
        /// The output folder.
        target: PathBuf,
        /// The process that holds it, where that can be read.
        by: Option<u32>,
    },
    /// The output folder holds files, but no manifest of ours that could be read.
    NotOurs {
        /// The output folder.
        target: PathBuf,
        /// What is wrong with the manifest; none when there is none.
        manifest: Option<String>,
    },
    /// Something that is not a folder stands where the output folder should be.
    NotAFolder {
        /// The output folder.
        target: PathBuf,
    },
    /// The output folder is, holds or lies in a folder that it must not touch.
    Overlap {
        /// The output folder.
        target: PathBuf,
        /// The folder it collides with.
        with: PathBuf,
    },
    /// Two outputs have one path, or one has a path that the room keeps for itself.
    AlreadyPut {
        /// The path.
        path: OutPath,
    },
    /// One output is a file where another needs a folder, as `a` and `a/b`.
    Clash {
        /// The path that is a file.
        file: String,
        /// A path below it.
        below: String,
    },
    /// A file or folder that is not Recto's stands exactly where something must be written.
    Blocked {
        /// What stands there.
        path: PathBuf,
    },
}

impl WriteError {
    /// One thing to do about it, where there is something that can be said.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            WriteError::Disk { .. } => None,
            WriteError::Held { .. } => Some("wait for that build, or build into another folder"),
            WriteError::NotOurs { .. } => Some("remove the folder, or choose another for the output"),
            WriteError::NotAFolder { .. } => Some("choose a folder for the output"),
            WriteError::Overlap { .. } => Some("choose a folder that holds nothing but the output"),
            WriteError::AlreadyPut { .. } | WriteError::Clash { .. } => Some("rename one of the two"),
            WriteError::Blocked { .. } => Some("move it out of the output folder"),
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Disk { doing, path, source } => write!(f, "cannot {doing} `{}`: {source}", path.display()),
            WriteError::Held { target, by: None } => write!(f, "`{}` is held by another build", target.display()),
            WriteError::Held { target, by: Some(id) } => {
                write!(f, "`{}` is held by another build (process {id})", target.display())
            }
            WriteError::NotOurs { target, manifest: None } => {
                write!(f, "`{}` holds files that are not Recto's", target.display())
            }
            WriteError::NotOurs { target, manifest: Some(fault) } => {
                write!(f, "`{}` holds files, and its manifest does not say that they are Recto's: {fault}", target.display())
            }
            WriteError::NotAFolder { target } => write!(f, "`{}` is not a folder", target.display()),
            WriteError::Overlap { target, with } => {
                write!(f, "the output folder `{}` overlaps with `{}`", target.display(), with.display())
            }
            WriteError::AlreadyPut { path } => write!(f, "two outputs have the path `{path}`"),
            WriteError::Clash { file, below } => write!(f, "`{file}` cannot be a file, since `{below}` needs it as a folder"),
            WriteError::Blocked { path } => {
                write!(f, "`{}` is not Recto's, and stands where the site must be written", path.display())
            }
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WriteError::Disk { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Makes what the system said into a [`WriteError`] that tells what was done, and to what.
pub(super) fn disk(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    move |source| WriteError::Disk { doing, path: path.to_owned(), source }
}
