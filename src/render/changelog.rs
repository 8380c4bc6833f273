//! Pages about what changed: the changelog and its topics, upgrades, deprecations.
//!
//! - In: the releases of the [`Site`](crate::resolve::Site), and the finished bodies of their pages.
//! - Out: views for templates. An entry is written once, with its release; wherever else it is shown, its HTML is put there with its links led
//!   from there.
//! - Never here: Markdown, dates of today.

mod data;
mod deprecation;
mod entry;
mod feeds;
mod list;
mod needs;
mod topic;
mod upgrade;

use std::sync::Arc;

use serde::Serialize;

use super::body::Body;
use super::compose::{Composer, From};
use super::view::{LinkView, SiteView};
use crate::config::{LinkStyle, VersionNo};
use crate::id::Url;
use crate::resolve::ReleaseNo;

pub use data::{chunks, url as chunk_url};
pub use deprecation::{DeprecationView, DeprecationsView};
pub use entry::{EntryView, NamedPageView};
pub use list::{ChangelogView, ListedView, ReleaseView, TopicLinkView, TopicsView};
pub use topic::TopicView;
pub use upgrade::{AreaView, NeedView, OptionView, PickerView, UpgradeView};

/// The bodies of the pages of all releases, by their numbers.
pub type ReleaseBodies = [Arc<Body>];

/// What pages of this room are made with.
#[derive(Clone, Copy)]
pub struct History<'a> {
    /// What views are composed with.
    pub composer: Composer<'a>,
    /// What releases say.
    pub bodies: &'a ReleaseBodies,
}

/// What the head of a page that is generated needs.
#[derive(Debug, Serialize)]
pub struct GeneratedHead {
    /// What a tab and a search engine show.
    pub title: String,
    /// One sentence about the page.
    pub description: String,
    /// The absolute address of the page; none without `url`.
    pub canonical: Option<String>,
}

/// The files that pages of this room call in.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryFiles {
    /// The stylesheet.
    pub stylesheet: String,
    /// The script of the upgrade page, and of pages with filters.
    pub script: String,
}

impl<'a> Composer<'a> {
    /// The files that pages about changes call in.
    pub(super) fn history_files(&self, from: &Url) -> HistoryFiles {
        let href = |url: &Url| self.href(From::Page(from), url);
        HistoryFiles { stylesheet: href(&self.theme.changelog.0), script: href(&self.theme.changelog.1) }
    }

    /// A link to a release, as it is called there.
    pub(super) fn release_link(&self, from: &Url, no: ReleaseNo) -> LinkView<'a> {
        let release = &self.site.releases.list[no];
        LinkView { title: &release.title, href: self.href(From::Page(from), &self.site.catalog.pages[release.page].url) }
    }
}

impl<'a> History<'a> {
    fn head(&self, title: String, description: String, url: &Url) -> GeneratedHead {
        let site = &self.composer.site.title;
        let title = if title == *site { title } else { format!("{title} · {site}") };
        GeneratedHead { title, description, canonical: self.composer.config.url.as_ref().map(|site| site.absolute(url)) }
    }

    fn site_view(&self, from: &Url) -> SiteView<'a> {
        self.composer.site_view(From::Page(from), self.composer.config.current())
    }

    fn href(&self, from: &Url, to: &Url) -> String {
        self.composer.href(From::Page(from), to)
    }

    /// What people call a version, or else the product.
    fn version_title(&self, version: VersionNo) -> &'a str {
        if self.composer.config.versioned { &self.composer.config.versions[version].title } else { &self.composer.site.title }
    }

    /// `html` of the page at `from`, on the page at `to`.
    fn moved(&self, html: &str, from: &Url, to: &Url) -> String {
        // Where links lead to files, so do those back to the page.
        let from = if self.composer.config.output.links == LinkStyle::Files { from.beside("index.html") } else { from.clone() };
        super::moved::onto(html, &from, to)
    }
}
