//! The whole site, as tables.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::identity::Identities;
use super::nav::Nav;
use super::redirect::Redirect;
use crate::config::{Config, Status, VersionNo};
use crate::id::{FileName, PageId, SourcePath, Url};
use crate::parse::{Facts, PageKind};
use std::sync::Arc;

/// The number of a page in [`Site::pages`].
pub type PageNo = usize;
/// The number of an asset in [`Site::assets`].
pub type AssetNo = usize;

/// All versions of a documentation, put together.
#[derive(Debug)]
pub struct Site {
    /// What readers call it.
    pub title: String,
    /// The versions, in the order of the configuration.
    pub versions: Vec<SiteVersion>,
    /// The published pages of all versions: version by version, each by path.
    pub pages: Vec<SitePage>,
    /// The files beside them.
    pub assets: Vec<SiteAsset>,
    /// Old addresses, by address.
    pub redirects: Vec<Redirect>,
    /// Which pages are one page in several versions.
    pub(super) identity: Identities,
    /// What each source has become.
    pub(super) sources: FxHashMap<(VersionNo, SourcePath), Became>,
    /// What is found at each address of the site: pages end with `/`.
    pub(super) places: FxHashMap<Url, At>,
}

/// A version.
#[derive(Debug, Default)]
pub struct SiteVersion {
    /// Its first page; none only for a version that is gone, or has no pages at all.
    pub home: Option<PageNo>,
    /// How readers walk it.
    pub nav: Nav,
}

/// A published page of one version.
#[derive(Clone, Debug)]
pub struct SitePage {
    /// Its version.
    pub version: VersionNo,
    /// What it is in that version, whatever its path.
    pub id: PageId,
    /// Its path in the content tree, without ending: what its address is made of.
    pub path: PageId,
    /// Its source, as (version, number) of the input; none for the listing of a folder that has no page of its own.
    pub source: Option<(VersionNo, usize)>,
    /// What people call its file, or its folder.
    pub file: FileName,
    /// Where its file is in the content tree; none for a listing.
    pub source_path: Option<SourcePath>,
    /// What it says of itself.
    pub facts: Arc<Facts>,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub kind: PageKind,
    /// Whether it is the page of a folder.
    pub section: bool,
    /// The day it changed last: what it says of itself, else what history tells of its file.
    pub updated: Option<Date>,
    /// Its address.
    pub url: Url,
}

/// A file beside the pages.
#[derive(Clone, Debug)]
pub struct SiteAsset {
    /// Its version.
    pub version: VersionNo,
    /// Its number in the version's input.
    pub input: usize,
    /// Where it lies in the content tree.
    pub path: SourcePath,
    /// What people call the file.
    pub file: FileName,
    /// Width and height in CSS pixels, of an image.
    pub size: Option<(u32, u32)>,
    /// Its address.
    pub url: Url,
}

/// What a source has become.
#[derive(Clone, Debug)]
pub(super) enum Became {
    Page(PageNo),
    Asset(AssetNo),
    Unpublished(Unpublished, Box<(FileName, Vec<String>)>),
    /// It could not be taken, and that was told.
    Broken,
}

/// Why a page is not published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpublished {
    /// It is a draft.
    Draft,
    /// It is for another audience.
    Audience,
    /// It is for other versions.
    Versions,
}

/// What is found at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Page(PageNo),
    Asset(AssetNo),
    /// A file of `static/`, or one that is generated.
    File,
}

/// A page, and how well it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The page.
    pub page: PageNo,
    /// Whether it is the very page that was asked for.
    pub same: bool,
}

impl Site {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            title: String::new(),
            versions: config.versions.iter().map(|_| SiteVersion::default()).collect(),
            pages: Vec::new(),
            assets: Vec::new(),
            redirects: Vec::new(),
            identity: Identities::default(),
            sources: FxHashMap::default(),
            places: FxHashMap::default(),
        }
    }

    /// The page that a reader of `page` is led to in `version`: the same one, or the nearest section that exists there.
    /// None only where that version has no page at all.
    pub fn counterpart(&self, page: PageNo, version: VersionNo) -> Option<Link> {
        if let Some(found) = self.identity.counterpart(page, version) {
            return Some(Link { page: found.page, same: found.same });
        }
        let mut path = self.pages[page].path.as_str();
        while let Some((folder, _)) = path.rsplit_once('/') {
            path = folder;
            let section = self.page_at(self.pages[page].version, path);
            if let Some(found) = section.and_then(|section| self.identity.counterpart(section, version)) {
                return Some(Link { page: found.page, same: false });
            }
            if let Some(found) = self.page_at(version, path) {
                return Some(Link { page: found, same: false });
            }
        }
        self.versions[version].home.map(|home| Link { page: home, same: false })
    }

    /// The page of a version that lies at `path` in its content tree, without ending.
    pub fn page_at(&self, version: VersionNo, path: &str) -> Option<PageNo> {
        let range = self.range(version);
        let pages = &self.pages[range.clone()];
        pages.binary_search_by(|page| page.path.as_str().cmp(path)).ok().map(|at| range.start + at)
    }

    /// The sources that are there and not published, sorted.
    pub fn unpublished(&self) -> Vec<(VersionNo, &SourcePath)> {
        let hidden = self.sources.iter().filter(|(_, became)| matches!(became, Became::Unpublished(..)));
        let mut hidden: Vec<_> = hidden.map(|((version, path), _)| (*version, path)).collect();
        hidden.sort();
        hidden
    }

    /// The pages of a version: they lie together, by path.
    pub fn range(&self, version: VersionNo) -> std::ops::Range<PageNo> {
        let start = self.pages.partition_point(|page| page.version < version);
        let end = self.pages.partition_point(|page| page.version <= version);
        start..end
    }

    /// The address that search engines should show for `page`: its identity's in the current version, else its own.
    pub fn canonical(&self, page: PageNo, current: VersionNo) -> &Url {
        let there = self.identity.counterpart(page, current).filter(|found| found.same);
        &self.pages[there.map_or(page, |found| found.page)].url
    }

    /// Whether search engines should find `page`: those of preview and retired versions only where no other version has it.
    pub fn indexed(&self, page: PageNo, config: &Config) -> bool {
        let found = |page: PageNo| !matches!(config.versions[self.pages[page].version].status, Status::Preview | Status::Retired);
        let members = self.identity.members(page);
        if found(page) || members.iter().any(|member| found(*member)) {
            return found(page);
        }
        // It exists only where nobody should look: its newest release stands for all of them, or else its preview.
        let retired = |page: &PageNo| config.versions[self.pages[*page].version].status == Status::Retired;
        let newest = members.iter().copied().filter(retired).min_by_key(|member| self.pages[*member].version);
        newest.or_else(|| members.iter().copied().min_by_key(|member| self.pages[*member].version)).unwrap_or(page) == page
    }
}
