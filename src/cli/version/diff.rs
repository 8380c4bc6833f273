//! `recto version diff`: what has changed from one version to another, page by page, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::super::Status;
use super::super::args::{Format, VersionDiff};
use super::super::output::Printer;
use crate::compare::{Change, Comparison, Element, Kind, Line, Marker, Piece, Section, Shown, Span};
use crate::config::VersionNo;
use crate::diagnostic::nearest;
use crate::id::PageId;
use crate::pipeline::Edition;
use crate::resolve::PageNo;

/// All of it, as programs read it.
#[derive(Serialize)]
struct Document<'a> {
    from: &'a str,
    to: &'a str,
    pages: Vec<Page<'a>>,
    /// How many pages are what they were.
    unchanged: usize,
}

/// A page that is not what it was.
#[derive(Serialize)]
struct Page<'a> {
    /// `added`, `changed`, `moved`, `split` or `removed`.
    status: &'static str,
    title: &'a str,
    /// Its path in the newer version; in the older one, if it is removed.
    path: String,
    /// Its path in the older version, if that is another one; that of the page that it was a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_path: Option<String>,
    words_added: usize,
    words_removed: usize,
    sections: Vec<JsonSection<'a>>,
    #[serde(skip)]
    comparison: Option<Comparison>,
}

#[derive(Serialize)]
struct JsonSection<'a> {
    heading: Option<Heading<'a>>,
    pieces: Vec<JsonPiece<'a>>,
}

#[derive(Serialize)]
struct Heading<'a> {
    level: u8,
    id: &'a str,
    title: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsonPiece<'a> {
    Skipped {
        skipped: usize,
    },
    Piece {
        change: &'static str,
        kind: &'static str,
        /// In how many lists, quotes and the like it stands.
        depth: usize,
        /// What it was before, and what it is, in words, where that has changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        was: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        is: Option<&'a str>,
        spans: Vec<JsonSpan<'a>>,
    },
}

#[derive(Serialize)]
struct JsonSpan<'a> {
    change: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    style: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
}

pub(super) fn run(edition: &Edition, options: &VersionDiff, printer: Printer) -> Status {
    let config = &edition.loaded.config;
    let (older, newer) = match (super::version(config, &options.from, printer), super::version(config, &options.to, printer)) {
        (Ok(older), Ok(newer)) => (older, newer),
        (Err(status), _) | (_, Err(status)) => return status,
    };
    let mut wanted = Vec::with_capacity(options.pages.len());
    for page in &options.pages {
        match named(edition, [newer, older], page, printer) {
            Ok(found) => wanted.push(found),
            Err(status) => return status,
        }
    }
    let (mut pages, unchanged) = pages(edition, older, newer, &wanted);
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    let differs = !pages.is_empty();
    let text = match options.format {
        Format::Json => json(&config.versions[older].id.to_string(), &config.versions[newer].id.to_string(), &mut pages, unchanged),
        Format::Human => human(&pages, unchanged, options.stat, printer.colours()),
    };
    match printer.answer(&text) {
        Err(_) => Status::Failed,
        Ok(()) if differs && options.exit_code => Status::Errors,
        Ok(()) => Status::Well,
    }
}

/// The page that people call `name`, in the first version that has it; that there is none has been printed.
fn named(edition: &Edition, versions: [VersionNo; 2], name: &str, printer: Printer) -> Result<PageNo, Status> {
    let catalog = &edition.loaded.site.catalog;
    let file = |no: &PageNo| catalog.pages[*no].file.as_str() == name;
    let id = PageId::new(name);
    let found = versions.iter().find_map(|version| catalog.page_at(*version, id.as_str()).or_else(|| catalog.range(*version).find(file)));
    found.ok_or_else(|| {
        let paths = versions.iter().flat_map(|version| catalog.range(*version)).map(|no| catalog.pages[no].path.as_str());
        let near = nearest(id.as_str(), paths).map(|near| format!("write `{near}`"));
        printer.fail(&format!("no page `{name}` in these versions"), near.as_deref());
        Status::Failed
    })
}

