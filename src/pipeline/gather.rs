//! Everything that a run reads: which files there are, and the texts of pages. Nothing is made of it yet.
//!
//! A file that several versions inherit is read once, and one that the run before has read is not read again while it is the same.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::read::{self, Changed, Made};
use super::request::{Purpose, Request};
use super::{Counter, Progress, Stage};
use crate::config::{Config, VersionNo};
use crate::diagnostic::place::Texts;
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics};
use crate::discover::{self, Content, Found, Listing, Place, SiteFiles, Source, Stamp};
use crate::id::{Digest, FileName};
use crate::memo::{self, Memo, Mode};

/// What a run has read.
pub struct Gathered {
    /// The configuration.
    pub config: Config,
    /// Whether `recto.toml` says what it said before.
    pub(super) same_config: bool,
    /// Whether the same files are there as before, as far as can be told.
    pub(super) same_names: bool,
    pub(super) listing: Arc<Diagnosed<Listing>>,
    pub(super) files: Arc<SiteFiles>,
    /// The bytes of the theme's own files, by name.
    pub(super) theme_files: Arc<BTreeMap<String, Vec<u8>>>,
    /// What was told of the files of the site as a whole.
    pub(super) files_told: Diagnostics,
    pub(super) texts: PageTexts,
}

/// What the next run may take up of what this one has read.
pub struct Seen {
    pub(super) config: Option<Arc<str>>,
    pub(super) listing: Arc<Diagnosed<Listing>>,
    pub(super) files: Arc<SiteFiles>,
    pub(super) theme_files: Arc<BTreeMap<String, Vec<u8>>>,
    pub(super) files_told: Diagnostics,
    /// Every page's file.
    pub(super) read: Made<Result<Source, Diagnostic>>,
}

/// The texts of all pages, each file once.
pub(super) struct PageTexts {
    pub(super) files: Vec<Arc<Found>>,
    pub(super) places: Places,
    /// As the files, by their numbers.
    pub(super) read: Vec<(Stamp, Result<Source, Diagnostic>)>,
}

/// The number of each file, and the versions that have it.
pub(super) type Places = FxHashMap<FileName, (usize, Vec<VersionNo>)>;

/// Reads the site that `config` describes; meanwhile, opens its memo and does what is to be done `beside`.
pub fn begin<T: Send>(config: Config, mode: Mode, progress: &Progress<'_>, beside: impl FnOnce(&Config) -> T + Send) -> (Gathered, Memo, T) {
    let others = || (super::memo(&config, mode), beside(&config));
    let (gathered, (memo, beside)) = rayon::join(|| gather(config.clone(), None, progress), others);
    (gathered, memo, beside)
}

/// Reads the site that `config` describes. What was seen before and has not changed since is taken from there.
pub fn gather(config: Config, before: Option<(&Seen, &Changed)>, progress: &Progress<'_>) -> Gathered {
    let same_config = before.is_some_and(|(seen, _)| seen.config == config.text);
    // Which files there are, and what they say beside the pages, stands while only texts change.
    let texts_alone = before.filter(|(_, changed)| same_config && matches!(changed, Changed::Files(_)));
    let listing = texts_alone.map_or_else(|| Arc::new(discover::list(&config)), |(seen, _)| seen.listing.clone());
    let (files, theme_files, files_told) = site_files(&config, texts_alone, before.map(|(seen, _)| seen));
    let texts = page_texts(&listing.value, before, progress);
    Gathered { config, same_config, same_names: texts_alone.is_some(), listing, files, theme_files, files_told, texts }
}

type SiteParts = (Arc<SiteFiles>, Arc<BTreeMap<String, Vec<u8>>>, Diagnostics);

