//! `:::include snippets/limits.md`: another file's text, in the place of the line.
//!
//! The file is a text of its own, with its own conditions, variables, definitions of links and footnotes; only its headings, ids and links
//! become the page's. Links in it are read from where it lies.

use std::ops::Range;

use super::super::changelog::Role;
use super::super::door::{Answer, Included, Question};
use super::super::front_matter::front_matter;
use super::{Conditions, Event, IncludedFile, Kind, Place, Reader, md, prepare, read};
use crate::diagnostic::Diagnostics;

/// How deep files include each other.
const DEEPEST: usize = 16;
/// How many files a page takes in, each as often as it is named: files that include each other twice would double with each.
const MOST_FILES: usize = 1_000;
/// How much a page takes in, in bytes: as much as a page may have.
const MOST_BYTES: usize = 16 << 20;

impl Reader<'_, '_, '_, '_, '_> {
    /// The name of the file that is being read, as a question tells it.
    pub(super) fn asking(&self) -> Option<crate::id::FileName> {
        (self.number > 0).then(|| self.file.clone())
    }

    /// Takes in the file `path`, written at `range`.
    pub(super) fn include(&mut self, path: &str, range: &Range<usize>) {
        let included = match self.reading.door.ask(Question::File { from: self.asking(), path: path.to_owned() }) {
            Answer::File(included) => included,
            Answer::Refused(fault) => {
                let span = self.span(range);
                return self.reading.diagnostics.push(fault.at(span));
            }
            Answer::Value(_) | Answer::Shown(..) => return,
        };
        let Some(number) = self.number_of(&included) else { return };
        let circle = number == 0 || self.reading.trail.contains(&number);
        if circle {
            let help = "take one of the lines out of the circle".to_owned();
            return self.tell(
                Kind::IncludeCycle,
                format!("`{}` is being included already: it includes itself", included.file),
                range.clone(),
                Some(help),
            );
        }
        if self.reading.trail.len() >= DEEPEST {
            let message = format!("files include each other more than {DEEPEST} deep");
            return self.tell(Kind::NestingTooDeep, message, range.clone(), None);
        }
        if self.reading.files >= MOST_FILES || self.reading.bytes + included.text.len() > MOST_BYTES {
            let message = format!("a page takes in {MOST_FILES} files or {} MiB at most; this one and what follows are left out", MOST_BYTES >> 20);
            // Once: that nothing fits after it is no news.
            if !std::mem::replace(&mut self.reading.full, true) {
                self.tell(Kind::FileTooLarge, message, range.clone(), None);
            }
            return;
        }
        self.reading.files += 1;
        self.reading.bytes += included.text.len();
        if let Some(body) = self.published(&included, range) {
            self.reading.trail.push(number);
            self.splice(&included, body, number);
            self.reading.trail.pop();
        }
    }

    /// The number of an included file: 0 for the page itself.
    fn number_of(&mut self, included: &Included) -> Option<u16> {
        if included.file == self.reading.page {
            return Some(0);
        }
        let known = self.reading.included.iter().position(|known| known.file == included.file);
        let place = known.unwrap_or_else(|| {
            self.reading.included.push(IncludedFile { file: included.file.clone(), path: included.path.clone() });
            self.reading.included.len() - 1
        });
        u16::try_from(place + 1).ok()
    }

    /// Where the text of a page begins that is taken into another; none for one that this build does not show.
    fn published(&mut self, included: &Included, range: &Range<usize>) -> Option<Range<usize>> {
        // What is wrong with its front matter is told where it is a page.
        let (matter, start) = front_matter(&included.text, &included.file, Role::Page, &mut Diagnostics::new());
        let mut hidden = matter.draft || matter.unread;
        if let Some(versions) = &matter.versions {
            hidden |= matches!(self.reading.door.ask(Question::Versions(versions.clone())), Answer::Shown(false, _) | Answer::Refused(_));
        }
        if !matter.audience.is_empty() {
            let seen = |name: &String, reader: &mut Self| matches!(reader.reading.door.ask(Question::Audience(name.clone())), Answer::Shown(true, _));
            hidden |= !matter.audience.iter().any(|name| seen(name, self));
        }
        if hidden {
            let help = "include a file of `snippets/`, or put the text into a page that everyone sees".to_owned();
            let message = format!("`{}` is not published in this build, so no page can include it", included.file);
            self.tell(Kind::LinkUnpublished, message, range.clone(), Some(help));
            return None;
        }
        Some(start..included.text.len())
    }

    fn splice(&mut self, included: &Included, body: Range<usize>, number: u16) {
        let mut told = Diagnostics::new();
        let prepared = prepare(
            &included.text,
            std::slice::from_ref(&body),
            &included.file,
            self.reading.markdown,
            Conditions::Ask(self.reading.door),
            &mut told,
        );
        self.reading.diagnostics.extend(told);
        let document = read(&prepared, &included.file, self.reading);
        let first = self.document.links.len();
        self.document.links.extend(document.links);
        self.document.sifted |= document.sifted;
        for (event, place) in document.events {
            self.document.events.push((renumbered(event, first, number, &place), place));
        }
    }
}

/// An event of an included file as one of the page: its links follow the page's, its footnotes are its own.
pub(super) fn renumbered<'a>(event: Event<'_>, first: usize, number: u16, place: &Place) -> Event<'a> {
    // Files that it includes itself have told theirs apart already.
    let label = |label: md::CowStr<'_>| if place.file == number { format!("{label}\u{1}{number}").into() } else { label.into_string().into() };
    match event {
        Event::Link(no) => Event::Link(no + first),
        Event::Image(no, attributes) => Event::Image(no + first, attributes),
        Event::Tag(mut tag) => {
            for (_, value) in &mut tag.attributes {
                if let super::Attribute::Link(no) = value {
                    *no += first;
                }
            }
            Event::Tag(tag)
        }
        Event::Markdown(md::Event::FootnoteReference(name)) => Event::Markdown(md::Event::FootnoteReference(label(name))),
        Event::Markdown(md::Event::Start(md::Tag::FootnoteDefinition(name))) => {
            Event::Markdown(md::Event::Start(md::Tag::FootnoteDefinition(label(name))))
        }
        Event::Markdown(event) => Event::Markdown(event.into_static()),
        Event::LinkEnd => Event::LinkEnd,
        Event::ImageEnd => Event::ImageEnd,
        Event::EndTag(name) => Event::EndTag(name),
        Event::HtmlText(text) => Event::HtmlText(text),
        Event::Raw(html) => Event::Raw(html),
        Event::Emoji(name, glyph) => Event::Emoji(name, glyph),
        Event::Code(code) => Event::Code(code),
        Event::Math(latex, display) => Event::Math(latex, display),
        Event::Diagram(text) => Event::Diagram(text),
        Event::Open(block) => Event::Open(block),
        Event::Close(block) => Event::Close(block),
        Event::Title => Event::Title,
        Event::TitleEnd => Event::TitleEnd,
    }
}
