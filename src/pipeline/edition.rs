//! A loaded site with all that it takes to render any of it: `build` renders everything, `serve` what it is asked for.

use std::sync::Arc;

use super::Progress;
use super::link::{Linked, PageLinks, link};
use super::load::Loaded;
use crate::config::VersionNo;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::discover::{self, Content, Found};
use crate::id::{FileName, OutPath, Url, VersionId};
use crate::parse::{Facts, Key, Page};
use crate::render::compose::Composer;
use crate::render::theme::{self, Theme};
use crate::render::{Body, Gate, Highlighter, Href, Means, body, listing};
use crate::resolve::{AssetNo, PageNo};
use crate::write::Bytes;

/// A site, ready to be rendered.
pub struct Edition {
    /// The site.
    pub loaded: Loaded,
    linked: Linked,
    theme: Arc<Diagnosed<Theme>>,
    gate: Gate,
    highlighter: Arc<Highlighter>,
}

/// Makes a loaded site ready: its theme compiled, its links looked up. `before` is what was made of it the last time.
pub fn edition(loaded: Loaded, before: Option<&Edition>, progress: &Progress<'_>) -> Diagnosed<Edition> {
    let mut diagnostics = Diagnostics::new();
    let same_theme = before.filter(|before| {
        let (now, before) = (&loaded, &before.loaded);
        let same_files = Arc::ptr_eq(&before.files, &now.files) && Arc::ptr_eq(&before.theme_files, &now.theme_files);
        same_files && before.config.text == now.config.text
    });
    let made = || Arc::new(theme::theme(&loaded.config, &loaded.files, &loaded.theme_files));
    let theme = same_theme.map_or_else(made, |before| before.theme.clone());
    diagnostics.extend(theme.diagnostics.iter().cloned());
    let same_site = before.filter(|before| Arc::ptr_eq(&before.loaded.site, &loaded.site));
    let linked = link(&loaded, same_site.map(|before| &before.linked), progress).unload(&mut diagnostics);
    let gate = Gate::new(&loaded.config.markdown);
    let highlighter = before.map_or_else(Arc::default, |before| before.highlighter.clone());
    Diagnosed { value: Edition { loaded, linked, theme, gate, highlighter }, diagnostics }
}

impl Edition {
    /// Whether `other` shows the same pages, as far as can be told without rendering them: their texts, the site, and how they look.
    pub fn same_as(&self, other: &Edition) -> bool {
        let (own, others) = (&self.loaded.inputs, &other.loaded.inputs);
        let pages =
            own.iter().zip(others).all(|(own, others)| own.pages.iter().zip(&others.pages).all(|(own, other)| Arc::ptr_eq(&own.page, &other.page)));
        Arc::ptr_eq(&self.loaded.site, &other.loaded.site) && Arc::ptr_eq(&self.theme, &other.theme) && pages
    }

    /// Whether the same things lie at the same addresses as in `other`, as far as can be told at a glance.
    pub fn has_the_addresses_of(&self, other: &Edition) -> bool {
        let (own, others) = (&self.loaded, &other.loaded);
        Arc::ptr_eq(&own.site, &others.site)
            && Arc::ptr_eq(&own.files, &others.files)
            && Arc::ptr_eq(&self.theme, &other.theme)
            && self.linked.hidden == other.linked.hidden
    }

    /// How its pages look. An edition that looks the same shares it.
    pub fn look(&self) -> &Arc<Diagnosed<Theme>> {
        &self.theme
    }

