//! Print pages: the pages of a version one after another, in the order of the navigation, to be read and printed in one piece.
//!
//! - In: the finished bodies of the pages, as they stand on pages of their own.
//! - Out: one page with all of them. What each of them calls its own (ids, and links to them) gets the number of the page before it; links to
//!   pages that stand on it lead there; all others lead where they led.
//! - Never here: Markdown. A body is written once, and its HTML is gone through as it is: by tags and attributes, which this program wrote.
//!
//! Which print pages there are is for `prints` to say.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::body::Body;
use super::compose::{Composer, From};
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

/// Elements whose text a browser does not read as markup. Only trusted HTML has them.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// A body as it stands on a print page.
fn moved(html: &str, place: &Place<'_>) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(rest.len(), |end| end + 3);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let closes = rest.starts_with("</");
        let from = 1 + usize::from(closes);
        let length = rest[from..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len() - from);
        let name = &rest[from..from + length];
        out.push_str(&rest[..from]);
        out.push_str(lower(name));
        rest = &rest[from + length..];
        if length == 0 {
            continue;
        }
        rest = attributes(rest, place, &mut out);
        if !closes && RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
            let end = rest.to_ascii_lowercase().find(&format!("</{}", name.to_ascii_lowercase())).unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

/// The name of an element below the title of its page, which is of level 2.
fn lower(name: &str) -> &str {
    match name {
        "h1" | "h2" => "h3",
        "h3" => "h4",
        "h4" => "h5",
        "h5" => "h6",
        name => name,
    }
}

/// Copies a tag from behind its name to its end, its attributes moved; what comes behind it.
fn attributes<'h>(mut rest: &'h str, place: &Place<'_>, out: &mut String) -> &'h str {
    loop {
        let space = rest.find(|c: char| !c.is_ascii_whitespace() && c != '/').unwrap_or(rest.len());
        out.push_str(&rest[..space]);
        rest = &rest[space..];
        if rest.is_empty() {
            return rest;
        }
        if let Some(behind) = rest.strip_prefix('>') {
            out.push('>');
            return behind;
        }
        let end = rest[1..].find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/')).map_or(rest.len(), |end| end + 1);
        let name = &rest[..end];
        out.push_str(name);
        rest = &rest[end..];
        let Some(value) = rest.strip_prefix('=') else { continue };
        out.push('=');
        let (quote, value) = match value.as_bytes().first() {
            Some(b'"') => ("\"", &value[1..]),
            Some(b'\'') => ("'", &value[1..]),
            // Only trusted HTML leaves them out.
            _ => {
                rest = value;
                continue;
            }
        };
        let end = value.find(quote).unwrap_or(value.len());
        out.push_str(quote);
        attribute(&name.to_ascii_lowercase(), &value[..end], place, out);
        out.push_str(&value[end..(end + 1).min(value.len())]);
        rest = &value[(end + 1).min(value.len())..];
    }
}

fn attribute(name: &str, value: &str, place: &Place<'_>, out: &mut String) {
    match name {
        "id" | "name" | "for" | "headers" | "aria-labelledby" | "aria-describedby" | "aria-controls" | "aria-owns" | "popovertarget" => {
            for (no, id) in value.split_ascii_whitespace().enumerate() {
                out.push_str(if no > 0 { " " } else { "" });
                out.push_str(place.id);
                out.push(':');
                out.push_str(id);
            }
        }
        "href" | "src" | "poster" => address(value, place, out),
        _ => out.push_str(value),
    }
}

/// An address of the body. What it is written with stays escaped as it is.
fn address(value: &str, place: &Place<'_>, out: &mut String) {
    if let Some(id) = value.strip_prefix('#') {
        out.push('#');
        out.push_str(place.id);
        if !id.is_empty() {
            out.push(':');
            out.push_str(id);
        }
        return;
    }
    let (path, rest) = value.split_at(value.find(['?', '#']).unwrap_or(value.len()));
    let Some(url) = place.from.join(path) else { return out.push_str(value) };
    let page = url.as_str().strip_suffix("index.html").unwrap_or(url.as_str());
    match place.numbers.get(page) {
        Some(number) => {
            out.push_str(&format!("#p{number}"));
            if let Some((_, id)) = rest.split_once('#').filter(|(_, id)| !id.is_empty()) {
                out.push(':');
                out.push_str(id);
            }
        }
        None => {
            out.push_str(&place.here.link_to(&url));
            out.push_str(rest);
        }
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
