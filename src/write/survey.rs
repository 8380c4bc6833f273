//! What lies in the output folder that is not ours: found, judged, and carried over.
//!
//! The old manifest says what is ours. All else was put there by somebody: it stays, wherever the new site leaves its place free.

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::error::{WriteError, disk};
use super::manifest::{INSIDE, Names, folders};
use super::system;
use super::tree::{Old, Tree};

/// What was found in the old tree.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What is not ours, each folder before what it holds.
    pub(super) foreign: Vec<Foreign>,
    /// The uppermost of those, sorted, folders with `/` at the end: for people.
    pub(super) told: Vec<String>,
    /// Every folder, ours or not, relative to the root.
    pub(super) folders: Vec<PathBuf>,
}

/// One file, link or folder that is not ours.
#[derive(Debug)]
pub(super) struct Foreign {
    /// Relative to the root.
    path: PathBuf,
    kind: FileType,
}

/// Walks the old tree. `new` is what the new site needs: an error, if something foreign is in its way.
pub(super) fn survey(old: &Old, new: &Names) -> Result<Found, WriteError> {
    let mut found = Found::default();
    // Folders to read: relative path, the same as text if it is ours (a foreign one holds foreign things only).
    let mut left = vec![(PathBuf::new(), Some(String::new()))];
    while let Some((folder, ours)) = left.pop() {
        let place = old.root.join(&folder);
        let entries = match fs::read_dir(&place) {
            Err(fault) if ours.as_deref() == Some("") && fault.kind() == io::ErrorKind::NotFound => return Ok(found),
            entries => entries.map_err(disk("read the folder", &place))?,
        };
        for entry in entries {
            let entry = entry.map_err(disk("read the folder", &place))?;
            let name = entry.file_name();
            let kind = entry.file_type().map_err(disk("read the folder", &place))?;
            let path = folder.join(&name);
            let text = ours.as_deref().and_then(|ours| {
                let name = name.to_str()?;
                Some(if ours.is_empty() { name.to_owned() } else { format!("{ours}/{name}") })
            });
            if text.as_deref() == Some(INSIDE) {
                continue;
            }
            let is_ours = text.as_deref().is_some_and(|text| {
                if kind.is_dir() { old.names.folders.contains(text) || new.folders.contains(text) } else { old.names.files.contains(text) }
            });
            if !is_ours {
                if let Some(text) = &text
                    && (new.files.contains(text.as_str())
                        || new.folders.contains(text.as_str())
                        || folders(text).any(|folder| new.files.contains(folder)))
                {
                    return Err(WriteError::Blocked { path: old.root.join(path) });
                }
                if ours.is_some() {
                    found.told.push(format!("{}{}", shown(&path), if kind.is_dir() { "/" } else { "" }));
                }
                found.foreign.push(Foreign { path: path.clone(), kind });
            }
            if kind.is_dir() {
                found.folders.push(path.clone());
                left.push((path, text.filter(|_| is_ours)));
            }
        }
    }
    found.told.sort_unstable();
    Ok(found)
}

/// Carries all that is foreign over into `new`, as links to the same files.
pub(super) fn carry(found: &Found, old: &Path, new: &Tree) -> Result<(), WriteError> {
    let mut modes = Vec::new();
    for Foreign { path, kind } in &found.foreign {
        let (from, to) = (old.join(path), new.root.join(path));
        // A folder whose name is not Unicode is foreign, so it is there already.
        if let Some(parent) = path.parent().and_then(Path::to_str) {
            new.folder(&parent.replace(std::path::MAIN_SEPARATOR, "/"))?;
        }
        if kind.is_dir() {
            system::create_folder(&to).map_err(disk("create the folder", &to))?;
            modes.push((from, to));
        } else if kind.is_symlink() {
            let content = fs::read_link(&from).map_err(disk("read the link", &from))?;
            system::symlink(&content, &to).map_err(disk("create the link", &to))?;
        } else {
            fs::hard_link(&from, &to).map_err(disk("link", &to))?;
        }
    }
    // Last, since a folder may forbid what was just done in it.
    for (from, to) in modes.iter().rev() {
        let mode = fs::symlink_metadata(from).map_err(disk("read", from))?.permissions();
        fs::set_permissions(to, mode).map_err(disk("set the mode of", to))?;
    }
    Ok(())
}

/// A path as people see it, with `/` on every system.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}
