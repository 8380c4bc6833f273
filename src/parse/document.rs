//! Markdown to events: the one reading of a text that facts are taken from and pages are written from.
//!
//! pulldown-cmark knows CommonMark and most of GitHub's extensions. What is added here: bare addresses become links, raw HTML is
//! taken apart and sifted, links are numbered, other tools' shortcodes stay text, and nesting ends where browsers end it.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType, OffsetIter, Options, Parser};
use rustc_hash::FxHashMap;

use super::foreign;
use crate::config::Markdown;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::FileName;

mod sieve;

/// pulldown-cmark's own events and tags, for those who go through a [`Document`].
pub use pulldown_cmark as md;

/// A text, read.
#[derive(Debug)]
pub struct Document<'a> {
    /// What the text is, in order, each with its bytes in the file.
    pub events: Vec<(Event<'a>, Range<usize>)>,
    /// Every link and image, by the numbers that events give.
    pub links: Vec<Link>,
    /// Whether raw HTML passed through the sieve, so that a page made of it must pass the last gate.
    pub sifted: bool,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// Anything that is not told apart below; never a link, an image or HTML.
    Markdown(md::Event<'a>),
    /// A link begins: its number.
    Link(usize),
    /// It ends.
    LinkEnd,
    /// An image begins: its number. What follows, up to its end, is its description.
    Image(usize),
    /// It ends.
    ImageEnd,
    /// A tag of raw HTML that may pass.
    Tag(Tag),
    /// An end tag of raw HTML, which has its start.
    EndTag(String),
    /// Text of raw HTML, in which entities still stand.
    HtmlText(String),
    /// Raw HTML of trusted authors, to be written as it is.
    Raw(String),
}

/// A start tag of raw HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// In small letters.
    pub name: String,
    /// Its attributes.
    pub attributes: Vec<(String, Attribute)>,
}

/// The value of an attribute of raw HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Text, not escaped.
    Text(String),
    /// An address: the link's number.
    Link(usize),
}

/// A link, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, in the writer's words.
    pub target: String,
    /// Its title, shown when a reader points at it; empty without one.
    pub title: String,
    /// What it does.
    pub kind: LinkKind,
    /// The bytes of the target in the file, as near as they can be told.
    pub range: Range<usize>,
}

/// What a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// It leads somewhere when a reader follows it.
    Link,
    /// It is loaded into the page: an image, a video.
    Resource,
    /// It is an address in the text itself, `<https://…>` or bare.
    Auto,
}

/// Deeper than this, containers are flattened: no browser shows more than 512, and readers see no difference long before.
const DEEPEST: usize = 100;

/// Reads `body`, which begins at byte `offset` of `file`.
pub fn read<'a>(body: &'a Cow<'a, str>, shielded: &Shielded, file: &FileName, markdown: &Markdown, diagnostics: &mut Diagnostics) -> Document<'a> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let mut reader = Reader {
        body,
        shielded,
        file,
        markdown,
        diagnostics,
        document: Document { events: Vec::with_capacity(body.len() / 12 + 16), links: Vec::new(), sifted: false },
        depth: 0,
        told_depth: false,
        open: Vec::new(),
        skipping: None,
        closings: FxHashMap::default(),
        block: None,
        text: None,
        braces: None,
        in_link: 0,
        in_code: false,
    };
    let mut events = Parser::new_ext(body, options).into_offset_iter();
    while let Some((event, range)) = events.next() {
        reader.event(event, range, &events);
    }
    reader.flush();
    reader.close(0, &(body.len()..body.len()));
    reader.document
}

/// What [`shield`] did to a text.
#[derive(Debug)]
pub struct Shielded {
    offset: usize,
    any: bool,
}

/// Makes a body ready for [`read`]: other tools' shortcodes are told, once, and hidden from the Markdown parser.
pub fn shield<'a>(text: &'a str, body: Range<usize>, file: &FileName, diagnostics: &mut Diagnostics) -> (Cow<'a, str>, Shielded) {
    let source = &text[body.clone()];
    let (shielded, shortcodes) = foreign::shield(source);
    for shortcode in &shortcodes {
        let written = &source[shortcode.range.clone()];
        let range = body.start + shortcode.range.start..body.start + shortcode.range.end;
        let first_line = written.lines().next().unwrap_or(written);
        diagnostics.push(
            Diagnostic::new(Code::ForeignSyntax, format!("`{first_line}` is a shortcode of Hugo's; it is shown as text"))
                .at(Span::new(file.clone(), range))
                .help(foreign::instead_of(written)),
        );
    }
    (shielded, Shielded { offset: body.start, any: !shortcodes.is_empty() })
}

