//! Finds the files of every version, and reads them.
//!
//! - In: the [`Config`], the site's folder, and the git repository that holds it.
//! - Out: a [`Listing`] of what each version's stack of layers holds; then, file by file, a [`Source`] with its text, or an asset's bytes.
//! - Never here: what a text means. No file is written and no other program runs.
//!
//! Listing is quick and serial; reading is a plain function on one file, so that the pipeline can read many at once.

mod git;
mod guard;
mod history;
mod ignored;
mod layers;
mod walk;

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

pub use git::ObjectId as Commit;
pub use history::last_changes;
pub use layers::{Listing, VersionFiles, list};
pub use walk::{name_invalid, never_content};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::id::{Digest, FileName, SourcePath};

/// A file that is there, not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it lies in the content tree of its version.
    pub path: SourcePath,
    /// What people call it.
    pub file: FileName,
    /// Where its bytes are.
    pub place: Place,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug)]
pub enum Place {
    /// In the working tree: a path without links.
    Disk(PathBuf),
    /// In a git repository: what names its bytes, and the file in whose history they stand.
    Git(Arc<git::Repository>, git::ObjectId, git::Committed),
}

/// Two places are one where the same bytes are meant.
impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Place::Disk(own), Place::Disk(others)) => own == others,
            (Place::Git(_, own, _), Place::Git(_, others, _)) => own == others,
            _ => false,
        }
    }
}

impl Eq for Place {}

/// How a file lies on disk or in git, without a look inside: while it is the same, the file most likely is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// Its length in bytes, the time of its last change, and (where there is such a thing) its number in the file system.
    Disk(u64, Option<SystemTime>, u64),
    /// What names its bytes.
    Git(git::ObjectId),
    /// It is not to be seen.
    Gone,
}

/// How `found` lies there now.
pub fn stamp(found: &Found) -> Stamp {
    match &found.place {
        Place::Git(_, id, _) => Stamp::Git(*id),
        Place::Disk(path) => match path.symlink_metadata() {
            Ok(meta) => Stamp::Disk(meta.len(), meta.modified().ok(), number(&meta)),
            Err(_) => Stamp::Gone,
        },
    }
}

#[cfg(unix)]
fn number(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}

/// A text, as written: a page, or `nav.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What people call the file.
    pub file: FileName,
    /// The digest of the text.
    pub digest: Digest,
    /// The text: UTF-8, line ends as `\n`, no byte order mark.
    pub text: Arc<str>,
}

/// The largest text that is read, in bytes: a page of this size is an accident.
const LARGEST_TEXT: u64 = 16 << 20;
/// The largest asset, in bytes.
const LARGEST_ASSET: u64 = 1 << 30;

/// Reads a text. Equal texts have equal digests wherever they lie: git and folders agree, whatever ends their lines.
///
/// # Errors
/// `not-utf8` with the byte, `file-too-large`, `lfs-pointer`, or `file-unreadable` (also for one that has vanished).
pub fn read(found: &Found) -> Result<Source, Diagnostic> {
    let bytes = bytes(found, LARGEST_TEXT)?;
    if lfs_pointer(&bytes) {
        return Err(lfs(&found.file));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Diagnostic::new(Code::NotUtf8, format!("`{}` is not UTF-8: byte {at} (counted from 0) begins no character", found.file))
            .at(Span::whole(found.file.clone()))
            .help("save it as UTF-8".to_owned())
    })?;
    let text = normalised(text);
    Ok(Source { file: found.file.clone(), digest: Digest::of(text.as_bytes()), text: text.into() })
}

