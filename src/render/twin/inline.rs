//! The words of a twin: escaped where a sign would mean something, with emphasis, links, images and code.

use super::super::href::Href;
use super::sheet::{Last, Paragraph};
use super::{WIDEST, Writer, address, automatic};
use crate::parse::document::{Event, md};

impl Writer<'_> {
    /// Words come: a paragraph is open, or one begins as tight lists have it.
    pub(super) fn words_begin(&mut self) {
        if self.page.paragraph == Paragraph::None {
            self.page.begins(Some(Last::Sign));
            self.page.paragraph = Paragraph::Tight;
        }
        self.page.only_tags = false;
    }

    pub(super) fn text(&mut self, text: &str) {
        self.words_begin();
        self.escaped(text, false);
    }

    /// Text of raw HTML, in which entities stand: Markdown reads the same ones.
    pub(super) fn html_words(&mut self, text: &str) {
        self.words_begin();
        self.escaped(text, true);
    }

    fn escaped(&mut self, text: &str, entities: bool) {
        let rules = Rules { entities, brackets: !self.ends.is_empty(), bars: self.in_cell, dollars: self.markdown.math };
        escape(text, rules, &mut self.page.line_begins, &mut self.page.out);
    }

    pub(super) fn code_span(&mut self, code: &str) {
        self.words_begin();
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        // One space at each end is taken away, unless there is nothing else.
        let padded = code.starts_with('`') || code.ends_with('`') || (code.starts_with(' ') && code.ends_with(' ') && !code.trim().is_empty());
        let out = &mut self.page.out;
        out.push_str(&fence);
        out.push_str(if padded { " " } else { "" });
        for c in code.chars() {
            if c == '|' && self.in_cell {
                out.push('\\');
            }
            out.push(if matches!(c, '\n' | '\r') { ' ' } else { shown(c) });
        }
        out.push_str(if padded { " " } else { "" });
        out.push_str(&fence);
        self.page.line_begins = false;
    }

    pub(super) fn soft_break(&mut self) {
        // A line of tags alone would begin a block of HTML.
        if self.one_line() || self.page.only_tags {
            self.page.out.push(' ');
        } else {
            self.page.line();
        }
    }

    pub(super) fn hard_break(&mut self) {
        self.words_begin();
        if self.one_line() {
            self.page.out.push_str("<br>");
        } else {
            self.page.out.push('\\');
            self.page.line();
        }
    }

    /// Whether words must stay on their line.
    pub(super) fn one_line(&self) -> bool {
        self.in_label || self.in_cell || self.in_heading || self.page.prefix.len() > WIDEST
    }

    /// Emphasis: by signs where these work by the rules of flanking (CommonMark, section 6.2), else by a tag.
    pub(super) fn emphasis(&mut self, sign: &'static str, open: &'static str, close: &'static str) {
        self.words_begin();
        let events = &self.document.events;
        let mut depth = 0;
        let inner = events[self.at..].iter().position(|(event, _)| match event {
            Event::Markdown(md::Event::Start(md::Tag::Emphasis | md::Tag::Strong | md::Tag::Strikethrough)) => {
                depth += 1;
                false
            }
            Event::Markdown(md::Event::End(md::TagEnd::Emphasis | md::TagEnd::Strong | md::TagEnd::Strikethrough)) => {
                depth -= 1;
                depth < 0
            }
            _ => false,
        });
        let end = inner.map_or(events.len(), |inner| self.at + inner);
        let bounds = (
            self.page.out.chars().next_back().map_or(if self.in_label { Side::Sign } else { Side::Space }, side),
            self.side(self.at, true),
            end.checked_sub(1).filter(|last| *last >= self.at).map_or(Side::Sign, |last| self.side(last, false)),
            self.side(end + 1, true),
        );
        let before = if self.page.line_begins { Side::Space } else { bounds.0 };
        let opens = bounds.1 == Side::Word || (bounds.1 == Side::Punctuation && matches!(before, Side::Space | Side::Punctuation));
        let closes = bounds.2 == Side::Word || (bounds.2 == Side::Punctuation && matches!(bounds.3, Side::Space | Side::Punctuation));
        let apart = before != Side::Sign && bounds.3 != Side::Sign;
        let plain = sign == "**" && self.in_label;
        let (open, close) = match (plain, opens && closes && apart) {
            (true, _) => ("", ""),
            (false, true) => (sign, sign),
            (false, false) => (open, close),
        };
        self.page.out.push_str(open);
        self.page.line_begins = false;
        self.marks.push(close);
    }

    /// What the Markdown of an event begins or ends with.
    fn side(&self, event: usize, begins: bool) -> Side {
        match self.document.events.get(event).map(|(event, _)| event) {
            Some(Event::Markdown(md::Event::Text(text))) => {
                let c = if begins { text.chars().next() } else { text.chars().next_back() };
                match c.map_or(Side::Sign, side) {
                    // It is escaped, so it is no sign.
                    Side::Sign => Side::Punctuation,
                    side => side,
                }
            }
            Some(Event::Markdown(md::Event::Code(_)) | Event::Link(_) | Event::LinkEnd | Event::Tag(_) | Event::EndTag(_)) => Side::Punctuation,
            Some(Event::Markdown(md::Event::SoftBreak | md::Event::HardBreak)) => Side::Space,
            Some(Event::Markdown(md::Event::End(md::TagEnd::Emphasis | md::TagEnd::Strong | md::TagEnd::Strikethrough))) => {
                if self.marks.last().is_some_and(|mark| mark.starts_with('<')) { Side::Punctuation } else { Side::Sign }
            }
            Some(Event::Markdown(md::Event::End(_))) | None => Side::Space,
            // What its Markdown will be is not known here.
            Some(_) => Side::Sign,
        }
    }

    pub(super) fn link(&mut self, no: usize) {
        self.words_begin();
        let Some(url) = address(self, no) else { return self.ends.push(None) };
        if automatic(self, no)
            && let Some((Event::Markdown(md::Event::Text(words)), _)) = self.document.events.get(self.at)
            && matches!(self.document.events.get(self.at + 1), Some((Event::LinkEnd, _)))
            && (**words == *url && bare(&url) || url.strip_prefix("mailto:") == Some(words) && mail(words))
        {
            self.page.out.push('<');
            self.page.out.push_str(words);
            self.page.out.push('>');
            self.page.line_begins = false;
            self.at += 2;
            return;
        }
        self.no_image();
        if self.page.out.ends_with(']') {
            // A footnote and a link would be read as one reference.
            self.page.out.push(' ');
        }
        self.page.out.push('[');
        self.page.line_begins = false;
        let title = &self.document.links[no].title;
        self.ends.push(Some(destination(&url, title, self.in_cell)));
    }

    pub(super) fn link_ends(&mut self) {
        if let Some(Some(destination)) = self.ends.pop() {
            self.page.out.push(']');
            self.page.out.push_str(&destination);
        }
    }

    /// A mark of exclamation before a bracket would make an image of it.
    fn no_image(&mut self) {
        if self.page.out.ends_with('!') && !self.page.out.ends_with("\\!") {
            self.page.out.pop();
            self.page.out.push_str("\\!");
        }
    }

    pub(super) fn image(&mut self, no: usize) {
        self.words_begin();
        let words = self.document.description(&mut self.at);
        let url = address(self, no);
        let Some(url) = url else { return self.escaped(&words, false) };
        if matches!(self.links[no], Href::Remote(_)) {
            self.no_image();
        } else {
            self.page.out.push('!');
        }
        self.page.out.push('[');
        self.page.line_begins = false;
        self.ends.push(None);
        let words = if words.is_empty() && matches!(self.links[no], Href::Remote(_)) { url.as_str() } else { words.as_str() };
        self.escaped(words, false);
        self.ends.pop();
        self.page.out.push(']');
        let title = &self.document.links[no].title;
        self.page.out.push_str(&destination(&url, title, self.in_cell));
    }
}

