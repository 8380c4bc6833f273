//! What the script of the upgrade page works with: the entries that matter, some releases to a file, each file a script that hands itself in.

use serde::Serialize;

use super::History;
use super::entry::NamedPageView;
use super::needs::Need;
use crate::config::VersionNo;
use crate::id::Url;
use crate::resolve::{EntryNo, ReleaseNo, Site};

/// How many entries a file holds, or as many as one release has.
const AT_LEAST: usize = 200;

/// An entry, as the script sees it.
#[derive(Serialize)]
struct Datum<'a> {
    /// The number of its release.
    release: ReleaseNo,
    /// Its number there.
    entry: usize,
    /// How much it matters, from 0, the most.
    need: usize,
    areas: &'a [String],
    plans: &'a [String],
    html: String,
    /// The release, and where it is.
    title: &'a str,
    href: String,
    /// The version that it belongs to; none for a release that belongs to none.
    version: Option<VersionNo>,
    pages: Vec<NamedPageView<'a>>,
    /// The releases of what it takes back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reverts: Vec<ReleaseNo>,
    /// The releases that settle it: one that takes it back, one that removes what it deprecates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    settled: Vec<ReleaseNo>,
}

/// Which releases are in which file.
fn files(site: &Site) -> Vec<std::ops::Range<ReleaseNo>> {
    let mut files = Vec::new();
    let (mut start, mut held) = (0, 0);
    for (no, release) in site.releases.list.iter().enumerate() {
        held += release.entries.len();
        if held >= AT_LEAST || no + 1 == site.releases.list.len() {
            files.push(start..no + 1);
            (start, held) = (no + 1, 0);
        }
    }
    files
}

/// How many files there are.
pub(super) fn count(site: &Site) -> usize {
    files(site).len()
}

/// The address of the file `no`.
pub fn url(no: usize) -> Url {
    Url::file(&format!("_/changes/entries-{}.js", no + 1))
}

/// The files: addresses and texts.
pub fn chunks(history: &History<'_>) -> Vec<(Url, String)> {
    let site = history.composer.site;
    let file = |(no, releases): (usize, std::ops::Range<ReleaseNo>)| {
        let entries = releases.flat_map(|release| (0..site.releases.list[release].entries.len()).map(move |entry| EntryNo { release, entry }));
        let data: Vec<Datum<'_>> = entries.filter_map(|no| datum(history, no)).collect();
        let json = serde_json::to_string(&data).unwrap_or_default();
        (url(no), format!("document.dispatchEvent(new CustomEvent(\"recto:entries\",{{detail:{json}}}))\n"))
    };
    files(site).into_iter().enumerate().map(file).collect()
}

fn datum<'a>(history: &History<'a>, no: EntryNo) -> Option<Datum<'a>> {
    let site = history.composer.site;
    let says = site.releases.entry(&site.catalog, no);
    let need = Need::of(says)?;
    let leads = site.releases.leads(no);
    let at = super::upgrade::url();
    // A page is offered as it is in every version; the script shows those that the reader comes from and goes to.
    let versions: Vec<VersionNo> = (0..history.composer.config.versions.len()).collect();
    let view = history.entry(no, &at, &versions);
    Some(Datum {
        release: no.release,
        entry: no.entry,
        need: need as usize,
        areas: &says.areas,
        plans: &says.plans,
        html: view.html,
        title: view.release.title,
        href: view.release.href,
        version: site.releases.list[no.release].version,
        pages: view.pages,
        reverts: leads.reverts.iter().map(|no| no.release).collect(),
        settled: leads.reverted.iter().chain(&leads.removed).map(|no| no.release).collect(),
    })
}
