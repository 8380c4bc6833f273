//! The blocks of a text, each with a digest of what it says: equal for blocks that readers would call the same.

use std::hash::Hasher;
use std::ops::Range;

use rustc_hash::FxHasher;

use super::Side;
use super::comparison::Kind;
use crate::parse::document::{Attribute, Block as Directive, Event, md};

/// A block of a text.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// In how many lists, quotes and directives it stands.
    pub(super) depth: u8,
    /// The digest of what it is and says.
    pub(super) key: u64,
    /// How much it says.
    pub(super) bytes: usize,
    /// The numbers of the events that it is; none for a title that is no heading of the text.
    pub(super) events: Range<usize>,
}

/// The blocks of a text, in order.
pub(super) fn blocks(side: Side<'_, '_>) -> Vec<Block> {
    let mut walk = Walk { side, blocks: Vec::new(), depth: 0, lists: Vec::new(), next: None, open: None, headings: 0, said: String::new() };
    if let Some(title) = side.title {
        walk.push(Kind::Heading(1, String::new()), 0..0, title);
    }
    for (no, (event, _)) in side.document.events.iter().enumerate() {
        walk.event(no, event);
    }
    walk.finish(side.document.events.len());
    walk.blocks
}

struct Walk<'a, 'd> {
    side: Side<'a, 'd>,
    blocks: Vec<Block>,
    depth: u8,
    /// The lists that are open: whether each is numbered.
    lists: Vec<bool>,
    /// What the next words are, if they are no paragraph.
    next: Option<Kind>,
    /// The block that is open, and the number of its first event.
    open: Option<(Kind, usize)>,
    headings: usize,
    /// What the block says that is being finished.
    said: String,
}

impl Walk<'_, '_> {
    fn event(&mut self, no: usize, event: &Event<'_>) {
        match event {
            Event::Markdown(md::Event::Start(tag)) => self.start(no, tag),
            Event::Markdown(md::Event::End(tag)) => self.end(no, tag),
            Event::Open(Directive::Entry(_)) | Event::Close(Directive::Entry(_)) => {}
            Event::Open(_) => self.deeper(no),
            Event::Close(_) => self.higher(no),
            Event::Title => self.begin(no + 1, Kind::Title),
            Event::TitleEnd => self.finish(no),
            Event::Code(code) => {
                self.finish(no);
                self.push(Kind::Code(code.language.clone()), no..no + 1, &code.text);
            }
            Event::Diagram(text) => {
                self.finish(no);
                self.push(Kind::Code("mermaid".to_owned()), no..no + 1, text);
            }
            Event::Markdown(md::Event::Rule) => {
                self.finish(no);
                self.push(Kind::Rule, no..no + 1, "-");
            }
            // Words of their own: of a tight list, of raw HTML.
            _ if self.open.is_none() => {
                let kind = self.next.take().unwrap_or(Kind::Paragraph);
                self.begin(no, kind);
            }
            _ => {}
        }
    }

    fn start(&mut self, no: usize, tag: &md::Tag<'_>) {
        match tag {
            md::Tag::Heading { level, .. } => {
                let id = self.side.headings.get(self.headings).map_or_else(String::new, |heading| heading.id.clone());
                self.headings += 1;
                self.begin(no + 1, Kind::Heading(*level as u8, id));
            }
            md::Tag::Paragraph => {
                let kind = self.next.take().unwrap_or(Kind::Paragraph);
                self.begin(no + 1, kind);
            }
            md::Tag::List(first) => {
                self.deeper(no);
                self.lists.push(first.is_some());
            }
            md::Tag::Item => {
                self.finish(no);
                self.next = Some(Kind::Item(self.lists.last().copied().unwrap_or(false)));
            }
            md::Tag::BlockQuote(_) | md::Tag::FootnoteDefinition(_) => self.deeper(no),
            md::Tag::TableHead => self.begin(no + 1, Kind::Row(true)),
            md::Tag::TableRow => self.begin(no + 1, Kind::Row(false)),
            md::Tag::DefinitionListTitle => self.begin(no + 1, Kind::Term),
            md::Tag::DefinitionListDefinition => {
                self.finish(no);
                self.next = Some(Kind::Definition);
            }
            md::Tag::Table(_) | md::Tag::DefinitionList => self.finish(no),
            _ if self.open.is_none() => {
                let kind = self.next.take().unwrap_or(Kind::Paragraph);
                self.begin(no, kind);
            }
            _ => {}
        }
    }

