//! Text: put together from the pieces that the parser gives, then its variables, addresses and emoji, and the titles of alerts.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::super::autolink;
use super::super::door::{Answer, Question};
use super::super::foreign;
use super::super::variable::{self, Found};
use super::{Block, Callout, CowStr, Event, Kind, LinkKind, Reader, md};
use crate::diagnostic::nearest;

/// Text that the next event may go on with.
pub(super) struct Words<'a> {
    text: Cow<'a, str>,
    range: Range<usize>,
    /// Where pieces begin in `text`, and in the body; empty while there is one.
    pieces: Vec<(usize, usize)>,
    /// Braces in `text` that the writer has escaped.
    literal: Vec<usize>,
}

impl Words<'_> {
    /// Where the bytes `range` of the text are in the body.
    fn place(&self, range: &Range<usize>) -> Range<usize> {
        let place = |at: usize| match self.pieces.partition_point(|(text, _)| *text <= at).checked_sub(1).and_then(|no| self.pieces.get(no)) {
            Some((text, body)) => body + (at - text),
            None => self.range.start + at,
        };
        let start = place(range.start);
        start..place(range.end.saturating_sub(1)).max(start) + 1
    }

    /// The same without its first `count` bytes.
    fn skip(&mut self, count: usize) {
        let start = self.place(&(count..count)).start;
        self.text = Cow::Owned(self.text[count..].to_owned());
        self.literal.retain_mut(|at| at.checked_sub(count).map(|left| *at = left).is_some());
        let first = self.pieces.partition_point(|(text, _)| *text <= count).saturating_sub(1);
        self.pieces.drain(..first.min(self.pieces.len()));
        for (text, body) in &mut self.pieces {
            *body += count.saturating_sub(*text);
            *text = text.saturating_sub(count);
        }
        self.range.start = start;
    }
}

/// Whether the title of an alert is being read: `> [!NOTE] Title`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alert {
    /// None is.
    None,
    /// `[!NOTE]` was read, and nothing behind it yet.
    Named,
    /// Words behind it were read.
    Titled,
}