struct Reader<'a, 'd> {
    body: &'a str,
    shielded: &'d Shielded,
    file: &'d FileName,
    markdown: &'d Markdown,
    diagnostics: &'d mut Diagnostics,
    document: Document<'a>,
    /// How many containers are open.
    depth: usize,
    told_depth: bool,
    /// Tags of raw HTML that are open, each with the depth at which it was opened.
    open: Vec<(String, usize)>,
    /// An element that is left out with its content, and the depth at which it began.
    skipping: Option<(String, usize)>,
    /// Where the next end tag of a name was found, or that there is none from here on.
    closings: FxHashMap<String, Option<usize>>,
    /// The lines of the block of HTML that is being read, with the place of each.
    block: Option<Vec<(CowStr<'a>, usize)>>,
    /// Text that the next event may go on with.
    text: Option<(Cow<'a, str>, Range<usize>)>,
    /// Words in braces at the end of a heading, which are no attributes.
    braces: Option<&'a str>,
    in_link: usize,
    in_code: bool,
}

impl<'a> Reader<'a, '_> {
    fn event(&mut self, event: md::Event<'a>, range: Range<usize>, events: &OffsetIter<'a>) {
        if let md::Event::Text(text) = event {
            return self.text(text, range);
        }
        self.flush();
        match event {
            md::Event::Start(md::Tag::HtmlBlock) => self.block = Some(Vec::new()),
            md::Event::End(md::TagEnd::HtmlBlock) => {
                let lines = self.block.take().unwrap_or_default();
                self.html(&lines, true);
            }
            md::Event::Html(html) => match &mut self.block {
                Some(lines) => lines.push((html, range.start)),
                None => self.html(&[(html, range.start)], true),
            },
            md::Event::InlineHtml(html) => self.html(&[(html, range.start)], false),
            md::Event::Start(md::Tag::Link { link_type, dest_url, title, id }) => {
                let kind = if matches!(link_type, LinkType::Autolink | LinkType::Email) { LinkKind::Auto } else { LinkKind::Link };
                let target = if link_type == LinkType::Email { format!("mailto:{dest_url}") } else { dest_url.to_string() };
                let place = self.target_range(&dest_url, &id, &range, events);
                let no = self.link(&target, &title, kind, place);
                self.in_link += 1;
                self.push(Event::Link(no), range);
            }
            md::Event::End(md::TagEnd::Link) => {
                self.in_link = self.in_link.saturating_sub(1);
                self.push(Event::LinkEnd, range);
            }
            md::Event::Start(md::Tag::Image { dest_url, title, id, .. }) => {
                let place = self.target_range(&dest_url, &id, &range, events);
                let no = self.link(&dest_url, &title, LinkKind::Resource, place);
                self.push(Event::Image(no), range);
            }
            md::Event::End(md::TagEnd::Image) => self.push(Event::ImageEnd, range),
            md::Event::Start(tag) => self.start(tag, range),
            md::Event::End(tag) => self.end(tag, range),
            other => self.words(Event::Markdown(other), range),
        }
    }

    /// Text comes in pieces (at every `_`, say); addresses are looked for in the whole.
    fn text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        match &mut self.text {
            Some((before, place)) => {
                before.to_mut().push_str(&text);
                place.end = range.end.max(place.end);
            }
            None => {
                let text = match text {
                    CowStr::Borrowed(text) => Cow::Borrowed(text),
                    other => Cow::Owned(other.into_string()),
                };
                self.text = Some((text, range));
            }
        }
    }

    fn flush(&mut self) {
        let Some((text, range)) = self.text.take() else { return };
        let text = if self.shielded.any { Cow::Owned(self.shown(&text)) } else { text };
        let links = if self.in_link > 0 || self.in_code { Vec::new() } else { super::autolink::autolinks(&text) };
        let mut done = 0;
        for link in links {
            if done < link.range.start {
                self.words(Event::Markdown(md::Event::Text(text[done..link.range.start].to_owned().into())), range.clone());
            }
            done = link.range.end;
            let no = self.link(&link.href, "", LinkKind::Auto, range.clone());
            self.push(Event::Link(no), range.clone());
            self.words(Event::Markdown(md::Event::Text(text[link.range].to_owned().into())), range.clone());
            self.push(Event::LinkEnd, range.clone());
        }
        if done < text.len() {
            let rest = match text {
                Cow::Borrowed(text) => CowStr::Borrowed(&text[done..]),
                Cow::Owned(text) => text[done..].to_owned().into(),
            };
            self.words(Event::Markdown(md::Event::Text(rest)), range);
        }
    }

