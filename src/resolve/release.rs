//! The releases of a product: one list for the whole site, whatever versions and files tell of them.
//!
//! A release that several versions tell of is the one of the version that it belongs to. Entries find the pages that they name, and each
//! other: the one that takes back what an older one did, and the one that removes what an older one deprecated.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use globset::Glob;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::VersionInput;
use super::catalog::{At, Catalog, PageNo, SitePage};
use super::identity::Identities;
use super::suggest::Suggestions;
use crate::config::{Config, Status, VersionNo};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, nearest};
use crate::id::{PageId, Url};
use crate::parse::changelog::rank;
use crate::parse::{ChangeEntry, ChangeKind, ReleaseFacts, Role};

/// The number of a release in [`Releases::list`].
pub type ReleaseNo = usize;

/// An entry: its release, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryNo {
    /// The release.
    pub release: ReleaseNo,
    /// Its number in the release, from 0.
    pub entry: usize,
}

/// All releases.
#[derive(Debug, Default)]
pub struct Releases {
    /// The newest first, before it what is not released yet.
    pub list: Vec<Release>,
    /// The releases whose entries name a page, newest first.
    pub of_page: FxHashMap<PageNo, Vec<ReleaseNo>>,
    /// What entries can be chosen by.
    pub topics: Vec<Topic>,
}

/// A release.
#[derive(Debug)]
pub struct Release {
    /// Its number or name; none for what is not released yet.
    pub id: Option<String>,
    /// What readers call it.
    pub title: String,
    /// The day of it.
    pub date: Option<Date>,
    /// Whether it was taken back.
    pub yanked: bool,
    /// The version that it belongs to.
    pub version: Option<VersionNo>,
    /// Its page.
    pub page: PageNo,
    /// What its entries lead to, in their order.
    pub entries: Vec<Entry>,
}

/// What an entry leads to.
#[derive(Debug, Default)]
pub struct Entry {
    /// The pages that it names, in the version of its release.
    pub pages: Vec<PageNo>,
    /// The page that takes the place of what it deprecates.
    pub instead: Option<PageNo>,
    /// Entries of older releases that it takes back.
    pub reverts: Vec<EntryNo>,
    /// The entry of a later release that takes it back.
    pub reverted: Option<EntryNo>,
    /// The entry of a later release that removes what it deprecates.
    pub removed: Option<EntryNo>,
}

/// What entries can be chosen by. Each has a page with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What it is.
    pub kind: TopicKind,
    /// What readers call it.
    pub title: String,
    /// Its page.
    pub url: Url,
    /// Its entries, those of the newest release first.
    pub entries: Vec<EntryNo>,
}

/// What a [`Topic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TopicKind {
    /// Entries that break what was.
    Breaking,
    /// Entries of a kind.
    Kind(ChangeKind),
    /// Entries about a part of the product.
    Area,
    /// Entries for a plan.
    Plan,
}

impl Releases {
    /// What an entry says.
    pub fn entry<'a>(&self, catalog: &'a Catalog, no: EntryNo) -> &'a ChangeEntry {
        &facts(&catalog.pages[self.list[no.release].page]).entries[no.entry]
    }

    /// What an entry leads to.
    pub fn leads(&self, no: EntryNo) -> &Entry {
        &self.list[no.release].entries[no.entry]
    }

    /// All entries, those of the newest release first.
    pub fn entries(&self) -> impl Iterator<Item = EntryNo> {
        self.list.iter().enumerate().flat_map(|(release, known)| (0..known.entries.len()).map(move |entry| EntryNo { release, entry }))
    }
}

/// What a page that is a release says. Only such pages are in the list.
fn facts(page: &SitePage) -> &ReleaseFacts {
    const NOTHING: &ReleaseFacts = &ReleaseFacts { id: None, date: None, yanked: false, link: None, entries: Vec::new() };
    page.facts.release.as_ref().unwrap_or(NOTHING)
}

/// The version that the release `id` belongs to: the first whose `releases` say so, else the one with the longest id that it begins with.
pub fn owner(config: &Config, id: &str) -> Option<VersionNo> {
    if !config.versioned {
        return Some(0);
    }
    let stated = |glob: &str| Glob::new(glob).is_ok_and(|glob| glob.compile_matcher().is_match(id));
    if let Some(owner) = config.versions.iter().position(|version| version.releases.as_deref().is_some_and(stated)) {
        return Some(owner);
    }
    let bare = |id: &str| id.strip_prefix(['v', 'V']).unwrap_or(id).to_ascii_lowercase();
    let id = bare(id);
    let begins = |version: &str| id.strip_prefix(version).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()));
    let owners = config.versions.iter().enumerate().filter(|(_, version)| version.releases.is_none() && begins(&bare(version.id.as_str())));
    owners.max_by_key(|(no, version)| (version.id.as_str().len(), Reverse(*no))).map(|(no, _)| no)
}

