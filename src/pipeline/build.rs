//! From the site to the output: renders everything.
//!
//! Pages that are one text go together, their versions side by side: the body is made once for all in which its links agree.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::edition::{Edition, copied};
use super::request::Request;
use super::search::{self, Records};
use super::whole::{Finished, Shared, WholeFile, Wholes};
use super::{Counter, Progress, Stage};
use crate::config::VersionNo;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics};
use crate::discover::Found;
use crate::id::{Url, VersionId};
use crate::memo;
use crate::render::Href;
use crate::resolve::PageNo;
use crate::search::Record;
use crate::write::{Bytes, Outlet, Output, Rank, Standing, Sum, WriteError};

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
    let (built, records) = run.pages(progress)?;
    run.comparisons()?;
    run.redirects()?;
    run.assets()?;
    run.site_files()?;
    run.search(records)?;
    Ok(Diagnosed { value: built, diagnostics: run.told.into_inner().unwrap_or_else(PoisonError::into_inner) })
}

/// How many bytes of the search's index wait to be put together.
const AT_ONCE: usize = 4 << 20;

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

    fn pages(&self, progress: &Progress<'_>) -> Result<(Built, Records), WriteError> {
        let groups = search::groups(self.edition, |no| self.request.wants(self.edition.loaded.site.catalog.pages[no].version));
        let pages = groups.iter().map(Vec::len).sum();
        let counter = Counter::new(progress, Stage::Rendering, pages);
        let made: Vec<(Built, Option<Record>)> = groups.par_iter().map(|group| self.group(group, &counter)).collect::<Result<_, _>>()?;
        let sum = |a: Built, b: &Built| Built { pages: a.pages + b.pages, bodies: a.bodies + b.bodies, rendered: a.rendered + b.rendered };
        let built = made.iter().fold(Built::default(), |all, (built, _)| sum(all, built));
        let records = groups.iter().zip(made).filter_map(|(group, (_, record))| Some((group[0], record?)));
        Ok((built, Records::new(self.edition, records)))
    }

    /// Pages that are one text: their bodies are written once for all whose links agree. With the first comes what the text says for the
    /// search.
    fn group(&self, group: &[PageNo], counter: &Counter<'_>) -> Result<(Built, Option<Record>), WriteError> {
        let mut built = Built { pages: group.len(), ..Built::default() };
        let mut bodies: Vec<(Vec<Href>, Shared)> = Vec::new();
        let mut record = None;
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
                    record = record.or(body.record);
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
        Ok((built, record))
    }

    /// Puts files that have all of their pages.
    fn finish(&self, files: Vec<Finished>) -> Result<(), WriteError> {
        for file in files {
            let owner = Some(self.edition.owner(file.version));
            if let (Some((digest, bytes)), Ok(path)) = (file.sum, file.url.out_path())
                && self.outlet.keep(&Standing { path, digest, bytes, owner: owner.clone(), rank: Rank::Page })?
            {
                continue;
            }
            let Diagnosed { value, diagnostics } = self.edition.made(file.waiting);
            // What is told of it is told again by making it again.
            let key = file.key.filter(|_| diagnostics.is_empty());
            self.heard(Diagnosed { value: (), diagnostics });
            let Some(bytes) = value else { continue };
            let sum = self.output(&file.url, bytes, owner, Rank::Page)?;
            key.zip(sum).into_iter().for_each(|(key, sum)| self.edition.remember_whole(key, sum));
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

    /// The index of the search, which is that of the whole site also when only some versions are rendered. Where all that it is made of is
    /// what it was, and the old site has it, it is not made again.
    fn search(&self, records: Records) -> Result<(), WriteError> {
        if !self.outlet.keeps() {
            return Ok(());
        }
        let key = search::key(self.edition);
        let memo = &self.edition.loaded.memo;
        let known = key.and_then(|key| memo::decode::<Vec<(String, Sum)>>(&memo.recall(key)?));
        if let Some(known) = known {
            let standing: Vec<Standing> = known
                .into_iter()
                .filter_map(|(path, (digest, bytes))| {
                    Some(Standing { path: Url::file(&path).out_path().ok()?, digest, bytes, owner: None, rank: Rank::List })
                })
                .collect();
            if standing.par_iter().all(|file| self.outlet.holds(file)) {
                search::keep(self.edition, key);
                for file in &standing {
                    self.outlet.keep(file)?;
                }
                return Ok(());
            }
        }
        let mut saved: Vec<(String, Sum)> = Vec::new();
        let mut waiting: Vec<(Url, String)> = Vec::new();
        let mut bytes = 0;
        // Some at a time, by all threads.
        let mut put = |waiting: &mut Vec<(Url, String)>| {
            let put = waiting.par_drain(..).map(|(url, text)| {
                let sum = self.output(&url, Bytes::InMemory(text.into_bytes()), None, Rank::List)?;
                Ok(sum.map(|sum| (url.as_str().trim_start_matches('/').to_owned(), sum)))
            });
            saved.extend(put.collect::<Result<Vec<_>, WriteError>>()?.into_iter().flatten());
            Ok(())
        };
        search::files(self.edition, key, records, &mut |url, text| {
            bytes += text.len();
            waiting.push((url, text));
            if bytes < AT_ONCE {
                return Ok(());
            }
            bytes = 0;
            put(&mut waiting)
        })?;
        put(&mut waiting)?;
        if let Some(key) = key.filter(|_| memo.remembers()) {
            memo::encode(&saved).iter().for_each(|bytes| memo.remember(key, bytes));
        }
        Ok(())
    }

    /// The pages that show what has changed since the version before, in each page that has, and in all of a version at a glance.
    fn comparisons(&self) -> Result<(), WriteError> {
        let edition = self.edition;
        let pages: Vec<PageNo> = edition.comparable().filter(|no| self.request.wants(edition.loaded.site.catalog.pages[*no].version)).collect();
        pages.par_iter().try_for_each(|no| {
            if edition.became(*no).is_none_or(|became| became.comparison.is_none()) {
                return Ok(());
            }
            let (Some(view), Some(url)) = (edition.comparison_view(*no), edition.comparison_url(*no)) else { return Ok(()) };
            let Some(key) = edition.comparison_key(&view) else { return Ok(()) };
            let version = edition.loaded.site.catalog.pages[*no].version;
            let sum = memo::decode::<Sum>(&edition.loaded.memo.recall(key).unwrap_or_default());
            if let (Some((digest, bytes)), Ok(path)) = (sum, url.out_path())
                && self.outlet.keep(&Standing { path, digest, bytes, owner: Some(edition.owner(version)), rank: Rank::Page })?
            {
                return Ok(());
            }
            let Some(html) = self.heard(edition.comparison_html(&view)) else { return Ok(()) };
            let sum = self.output(&url, Bytes::InMemory(html.into_bytes()), Some(edition.owner(version)), Rank::Page)?;
            sum.into_iter().for_each(|sum| edition.remember_whole(key, sum));
            Ok(())
        })?;
        for version in (0..edition.loaded.config.versions.len()).filter(|version| self.request.wants(*version)) {
            if let Some((url, html)) = self.heard(edition.overview_page(version)) {
                self.put_some(&url, Some(html), Some(version))?;
            }
        }
        Ok(())
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
            Ok(bytes) => self.output(url, bytes, owner, Rank::Asset).map(drop),
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
        for (url, text) in (0..self.edition.loaded.site.navs.len()).filter_map(|version| self.edition.tree(version)) {
            self.output(&url, Bytes::InMemory(text.into_bytes()), None, Rank::List)?;
        }
        for (url, text) in self.heard(self.edition.generated()) {
            self.output(&url, Bytes::InMemory(text.into_bytes()), None, Rank::List)?;
        }
        Ok(())
    }

    fn put_some(&self, url: &Url, html: Option<String>, version: Option<VersionNo>) -> Result<(), WriteError> {
        let Some(html) = html else { return Ok(()) };
        self.output(url, Bytes::InMemory(html.into_bytes()), version.map(|version| self.edition.owner(version)), Rank::Page).map(drop)
    }

    /// Puts a file. Gives what its bytes came to, where it was kept.
    fn output(&self, url: &Url, bytes: Bytes<'_>, owner: Option<VersionId>, rank: Rank) -> Result<Option<Sum>, WriteError> {
        match url.out_path() {
            Ok(path) => self.outlet.put(Output { path, bytes, owner, rank }),
            Err(fault) => {
                self.tell(Diagnostic::new(Code::NameInvalid, format!("no file can stand at `{url}`: {fault}")));
                Ok(None)
            }
        }
    }
}