    fn start(&mut self, tag: md::Tag<'a>, range: Range<usize>) {
        self.depth += 1;
        self.in_code |= matches!(tag, md::Tag::CodeBlock(_));
        if self.depth > DEEPEST && nests(&tag.to_end()) {
            return self.too_deep(range.start);
        }
        if let md::Tag::Heading { id: None, classes, attrs, .. } = &tag {
            // `## GET /users/{id}` has no attributes: the braces are words.
            if classes.is_empty() && attrs.iter().any(|(_, value)| value.is_none()) {
                self.braces = braces(&self.body[range.clone()]);
            }
        }
        self.push(Event::Markdown(md::Event::Start(tag)), range);
    }

    fn end(&mut self, tag: md::TagEnd, range: Range<usize>) {
        if let Some(braces) = self.braces.take_if(|_| matches!(tag, md::TagEnd::Heading(_))) {
            self.words(Event::Markdown(md::Event::Text(self.shown(braces).into())), range.clone());
        }
        self.close(self.depth, &range);
        self.in_code &= !matches!(tag, md::TagEnd::CodeBlock);
        let hidden = self.depth > DEEPEST && nests(&tag);
        self.depth = self.depth.saturating_sub(1);
        if !hidden {
            self.push(Event::Markdown(md::Event::End(tag)), range);
        }
    }

    fn too_deep(&mut self, at: usize) {
        if self.told_depth {
            return;
        }
        self.told_depth = true;
        let end = self.body[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        let message = format!("more than {DEEPEST} levels of quotes, lists, emphasis or tags");
        self.tell(Code::NestingTooDeep, message, at..end, None);
    }

    fn tell(&mut self, code: Code, message: String, range: Range<usize>, help: Option<String>) {
        let span = Span::new(self.file.clone(), self.file_range(&range));
        self.diagnostics.push(Diagnostic::new(code, message).at(span).help(help));
    }

    fn link(&mut self, target: &str, title: &str, kind: LinkKind, range: Range<usize>) -> usize {
        let range = self.file_range(&range);
        self.document.links.push(Link { target: self.shown(target), title: self.shown(title), kind, range });
        self.document.links.len() - 1
    }

    /// Where the target of a link is written: in the link itself, or in the definition that it refers to.
    fn target_range(&self, target: &str, label: &str, range: &Range<usize>, events: &OffsetIter<'a>) -> Range<usize> {
        let (place, found) = if label.is_empty() {
            (range.clone(), self.body[range.clone()].rfind(target))
        } else {
            match events.reference_definitions().get(label) {
                Some(definition) => {
                    let text = &self.body[definition.span.clone()];
                    let from = text.find("]:").map_or(0, |at| at + 2);
                    (definition.span.clone(), text[from..].find(target).map(|at| from + at))
                }
                None => (range.clone(), None),
            }
        };
        match found {
            Some(at) if !target.is_empty() => place.start + at..place.start + at + target.len(),
            _ => place,
        }
    }

    /// `text` as its writer sees it, where [`shield`] hid characters of it.
    fn shown(&self, text: &str) -> String {
        if self.shielded.any { foreign::unshield(text) } else { text.to_owned() }
    }

    fn file_range(&self, range: &Range<usize>) -> Range<usize> {
        range.start + self.shielded.offset..range.end + self.shielded.offset
    }

    /// What readers read: left out inside an element that is left out.
    fn words(&mut self, event: Event<'a>, range: Range<usize>) {
        if self.skipping.is_none() {
            let event = match event {
                Event::Markdown(md::Event::Code(code)) if self.shielded.any => Event::Markdown(md::Event::Code(self.shown(&code).into())),
                event => event,
            };
            self.push(event, range);
        }
    }

    fn push(&mut self, event: Event<'a>, range: Range<usize>) {
        let range = self.file_range(&range);
        self.document.events.push((event, range));
    }
}

/// Whether an id is one of those that the theme keeps for its own. Whichever way it is written: style sheets of pages in quirks mode, and
/// people, take `R:` for `r:`.
pub(super) fn the_themes(id: &str) -> bool {
    id.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("r:"))
}

/// Whether containers of this kind can hold each other without end.
fn nests(tag: &md::TagEnd) -> bool {
    use md::TagEnd;
    matches!(
        tag,
        TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::FootnoteDefinition
    )
}

