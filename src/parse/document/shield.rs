//! What is not Markdown is hidden from the Markdown parser, byte for byte, so that every place stays true.
//!
//! A line that may be a directive's (`:::note Title`) becomes a line of underscores, which Markdown takes for a rule wherever a block may
//! begin: in quotes, in lists, after a paragraph without a blank line. So the one parser that knows containers says which of these lines
//! are directives; in code, and in HTML, they come out as text, and the text is looked up again. Shortcodes of Hugo's are hidden as well.

use std::borrow::Cow;
use std::ops::Range;

use super::super::directive;
use super::places::Places;

/// A text that is ready to be read.
#[derive(Debug)]
pub(in super::super) struct Prepared<'t> {
    /// The text with its conditions applied, shortcodes hidden.
    pub(super) plain: Cow<'t, str>,
    /// The same with directives hidden, where there are any.
    pub(super) masked: Option<String>,
    /// The lines that may be directives', in order.
    pub(super) markers: Vec<Marker>,
    /// Where each byte of it is in the file.
    pub(super) places: Places,
    /// Whether shortcodes were hidden.
    pub(super) shortcodes: bool,
    /// Whether conditions took something away.
    pub(in super::super) hidden: bool,
}

impl Prepared<'_> {
    /// What the Markdown parser reads.
    pub(super) fn body(&self) -> &str {
        self.masked.as_deref().unwrap_or(&self.plain)
    }

    /// The marker that begins at this byte.
    pub(super) fn marker(&self, start: usize) -> Option<usize> {
        self.markers.binary_search_by(|marker| marker.range.start.cmp(&start)).ok()
    }

    /// The text at `range` without what hid directives from the parser, if the parser was given another one there.
    pub(super) fn unmasked(&self, range: &Range<usize>) -> Option<&str> {
        self.masked.as_ref()?;
        let next = self.markers.partition_point(|marker| marker.range.end <= range.start);
        let inside = self.markers.get(next).is_some_and(|marker| marker.range.start < range.end);
        inside.then(|| self.plain.get(range.clone())).flatten()
    }
}

/// A line that may be a directive's.
#[derive(Debug)]
pub(super) struct Marker {
    /// From its first colon to the end of the line.
    pub(super) range: Range<usize>,
    /// What it says; the bytes count from its first colon.
    pub(super) line: directive::Line,
}

/// The lines of `text` that may be directives': nothing but the marks of quotes and lists stands before their colons.
pub(super) fn markers(text: &str) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(":::").map(|at| from + at) {
        let line_start = text[from..start].rfind('\n').map_or(from, |at| from + at + 1);
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        // A definition may begin with a directive: `: :::note`.
        let marks = |byte: u8| matches!(byte, b' ' | b'\t' | b'>' | b'*' | b'+' | b'-' | b'.' | b')' | b':') || byte.is_ascii_digit();
        if text[line_start..start].bytes().all(marks)
            && let Some(line) = directive::line(&text[start..end])
        {
            markers.push(Marker { range: start..end, line });
        }
        from = (end + 1).min(text.len());
    }
    markers
}

pub(super) fn mask(text: &str, markers: &[Marker]) -> Option<String> {
    if markers.is_empty() {
        return None;
    }
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for marker in markers {
        masked.push_str(&text[done..marker.range.start]);
        masked.extend(std::iter::repeat_n('_', marker.range.len()));
        done = marker.range.end;
    }
    masked.push_str(&text[done..]);
    Some(masked)
}
