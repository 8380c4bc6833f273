//! Writes the body of a page: its text as HTML, with every link led to where it goes.
//!
//! - In: the text, the page that it is, one [`Href`] for each link, and the [`Means`] of the site.
//! - Out: a [`Body`]. The same in every version in which text and links agree.
//! - Never here: frames, navigation, other pages.
//!
//! Directives go through the theme's components. What they give, and what else this program has finished (code, formulas), is kept aside
//! while the last gate looks at what is around it: the gate knows what raw HTML may hold, and nothing of what themes may.

use std::ops::Range;

use block::Frame;
use notes::Notes;
use serde::{Deserialize, Serialize};

use super::gate::Gate;
use super::highlight::{BlockKey, Highlighter};
use super::href::Href;
use super::html::Markup;
use super::theme::Theme;
use super::twin::{Leads, Twin};
use crate::config::{HtmlPolicy, Markdown};
use crate::diagnostic::{Code as Kind, Diagnosed, Diagnostic, Diagnostics};
use crate::id::FileName;
use crate::parse::code::Code;
use crate::parse::document::{Attribute, Block, Document, Event, Place, Tag, md};
use crate::parse::{Facts, Page};
use crate::resolve::link::encoded;

mod block;
mod image;
mod notes;

/// What was written of a page's text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Body {
    /// The text, without a first heading that became the title.
    pub html: String,
    /// That heading's content, with its markup; empty without one.
    pub title: String,
    /// Whether it holds diagrams, for the site's script to draw.
    pub diagrams: bool,
    /// Of a release, each entry as it stands in an item of the list.
    pub entries: Vec<String>,
    /// The blocks of code in it that have colours.
    pub blocks: Vec<BlockKey>,
    /// The same text as Markdown; empty where nobody asks for it.
    pub twin: Twin,
}

/// What every body of a site is written with.
pub struct Means<'a> {
    /// How Markdown is read.
    pub markdown: &'a Markdown,
    /// The last gate.
    pub gate: &'a Gate,
    /// Where the components of directives are.
    pub theme: &'a Theme,
    /// What colours code.
    pub highlighter: &'a Highlighter,
    /// Where the links of the Markdown lead; none where it is not asked for.
    pub twins: Option<Leads>,
}

/// Writes the body of `page`, whose text is `text` and which people call `file`; `links` has one entry for each of its links.
/// What is wrong with code, formulas and components is told only here.
pub fn body(text: &str, file: &FileName, page: &Page, links: &[Href], means: &Means<'_>) -> Diagnosed<Body> {
    crate::parse::with_document(text, page, means.markdown, |document| body_of(document, text, file, page, links, means))
}

/// The same of a text that has been read, as `document`.
pub fn body_of(document: &Document<'_>, text: &str, file: &FileName, page: &Page, links: &[Href], means: &Means<'_>) -> Diagnosed<Body> {
    let mut writer = Writer {
        text,
        document,
        file,
        page,
        facts: &page.facts,
        links,
        means,
        schemes: &means.markdown.schemes,
        // Nothing but raw HTML could have brought in what this program did not write.
        gated: document.sifted && means.markdown.html != HtmlPolicy::Allow,
        out: Markup::with_capacity(text.len() + text.len() / 3),
        title: None,
        heading: 0,
        table: Table::default(),
        notes: Notes::default(),
        outer: Vec::new(),
        frames: Vec::new(),
        finished: Vec::new(),
        diagrams: false,
        blocks: Vec::new(),
        entries: Vec::new(),
        told: Diagnostics::new(),
        at: 0,
    };
    writer.all();
    let html = std::mem::take(&mut writer.out);
    let title = writer.title.take().unwrap_or_default();
    let (html, title) = (writer.whole(html), writer.whole(title));
    let entries = std::mem::take(&mut writer.entries).into_iter().map(|html| writer.filled(html)).collect();
    let twin = means.twins.map(|leads| super::twin::twin(document, &page.facts, links, leads, means.markdown)).unwrap_or_default();
    Diagnosed { value: Body { html, title, entries, diagrams: writer.diagrams, twin, blocks: writer.blocks }, diagnostics: writer.told }
}

