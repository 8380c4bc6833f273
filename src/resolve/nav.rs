//! The order in which readers walk a version: its folder tree, or what `nav.toml` says.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use globset::{Glob, GlobSetBuilder};
use rustc_hash::{FxHashMap, FxHashSet};

use super::NavInput;
use super::catalog::{Catalog, PageNo};
use super::suggest::Suggestions;
use crate::config::{VersionNo, path_glob};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::PageId;
use crate::parse::changelog::rank;
use crate::parse::nav::{NavItem, NavTarget};

/// The number of an entry in [`Nav::nodes`].
pub type NavNo = usize;

/// The navigation of a version.
#[derive(Debug, Default)]
pub struct Nav {
    /// Its entries, in the order of reading: an entry comes before those below it.
    pub nodes: Vec<NavNode>,
    /// The entries at the top.
    pub top: Vec<NavNo>,
    /// The entry of each page that has one.
    pub of: FxHashMap<PageNo, NavNo>,
    /// The pages, in the order of reading.
    order: Vec<PageNo>,
    /// Where each page is in that order.
    position: FxHashMap<PageNo, usize>,
}

/// An entry of the navigation.
#[derive(Debug)]
pub struct NavNode {
    /// What to show.
    pub title: String,
    /// Where it leads.
    pub href: NavHref,
    /// The entry above it.
    pub parent: Option<NavNo>,
    /// The entries below it.
    pub children: Vec<NavNo>,
}

/// Where an entry leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NavHref {
    /// Nowhere.
    Nowhere,
    /// To a page.
    Page(PageNo),
    /// To another site.
    Url(String),
}

impl Nav {
    /// The pages that have an entry, in the order of reading.
    pub fn pages(&self) -> &[PageNo] {
        &self.order
    }

    /// The page before `page`, in the order of reading.
    pub fn before(&self, page: PageNo) -> Option<PageNo> {
        self.order.get(self.position.get(&page)?.checked_sub(1)?).copied()
    }

    /// The page after `page`, in the order of reading.
    pub fn after(&self, page: PageNo) -> Option<PageNo> {
        self.order.get(self.position.get(&page)? + 1).copied()
    }

    fn push(&mut self, title: String, href: NavHref, parent: Option<NavNo>) -> NavNo {
        let no = self.nodes.len();
        if let NavHref::Page(page) = href {
            self.of.entry(page).or_insert(no);
            if !self.position.contains_key(&page) {
                self.position.insert(page, self.order.len());
                self.order.push(page);
            }
        }
        self.nodes.push(NavNode { title, href, parent, children: Vec::new() });
        match parent {
            Some(parent) => self.nodes[parent].children.push(no),
            None => self.top.push(no),
        }
        no
    }
}

/// The navigation of a version.
pub(super) fn version(catalog: &Catalog, version: VersionNo, input: Option<&NavInput>, diagnostics: &mut Diagnostics) -> Nav {
    let tree = Tree::of(catalog, version);
    let mut nav = Nav::default();
    match input {
        Some(input) => {
            Stated { catalog, version, input, taken: taken(catalog, version, &input.items, &tree), nav: &mut nav, suggestions: None, diagnostics }
                .all()
        }
        None => {
            // The first page is where the reader comes from; its own entry comes first.
            if let Some(home) = catalog.home(version).filter(|home| catalog.pages[*home].source.is_some()) {
                nav.push(nav_title(catalog, home), NavHref::Page(home), None);
            }
            tree.add("", None, catalog, &mut nav);
        }
    }
    nav
}

fn nav_title(catalog: &Catalog, page: PageNo) -> String {
    let page = &catalog.pages[page];
    page.facts.nav_title.clone().unwrap_or_else(|| page.title.clone())
}

/// The folders of a version, each with what lies in it, sorted.
struct Tree<'a> {
    children: BTreeMap<&'a str, Vec<PageNo>>,
}

impl<'a> Tree<'a> {
    fn of(catalog: &'a Catalog, version: VersionNo) -> Self {
        let mut children: BTreeMap<&str, Vec<PageNo>> = BTreeMap::new();
        for no in catalog.range(version) {
            let page = &catalog.pages[no];
            if page.facts.hidden || page.path.as_str().is_empty() {
                continue;
            }
            let folder = page.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
            children.entry(folder).or_default().push(no);
        }
        for pages in children.values_mut() {
            // Keys are made once for each page: a folder may hold thousands.
            pages.sort_by_cached_key(|no| {
                let page = &catalog.pages[*no];
                // The newest release comes first, and before it what is not released yet.
                let release =
                    page.facts.release.as_ref().map(|release| Reverse((release.id.is_none(), release.id.as_deref().map(rank), release.date)));
                (page.facts.order.is_none(), page.facts.order, release, natural(&nav_title(catalog, *no)), page.path.clone())
            });
        }
        Self { children }
    }

    fn add(&self, folder: &str, parent: Option<NavNo>, catalog: &Catalog, nav: &mut Nav) {
        for page in self.children.get(folder).into_iter().flatten() {
            let no = nav.push(nav_title(catalog, *page), NavHref::Page(*page), parent);
            self.add(catalog.pages[*page].path.as_str(), Some(no), catalog, nav);
        }
    }
}

