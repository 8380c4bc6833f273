//! Prints what was found: each format in a file of its own.

mod human;
mod json;

use std::io;

use super::output::{Printer, answer};
use crate::diagnostic::place::Texts;
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

/// Prints for people, on the error output.
pub(super) fn human(verdict: &Verdict, texts: &Texts, printer: Printer) {
    printer.error_output(&human::report(verdict, texts, printer));
}

/// Prints diagnostics for people, without counting them.
pub(super) fn found(verdict: &Verdict, texts: &Texts, printer: Printer) {
    printer.error_output(&human::listed(verdict, texts, printer));
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
    let texts = std::iter::once((FileName::new(crate::config::FILE), text.into())).collect();
    match format {
        Format::Human => human(&verdict, &texts, printer),
        // Whoever does not read it any more does not miss it.
        Format::Json => drop(json(&verdict, &texts)),
    }
}
