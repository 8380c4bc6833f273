//! Raw HTML in a twin: the part that passes everywhere, written so that Markdown reads it again as what it is.

use super::super::href::Href;
use super::inline::shown;
use super::sheet::Paragraph;
use super::{Writer, address};
use crate::parse::document::{Attribute, Event, Tag, begins_block, harmless};

/// A piece of raw HTML that may stand in a twin.
enum Piece {
    /// Finished.
    Tag(String),
    /// In which entities stand.
    Text(String),
    /// Words without any.
    Words(String),
}

impl Writer<'_> {
    /// Raw HTML: a tag in a line of text, or the beginning of a block.
    pub(super) fn raw_html(&mut self, event: &Event<'_>) {
        if self.page.paragraph == Paragraph::None && !self.in_label && self.is_block() {
            return self.html_block();
        }
        let bare = self.page.line_begins && name(event).is_some_and(begins_block);
        match self.piece(event) {
            // Where a line begins, this tag would turn the rest of it into HTML.
            Some(Piece::Tag(_)) if bare => {}
            Some(Piece::Tag(tag)) => {
                if self.page.paragraph == Paragraph::None {
                    self.words_begin();
                    self.page.only_tags = true;
                }
                let tag = if self.in_cell { tag.replace('|', "&#124;") } else { tag };
                self.page.out.push_str(&tag);
                self.page.line_begins = false;
            }
            Some(Piece::Text(text)) => self.html_words(&text),
            Some(Piece::Words(text)) => self.text(&text),
            None => {}
        }
    }

    /// Whether the piece of HTML before this event begins a block: in a line of text, HTML has no text of its own.
    fn is_block(&self) -> bool {
        let first = self.document.events.get(self.at - 1).map(|(event, _)| event);
        first.and_then(name).is_some_and(begins_block) || self.run().any(|event| matches!(event, Event::HtmlText(_) | Event::Raw(_)))
    }

    /// The pieces of HTML from the one before this event on.
    fn run(&self) -> impl Iterator<Item = &Event<'_>> {
        use crate::parse::document::md;
        let events = self.document.events[self.at - 1..].iter().map(|(event, _)| event);
        events.take_while(|event| {
            let words = matches!(event, Event::Markdown(md::Event::Text(_)));
            words || matches!(event, Event::Tag(_) | Event::EndTag(_) | Event::HtmlText(_) | Event::Raw(_))
        })
    }

    /// A block of HTML: as it stands where Markdown takes all of it for HTML again, else each tag on a line by itself and words between.
    fn html_block(&mut self) {
        let document = self.document;
        let count = self.run().count();
        let from = self.at - 1;
        let pieces: Vec<Piece> = document.events[from..from + count].iter().filter_map(|(event, _)| self.piece(event)).collect();
        self.at = from + count;
        let mut html = String::new();
        for piece in &pieces {
            match piece {
                Piece::Tag(tag) => html.push_str(tag),
                Piece::Text(text) => html_text(text, true, &mut html),
                Piece::Words(text) => html_text(text, false, &mut html),
            }
        }
        let html = html.trim();
        if html.is_empty() {
            return;
        }
        let tag: String =
            html.strip_prefix('<').unwrap_or_default().trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let alone = || html.lines().next().is_some_and(|line| line.ends_with('>') && line.matches('<').count() == 1);
        let whole = html.starts_with('<') && tag != "pre" && (begins_block(&tag) || alone());
        let unbroken = || html.lines().all(|line| !line.trim().is_empty());
        let preformatted = || tag == "pre" && html.find("</pre>").is_some_and(|end| end + "</pre>".len() == html.len());
        if (whole && unbroken()) || preformatted() {
            self.page.begins(None);
            for (no, line) in html.lines().enumerate() {
                if no > 0 {
                    self.page.out.push('\n');
                    self.page.out.push_str(if line.is_empty() { self.page.prefix.trim_end() } else { &self.page.prefix });
                }
                self.page.out.push_str(line);
            }
            return;
        }
        for piece in pieces {
            match piece {
                // A line of HTML would not end before the end of the element.
                Piece::Tag(tag) if tag.starts_with("<pre") || tag == "</pre>" => self.page.ends_paragraph(),
                Piece::Tag(tag) => {
                    self.page.begins(None);
                    self.page.out.push_str(&tag);
                }
                Piece::Text(text) if text.trim().is_empty() => {}
                Piece::Text(text) => {
                    self.html_words(&text.split_whitespace().collect::<Vec<_>>().join(" "));
                    self.page.ends_paragraph();
                }
                Piece::Words(text) => {
                    self.text(&text);
                    self.page.ends_paragraph();
                }
            }
        }
    }

    /// What may stay of a piece of raw HTML.
    fn piece(&mut self, event: &Event<'_>) -> Option<Piece> {
        use crate::parse::document::md;
        match event {
            Event::Tag(tag) => self.tag(tag),
            Event::EndTag(name) => Some(Piece::Tag(format!("</{name}>"))),
            Event::HtmlText(text) => Some(Piece::Text(text.clone())),
            Event::Raw(html) => self.trusted(html),
            Event::Markdown(md::Event::Text(text)) => Some(Piece::Words(text.to_string())),
            _ => None,
        }
    }

    /// HTML of authors who are trusted: programs that read Markdown trust nobody, so only what passes for everyone stays.
    fn trusted(&mut self, html: &str) -> Option<Piece> {
        if !html.starts_with('<') {
            return self.skipped.is_none().then(|| Piece::Text(html.to_owned()));
        }
        let closes = html.starts_with("</");
        let tag: String =
            html.trim_start_matches(['<', '/']).chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        if self.skipped.is_some() {
            self.skipped.take_if(|skipped| closes && *skipped == tag);
            return None;
        }
        match harmless(&tag) {
            Some(true) => Some(Piece::Tag(if closes { format!("</{tag}>") } else { format!("<{tag}>") })),
            Some(false) => None,
            None => {
                self.skipped = Some(tag).filter(|_| !closes);
                None
            }
        }
    }

    fn tag(&mut self, tag: &Tag) -> Option<Piece> {
        match harmless(&tag.name) {
            Some(true) => {}
            Some(false) => return None,
            None => {
                self.skipped = Some(tag.name.clone());
                return None;
            }
        }
        let image = tag.name == "img";
        let given = |wanted: &str| {
            tag.attributes.iter().find_map(|(name, value)| match value {
                Attribute::Text(text) if name == wanted => Some(text.as_str()),
                _ => None,
            })
        };
        if image
            && let Some((_, Attribute::Link(no))) = tag.attributes.iter().find(|(name, value)| name == "src" && matches!(value, Attribute::Link(_)))
        {
            let words = given("alt").unwrap_or_default();
            let mut html = String::new();
            match (&self.links[*no], address(self, *no)) {
                (Href::Remote(_), Some(url)) => {
                    html.push_str("<a");
                    attribute("href", &url, &mut html);
                    html.push('>');
                    html_text(if words.is_empty() { &url } else { words }, false, &mut html);
                    html.push_str("</a>");
                }
                (_, Some(url)) => {
                    html.push_str("<img");
                    attribute("src", &url, &mut html);
                    attribute("alt", words, &mut html);
                    html.push('>');
                }
                (_, None) => return Some(Piece::Words(words.to_owned())),
            }
            return Some(Piece::Tag(html));
        }
        let mut html = format!("<{}", tag.name);
        for (name, value) in &tag.attributes {
            match value {
                // How it looks is nothing to a program.
                Attribute::Text(_) if !KEPT.contains(&name.as_str()) => {}
                Attribute::Text(text) => attribute(name, text, &mut html),
                Attribute::Link(no) => {
                    if matches!(name.as_str(), "href" | "src" | "poster")
                        && let Some(url) = address(self, *no).filter(|_| !matches!(self.links[*no], Href::Remote(_)))
                    {
                        attribute(name, &url, &mut html);
                    }
                }
            }
        }
        html.push('>');
        Some(Piece::Tag(html))
    }
}

/// The attributes that say something.
const KEPT: [&str; 14] =
    ["id", "title", "lang", "dir", "alt", "start", "value", "type", "reversed", "colspan", "rowspan", "scope", "datetime", "open"];

fn name<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Tag(tag) => Some(&tag.name),
        Event::EndTag(name) => Some(name),
        Event::Raw(html) => {
            let html = html.strip_prefix('<')?;
            let html = html.strip_prefix('/').unwrap_or(html);
            html.split(|c: char| !c.is_ascii_alphanumeric()).next()
        }
        _ => None,
    }
}

fn attribute(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A blank line would end the HTML.
            '\n' | '\r' => out.push(' '),
            c => out.push(shown(c)),
        }
    }
    out.push('"');
}

/// Text between tags; `entities` says whether those that stand in it are meant.
fn html_text(text: &str, entities: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' if !entities => out.push_str("&amp;"),
            c => out.push(shown(c)),
        }
    }
}
