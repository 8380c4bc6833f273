//! Markdown to events: the one reading of a text that facts are taken from and pages are written from.
//!
//! pulldown-cmark knows CommonMark and most of GitHub's extensions. What is added here: directives, conditions, variables, included
//! files and code from files; alerts with titles; bare addresses become links; raw HTML is taken apart and sifted; links are numbered;
//! other tools' syntax is told and stays text; and nesting ends where browsers end it.
//!
//! - In: a text that [`prepare`] made ready, and the [`Door`] through which it asks for what lies outside it.
//! - Out: a [`Document`]. Everything in it knows its place in its file.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType, OffsetIter, Options, Parser};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

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
pub(super) mod sections;
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// 0 for the page itself, else the number of the included file, from 1.
    pub file: u16,
    /// The bytes.
    pub range: Range<usize>,
}

/// A file whose text a page takes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl Event<'_> {
    /// The words that readers see of it, in a line of text.
    pub fn words(&self) -> &str {
        match self {
            Event::Markdown(md::Event::Text(text) | md::Event::Code(text)) => text,
            Event::HtmlText(text) | Event::Math(text, _) => text,
            Event::Markdown(md::Event::SoftBreak | md::Event::HardBreak) => " ",
            Event::Emoji(_, glyph) => glyph,
            _ => "",
        }
    }
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
    /// An entry of a changelog: its number. No directive, but what an item of a list is there; it holds all of the item.
    Entry(usize),
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

    /// What readers see of its kind where its writer gives it no title.
    pub fn label(self) -> &'static str {
        match self {
            Callout::Note => "Note",
            Callout::Info => "Info",
            Callout::Tip => "Tip",
            Callout::Important => "Important",
            Callout::Warning => "Warning",
            Callout::Caution => "Caution",
            Callout::Danger => "Danger",
        }
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// How many files it took in, each as often as it is named.
    files: usize,
    /// How many bytes these have.
    bytes: usize,
    /// Whether it was told that no more fits.
    full: bool,
}

impl<'r, 'd> Reading<'r, 'd> {
    /// The beginning of a page.
    pub(super) fn new(page: &FileName, markdown: &'r Markdown, door: &'r mut Door<'d>, diagnostics: &'r mut Diagnostics) -> Self {
        Self { page: page.clone(), markdown, door, diagnostics, included: Vec::new(), trail: Vec::new(), files: 0, bytes: 0, full: false }
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

/// Whether an element of raw HTML may pass wherever HTML does; none for one that goes with all that it holds. Of what is no element of
/// HTML only the content stays.
pub fn harmless(name: &str) -> Option<bool> {
    match super::html::fate(name) {
        super::html::Fate::Passes => Some(true),
        super::html::Fate::TagRemoved | super::html::Fate::Unknown => Some(false),
        super::html::Fate::Removed => None,
    }
}

/// Whether an element that may pass begins a block of HTML wherever a line begins with one of its tags (CommonMark, section 4.6).
pub fn begins_block(name: &str) -> bool {
    super::html::begins_block(&name.to_ascii_lowercase())
}

/// Text of raw HTML with its entities decoded.
pub fn decoded(text: &str) -> Cow<'_, str> {
    if text.contains('&') { super::html::decoded(text).into() } else { text.into() }
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
mod tests;
