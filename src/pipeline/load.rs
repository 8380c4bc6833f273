//! From what was read to the site: parse, resolve. A text that several files hold is parsed once.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::door::Doors;
use super::gather::{Gathered, PageTexts, Places, Seen, distinct};
use super::read::{self, Changed, Made};
use super::request::Purpose;
use super::{Counter, Progress, Stage};
use crate::config::{Config, Markdown, Vars, Version, VersionNo};
use crate::data::Spanned;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics};
use crate::discover::{self, Found, Listing, SiteFiles, Source, Stamp};
use crate::id::{Digest, FileName, OutPath, VersionId};
use crate::memo::{self, Memo};
use crate::parse::asset::{self, AssetFacts};
use crate::parse::door::{Heard, Question};
use crate::parse::{self, Page, Role};
use crate::resolve::{self, AssetInput, NavInput, PageInput, PageNo, Site, VersionInput};

/// A site, loaded.
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// The site.
    pub site: Arc<Site>,
    /// What each version holds, as read.
    pub inputs: Vec<VersionInput>,
    /// The text of each page of each version, by the numbers of `inputs`.
    pub sources: Vec<Vec<Source>>,
    /// The files beside the pages, by the numbers of `inputs`.
    pub assets: Vec<Vec<Arc<Found>>>,
    /// The files of the site as a whole.
    pub files: Arc<SiteFiles>,
    /// The bytes of the theme's own files, by name.
    pub theme_files: Arc<BTreeMap<String, Vec<u8>>>,
    /// Width and height of the logo, in CSS pixels.
    pub logo: Option<(u32, u32)>,
    /// The variables of each version.
    pub vars: Vec<Vars>,
    /// How many pages were read anew: others stand as a run before read them.
    pub parsed: usize,
    /// What runs before have made.
    pub(super) memo: Arc<Memo>,
    /// The texts of files that are no pages, to show places in them.
    texts: FxHashMap<FileName, Arc<str>>,
    memory: Memory,
}

/// What the next run takes up.
struct Memory {
    /// How Markdown was read, as configured.
    markdown: Markdown,
    seen: Seen,
    assets: MadeAssets,
    /// The pages that each text was.
    variants: MadePages,
    dates: Arc<Dates>,
    /// What was told of the site.
    site_told: Diagnostics,
}

/// The pages that a text is, by the text and what it is for.
type MadePages = FxHashMap<(Digest, Role), Vec<Arc<Variant>>>;

type MadeAssets = Made<Result<AssetFacts, Diagnostic>>;

/// The day of the last change of each file of which it was asked, as history tells.
type Dates = Diagnosed<FxHashMap<FileName, Date>>;

/// A run before: what it has loaded, and what has changed since. Nothing else of the purpose may differ.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// What it has loaded.
    pub loaded: &'a Loaded,
    /// What has changed.
    pub changed: &'a Changed,
}

impl<'a> Before<'a> {
    /// What it has read.
    pub fn seen(self) -> (&'a Seen, &'a Changed) {
        (&self.loaded.memory.seen, self.changed)
    }
}

impl Loaded {
    /// A page as it was read; none for the listing of a folder.
    pub fn page(&self, no: PageNo) -> Option<&Arc<Page>> {
        let (version, source) = self.site.catalog.pages[no].source?;
        Some(&self.inputs[version].pages[source].page)
    }

    /// How the asset that people call `file` lay when it was looked at.
    pub(super) fn asset_stamp(&self, file: &FileName) -> Option<Stamp> {
        self.memory.assets.get(file).map(|(stamp, _)| stamp.clone())
    }

    /// Whether its assets lie as those of the run `before` did.
    pub(super) fn same_assets(&self, before: &Loaded) -> bool {
        self.memory.assets.iter().all(|(file, (now, _))| before.memory.assets.get(file).is_some_and(|(then, _)| then == now))
    }

