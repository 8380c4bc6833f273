//! Old addresses, and where they lead: one hop, to a page of the site that exists.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use unicode_normalization::UnicodeNormalization;

use super::site::{PageNo, Site};
use super::{VersionInput, prefix};
use crate::config::{Config, Status};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::{PageId, Url, decode};
use crate::parse::Key;

/// An old address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The old address.
    pub from: Url,
    /// The page there now.
    pub to: PageNo,
}

/// The redirects of a site, by address.
pub(super) fn redirects(site: &Site, config: &Config, inputs: &[VersionInput], diagnostics: &mut Diagnostics) -> Vec<Redirect> {
    let taken = site.places.keys().map(key).collect();
    let mut redirects = Redirects { site, config, taken, found: BTreeMap::new() };
    redirects.stated(inputs, diagnostics);
    redirects.moved();
    if config.versioned {
        redirects.left_behind();
        redirects.current_id();
    }
    redirects.found.into_iter().map(|(_, (from, to))| Redirect { from, to }).collect()
}

struct Redirects<'a> {
    site: &'a Site,
    config: &'a Config,
    /// Addresses of pages and files, in the form in which addresses are compared.
    taken: FxHashSet<String>,
    /// By the same form.
    found: BTreeMap<String, (Url, PageNo)>,
}

/// Addresses that differ only in case or Unicode form are one, as everywhere.
fn key(url: &Url) -> String {
    decode(url.as_str()).trim_end_matches('/').nfc().flat_map(char::to_lowercase).collect()
}

impl Redirects<'_> {
    /// Leads `from` to the page, unless something is there. The page that has the address already, for an error.
    fn add(&mut self, from: Url, to: PageNo) -> Option<PageNo> {
        let key = key(&from);
        if self.taken.contains(&key) {
            return None;
        }
        match self.found.get(&key) {
            Some((_, other)) if *other != to => Some(*other),
            Some(_) => None,
            None => {
                self.found.insert(key, (from, to));
                None
            }
        }
    }

    /// `aliases`: in the address space of their version, unless they begin with the id of one.
    fn stated(&mut self, inputs: &[VersionInput], diagnostics: &mut Diagnostics) {
        for no in 0..self.site.pages.len() {
            let page = &self.site.pages[no];
            for (number, alias) in page.facts.aliases.iter().enumerate() {
                let place = || {
                    let range = page.source.map_or(0..0, |(version, source)| inputs[version].pages[source].page.place(Key::Aliases, number));
                    Span::new(page.file.clone(), range)
                };
                let path = alias.split(['#', '?']).next().unwrap_or("").trim_matches('/').trim_end_matches("index.html").trim_end_matches('/');
                let first = path.split('/').next().unwrap_or("");
                let absolute = self.config.versioned && self.config.version(first).is_some();
                let from = if absolute { Url::folder(path) } else { Url::folder(&format!("{}/{path}", prefix(self.config, page.version))) };
                let outside = alias.contains("://") || alias.starts_with("//") || path.is_empty() || from.out_path().is_err();
                if outside || crate::id::reserved(first).is_some() {
                    let diagnostic = Diagnostic::new(Code::FrontMatterValueInvalid, format!("`{alias}` is not an old address of this site"))
                        .at(place())
                        .help("write the path of the old address, as `/guides/hooks/`".to_owned());
                    diagnostics.push(diagnostic);
                    continue;
                }
                if let Some(other) = self.taken.contains(&key(&from)).then_some(None).or_else(|| self.add(from.clone(), no).map(Some)) {
                    let who = other.or_else(|| self.page_at(&from)).filter(|other| *other != no);
                    if let Some(other) = who {
                        let message = format!("the old address `{from}` belongs to `{}` too", self.site.pages[other].file);
                        let diagnostic = Diagnostic::new(Code::AddressTaken, message)
                            .at(place())
                            .label(Span::whole(self.site.pages[other].file.clone()), "this one has it")
                            .help("remove it from one of them".to_owned());
                        diagnostics.push(diagnostic);
                    }
                }
            }
        }
    }

    fn page_at(&self, url: &Url) -> Option<PageNo> {
        match self.site.places.get(url) {
            Some(super::site::At::Page(page)) => Some(*page),
            _ => None,
        }
    }

    /// `moved_from`: the old path leads to the new one in each version that says so.
    fn moved(&mut self) {
        for no in 0..self.site.pages.len() {
            let page = &self.site.pages[no];
            for old in &page.facts.moved_from {
                let from = Url::folder(&format!("{}/{}", prefix(self.config, page.version), PageId::new(old).as_str()));
                if from.out_path().is_ok() {
                    self.add(from, no);
                }
            }
        }
    }

    /// Pages of older versions were at the root once. Where the current version lacks one, its old address leads to what it has become
    /// there, or else to the newest version that has it.
    fn left_behind(&mut self) {
        let current = self.config.current();
        for version in current + 1..self.config.versions.len() {
            if self.config.versions[version].status == Status::Preview {
                continue;
            }
            for no in self.site.range(version) {
                let page = &self.site.pages[no];
                let from = Url::folder(page.path.as_str());
                let first = page.path.as_str().split('/').next().unwrap_or("");
                if self.config.version(first).is_none() && crate::id::reserved(first).is_none() {
                    let there = self.site.identity.counterpart(no, current);
                    self.add(from, there.map_or(no, |found| found.page));
                }
            }
        }
    }

    /// The current version's id works too, so that a link made today stays right when it is no longer the current one.
    fn current_id(&mut self) {
        let current = self.config.current();
        let id = &self.config.versions[current].id;
        for no in self.site.range(current) {
            let from = Url::folder(&format!("{id}/{}", self.site.pages[no].path.as_str()));
            self.add(from, no);
        }
    }
}
