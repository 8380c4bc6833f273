//! An entry, shown in a list.

use serde::Serialize;

use super::History;
use crate::config::VersionNo;
use crate::id::Url;
use crate::parse::ChangeKind;
use crate::render::view::LinkView;
use crate::resolve::{EntryNo, PageNo};

/// An entry of a changelog, shown somewhere else than on the page of its release.
#[derive(Debug, Serialize)]
pub struct EntryView<'a> {
    /// `Added`, `Changed`, `Deprecated`, `Removed`, `Fixed` or `Security`.
    pub kind: &'static str,
    /// The same for a class, in small letters.
    pub class: String,
    /// The parts of the product that it is about.
    pub areas: &'a [String],
    /// The plans that it is for; everyone when empty.
    pub plans: &'a [String],
    /// Its text, with its migration note.
    pub html: String,
    /// Its release.
    pub release: LinkView<'a>,
    /// The pages that it names.
    pub pages: Vec<NamedPageView<'a>>,
}

/// A page that an entry names.
#[derive(Debug, Serialize)]
pub struct NamedPageView<'a> {
    /// Its title.
    pub title: &'a str,
    /// Where it is in each version of which the list speaks, by the version's title.
    pub links: Vec<LinkView<'a>>,
}

impl<'a> History<'a> {
    /// An entry on the page at `at`, with its pages as they are in `versions`, or else in the version of its release.
    pub(super) fn entry(&self, no: EntryNo, at: &Url, versions: &[VersionNo]) -> EntryView<'a> {
        let site = self.composer.site;
        let says = site.releases.entry(&site.catalog, no);
        EntryView {
            kind: says.kind.as_str(),
            class: class(says.kind),
            areas: &says.areas,
            plans: &says.plans,
            html: self.entry_html(no, at),
            release: self.composer.release_link(at, no.release),
            pages: site.releases.leads(no).pages.iter().map(|page| self.named(*page, at, versions)).collect(),
        }
    }

    /// What an entry says, on the page at `at`.
    pub(super) fn entry_html(&self, no: EntryNo, at: &Url) -> String {
        let site = self.composer.site;
        let from = &site.catalog.pages[site.releases.list[no.release].page].url;
        self.bodies[no.release].entries.get(no.entry).map_or_else(String::new, |html| self.moved(html, from, at))
    }

    fn named(&self, page: PageNo, at: &Url, versions: &[VersionNo]) -> NamedPageView<'a> {
        let site = self.composer.site;
        let there = |version: &VersionNo| site.counterpart(page, *version).filter(|link| link.same).map(|link| (*version, link.page));
        let mut found: Vec<(VersionNo, PageNo)> = versions.iter().filter_map(there).collect();
        if found.is_empty() {
            found.push((site.catalog.pages[page].version, page));
        }
        let link =
            |(version, page): &(VersionNo, PageNo)| LinkView { title: self.version_title(*version), href: self.href(at, &site.catalog.pages[*page].url) };
        NamedPageView { title: &site.catalog.pages[page].title, links: found.iter().map(link).collect() }
    }
}

/// What a kind of change is called in classes.
pub(super) fn class(kind: ChangeKind) -> String {
    kind.as_str().to_lowercase()
}