struct Writer<'a> {
    text: &'a str,
    document: &'a Document<'a>,
    file: &'a FileName,
    page: &'a Page,
    facts: &'a Facts,
    links: &'a [Href],
    means: &'a Means<'a>,
    schemes: &'a [String],
    /// Whether the page must pass the last gate.
    gated: bool,
    out: Markup,
    /// What the lifted first heading says.
    title: Option<Markup>,
    /// How many headings came before.
    heading: usize,
    table: Table,
    notes: Notes,
    /// What was being written when a footnote or the title began.
    outer: Vec<Markup>,
    /// The directives that are open.
    frames: Vec<Frame>,
    /// Markup that needs no gate, for the places that are kept for it.
    finished: Vec<String>,
    diagrams: bool,
    blocks: Vec<BlockKey>,
    entries: Vec<String>,
    told: Diagnostics,
    /// The event that is being written.
    at: usize,
}

/// Whether markup stands in a line of text or by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    InLine,
    Alone,
}

#[derive(Default)]
struct Table {
    alignments: Vec<md::Alignment>,
    cell: usize,
    head: bool,
    rows: bool,
}

impl<'a> Writer<'a> {
    fn all(&mut self) {
        let events = &self.document.events;
        while let Some((event, place)) = events.get(self.at) {
            self.at += 1;
            match event {
                Event::Markdown(event) => self.markdown(event),
                Event::Link(no) => self.link(*no),
                Event::LinkEnd => self.link_end(),
                Event::Image(no, attributes) => self.image(*no, attributes),
                Event::ImageEnd => {}
                Event::Tag(tag) => self.tag(tag),
                Event::EndTag(name) => {
                    self.out.tag("</");
                    self.out.name(name);
                    self.out.tag(">");
                }
                Event::HtmlText(text) => self.out.html_text(text),
                Event::Raw(html) => self.out.trusted(html),
                Event::Emoji(_, glyph) => self.out.text(glyph),
                Event::Code(code) => self.code(code, place),
                Event::Math(latex, display) => self.math(latex, *display, place),
                Event::Diagram(text) => self.diagram(text),
                Event::Open(block) => self.open(*block),
                Event::Close(_) => self.close(),
                Event::Title => self.title_begins(),
                Event::TitleEnd => self.title_ends(),
            }
        }
        self.footnotes();
    }

    /// Markup that is finished: it passes no gate, so nothing that a writer wrote may stand in it as it is.
    fn finish(&mut self, html: String, stands: Stands) {
        if stands == Stands::Alone {
            self.out.ends_line();
        }
        if !self.gated {
            return self.out.finished(&html);
        }
        self.out.keep_place(self.finished.len(), stands == Stands::InLine);
        self.finished.push(html);
    }

    /// What was written in `markup`, through the gate if it needs that; places that are kept stay.
    fn passed(&self, markup: Markup) -> String {
        let html = markup.into_string();
        if self.gated { self.means.gate.pass(&html) } else { html }
    }

    /// The same, with what was finished in its places.
    fn whole(&self, markup: Markup) -> String {
        self.filled(self.passed(markup))
    }

    /// `html` with what was finished in the places that were kept for it.
    fn filled(&self, html: String) -> String {
        if self.finished.is_empty() { html } else { super::html::filled(&html, &self.finished) }
    }

    fn tell(&mut self, kind: Kind, message: String, place: &Place, help: Option<String>) {
        self.told.push(Diagnostic::new(kind, message).at(self.page.span(self.file, place)).help(help));
    }

