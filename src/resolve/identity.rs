//! Finds the same page in several versions.
//!
//! From the oldest version to the newest, each page continues the page that had its id in an older version, or the one that it says it
//! was `moved_from`. Nothing is guessed; what two pages of one version both claim to continue is an error that names both.

use rustc_hash::FxHashMap;

use super::VersionInput;
use super::catalog::{Catalog, PageNo};
use crate::config::{Config, VersionNo};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::PageId;
use crate::parse::Key;

/// Which pages are one.
#[derive(Debug, Default)]
pub(super) struct Identities {
    /// The identity of each page.
    of: Vec<usize>,
    /// The pages of each identity, newest version first; at most one for each version.
    members: Vec<Vec<(VersionNo, PageNo)>>,
    /// An identity that went on in another one, when two pages became one.
    merged: FxHashMap<usize, usize>,
    /// An identity that began as a part of another one.
    split: FxHashMap<usize, usize>,
}

/// A page's answer in another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counterpart {
    /// The page.
    pub page: PageNo,
    /// Whether it is the same page, not one that it was merged into or split from.
    pub same: bool,
}

impl Identities {
    /// What `page` is in `version`.
    pub(super) fn counterpart(&self, page: PageNo, version: VersionNo) -> Option<Counterpart> {
        let own = self.of[page];
        if let Some(page) = self.member(own, version) {
            return Some(Counterpart { page, same: true });
        }
        // Forward, what it became a part of; backward, what it was a part of. Both chains are short, and end.
        [&self.merged, &self.split].into_iter().find_map(|steps| {
            let mut identity = own;
            for _ in 0..steps.len() {
                identity = *steps.get(&identity)?;
                if let Some(page) = self.member(identity, version) {
                    return Some(Counterpart { page, same: false });
                }
            }
            None
        })
    }

    /// The number of the identity of `page`.
    pub(super) fn identity(&self, page: PageNo) -> usize {
        self.of[page]
    }

    /// The pages that are one with `page`, itself among them.
    pub(super) fn members(&self, page: PageNo) -> Vec<PageNo> {
        self.members[self.of[page]].iter().map(|(_, page)| *page).collect()
    }

    fn member(&self, identity: usize, version: VersionNo) -> Option<PageNo> {
        self.members[identity].iter().find(|(known, _)| *known == version).map(|(_, page)| *page)
    }
}

/// The identities of all pages.
pub(super) fn identities(catalog: &Catalog, config: &Config, inputs: &[VersionInput], diagnostics: &mut Diagnostics) -> Identities {
    let mut identities = Identities { of: vec![usize::MAX; catalog.pages.len()], ..Identities::default() };
    // What each id stood for in the newest version so far that had it.
    let mut known: FxHashMap<&PageId, usize> = FxHashMap::default();
    for version in (0..config.versions.len()).rev() {
        let mut round = Round { catalog, inputs, version, identities: &mut identities, taken: FxHashMap::default(), diagnostics };
        let pages: Vec<PageNo> = catalog.range(version).collect();
        round.ids(&pages);
        for page in &pages {
            if !catalog.pages[*page].facts.new
                && let Some(identity) = known.get(&catalog.pages[*page].id)
            {
                round.take(*page, *identity, None);
            }
        }
        for page in &pages {
            round.moved(*page, &known);
        }
        for page in &pages {
            round.found(*page);
            round.split(*page, &known);
        }
        for page in pages {
            known.insert(&catalog.pages[page].id, identities.of[page]);
        }
    }
    for members in &mut identities.members {
        members.sort_unstable();
    }
    identities
}

/// The pages of one version, being matched with what is known of older ones.
struct Round<'a> {
    catalog: &'a Catalog,
    inputs: &'a [VersionInput],
    version: VersionNo,
    identities: &'a mut Identities,
    /// Which page of this version has an identity.
    taken: FxHashMap<usize, PageNo>,
    diagnostics: &'a mut Diagnostics,
}

impl Round<'_> {
    /// Two pages of one version may not say that they are one.
    fn ids(&mut self, pages: &[PageNo]) {
        let mut first: FxHashMap<&PageId, PageNo> = FxHashMap::default();
        for page in pages {
            let id = &self.catalog.pages[*page].id;
            if let Some(other) = first.get(id) {
                self.ambiguous(*page, *other, format!("both are the page `{id}`"), Key::Id, 0, "give one of them another `id`");
            } else {
                first.insert(id, *page);
            }
        }
    }

    /// Gives `page` an identity of older versions, unless another page has it; `number` is that of the `moved_from` that says so.
    fn take(&mut self, page: PageNo, identity: usize, number: Option<usize>) -> bool {
        match self.taken.get(&identity) {
            Some(other) if *other == page => true,
            Some(other) => {
                let other = *other;
                let older = self.older(identity);
                let message = format!("both continue `{older}` of an older version");
                let help = "write `new = true` in the one that does not, or `split_from` instead of `moved_from`";
                self.ambiguous(page, other, message, Key::MovedFrom, number.unwrap_or(0), help);
                false
            }
            None => {
                self.taken.insert(identity, page);
                if self.identities.of[page] == usize::MAX {
                    self.identities.of[page] = identity;
                    self.identities.members[identity].push((self.version, page));
                } else {
                    self.identities.merged.insert(identity, self.identities.of[page]);
                }
                true
            }
        }
    }

    fn moved(&mut self, page: PageNo, known: &FxHashMap<&PageId, usize>) {
        for (number, old) in self.catalog.pages[page].facts.moved_from.iter().enumerate() {
            let identity = known.get(&PageId::new(old)).copied();
            if let Some(identity) = identity.filter(|identity| self.identities.of[page] != *identity) {
                self.take(page, identity, Some(number));
            }
        }
    }

    /// A page that continues nothing begins an identity.
    fn found(&mut self, page: PageNo) {
        if self.identities.of[page] == usize::MAX {
            self.identities.of[page] = self.identities.members.len();
            self.identities.members.push(vec![(self.version, page)]);
        }
    }

    fn split(&mut self, page: PageNo, known: &FxHashMap<&PageId, usize>) {
        let own = self.identities.of[page];
        let parent = self.catalog.pages[page].facts.split_from.iter().find_map(|old| known.get(&PageId::new(old)).copied());
        if let Some(parent) = parent.filter(|parent| *parent != own) {
            self.identities.split.entry(own).or_insert(parent);
        }
    }

    fn older(&self, identity: usize) -> String {
        let before = self.identities.members[identity].iter().filter(|(version, _)| *version > self.version);
        let newest = before.min_by_key(|(version, _)| *version);
        newest.map_or_else(String::new, |(_, page)| self.catalog.pages[*page].id.to_string())
    }

    fn ambiguous(&mut self, page: PageNo, other: PageNo, message: String, key: Key, number: usize, help: &str) {
        let place = |page: PageNo| {
            let page = &self.catalog.pages[page];
            let range = page.source.map_or(0..0, |(version, source)| self.inputs[version].pages[source].page.place(key, number));
            Span::new(page.file.clone(), range)
        };
        let names = format!("`{}` and `{}`", self.catalog.pages[page].file, self.catalog.pages[other].file);
        let diagnostic = Diagnostic::new(Code::IdentityAmbiguous, format!("{names}: {message}"))
            .at(place(page))
            .label(place(other), "this one does too")
            .help(help.to_owned());
        self.diagnostics.push(diagnostic);
    }
}
