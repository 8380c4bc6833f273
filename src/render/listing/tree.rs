//! `_/nav/ID.js`: the whole navigation of a version, which a page asks for when a reader opens a branch or filters.
//!
//! A page carries the open branch only. The file is a classic script that hands its entries over by an event, so that it works from
//! disk and under the strict policy, and leaves no name behind. Its name has no digest: a new title would reach every page otherwise.

use std::borrow::Cow;

use serde::Serialize;

use super::super::compose::Since;
use super::script;
use crate::config::{Config, LinkStyle, VersionNo};
use crate::id::Url;
use crate::resolve::{NavHref, NavNo, Site};

/// From how many entries on a version's navigation is worth a filter.
const LONG: usize = 16;

/// Where the navigation of a version is; none where every page shows all of it.
pub fn tree(site: &Site, config: &Config, version: VersionNo) -> Option<Url> {
    // A long one has a filter, and is not looked through for each page.
    let needed = long(site, version) || site.navs[version].nodes.iter().any(|node| !node.children.is_empty());
    needed.then(|| Url::file(&format!("_/nav/{}.js", config.versions[version].id)))
}

/// Whether the navigation of a version is so long that readers may want to filter it.
pub fn long(site: &Site, version: VersionNo) -> bool {
    site.navs[version].nodes.len() >= LONG
}

/// The navigation of a version that has a file of its own, and where that is.
pub fn tree_file(site: &Site, config: &Config, since: &dyn Since, version: VersionNo) -> Option<(Url, String)> {
    Some((tree(site, config, version)?, script("tree", &entries(site, config, since, version))))
}

/// An entry: how deep it lies, its title, and where it leads, from the site's root (none for a heading); with its mark, if it has one.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry<'a> {
    Plain(usize, &'a str, Option<Cow<'a, str>>),
    Marked(usize, &'a str, Option<Cow<'a, str>>, &'static str),
}

/// All entries, in the order of reading.
fn entries<'a>(site: &'a Site, config: &Config, since: &dyn Since, version: VersionNo) -> Vec<Entry<'a>> {
    let nav = &site.navs[version];
    let mut entries = Vec::with_capacity(nav.nodes.len());
    let mut waiting: Vec<(usize, NavNo)> = nav.top.iter().rev().map(|no| (0, *no)).collect();
    while let Some((depth, no)) = waiting.pop() {
        let node = &nav.nodes[no];
        let title = node.title.as_str();
        entries.push(match &node.href {
            NavHref::Nowhere => Entry::Plain(depth, title, None),
            NavHref::Url(url) => Entry::Plain(depth, title, Some(url.as_str().into())),
            NavHref::Page(page) => {
                let path = site.catalog.pages[*page].url.as_str().trim_start_matches('/');
                let href = match config.output.links {
                    LinkStyle::Folders => path.into(),
                    LinkStyle::Files => format!("{path}index.html").into(),
                };
                match since.mark(*page) {
                    Some(mark) => Entry::Marked(depth, title, Some(href), mark),
                    None => Entry::Plain(depth, title, Some(href)),
                }
            }
        });
        waiting.extend(node.children.iter().rev().map(|no| (depth + 1, *no)));
    }
    entries
}
