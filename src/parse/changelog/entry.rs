//! The entries of a release: items of lists below headings that name a kind of change.

use std::ops::Range;

use jiff::civil::Date;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::super::document::{Block, Document, Event, Place, md};
use super::attributes;
use super::kind::{self, ChangeKind, Section};
use crate::diagnostic::Code;

/// One thing that a release changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeEntry {
    /// What happened.
    pub kind: ChangeKind,
    /// The parts of the product that it is about.
    pub areas: Vec<String>,
    /// Whether what worked before may not work any more.
    pub breaking: bool,
    /// The plans whose customers it is for; everyone when empty.
    pub plans: Vec<String>,
    /// The pages that tell of it, as written: paths of source files.
    pub pages: Vec<String>,
    /// When the thing will be gone, of a deprecation.
    pub until: Option<Until>,
    /// What takes its place: a page's path, or words.
    pub instead: Option<String>,
    /// What others call it.
    pub id: Option<String>,
    /// The ids of entries of older releases that it takes back.
    pub reverts: Vec<String>,
    /// Its first paragraph, without markup and attributes.
    pub text: String,
    /// The code in that, as `GET /v1/hooks`.
    pub names: Vec<String>,
    /// Whether more follows, indented: its migration note.
    pub note: bool,
}

/// When something will be gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Until {
    /// On this day.
    Day(Date),
    /// With this release or version.
    Release(String),
}

impl ChangeEntry {
    /// An entry of which only the kind is known.
    pub(super) fn new(kind: ChangeKind) -> Self {
        Self {
            kind,
            areas: Vec::new(),
            breaking: false,
            plans: Vec::new(),
            pages: Vec::new(),
            until: None,
            instead: None,
            id: None,
            reverts: Vec::new(),
            text: String::new(),
            names: Vec::new(),
            note: false,
        }
    }
}

/// The entries of a release.
#[derive(Debug, Default)]
pub(in super::super) struct Entries {
    /// In the order of the text.
    pub(in super::super) entries: Vec<ChangeEntry>,
    /// The place of each: of its attributes, or else of its first paragraph.
    pub(in super::super) places: Vec<Place>,
    /// What is wrong with them.
    pub(in super::super) faults: Vec<(Code, Place, String, Option<String>)>,
}

/// An item that is an entry.
struct Item {
    /// The numbers of the events that begin and end it.
    events: Range<usize>,
    /// The numbers of the events that its attributes are, and what is left of the first of them.
    cut: Option<(Range<usize>, String)>,
}

/// Finds the entries of a release, puts each into an [`Block::Entry`] of its own, and takes its attributes out of its text. `told` are the
/// headings of which was told that they name no kind.
pub(in super::super) fn entries(document: &mut Document<'_>, told: &mut FxHashSet<String>) -> Entries {
    let mut found = Entries::default();
    let items = Search { events: &document.events, section: None, level: 0, unknown: None, told, found: &mut found }.all();
    mark(document, items);
    found
}

struct Search<'d, 'e> {
    events: &'d [(Event<'e>, Place)],
    section: Option<Section>,
    /// The level of the heading that said so.
    level: u8,
    /// The last heading, where it named no kind and that was not told.
    unknown: Option<(String, Place)>,
    told: &'d mut FxHashSet<String>,
    found: &'d mut Entries,
}

