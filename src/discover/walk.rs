//! Walks a folder of the working tree. The only file that knows `walkdir`.
//!
//! A link of the file system is followed only to a place inside the site that could be published by itself; pipes and devices are
//! never opened; names that some system cannot hold are refused on every system. Entries come sorted.

use std::borrow::Borrow;
use std::path::{Component, Path};

use unicode_normalization::UnicodeNormalization;
use walkdir::{DirEntry, WalkDir};

use super::ignored::{ignored, ignored_static};
use super::{Found, Place};
use crate::config::{Config, FILE};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::{FileName, SourcePath};

/// What a folder holds: pages and their assets, or files that are trusted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Content,
    Static,
}

/// What lies in a folder.
#[derive(Default)]
pub(super) struct Walked {
    /// Its files, sorted by path.
    pub(super) found: Vec<Found>,
    /// Links that were refused, which was told as an error.
    pub(super) refused: Vec<SourcePath>,
}

/// What lies in `folder` (relative to the root). A folder that is not there is empty.
pub(super) fn folder(config: &Config, folder: &str, kind: Kind, diagnostics: &mut Diagnostics) -> Walked {
    let top = config.root.join(folder);
    let mut walk = Walk { config, top: &top, folder, kind, walked: Walked::default(), diagnostics: &mut *diagnostics };
    if top.symlink_metadata().is_ok() {
        let real_root = config.root.canonicalize().unwrap_or_else(|_| config.root.clone());
        walk.all(&real_root);
    }
    let mut walked = walk.walked;
    walked.found.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.file.cmp(&b.file)));
    one_of_each(&mut walked.found, diagnostics);
    walked
}

/// Names that differ only in their Unicode form are one address: the first of them stays, the others are told. `found` is sorted by path.
pub(super) fn one_of_each<T: Borrow<Found>>(found: &mut Vec<T>, diagnostics: &mut Diagnostics) {
    found.dedup_by(|later, first| {
        let (later, first) = ((*later).borrow(), (*first).borrow());
        if later.path == first.path {
            let message = format!("`{}` and `{}` are one name in two Unicode forms, so they have one address", first.file, later.file);
            let diagnostic = Diagnostic::new(Code::AddressTaken, message)
                .at(Span::whole(later.file.clone()))
                .label(Span::whole(first.file.clone()), "this one has it")
                .help("rename one of them".to_owned());
            diagnostics.push(diagnostic);
        }
        later.path == first.path
    });
}

struct Walk<'a> {
    config: &'a Config,
    top: &'a Path,
    folder: &'a str,
    kind: Kind,
    walked: Walked,
    diagnostics: &'a mut Diagnostics,
}

