//! What one page's text says, for the search: its sections, each as plain text.
//!
//! - In: the [`Document`] that the page's body is written from too, and its [`Facts`].
//! - Out: a [`Record`]. It holds nothing of versions or addresses: equal texts have equal records.

use serde::{Deserialize, Serialize};

use crate::parse::Facts;
use crate::parse::document::{Document, Event, Tag, decoded, md};

/// What a page says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its sections, in order. The first is what stands before all headings, without id and title; it is there even if it says nothing.
    pub sections: Vec<Section>,
}

/// A heading, and what stands below it up to the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Section {
    /// The id of the heading.
    pub id: String,
    /// The heading, without markup.
    pub title: String,
    /// The text, code too: a line for each block, and for each line of code.
    pub text: String,
}

/// The record of a page. `document` is the reading of its text.
pub fn record(document: &Document<'_>, facts: &Facts) -> Record {
    let mut recorder = Recorder { facts, done: Vec::new(), section: Section::default(), heading: 0, silent: 0, skipped: None };
    if let Some(description) = &facts.description {
        recorder.words(description);
        recorder.line();
    }
    for (event, _) in &document.events {
        recorder.event(event);
    }
    recorder.next(Section::default());
    Record { sections: recorder.done }
}

struct Recorder<'a> {
    facts: &'a Facts,
    done: Vec<Section>,
    section: Section,
    /// How many headings came before.
    heading: usize,
    /// Within how many headings: their text is known already.
    silent: usize,
    /// The element of trusted HTML whose text is none.
    skipped: Option<&'static str>,
}

