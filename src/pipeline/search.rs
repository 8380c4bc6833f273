//! The index of the search, for all versions of an edition together.
//!
//! - In: what each text says, made with the bodies by `build`, or all at once for `serve`.
//! - Out: the files of `/_/search/`.

use std::convert::Infallible;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::edition::{Edition, found};
use crate::config::LinkStyle;
use crate::id::{Digest, Url};
use crate::memo;
use crate::parse::Page;
use crate::resolve::{PageNo, SitePage};
use crate::search::{self, Index, Plan, Record, Settings, Source, VersionEntry, Words};

/// How many parts are split into words at a time: enough for several threads, and little to keep.
const AT_A_TIME: usize = 512;

/// What each text says.
pub(super) struct Records {
    of: FxHashMap<*const Page, Record>,
    /// What the listing of a folder says.
    nothing: Record,
}

impl Records {
    /// The records of texts, each with one of its pages.
    pub(super) fn new(edition: &Edition, records: impl Iterator<Item = (PageNo, Record)>) -> Self {
        let of = records.filter_map(|(no, record)| Some((Arc::as_ptr(edition.loaded.page(no)?), record))).collect();
        Self { of, nothing: Record { sections: vec![Default::default()] } }
    }

    fn of(&self, edition: &Edition, no: PageNo) -> Option<&Record> {
        match edition.loaded.page(no) {
            Some(page) => self.of.get(&Arc::as_ptr(page)),
            None => Some(&self.nothing),
        }
    }

    /// Adds those of all texts that are not there yet.
    fn complete(&mut self, edition: &Edition) {
        let missing = |group: &Vec<PageNo>| edition.loaded.page(group[0]).is_some_and(|page| !self.of.contains_key(&Arc::as_ptr(page)));
        let missing: Vec<PageNo> = groups(edition, |_| true).iter().filter(|group| missing(group)).map(|group| group[0]).collect();
        let made: Vec<Option<Record>> = missing.par_iter().map(|no| edition.record(*no)).collect();
        let made = missing.into_iter().zip(made).filter_map(|(no, record)| Some((no, record?)));
        self.of.extend(Self::new(edition, made).of);
    }
}

impl Edition {
    /// The index of the search: addresses and texts of its files.
    pub fn search(&self) -> Vec<(Url, String)> {
        let mut all = Vec::new();
        let mut put = |url, text| {
            all.push((url, text));
            Ok::<_, Infallible>(())
        };
        let Ok(()) = files(self, key(self), Records::new(self, std::iter::empty()), &mut put);
        all
    }
}

/// The wanted pages: those that are one text together, in the order of the first of them.
pub(super) fn groups(edition: &Edition, wanted: impl Fn(PageNo) -> bool) -> Vec<Vec<PageNo>> {
    let mut groups: Vec<Vec<PageNo>> = Vec::new();
    let mut places: FxHashMap<*const Page, usize> = FxHashMap::default();
    for no in (0..edition.loaded.site.catalog.pages.len()).filter(|no| wanted(*no)) {
        match edition.loaded.page(no) {
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

/// The pages that the search finds.
fn pages(edition: &Edition) -> impl Iterator<Item = (PageNo, &SitePage)> {
    edition.loaded.site.catalog.pages.iter().enumerate().filter(|(_, page)| found(&page.facts))
}

/// The digest of all that the index is made of.
pub(super) fn key(edition: &Edition) -> Option<Digest> {
    let pages: Vec<_> = pages(edition)
        .map(|(no, page)| (page.version, edition.loaded.site.identity(no), page.url.as_str(), &page.title, edition.record_key(no)))
        .collect();
    memo::key("search", &(settings(edition), pages))
}

/// Under which key the files of words are remembered of the index that is called `key`.
fn words_key(key: Digest) -> Option<Digest> {
    memo::key("search words", &key)
}

/// Keeps what the index that is called `key` is made of for a run to come, in which it is made again.
pub(super) fn keep(edition: &Edition, key: Option<Digest>) {
    key.and_then(words_key).into_iter().for_each(|key| edition.loaded.memo.keep(key));
    pages(edition).filter_map(|(no, _)| edition.record_key(no)).for_each(|key| edition.loaded.memo.keep(key));
}

/// Hands out the files of the index that is called `key`. `records` is what some texts say; what the others do is remembered, or read now.
///
/// Files of words take the most work and the least room, so that they are remembered.
///
/// # Errors
/// The first that `put` gives.
pub(super) fn files<E>(
    edition: &Edition,
    key: Option<Digest>,
    mut records: Records,
    put: &mut impl FnMut(Url, String) -> Result<(), E>,
) -> Result<(), E> {
    records.complete(edition);
    let settings = settings(edition);
    let sources: Vec<Source<'_>> = pages(edition)
        .filter_map(|(no, page)| {
            let prefix = &settings.versions[page.version].prefix;
            Some(Source {
                version: page.version,
                identity: edition.loaded.site.identity(no),
                path: page.url.as_str().trim_start_matches('/').strip_prefix(prefix.as_str())?,
                title: &page.title,
                record: records.of(edition, no)?,
            })
        })
        .collect();
    let plan = Plan::new(&sources);
    let texts = search::texts(&plan, put)?;
    let memo = &edition.loaded.memo;
    let key = key.and_then(words_key);
    let known = key.and_then(|key| memo::decode::<Vec<(String, String)>>(&memo.recall(key)?));
    if let Some(known) = known {
        return known.into_iter().try_for_each(|(path, text)| put(Url::file(&path), text));
    }
    let mut index = Index::new(&plan, &settings);
    for parts in plan.parts.chunks(AT_A_TIME) {
        let words: Vec<Words> = parts.par_iter().map(|part| Words::of(part, index.phrases())).collect();
        words.iter().for_each(|words| index.add(words));
    }
    let made = index.files(&texts);
    if let Some(key) = key.filter(|_| memo.remembers()) {
        let saved: Vec<(&str, &str)> = made.iter().map(|(url, text)| (url.as_str().trim_start_matches('/'), text.as_str())).collect();
        memo::encode(&saved).iter().for_each(|bytes| memo.remember(key, bytes));
    }
    made.into_iter().try_for_each(|(url, text)| put(url, text))
}

fn settings(edition: &Edition) -> Settings {
    let (config, catalog) = (&edition.loaded.config, &edition.loaded.site.catalog);
    let versions = config.versions.iter().enumerate().map(|(no, version)| VersionEntry {
        id: version.id.to_string(),
        title: if config.versioned { version.title.clone() } else { String::new() },
        prefix: catalog.home(no).map_or_else(String::new, |home| catalog.pages[home].url.as_str().trim_start_matches('/').to_owned()),
    });
    Settings {
        versions: versions.collect(),
        current: config.current(),
        ending: if config.output.links == LinkStyle::Files { "index.html" } else { "" },
        english: config.language.split('-').next().is_some_and(|language| language.eq_ignore_ascii_case("en")),
        synonyms: config.search.synonyms.clone(),
    }
}
