//! Puts the pages of all versions together into one site.
//!
//! - In: the configuration, and the [`Facts`](crate::parse::Facts) of every page of every version.
//! - Out: a [`Site`]: which pages are published and where, which of them are one page in several versions, how readers walk them,
//!   which old addresses lead where. Then, page by page, what each link leads to ([`link::Linker`]).
//! - Never here: texts, files, the clock. Maps and sorts only.
//!
//! The order: [`publish`] decides what is in, [`address`] refuses two things at one place, [`identity`] finds the same page across versions,
//! [`nav`] the order of reading, [`release`] the changelog, [`redirect`] what old addresses lead to.

mod address;
mod anchor;
mod catalog;
mod identity;
pub mod link;
mod nav;
mod publish;
mod redirect;
mod release;
mod site;
mod suggest;

use std::sync::Arc;

use jiff::civil::Date;

pub use catalog::{AssetNo, Catalog, PageNo, SiteAsset, SitePage, Unpublished};
pub use identity::Counterpart;
pub use nav::{Nav, NavHref, NavNo, NavNode};
pub use redirect::Redirect;
pub use release::{Entry, EntryNo, Release, ReleaseNo, Releases, Topic, TopicKind};
pub use site::{Link, Site};

use crate::config::{Config, VersionNo};
use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::id::{FileName, OutPath, PageId, SourcePath};
use crate::parse::asset::AssetFacts;
use crate::parse::nav::NavItem;
use crate::parse::{Page, Role};
use publish::Published;

/// What a version holds, as read.
#[derive(Debug, Default)]
pub struct VersionInput {
    /// Its pages, by path.
    pub pages: Vec<PageInput>,
    /// Its other files, by path.
    pub assets: Vec<AssetInput>,
    /// Its `nav.toml`.
    pub nav: Option<NavInput>,
    /// Sources that are there and could not be taken: what was wrong with them was told, and links to them are no further fault.
    pub broken: Vec<SourcePath>,
    /// Whether more of it could not be read, so that nobody can tell what is missing in truth.
    pub incomplete: bool,
}

impl VersionInput {
    /// Whether the same site is made of it as of `other`: texts may differ, facts may not.
    pub fn alike(&self, other: &Self) -> bool {
        let pages = |(a, b): (&PageInput, &PageInput)| {
            a.file == b.file
                && a.path == b.path
                && a.at == b.at
                && a.changed == b.changed
                && (Arc::ptr_eq(&a.page, &b.page) || (a.page.unread == b.page.unread && a.page.facts == b.page.facts))
        };
        self.pages.len() == other.pages.len()
            && self.pages.iter().zip(&other.pages).all(pages)
            && self.assets == other.assets
            && self.nav == other.nav
            && self.broken == other.broken
            && self.incomplete == other.incomplete
    }
}

/// A page, as read.
#[derive(Clone, Debug)]
pub struct PageInput {
    /// Where its file lies in the content tree. A file of many releases has a page for each.
    pub path: SourcePath,
    /// Its path there, without ending: what its address is made of.
    pub at: PageId,
    /// What people call the file.
    pub file: FileName,
    /// What it says.
    pub page: Arc<Page>,
    /// The day its file changed last, as history tells; none if it does not, or was not asked.
    pub changed: Option<Date>,
}

impl PageInput {
    /// The pages that a file is, read as `page`: itself, and the releases that it holds.
    pub fn of(path: &SourcePath, file: &FileName, page: &Arc<Page>, changed: Option<Date>) -> Vec<Self> {
        let own = match Role::of(path) {
            Role::Changelog => PageId::new(Role::FOLDER),
            Role::Page | Role::Release => PageId::new(path.as_str()),
        };
        let input = |at: PageId, page: &Arc<Page>| Self { path: path.clone(), at, file: file.clone(), page: page.clone(), changed };
        // A release's name may end as a file's does.
        let release = |slug: &str| PageId::new(&format!("{}/{slug}.md", Role::FOLDER));
        std::iter::once(input(own, page)).chain(page.releases.iter().map(|(slug, page)| input(release(slug), page))).collect()
    }
}

/// A file beside the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetInput {
    /// Where it lies in the content tree.
    pub path: SourcePath,
    /// What people call the file.
    pub file: FileName,
    /// What was found in it.
    pub facts: AssetFacts,
}

/// A `nav.toml`, as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavInput {
    /// What people call the file.
    pub file: FileName,
    /// Its entries.
    pub items: Vec<NavItem>,
    /// Whether every page that it names must exist.
    pub strict: bool,
}

/// What a build is for.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Who it is for besides everyone.
    pub names: Vec<String>,
}

/// The site that `versions` (one for each of the configuration's) make, with the files `statics` of its root.
pub fn site(config: &Config, versions: &[VersionInput], statics: &[OutPath], audience: &Audience) -> Diagnosed<Site> {
    let mut diagnostics = Diagnostics::new();
    let mut published: Vec<Published> =
        versions.iter().enumerate().map(|(no, version)| publish::version(config, no, version, audience, &mut diagnostics)).collect();
    publish::changelog(config, &mut published);
    let mut catalog = address::settle(config, published, statics, &mut diagnostics);
    anchor::stability(&catalog, config, versions, &mut diagnostics);
    let identities = identity::identities(&catalog, config, versions, &mut diagnostics);
    let navs = versions.iter().enumerate().map(|(no, version)| nav::version(&catalog, no, version.nav.as_ref(), &mut diagnostics)).collect();
    let releases = release::releases(&mut catalog, &identities, config, versions, &mut diagnostics);
    let redirects = redirect::redirects(&catalog, &identities, config, versions, &mut diagnostics);
    let value = Site { title: title(&catalog, config), catalog, navs, redirects, releases, identities };
    Diagnosed { value, diagnostics }
}

fn title(catalog: &Catalog, config: &Config) -> String {
    let home = || catalog.home(config.current()).map(|home| catalog.pages[home].title.clone());
    config.title.clone().or_else(home).unwrap_or_else(|| "Documentation".to_owned())
}

/// The part of an address that a version's pages begin with: empty for the current one.
fn prefix(config: &Config, version: VersionNo) -> &str {
    if version == config.current() { "" } else { config.versions[version].id.as_str() }
}

#[cfg(test)]
mod tests;
