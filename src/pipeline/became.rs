//! Room for what has become of pages, and of their files, since the version before, which is found when first asked.

use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::FxHashMap;

use super::load::Loaded;
use crate::compare::Comparison;
use crate::discover::Stamp;
use crate::id::FileName;
use crate::resolve::PageNo;

/// What has become of a page since the version before.
#[derive(Clone, Debug)]
pub struct Became {
    /// What it was there; none for a page that is new.
    pub older: Option<PageNo>,
    /// Whether that was another page, of which it was a part.
    pub split: bool,
    /// What has changed; none where it says what it said.
    pub comparison: Option<Arc<Comparison>>,
}

/// Which files of two versions were found to be the same bytes, as they lay then.
pub(super) type ComparedFiles = Mutex<FxHashMap<(FileName, FileName), (Stamp, Stamp, bool)>>;

/// Room for what has become of each page, by its number.
pub(super) type Room = Vec<OnceLock<Option<Became>>>;

/// Room for the pages of a site. What was found of the same site before stands, where both pages are what they were.
pub(super) fn room(loaded: &Loaded, before: Option<(&Loaded, &Room)>) -> Room {
    let room: Room = (0..loaded.site.catalog.pages.len()).map(|_| OnceLock::new()).collect();
    let Some((before, known)) = before else { return room };
    let same = |no: PageNo| match (before.page(no), loaded.page(no)) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    };
    for (no, known) in known.iter().enumerate() {
        if let Some(known) = known.get()
            && same(no)
            && known.as_ref().and_then(|became| became.older).is_none_or(same)
        {
            let _ = room[no].set(known.clone());
        }
    }
    room
}