    fn end(&mut self, no: usize, tag: &md::TagEnd) {
        match tag {
            md::TagEnd::List(_) => {
                self.lists.pop();
                self.higher(no);
            }
            md::TagEnd::BlockQuote(_) | md::TagEnd::FootnoteDefinition => self.higher(no),
            md::TagEnd::Heading(_)
            | md::TagEnd::Paragraph
            | md::TagEnd::Item
            | md::TagEnd::TableHead
            | md::TagEnd::TableRow
            | md::TagEnd::DefinitionListTitle
            | md::TagEnd::DefinitionListDefinition => {
                self.finish(no);
                self.next = None;
            }
            _ => {}
        }
    }

    fn deeper(&mut self, no: usize) {
        self.finish(no);
        self.depth = self.depth.saturating_add(1);
    }

    fn higher(&mut self, no: usize) {
        self.finish(no);
        self.next = None;
        self.depth = self.depth.saturating_sub(1);
    }

    fn begin(&mut self, no: usize, kind: Kind) {
        self.finish(no);
        self.open = Some((kind, no));
    }

    fn finish(&mut self, no: usize) {
        let Some((kind, start)) = self.open.take() else { return };
        let mut said = std::mem::take(&mut self.said);
        said.clear();
        self.say(start..no, &mut said);
        // Tags alone say nothing.
        if said.contains(|c: char| !c.is_control() && c != ' ') {
            self.push(kind, start..no, &said);
        }
        self.said = said;
    }

    fn push(&mut self, kind: Kind, events: Range<usize>, said: &str) {
        let mut hasher = FxHasher::default();
        let what = match &kind {
            Kind::Heading(level, _) => u64::from(*level),
            Kind::Paragraph => 10,
            // Which marks a list has is spelling; whether it counts is not.
            Kind::Item(numbered) => 11 + u64::from(*numbered),
            Kind::Code(language) => {
                hasher.write(language.as_bytes());
                13
            }
            Kind::Row(head) => 14 + u64::from(*head),
            Kind::Term => 16,
            Kind::Definition => 17,
            Kind::Title => 18,
            Kind::Math => 19,
            Kind::Rule => 20,
        };
        hasher.write_u64(what);
        hasher.write(said.as_bytes());
        self.blocks.push(Block { kind, depth: self.depth, key: hasher.finish(), bytes: said.len(), events });
    }

    /// What events say, in one spelling: signs that no text holds stand for what is no text.
    fn say(&self, events: Range<usize>, out: &mut String) {
        for (event, _) in &self.side.document.events[events] {
            match event {
                Event::Markdown(md::Event::Start(md::Tag::Emphasis)) => out.push('\u{1}'),
                Event::Markdown(md::Event::Start(md::Tag::Strong)) => out.push('\u{2}'),
                Event::Markdown(md::Event::Start(md::Tag::Strikethrough)) => out.push('\u{3}'),
                Event::Markdown(md::Event::End(md::TagEnd::TableCell)) => out.push('\u{4}'),
                Event::Markdown(md::Event::End(_)) => out.push('\u{5}'),
                Event::Markdown(md::Event::Code(code)) => {
                    out.push('\u{6}');
                    spoken(code, out);
                    out.push('\u{5}');
                }
                Event::Link(no) | Event::Image(no, _) => {
                    out.push('\u{7}');
                    out.push_str(self.side.lead(*no));
                    out.push('\u{7}');
                }
                Event::LinkEnd | Event::ImageEnd => out.push('\u{5}'),
                Event::Markdown(md::Event::FootnoteReference(label)) => {
                    out.push_str("[^");
                    out.push_str(label);
                    out.push(']');
                }
                Event::Markdown(md::Event::TaskListMarker(done)) => out.push_str(if *done { "[x] " } else { "[ ] " }),
                Event::Tag(tag) => {
                    out.push('\u{8}');
                    out.push_str(&tag.name);
                    for (name, value) in &tag.attributes {
                        out.push('\u{8}');
                        out.push_str(name);
                        match value {
                            Attribute::Text(value) => out.push_str(value),
                            Attribute::Link(no) => out.push_str(self.side.lead(*no)),
                        }
                    }
                    out.push('\u{8}');
                }
                Event::EndTag(_) => out.push('\u{5}'),
                Event::Raw(html) => out.push_str(html),
                other => spoken(other.words(), out),
            }
        }
    }
}

/// Adds words, with one space where there are any: how lines are broken is spelling.
fn spoken(words: &str, out: &mut String) {
    for c in words.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
}