    fn code(&mut self, code: &Code, place: &Place) {
        if !code.language.is_empty() && !self.means.highlighter.knows(&code.language) {
            let help = self.means.highlighter.nearest(&code.language).map(|near| format!("write `{near}`"));
            let message = format!("no grammar for the language `{}`; the code is shown plain", code.language);
            self.tell(Kind::LanguageUnknown, message, place, help);
        }
        if self.code_in_group(code) {
            return;
        }
        let mut markup = Markup::with_capacity(code.text.len() * 2);
        self.blocks.extend(super::code::code(code, self.means.highlighter, &mut markup));
        self.finish(markup.into_string(), Stands::Alone);
    }

    fn math(&mut self, latex: &str, display: bool, place: &Place) {
        match super::math::math(latex, display) {
            // A formula is phrasing content, also one that stands by itself: its paragraph goes on around it.
            Ok(html) => self.finish(html, Stands::InLine),
            Err(fault) => {
                let place = &self.place_of(latex, fault.range, place);
                self.tell(Kind::MathInvalid, fault.message, place, Some("the formula is LaTeX; its source is shown meanwhile".to_owned()));
                self.out.tag("<code>");
                self.out.text(latex);
                self.out.tag("</code>");
            }
        }
    }

    /// Where `part` of a formula at `place` stands: the formula itself where its lines are not those of the file.
    fn place_of(&self, latex: &str, part: Option<Range<usize>>, place: &Place) -> Place {
        let source = self.text.get(place.range.clone()).filter(|_| place.file == 0);
        match (source.and_then(|source| source.find(latex)), part) {
            (Some(offset), Some(part)) => {
                let start = place.range.start + offset;
                Place { file: 0, range: start + part.start..start + part.end }
            }
            _ => place.clone(),
        }
    }

    fn diagram(&mut self, text: &str) {
        self.diagrams = true;
        self.out.ends_line();
        self.out.tag("<pre class=\"mermaid\" tabindex=\"0\">");
        self.out.text(text);
        self.out.tag("</pre>\n");
    }

    fn markdown(&mut self, event: &md::Event<'a>) {
        match event {
            md::Event::Start(tag) => self.start(tag),
            md::Event::End(tag) => self.end(tag),
            md::Event::Text(text) => self.out.text(text),
            md::Event::Code(code) => {
                self.out.tag("<code>");
                self.out.text(code);
                self.out.tag("</code>");
            }
            md::Event::SoftBreak => self.out.tag("\n"),
            md::Event::HardBreak => self.out.tag("<br>\n"),
            md::Event::Rule => {
                self.out.ends_line();
                self.out.tag("<hr>\n");
            }
            md::Event::TaskListMarker(done) => self.out.tag(if *done {
                "<input type=\"checkbox\" disabled checked aria-label=\"Done\"> "
            } else {
                "<input type=\"checkbox\" disabled aria-label=\"Not done\"> "
            }),
            md::Event::FootnoteReference(label) => self.note_reference(label),
            // These come as events of their own.
            md::Event::InlineMath(text) | md::Event::DisplayMath(text) | md::Event::Html(text) | md::Event::InlineHtml(text) => self.out.text(text),
        }
    }

