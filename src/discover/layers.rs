//! The stack of layers that a version's files come from.
//!
//! Upper over lower: `patches`, over `content` in `git` or in the working tree, over the stack of the version it `inherits`. So an old
//! version is a frozen ref, a full copy, or only what differs. A layer that several versions share is listed once.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use globset::{GlobSet, GlobSetBuilder};
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use super::git::{Committed, FileKind, GitFault, GitFile, ObjectId, Repository};
use super::ignored::ignored;
use super::walk;
use super::{Found, Place};
use crate::config::{Config, Folder, Status, Version, VersionNo, path_glob};
use crate::data::Spanned;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::id::{FileName, PageId, SourcePath};

/// What every version holds, in the order of `recto.toml`.
#[derive(Debug)]
pub struct Listing {
    /// One for each version; one that is gone holds nothing.
    pub versions: Vec<VersionFiles>,
    /// What lies in `snippets/`: of the working tree, and of each commit that pages come from.
    pub snippets: FxHashMap<Option<ObjectId>, Vec<Arc<Found>>>,
}

/// What a version holds, after its layers were laid over each other.
#[derive(Debug, Default)]
pub struct VersionFiles {
    /// The pages' sources, by path.
    pub pages: Vec<Arc<Found>>,
    /// Every other file, by path.
    pub assets: Vec<Arc<Found>>,
    /// What is there and was refused, which was told.
    pub refused: Vec<SourcePath>,
    /// Its `nav.toml`.
    pub nav: Option<NavFile>,
    /// Whether a layer could not be read, so that pages may be missing that are not missing in truth.
    pub incomplete: bool,
    /// The commit that its pages come from, or most of them; none for the working tree.
    pub commit: Option<ObjectId>,
}

/// A `nav.toml`, and whether it was written for this version alone or for all of the working tree's.
#[derive(Clone, Debug)]
pub struct NavFile {
    /// The file.
    pub found: Arc<Found>,
    /// Whether a page that it names must exist: the file is the version's own, or the version is the current one.
    pub strict: bool,
}

/// Lists the files of every version.
pub fn list(config: &Config) -> Diagnosed<Listing> {
    let mut diagnostics = Diagnostics::new();
    let here = walk::folder(config, SNIPPETS, walk::Kind::Content, &mut diagnostics).found.into_iter().map(Arc::new).collect();
    let snippets = FxHashMap::from_iter([(None, here)]);
    let mut layers = Layers { config, known: FxHashMap::default(), snippets, repository: None, diagnostics: &mut diagnostics };
    let versions =
        (0..config.versions.len()).map(|no| if config.versions[no].documented() { layers.version(no) } else { VersionFiles::default() }).collect();
    let snippets = layers.snippets;
    Diagnosed { value: Listing { versions, snippets }, diagnostics }
}

const NAV: &str = "nav.toml";
/// Where the texts and samples lie that pages take in.
const SNIPPETS: &str = "snippets";

/// A folder's files, and the `nav.toml` beside the site's configuration in the same tree.
#[derive(Default)]
struct Layer {
    files: Vec<Arc<Found>>,
    refused: Vec<SourcePath>,
    site_nav: Option<Arc<Found>>,
    /// The commit that it comes from; none for the working tree.
    commit: Option<ObjectId>,
    /// Whether it could not be read.
    missing: bool,
}

struct Layers<'a> {
    config: &'a Config,
    /// By git ref (if any) and folder.
    known: FxHashMap<(Option<String>, String), Rc<Layer>>,
    snippets: FxHashMap<Option<ObjectId>, Vec<Arc<Found>>>,
    /// Opened when the first version asks for it.
    repository: Option<Arc<Repository>>,
    diagnostics: &'a mut Diagnostics,
}

/// One layer of a version's stack, with what the versions above take away from it.
struct Stacked {
    layer: Rc<Layer>,
    /// How many of the version's `without` chain apply: those of the versions between.
    depth: usize,
    /// Whether it only patches the layer below: then it comes from the working tree whatever that one comes from.
    patches: bool,
}

