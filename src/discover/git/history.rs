//! Walks a repository's history for the days on which files changed last.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use gix::objs::{CommitRef, Kind, TreeRefIter};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::{Committed, FileKind, GitFault, Handle, LastChanges, ObjectId, kind, unreadable};

impl Handle {
    /// See [`Repository::last_changes`].
    ///
    /// Each file stands at one commit at a time. From there it goes on to the first parent that has it just so; where none has, it has
    /// changed. That makes the outcome independent of the order of commits; going by time, most are met once.
    pub(super) fn last_changes(&self, files: &[Committed]) -> Result<LastChanges, GitFault> {
        let boundary: HashSet<gix::ObjectId> =
            self.git.shallow_commits().map_err(unreadable)?.map_or_else(HashSet::new, |commits| commits.iter().copied().collect());
        let mut changes = LastChanges { days: vec![None; files.len()], beyond: 0 };
        let mut wanted = Wanted::default();
        let mut starts: BTreeMap<ObjectId, BTreeSet<usize>> = BTreeMap::new();
        for (no, file) in files.iter().enumerate() {
            wanted.insert(&file.path, no);
            starts.entry(file.commit).or_default().insert(no);
        }
        let mut way = Way::default();
        for (id, mut files) in starts {
            let commit = self.past(id.0)?;
            let mut there = BTreeSet::new();
            self.compare(&wanted, commit.tree, None, &mut there)?;
            files.retain(|no| there.contains(no));
            way.add(commit, files);
        }
        while let Some((commit, mut files)) = way.newest() {
            if boundary.contains(&commit.id) {
                changes.beyond += files.len();
                continue;
            }
            for parent in commit.parents {
                let parent = self.past(parent)?;
                let mut changed = BTreeSet::new();
                self.compare(&wanted, commit.tree, Some(parent.tree), &mut changed)?;
                // What other commits wait with may differ here too.
                changed.retain(|no| files.remove(no));
                way.add(parent, std::mem::replace(&mut files, changed));
                if files.is_empty() {
                    break;
                }
            }
            for no in files {
                changes.days[no] = commit.seconds.and_then(day);
            }
        }
        Ok(changes)
    }

    /// Adds to `differ` the wanted files of the tree `ours` that `theirs` does not have with the same bytes. (Whether a file may be run
    /// is nothing that readers see.) Trees are sorted, and equal ones have equal ids, so only what differs is read.
    fn compare(&self, wanted: &Wanted, ours: gix::ObjectId, theirs: Option<gix::ObjectId>, differ: &mut BTreeSet<usize>) -> Result<(), GitFault> {
        if theirs == Some(ours) {
            return Ok(());
        }
        let (our_data, their_data) = (self.object(ours, Kind::Tree)?, theirs.map_or(Ok(Vec::new()), |tree| self.object(tree, Kind::Tree))?);
        let entries = |data| TreeRefIter::from_bytes(data, ours.kind()).entries().map_err(unreadable);
        let (our_entries, their_entries) = (entries(&our_data)?, entries(&their_data)?);
        // What names a folder twice could do so at each level, and double the work there.
        if !our_entries.is_sorted_by(|a, b| a < b) {
            return Err(GitFault::Unreadable(format!("the tree {ours} is damaged: its names are not in order")));
        }
        let mut theirs = their_entries.iter().peekable();
        for entry in our_entries {
            // By git's order, in which a folder and a file of one name are two.
            while theirs.next_if(|their| **their < entry).is_some() {}
            let their = theirs.next_if(|their| (**their).cmp(&entry).is_eq());
            let our_kind = kind(entry.mode.kind());
            if their.is_some_and(|their| their.oid == entry.oid && kind(their.mode.kind()) == our_kind) {
                continue;
            }
            let Some(wanted) = wanted.below.get(&**entry.filename) else { continue };
            match our_kind {
                None => self.compare(wanted, entry.oid.to_owned(), their.map(|their| their.oid.to_owned()), differ)?,
                Some(FileKind::File) => differ.extend(&wanted.files),
                Some(FileKind::Symlink | FileKind::Submodule) => {}
            }
        }
        Ok(())
    }

    /// What the commit `id` says of the past.
    fn past(&self, id: gix::ObjectId) -> Result<Past, GitFault> {
        let data = self.object(id, Kind::Commit)?;
        // gix takes an object's word for its id, so a forged commit could lead back to itself, and the walk would not end.
        if gix::objs::compute_hash(id.kind(), Kind::Commit, &data).map_err(unreadable)? != id {
            return Err(GitFault::Unreadable(format!("object {id} is damaged: its bytes have another id")));
        }
        let commit = CommitRef::from_bytes(&data, id.kind()).map_err(unreadable)?;
        let seconds = commit.committer().ok().and_then(|committer| committer.time().ok()).map(|time| time.seconds);
        Ok(Past { id, tree: commit.tree(), parents: commit.parents().collect(), seconds })
    }
}

/// What is wanted of a tree: files by their names, and what is wanted of its folders.
#[derive(Default)]
struct Wanted {
    /// The numbers of the files with just this path: one for each commit that it is asked of.
    files: Vec<usize>,
    below: BTreeMap<Vec<u8>, Wanted>,
}

impl Wanted {
    fn insert(&mut self, path: &str, no: usize) {
        let place = path.split('/').fold(self, |folder, name| folder.below.entry(name.as_bytes().to_owned()).or_default());
        place.files.push(no);
    }
}

/// A commit, as far as a walk through history needs it.
struct Past {
    id: gix::ObjectId,
    tree: gix::ObjectId,
    parents: Vec<gix::ObjectId>,
    /// The committer's time, since 1970 in UTC; none where that is no number.
    seconds: Option<i64>,
}

/// Where the walk has come to: commits, newest last, each with the numbers of the files that stand there.
#[derive(Default)]
struct Way(BTreeMap<(Option<i64>, gix::ObjectId), (Past, BTreeSet<usize>)>);

impl Way {
    fn add(&mut self, commit: Past, files: BTreeSet<usize>) {
        if files.is_empty() {
            return;
        }
        match self.0.entry((commit.seconds, commit.id)) {
            Entry::Vacant(place) => drop(place.insert((commit, files))),
            Entry::Occupied(mut place) => place.get_mut().1.extend(files),
        }
    }

    fn newest(&mut self) -> Option<(Past, BTreeSet<usize>)> {
        self.0.pop_last().map(|(_, standing)| standing)
    }
}

/// The day in UTC; none beyond what dates can say.
pub(super) fn day(seconds: i64) -> Option<Date> {
    Timestamp::from_second(seconds).ok().map(|time| Offset::UTC.to_datetime(time).date())
}
