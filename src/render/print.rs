//! Print pages: the pages of a version one after another, in the order of the navigation, to be read and printed in one piece.
//!
//! - In: the finished bodies of the pages, as they stand on pages of their own.
//! - Out: one page with all of them. What each of them calls its own (ids, and links to them) gets the number of the page before it; links to
//!   pages that stand on it lead there; all others lead where they led.
//! - Never here: how HTML is gone through, which is for `moved`.
//!
//! Which print pages there are is for `prints` to say.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::body::Body;
use super::compose::{Composer, From};
use super::moved::{self, moved};
use super::prints::Part;
use super::view::{LinkView, SiteView, VersionView};
use crate::config::VersionNo;
use crate::id::Url;
use crate::resolve::PageNo;

/// What `print.html` sees.
#[derive(Debug, Serialize)]
pub struct PrintView<'a> {
    /// The site as a whole.
    pub site: SiteView<'a>,
    /// The version.
    pub version: VersionView<'a>,
    /// Whether readers see versions.
    pub versioned: bool,
    /// The section that is printed; none where it is the whole version.
    pub section: Option<&'a str>,
    /// The first page of the version.
    pub home: String,
    /// The absolute address of that; none without `url`.
    pub address: Option<String>,
    /// The pages, in the order of the navigation; empty where `parts` are listed instead.
    pub pages: Vec<PrintedView<'a>>,
    /// The print pages of the sections, where there are several.
    pub parts: Vec<LinkView<'a>>,
    /// The script that draws the diagrams in `pages`; none where there are none, or the site has no such script.
    pub diagrams: Option<String>,
}

/// A page on a print page.
#[derive(Debug, Serialize)]
pub struct PrintedView<'a> {
    /// Its id there.
    pub id: String,
    /// Its title, without markup.
    pub title: &'a str,
    /// Where it has a page of its own.
    pub href: String,
    /// Its text, with headings from level 3 on.
    pub html: String,
}

impl<'a> Composer<'a> {
    /// The print page that holds a page, from there.
    pub(super) fn print(&self, no: PageNo) -> Option<String> {
        let page = &self.site.catalog.pages[no];
        let prints = &self.prints[page.version];
        Some(self.href(From::Page(&page.url), &prints.part(no)?.url))
    }

    /// The view of a print page whose pages have these bodies, in its order.
    pub fn printed(&self, version: VersionNo, part: usize, bodies: &[&Body]) -> PrintView<'a> {
        let part = &self.prints[version].parts[part];
        let mut view = self.print_view(version, &part.url);
        view.section = part.title.as_deref();
        let numbers: FxHashMap<&str, usize> =
            part.pages.iter().enumerate().map(|(at, no)| (self.site.catalog.pages[*no].url.as_str(), at + 1)).collect();
        for (at, (no, body)) in part.pages.iter().zip(bodies).enumerate() {
            let page = &self.site.catalog.pages[*no];
            let id = format!("p{}", at + 1);
            let place = Place { id: &id, from: &page.url, here: &part.url, numbers: &numbers };
            view.pages.push(PrintedView {
                html: moved(&body.html, &place),
                id,
                title: &page.title,
                href: self.href(From::Page(&part.url), &page.url),
            });
        }
        let diagrams = bodies.iter().any(|body| body.diagrams);
        view.diagrams =
            self.config.markdown.mermaid.as_ref().filter(|_| diagrams).map(|script| self.href(From::Page(&part.url), &Url::file(&script.value)));
        view
    }

    /// The view of the list of a version's print pages; none where one holds all.
    pub fn print_list(&self, version: VersionNo) -> Option<(Url, PrintView<'a>)> {
        let prints = &self.prints[version];
        let url = prints.url.as_ref().filter(|_| prints.parts.len() > 1)?;
        let mut view = self.print_view(version, url);
        let link = |part: &'a Part| LinkView { title: part.title.as_deref().unwrap_or_default(), href: self.href(From::Page(url), &part.url) };
        view.parts = prints.parts.iter().map(link).collect();
        Some((url.clone(), view))
    }

    fn print_view(&self, version: VersionNo, url: &Url) -> PrintView<'a> {
        let home = self.site.catalog.home(version).map(|home| &self.site.catalog.pages[home].url);
        PrintView {
            site: self.site_view(From::Page(url), version),
            version: self.version_view(version),
            versioned: self.config.versioned,
            section: None,
            home: home.map(|home| self.href(From::Page(url), home)).unwrap_or_default(),
            address: home.and_then(|home| Some(self.config.url.as_ref()?.absolute(home))),
            pages: Vec::new(),
            parts: Vec::new(),
            diagrams: None,
        }
    }
}