    /// Whether it is made of the file that people call `name`.
    pub fn knows(&self, name: &str) -> bool {
        let file = FileName::new(name);
        let snippets = || self.memory.seen.listing.value.snippets.get(&None).is_some_and(|files| files.iter().any(|found| found.file == file));
        self.is_page(name)
            || name == crate::config::FILE
            || self.memory.assets.contains_key(&file)
            || self.texts.contains_key(&file)
            || snippets()
            || self.files.files().any(|known| *known == file)
    }

    /// Whether it is made of files below the folder that people call `name`.
    pub fn knows_below(&self, name: &str) -> bool {
        let folder = format!("{name}/");
        let all = self.memory.seen.read.keys().chain(self.memory.assets.keys()).chain(self.texts.keys()).chain(self.files.files());
        let below = |file: &FileName| file.as_str().starts_with(&folder);
        all.into_iter().any(below)
            || self.memory.seen.listing.value.snippets.get(&None).is_some_and(|files| files.iter().any(|found| below(&found.file)))
    }

    /// Whether the file that people call `name` is a page's.
    pub fn is_page(&self, name: &str) -> bool {
        self.memory.seen.read.contains_key(&FileName::new(name))
    }

    /// The first page that is made of the file that people call `name`.
    pub fn page_of(&self, name: &str) -> Option<PageNo> {
        self.site.catalog.pages.iter().position(|page| page.file.as_str() == name)
    }

    /// The texts of all files that diagnostics can point into.
    pub fn texts(&self) -> FxHashMap<FileName, Arc<str>> {
        let pages = self.sources.iter().flatten().map(|source| (source.file.clone(), source.text.clone()));
        let templates = self.files.templates.iter().map(|(.., source)| (source.file.clone(), source.text.clone()));
        let config = self.config.text.iter().map(|text| (FileName::new(crate::config::FILE), text.clone()));
        let others = self.texts.iter().map(|(file, text)| (file.clone(), text.clone()));
        pages.chain(templates).chain(config).chain(others).collect()
    }
}

/// Loads the site that was read, and takes up from the run before and from `memo` what still holds.
pub fn load(gathered: Gathered, purpose: &Purpose, before: Option<Before<'_>>, memo: &Arc<Memo>, progress: &Progress<'_>) -> Diagnosed<Loaded> {
    let Gathered { mut config, same_config, same_names, listing, files, theme_files, files_told, texts: page_texts } = gathered;
    let same_names = before.filter(|_| same_names);
    let mut diagnostics = listing.diagnostics.clone();
    diagnostics.extend(files_told.iter().cloned());
    let mut texts = FxHashMap::default();

    let vars = variables(&config);
    let reading = Reading { config: &config, listing: &listing.value, before, memo };
    let doors = Doors::new(&config, &listing.value, &vars, &purpose.audience);
    let pages = reading.pages(page_texts, &doors, progress, &mut diagnostics);
    let dates = match same_names {
        Some(before) => before.loaded.memory.dates.clone(),
        None => Arc::new(pages.dates(&config)),
    };
    diagnostics.extend(dates.diagnostics.iter().cloned());
    let (mut inputs, sources) = pages.inputs(&listing.value, &dates.value);
    let included = inputs.iter().flat_map(|input| &input.pages).flat_map(|input| input.page.asked.files());
    texts.extend(included.map(|included| (included.file.clone(), included.text.clone())));
    navs(&listing.value, &mut inputs, &mut texts, &mut diagnostics);
    let (assets, asset_facts) = reading.assets(&mut inputs, &mut diagnostics);
    let markdown = config.markdown.clone();
    let logo = named_files(&mut config, &files, &mut diagnostics);

    let statics: Vec<OutPath> = files.statics.iter().filter_map(|found| OutPath::new(found.path.as_str()).ok()).collect();
    let known = same_config.then(|| before.and_then(|before| known_site(before.loaded, &inputs, &statics))).flatten();
    let (site, site_told) = known.unwrap_or_else(|| {
        let made = resolve::site(&config, &inputs, &statics, &purpose.audience);
        (Arc::new(made.value), made.diagnostics)
    });
    diagnostics.extend(site_told.iter().cloned());
    let parsed = pages.parsed;
    let seen = Seen { config: config.text.clone(), listing, files: files.clone(), theme_files: theme_files.clone(), files_told, read: pages.read };
    let memory = Memory { markdown, seen, assets: asset_facts, variants: pages.variants, dates, site_told };
    Diagnosed {
        value: Loaded { config, site, inputs, sources, assets, files, theme_files, logo, vars, parsed, memo: memo.clone(), texts, memory },
        diagnostics,
    }
}

