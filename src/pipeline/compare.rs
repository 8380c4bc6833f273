//! What has become of pages since the version before: found when first asked, remembered by what is compared.
//!
//! A page that is the same text, and hears the same, costs no more than a look at two digests. All others are read again, both of them, and
//! compared; what comes out is remembered, so that frozen versions are compared once.

use std::sync::Arc;

use super::became::Became;
use super::edition::Edition;
use super::replaced::Replaced;
use crate::compare::{Comparison, Text, compare};
use crate::config::VersionNo;
use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::discover::Source;
use crate::id::{Digest, Url};
use crate::memo;
use crate::parse::{self, Page};
use crate::render::compose::Since;
use crate::render::differences::{Compared, ComparisonView, Overview, PageSince, differences, overview};
use crate::resolve::PageNo;
use crate::resolve::link::Target;

/// What has become of all pages of a version.
#[derive(Debug, Default)]
pub struct Differences {
    /// Pages of the newer version, with what has become of each.
    pub pages: Vec<(PageNo, Became)>,
    /// Pages of the older version that the newer one does not have.
    pub removed: Vec<PageNo>,
}

impl Edition {
    /// The version before, among those that have pages; none for the oldest, and where nobody asks.
    pub fn version_before(&self, version: VersionNo) -> Option<VersionNo> {
        let config = &self.loaded.config;
        let older = (version + 1..config.versions.len()).find(|older| self.loaded.site.catalog.home(*older).is_some());
        older.filter(|_| config.versioned && config.output.changes)
    }

    /// What has become of a page since the version before; none where there is none, and for listings of folders.
    pub fn became(&self, no: PageNo) -> Option<&Became> {
        self.since[no].get_or_init(|| self.find(no)).as_ref()
    }

    fn find(&self, no: PageNo) -> Option<Became> {
        let older = self.version_before(self.loaded.site.catalog.pages[no].version)?;
        self.source(no)?;
        let Some(origin) = self.loaded.site.origin(no, older).filter(|origin| self.source(origin.page).is_some()) else {
            return Some(Became { older: None, split: false, comparison: None });
        };
        let comparison = self.compared(origin.page, no, !origin.same).map(Arc::new);
        Some(Became { older: Some(origin.page), split: !origin.same, comparison })
    }

    /// What has changed from one page to another; none where nothing has. Of a page that was `split` off another only what is new counts.
    pub fn compared(&self, older: PageNo, newer: PageNo, split: bool) -> Option<Comparison> {
        let (old, new) = (self.source(older)?, self.source(newer)?);
        // Most pages are the same text, and hear the same.
        let same = old.0.digest == new.0.digest && old.1.body == new.1.body && besides(old.1) == besides(new.1);
        let heard = |page: &Page| page.asked.heard_besides_variables();
        let replaced = self.replaced(older, newer);
        if same && !split && replaced.anew.is_empty() && (Arc::ptr_eq(&old.1.facts, &new.1.facts) || heard(old.1) == heard(new.1)) {
            return None;
        }
        let says = |source: &Source, page: &Page| (source.digest, page.body.clone(), heard(page));
        let (old_says, new_says) = ((says(old.0, old.1), besides(old.1)), (says(new.0, new.1), besides(new.1)));
        let (old_leads, new_leads) = (self.leads(older, &replaced), self.leads(newer, &replaced));
        let markdown = &self.loaded.config.markdown;
        let key = memo::key("compared", &(&old_says, &new_says, &old_leads, &new_leads, markdown.digest(), split));
        let known = key.and_then(|key| memo::decode::<Comparison>(&self.loaded.memo.recall(key)?));
        let comparison = known.unwrap_or_else(|| {
            let (old_front, new_front) = (parse::front(&old.0.text, old.1), parse::front(&new.0.text, new.1));
            let mut made = parse::with_names(&old.0.text, old.1, markdown, |old_document| {
                parse::with_names(&new.0.text, new.1, markdown, |new_document| {
                    let older = Text::of(old.1, old_document, &old_leads, &old_front);
                    compare(older, Text::of(new.1, new_document, &new_leads, &new_front))
                })
            });
            if split {
                made = made.only_new();
            }
            if let Some(key) = key.filter(|_| self.loaded.memo.remembers()) {
                memo::encode(&made).iter().for_each(|bytes| self.loaded.memo.remember(key, bytes));
            }
            made
        });
        (!comparison.sections.is_empty()).then_some(comparison)
    }