impl Layers<'_> {
    fn version(&mut self, no: VersionNo) -> VersionFiles {
        let config = self.config;
        let mut stack = Vec::new();
        let mut without = Vec::new();
        let mut next = Some(no);
        while let Some(no) = next {
            let version = &config.versions[no];
            let depth = without.len();
            if let Some(folder) = &version.patches {
                stack.push(Stacked { layer: self.layer(None, folder, version), depth, patches: true });
            }
            if let Some(folder) = &version.content {
                stack.push(Stacked { layer: self.layer(version.git.as_ref(), folder, version), depth, patches: false });
            }
            without.push(Without::of(version));
            next = version.inherits.as_ref().map(|parent| parent.value);
        }
        let files = lay(&stack, &mut without);
        // Each version answers for its own patterns only.
        for (glob, used) in without.first().map(Without::uses).unwrap_or_default() {
            if !used {
                let message = format!("`{}` takes nothing away from what version {} inherits", glob.value, config.versions[no].id);
                self.diagnostics.push(Diagnostic::new(Code::WithoutUnused, message).at(config.span(&glob.range)));
            }
        }
        let mut version =
            VersionFiles { incomplete: stack.is_empty() || stack.iter().any(|stacked| stacked.layer.missing), ..VersionFiles::default() };
        version.commit = stack.iter().find_map(|stacked| stacked.layer.commit);
        version.refused.extend(stack.iter().flat_map(|stacked| stacked.layer.refused.iter().cloned()).filter(|path| !files.contains_key(path)));
        for (path, found) in files {
            if path.as_str() == NAV {
                version.nav = Some(NavFile { found, strict: true });
            } else if path.is_page() {
                version.pages.push(found);
            } else {
                version.assets.push(found);
            }
        }
        if version.nav.is_none() {
            let strict = config.versions[no].status == Status::Current;
            let found = stack.iter().filter(|stacked| !stacked.patches).find_map(|stacked| stacked.layer.site_nav.clone());
            version.nav = found.map(|found| NavFile { found, strict });
        }
        version
    }

    fn layer(&mut self, git: Option<&Spanned<String>>, folder: &Folder, version: &Version) -> Rc<Layer> {
        let key = (git.map(|git| git.value.clone()), folder.value.clone());
        if let Some(layer) = self.known.get(&key) {
            return layer.clone();
        }
        let layer = match git {
            Some(git) => self.in_git(git, folder, version),
            None => self.on_disk(folder, version),
        };
        let layer = Rc::new(layer);
        self.known.insert(key, layer.clone());
        layer
    }

    fn on_disk(&mut self, folder: &Folder, version: &Version) -> Layer {
        let config = self.config;
        if !config.root.join(&folder.value).is_dir() {
            let whose = if config.versioned { format!(" of version {}", version.id) } else { String::new() };
            let diagnostic = Diagnostic::new(Code::FolderNotFound, format!("no folder `{}` for the pages{whose}", folder.value))
                .at(config.span(&folder.range))
                .help(format!("make the folder `{}`, or name the one that holds the pages", folder.value));
            self.diagnostics.push(diagnostic);
            return Layer { missing: true, ..Layer::default() };
        }
        let walked = walk::folder(config, &folder.value, walk::Kind::Content, self.diagnostics);
        let nav = config.root.join(NAV);
        let site_nav =
            nav.is_file().then(|| Found { path: SourcePath::new(NAV).expect("a plain name"), file: FileName::new(NAV), place: Place::Disk(nav) });
        Layer {
            files: walked.found.into_iter().map(Arc::new).collect(),
            refused: walked.refused,
            site_nav: site_nav.map(Arc::new),
            commit: None,
            missing: false,
        }
    }

    fn in_git(&mut self, git: &Spanned<String>, folder: &Folder, version: &Version) -> Layer {
        match self.read_git(git, folder) {
            Ok(layer) => layer,
            Err(fault) => {
                let diagnostic = git_fault(&fault, git, version).at(self.config.span(&git.range));
                self.diagnostics.push(diagnostic);
                Layer { missing: true, ..Layer::default() }
            }
        }
    }

    fn read_git(&mut self, git: &Spanned<String>, folder: &Folder) -> Result<Layer, GitFault> {
        let repository = match &self.repository {
            Some(known) => known.clone(),
            None => self.repository.insert(Repository::holding(&self.config.root).map(Arc::new)?).clone(),
        };
        let site = repository.prefix(&self.config.root)?;
        let below = |name: &str| [site.as_str(), name].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
        let inside = below(&folder.value);
        let commit = repository.commit(&git.value)?;
        let files = repository.files(&commit.to_string(), &inside)?;
        let site_nav = repository.file(&commit.to_string(), &below(NAV)).map(|id| Found {
            path: SourcePath::new(NAV).expect("a plain name"),
            file: FileName::new(format!("{}:{NAV}", git.value)),
            place: Place::Git(repository.clone(), id, Committed { commit, path: below(NAV) }),
        });
        let reader = GitLayer { repository: &repository, git: &git.value, commit, folder: &folder.value, inside: &inside, files: &files };
        let mut files = reader.found(self.diagnostics);
        walk::one_of_each(&mut files, self.diagnostics);
        if let Entry::Vacant(place) = self.snippets.entry(Some(commit)) {
            let inside = below(SNIPPETS);
            let listed = match repository.files(&commit.to_string(), &inside) {
                Ok(files) => files,
                Err(GitFault::FolderNotFound { .. } | GitFault::NotAFolder { .. }) => Vec::new(),
                Err(fault) => return Err(fault),
            };
            let reader = GitLayer { repository: &repository, git: &git.value, commit, folder: SNIPPETS, inside: &inside, files: &listed };
            place.insert(reader.found(self.diagnostics));
        }
        Ok(Layer { files, refused: Vec::new(), site_nav: site_nav.map(Arc::new), commit: Some(commit), missing: false })
    }
}

