//! The words of a block, and which of them have changed.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::Side;
use super::align::{Run, align};
use super::block::Block;
use super::comparison::{Change, Span, Style};
use super::say::{Hear, say};

/// A word, a sign, or the space between words; of code, a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) style: Style,
}

/// All words of a block, to which this has happened as a whole.
pub(super) fn whole(block: &Block, side: Side<'_, '_>, change: Change) -> Vec<Span> {
    let change = match change {
        Change::Added | Change::Removed => change,
        Change::Same | Change::Moved | Change::Changed => Change::Same,
    };
    let mut spans = Vec::new();
    for word in words(block, side) {
        push(&mut spans, change, word);
    }
    spans
}

/// The words of a block that has changed: those that are gone before those that came in their place.
pub(super) fn changed(old: &Block, older: Side<'_, '_>, new: &Block, newer: Side<'_, '_>) -> Vec<Span> {
    let (a, b) = (words(old, older), words(new, newer));
    let keys = |words: &[Word]| words.iter().map(key).collect::<Vec<_>>();
    let mut runs = align(&keys(&a), &keys(&b));
    if !new.form.kind.is_code() {
        runs = joined(runs, &a);
    }
    let mut spans = Vec::new();
    for run in runs {
        match run {
            Run::Same(_, here) => b[here].iter().for_each(|word| push(&mut spans, Change::Same, word.clone())),
            Run::Other(there, here) => {
                a[there].iter().for_each(|word| push(&mut spans, Change::Removed, word.clone()));
                b[here].iter().for_each(|word| push(&mut spans, Change::Added, word.clone()));
            }
        }
    }
    spans
}

/// Runs in which no space or sign alone stands between two changes: half a sentence that changed is easier to read in one piece.
fn joined(runs: Vec<Run>, a: &[Word]) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::with_capacity(runs.len());
    let mut runs = runs.into_iter().peekable();
    while let Some(run) = runs.next() {
        let between = matches!(&run, Run::Same(there, _) if there.len() <= 2 && a[there.clone()].iter().all(Word::is_space));
        match (joined.last_mut(), run) {
            (Some(Run::Other(x, y)), Run::Same(there, here)) if between && runs.peek().is_some() => (x.end, y.end) = (there.end, here.end),
            (Some(Run::Other(x, y)), Run::Other(there, here)) => (x.end, y.end) = (there.end, here.end),
            (_, run) => joined.push(run),
        }
    }
    joined
}

impl Word {
    fn is_space(&self) -> bool {
        self.text == " " && !self.style.cell
    }
}

fn key(word: &Word) -> u64 {
    let mut hasher = FxHasher::default();
    match word.is_space() {
        // How a space looks nobody sees.
        true => word.text.hash(&mut hasher),
        false => word.hash(&mut hasher),
    }
    hasher.finish()
}

/// Adds a word: to the last span, where both are of one kind.
fn push(spans: &mut Vec<Span>, change: Change, word: Word) {
    match spans.last_mut() {
        Some(last) if last.change == change && last.style == word.style && !word.style.cell && word.style.image.is_none() => {
            last.text.push_str(&word.text)
        }
        _ => spans.push(Span { change, text: word.text, style: word.style }),
    }
}

/// The words of a block.
pub(super) fn words(block: &Block, side: Side<'_, '_>) -> Vec<Word> {
    let mut words = Words(Vec::new());
    say(block, side, &mut words);
    let Words(mut words) = words;
    if words.last().is_some_and(Word::is_space) {
        words.pop();
    }
    words
}

struct Words(Vec<Word>);

impl Hear for Words {
    fn words(&mut self, text: &str, style: &Style) {
        split(text, style, &mut self.0);
    }

    /// One word: half of a picture is none.
    fn picture(&mut self, name: &str, style: &Style) {
        self.0.push(Word { text: name.to_owned(), style: style.clone() });
    }

    fn cell(&mut self) {
        if self.0.last().is_some_and(Word::is_space) {
            self.0.pop();
        }
        self.0.push(Word { text: String::new(), style: Style { cell: true, ..Style::default() } });
    }

    fn lines(&mut self, lines: &str) {
        let code = Style { code: true, ..Style::default() };
        // The last line has an end, too, so that adding one behind it does not change it.
        self.0.extend(lines.lines().map(|line| Word { text: format!("{line}\n"), style: code.clone() }));
    }
}

/// Splits text into words, signs and spaces. Scripts without spaces between words give a word for each letter.
fn split(text: &str, style: &Style, words: &mut Vec<Word>) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = |wanted: fn(char) -> bool| rest.find(|c: char| !wanted(c)).unwrap_or(rest.len());
        let length = if first.is_whitespace() {
            end(char::is_whitespace)
        } else if first.is_alphanumeric() && !alone(first) {
            end(|c| (c.is_alphanumeric() || c == '_' || c == '\'' || c == '’') && !alone(c))
        } else {
            first.len_utf8()
        };
        let (word, behind) = rest.split_at(length);
        rest = behind;
        if !first.is_whitespace() {
            words.push(Word { text: word.to_owned(), style: style.clone() });
        } else if words.last().is_some_and(|last| !last.is_space() && !last.style.cell) {
            words.push(Word { text: " ".to_owned(), style: style.clone() });
        }
    }
}

/// Whether a letter is a word of its own: Han, Hiragana, Katakana.
fn alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
