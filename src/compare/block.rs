//! The blocks of a text, each with a digest of what it says and one of how it says it: equal for blocks that readers would call the same.

use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use super::Side;
use super::digest::Said;
use super::element::{Role, role};
use super::form::{Container, Form, Kind, Marker};
use super::say::say;
use crate::parse::code::Code;
use crate::parse::document::{Attribute, Block as Directive, Event, Tag, md};

/// A block of a text.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// What it is, and where it stands.
    pub(super) form: Form,
    /// The digest of what it says.
    pub(super) said: u64,
    /// The digest of what it says and of its form.
    pub(super) key: u64,
    /// How much it says, in bytes.
    pub(super) bytes: usize,
    /// Words before those of its events, which the site adds: the label of a callout, the number of a footnote.
    pub(super) before: String,
    /// The numbers of the events that it is.
    pub(super) events: Range<usize>,
}

/// The blocks of a text, in the order of reading.
pub(super) fn blocks(side: Side<'_, '_>) -> Vec<Block> {
    let mut walk = Walk {
        side,
        blocks: Vec::new(),
        containers: Vec::new(),
        inside: Arc::new([]),
        lists: Vec::new(),
        next: None,
        open: None,
        in_line: false,
        in_head: false,
        headings: 0,
        hidden: false,
        before: String::new(),
        notes: Vec::new(),
        footnotes: Vec::new(),
        said: Said::default(),
    };
    if let Some(title) = &side.text.front.title {
        walk.add(Kind::Heading(1, String::new()), title.clone(), 0..0);
    }
    if let Some(lead) = &side.text.front.lead {
        walk.add(Kind::Paragraph, lead.clone(), 0..0);
    }
    for (no, (event, _)) in side.text.document.events.iter().enumerate() {
        walk.event(no, event);
    }
    walk.finish(side.text.document.events.len());
    walk.footnotes();
    walk.blocks
}

struct Walk<'a, 'd> {
    side: Side<'a, 'd>,
    blocks: Vec<Block>,
    /// What is open around the events that are read, and the same for blocks to share.
    containers: Vec<Container>,
    inside: Arc<[Container]>,
    /// Of each list that is open, what stands before its next item.
    lists: Vec<Marker>,
    /// What the next words are, if they are no paragraph.
    next: Option<Kind>,
    /// The block that is open, and the number of its first event.
    open: Option<(Kind, usize)>,
    /// Whether that block is one line, which no element of HTML ends.
    in_line: bool,
    /// Whether the head of a table of HTML is open.
    in_head: bool,
    /// How many headings there were, and whether this one is hidden.
    headings: usize,
    hidden: bool,
    /// Words before the next block.
    before: String,
    /// Of each footnote that is open its number, and the blocks before it.
    notes: Vec<(usize, Vec<Block>)>,
    /// The footnotes that are whole, each with its number.
    footnotes: Vec<(usize, Vec<Block>)>,
    /// What the last block said.
    said: Said,
}

impl Walk<'_, '_> {
    fn event(&mut self, no: usize, event: &Event<'_>) {
        match event {
            Event::Markdown(md::Event::End(md::TagEnd::Heading(_))) if self.hidden => self.hidden = false,
            _ if self.hidden => {}
            Event::Markdown(md::Event::Start(tag)) => self.start(no, tag),
            Event::Markdown(md::Event::End(tag)) => self.end(no, tag),
            Event::Markdown(md::Event::Rule) => self.alone(no, Kind::Rule),
            Event::Open(directive) => self.directive(no, *directive),
            Event::Close(directive) => {
                if container(*directive).is_some() {
                    self.higher(no);
                }
            }
            Event::Title => self.line(no + 1, Kind::Title),
            Event::TitleEnd => self.finish(no),
            Event::Code(code) => self.code(no, code),
            Event::Diagram(_) => self.alone(no, Kind::Diagram),
            Event::Tag(tag) if !self.in_line => self.tag(no, tag),
            Event::EndTag(name) if !self.in_line => self.end_tag(no, name),
            _ => self.words(no),
        }
    }

    /// Words, or what stands among them: of the block that is open, else of one of their own, as in a tight list.
    fn words(&mut self, no: usize) {
        if self.open.is_none() {
            let kind = self.next.take().unwrap_or(Kind::Paragraph);
            self.begin(no, kind);
        }
    }

