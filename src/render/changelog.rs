//! Pages about what changed: the changelog and its topics, upgrades, deprecations, feeds.
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
mod place;
mod topic;
mod upgrade;

use std::sync::Arc;

use serde::Serialize;

use super::body::Body;
use super::compose::{Composer, From};
use super::view::{HistoryFiles, LinkView, SiteView};
use crate::config::{LinkStyle, VersionNo};
use crate::id::Url;
use crate::resolve::ReleaseNo;

pub use data::chunks;
pub use deprecation::{DeprecationView, DeprecationsView};
pub use entry::{EntryView, NamedPageView};
pub use topic::TopicView;
pub use upgrade::{AreaView, NeedView, OptionGroupView, OptionView, PickerView, UpgradeView};

/// The bodies of the pages of all releases, by their numbers.
pub type ReleaseBodies = [Arc<Body>];

/// What pages of this room are made with.
#[derive(Clone, Copy)]
pub struct History<'a, 'b> {
    /// What views are composed with.
    pub composer: Composer<'a>,
    /// What releases say.
    pub bodies: &'b ReleaseBodies,
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

impl<'a> Composer<'a> {
    /// The files that pages about changes call in.
    pub fn history_files(&self, from: &Url) -> HistoryFiles {
        let href = |url: &Url| self.href(From::Page(from), url);
        HistoryFiles { stylesheet: href(&self.theme.changelog.0), script: href(&self.theme.changelog.1) }
    }

    /// A link to a release, as it is called there.
    pub(super) fn release_link(&self, from: &Url, no: ReleaseNo) -> LinkView<'a> {
        let release = &self.site.releases.list[no];
        LinkView { title: &release.title, href: self.href(From::Page(from), &self.site.catalog.pages[release.page].url) }
    }
}

impl<'a> History<'a, '_> {
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

    /// The address from which the HTML of the page at `url` is moved: where links lead to files, so do those back to the page.
    fn origin(&self, url: &Url) -> Url {
        if self.composer.config.output.links == LinkStyle::Files { url.beside("index.html") } else { url.clone() }
    }
}