/// The site of before, where all that it is made of is the same.
fn known_site(before: &Loaded, inputs: &[VersionInput], statics: &[OutPath]) -> Option<(Arc<Site>, Diagnostics)> {
    let statics_before: Vec<OutPath> = before.files.statics.iter().filter_map(|found| OutPath::new(found.path.as_str()).ok()).collect();
    if statics != statics_before || !before.inputs.iter().zip(inputs).all(|(before, now)| before.alike(now)) {
        return None;
    }
    // What was told may point into texts that have other places now.
    let told = &before.memory.site_told;
    let pairs = || before.inputs.iter().zip(inputs).flat_map(|(before, now)| before.pages.iter().zip(&now.pages));
    let moved = !told.is_empty() && {
        let changed: FxHashSet<&FileName> = pairs().filter(|(before, now)| !Arc::ptr_eq(&before.page, &now.page)).map(|(_, now)| &now.file).collect();
        let files = |told: &Diagnostic| told.span.iter().chain(told.labels.iter().map(|(span, _)| span)).any(|span| changed.contains(&span.file));
        told.iter().any(files)
    };
    (!moved).then(|| (before.site.clone(), told.clone()))
}

/// The variables of each version: those of the site, with the version's own over them; and what the version is called.
fn variables(config: &Config) -> Vec<Vars> {
    let of = |version: &Version| {
        let own = [("version", version.id.to_string()), ("version_title", version.title.clone())];
        let given = own.into_iter().filter(|_| config.versioned).map(|(name, value)| (name.to_owned(), value));
        given.chain(config.vars.clone()).chain(version.vars.clone()).collect()
    };
    config.versions.iter().map(of).collect()
}

/// A page that a text is in some versions, and what is wrong with it.
#[derive(Debug)]
struct Variant {
    page: Arc<Page>,
    told: Diagnostics,
    /// The file in which it was read.
    file: FileName,
}

/// What is remembered of a page that a text was in a run before.
type Saved = (Page, Diagnostics, FileName, Heard);

/// The pages that a text was before: in the run before, and, asked only where those will not do, as remembered on disk.
struct Past<'a> {
    known: &'a [Arc<Variant>],
    memo: &'a Memo,
    /// The digest of the text, and what it is for.
    text: (Digest, Role),
    /// The digest of how Markdown is read.
    markdown: Digest,
}

impl Past<'_> {
    /// Under which key it is remembered. Few texts need it: while somebody writes, all but one are known.
    fn key(&self) -> Option<Digest> {
        memo::key("text", &(self.text, self.markdown))
    }

    fn saved(&self) -> Vec<Saved> {
        self.key().and_then(|key| self.memo.recall(key)).and_then(|bytes| memo::decode(&bytes)).unwrap_or_default()
    }

    fn save(&self, variants: &[Arc<Variant>]) {
        let saved = || variants.iter().map(|variant| (&*variant.page, &variant.told, &variant.file, variant.page.asked.heard())).collect::<Vec<_>>();
        if self.memo.remembers()
            && let Some((key, bytes)) = self.key().zip(memo::encode(&saved()))
        {
            self.memo.remember(key, &bytes);
        }
    }
}

/// The pages that a text is, which of them it is at each of its uses, and how many were read anew.
struct Variants {
    variants: Vec<Arc<Variant>>,
    chosen: Vec<usize>,
    parsed: usize,
}

