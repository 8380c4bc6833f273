//! The digest of what a block says, in one spelling: how lines are broken and what marks words is spelling, how they look is not.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::comparison::Style;
use super::say::Hear;

/// What a block says, as it is heard.
#[derive(Default)]
pub(super) struct Said {
    text: String,
    style: Style,
    /// Whether there is a space behind the last word.
    space: bool,
    /// Whether there are words since the cell began, and whether there are any at all.
    begun: bool,
    pub(super) speaks: bool,
}

impl Said {
    /// Nothing, to be heard anew.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.style = Style::default();
        (self.space, self.begun, self.speaks) = (false, false, false);
    }

    /// How many bytes it is.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// A digest in the making, of it alone so far.
    pub(super) fn hasher(&self) -> FxHasher {
        let mut hasher = FxHasher::default();
        hasher.write(self.text.as_bytes());
        hasher
    }

    /// Signs that no text holds say how the words behind them look.
    fn look(&mut self, style: &Style) {
        if self.style == *style {
            return;
        }
        let flags = [style.strong, style.emphasis, style.struck, style.code].into_iter().fold(1, |flags, flag| flags << 1 | u8::from(flag));
        self.text.push(char::from(flags));
        self.text.extend(style.element.map(|element| char::from(element as u8 + 1)));
        for place in [style.link.as_ref(), style.image.as_ref().map(|image| &image.file)] {
            self.text.push('\u{1}');
            self.text.push_str(place.map_or("", String::as_str));
        }
        self.text.push('\u{1}');
        self.style = style.clone();
    }
}

impl Hear for Said {
    fn words(&mut self, text: &str, style: &Style) {
        let ends = text.ends_with(char::is_whitespace);
        for (no, word) in text.split_whitespace().enumerate() {
            let space = no > 0 || self.space || text.starts_with(char::is_whitespace);
            if space && self.begun {
                self.text.push(' ');
            }
            if no == 0 {
                self.look(style);
            }
            self.text.push_str(word);
            (self.space, self.begun, self.speaks) = (false, true, true);
        }
        self.space |= ends;
    }

    fn picture(&mut self, name: &str, style: &Style) {
        self.words(name, style);
    }

    fn cell(&mut self) {
        self.text.push('\u{2}');
        (self.space, self.begun) = (false, false);
    }

    fn lines(&mut self, lines: &str) {
        self.text.push_str(lines);
        self.speaks = true;
    }
}
