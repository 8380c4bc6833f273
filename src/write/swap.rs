//! Puts the new site in the place of the old one: in one step where the system can, else file by file.
//!
//! *In one step*: all that stays is linked into the new tree, so that it has the same inode and time; the tree is flushed, and the
//! two folders exchange their names. A reader sees the old site or the new one, and a kill leaves one of them.
//!
//! *File by file* (mount points, file systems without exchange or hard links, other systems): each file appears whole, and in an
//! order in which nothing points at what is not there yet: assets, pages, lists of pages; then what is gone goes. A kill in between
//! leaves a mixture, under a manifest that lists both, so that the next build mends it.

use std::fs;
use std::io;
use std::path::Path;

use rustc_hash::FxHashSet;

use super::error::{WriteError, disk};
use super::manifest::{MANIFEST, Manifest, Names, folder_of, folders};
use super::staging::Staging;
use super::survey::{Found, carry};
use super::system;
use super::tree::{Old, Tree};
use super::{Rank, Swap};
use crate::id::OutPath;

/// All that is to happen, decided before anything does.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) manifest: Manifest,
    /// The manifest as it will stand in the output.
    pub(super) text: Vec<u8>,
    /// The names the new site needs.
    pub(super) names: Names,
    /// What lies in the new tree.
    pub(super) written: Vec<(Rank, OutPath)>,
    /// What stays as it is.
    pub(super) standing: Vec<OutPath>,
    /// What the old manifest lists and the new one does not.
    pub(super) dropped: Vec<OutPath>,
    pub(super) found: Found,
}

/// Makes the change in `old.root`, the target; says which way it went, and what went wrong after the new site stood.
pub(super) fn swap(way: Swap, old: &Old, new: &Tree, staging: &Staging, change: &Change) -> Result<(Swap, Option<WriteError>), WriteError> {
    // Where nothing stands yet, nothing needs to be exchanged.
    let first = fs::symlink_metadata(&old.root).is_err();
    if first || (way == Swap::Whole && !staging.inside) {
        match exchanged(old, new, change) {
            Ok(trouble) => return Ok((Swap::Whole, trouble)),
            Err(Failed::Unavailable) => {}
            Err(Failed::For(fault)) => return Err(fault),
        }
    }
    file_by_file(old, new, staging, change)?;
    Ok((Swap::PerFile, None))
}

enum Failed {
    /// This file system has no exchange, or no hard links.
    Unavailable,
    For(WriteError),
}

impl From<WriteError> for Failed {
    fn from(fault: WriteError) -> Self {
        match fault {
            WriteError::Disk { doing: "link" | "exchange" | "create the link", source, .. } if system::not_to_be_had(&source) => Failed::Unavailable,
            fault => Failed::For(fault),
        }
    }
}

/// The new site stands once this is `Ok`; within it, what went wrong after that.
fn exchanged(old: &Old, new: &Tree, change: &Change) -> Result<Option<WriteError>, Failed> {
    let target = &old.root;
    let there = fs::symlink_metadata(target).is_ok();
    // What is mounted in the old tree would be emptied with it.
    if there && (!system::EXCHANGES || change.found.folders.iter().any(|folder| system::is_mount(&target.join(folder)))) {
        return Err(Failed::Unavailable);
    }
    new.folder("")?;
    for path in &change.standing {
        new.folder(folder_of(path.as_str()))?;
        let to = new.at(path.as_str());
        fs::hard_link(target.join(path.as_str()), &to).map_err(disk("link", &to))?;
    }
    carry(&change.found, target, new)?;
    write(new.create(MANIFEST)?, &new.at(MANIFEST), &change.text)?;
    system::sync_tree(&new.root).map_err(disk("flush", &new.root))?;
    if there {
        system::exchange(&new.root, target).map_err(disk("exchange", target))?;
    } else {
        fs::rename(&new.root, target).map_err(disk("move the site to", target))?;
    }
    Ok(sync_names(target.parent()).err())
}

fn file_by_file(old: &Old, new: &Tree, staging: &Staging, change: &Change) -> Result<(), WriteError> {
    let target = Tree::new(old.root.clone());
    let manifest = target.at(MANIFEST);
    // Both manifests are on disk before anything moves: a disk that is full by then leaves the old site as it is.
    let both = change.manifest.union(&old.manifest).to_text().map_err(disk("write", &manifest))?;
    for (place, text) in [(staging.both(), &both), (staging.last(), &change.text)] {
        let file = system::create_file(&place).map_err(disk("create", &place))?;
        system::set_mode(&file).map_err(disk("set the mode of", &place))?;
        write(file, &place, text)?;
    }
    let staged = staging.both();
    system::sync_tree(staged.parent().unwrap_or(&staged)).map_err(disk("flush", &staged))?;

    target.folder(folder_of(MANIFEST))?;
    fs::rename(&staged, &manifest).map_err(disk("write", &manifest))?;
    let lower: FxHashSet<String> = change.written.iter().map(|(_, path)| path.as_str().to_lowercase()).collect();
    let (blocking, gone): (Vec<&OutPath>, Vec<&OutPath>) = change.dropped.iter().partition(|path| {
        // A file where a folder will be, or below what will be a file, or, where case does not count, the new file itself.
        change.names.folders.contains(path.as_str())
            || folders(path.as_str()).any(|folder| change.names.files.contains(folder))
            || lower.contains(&path.as_str().to_lowercase())
    });
    remove(old, &blocking, change)?;
    let mut written: Vec<&(Rank, OutPath)> = change.written.iter().collect();
    written.sort();
    for (_, path) in written {
        let (from, to) = (new.at(path.as_str()), target.at(path.as_str()));
        target.folder(folder_of(path.as_str()))?;
        fs::rename(&from, &to).map_err(disk("write", &to))?;
    }
    remove(old, &gone, change)?;
    fs::rename(staging.last(), &manifest).map_err(disk("write", &manifest))?;
    system::sync_tree(&target.root).map_err(disk("flush", &target.root))
}

/// Removes `paths`, which the old manifest lists, and the folders that this leaves empty.
fn remove(old: &Old, paths: &[&OutPath], change: &Change) -> Result<(), WriteError> {
    for path in paths {
        let place = old.root.join(path.as_str());
        // What has become a folder, or lies behind a link, is not what was listed.
        if old.find(path.as_str())?.is_some_and(|meta| !meta.is_dir()) {
            fs::remove_file(&place).map_err(disk("remove", &place))?;
        }
    }
    let mut emptied: Vec<&str> = paths.iter().flat_map(|path| folders(path.as_str())).collect();
    emptied.sort_unstable_by(|a, b| b.cmp(a));
    emptied.dedup();
    // The reverse order has each folder after all that lie in it.
    for folder in emptied {
        if change.names.folders.contains(folder) || !old.sound(folder)? {
            continue;
        }
        let place = old.root.join(folder);
        match fs::remove_dir(&place) {
            // Not empty: something foreign is in it.
            Err(fault) if !matches!(fault.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound) => {
                return Err(disk("remove the folder", &place)(fault));
            }
            _ => {}
        }
    }
    Ok(())
}

fn write(mut file: fs::File, place: &Path, text: &[u8]) -> Result<(), WriteError> {
    io::Write::write_all(&mut file, text).map_err(disk("write", place))
}

/// Flushes the names in `folder`, where the system lets one.
fn sync_names(folder: Option<&Path>) -> Result<(), WriteError> {
    let Some(folder) = folder else { return Ok(()) };
    if !cfg!(unix) {
        return Ok(());
    }
    fs::File::open(folder).and_then(|opened| opened.sync_all()).map_err(disk("flush", folder))
}