impl Walk<'_> {
    fn all(&mut self, real_root: &Path) {
        let top = self.top;
        if top.is_symlink() && !self.allowed(top, real_root, &self.name(top)) {
            return;
        }
        let mut entries = WalkDir::new(top).follow_links(true).into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.fault(&error);
                    continue;
                }
            };
            if entry.depth() == 0 {
                continue;
            }
            let file = self.name(entry.path());
            if self.left_out(&entry) || (entry.path_is_symlink() && !self.allowed(entry.path(), real_root, &file)) {
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
                continue;
            }
            if !entry.file_type().is_dir() {
                self.file(&entry, file);
            }
        }
    }

    fn file(&mut self, entry: &DirEntry, file: FileName) {
        if !entry.file_type().is_file() {
            let message = format!("`{file}` is a pipe, a socket or a device; it is left out");
            self.diagnostics.push(Diagnostic::new(Code::FileNotRegular, message).at(Span::whole(file)));
            return;
        }
        let Some(path) = self.path(entry.path(), &file) else { return };
        let place = if entry.path_is_symlink() { entry.path().canonicalize() } else { Ok(entry.path().to_owned()) };
        match place {
            Ok(place) => self.walked.found.push(Found { path, file, place: Place::Disk(place) }),
            Err(error) => self.diagnostics.push(super::unreadable(&file, &error.to_string())),
        }
    }

    /// The file's path in the content tree, in Unicode's composed form: some systems hand out the other one.
    fn path(&mut self, path: &Path, file: &FileName) -> Option<SourcePath> {
        let below = path.strip_prefix(self.top).unwrap_or(path);
        let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
        let Some(parts) = parts else {
            let message = format!("the name of `{file}` is not UTF-8");
            self.diagnostics.push(Diagnostic::new(Code::NameInvalid, message).at(Span::whole(file.clone())).help("rename the file".to_owned()));
            return None;
        };
        let mut text = parts.join("/");
        if !text.is_ascii() {
            text = text.nfc().collect();
        }
        match SourcePath::new(&text) {
            Ok(path) => Some(path),
            Err(fault) => {
                self.diagnostics.push(name_invalid(file, fault));
                None
            }
        }
    }

    fn name(&self, path: &Path) -> FileName {
        let below = path.strip_prefix(&self.config.root).unwrap_or(path);
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        FileName::new(parts.join("/"))
    }

    fn left_out(&self, entry: &DirEntry) -> bool {
        let name = entry.file_name().to_string_lossy();
        match self.kind {
            Kind::Static => ignored_static(&name),
            // An output that was written among the sources is not read as one of them.
            Kind::Content if entry.file_type().is_dir() && entry.path().join(crate::write::MANIFEST).is_file() => true,
            Kind::Content => ignored(&name) || (self.folder.is_empty() && entry.depth() == 1 && belongs_to_the_site(self.config, &name)),
        }
    }

    /// Whether a link leads to what may be published: inside the root, and nothing that is left out everywhere.
    fn allowed(&mut self, link: &Path, real_root: &Path, file: &FileName) -> bool {
        let target = link.canonicalize();
        let inside = target.as_deref().ok().and_then(|target| target.strip_prefix(real_root).ok()).is_some_and(|below| {
            let hidden = |part: Component<'_>| ignored(&part.as_os_str().to_string_lossy());
            // A folder that holds the content holds the configuration, or what else is not content.
            !below.components().any(hidden) && below != Path::new(FILE) && below != Path::new("") && !self.holds_content(real_root, below)
        });
        if !inside {
            let message = match target {
                Ok(_) => format!("the link `{file}` leads out of what is published"),
                Err(_) => format!("the link `{file}` leads nowhere"),
            };
            let help = "put a copy in its place, or remove it".to_owned();
            self.diagnostics.push(Diagnostic::new(Code::SymlinkOutside, message).at(Span::whole(file.clone())).help(help));
            let path = self.path(link, file);
            self.walked.refused.extend(path);
        }
        inside
    }

    fn holds_content(&self, real_root: &Path, below: &Path) -> bool {
        let content = real_root.join(self.folder);
        let (content, folder) = (content.canonicalize().unwrap_or(content), real_root.join(below));
        content.starts_with(&folder) && content != folder
    }

    fn fault(&mut self, error: &walkdir::Error) {
        let file = error.path().map_or_else(|| FileName::new(self.folder), |path| self.name(path));
        if ignored(file.as_str().rsplit('/').next().unwrap_or("")) {
            return;
        }
        let diagnostic = if error.loop_ancestor().is_some() {
            let message = format!("the link `{file}` leads back to a folder that holds it");
            Diagnostic::new(Code::SymlinkLoop, message).at(Span::whole(file)).help("remove the link".to_owned())
        } else if error.path().is_some_and(Path::is_symlink) {
            let message = format!("the link `{file}` leads nowhere");
            let refused = error.path().and_then(|path| self.path(path, &file));
            self.walked.refused.extend(refused);
            Diagnostic::new(Code::SymlinkOutside, message).at(Span::whole(file)).help("put a copy in its place, or remove it".to_owned())
        } else {
            let why = error.io_error().map_or_else(|| "unknown fault".to_owned(), ToString::to_string);
            super::unreadable(&file, &why)
        };
        self.diagnostics.push(diagnostic);
    }
}

/// Where the root itself is the content: what lies in it and is no content.
fn belongs_to_the_site(config: &Config, name: &str) -> bool {
    let output = config.output.folder.split('/').next();
    matches!(name, "templates" | "themes" | "static" | "snippets" | "versions" | FILE | "urls.lock" | "nav.toml") || output == Some(name)
}

/// Whether a file at `path` of the content in `folder` (from the root) would never be read as content.
pub fn never_content(config: &Config, folder: &str, path: &SourcePath) -> bool {
    let first = path.as_str().split('/').next().unwrap_or_default();
    path.as_str().split('/').any(ignored) || (folder.is_empty() && belongs_to_the_site(config, first))
}

/// What to say of a file whose name some system cannot hold.
pub fn name_invalid(file: &FileName, fault: crate::id::PathFault) -> Diagnostic {
    Diagnostic::new(Code::NameInvalid, format!("the name of `{file}` cannot be an address everywhere: {fault}"))
        .at(Span::whole(file.clone()))
        .help("rename the file".to_owned())
}

// Other systems take the two forms for one name.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_composed_form_and_one_where_only_that_differs() {
        let dir = tempfile::tempdir().unwrap();
        for file in ["pages/cafe\u{301}/a.md", "pages/caf\u{e9}/a.md", "pages/plain.md"] {
            let place = dir.path().join(file);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, "# A\n").unwrap();
        }
        let config = crate::config::load(dir.path()).unwrap().value;
        let mut diagnostics = Diagnostics::new();
        let walked = folder(&config, "pages", Kind::Content, &mut diagnostics);
        let paths: Vec<&str> = walked.found.iter().map(|found| found.path.as_str()).collect();
        assert_eq!(paths, ["caf\u{e9}/a.md", "plain.md"]);
        assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
        assert_eq!(diagnostics[0].code, Code::AddressTaken);
    }
}
