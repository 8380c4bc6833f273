//! Upgrades: what to do between two releases. From one version to the next it is a page of its own; for any two a script puts it together.

use serde::Serialize;

use super::entry::EntryView;
use super::needs::{Need, needs};
use super::{GeneratedHead, History, HistoryFiles};
use crate::config::VersionNo;
use crate::id::Url;
use crate::render::compose::Composer;
use crate::render::view::{LinkView, SiteView};
use crate::resolve::ReleaseNo;

/// What `upgrade.html` sees: the page of an upgrade between two versions, or the one on which readers pick two releases.
#[derive(Debug, Serialize)]
pub struct UpgradeView<'a> {
    /// The site as a whole.
    pub site: SiteView<'a>,
    /// What the head of the document needs.
    pub head: GeneratedHead,
    /// The files that the page calls in.
    pub files: HistoryFiles,
    /// The version that is upgraded from, and its first page; none on the page where readers pick.
    pub from: Option<LinkView<'a>>,
    /// The version that is upgraded to, and its first page.
    pub to: Option<LinkView<'a>>,
    /// The releases between, the oldest first.
    pub releases: Vec<LinkView<'a>>,
    /// What matters, the most urgent first.
    pub needs: Vec<NeedView<'a>>,
    /// Upgrades that have a page: from one version to the next, and from each to the current one.
    pub pairs: Vec<PairView<'a>>,
    /// What the script needs with which readers pick any two releases; none on the page of a pair.
    pub picker: Option<PickerView<'a>>,
    /// The page where readers pick any two releases.
    pub pick: String,
    /// The changelog.
    pub changelog: String,
}

/// Entries that matter equally.
#[derive(Debug, Serialize)]
pub struct NeedView<'a> {
    /// `Breaking`, `Removed`, `Deprecated` or `Changed`.
    pub title: &'static str,
    /// The parts of the product that they are about.
    pub areas: Vec<AreaView<'a>>,
}

/// Entries about one part of the product.
#[derive(Debug, Serialize)]
pub struct AreaView<'a> {
    /// What it is called; none for entries that name no area.
    pub title: Option<&'a str>,
    /// The entries, those of the oldest release first.
    pub entries: Vec<EntryView<'a>>,
}

/// An upgrade that has a page.
#[derive(Debug, Serialize)]
pub struct PairView<'a> {
    /// The title of the version that is upgraded from.
    pub from: &'a str,
    /// The title of the version that is upgraded to.
    pub to: &'a str,
    /// The page.
    pub href: String,
    /// How many entries matter.
    pub count: usize,
}

/// What the script needs with which readers pick.
#[derive(Debug, Serialize)]
pub struct PickerView<'a> {
    /// What can be picked, the newest first.
    pub options: Vec<OptionView<'a>>,
    /// The scripts that hand over the entries, in the order of releases.
    pub chunks: Vec<String>,
}

/// A release that can be picked.
#[derive(Debug, Serialize)]
pub struct OptionView<'a> {
    /// Its number.
    pub value: ReleaseNo,
    /// What readers call it.
    pub title: &'a str,
    /// The version that it belongs to; none on a site without versions.
    pub version: Option<&'a str>,
}

/// The address of the page where readers pick.
pub(super) fn url() -> Url {
    Url::folder("upgrade")
}

impl Composer<'_> {
    /// The address of the page of an upgrade between two versions.
    pub(super) fn pair_url(&self, (from, to): (VersionNo, VersionNo)) -> Url {
        let id = |version: VersionNo| self.config.versions[version].id.as_str();
        Url::folder(&format!("upgrade/{}..{}", id(from), id(to)))
    }

    /// The upgrades that have a page, as from and to: from each version to the next one, and to the current one; where releases are between.
    pub fn upgrades(&self) -> Vec<(VersionNo, VersionNo)> {
        let documented: Vec<VersionNo> = (0..self.config.versions.len()).filter(|no| self.site.catalog.home(*no).is_some()).collect();
        let current = self.config.current();
        let mut pairs = Vec::new();
        for (place, from) in documented.iter().enumerate().skip(1) {
            let next = documented[place - 1];
            let whole = (current < next).then_some(current);
            for to in std::iter::once(next).chain(whole).filter(|_| self.config.versioned) {
                if (0..self.site.releases.list.len()).any(|release| self.between(release, *from, to)) {
                    pairs.push((*from, to));
                }
            }
        }
        pairs
    }

    /// Whether whoever upgrades from one version to another gets this release with it.
    fn between(&self, release: ReleaseNo, from: VersionNo, to: VersionNo) -> bool {
        self.site.releases.list[release].version.is_some_and(|owner| to <= owner && owner < from)
    }
}