/// A title as people sort it: without regard to case, and `2` before `10`.
fn natural(title: &str) -> Vec<(u64, String)> {
    let mut parts: Vec<(u64, String)> = Vec::new();
    let mut rest = title.to_lowercase();
    while !rest.is_empty() {
        let text_end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let text: String = rest.drain(..text_end).collect();
        let digits_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let digits: String = rest.drain(..digits_end).collect();
        // The number of a part comes after its text, so it stands in front of the next one.
        match parts.last_mut() {
            Some((_, last)) if last.is_empty() => *last = text,
            _ => parts.push((0, text)),
        }
        if !digits.is_empty() {
            parts.push((digits.parse().unwrap_or(u64::MAX), String::new()));
        }
    }
    parts
}

/// A navigation that `nav.toml` states.
struct Stated<'a> {
    catalog: &'a Catalog,
    version: VersionNo,
    input: &'a NavInput,
    /// The pages that each pattern takes, by its place in the file.
    taken: FxHashMap<usize, Vec<PageNo>>,
    nav: &'a mut Nav,
    /// Made when the first page is not found.
    suggestions: Option<Suggestions<'a>>,
    diagnostics: &'a mut Diagnostics,
}

/// What each pattern takes: of the pages that no entry names by themselves, in the order of the folder tree, those that no pattern
/// before it takes. All patterns are asked at once, so that many of them cost no more than one look at each page.
fn taken(catalog: &Catalog, version: VersionNo, items: &[NavItem], tree: &Tree<'_>) -> FxHashMap<usize, Vec<PageNo>> {
    let mut named: FxHashSet<PageNo> = FxHashSet::default();
    let mut patterns: Vec<(usize, Glob)> = Vec::new();
    let mut open: Vec<&NavItem> = items.iter().collect();
    while let Some(item) = open.pop() {
        if let NavTarget::Page(page) = &item.target {
            named.extend(catalog.page_at(version, PageId::new(page).as_str()));
            patterns.extend(pattern(page).map(|glob| (item.range.start, glob)));
        }
        open.extend(&item.items);
    }
    patterns.sort_by_key(|(place, _)| *place);
    let mut set = GlobSetBuilder::new();
    for (_, glob) in &patterns {
        set.add(glob.clone());
    }
    let mut taken: FxHashMap<usize, Vec<PageNo>> = FxHashMap::default();
    let Ok(set) = set.build() else { return taken };
    let mut walked = Nav::default();
    if !patterns.is_empty() {
        tree.add("", None, catalog, &mut walked);
    }
    for page in walked.order.into_iter().filter(|page| !named.contains(page)) {
        let Some(path) = &catalog.pages[page].source_path else { continue };
        if let Some(first) = set.matches(path.as_str()).first() {
            taken.entry(patterns[*first].0).or_default().push(page);
        }
    }
    taken
}

/// The pattern that an entry is, if it is one.
fn pattern(page: &str) -> Option<Glob> {
    page.contains('*').then(|| path_glob(page).ok())?
}

impl Stated<'_> {
    fn all(mut self) {
        let input = self.input;
        self.items(&input.items, None);
        if !input.strict {
            return;
        }
        for no in self.catalog.range(self.version) {
            let page = &self.catalog.pages[no];
            if page.source.is_some() && !page.facts.hidden && !self.nav.of.contains_key(&no) {
                let diagnostic = Diagnostic::new(Code::NavPageMissing, format!("`{}` is in no entry of `{}`", page.file, input.file))
                    .at(Span::whole(page.file.clone()))
                    .help("add it there, or write `hidden = true` in its front matter".to_owned());
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn items(&mut self, items: &[NavItem], parent: Option<NavNo>) {
        for item in items {
            match &item.target {
                NavTarget::Page(page) if page.contains('*') => self.pattern(item, page, parent),
                NavTarget::Page(page) => self.page(item, page, parent),
                NavTarget::Url(url) => {
                    let no = self.nav.push(item.title.clone().unwrap_or_default(), NavHref::Url(url.clone()), parent);
                    self.items(&item.items, Some(no));
                }
                NavTarget::Nowhere => {
                    let no = self.nav.push(item.title.clone().unwrap_or_default(), NavHref::Nowhere, parent);
                    self.items(&item.items, Some(no));
                }
            }
        }
    }

    fn page(&mut self, item: &NavItem, page: &str, parent: Option<NavNo>) {
        match self.catalog.page_at(self.version, PageId::new(page).as_str()) {
            Some(no) => {
                let title = item.title.clone().unwrap_or_else(|| nav_title(self.catalog, no));
                let node = self.nav.push(title, NavHref::Page(no), parent);
                self.items(&item.items, Some(node));
            }
            None if self.input.strict => {
                let catalog = self.catalog;
                let near = self.suggestions.get_or_insert_with(|| Suggestions::of(catalog)).nearest(self.version, page);
                let diagnostic = Diagnostic::new(Code::NavPageNotFound, format!("no page `{page}` for the navigation"))
                    .at(Span::new(self.input.file.clone(), item.range.clone()))
                    .help(near.map(|near| format!("write `{near}`")));
                self.diagnostics.push(diagnostic);
            }
            None => {}
        }
    }

    fn pattern(&mut self, item: &NavItem, written: &str, parent: Option<NavNo>) {
        if pattern(written).is_none() {
            let diagnostic = Diagnostic::new(Code::ConfigValueInvalid, format!("`{written}` is not a pattern"))
                .at(Span::new(self.input.file.clone(), item.range.clone()));
            self.diagnostics.push(diagnostic);
        }
        for page in self.taken.remove(&item.range.start).unwrap_or_default() {
            self.nav.push(nav_title(self.catalog, page), NavHref::Page(page), parent);
        }
    }
}