fn normalised(text: String) -> String {
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
    // No text of HTML holds this character, and Markdown replaces it (CommonMark 0.31.2, section 2.3).
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// The first `most` bytes of a file: enough to tell what it is.
///
/// # Errors
/// `file-unreadable`.
pub fn head(found: &Found, most: usize) -> Result<Vec<u8>, Diagnostic> {
    match &found.place {
        Place::Disk(path) => {
            let mut head = Vec::new();
            guard::open(path)
                .and_then(|file| file.take(most as u64).read_to_end(&mut head))
                .map_err(|error| unreadable(&found.file, &error.to_string()))?;
            Ok(head)
        }
        Place::Git(..) => bytes(found, LARGEST_ASSET).map(|mut bytes| {
            bytes.truncate(most);
            bytes
        }),
    }
}

/// All bytes of a file that may have `most` at the most.
///
/// # Errors
/// `file-too-large` or `file-unreadable`.
pub fn bytes(found: &Found, most: u64) -> Result<Vec<u8>, Diagnostic> {
    let large = || {
        let message = format!("`{}` is larger than {} MiB", found.file, most >> 20);
        Diagnostic::new(Code::FileTooLarge, message).at(Span::whole(found.file.clone()))
    };
    match &found.place {
        Place::Disk(path) => match guard::read(path, most) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(large()),
            Err(error) => Err(unreadable(&found.file, &error.to_string())),
        },
        Place::Git(repository, id, _) => match repository.read(*id, most) {
            Ok(bytes) => Ok(bytes),
            Err(git::GitFault::TooLarge { .. }) => Err(large()),
            Err(fault) => Err(unreadable(&found.file, &fault.to_string())),
        },
    }
}

/// How many bytes of a file are compared at a time.
const PART: u64 = 1 << 16;

/// An asset, to be copied: a file that is open, or bytes.
pub enum Content {
    /// A file of the working tree, and how many bytes it has.
    File(File, u64),
    /// The bytes, from git.
    Bytes(Vec<u8>),
}

impl Content {
    fn bytes(&self) -> u64 {
        match self {
            Content::File(_, bytes) => *bytes,
            Content::Bytes(bytes) => bytes.len() as u64,
        }
    }

    fn reader(self) -> Box<dyn Read> {
        match self {
            Content::File(file, _) => Box::new(file),
            Content::Bytes(bytes) => Box::new(std::io::Cursor::new(bytes)),
        }
    }
}

/// Opens an asset for copying.
///
/// # Errors
/// `file-too-large`, `lfs-pointer` or `file-unreadable`.
pub fn open(found: &Found) -> Result<Content, Diagnostic> {
    match &found.place {
        Place::Disk(path) => guard::open(path)
            .and_then(|file| file.metadata().map(|meta| Content::File(file, meta.len())))
            .map_err(|error| unreadable(&found.file, &error.to_string())),
        Place::Git(..) => bytes(found, LARGEST_ASSET).map(Content::Bytes),
    }
}

/// Whether two assets are the same bytes. Neither is read where they cannot be, or must be.
///
/// # Errors
/// `file-too-large` or `file-unreadable`.
pub fn same_bytes(a: &Found, b: &Found) -> Result<bool, Diagnostic> {
    match (&a.place, &b.place) {
        (Place::Git(_, a, _), Place::Git(_, b, _)) => return Ok(a == b),
        _ if a.place == b.place => return Ok(true),
        _ => {}
    }
    let (left, right) = (open(a)?, open(b)?);
    if left.bytes() != right.bytes() {
        return Ok(false);
    }
    let (mut left, mut right) = (left.reader(), right.reader());
    let (mut own, mut other) = (Vec::new(), Vec::new());
    let part = |from: &mut dyn Read, file, part: &mut Vec<u8>| {
        part.clear();
        from.take(PART).read_to_end(part).map_err(|error| unreadable(file, &error.to_string()))
    };
    loop {
        part(&mut left, &a.file, &mut own)?;
        part(&mut right, &b.file, &mut other)?;
        if own != other || own.is_empty() {
            return Ok(own == other);
        }
    }
}

/// Opens a regular file that is no link.
///
/// # Errors
/// When it is not there, or something else.
pub fn open_regular(path: &Path) -> std::io::Result<File> {
    guard::open(path)
}

fn unreadable(file: &FileName, why: &str) -> Diagnostic {
    Diagnostic::new(Code::FileUnreadable, format!("cannot read `{file}`: {why}")).at(Span::whole(file.clone()))
}

/// Whether `bytes` stand for a file that Git LFS keeps elsewhere (Git LFS specification, "The Pointer").
pub fn lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(b"version https://git-lfs.github.com/spec/")
}

