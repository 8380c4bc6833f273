//! What an upgrade needs: the entries between two releases that ask something of whoever upgrades, in the order in which they matter.
//!
//! The script of the upgrade page (`themes/default/changelog.js`) goes by the same rules for any two releases.

use crate::parse::{ChangeEntry, ChangeKind};
use crate::resolve::{EntryNo, ReleaseNo, Releases, Site};

/// How much an entry matters to whoever upgrades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// It breaks what worked.
    Breaking,
    /// It takes something away.
    Removed,
    /// It says that something will go.
    Deprecated,
    /// It changes something.
    Changed,
}

impl Need {
    /// Every need, with what readers see above its entries, in order.
    pub const ALL: [(&'static str, Need); 4] =
        [("Breaking", Need::Breaking), ("Removed", Need::Removed), ("Deprecated", Need::Deprecated), ("Changed", Need::Changed)];

    /// How much an entry matters; none for one that asks nothing of anybody.
    pub fn of(entry: &ChangeEntry) -> Option<Self> {
        match entry.kind {
            _ if entry.breaking => Some(Need::Breaking),
            ChangeKind::Removed => Some(Need::Removed),
            ChangeKind::Deprecated => Some(Need::Deprecated),
            ChangeKind::Changed => Some(Need::Changed),
            ChangeKind::Added | ChangeKind::Fixed | ChangeKind::Security => None,
        }
    }
}

/// The entries of the releases that are `inside` which an upgrade over them needs: by need, then area, then release, the oldest first.
///
/// What a later release inside takes back never happened to whoever upgrades over both, and neither did the taking back. What is deprecated
/// and then removed is removed.
pub fn needs(site: &Site, inside: &dyn Fn(ReleaseNo) -> bool) -> Vec<(Need, EntryNo)> {
    let releases = &site.releases;
    let needed = releases.entries().filter(|no| inside(no.release) && !settled(releases, *no, inside));
    let mut needed: Vec<(Need, EntryNo)> =
        needed.filter_map(|no| Some((Need::of(releases.entry(&site.catalog, no))?, no))).collect();
    let area = |no: EntryNo| releases.entry(&site.catalog, no).areas.first().map(|area| area.to_lowercase());
    needed.sort_by_cached_key(|(need, no)| (*need, area(*no).is_none(), area(*no), std::cmp::Reverse(no.release), no.entry));
    needed
}

/// Whether an entry is settled by others inside.
fn settled(releases: &Releases, no: EntryNo, inside: &dyn Fn(ReleaseNo) -> bool) -> bool {
    let entry = releases.leads(no);
    let within = |other: &EntryNo| inside(other.release);
    entry.reverted.as_ref().is_some_and(within)
        || entry.removed.as_ref().is_some_and(within)
        || (!entry.reverts.is_empty() && entry.reverts.iter().all(within))
}
