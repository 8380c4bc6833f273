//! The door of the room: takes outputs from several threads, and finishes with a site or with nothing.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::sync::Mutex;

use super::claims::{Claims, Stored};
use super::error::{WriteError, disk};
use super::manifest::{Entry, Manifest};
use super::place::Place;
use super::staging::Staging;
use super::survey::survey;
use super::swap::{Change, swap};
use super::tree::{Old, Tree, holds, lock};
use super::{Bytes, Output, Standing, Sum, Summary, Swap};
use crate::id::{Digest, OutPath, VersionId};

/// How many bytes are copied at a time.
const PIECE: usize = 64 << 10;

/// What fails where a file cannot be read.
const READING: &str = "read the file to be copied to";

/// Where outputs go: an output folder, held until this is finished or dropped; or nowhere.
///
/// Dropping it leaves the folder exactly as it was.
#[derive(Debug)]
pub struct Outlet {
    claims: Mutex<Claims>,
    folder: Option<Folder>,
}

#[derive(Debug)]
struct Folder {
    // In this order they are dropped: the lock goes last.
    new: Tree,
    old: Old,
    keep: BTreeSet<VersionId>,
    way: Swap,
    staging: Staging,
}

impl Outlet {
    /// Takes hold of the output folder, or of the place where it will be. Of the versions in `keep`, files that are not put stay;
    /// all others that the earlier build wrote and this one does not are gone in the end.
    ///
    /// # Errors
    /// When the place overlaps with sources, another build holds it, or it has files and no manifest of ours.
    pub fn open(place: &Place<'_>, keep: BTreeSet<VersionId>) -> Result<Self, WriteError> {
        Self::open_for(place, keep, Swap::Whole)
    }

    /// The same, with a say in how the site is swapped in.
    pub(super) fn open_for(place: &Place<'_>, keep: BTreeSet<VersionId>, way: Swap) -> Result<Self, WriteError> {
        let target = place.real()?;
        let staging = Staging::hold(&target, place.target)?;
        // Read by the holder only: the one before may just have written.
        let old = Old::read(&target, place.target)?;
        let new = Tree::new(staging.new_tree());
        Ok(Self { claims: Mutex::default(), folder: Some(Folder { new, old, keep, way, staging }) })
    }

    /// An outlet that keeps nothing, for a run that only looks: it still tells of paths put twice.
    pub fn nowhere() -> Self {
        Self { claims: Mutex::default(), folder: None }
    }

    /// What the folder holds of ours so far; none for an outlet that keeps nothing.
    pub fn before(&self) -> Option<&Manifest> {
        self.folder.as_ref().map(|folder| &folder.old.manifest)
    }

    /// Takes one file of the site; may be called by several threads at once. Gives what its bytes came to, unless this keeps nothing. After
    /// an error the site cannot be finished whole: drop the outlet.
    ///
    /// # Errors
    /// When the path was put already, is a folder of another, or the disk refuses.
    pub fn put(&self, output: Output<'_>) -> Result<Option<Sum>, WriteError> {
        lock(&self.claims).claim(&output.path, output.owner.as_ref(), output.rank)?;
        let Some(folder) = &self.folder else { return Ok(None) };
        let stored = folder.store(&output.path, output.bytes)?;
        lock(&self.claims).stored(&output.path, stored);
        Ok(Some((stored.digest, stored.bytes)))
    }

    /// Puts one file of the site, if the old site has it with the same bytes. Gives whether it has; if not, nothing is put. An outlet
    /// that keeps nothing needs no bytes, so it takes every file.
    ///
    /// # Errors
    /// When the path was put already, or is a folder of another.
    pub fn keep(&self, kept: &Standing) -> Result<bool, WriteError> {
        self.keep_all(std::slice::from_ref(kept))
    }

