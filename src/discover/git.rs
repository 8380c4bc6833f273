//! Reads the files of a branch, tag or commit out of git's object store, without a checkout.
//!
//! A [`Repository`] is found once and shared by all threads. What a name means may change while `serve` runs; what an id means
//! cannot. So names are looked up anew at each load ([`Repository::files`]), and bytes are read by id ([`Repository::read`]).
//!
//! - In: a folder that lies in a repository; a name of a commit, and a folder of its tree.
//! - Out: the files below that folder with their ids, their bytes as committed, the days on which they changed last; or a [`GitFault`].
//! - Never here: writing, the network, running anything (hooks, filters, credential helpers, `git` itself), line ends, LFS. gix is
//!   known to this file only.
//!
//! Trust: every repository is opened as if another user owned it (`gix::sec::Trust::Reduced`), with gix's isolated permissions.
//! Of the repository's own configuration only what says how it is stored is heard (format version, hash, bare, Unicode form); of
//! the user's and the system's nothing; of the environment nothing (`GIT_DIR`, `GIT_INDEX_FILE`, `GIT_OBJECT_DIRECTORY`,
//! `GIT_CONFIG_*` …). Where git stops at "dubious ownership", as in CI containers, this reads on: it guards against configuration
//! that runs programs, and none is heard here. Alternates are followed, replacements (`refs/replace`) are not: an id always means
//! the same bytes, so the memo may keep what was made of them.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use gix::hash::Prefix;
use gix::objs::tree::EntryKind;
use gix::objs::{CommitRefIter, Kind, TagRefIter, TreeRefIter};
use gix::{discover, open, sec};
use jiff::civil::Date;

use crate::diagnostic::nearest;

mod history;

/// Folders within folders; deeper ones are made by machines, to harm.
const DEEPEST: usize = 128;
/// Entries of one listing, folders counted. A few small trees that name each other can stand for more files than there are atoms.
const MOST_ENTRIES: usize = if cfg!(test) { 5_000 } else { 1_000_000 };
/// Bytes of one path, as on Linux.
const LONGEST_PATH: usize = 4096;
/// Bytes that one object, or one that it is stored as a difference from, may take in memory.
const LARGEST_OBJECT: u64 = 1 << 30;
/// Tags of tags of … a commit.
const MOST_TAGS: usize = 16;
/// Hexadecimal digits of a commit's id: fewer are a word (`decade`) as likely as an id.
const FEWEST_DIGITS: usize = 7;

/// A git repository on disk, for any number of threads.
pub struct Repository {
    shared: gix::ThreadSafeRepository,
    /// The top of the work tree, links resolved; none in a bare repository.
    top: Option<PathBuf>,
}

impl Repository {
    /// The repository that holds `folder`: its work tree (the main or a linked one, or a submodule's), or a bare repository.
    pub fn holding(folder: &Path) -> Result<Repository, GitFault> {
        let folder = std::path::absolute(folder).map_err(told)?;
        let search = discover::upwards::Options { trust: discover::upwards::TrustPolicy::Assume(sec::Trust::Reduced), ..Default::default() };
        // With reduced trust gix would refuse objects over 16 MiB; the caller's limits are finer.
        let options = open::Options::isolated().config_overrides([format!("gitoxide.objects.allocLimit={LARGEST_OBJECT}")]);
        let options = sec::trust::Mapping { full: options.clone(), reduced: options };
        let shared = match gix::ThreadSafeRepository::discover_opts(&folder, search, options) {
            Ok(shared) => shared,
            Err(error) if error.is_not_found() => {
                return Err(dead_end(&folder, Path::new("")).unwrap_or(GitFault::NotARepository));
            }
            Err(error) => return Err(unreadable(error)),
        };
        if shared.to_thread_local().common_dir().join("reftable").is_dir() {
            let reason = "its refs are stored as reftable, which Recto cannot read; `git refs migrate --ref-format=files` changes that";
            return Err(GitFault::Unreadable(reason.to_owned()));
        }
        let top = shared.work_dir().map(Path::canonicalize).transpose().map_err(told)?;
        let lost = top.as_ref().and_then(|top| dead_end(&folder.canonicalize().ok()?, top));
        lost.map_or(Ok(Repository { shared, top }), Err)
    }

