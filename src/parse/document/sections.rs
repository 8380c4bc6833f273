//! Where the headings of a text are, and its definitions of links: for files that are taken apart before they are read.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use rustc_hash::FxHashMap;

use super::options;
use crate::config::Markdown;

/// The frame of a text.
pub(in super::super) struct Sections {
    /// The headings that lie in no quote, list or other container, in order.
    pub(in super::super) headings: Vec<Heading>,
    /// The definitions of links, by [`label`]: bytes.
    pub(in super::super) definitions: FxHashMap<String, Range<usize>>,
}

/// A heading.
pub(in super::super) struct Heading {
    /// 1 to 6.
    pub(in super::super) level: u8,
    /// Its words, without markup.
    pub(in super::super) title: String,
    /// Where the first link in it leads.
    pub(in super::super) link: Option<String>,
    /// The bytes of it.
    pub(in super::super) range: Range<usize>,
}

/// The frame of what comes in `text` from byte `start` on.
pub(in super::super) fn sections(text: &str, start: usize, markdown: &Markdown) -> Sections {
    let mut headings: Vec<Heading> = Vec::new();
    let mut depth = 0;
    let mut open = false;
    let mut events = Parser::new_ext(&text[start..], options(markdown)).into_offset_iter();
    for (event, range) in events.by_ref() {
        let range = range.start + start..range.end + start;
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                open = true;
                depth += 1;
                headings.push(Heading { level: level as u8, title: String::new(), link: None, range });
            }
            Event::Start(tag) => {
                depth += 1;
                if let (Tag::Link { dest_url, .. }, true, Some(heading)) = (tag, open, headings.last_mut()) {
                    heading.link.get_or_insert_with(|| dest_url.into_string());
                }
            }
            Event::End(tag) => {
                depth -= 1;
                open &= !matches!(tag, TagEnd::Heading(_));
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = headings.last_mut().filter(|_| open) {
                    heading.title.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = headings.last_mut().filter(|_| open) {
                    heading.title.push(' ');
                }
            }
            _ => {}
        }
    }
    let definitions = events.reference_definitions().iter();
    let definitions = definitions.map(|(name, definition)| (label(name), definition.span.start + start..definition.span.end + start)).collect();
    Sections { headings, definitions }
}

/// A label as labels are compared (CommonMark, section 4.7): without regard to case and to how much space is between its words.
pub(in super::super) fn label(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
