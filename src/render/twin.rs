//! Writes the Markdown of a page, for programs that read: its text with conditions, includes and variables resolved, and nothing that
//! only Recto knows.
//!
//! - In: the [`Document`] that the body is written from, and where its links lead.
//! - Out: a [`Twin`], in CommonMark with GitHub's tables, task lists, footnotes and alerts. A function of the same things as the body,
//!   so what remembers the one remembers the other.
//! - Never here: the version, the address, other pages; what stands around the text is made by `front`.
//!
//! Directives become plain words: a callout an alert of GitHub's, tabs passages with their label in bold, a disclosure its title in bold,
//! steps and cards the lists that they are. Every text is escaped, so that it reads as the words that the page shows. Raw HTML stays as far
//! as `html = "safe"` lets it pass, whatever the site allows.

use std::collections::BTreeMap;

pub(super) use inline::{destination, shown, words};
use serde::{Deserialize, Serialize};

use super::href::Href;
use super::html::allowed;
use crate::config::Markdown;
use crate::id::TWIN;
use crate::parse::code::Code;
use crate::parse::document::{Block, Callout, Document, Event, LinkKind, md};

mod inline;
mod raw;
#[cfg(test)]
mod tests;

/// The text of a page as Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// The content of the first heading, where that is the page's title; one line, empty without one.
    pub title: String,
    /// The text without it; ends with a line end, if it holds anything.
    pub text: String,
}

/// Where the links of a twin lead that lead to pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Leads {
    /// To their twins.
    Twins,
    /// To the pages, where there are no twins.
    Pages,
}

/// Behind a prefix of more bytes than this, lines are not broken and directives not set apart: text that nests without end would grow with
/// every line.
const WIDEST: usize = 40;

/// The twin of the page that `document` is; `lifted` says whether its first heading is the title, `links` has one entry for each link.
pub(super) fn twin(document: &Document<'_>, lifted: bool, links: &[Href], leads: Leads, markdown: &Markdown) -> Twin {
    let mut writer = Writer {
        document,
        links,
        leads,
        markdown,
        lifted,
        page: Sheet::default(),
        aside: Vec::new(),
        title: String::new(),
        open: Vec::new(),
        marks: Vec::new(),
        ends: Vec::new(),
        notes: Notes::default(),
        skipped: None,
        headings: 0,
        in_label: false,
        in_heading: false,
        in_cell: false,
        table: Vec::new(),
        at: 0,
    };
    writer.all();
    let mut text = writer.page.out;
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push('\n');
    }
    Twin { title: writer.title, text }
}

impl Href {
    /// The address, as the Markdown of its page has it.
    pub(super) fn in_twin(&self, leads: Leads) -> Option<String> {
        match self {
            Href::Page(url) if leads == Leads::Twins => {
                let (path, rest) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
                Some(format!("{}{TWIN}{rest}", path.strip_suffix("index.html").unwrap_or(path)))
            }
            Href::To(url, _) | Href::Page(url) | Href::Remote(url) => Some(url.clone()),
            Href::Nowhere => None,
        }
    }
}

struct Writer<'a> {
    document: &'a Document<'a>,
    links: &'a [Href],
    leads: Leads,
    markdown: &'a Markdown,
    lifted: bool,
    /// What is being written.
    page: Sheet,
    /// What was being written when a footnote, a title or a label began.
    aside: Vec<Sheet>,
    title: String,
    /// The directives that are open, and whether each is set apart as a quote.
    open: Vec<(Block, bool)>,
    /// What ends each emphasis that is open.
    marks: Vec<&'static str>,
    /// What ends each link that is open.
    ends: Vec<Option<String>>,
    notes: Notes,
    /// An element of trusted HTML that is left out with its content.
    skipped: Option<String>,
    headings: usize,
    in_label: bool,
    in_heading: bool,
    in_cell: bool,
    /// The alignments of the table that is open.
    table: Vec<md::Alignment>,
    /// The event that is being written.
    at: usize,
}

