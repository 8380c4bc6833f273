//! The numbers of footnotes: those that are one footnote in both texts have one number, whatever their labels are.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::parse::document::{Document, Event, md};

/// The number of each footnote that a text refers to, by its label, from 1.
pub(super) type Numbers<'a> = FxHashMap<&'a str, usize>;

/// The numbers of the footnotes of two texts. Those of the newer one are its readers'; a footnote of the older text is the one that says
/// the same, or the one of its label, or one of its own.
pub(super) fn numbers<'a>(older: &'a Document<'_>, newer: &'a Document<'_>) -> (Numbers<'a>, Numbers<'a>) {
    let (old, new) = (labels(older), labels(newer));
    let newer_numbers: Numbers<'_> = new.iter().enumerate().map(|(no, label)| (*label, no + 1)).collect();
    if old.is_empty() {
        return (Numbers::default(), newer_numbers);
    }
    let (old_says, new_says) = (definitions(older), definitions(newer));
    // Of footnotes that say the same, the first is the first.
    let mut by_text: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for label in new.iter().rev() {
        by_text.entry(new_says.get(label).map_or("", String::as_str)).or_default().push(newer_numbers[label]);
    }
    let mut numbers = Numbers::default();
    for label in &old {
        let text = old_says.get(label).map_or("", String::as_str);
        numbers.extend(by_text.get_mut(text).and_then(Vec::pop).map(|number| (*label, number)));
    }
    let taken: FxHashSet<usize> = numbers.values().copied().collect();
    let mut own = new.len() + 1..;
    for label in old {
        let free = newer_numbers.get(label).copied().filter(|number| !taken.contains(number));
        numbers.entry(label).or_insert_with(|| free.or_else(|| own.next()).unwrap_or_default());
    }
    (numbers, newer_numbers)
}

/// The labels of footnotes that a text refers to, in order, each once.
fn labels<'a>(document: &'a Document<'_>) -> Vec<&'a str> {
    let mut seen = FxHashSet::default();
    let labels = document.events.iter().filter_map(|(event, _)| match event {
        Event::Markdown(md::Event::FootnoteReference(label)) => Some(&**label),
        _ => None,
    });
    labels.filter(|label| seen.insert(*label)).collect()
}

/// The words of each footnote, by its label; of two of one label, of the first.
fn definitions<'a>(document: &'a Document<'_>) -> FxHashMap<&'a str, String> {
    let mut definitions = FxHashMap::default();
    let mut open: Option<(&str, String)> = None;
    for (event, _) in &document.events {
        match event {
            Event::Markdown(md::Event::Start(md::Tag::FootnoteDefinition(label))) => open = Some((label, String::new())),
            Event::Markdown(md::Event::End(md::TagEnd::FootnoteDefinition)) => {
                if let Some((label, text)) = open.take() {
                    definitions.entry(label).or_insert(text);
                }
            }
            event => {
                if let Some((_, text)) = &mut open {
                    text.push_str(event.words());
                }
            }
        }
    }
    definitions
}