    /// Where the links of a page lead, in words that are the same in every version in which they lead to the same.
    fn leads(&self, no: PageNo, replaced: &Replaced) -> Vec<Option<String>> {
        let site = &self.loaded.site;
        let version = site.catalog.pages[no].version;
        let lead = |target: &Target| match target {
            Target::Page(page, rest) => {
                let there = &site.catalog.pages[*page];
                let path = &site.catalog.pages[site.newest(*page)].path;
                let other = (there.version != version).then(|| format!("{}:", self.loaded.config.versions[there.version].id));
                Some(format!("{}{path}{rest}", other.unwrap_or_default()))
            }
            Target::Asset(asset, rest) => {
                let path = &site.catalog.assets[replaced.moved.get(asset).copied().unwrap_or(*asset)].path;
                Some(format!("{path}{rest}{}", if replaced.anew.contains(asset) { ", another file" } else { "" }))
            }
            Target::File(url, rest) => Some(format!("{url}{rest}")),
            // As they are written, perhaps with a variable in them.
            Target::Here(_) | Target::External(_) | Target::Remote(_) | Target::Nothing => None,
        };
        self.links(no).targets.iter().map(lead).collect()
    }

    /// What has become of all pages of `newer` since `older`, whichever versions these are.
    pub fn differences(&self, older: VersionNo, newer: VersionNo) -> Differences {
        let site = &self.loaded.site;
        let next = self.version_before(newer) == Some(older);
        let mut differences = Differences::default();
        let in_order = |version: VersionNo| site.catalog.range(version).filter(|no| self.source(*no).is_some());
        for no in in_order(newer) {
            let became = if next {
                self.became(no).cloned()
            } else {
                let origin = site.origin(no, older).filter(|origin| self.source(origin.page).is_some());
                Some(match origin {
                    Some(origin) => {
                        let comparison = self.compared(origin.page, no, !origin.same).map(Arc::new);
                        Became { older: Some(origin.page), split: !origin.same, comparison }
                    }
                    None => Became { older: None, split: false, comparison: None },
                })
            };
            differences.pages.extend(became.map(|became| (no, became)));
        }
        // Where a list of the pages below stands for a page, its text is gone.
        let stays = |no: &PageNo| site.origin(*no, newer).is_some_and(|now| now.same && self.source(now.page).is_some());
        differences.removed = in_order(older).filter(|no| !stays(no)).collect();
        differences
    }

    /// The address of the page that lists what has changed in a version since the one before; none for the oldest version.
    pub fn overview_url(&self, version: VersionNo) -> Option<Url> {
        self.overview(version).map(|(_, url)| url)
    }

    fn changes_folder(&self, older: VersionNo, newer: VersionNo) -> String {
        let id = |version: VersionNo| self.loaded.config.versions[version].id.as_str();
        format!("_/changes/{}..{}", id(older), id(newer))
    }

    /// The address of the page that shows what has changed in a page since the version before; none where there was no such page.
    pub fn comparison_url(&self, no: PageNo) -> Option<Url> {
        let page = &self.loaded.site.catalog.pages[no];
        let older = self.version_before(page.version)?;
        let folder = self.changes_folder(older, page.version);
        // No version's id has a `+`, so no other page is there.
        Some(Url::folder(&if page.path.as_str().is_empty() { format!("{folder}+home") } else { format!("{folder}/{}", page.path.as_str()) }))
    }

