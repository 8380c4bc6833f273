//! The entries of a release: items of lists below headings that name a kind of change.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::super::document::{Block, Document, Event, Place, md};
use super::attributes;
use super::change::ChangeEntry;
use super::kind::{self, ChangeKind, Section};
use crate::diagnostic::Code;

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
        let kept = cut.as_ref().map_or(first.end, |cut| cut.events.start);
        entry.names = self.events[first.start..kept].iter().filter_map(code).collect();
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
        // They may be broken over lines, and hold nothing but text and code.
        let mut inner = String::new();
        let (no, open) = first
            .clone()
            .rev()
            .map_while(|no| match &self.events[no].0 {
                Event::Markdown(md::Event::Text(text)) => {
                    let open = text.rfind('{');
                    inner.insert_str(0, &text[open.map_or(0, |open| open + 1)..]);
                    Some((no, open))
                }
                Event::Markdown(md::Event::Code(code)) => {
                    inner.insert_str(0, &format!("`{code}`"));
                    Some((no, None))
                }
                Event::Markdown(md::Event::SoftBreak | md::Event::HardBreak) => {
                    inner.insert(0, ' ');
                    Some((no, None))
                }
                _ => None,
            })
            .find_map(|(no, open)| Some((no, open?)))?;
        let inner = inner.trim_end().strip_suffix('}')?;
        let (event, place) = &self.events[no];
        let last = &self.events[first.end - 1].1;
        // Where every byte of the text is one of the file, the place can be told to the byte.
        let offset = if event.words().len() == place.range.len() { open } else { 0 };
        let place = Place { file: place.file, range: place.range.start + offset..last.range.end.max(place.range.end) };
        if let Err(fault) = attributes::read(inner, entry) {
            self.found.faults.push((Code::EntryAttributesInvalid, place, fault.message, fault.help));
            return None;
        }
        let left = event.words()[..open].trim_end().to_owned();
        let kept = self.words(first.start..no).len() + open;
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

#[cfg(test)]
mod tests {
    use super::super::Role;
    use super::*;
    use crate::config::Markdown;
    use crate::id::FileName;
    use crate::parse::door::{Asked, Question};

    /// The entries of a release whose text is `text`, and what is wrong with them.
    fn check(text: &str, expected: &[&str]) {
        let nothing = Asked::default();
        let answer = |question: &Question| nothing.answer(question);
        let page = crate::parse::page(text, &FileName::new("changelog/1.0.0.md"), Role::Release, &Markdown::default(), &answer);
        let release = page.value.facts.release.clone().expect("a release");
        let mut shown: Vec<String> = release.entries.iter().map(line).collect();
        for told in &page.diagnostics {
            let place = told.span.as_ref().map_or("", |span| &text[span.range.clone()]);
            shown.push(format!("! {} {place:?}", told.code.name()));
        }
        assert_eq!(shown, expected, "{text}");
    }

    fn line(entry: &ChangeEntry) -> String {
        let mut line = format!("{} {:?}", entry.kind.as_str(), entry.text);
        line += &entry.areas.iter().map(|area| format!(" {area}")).collect::<String>();
        line += &entry.names.iter().map(|name| format!(" `{name}`")).collect::<String>();
        line += if entry.breaking { " breaking" } else { "" };
        line + if entry.note { " note" } else { "" }
    }

    #[test]
    fn items_below_kinds_are_entries() {
        check("## Added\n\n- One\n- Two\n\n## Fixed\n* Three\n", &["Added \"One\"", "Added \"Two\"", "Fixed \"Three\""]);
        check("## Added\n\nProse.\n\n> - Quoted\n\n1. One\n   - not one itself\n", &["Added \"One\" note"]);
        check("# 1.0.0\n\n- Prose\n\n## Added\n### API\n- One\n", &["Added \"One\""]);
        check("## Breaking changes\n- One\n", &["Changed \"One\" breaking"]);
    }

    #[test]
    fn attributes_end_the_first_paragraph_and_leave_the_text() {
        check("## Changed\n- One. {area=api breaking}\n", &["Changed \"One.\" api breaking"]);
        check("## Changed\n- One\n  two. {area=api\n  breaking}\n\n  Note. {area=no}\n", &["Changed \"One two.\" api breaking note"]);
        check("## Removed\n- `a` and `b` {instead=\"`c`\"}\n", &["Removed \"a and b\" `a` `b`"]);
        check("## Added\n- {area=x}\n- `{area=y}`\n- **Z {area=z}**\n", &["Added \"\" x", "Added \"{area=y}\" `{area=y}`", "Added \"Z {area=z}\""]);
    }

    #[test]
    fn what_is_no_attribute_stays_and_is_told() {
        check("## Added\n- Users {id}\n", &["Added \"Users {id}\"", "! entry-attributes-invalid \"{id}\""]);
        check("## Added\n- A {aera=x}\n", &["Added \"A {aera=x}\"", "! entry-attributes-invalid \"{aera=x}\""]);
    }

    #[test]
    fn other_headings_are_told_once_and_commits_name_their_kind() {
        let text = "## Core\n- feat(a)!: one\n- two\n- three\n\n## Core\n- four\n\n## Empty\n";
        check(text, &["Added \"feat(a)!: one\" breaking", "! change-kind-unknown \"## Core\\n\""]);
        check(
            "## Changed\n- **Breaking:** one\n- [**breaking**] two\n",
            &["Changed \"Breaking: one\" breaking", "Changed \"[breaking] two\" breaking"],
        );
    }
}
