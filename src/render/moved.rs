//! Finished HTML that goes elsewhere: onto a print page, onto another page, or out of the site.
//!
//! - In: the body of a page, as it stands on a page of its own.
//! - Out: the same for another [`Place`]: there its ids are other ones or none, and its links are written as from there.
//! - Never here: Markdown. A body is written once, and its HTML is gone through as it is: by tags and attributes, which this program wrote.

use std::borrow::Cow;

use crate::id::Url;

/// Where a body goes.
pub(super) trait Place {
    /// What an element is called there.
    fn element<'n>(&self, name: &'n str) -> &'n str {
        name
    }

    /// What an id of the body is there; none where it has none, and what speaks of it is left out.
    fn id(&self, id: &str) -> Option<String>;

    /// What an address of the body is there. What it is written with stays escaped as it is.
    fn address<'v>(&self, value: &'v str) -> Cow<'v, str>;
}

/// `html` of the page at `from`, as it stands on the page at `to`: its links lead where they led, those to places of its own lead back, and
/// it has no ids.
pub fn onto(html: &str, from: &Url, to: &Url) -> String {
    moved(html, &Page { from, to, below: false })
}

/// The same below a heading of level 2: its own headings are one level lower.
pub(super) fn below(html: &str, from: &Url, to: &Url) -> String {
    moved(html, &Page { from, to, below: true })
}

/// An element one heading lower.
pub(super) fn lower(name: &str) -> &str {
    match name {
        "h1" => "h2",
        "h2" => "h3",
        "h3" => "h4",
        "h4" => "h5",
        "h5" => "h6",
        name => name,
    }
}

/// `html` of the page at the absolute address `base`, as it can stand anywhere: its links are absolute, and it has no ids.
pub fn absolute(html: &str, base: &str) -> String {
    let base = base.replace('&', "&amp;").replace('"', "&quot;");
    moved(html, &Anywhere { base: &base })
}

/// Another page.
struct Page<'p> {
    from: &'p Url,
    to: &'p Url,
    /// Whether it stands below a heading of level 2.
    below: bool,
}

impl Place for Page<'_> {
    fn element<'n>(&self, name: &'n str) -> &'n str {
        if self.below { lower(name) } else { name }
    }

    fn id(&self, _: &str) -> Option<String> {
        None
    }

    fn address<'v>(&self, value: &'v str) -> Cow<'v, str> {
        let (path, rest) = value.split_at(value.find(['?', '#']).unwrap_or(value.len()));
        // Without a path, it is a place on the page itself.
        let url = if path.is_empty() { Some(self.from.clone()) } else { self.from.join(path) };
        match url {
            Some(url) => Cow::Owned(self.to.link_to(&url) + rest),
            None => Cow::Borrowed(value),
        }
    }
}

/// Outside the site.
struct Anywhere<'p> {
    /// The absolute address of the page, escaped as the body's are.
    base: &'p str,
}

impl Place for Anywhere<'_> {
    fn id(&self, _: &str) -> Option<String> {
        None
    }

    fn address<'v>(&self, value: &'v str) -> Cow<'v, str> {
        resolved(self.base, value)
    }
}

/// The absolute address that `reference` means on the page at `base` (RFC 3986, section 5.2).
fn resolved<'v>(base: &str, reference: &'v str) -> Cow<'v, str> {
    let scheme = reference.find([':', '/', '?', '#']).filter(|end| reference[*end..].starts_with(':')).is_some();
    let Some((protocol, rest)) = base.split_once("//").filter(|_| !scheme) else { return Cow::Borrowed(reference) };
    let rest = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (way, tail) = reference.split_at(reference.find(['?', '#']).unwrap_or(reference.len()));
    if way.starts_with("//") {
        return Cow::Owned(format!("{protocol}{reference}"));
    }
    if way.is_empty() {
        return Cow::Owned(format!("{protocol}//{host}{path}{tail}"));
    }
    let folder = if way.starts_with('/') { "" } else { &path[..path.rfind('/').unwrap_or(0)] };
    let mut parts: Vec<&str> = folder.split('/').skip(1).collect();
    let mut names = way.strip_prefix('/').unwrap_or(way).split('/').peekable();
    while let Some(name) = names.next() {
        match name {
            "." | ".." => {
                if name == ".." {
                    parts.pop();
                }
                // Behind the last name of a folder stands its slash.
                if names.peek().is_none() {
                    parts.push("");
                }
            }
            name => parts.push(name),
        }
    }
    Cow::Owned(format!("{protocol}//{host}/{}{tail}", parts.join("/")))
}

