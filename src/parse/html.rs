//! Raw HTML in Markdown: taken apart into tags, and what may pass under `html = "safe"`.
//!
//! The list says what passes; whatever is not on it is left out (elements and attributes of HTML) or shown as text (what is no element
//! at all, as `<token>`). Nothing here decides about addresses: attributes that hold one come out as such, to be resolved and judged
//! like any link.

use std::ops::Range;

use rustc_hash::FxHashSet;

/// A piece of raw HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Text between tags, entities as written.
    Text,
    /// `<name …>`
    Open(OpenTag),
    /// `</name>`
    Close(String),
    /// A comment, declaration or processing instruction: nothing that readers see.
    Unseen,
}

/// A start tag, as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OpenTag {
    /// In small letters.
    pub(super) name: String,
    /// Names in small letters, values with entities decoded; the first of two equal names.
    pub(super) attributes: Vec<(String, String)>,
}

/// Takes `html` apart as a browser's tokenizer does (HTML Living Standard, section 13.2.5). A tag that does not end is text.
pub(super) fn tokens(html: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut text = 0;
    let mut at = 0;
    // Where `-->` or `>` was last looked for in vain: what is not behind there is behind no later place either.
    let (mut no_comment_end, mut no_end) = (false, false);
    while let Some(start) = html[at..].find('<').map(|offset| at + offset) {
        let rest = &html[start..];
        let token = if rest.starts_with("<!--") {
            let end = if no_comment_end { None } else { comment_end(rest) };
            no_comment_end |= end.is_none();
            Some((Token::Unseen, end.unwrap_or(rest.len())))
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            let closing = if rest.starts_with("<![CDATA[") { "]]>" } else { ">" };
            Some((Token::Unseen, rest.find(closing).map_or(rest.len(), |end| end + closing.len())))
        } else if no_end {
            None
        } else {
            let tag = tag(rest);
            no_end |= tag.is_none() && !rest.contains('>');
            tag
        };
        let Some((token, length)) = token else {
            at = start + 1;
            continue;
        };
        if text < start {
            tokens.push((Token::Text, text..start));
        }
        let end = start + length;
        let raw = match &token {
            Token::Open(tag) if RAW_TEXT.contains(&tag.name.as_str()) => Some(format!("</{}", tag.name)),
            _ => None,
        };
        tokens.push((token, start..end));
        at = end;
        text = end;
        if let Some(closing) = raw {
            at = find_ignoring_case(&html[end..], &closing).map_or(html.len(), |offset| end + offset);
        }
    }
    if text < html.len() {
        tokens.push((Token::Text, text..html.len()));
    }
    tokens
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

fn comment_end(rest: &str) -> Option<usize> {
    // `<!-->` and `<!--->` are whole comments.
    if rest.starts_with("<!-->") {
        return Some(5);
    }
    if rest.starts_with("<!--->") {
        return Some(6);
    }
    rest[4..].find("-->").map(|end| end + 7)
}

/// The tag that `rest` begins with, and its length.
fn tag(rest: &str) -> Option<(Token, usize)> {
    let closing = rest.starts_with("</");
    let from = if closing { 2 } else { 1 };
    let name_end = rest[from..].find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').map(|end| from + end)?;
    let name = rest[from..name_end].to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let (attributes, end) = attributes(rest, name_end)?;
    let token = if closing { Token::Close(name) } else { Token::Open(OpenTag { name, attributes }) };
    Some((token, end))
}

type Attributes = Vec<(String, String)>;

/// The attributes from `at` on, and the end of the tag; none if it does not end.
fn attributes(rest: &str, mut at: usize) -> Option<(Attributes, usize)> {
    let mut found: Attributes = Vec::new();
    let mut names: FxHashSet<String> = FxHashSet::default();
    let bytes = rest.as_bytes();
    loop {
        while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/') {
            at += 1;
        }
        match bytes.get(at)? {
            b'>' => return Some((found, at + 1)),
            _ => {
                // A name may begin with `=`.
                let second = at + rest[at..].chars().next().map_or(1, char::len_utf8);
                let name_end = second + rest[second..].find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '='))?;
                let name = rest[at..name_end].to_ascii_lowercase();
                at = name_end;
                let mut value = String::new();
                let equals = rest[at..].find(|c: char| !c.is_ascii_whitespace()).map(|skip| at + skip)?;
                if bytes.get(equals) == Some(&b'=') {
                    at = rest[equals + 1..].find(|c: char| !c.is_ascii_whitespace()).map(|skip| equals + 1 + skip)?;
                    let end;
                    (value, end) = attribute_value(rest, at)?;
                    at = end;
                }
                // Few attributes are looked through; many are not, for each of them.
                let known = if found.len() < 32 { found.iter().any(|(known, _)| *known == name) } else { names.contains(&name) };
                if !known {
                    if found.len() == 31 {
                        names.extend(found.iter().map(|(name, _)| name.clone()));
                    }
                    if found.len() >= 31 {
                        names.insert(name.clone());
                    }
                    found.push((name, value));
                }
            }
        }
    }
}

