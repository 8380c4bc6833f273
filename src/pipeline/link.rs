//! Where every link of the site leads, page by page.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::load::Loaded;
use super::{Counter, Progress, Stage};
use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::id::FileName;
use crate::parse::Page;
use crate::parse::document::{Link, LinkKind, Place};
use crate::resolve::AssetNo;
use crate::resolve::link::{Linker, Standing, Target};

/// Where every link leads.
pub(super) struct Linked {
    /// Of each page.
    pub(super) pages: Vec<PageLinks>,
    /// Assets that only unpublished pages refer to.
    pub(super) hidden: FxHashSet<AssetNo>,
    /// Of the header, in the order of the configuration.
    pub(super) header: Vec<Target>,
}

/// Where the links of a page lead, and what is wrong with them.
#[derive(Clone)]
pub(super) struct PageLinks {
    /// The page as it was read; none for the listing of a folder.
    read: Option<Arc<Page>>,
    /// In the order of its links.
    pub(super) targets: Arc<[Target]>,
    told: Arc<Diagnostics>,
}

impl PageLinks {
    /// Whether this is about `read`, as it lies in memory: what is not read again stays there.
    fn of(&self, read: Option<&Arc<Page>>) -> bool {
        match (&self.read, read) {
            (Some(known), Some(read)) => Arc::ptr_eq(known, read),
            (None, None) => true,
            _ => false,
        }
    }
}

/// Looks up the links of a site. `before` is what was found in the same site, perhaps with other texts.
pub(super) fn link(loaded: &Loaded, before: Option<&Linked>, progress: &Progress<'_>) -> Diagnosed<Linked> {
    let mut diagnostics = Diagnostics::new();
    let linker = Linker::new(&loaded.site, &loaded.config);
    let counter = Counter::new(progress, Stage::Linking, loaded.site.catalog.pages.len());
    let look_up = |no: usize| {
        let page = &loaded.site.catalog.pages[no];
        let read = loaded.page(no);
        if let Some(known) = before.map(|before| &before.pages[no]).filter(|known| known.of(read)) {
            return known.clone();
        }
        let mut told = Diagnostics::new();
        let targets = read.map_or_else(Vec::new, |read| {
            read.links.iter().map(|link| linker.target(Standing::Page(no), &page.file, &read.included, link, &mut told)).collect()
        });
        counter.one();
        PageLinks { read: read.cloned(), targets: targets.into(), told: Arc::new(told) }
    };
    let pages: Vec<PageLinks> = (0..loaded.site.catalog.pages.len()).into_par_iter().map(look_up).collect();
    diagnostics.extend(pages.iter().flat_map(|page| page.told.iter().cloned()));
    let hidden = hidden(loaded, &linker, &pages);
    let header = header(loaded, &linker, &mut diagnostics);
    Diagnosed { value: Linked { pages, hidden, header }, diagnostics }
}

fn hidden(loaded: &Loaded, linker: &Linker<'_>, pages: &[PageLinks]) -> FxHashSet<AssetNo> {
    fn used(targets: &[Target]) -> impl Iterator<Item = AssetNo> {
        targets.iter().filter_map(|target| match target {
            Target::Asset(asset, _) => Some(*asset),
            _ => None,
        })
    }
    let published: FxHashSet<AssetNo> = pages.iter().flat_map(|page| used(&page.targets)).collect();
    let mut hidden = FxHashSet::default();
    let mut hide = |standing: Standing<'_>, file: &FileName, page: &Page, links: &[Link]| {
        let mut told = Diagnostics::new();
        let targets: Vec<Target> = links.iter().map(|link| linker.target(standing, file, &page.included, link, &mut told)).collect();
        hidden.extend(used(&targets).filter(|asset| !published.contains(asset)));
    };
    for (version, path) in loaded.site.catalog.unpublished() {
        let pages = &loaded.inputs[version].pages;
        // A file of many releases is many pages.
        let first = pages.partition_point(|input| input.path < *path);
        for input in pages[first..].iter().take_while(|input| input.path == *path) {
            hide(Standing::Source(version, path), &input.file, &input.page, &input.page.links);
            hide(Standing::Source(version, path), &input.file, &input.page, &input.page.hidden_links);
        }
    }
    for (no, page) in loaded.site.catalog.pages.iter().enumerate() {
        if let Some(read) = loaded.page(no).filter(|read| !read.hidden_links.is_empty()) {
            hide(Standing::Page(no), &page.file, read, &read.hidden_links);
        }
    }
    hidden
}

/// Where the links of the header lead: written in `recto.toml`, and read as on the first page of the current version.
fn header(loaded: &Loaded, linker: &Linker<'_>, diagnostics: &mut Diagnostics) -> Vec<Target> {
    let Some(home) = loaded.site.catalog.home(loaded.config.current()) else { return Vec::new() };
    let file = FileName::new(crate::config::FILE);
    let links = loaded.config.theme.links.iter().map(|link| Link {
        target: link.url.value.clone(),
        title: String::new(),
        kind: LinkKind::Link,
        place: Place { file: 0, range: link.url.range.clone() },
    });
    links.map(|link| linker.target(Standing::Page(home), &file, &[], &link, diagnostics)).collect()
}
