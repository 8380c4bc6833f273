//! Prints what was found: each format in a file of its own.

mod human;
mod json;
mod place;

use std::io;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::output::{Printer, answer};
use crate::diagnostic::{Diagnostics, Severity, arrange};
use crate::id::FileName;
use crate::pipeline::Verdict;

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// For people.
    Human,
    /// One JSON document.
    Json,
}

/// The texts of the files that diagnostics point into.
pub(super) type Texts = FxHashMap<FileName, Arc<str>>;

/// Prints for people, on the error output.
pub(super) fn human(verdict: &Verdict, texts: &Texts, printer: Printer) {
    printer.error_output(&human::report(verdict, texts, printer));
}

/// Prints one JSON document, on the standard output.
///
/// # Errors
/// When nobody reads it any more.
pub(super) fn json(verdict: &Verdict, texts: &Texts) -> io::Result<()> {
    answer(json::report(verdict, texts).as_bytes())
}

/// Prints why the configuration cannot be read at all.
pub(super) fn broken_config(mut diagnostics: Diagnostics, text: &str, printer: Printer, format: Format) {
    arrange(&mut diagnostics);
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let verdict = Verdict { diagnostics, errors, warnings: 0 };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let texts = std::iter::once((FileName::new(crate::config::FILE), text.into())).collect();
    match format {
        Format::Human => human(&verdict, &texts, printer),
        // Whoever does not read it any more does not miss it.
        Format::Json => drop(json(&verdict, &texts)),
    }
}
