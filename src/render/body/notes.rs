//! Footnotes, numbered in the order in which the text refers to them, and written behind it.

use std::collections::BTreeMap;

use super::super::html::Markup;
use super::Writer;

/// The footnotes of a page, so far.
#[derive(Default)]
pub(super) struct Notes {
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

impl Writer<'_> {
    /// The text of a footnote begins: what follows is written aside.
    pub(super) fn note_begins(&mut self, label: &str) {
        self.outer.push(std::mem::take(&mut self.out));
        self.notes.open.push(label.to_owned());
    }

    /// The text of a footnote ends. Of two of one name the first counts.
    pub(super) fn note_ends(&mut self) {
        let text = std::mem::replace(&mut self.out, self.outer.pop().unwrap_or_default());
        if let Some(label) = self.notes.open.pop() {
            self.notes.texts.entry(label).or_insert(text);
        }
    }

    pub(super) fn note_reference(&mut self, label: &str) {
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
    pub(super) fn footnotes(&mut self) {
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
