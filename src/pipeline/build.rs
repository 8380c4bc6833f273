//! From the site to the output: link, render, write.
//!
//! Pages that are one text go together, their versions side by side: the body is made once for all in which its links agree.

use std::sync::Arc;
use std::sync::Mutex;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::load::Loaded;
use super::{Counter, Progress, Stage};
use crate::config::VersionNo;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::discover::{self, Content};
use crate::id::{FileName, OutPath, Url, VersionId};
use crate::parse::document::{Link, LinkKind, Place};
use crate::parse::{Facts, Key, Page};
use crate::render::compose::Composer;
use crate::render::theme::{self, Theme};
use crate::render::{Body, Gate, Highlighter, Href, Means, body, listing};
use crate::resolve::link::{Linker, Standing, Target};
use crate::resolve::{AssetNo, PageNo};
use crate::write::{Bytes, Outlet, Output, Rank, WriteError};

/// What is to be built.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The versions to render; all of them when empty.
    pub only: Vec<VersionNo>,
}

/// What was rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Built {
    /// Pages, listings of folders among them.
    pub pages: usize,
    /// Bodies that were made for them: pages that are the same in several versions share one.
    pub bodies: usize,
}

/// Renders what `request` wants of a loaded site into `outlet`, which is neither finished nor abandoned here.
///
/// # Errors
/// When the outlet refuses.
pub fn build(loaded: &Loaded, request: &Request, outlet: &Outlet, progress: &Progress<'_>) -> Result<Diagnosed<Built>, WriteError> {
    let mut diagnostics = Diagnostics::new();
    let theme = theme::theme(&loaded.config, &loaded.files, &loaded.theme_files).unload(&mut diagnostics);
    let linked = link(loaded, progress, &mut diagnostics);
    let means =
        Means { markdown: &loaded.config.markdown, gate: &Gate::new(&loaded.config.markdown), theme: &theme, highlighter: &Highlighter::new() };
    let run = Run { loaded, request, outlet, theme: &theme, means, told: Mutex::default() };
    let composer = run.composer(&linked.header);
    let built = run.pages(&composer, &linked, progress)?;
    run.redirects(&composer)?;
    run.assets(&linked)?;
    run.site_files(&composer)?;
    diagnostics.extend(run.told.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner));
    Ok(Diagnosed { value: built, diagnostics })
}

/// Where every link leads.
struct Linked {
    /// Of each page, in the order of its links.
    targets: Vec<Vec<Target>>,
    /// Assets that only unpublished pages refer to.
    hidden: FxHashSet<AssetNo>,
    /// Of the header, in the order of the configuration.
    header: Vec<Target>,
}

fn link(loaded: &Loaded, progress: &Progress<'_>, diagnostics: &mut Diagnostics) -> Linked {
    let linker = Linker::new(&loaded.site, &loaded.config);
    let counter = Counter::new(progress, Stage::Linking, loaded.site.catalog.pages.len());
    let looked_up: Vec<(Vec<Target>, Diagnostics)> = loaded
        .site
        .catalog
        .pages
        .par_iter()
        .enumerate()
        .map(|(no, page)| {
            let mut told = Diagnostics::new();
            let targets = page.source.map_or_else(Vec::new, |(version, source)| {
                let read = &loaded.inputs[version].pages[source].page;
                read.links.iter().map(|link| linker.target(Standing::Page(no), &page.file, &read.included, link, &mut told)).collect()
            });
            counter.one();
            (targets, told)
        })
        .collect();
    let mut targets = Vec::with_capacity(looked_up.len());
    for (of_page, told) in looked_up {
        targets.push(of_page);
        diagnostics.extend(told);
    }
    let used = |targets: &[Target]| {
        targets
            .iter()
            .filter_map(|target| match target {
                Target::Asset(asset, _) => Some(*asset),
                _ => None,
            })
            .collect::<Vec<AssetNo>>()
    };
    let published: FxHashSet<AssetNo> = targets.iter().flat_map(|targets| used(targets)).collect();
    let mut hidden = FxHashSet::default();
    let mut hide = |standing: Standing<'_>, file: &FileName, page: &Page, links: &[Link]| {
        let mut told = Diagnostics::new();
        let targets: Vec<Target> = links.iter().map(|link| linker.target(standing, file, &page.included, link, &mut told)).collect();
        hidden.extend(used(&targets).into_iter().filter(|asset| !published.contains(asset)));
    };
    for (version, path) in loaded.site.catalog.unpublished() {
        let pages = &loaded.inputs[version].pages;
        let Ok(place) = pages.binary_search_by(|input| input.path.cmp(path)) else { continue };
        let input = &pages[place];
        hide(Standing::Source(version, path), &input.file, &input.page, &input.page.links);
        hide(Standing::Source(version, path), &input.file, &input.page, &input.page.hidden_links);
    }
    for (no, page) in loaded.site.catalog.pages.iter().enumerate() {
        let Some((version, source)) = page.source else { continue };
        let read = &loaded.inputs[version].pages[source].page;
        if !read.hidden_links.is_empty() {
            hide(Standing::Page(no), &page.file, read, &read.hidden_links);
        }
    }
    Linked { targets, hidden, header: header(loaded, &linker, diagnostics) }
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

