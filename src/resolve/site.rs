//! The whole site, and the questions that pages ask of it.

use super::catalog::{Catalog, PageNo};
use super::identity::Identities;
use super::nav::Nav;
use super::redirect::Redirect;
use super::release::Releases;
use crate::config::{Config, Status, VersionNo};
use crate::id::Url;

/// All versions of a documentation, put together.
#[derive(Debug)]
pub struct Site {
    /// What readers call it.
    pub title: String,
    /// What is published, and where.
    pub catalog: Catalog,
    /// How readers walk each version.
    pub navs: Vec<Nav>,
    /// Old addresses, by address.
    pub redirects: Vec<Redirect>,
    /// The releases of the product.
    pub releases: Releases,
    /// Which pages are one page in several versions.
    pub(super) identities: Identities,
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
    /// The page that a reader of `page` is led to in `version`: the same one, or the nearest section that exists there.
    /// None only where that version has no page at all.
    pub fn counterpart(&self, page: PageNo, version: VersionNo) -> Option<Link> {
        if let Some(found) = self.identities.counterpart(page, version) {
            return Some(Link { page: found.page, same: found.same });
        }
        let mut path = self.catalog.pages[page].path.as_str();
        while let Some((folder, _)) = path.rsplit_once('/') {
            path = folder;
            let section = self.catalog.page_at(self.catalog.pages[page].version, path);
            if let Some(found) = section.and_then(|section| self.identities.counterpart(section, version)) {
                return Some(Link { page: found.page, same: false });
            }
            if let Some(found) = self.catalog.page_at(version, path) {
                return Some(Link { page: found, same: false });
            }
        }
        self.catalog.home(version).map(|home| Link { page: home, same: false })
    }

    /// What `page` was in the older `version`, or is in a newer one: the same page, or one that it was a part of, or became one.
    pub fn origin(&self, page: PageNo, version: VersionNo) -> Option<Link> {
        self.identities.counterpart(page, version).map(|found| Link { page: found.page, same: found.same })
    }

    /// The newest page that is one with `page`.
    pub fn newest(&self, page: PageNo) -> PageNo {
        self.identities.members(page).first().copied().unwrap_or(page)
    }

    /// What `page` has in common with the same page of other versions, and with no other page: a number.
    pub fn identity(&self, page: PageNo) -> usize {
        self.identities.identity(page)
    }

    /// The address that search engines should show for `page`: its identity's in the current version, else its own.
    pub fn canonical(&self, page: PageNo, current: VersionNo) -> &Url {
        let there = self.identities.counterpart(page, current).filter(|found| found.same);
        &self.catalog.pages[there.map_or(page, |found| found.page)].url
    }

    /// Whether search engines should find `page`: those of preview and retired versions only where no other version has it.
    pub fn indexed(&self, page: PageNo, config: &Config) -> bool {
        let found = |page: PageNo| !matches!(config.versions[self.catalog.pages[page].version].status, Status::Preview | Status::Retired);
        let members = self.identities.members(page);
        if found(page) || members.iter().any(|member| found(*member)) {
            return found(page);
        }
        // It exists only where nobody should look: its newest release stands for all of them, or else its preview.
        let retired = |page: &PageNo| config.versions[self.catalog.pages[*page].version].status == Status::Retired;
        let newest = members.iter().copied().filter(retired).min_by_key(|member| self.catalog.pages[*member].version);
        newest.or_else(|| members.iter().copied().min_by_key(|member| self.catalog.pages[*member].version)).unwrap_or(page) == page
    }
}