/// Lays the layers over each other.
fn lay(stack: &[Stacked], without: &mut [Without]) -> BTreeMap<SourcePath, Arc<Found>> {
    let mut files: BTreeMap<SourcePath, Arc<Found>> = BTreeMap::new();
    let mut pages: BTreeSet<PageId> = BTreeSet::new();
    for stacked in stack {
        let mut added = Vec::new();
        for found in &stacked.layer.files {
            // Every version is asked, so that each knows whether its patterns take anything.
            let taken_away = without[..stacked.depth].iter_mut().map(|without| without.takes(&found.path)).filter(|taken| *taken).count() > 0;
            // `guides/README.md` above hides `guides/_index.md` below: they are one page.
            let page = found.path.is_page().then(|| PageId::new(found.path.as_str()));
            let hidden = files.contains_key(&found.path) || page.as_ref().is_some_and(|page| pages.contains(page));
            if !taken_away && !hidden {
                files.insert(found.path.clone(), found.clone());
                added.extend(page);
            }
        }
        pages.extend(added);
    }
    files
}

/// The patterns of one version's `without`, and which of them have taken something away.
struct Without<'a> {
    globs: &'a [Spanned<String>],
    set: GlobSet,
    used: Vec<bool>,
}

impl<'a> Without<'a> {
    fn of(version: &'a Version) -> Self {
        let mut set = GlobSetBuilder::new();
        for glob in &version.without {
            // The configuration has refused what is no pattern.
            if let Ok(glob) = path_glob(&glob.value) {
                set.add(glob);
            }
        }
        Self { globs: &version.without, set: set.build().unwrap_or_else(|_| GlobSet::empty()), used: vec![false; version.without.len()] }
    }

    fn takes(&mut self, path: &SourcePath) -> bool {
        let matches = self.set.matches(path.as_str());
        for no in &matches {
            self.used[*no] = true;
        }
        !matches.is_empty()
    }

    fn uses(&self) -> Vec<(&'a Spanned<String>, bool)> {
        self.globs.iter().zip(self.used.iter().copied()).collect()
    }
}

/// The files of a folder in a ref.
struct GitLayer<'a> {
    repository: &'a Arc<Repository>,
    git: &'a str,
    commit: ObjectId,
    /// As the configuration names it.
    folder: &'a str,
    /// From the top of the commit's tree.
    inside: &'a str,
    files: &'a [GitFile],
}

