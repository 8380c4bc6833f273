//! The leaves of a formula: letters, numbers, operators, brackets and words, each one element with its text.

use super::super::html::Markup;
use super::letters::{self, Alphabet};
use super::{Content, DelimiterSize, DelimiterType, Font};

/// What commands like `\hat` put over a letter.
pub(super) const ACCENTS: [char; 11] = ['´', '‾', '˘', 'ˇ', '˙', '¨', '`', '^', '~', '→', '˚'];

/// What stands before a place: an operator is another one with nothing to the left of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing, or an operator.
    Operator,
    /// What an operator can work on.
    Operand,
}

/// A single sign. `mark` stands on it: the stroke of what is negated.
pub(super) fn content(content: &Content<'_>, font: Option<Font>, before: Before, mark: &str, out: &mut Markup) {
    match *content {
        Content::Text(text) => {
            out.tag("<mtext>");
            words(text, font, out);
            out.tag("</mtext>");
        }
        Content::Number(number) => {
            out.tag("<mn>");
            out.text(&lettered(number, font));
            out.tag("</mn>");
        }
        Content::Function(name) => function(name, out),
        Content::Ordinary { content, stretchy: true } => {
            out.tag("<mo stretchy=\"true\">");
            sign(content, mark, out);
            out.tag("</mo>");
        }
        Content::Ordinary { content, stretchy: false } => {
            // As TeX sets them: capitals upright that are not Latin (The TeXbook, page 434).
            let upright = font == Some(Font::UpRight) || font.is_none() && content.is_uppercase() && !content.is_ascii();
            out.tag(if upright { "<mi mathvariant=\"normal\">" } else { "<mi>" });
            let slanted = if content.is_uppercase() && !content.is_ascii() { Alphabet::Bold } else { Alphabet::BoldItalic };
            sign(alphabet(font, slanted).map_or(content, |alphabet| letters::letter(alphabet, content)), mark, out);
            out.tag("</mi>");
        }
        Content::LargeOp { content, small } => {
            out.tag(if small { "<mo largeop=\"false\">" } else { "<mo>" });
            sign(content, mark, out);
            out.tag("</mo>");
        }
        Content::BinaryOp { content, .. } => {
            out.tag(if before == Before::Operand { "<mo>" } else { "<mo form=\"prefix\">" });
            sign(content, mark, out);
            out.tag("</mo>");
        }
        Content::Relation { content, .. } => {
            out.tag("<mo>");
            // A relation is two characters at most.
            out.text(&String::from_utf8_lossy(content.encode_utf8_to_buf(&mut [0; 8])));
            out.text(mark);
            out.tag("</mo>");
        }
        Content::Punctuation(content) => {
            out.tag("<mo>");
            sign(content, mark, out);
            out.tag("</mo>");
        }
        Content::Delimiter { content, size, ty } => {
            out.tag(match (ty, size) {
                (DelimiterType::Open, None) => "<mo form=\"prefix\" stretchy=\"false\"",
                (DelimiterType::Close, None) => "<mo form=\"postfix\" stretchy=\"false\"",
                (DelimiterType::Fence, None) => "<mo stretchy=\"false\"",
                (DelimiterType::Open, Some(_)) => "<mo form=\"prefix\" stretchy=\"true\" symmetric=\"true\"",
                (DelimiterType::Close, Some(_)) => "<mo form=\"postfix\" stretchy=\"true\" symmetric=\"true\"",
                (DelimiterType::Fence, Some(_)) => "<mo stretchy=\"true\" symmetric=\"true\"",
            });
            out.tag(match size {
                None => ">",
                Some(DelimiterSize::Big) => " minsize=\"1.2em\" maxsize=\"1.2em\">",
                Some(DelimiterSize::BIG) => " minsize=\"1.8em\" maxsize=\"1.8em\">",
                Some(DelimiterSize::Bigg) => " minsize=\"2.4em\" maxsize=\"2.4em\">",
                Some(DelimiterSize::BIGG) => " minsize=\"3em\" maxsize=\"3em\">",
            });
            sign(content, mark, out);
            out.tag("</mo>");
        }
    }
}

pub(super) fn sign(c: char, mark: &str, out: &mut Markup) {
    out.text(c.encode_utf8(&mut [0; 4]));
    out.text(mark);
}

pub(super) fn function(name: &str, out: &mut Markup) {
    // A single letter would be set in italics.
    out.tag(if name.chars().nth(1).is_some() { "<mi>" } else { "<mi mathvariant=\"normal\">" });
    words(name, None, out);
    out.tag("</mi>");
}

/// Words of a `\text`: `\%` is `%`, braces group only, and spaces at the ends stay.
pub(super) fn words(text: &str, font: Option<Font>, out: &mut Markup) {
    // The parser's word for a space that does not break.
    if text == "&nbsp;" {
        return out.tag("\u{a0}");
    }
    let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
    let mut plain = String::with_capacity(text.len());
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '{' | '}' if !escaped => {}
            '~' if !escaped => plain.push('\u{a0}'),
            ',' | ';' | ':' if escaped => plain.push('\u{2009}'),
            '!' | '/' if escaped => {}
            c if c.is_whitespace() => plain.push(if at < start || at >= end { '\u{a0}' } else { ' ' }),
            c => plain.push(c),
        }
        escaped = false;
    }
    out.text(&lettered(&plain, font));
}

pub(super) fn lettered(text: &str, font: Option<Font>) -> String {
    match alphabet(font, Alphabet::Bold) {
        Some(alphabet) => text.chars().map(|c| letters::letter(alphabet, c)).collect(),
        None => text.to_owned(),
    }
}

/// The alphabet of a font; `\boldsymbol` keeps the slant that a sign has anyway.
pub(super) fn alphabet(font: Option<Font>, bold: Alphabet) -> Option<Alphabet> {
    Some(match font? {
        Font::UpRight => return None,
        Font::BoldSymbol => bold,
        Font::Bold => Alphabet::Bold,
        Font::Italic => Alphabet::Italic,
        Font::BoldItalic => Alphabet::BoldItalic,
        Font::Script => Alphabet::Script,
        Font::BoldScript => Alphabet::BoldScript,
        Font::Fraktur => Alphabet::Fraktur,
        Font::BoldFraktur => Alphabet::BoldFraktur,
        Font::DoubleStruck => Alphabet::DoubleStruck,
        Font::DoubleStruckItalic => Alphabet::DoubleStruckItalic,
        Font::SansSerif => Alphabet::SansSerif,
        Font::BoldSansSerif => Alphabet::BoldSansSerif,
        Font::SansSerifItalic => Alphabet::SansSerifItalic,
        Font::SansSerifBoldItalic => Alphabet::SansSerifBoldItalic,
        Font::Monospace => Alphabet::Monospace,
    })
}

pub(super) fn prime(count: usize, out: &mut Markup) {
    out.tag("<mo>");
    match count {
        2 => out.tag("″"),
        3 => out.tag("‴"),
        4 => out.tag("⁗"),
        count => out.text(&"′".repeat(count)),
    }
    out.tag("</mo>");
}
