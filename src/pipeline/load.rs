//! From the configuration to the site: list, read, parse, resolve.
//!
//! A file that several versions inherit is read once, and a text that several files hold is parsed once.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::door::Doors;
use super::{Counter, Progress, Stage};
use crate::config::{Config, Vars, Version, VersionNo};
use crate::data::Spanned;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics};
use crate::discover::{self, Found, Listing, SiteFiles, Source};
use crate::id::{Digest, FileName, OutPath, VersionId};
use crate::parse::asset::{self, AssetFacts};
use crate::parse::door::Question;
use crate::parse::{self, Page};
use crate::resolve::{self, AssetInput, Audience, NavInput, PageInput, Site, VersionInput};

/// What a run is for.
#[derive(Clone, Debug, Default)]
pub struct Purpose {
    /// Who sees the pages.
    pub audience: Audience,
}

/// A site, loaded.
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// The site.
    pub site: Site,
    /// What each version holds, as read.
    pub inputs: Vec<VersionInput>,
    /// The text of each page of each version, by the numbers of `inputs`.
    pub sources: Vec<Vec<Source>>,
    /// The files beside the pages, by the numbers of `inputs`.
    pub assets: Vec<Vec<Arc<Found>>>,
    /// The files of the site as a whole.
    pub files: SiteFiles,
    /// The bytes of the theme's own files, by name.
    pub theme_files: BTreeMap<String, Vec<u8>>,
    /// Width and height of the logo, in CSS pixels.
    pub logo: Option<(u32, u32)>,
    /// The variables of each version.
    pub vars: Vec<Vars>,
    /// The texts of files that are no pages, to show places in them.
    texts: FxHashMap<FileName, Arc<str>>,
}

impl Loaded {
    /// The texts of all files that diagnostics can point into.
    pub fn texts(&self) -> FxHashMap<FileName, Arc<str>> {
        let pages = self.sources.iter().flatten().map(|source| (source.file.clone(), source.text.clone()));
        let templates = self.files.templates.iter().map(|(.., source)| (source.file.clone(), source.text.clone()));
        let config = self.config.text.iter().map(|text| (FileName::new(crate::config::FILE), text.clone()));
        let others = self.texts.iter().map(|(file, text)| (file.clone(), text.clone()));
        pages.chain(templates).chain(config).chain(others).collect()
    }
}

/// Loads the site that `config` describes.
pub fn load(mut config: Config, purpose: &Purpose, progress: &Progress<'_>) -> Diagnosed<Loaded> {
    let mut diagnostics = Diagnostics::new();
    let listing = discover::list(&config).unload(&mut diagnostics);
    let files = discover::site_files(&config).unload(&mut diagnostics);
    let mut texts = FxHashMap::default();

    let vars = variables(&config);
    let doors = Doors::new(&config, &listing, &vars, &purpose.audience);
    let (mut inputs, sources) = pages(&listing, &config, &doors, progress, &mut diagnostics);
    let included = inputs.iter().flat_map(|input| &input.pages).flat_map(|input| input.page.asked.files());
    texts.extend(included.map(|included| (included.file.clone(), included.text.clone())));
    navs(&listing, &mut inputs, &mut texts, &mut diagnostics);
    let assets = assets(&listing, &mut inputs, &mut diagnostics);
    let theme_files = theme_files(&files, &mut diagnostics);
    let logo = named_files(&mut config, &files, &mut diagnostics);

    let statics: Vec<OutPath> = files.statics.iter().filter_map(|found| OutPath::new(found.path.as_str()).ok()).collect();
    let site = resolve::site(&config, &inputs, &statics, &purpose.audience).unload(&mut diagnostics);
    Diagnosed { value: Loaded { config, site, inputs, sources, assets, files, theme_files, logo, vars, texts }, diagnostics }
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

/// The number of each file, and the versions that have it.
type Places = FxHashMap<FileName, (usize, Vec<VersionNo>)>;

/// Every file that is in a version, once, and the versions that have it.
fn distinct<'a>(lists: impl Iterator<Item = &'a [Arc<Found>]>) -> (Vec<Arc<Found>>, Places) {
    let mut files: Vec<Arc<Found>> = Vec::new();
    let mut places: Places = FxHashMap::default();
    for (version, list) in lists.enumerate() {
        for found in list {
            let (_, versions) = places.entry(found.file.clone()).or_insert_with(|| {
                files.push(found.clone());
                (files.len() - 1, Vec::new())
            });
            versions.push(version);
        }
    }
    (files, places)
}

