//! Old addresses, and where they lead: one hop, to a page of the site that exists.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::address::key;
use super::catalog::{At, Catalog, PageNo};
use super::identity::Identities;
use super::{VersionInput, prefix};
use crate::config::{Config, Status, VersionNo};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::{PageId, Url};
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
pub(super) fn redirects(
    catalog: &Catalog,
    identities: &Identities,
    config: &Config,
    inputs: &[VersionInput],
    diagnostics: &mut Diagnostics,
) -> Vec<Redirect> {
    let taken = catalog.places.keys().map(key).collect();
    let files = catalog.places.iter().filter(|(_, at)| !matches!(at, At::Page(_))).map(|(url, _)| key(url)).collect();
    let mut redirects = Redirects { catalog, identities, config, taken, files, found: BTreeMap::new() };
    redirects.stated(inputs, diagnostics);
    redirects.moved();
    if config.versioned {
        redirects.left_behind();
        redirects.current_id();
    }
    redirects.found.into_iter().map(|(_, (from, to))| Redirect { from, to }).collect()
}

struct Redirects<'a> {
    catalog: &'a Catalog,
    identities: &'a Identities,
    config: &'a Config,
    /// Addresses of pages and files, in the form in which addresses are compared.
    taken: FxHashSet<String>,
    /// Those of files alone: nothing can stand below them.
    files: FxHashSet<String>,
    /// By the same form.
    found: BTreeMap<String, (Url, PageNo)>,
}

/// What is at an address that is wanted for a redirect.
enum InTheWay {
    /// This page, or a redirect to it.
    Page(PageNo),
    /// A file, there or above.
    File,
}

impl Redirects<'_> {
    /// Leads `from` to the page `to`.
    ///
    /// # Errors
    /// What is there already.
    fn add(&mut self, from: Url, to: PageNo) -> Result<(), InTheWay> {
        let key = key(&from);
        let twin = key.split('/').any(|part| part == "index.md");
        let below_a_file = twin || key.match_indices('/').any(|(at, _)| self.files.contains(&key[..at]));
        if below_a_file || self.taken.contains(&key) {
            return match self.catalog.places.get(&from) {
                Some(At::Page(page)) if *page == to => Ok(()),
                Some(At::Page(page)) => Err(InTheWay::Page(*page)),
                _ => Err(InTheWay::File),
            };
        }
        match self.found.get(&key) {
            Some((_, other)) if *other != to => return Err(InTheWay::Page(*other)),
            Some(_) => {}
            None => drop(self.found.insert(key, (from, to))),
        }
        Ok(())
    }

    /// `aliases`: in the address space of their version, unless they begin with the id of one.
    fn stated(&mut self, inputs: &[VersionInput], diagnostics: &mut Diagnostics) {
        for no in 0..self.catalog.pages.len() {
            let page = &self.catalog.pages[no];
            for (number, alias) in page.facts.aliases.iter().enumerate() {
                let range = page.source.map_or(0..0, |(version, source)| inputs[version].pages[source].page.place(Key::Aliases, number));
                let place = Span::new(page.file.clone(), range);
                let Some(from) = self.old_address(alias, page.version) else {
                    let diagnostic = Diagnostic::new(Code::FrontMatterValueInvalid, format!("`{alias}` is not an old address of this site"))
                        .at(place)
                        .help("write the path of the old address, as `/guides/hooks/`".to_owned());
                    diagnostics.push(diagnostic);
                    continue;
                };
                if let Err(in_the_way) = self.add(from.clone(), no) {
                    let diagnostic = match in_the_way {
                        InTheWay::Page(other) => {
                            let file = &self.catalog.pages[other].file;
                            Diagnostic::new(Code::AddressTaken, format!("the old address `{from}` belongs to `{file}` too"))
                                .label(Span::whole(file.clone()), "this one has it")
                        }
                        InTheWay::File => Diagnostic::new(Code::AddressTaken, format!("a file is at the old address `{from}`")),
                    };
                    diagnostics.push(diagnostic.at(place).help("remove it from one of them".to_owned()));
                }
            }
        }
    }

    /// The address that an alias of a page of `version` means, if it is one of this site where a redirect may stand.
    fn old_address(&self, alias: &str, version: VersionNo) -> Option<Url> {
        let written = alias.split(['#', '?']).next()?.trim_matches('/').trim_end_matches("index.html").trim_end_matches('/');
        let first = written.split('/').next()?;
        let absolute = self.config.versioned && self.config.version(first).is_some();
        let path = if absolute { written.to_owned() } else { format!("{}/{written}", prefix(self.config, version)) };
        // Sites of other tools are at `/guides/hooks.html`: a file, not a folder of that name.
        let url = if path.ends_with(".html") || path.ends_with(".htm") { Url::file(&path) } else { Url::folder(&path) };
        let inside = !alias.contains("://") && !alias.starts_with("//") && !written.is_empty();
        (inside && url.out_path().is_ok() && crate::id::reserved(first).is_none()).then_some(url)
    }

    /// `moved_from`: the old path leads to the new one in each version that says so.
    fn moved(&mut self) {
        for no in 0..self.catalog.pages.len() {
            let page = &self.catalog.pages[no];
            for old in &page.facts.moved_from {
                let from = Url::folder(&format!("{}/{}", prefix(self.config, page.version), PageId::new(old).as_str()));
                if from.out_path().is_ok() {
                    self.add_if_free(from, no);
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
            for no in self.catalog.range(version) {
                let page = &self.catalog.pages[no];
                let from = Url::folder(page.path.as_str());
                let first = page.path.as_str().split('/').next().unwrap_or("");
                if self.config.version(first).is_none() && crate::id::reserved(first).is_none() {
                    let there = self.identities.counterpart(no, current);
                    self.add_if_free(from, there.map_or(no, |found| found.page));
                }
            }
        }
    }

    /// The current version's id works too, so that a link made today stays right when it is no longer the current one.
    fn current_id(&mut self) {
        let current = self.config.current();
        let id = &self.config.versions[current].id;
        for no in self.catalog.range(current) {
            let from = Url::folder(&format!("{id}/{}", self.catalog.pages[no].path.as_str()));
            self.add_if_free(from, no);
        }
    }

    /// Leads `from` to `to`, unless something else is there: nobody asked for that address in so many words.
    fn add_if_free(&mut self, from: Url, to: PageNo) {
        let _in_the_way = self.add(from, to);
    }
}