    /// Where a file or folder lies in the work tree: `docs/site`; empty at the top, and in a bare repository. Links are resolved first.
    pub fn prefix(&self, path: &Path) -> Result<String, GitFault> {
        let Some(top) = &self.top else {
            return Ok(String::new());
        };
        let path = path.canonicalize().map_err(told)?;
        let below = path.strip_prefix(top).map_err(|_| GitFault::NotARepository)?;
        let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        parts.map(|parts| parts.join("/")).ok_or_else(|| GitFault::Unreadable(format!("the name is not UTF-8: {}", below.display())))
    }

    /// The commit that the work tree was checked out from; none before the first one.
    pub fn head(&self) -> Result<Option<ObjectId>, GitFault> {
        self.handle().reference("HEAD").map(|id| id.map(ObjectId))
    }

    /// The commit that `revision` names now. Of several meanings the first is taken:
    ///
    /// 1. all 40 digits of a commit's id (or of an annotated tag's), as git does;
    /// 2. a tag, then a branch, by its exact name; `refs/…` says which, where both exist;
    /// 3. the first digits of a commit's id, 7 or more;
    /// 4. a branch of the remote `origin`, or `REMOTE/BRANCH`, as it was when last fetched: a clone in CI has only these.
    ///
    /// Nothing else of `gitrevisions(7)`: no `HEAD~3`, `@{-1}`, `:/text`.
    pub fn commit(&self, revision: &str) -> Result<ObjectId, GitFault> {
        self.handle().commit(revision).map(ObjectId)
    }

    /// All files below `folder` (`docs/site`; empty for the top) in the commit that `revision` names, sorted by path.
    pub fn files(&self, revision: &str, folder: &str) -> Result<Vec<GitFile>, GitFault> {
        let handle = self.handle();
        handle.files(handle.folder(handle.tree(revision)?, folder)?)
    }

    /// The file at `path` in the commit that `revision` names; none if none is there, or none can be had.
    pub fn file(&self, revision: &str, path: &str) -> Option<ObjectId> {
        let handle = self.handle();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = handle.folder(handle.tree(revision).ok()?, folder).ok()?;
        match handle.entry(folder, name) {
            Ok(Some((Some(FileKind::File), id))) => Some(ObjectId(id)),
            _ => None,
        }
    }

    /// When each of `files` changed last, seen from its own commit; all in one walk, since histories run together.
    ///
    /// As `git log` tells it: a merge that has a file as one of its parents does (the first such one) did not change it, and a file is its
    /// path, so a renamed one is new. The walk ends where no file is left to follow.
    pub fn last_changes(&self, files: &[Committed]) -> Result<LastChanges, GitFault> {
        self.handle().last_changes(files)
    }

    /// How many bytes the file `id` has, without reading them.
    pub fn size(&self, id: ObjectId) -> Result<u64, GitFault> {
        self.handle().size(id.0)
    }

    /// The bytes of the file `id` as committed; [`GitFault::TooLarge`], before reading, if there are more than `at_most`.
    pub fn read(&self, id: ObjectId, at_most: u64) -> Result<Vec<u8>, GitFault> {
        let handle = self.handle();
        match handle.size(id.0)? {
            size if size > at_most.min(LARGEST_OBJECT) => Err(GitFault::TooLarge { size }),
            _ => handle.object(id.0, Kind::Blob),
        }
    }

    /// What the symbolic link `id` says: a path from the folder that holds the link, or an absolute one. It may lead anywhere.
    pub fn link_target(&self, id: ObjectId) -> Result<String, GitFault> {
        String::from_utf8(self.read(id, LONGEST_PATH as u64)?).map_err(|_| GitFault::Unreadable("the symbolic link's target is not UTF-8".to_owned()))
    }

    /// What one thread reads with. It is made for each call, in half a microsecond: indices and packs stay open in what is shared.
    fn handle(&self) -> Handle {
        let mut git = self.shared.to_thread_local();
        git.objects.ignore_replacements = true;
        Handle { git }
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Repository({})", self.shared.git_dir().display())
    }
}

/// What git calls an object: the hash of its kind and bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(gix::ObjectId);

impl ObjectId {
    /// The hash itself, 20 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

/// What a name in a tree stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file, whether it may be run or not.
    File,
    /// A link of the file system: see [`Repository::link_target`].
    Symlink,
    /// A commit of another repository, whose files are not in this one.
    Submodule,
}