/// Text in the making: lines behind a prefix.
#[derive(Debug)]
struct Sheet {
    out: String,
    /// What every further line begins with.
    prefix: String,
    /// The containers that are open; the first one is the sheet itself.
    containers: Vec<Container>,
    /// Whether a paragraph is open, and of which kind.
    paragraph: Paragraph,
    /// Whether the line has no words yet, so that a sign could mean something.
    line_begins: bool,
    /// Whether the paragraph has nothing but tags so far.
    only_tags: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paragraph {
    None,
    /// One that the text has.
    Stated,
    /// Words directly in an item of a tight list.
    Tight,
}

#[derive(Debug)]
struct Container {
    kind: Kind,
    /// How long the prefix is without it.
    outer: usize,
    /// Whether it has nothing in it yet.
    fresh: bool,
    last: Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sheet,
    Quote,
    /// Its next number, if it is ordered; whether it has the second of its two signs; whether its items stand apart.
    List {
        number: Option<u64>,
        second: bool,
        loose: bool,
    },
    Item,
}

/// What a container has last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Tight,
    /// The sign of an alert, to which its first words belong.
    Sign,
    List {
        ordered: bool,
        second: bool,
    },
    Other,
}

#[derive(Default)]
struct Notes {
    numbers: BTreeMap<String, usize>,
    order: Vec<String>,
    texts: BTreeMap<String, String>,
    /// The labels of those that are open; none for one that was there already.
    open: Vec<String>,
}

impl Default for Sheet {
    fn default() -> Self {
        let sheet = Container { kind: Kind::Sheet, outer: 0, fresh: true, last: Last::Other };
        Self { out: String::new(), prefix: String::new(), containers: vec![sheet], paragraph: Paragraph::None, line_begins: true, only_tags: true }
    }
}

impl Sheet {
    fn container(&mut self) -> Option<&mut Container> {
        self.containers.last_mut()
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&self.prefix);
        self.line_begins = true;
    }

    fn blank_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(self.prefix.trim_end());
        self.line();
    }

    fn ends_paragraph(&mut self) {
        if self.paragraph != Paragraph::None {
            let last = if self.paragraph == Paragraph::Tight { Last::Tight } else { Last::Other };
            self.paragraph = Paragraph::None;
            if let Some(container) = self.container() {
                container.last = last;
            }
        }
    }

    /// A block begins, behind a blank line unless it may follow `behind` without one.
    fn begins(&mut self, behind: Option<Last>) {
        self.ends_paragraph();
        let Some(container) = self.containers.last_mut() else { return };
        let joined = behind == Some(container.last) && matches!(container.kind, Kind::Item | Kind::Quote);
        let fresh = std::mem::replace(&mut container.fresh, false);
        container.last = Last::Other;
        match (fresh, joined) {
            (true, _) => {}
            (false, true) => self.line(),
            (false, false) => self.blank_line(),
        }
        self.line_begins = true;
        self.only_tags = true;
    }

    fn enter(&mut self, kind: Kind, prefix: &str) {
        self.containers.push(Container { kind, outer: self.prefix.len(), fresh: true, last: Last::Other });
        self.prefix.push_str(prefix);
    }

    fn leave(&mut self) -> Option<Kind> {
        self.ends_paragraph();
        if self.containers.len() < 2 {
            return None;
        }
        let container = self.containers.pop()?;
        self.prefix.truncate(container.outer);
        Some(container.kind)
    }
}

impl<'a> Writer<'a> {
    fn all(&mut self) {
        let events = &self.document.events;
        while let Some((event, _)) = events.get(self.at) {
            self.at += 1;
            match event {
                Event::Markdown(event) => self.markdown(event),
                Event::Link(no) => self.link(*no),
                Event::LinkEnd => self.link_ends(),
                Event::Image(no, _) => self.image(*no),
                Event::ImageEnd => {}
                Event::Tag(_) | Event::EndTag(_) | Event::HtmlText(_) | Event::Raw(_) => self.raw_html(event),
                Event::Emoji(_, glyph) => self.text(glyph),
                Event::Code(code) => self.code(code),
                Event::Math(latex, display) => self.math(latex, *display),
                Event::Diagram(text) => self.fenced("mermaid", text),
                Event::Open(block) => self.block_opens(*block),
                Event::Close(_) => self.block_closes(),
                // Whoever may have one looks for it.
                Event::Title | Event::TitleEnd => {}
            }
        }
        self.footnotes();
    }