/// One text, read for each file that holds it and each version that has the file: where it hears the same answers, it is one page.
fn variants(source: &Source, uses: &[(&Found, VersionNo)], past: &Past<'_>, config: &Config, doors: &Doors<'_>) -> Variants {
    let (_, role) = past.text;
    let mut variants: Vec<Arc<Variant>> = Vec::new();
    let mut saved: Option<Vec<Saved>> = None;
    let mut parsed = 0;
    let mut chosen = Vec::with_capacity(uses.len());
    for (found, version) in uses {
        let answer = |question: &Question| doors.answer(*version, found, question);
        let agrees = |variant: &Arc<Variant>| variant.page.asked.agrees(&answer);
        let place = variants.iter().position(agrees).unwrap_or_else(|| {
            let known = || past.known.iter().find(|variant| agrees(variant)).cloned();
            let mut recalled = || {
                let saved = saved.get_or_insert_with(|| past.saved());
                let (place, asked) = saved.iter().enumerate().find_map(|(place, saved)| Some((place, saved.3.again(&answer)?)))?;
                let (page, told, file, _) = saved.swap_remove(place);
                Some(Arc::new(Variant { page: Arc::new(page.hearing(asked)), told, file }))
            };
            let mut read = || {
                parsed += 1;
                let page = parse::page(&source.text, &found.file, role, &config.markdown, &answer);
                Arc::new(Variant { page: Arc::new(page.value), told: page.diagnostics, file: found.file.clone() })
            };
            variants.push(known().or_else(&mut recalled).unwrap_or_else(&mut read));
            variants.len() - 1
        });
        chosen.push(place);
    }
    if parsed > 0 {
        past.save(&variants);
    }
    Variants { variants, chosen, parsed }
}

/// What is read, and from where.
struct Reading<'a> {
    config: &'a Config,
    listing: &'a Listing,
    before: Option<Before<'a>>,
    memo: &'a Memo,
}

/// A text, what it is for, and the files that hold it, each with the versions that have it.
struct Text<'a> {
    source: Source,
    role: Role,
    uses: Vec<(&'a Found, VersionNo)>,
}

impl Text<'_> {
    fn key(&self) -> (Digest, Role) {
        (self.source.digest, self.role)
    }
}

/// The pages of all versions, as read.
struct Pages {
    /// Each file once.
    files: Vec<Arc<Found>>,
    places: Places,
    read: Made<Result<Source, Diagnostic>>,
    pages: FxHashMap<(FileName, VersionNo), Arc<Page>>,
    variants: MadePages,
    parsed: usize,
}

