//! A loaded site with all that it takes to render any of it: `build` renders everything, `serve` what it is asked for.

use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;

use serde::Serialize;

use super::Progress;
use super::became::{ComparedFiles, Room, room};
use super::link::{Linked, PageLinks, link};
use super::load::Loaded;
use crate::config::{Config, HomeLayout, LinkStyle, VersionNo};
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::discover::{self, Content, Found, Source};
use crate::id::{Digest, FileName, OutPath, TWIN, Url, VersionId};
use crate::memo;
use crate::parse::{self, Facts, Key, Page};
use crate::render::compose::Composer;
use crate::render::prints::{self, Prints};
use crate::render::theme::{self, Theme};
use crate::render::view::PageView;
use crate::render::{Blocks, Body, Gate, Highlighter, Href, Leads, Means, TwinFrame, body_of, listing};
use crate::resolve::{AssetNo, PageNo};
use crate::search::{Record, record};
use crate::write::{Bytes, Sum};

/// A site, ready to be rendered.
pub struct Edition {
    /// The site.
    pub loaded: Loaded,
    linked: Linked,
    theme: Arc<Diagnosed<Theme>>,
    gate: Gate,
    highlighter: Arc<Highlighter>,
    /// The print pages of each version.
    prints: Arc<Vec<Prints>>,
    /// The bodies of releases that were made so far: other pages show what they say.
    pub(super) released: Mutex<FxHashMap<PageNo, Arc<Body>>>,
    /// What has become of each page since the version before, as far as that was asked.
    pub(super) since: Room,
    /// Which assets were compared with those of another version.
    pub(super) compared_files: Arc<ComparedFiles>,
    /// The digest of all that bodies are made with besides their texts and links.
    means: Digest,
}

/// A page that is about to be rendered.
pub(super) struct Draft<'a> {
    pub(super) no: PageNo,
    /// Where its links lead, as they are written on it.
    pub(super) hrefs: Vec<Href>,
    template: String,
    view: PageView<'a>,
    /// What stands around its Markdown; none where none is made.
    pub(super) frame: Option<TwinFrame>,
    /// Under which keys its body is remembered; none for the listing of a folder, which has none.
    pub(super) body: Option<BodyKeys>,
    /// Under which key the page is remembered.
    key: Option<Digest>,
    diagnostics: Diagnostics,
}

/// The keys of a body, and of the blocks of code in it, which stand wherever links lead.
#[derive(Serialize)]
pub(super) struct BodyKeys {
    body: Digest,
    blocks: Digest,
}

/// A body, what is wrong with it, and the file in which its text was read.
type SavedBody = (Body, Diagnostics, FileName);

/// A page and its twin, if there are any, and what is wrong with it, its body included.
pub(super) type SavedPage = (Option<Sum>, Option<Sum>, Diagnostics);

/// What a page is written as.
pub(super) struct Framed {
    /// Its HTML; none where its template can make none.
    pub(super) html: Option<String>,
    /// Its Markdown; none where it has none.
    pub(super) twin: Option<String>,
}

/// Something, and whether it was made now; with it, in one reading, what the text says for the search, where that finds it.
pub(super) struct Made<T> {
    pub(super) value: Diagnosed<T>,
    pub(super) anew: bool,
    pub(super) record: Option<Record>,
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
    let means = means(&loaded, &theme.value);
    let compared_files = before.map_or_else(Arc::default, |before| before.compared_files.clone());
    let same_files = same_site.filter(|before| loaded.same_assets(&before.loaded));
    let since = room(&loaded, same_files.map(|before| (&before.loaded, &before.since)));
    // The same site was made of the same configuration.
    let prints = same_site.map_or_else(|| Arc::new(prints::prints(&loaded.site, &loaded.config)), |before| before.prints.clone());
    Diagnosed {
        value: Edition { loaded, linked, theme, gate, highlighter, prints, released: Mutex::default(), since, compared_files, means },
        diagnostics,
    }
}

/// Where the links of the Markdown lead that is made of pages; none where none is made.
fn twins(config: &Config) -> Option<Leads> {
    (config.output.twins || config.output.llms).then(|| leads(config))
}

fn leads(config: &Config) -> Leads {
    if config.output.twins { Leads::Twins } else { Leads::Pages }
}