impl<'a> Reader<'a, '_, '_, '_, '_> {
    /// Text comes in pieces (at every `_`, say); addresses and variables are looked for in the whole.
    pub(super) fn text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        let text = match self.prepared.unmasked(&range).filter(|original| original.len() == text.len()) {
            Some(original) => {
                let help = "let a blank line go before it, or indent it less than four spaces".to_owned();
                self.tell(Kind::DirectiveMisplaced, "this line goes on with the paragraph above; it begins nothing", range.clone(), Some(help));
                Cow::Owned(original.to_owned())
            }
            None => match text {
                CowStr::Borrowed(text) => Cow::Borrowed(text),
                other => Cow::Owned(other.into_string()),
            },
        };
        // A brace behind a backslash begins a piece of its own, as does one that is written as an entity.
        let escaped = text.starts_with('{') && (self.body[..range.start].ends_with('\\') || text.len() != range.len());
        match &mut self.text {
            Some(words) => {
                if words.pieces.is_empty() {
                    words.pieces.push((0, words.range.start));
                }
                words.pieces.push((words.text.len(), range.start));
                if escaped {
                    words.literal.push(words.text.len());
                }
                words.text.to_mut().push_str(&text);
                words.range.end = range.end.max(words.range.end);
            }
            None => self.text = Some(Words { text, range, pieces: Vec::new(), literal: if escaped { vec![0] } else { Vec::new() } }),
        }
    }

    /// Takes the text that was put together as it is: nothing more goes on with it.
    pub(super) fn flush(&mut self) {
        let Some(mut words) = self.text.take() else { return };
        if self.prepared.shortcodes {
            words.text = Cow::Owned(self.shown(&words.text));
        }
        if let Some(length) = self.image_attributes(&words.text, &words.range) {
            words.skip(length);
        }
        if self.paragraph_begins() {
            match self.alert_begins(&words) {
                Some(length) => words.skip(length),
                None => self.foreign_line(&words),
            }
        }
        if words.text.is_empty() {
            return;
        }
        if self.alert == Alert::Named {
            self.push(Event::Title, words.range.clone());
            self.alert = Alert::Titled;
        }
        let text = if words.text.contains("{$") {
            let replaced = variable::replaced(&words.text, &words.literal, false, |found, at| self.value(found, &words.place(&at)));
            Cow::Owned(replaced.into_owned())
        } else {
            words.text
        };
        let range = words.range;
        let links = if self.in_link > 0 { Vec::new() } else { autolink::autolinks(&text) };
        if links.is_empty() {
            let text = match text {
                Cow::Borrowed(text) => CowStr::Borrowed(text),
                Cow::Owned(text) => text.into(),
            };
            return self.named(text, &range);
        }
        let mut done = 0;
        for link in links {
            if done < link.range.start {
                self.named(text[done..link.range.start].to_owned().into(), &range);
            }
            done = link.range.end;
            let no = self.link(&link.href, "", LinkKind::Auto, range.clone());
            self.push(Event::Link(no), range.clone());
            self.words(Event::Markdown(md::Event::Text(text[link.range].to_owned().into())), range.clone());
            self.push(Event::LinkEnd, range.clone());
        }
        if done < text.len() {
            self.named(text[done..].to_owned().into(), &range);
        }
    }

    /// Text in which emoji may stand by their names.
    fn named(&mut self, text: CowStr<'a>, range: &Range<usize>) {
        if !self.reading.markdown.emoji || !text.contains(':') {
            return self.words(Event::Markdown(md::Event::Text(text)), range.clone());
        }
        let found = emoji(&text);
        if found.is_empty() {
            return self.words(Event::Markdown(md::Event::Text(text)), range.clone());
        }
        let mut done = 0;
        for (name, glyph) in found {
            if done < name.start {
                self.words(Event::Markdown(md::Event::Text(text[done..name.start].to_owned().into())), range.clone());
            }
            done = name.end;
            self.words(Event::Emoji(text[name].to_owned(), glyph), range.clone());
        }
        if done < text.len() {
            self.words(Event::Markdown(md::Event::Text(text[done..].to_owned().into())), range.clone());
        }
    }

    /// `text`, which is written at `range`, with the values of its variables.
    pub(super) fn variables<'t>(&mut self, text: &'t str, range: &Range<usize>) -> Cow<'t, str> {
        if !text.contains("{$") {
            return Cow::Borrowed(text);
        }
        let exact = self.body.get(range.clone()) == Some(text);
        variable::replaced(text, &[], false, |found, at| {
            let place = if exact { range.start + at.start..range.start + at.end } else { range.clone() };
            self.value(found, &place)
        })
    }

    /// The value of what was found at `place`; what is wrong with it is told.
    pub(super) fn value(&mut self, found: Found<'_>, place: &Range<usize>) -> Option<Arc<str>> {
        match found {
            Found::Variable(name) => match self.reading.door.ask(Question::Variable(name.to_owned())) {
                Answer::Value(value) => return Some(value),
                Answer::Refused(fault) => {
                    let span = self.span(place);
                    self.reading.diagnostics.push(fault.at(span));
                }
                Answer::Shown(..) | Answer::File(_) => {}
            },
            Found::Broken => {
                let help = "write `{$name}`; variables do not stand in each other. `\\{$` is no variable".to_owned();
                self.tell(Kind::VariableInvalid, "this variable does not end", place.clone(), Some(help));
            }
        }
        None
    }

    fn paragraph_begins(&self) -> bool {
        let last = self.document.events.last().map(|(event, _)| event);
        matches!(last, Some(Event::Markdown(md::Event::Start(md::Tag::Paragraph | md::Tag::Item))))
    }

    /// Makes the quote that has just begun a callout, if `words` say so; how many bytes say it.
    fn alert_begins(&mut self, words: &Words<'_>) -> Option<usize> {
        let rest = words.text.strip_prefix("[!")?;
        let (name, after) = rest.split_once(']')?;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let quote = self.document.events.len().checked_sub(2)?;
        let [(Event::Markdown(md::Event::Start(md::Tag::BlockQuote(_))), _), (Event::Markdown(md::Event::Start(md::Tag::Paragraph)), _)] =
            &self.document.events[quote..]
        else {
            return None;
        };
        let lower = name.to_ascii_lowercase();
        let Some((_, callout)) = Callout::ALL.into_iter().find(|(known, _)| *known == lower) else {
            let near = super::directives::callout_instead(&lower).or_else(|| nearest(&lower, Callout::ALL.iter().map(|(known, _)| *known)));
            let help = near.map(|near| format!("write `[!{}]`", near.to_ascii_uppercase()));
            let range = words.place(&(0..name.len() + 3));
            self.tell(Kind::DirectiveUnknown, format!("no callout `{name}`"), range, help);
            return None;
        };
        self.document.events.pop();
        self.document.events[quote].0 = Event::Open(Block::Callout(callout));
        if let Some(alert) = self.alerts.last_mut() {
            *alert = Some(callout);
        }
        self.alert = Alert::Named;
        Some(words.text.len() - after.trim_start().len())
    }

    /// An event while the first line of an alert is being read; whether it is dealt with.
    pub(super) fn alert_event(&mut self, event: &md::Event<'a>, range: &Range<usize>) -> bool {
        let ends_line = matches!(event, md::Event::SoftBreak | md::Event::HardBreak);
        let ends = matches!(event, md::Event::End(md::TagEnd::Paragraph));
        if self.alert == Alert::Named && !ends_line && !ends {
            self.push(Event::Title, range.clone());
            self.alert = Alert::Titled;
        }
        if !ends_line && !ends {
            return false;
        }
        if self.alert == Alert::Titled {
            self.push(Event::TitleEnd, range.clone());
        }
        self.alert = Alert::None;
        if ends_line {
            self.push(Event::Markdown(md::Event::Start(md::Tag::Paragraph)), range.clone());
        } else {
            self.leave();
            self.close(self.depth, range);
            self.depth = self.depth.saturating_sub(1);
        }
        true
    }

    fn foreign_line(&mut self, words: &Words<'_>) {
        if let Some(foreign) = foreign::line(&words.text) {
            let range = words.place(&(0..foreign.length));
            self.tell(Kind::ForeignSyntax, foreign.message, range, Some(foreign.help));
        }
    }
}

/// Where emoji stand by their names in `text`, and which. A name stands apart from letters and digits: `10:30:45` has none.
fn emoji(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found = Vec::new();
    let mut from = 0;
    let bytes = text.as_bytes();
    while let Some(start) = text[from..].find(':').map(|at| from + at) {
        let name = bytes[start + 1..].iter().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-')).count();
        let end = start + 1 + name;
        from = start + 1;
        let apart = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b':');
        if name == 0 || bytes.get(end) != Some(&b':') || !apart(start.checked_sub(1).and_then(|at| bytes.get(at))) || !apart(bytes.get(end + 1)) {
            continue;
        }
        if let Some(emoji) = emojis::get_by_shortcode(&text[start + 1..end]) {
            found.push((start..end + 1, emoji.as_str()));
            from = end + 1;
        }
    }
    found
}
