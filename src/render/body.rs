//! Writes the body of a page: its text as HTML, with every link led to where it goes.
//!
//! - In: the text, the page that it is, one [`Href`] for each link, and the [`Means`] of the site.
//! - Out: a [`Body`]. The same in every version in which text and links agree.
//! - Never here: frames, navigation, other pages.
//!
//! Directives go through the theme's components. What they give, and what else this program has finished (code, formulas), is kept aside
//! while the last gate looks at what is around it: the gate knows what raw HTML may hold, and nothing of what themes may.

use std::collections::BTreeMap;

use block::Frame;

use super::gate::Gate;
use super::highlight::Highlighter;
use super::html::Markup;
use super::theme::Theme;
use crate::config::{HtmlPolicy, Markdown};
use crate::diagnostic::{Code as Kind, Diagnosed, Diagnostic, Diagnostics};
use crate::id::FileName;
use crate::parse::code::Code;
use crate::parse::document::{Attribute, Document, Event, Link, LinkKind, Place, Tag, md};
use crate::parse::{Facts, Page};
use crate::resolve::link::{elsewhere, encoded};

mod block;

/// What was written of a page's text.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The text, without a first heading that became the title.
    pub html: String,
    /// That heading's content, with its markup; empty without one.
    pub title: String,
    /// Whether it holds diagrams, for the site's script to draw.
    pub diagrams: bool,
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
}

/// Where a link of the text leads, as it is written on its page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Href {
    /// To this address; for an image of the site, with its width and height in CSS pixels.
    To(String, Option<(u32, u32)>),
    /// To an image on another host, which is not loaded: its address.
    Remote(String),
    /// Nowhere.
    Nowhere,
}

impl Href {
    /// A link that nobody has looked up: the address as the writer wrote it. What would be loaded from another host is not.
    pub fn unresolved(link: &Link) -> Self {
        match link.kind {
            LinkKind::Resource if elsewhere(&link.target) => Href::Remote(encoded(&link.target)),
            _ => Href::To(encoded(&link.target), None),
        }
    }
}

/// Writes the body of `page`, whose text is `text` and which people call `file`; `links` has one entry for each of its links.
/// What is wrong with code, formulas and components is told only here.
pub fn body(text: &str, file: &FileName, page: &Page, links: &[Href], means: &Means<'_>) -> Diagnosed<Body> {
    crate::parse::with_document(text, page, means.markdown, |document| {
        let mut writer = Writer {
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
            told: Diagnostics::new(),
            at: 0,
        };
        writer.all();
        let html = std::mem::take(&mut writer.out);
        let title = writer.title.take().unwrap_or_default();
        let (html, title) = (writer.whole(html), writer.whole(title));
        Diagnosed { value: Body { html, title, diagrams: writer.diagrams }, diagnostics: writer.told }
    })
}

struct Writer<'a> {
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

/// Footnotes, numbered in the order in which the text refers to them.
#[derive(Default)]
struct Notes {
    numbers: BTreeMap<String, usize>,
    order: Vec<String>,
    /// How often each was referred to.
    uses: BTreeMap<String, usize>,
    texts: BTreeMap<String, Markup>,
    open: Vec<String>,
}

