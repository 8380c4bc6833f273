//! `_/addresses.js`: where pages are, for readers who are lost.
//!
//! The page for addresses that are not there asks for it, and no other page does. What versions share is said once: an address stands
//! with the versions that have it, and what it begins with like the one before it is a number.

use std::collections::BTreeMap;

use serde::Serialize;

use super::script;
use crate::config::Config;
use crate::id::Url;
use crate::resolve::Site;

#[derive(Serialize)]
struct Addresses<'a> {
    /// Of each version: id, title, and what its addresses begin with, from the site's root.
    versions: Vec<(&'a str, &'a str, String)>,
    /// Sets of versions, by number.
    sets: Vec<Vec<usize>>,
    /// By address: how many bytes it has in common with the one before, the rest of it, its set, and its title in the newest of these.
    pages: Vec<(usize, &'a str, usize, &'a str)>,
}

/// The addresses of all pages that may be found.
pub fn addresses(site: &Site, config: &Config) -> (Url, String) {
    let prefix = |no: usize| if no == config.current() { String::new() } else { format!("{}/", config.versions[no].id) };
    let prefixes: Vec<String> = (0..config.versions.len()).map(prefix).collect();
    let mut found: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for page in site.catalog.pages.iter().filter(|page| !page.facts.hidden) {
        let path = page.url.as_str().trim_start_matches('/');
        if let Some(path) = path.strip_prefix(prefixes[page.version].as_str()) {
            found.entry(path).or_default().push((page.version, &page.title));
        }
    }
    let mut sets: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let mut pages = Vec::with_capacity(found.len());
    let mut before = "";
    for (path, mut versions) in found {
        versions.sort_unstable();
        let count = sets.len();
        let set = *sets.entry(versions.iter().map(|(no, _)| *no).collect()).or_insert(count);
        // An address is ASCII: it is percent-encoded.
        let shared = path.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
        pages.push((shared, &path[shared..], set, versions[0].1));
        before = path;
    }
    let mut numbered: Vec<(Vec<usize>, usize)> = sets.into_iter().collect();
    numbered.sort_by_key(|(_, no)| *no);
    let versions = config.versions.iter().zip(prefixes).map(|(version, prefix)| (version.id.as_str(), version.title.as_str(), prefix));
    let all = Addresses {
        versions: if config.versioned { versions.collect() } else { vec![("", "", String::new())] },
        sets: numbered.into_iter().map(|(set, _)| set).collect(),
        pages,
    };
    (url(), script("addresses", &all))
}

/// Where the list is.
pub fn url() -> Url {
    Url::file("_/addresses.js")
}