/// `text` as Markdown in a line, behind what is no sign.
pub(in super::super) fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text.trim(), Rules { entities: false, brackets: true, bars: false, dollars: false }, &mut false, &mut out);
    out
}

/// What means something where a text stands, besides what always does.
struct Rules {
    /// Whether the entities in it are meant.
    entities: bool,
    /// Whether it is the words of a link.
    brackets: bool,
    /// Whether it is a cell of a table.
    bars: bool,
    /// Whether there are formulas.
    dollars: bool,
}

fn escape(text: &str, rules: Rules, line_begins: &mut bool, out: &mut String) {
    let mut before = out.chars().next_back();
    // A number is the sign of a list only with what follows it; it may have come in pieces.
    let goes_on = before.is_some_and(|before| before.is_ascii_digit());
    let mut sign = if goes_on { digits(text) } else { usize::MAX };
    for (at, written) in text.char_indices() {
        let c = if matches!(written, '\n' | '\r') { ' ' } else { shown(written) };
        let next = || text[at + written.len_utf8()..].chars().next();
        if *line_begins {
            if matches!(c, ' ' | '\t') {
                continue;
            }
            *line_begins = false;
            if matches!(c, '#' | '>' | '-' | '+' | '=' | '|' | ':') {
                out.push('\\');
            }
            let digits = digits(&text[at..]);
            if digits > 0 {
                sign = at + digits;
            }
        }
        let escape = match c {
            '*' | '`' | '[' | '<' | '~' => true,
            ']' => rules.brackets,
            '_' => !(before.is_some_and(char::is_alphanumeric) && next().is_some_and(char::is_alphanumeric)),
            '\\' => next().is_none_or(|next| next.is_ascii_punctuation() || next == '\n'),
            '&' => !rules.entities && next().is_none_or(|next| next.is_ascii_alphanumeric() || next == '#'),
            '|' => rules.bars,
            '$' => rules.dollars,
            '.' | ')' => at == sign,
            _ => false,
        };
        if escape {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// What stands beside a sign of emphasis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Space,
    Word,
    /// Of ASCII, and no sign of emphasis.
    Punctuation,
    /// A sign of emphasis, or what some readers take for punctuation and others for words.
    Sign,
}

fn side(c: char) -> Side {
    match c {
        '*' | '_' | '~' => Side::Sign,
        c if c.is_whitespace() => Side::Space,
        c if c.is_alphanumeric() => Side::Word,
        c if c.is_ascii_punctuation() => Side::Punctuation,
        _ => Side::Sign,
    }
}

/// A character as a text file may hold it: a control is replaced, as in HTML.
pub(in super::super) fn shown(c: char) -> char {
    if c.is_control() && !matches!(c, '\t' | '\n') { '\u{fffd}' } else { c }
}

/// An address between `<` and `>` (CommonMark, section 6.5).
fn bare(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    scheme.len() > 1
        && scheme.len() < url.len()
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric())
        && !url.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '|'))
}

