//! The last gate for pages that hold raw HTML. The only file that knows `ammonia`.
//!
//! Raw HTML was sifted when the page was read. Here the whole body is read once more, as a browser reads it, and only elements and
//! attributes of a list come out: two sieves of different make, so that a hole in one is no hole in the page.

use std::collections::{HashMap, HashSet};

use crate::config::Markdown;

/// The gate, made once for a build.
#[derive(Debug)]
pub struct Gate {
    cleaner: ammonia::Builder<'static>,
}

impl Gate {
    /// The gate for pages read with these settings.
    pub fn new(markdown: &Markdown) -> Self {
        let tags: HashSet<&'static str> = [
            "a",
            "abbr",
            "article",
            "aside",
            "audio",
            "b",
            "bdi",
            "bdo",
            "big",
            "blockquote",
            "br",
            "caption",
            "cite",
            "code",
            "col",
            "colgroup",
            "dd",
            "del",
            "details",
            "dfn",
            "div",
            "dl",
            "dt",
            "em",
            "figcaption",
            "figure",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "img",
            "input",
            "ins",
            "kbd",
            "li",
            "mark",
            "ol",
            "p",
            "picture",
            "pre",
            "q",
            "rp",
            "rt",
            "ruby",
            "s",
            "samp",
            "section",
            "small",
            "source",
            "span",
            "strong",
            "sub",
            "summary",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "time",
            "tr",
            "tt",
            "u",
            "ul",
            "var",
            "video",
            "wbr",
        ]
        .into();
        let generic: HashSet<&'static str> = ["id", "class", "title", "lang", "dir", "role", "tabindex", "aria-label", "aria-hidden"].into();
        let attributes: HashMap<&'static str, HashSet<&'static str>> = [
            ("a", &["href"][..]),
            ("audio", &["src", "controls", "loop", "muted", "preload"]),
            ("col", &["span"]),
            ("colgroup", &["span"]),
            ("del", &["datetime"]),
            ("details", &["open"]),
            ("img", &["src", "alt", "width", "height", "loading", "decoding"]),
            ("input", &["type", "disabled", "checked"]),
            ("ins", &["datetime"]),
            ("li", &["value"]),
            ("ol", &["start", "type", "reversed"]),
            ("source", &["src", "type", "media", "width", "height"]),
            ("td", &["colspan", "rowspan"]),
            ("th", &["colspan", "rowspan", "scope"]),
            ("time", &["datetime"]),
            ("video", &["src", "poster", "controls", "loop", "muted", "preload", "width", "height"]),
        ]
        .into_iter()
        .map(|(tag, names)| (tag, names.iter().copied().collect()))
        .collect();
        let mut schemes: HashSet<String> = ["http", "https", "mailto", "tel"].map(str::to_owned).into();
        schemes.extend(markdown.schemes.iter().cloned());
        let mut cleaner = ammonia::Builder::empty();
        cleaner
            .tags(tags)
            .generic_attributes(generic)
            .tag_attributes(attributes)
            .clean_content_tags(["script", "style"].into())
            .url_schemes(schemes.into_iter().map(leaked).collect())
            .url_relative(ammonia::UrlRelative::PassThrough)
            .link_rel(None)
            .strip_comments(true);
        Self { cleaner }
    }

    /// `html` without anything that is not on the list.
    pub(super) fn pass(&self, html: &str) -> String {
        self.cleaner.clean(html).to_string()
    }
}

/// ammonia borrows the names of schemes for as long as the cleaner lives. A build makes one gate, so a few bytes stay behind.
fn leaked(scheme: String) -> &'static str {
    Box::leak(scheme.into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_body_writes_passes_unchanged() {
        let gate = Gate::new(&Markdown::default());
        let html = "<h2 id=\"a\">A<a class=\"anchor\" href=\"#a\" aria-label=\"Link to this section\">#</a></h2>\n\
            <div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table><thead><tr><th class=\"right\">x</th></tr></thead></table></div>\n\
            <pre tabindex=\"0\"><code class=\"language-js\">x &lt; y</code></pre>";
        assert_eq!(gate.pass(html), html);
        assert_eq!(gate.pass("<a href=\"javascript:x\" onclick=\"y\">z</a><svg><script>1</script></svg>"), "<a>z</a>");
    }
}