/// The pages that are not what they were, and how many are; only those that are `wanted`, if any are.
fn pages<'a>(edition: &'a Edition, older: VersionNo, newer: VersionNo, wanted: &[PageNo]) -> (Vec<Page<'a>>, usize) {
    let site = &edition.loaded.site;
    let known = &site.catalog.pages;
    let differences = edition.differences(older, newer);
    let wants = |no: PageNo| wanted.is_empty() || wanted.iter().any(|wanted| site.identity(*wanted) == site.identity(no));
    let page = |status, no: PageNo, old_path: Option<String>, comparison: Option<Comparison>| Page {
        status,
        title: &known[no].title,
        path: known[no].path.to_string(),
        old_path,
        words_added: comparison.as_ref().map_or(0, |comparison| comparison.added),
        words_removed: comparison.as_ref().map_or(0, |comparison| comparison.removed),
        sections: Vec::new(),
        comparison,
    };
    let mut pages = Vec::new();
    let mut unchanged = 0;
    for (no, became) in differences.pages.into_iter().filter(|(no, _)| wants(*no)) {
        let comparison = became.comparison.map(|comparison| (*comparison).clone());
        match became.older {
            None => pages.push(page("added", no, None, None)),
            Some(old) if became.split => pages.push(page("split", no, Some(known[old].path.to_string()), comparison)),
            Some(old) if known[old].path != known[no].path => pages.push(page("moved", no, Some(known[old].path.to_string()), comparison)),
            Some(_) if comparison.is_some() => pages.push(page("changed", no, None, comparison)),
            Some(_) => unchanged += 1,
        }
    }
    pages.extend(differences.removed.into_iter().filter(|no| wants(*no)).map(|no| page("removed", no, None, None)));
    (pages, unchanged)
}

