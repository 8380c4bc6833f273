//! Puts the pages of all versions together into one site.
//!
//! - In: the configuration, and the [`Facts`](crate::parse::Facts) of every page of every version.
//! - Out: a [`Site`]: which pages are published and where, which of them are one page in several versions, how readers walk them,
//!   which old addresses lead where. Then, page by page, what each link leads to ([`link::Linker`]).
//! - Never here: texts, files, the clock. Maps and sorts only.
//!
//! The order: [`publish`] decides what is in, [`address`] gives each its place, [`identity`] finds the same page across versions,
//! [`nav`] the order of reading, [`redirect`] what old addresses lead to.

mod address;
mod identity;
pub mod link;
mod nav;
mod publish;
mod redirect;
mod site;

use std::sync::Arc;

pub use identity::Counterpart;
pub use nav::{Nav, NavHref, NavNo, NavNode};
pub use redirect::Redirect;
pub use site::{AssetNo, Link, PageNo, Site, SiteAsset, SitePage, SiteVersion, Unpublished};

use crate::config::{Config, VersionNo};
use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::id::{FileName, OutPath, SourcePath};
use crate::parse::Page;
use crate::parse::asset::AssetFacts;
use crate::parse::nav::NavItem;

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
}

/// A page, as read.
#[derive(Clone, Debug)]
pub struct PageInput {
    /// Where it lies in the content tree.
    pub path: SourcePath,
    /// What people call the file.
    pub file: FileName,
    /// What it says.
    pub page: Arc<Page>,
}

/// A file beside the pages.
#[derive(Clone, Debug)]
pub struct AssetInput {
    /// Where it lies in the content tree.
    pub path: SourcePath,
    /// What people call the file.
    pub file: FileName,
    /// What was found in it.
    pub facts: AssetFacts,
}

/// A `nav.toml`, as read.
#[derive(Clone, Debug)]
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
    let mut site = Site::new(config);
    let (mut pages, mut assets) = (Vec::new(), Vec::new());
    for (no, version) in versions.iter().enumerate() {
        let (of_pages, of_assets) = publish::version(&mut site, config, no, version, audience, &mut diagnostics);
        pages.extend(of_pages);
        assets.extend(of_assets);
    }
    address::settle(&mut site, config, pages, assets, statics, &mut diagnostics);
    site.identity = identity::identities(&site, config, versions, &mut diagnostics);
    for (no, version) in versions.iter().enumerate() {
        site.versions[no].nav = nav::version(&site, no, version.nav.as_ref(), &mut diagnostics);
    }
    site.title = title(&site, config);
    site.redirects = redirect::redirects(&site, config, versions, &mut diagnostics);
    Diagnosed { value: site, diagnostics }
}

fn title(site: &Site, config: &Config) -> String {
    let home = || site.versions[config.current()].home.map(|home| site.pages[home].title.clone());
    config.title.clone().or_else(home).unwrap_or_else(|| "Documentation".to_owned())
}

/// The part of an address that a version's pages begin with: empty for the current one.
fn prefix(config: &Config, version: VersionNo) -> &str {
    if version == config.current() { "" } else { config.versions[version].id.as_str() }
}

#[cfg(test)]
mod tests;