/// A page that a text is in some versions, and what is wrong with it.
struct Variant {
    page: Arc<Page>,
    told: Diagnostics,
    /// The file in which it was read.
    file: FileName,
}

/// One text, read for each file that holds it and each version that has the file: where it hears the same answers, it is one page.
fn variants(source: &Source, uses: &[(&Found, VersionNo)], config: &Config, doors: &Doors<'_>) -> (Vec<Variant>, Vec<usize>) {
    let mut variants: Vec<Variant> = Vec::new();
    let chosen = uses.iter().map(|(found, version)| {
        let answer = |question: &Question| doors.answer(*version, found, question);
        variants.iter().position(|variant| variant.page.asked.agrees(&answer)).unwrap_or_else(|| {
            let page = parse::page(&source.text, &found.file, &config.markdown, &answer);
            variants.push(Variant { page: Arc::new(page.value), told: page.diagnostics, file: found.file.clone() });
            variants.len() - 1
        })
    });
    let chosen = chosen.collect();
    (variants, chosen)
}

fn pages(
    listing: &Listing,
    config: &Config,
    doors: &Doors<'_>,
    progress: &Progress<'_>,
    diagnostics: &mut Diagnostics,
) -> (Vec<VersionInput>, Vec<Vec<Source>>) {
    let (files, places) = distinct(listing.versions.iter().map(|version| version.pages.as_slice()));
    let counter = Counter::new(progress, Stage::Reading, files.len());
    let read: Vec<Result<Source, Diagnostic>> = files
        .par_iter()
        .map(|found| {
            let source = discover::read(found);
            counter.one();
            source
        })
        .collect();

    // One text, one digest: whoever comes first lends it its place in memory.
    let mut first: FxHashMap<Digest, usize> = FxHashMap::default();
    let mut texts: Vec<(&Source, Vec<(&Found, VersionNo)>)> = Vec::new();
    for (found, source) in files.iter().zip(&read) {
        let Ok(source) = source else { continue };
        let number = *first.entry(source.digest).or_insert_with(|| {
            texts.push((source, Vec::new()));
            texts.len() - 1
        });
        texts[number].1.extend(places[&found.file].1.iter().map(|version| (&**found, *version)));
    }
    let parsed: Vec<(Vec<Variant>, Vec<usize>)> = texts.par_iter().map(|(source, uses)| variants(source, uses, config, doors)).collect();
    let mut pages: FxHashMap<(&FileName, VersionNo), &Arc<Page>> = FxHashMap::default();
    for ((_, uses), (variants, chosen)) in texts.iter().zip(&parsed) {
        for ((found, version), variant) in uses.iter().zip(chosen) {
            pages.insert((&found.file, *version), &variants[*variant].page);
        }
    }
    tell(&files, &read, &places, config, diagnostics);
    for ((_, uses), (variants, chosen)) in texts.iter().zip(&parsed) {
        tell_variants(uses, variants, chosen, config, diagnostics);
    }

    let silent = |found: &Found| {
        places[&found.file].1.iter().any(|version| pages.get(&(&found.file, *version)).is_some_and(|page| page.facts.updated.is_none()))
    };
    let undated: Vec<&Found> = files.iter().map(|found| &**found).filter(|found| silent(found)).collect();
    let changed = discover::last_changes(config, &undated).unload(diagnostics);

    let mut inputs = Vec::with_capacity(listing.versions.len());
    let mut sources = Vec::with_capacity(listing.versions.len());
    for (no, version) in listing.versions.iter().enumerate() {
        let mut input = VersionInput { incomplete: version.incomplete, broken: version.refused.clone(), ..VersionInput::default() };
        let mut own = Vec::with_capacity(version.pages.len());
        for found in &version.pages {
            match (&read[places[&found.file].0], pages.get(&(&found.file, no))) {
                (Ok(source), Some(page)) => {
                    input.pages.push(PageInput {
                        path: found.path.clone(),
                        file: found.file.clone(),
                        page: (*page).clone(),
                        changed: changed.get(&found.file).copied(),
                    });
                    // The text of the first file of this digest serves all of them.
                    let text = texts[first[&source.digest]].0.text.clone();
                    own.push(Source { file: source.file.clone(), digest: source.digest, text });
                }
                _ => input.broken.push(found.path.clone()),
            }
        }
        inputs.push(input);
        sources.push(own);
    }
    (inputs, sources)
}