impl Reading<'_> {
    fn pages(&self, texts: PageTexts, doors: &Doors<'_>, progress: &Progress<'_>, diagnostics: &mut Diagnostics) -> Pages {
        let PageTexts { files, places, read } = texts;
        // Each text once for each thing that it is for, and where it is used.
        let mut first: FxHashMap<(Digest, Role), usize> = FxHashMap::default();
        let mut texts: Vec<Text<'_>> = Vec::new();
        for (found, (_, source)) in files.iter().zip(&read) {
            let Ok(source) = source else { continue };
            let role = Role::of(&found.path);
            let number = *first.entry((source.digest, role)).or_insert_with(|| {
                texts.push(Text { source: source.clone(), role, uses: Vec::new() });
                texts.len() - 1
            });
            texts[number].uses.extend(places[&found.file].1.iter().map(|version| (&**found, *version)));
        }
        let counter = Counter::new(progress, Stage::Reading, texts.len());
        let memory = self.before.map(|before| &before.loaded.memory).filter(|memory| memory.markdown == self.config.markdown);
        let known = |text: &Text<'_>| memory.and_then(|memory| memory.variants.get(&text.key())).map_or(&[][..], Vec::as_slice);
        let markdown = self.config.markdown.digest();
        let past = |text: &Text<'_>| Past { known: known(text), memo: self.memo, text: text.key(), markdown };
        let read_texts: Vec<Variants> = texts
            .par_iter()
            .map(|text| {
                let variants = variants(&text.source, &text.uses, &past(text), self.config, doors);
                counter.one();
                variants
            })
            .collect();
        let mut pages: FxHashMap<(FileName, VersionNo), Arc<Page>> = FxHashMap::default();
        for (text, Variants { variants, chosen, .. }) in texts.iter().zip(&read_texts) {
            for ((found, version), variant) in text.uses.iter().zip(chosen) {
                pages.insert((found.file.clone(), *version), variants[*variant].page.clone());
            }
        }
        tell(&files, &read, &places, self.config, diagnostics);
        for (text, Variants { variants, chosen, .. }) in texts.iter().zip(&read_texts) {
            tell_variants(&text.uses, variants, chosen, self.config, diagnostics);
        }
        let parsed = read_texts.iter().map(|read| read.parsed).sum();
        let variants = texts.iter().zip(read_texts).map(|(text, read)| (text.key(), read.variants)).collect();
        drop(texts);
        let read = files.iter().map(|found| found.file.clone()).zip(read).collect();
        Pages { files, places, read, pages, variants, parsed }
    }

    /// The files beside the pages of each version, and what was made of each file.
    fn assets(&self, inputs: &mut [VersionInput], diagnostics: &mut Diagnostics) -> (Vec<Vec<Arc<Found>>>, MadeAssets) {
        let before = self.before.map(|before| (&before.loaded.memory.assets, before.changed));
        let (mut files, _) = distinct(self.listing.versions.iter().map(|version| version.assets.as_slice()));
        files.sort_by(|a, b| a.file.cmp(&b.file));
        let read: Vec<(Stamp, Result<AssetFacts, Diagnostic>)> = files.par_iter().map(|found| read::made(found, before, asset_facts)).collect();
        diagnostics.extend(read.iter().filter_map(|(_, read)| read.as_ref().err().cloned()));
        let facts: MadeAssets = files.iter().map(|found| found.file.clone()).zip(read).collect();
        let mut kept = Vec::with_capacity(inputs.len());
        for (version, input) in self.listing.versions.iter().zip(inputs) {
            let mut own = Vec::new();
            for found in &version.assets {
                match &facts[&found.file].1 {
                    Ok(facts) => {
                        input.assets.push(AssetInput { path: found.path.clone(), file: found.file.clone(), facts: facts.clone() });
                        own.push(found.clone());
                    }
                    Err(_) => input.broken.push(found.path.clone()),
                }
            }
            kept.push(own);
        }
        (kept, facts)
    }
}

fn asset_facts(found: &Found) -> Result<AssetFacts, Diagnostic> {
    /// Enough to know a pointer of Git LFS.
    const LEAST: usize = 200;
    let head = discover::head(found, asset::needed(&found.path).max(LEAST))?;
    if discover::lfs_pointer(&head) {
        return Err(discover::lfs(&found.file));
    }
    Ok(asset::asset(&found.path, &head))
}

impl Pages {
    /// What history tells of the pages that do not tell it themselves.
    fn dates(&self, config: &Config) -> Dates {
        let silent = |found: &Found| {
            let page = |version: &VersionNo| self.pages.get(&(found.file.clone(), *version));
            self.places[&found.file].1.iter().any(|version| page(version).is_some_and(|page| page.facts.updated.is_none()))
        };
        let undated: Vec<&Found> = self.files.iter().map(|found| &**found).filter(|found| silent(found)).collect();
        discover::last_changes(config, &undated)
    }

    fn inputs(&self, listing: &Listing, dates: &FxHashMap<FileName, Date>) -> (Vec<VersionInput>, Vec<Vec<Source>>) {
        let mut inputs = Vec::with_capacity(listing.versions.len());
        let mut sources = Vec::with_capacity(listing.versions.len());
        for (no, version) in listing.versions.iter().enumerate() {
            let mut input = VersionInput { incomplete: version.incomplete, broken: version.refused.clone(), ..VersionInput::default() };
            let mut own = Vec::with_capacity(version.pages.len());
            for found in &version.pages {
                match (&self.read[&found.file].1, self.pages.get(&(found.file.clone(), no))) {
                    (Ok(source), Some(page)) => {
                        let changed = dates.get(&found.file).copied();
                        input.pages.extend(PageInput::of(&found.path, &found.file, page, changed));
                        own.resize(input.pages.len(), source.clone());
                    }
                    _ => input.broken.push(found.path.clone()),
                }
            }
            inputs.push(input);
            sources.push(own);
        }
        (inputs, sources)
    }
}