    fn start(&mut self, no: usize, tag: &md::Tag<'_>) {
        match tag {
            md::Tag::Heading { level, .. } => {
                let id = self.side.text.headings.get(self.headings).map_or_else(String::new, |heading| heading.id.clone());
                self.headings += 1;
                if self.side.text.hides_first && self.headings == 1 {
                    self.hidden = true;
                    return self.finish(no);
                }
                self.line(no + 1, Kind::Heading(*level as u8, id));
            }
            md::Tag::Paragraph => {
                let kind = self.next.take().unwrap_or(Kind::Paragraph);
                self.begin(no + 1, kind);
            }
            md::Tag::List(first) => self.list(no, *first),
            md::Tag::Item => self.item(no),
            md::Tag::BlockQuote(_) => self.deeper(no, Container::Quote),
            md::Tag::FootnoteDefinition(label) => self.note(no, label),
            md::Tag::TableHead => self.line(no + 1, Kind::Row(true)),
            md::Tag::TableRow => self.line(no + 1, Kind::Row(false)),
            md::Tag::DefinitionListTitle => self.line(no + 1, Kind::Term),
            md::Tag::DefinitionListDefinition => {
                self.finish(no);
                self.next = Some(Kind::Definition);
            }
            md::Tag::Table(_) | md::Tag::DefinitionList => self.finish(no),
            _ => self.words(no),
        }
    }