/// The releases of a site. The pages that lists of them have are put into the catalog's addresses.
pub(super) fn releases(
    catalog: &mut Catalog,
    identities: &Identities,
    config: &Config,
    inputs: &[VersionInput],
    diagnostics: &mut Diagnostics,
) -> Releases {
    let mut list = list(catalog, config);
    Finder { catalog, config, inputs, suggestions: None, diagnostics }.all(&mut list);
    let of_page = of_page(catalog, identities, &list);
    let mut releases = Releases { list, of_page, topics: Vec::new() };
    releases.topics = topics(catalog, &releases);
    for topic in &releases.topics {
        catalog.places.entry(topic.url.clone()).or_insert(At::File);
    }
    if !releases.list.is_empty() {
        for generated in ["upgrade", "deprecations"] {
            catalog.places.entry(Url::folder(generated)).or_insert(At::File);
        }
    }
    releases
}

fn list(catalog: &Catalog, config: &Config) -> Vec<Release> {
    // The pages that tell of a release, by what it is called; one that a version tells twice is two.
    let mut told: BTreeMap<(Option<&str>, usize), Vec<PageNo>> = BTreeMap::new();
    for version in 0..config.versions.len() {
        let mut counts: FxHashMap<Option<&str>, usize> = FxHashMap::default();
        for no in catalog.range(version) {
            let page = &catalog.pages[no];
            if let Some(release) = page.facts.release.as_ref().filter(|_| !page.facts.hidden) {
                let count = counts.entry(release.id.as_deref()).or_default();
                told.entry((release.id.as_deref(), *count)).or_default().push(no);
                *count += 1;
            }
        }
    }
    let mut list: Vec<Release> = told.into_iter().map(|((id, _), pages)| release(catalog, config, id, &pages)).collect();
    list.sort_by_cached_key(|release| (release.id.is_some(), Reverse(release.id.as_deref().map(rank)), Reverse(release.date), release.page));
    list
}

fn release(catalog: &Catalog, config: &Config, id: Option<&str>, pages: &[PageNo]) -> Release {
    let version = |page: PageNo| catalog.pages[page].version;
    let of = |wanted: VersionNo| pages.iter().copied().find(|page| version(*page) == wanted);
    // What comes next comes with a preview, where there is one.
    let coming = || pages.iter().map(|page| version(*page)).find(|no| config.versions[*no].status == Status::Preview).or(Some(version(pages[0])));
    let owner = id.map_or_else(coming, |id| owner(config, id));
    let (current, newest) = (of(config.current()), pages[0]);
    // The page at the root is the one, where it says the same.
    let same = |page: &PageNo| owner.and_then(of).is_none_or(|own| Arc::ptr_eq(&catalog.pages[*page].facts, &catalog.pages[own].facts));
    let page = current.filter(same).or(owner.and_then(of)).unwrap_or(newest);
    let facts = facts(&catalog.pages[page]);
    Release {
        id: id.map(str::to_owned),
        title: catalog.pages[page].title.clone(),
        date: facts.date,
        yanked: facts.yanked,
        version: owner,
        page,
        entries: facts.entries.iter().map(|_| Entry::default()).collect(),
    }
}

/// Finds what entries name.
struct Finder<'a, 'd> {
    catalog: &'a Catalog,
    config: &'a Config,
    inputs: &'a [VersionInput],
    /// Made when the first page is not found.
    suggestions: Option<Suggestions<'a>>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Finder<'a, '_> {
    fn all(&mut self, list: &mut [Release]) {
        let catalog = self.catalog;
        let entries = |release: &Release| &facts(&catalog.pages[release.page]).entries;
        // The newest entry with each id, of the releases so far: from the oldest on.
        let mut known: FxHashMap<&str, EntryNo> = FxHashMap::default();
        for release in (0..list.len()).rev() {
            for (entry, says) in entries(&list[release]).iter().enumerate() {
                let no = EntryNo { release, entry };
                let version = list[release].version.unwrap_or(catalog.pages[list[release].page].version);
                let pages: Vec<PageNo> = says.pages.iter().filter_map(|page| self.page(list, no, version, page)).collect();
                list[release].entries[entry].pages = pages;
                let instead = says.instead.as_deref().filter(|instead| instead.ends_with(".md"));
                list[release].entries[entry].instead = instead.and_then(|page| self.page(list, no, version, page));
                for id in &says.reverts {
                    match known.get(id.as_str()) {
                        Some(older) => {
                            list[older.release].entries[older.entry].reverted = Some(no);
                            list[release].entries[entry].reverts.push(*older);
                        }
                        None => {
                            let near = nearest(id, known.keys().copied()).map(|near| format!("write `reverts={near}`"));
                            let message = format!("no older entry has the id `{id}`");
                            self.tell(list, no, Code::EntryReverted, message, near);
                        }
                    }
                }
                let Some(id) = &says.id else { continue };
                if let Some(older) = known.insert(id, no) {
                    let deprecated = entries(&list[older.release])[older.entry].kind == ChangeKind::Deprecated;
                    if deprecated && says.kind == ChangeKind::Removed {
                        list[older.release].entries[older.entry].removed = Some(no);
                    } else {
                        let message = format!("the release `{}` has an entry with the id `{id}` too", list[older.release].title);
                        self.tell(list, no, Code::EntryIdDuplicate, message, Some("give one of them another id".to_owned()));
                    }
                }
            }
        }
    }