/// Tells of files that could not be read, with the versions that have them.
fn tell(files: &[Arc<Found>], read: &[(Stamp, Result<Source, Diagnostic>)], places: &Places, config: &Config, diagnostics: &mut Diagnostics) {
    for (found, (_, source)) in files.iter().zip(read) {
        if let Err(fault) = source {
            diagnostics.push(Diagnostic { versions: ids(config, &places[&found.file].1), ..fault.clone() });
        }
    }
}

/// Tells what is wrong with each page that a text is, once for each file that holds it, with the versions that have it so.
fn tell_variants(uses: &[(&Found, VersionNo)], variants: &[Arc<Variant>], chosen: &[usize], config: &Config, diagnostics: &mut Diagnostics) {
    if variants.iter().all(|variant| variant.told.is_empty()) {
        return;
    }
    let mut having: BTreeMap<(&FileName, usize), Vec<VersionNo>> = BTreeMap::new();
    for ((found, version), variant) in uses.iter().zip(chosen) {
        having.entry((&found.file, *variant)).or_default().push(*version);
    }
    for ((file, variant), versions) in having {
        let variant = &variants[variant];
        let told = variant.told.iter().map(|told| told.clone().moved(&variant.file, file));
        diagnostics.extend(told.map(|told| Diagnostic { versions: ids(config, &versions), ..told }));
    }
}

fn ids(config: &Config, versions: &[VersionNo]) -> Vec<VersionId> {
    let versions = versions.iter().filter(|_| config.versioned);
    versions.map(|version| config.versions[*version].id.clone()).collect()
}

fn navs(listing: &Listing, inputs: &mut [VersionInput], texts: &mut FxHashMap<FileName, Arc<str>>, diagnostics: &mut Diagnostics) {
    let mut told: FxHashSet<FileName> = FxHashSet::default();
    for (version, input) in listing.versions.iter().zip(inputs) {
        let Some(nav) = &version.nav else { continue };
        let file = &nav.found.file;
        // One file may serve many versions; what is wrong with it is told once.
        let first = told.insert(file.clone());
        match discover::read(&nav.found) {
            Ok(source) => {
                let read = parse::nav::nav(&source.text, file);
                texts.insert(file.clone(), source.text);
                if first {
                    diagnostics.extend(read.diagnostics);
                }
                input.nav = Some(NavInput { file: file.clone(), items: read.value, strict: nav.strict });
            }
            Err(diagnostic) if first => diagnostics.push(diagnostic),
            Err(_) => {}
        }
    }
}

/// The size of the logo. Where it, the icon or the script of diagrams is not there, that is told, and pages do without.
fn named_files(config: &mut Config, files: &SiteFiles, diagnostics: &mut Diagnostics) -> Option<(u32, u32)> {
    let find = |file: &Spanned<String>| files.statics.iter().find(|found| found.path.as_str() == file.value);
    let named = config.theme.logo.iter().chain(&config.theme.favicon).chain(&config.markdown.mermaid);
    for file in named.filter(|file| find(file).is_none()) {
        let diagnostic = Diagnostic::new(Code::LinkNotFound, format!("no file `static/{}`", file.value))
            .at(config.span(&file.range))
            .help("put it into `static/`".to_owned());
        diagnostics.push(diagnostic);
    }
    config.theme.favicon.take_if(|icon| find(icon).is_none());
    config.theme.logo.take_if(|logo| find(logo).is_none());
    config.markdown.mermaid.take_if(|script| find(script).is_none());
    let found = find(config.theme.logo.as_ref()?)?;
    let head = discover::head(found, asset::needed(&found.path)).unwrap_or_default();
    asset::asset(&found.path, &head).size
}