    fn end(&mut self, no: usize, tag: &md::TagEnd) {
        match tag {
            md::TagEnd::List(_) => {
                self.lists.pop();
                self.higher(no);
            }
            md::TagEnd::BlockQuote(_) => self.higher(no),
            md::TagEnd::FootnoteDefinition => self.note_ends(no),
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

    fn directive(&mut self, no: usize, directive: Directive) {
        let Some(container) = container(directive) else { return };
        self.deeper(no, container);
        if let Directive::Callout(callout) = directive {
            // Readers see its kind, or hear it before its title.
            match self.side.text.document.events.get(no + 1) {
                Some((Event::Title, _)) => self.before = format!("{}: ", callout.label()),
                _ => self.add(Kind::Title, callout.label().to_owned(), no..no),
            }
        }
    }

    /// A block of code, below its title. Without one, its tab in a group has the name of its language.
    fn code(&mut self, no: usize, code: &Code) {
        self.finish(no);
        let in_group = self.inside.last() == Some(&Container::CodeGroup);
        let title = code.title.clone().or_else(|| in_group.then(|| code.language.clone()));
        if let Some(title) = title.filter(|title| !title.is_empty()) {
            self.add(Kind::Title, title, no..no);
        }
        self.alone(no, Kind::Code);
    }

    fn tag(&mut self, no: usize, tag: &Tag) {
        let attribute = |wanted: &str| {
            tag.attributes.iter().find_map(|(name, value)| match value {
                Attribute::Text(text) if name == wanted => Some(text.as_str()),
                _ => None,
            })
        };
        match role(&tag.name) {
            Role::Heading(level) => self.begin(no + 1, Kind::Heading(level, attribute("id").unwrap_or_default().to_owned())),
            Role::List(numbered) => self.list(no, numbered.then(|| attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1))),
            Role::Item => self.item(no),
            Role::Head => {
                self.finish(no);
                self.in_head = true;
            }
            Role::Row => self.begin(no + 1, Kind::Row(self.in_head)),
            Role::Term => self.begin(no + 1, Kind::Term),
            Role::Title => self.begin(no + 1, Kind::Title),
            Role::Definition => {
                self.finish(no);
                self.next = Some(Kind::Definition);
            }
            Role::Quote => self.deeper(no, Container::Quote),
            Role::Details => self.deeper(no, Container::Details),
            Role::Rule => self.alone(no, Kind::Rule),
            Role::Holder if !self.in_row() => self.finish(no),
            Role::Holder | Role::Cell | Role::Break | Role::Picture | Role::Words(_) | Role::Nothing => self.words(no),
        }
    }

    fn end_tag(&mut self, no: usize, name: &str) {
        match role(name) {
            Role::List(_) => {
                self.lists.pop();
                self.higher(no);
            }
            Role::Quote | Role::Details => self.higher(no),
            Role::Head => {
                self.finish(no);
                self.in_head = false;
            }
            Role::Heading(_) | Role::Item | Role::Row | Role::Term | Role::Definition | Role::Title => {
                self.finish(no);
                self.next = None;
            }
            Role::Holder if !self.in_row() => self.finish(no),
            _ => {}
        }
    }

    /// Whether a row of a table is open, whose cells hold what they hold.
    fn in_row(&self) -> bool {
        matches!(self.open, Some((Kind::Row(_), _)))
    }

    fn list(&mut self, no: usize, first: Option<u64>) {
        self.deeper(no, Container::List);
        self.lists.push(first.map_or(Marker::Bullet, |first| Marker::Number(first, true)));
    }

    fn item(&mut self, no: usize) {
        self.finish(no);
        let marker = self.lists.last().copied().unwrap_or(Marker::Bullet);
        if let (Marker::Number(number, _), Some(next)) = (marker, self.lists.last_mut()) {
            *next = Marker::Number(number.saturating_add(1), false);
        }
        self.next = Some(Kind::Item(marker));
    }

    /// A footnote begins. It stands behind the text, wherever it is written; one that nothing refers to, nowhere.
    fn note(&mut self, no: usize, label: &str) {
        self.deeper(no, Container::Footnote);
        let number = self.side.notes.get(label).copied().unwrap_or(0);
        self.notes.push((number, std::mem::take(&mut self.blocks)));
        if number > 0 {
            self.before = format!("[{number}] ");
        }
    }

    fn note_ends(&mut self, no: usize) {
        self.higher(no);
        self.before.clear();
        if let Some((number, text)) = self.notes.pop() {
            self.footnotes.push((number, std::mem::replace(&mut self.blocks, text)));
        }
    }

    fn footnotes(&mut self) {
        let mut notes = std::mem::take(&mut self.footnotes);
        notes.retain(|(number, blocks)| *number > 0 && !blocks.is_empty());
        notes.sort_by_key(|(number, _)| *number);
        // Of two of one label the first counts.
        notes.dedup_by_key(|(number, _)| *number);
        if !notes.is_empty() {
            self.add(Kind::Heading(2, String::new()), "Footnotes".to_owned(), 0..0);
        }
        self.blocks.extend(notes.into_iter().flat_map(|(_, blocks)| blocks));
    }

    fn deeper(&mut self, no: usize, container: Container) {
        self.finish(no);
        self.next = None;
        self.containers.push(container);
        self.inside = self.containers.as_slice().into();
    }

    fn higher(&mut self, no: usize) {
        self.finish(no);
        self.next = None;
        self.containers.pop();
        self.inside = self.containers.as_slice().into();
    }

    fn begin(&mut self, no: usize, kind: Kind) {
        self.finish(no);
        self.open = Some((kind, no));
    }

    fn line(&mut self, no: usize, kind: Kind) {
        self.begin(no, kind);
        self.in_line = true;
    }

    /// A block that is one event.
    fn alone(&mut self, no: usize, kind: Kind) {
        self.begin(no, kind);
        self.finish(no + 1);
    }

    fn finish(&mut self, no: usize) {
        self.in_line = false;
        if let Some((kind, start)) = self.open.take() {
            self.add_if_it_speaks(kind, start..no);
        }
    }

    fn add_if_it_speaks(&mut self, kind: Kind, events: Range<usize>) {
        let block = Block { form: Form { kind, inside: self.inside.clone() }, said: 0, key: 0, bytes: 0, before: String::new(), events };
        self.said.clear();
        say("", block.events.clone(), self.side, &mut self.said);
        // Tags alone say nothing.
        if self.said.speaks || block.form.kind == Kind::Rule {
            let before = std::mem::take(&mut self.before);
            self.push(Block { before, ..block });
        }
    }

    /// A block with these words before those of its events.
    fn add(&mut self, kind: Kind, before: String, events: Range<usize>) {
        self.push(Block { form: Form { kind, inside: self.inside.clone() }, said: 0, key: 0, bytes: 0, before, events });
    }

    fn push(&mut self, mut block: Block) {
        if !block.before.is_empty() {
            self.said.clear();
            say(&block.before, block.events.clone(), self.side, &mut self.said);
        }
        let mut hasher = self.said.hasher();
        block.said = hasher.finish();
        block.form.hash(&mut hasher);
        (block.key, block.bytes) = (hasher.finish(), self.said.bytes());
        self.blocks.push(block);
    }
}

/// What holds what a directive holds; none where that stands as it would without.
fn container(directive: Directive) -> Option<Container> {
    match directive {
        Directive::Callout(_) => Some(Container::Callout),
        Directive::Details(_) => Some(Container::Details),
        Directive::Tab => Some(Container::Tab),
        Directive::CodeGroup => Some(Container::CodeGroup),
        Directive::Tabs | Directive::Steps | Directive::Cards | Directive::Entry(_) => None,
    }
}