    fn start(&mut self, tag: &md::Tag<'a>) {
        match tag {
            md::Tag::Paragraph => self.block("<p>"),
            md::Tag::Heading { level, classes, .. } => self.heading(*level, classes),
            md::Tag::BlockQuote(_) => self.block("<blockquote>\n"),
            md::Tag::List(first) => self.list(*first),
            md::Tag::Item => self.item(),
            md::Tag::FootnoteDefinition(label) => self.note_begins(label),
            md::Tag::Table(alignments) => {
                self.table = Table { alignments: alignments.clone(), ..Table::default() };
                self.block("<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>\n");
            }
            md::Tag::TableHead => {
                (self.table.head, self.table.cell) = (true, 0);
                self.out.tag("<thead>\n<tr>");
            }
            md::Tag::TableRow => {
                self.table.cell = 0;
                self.out.tag(if self.table.rows { "<tr>" } else { "<tbody>\n<tr>" });
                self.table.rows = true;
            }
            md::Tag::TableCell => {
                self.out.tag(if self.table.head { "<th" } else { "<td" });
                match self.table.alignments.get(self.table.cell) {
                    Some(md::Alignment::Left) => self.out.attribute("class", "left"),
                    Some(md::Alignment::Center) => self.out.attribute("class", "center"),
                    Some(md::Alignment::Right) => self.out.attribute("class", "right"),
                    Some(md::Alignment::None) | None => {}
                }
                self.out.tag(">");
            }
            md::Tag::Emphasis => self.out.tag("<em>"),
            md::Tag::Strong => self.out.tag("<strong>"),
            md::Tag::Strikethrough => self.out.tag("<del>"),
            md::Tag::Superscript => self.out.tag("<sup>"),
            md::Tag::Subscript => self.out.tag("<sub>"),
            md::Tag::DefinitionList => self.block("<dl>\n"),
            md::Tag::DefinitionListTitle => self.block("<dt>"),
            md::Tag::DefinitionListDefinition => self.block("<dd>"),
            // These come as events of their own, or are not switched on.
            md::Tag::Link { .. } | md::Tag::Image { .. } | md::Tag::CodeBlock(_) | md::Tag::HtmlBlock | md::Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: &md::TagEnd) {
        match tag {
            md::TagEnd::Paragraph => self.out.tag("</p>\n"),
            md::TagEnd::Heading(level) => self.heading_end(*level),
            md::TagEnd::BlockQuote(_) => self.closing("</blockquote>\n"),
            md::TagEnd::List(true) => self.closing("</ol>\n"),
            md::TagEnd::List(false) => self.closing("</ul>\n"),
            md::TagEnd::Item => self.out.tag("</li>\n"),
            md::TagEnd::FootnoteDefinition => self.note_ends(),
            md::TagEnd::Table => self.out.tag(if self.table.rows { "</tbody>\n</table></div>\n" } else { "</table></div>\n" }),
            md::TagEnd::TableHead => {
                self.table.head = false;
                self.out.tag("</tr>\n</thead>\n");
            }
            md::TagEnd::TableRow => self.out.tag("</tr>\n"),
            md::TagEnd::TableCell => {
                self.out.tag(if self.table.head { "</th>" } else { "</td>" });
                self.table.cell += 1;
            }
            md::TagEnd::Emphasis => self.out.tag("</em>"),
            md::TagEnd::Strong => self.out.tag("</strong>"),
            md::TagEnd::Strikethrough => self.out.tag("</del>"),
            md::TagEnd::Superscript => self.out.tag("</sup>"),
            md::TagEnd::Subscript => self.out.tag("</sub>"),
            md::TagEnd::DefinitionList => self.closing("</dl>\n"),
            md::TagEnd::DefinitionListTitle => self.out.tag("</dt>\n"),
            md::TagEnd::DefinitionListDefinition => self.out.tag("</dd>\n"),
            md::TagEnd::Link | md::TagEnd::Image | md::TagEnd::CodeBlock | md::TagEnd::HtmlBlock | md::TagEnd::MetadataBlock(_) => {}
        }
    }

    fn block(&mut self, markup: &'static str) {
        self.out.ends_line();
        self.out.tag(markup);
    }

    fn closing(&mut self, markup: &'static str) {
        self.out.ends_line();
        self.out.tag(markup);
    }

    fn heading(&mut self, level: md::HeadingLevel, classes: &[md::CowStr<'a>]) {
        if self.heading == 0 && self.facts.lifted {
            self.outer.push(std::mem::take(&mut self.out));
            return;
        }
        self.out.ends_line();
        self.out.tag(match level {
            md::HeadingLevel::H1 => "<h1",
            md::HeadingLevel::H2 => "<h2",
            md::HeadingLevel::H3 => "<h3",
            md::HeadingLevel::H4 => "<h4",
            md::HeadingLevel::H5 => "<h5",
            md::HeadingLevel::H6 => "<h6",
        });
        if let Some(heading) = self.facts.headings.get(self.heading) {
            self.out.attribute("id", &heading.id);
        }
        if !classes.is_empty() {
            self.out.attribute("class", &classes.join(" "));
        }
        self.out.tag(">");
    }

    fn heading_end(&mut self, level: md::HeadingLevel) {
        self.heading += 1;
        if self.heading == 1 && self.facts.lifted {
            let title = std::mem::replace(&mut self.out, self.outer.pop().unwrap_or_default());
            self.title = Some(title);
            return;
        }
        if let Some(heading) = self.facts.headings.get(self.heading - 1) {
            self.out.tag("<a class=\"anchor\"");
            self.out.attribute("href", &format!("#{}", encoded(&heading.id)));
            self.out.tag(" aria-label=\"Link to this section\">#</a>");
        }
        self.out.tag(match level {
            md::HeadingLevel::H1 => "</h1>\n",
            md::HeadingLevel::H2 => "</h2>\n",
            md::HeadingLevel::H3 => "</h3>\n",
            md::HeadingLevel::H4 => "</h4>\n",
            md::HeadingLevel::H5 => "</h5>\n",
            md::HeadingLevel::H6 => "</h6>\n",
        });
    }

    fn list(&mut self, first: Option<u64>) {
        self.out.ends_line();
        match first {
            None => self.out.tag("<ul>\n"),
            Some(1) => self.out.tag("<ol>\n"),
            Some(first) => {
                self.out.tag("<ol");
                self.out.attribute("start", &first.to_string());
                self.out.tag(">\n");
            }
        }
    }

    fn item(&mut self) {
        let Some((Event::Open(Block::Entry(no)), _)) = self.document.events.get(self.at) else {
            return self.block(if self.is_task() { "<li class=\"task\">" } else { "<li>" });
        };
        self.block("<li class=\"entry\"");
        let entry = self.facts.release.as_ref().and_then(|release| release.entries.get(*no));
        // An id that was stated twice is the first one's.
        if let Some(id) = entry.and_then(|entry| entry.id.as_deref()).filter(|id| self.facts.has_anchor(id)) {
            self.out.attribute("id", id);
        }
        self.out.tag(">");
    }

    /// Whether the item that begins here is a task: its box is the first thing in it, or in its first paragraph.
    fn is_task(&self) -> bool {
        let events = &self.document.events[self.at..];
        let paragraph = matches!(events.first(), Some((Event::Markdown(md::Event::Start(md::Tag::Paragraph)), _)));
        matches!(events.get(usize::from(paragraph)), Some((Event::Markdown(md::Event::TaskListMarker(_)), _)))
    }

    fn link(&mut self, no: usize) {
        self.out.tag("<a");
        if let Href::To(url, _) | Href::Page(url) | Href::Remote(url) = &self.links[no] {
            self.out.address("href", url, self.schemes);
        }
        let title = &self.document.links[no].title;
        if !title.is_empty() {
            self.out.attribute("title", title);
        }
        self.out.tag(">");
    }

    fn link_end(&mut self) {
        self.out.tag("</a>");
    }

    fn tag(&mut self, tag: &Tag) {
        if tag.name == "img" {
            return self.image_tag(tag);
        }
        self.out.tag("<");
        self.out.name(&tag.name);
        for (name, value) in &tag.attributes {
            match value {
                Attribute::Text(value) => self.out.attribute(name, value),
                Attribute::Link(no) => {
                    if let Some(url) = self.links[*no].address() {
                        self.out.address(name, url, self.schemes);
                    }
                }
            }
        }
        self.out.tag(">");
    }
}

#[cfg(test)]
mod tests;