    /// The page of `version` that an entry names: a path from the top of the content, or beside the file that says so.
    fn page(&mut self, list: &[Release], no: EntryNo, version: VersionNo, path: &str) -> Option<PageNo> {
        let catalog = self.catalog;
        let source = catalog.pages[list[no.release].page].source_path.as_ref();
        let beside = source.and_then(|source| super::link::join(source.folder(), path)).unwrap_or_default();
        let bare = path.trim_start_matches('/').trim_start_matches("./");
        let id = |path: &str| PageId::new(path.split('#').next().unwrap_or_default());
        let found = [bare, &beside].iter().find_map(|path| catalog.page_at(version, id(path).as_str()));
        if found.is_none() && !catalog.incomplete.contains(&version) {
            let near = self.suggestions.get_or_insert_with(|| Suggestions::of(catalog)).nearest(version, bare).map(|near| format!("write `{near}`"));
            let of = if self.config.versioned { format!(" in version {}", self.config.versions[version].id) } else { String::new() };
            self.tell(list, no, Code::EntryPageNotFound, format!("no page `{path}`{of}"), near);
        }
        found
    }

    fn tell(&mut self, list: &[Release], no: EntryNo, code: Code, message: String, help: Option<String>) {
        let page = &self.catalog.pages[list[no.release].page];
        let Some((version, source)) = page.source else { return };
        let read = &self.inputs[version].pages[source].page;
        let span = read.entries.get(no.entry).map_or_else(|| Span::whole(page.file.clone()), |place| read.span(&page.file, place));
        self.diagnostics.push(Diagnostic::new(code, message).at(span).help(help));
    }
}

/// The releases of each page that entries name, also as it is in newer versions.
fn of_page(catalog: &Catalog, identities: &Identities, list: &[Release]) -> FxHashMap<PageNo, Vec<ReleaseNo>> {
    let mut of_page: FxHashMap<PageNo, Vec<ReleaseNo>> = FxHashMap::default();
    for (no, release) in list.iter().enumerate() {
        for page in release.entries.iter().flat_map(|entry| &entry.pages) {
            for member in identities.members(*page) {
                let releases = of_page.entry(member).or_default();
                if catalog.pages[member].version <= catalog.pages[*page].version && releases.last() != Some(&no) {
                    releases.push(no);
                }
            }
        }
    }
    of_page
}

fn topics(catalog: &Catalog, releases: &Releases) -> Vec<Topic> {
    // By what it is, and how it is written in addresses: `Webhooks` and `webhooks` are one.
    let mut topics: BTreeMap<(TopicKind, String), Topic> = BTreeMap::new();
    for no in releases.entries() {
        let entry = releases.entry(catalog, no);
        let breaking = entry.breaking.then_some((TopicKind::Breaking, "Breaking"));
        let areas = entry.areas.iter().map(|area| (TopicKind::Area, area.as_str()));
        let plans = entry.plans.iter().map(|plan| (TopicKind::Plan, plan.as_str()));
        for (kind, title) in breaking.into_iter().chain([(TopicKind::Kind(entry.kind), entry.kind.as_str())]).chain(areas).chain(plans) {
            let name = title.to_lowercase().replace(['/', '\\'], "-");
            let folder = match kind {
                TopicKind::Breaking | TopicKind::Kind(_) => "kind",
                TopicKind::Area => "area",
                TopicKind::Plan => "plan",
            };
            let url = || Url::folder(&format!("{}/{folder}/{name}", Role::FOLDER));
            let topic =
                topics.entry((kind, name.clone())).or_insert_with(|| Topic { kind, title: title.to_owned(), url: url(), entries: Vec::new() });
            if topic.entries.last() != Some(&no) {
                topic.entries.push(no);
            }
        }
    }
    // No file can have some names, and a page of the site's own goes first.
    topics.into_values().filter(|topic| topic.url.out_path().is_ok() && !catalog.places.contains_key(&topic.url)).collect()
}