/// The words in braces at the end of a heading's source, with the space before them.
fn braces(heading: &str) -> Option<&str> {
    let line = heading.lines().next()?.trim_end().trim_end_matches('#').trim_end();
    let start = line.strip_suffix('}')?.rfind('{')?;
    let start = line[..start].trim_end().len();
    Some(&line[start..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HtmlPolicy;

    /// The events of `text` in short, then its links, then what is said of it.
    fn check(text: &str, policy: HtmlPolicy, expected: &str) {
        let file = FileName::new("a.md");
        let mut diagnostics = Diagnostics::new();
        let (body, shielded) = shield(text, 0..text.len(), &file, &mut diagnostics);
        let markdown = Markdown { html: policy, ..Markdown::default() };
        let document = read(&body, &shielded, &file, &markdown, &mut diagnostics);
        let mut shown = String::new();
        for (event, _) in &document.events {
            match event {
                Event::Markdown(md::Event::Text(text)) => shown += text,
                Event::Markdown(md::Event::Code(text)) => shown += &format!("`{text}`"),
                Event::HtmlText(text) | Event::Raw(text) => shown += text,
                Event::Link(no) => shown += &format!("[{no}:"),
                Event::LinkEnd => shown.push(']'),
                Event::Image(no) => shown += &format!("![{no}:"),
                Event::ImageEnd => shown.push(']'),
                Event::Tag(tag) => {
                    shown += &format!("<{}", tag.name);
                    for (name, value) in &tag.attributes {
                        match value {
                            Attribute::Text(text) => shown += &format!(" {name}={text:?}"),
                            Attribute::Link(no) => shown += &format!(" {name}=#{no}"),
                        }
                    }
                    shown.push('>');
                }
                Event::EndTag(name) => shown += &format!("</{name}>"),
                _ => {}
            }
        }
        for link in &document.links {
            shown += &format!(" | {} at {:?}", link.target, &text[link.range.clone()]);
        }
        for diagnostic in &diagnostics {
            let at = diagnostic.span.as_ref().map_or("", |span| &text[span.range.clone()]);
            shown += &format!(" ! {} {at:?}", diagnostic.code.name());
        }
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn links_know_where_their_target_is_written() {
        check("see [a](b.md \"t\") and [c][d]\n\n[d]: e.md#f\n", HtmlPolicy::Safe, "see [0:a] and [1:c] | b.md at \"b.md\" | e.md#f at \"e.md#f\"");
        check("bare www.a.example here", HtmlPolicy::Safe, "bare [0:www.a.example] here | http://www.a.example at \"bare www.a.example here\"");
    }

    #[test]
    fn safe_html_passes_and_the_rest_is_told() {
        check("a <b onclick=x>c</b> <kbd>d", HtmlPolicy::Safe, "a <b>c</b> <kbd>d</kbd> ! html-removed \"<b onclick=x>\"");
        check("<script>x</script>\n\ny", HtmlPolicy::Safe, "\ny ! html-removed \"<script>\"");
        check("a <svg>b</svg> c <iframe> d", HtmlPolicy::Safe, "a  c  d ! html-removed \"<svg>\" ! html-removed \"<iframe>\"");
        check("set <token> now", HtmlPolicy::Safe, "set <token> now ! html-unknown-tag \"<token>\"");
        check("<!-- secret -->a <!-- x --> b", HtmlPolicy::Allow, "a  b");
        check(
            "<p align=center><img src=a.png></p>",
            HtmlPolicy::Safe,
            "<p class=\"align-center\"><img src=#0 alt=\"\"></p> | a.png at \"<img src=a.png>\"",
        );
        check("> <div>\n\nout", HtmlPolicy::Safe, "<div>\n</div>out");
        check("a </div> b", HtmlPolicy::Safe, "a  b");
        check("<b>x</b>", HtmlPolicy::Escape, "<b>x</b>");
    }

    #[test]
    fn shortcodes_stay_text() {
        check(
            "x {{< figure src=\"a\" >}} `{{% p %}}`",
            HtmlPolicy::Safe,
            "x {{< figure src=\"a\" >}} `{{% p %}}` ! foreign-syntax \"{{< figure src=\\\"a\\\" >}}\" ! foreign-syntax \"{{% p %}}\"",
        );
    }

    #[test]
    fn braces_of_a_heading_are_words_unless_they_are_attributes() {
        check("## GET /users/{id}\n", HtmlPolicy::Safe, "GET /users/{id}");
        check("## Retry {#retries}\n", HtmlPolicy::Safe, "Retry");
        check("## With {{< param x >}}\n", HtmlPolicy::Safe, "With {{< param x >}} ! foreign-syntax \"{{< param x >}}\"");
    }

    #[test]
    fn depth_costs_little() {
        for text in [
            ">".repeat(50_000),
            "- ".repeat(50_000),
            "*a **a ".repeat(20_000),
            "<div>".repeat(50_000),
            "<b><svg>".repeat(20_000),
            "![".repeat(50_000),
        ] {
            let file = FileName::new("a.md");
            let mut diagnostics = Diagnostics::new();
            let (body, shielded) = shield(&text, 0..text.len(), &file, &mut diagnostics);
            let document = read(&body, &shielded, &file, &Markdown::default(), &mut diagnostics);
            assert!(document.events.len() < 400_000);
        }
    }
}
