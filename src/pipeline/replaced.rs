//! Files that two pages show or offer, and whether they are the same ones: an image may be drawn anew under its name, or lie elsewhere.
//!
//! Their bytes are compared when first asked, and only where they are as many; what came out holds as long as both files lie as they did.

use std::sync::PoisonError;

use rustc_hash::{FxHashMap, FxHashSet};

use super::edition::Edition;
use crate::discover;
use crate::resolve::link::Target;
use crate::resolve::{AssetNo, PageNo};

/// What has become of the files of a page.
#[derive(Default)]
pub(super) struct Replaced {
    /// Files of the older page that the newer one has at another place.
    pub(super) moved: FxHashMap<AssetNo, AssetNo>,
    /// Files of the newer page that stand where the older one has another file.
    pub(super) anew: FxHashSet<AssetNo>,
}

impl Edition {
    /// What has become of the files to which `older` refers in `newer`.
    pub(super) fn replaced(&self, older: PageNo, newer: PageNo) -> Replaced {
        let mut replaced = Replaced::default();
        let new: Vec<AssetNo> = self.assets_of(newer).collect();
        if new.is_empty() {
            return replaced;
        }
        let assets = &self.loaded.site.catalog.assets;
        let name = |no: AssetNo| assets[no].path.as_str().rsplit('/').next().unwrap_or_default();
        let by_path: FxHashMap<&str, AssetNo> = new.iter().map(|no| (assets[*no].path.as_str(), *no)).collect();
        let by_name: FxHashMap<&str, AssetNo> = new.iter().map(|no| (name(*no), *no)).collect();
        for old in self.assets_of(older) {
            match by_path.get(assets[old].path.as_str()) {
                Some(now) if !self.same_bytes(old, *now) => {
                    replaced.anew.insert(*now);
                }
                Some(_) => {}
                None => {
                    let now = by_name.get(name(old)).filter(|now| self.same_bytes(old, **now));
                    replaced.moved.extend(now.map(|now| (old, *now)));
                }
            }
        }
        replaced
    }

    fn assets_of(&self, page: PageNo) -> impl Iterator<Item = AssetNo> {
        self.links(page).targets.iter().filter_map(|target| match target {
            Target::Asset(asset, _) => Some(*asset),
            _ => None,
        })
    }

    /// Whether two files are the same bytes. One that cannot be read is told where it is copied; here it is what it was.
    fn same_bytes(&self, old: AssetNo, new: AssetNo) -> bool {
        let (a, b) = (self.asset(old), self.asset(new));
        if a.place == b.place {
            return true;
        }
        let key = (a.file.clone(), b.file.clone());
        let (Some(a_stamp), Some(b_stamp)) = (self.loaded.asset_stamp(&a.file), self.loaded.asset_stamp(&b.file)) else { return true };
        let known = || self.compared_files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((a_then, b_then, same)) = known().get(&key)
            && (a_then, b_then) == (&a_stamp, &b_stamp)
        {
            return *same;
        }
        let same = discover::same_bytes(a, b).unwrap_or(true);
        known().insert(key, (a_stamp, b_stamp, same));
        same
    }
}