/// Elements whose text a browser does not read as markup. Only trusted HTML has them.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// What a heading has behind its words, as `body` writes it.
const ANCHOR: &str = "<a class=\"anchor\" href=\"#";

/// A body as it stands at `place`.
pub(super) fn moved(html: &str, place: &impl Place) -> String {
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
        // Where headings have no ids, no sign leads to them.
        if let Some(anchor) = rest.strip_prefix(ANCHOR) {
            let id = &anchor[..anchor.find('"').unwrap_or(anchor.len())];
            if let Some(end) = anchor.find("</a>").filter(|_| place.id(id).is_none()) {
                rest = &anchor[end + 4..];
                continue;
            }
        }
        let closes = rest.starts_with("</");
        let from = 1 + usize::from(closes);
        let length = rest[from..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len() - from);
        let name = &rest[from..from + length];
        out.push_str(&rest[..from]);
        out.push_str(place.element(name));
        rest = &rest[from + length..];
        if length == 0 {
            continue;
        }
        rest = attributes(rest, place, &mut out);
        if !closes && RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
            let end = end_of(rest, name);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

/// Where the text of the element `name` ends in `rest`.
fn end_of(rest: &str, name: &str) -> usize {
    let closing = |at: &usize| rest.as_bytes()[at + 2..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
    rest.match_indices("</").map(|(at, _)| at).find(closing).unwrap_or(rest.len())
}

/// Copies a tag from behind its name to its end, its attributes moved; what comes behind it.
fn attributes<'h>(mut rest: &'h str, place: &impl Place, out: &mut String) -> &'h str {
    loop {
        let space = rest.find(|c: char| !c.is_ascii_whitespace() && c != '/').unwrap_or(rest.len());
        let (before, behind) = rest.split_at(space);
        rest = behind;
        if rest.is_empty() || rest.starts_with('>') {
            out.push_str(before);
            out.push_str(&rest[..rest.len().min(1)]);
            return rest.strip_prefix('>').unwrap_or(rest);
        }
        let end = rest[1..].find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/')).map_or(rest.len(), |end| end + 1);
        let name = &rest[..end];
        rest = &rest[end..];
        // Only trusted HTML has blanks around the sign, or leaves the quotes out.
        let Some(value) = rest.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start) else {
            out.push_str(before);
            out.push_str(name);
            continue;
        };
        let (quote, value, behind) = match value.as_bytes().first() {
            Some(b'"') => quoted("\"", value),
            Some(b'\'') => quoted("'", value),
            _ => {
                let end = value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len());
                ("", &value[..end], &value[end..])
            }
        };
        rest = behind;
        if let Some(value) = attribute(&name.to_ascii_lowercase(), value, place) {
            for part in [before, name, "=", quote, &value, quote] {
                out.push_str(part);
            }
        }
    }
}

/// A value in quotes, and what comes behind them.
fn quoted<'h>(quote: &'static str, text: &'h str) -> (&'static str, &'h str, &'h str) {
    let inside = &text[1..];
    let end = inside.find(quote).unwrap_or(inside.len());
    (quote, &inside[..end], &inside[(end + 1).min(inside.len())..])
}

/// What an attribute says there; none where it is left out.
fn attribute<'v>(name: &str, value: &'v str, place: &impl Place) -> Option<Cow<'v, str>> {
    match name {
        "id" | "name" | "for" | "headers" | "aria-labelledby" | "aria-describedby" | "aria-controls" | "aria-owns" | "popovertarget" => {
            let ids: Option<Vec<String>> = value.split_ascii_whitespace().map(|id| place.id(id)).collect();
            Some(Cow::Owned(ids?.join(" ")))
        }
        "href" | "src" | "poster" | "cite" => Some(place.address(value)),
        "srcset" => Some(Cow::Owned(candidates(value, place))),
        _ => Some(Cow::Borrowed(value)),
    }
}