/// A file in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitFile {
    /// Its path from the folder that was listed, with `/` between the parts. Git allows more in a name than `SourcePath` does.
    pub path: String,
    /// False where the path is not UTF-8, so that `path` has U+FFFD in it and is only good to be told.
    pub utf8: bool,
    /// What names its bytes.
    pub id: ObjectId,
    /// What it is.
    pub kind: FileKind,
}

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The commit.
    pub commit: ObjectId,
    /// The file's path from the top of the commit's tree, with `/` between the parts.
    pub path: String,
}

/// When files changed last, as far as the clone tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChanges {
    /// Of each file, in the order asked. None for one that its commit does not have, and one whose change lies beyond.
    ///
    /// A commit has two times. Its author's may be years before the change came into this history (a patch sent, a branch rebased); its
    /// committer's is when it did. Both carry a time zone; the day is always UTC's, so that neither the committer's place nor that of
    /// the machine that builds shows in a page.
    pub days: Vec<Option<Date>>,
    /// How many changed at or beyond the boundary of a shallow clone. A commit there seems to add all its files, which is not true.
    pub beyond: usize,
}

/// Why something could not be had from git. Its text is a reason, to follow what was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitFault {
    /// The folder lies in no repository.
    NotARepository,
    /// No tag, branch or commit has this name.
    RefNotFound {
        /// Whether the clone is shallow, so that it may be missing here only.
        shallow: bool,
        /// The tag or branch whose name is nearest.
        similar: Option<String>,
    },
    /// Several commits' ids begin with these digits.
    RefAmbiguous,
    /// The tree has no such folder.
    FolderNotFound {
        /// The part of its path that is not there: for `docs/en/guides` in a tree that has `docs`, it is `docs/en`.
        folder: String,
    },
    /// The tree has something else in the folder's place.
    NotAFolder {
        /// The part of the folder's path where it lies.
        path: String,
        /// What it is.
        kind: FileKind,
    },
    /// An object that should be there is not: the clone is partial (`--filter`), was cut off, or is damaged.
    ObjectMissing(ObjectId),
    /// The file is larger than asked for.
    TooLarge {
        /// In bytes.
        size: u64,
    },
    /// Anything else, as gix tells it.
    Unreadable(String),
}

