//! For people: the place, the lines, and what to write, as rustc shows it. The only file that knows `annotate-snippets`.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::super::output::Printer;
use crate::diagnostic::place::{Lines, Places, Texts, floor};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::pipeline::Verdict;

/// More than these nobody reads at once on a terminal; a pipe and `--verbose` get all.
const ENOUGH: usize = 50;
/// Lines longer than this are shown as a window around the place, in bytes.
const LONG: usize = 240;

/// All diagnostics, then how many there are.
pub(super) fn report(verdict: &Verdict, texts: &Texts, printer: Printer) -> String {
    let mut out = listed(verdict, texts, printer);
    if let Some(line) = summary(verdict).filter(|_| !printer.quiet) {
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// All diagnostics.
pub(super) fn listed(verdict: &Verdict, texts: &Texts, printer: Printer) -> String {
    let wanted = |diagnostic: &&Diagnostic| !printer.quiet || diagnostic.severity == Severity::Error;
    let diagnostics: Vec<&Diagnostic> = verdict.diagnostics.iter().filter(wanted).collect();
    let shown = if printer.watched() && !printer.verbose { ENOUGH } else { usize::MAX };
    let renderer = Renderer::styled();
    let mut out = String::new();
    // Errors come first where not all are shown.
    let mut order: Vec<&Diagnostic> = diagnostics.clone();
    if order.len() > shown {
        order.sort_by_key(|diagnostic| diagnostic.severity);
    }
    let places = Places::of(texts);
    for diagnostic in order.iter().take(shown) {
        out.push_str(&one(diagnostic, &places, &renderer));
        out.push_str("\n\n");
    }
    if order.len() > shown {
        out.push_str(&format!("… and {} more; `--verbose` shows all of them\n", order.len() - shown));
    }
    out
}

fn summary(verdict: &Verdict) -> Option<String> {
    let count = |number: usize, what: &str| match number {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{number} {what}s")),
    };
    let notes = verdict.diagnostics.len() - verdict.errors - verdict.warnings;
    let parts: Vec<String> =
        [count(verdict.errors, "error"), count(verdict.warnings, "warning"), count(notes, "note")].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn one(diagnostic: &Diagnostic, places: &Places<'_>, renderer: &Renderer) -> String {
    let span = diagnostic.span.iter().map(|span| (span, None, AnnotationKind::Primary));
    let labels = diagnostic.labels.iter().map(|(span, label)| (span, Some(label), AnnotationKind::Context));
    // Their texts are held while the group borrows them.
    let shown: Vec<_> = span.chain(labels).map(|(span, label, kind)| (span, label, kind, places.get(&span.file))).collect();
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.name()).elements(Vec::<Origin<'_>>::new());
    for (span, label, kind, lines) in &shown {
        group = excerpt(group, span, *label, *kind, lines.as_deref());
    }
    if diagnostic.versions.len() > 1 {
        let ids: Vec<&str> = diagnostic.versions.iter().map(|id| id.as_str()).collect();
        group = group.element(Level::NOTE.message(format!("in versions {}", ids.join(", "))));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// The lines of a place, with the place marked; the file alone where there is no text.
fn excerpt<'a>(group: Group<'a>, span: &'a Span, label: Option<&'a String>, kind: AnnotationKind, lines: Option<&'a Lines<'_>>) -> Group<'a> {
    let file = span.file.as_str();
    let Some(lines) = lines.filter(|_| !(span.range.is_empty() && span.range.start == 0)) else {
        let group = group.element(Origin::path(file));
        return match label {
            Some(label) => group.element(Level::NOTE.message(label.as_str())),
            None => group,
        };
    };
    let text = lines.text;
    let at = lines.place(span.range.start);
    let window = lines.lines(&span.range, 4);
    let window = if window.len() > LONG { around(text, window, span.range.start) } else { window };
    let start = floor(text, span.range.start).clamp(window.start, window.end) - window.start;
    let end = floor(text, span.range.end).clamp(window.start + start, window.end) - window.start;
    let whole_lines = window.start == lines.lines(&span.range, 1).start;
    let mut annotation = kind.span(start..end);
    if let Some(label) = label {
        annotation = annotation.label(label.as_str());
    }
    let snippet = Snippet::source(&text[window]).line_start(at.line).annotation(annotation);
    if whole_lines {
        return group.element(snippet.path(file));
    }
    // The column is counted from the beginning of the line, which is not shown.
    group.element(Origin::path(file).line(at.line).char_column(at.column)).element(snippet)
}

/// Some bytes around a place, on its line.
fn around(text: &str, line: std::ops::Range<usize>, at: usize) -> std::ops::Range<usize> {
    let start = floor(text, at.saturating_sub(LONG / 3)).max(line.start);
    let start = if text[line.start..start].is_empty() { line.start } else { start };
    let end = floor(text, start + LONG).min(line.end);
    let end = text[start..end].find('\n').map_or(end, |first| if start + first > at { start + first } else { end });
    start..end.max(start)
}