impl GitLayer<'_> {
    fn found(&self, diagnostics: &mut Diagnostics) -> Vec<Arc<Found>> {
        let mut found = Vec::new();
        for file in self.files.iter().filter(|file| !file.path.split('/').any(ignored)) {
            let name = FileName::new(format!("{}:{}/{}", self.git, self.folder, file.path).replace(":/", ":"));
            if !file.utf8 {
                let message = format!("the name of `{name}` is not UTF-8");
                diagnostics.push(Diagnostic::new(Code::NameInvalid, message).at(Span::whole(name)).help("rename the file".to_owned()));
                continue;
            }
            match file.kind {
                FileKind::File => self.one(&file.path, name, file, &mut found, diagnostics),
                FileKind::Symlink => self.link(file, &name, &mut found, diagnostics),
                FileKind::Submodule => {}
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// Takes `file` as what lies at `path`: its own, or that of a link to it.
    fn one(&self, path: &str, name: FileName, file: &GitFile, found: &mut Vec<Arc<Found>>, diagnostics: &mut Diagnostics) {
        let path: String = path.nfc().collect();
        match SourcePath::new(&path) {
            Ok(path) => {
                let committed = Committed { commit: self.commit, path: format!("{}/{}", self.inside, file.path).trim_start_matches('/').to_owned() };
                found.push(Arc::new(Found { path, file: name, place: Place::Git(self.repository.clone(), file.id, committed) }));
            }
            Err(fault) => diagnostics.push(walk::name_invalid(&name, fault)),
        }
    }

    /// A link to a file or folder of the same content, as it would be followed on disk.
    fn link(&self, link: &GitFile, name: &FileName, found: &mut Vec<Arc<Found>>, diagnostics: &mut Diagnostics) {
        let target = self.repository.read(link.id, 4096).ok().and_then(|target| String::from_utf8(target).ok());
        let target = target.and_then(|target| beside(&link.path, &target));
        let plain = |file: &&GitFile| file.kind == FileKind::File && file.utf8;
        let before = found.len();
        if let Some(target) = target {
            for file in self.files.iter().filter(plain) {
                if file.path == target {
                    self.one(&link.path, name.clone(), file, found, diagnostics);
                } else if let Some(rest) = file.path.strip_prefix(&format!("{target}/"))
                    && !rest.split('/').any(ignored)
                    && !format!("{}/", link.path).starts_with(&format!("{target}/"))
                {
                    let name = FileName::new(format!("{name}/{rest}"));
                    self.one(&format!("{}/{rest}", link.path), name, file, found, diagnostics);
                }
            }
        }
        if found.len() == before {
            let message = format!("the link `{name}` leads out of what is published");
            let help = "put a copy in its place, or remove it".to_owned();
            diagnostics.push(Diagnostic::new(Code::SymlinkOutside, message).at(Span::whole(name.clone())).help(help));
        }
    }
}

/// Where `target`, written in a link at `path`, lies; none if that is above the top.
fn beside(path: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn git_fault(fault: &GitFault, git: &Spanned<String>, version: &Version) -> Diagnostic {
    let name = &git.value;
    match fault {
        GitFault::NotARepository => {
            Diagnostic::new(Code::GitUnreadable, format!("version {} is in git, but the site is in no git repository", version.id))
                .help("build from a clone of the repository, or copy the pages into a folder".to_owned())
        }
        GitFault::RefNotFound { shallow: true, .. } => {
            Diagnostic::new(Code::GitRefNotFound, format!("no branch, tag or commit `{name}` in this shallow clone"))
                .help(format!("run `git fetch --depth 1 origin tag {name}`, or `git fetch --unshallow --tags` for all history"))
        }
        GitFault::RefNotFound { similar, .. } => {
            Diagnostic::new(Code::GitRefNotFound, format!("no branch, tag or commit `{name}` in this repository")).help(match similar {
                Some(similar) => format!("write `{similar}`"),
                None => format!("run `git fetch origin {name}` if it is on the server"),
            })
        }
        GitFault::FolderNotFound { folder } => Diagnostic::new(Code::FolderNotFound, format!("no folder `{folder}` in `{name}`"))
            .help("name the folder that held the pages, with `content`".to_owned()),
        other => Diagnostic::new(Code::GitUnreadable, format!("cannot read `{name}`: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// The files of version `no` of a site: `path <- file`, a line each, then the diagnostics.
    fn check(toml: &str, files: &[&str], no: VersionNo, expected: &[&str]) {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).expect("a folder");
            std::fs::write(path, "# T\n").expect("a file");
        }
        let config = crate::config::read(folder.path(), Some(toml.into())).expect("TOML");
        assert!(config.diagnostics.is_empty(), "{:?}", config.diagnostics);
        let listing = list(&config.value);
        let version = &listing.value.versions[no];
        let mut lines: Vec<String> = version.pages.iter().chain(&version.assets).map(|found| format!("{} <- {}", found.path, found.file)).collect();
        lines.extend(listing.diagnostics.iter().map(|d| format!("{}: {}", d.code.name(), d.message)));
        assert_eq!(lines, expected);
    }

    const TWO: &str =
        "[[versions]]\nid='2'\nstatus='current'\n[[versions]]\nid='1'\nstatus='supported'\ninherits='2'\ncontent='versions/1'\nwithout=['new*']\n";

    #[test]
    fn upper_layers_hide_lower_ones() {
        check(
            TWO,
            &[
                "content/a.md",
                "content/b.md",
                "content/new.md",
                "content/s/_index.md",
                "versions/1/a.md",
                "versions/1/s/README.md",
                "versions/1/z.png",
            ],
            1,
            &["a.md <- versions/1/a.md", "b.md <- content/b.md", "s/README.md <- versions/1/s/README.md", "z.png <- versions/1/z.png"],
        );
    }

    #[test]
    fn what_is_left_out_and_what_is_missing_is_told() {
        check(
            TWO,
            &["content/a.md", "versions/1/.env", "versions/1/a.md~"],
            1,
            &["a.md <- content/a.md", "without-unused: `new*` takes nothing away from what version 1 inherits"],
        );
        check("[[versions]]\nid='2'\nstatus='current'\n", &["docs/a.md"], 0, &["folder-not-found: no folder `content` for the pages of version 2"]);
    }

    #[test]
    fn links_in_a_ref_are_followed_as_on_disk() {
        assert_eq!(beside("a/b/link", "../c.md"), Some("a/c.md".to_owned()));
        assert_eq!(beside("link", "../c.md"), None);
        assert_eq!(beside("link", "/etc/passwd"), None);
    }
}