/// Where a body goes.
struct Place<'p> {
    /// The id of its page there, which its own ids are put behind.
    id: &'p str,
    /// The address of its own page.
    from: &'p Url,
    /// The address of the print page.
    here: &'p Url,
    /// The numbers of the pages that stand on it, by address.
    numbers: &'p FxHashMap<&'p str, usize>,
}

impl moved::Place for Place<'_> {
    /// Headings stand below the title of their page, which is of level 2.
    fn element<'n>(&self, name: &'n str) -> &'n str {
        match name {
            "h1" | "h2" => "h3",
            "h3" => "h4",
            "h4" => "h5",
            "h5" => "h6",
            name => name,
        }
    }

    fn id(&self, id: &str) -> Option<String> {
        Some(format!("{}:{id}", self.id))
    }

    fn address<'v>(&self, value: &'v str) -> Cow<'v, str> {
        if let Some(id) = value.strip_prefix('#') {
            let colon = if id.is_empty() { "" } else { ":" };
            return Cow::Owned(format!("#{}{colon}{id}", self.id));
        }
        let (path, rest) = value.split_at(value.find(['?', '#']).unwrap_or(value.len()));
        let Some(url) = self.from.join(path) else { return Cow::Borrowed(value) };
        let page = url.as_str().strip_suffix("index.html").unwrap_or(url.as_str());
        Cow::Owned(match self.numbers.get(page) {
            Some(number) => match rest.split_once('#').filter(|(_, id)| !id.is_empty()) {
                Some((_, id)) => format!("#p{number}:{id}"),
                None => format!("#p{number}"),
            },
            None => self.here.link_to(&url) + rest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        let numbers = [("/guides/a/", 1), ("/guides/b/", 2)].into_iter().collect();
        let (from, here) = (Url::folder("guides/b"), Url::folder("_/print/2"));
        let place = Place { id: "p2", from: &from, here: &here, numbers: &numbers };
        assert_eq!(moved(html, &place), expected, "{html}");
    }

    #[test]
    fn ids_and_links_to_them_are_told_apart_by_page() {
        check("<h2 id=\"x\">A<a class=\"anchor\" href=\"#x\">#</a></h2>", "<h3 id=\"p2:x\">A<a class=\"anchor\" href=\"#p2:x\">#</a></h3>");
        check("<a href=\"#\">t</a>", "<a href=\"#p2\">t</a>");
        check("<th headers=\"a b\">", "<th headers=\"p2:a p2:b\">");
    }

    #[test]
    fn links_lead_to_the_place_on_the_page_or_where_they_led() {
        check("<a href=\"../a/#y\">t</a>", "<a href=\"#p1:y\">t</a>");
        check("<a href=\"../a/index.html\">t</a>", "<a href=\"#p1\">t</a>");
        check("<a href=\"../c/?q=1#y\">t</a>", "<a href=\"../../../guides/c/?q=1#y\">t</a>");
        check("<img src=\"x.png\" alt=\"a>b\">", "<img src=\"../../../guides/b/x.png\" alt=\"a>b\">");
        for other in ["https://a.example/?a=1&amp;b=2#c", "mailto:a@b.example", "//a.example/"] {
            check(&format!("<a href=\"{other}\">t</a>"), &format!("<a href=\"{other}\">t</a>"));
        }
    }

    #[test]
    fn text_stays_text() {
        for html in ["a &lt;b id=\"x\"&gt; id=\"x\" < c", "<!-- <b id=\"x\"> -->", "<script>'<b id=\"x\">'</script>", "<pre><code>#x</code></pre>"] {
            check(html, html);
        }
    }
}