fn json(from: &str, to: &str, pages: &mut [Page<'_>], unchanged: usize) -> String {
    let span = |span: &'_ Span| {
        let style = &span.style;
        let flags = [(style.strong, "strong"), (style.emphasis, "emphasis"), (style.struck, "struck"), (style.code, "code"), (style.cell, "cell")];
        let names = flags.into_iter().filter(|(on, _)| *on).map(|(_, name)| name);
        (span.change.name(), names.chain(style.element.map(Element::name)).collect::<Vec<_>>())
    };
    let kind = |kind: &Kind| match kind {
        Kind::Heading(..) => "heading",
        Kind::Paragraph => "paragraph",
        Kind::Item(_) => "item",
        Kind::Code => "code",
        Kind::Diagram => "diagram",
        Kind::Row(_) => "row",
        Kind::Term => "term",
        Kind::Definition => "definition",
        Kind::Title => "title",
        Kind::Rule => "rule",
    };
    let comparisons: Vec<Option<Comparison>> = pages.iter_mut().map(|page| page.comparison.take()).collect();
    let shown = pages.iter().zip(&comparisons).map(|(page, comparison)| {
        let sections = comparison.iter().flat_map(|comparison| &comparison.sections).map(|section| JsonSection {
            heading: section.heading.as_ref().map(|(level, id, title)| Heading { level: *level, id, title }),
            pieces: section
                .shown
                .iter()
                .map(|shown| match shown {
                    Shown::Skipped(skipped) => JsonPiece::Skipped { skipped: *skipped },
                    Shown::Piece(piece) => JsonPiece::Piece {
                        change: piece.change.name(),
                        kind: kind(&piece.form.kind),
                        depth: piece.form.depth(),
                        was: piece.became.as_ref().map(|(was, _)| was.as_str()),
                        is: piece.became.as_ref().map(|(_, is)| is.as_str()),
                        spans: piece
                            .spans
                            .iter()
                            .map(|part| {
                                let (change, style) = span(part);
                                JsonSpan {
                                    change,
                                    text: &part.text,
                                    style,
                                    link: part.style.link.as_deref(),
                                    image: part.style.image.as_ref().map(|image| image.file.as_str()),
                                }
                            })
                            .collect(),
                    },
                })
                .collect(),
        });
        Page {
            status: page.status,
            title: page.title,
            path: page.path.clone(),
            old_path: page.old_path.clone(),
            words_added: page.words_added,
            words_removed: page.words_removed,
            sections: sections.collect(),
            comparison: None,
        }
    });
    let document = Document { from, to, pages: shown.collect(), unchanged };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// `text` without what a terminal would obey: content is shown, and does nothing.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// How changes are marked: by colours, or by signs where there are none.
#[derive(Clone, Copy)]
struct Marks {
    added: (&'static str, &'static str),
    removed: (&'static str, &'static str),
    bold: (&'static str, &'static str),
    soft: (&'static str, &'static str),
}

const COLOURS: Marks = Marks {
    added: ("\u{1b}[32m", "\u{1b}[0m"),
    removed: ("\u{1b}[31m", "\u{1b}[0m"),
    bold: ("\u{1b}[1m", "\u{1b}[0m"),
    soft: ("\u{1b}[2m", "\u{1b}[0m"),
};
const SIGNS: Marks = Marks { added: ("{+", "+}"), removed: ("[-", "-]"), bold: ("", ""), soft: ("", "") };

fn human(pages: &[Page<'_>], unchanged: usize, stat: bool, colours: bool) -> String {
    let marks = if colours { COLOURS } else { SIGNS };
    let mut out = String::new();
    for page in pages {
        let was = page.old_path.as_ref().map_or_else(String::new, |old| format!(" (was {old})"));
        let words =
            if page.words_added + page.words_removed > 0 { format!("  +{} -{} words", page.words_added, page.words_removed) } else { String::new() };
        let _ = writeln!(out, "{:<8} {}{}{words}", page.status, plain(&page.path), plain(&was));
    }
    let _ = writeln!(out, "{unchanged} unchanged");
    if stat {
        return out;
    }
    for page in pages {
        let Some(comparison) = &page.comparison else { continue };
        let _ = writeln!(out, "\n{}== {}: {}{}", marks.bold.0, plain(&page.path), plain(page.title), marks.bold.1);
        comparison.sections.iter().for_each(|section| section_text(section, marks, &mut out));
    }
    out
}

fn section_text(section: &Section, marks: Marks, out: &mut String) {
    if let Some((level, _, title)) = &section.heading {
        let _ = writeln!(out, "\n{}{} {}{}", marks.bold.0, "#".repeat((*level).into()), plain(title), marks.bold.1);
    }
    for shown in &section.shown {
        match shown {
            Shown::Skipped(count) => {
                let _ = writeln!(out, "    {}… {count} unchanged{}", marks.soft.0, marks.soft.1);
            }
            Shown::Piece(piece) => piece_text(piece, marks, out),
        }
    }
}

fn piece_text(piece: &Piece, marks: Marks, out: &mut String) {
    let sign = match piece.change {
        Change::Same => ' ',
        Change::Added => '+',
        Change::Removed => '-',
        Change::Moved => '>',
        Change::Changed => '~',
    };
    let indent = "  ".repeat(piece.form.depth());
    let mark = |change: Change| match change {
        Change::Added => marks.added,
        Change::Removed => marks.removed,
        _ => ("", ""),
    };
    if let Some((was, is)) = &piece.became {
        let _ = writeln!(out, "  {sign} {indent}{}{was} → {is}:{}", marks.soft.0, marks.soft.1);
    }
    if piece.form.kind.is_code() {
        for line in piece.lines() {
            let _ = match line {
                Line::Skipped(count) => writeln!(out, "    {indent}    {}… {count} unchanged lines{}", marks.soft.0, marks.soft.1),
                Line::Code(change, line) => {
                    let sign = match change {
                        Change::Added => '+',
                        Change::Removed => '-',
                        _ => ' ',
                    };
                    let (begin, end) = if marks.bold.0.is_empty() { ("", "") } else { mark(change) };
                    writeln!(out, "  {begin}{sign} {indent}    {}{end}", plain(line))
                }
            };
        }
        return;
    }
    let mut line = match &piece.form.kind {
        Kind::Heading(level, _) => "#".repeat((*level).into()) + " ",
        Kind::Item(Marker::Bullet) => "- ".to_owned(),
        Kind::Item(Marker::Number(number, _)) => format!("{number}. "),
        Kind::Row(_) => "| ".to_owned(),
        Kind::Rule => "* * *".to_owned(),
        _ => String::new(),
    };
    for span in &piece.spans {
        if span.style.cell {
            line.push_str(" | ");
            continue;
        }
        let (begin, end) = if piece.change == Change::Changed || !marks.bold.0.is_empty() { mark(span.change) } else { ("", "") };
        line.push_str(begin);
        line.push_str(&span_text(span));
        line.push_str(end);
    }
    let _ = writeln!(out, "  {sign} {indent}{}", line.trim_end());
}

/// Words as a writer would write them. Where they lead is said where it may be what has changed.
fn span_text(span: &Span) -> String {
    let style = &span.style;
    let changed = span.change != Change::Same;
    let mut text = plain(&span.text);
    let wraps = [(style.code, "`"), (style.struck && changed, "~~"), (style.emphasis && changed, "*"), (style.strong && changed, "**")];
    for (_, mark) in wraps.into_iter().filter(|(on, _)| *on) {
        text = format!("{mark}{text}{mark}");
    }
    if let Some(element) = style.element.filter(|_| changed) {
        text = format!("<{0}>{text}</{0}>", element.name());
    }
    if let Some(image) = &style.image {
        text = format!("![{text}]({})", plain(&image.file));
    }
    if let Some(link) = style.link.as_ref().filter(|_| changed) {
        text = format!("[{text}]({})", plain(link));
    }
    text
}