    fn markdown(&mut self, event: &md::Event<'a>) {
        match event {
            md::Event::Start(tag) => self.start(tag),
            md::Event::End(tag) => self.end(tag),
            md::Event::Text(text) => self.text(text),
            md::Event::Code(code) => self.code_span(code),
            md::Event::SoftBreak => self.soft_break(),
            md::Event::HardBreak => self.hard_break(),
            md::Event::Rule => {
                self.page.begins(None);
                self.page.out.push_str("***");
            }
            // Nothing but the first paragraph of an item has a box.
            md::Event::TaskListMarker(_) if self.in_heading => {}
            md::Event::TaskListMarker(done) => {
                self.words_begin();
                self.page.out.push_str(if *done { "[x] " } else { "[ ] " });
                self.page.line_begins = false;
            }
            md::Event::FootnoteReference(label) => self.note_reference(label),
            md::Event::InlineMath(text) | md::Event::DisplayMath(text) | md::Event::Html(text) | md::Event::InlineHtml(text) => self.text(text),
        }
    }

    fn start(&mut self, tag: &md::Tag<'a>) {
        match tag {
            md::Tag::Paragraph => {
                self.page.begins(Some(Last::Sign));
                self.page.paragraph = Paragraph::Stated;
                if let [.., list, item] = &mut self.page.containers[..]
                    && let (Kind::List { loose, .. }, Kind::Item) = (&mut list.kind, item.kind)
                {
                    *loose = true;
                }
            }
            md::Tag::Heading { level, .. } => self.heading(*level),
            md::Tag::BlockQuote(_) => self.quote(),
            md::Tag::List(first) => self.list(*first),
            md::Tag::Item => self.item(),
            md::Tag::FootnoteDefinition(label) => self.note_begins(label),
            md::Tag::Table(alignments) => {
                self.page.begins(None);
                self.table.clone_from(alignments);
            }
            md::Tag::TableHead | md::Tag::TableRow => {
                if matches!(tag, md::Tag::TableRow) {
                    self.page.line();
                }
                self.page.out.push('|');
            }
            md::Tag::TableCell => {
                self.page.out.push(' ');
                self.page.line_begins = false;
                self.in_cell = true;
                self.page.paragraph = Paragraph::Stated;
            }
            md::Tag::Emphasis => self.emphasis("*", "<em>", "</em>"),
            md::Tag::Strong => self.emphasis("**", "<strong>", "</strong>"),
            md::Tag::Strikethrough => self.emphasis("~~", "<del>", "</del>"),
            md::Tag::DefinitionList => self.list(None),
            md::Tag::DefinitionListTitle => {
                self.item();
                self.page.begins(None);
                self.label_begins();
            }
            // These come as events of their own, or are not switched on; a definition stands behind its word.
            md::Tag::DefinitionListDefinition
            | md::Tag::Superscript
            | md::Tag::Subscript
            | md::Tag::Link { .. }
            | md::Tag::Image { .. }
            | md::Tag::CodeBlock(_)
            | md::Tag::HtmlBlock
            | md::Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: &md::TagEnd) {
        match tag {
            md::TagEnd::Paragraph => self.page.ends_paragraph(),
            md::TagEnd::Heading(_) => self.heading_ends(),
            md::TagEnd::BlockQuote(_) => self.quote_ends(),
            md::TagEnd::List(_) => self.list_ends(),
            md::TagEnd::Item => self.item_ends(),
            md::TagEnd::FootnoteDefinition => self.note_ends(),
            md::TagEnd::TableHead => {
                self.page.line();
                self.page.out.push('|');
                for alignment in std::mem::take(&mut self.table) {
                    self.page.out.push_str(match alignment {
                        md::Alignment::None => " --- |",
                        md::Alignment::Left => " :-- |",
                        md::Alignment::Center => " :-: |",
                        md::Alignment::Right => " --: |",
                    });
                }
            }
            md::TagEnd::TableCell => {
                self.page.out.push_str(" |");
                self.in_cell = false;
                self.page.paragraph = Paragraph::None;
            }
            md::TagEnd::Emphasis | md::TagEnd::Strong | md::TagEnd::Strikethrough => {
                let mark = self.marks.pop().unwrap_or_default();
                self.page.out.push_str(mark);
            }
            md::TagEnd::DefinitionListTitle => self.label_ends("…"),
            md::TagEnd::DefinitionListDefinition => self.page.ends_paragraph(),
            md::TagEnd::DefinitionList => {
                self.item_ends();
                self.list_ends();
            }
            md::TagEnd::Table
            | md::TagEnd::TableRow
            | md::TagEnd::Superscript
            | md::TagEnd::Subscript
            | md::TagEnd::Link
            | md::TagEnd::Image
            | md::TagEnd::CodeBlock
            | md::TagEnd::HtmlBlock
            | md::TagEnd::MetadataBlock(_) => {}
        }
    }

    fn heading(&mut self, level: md::HeadingLevel) {
        self.in_heading = true;
        if self.headings == 0 && self.lifted {
            self.set_aside();
            self.page.paragraph = Paragraph::Stated;
            self.page.line_begins = false;
            return;
        }
        self.page.begins(None);
        self.page.out.push_str(&"######"[..level as usize]);
        self.page.out.push(' ');
        self.page.line_begins = false;
        self.page.paragraph = Paragraph::Stated;
    }

    fn heading_ends(&mut self) {
        self.headings += 1;
        self.in_heading = false;
        // Signs at the end would close the heading, and be gone.
        if self.page.out.ends_with('#') && self.page.paragraph == Paragraph::Stated {
            self.page.out.pop();
            self.page.out.push_str("\\#");
        }
        if self.headings == 1 && self.lifted {
            self.title = self.taken_up().trim().to_owned();
            return;
        }
        self.page.ends_paragraph();
    }

    fn quote(&mut self) {
        self.page.begins(None);
        self.page.out.push_str("> ");
        self.page.enter(Kind::Quote, "> ");
    }

    fn quote_ends(&mut self) {
        self.page.leave();
    }

    fn list(&mut self, first: Option<u64>) {
        let empty = matches!(self.document.events.get(self.at + 1), Some((Event::Markdown(md::Event::End(md::TagEnd::Item)), _)));
        self.page.ends_paragraph();
        let last = self.page.container().map_or(Last::Other, |container| container.last);
        // Two lists in a row are told apart by their signs.
        let second = last == Last::List { ordered: first.is_some(), second: false };
        let joins = first.unwrap_or(1) == 1 && !empty;
        self.page.begins(Some(Last::Tight).filter(|_| joins));
        self.page.enter(Kind::List { number: first, second, loose: false }, "");
    }

    fn list_ends(&mut self) {
        if let Some(Kind::List { number, second, .. }) = self.page.leave()
            && let Some(container) = self.page.container()
        {
            container.last = Last::List { ordered: number.is_some(), second };
        }
    }

    fn item(&mut self) {
        if self.page.containers.last().is_some_and(|container| container.kind == Kind::Item) {
            // Words of a definition list follow each other without a sign of their end.
            self.item_ends();
        }
        let Some(Container { kind: Kind::List { number, second, loose }, fresh, .. }) = self.page.container() else { return };
        let marker = match (number, *second) {
            (Some(number), second) => {
                let marker = format!("{number}{}", if second { ") " } else { ". " });
                // No number has more than nine digits (CommonMark, section 5.2).
                *number = (*number + 1).min(999_999_999);
                marker
            }
            (None, false) => "- ".to_owned(),
            (None, true) => "* ".to_owned(),
        };
        let (fresh, loose) = (std::mem::replace(fresh, false), *loose);
        match (fresh, loose) {
            (true, _) => {}
            (false, true) => self.page.blank_line(),
            (false, false) => self.page.line(),
        }
        self.page.out.push_str(&marker);
        self.page.line_begins = true;
        self.page.enter(Kind::Item, &" ".repeat(marker.len()));
    }

    fn item_ends(&mut self) {
        self.page.ends_paragraph();
        if self.page.containers.last().is_some_and(|container| container.kind == Kind::Item) {
            self.page.leave();
        }
    }

    fn block_opens(&mut self, block: Block) {
        let titled = matches!(self.document.events.get(self.at), Some((Event::Title, _)));
        match block {
            Block::Callout(callout) => {
                let quoted = self.page.prefix.len() <= WIDEST;
                if quoted {
                    self.quote();
                }
                self.open.push((block, quoted));
                match alert(callout).filter(|_| quoted) {
                    Some(alert) => {
                        self.page.begins(None);
                        self.page.out.push_str(alert);
                        if titled {
                            self.page.line();
                            self.label("", "…");
                        } else if let Some(container) = self.page.container() {
                            container.last = Last::Sign;
                        }
                    }
                    None => {
                        let name = label(callout);
                        self.page.begins(None);
                        if titled {
                            self.label(name, "");
                        } else {
                            self.page.out.push_str(&format!("**{name}**"));
                        }
                    }
                }
            }
            Block::Details(_) => {
                self.open.push((block, false));
                self.page.begins(None);
                self.titled(titled, "Details");
            }
            Block::Tab => {
                self.open.push((block, false));
                self.page.begins(None);
                self.titled(titled, "Tab");
            }
            Block::Tabs | Block::CodeGroup | Block::Steps | Block::Cards => {
                self.page.ends_paragraph();
                self.open.push((block, false));
            }
        }
    }

    fn block_closes(&mut self) {
        self.page.ends_paragraph();
        if let Some((_, true)) = self.open.pop() {
            self.quote_ends();
        }
    }

    /// Writes the title that comes next as a label, if there is one, else `instead`.
    fn titled(&mut self, titled: bool, instead: &str) {
        if titled {
            self.label("", instead);
        } else {
            self.page.out.push_str(&format!("**{instead}**"));
            self.page.line_begins = false;
        }
    }

    /// Writes the title that comes next as a label, behind `kind` and a colon if that is not empty; one without words is `instead`.
    fn label(&mut self, kind: &str, instead: &str) {
        self.label_begins();
        if !kind.is_empty() {
            self.page.out.push_str(kind);
            self.page.out.push_str(": ");
        }
        let mut depth = 0;
        while let Some((event, _)) = self.document.events.get(self.at) {
            self.at += 1;
            match event {
                Event::Title => depth += 1,
                Event::TitleEnd if depth <= 1 => break,
                Event::TitleEnd => depth -= 1,
                Event::Markdown(event) => self.markdown(event),
                Event::Link(no) => self.link(*no),
                Event::LinkEnd => self.link_ends(),
                Event::Image(no, _) => self.image(*no),
                Event::Tag(_) | Event::EndTag(_) | Event::HtmlText(_) | Event::Raw(_) => self.raw_html(event),
                Event::Emoji(_, glyph) => self.text(glyph),
                Event::Math(latex, display) => self.math(latex, *display),
                _ => {}
            }
        }
        self.label_ends(instead);
    }

    fn label_begins(&mut self) {
        self.set_aside();
        self.page.paragraph = Paragraph::Stated;
        self.page.line_begins = false;
        self.in_label = true;
    }

    /// Puts the label that was written into the text, or `instead` where it has no words.
    fn label_ends(&mut self, instead: &str) {
        let label = self.taken_up();
        self.in_label = false;
        let label = label.trim();
        self.page.out.push_str("**");
        self.page.out.push_str(if label.is_empty() { instead } else { label });
        self.page.out.push_str("**");
        self.page.line_begins = false;
    }

    fn set_aside(&mut self) {
        self.aside.push(std::mem::take(&mut self.page));
    }

    /// What was written since the last [`Writer::set_aside`].
    fn taken_up(&mut self) -> String {
        std::mem::replace(&mut self.page, self.aside.pop().unwrap_or_default()).out
    }

    fn code(&mut self, code: &Code) {
        let in_group = matches!(self.open.last(), Some((Block::CodeGroup, _)));
        let title = match &code.title {
            Some(title) => Some(title.as_str()),
            None if in_group && code.language.is_empty() => Some("Code"),
            None if in_group => Some(code.language.as_str()),
            None => None,
        };
        if let Some(title) = title.filter(|title| !title.trim().is_empty()) {
            self.page.begins(None);
            self.label_begins();
            self.text(title);
            self.label_ends("Code");
        }
        let changed = code.marks.values().any(|marks| marks.ins || marks.del);
        if !changed {
            return self.fenced(&code.language, &code.text);
        }
        // What is taken away would look as if it stayed.
        let mut text = String::with_capacity(code.text.len() * 2);
        for (no, line) in code.text.split_inclusive('\n').enumerate() {
            let marks = code.marks.get(&no).copied().unwrap_or_default();
            text.push(if marks.ins {
                '+'
            } else if marks.del {
                '-'
            } else {
                ' '
            });
            text.push_str(line);
        }
        self.fenced("diff", &text);
    }

    fn fenced(&mut self, language: &str, text: &str) {
        self.page.begins(None);
        self.fence(language, text);
    }

    fn fence(&mut self, language: &str, text: &str) {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        self.page.out.push_str(&fence);
        self.page.out.extend(language.chars().filter(|c| !c.is_control() && !c.is_whitespace() && !matches!(c, '`' | '&' | '\\')));
        for line in text.lines() {
            self.page.out.push('\n');
            self.page.out.push_str(if line.is_empty() { self.page.prefix.trim_end() } else { &self.page.prefix });
            self.page.out.extend(line.chars().map(inline::shown));
        }
        self.page.line();
        self.page.out.push_str(&fence);
    }

    /// A formula, as code that GitHub reads as one: what stands in it is text to all others.
    fn math(&mut self, latex: &str, display: bool) {
        if !display || self.one_line() {
            self.words_begin();
            self.page.out.push('$');
            self.code_span(latex);
            self.page.out.push('$');
            return;
        }
        // It may stand in a paragraph, which goes on behind it as another one.
        if self.page.paragraph == Paragraph::Stated && self.page.line_begins {
            self.page.ends_paragraph();
            self.fence("math", latex.trim_matches('\n'));
        } else {
            self.fenced("math", latex.trim_matches('\n'));
        }
    }

    fn note_begins(&mut self, label: &str) {
        self.page.ends_paragraph();
        self.set_aside();
        self.page.prefix.push_str("    ");
        self.notes.open.push(label.to_owned());
    }

    /// Of two of one name the first counts.
    fn note_ends(&mut self) {
        let text = self.taken_up();
        if let Some(label) = self.notes.open.pop() {
            self.notes.texts.entry(label).or_insert(text);
        }
    }

    fn note_reference(&mut self, label: &str) {
        self.words_begin();
        let count = self.notes.order.len();
        let number = *self.notes.numbers.entry(label.to_owned()).or_insert(count + 1);
        if number > count {
            self.notes.order.push(label.to_owned());
        }
        self.page.out.push_str(&format!("[^{number}]"));
        self.page.line_begins = false;
    }

    /// The footnotes that the text refers to. One may refer to another, but its number was given when it was read.
    fn footnotes(&mut self) {
        for (no, label) in std::mem::take(&mut self.notes.order).iter().enumerate() {
            self.page.begins(None);
            self.page.out.push_str(&format!("[^{}]: ", no + 1));
            if let Some(text) = self.notes.texts.get(label) {
                self.page.out.push_str(text);
            }
        }
    }
}

/// How GitHub writes a callout; none for those that it does not have.
fn alert(callout: Callout) -> Option<&'static str> {
    match callout {
        Callout::Note => Some("[!NOTE]"),
        Callout::Tip => Some("[!TIP]"),
        Callout::Important => Some("[!IMPORTANT]"),
        Callout::Warning => Some("[!WARNING]"),
        Callout::Caution => Some("[!CAUTION]"),
        Callout::Info | Callout::Danger => None,
    }
}

/// What a callout is called where its writer gives no title.
pub(super) fn label(callout: Callout) -> &'static str {
    match callout {
        Callout::Note => "Note",
        Callout::Info => "Info",
        Callout::Tip => "Tip",
        Callout::Important => "Important",
        Callout::Warning => "Warning",
        Callout::Caution => "Caution",
        Callout::Danger => "Danger",
    }
}

/// The address that link number `no` may have in a twin.
fn address(writer: &Writer<'_>, no: usize) -> Option<String> {
    let url = writer.links.get(no)?.in_twin(writer.leads)?;
    allowed(&url, &writer.markdown.schemes).then_some(url)
}

/// Whether link number `no` is an address that stands in the text itself.
fn automatic(writer: &Writer<'_>, no: usize) -> bool {
    writer.document.links.get(no).is_some_and(|link| link.kind == LinkKind::Auto)
}
