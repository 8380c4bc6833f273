//! Markdown to events: the one reading of a text that facts are taken from and pages are written from.
//!
//! pulldown-cmark knows CommonMark and most of GitHub's extensions. What is added here: directives, conditions, variables, included
//! files and code from files; alerts with titles; bare addresses become links; raw HTML is taken apart and sifted; links are numbered;
//! other tools' syntax is told and stays text; and nesting ends where browsers end it.
//!
//! - In: a text that [`prepare`] made ready, and the [`Door`] through which it asks for what lies outside it.
//! - Out: a [`Document`]. Everything in it knows its place in its file.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType, OffsetIter, Options, Parser};
use rustc_hash::FxHashMap;

use super::code::Code;
use super::door::Door;
use super::foreign;
use crate::config::Markdown;
use crate::diagnostic::{Code as Kind, Diagnostic, Diagnostics, Span};
use crate::id::{FileName, SourcePath};

mod block;
mod condition;
mod directives;
mod fenced;
mod image;
mod include;
mod places;
mod prepare;
mod shield;
mod sieve;
mod text;

pub(super) use condition::Conditions;
pub(super) use prepare::prepare;
pub(super) use shield::Prepared;

/// pulldown-cmark's own events and tags, for those who go through a [`Document`].
pub use pulldown_cmark as md;

/// A text, read.
#[derive(Debug, Default)]
pub struct Document<'a> {
    /// What the text is, in order, each with its place.
    pub events: Vec<(Event<'a>, Place)>,
    /// Every link and image, by the numbers that events give.
    pub links: Vec<Link>,
    /// Whether raw HTML passed through the sieve, so that a page made of it must pass the last gate.
    pub sifted: bool,
}

/// Bytes of the page's own file, or of one that it includes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// 0 for the page itself, else the number of the included file, from 1.
    pub file: u16,
    /// The bytes.
    pub range: Range<usize>,
}