impl Notes {
    fn number(&mut self, label: &str) -> usize {
        if let Some(number) = self.numbers.get(label) {
            return *number;
        }
        self.order.push(label.to_owned());
        self.numbers.insert(label.to_owned(), self.order.len());
        self.order.len()
    }
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
        let html = self.passed(markup);
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
        super::code::code(code, self.means.highlighter, &mut markup);
        self.finish(markup.into_string(), Stands::Alone);
    }

    fn math(&mut self, latex: &str, display: bool, place: &Place) {
        match super::math::math(latex, display) {
            // A formula is phrasing content, also one that stands by itself: its paragraph goes on around it.
            Ok(html) => self.finish(html, Stands::InLine),
            Err(fault) => {
                self.tell(Kind::MathInvalid, fault.message, place, Some("the formula is LaTeX; its source is shown meanwhile".to_owned()));
                self.out.tag("<code>");
                self.out.text(latex);
                self.out.tag("</code>");
            }
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
            md::Tag::Item => self.block("<li>"),
            md::Tag::FootnoteDefinition(label) => {
                self.outer.push(std::mem::take(&mut self.out));
                self.notes.open.push(label.to_string());
            }
            md::Tag::Table(alignments) => {
                self.table = Table { alignments: alignments.clone(), ..Table::default() };
                self.block("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n");
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
            md::TagEnd::FootnoteDefinition => {
                let text = std::mem::replace(&mut self.out, self.outer.pop().unwrap_or_default());
                if let Some(label) = self.notes.open.pop() {
                    self.notes.texts.entry(label).or_insert(text);
                }
            }
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
            None if self.tasks() => self.out.tag("<ul class=\"tasks\">\n"),
            None => self.out.tag("<ul>\n"),
            Some(1) => self.out.tag("<ol>\n"),
            Some(first) => {
                self.out.tag("<ol");
                self.out.attribute("start", &first.to_string());
                self.out.tag(">\n");
            }
        }
    }

    /// Whether the list that begins here begins with a task.
    fn tasks(&self) -> bool {
        self.document.events[self.at..].iter().take(3).any(|(event, _)| matches!(event, Event::Markdown(md::Event::TaskListMarker(_))))
    }

    fn link(&mut self, no: usize) {
        self.out.tag("<a");
        if let Href::To(url, _) | Href::Remote(url) = &self.links[no] {
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

    fn image(&mut self, no: usize, attributes: &[(&'static str, String)]) {
        let alt = self.description();
        let title = &self.document.links[no].title;
        let mut others: Vec<(String, Attribute)> = Vec::new();
        for (name, value) in attributes {
            others.push(((*name).to_owned(), Attribute::Text(value.clone())));
        }
        self.picture(no, &alt, title, &others);
    }

    /// An image of the site; in place of one that may not be loaded or is not there, its description.
    fn picture(&mut self, no: usize, alt: &str, title: &str, others: &[(String, Attribute)]) {
        match &self.links[no] {
            Href::To(url, size) => {
                self.out.tag("<img");
                self.out.address("src", url, self.schemes);
                self.out.attribute("alt", alt);
                if !title.is_empty() {
                    self.out.attribute("title", title);
                }
                for (name, value) in measures(*size, others) {
                    self.out.attribute(name, &value.to_string());
                }
                for (name, value) in others {
                    if let Attribute::Text(value) = value {
                        self.out.attribute(name, value);
                    }
                }
                for (name, value) in [("loading", "lazy"), ("decoding", "async")] {
                    if !others.iter().any(|(given, _)| given == name) {
                        self.out.attribute(name, value);
                    }
                }
                self.out.tag(">");
            }
            Href::Remote(url) => {
                self.out.tag("<a");
                self.out.address("href", url, self.schemes);
                self.out.tag(">");
                self.out.text(if alt.is_empty() { url } else { alt });
                self.out.tag("</a>");
            }
            Href::Nowhere => self.out.text(alt),
        }
    }

    /// The plain text up to the end of the image whose events begin here.
    fn description(&mut self) -> String {
        let mut text = String::new();
        let mut depth = 1;
        while let Some((event, _)) = self.document.events.get(self.at) {
            self.at += 1;
            match event {
                Event::Image(..) => depth += 1,
                Event::ImageEnd => depth -= 1,
                Event::Emoji(_, glyph) => text.push_str(glyph),
                Event::Markdown(md::Event::Text(words) | md::Event::Code(words)) => text.push_str(words),
                Event::Markdown(md::Event::SoftBreak | md::Event::HardBreak) => text.push(' '),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        text
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
                    if let Href::To(url, _) = &self.links[*no] {
                        self.out.address(name, url, self.schemes);
                    }
                }
            }
        }
        self.out.tag(">");
    }

    fn image_tag(&mut self, tag: &Tag) {
        let text = |wanted: &str| {
            tag.attributes.iter().find_map(|(name, value)| match value {
                Attribute::Text(text) if name == wanted => Some(text.as_str()),
                _ => None,
            })
        };
        let source = tag.attributes.iter().find_map(|(name, value)| match value {
            Attribute::Link(no) if name == "src" => Some(*no),
            _ => None,
        });
        let Some(source) = source else { return };
        let others: Vec<(String, Attribute)> =
            tag.attributes.iter().filter(|(name, _)| !matches!(name.as_str(), "src" | "alt" | "title")).cloned().collect();
        self.picture(source, text("alt").unwrap_or(""), text("title").unwrap_or(""), &others);
    }

    fn note_reference(&mut self, label: &str) {
        let number = self.notes.number(label);
        let uses = self.notes.uses.entry(label.to_owned()).or_default();
        *uses += 1;
        let id = if *uses == 1 { format!("r:ref-{number}") } else { format!("r:ref-{number}-{uses}") };
        self.out.tag("<sup><a class=\"footnote\"");
        self.out.attribute("id", &id);
        self.out.attribute("href", &format!("#r:note-{number}"));
        self.out.tag(">");
        self.out.text(&number.to_string());
        self.out.tag("</a></sup>");
    }

    /// The footnotes that the text refers to. One may refer to another, so the list can grow while it is written.
    fn footnotes(&mut self) {
        if self.notes.order.is_empty() {
            return;
        }
        self.out.ends_line();
        self.out.tag("<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n");
        for number in 1..=self.notes.order.len() {
            let label = self.notes.order[number - 1].clone();
            self.out.tag("<li");
            self.out.attribute("id", &format!("r:note-{number}"));
            self.out.tag(">\n");
            if let Some(text) = self.notes.texts.get(&label) {
                self.out.append(text);
            }
            self.out.tag("<a class=\"footnote-back\"");
            self.out.attribute("href", &format!("#r:ref-{number}"));
            self.out.tag(" aria-label=\"Back to the text\">↩</a></li>\n");
        }
        self.out.tag("</ol></section>\n");
    }
}

/// The measures of an image that its writer does not give, in CSS pixels: its own, in proportion to the one that is given.
fn measures(size: Option<(u32, u32)>, given: &[(String, Attribute)]) -> Vec<(&'static str, u32)> {
    let Some((width, height)) = size else { return Vec::new() };
    let given = |wanted: &str| {
        given.iter().find_map(|(name, value)| match value {
            Attribute::Text(value) if name == wanted => Some(value.parse::<u64>().unwrap_or(0)),
            _ => None,
        })
    };
    let scaled = |own: u32, given: u64, of: u32| u32::try_from((u64::from(own) * given).div_ceil(u64::from(of.max(1)))).unwrap_or(u32::MAX);
    match (given("width"), given("height")) {
        (None, None) => vec![("width", width), ("height", height)],
        (Some(given), None) => vec![("height", scaled(height, given, width))],
        (None, Some(given)) => vec![("width", scaled(width, given, height))],
        (Some(_), Some(_)) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Fragments;
    use crate::config::HtmlPolicy;

    fn check(markdown: &str, expected: &str) {
        assert_eq!(Fragments::new(HtmlPolicy::Safe).html(markdown), expected, "{markdown}");
    }

    #[test]
    fn headings_carry_their_ids() {
        check("## A & B\n", "<h2 id=\"a--b\">A &amp; B<a class=\"anchor\" href=\"#a--b\" aria-label=\"Link to this section\">#</a></h2>\n");
    }

    #[test]
    fn lists_of_tasks_and_tables_are_accessible() {
        check(
            "- [x] a\n- [ ] b\n",
            "<ul class=\"tasks\">\n<li><input type=\"checkbox\" disabled checked aria-label=\"Done\"> a</li>\n<li><input type=\"checkbox\" disabled aria-label=\"Not done\"> b</li>\n</ul>\n",
        );
        check(
            "|a|b|\n|-|-:|\n|1|2|\n",
            "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead>\n<tr><th>a</th><th class=\"right\">b</th></tr>\n</thead>\n<tbody>\n<tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody>\n</table></div>\n",
        );
    }

    #[test]
    fn footnotes_stand_at_the_end_in_the_order_of_use() {
        check(
            "a[^x] b[^x]\n\n[^x]: note\n\n[^unused]: no\n",
            "<p>a<sup><a class=\"footnote\" id=\"r:ref-1\" href=\"#r:note-1\">1</a></sup> b<sup><a class=\"footnote\" id=\"r:ref-1-2\" href=\"#r:note-1\">1</a></sup></p>\n<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n<li id=\"r:note-1\">\n<p>note</p>\n<a class=\"footnote-back\" href=\"#r:ref-1\" aria-label=\"Back to the text\">↩</a></li>\n</ol></section>\n",
        );
    }

    #[test]
    fn alerts_are_callouts() {
        check(
            "> [!TIP]\n> Do.\n",
            "<aside class=\"callout tip\" role=\"note\" aria-label=\"Tip\"><p class=\"callout-title\">Tip</p>\n<p>Do.</p>\n</aside>",
        );
    }

    #[test]
    fn raw_html_passes_the_last_gate() {
        check("<details><summary>S</summary>\n\n*t*\n\n</details>\n", "<details><summary>S</summary>\n<p><em>t</em></p>\n</details>\n");
        check("a <b>b", "<p>a <b>b</b></p>\n");
        let html = Fragments::new(HtmlPolicy::Allow).html("<img src=a.png loading=eager>\n");
        assert_eq!(html, "<img src=\"a.png\" alt=\"\" loading=\"eager\" decoding=\"async\">\n");
    }
}