fn attribute_value(rest: &str, at: usize) -> Option<(String, usize)> {
    let quote = rest[at..].chars().next()?;
    let (value, end) = if quote == '"' || quote == '\'' {
        let end = rest[at + 1..].find(quote).map(|end| at + 1 + end)?;
        (&rest[at + 1..end], end + 1)
    } else {
        let end = rest[at..].find(|c: char| c.is_ascii_whitespace() || c == '>').map(|end| at + end)?;
        (&rest[at..end], end)
    };
    Some((decoded(value), end))
}

/// `text` with its entities decoded, as Markdown decodes them: one rule for both.
pub(super) fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // No name is longer, and what is far away is not looked for again and again.
        let name = after.bytes().take(33).position(|byte| byte == b';').map(|end| &after[..end]).filter(|name| !name.is_empty());
        match name.and_then(|name| entity(name).map(|decoded| (name, decoded))) {
            Some((name, decoded)) => {
                out.push_str(&decoded);
                rest = &after[name.len() + 1..];
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<String> {
    use pulldown_cmark::{Event, Parser};
    // The table of named characters is pulldown-cmark's; it hands out a decoded text for each.
    let source = format!("&{name};");
    let text: String = Parser::new(&source)
        .filter_map(|event| match event {
            Event::Text(text) => Some(text.into_string()),
            _ => None,
        })
        .collect();
    (text != source).then_some(text)
}

/// What becomes of an element under `safe`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It passes.
    Passes,
    /// Its tags are left out, its content stays.
    TagRemoved,
    /// It is left out with all that it holds.
    Removed,
    /// It is no element of HTML: its tag is shown as text.
    Unknown,
}

/// Elements without content.
pub(super) const VOID: [&str; 6] = ["br", "hr", "img", "wbr", "col", "source"];

/// Elements whose content a browser does not read as markup.
const RAW_TEXT: [&str; 9] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript"];

/// What becomes of the element `name` under `safe`.
pub(super) fn fate(name: &str) -> Fate {
    match name {
        name if begins_block(name) => Fate::Passes,
        "a" | "abbr" | "audio" | "b" | "bdi" | "bdo" | "big" | "br" | "cite" | "code" | "del" | "dfn" | "em" | "i" | "img" | "ins" | "kbd"
        | "mark" | "picture" | "q" | "rp" | "rt" | "ruby" | "s" | "samp" | "small" | "source" | "span" | "strong" | "sub" | "sup" | "time" | "tt"
        | "u" | "var" | "video" | "wbr" => Fate::Passes,
        "script" | "style" | "iframe" | "object" | "applet" | "svg" | "math" | "template" | "noscript" | "noembed" | "noframes" | "xmp"
        | "plaintext" | "title" | "textarea" | "select" | "canvas" | "head" | "frameset" => Fate::Removed,
        "html" | "body" | "base" | "link" | "meta" | "embed" | "form" | "input" | "button" | "label" | "fieldset" | "legend" | "option"
        | "optgroup" | "datalist" | "output" | "progress" | "meter" | "frame" | "param" | "map" | "area" | "track" | "main" | "header" | "footer"
        | "nav" | "aside" | "address" | "hgroup" | "dialog" | "menu" | "slot" | "data" | "center" | "font" | "strike" | "marquee" | "blink"
        | "basefont" | "bgsound" | "dir" | "nobr" | "acronym" | "keygen" | "isindex" | "image" | "listing" | "portal" | "search" | "rb" | "rtc"
        | "fencedframe" => Fate::TagRemoved,
        _ => Fate::Unknown,
    }
}

/// Whether the element `name` passes, and begins a block of HTML wherever a line begins with one of its tags (CommonMark, section 4.6).
pub(super) fn begins_block(name: &str) -> bool {
    matches!(
        name,
        "article"
            | "blockquote"
            | "caption"
            | "col"
            | "colgroup"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "li"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Text that no program reads.
    Text,
    /// The id of the element.
    Id,
    /// A direction, which becomes a class.
    Align,
    /// Where a link leads.
    Link,
    /// What is loaded into the page.
    Resource,
}

/// What the attribute `name` of the element `tag` holds, if it may pass.
pub(super) fn attribute(tag: &str, name: &str, value: &str) -> Option<Holds> {
    let number = !value.is_empty() && value.len() < 6 && value.bytes().all(|b| b.is_ascii_digit());
    match (tag, name) {
        (_, "id") | ("a", "name") => Some(Holds::Id),
        (_, "class" | "title" | "lang" | "aria-label") => Some(Holds::Text),
        (_, "dir") => matches!(value, "ltr" | "rtl" | "auto").then_some(Holds::Text),
        (_, "aria-hidden") => matches!(value, "true" | "false").then_some(Holds::Text),
        ("p" | "div" | "td" | "th" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "img" | "table" | "figure", "align") => Some(Holds::Align),
        ("a", "href") => Some(Holds::Link),
        ("img" | "video" | "audio" | "source", "src") | ("video", "poster") => Some(Holds::Resource),
        ("img", "alt") | ("source", "type" | "media") | ("time" | "del" | "ins", "datetime") => Some(Holds::Text),
        ("img" | "video" | "source", "width" | "height") => number.then_some(Holds::Text),
        ("td" | "th", "colspan" | "rowspan") | ("col" | "colgroup", "span") | ("ol", "start") | ("li", "value") => number.then_some(Holds::Text),
        ("th", "scope") => matches!(value, "row" | "col" | "rowgroup" | "colgroup").then_some(Holds::Text),
        ("ol", "type") => matches!(value, "1" | "a" | "A" | "i" | "I").then_some(Holds::Text),
        ("ol", "reversed") | ("details", "open") | ("video" | "audio", "controls" | "loop" | "muted") => Some(Holds::Text),
        ("video" | "audio", "preload") => matches!(value, "none" | "metadata" | "auto").then_some(Holds::Text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        let shown: Vec<String> = tokens(html)
            .into_iter()
            .map(|(token, range)| match token {
                Token::Text => format!("{:?}", &html[range]),
                Token::Open(tag) => format!("<{} {:?}>", tag.name, tag.attributes),
                Token::Close(name) => format!("</{name}>"),
                Token::Unseen => "-".to_owned(),
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{html}");
    }

    #[test]
    fn tags_are_read_as_browsers_read_them() {
        check("a<B x='1' Y=2 z>c</b >", r#""a" <b [("x", "1"), ("y", "2"), ("z", "")]> "c" </b>"#);
        check("<a href=\"java&#115;cript:x&amp;y&Tab;\">", "<a [(\"href\", \"javascript:x&y\\t\")]>");
        check("<!-- <b> --><i>", "- <i []>");
        check("<!--><b>", "- <b []>");
        check("a < b <c", r#""a < b <c""#);
        check("<script>if (a<b) x('</b>')</SCRIPT>t", r#"<script []> "if (a<b) x('</b>')" </script> "t""#);
        check("<a x=1 x=2>", r#"<a [("x", "1")]>"#);
        let many: String = (0..50).chain(0..50).map(|no| format!(" a{no}")).collect();
        assert!(matches!(&tokens(&format!("<a{many}>"))[..], [(Token::Open(tag), _)] if tag.attributes.len() == 50));
        check("<a é=1 \u{e9}>", r#"<a [("é", "1")]>"#);
    }

    #[test]
    fn broken_tags_cost_little() {
        for piece in ["<", "<a ", "<a x=", "<!--", "<a x='", "</", "<!", "<a\n", "<script>"] {
            let html = piece.repeat(50_000);
            assert!(tokens(&html).len() <= 100_001, "{piece}");
        }
    }
}