impl fmt::Display for GitFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GitFault::NotARepository => f.write_str("no git repository holds it"),
            GitFault::RefNotFound { shallow: false, .. } => f.write_str("no tag, branch or commit has this name"),
            GitFault::RefNotFound { shallow: true, .. } => f.write_str("no tag, branch or commit has this name in this shallow clone"),
            GitFault::RefAmbiguous => f.write_str("the ids of several commits begin so"),
            GitFault::FolderNotFound { folder } => write!(f, "there is no `{folder}`"),
            GitFault::NotAFolder { path, kind } => {
                let what = match kind {
                    FileKind::File => "file",
                    FileKind::Symlink => "symbolic link",
                    FileKind::Submodule => "submodule",
                };
                write!(f, "`{path}` is a {what}, not a folder")
            }
            GitFault::ObjectMissing(id) => write!(f, "object {id} is not in this clone"),
            GitFault::TooLarge { size } => write!(f, "it has {size} bytes"),
            GitFault::Unreadable(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for GitFault {}

/// One thread's access to a [`Repository`].
struct Handle {
    git: gix::Repository,
}

impl Handle {
    /// See [`Repository::commit`].
    fn commit(&self, revision: &str) -> Result<gix::ObjectId, GitFault> {
        let plain = !revision.is_empty() && revision.len() <= 1024 && !revision.starts_with('-');
        if !plain || revision.contains(char::is_control) {
            return Err(self.ref_not_found(revision));
        }
        if let Ok(id) = gix::ObjectId::from_hex(revision.as_bytes()) {
            return match self.peel(id) {
                Err(GitFault::ObjectMissing(missing)) if missing.0 == id => Err(self.ref_not_found(revision)),
                peeled => peeled,
            };
        }
        if revision.starts_with("refs/") {
            return self.reference(revision)?.ok_or_else(|| self.ref_not_found(revision));
        }
        for space in ["refs/tags/", "refs/heads/"] {
            if let Some(id) = self.reference(&format!("{space}{revision}"))? {
                return Ok(id);
            }
        }
        if let Some(id) = self.abbreviated(revision)? {
            return Ok(id);
        }
        for space in ["refs/remotes/origin/", "refs/remotes/"] {
            if let Some(id) = self.reference(&format!("{space}{revision}"))? {
                return Ok(id);
            }
        }
        Err(self.ref_not_found(revision))
    }

    /// The commit that the reference of this full name leads to, if there is one.
    fn reference(&self, name: &str) -> Result<Option<gix::ObjectId>, GitFault> {
        let Ok(name) = gix::refs::FullName::try_from(name) else {
            return Ok(None);
        };
        let Some(mut reference) = self.git.try_find_reference(&name).map_err(unreadable)? else {
            return Ok(None);
        };
        match reference.follow_to_object() {
            Ok(id) => self.peel(id.detach()).map(Some),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(unreadable(error)),
        }
    }

    /// The commit that the commit or annotated tag `id` stands for.
    fn peel(&self, mut id: gix::ObjectId) -> Result<gix::ObjectId, GitFault> {
        // gix takes an object's word for its id, so a forged tag could lead back to itself.
        for _ in 0..MOST_TAGS {
            let header = self.git.try_find_header(id).map_err(unreadable)?.ok_or(GitFault::ObjectMissing(ObjectId(id)))?;
            if header.kind() != Kind::Tag {
                return expect_kind(id, header.kind(), Kind::Commit).map(|()| id);
            }
            id = TagRefIter::from_bytes(&self.object(id, Kind::Tag)?, id.kind()).target_id().map_err(unreadable)?;
        }
        Err(GitFault::Unreadable(format!("a tag of a tag, more than {MOST_TAGS} times")))
    }

    /// The only commit whose id begins with `digits`.
    fn abbreviated(&self, digits: &str) -> Result<Option<gix::ObjectId>, GitFault> {
        if digits.len() < FEWEST_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let Ok(prefix) = Prefix::from_hex(digits) else {
            return Ok(None);
        };
        let mut found = HashSet::new();
        self.git.objects.lookup_prefix(prefix, Some(&mut found)).map_err(unreadable)?;
        let mut commits: Vec<gix::ObjectId> = found.into_iter().filter_map(|id| self.peel(id).ok()).collect();
        commits.sort_unstable();
        commits.dedup();
        match commits[..] {
            [] => Ok(None),
            [commit] => Ok(Some(commit)),
            _ => Err(GitFault::RefAmbiguous),
        }
    }

    fn ref_not_found(&self, revision: &str) -> GitFault {
        let names = || {
            let references = self.git.references().ok()?;
            let names = references.all().ok()?.filter_map(Result::ok).filter_map(|reference| {
                let name = reference.name().as_bstr().to_string();
                let short = ["refs/tags/", "refs/heads/", "refs/remotes/origin/"].iter().find_map(|space| name.strip_prefix(space));
                short.filter(|short| *short != "HEAD").map(str::to_owned)
            });
            Some(names.collect::<Vec<String>>())
        };
        let names = names().unwrap_or_default();
        GitFault::RefNotFound {
            shallow: self.git.is_shallow().unwrap_or(false),
            similar: nearest(revision, names.iter().map(String::as_str)).map(str::to_owned),
        }
    }

    /// The tree of the commit that `revision` names.
    fn tree(&self, revision: &str) -> Result<gix::ObjectId, GitFault> {
        let commit = self.commit(revision)?;
        let data = self.object(commit, Kind::Commit)?;
        CommitRefIter::from_bytes(&data, commit.kind()).tree_id().map_err(unreadable)
    }

    /// The tree of the folder `path` below `tree`.
    fn folder(&self, mut tree: gix::ObjectId, path: &str) -> Result<gix::ObjectId, GitFault> {
        let mut path_so_far = String::new();
        for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
            path_so_far = below(&path_so_far, part);
            tree = match self.entry(tree, part)? {
                Some((None, id)) => id,
                Some((Some(kind), _)) => return Err(GitFault::NotAFolder { path: path_so_far, kind }),
                None => return Err(GitFault::FolderNotFound { folder: path_so_far }),
            };
        }
        Ok(tree)
    }

    /// What `tree` holds under `name`: a file of some kind, or a folder.
    fn entry(&self, tree: gix::ObjectId, name: &str) -> Result<Option<(Option<FileKind>, gix::ObjectId)>, GitFault> {
        for entry in TreeRefIter::from_bytes(&self.object(tree, Kind::Tree)?, tree.kind()) {
            let entry = entry.map_err(unreadable)?;
            if *entry.filename == *name {
                return Ok(Some((kind(entry.mode.kind()), entry.oid.to_owned())));
            }
        }
        Ok(None)
    }

    /// All files below `tree`, sorted by path.
    fn files(&self, tree: gix::ObjectId) -> Result<Vec<GitFile>, GitFault> {
        let mut files = Vec::new();
        let mut entries = 0;
        let mut folders = vec![Folder { tree, path: String::new(), utf8: true, depth: 0 }];
        while let Some(folder) = folders.pop() {
            for entry in TreeRefIter::from_bytes(&self.object(folder.tree, Kind::Tree)?, folder.tree.kind()) {
                let entry = entry.map_err(unreadable)?;
                let name = entry.filename.to_string();
                if matches!(&*name, "" | "." | "..") || name.contains('/') {
                    return Err(GitFault::Unreadable(format!("the tree {} is damaged: it holds the name {name:?}", folder.tree)));
                }
                entries += 1;
                if entries > MOST_ENTRIES {
                    return Err(GitFault::Unreadable(format!("more than {MOST_ENTRIES} files and folders")));
                }
                let utf8 = folder.utf8 && name.as_bytes() == &**entry.filename;
                let path = below(&folder.path, &name);
                if path.len() > LONGEST_PATH || folder.depth > DEEPEST {
                    return Err(GitFault::Unreadable(format!("a path of more than {DEEPEST} folders or {LONGEST_PATH} bytes")));
                }
                match kind(entry.mode.kind()) {
                    Some(kind) => files.push(GitFile { path, utf8, id: ObjectId(entry.oid.to_owned()), kind }),
                    None => folders.push(Folder { tree: entry.oid.to_owned(), path, utf8, depth: folder.depth + 1 }),
                }
            }
        }
        files.sort_unstable_by(|a, b| (&a.path, a.id).cmp(&(&b.path, b.id)));
        match files.windows(2).find(|pair| pair[0].path == pair[1].path && pair[0].utf8) {
            Some(pair) => Err(GitFault::Unreadable(format!("its tree is damaged: it holds `{}` twice", pair[0].path))),
            None => Ok(files),
        }
    }

    fn size(&self, id: gix::ObjectId) -> Result<u64, GitFault> {
        let header = self.git.try_find_header(id).map_err(unreadable)?.ok_or(GitFault::ObjectMissing(ObjectId(id)))?;
        expect_kind(id, header.kind(), Kind::Blob)?;
        Ok(header.size())
    }

    /// The object's bytes, if it is of the kind `wanted`.
    fn object(&self, id: gix::ObjectId, wanted: Kind) -> Result<Vec<u8>, GitFault> {
        let mut object = self.git.try_find_object(id).map_err(unreadable)?.ok_or(GitFault::ObjectMissing(ObjectId(id)))?;
        expect_kind(id, object.kind, wanted)?;
        Ok(std::mem::take(&mut object.data))
    }
}

