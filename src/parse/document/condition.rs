//! Passages and phrases that only some builds show: `:::version >=3` … `:::`, `:::audience partner` … `:::`, `:version[text]{>=3}`.
//!
//! What a build does not show is taken out of the text before it is parsed, so that nothing of it is left: no heading, no id, no
//! definition of a link. The lines of the directive itself stay, and keep apart what stands before and behind it.

use std::ops::Range;

use super::super::door::{Answer, Door, Question};
use super::block::{Ended, Kind, Stack};
use super::shield::{Marker, Prepared};
use super::{Parser, md, options};
use crate::config::Markdown;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::FileName;

/// What becomes of conditional passages.
pub(in super::super) enum Conditions<'c, 'd> {
    /// Whoever stands behind the door says.
    Ask(&'c mut Door<'d>),
    /// All are shown: to see what is hidden from others.
    ShowAll,
}

/// What is taken out of a text: its bytes, sorted, apart from each other.
#[derive(Default)]
pub(super) struct Taken {
    /// Passages that are not shown, and the marks of phrases.
    pub(super) ranges: Vec<Range<usize>>,
    /// Only the passages and phrases that are not shown.
    pub(super) hidden: Vec<Range<usize>>,
}

const PHRASE: &str = ":version[";

/// Whether anything in the text depends on a condition.
pub(super) fn any(prepared: &Prepared<'_>) -> bool {
    prepared.markers.iter().any(|marker| question(prepared, marker).is_some()) || prepared.plain.contains(PHRASE)
}

/// What the condition of a directive asks, word by word.
enum Asks<'t> {
    Versions(&'t str),
    Audiences(&'t str),
}

fn question<'t>(prepared: &'t Prepared<'_>, marker: &Marker) -> Option<Asks<'t>> {
    let line = &prepared.plain[marker.range.clone()];
    let argument = &line[condition(&marker.line)];
    match &line[marker.line.name.clone()] {
        "version" => Some(Asks::Versions(argument)),
        "audience" => Some(Asks::Audiences(argument)),
        _ => None,
    }
}

/// Where the condition stands in a directive's line: `:::version >=3`, `:::version[>=3]` or `:::version{>=3}`.
fn condition(line: &super::super::directive::Line) -> Range<usize> {
    match &line.attributes {
        Some(attributes) if line.argument.is_empty() => attributes.clone(),
        _ => line.argument.clone(),
    }
}

/// A directive that is open; where it begins to hide, if it does.
struct Passage {
    hides_from: Option<usize>,
}

/// What is not shown of a text that is ready but for its conditions.
pub(super) fn taken(
    prepared: &Prepared<'_>,
    file: &FileName,
    markdown: &Markdown,
    conditions: Conditions<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Taken {
    let mut judge = Judge { prepared, file, conditions, diagnostics };
    let mut walk = Walk { stack: Stack::default(), hiding: 0, hidden: Vec::new() };
    // Where no phrase is looked for: code and HTML.
    let mut opaque: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(prepared.body(), options(markdown)).into_offset_iter() {
        match event {
            md::Event::Start(tag) => {
                let ended = walk.stack.content();
                walk.ended(ended, range.start);
                walk.stack.enter();
                if matches!(tag, md::Tag::CodeBlock(_) | md::Tag::HtmlBlock) {
                    opaque.push(range);
                }
            }
            md::Event::End(_) => {
                let ended = walk.stack.leave();
                walk.ended(ended, range.end);
            }
            md::Event::Rule => match prepared.marker(range.start) {
                Some(no) => walk.marker(&prepared.markers[no], &mut judge),
                None => drop(walk.stack.content()),
            },
            md::Event::Code(_) | md::Event::InlineHtml(_) | md::Event::InlineMath(_) | md::Event::DisplayMath(_) => opaque.push(range),
            _ => drop(walk.stack.content()),
        }
    }
    let ended = walk.stack.leave();
    walk.ended(ended, prepared.plain.len());
    let mut hidden = walk.hidden;
    hidden.sort_by_key(|range| range.start);
    let mut taken = Taken { ranges: hidden.clone(), hidden };
    phrases(&mut judge, &opaque, &mut taken);
    for ranges in [&mut taken.ranges, &mut taken.hidden] {
        merge(ranges);
    }
    taken
}

/// Asks, and tells what is wrong with a question.
struct Judge<'a, 'c, 'd> {
    prepared: &'a Prepared<'a>,
    file: &'a FileName,
    conditions: Conditions<'c, 'd>,
    diagnostics: &'a mut Diagnostics,
}

impl Judge<'_, '_, '_> {
    /// Whether what stands under `question` is shown; `range` is where the question is written.
    fn shown(&mut self, question: Question, range: Range<usize>) -> bool {
        let Conditions::Ask(door) = &mut self.conditions else { return true };
        let (shown, fault) = match door.ask(question) {
            Answer::Shown(shown, fault) => (shown, fault),
            Answer::Refused(fault) => (true, Some(fault)),
            Answer::Value(_) | Answer::File(_) => (true, None),
        };
        if let Some(fault) = fault {
            self.diagnostics.push(fault.at(self.span(&range)));
        }
        shown
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file.clone(), self.prepared.places.file(range))
    }

    /// Whether the passage that a directive's line begins is shown. One without a condition is; that is told when the text is read.
    fn passage(&mut self, marker: &Marker) -> bool {
        let Some(asks) = question(self.prepared, marker) else { return true };
        let place = condition(&marker.line);
        let start = marker.range.start + place.start;
        match asks {
            Asks::Versions("") | Asks::Audiences("") => true,
            Asks::Versions(range) => self.shown(Question::Versions(range.to_owned()), start..start + range.len()),
            // Every name is asked for, so that each wrong one is told.
            Asks::Audiences(names) => words(names).fold(false, |shown, word| {
                let range = start + word.start..start + word.end;
                self.shown(Question::Audience(names[word].to_owned()), range) || shown
            }),
        }
    }
}