impl<'a> History<'a> {
    /// The page of an upgrade between two versions, and its address.
    pub fn pair(&self, pair: (VersionNo, VersionNo)) -> (Url, UpgradeView<'a>) {
        let (from, to) = pair;
        let url = self.composer.pair_url(pair);
        let title = format!("Upgrade from {} to {}", self.version_title(from), self.version_title(to));
        let about = "Every breaking, removed, deprecated and changed thing between the two, with what to do about it.".to_owned();
        let inside = |release| self.composer.between(release, from, to);
        let view = UpgradeView {
            head: self.head(title, about, &url),
            from: self.version_link(from, &url),
            to: self.version_link(to, &url),
            releases: (0..self.composer.site.releases.list.len()).rev().filter(|no| inside(*no)).map(|no| self.composer.release_link(&url, no)).collect(),
            needs: self.needs(&inside, &url, &[from, to]),
            picker: None,
            ..self.upgrade_view(&url)
        };
        (url, view)
    }

    /// The page where readers pick two releases, and its address.
    pub fn pick(&self) -> (Url, UpgradeView<'a>) {
        let url = url();
        let site = self.composer.site;
        let title = |version: VersionNo| self.composer.config.versions[version].title.as_str();
        let options = site.releases.list.iter().enumerate().map(|(value, release)| OptionView {
            value,
            title: &release.title,
            version: release.version.filter(|_| self.composer.config.versioned).map(title),
        });
        let picker = PickerView {
            options: options.collect(),
            chunks: (0..super::data::count(site)).map(|no| self.href(&url, &super::data::url(no))).collect(),
        };
        let view = UpgradeView { picker: Some(picker), ..self.upgrade_view(&url) };
        (url, view)
    }

    /// What both have.
    fn upgrade_view(&self, url: &Url) -> UpgradeView<'a> {
        let site = self.composer.site;
        let pair = |(from, to): (VersionNo, VersionNo)| PairView {
            from: self.version_title(from),
            to: self.version_title(to),
            href: self.href(url, &self.composer.pair_url((from, to))),
            count: needs(site, &|release| self.composer.between(release, from, to)).len(),
        };
        let about = "Pick the release you run and the one you want: every change between them that asks something of you.".to_owned();
        let changelog = site.catalog.page_at(self.composer.config.current(), crate::parse::Role::FOLDER);
        UpgradeView {
            site: self.site_view(url),
            head: self.head("Upgrade".to_owned(), about, url),
            files: self.composer.history_files(url),
            from: None,
            to: None,
            releases: Vec::new(),
            needs: Vec::new(),
            pairs: self.composer.upgrades().into_iter().map(pair).collect(),
            picker: None,
            pick: self.href(url, &self::url()),
            changelog: changelog.map(|no| self.href(url, &site.catalog.pages[no].url)).unwrap_or_default(),
        }
    }

    fn version_link(&self, version: VersionNo, at: &Url) -> Option<LinkView<'a>> {
        let site = self.composer.site;
        let home = &site.catalog.pages[site.catalog.home(version)?].url;
        Some(LinkView { title: self.version_title(version), href: self.href(at, home) })
    }

    fn needs(&self, inside: &dyn Fn(ReleaseNo) -> bool, at: &Url, versions: &[VersionNo]) -> Vec<NeedView<'a>> {
        let site = self.composer.site;
        let needed = needs(site, inside);
        let area = |no| site.releases.entry(&site.catalog, no).areas.first().map(String::as_str);
        let mut views = Vec::new();
        for (title, need) in Need::ALL {
            let of: Vec<_> = needed.iter().filter(|(own, _)| *own == need).map(|(_, no)| *no).collect();
            let same = |a: Option<&str>, b: Option<&str>| a.map(str::to_lowercase) == b.map(str::to_lowercase);
            let areas = of.chunk_by(|a, b| same(area(*a), area(*b))).map(|entries| AreaView {
                title: area(entries[0]),
                entries: entries.iter().map(|no| self.entry(*no, at, versions)).collect(),
            });
            let areas: Vec<_> = areas.collect();
            if !areas.is_empty() {
                views.push(NeedView { title, areas });
            }
        }
        views
    }
}