    /// The pages that were there, or a part of another page, in the version before.
    pub fn comparable(&self) -> impl Iterator<Item = PageNo> {
        let site = &self.loaded.site;
        (0..site.catalog.pages.len()).filter(move |no| {
            let older = self.version_before(site.catalog.pages[*no].version);
            self.source(*no).is_some() && older.is_some_and(|older| site.origin(*no, older).is_some())
        })
    }

    /// The page that shows what has changed in a page since the version before; none where that version has no such page.
    pub fn comparison_page(&self, no: PageNo) -> Diagnosed<Option<String>> {
        let Some(view) = self.comparison_view(no) else { return Diagnosed { value: None, diagnostics: Diagnostics::new() } };
        self.comparison_html(&view)
    }

    /// What such a page shows.
    pub(super) fn comparison_view(&self, no: PageNo) -> Option<ComparisonView<'_>> {
        let became = self.became(no)?;
        let (older, url) = (became.older?, self.comparison_url(no)?);
        let nothing = Comparison::default();
        let comparison = became.comparison.as_deref().unwrap_or(&nothing);
        let (older_targets, newer_targets) = (&self.links(older).targets, &self.links(no).targets);
        Some(differences(&self.composer(), &url, &Compared { older, newer: no, split: became.split, older_targets, newer_targets, comparison }))
    }

    /// The page that shows `view`.
    pub(super) fn comparison_html(&self, view: &ComparisonView<'_>) -> Diagnosed<Option<String>> {
        let mut diagnostics = Diagnostics::new();
        let html = self.rendered("comparison.html", view, &mut diagnostics);
        Diagnosed { value: html, diagnostics }
    }

    /// The digest of all that a page with this view shows.
    pub(super) fn comparison_key(&self, view: &ComparisonView<'_>) -> Option<Digest> {
        let view = serde_json::to_vec(view).ok()?;
        memo::key("comparison", &(Digest::of(&view), self.theme().digest))
    }

    /// The page that lists what has changed in a version since the one before, and its address; none for the oldest version.
    pub fn overview_page(&self, version: VersionNo) -> Diagnosed<Option<(Url, String)>> {
        let mut diagnostics = Diagnostics::new();
        let page = self.overview(version).and_then(|(older, url)| {
            let differences = self.differences(older, version);
            let shown = differences.pages.iter().map(|(no, became)| PageSince {
                page: *no,
                older: became.older,
                split: became.split,
                comparison: became.comparison.as_deref(),
                address: became.comparison.as_ref().and_then(|_| self.comparison_url(*no)),
            });
            let view = overview(&self.composer(), &url, &Overview { older, newer: version, pages: shown.collect(), removed: &differences.removed });
            Some((url, self.rendered("differences.html", &view, &mut diagnostics)?))
        });
        Diagnosed { value: page, diagnostics }
    }
}

/// What is compared of a page besides its text.
fn besides(page: &Page) -> (Option<&str>, Option<&str>) {
    (page.facts.title.as_deref(), page.facts.description.as_deref().filter(|_| page.facts.empty))
}

impl Since for Edition {
    fn mark(&self, page: PageNo) -> Option<&'static str> {
        let became = self.became(page)?;
        match became.older {
            None => Some("New"),
            Some(_) if became.split => Some("New"),
            Some(_) => became.comparison.as_ref().map(|_| "Updated"),
        }
    }

    fn changed(&self, page: PageNo) -> Option<(VersionNo, Url)> {
        self.became(page)?.comparison.as_ref()?;
        Some((self.version_before(self.loaded.site.catalog.pages[page].version)?, self.comparison_url(page)?))
    }

    fn overview(&self, version: VersionNo) -> Option<(VersionNo, Url)> {
        self.loaded.site.catalog.home(version)?;
        let older = self.version_before(version)?;
        Some((older, Url::folder(&self.changes_folder(older, version))))
    }
}
