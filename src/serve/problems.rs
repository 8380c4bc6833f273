//! What is wrong with the site, for the pages that show it over themselves: one JSON document.
//!
//! Lines and columns count from 1, columns in characters, as in `recto check --format json`.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::diagnostic::place::{Places, Texts};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::id::{FileName, Url};
use crate::pipeline::{Edition, Verdict};

/// How many problems are listed; of more, the number is told.
const MOST: usize = 300;
/// The longest line of an excerpt, in characters.
const LONGEST: usize = 240;

#[derive(Serialize)]
struct Document<'a> {
    edition: u64,
    errors: usize,
    warnings: usize,
    notes: usize,
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Problem<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    versions: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    /// The line, and how many characters of it are meant from `column` on, seen in the excerpt.
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<Excerpt>,
    /// The addresses of the pages that show it, from the host's root.
    pages: Vec<String>,
    /// What opens the place in an editor.
    #[serde(skip_serializing_if = "Option::is_none")]
    editor: Option<String>,
}

#[derive(Serialize)]
struct Excerpt {
    before: String,
    marked: String,
    after: String,
}

/// What problems are told with.
pub(super) struct Desk<'a> {
    pub(super) edition: Option<&'a Edition>,
    /// The path of the site's root on this host.
    pub(super) base: &'a str,
    /// The site's folder.
    pub(super) root: &'a std::path::Path,
    /// The address that opens a place in an editor.
    pub(super) editor: Option<&'a str>,
}

/// The document for the edition `number`.
pub(super) fn problems(number: u64, verdict: &Verdict, texts: &Texts, desk: &Desk<'_>) -> String {
    let places = Places::of(texts);
    let shown: Vec<&Diagnostic> = verdict.diagnostics.iter().take(MOST).collect();
    let pages = if shown.is_empty() { FxHashMap::default() } else { desk.pages() };
    let notes = verdict.diagnostics.iter().filter(|told| told.severity == Severity::Note).count();
    let problems = shown.into_iter().map(|told| desk.problem(told, &places, &pages)).collect();
    let document = Document { edition: number, errors: verdict.errors, warnings: verdict.warnings, notes, problems };
    serde_json::to_string(&document).unwrap_or_default()
}

type Pages<'a> = FxHashMap<&'a FileName, Vec<&'a Url>>;

impl Desk<'_> {
    /// The pages that show each file, those that take it in among them.
    fn pages(&self) -> Pages<'_> {
        let mut pages: Pages<'_> = FxHashMap::default();
        for (no, page) in self.edition.iter().flat_map(|edition| edition.loaded.site.catalog.pages.iter().enumerate()) {
            let included = self.edition.and_then(|edition| edition.loaded.page(no)).map_or(&[][..], |read| &read.included);
            for file in std::iter::once(&page.file).chain(included.iter().map(|included| &included.file)) {
                pages.entry(file).or_default().push(&page.url);
            }
        }
        pages
    }

    fn problem<'a>(&self, told: &'a Diagnostic, places: &Places<'_>, pages: &Pages<'_>) -> Problem<'a> {
        let lines = told.span.as_ref().and_then(|span| places.get(&span.file));
        let place = told.span.as_ref().zip(lines.as_ref()).map(|(span, lines)| lines.place(span.range.start));
        let excerpt = told.span.as_ref().zip(lines.as_ref()).filter(|(span, _)| !span.range.is_empty()).map(|(span, lines)| {
            let line = lines.lines(&(span.range.start..span.range.start), 1);
            excerpt(lines.text, line, span)
        });
        let found = told.span.as_ref().and_then(|span| pages.get(&span.file));
        Problem {
            code: told.code.name(),
            severity: told.severity.as_str(),
            message: &told.message,
            help: told.help.as_deref(),
            versions: told.versions.iter().map(|id| id.as_str()).collect(),
            file: told.span.as_ref().map(|span| span.file.as_str()),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            excerpt,
            pages: found.into_iter().flatten().take(12).map(|url| format!("{}{}", self.base, url.as_str().trim_start_matches('/'))).collect(),
            editor: told.span.as_ref().and_then(|span| self.opened(span, place.map_or((1, 1), |place| (place.line, place.column)))),
        }
    }

    /// The address that opens a place in the editor; none for a file that is not in the working tree.
    fn opened(&self, span: &Span, (line, column): (usize, usize)) -> Option<String> {
        let path = self.root.join(span.file.as_str());
        let pattern = self.editor.filter(|_| path.is_file())?;
        let path: Vec<String> = path.to_str()?.split('/').map(|part| crate::id::encode_segment(part).collect()).collect();
        let path = path.join("/");
        Some(pattern.replace("{path}", path.trim_start_matches('/')).replace("{line}", &line.to_string()).replace("{column}", &column.to_string()))
    }
}

/// The line of a place in three parts, its long ends left out.
fn excerpt(text: &str, line: std::ops::Range<usize>, span: &Span) -> Excerpt {
    let start = crate::diagnostic::place::floor(text, span.range.start).clamp(line.start, line.end);
    let end = crate::diagnostic::place::floor(text, span.range.end).clamp(start, line.end);
    let before: Vec<char> = text[line.start..start].chars().rev().take(LONGEST / 2).collect();
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    Excerpt { before: before.into_iter().rev().collect(), marked: cut(&text[start..end], LONGEST), after: cut(&text[end..line.end], LONGEST / 2) }
}
