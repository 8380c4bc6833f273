//! From the site to the output: renders everything.
//!
//! Pages that are one text go together, their versions side by side: the body is made once for all in which its links agree.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::edition::{Edition, Sum, copied};
use super::request::Request;
use super::whole::{Finished, Shared, WholeFile, Wholes};
use super::{Counter, Progress, Stage};
use crate::config::VersionNo;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics};
use crate::discover::Found;
use crate::id::{Url, VersionId};
use crate::parse::Page;
use crate::render::Href;
use crate::resolve::PageNo;
use crate::write::{Bytes, Outlet, Output, Rank, Standing, WriteError};

/// What was rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Built {
    /// Pages, listings of folders among them.
    pub pages: usize,
    /// Bodies that were written anew: pages that are the same in several versions share one, and those of runs before are remembered.
    pub bodies: usize,
    /// Pages that were rendered anew; all others stand as they were.
    pub rendered: usize,
}

/// Renders what `request` wants of a site into `outlet`, which is neither finished nor abandoned here.
///
/// # Errors
/// When the outlet refuses.
pub fn build(edition: &Edition, request: &Request, outlet: &Outlet, progress: &Progress<'_>) -> Result<Diagnosed<Built>, WriteError> {
    let run = Run { edition, request, outlet, wholes: Wholes::new(edition, |version| request.wants(version)), told: Mutex::default() };
    let built = run.pages(progress)?;
    run.redirects()?;
    run.assets()?;
    run.site_files()?;
    Ok(Diagnosed { value: built, diagnostics: run.told.into_inner().unwrap_or_else(PoisonError::into_inner) })
}

struct Run<'a> {
    edition: &'a Edition,
    request: &'a Request,
    outlet: &'a Outlet,
    /// Files that wait for pages.
    wholes: Wholes<'a>,
    told: Mutex<Diagnostics>,
}

