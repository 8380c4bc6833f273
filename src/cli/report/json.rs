//! For programs: one JSON document. Lines and columns count from 1, columns in characters; bytes from 0, half open, in the text with its
//! line ends as `\n`.

use serde::Serialize;

use crate::diagnostic::place::{Places, Texts};
use crate::diagnostic::{Diagnostic, Span};
use crate::pipeline::Verdict;

#[derive(Serialize)]
struct Document<'a> {
    errors: usize,
    warnings: usize,
    diagnostics: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Option<Where<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<Label<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    versions: Vec<&'a str>,
}

#[derive(Serialize)]
struct Where<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<[usize; 2]>,
}

#[derive(Serialize)]
struct Label<'a> {
    #[serde(flatten)]
    place: Where<'a>,
    text: &'a str,
}

/// The document.
pub(super) fn report(verdict: &Verdict, texts: &Texts) -> String {
    let places = Places::of(texts);
    let diagnostics = verdict.diagnostics.iter().map(|diagnostic| one(diagnostic, &places)).collect();
    let document = Document { errors: verdict.errors, warnings: verdict.warnings, diagnostics };
    let mut json = serde_json::to_string_pretty(&document).unwrap_or_default();
    json.push('\n');
    json
}

fn one<'a>(diagnostic: &'a Diagnostic, places: &Places<'_>) -> One<'a> {
    One {
        code: diagnostic.code.name(),
        severity: diagnostic.severity.as_str(),
        message: &diagnostic.message,
        place: diagnostic.span.as_ref().map(|span| found(span, places)),
        labels: diagnostic.labels.iter().map(|(span, text)| Label { place: found(span, places), text }).collect(),
        help: diagnostic.help.as_deref(),
        versions: diagnostic.versions.iter().map(|id| id.as_str()).collect(),
    }
}

fn found<'a>(span: &'a Span, places: &Places<'_>) -> Where<'a> {
    let text = places.get(&span.file);
    let start = text.as_ref().map(|lines| lines.place(span.range.start));
    let end = text.as_ref().map(|lines| lines.place(span.range.end));
    Where {
        file: span.file.as_str(),
        line: start.map(|place| place.line),
        column: start.map(|place| place.column),
        end_line: end.map(|place| place.line),
        end_column: end.map(|place| place.column),
        bytes: text.map(|_| [span.range.start, span.range.end]),
    }
}
