//! Upgrades: what to do between two releases. From one version to the next it is a page of its own; for any two a script puts it together.

use serde::Serialize;

use super::super::view::{HistoryFiles, LinkView, SiteView};
use super::entry::EntryView;
use super::needs::{Need, needs};
use super::place::{chunk_url, upgrade_url};
use super::{GeneratedHead, History};
use crate::config::VersionNo;
use crate::id::Url;
use crate::resolve::{ReleaseNo, upgrade_url as pair_url};

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
    /// The list of all pages that have changed between the two; none where there is none, and where readers pick.
    pub differences: Option<String>,
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
    /// What can be picked, the newest first, by version.
    pub groups: Vec<OptionGroupView<'a>>,
    /// The scripts that hand over the entries, in the order of releases, each behind the number of its first release and a colon.
    pub chunks: Vec<String>,
}

/// The releases of a version.
#[derive(Debug, Serialize)]
pub struct OptionGroupView<'a> {
    /// The version's title; none on a site without versions, and for releases that belong to none.
    pub title: Option<&'a str>,
    /// Its releases.
    pub options: Vec<OptionView<'a>>,
}

/// A release that can be picked.
#[derive(Debug, Serialize)]
pub struct OptionView<'a> {
    /// Its number.
    pub value: ReleaseNo,
    /// What readers call it.
    pub title: &'a str,
}

impl<'a> History<'a, '_> {
    /// The page of an upgrade between two versions, and its address.
    pub fn pair(&self, pair: (VersionNo, VersionNo)) -> (Url, UpgradeView<'a>) {
        let (from, to) = pair;
        let url = pair_url(self.composer.config, pair);
        let title = format!("Upgrade from {} to {}", self.version_title(from), self.version_title(to));
        let about = "Every breaking, removed, deprecated and changed thing between the two, with what to do about it.".to_owned();
        let inside = |release| self.composer.site.releases.between(release, from, to);
        let view = UpgradeView {
            head: self.head(title, about, &url),
            from: self.version_link(from, &url),
            to: self.version_link(to, &url),
            releases: (0..self.composer.site.releases.list.len())
                .rev()
                .filter(|no| inside(*no))
                .map(|no| self.composer.release_link(&url, no))
                .collect(),
            needs: self.needs(&inside, &url, &[from, to]),
            differences: self.composer.since.overview(to).filter(|(older, _)| *older == from).map(|(_, list)| self.href(&url, &list)),
            picker: None,
            ..self.upgrade_view(&url)
        };
        (url, view)
    }

    /// The page where readers pick two releases, and its address.
    pub fn pick(&self) -> (Url, UpgradeView<'a>) {
        let url = upgrade_url();
        let site = self.composer.site;
        let title = |version: VersionNo| self.composer.config.versions[version].title.as_str();
        let mut groups: Vec<OptionGroupView<'a>> = Vec::new();
        for (value, release) in site.releases.list.iter().enumerate() {
            let version = release.version.filter(|_| self.composer.config.versioned).map(title);
            if groups.last().is_none_or(|group| group.title != version) {
                groups.push(OptionGroupView { title: version, options: Vec::new() });
            }
            groups.iter_mut().last().into_iter().for_each(|group| group.options.push(OptionView { value, title: &release.title }));
        }
        let picker = PickerView {
            groups,
            chunks: super::data::files(site)
                .iter()
                .enumerate()
                .map(|(no, file)| format!("{}:{}", file.start, self.href(&url, &chunk_url(no))))
                .collect(),
        };
        let view = UpgradeView { picker: Some(picker), ..self.upgrade_view(&url) };
        (url, view)
    }

    /// What both have.
    fn upgrade_view(&self, url: &Url) -> UpgradeView<'a> {
        let site = self.composer.site;
        let pair = |&(from, to): &(VersionNo, VersionNo)| PairView {
            from: self.version_title(from),
            to: self.version_title(to),
            href: self.href(url, &pair_url(self.composer.config, (from, to))),
            count: needs(site, &|release| self.composer.site.releases.between(release, from, to)).len(),
        };
        let about = "Pick the release you run and the one you want: every change between them that asks something of you.".to_owned();
        let changelog = site.catalog.page_at(self.composer.config.current(), crate::parse::Role::FOLDER);
        UpgradeView {
            site: self.site_view(url),
            head: self.head("Upgrade".to_owned(), about, url),
            files: self.composer.history_files(url),
            from: None,
            to: None,
            differences: None,
            releases: Vec::new(),
            needs: Vec::new(),
            pairs: site.releases.upgrades.iter().map(pair).collect(),
            picker: None,
            pick: self.href(url, &upgrade_url()),
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
            let areas = of
                .chunk_by(|a, b| same(area(*a), area(*b)))
                .map(|entries| AreaView { title: area(entries[0]), entries: entries.iter().map(|no| self.entry(*no, at, versions)).collect() });
            let areas: Vec<_> = areas.collect();
            if !areas.is_empty() {
                views.push(NeedView { title, areas });
            }
        }
        views
    }
}