    /// The same for several files: all of them are put, or none.
    ///
    /// # Errors
    /// As [`Outlet::keep`]'s.
    pub fn keep_all(&self, kept: &[Standing]) -> Result<bool, WriteError> {
        let holds = kept.iter().all(|kept| self.holds(kept));
        for kept in kept.iter().filter(|_| holds) {
            let mut claims = lock(&self.claims);
            claims.claim(&kept.path, kept.owner.as_ref(), kept.rank)?;
            if self.folder.is_some() {
                claims.stored(&kept.path, Stored { digest: kept.digest, bytes: kept.bytes, written: false });
            }
        }
        Ok(holds)
    }

    /// The files of the old site, if its manifest has this digest.
    pub fn listed(&self, manifest: Digest) -> Option<&[Entry]> {
        let old = &self.folder.as_ref()?.old;
        (Digest::of(&old.text) == manifest).then_some(old.manifest.files.as_slice())
    }

    /// Whether the old site has the bytes that its manifest lists for a file: they are read, by way of `buffer`.
    pub fn has(&self, entry: &Entry, buffer: &mut Vec<u8>) -> bool {
        self.folder.as_ref().is_some_and(|folder| folder.old.holds(&entry.path, entry.bytes, entry.digest, buffer))
    }

    /// What in the folder is not ours: see [`Summary::foreign`].
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn foreign(&self) -> Result<Vec<String>, WriteError> {
        match &self.folder {
            Some(folder) => Ok(survey(&folder.old, &folder.old.names)?.told),
            None => Ok(Vec::new()),
        }
    }

    /// Finishes with the old site as the new one: the caller has seen that it [has](Outlet::has) all that it lists. `foreign` is what was
    /// found beside it.
    pub fn finish_as_it_was(self, foreign: Vec<String>) -> Summary {
        let Some(folder) = self.folder else { return Summary::default() };
        let old = &folder.old;
        let summary = Summary { unchanged: old.manifest.files.len(), foreign, manifest: Some(Digest::of(&old.text)), ..Summary::default() };
        folder.close(summary)
    }

    /// Whether anything comes of what is put.
    pub fn keeps(&self) -> bool {
        self.folder.is_some()
    }

    /// Whether the old site has this file with the same bytes: they are read. An outlet that keeps nothing wants none.
    pub fn holds(&self, kept: &Standing) -> bool {
        let Some(folder) = &self.folder else { return true };
        folder.old.holds(&kept.path, kept.bytes, kept.digest, &mut Vec::new())
    }

    /// Makes the site appear, and lets go of the folder.
    ///
    /// # Errors
    /// When something foreign is in the way, or the disk refuses; then the old site stands (swapped [`Swap::PerFile`], the next
    /// build mends what a full disk left half done). What fails after the new site stands is [`Summary::trouble`].
    pub fn finish(self) -> Result<Summary, WriteError> {
        let claims = self.claims.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        match self.folder {
            Some(folder) => folder.finish(claims),
            None => Ok(Summary::default()),
        }
    }

    /// Lets go of the folder, and leaves it as it was. Dropping does the same.
    pub fn abandon(self) {}

    #[cfg(test)]
    pub(super) fn fills_up_after(&self, files: i64) {
        let folder = self.folder.as_ref().expect("an outlet with a folder");
        folder.new.room.store(files, std::sync::atomic::Ordering::Relaxed);
    }
}

impl Folder {
    /// Writes `bytes` to the new tree, if the old one has not the same.
    fn store(&self, path: &OutPath, bytes: Bytes<'_>) -> Result<Stored, WriteError> {
        let text = path.as_str();
        match bytes {
            Bytes::InMemory(bytes) => {
                let length = bytes.len() as u64;
                let digest = Digest::of(&bytes);
                // An old file that cannot be read is one that has other bytes.
                let old = self.old.open(text).filter(|(_, old)| *old == length);
                let same = old.is_some_and(|(file, _)| holds(file, &bytes).unwrap_or(false));
                if !same {
                    let mut file = self.new.create(text)?;
                    file.write_all(&bytes).map_err(disk("write", &self.new.at(text)))?;
                }
                Ok(Stored { digest, bytes: length, written: !same })
            }
            Bytes::Copy { file, bytes } => {
                // A byte more, by which a file that has grown is noticed.
                let stored = self.copy(path, file.take(bytes.saturating_add(1)), self.old.open(text).filter(|(_, old)| *old == bytes))?;
                if stored.bytes == bytes {
                    return Ok(stored);
                }
                Err(disk(READING, &self.new.at(text))(io::Error::other("it changed while it was read")))
            }
            Bytes::Texts(texts) => self.copy(path, texts, self.old.open(text)),
        }
    }