/// The words of `text`, which commas or spaces part.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split([',', ' ', '\t']).filter(|word| !word.is_empty()).map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}

struct Walk {
    stack: Stack<Passage>,
    /// How many of the open passages hide what they hold.
    hiding: usize,
    hidden: Vec<Range<usize>>,
}

impl Walk {
    fn marker(&mut self, marker: &Marker, judge: &mut Judge<'_, '_, '_>) {
        let text = &judge.prepared.plain;
        let before = text[..marker.range.start].rfind('\n').map_or(0, |at| at + 1);
        let after = (marker.range.end + 1).min(text.len());
        match &text[marker.range.clone()][marker.line.name.clone()] {
            "" if !marker.line.argument.is_empty() => drop(self.stack.content()),
            "" => {
                if let Some(ended) = self.stack.end(marker.line.colons) {
                    self.ended(ended, before);
                }
            }
            "tab" => {
                if let Ok(ended) = self.stack.begin_tab(marker.line.colons, Passage { hides_from: None }) {
                    self.ended(ended, before);
                }
            }
            "include" => drop(self.stack.content()),
            name => {
                let ended = self.stack.content();
                self.ended(ended, before);
                let kind = if name == "tabs" { Kind::Tabs } else { Kind::Other };
                let hides = self.hiding == 0 && !judge.passage(marker);
                self.hiding += usize::from(hides);
                self.stack.begin(kind, marker.line.colons, Passage { hides_from: hides.then_some(after) });
            }
        }
    }

    fn ended(&mut self, ended: Ended<Passage>, at: usize) {
        for (passage, _) in ended {
            if let Some(from) = passage.hides_from {
                self.hiding -= 1;
                if from < at {
                    self.hidden.push(from..at);
                }
            }
        }
    }
}

/// A bracket that is open: the phrase that it begins, if it begins one.
struct Bracket {
    phrase: Option<usize>,
}

