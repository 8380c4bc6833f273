//! What is published, and where: the tables that everything else looks things up in.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::config::VersionNo;
use crate::id::{FileName, OutPath, PageId, SourcePath, Url};
use crate::parse::{Facts, PageKind};

/// The number of a page in [`Catalog::pages`].
pub type PageNo = usize;
/// The number of an asset in [`Catalog::assets`].
pub type AssetNo = usize;

/// The published pages and files of all versions, each at its address.
#[derive(Debug, Default)]
pub struct Catalog {
    /// The pages: version by version, each by path.
    pub pages: Vec<SitePage>,
    /// The files beside them.
    pub assets: Vec<SiteAsset>,
    /// What each source has become.
    pub(super) sources: FxHashMap<(VersionNo, SourcePath), Became>,
    /// What is found at each address of the site: pages end with `/`.
    pub(super) places: FxHashMap<Url, At>,
    /// The files of `static/` that have their address.
    pub statics: BTreeSet<OutPath>,
    /// Versions of which more could not be read: what is missing there may not be missing in truth.
    pub(super) incomplete: Vec<VersionNo>,
}

impl Catalog {
    /// The first page of a version; none only for one that is gone, or has no pages at all.
    pub fn home(&self, version: VersionNo) -> Option<PageNo> {
        self.page_at(version, "")
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