/// What to say of a Git LFS pointer.
pub fn lfs(file: &FileName) -> Diagnostic {
    Diagnostic::new(Code::LfsPointer, format!("`{file}` is a pointer of Git LFS, not the file itself"))
        .at(Span::whole(file.clone()))
        .help("run `git lfs pull`".to_owned())
}

/// The site's own templates and theme files, and what lies in `static/`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SiteFiles {
    /// Templates of the theme, then of the site: name, and source.
    pub templates: Vec<(TemplateOwner, String, Source)>,
    /// Files of the theme beside its templates, by name.
    pub theme: BTreeMap<String, Found>,
    /// Files of `static/`, by path.
    pub statics: Vec<Found>,
}

impl SiteFiles {
    /// What people call each of them.
    pub fn files(&self) -> impl Iterator<Item = &FileName> {
        let templates = self.templates.iter().map(|(.., source)| &source.file);
        templates.chain(self.theme.values().map(|found| &found.file)).chain(self.statics.iter().map(|found| &found.file))
    }
}

/// The folder of `templates/` that holds the texts of new files. They are no templates of pages.
pub const NEW_FILES: &str = "new";

/// Whose template it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateOwner {
    /// A theme's, under `themes/NAME/templates/`.
    Theme,
    /// The site's, under `templates/`.
    Site,
}

/// The files that belong to the site and not to a version: `static/`, `templates/`, and the theme's folder.
pub fn site_files(config: &Config) -> Diagnosed<SiteFiles> {
    let mut diagnostics = Diagnostics::new();
    let mut files = SiteFiles { statics: walk::folder(config, "static", walk::Kind::Static, &mut diagnostics).found, ..SiteFiles::default() };
    if let Some(name) = &config.theme.name {
        let folder = format!("themes/{}", name.value);
        if !config.root.join(&folder).is_dir() {
            let message = format!("no theme `{}`: there is no folder `{folder}`", name.value);
            diagnostics.push(
                Diagnostic::new(Code::FolderNotFound, message)
                    .at(config.span(&name.range))
                    .help("write `theme = \"default\"`, or make the folder".to_owned()),
            );
        }
        for found in walk::folder(config, &folder, walk::Kind::Static, &mut diagnostics).found {
            match found.path.as_str().strip_prefix("templates/").map(str::to_owned) {
                Some(name) => template(TemplateOwner::Theme, name, &found, &mut files, &mut diagnostics),
                None => {
                    files.theme.insert(found.path.to_string(), found);
                }
            }
        }
    }
    let of_pages = |found: &Found| !found.path.as_str().strip_prefix(NEW_FILES).is_some_and(|rest| rest.starts_with('/'));
    for found in walk::folder(config, "templates", walk::Kind::Static, &mut diagnostics).found.into_iter().filter(of_pages) {
        template(TemplateOwner::Site, found.path.to_string(), &found, &mut files, &mut diagnostics);
    }
    Diagnosed { value: files, diagnostics }
}

fn template(owner: TemplateOwner, name: String, found: &Found, files: &mut SiteFiles, diagnostics: &mut Diagnostics) {
    match read(found) {
        Ok(source) => files.templates.push((owner, name, source)),
        Err(diagnostic) => diagnostics.push(diagnostic),
    }
}

/// The folders that a site's sources lie in, whether they exist or not: the output may not be one of them, nor lie in one.
pub fn source_folders(config: &Config) -> Vec<PathBuf> {
    let own = ["templates", "themes", "static", "snippets"].into_iter().map(str::to_owned);
    let versions = config.versions.iter().flat_map(|version| {
        let content = version.content.iter().filter(|_| version.git.is_none());
        content.chain(&version.patches).map(|folder| folder.value.clone())
    });
    let folders = own.chain(versions).filter(|folder| !folder.is_empty());
    folders.map(|folder| config.root.join(folder)).collect()
}

/// Whether a file or folder of this name is never read, wherever it lies: dotfiles, and what editors and systems leave behind.
pub fn never_read(name: &str) -> bool {
    ignored::ignored_static(name)
}

/// Whether `root` holds a first page of its own, so that it is a site even without `recto.toml`.
pub fn has_first_page(root: &Path) -> bool {
    ["index.md", "README.md", "_index.md"].iter().any(|name| root.join(name).is_file())
}