fn means(loaded: &Loaded, theme: &Theme) -> Digest {
    // Any template may hold components, and be a part of one.
    Digest::of(format!("{} {} {:?}", loaded.config.markdown.digest(), theme.digest, twins(&loaded.config)).as_bytes())
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
            && own.config.output == others.config.output
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
        Composer {
            config: &loaded.config,
            site: &loaded.site,
            theme: self.theme(),
            header,
            vars: &loaded.vars,
            logo: loaded.logo,
            prints: &self.prints,
            since: self,
        }
    }

    /// The print pages of each version.
    pub(super) fn prints(&self) -> &[Prints] {
        &self.prints
    }

    pub(super) fn theme(&self) -> &Theme {
        &self.theme.value
    }

    pub(super) fn links(&self, no: PageNo) -> &PageLinks {
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

    /// What a page is rendered from: the text that it is, where its links lead, and what its template may see.
    pub(super) fn draft(&self, no: PageNo) -> Draft<'_> {
        let composer = self.composer();
        let targets = &self.links(no).targets;
        let hrefs = composer.hrefs(no, targets);
        let mut diagnostics = Diagnostics::new();
        let template = self.template(no, &self.loaded.site.catalog.pages[no].facts, &mut diagnostics);
        let mut view = composer.page(no, targets);
        self.add_changelog(no, &mut view);
        let body = self.source(no).and_then(|(source, page)| {
            let text = (source.digest, &page.body, page.asked.heard());
            Some(BodyKeys { body: memo::key("body", &(&text, &hrefs, self.means))?, blocks: memo::key("blocks", &(&text, self.means))? })
        });
        let frame = twins(&self.loaded.config).map(|leads| composer.twin_frame(no, targets, leads));
        let file = &self.loaded.site.catalog.pages[no].file;
        // The view is JSON here since that is what templates see of it.
        let key = serde_json::to_vec(&view)
            .ok()
            .and_then(|view| memo::key("page", &(Digest::of(&view), file, &template, self.theme().digest, &body, &frame)));
        Draft { no, hrefs, template, view, frame, body, key, diagnostics }
    }

    pub(super) fn source(&self, no: PageNo) -> Option<(&Source, &Page)> {
        let (version, source) = self.loaded.site.catalog.pages[no].source?;
        Some((&self.loaded.sources[version][source], &self.loaded.inputs[version].pages[source].page))
    }

    /// The body of a page; remembered, or written now. Those of releases are kept, for other pages that show what they say.
    pub(super) fn body(&self, draft: &Draft<'_>) -> Made<Body> {
        let made = self.made_body(draft);
        if self.loaded.site.catalog.pages[draft.no].facts.release.is_some() {
            self.keep_release(draft.no, &made.value.value);
        }
        made
    }

    fn made_body(&self, draft: &Draft<'_>) -> Made<Body> {
        let Some((source, page)) = self.source(draft.no) else {
            return Made { value: Diagnosed { value: Body::default(), diagnostics: Diagnostics::new() }, anew: false, record: None };
        };
        let memo = &self.loaded.memo;
        let file = &self.loaded.site.catalog.pages[draft.no].file;
        let known = draft.body.as_ref().and_then(|keys| memo::decode::<SavedBody>(&memo.recall(keys.body)?));
        if let Some((body, told, from)) = known {
            let diagnostics = told.into_iter().map(|told| told.moved(&from, file)).collect();
            return Made { value: Diagnosed { value: body, diagnostics }, anew: false, record: None };
        }
        let blocks = draft.body.as_ref().and_then(|keys| memo::decode::<Blocks>(&memo.recall(keys.blocks)?));
        if let Some(blocks) = &blocks {
            self.highlighter.learn(blocks);
        }
        let config = &self.loaded.config;
        let means = Means { markdown: &config.markdown, gate: &self.gate, theme: self.theme(), highlighter: &self.highlighter, twins: twins(config) };
        let (made, record) = parse::with_document(&source.text, page, means.markdown, |document| {
            let body = body_of(document, &source.text, file, page, &draft.hrefs, &means);
            (body, found(&page.facts).then(|| record(document, &page.facts)))
        });
        record.iter().for_each(|record| self.remember_record(draft.no, record));
        if let Some(keys) = draft.body.as_ref().filter(|_| memo.remembers()) {
            let saved = memo::encode(&(&made.value, &made.diagnostics, file));
            saved.iter().for_each(|bytes| memo.remember(keys.body, bytes));
            if blocks.is_none() && !made.value.blocks.is_empty() {
                let saved = memo::encode(&self.highlighter.remembered(&made.value.blocks));
                saved.iter().for_each(|bytes| memo.remember(keys.blocks, bytes));
            }
        }
        Made { value: made, anew: true, record }
    }

    /// What the text of a page says for the search; remembered, or read now. Nothing where the search does not find it.
    pub(super) fn record(&self, no: PageNo) -> Option<Record> {
        let (source, page) = self.source(no).filter(|(_, page)| found(&page.facts))?;
        let known = self.record_key(no).and_then(|key| memo::decode::<Record>(&self.loaded.memo.recall(key)?));
        known.or_else(|| {
            let record = parse::with_document(&source.text, page, &self.loaded.config.markdown, |document| record(document, &page.facts));
            self.remember_record(no, &record);
            Some(record)
        })
    }

    /// Under which key that is remembered.
    pub(super) fn record_key(&self, no: PageNo) -> Option<Digest> {
        let (source, page) = self.source(no)?;
        memo::key("record", &(source.digest, &page.body, page.asked.heard(), self.loaded.config.markdown.digest()))
    }

    fn remember_record(&self, no: PageNo, record: &Record) {
        if let Some(key) = self.record_key(no).filter(|_| self.loaded.memo.remembers()) {
            memo::encode(record).iter().for_each(|bytes| self.loaded.memo.remember(key, bytes));
        }
    }

    /// What is remembered of the page that a draft leads to.
    pub(super) fn known(&self, draft: &Draft<'_>) -> Option<SavedPage> {
        let saved = memo::decode(&self.loaded.memo.recall(draft.key?)?)?;
        if let Some(keys) = &draft.body {
            self.loaded.memo.keep(keys.body);
            self.loaded.memo.keep(keys.blocks);
        }
        Some(saved)
    }

    /// The address of the twin of a page; none where it has none.
    pub fn twin_url(&self, no: PageNo) -> Option<Url> {
        if !self.loaded.config.output.twins {
            return None;
        }
        let url = self.loaded.site.catalog.pages[no].url.beside(TWIN);
        // A file of the site's own stands in for it.
        let own = url.out_path().is_ok_and(|path| self.loaded.site.catalog.statics.contains(&path));
        (!own).then_some(url)
    }

    /// A page with this body, in its template, and its twin; what cannot be made is told.
    pub(super) fn framed(&self, draft: Draft<'_>, body: &Diagnosed<Body>) -> Diagnosed<Framed> {
        let Draft { no, template, mut view, frame, key, mut diagnostics, .. } = draft;
        self.composer().embody(no, &body.value, &mut view);
        let html = self.rendered(&template, &view, &mut diagnostics);
        let twin = frame.filter(|_| self.twin_url(no).is_some()).map(|frame| frame.around(&body.value.twin));
        if let Some(key) = key.filter(|_| self.loaded.memo.remembers()) {
            let sum = |text: &String| (Digest::of(text.as_bytes()), text.len() as u64);
            let told: Vec<&Diagnostic> = body.diagnostics.iter().chain(&diagnostics).collect();
            let saved = memo::encode(&(html.as_ref().map(sum), twin.as_ref().map(sum), told));
            saved.iter().for_each(|bytes| self.loaded.memo.remember(key, bytes));
        }
        Diagnosed { value: Framed { html, twin }, diagnostics }
    }

    /// The HTML of a page.
    pub fn page(&self, no: PageNo) -> Diagnosed<Option<String>> {
        let draft = self.draft(no);
        let body = self.body(&draft).value;
        let framed = self.framed(draft, &body);
        let mut diagnostics = body.diagnostics;
        Diagnosed { value: framed.unload(&mut diagnostics).html, diagnostics }
    }

    /// The Markdown of a page; none where none is made.
    pub fn twin(&self, no: PageNo) -> Option<String> {
        let draft = self.draft(no);
        let body = self.body(&draft).value.value;
        Some(draft.frame?.around(&body.twin))
    }

    /// What is wrong with a page: remembered, or found by rendering it.
    pub fn faults(&self, no: PageNo) -> Diagnostics {
        self.known(&self.draft(no)).map_or_else(|| self.page(no).diagnostics, |(.., told)| told)
    }

    pub(super) fn rendered(&self, template: &str, view: &impl serde::Serialize, diagnostics: &mut Diagnostics) -> Option<String> {
        self.theme().render(template, view).map_err(|diagnostic| diagnostics.push(diagnostic)).ok()
    }

    fn template(&self, no: PageNo, facts: &Facts, diagnostics: &mut Diagnostics) -> String {
        const DEFAULT: &str = "page.html";
        const HOME: &str = "home.html";
        let page = &self.loaded.site.catalog.pages[no];
        let Some(name) = &facts.template else {
            let landing = page.path.as_str().is_empty() && self.loaded.config.theme.home == HomeLayout::Landing;
            return if landing { HOME } else { DEFAULT }.to_owned();
        };
        if self.theme().has(name) {
            // While a template of the site cannot be read, the built-in ones stand in for all of them.
            return if self.theme().stands_in() { DEFAULT.to_owned() } else { name.clone() };
        }
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

    /// The file with the whole navigation of a version, and where that is; none where every page shows all of it.
    pub fn tree(&self, version: VersionNo) -> Option<(Url, String)> {
        listing::tree_file(&self.loaded.site, &self.loaded.config, self, version)
    }

    /// The address of that file.
    pub fn tree_url(&self, version: VersionNo) -> Option<Url> {
        listing::tree(&self.loaded.site, &self.loaded.config, version)
    }

    /// The `llms.txt` of each version.
    fn lists(&self) -> Vec<(Url, String)> {
        let composer = self.composer();
        let config = &self.loaded.config;
        let versions = (0..config.versions.len()).filter(|_| config.output.llms);
        versions.filter_map(|version| Some((listing::llms_url(&composer, version)?, listing::llms(&composer, version, leads(config))?))).collect()
    }

    /// What is generated for the site as a whole, unless `static/` holds a file of that name, which is noted.
    pub fn generated(&self) -> Diagnosed<Vec<(Url, String)>> {
        let loaded = &self.loaded;
        let mut diagnostics = Diagnostics::new();
        let hosted = loaded.config.output.links == LinkStyle::Folders;
        let mut generated: Vec<(Url, String)> = self.lists();
        generated.extend(self.changes(hosted).unload(&mut diagnostics));
        generated.extend(listing::versions(&loaded.site, &loaded.config).map(|json| (Url::file("versions.json"), json)));
        if hosted {
            // All of this speaks to hosts and robots, or stands at any address.
            generated.extend(listing::sitemaps(&loaded.site, &loaded.config));
            generated.push((Url::file("robots.txt"), listing::robots(&loaded.config)));
            generated.push((Url::file("_headers"), listing::headers(&loaded.config, self.theme())));
            generated.push(listing::addresses(&loaded.site, &loaded.config));
            generated.extend(listing::redirects(&loaded.config).map(|rules| (Url::file("_redirects"), rules)));
            generated.extend(self.not_found().unload(&mut diagnostics).map(|html| (Url::file("404.html"), html)));
            // GitHub Pages would leave out what begins with `_`.
            generated.push((Url::file(".nojekyll"), String::new()));
        }
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
        if hosted && loaded.config.url.is_none() {
            let diagnostic = Diagnostic::new(Code::UrlMissing, "`url` is not set: canonical links, the sitemap and feeds are left out")
                .help("write `url = \"https://…\"` in `recto.toml`: where the site is published".to_owned());
            diagnostics.push(diagnostic);
        }
        Diagnosed { value: generated, diagnostics }
    }
}

/// Whether the search finds a page that says this of itself. What the navigation leaves out is not found either.
pub(super) fn found(facts: &Facts) -> bool {
    facts.search && !facts.hidden
}

/// The bytes of a file that is copied as it is.
///
/// # Errors
/// `file-too-large`, `lfs-pointer` or `file-unreadable`.
pub fn copied(found: &Found) -> Result<Bytes<'static>, Diagnostic> {
    discover::open(found).map(|content| match content {
        Content::Bytes(bytes) => Bytes::InMemory(bytes),
        Content::File(file, bytes) => Bytes::Copy { file, bytes },
    })
}
