//! Images: what describes them, and the attributes behind them: `![what it shows](image.png){width=300 .wide}`.

use std::ops::Range;

use super::{Document, Event, Kind, Reader, md};

const KNOWN: &str = "`width=300`, `height=200`, `.class`, `#id`, `align=left`, `loading=eager`";

impl Document<'_> {
    /// The plain text of the image that has just begun. `at` is the number of the event behind its beginning; then, of the one behind its end.
    pub fn description(&self, at: &mut usize) -> String {
        let mut text = String::new();
        let mut depth = 1;
        while let Some((event, _)) = self.events.get(*at) {
            *at += 1;
            match event {
                Event::Image(..) => depth += 1,
                Event::ImageEnd => depth -= 1,
                Event::Emoji(_, glyph) => text.push_str(glyph),
                Event::Markdown(md::Event::Text(words) | md::Event::Code(words)) => text.push_str(words),
                Event::Markdown(md::Event::SoftBreak | md::Event::HardBreak) => text.push(' '),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        text
    }
}

impl Reader<'_, '_, '_, '_, '_> {
    /// An image ends here: attributes may follow at once.
    pub(super) fn image_ends(&mut self, range: &Range<usize>) {
        self.image_end = self.images.pop().map(|begun| (range.end, begun));
    }

    /// Takes the attributes that `text` begins with, if it stands right behind an image; how many bytes they are.
    pub(super) fn image_attributes(&mut self, text: &str, range: &Range<usize>) -> Option<usize> {
        let (end, begun) = self.image_end.take()?;
        let inner = text.strip_prefix('{').filter(|_| end == range.start)?;
        let inner = &inner[..inner.find('}')?];
        let words: Vec<&str> = inner.split_whitespace().collect();
        let attribute = |word: &str| word.starts_with(['.', '#']) || word.contains('=');
        if words.is_empty() || !words.iter().copied().all(attribute) {
            return None;
        }
        let mut attributes: Vec<(&'static str, String)> = Vec::new();
        let mut class = String::new();
        let mut wrong = Vec::new();
        for word in words {
            match attribute_of(word) {
                Some(("class", value)) => class = format!("{class} {value}").trim().to_owned(),
                Some((name, value)) if attributes.iter().all(|(known, _)| *known != name) => attributes.push((name, value)),
                _ => wrong.push(format!("`{word}`")),
            }
        }
        if !class.is_empty() {
            attributes.push(("class", class));
        }
        if !wrong.is_empty() {
            let message = format!("{} of the image: not known, or not of its form", wrong.join(", "));
            let place = range.start..range.start + inner.len() + 2;
            self.tell(Kind::AttributeInvalid, message, place, Some(format!("an image takes {KNOWN}")));
        }
        if let Some((Event::Image(_, known), _)) = self.document.events.get_mut(begun) {
            *known = attributes;
        }
        Some(inner.len() + 2)
    }
}

/// An attribute and its value, if an image may have it.
fn attribute_of(word: &str) -> Option<(&'static str, String)> {
    let name = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if let Some(class) = word.strip_prefix('.') {
        return name(class).then(|| ("class", class.to_owned()));
    }
    if let Some(id) = word.strip_prefix('#') {
        return (name(id) && !super::the_themes(id)).then(|| ("id", id.to_owned()));
    }
    let (key, value) = word.split_once('=')?;
    let value = value.trim_matches(['"', '\'']);
    let pixels = || {
        let number = value.strip_suffix("px").unwrap_or(value);
        (!number.is_empty() && number.len() < 6 && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.to_owned())
    };
    match key {
        "width" => Some(("width", pixels()?)),
        "height" => Some(("height", pixels()?)),
        "loading" => matches!(value, "lazy" | "eager").then(|| ("loading", value.to_owned())),
        "align" => matches!(value, "left" | "center" | "right").then(|| ("class", format!("align-{value}"))),
        "class" => name(value).then(|| ("class", value.to_owned())),
        "id" => attribute_of(&format!("#{value}")),
        _ => None,
    }
}