/// A folder still to be listed.
struct Folder {
    tree: gix::ObjectId,
    path: String,
    utf8: bool,
    depth: usize,
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// What an entry is; none for a folder.
fn kind(entry: EntryKind) -> Option<FileKind> {
    match entry {
        EntryKind::Tree => None,
        EntryKind::Blob | EntryKind::BlobExecutable => Some(FileKind::File),
        EntryKind::Link => Some(FileKind::Symlink),
        EntryKind::Commit => Some(FileKind::Submodule),
    }
}

fn expect_kind(id: gix::ObjectId, found: Kind, wanted: Kind) -> Result<(), GitFault> {
    if found == wanted {
        return Ok(());
    }
    Err(GitFault::Unreadable(format!("object {id} is a {found}, not a {wanted}")))
}

/// A fault, if a work tree that holds `folder` and lies below `top` has lost its repository: a linked one or a submodule, moved or
/// mounted alone. gix passes over such a one and takes an outer repository, whose tags would be others; git stops, and so do we.
fn dead_end(folder: &Path, top: &Path) -> Option<GitFault> {
    let lost = folder.ancestors().take_while(|above| *above != top).find(|above| above.join(".git").is_file())?;
    Some(GitFault::Unreadable(format!("`{}` leads to no repository", lost.join(".git").display())))
}

fn told(error: std::io::Error) -> GitFault {
    GitFault::Unreadable(error.to_string())
}

/// What gix tells, from the outside in: "configuration could not be loaded" is nothing without its cause.
fn unreadable(error: gix::Error) -> GitFault {
    let mut causes: Vec<String> = error.iter_errors().map(ToString::to_string).collect();
    causes.dedup();
    GitFault::Unreadable(causes.join(": "))
}

#[cfg(test)]
mod tests;