    /// Copies what `from` gives to the new tree, as soon as that is known to differ from what `old` holds.
    fn copy(&self, path: &OutPath, mut from: impl Read, mut old: Option<(File, u64)>) -> Result<Stored, WriteError> {
        let place = self.new.at(path.as_str());
        let mut hasher = blake3::Hasher::new();
        let (mut buffer, mut there) = (vec![0; PIECE], Vec::new());
        let mut bytes = 0;
        let mut new = match &old {
            Some(_) => None,
            None => Some(self.new.create(path.as_str())?),
        };
        loop {
            let piece = match from.read(&mut buffer) {
                Ok(read) => &buffer[..read],
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => continue,
                Err(fault) => return Err(disk(READING, &place)(fault)),
            };
            hasher.update(piece);
            if let Some((file, length)) = &mut old {
                there.resize(piece.len(), 0);
                let same = file.read_exact(&mut there).is_ok() && there == piece && (!piece.is_empty() || *length == bytes);
                if !same {
                    let mut made = self.new.create(path.as_str())?;
                    let begun = file.rewind().and_then(|()| io::copy(&mut file.take(bytes), &mut made));
                    if begun.map_err(disk("copy a file to", &place))? != bytes {
                        return Err(disk("copy a file to", &place)(io::Error::other("the old file changed while it was read")));
                    }
                    new = Some(made);
                    old = None;
                }
            }
            if let Some(file) = &mut new {
                file.write_all(piece).map_err(disk("copy a file to", &place))?;
            }
            if piece.is_empty() {
                return Ok(Stored { digest: Digest::from_hasher(&hasher), bytes, written: new.is_some() });
            }
            bytes += piece.len() as u64;
        }
    }

    fn finish(self, claims: Claims) -> Result<Summary, WriteError> {
        let mut kept = Vec::new();
        let mut dropped = Vec::new();
        for entry in &self.old.manifest.files {
            if claims.has(&entry.path) {
                continue;
            }
            let keeps = entry.owner.as_ref().is_some_and(|owner| self.keep.contains(owner));
            if keeps && self.old.find(entry.path.as_str())?.is_some_and(|meta| meta.is_file()) {
                claims.fits(&entry.path)?;
                kept.push(entry.clone());
            } else {
                dropped.push(entry.path.clone());
            }
        }
        let put = claims.close();
        let mut summary = Summary {
            written: put.written.len(),
            unchanged: put.unchanged.len(),
            kept: kept.len(),
            removed: dropped.len(),
            bytes_written: put.bytes_written,
            ..Summary::default()
        };
        let mut standing = put.unchanged;
        standing.extend(kept.iter().map(|entry| entry.path.clone()));
        let manifest = Manifest { files: put.entries }.union(&Manifest { files: kept });
        let text = manifest.to_text().map_err(disk("write", &self.new.at(super::MANIFEST)))?;
        summary.manifest = Some(Digest::of(&text));
        let names = manifest.names();
        let mut found = survey(&self.old, &names)?;
        summary.foreign = std::mem::take(&mut found.told);

        // Equal manifests list the same files, so that none is new or gone; what was written has bytes the old site lacks.
        if summary.written > 0 || text != self.old.text {
            let change = Change { manifest, text, names, written: put.written, standing, dropped, found };
            let (way, trouble) = swap(self.way, &self.old, &self.new, &self.staging, &change)?;
            summary.swap = Some(way);
            summary.trouble.extend(trouble.map(|fault| fault.to_string()));
        }
        Ok(self.close(summary))
    }

    /// Lets go of the folder.
    fn close(self, mut summary: Summary) -> Summary {
        summary.trouble.extend(self.staging.clear().err().map(|fault| fault.to_string()));
        summary
    }
}
