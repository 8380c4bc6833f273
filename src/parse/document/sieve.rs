//! Raw HTML of a document: taken apart, sifted under `html = "safe"`, and balanced, so that no page is left open by its text.
//!
//! A tag opened inside a quote or a list is closed where that ends, whatever the writer forgot. What is left out is told at its place.

use std::borrow::Cow;
use std::ops::Range;

use super::super::html::{self, Fate, Holds, Token};
use super::{Attribute, CowStr, DEEPEST, Event, LinkKind, Reader, Tag, md, the_themes};
use crate::config::HtmlPolicy;
use crate::diagnostic::Code as Kind;

/// How many names a message lists.
const MOST_NAMES: usize = 8;

impl<'a> Reader<'a, '_, '_, '_, '_> {
    /// Raw HTML: one tag in a line of text, or the lines of a block, each with its place.
    pub(super) fn raw_html(&mut self, lines: &[(CowStr<'a>, usize)], block: bool) {
        let joined: Cow<'_, str> = match lines {
            [(line, _)] => Cow::Borrowed(line),
            lines => Cow::Owned(lines.iter().map(|(line, _)| &**line).collect()),
        };
        let source = Source::new(lines);
        if self.reading.markdown.html == HtmlPolicy::Escape {
            let range = source.range(&(0..joined.len()));
            let text = Event::Markdown(md::Event::Text(self.shown(joined.trim_end_matches('\n')).into()));
            if block {
                self.push(Event::Markdown(md::Event::Start(md::Tag::Paragraph)), range.clone());
                self.words(text, range.clone());
                return self.push(Event::Markdown(md::Event::End(md::TagEnd::Paragraph)), range);
            }
            return self.words(text, range);
        }
        // An element that is left out and never ends: its content is left out up to the end of this piece.
        let mut skipping_here: Option<String> = None;
        for (token, span) in html::tokens(&joined) {
            let written = &joined[span.clone()];
            let range = source.range(&span);
            match token {
                Token::Unseen if self.foreign_comment(written, &range) => {}
                Token::Unseen => {}
                Token::Open(tag) if skipping_here.is_none() && self.skipping.is_none() && self.component(&tag, written, &range) => {}
                _ if self.reading.markdown.html == HtmlPolicy::Allow => self.trusted(token, written, range),
                Token::Close(name) => {
                    let ends = |skipped: &String| *skipped == name;
                    if skipping_here.as_ref().is_some_and(ends) {
                        skipping_here = None;
                    } else if self.skipping.as_ref().is_some_and(|(skipped, _)| ends(skipped)) {
                        self.skipping = None;
                    } else if skipping_here.is_none() {
                        self.end_tag(&name, written, range);
                    }
                }
                _ if skipping_here.is_some() || self.skipping.is_some() => {}
                Token::Text => self.words(Event::HtmlText(self.shown(written)), range),
                Token::Open(tag) => match html::fate(&tag.name) {
                    Fate::Passes => self.tag(tag, range),
                    Fate::TagRemoved => self.removed(format!("`<{}>` is left out", tag.name), range),
                    Fate::Removed => {
                        self.removed(format!("`<{}>` is left out, with what it holds", tag.name), range.clone());
                        if self.closes_later(&tag.name, range.end) {
                            self.skipping = Some((tag.name, self.depth));
                        } else {
                            skipping_here = Some(tag.name);
                        }
                    }
                    Fate::Unknown => {
                        let help = format!("write `&lt;{}&gt;`, or put it in backticks", tag.name);
                        self.tell(
                            Kind::HtmlUnknownTag,
                            format!("`<{}>` is no tag of HTML; it is shown as text", tag.name),
                            range.clone(),
                            Some(help),
                        );
                        self.words(Event::Markdown(md::Event::Text(self.shown(written).into())), range);
                    }
                },
            }
        }
    }

    /// Tells of a comment that is another tool's syntax, and shows it; whether it is one.
    fn foreign_comment(&mut self, written: &str, range: &Range<usize>) -> bool {
        let Some(foreign) = super::foreign::comment(written) else { return false };
        self.tell(Kind::ForeignSyntax, foreign.message, range.clone(), Some(foreign.help));
        self.words(Event::Markdown(md::Event::Text(self.shown(written).into())), range.clone());
        true
    }

    /// Tells of a tag that is another tool's component, and shows it; whether it is one.
    fn component(&mut self, tag: &html::OpenTag, written: &str, range: &Range<usize>) -> bool {
        if html::fate(&tag.name) != Fate::Unknown {
            return false;
        }
        let name = written.get(1..1 + tag.name.len()).unwrap_or("");
        let attribute = |wanted: &str| tag.attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        let Some((what, help)) = super::foreign::component(name, attribute) else { return false };
        self.tell(Kind::ForeignSyntax, format!("`<{name}>` is {what}; it is shown as text"), range.clone(), Some(help));
        if self.reading.markdown.html == HtmlPolicy::Allow {
            // Trusted authors may have a script of their own for it.
            return false;
        }
        self.words(Event::Markdown(md::Event::Text(self.shown(written).into())), range.clone());
        true
    }

    /// Raw HTML of authors who are trusted: everything passes; only addresses and ids are looked at.
    fn trusted(&mut self, token: Token, written: &str, range: Range<usize>) {
        let Token::Open(tag) = token else { return self.push(Event::Raw(self.shown(written)), range) };
        let holds = |(name, value): &(String, String)| html::attribute(&tag.name, name, value);
        if !tag.attributes.iter().any(|attribute| matches!(holds(attribute), Some(Holds::Id | Holds::Link | Holds::Resource))) {
            return self.push(Event::Raw(self.shown(written)), range);
        }
        let mut attributes = Vec::new();
        for (name, value) in &tag.attributes {
            let value = match html::attribute(&tag.name, name, value) {
                Some(Holds::Link) => Attribute::Link(self.link(value, "", LinkKind::Link, range.clone())),
                Some(Holds::Resource) => Attribute::Link(self.link(value, "", LinkKind::Resource, range.clone())),
                _ => Attribute::Text(value.clone()),
            };
            attributes.push((name.clone(), value));
        }
        self.push(Event::Tag(Tag { name: tag.name, attributes }), range);
    }

    /// A tag that may pass, without those of its attributes that may not.
    fn tag(&mut self, tag: html::OpenTag, range: Range<usize>) {
        if self.open.len() >= DEEPEST {
            return self.too_deep(range.start);
        }
        let mut attributes: Vec<(String, Attribute)> = Vec::new();
        let mut class = String::new();
        let mut left_out = Vec::new();
        for (name, value) in tag.attributes {
            let value = self.shown(&value);
            match html::attribute(&tag.name, &name, &value) {
                None => left_out.push(format!("`{name}`")),
                Some(Holds::Id) if the_themes(&value) || value.is_empty() || value.contains(char::is_whitespace) => {
                    left_out.push(format!("`{name}`"))
                }
                Some(Holds::Id) => attributes.push(("id".to_owned(), Attribute::Text(value))),
                Some(Holds::Align) => class.push_str(&format!(" align-{}", value.to_ascii_lowercase().trim())),
                Some(Holds::Text) if name == "class" => class.push_str(&format!(" {value}")),
                Some(Holds::Text) => attributes.push((name, Attribute::Text(value))),
                Some(Holds::Link) => attributes.push((name, Attribute::Link(self.link(&value, "", LinkKind::Link, range.clone())))),
                Some(Holds::Resource) => attributes.push((name, Attribute::Link(self.link(&value, "", LinkKind::Resource, range.clone())))),
            }
        }
        if !class.trim().is_empty() {
            attributes.push(("class".to_owned(), Attribute::Text(class.trim().to_owned())));
        }
        // `id` and the old `name` of an anchor are one thing.
        let mut ids = 0;
        attributes.retain(|(name, _)| {
            name != "id" || {
                ids += 1;
                ids == 1
            }
        });
        if tag.name == "img" && !attributes.iter().any(|(name, _)| name == "alt") {
            attributes.push(("alt".to_owned(), Attribute::Text(String::new())));
        }
        if !left_out.is_empty() {
            let more = if left_out.len() > MOST_NAMES { format!(" and {} more", left_out.len() - MOST_NAMES) } else { String::new() };
            left_out.truncate(MOST_NAMES);
            self.removed(format!("{}{more} of `<{}>` left out", left_out.join(", "), tag.name), range.clone());
        }
        self.document.sifted = true;
        if !html::VOID.contains(&tag.name.as_str()) {
            self.open.push((tag.name.clone(), self.depth));
        }
        self.push(Event::Tag(Tag { name: tag.name, attributes }), range);
    }

    fn end_tag(&mut self, name: &str, written: &str, range: Range<usize>) {
        let here = |entry: &(String, usize)| entry.1 >= self.depth;
        let place = self.open.iter().enumerate().rev().take_while(|(_, entry)| here(entry)).find(|(_, entry)| entry.0 == name).map(|(no, _)| no);
        match place {
            Some(place) => {
                while self.open.len() > place {
                    let Some((name, _)) = self.open.pop() else { return };
                    self.push(Event::EndTag(name), range.clone());
                }
            }
            None if html::fate(name) == Fate::Unknown && self.skipping.is_none() => {
                self.words(Event::Markdown(md::Event::Text(self.shown(written).into())), range);
            }
            None => {}
        }
    }

    /// Closes what raw HTML has opened inside the container of this depth.
    pub(super) fn close(&mut self, depth: usize, range: &Range<usize>) {
        while let Some((name, _)) = self.open.pop_if(|(_, opened)| *opened >= depth) {
            self.push(Event::EndTag(name), range.clone());
        }
        self.skipping.take_if(|(_, began)| *began >= depth);
    }

    fn closes_later(&mut self, name: &str, from: usize) -> bool {
        let known = self.closings.get(name).copied();
        match known {
            Some(None) => false,
            Some(Some(at)) if at >= from => true,
            _ => {
                let wanted = format!("</{name}");
                let rest = self.body.as_bytes().get(from..).unwrap_or_default();
                let found = rest.windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted.as_bytes())).map(|at| from + at);
                self.closings.insert(name.to_owned(), found);
                found.is_some()
            }
        }
    }

    fn removed(&mut self, message: String, range: Range<usize>) {
        self.tell(
            Kind::HtmlRemoved,
            message,
            range,
            Some("write it in Markdown, or set `[markdown] html = \"allow\"` to trust the authors".to_owned()),
        );
    }
}

/// The lines of a piece of HTML, and where each is in the body.
struct Source {
    /// Where a line begins in the joined text, and in the body.
    starts: Vec<(usize, usize)>,
}

impl Source {
    fn new(lines: &[(CowStr<'_>, usize)]) -> Self {
        let mut joined = 0;
        let mut starts = Vec::with_capacity(lines.len());
        for (line, start) in lines {
            starts.push((joined, *start));
            joined += line.len();
        }
        Self { starts }
    }

    fn range(&self, range: &Range<usize>) -> Range<usize> {
        let place = |at: usize| {
            let line = self.starts.partition_point(|(joined, _)| *joined <= at).saturating_sub(1);
            self.starts.get(line).map_or(0, |(joined, body)| body + (at - joined))
        };
        let start = place(range.start);
        // The end is told from the last byte, so that it stays on that byte's line.
        start..place(range.end.saturating_sub(1)).max(start) + 1
    }
}
