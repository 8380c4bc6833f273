//! The way to a page as search engines read it: JSON-LD, in a data block of the page (schema.org, `BreadcrumbList`).
//!
//! A data block is no script, so a strict Content Security Policy lets it stand. Its text must not end the element that it stands in: every
//! sign that could mean something to HTML is written as JSON's own escape.

use serde::Serialize;

use super::compose::Composer;
use crate::resolve::PageNo;

#[derive(Serialize)]
struct Trail<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "itemListElement")]
    steps: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: &'a str,
    item: String,
}

impl Composer<'_> {
    /// The way to a page, from the first page of its version on; none for that, and without `url`.
    pub(super) fn trail(&self, no: PageNo) -> Option<String> {
        let url = self.config.url.as_ref()?;
        if self.site.catalog.pages[no].path.as_str().is_empty() {
            return None;
        }
        let pages = self.crumbs(no).chain(std::iter::once(no)).map(|page| &self.site.catalog.pages[page]);
        let steps = pages.enumerate().map(|(at, page)| Step {
            kind: "ListItem",
            position: at + 1,
            name: page.facts.nav_title.as_deref().unwrap_or(&page.title),
            item: url.absolute(&page.url),
        });
        let trail = Trail { context: "https://schema.org", kind: "BreadcrumbList", steps: steps.collect() };
        serde_json::to_string(&trail).ok().map(|json| inert(&json))
    }
}

/// `json` without a sign that means something to HTML: in JSON they stand in strings alone.
fn inert(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_it_ends_its_element() {
        let title = "</script><!-- <script> ]]> & \u{2028}\u{1}\n\"";
        let json = inert(&serde_json::to_string(title).expect("JSON"));
        assert!(!json.contains(['<', '>', '&', '\n', '\u{2028}', '\u{1}']), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), title);
    }
}