/// `:version[text]{>=3}`: the marks of a phrase that is shown, or all of one that is not. `hidden` of `taken` is sorted.
fn phrases(judge: &mut Judge<'_, '_, '_>, opaque: &[Range<usize>], taken: &mut Taken) {
    let text = &*judge.prepared.plain;
    let Some(first) = text.find(PHRASE) else { return };
    let bytes = text.as_bytes();
    let passages = taken.hidden.clone();
    let mut brackets: Vec<Bracket> = Vec::new();
    let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let mut at = first;
    while at < bytes.len() {
        let next = opaque.partition_point(|range| range.end <= at);
        if let Some(range) = opaque.get(next).filter(|range| range.start <= at) {
            at = range.end;
            continue;
        }
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => brackets.push(Bracket { phrase: text[..=at].ends_with(PHRASE).then(|| at + 1 - PHRASE.len()) }),
            b']' => {
                if let Some(start) = brackets.pop().and_then(|bracket| bracket.phrase) {
                    let line = &text[at + 1..text[at..].find('\n').map_or(text.len(), |end| at + end)];
                    match line.strip_prefix('{').and_then(|inner| inner.find('}')) {
                        Some(length) => found.push((start..at + 1, at + 2..at + 2 + length)),
                        None => judge.incomplete(start..at + 1),
                    }
                }
            }
            b'\n' if blank(&text[at + 1..]) => brackets.drain(..).filter_map(|bracket| bracket.phrase).for_each(|start| judge.unclosed(start)),
            _ => {}
        }
        at += 1;
    }
    brackets.into_iter().filter_map(|bracket| bracket.phrase).for_each(|start| judge.unclosed(start));

    found.sort_by_key(|(phrase, _)| phrase.start);
    let mut hidden: Vec<Range<usize>> = Vec::new();
    let inside = |ranges: &[Range<usize>], at: usize| ranges.iter().rev().take(1).any(|range| range.contains(&at));
    for (phrase, condition) in found {
        let before = passages.partition_point(|range| range.start <= phrase.start);
        if inside(&passages[..before], phrase.start) || inside(&hidden, phrase.start) {
            continue;
        }
        let whole = phrase.start..condition.end + 1;
        if judge.shown(Question::Versions(text[condition.clone()].trim().to_owned()), condition.clone()) {
            taken.ranges.extend([phrase.start..phrase.start + PHRASE.len(), phrase.end - 1..whole.end]);
        } else {
            hidden.push(whole);
        }
    }
    taken.ranges.extend(hidden.iter().cloned());
    taken.ranges.extend(emptied_lines(text, &hidden));
    taken.hidden.extend(hidden);
}

impl Judge<'_, '_, '_> {
    fn incomplete(&mut self, phrase: Range<usize>) {
        let diagnostic = Diagnostic::new(Code::DirectiveInvalid, "`:version[…]` does not say in which versions")
            .at(self.span(&phrase))
            .help("write the range behind it, as `:version[text]{>=3}`".to_owned());
        self.diagnostics.push(diagnostic);
    }

    fn unclosed(&mut self, start: usize) {
        let diagnostic = Diagnostic::new(Code::DirectiveUnclosed, "`:version[` has no `]` in this paragraph")
            .at(self.span(&(start..start + PHRASE.len())))
            .help("write `]{>=3}` behind the words that it holds".to_owned());
        self.diagnostics.push(diagnostic);
    }
}

/// Whether the first line of `text` has nothing but the marks of quotes.
fn blank(text: &str) -> bool {
    text.bytes().take_while(|byte| *byte != b'\n').all(|byte| matches!(byte, b' ' | b'\t' | b'>'))
}

/// Lines of which nothing is left without `hidden` (sorted, apart from each other): an empty line would end the paragraph.
fn emptied_lines(text: &str, hidden: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < hidden.len() {
        let start = text[..hidden[at].start].rfind('\n').map_or(0, |end| end + 1);
        let mut rest = start;
        let mut empty = true;
        let mut end = start;
        // As far as the lines go that these phrases stand in.
        while let Some(range) = hidden.get(at).filter(|range| rest == start || range.start < end) {
            empty &= text[rest..range.start].bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>'));
            rest = range.end;
            end = text[rest..].find('\n').map_or(text.len(), |line| rest + line + 1);
            at += 1;
        }
        empty &= text[rest..end].bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n'));
        if empty {
            lines.push(start..end);
        }
    }
    lines
}

fn merge(ranges: &mut Vec<Range<usize>>) {
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|later, first| {
        let touch = later.start <= first.end;
        if touch {
            first.end = first.end.max(later.end);
        }
        touch
    });
}