/// A list of addresses, each with its size behind a blank (HTML Living Standard, section 4.8.4.2.1). An address may hold commas.
fn candidates(mut rest: &str, place: &impl Place) -> String {
    let mut moved = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return moved.join(", ");
        }
        let (word, behind) = rest.split_at(rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len()));
        let address = word.trim_end_matches(',');
        // A comma behind the address says that no size follows.
        let (size, behind) = if address.len() < word.len() { ("", behind) } else { behind.split_at(behind.find(',').unwrap_or(behind.len())) };
        moved.push(format!("{}{}", place.address(address), size.trim_ascii_end()));
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, page: &str, anywhere: &str) {
        assert_eq!(onto(html, &Url::folder("changelog/3.2"), &Url::folder("changelog")), page, "{html}");
        assert_eq!(absolute(html, "https://a.example/docs/changelog/3.2/"), anywhere, "{html}");
    }

    #[test]
    fn links_lead_where_they_led() {
        check("<a href=\"../\">t</a>", "<a href=\"./\">t</a>", "<a href=\"https://a.example/docs/changelog/\">t</a>");
        check(
            "<a href=\"../../guides/a/?q=1&amp;r#x\">t</a>",
            "<a href=\"../guides/a/?q=1&amp;r#x\">t</a>",
            "<a href=\"https://a.example/docs/guides/a/?q=1&amp;r#x\">t</a>",
        );
        check(
            "<img src=\"x.png\" alt=\"a>b\">",
            "<img src=\"3.2/x.png\" alt=\"a>b\">",
            "<img src=\"https://a.example/docs/changelog/3.2/x.png\" alt=\"a>b\">",
        );
        check(
            "<img srcset=\"x.png, y,z.png 2x , data:a,b 3x\">",
            "<img srcset=\"3.2/x.png, 3.2/y,z.png 2x, data:a,b 3x\">",
            "<img srcset=\"https://a.example/docs/changelog/3.2/x.png, https://a.example/docs/changelog/3.2/y,z.png 2x, data:a,b 3x\">",
        );
        for other in ["https://b.example/?a=1&amp;b=2#c", "mailto:a@b.example"] {
            let html = format!("<a href=\"{other}\">t</a>");
            check(&html, &html, &html);
        }
    }

    #[test]
    fn ids_are_left_out_and_links_to_them_lead_back() {
        check("<h2 id=\"x\">A<a class=\"anchor\" href=\"#x\" aria-label=\"Link\">#</a></h2>", "<h2>A</h2>", "<h2>A</h2>");
        check("<a href=\"#x\">t</a>", "<a href=\"3.2/#x\">t</a>", "<a href=\"https://a.example/docs/changelog/3.2/#x\">t</a>");
        check("<th headers=\"a b\" class=\"c\">", "<th class=\"c\">", "<th class=\"c\">");
        check("<p id=x hidden class = y><br/>", "<p hidden class=y><br/>", "<p hidden class=y><br/>");
    }

    #[test]
    fn text_stays_text() {
        for html in [
            "a &lt;b id=\"x\"&gt; id=\"x\" < c",
            "<!-- <b id=\"x\"> -->",
            "<script>'<b id=\"x\">'</Script>",
            "<style>\u{130}<b id=\"x\">",
            "<pre><code>#x</code></pre>",
            "<b class=\"",
            "<b class",
            "<",
            "<a class=\"anchor\" href=\"#",
        ] {
            // What ends in the middle of a value gets its quote.
            let ends = html.ends_with("=\"") || html.ends_with("=\"#");
            let page = onto(html, &Url::folder("a"), &Url::folder("b"));
            assert!(if ends { page.starts_with(&html[..html.len() - 1]) } else { page == html }, "{html}: {page}");
        }
    }

    #[test]
    fn references_are_resolved_as_browsers_do() {
        let base = "http://a/b/c/d;p?q";
        // RFC 3986, section 5.4.
        for (reference, url) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p#s"),
            ("g;x?y#s", "http://a/b/c/g;x?y#s"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/../h", "http://a/b/c/h"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("..g", "http://a/b/c/..g"),
        ] {
            assert_eq!(resolved(base, reference), url, "{reference}");
        }
        assert_eq!(resolved("https://a.example", "g"), "https://a.example/g");
    }
}
