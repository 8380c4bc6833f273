//! `llms.txt`: what a version holds, for programs that read it on behalf of people (llmstxt.org), and the head of `llms-full.txt`, which
//! holds the text of all its pages.
//!
//! The title, a sentence about it, which version it is and how it stands; then a section for each section of the navigation, with links to
//! the Markdown of its pages. Links are absolute where the site has a `url`, since what a program reads is often torn from its place.

use super::super::compose::{Composer, From};
use super::super::front::{link, remark};
use super::super::twin::{Leads, words};
use crate::config::{Status, VersionNo};
use crate::id::Url;
use crate::resolve::{NavHref, NavNo};

/// The address of a file of `version` that is called `name`: beside its first page.
fn beside(composer: &Composer<'_>, version: VersionNo, name: &str) -> Option<Url> {
    Some(composer.site.catalog.pages[composer.site.catalog.home(version)?].url.beside(name))
}

/// The address of the `llms.txt` of a version; none for one without pages.
pub fn llms_url(composer: &Composer<'_>, version: VersionNo) -> Option<Url> {
    beside(composer, version, "llms.txt")
}

/// The address of the `llms-full.txt` of a version; none for one without pages.
pub fn full_url(composer: &Composer<'_>, version: VersionNo) -> Option<Url> {
    beside(composer, version, "llms-full.txt")
}

/// The `llms.txt` of a version; none for one without pages.
pub fn llms(composer: &Composer<'_>, version: VersionNo, leads: Leads) -> Option<String> {
    let url = llms_url(composer, version)?;
    let mut list = List { composer, leads, from: &url, out: head(composer, version, &url) };
    let nav = &composer.site.navs[version];
    if let Some(full) = full_url(composer, version) {
        list.out.push_str(&format!("\nThe text of all pages in one file: [llms-full.txt]({})\n", list.address(&full)));
    }
    let mut loose = false;
    for no in &nav.top {
        let node = &nav.nodes[*no];
        if node.children.is_empty() {
            if !loose {
                list.section("Pages");
            }
            loose = true;
            list.entry(version, *no);
        } else {
            loose = false;
            list.section(&node.title);
            list.branch(version, *no);
        }
    }
    list.versions(version);
    Some(list.out)
}

/// What stands before the pages in the `llms-full.txt` of a version; none for one without pages.
pub fn full_head(composer: &Composer<'_>, version: VersionNo) -> Option<String> {
    let url = full_url(composer, version)?;
    let mut out = head(composer, version, &url);
    out.push_str("\nEach page begins with its own front matter. Links are relative to the page in which they stand.\n");
    Some(out)
}

fn head(composer: &Composer<'_>, version: VersionNo, from: &Url) -> String {
    let mut out = format!("# {}\n", words(&composer.site.title));
    let home = composer.site.catalog.home(version).map(|home| &composer.site.catalog.pages[home]);
    if let Some(description) = home.and_then(|home| home.facts.description.as_deref()) {
        out.push_str(&format!("\n> {}\n", words(description)));
    }
    if let Some(says) = status(composer, version) {
        out.push_str(&format!("\n{says}"));
        let current = composer.config.current();
        if let Some(there) = llms_url(composer, current).filter(|_| current != version) {
            let title = words(&composer.config.versions[current].title);
            out.push_str(&format!(" The current version is [{title}]({}).", address(composer, from, &there)));
        }
        out.push('\n');
    }
    out
}

/// Which version it is, and how it stands; none on a site without versions.
fn status(composer: &Composer<'_>, no: VersionNo) -> Option<String> {
    if !composer.config.versioned {
        return None;
    }
    let version = &composer.config.versions[no];
    let mut says = format!("This is version {}", words(version.id.as_str()));
    if version.title != version.id.as_str() {
        says.push_str(&format!(", {}", words(&version.title)));
    }
    says.push_str(": ");
    says.push_str(match version.status {
        Status::Preview => "a preview that may still change.",
        Status::Current => "the current version.",
        Status::Supported => "an older version that is still supported.",
        Status::Deprecated => "a deprecated version.",
        Status::Retired => "a retired version, no longer supported.",
        Status::Gone => "a version that is gone.",
    });
    if let Some(date) = version.released {
        says.push_str(&format!(" Released {date}."));
    }
    if let Some(date) = version.support_ends {
        says.push_str(&format!(" Support {} {date}.", if version.status == Status::Retired { "ended" } else { "ends" }));
    }
    Some(says)
}

/// How the file at `from` writes a link to `to`.
fn address(composer: &Composer<'_>, from: &Url, to: &Url) -> String {
    match &composer.config.url {
        Some(site) => site.absolute(to),
        None => composer.href(From::Page(from), to),
    }
}

struct List<'a> {
    composer: &'a Composer<'a>,
    leads: Leads,
    from: &'a Url,
    out: String,
}

impl List<'_> {
    fn address(&self, to: &Url) -> String {
        address(self.composer, self.from, to)
    }

    fn section(&mut self, title: &str) {
        self.out.push_str(&format!("\n## {}\n\n", words(title)));
    }

    /// An entry and all that lies below it, as one list: programs look for nothing deeper.
    fn branch(&mut self, version: VersionNo, no: NavNo) {
        self.entry(version, no);
        for child in &self.composer.site.navs[version].nodes[no].children {
            self.branch(version, *child);
        }
    }

    fn entry(&mut self, version: VersionNo, no: NavNo) {
        let node = &self.composer.site.navs[version].nodes[no];
        match &node.href {
            NavHref::Nowhere => {}
            NavHref::Page(page) => {
                let page = &self.composer.site.catalog.pages[*page];
                let about = remark(page.facts.description.as_deref());
                self.out.push_str(&format!("- {}{about}\n", link(&page.title, self.address(&page.url), self.leads)));
            }
            NavHref::Url(url) => self.out.push_str(&format!("- {}\n", link(&node.title, url.clone(), Leads::Pages))),
        }
    }

    fn versions(&mut self, here: VersionNo) {
        let others = (0..self.composer.config.versions.len()).filter(|version| *version != here);
        let others: Vec<_> = others.filter_map(|version| Some((version, llms_url(self.composer, version)?))).collect();
        if others.is_empty() {
            return;
        }
        self.section("Other versions");
        for (version, url) in others {
            let version = &self.composer.config.versions[version];
            self.out.push_str(&format!("- [{}]({}): {}\n", words(&version.title), self.address(&url), version.status.as_str()));
        }
    }
}
