//! Writes the Markdown of a page, for programs that read: its text with conditions, includes and variables resolved, and nothing that
//! only Recto knows.
//!
//! - In: the [`Document`] that the body is written from, and where its links lead.
//! - Out: a [`Twin`], in CommonMark with GitHub's tables, task lists, footnotes and alerts. A function of the same things as the body,
//!   so what remembers the one remembers the other.
//! - Never here: the version, the address, other pages; what stands around the text is made by `front`.
//!
//! Here is the walk through the document. How each block is written stands in `blocks`, text and links in `inline`, raw HTML in `raw`; the
//! lines themselves are kept by `sheet`.
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
use crate::parse::document::{Block, Document, Event, LinkKind, md};
use crate::parse::{Facts, ReleaseFacts};
use sheet::{Kind, Last, Paragraph, Sheet};

mod blocks;
mod inline;
mod raw;
mod sheet;
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

/// The twin of the page that `document` is, of which these are the facts; `links` has one entry for each link.
pub(super) fn twin(document: &Document<'_>, facts: &Facts, links: &[Href], leads: Leads, markdown: &Markdown) -> Twin {
    let mut writer = Writer {
        document,
        links,
        leads,
        markdown,
        lifted: facts.lifted,
        release: facts.release.as_ref(),
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
    /// What the page says as a release.
    release: Option<&'a ReleaseFacts>,
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

#[derive(Default)]
struct Notes {
    numbers: BTreeMap<String, usize>,
    order: Vec<String>,
    texts: BTreeMap<String, String>,
    /// The labels of those that are open; none for one that was there already.
    open: Vec<String>,
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
