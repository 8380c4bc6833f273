//! How each block of a page is written: headings, quotes, lists, directives, code, formulas and footnotes.
//!
//! The walk through the document (`super`) says what begins and ends; here stands what that is in Markdown.

use super::super::mark::marks;
use super::inline;
use super::sheet::{Container, Kind, Last, Paragraph};
use super::{WIDEST, Writer, words};
use crate::parse::code::Code;
use crate::parse::document::{Block, Callout, Event, md};

impl Writer<'_> {
    pub(super) fn heading(&mut self, level: md::HeadingLevel) {
        self.in_heading = true;
        if self.headings == 0 && self.lifted {
            self.set_aside();
            self.page.paragraph = Paragraph::Stated;
            self.page.line_begins = false;
            return;
        }
        self.page.begins(None);
        self.page.out.push_str(&"######"[..level as usize]);
        self.page.out.push(' ');
        self.page.line_begins = false;
        self.page.paragraph = Paragraph::Stated;
    }

    pub(super) fn heading_ends(&mut self) {
        self.headings += 1;
        self.in_heading = false;
        // Signs at the end would close the heading, and be gone.
        if self.page.out.ends_with('#') && self.page.paragraph == Paragraph::Stated {
            self.page.out.pop();
            self.page.out.push_str("\\#");
        }
        if self.headings == 1 && self.lifted {
            self.title = self.taken_up().trim().to_owned();
            return;
        }
        self.page.ends_paragraph();
    }

    pub(super) fn quote(&mut self) {
        self.page.begins(None);
        self.page.out.push_str("> ");
        self.page.enter(Kind::Quote, "> ");
    }

    pub(super) fn quote_ends(&mut self) {
        self.page.leave();
    }

    pub(super) fn list(&mut self, first: Option<u64>) {
        let empty = matches!(self.document.events.get(self.at + 1), Some((Event::Markdown(md::Event::End(md::TagEnd::Item)), _)));
        self.page.ends_paragraph();
        let last = self.page.container().map_or(Last::Other, |container| container.last);
        // Two lists in a row are told apart by their signs.
        let second = last == Last::List { ordered: first.is_some(), second: false };
        let joins = first.unwrap_or(1) == 1 && !empty;
        self.page.begins(Some(Last::Tight).filter(|_| joins));
        self.page.enter(Kind::List { number: first, second, loose: false }, "");
    }

    pub(super) fn list_ends(&mut self) {
        if let Some(Kind::List { number, second, .. }) = self.page.leave()
            && let Some(container) = self.page.container()
        {
            container.last = Last::List { ordered: number.is_some(), second };
        }
    }

    pub(super) fn item(&mut self) {
        if self.page.containers.last().is_some_and(|container| container.kind == Kind::Item) {
            // Words of a definition list follow each other without a sign of their end.
            self.item_ends();
        }
        let Some(Container { kind: Kind::List { number, second, loose }, fresh, .. }) = self.page.container() else { return };
        let marker = match (number, *second) {
            (Some(number), second) => {
                let marker = format!("{number}{}", if second { ") " } else { ". " });
                // No number has more than nine digits (CommonMark, section 5.2).
                *number = (*number + 1).min(999_999_999);
                marker
            }
            (None, false) => "- ".to_owned(),
            (None, true) => "* ".to_owned(),
        };
        let (fresh, loose) = (std::mem::replace(fresh, false), *loose);
        match (fresh, loose) {
            (true, _) => {}
            (false, true) => self.page.blank_line(),
            (false, false) => self.page.line(),
        }
        self.page.out.push_str(&marker);
        self.page.line_begins = true;
        self.page.enter(Kind::Item, &" ".repeat(marker.len()));
    }

    pub(super) fn item_ends(&mut self) {
        self.page.ends_paragraph();
        if self.page.containers.last().is_some_and(|container| container.kind == Kind::Item) {
            self.page.leave();
        }
    }

    pub(super) fn block_opens(&mut self, block: Block) {
        let titled = matches!(self.document.events.get(self.at), Some((Event::Title, _)));
        match block {
            Block::Callout(callout) => {
                let quoted = self.page.prefix.len() <= WIDEST;
                if quoted {
                    self.quote();
                }
                self.open.push((block, quoted));
                match alert(callout).filter(|_| quoted) {
                    Some(alert) => {
                        self.page.begins(None);
                        self.page.out.push_str(alert);
                        if titled {
                            self.page.line();
                            self.label("", "…");
                        } else if let Some(container) = self.page.container() {
                            container.last = Last::Sign;
                        }
                    }
                    None => {
                        let name = callout.label();
                        self.page.begins(None);
                        if titled {
                            self.label(name, "");
                        } else {
                            self.page.out.push_str(&format!("**{name}**"));
                        }
                    }
                }
            }
            Block::Details(_) => {
                self.open.push((block, false));
                self.page.begins(None);
                self.titled(titled, "Details");
            }
            Block::Tab => {
                self.open.push((block, false));
                self.page.begins(None);
                self.titled(titled, "Tab");
            }
            Block::Entry(no) => {
                self.open.push((block, false));
                let marks = self.release.and_then(|release| release.entries.get(no)).map(marks).unwrap_or_default();
                if !marks.is_empty() {
                    self.page.begins(None);
                    let words: Vec<String> = marks.iter().map(|mark| words(&mark.text)).collect();
                    self.page.out.push_str(&format!("**{}** ", words.join(", ")));
                }
            }
            Block::Tabs | Block::CodeGroup | Block::Steps | Block::Cards => {
                self.page.ends_paragraph();
                self.open.push((block, false));
            }
        }
    }

    pub(super) fn block_closes(&mut self) {
        self.page.ends_paragraph();
        if let Some((_, true)) = self.open.pop() {
            self.quote_ends();
        }
    }

    /// Writes the title that comes next as a label, if there is one, else `instead`.
    pub(super) fn titled(&mut self, titled: bool, instead: &str) {
        if titled {
            self.label("", instead);
        } else {
            self.page.out.push_str(&format!("**{instead}**"));
            self.page.line_begins = false;
        }
    }

    /// Writes the title that comes next as a label, behind `kind` and a colon if that is not empty; one without words is `instead`.
    pub(super) fn label(&mut self, kind: &str, instead: &str) {
        self.label_begins();
        if !kind.is_empty() {
            self.page.out.push_str(kind);
            self.page.out.push_str(": ");
        }
        let mut depth = 0;
        while let Some((event, _)) = self.document.events.get(self.at) {
            self.at += 1;
            match event {
                Event::Title => depth += 1,
                Event::TitleEnd if depth <= 1 => break,
                Event::TitleEnd => depth -= 1,
                Event::Markdown(event) => self.markdown(event),
                Event::Link(no) => self.link(*no),
                Event::LinkEnd => self.link_ends(),
                Event::Image(no, _) => self.image(*no),
                Event::Tag(_) | Event::EndTag(_) | Event::HtmlText(_) | Event::Raw(_) => self.raw_html(event),
                Event::Emoji(_, glyph) => self.text(glyph),
                Event::Math(latex, display) => self.math(latex, *display),
                _ => {}
            }
        }
        self.label_ends(instead);
    }

    pub(super) fn label_begins(&mut self) {
        self.set_aside();
        self.page.paragraph = Paragraph::Stated;
        self.page.line_begins = false;
        self.in_label = true;
    }

    /// Puts the label that was written into the text, or `instead` where it has no words.
    pub(super) fn label_ends(&mut self, instead: &str) {
        let label = self.taken_up();
        self.in_label = false;
        let label = label.trim();
        self.page.out.push_str("**");
        self.page.out.push_str(if label.is_empty() { instead } else { label });
        self.page.out.push_str("**");
        self.page.line_begins = false;
    }

    pub(super) fn set_aside(&mut self) {
        self.aside.push(std::mem::take(&mut self.page));
    }

    /// What was written since the last [`Writer::set_aside`].
    pub(super) fn taken_up(&mut self) -> String {
        std::mem::replace(&mut self.page, self.aside.pop().unwrap_or_default()).out
    }

    pub(super) fn code(&mut self, code: &Code) {
        let in_group = matches!(self.open.last(), Some((Block::CodeGroup, _)));
        let title = match &code.title {
            Some(title) => Some(title.as_str()),
            None if in_group && code.language.is_empty() => Some("Code"),
            None if in_group => Some(code.language.as_str()),
            None => None,
        };
        if let Some(title) = title.filter(|title| !title.trim().is_empty()) {
            self.page.begins(None);
            self.label_begins();
            self.text(title);
            self.label_ends("Code");
        }
        let changed = code.marks.values().any(|marks| marks.ins || marks.del);
        if !changed {
            return self.fenced(&code.language, &code.text);
        }
        // What is taken away would look as if it stayed.
        let mut text = String::with_capacity(code.text.len() * 2);
        for (no, line) in code.text.split_inclusive('\n').enumerate() {
            let marks = code.marks.get(&no).copied().unwrap_or_default();
            text.push(if marks.ins {
                '+'
            } else if marks.del {
                '-'
            } else {
                ' '
            });
            text.push_str(line);
        }
        self.fenced("diff", &text);
    }

    pub(super) fn fenced(&mut self, language: &str, text: &str) {
        self.page.begins(None);
        self.fence(language, text);
    }

    pub(super) fn fence(&mut self, language: &str, text: &str) {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        self.page.out.push_str(&fence);
        self.page.out.extend(language.chars().filter(|c| !c.is_control() && !c.is_whitespace() && !matches!(c, '`' | '&' | '\\')));
        for line in text.lines() {
            self.page.out.push('\n');
            self.page.out.push_str(if line.is_empty() { self.page.prefix.trim_end() } else { &self.page.prefix });
            self.page.out.extend(line.chars().map(inline::shown));
        }
        self.page.line();
        self.page.out.push_str(&fence);
    }

    /// A formula, as code that GitHub reads as one: what stands in it is text to all others.
    pub(super) fn math(&mut self, latex: &str, display: bool) {
        if !display || self.one_line() {
            self.words_begin();
            self.page.out.push('$');
            self.code_span(latex);
            self.page.out.push('$');
            return;
        }
        // It may stand in a paragraph, which goes on behind it as another one.
        if self.page.paragraph == Paragraph::Stated && self.page.line_begins {
            self.page.ends_paragraph();
            self.fence("math", latex.trim_matches('\n'));
        } else {
            self.fenced("math", latex.trim_matches('\n'));
        }
    }

    pub(super) fn note_begins(&mut self, label: &str) {
        self.page.ends_paragraph();
        self.set_aside();
        self.page.prefix.push_str("    ");
        self.notes.open.push(label.to_owned());
    }

    /// Of two of one name the first counts.
    pub(super) fn note_ends(&mut self) {
        let text = self.taken_up();
        if let Some(label) = self.notes.open.pop() {
            self.notes.texts.entry(label).or_insert(text);
        }
    }

    pub(super) fn note_reference(&mut self, label: &str) {
        self.words_begin();
        let count = self.notes.order.len();
        let number = *self.notes.numbers.entry(label.to_owned()).or_insert(count + 1);
        if number > count {
            self.notes.order.push(label.to_owned());
        }
        self.page.out.push_str(&format!("[^{number}]"));
        self.page.line_begins = false;
    }

    /// The footnotes that the text refers to. One may refer to another, but its number was given when it was read.
    pub(super) fn footnotes(&mut self) {
        for (no, label) in std::mem::take(&mut self.notes.order).iter().enumerate() {
            self.page.begins(None);
            self.page.out.push_str(&format!("[^{}]: ", no + 1));
            if let Some(text) = self.notes.texts.get(label) {
                self.page.out.push_str(text);
            }
        }
    }
}

/// How GitHub writes a callout; none for those that it does not have.
fn alert(callout: Callout) -> Option<&'static str> {
    match callout {
        Callout::Note => Some("[!NOTE]"),
        Callout::Tip => Some("[!TIP]"),
        Callout::Important => Some("[!IMPORTANT]"),
        Callout::Warning => Some("[!WARNING]"),
        Callout::Caution => Some("[!CAUTION]"),
        Callout::Info | Callout::Danger => None,
    }
}
