//! Makes the file of a twin: what it is of, in front matter, then title and text, and the pages of a section.
//!
//! The front matter is YAML, as programs that read Markdown expect it; each value is a string in double quotes. What a reader of another
//! version must know stands in the text as well, since not every reader looks at front matter.

use serde::Serialize;

use super::compose::{Composer, From, lists};
use super::href::Href;
use super::twin::{Leads, Twin, destination, shown, words};
use crate::id::Url;
use crate::resolve::PageNo;
use crate::resolve::link::Target;

/// What stands around the text of a twin, each part finished.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Frame {
    matter: String,
    title: String,
    /// Whether the title is the page's first heading, which may have markup.
    heading: bool,
    banner: String,
    /// What a section without text says.
    lead: String,
    list: String,
}

impl Frame {
    /// About how many bytes the file of a twin has, and not less.
    pub fn length(&self, twin: &Twin) -> usize {
        let parts = [&self.matter, &self.title, &self.banner, &self.lead, &self.list, &twin.title, &twin.text];
        parts.into_iter().map(|part| part.len() + 1).sum::<usize>() + 4
    }

    /// The file of a twin whose text is `twin`.
    pub fn around(&self, twin: &Twin) -> String {
        let title = if self.heading && !twin.title.is_empty() { &twin.title } else { &self.title };
        let mut out = String::with_capacity(self.length(twin));
        out.push_str(&self.matter);
        out.push_str("\n# ");
        out.push_str(title);
        out.push('\n');
        for part in [&self.banner, &self.lead, &twin.text, &self.list] {
            if !part.is_empty() {
                out.push('\n');
                out.push_str(part);
            }
        }
        out
    }
}

/// `text` in double quotes, as YAML and JSON read it (YAML 1.2.2, section 7.3.1).
fn quoted(text: &str) -> String {
    let text: String = text.chars().map(shown).collect();
    serde_json::to_string(&text).unwrap_or_default()
}

/// A link to the page at `href`, as Markdown: to its twin where there are twins.
pub(super) fn link(title: &str, href: String, leads: Leads) -> String {
    let url = Href::Page(href).in_twin(leads).unwrap_or_default();
    format!("[{}]{}", words(title), destination(&url, "", false))
}

/// What is known of a link, behind it.
pub(super) fn remark(text: Option<&str>) -> String {
    text.map(words).filter(|text| !text.is_empty()).map_or_else(String::new, |text| format!(": {text}"))
}

impl Composer<'_> {
    /// What stands around the text of a page's twin; the links of the text lead to `targets`.
    pub fn twin_frame(&self, no: PageNo, targets: &[Target], leads: Leads) -> Frame {
        let page = &self.site.catalog.pages[no];
        let children = if page.section { self.children(no) } else { Vec::new() };
        let mut list = String::new();
        if page.facts.empty || lists(&children, targets) {
            for child in children {
                let child = &self.site.catalog.pages[child];
                let link = link(&child.title, self.href(From::Page(&page.url), &child.url), leads);
                list.push_str(&format!("- {link}{}\n", remark(child.facts.description.as_deref())));
            }
        }
        let lead = page.facts.description.as_ref().filter(|_| page.facts.empty);
        Frame {
            matter: self.front_matter(no),
            title: words(&page.title),
            heading: page.facts.headings.first().is_some_and(|heading| heading.title == page.title),
            banner: self.twin_banner(no, leads),
            lead: lead.map_or_else(String::new, |text| words(text) + "\n"),
            list,
        }
    }

    fn front_matter(&self, no: PageNo) -> String {
        let page = &self.site.catalog.pages[no];
        let version = &self.config.versions[page.version];
        let dates = [version.released, version.support_ends].map(|date| date.map(|date| date.to_string()));
        let updated = page.updated.map(|date| date.to_string());
        let absolute = |url: &Url| self.config.url.as_ref().map(|site| site.absolute(url));
        let url = absolute(&page.url);
        let canonical = absolute(self.site.canonical(no, self.config.current())).filter(|canonical| Some(canonical) != url.as_ref());
        let versioned = |text| Some(text).filter(|_| self.config.versioned);
        let entries = [
            ("title", Some(page.title.as_str())),
            ("description", page.facts.description.as_deref()),
            ("version", versioned(version.title.as_str())),
            ("status", versioned(version.status.as_str())),
            ("released", dates[0].as_deref().and_then(versioned)),
            ("support_ends", dates[1].as_deref().and_then(versioned)),
            ("updated", updated.as_deref()),
            ("url", url.as_deref()),
            ("canonical", canonical.as_deref()),
        ];
        let mut out = String::from("---\n");
        for (key, value) in entries {
            if let Some(value) = value {
                out.push_str(&format!("{key}: {}\n", quoted(value)));
            }
        }
        out.push_str("---\n");
        out
    }

    /// What a page of a version that is not for everyone says at its top.
    fn twin_banner(&self, no: PageNo, leads: Leads) -> String {
        let Some(banner) = self.banner(no) else { return String::new() };
        let version = words(banner.version);
        let says = match (banner.kind, banner.support_ends) {
            ("preview", _) => format!("{version} is a preview. It may still change before its release."),
            ("deprecated", Some(date)) => format!("{version} is deprecated. It is supported until {date}."),
            ("deprecated", None) => format!("{version} is deprecated."),
            (_, Some(date)) => format!("{version} is retired. Its support ended on {date}."),
            (_, None) => format!("{version} is retired. It is no longer supported."),
        };
        let current = words(banner.current);
        let leads_on = match banner.same {
            Some(href) => format!("The same page in {current}, the current version: {}.", link(banner.nearest.title, href, leads)),
            None => format!(
                "This page is not in {current}, the current version. The nearest one there: {}.",
                link(banner.nearest.title, banner.nearest.href, leads)
            ),
        };
        format!("> [!WARNING]\n> {says}\n> {leads_on}\n")
    }
}