    /// What composes the views of its pages.
    pub(super) fn composer(&self) -> Composer<'_> {
        let loaded = &self.loaded;
        let header = &self.linked.header;
        Composer { config: &loaded.config, site: &loaded.site, theme: self.theme(), header, vars: &loaded.vars, logo: loaded.logo }
    }

    fn theme(&self) -> &Theme {
        &self.theme.value
    }

    fn links(&self, no: PageNo) -> &PageLinks {
        &self.linked.pages[no]
    }

    /// Whether only pages that are not published refer to an asset.
    pub fn hides(&self, asset: AssetNo) -> bool {
        self.linked.hidden.contains(&asset)
    }

    /// The version that a file belongs to.
    pub(super) fn owner(&self, version: VersionNo) -> VersionId {
        self.loaded.config.versions[version].id.clone()
    }

    /// Where the links of a page lead, as they are written on it.
    pub(super) fn hrefs(&self, no: PageNo) -> Vec<Href> {
        self.composer().hrefs(no, &self.links(no).targets)
    }

    /// The body of a page whose links are these.
    pub(super) fn body(&self, no: PageNo, hrefs: &[Href]) -> Diagnosed<Body> {
        let Some((version, source)) = self.loaded.site.catalog.pages[no].source else {
            return Diagnosed { value: Body::default(), diagnostics: Diagnostics::new() };
        };
        let text = &self.loaded.sources[version][source].text;
        let page: &Page = &self.loaded.inputs[version].pages[source].page;
        let means = Means { markdown: &self.loaded.config.markdown, gate: &self.gate, theme: self.theme(), highlighter: &self.highlighter };
        body(text, &self.loaded.site.catalog.pages[no].file, page, hrefs, &means)
    }

    /// The HTML of a page with this body; empty where its template cannot make any, which is told.
    pub(super) fn framed(&self, no: PageNo, body: &Body) -> Diagnosed<Option<String>> {
        let mut diagnostics = Diagnostics::new();
        let template = self.template(no, &self.loaded.site.catalog.pages[no].facts, &mut diagnostics);
        let view = self.composer().page(no, &self.links(no).targets, body);
        Diagnosed { value: self.rendered(&template, &view, &mut diagnostics), diagnostics }
    }

    /// The HTML of a page.
    pub fn page(&self, no: PageNo) -> Diagnosed<Option<String>> {
        let mut diagnostics = Diagnostics::new();
        let body = self.body(no, &self.hrefs(no)).unload(&mut diagnostics);
        let html = self.framed(no, &body).unload(&mut diagnostics);
        Diagnosed { value: html, diagnostics }
    }

    fn rendered(&self, template: &str, view: &impl serde::Serialize, diagnostics: &mut Diagnostics) -> Option<String> {
        self.theme().render(template, view).map_err(|diagnostic| diagnostics.push(diagnostic)).ok()
    }

    fn template(&self, no: PageNo, facts: &Facts, diagnostics: &mut Diagnostics) -> String {
        const DEFAULT: &str = "page.html";
        let Some(name) = &facts.template else { return DEFAULT.to_owned() };
        if self.theme().has(name) {
            // While a template of the site cannot be read, the built-in ones stand in for all of them.
            return if self.theme().stands_in() { DEFAULT.to_owned() } else { name.clone() };
        }
        let page = &self.loaded.site.catalog.pages[no];
        let place = self.loaded.page(no).map_or(0..0, |read| read.place(Key::Template, 0));
        let diagnostic = Diagnostic::new(Code::TemplateNotFound, format!("no template `{name}`"))
            .at(Span::new(page.file.clone(), place))
            .help(format!("make the file `templates/{name}`"));
        diagnostics.push(diagnostic);
        DEFAULT.to_owned()
    }

    /// The HTML at the old address number `no`.
    pub fn redirect(&self, no: usize) -> Diagnosed<Option<String>> {
        let mut diagnostics = Diagnostics::new();
        let view = self.composer().redirect(&self.loaded.site.redirects[no]);
        Diagnosed { value: self.rendered("redirect.html", &view, &mut diagnostics), diagnostics }
    }

    /// The HTML for addresses where nothing is.
    pub fn not_found(&self) -> Diagnosed<Option<String>> {
        let mut diagnostics = Diagnostics::new();
        Diagnosed { value: self.rendered("404.html", &self.composer().not_found(), &mut diagnostics), diagnostics }
    }

    /// The file of an asset.
    pub fn asset(&self, no: AssetNo) -> &Found {
        let asset = &self.loaded.site.catalog.assets[no];
        &self.loaded.assets[asset.version][asset.input]
    }

    /// The files of `static/` that are served.
    pub fn statics(&self) -> impl Iterator<Item = &Found> {
        let served = |found: &&Found| OutPath::new(found.path.as_str()).is_ok_and(|path| self.loaded.site.catalog.statics.contains(&path));
        self.loaded.files.statics.iter().filter(served)
    }

    /// The files that the theme brings along.
    pub fn theme_files(&self) -> &[(Url, Vec<u8>)] {
        &self.theme().files
    }

    /// What is generated for the site as a whole, unless `static/` holds a file of that name, which is noted.
    pub fn generated(&self) -> Diagnosed<Vec<(Url, String)>> {
        let loaded = &self.loaded;
        let mut diagnostics = Diagnostics::new();
        let mut generated: Vec<(Url, String)> = listing::sitemaps(&loaded.site, &loaded.config);
        generated.push((Url::file("robots.txt"), listing::robots(&loaded.config)));
        generated.push((Url::file("_headers"), listing::headers(&loaded.config)));
        generated.extend(listing::versions(&loaded.site, &loaded.config).map(|json| (Url::file("versions.json"), json)));
        generated.extend(listing::redirects(&loaded.config).map(|rules| (Url::file("_redirects"), rules)));
        generated.extend(self.not_found().unload(&mut diagnostics).map(|html| (Url::file("404.html"), html)));
        // GitHub Pages would leave out what begins with `_`.
        generated.push((Url::file(".nojekyll"), String::new()));
        let own: rustc_hash::FxHashSet<&str> = self.statics().map(|found| found.path.as_str()).collect();
        generated.retain(|(url, _)| {
            let path = url.as_str().trim_start_matches('/');
            if own.contains(path) && !path.starts_with('.') {
                let file = FileName::new(format!("static/{path}"));
                let message = format!("`{file}` stands in for the `{path}` that Recto would make");
                diagnostics.push(Diagnostic::new(Code::GeneratedReplaced, message).at(Span::whole(file)));
            }
            !own.contains(path)
        });
        if loaded.config.url.is_none() {
            let diagnostic = Diagnostic::new(Code::UrlMissing, "`url` is not set: canonical links, the sitemap and feeds are left out")
                .help("write `url = \"https://…\"` in `recto.toml`: where the site is published".to_owned());
            diagnostics.push(diagnostic);
        }
        Diagnosed { value: generated, diagnostics }
    }
}

/// The bytes of a file that is copied as it is.
///
/// # Errors
/// `file-too-large`, `lfs-pointer` or `file-unreadable`.
pub fn copied(found: &Found) -> Result<Bytes, Diagnostic> {
    discover::open(found).map(|content| match content {
        Content::Bytes(bytes) => Bytes::InMemory(bytes),
        Content::File(file, bytes) => Bytes::Copy { file, bytes },
    })
}
