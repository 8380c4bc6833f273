//! Makes a text ready to be read: shortcodes and directives are hidden from the Markdown parser, and conditions are applied.

use std::borrow::Cow;
use std::ops::Range;

use super::super::foreign;
use super::condition::{self, Conditions};
use super::places::Places;
use super::shield::{Prepared, markers, mask};
use crate::config::Markdown;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::FileName;

/// Makes the body of a file ready: `parts` of it, in order, each of which begins a block. `conditions` says what becomes of conditional passages; what is wrong is told.
pub(in super::super) fn prepare<'t>(
    text: &'t str,
    parts: &[Range<usize>],
    file: &FileName,
    markdown: &Markdown,
    conditions: Conditions<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Prepared<'t> {
    let (source, places) = joined(text, parts);
    let (shielded, shortcodes) = match &source {
        Cow::Borrowed(source) => foreign::shield(source),
        Cow::Owned(source) => {
            let (shielded, shortcodes) = foreign::shield(source);
            (Cow::Owned(shielded.into_owned()), shortcodes)
        }
    };
    for shortcode in &shortcodes {
        let written = &source[shortcode.range.clone()];
        let range = places.file(&shortcode.range);
        let first_line = written.lines().next().unwrap_or(written);
        diagnostics.push(
            Diagnostic::new(Code::ForeignSyntax, format!("`{first_line}` is a shortcode of Hugo's; it is shown as text"))
                .at(Span::new(file.clone(), range))
                .help(foreign::instead_of(written)),
        );
    }
    let found = markers(&shielded);
    let mut prepared =
        Prepared { masked: mask(&shielded, &found), plain: shielded, markers: found, places, shortcodes: !shortcodes.is_empty(), hidden: false };
    if condition::any(&prepared) {
        let taken = condition::taken(&prepared, file, markdown, conditions, diagnostics);
        if !taken.ranges.is_empty() {
            let (plain, places) = prepared.places.without(&prepared.plain, &taken.ranges);
            prepared.hidden = !taken.hidden.is_empty();
            prepared.markers = markers(&plain);
            prepared.masked = mask(&plain, &prepared.markers);
            prepared.plain = Cow::Owned(plain);
            prepared.places = places;
        }
    }
    prepared
}

/// The parts of a text, one behind the other.
fn joined<'t>(text: &'t str, parts: &[Range<usize>]) -> (Cow<'t, str>, Places) {
    if let [part] = parts {
        return (Cow::Borrowed(&text[part.clone()]), Places::at(part.start));
    }
    let mut joined = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    let mut pieces = Vec::with_capacity(parts.len());
    for part in parts {
        pieces.push((joined.len(), part.start));
        joined.push_str(&text[part.clone()]);
        // Nothing runs on from one into the next.
        joined.push_str("\n\n");
    }
    (Cow::Owned(joined), Places::of(pieces))
}

/// A title, made ready as the text of a heading: `offset` is where it is in the file.
pub(super) fn title(text: &str, offset: usize, shortcodes: bool) -> Prepared<'static> {
    const HEADING: &str = "# ";
    let places = Places::behind(HEADING.len(), offset);
    Prepared { plain: Cow::Owned(format!("{HEADING}{text}")), masked: None, markers: Vec::new(), places, shortcodes, hidden: false }
}