struct Run<'a> {
    loaded: &'a Loaded,
    request: &'a Request,
    outlet: &'a Outlet,
    theme: &'a Theme,
    means: Means<'a>,
    told: Mutex<Diagnostics>,
}

impl<'a> Run<'a> {
    fn composer(&self, header: &'a [Target]) -> Composer<'a> {
        let loaded = self.loaded;
        Composer { config: &loaded.config, site: &loaded.site, theme: self.theme, header, vars: &loaded.vars, logo: loaded.logo }
    }

    fn tell(&self, diagnostic: Diagnostic) {
        self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(diagnostic);
    }

    fn wanted(&self, version: VersionNo) -> bool {
        self.request.only.is_empty() || self.request.only.contains(&version)
    }

    fn owner(&self, version: VersionNo) -> VersionId {
        self.loaded.config.versions[version].id.clone()
    }

    fn pages(&self, composer: &Composer<'a>, linked: &Linked, progress: &Progress<'_>) -> Result<Built, WriteError> {
        let groups = self.groups();
        let pages = groups.iter().map(Vec::len).sum();
        let counter = Counter::new(progress, Stage::Rendering, pages);
        let bodies: usize = groups
            .par_iter()
            .map(|group| {
                let mut bodies: Vec<(Vec<Href>, Body)> = Vec::new();
                for no in group {
                    let hrefs = composer.hrefs(*no, &linked.targets[*no]);
                    let place = bodies.iter().position(|(known, _)| *known == hrefs).unwrap_or_else(|| {
                        let body = self.body(*no, &hrefs);
                        bodies.push((hrefs, body));
                        bodies.len() - 1
                    });
                    self.page(composer, *no, &linked.targets[*no], &bodies[place].1)?;
                    counter.one();
                }
                Ok(bodies.len())
            })
            .try_reduce(|| 0, |a, b| Ok(a + b))?;
        Ok(Built { pages, bodies })
    }

    /// The pages to render: those that are one text together, in the order of the first of them.
    fn groups(&self) -> Vec<Vec<PageNo>> {
        let mut groups: Vec<Vec<PageNo>> = Vec::new();
        let mut places: FxHashMap<*const Page, usize> = FxHashMap::default();
        for (no, page) in self.loaded.site.catalog.pages.iter().enumerate().filter(|(_, page)| self.wanted(page.version)) {
            match page.source {
                Some((version, source)) => {
                    let key = Arc::as_ptr(&self.loaded.inputs[version].pages[source].page);
                    let place = *places.entry(key).or_insert_with(|| {
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

    fn body(&self, no: PageNo, hrefs: &[Href]) -> Body {
        let Some((version, source)) = self.loaded.site.catalog.pages[no].source else { return Body::default() };
        let text = &self.loaded.sources[version][source].text;
        let page = &self.loaded.inputs[version].pages[source].page;
        let body = body(text, &self.loaded.site.catalog.pages[no].file, page, hrefs, &self.means);
        body.diagnostics.into_iter().for_each(|told| self.tell(told));
        body.value
    }

    fn page(&self, composer: &Composer<'a>, no: PageNo, targets: &[Target], body: &Body) -> Result<(), WriteError> {
        let page = &self.loaded.site.catalog.pages[no];
        let template = self.template(no, &page.facts);
        match self.theme.render(&template, &composer.page(no, targets, body)) {
            Ok(html) => self.put(&page.url, html.into_bytes(), Some(self.owner(page.version)), Rank::Page),
            Err(diagnostic) => {
                self.tell(diagnostic);
                Ok(())
            }
        }
    }

    fn template(&self, no: PageNo, facts: &Facts) -> String {
        const DEFAULT: &str = "page.html";
        let Some(name) = &facts.template else { return DEFAULT.to_owned() };
        if self.theme.has(name) {
            // While a template of the site cannot be read, the built-in ones stand in for all of them.
            return if self.theme.stands_in() { DEFAULT.to_owned() } else { name.clone() };
        }
        let page = &self.loaded.site.catalog.pages[no];
        let place = page.source.map_or(0..0, |(version, source)| self.loaded.inputs[version].pages[source].page.place(Key::Template, 0));
        let diagnostic = Diagnostic::new(Code::TemplateNotFound, format!("no template `{name}`"))
            .at(Span::new(page.file.clone(), place))
            .help(format!("make the file `templates/{name}`"));
        self.tell(diagnostic);
        DEFAULT.to_owned()
    }

    fn redirects(&self, composer: &Composer<'a>) -> Result<(), WriteError> {
        self.loaded.site.redirects.par_iter().try_for_each(|redirect| {
            let version = self.loaded.site.catalog.pages[redirect.to].version;
            if !self.wanted(version) {
                return Ok(());
            }
            match self.theme.render("redirect.html", &composer.redirect(redirect)) {
                Ok(html) => self.put(&redirect.from, html.into_bytes(), Some(self.owner(version)), Rank::Page),
                Err(diagnostic) => {
                    self.tell(diagnostic);
                    Ok(())
                }
            }
        })
    }

    fn assets(&self, linked: &Linked) -> Result<(), WriteError> {
        let assets: Vec<(AssetNo, _)> = self.loaded.site.catalog.assets.iter().enumerate().collect();
        assets.par_iter().try_for_each(|(no, asset)| {
            if linked.hidden.contains(no) || !self.wanted(asset.version) {
                return Ok(());
            }
            self.copy(&asset.url, &self.loaded.assets[asset.version][asset.input], Some(self.owner(asset.version)))
        })
    }

    fn copy(&self, url: &Url, found: &discover::Found, owner: Option<VersionId>) -> Result<(), WriteError> {
        let content = discover::open(found).map(|content| match content {
            Content::Bytes(bytes) => Bytes::InMemory(bytes),
            Content::File(file, bytes) => Bytes::Copy { file, bytes },
        });
        match content {
            Ok(bytes) => self.output(url, bytes, owner, Rank::Asset),
            Err(diagnostic) => {
                self.tell(diagnostic);
                Ok(())
            }
        }
    }

    /// What belongs to no version: the files of `static/`, the theme's, and what is generated for the site as a whole.
    fn site_files(&self, composer: &Composer<'a>) -> Result<(), WriteError> {
        let loaded = self.loaded;
        let mut own: FxHashSet<&str> = FxHashSet::default();
        let has_its_address =
            |found: &&discover::Found| OutPath::new(found.path.as_str()).is_ok_and(|path| loaded.site.catalog.statics.contains(&path));
        for found in loaded.files.statics.iter().filter(has_its_address) {
            own.insert(found.path.as_str());
            self.copy(&Url::file(found.path.as_str()), found, None)?;
        }
        for (url, bytes) in &self.theme.files {
            self.put(url, bytes.clone(), None, Rank::Asset)?;
        }
        let mut generated: Vec<(Url, String)> = listing::sitemaps(&loaded.site, &loaded.config);
        generated.push((Url::file("robots.txt"), listing::robots(&loaded.config)));
        generated.push((Url::file("_headers"), listing::headers(&loaded.config)));
        generated.extend(listing::versions(&loaded.site, &loaded.config).map(|json| (Url::file("versions.json"), json)));
        generated.extend(listing::redirects(&loaded.config).map(|rules| (Url::file("_redirects"), rules)));
        match self.theme.render("404.html", &composer.not_found()) {
            Ok(html) => generated.push((Url::file("404.html"), html)),
            Err(diagnostic) => self.tell(diagnostic),
        }
        // GitHub Pages would leave out what begins with `_`.
        generated.push((Url::file(".nojekyll"), String::new()));
        for (url, text) in generated {
            let path = url.as_str().trim_start_matches('/');
            if own.contains(path) {
                if !path.starts_with('.') {
                    let file = FileName::new(format!("static/{path}"));
                    let message = format!("`{file}` stands in for the `{path}` that Recto would make");
                    self.tell(Diagnostic::new(Code::GeneratedReplaced, message).at(Span::whole(file)));
                }
                continue;
            }
            self.put(&url, text.into_bytes(), None, Rank::List)?;
        }
        if loaded.config.url.is_none() {
            let diagnostic = Diagnostic::new(Code::UrlMissing, "`url` is not set: canonical links, the sitemap and feeds are left out")
                .help("write `url = \"https://…\"` in `recto.toml`: where the site is published".to_owned());
            self.tell(diagnostic);
        }
        Ok(())
    }

    fn put(&self, url: &Url, bytes: Vec<u8>, owner: Option<VersionId>, rank: Rank) -> Result<(), WriteError> {
        self.output(url, Bytes::InMemory(bytes), owner, rank)
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