impl Run<'_> {
    /// A value; what is wrong with it is told.
    fn heard<T>(&self, made: Diagnosed<T>) -> T {
        if !made.diagnostics.is_empty() {
            self.told.lock().unwrap_or_else(PoisonError::into_inner).extend(made.diagnostics);
        }
        made.value
    }

    fn tell(&self, diagnostic: Diagnostic) {
        self.heard(Diagnosed { value: (), diagnostics: vec![diagnostic] });
    }

    fn pages(&self, progress: &Progress<'_>) -> Result<Built, WriteError> {
        let groups = self.groups();
        let pages = groups.iter().map(Vec::len).sum();
        let counter = Counter::new(progress, Stage::Rendering, pages);
        let built = groups.par_iter().map(|group| self.group(group, &counter));
        built
            .try_reduce(Built::default, |a, b| Ok(Built { pages: a.pages + b.pages, bodies: a.bodies + b.bodies, rendered: a.rendered + b.rendered }))
    }

    /// Pages that are one text: their bodies are written once for all whose links agree.
    fn group(&self, group: &[PageNo], counter: &Counter<'_>) -> Result<Built, WriteError> {
        let mut built = Built { pages: group.len(), ..Built::default() };
        let mut bodies: Vec<(Vec<Href>, Shared)> = Vec::new();
        for no in group {
            counter.one();
            let draft = self.edition.draft(*no);
            if let Some((html, twin, told)) = self.edition.known(&draft)
                && self.stands(*no, html, twin)?
            {
                self.heard(Diagnosed { value: (), diagnostics: told });
                self.finish(self.wholes.take(&draft, None))?;
                continue;
            }
            let place = match bodies.iter().position(|(hrefs, _)| *hrefs == draft.hrefs) {
                Some(place) => place,
                None => {
                    let body = self.edition.body(&draft);
                    built.bodies += usize::from(body.anew);
                    self.heard(Diagnosed { value: (), diagnostics: body.value.diagnostics.clone() });
                    bodies.push((draft.hrefs.clone(), Shared::new(body.value)));
                    bodies.len() - 1
                }
            };
            built.rendered += 1;
            let shared = &bodies[place].1;
            self.finish(self.wholes.take(&draft, Some(shared)))?;
            let framed = self.heard(self.edition.framed(draft, &shared.body));
            let page = &self.edition.loaded.site.catalog.pages[*no];
            self.put_some(&page.url, framed.html, Some(page.version))?;
            if let Some(url) = self.edition.twin_url(*no) {
                self.put_some(&url, framed.twin, Some(page.version))?;
            }
        }
        Ok(built)
    }

    /// Puts files that have all of their pages.
    fn finish(&self, files: Vec<Finished>) -> Result<(), WriteError> {
        for file in files {
            let owner = Some(self.edition.owner(file.version));
            if let (Some((digest, bytes)), Ok(path)) = (file.sum, file.url.out_path())
                && self.outlet.keep(&Standing { path, digest, bytes, owner, rank: Rank::Page })?
            {
                continue;
            }
            let (url, version) = (file.url.clone(), file.version);
            let text = self.heard(self.edition.made(file));
            self.put_some(&url, text, Some(version))?;
        }
        Ok(())
    }

    /// Whether a page that is remembered to be this output, and its twin, stand in the old site; then they are put.
    fn stands(&self, no: PageNo, html: Option<Sum>, twin: Option<Sum>) -> Result<bool, WriteError> {
        let page = &self.edition.loaded.site.catalog.pages[no];
        let twin = self.edition.twin_url(no).map(|url| (url, twin));
        let mut standing = Vec::with_capacity(2);
        for (url, sum) in std::iter::once((page.url.clone(), html)).chain(twin) {
            // Of some pages their templates make nothing.
            let Some((digest, bytes)) = sum else { continue };
            // That no file can stand there is told where it is put.
            let Ok(path) = url.out_path() else { return Ok(false) };
            standing.push(Standing { path, digest, bytes, owner: Some(self.edition.owner(page.version)), rank: Rank::Page });
        }
        self.outlet.keep_all(&standing)
    }

    /// The pages to render: those that are one text together, in the order of the first of them.
    fn groups(&self) -> Vec<Vec<PageNo>> {
        let mut groups: Vec<Vec<PageNo>> = Vec::new();
        let mut places: FxHashMap<*const Page, usize> = FxHashMap::default();
        for (no, _) in self.edition.loaded.site.catalog.pages.iter().enumerate().filter(|(_, page)| self.request.wants(page.version)) {
            match self.edition.loaded.page(no) {
                Some(read) => {
                    let place = *places.entry(Arc::as_ptr(read)).or_insert_with(|| {
                        groups.push(Vec::new());
                        groups.len() - 1
                    });
                    groups[place].push(no);
                }
                None => groups.push(vec![no]),
            }
        }
        groups
    }

    fn redirects(&self) -> Result<(), WriteError> {
        let site = &self.edition.loaded.site;
        site.redirects.par_iter().enumerate().try_for_each(|(no, redirect)| {
            let version = site.catalog.pages[redirect.to].version;
            if !self.request.wants(version) {
                return Ok(());
            }
            self.put_some(&redirect.from, self.heard(self.edition.redirect(no)), Some(version))
        })
    }

    fn assets(&self) -> Result<(), WriteError> {
        self.edition.loaded.site.catalog.assets.par_iter().enumerate().try_for_each(|(no, asset)| {
            if self.edition.hides(no) || !self.request.wants(asset.version) {
                return Ok(());
            }
            self.copy(&asset.url, self.edition.asset(no), Some(self.edition.owner(asset.version)))
        })
    }

    fn copy(&self, url: &Url, found: &Found, owner: Option<VersionId>) -> Result<(), WriteError> {
        match copied(found) {
            Ok(bytes) => self.output(url, bytes, owner, Rank::Asset),
            Err(diagnostic) => {
                self.tell(diagnostic);
                Ok(())
            }
        }
    }

    /// What belongs to no version: the files of `static/`, the theme's, and what is generated for the site as a whole.
    fn site_files(&self) -> Result<(), WriteError> {
        for found in self.edition.statics() {
            self.copy(&Url::file(found.path.as_str()), found, None)?;
        }
        for (url, bytes) in self.edition.theme_files() {
            self.output(url, Bytes::InMemory(bytes.clone()), None, Rank::Asset)?;
        }
        for file in self.edition.whole_files().filter(|file| matches!(file, WholeFile::PrintList(_)) && self.request.wants(file.version())) {
            let text = self.heard(self.edition.whole(file));
            if let Some(url) = self.edition.whole_url(file) {
                self.put_some(&url, text, Some(file.version()))?;
            }
        }
        for (url, text) in self.heard(self.edition.generated()) {
            self.output(&url, Bytes::InMemory(text.into_bytes()), None, Rank::List)?;
        }
        Ok(())
    }

    fn put_some(&self, url: &Url, html: Option<String>, version: Option<VersionNo>) -> Result<(), WriteError> {
        let Some(html) = html else { return Ok(()) };
        self.output(url, Bytes::InMemory(html.into_bytes()), version.map(|version| self.edition.owner(version)), Rank::Page)
    }

    fn output(&self, url: &Url, bytes: Bytes, owner: Option<VersionId>, rank: Rank) -> Result<(), WriteError> {
        match url.out_path() {
            Ok(path) => self.outlet.put(Output { path, bytes, owner, rank }),
            Err(fault) => {
                self.tell(Diagnostic::new(Code::NameInvalid, format!("no file can stand at `{url}`: {fault}")));
                Ok(())
            }
        }
    }
}
