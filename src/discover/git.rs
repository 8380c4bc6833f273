//! Reads the files of a branch, tag or commit out of git's object store, without a checkout.
//!
//! A [`Repository`] is found once and shared by all threads. What a name means may change while `serve` runs; what an id means
//! cannot. So names are looked up anew at each load ([`Repository::files`]), and bytes are read by id ([`Repository::read`]).
//!
//! - In: a folder that lies in a repository; a name of a commit, and a folder of its tree.
//! - Out: the files below that folder with their ids, and their bytes as committed; or a [`GitFault`].
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

use crate::diagnostic::nearest;

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

    /// Where `folder` lies in the work tree: `docs/site`; empty at the top, and in a bare repository. Links are resolved first.
    pub fn prefix(&self, folder: &Path) -> Result<String, GitFault> {
        let Some(top) = &self.top else {
            return Ok(String::new());
        };
        let folder = folder.canonicalize().map_err(told)?;
        let below = folder.strip_prefix(top).map_err(|_| GitFault::NotARepository)?;
        let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        parts.map(|parts| parts.join("/")).ok_or_else(|| GitFault::Unreadable(format!("the folder's name is not UTF-8: {}", below.display())))
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
mod tests {
    use super::*;

    use std::fs;
    use std::path::PathBuf;
    use std::process::Command;

    use rayon::prelude::*;

    /// `git` in `folder`, heedless of the machine's configuration and of any `GIT_*` that the tests run under.
    fn command(folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"])
            .args(["-c", "protocol.file.allow=always", "-c", "core.autocrlf=false", "-c", "safe.directory=*", "-c", "gc.auto=0"])
            .args(arguments)
            .current_dir(folder);
        command
    }

    /// What `git` prints, without the last line's end.
    fn git(folder: &Path, arguments: &[&str]) -> String {
        let output = command(folder, arguments).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn write(folder: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn commit(folder: &Path, files: &[(&str, &str)]) -> String {
        write(folder, files);
        git(folder, &["add", "-A"]);
        git(folder, &["commit", "-q", "--allow-empty", "-m", "x"]);
        git(folder, &["rev-parse", "HEAD"])
    }

    /// A repository with one commit of two files, `docs/index.md` and `README.md`, in the folder `origin` of a new folder.
    fn origin() -> (tempfile::TempDir, PathBuf, String) {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("origin");
        fs::create_dir(&folder).unwrap();
        git(&folder, &["init", "-q"]);
        let id = commit(&folder, &[("docs/index.md", "one"), ("README.md", "read")]);
        (temp, folder, id)
    }

    /// The files below `inside` in `revision`, each with its text, as the repository that holds `folder` has them.
    fn tell(folder: &Path, revision: &str, inside: &str) -> Result<String, GitFault> {
        let repository = Repository::holding(folder)?;
        let told = repository.files(revision, inside)?.into_iter().map(|file| {
            let text = repository.read(file.id, 1 << 20)?;
            assert_eq!(repository.size(file.id), Ok(text.len() as u64));
            Ok(format!("{}={}", file.path, String::from_utf8_lossy(&text)))
        });
        told.collect::<Result<Vec<String>, GitFault>>().map(|told| told.join(" "))
    }

    #[track_caller]
    fn check(folder: &Path, revision: &str, inside: &str, expected: &str) {
        assert_eq!(tell(folder, revision, inside).as_deref(), Ok(expected), "{revision}:{inside}");
    }

    #[track_caller]
    fn missing(folder: &Path, revision: &str, shallow: bool, similar: Option<&str>) {
        let similar = similar.map(str::to_owned);
        assert_eq!(tell(folder, revision, ""), Err(GitFault::RefNotFound { shallow, similar }), "{revision:?}");
    }

    #[test]
    fn tags_branches_and_ids_name_a_commit() {
        let (_temp, folder, first) = origin();
        git(&folder, &["branch", "release/2"]);
        git(&folder, &["tag", "docs-1"]);
        git(&folder, &["tag", "-a", "-m", "x", "docs-1a"]);
        git(&folder, &["tag", "-a", "-m", "x", "docs-1aa", "docs-1a"]);
        let second = commit(&folder, &[("docs/index.md", "two")]);
        let tag = git(&folder, &["rev-parse", "docs-1a"]);
        for name in ["release/2", "docs-1", "docs-1a", "docs-1aa", &first, &first[..7], &first[..12], &tag, "refs/tags/docs-1"] {
            check(&folder, name, "docs", "index.md=one");
        }
        for name in ["main", &second, &second.to_uppercase(), &second[..39]] {
            check(&folder, name, "docs", "index.md=two");
        }
        let repository = Repository::holding(&folder).unwrap();
        assert_eq!(repository.commit("docs-1a").unwrap().to_string(), first);
    }

    #[test]
    fn a_tag_goes_before_a_branch_and_a_branch_before_digits() {
        let (_temp, folder, first) = origin();
        commit(&folder, &[("docs/index.md", "two")]);
        git(&folder, &["tag", "v1", &first]);
        git(&folder, &["branch", "v1"]);
        check(&folder, "v1", "docs", "index.md=one");
        check(&folder, "refs/heads/v1", "docs", "index.md=two");
        git(&folder, &["branch", &first[..8]]);
        check(&folder, &first[..8], "docs", "index.md=two");
        check(&folder, &first, "docs", "index.md=one");
    }

    #[test]
    fn names_with_a_meaning_of_their_own_name_nothing() {
        let (_temp, folder, first) = origin();
        commit(&folder, &[]);
        git(&folder, &["checkout", "-q", "-b", "other"]);
        for name in ["", "-", "--all", "@", "@{-1}", "HEAD~1", ":/x", "main^", "main:docs", "ma*", "..", "refs", "refs/", "main/x"] {
            let fault = tell(&folder, name, "");
            assert!(matches!(fault, Err(GitFault::RefNotFound { shallow: false, .. })), "{name:?}: {fault:?}");
        }
        for name in ["main\0", "main\n", "/main", "main/", "../heads/main", "zzzzzzz", "x".repeat(5000).as_str(), &first[..6]] {
            let fault = tell(&folder, name, "");
            assert!(matches!(fault, Err(GitFault::RefNotFound { shallow: false, .. })), "{name:?}: {fault:?}");
        }
        let tree = git(&folder, &["rev-parse", "main:docs"]);
        let fault = tell(&folder, &tree, "").unwrap_err();
        assert_eq!(fault.to_string(), format!("object {tree} is a tree, not a commit"));
        missing(&folder, &tree[..10], false, None);
    }

    #[test]
    fn a_missing_name_brings_the_nearest_tag_or_branch() {
        let (_temp, folder, _) = origin();
        git(&folder, &["tag", "docs-2"]);
        git(&folder, &["branch", "release/3"]);
        missing(&folder, "docs2", false, Some("docs-2"));
        missing(&folder, "relase/3", false, Some("release/3"));
        missing(&folder, "something-else", false, None);
        missing(&folder, &"0".repeat(40), false, None);
    }

    #[test]
    fn a_clone_knows_branches_of_its_origin() {
        let (temp, folder, _) = origin();
        git(&folder, &["branch", "docs-1"]);
        commit(&folder, &[("docs/index.md", "two")]);
        git(temp.path(), &["clone", "-q", "origin", "clone"]);
        let clone = temp.path().join("clone");
        check(&clone, "docs-1", "docs", "index.md=one");
        check(&clone, "origin/docs-1", "docs", "index.md=one");
        check(&clone, "refs/remotes/origin/docs-1", "docs", "index.md=one");
        missing(&clone, "docs-11", false, Some("docs-1"));
        git(&clone, &["branch", "docs-1", "main"]);
        check(&clone, "docs-1", "docs", "index.md=two");
    }

    #[test]
    fn a_shallow_clone_says_that_it_is_one() {
        let (temp, folder, first) = origin();
        git(&folder, &["tag", "docs-1"]);
        commit(&folder, &[("docs/index.md", "two")]);
        let url = format!("file://{}", folder.display());
        git(temp.path(), &["clone", "-q", "--depth=1", &url, "clone"]);
        let clone = temp.path().join("clone");
        check(&clone, "main", "docs", "index.md=two");
        missing(&clone, "docs-1", true, None);
        missing(&clone, &first, true, None);
        missing(&clone, &first[..8], true, None);
        git(&clone, &["worktree", "add", "-q", "--detach", "../linked"]);
        missing(&temp.path().join("linked"), "docs-1", true, None);
        git(&clone, &["fetch", "-q", "--depth=1", "origin", "tag", "docs-1"]);
        check(&clone, "docs-1", "docs", "index.md=one");
    }

    #[test]
    fn objects_that_a_partial_clone_lacks_are_faults() {
        let (temp, folder, _) = origin();
        git(&folder, &["config", "uploadpack.allowFilter", "true"]);
        let blob = git(&folder, &["rev-parse", "main:README.md"]);
        let url = format!("file://{}", folder.display());
        git(temp.path(), &["clone", "-q", "--no-checkout", "--filter=blob:none", &url, "blobs"]);
        git(temp.path(), &["clone", "-q", "--no-checkout", "--filter=tree:0", &url, "trees"]);
        let fault = tell(&temp.path().join("blobs"), "main", "").unwrap_err();
        assert_eq!(fault.to_string(), format!("object {blob} is not in this clone"));
        for inside in ["", "docs"] {
            let fault = tell(&temp.path().join("trees"), "main", inside);
            assert!(matches!(fault, Err(GitFault::ObjectMissing(_))), "{fault:?}");
        }
        // What the caller may tell people to run: it fetches what one ref needs.
        git(&temp.path().join("blobs"), &["archive", "--output=/dev/null", "main"]);
        check(&temp.path().join("blobs"), "main", "docs", "index.md=one");
    }

    #[test]
    fn damage_is_a_fault() {
        let (_temp, folder, first) = origin();
        let object = |id: &str| folder.join(".git/objects").join(&id[..2]).join(&id[2..]);
        let blob = git(&folder, &["rev-parse", "main:README.md"]);
        for bytes in [&b""[..], b"junk", b"x\x9c"] {
            fs::remove_file(object(&blob)).unwrap();
            fs::write(object(&blob), bytes).unwrap();
            let fault = tell(&folder, "main", "");
            assert!(matches!(fault, Err(GitFault::Unreadable(_))), "{fault:?}");
        }
        fs::remove_file(object(&first)).unwrap();
        let fault = tell(&folder, "main", "").unwrap_err();
        assert_eq!(fault.to_string(), format!("object {first} is not in this clone"));
        write(&folder, &[(".git/refs/tags/bad", "junk"), (".git/refs/tags/loop", "ref: refs/tags/loop")]);
        for name in ["bad", "loop"] {
            let fault = tell(&folder, name, "");
            assert!(matches!(fault, Err(GitFault::Unreadable(_))), "{fault:?}");
        }
    }

    /// The id of a tree of `entries` (mode and name, object), written past git's own checks.
    fn forge(folder: &Path, entries: &[(&str, &str)]) -> String {
        let mut tree = Vec::new();
        for (entry, id) in entries {
            tree.extend_from_slice(entry.as_bytes());
            tree.push(0);
            tree.extend_from_slice(gix::ObjectId::from_hex(id.as_bytes()).unwrap().as_bytes());
        }
        fs::write(folder.join("forged"), tree).unwrap();
        git(folder, &["hash-object", "-t", "tree", "-w", "--literally", "forged"])
    }

    /// What is told when a commit of `tree` is listed.
    fn told_of(folder: &Path, tree: &str) -> String {
        let id = git(folder, &["commit-tree", "-m", "x", tree]);
        tell(folder, &id, "").unwrap_err().to_string()
    }

    #[test]
    fn forged_trees_are_faults() {
        let (_temp, folder, _) = origin();
        let blob = git(&folder, &["rev-parse", "main:README.md"]);
        for entry in ["100644 ..", "100644 a/b", "40000 .", "100644 "] {
            let told = told_of(&folder, &forge(&folder, &[(entry, &blob)]));
            assert!(told.contains("is damaged: it holds the name"), "{told}");
        }
        let twice = forge(&folder, &[("100644 a", &blob), ("100644 a", &blob)]);
        assert_eq!(told_of(&folder, &twice), "its tree is damaged: it holds `a` twice");
        let folder_of_text = forge(&folder, &[("40000 a", &blob)]);
        assert_eq!(told_of(&folder, &folder_of_text), format!("object {blob} is a blob, not a tree"));
        let long = forge(&folder, &[(&format!("100644 {}", "x".repeat(5000)), &blob)]);
        assert_eq!(told_of(&folder, &long), "a path of more than 128 folders or 4096 bytes");

        let leaf = forge(&folder, &[("100644 a", &blob)]);
        let deep = (0..129).fold(leaf.clone(), |tree, _| forge(&folder, &[("40000 a", &tree)]));
        assert_eq!(told_of(&folder, &deep), "a path of more than 128 folders or 4096 bytes");
        let wide = (0..30).fold(leaf, |tree, _| forge(&folder, &[("40000 a", &tree), ("40000 b", &tree)]));
        assert_eq!(told_of(&folder, &wide), "more than 5000 files and folders");
    }

    #[test]
    fn a_folder_of_the_tree_is_listed_alone() {
        let (_temp, folder, _) = origin();
        commit(&folder, &[("docs/en/a.md", "a"), ("docs/en-x.md", "x"), ("docs/en/b/c.md", "c"), ("other/d.md", "d")]);
        check(&folder, "main", "docs/en", "a.md=a b/c.md=c");
        check(&folder, "main", "/docs/en/", "a.md=a b/c.md=c");
        check(&folder, "main", "", "README.md=read docs/en-x.md=x docs/en/a.md=a docs/en/b/c.md=c docs/index.md=one other/d.md=d");
        check(&folder, "main", "./docs/./en/b", "c.md=c");
        let told = |inside: &str| tell(&folder, "main", inside).unwrap_err().to_string();
        assert_eq!(told("docs/de/guides"), "there is no `docs/de`");
        assert_eq!(told("docs/../docs"), "there is no `docs/..`");
        assert_eq!(told("docs/index.md/x"), "`docs/index.md` is a file, not a folder");
    }

    #[test]
    fn a_file_is_found_by_its_path() {
        let (_temp, folder, _) = origin();
        let repository = Repository::holding(&folder).unwrap();
        let text = |path: &str| repository.file("main", path).map(|id| repository.read(id, 9).unwrap());
        assert_eq!(text("README.md"), Some(b"read".to_vec()));
        assert_eq!(text("docs/index.md"), Some(b"one".to_vec()));
        for path in ["docs", "docs/", "", "absent.md", "absent/index.md", "README.md/x"] {
            assert_eq!(text(path), None, "{path}");
        }
        assert_eq!(repository.file("absent", "README.md"), None);
    }

    #[test]
    fn links_programs_and_submodules_are_told_apart() {
        let (_temp, folder, first) = origin();
        let script = git(&folder, &["rev-parse", "main:README.md"]);
        write(&folder, &[("target", "../docs/index.md")]);
        let link = git(&folder, &["hash-object", "-w", "target"]);
        fs::remove_file(folder.join("target")).unwrap();
        for entry in [format!("120000,{link},link"), format!("100755,{script},run"), format!("160000,{first},sub")] {
            git(&folder, &["update-index", "--add", "--cacheinfo", &entry]);
        }
        git(&folder, &["commit", "-q", "-m", "x"]);
        let repository = Repository::holding(&folder).unwrap();
        let files = repository.files("main", "").unwrap();
        let told: Vec<(&str, FileKind)> = files.iter().map(|file| (file.path.as_str(), file.kind)).collect();
        assert_eq!(
            told,
            [
                ("README.md", FileKind::File),
                ("docs/index.md", FileKind::File),
                ("link", FileKind::Symlink),
                ("run", FileKind::File),
                ("sub", FileKind::Submodule),
            ]
        );
        assert_eq!(repository.link_target(files[2].id).as_deref(), Ok("../docs/index.md"));
        assert_eq!(tell(&folder, "main", "link").unwrap_err().to_string(), "`link` is a symbolic link, not a folder");
        assert_eq!(tell(&folder, "main", "sub").unwrap_err().to_string(), "`sub` is a submodule, not a folder");
    }

    #[test]
    fn names_that_are_not_utf8_are_flagged() {
        let (_temp, folder, _) = origin();
        let blob = git(&folder, &["rev-parse", "main:README.md"]);
        fs::write(folder.join("list"), [b"100644 ", blob.as_bytes(), b"\td\xff/a.md\n"].concat()).unwrap();
        let list = fs::File::open(folder.join("list")).unwrap();
        let status = command(&folder, &["update-index", "--index-info"]).stdin(list).status();
        assert!(status.unwrap().success());
        git(&folder, &["commit", "-q", "-m", "x"]);
        let repository = Repository::holding(&folder).unwrap();
        let files = repository.files("main", "").unwrap();
        let told: Vec<(&str, bool)> = files.iter().map(|file| (file.path.as_str(), file.utf8)).collect();
        assert_eq!(told, [("README.md", true), ("docs/index.md", true), ("d\u{fffd}/a.md", false)]);
    }

    #[test]
    fn sizes_are_known_before_reading() {
        let (_temp, folder, _) = origin();
        for packed in [false, true] {
            if packed {
                git(&folder, &["gc", "-q"]);
            }
            let repository = Repository::holding(&folder).unwrap();
            let readme = repository.files("main", "").unwrap().remove(0);
            assert_eq!(repository.read(readme.id, 4), Ok(b"read".to_vec()));
            assert_eq!(repository.read(readme.id, 3), Err(GitFault::TooLarge { size: 4 }));
        }
    }

    #[test]
    fn packed_and_borrowed_objects_are_found() {
        let (temp, folder, first) = origin();
        git(&folder, &["tag", "-a", "-m", "x", "docs-1"]);
        commit(&folder, &[("docs/index.md", "two")]);
        git(&folder, &["gc", "-q", "--prune=now"]);
        assert!(folder.join(".git/packed-refs").exists());
        git(temp.path(), &["clone", "-q", "--shared", "origin", "borrower"]);
        for folder in [&folder, &temp.path().join("borrower")] {
            for name in ["docs-1", &first, &first[..7]] {
                check(folder, name, "docs", "index.md=one");
            }
            check(folder, "main", "docs", "index.md=two");
        }
    }

    #[test]
    fn what_comes_later_is_seen_by_the_same_repository() {
        let (_temp, folder, _) = origin();
        let repository = Repository::holding(&folder).unwrap();
        let first = repository.commit("main").unwrap();
        commit(&folder, &[("docs/index.md", "two")]);
        git(&folder, &["gc", "-q", "--prune=now"]);
        let second = repository.commit("main").unwrap();
        assert_ne!(first, second);
        for commit in [first, second] {
            let files = repository.files(&commit.to_string(), "docs").unwrap();
            assert_eq!(repository.size(files[0].id), Ok(3));
        }
    }

    #[test]
    fn replaced_objects_keep_their_bytes() {
        let (_temp, folder, _) = origin();
        let old = git(&folder, &["rev-parse", "main:docs/index.md"]);
        let new = git(&folder, &["rev-parse", "main:README.md"]);
        git(&folder, &["replace", &old, &new]);
        check(&folder, "main", "docs", "index.md=one");
    }

    #[test]
    fn the_place_in_the_work_tree_is_known() {
        let (temp, folder, _) = origin();
        let prefix = |folder: &Path| Repository::holding(folder)?.prefix(folder);
        assert_eq!(prefix(&folder).as_deref(), Ok(""));
        assert_eq!(prefix(&folder.join("docs")).as_deref(), Ok("docs"));
        fs::create_dir_all(folder.join("a b/ü")).unwrap();
        assert_eq!(prefix(&folder.join("a b/ü")).as_deref(), Ok("a b/ü"));
        assert_eq!(prefix(&folder.join("docs/../a b")).as_deref(), Ok("a b"));
        assert_eq!(prefix(&folder.join("absent")), Err(GitFault::NotARepository));
        assert_eq!(prefix(temp.path()), Err(GitFault::NotARepository));

        // A linked work tree, also one of a bare repository; and a bare repository itself.
        git(&folder, &["worktree", "add", "-q", "../linked"]);
        assert_eq!(prefix(&temp.path().join("linked/docs")).as_deref(), Ok("docs"));
        check(&temp.path().join("linked/docs"), "main", "docs", "index.md=one");
        git(temp.path(), &["clone", "-q", "--bare", "origin", "bare"]);
        let bare = temp.path().join("bare");
        assert_eq!(prefix(&bare).as_deref(), Ok(""));
        check(&bare, "main", "docs", "index.md=one");
        git(&bare, &["worktree", "add", "-q", "../of-bare", "main"]);
        assert_eq!(prefix(&temp.path().join("of-bare/docs")).as_deref(), Ok("docs"));
        check(&temp.path().join("of-bare/docs"), "main", "docs", "index.md=one");

        // A submodule is a repository of its own.
        git(&folder, &["submodule", "--quiet", "add", "../bare", "sub"]);
        assert_eq!(prefix(&folder.join("sub/docs")).as_deref(), Ok("docs"));

        // A work tree whose repository is gone, alone and within another one.
        fs::rename(&bare, temp.path().join("moved")).unwrap();
        fs::rename(folder.join(".git/modules"), folder.join(".git/gone")).unwrap();
        for lost in [temp.path().join("of-bare/docs"), folder.join("sub/docs")] {
            let fault = prefix(&lost).unwrap_err().to_string();
            assert!(fault.ends_with("/.git` leads to no repository"), "{fault}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_to_a_folder_counts_as_the_folder() {
        let (temp, folder, _) = origin();
        std::os::unix::fs::symlink(folder.join("docs"), temp.path().join("link")).unwrap();
        let link = temp.path().join("link");
        assert_eq!(Repository::holding(&link).unwrap().prefix(&link).as_deref(), Ok("docs"));
    }

    #[cfg(unix)]
    #[test]
    fn a_repository_of_another_user_is_read_and_its_configuration_is_not_run() {
        let (temp, folder, _) = origin();
        let trap = temp.path().join("trap");
        let touch = format!("touch {}", trap.display());
        for key in ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "filter.x.smudge", "filter.x.process"] {
            git(&folder, &["config", key, &touch]);
        }
        write(&folder, &[(".git/info/attributes", "* filter=x")]);
        // Only root can give files away; elsewhere the test covers the rest.
        for path in [folder.clone(), folder.join(".git"), folder.join(".git/config"), folder.join("docs")] {
            let _ = std::os::unix::fs::chown(path, Some(4242), None);
        }
        check(&folder.join("docs"), "main", "docs", "index.md=one");
        assert!(!trap.exists());
    }

    #[test]
    fn large_files_are_read_whole() {
        let (_temp, folder, _) = origin();
        fs::write(folder.join("large.bin"), vec![7; 20 << 20]).unwrap();
        commit(&folder, &[]);
        let repository = Repository::holding(&folder).unwrap();
        let files = repository.files("main", "").unwrap();
        let large = files.iter().find(|file| file.path == "large.bin").unwrap();
        assert_eq!(repository.read(large.id, 1 << 30).map(|bytes| bytes.len()), Ok(20 << 20));
    }

    #[test]
    fn stores_that_gix_does_not_know_are_faults() {
        let (temp, folder, _) = origin();
        fs::create_dir(folder.join(".git/reftable")).unwrap();
        git(temp.path(), &["init", "-q", "--object-format=sha256", "sha256"]);
        for (folder, why) in [(folder, "reftable"), (temp.path().join("sha256"), "sha256")] {
            let told = tell(&folder, "main", "").unwrap_err().to_string();
            assert!(told.contains(why), "{told}");
        }
    }

    #[test]
    fn threads_read_side_by_side() {
        let (_temp, folder, _) = origin();
        let texts: Vec<(String, String)> = (0..300).map(|n| (format!("many/{n:03}.md"), "line\n".repeat(n))).collect();
        let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        commit(&folder, &texts);
        git(&folder, &["gc", "-q"]);
        let repository = Repository::holding(&folder).unwrap();
        let files = repository.files("main", "many").unwrap();
        let read: Vec<usize> = files.par_iter().map(|file| repository.read(file.id, 1 << 20).unwrap().len()).collect();
        assert_eq!(read, (0..300).map(|n| 5 * n).collect::<Vec<_>>());
    }

    /// Runs another test of this file in a process whose environment would lead git elsewhere.
    #[test]
    fn the_environment_leads_nowhere_else() {
        let test = format!("{}::tags_branches_and_ids_name_a_commit", module_path!().split_once("::").unwrap().1);
        let mut command = Command::new(std::env::current_exe().unwrap());
        for name in ["DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "SHALLOW_FILE", "CEILING_DIRECTORIES"] {
            command.env(format!("GIT_{name}"), "/nowhere");
        }
        command.env("GIT_NAMESPACE", "x").env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "core.bare");
        let output = command.env("GIT_CONFIG_VALUE_0", "true").args(["--exact", &test]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && told.contains("1 passed"), "{told}");
    }
}