impl Recorder<'_> {
    /// The section is whole, and `next` begins.
    fn next(&mut self, next: Section) {
        let mut section = std::mem::replace(&mut self.section, next);
        section.text.truncate(section.text.trim_end().len());
        section.text.shrink_to_fit();
        self.done.push(section);
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Markdown(event) => self.markdown(event),
            Event::Tag(Tag { name, .. }) => self.edge(name),
            Event::EndTag(name) => self.edge(name),
            Event::HtmlText(text) => self.words(&decoded(text)),
            Event::Raw(html) => self.raw(html),
            Event::Emoji(_, glyph) => self.words(glyph),
            Event::Math(text, display) => {
                self.words(text);
                if *display {
                    self.line();
                }
            }
            Event::Code(code) => {
                self.line();
                self.section.text.push_str(code.title.as_deref().unwrap_or_default());
                self.line();
                self.section.text.push_str(code.text.trim_end());
                self.line();
            }
            Event::Diagram(text) => {
                self.line();
                self.section.text.push_str(text.trim_end());
                self.line();
            }
            Event::Open(_) | Event::Close(_) | Event::Title | Event::TitleEnd => self.line(),
            Event::Link(_) | Event::LinkEnd | Event::Image(..) | Event::ImageEnd => {}
        }
    }

    fn markdown(&mut self, event: &md::Event<'_>) {
        match event {
            md::Event::Text(text) | md::Event::Code(text) => self.words(text),
            md::Event::SoftBreak => self.words(" "),
            md::Event::HardBreak | md::Event::Rule => self.line(),
            md::Event::Start(md::Tag::Heading { .. }) => self.heading_begins(),
            md::Event::End(md::TagEnd::Heading(_)) => self.silent -= usize::from(self.silent > 0),
            md::Event::End(md::TagEnd::TableCell) => self.words(" "),
            // These stand in a line.
            md::Event::Start(
                md::Tag::Emphasis | md::Tag::Strong | md::Tag::Strikethrough | md::Tag::Superscript | md::Tag::Subscript | md::Tag::TableCell,
            ) => {}
            md::Event::Start(_) => self.line(),
            md::Event::End(md::TagEnd::Paragraph | md::TagEnd::Item | md::TagEnd::TableRow | md::TagEnd::TableHead) => self.line(),
            _ => {}
        }
    }

    fn heading_begins(&mut self) {
        self.silent += 1;
        let lifted = self.heading == 0 && self.facts.lifted;
        if let Some(heading) = self.facts.headings.get(self.heading).filter(|_| !lifted) {
            self.next(Section { id: heading.id.clone(), title: heading.title.clone(), text: String::new() });
        }
        self.heading += 1;
    }

    /// Text of a line; what is written of spaces in it is one space.
    fn words(&mut self, text: &str) {
        if self.silent > 0 {
            return;
        }
        let out = &mut self.section.text;
        for c in text.chars() {
            match c {
                c if c.is_whitespace() => {
                    if !out.is_empty() && !out.ends_with([' ', '\n']) {
                        out.push(' ');
                    }
                }
                // Characters that no text is meant to have.
                c if c.is_control() => {}
                c => out.push(c),
            }
        }
    }

    /// The line ends.
    fn line(&mut self) {
        let out = &mut self.section.text;
        if self.silent > 0 || out.is_empty() {
            return;
        }
        out.truncate(out.trim_end_matches(' ').len());
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }

    /// The edge of an element of raw HTML: most begin a line.
    fn edge(&mut self, name: &str) {
        const IN_LINE: [&str; 20] =
            ["a", "abbr", "b", "bdi", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "small", "span", "strong", "u", "wbr"];
        if !IN_LINE.contains(&name) {
            self.line();
        }
    }

    /// Raw HTML of trusted authors: its text.
    fn raw(&mut self, html: &str) {
        let mut rest = html;
        loop {
            if let Some(name) = self.skipped {
                let Some(end) = rest.find(name) else { return };
                rest = &rest[end..];
                self.skipped = None;
            }
            let start = rest.find('<').unwrap_or(rest.len());
            self.words(&decoded(&rest[..start]));
            rest = &rest[start..];
            let Some(end) = rest.find('>') else { return };
            let tag = &rest[..end];
            self.skipped = [("<script", "</script"), ("<style", "</style"), ("<!--", "-->")]
                .into_iter()
                .find(|(begin, _)| tag.starts_with(begin))
                .map(|(_, end)| end);
            if self.skipped == Some("-->") && tag.ends_with("--") {
                self.skipped = None;
            }
            self.words(" ");
            rest = &rest[end + 1..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HtmlPolicy, Markdown};
    use crate::id::FileName;

    fn check(markdown: &str, expected: &[&str]) {
        check_with(&Markdown::default(), markdown, expected);
    }

    fn check_with(settings: &Markdown, markdown: &str, expected: &[&str]) {
        let page = crate::parse::fragment(markdown, &FileName::new("a.md"), settings);
        let record = crate::parse::with_document(markdown, &page, settings, |document| record(document, &page.facts));
        let shown: Vec<String> = record.sections.iter().map(|section| format!("{}|{}|{}", section.id, section.title, section.text)).collect();
        assert_eq!(shown, expected, "{markdown}");
    }

    #[test]
    fn a_page_is_its_sections() {
        check("# T\n\nLead *with* `code`\nand more.\n\n## A & B\n\nText.\n\n### C\n", &["||Lead with code and more.", "a--b|A & B|Text.", "c|C|"]);
        check("", &["||"]);
        check("## A\n", &["||", "a|A|"]);
    }

    #[test]
    fn blocks_are_lines() {
        check("- one\n- two\n\n| a | b |\n|---|---|\n| c | d |\n\n```sh\nx 1\ny 2\n```\n", &["||one\ntwo\na b\nc d\nx 1\ny 2"]);
        check(":::note Mind\nthis\n:::\n", &["||Mind\nthis"]);
        check("![a picture](x.png) and [a link](y.md)\n", &["||a picture and a link"]);
    }

    #[test]
    fn html_is_its_text() {
        check("<div>a &lt; b</div>\n\nx<b>y</b>z\n", &["||a < b\nxyz"]);
        let allow = Markdown { html: HtmlPolicy::Allow, ..Markdown::default() };
        check_with(&allow, "<div>a<script>let b;</script><!-- c --><style>d</style>e &amp; f</div>\n", &["||a e & f"]);
    }
}