impl Search<'_, '_> {
    fn all(mut self) -> Vec<Item> {
        let mut items = Vec::new();
        let mut depth = 0usize;
        let mut at = 0;
        while let Some((event, place)) = self.events.get(at) {
            match event {
                Event::Markdown(md::Event::Start(md::Tag::Heading { level, .. })) if depth == 0 => {
                    let end = self.end(at);
                    self.heading(*level as u8, at..end, place);
                    at = end;
                    continue;
                }
                Event::Markdown(md::Event::Start(md::Tag::Item)) if depth == 1 => {
                    let end = self.end(at);
                    items.extend(self.item(at..end, place));
                    at = end;
                    continue;
                }
                Event::Markdown(md::Event::Start(_)) | Event::Open(_) => depth += 1,
                Event::Markdown(md::Event::End(_)) | Event::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        items
    }

    /// The number behind the event that ends what event `start` begins.
    fn end(&self, start: usize) -> usize {
        let mut depth = 0usize;
        for (no, (event, _)) in self.events.iter().enumerate().skip(start) {
            match event {
                Event::Markdown(md::Event::Start(_)) | Event::Open(_) => depth += 1,
                Event::Markdown(md::Event::End(_)) | Event::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return no + 1;
            }
        }
        self.events.len()
    }

    fn heading(&mut self, level: u8, events: Range<usize>, place: &Place) {
        let title = self.words(events);
        match kind::section(&title) {
            Some(section) => (self.section, self.level, self.unknown) = (Some(section), level, None),
            // One below a kind of change only parts its entries.
            None if self.section.is_some() && level > self.level => {}
            None => {
                self.section = None;
                // The first one is the title of a release that has a file of its own.
                self.unknown = (level > 1).then(|| (title, place.clone()));
            }
        }
    }

    fn item(&mut self, events: Range<usize>, place: &Place) -> Option<Item> {
        let first = self.first_paragraph(&events);
        let text = self.words(first.clone());
        let Some(section) = self.section.or_else(|| kind::commit(&text)) else {
            if let Some((title, heading)) = self.unknown.take()
                && self.told.insert(title.clone())
            {
                let kinds = ChangeKind::ALL.map(|(word, _)| format!("`{word}`")).join(", ");
                let message = format!("`{title}` is no kind of change, so the items below it are shown as prose");
                self.found.faults.push((Code::ChangeKindUnknown, heading, message, Some(format!("there are {kinds}"))));
            }
            return None;
        };
        let mut entry = ChangeEntry::new(section.kind);
        let cut = self.attributes(&first, &mut entry);
        let shown = cut.as_ref().map_or(text.len(), |cut| cut.kept);
        entry.text = text[..shown].trim().to_owned();
        entry.breaking |= section.breaking || kind::breaks(&entry.text) || kind::commit(&entry.text).is_some_and(|commit| commit.breaking);
        let code = |(event, _): &(Event<'_>, Place)| match event {
            Event::Markdown(md::Event::Code(code)) => Some(code.to_string()),
            _ => None,
        };
        entry.names = self.events[first.clone()].iter().filter_map(code).collect();
        let behind = first.end + usize::from(matches!(self.events.get(first.end), Some((Event::Markdown(md::Event::End(md::TagEnd::Paragraph)), _))));
        entry.note = behind + 1 < events.end;
        let words = self.events[first.clone()].iter().map(|(_, place)| place).filter(|words| words.file == place.file);
        let end = words.map(|words| words.range.end).max().unwrap_or(place.range.end);
        self.found.places.push(cut.as_ref().map_or_else(|| Place { range: place.range.start..end, ..*place }, |cut| cut.place.clone()));
        self.found.entries.push(entry);
        Some(Item { events, cut: cut.map(|cut| (cut.events, cut.left)) })
    }

    /// The events of an item's first paragraph, without those that begin and end it.
    fn first_paragraph(&self, item: &Range<usize>) -> Range<usize> {
        let mut start = item.start + 1;
        let paragraph = matches!(self.events.get(start), Some((Event::Markdown(md::Event::Start(md::Tag::Paragraph)), _)));
        start += usize::from(paragraph);
        let inline = |event: &Event<'_>| match event {
            Event::Markdown(md::Event::Start(tag)) => matches!(tag, md::Tag::Emphasis | md::Tag::Strong | md::Tag::Strikethrough),
            Event::Markdown(md::Event::End(tag)) => matches!(tag, md::TagEnd::Emphasis | md::TagEnd::Strong | md::TagEnd::Strikethrough),
            Event::Markdown(md::Event::Rule) | Event::Code(_) | Event::Diagram(_) | Event::Open(_) | Event::Close(_) => false,
            _ => true,
        };
        let length = self.events[start..item.end - 1].iter().take_while(|(event, _)| inline(event)).count();
        start..start + length
    }

    fn words(&self, events: Range<usize>) -> String {
        let mut words = String::new();
        for (event, _) in &self.events[events] {
            words.push_str(event.words());
        }
        words
    }

    /// Reads the attributes that end the paragraph `first`, if they do. What looks like them and is not stays text.
    fn attributes(&mut self, first: &Range<usize>, entry: &mut ChangeEntry) -> Option<Cut> {
        // They may be broken over lines, and hold nothing but text.
        let plain = |event: &Event<'_>| matches!(event, Event::Markdown(md::Event::Text(_) | md::Event::SoftBreak | md::Event::HardBreak));
        let count = self.events[first.clone()].iter().rev().take_while(|(event, _)| plain(event)).count();
        let start = first.end - count;
        let tail = self.words(start..first.end);
        let inner = tail.trim_end().strip_suffix('}')?;
        let open = inner.rfind('{')?;
        let mut before = 0;
        let mut no = start;
        while before + self.events[no].0.words().len() <= open {
            before += self.events[no].0.words().len();
            no += 1;
        }
        let (event, place) = &self.events[no];
        let last = &self.events[first.end - 1].1;
        // Where every byte of the text is one of the file, the place can be told to the byte.
        let offset = if event.words().len() == place.range.len() { open - before } else { 0 };
        let place = Place { file: place.file, range: place.range.start + offset..last.range.end.max(place.range.end) };
        if let Err(fault) = attributes::read(&inner[open + 1..], entry) {
            self.found.faults.push((Code::EntryAttributesInvalid, place, fault.message, fault.help));
            return None;
        }
        let left = event.words()[..open - before].trim_end().to_owned();
        let kept = self.words(first.start..start).len() + open;
        Some(Cut { events: no..first.end, left, place, kept })
    }
}

/// Attributes that go out of the text.
struct Cut {
    events: Range<usize>,
    /// What is left of the first event.
    left: String,
    place: Place,
    /// How many bytes of the paragraph's words are kept.
    kept: usize,
}

fn mark(document: &mut Document<'_>, items: Vec<Item>) {
    if items.is_empty() {
        return;
    }
    let mut events = Vec::with_capacity(document.events.len() + 2 * items.len());
    let mut number = 0;
    for (no, (event, place)) in std::mem::take(&mut document.events).into_iter().enumerate() {
        number += usize::from(items.get(number).is_some_and(|item| no >= item.events.end));
        let Some(item) = items.get(number).filter(|item| item.events.contains(&no)) else {
            events.push((event, place));
            continue;
        };
        let block = Block::Entry(number);
        if no + 1 == item.events.end {
            events.push((Event::Close(block), place.clone()));
        }
        match &item.cut {
            Some((cut, left)) if cut.start == no && !left.is_empty() => {
                events.push((Event::Markdown(md::Event::Text(left.clone().into())), place.clone()));
            }
            Some((cut, _)) if cut.contains(&no) => {}
            _ => events.push((event, place.clone())),
        }
        if no == item.events.start {
            events.push((Event::Open(block), place));
        }
    }
    document.events = events;
}