/// Tells of files that could not be read, with the versions that have them.
fn tell(files: &[Arc<Found>], read: &[Result<Source, Diagnostic>], places: &Places, config: &Config, diagnostics: &mut Diagnostics) {
    for (found, source) in files.iter().zip(read) {
        if let Err(fault) = source {
            diagnostics.push(Diagnostic { versions: ids(config, &places[&found.file].1), ..fault.clone() });
        }
    }
}

/// Tells what is wrong with each page that a text is, once for each file that holds it, with the versions that have it so.
fn tell_variants(uses: &[(&Found, VersionNo)], variants: &[Variant], chosen: &[usize], config: &Config, diagnostics: &mut Diagnostics) {
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

fn assets(listing: &Listing, inputs: &mut [VersionInput], diagnostics: &mut Diagnostics) -> Vec<Vec<Arc<Found>>> {
    /// Enough to know a pointer of Git LFS.
    const LEAST: usize = 200;
    let mut files: FxHashMap<&FileName, &Arc<Found>> = FxHashMap::default();
    for found in listing.versions.iter().flat_map(|version| &version.assets) {
        files.insert(&found.file, found);
    }
    let mut files: Vec<&Arc<Found>> = files.into_values().collect();
    files.sort_by(|a, b| a.file.cmp(&b.file));
    let read: Vec<Result<AssetFacts, Diagnostic>> = files
        .par_iter()
        .map(|found| {
            let head = discover::head(found, asset::needed(&found.path).max(LEAST))?;
            if discover::lfs_pointer(&head) {
                return Err(discover::lfs(&found.file));
            }
            Ok(asset::asset(&found.path, &head))
        })
        .collect();
    diagnostics.extend(read.iter().filter_map(|read| read.as_ref().err().cloned()));
    let facts: FxHashMap<&FileName, &Result<AssetFacts, Diagnostic>> = files.iter().map(|found| &found.file).zip(&read).collect();
    let mut kept = Vec::with_capacity(inputs.len());
    for (version, input) in listing.versions.iter().zip(inputs) {
        let mut own = Vec::new();
        for found in &version.assets {
            match facts[&found.file] {
                Ok(facts) => {
                    input.assets.push(AssetInput { path: found.path.clone(), file: found.file.clone(), facts: facts.clone() });
                    own.push(found.clone());
                }
                Err(_) => input.broken.push(found.path.clone()),
            }
        }
        kept.push(own);
    }
    kept
}

fn theme_files(files: &SiteFiles, diagnostics: &mut Diagnostics) -> BTreeMap<String, Vec<u8>> {
    const LARGEST: u64 = 64 << 20;
    let mut read = BTreeMap::new();
    for (name, found) in &files.theme {
        match discover::bytes(found, LARGEST) {
            Ok(bytes) => drop(read.insert(name.clone(), bytes)),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    read
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
