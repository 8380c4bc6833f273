//! "Did you mean" for links: the page or file nearest to a path that leads nowhere.
//!
//! A site can have ten thousand pages, and a moved folder as many broken links, so nothing here looks at every page for every link: names
//! are found through an index of their spellings with one letter left out, where two names that differ by a typo meet.

use rustc_hash::FxHashMap;

use super::catalog::Catalog;
use crate::config::VersionNo;
use crate::id::PageId;

/// The index of a site.
pub(super) struct Suggestions<'a> {
    /// Paths by version and spelling of their last name.
    spellings: FxHashMap<(VersionNo, String), Vec<&'a str>>,
    /// Paths by version and folder.
    folders: FxHashMap<(VersionNo, &'a str), Vec<&'a str>>,
    /// Where the pages of a version have moved to.
    moved: FxHashMap<(VersionNo, PageId), &'a str>,
}

/// Of more equally named files than this, the rest is not compared.
const MOST: usize = 40;
/// Of a folder with more files than this, the rest is not compared.
const COMPARED: usize = 200;
/// Names longer than this, in bytes, are no typos of each other.
const LONGEST: usize = 80;

impl<'a> Suggestions<'a> {
    pub(super) fn of(catalog: &'a Catalog) -> Self {
        let mut index = Self { spellings: FxHashMap::default(), folders: FxHashMap::default(), moved: FxHashMap::default() };
        for page in &catalog.pages {
            let Some(path) = &page.source_path else { continue };
            index.add(page.version, page.path.as_str(), path.as_str());
            for old in &page.facts.moved_from {
                index.moved.entry((page.version, PageId::new(old))).or_insert(path.as_str());
            }
        }
        for asset in &catalog.assets {
            index.add(asset.version, asset.path.as_str(), asset.path.as_str());
        }
        index
    }

    fn add(&mut self, version: VersionNo, path: &str, file: &'a str) {
        let siblings = self.folders.entry((version, folder(file))).or_default();
        if siblings.len() < COMPARED {
            siblings.push(file);
        }
        for spelling in spellings(name(path)) {
            let files = self.spellings.entry((version, spelling)).or_default();
            if files.len() < MOST && files.last() != Some(&file) {
                files.push(file);
            }
        }
    }

    /// The file of `version` that `wanted`, a path of its content, most likely means.
    pub(super) fn nearest(&self, version: VersionNo, wanted: &str) -> Option<&'a str> {
        let id = PageId::new(wanted.trim_end_matches('/').trim_end_matches("index.html"));
        if let Some(moved) = self.moved.get(&(version, id.clone())) {
            return Some(moved);
        }
        let name = name(id.as_str()).to_lowercase();
        let length = name.chars().count();
        // A name with more than one letter wrong is looked for beside where it should be.
        let beside = self.folders.get(&(version, folder(wanted))).into_iter().flatten();
        let files = spellings(&name).into_iter().filter_map(|spelling| self.spellings.get(&(version, spelling))).flatten().chain(beside);
        let mut near: Vec<(usize, usize, &'a str)> = files
            .map(|file| {
                let id = PageId::new(file);
                let by_name = strsim::damerau_levenshtein(&name, &self::name(id.as_str()).to_lowercase());
                (by_name, *file, id)
            })
            .filter(|(distance, ..)| *distance <= (length / 3).max(1) && *distance < length)
            .map(|(by_name, file, found)| (by_name, different_folders(id.as_str(), found.as_str()), file))
            .collect();
        near.sort_unstable();
        near.first().map(|(.., file)| *file)
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// How many folders of two paths are not shared.
fn different_folders(a: &str, b: &str) -> usize {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split('/').collect(), b.split('/').collect());
    let shared = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    a.len() + b.len() - 2 * shared
}

/// The name in small letters, and again with each of its letters left out: names that differ by one letter more, less, other or two
/// swapped have a spelling in common.
fn spellings(name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let mut spellings = vec![name.clone()];
    if (4..LONGEST).contains(&name.len()) {
        spellings.extend(name.char_indices().map(|(at, c)| format!("{}{}", &name[..at], &name[at + c.len_utf8()..])));
    }
    spellings.dedup();
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_share_a_spelling() {
        let meet = |a: &str, b: &str| spellings(a).iter().any(|spelling| spellings(b).contains(spelling));
        for (a, b) in [("webhooks", "webhook"), ("webhoks", "webhooks"), ("wbehooks", "webhooks"), ("Webhooks", "webhooka")] {
            assert!(meet(a, b), "{a} {b}");
        }
        assert!(!meet("webhooks", "payments") && !meet("abc", "abd"));
    }
}