fn mail(address: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+'));
    address.split_once('@').is_some_and(|(name, host)| plain(name) && plain(host) && host.bytes().all(|b| b != b'_' && b != b'+'))
}

/// Where a link leads, behind its words, with its title.
pub(in super::super) fn destination(url: &str, title: &str, in_cell: bool) -> String {
    let mut out = String::from("(");
    let pointed = url.is_empty() || url.contains(|c: char| matches!(c, '(' | ')' | '<' | '>' | '\\') || c.is_whitespace() || c.is_control());
    out.push_str(if pointed { "<" } else { "" });
    for (at, c) in url.char_indices() {
        // An entity would be read as one.
        if matches!(c, '<' | '>' | '\\' | '|') || (c == '&' && url[at..].contains(';')) {
            out.push('\\');
        }
        out.push(if c.is_control() { '\u{fffd}' } else { c });
    }
    out.push_str(if pointed { ">" } else { "" });
    if !title.is_empty() {
        out.push_str(" \"");
        for c in title.chars() {
            if matches!(c, '"' | '\\' | '&') || (c == '|' && in_cell) {
                out.push('\\');
            }
            out.push(if matches!(c, '\n' | '\r') { ' ' } else { shown(c) });
        }
        out.push('"');
    }
    out.push(')');
    out
}