/// The files of the site as a whole; those of before where none of them has changed.
fn site_files(config: &Config, texts_alone: Option<(&Seen, &Changed)>, known: Option<&Seen>) -> SiteParts {
    let folders = ["templates", "themes", "static"].map(|folder| config.root.join(folder));
    if let Some((seen, Changed::Files(changed))) = texts_alone
        && !changed.iter().any(|path| folders.iter().any(|folder| path.starts_with(folder)))
    {
        return (seen.files.clone(), seen.theme_files.clone(), seen.files_told.clone());
    }
    let mut told = Diagnostics::new();
    let files = discover::site_files(config).unload(&mut told);
    let theme_files = theme_files(&files, &mut told);
    // Where nothing has come of it, whatever was made of them stands.
    match known.filter(|seen| *seen.files == files && *seen.theme_files == theme_files) {
        Some(seen) => (seen.files.clone(), seen.theme_files.clone(), told),
        None => (Arc::new(files), Arc::new(theme_files), told),
    }
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

fn page_texts(listing: &Listing, before: Option<(&Seen, &Changed)>, progress: &Progress<'_>) -> PageTexts {
    let (files, places) = distinct(listing.versions.iter().map(|version| version.pages.as_slice()));
    let counter = Counter::new(progress, Stage::Reading, files.len());
    let before = before.map(|(seen, changed)| (&seen.read, changed));
    let mut read: Vec<(Stamp, Result<Source, Diagnostic>)> = files
        .par_iter()
        .map(|found| {
            let made = read::made(found, before, discover::read);
            counter.one();
            made
        })
        .collect();
    // One text, one digest: whoever comes first lends it its place in memory.
    let mut first: FxHashMap<Digest, Arc<str>> = FxHashMap::default();
    for (_, source) in &mut read {
        let Ok(source) = source else { continue };
        source.text = first.entry(source.digest).or_insert_with(|| source.text.clone()).clone();
    }
    PageTexts { files, places, read }
}

/// Every file that is in a version, once, and the versions that have it.
pub(super) fn distinct<'a>(lists: impl Iterator<Item = &'a [Arc<Found>]>) -> (Vec<Arc<Found>>, Places) {
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

impl Gathered {
    /// The digest of all that decides what a run for `purpose` and `request` writes and tells. None where that is more than what was
    /// read: history, or a file that cannot be read now.
    pub fn digest(&self, purpose: &Purpose, request: &Request) -> Option<Digest> {
        if self.config.git.last_change.is_some() {
            return None;
        }
        let wishes = format!("{:?} {:?} {:?} {:?} {request:?}", self.config.text, self.config.url, self.config.output, purpose);
        let told = format!("{:?} {:?}", self.listing.diagnostics, self.files_told);
        let texts = self.texts.read.iter().map(|(_, source)| source.as_ref().ok().map(|source| (&source.file, source.digest)));
        let texts = texts.collect::<Option<Vec<_>>>()?;
        let versions = self.listing.value.versions.iter().map(|version| {
            let pages: Vec<(&str, &FileName)> = version.pages.iter().map(|found| (found.path.as_str(), &found.file)).collect();
            let assets: Vec<(&str, &FileName)> = version.assets.iter().map(|found| (found.path.as_str(), &found.file)).collect();
            let commit = version.commit.map(|commit| commit.to_string());
            let nav = version.nav.as_ref().map(|nav| (&nav.found.file, nav.strict));
            (pages, assets, nav, &version.refused, version.incomplete, commit)
        });
        let versions: Vec<_> = versions.collect();
        let templates: Vec<_> =
            self.files.templates.iter().map(|(owner, name, source)| (format!("{owner:?}"), name, &source.file, source.digest)).collect();
        let others: Vec<&Found> = self.others().collect();
        let others = others.par_iter().map(|found| Some((found.path.as_str(), &found.file, content(found)?))).collect::<Option<Vec<_>>>()?;
        memo::key("run", &(wishes, told, texts, versions, templates, others))
    }

    /// Every file that is no page's and no template's, in an order that is the same in each run.
    fn others(&self) -> impl Iterator<Item = &Found> {
        let mut assets: Vec<&Found> = self.listing.value.versions.iter().flat_map(|version| &version.assets).map(|found| &**found).collect();
        assets.sort_by(|a, b| a.file.cmp(&b.file));
        assets.dedup_by(|a, b| a.file == b.file);
        let mut snippets: Vec<&Found> = self.listing.value.snippets.values().flatten().map(|found| &**found).collect();
        snippets.sort_by(|a, b| a.file.cmp(&b.file));
        let navs = self.listing.value.versions.iter().filter_map(|version| version.nav.as_ref()).map(|nav| &*nav.found);
        assets.into_iter().chain(snippets).chain(navs).chain(self.files.theme.values()).chain(&self.files.statics)
    }

    /// The texts that `told` points into.
    pub fn texts(&self, told: &Diagnostics) -> Texts {
        let named =
            |file: &FileName| told.iter().any(|told| told.span.iter().chain(told.labels.iter().map(|(span, _)| span)).any(|span| span.file == *file));
        let pages = self.texts.read.iter().filter_map(|(_, source)| source.as_ref().ok());
        let sources = pages.chain(self.files.templates.iter().map(|(.., source)| source)).filter(|source| named(&source.file));
        let mut texts: Texts = sources.map(|source| (source.file.clone(), source.text.clone())).collect();
        texts.extend(self.config.text.iter().map(|text| (FileName::new(crate::config::FILE), text.clone())));
        let others = self.others().filter(|found| named(&found.file)).filter_map(|found| discover::read(found).ok());
        texts.extend(others.map(|source| (source.file, source.text)));
        texts
    }
}

/// The digest of a file's bytes; none where they cannot be read.
fn content(found: &Found) -> Option<Digest> {
    if let Place::Git(_, id, _) = &found.place {
        // What names its bytes will do.
        return Some(Digest::of(id.to_string().as_bytes()));
    }
    match discover::open(found).ok()? {
        Content::Bytes(bytes) => Some(Digest::of(&bytes)),
        Content::File(mut file, _) => {
            let mut hasher = blake3::Hasher::new();
            let mut piece = vec![0; 64 << 10];
            loop {
                match file.read(&mut piece).ok()? {
                    0 => return Some(Digest::from_hasher(&hasher)),
                    read => hasher.update(&piece[..read]),
                };
            }
        }
    }
}
