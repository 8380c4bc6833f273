//! What an upgrade needs: the entries between two releases that ask something of whoever upgrades, in the order in which they matter.
//!
//! The script of the upgrade page (`themes/default/changelog.js`) goes by the same rules for any two releases.

use crate::parse::{ChangeEntry, ChangeKind};
use crate::resolve::{EntryNo, ReleaseNo, Releases, Site};

/// How much an entry matters to whoever upgrades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
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
    pub(super) const ALL: [(&'static str, Need); 4] =
        [("Breaking", Need::Breaking), ("Removed", Need::Removed), ("Deprecated", Need::Deprecated), ("Changed", Need::Changed)];

    /// How much an entry matters; none for one that asks nothing of anybody.
    pub(super) fn of(entry: &ChangeEntry) -> Option<Self> {
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
pub(super) fn needs(site: &Site, inside: &dyn Fn(ReleaseNo) -> bool) -> Vec<(Need, EntryNo)> {
    let releases = &site.releases;
    let needed = releases.entries().filter(|no| inside(no.release) && !settled(releases, *no, inside));
    let mut needed: Vec<(Need, EntryNo)> = needed.filter_map(|no| Some((Need::of(releases.entry(&site.catalog, no))?, no))).collect();
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::config::Config;
    use crate::id::{FileName, SourcePath};
    use crate::parse::Role;
    use crate::parse::door::{Asked, Question};
    use crate::resolve::{Audience, PageInput, VersionInput};

    const CHANGELOG: &str = "\
## Unreleased
### Changed
- not yet
## 3.5.0
### Changed
- retries back off {area=webhooks breaking plan=enterprise}
- counted per key {area=API}
### Deprecated
- basic authentication {area=API until=4 id=basic}
### Added
- nothing to do
- but this {breaking}
## 3.4.0
### Changed
- per account again {area=API reverts=per-host}
- taken back twice {reverts=old,per-host}
### Removed
- v1 {area=webhooks id=v1}
## 3.2.0
### Changed
- per host {area=API id=per-host}
- names
### Fixed
- a crash
## 2.4.0
### Deprecated
- v1 will go {area=webhooks id=v1}
### Security
- a hole
## 2.3.0
### Changed
- long ago {id=old}
";

    fn site() -> (Config, Site) {
        let config = crate::config::read(Path::new("/site"), Some("title = 'A'".into())).expect("TOML").value;
        let nothing = Asked::default();
        let answer = |question: &Question| nothing.answer(question);
        let file = FileName::new("content/CHANGELOG.md");
        let page = crate::parse::page(CHANGELOG, &file, Role::Changelog, &config.markdown, &answer);
        assert!(page.diagnostics.is_empty(), "{:?}", page.diagnostics);
        let path = SourcePath::new("CHANGELOG.md").expect("a path");
        let input = VersionInput { pages: PageInput::of(&path, &file, &Arc::new(page.value), None), ..VersionInput::default() };
        let site = crate::resolve::site(&config, &[input], &[], &Audience::default());
        assert!(site.diagnostics.is_empty(), "{:?}", site.diagnostics);
        (config, site.value)
    }

    /// What an upgrade needs, an entry a line.
    fn check(from: &str, to: &str, expected: &[&str]) {
        let (_, site) = site();
        let no = |id: &str| site.releases.list.iter().position(|release| release.id.as_deref() == Some(id)).expect("a release");
        let inside = no(to)..no(from);
        let shown: Vec<String> = needs(&site, &|release| inside.contains(&release))
            .into_iter()
            .map(|(need, no)| {
                let entry = site.releases.entry(&site.catalog, no);
                format!(
                    "{need:?} {}: {}{}",
                    entry.areas.join(","),
                    entry.text,
                    entry.plans.iter().map(|plan| format!(" ({plan})")).collect::<String>()
                )
            })
            .collect();
        assert_eq!(shown, expected, "{from} to {to}");
    }

    #[test]
    fn an_upgrade_needs_what_is_between_in_order_of_need() {
        check(
            "2.3.0",
            "3.5.0",
            &[
                "Breaking webhooks: retries back off (enterprise)",
                "Breaking : but this",
                "Removed webhooks: v1",
                "Deprecated API: basic authentication",
                "Changed API: counted per key",
                // One of the two that it takes back happened before.
                "Changed : names",
                "Changed : taken back twice",
            ],
        );
    }

    #[test]
    fn what_was_there_before_is_taken_back_for_whoever_had_it() {
        check("3.2.0", "3.4.0", &["Removed webhooks: v1", "Changed API: per account again", "Changed : taken back twice"]);
        check("2.3.0", "3.2.0", &["Deprecated webhooks: v1 will go", "Changed API: per host", "Changed : names"]);
        check("3.4.0", "3.4.0", &[]);
    }
}
