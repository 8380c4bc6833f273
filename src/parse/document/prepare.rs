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

/// Makes the body of a file ready. `conditions` says what becomes of conditional passages; what is wrong is told.
pub(in super::super) fn prepare<'t>(
    text: &'t str,
    body: Range<usize>,
    file: &FileName,
    markdown: &Markdown,
    conditions: Conditions<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Prepared<'t> {
    let source = &text[body.clone()];
    let (shielded, shortcodes) = foreign::shield(source);
    for shortcode in &shortcodes {
        let written = &source[shortcode.range.clone()];
        let range = body.start + shortcode.range.start..body.start + shortcode.range.end;
        let first_line = written.lines().next().unwrap_or(written);
        diagnostics.push(
            Diagnostic::new(Code::ForeignSyntax, format!("`{first_line}` is a shortcode of Hugo's; it is shown as text"))
                .at(Span::new(file.clone(), range))
                .help(foreign::instead_of(written)),
        );
    }
    let found = markers(&shielded);
    let mut prepared = Prepared {
        masked: mask(&shielded, &found),
        plain: shielded,
        markers: found,
        places: Places::at(body.start),
        shortcodes: !shortcodes.is_empty(),
        hidden: false,
    };
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

/// A title, made ready as the text of a heading: `offset` is where it is in the file.
pub(super) fn title(text: &str, offset: usize, shortcodes: bool) -> Prepared<'static> {
    const HEADING: &str = "# ";
    let places = Places::behind(HEADING.len(), offset);
    Prepared { plain: Cow::Owned(format!("{HEADING}{text}")), masked: None, markers: Vec::new(), places, shortcodes, hidden: false }
}