/// A file whose text a page takes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludedFile {
    /// What people call it.
    pub file: FileName,
    /// Where it lies in the content tree; none for one of `snippets/`.
    pub path: Option<SourcePath>,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// Anything that is not told apart below; never a link, an image, code in a block, or HTML.
    Markdown(md::Event<'a>),
    /// A link begins: its number.
    Link(usize),
    /// It ends.
    LinkEnd,
    /// An image begins: its number, and the attributes that the writer gave it. What follows, up to its end, is its description.
    Image(usize, Vec<(&'static str, String)>),
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
    /// An emoji that was written by its name: the name, with its colons, and the emoji.
    Emoji(String, &'static str),
    /// A block of code.
    Code(Box<Code>),
    /// A formula in LaTeX, in a line or, where the flag says so, by itself.
    Math(String, bool),
    /// The text of a diagram, which a script of the site's draws.
    Diagram(String),
    /// A directive begins. Its title follows, if it has one, then what it holds.
    Open(Block),
    /// It ends.
    Close(Block),
    /// The title of the directive that has just begun.
    Title,
    /// It ends.
    TitleEnd,
}

/// A directive that readers see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// A note, a warning and the like.
    Callout(Callout),
    /// A disclosure, and whether it is open at first.
    Details(bool),
    /// Tabs: it holds [`Block::Tab`]s.
    Tabs,
    /// One of them; its title is its label.
    Tab,
    /// Tabs of code: it holds blocks of code.
    CodeGroup,
    /// Numbered steps: it holds an ordered list.
    Steps,
    /// Cards: it holds a list of links.
    Cards,
}

/// What a callout is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callout {
    /// Worth knowing in passing.
    Note,
    /// More about it.
    Info,
    /// A better way.
    Tip,
    /// Needed to succeed.
    Important,
    /// Needs care.
    Warning,
    /// May do harm.
    Caution,
    /// Will do harm.
    Danger,
}

impl Callout {
    /// Every kind, by the name that directives and alerts have for it.
    pub const ALL: [(&'static str, Callout); 7] = [
        ("note", Callout::Note),
        ("info", Callout::Info),
        ("tip", Callout::Tip),
        ("important", Callout::Important),
        ("warning", Callout::Warning),
        ("caution", Callout::Caution),
        ("danger", Callout::Danger),
    ];

    /// Its name: `note`.
    pub fn name(self) -> &'static str {
        Callout::ALL[self as usize].0
    }
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
    /// Where it leads, in the writer's words, variables replaced.
    pub target: String,
    /// Its title, shown when a reader points at it; empty without one.
    pub title: String,
    /// What it does.
    pub kind: LinkKind,
    /// The bytes of the target in its file, as near as they can be told.
    pub place: Place,
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

/// A page being read, with all that it includes.
pub(super) struct Reading<'r, 'd> {
    /// How Markdown is read.
    pub(super) markdown: &'r Markdown,
    /// Where it asks.
    pub(super) door: &'r mut Door<'d>,
    /// What is wrong with it.
    pub(super) diagnostics: &'r mut Diagnostics,
    /// The page itself.
    page: FileName,
    /// The files that it takes in, each once.
    pub(super) included: Vec<IncludedFile>,
    /// Those that are being read, one inside the other.
    trail: Vec<u16>,
    /// How many bytes it took in.
    bytes: usize,
}

impl<'r, 'd> Reading<'r, 'd> {
    /// The beginning of a page.
    pub(super) fn new(page: &FileName, markdown: &'r Markdown, door: &'r mut Door<'d>, diagnostics: &'r mut Diagnostics) -> Self {
        Self { page: page.clone(), markdown, door, diagnostics, included: Vec::new(), trail: Vec::new(), bytes: 0 }
    }
}

fn options(markdown: &Markdown) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST;
    options.set(Options::ENABLE_MATH, markdown.math);
    options
}

/// Reads a text that is ready, of the file `file`.
pub(super) fn read<'a>(prepared: &'a Prepared<'_>, file: &FileName, reading: &mut Reading<'_, '_>) -> Document<'a> {
    read_with(prepared, file, options(reading.markdown), reading)
}

fn read_with<'a>(prepared: &'a Prepared<'_>, file: &FileName, options: Options, reading: &mut Reading<'_, '_>) -> Document<'a> {
    let body = prepared.body();
    let mut reader = Reader {
        number: reading.trail.last().copied().unwrap_or(0),
        body,
        prepared,
        file,
        reading,
        document: Document { events: Vec::with_capacity(body.len() / 12 + 16), links: Vec::new(), sifted: false },
        depth: 0,
        told_depth: false,
        open: Vec::new(),
        skipping: None,
        closings: FxHashMap::default(),
        html: None,
        text: None,
        braces: None,
        in_link: 0,
        code: None,
        blocks: block::Stack::default(),
        alerts: Vec::new(),
        alert: text::Alert::None,
        images: Vec::new(),
        image_end: None,
    };
    let mut events = Parser::new_ext(body, options).into_offset_iter();
    while let Some((event, range)) = events.next() {
        reader.event(event, range, &events);
    }
    reader.flush();
    reader.end_directives();
    reader.close(0, &(body.len()..body.len()));
    reader.document
}

struct Reader<'a, 'f, 'r, 'd, 's> {
    /// The number of the file.
    number: u16,
    body: &'a str,
    prepared: &'a Prepared<'s>,
    file: &'f FileName,
    reading: &'f mut Reading<'r, 'd>,
    document: Document<'a>,
    /// How many containers are open, directives among them.
    depth: usize,
    told_depth: bool,
    /// Tags of raw HTML that are open, each with the depth at which it was opened.
    open: Vec<(String, usize)>,
    /// An element that is left out with its content, and the depth at which it began.
    skipping: Option<(String, usize)>,
    /// Where the next end tag of a name was found, or that there is none from here on.
    closings: FxHashMap<String, Option<usize>>,
    /// The lines of the block of HTML that is being read, with the place of each.
    html: Option<Vec<(CowStr<'a>, usize)>>,
    /// Text that the next event may go on with.
    text: Option<text::Words<'a>>,
    /// Words in braces at the end of a heading, which are no attributes.
    braces: Option<&'a str>,
    in_link: usize,
    /// The block of code that is being read.
    code: Option<fenced::Block<'a>>,
    /// The directives that are open.
    blocks: block::Stack<directives::OpenBlock>,
    /// Of each quote that is open, what callout it is, if it is one.
    alerts: Vec<Option<Callout>>,
    /// Whether the title of an alert is being read.
    alert: text::Alert,
    /// The events that began the images which are open.
    images: Vec<usize>,
    /// Where the last image ended, and the number of the event that began it: attributes may follow.
    image_end: Option<(usize, usize)>,
}

impl<'a> Reader<'a, '_, '_, '_, '_> {
    fn event(&mut self, event: md::Event<'a>, range: Range<usize>, events: &OffsetIter<'a>) {
        if self.code.is_some() {
            return self.code_event(event, range);
        }
        if let md::Event::Text(text) = event {
            self.content(&range);
            return self.text(text, range);
        }
        self.flush();
        if self.alert != text::Alert::None && self.alert_event(&event, &range) {
            return;
        }
        match event {
            md::Event::Start(md::Tag::HtmlBlock) => {
                self.content(&range);
                self.html = Some(Vec::new());
            }
            md::Event::End(md::TagEnd::HtmlBlock) => {
                let lines = self.html.take().unwrap_or_default();
                self.raw_html(&lines, true);
            }
            md::Event::Html(html) => {
                let html = self.unmasked_html(html, &range);
                match &mut self.html {
                    Some(lines) => lines.push((html, range.start)),
                    None => self.raw_html(&[(html, range.start)], true),
                }
            }
            md::Event::InlineHtml(html) => self.raw_html(&[(html, range.start)], false),
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
                self.images.push(self.document.events.len());
                self.push(Event::Image(no, Vec::new()), range);
            }
            md::Event::End(md::TagEnd::Image) => {
                self.image_ends(&range);
                self.push(Event::ImageEnd, range);
            }
            md::Event::Start(md::Tag::CodeBlock(kind)) => self.code_begins(&kind, range),
            md::Event::Start(tag) => self.start(tag, range),
            md::Event::End(tag) => self.end(tag, range),
            md::Event::Rule => match self.prepared.marker(range.start) {
                Some(no) => self.marker(no),
                None => {
                    self.content(&range);
                    self.words(Event::Markdown(md::Event::Rule), range);
                }
            },
            md::Event::InlineMath(latex) => self.formula(&latex, false, range),
            md::Event::DisplayMath(latex) => self.formula(&latex, true, range),
            other => {
                self.content(&range);
                self.words(Event::Markdown(other), range);
            }
        }
    }

    fn formula(&mut self, latex: &str, display: bool, range: Range<usize>) {
        self.content(&range);
        let latex = self.shown(latex);
        self.words(Event::Math(latex, display), range);
    }

    fn start(&mut self, tag: md::Tag<'a>, range: Range<usize>) {
        self.content(&range);
        self.blocks.enter();
        self.depth += 1;
        if matches!(tag, md::Tag::BlockQuote(_)) {
            self.alerts.push(None);
        }
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
            let start = range.start + self.body[range.clone()].rfind(braces).unwrap_or(0);
            self.text(CowStr::Borrowed(braces), start..start + braces.len());
            self.flush();
        }
        self.leave();
        self.close(self.depth, &range);
        let hidden = self.depth > DEEPEST && nests(&tag);
        self.depth = self.depth.saturating_sub(1);
        let callout = if matches!(tag, md::TagEnd::BlockQuote(_)) { self.alerts.pop().flatten() } else { None };
        match callout {
            _ if hidden => {}
            Some(callout) => self.push(Event::Close(Block::Callout(callout)), range),
            None => self.push(Event::Markdown(md::Event::End(tag)), range),
        }
    }

    fn too_deep(&mut self, at: usize) {
        if self.told_depth {
            return;
        }
        self.told_depth = true;
        let end = self.body[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        let message = format!("more than {DEEPEST} levels of quotes, lists, directives, emphasis or tags");
        self.tell(Kind::NestingTooDeep, message, at..end, None);
    }

    fn tell(&mut self, code: Kind, message: impl Into<String>, range: Range<usize>, help: Option<String>) {
        let span = self.span(&range);
        self.reading.diagnostics.push(Diagnostic::new(code, message).at(span).help(help));
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file.clone(), self.prepared.places.file(range))
    }

    fn place(&self, range: &Range<usize>) -> Place {
        Place { file: self.number, range: self.prepared.places.file(range) }
    }

    fn link(&mut self, target: &str, title: &str, kind: LinkKind, range: Range<usize>) -> usize {
        let place = self.place(&range);
        let target = self.shown(target);
        let title = self.shown(title);
        let target = self.variables(&target, &range).into_owned();
        let title = self.variables(&title, &range).into_owned();
        self.document.links.push(Link { target, title, kind, place });
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

    /// `text` as its writer sees it, where shortcodes were hidden in it.
    fn shown(&self, text: &str) -> String {
        if self.prepared.shortcodes { foreign::unshield(text) } else { text.to_owned() }
    }

    /// What readers read: left out inside an element that is left out.
    fn words(&mut self, event: Event<'a>, range: Range<usize>) {
        if self.skipping.is_none() {
            let event = match event {
                Event::Markdown(md::Event::Code(code)) if self.prepared.shortcodes => Event::Markdown(md::Event::Code(self.shown(&code).into())),
                event => event,
            };
            self.push(event, range);
        }
    }

    fn push(&mut self, event: Event<'a>, range: Range<usize>) {
        let place = self.place(&range);
        self.document.events.push((event, place));
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
    use crate::parse::door::{Answer, Question};

    /// What stands outside the text of a test: two variables, and the versions from 3 on.
    fn answer(question: &Question) -> Answer {
        let file = |name: &str, text: &str| {
            Answer::File(std::sync::Arc::new(crate::parse::door::Included {
                file: FileName::new(name),
                path: None,
                text: text.into(),
                digest: crate::id::Digest::of(text.as_bytes()),
            }))
        };
        match question {
            Question::Variable(name) if name == "product" => Answer::Value("Acme *1*".into()),
            Question::Variable(name) if name == "base" => Answer::Value("https://a.example".into()),
            Question::Versions(range) => Answer::Shown(range == ">=3", None),
            Question::Audience(name) => Answer::Shown(name == "partner", None),
            Question::File { path, .. } if path == "circle.md" => file("circle.md", "in\n\n:::include circle.md\n"),
            Question::File { path, .. } if path == "limits.md" => file("limits.md", "# Limits\n\nsee [x](y.md)[^1]\n\n[^1]: theirs\n"),
            _ => Answer::Refused(Diagnostic::new(Kind::IncludeNotFound, "nothing")),
        }
    }

    fn reading<T>(text: &str, markdown: &Markdown, show: impl FnOnce(&Document<'_>, &Diagnostics) -> T) -> T {
        let file = FileName::new("a.md");
        let mut diagnostics = Diagnostics::new();
        let mut door = Door::new(&answer);
        let prepared = prepare(text, 0..text.len(), &file, markdown, Conditions::Ask(&mut door), &mut diagnostics);
        let document = read(&prepared, &file, &mut Reading::new(&file, markdown, &mut door, &mut diagnostics));
        show(&document, &diagnostics)
    }

    /// The events of `text` in short, then its links, then what is said of it.
    fn check(text: &str, policy: HtmlPolicy, expected: &str) {
        let shown = reading(text, &Markdown { html: policy, ..Markdown::default() }, |document, diagnostics| shown(text, document, diagnostics));
        assert_eq!(shown, expected, "{text}");
    }

    fn shown(text: &str, document: &Document<'_>, diagnostics: &Diagnostics) -> String {
        let mut shown = String::new();
        for (event, _) in &document.events {
            match event {
                Event::Markdown(md::Event::Text(text)) => shown += text,
                Event::Markdown(md::Event::Code(text)) => shown += &format!("`{text}`"),
                Event::HtmlText(text) | Event::Raw(text) => shown += text,
                Event::Link(no) => shown += &format!("[{no}:"),
                Event::LinkEnd => shown.push(']'),
                Event::Image(no, _) => shown += &format!("![{no}:"),
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
                Event::Emoji(_, glyph) => shown += glyph,
                Event::Code(code) => shown += &format!("{{{}:{}}}", code.language, code.text),
                Event::Open(block) => shown += &format!("({block:?} "),
                Event::Close(_) => shown.push(')'),
                Event::Title => shown.push('«'),
                Event::TitleEnd => shown.push('»'),
                _ => {}
            }
        }
        for link in &document.links {
            let at = if link.place.file == 0 { &text[link.place.range.clone()] } else { "another file" };
            shown += &format!(" | {} at {at:?}", link.target);
        }
        for diagnostic in diagnostics {
            let own = diagnostic.span.as_ref().filter(|span| span.file.as_str() == "a.md");
            let at = own.map_or("another file", |span| &text[span.range.clone()]);
            shown += &format!(" ! {} {at:?}", diagnostic.code.name());
        }
        shown
    }

    #[test]
    fn directives_begin_and_end_wherever_blocks_do() {
        let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
        check("a\n:::note T\nb\n:::\nc\n", "a(Callout(Note) «T»b)c");
        check("::: tip\nb\n:::", "(Callout(Tip) b)");
        check("- a\n  :::note[*T*]\n  b\n  :::\n- c\n", "a(Callout(Note) «T»b)c");
        check("> :::note\n> b\n> :::\n> c\n", "(Callout(Note) b)c");
        check("x\n\n:::note\ny\n:::\n", "x(Callout(Note) y)");
        check("Term\n: :::note\n  y\n  :::\n", "Term(Callout(Note) y)");
        check("```\n:::note\n```\n", "{::::note\n}");
        check("    :::note\n", "{::::note\n}");
        check("`:::note`\n", "`:::note`");
        check(":::steps\n1. a\n2. b\n:::\n", "(Steps ab)");
        check(":::cards\n- [a](b.md) c\n:::\n", "(Cards [0:a] c) | b.md at \"b.md\"");
        check(":::code-group\n```js [a.js]\nx\n```\n```py\ny\n```\n:::\n", "(CodeGroup {js:x\n}{py:y\n})");
        check("::::tabs\n:::tab A\nx\n:::\n:::tab B\ny\n:::\n::::\n", "(Tabs (Tab «A»x)(Tab «B»y))");
        check(":::tabs\n:::tab A\nx\n:::tab B\ny\n:::\n\nz\n", "(Tabs (Tab «A»x)(Tab «B»y))z");
        check(":::details T {open}\n[x](y.md)\n:::\n", "(Details(true) «T»[0:x]) | y.md at \"y.md\"");
    }

    #[test]
    fn wrong_directives_are_told_at_their_place() {
        let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
        check(":::nite\nx\n:::\n", "x ! directive-unknown \"nite\"");
        check(":::note\nx\n", "(Callout(Note) x) ! directive-unclosed \":::note\"");
        check("- :::note\n  x\n:::\n", "(Callout(Note) x) ! directive-unclosed \":::note\"");
        check("x\n:::\n", "x ! directive-unopened \":::\"");
        check(":::tab A\nx\n:::\n", "x ! directive-misplaced \":::tab A\"");
        check(":::tabs\nx\n:::\n", "(Tabs x) ! directive-invalid \"x\"");
        check(":::steps\n- a\n:::\n", "(Steps a) ! directive-invalid \":::steps\"");
        check(":::cards\n- a\n:::\n", "(Cards a) ! directive-invalid \"- a\\n\"");
        check(":::note[T]{icon=x}\na\n:::\n", "(Callout(Note) «T»a) ! directive-invalid \"icon=x\"");
        check("a\n      :::note\n", "a:::note ! directive-misplaced \":::note\"");
        check("<div>\n:::note\n</div>\n", "<div>\n:::note\n</div>\n ! directive-misplaced \":::note\"");
        check(":::note x :::\n", "(Callout(Note) «x») ! directive-unclosed \":::note x :::\"");
        check("é :::\n\n:::é\n", "é ::::::é ! directive-unknown \":::é\"");
    }

    #[test]
    fn conditions_take_passages_and_phrases_away() {
        let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
        check("a\n:::version >=3\nb\n:::\nc\n:::version <3\nd\n:::\n", "abc");
        check("> :::version <3\n> b\nlazy\n> :::\n> c\n", "c");
        check(":::version <3\n[x]: old.md\n:::\n:::version >=3\n[x]: new.md\n:::\n[a][x]\n", "[0:a] | new.md at \"new.md\"");
        check(":::audience partner\na\n:::\n:::audience staff\nb\n:::\n", "a");
        check("a :version[*b* [c](d.md)]{>=3} :version[e `]`]{<3}f\n", "a b [0:c] f | d.md at \"d.md\"");
        check("a\n:version[b]{<3}\nc\n", "ac");
        check("`:version[x]{<3}`\n", "`:version[x]{<3}`");
        check(":version[x\n\ny\n", ":version[xy ! directive-unclosed \":version[\"");
        check(":::version\nx\n:::\n", "x ! directive-invalid \":::version\"");
    }

    #[test]
    fn variables_stand_in_text_and_links() {
        let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
        check("{$product} `{$product}` [a]({$base}/x)\n", "Acme *1* `{$product}` [0:a] | https://a.example/x at \"{$base}/x\"");
        check("\\{$product} &#123;$product} {$$key}\n", "{$product} {$product} {$$key}");
        check("a *{$nothing}* b\n", "a {$nothing} b ! include-not-found \"{$nothing}\"");
        check("{$a{$product}}\n", "{$aAcme *1*} ! variable-invalid \"{$a\"");
        check("```\n{$product}\n```\n", "{:{$product}\n}");
        check("```sh vars\n{$product}\n```\n", "{sh:Acme *1*\n}");
    }

    #[test]
    fn files_are_taken_in() {
        let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
        check("a[^1]\n\n:::include limits.md\n\n[^1]: mine\n", "aLimitssee [0:x]theirsmine | y.md at \"another file\"");
        check(":::include circle.md\n", "in ! include-cycle \"another file\"");
        check("- :::include nothing.md\n", " ! include-not-found \"nothing.md\"");
    }

    #[test]
    fn alerts_have_titles() {
        let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
        check("> [!NOTE]\n> a\n", "(Callout(Note) a)");
        check("> [!danger] *My* {$product}\n> a\n", "(Callout(Danger) «My Acme *1*»a)");
        check("> [!TIP] T\n", "(Callout(Tip) «T»)");
        check("> a\n> [!NOTE]\n", "a[!NOTE]");
        check("> [!NOET]\n> a\n", "[!NOET]a ! directive-unknown \"[!NOET]\"");
    }

    #[test]
    fn emoji_have_names_and_images_have_attributes() {
        let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
        check("a :tada: `:tada:` 1:100:2 :nothing:\n", "a 🎉 `:tada:` 1:100:2 :nothing:");
        check("![a](b.png){width=30 .wide} c\n", "![0:a] c | b.png at \"b.png\"");
        check("![![a](b.png)](c.png){width=30}\n", "![0:![1:a]] | c.png at \"c.png\" | b.png at \"b.png\"");
        check("![a](b.png){onerror=x}\n", "![0:a] | b.png at \"b.png\" ! attribute-invalid \"{onerror=x}\"");
    }

    #[test]
    fn other_tools_syntax_is_told_and_stays_text() {
        let told = |text: &str| {
            let words = |told: &Diagnostics| {
                told.iter().map(|d| format!("{}: {}", d.code.name(), d.help.as_deref().unwrap_or(""))).collect::<Vec<_>>().join("; ")
            };
            reading(text, &Markdown::default(), |_, told| words(told))
        };
        for (text, help) in [
            ("!!! warning \"Mind\"\n    x\n", "write `:::warning Mind`, the text without its indent, and `:::`"),
            ("???+ note \"More\"\n", "write `:::details More {open}`, the text without its indent, and `:::`"),
            ("=== \"C\"\n\n    x\n", "write `:::tab C`, the text without its indent, and `:::`; `:::tabs` goes before the first"),
            ("--8<-- \"a.md\"\n", "write `:::include a.md`"),
            ("<<< @/a.js#b{2}\n", "write a fence with the file, as ```` ```js file=\"a.js#b\" ````"),
            ("{{#include a.rs:b}}\n", "write a fence with the file, as ```` ```rs file=\"a.rs#b\" ````"),
            ("<!--@@include: ./p.md-->\n", "write `:::include ./p.md`"),
            ("<Tabs>\n", "write `:::tabs`, and `:::` after the last tab"),
            ("a {{< note >}}\n", "write `> [!NOTE]` before the lines of a quote"),
        ] {
            assert_eq!(told(text), format!("foreign-syntax: {help}"), "{text}");
        }
        check(
            "<TabItem value=\"a\">x</TabItem>\n",
            HtmlPolicy::Safe,
            "<TabItem value=\"a\">x</TabItem> ! foreign-syntax \"<TabItem value=\\\"a\\\">\"",
        );
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
            ":::note\n".repeat(20_000),
            "- :::note\n".repeat(20_000),
            ":::tabs\n:::tab a\n".repeat(20_000),
            ":version[".repeat(50_000),
            ":version[a]{<3}".repeat(50_000),
            "{$".repeat(50_000),
            ":a:".repeat(50_000),
            "![a](b){width=".repeat(20_000),
        ] {
            reading(&text, &Markdown::default(), |document, _| assert!(document.events.len() < 400_000));
        }
    }
}
