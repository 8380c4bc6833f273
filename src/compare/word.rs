//! The words of a block, and which of them have changed.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHasher};

use super::Side;
use super::align::{Run, align};
use super::block::Block;
use super::comparison::{Change, Span, Style};
use super::say::{Hear, say};

/// How words look in two texts, each look once.
#[derive(Default)]
pub(super) struct Looks(RefCell<(Vec<Style>, FxHashMap<Style, u32>)>);

impl Looks {
    fn number(&self, style: &Style) -> u32 {
        let (all, numbers) = &mut *self.0.borrow_mut();
        numbers.get(style).copied().unwrap_or_else(|| {
            let number = u32::try_from(all.len()).unwrap_or(u32::MAX);
            all.push(style.clone());
            numbers.insert(style.clone(), number);
            number
        })
    }

    fn style(&self, number: u32) -> Style {
        self.0.borrow().0.get(number as usize).cloned().unwrap_or_default()
    }
}

/// A word, a sign, or the space between words; of code, a line with its end.
#[derive(Clone, Debug)]
struct Word {
    text: Range<usize>,
    /// The number of its look.
    look: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Space,
    /// The end of a cell of a table.
    Cell,
    Picture,
}

/// All that a block says.
pub(super) struct Words<'l> {
    text: String,
    words: Vec<Word>,
    looks: &'l Looks,
}

/// All words of a block, to which this has happened as a whole.
pub(super) fn whole(block: &Block, side: Side<'_, '_>, change: Change) -> Vec<Span> {
    let change = match change {
        Change::Added | Change::Removed => change,
        Change::Same | Change::Moved | Change::Changed => Change::Same,
    };
    let words = words(block, side);
    let mut spans = Spans::default();
    spans.add(change, &words, 0..words.words.len());
    spans.done
}

/// The words of a block that has changed: those that are gone before those that came in their place.
pub(super) fn changed(old: &Block, older: Side<'_, '_>, new: &Block, newer: Side<'_, '_>) -> Vec<Span> {
    let (a, b) = (words(old, older), words(new, newer));
    let mut runs = align(&a.keys(), &b.keys());
    if !new.form.kind.is_code() {
        runs = joined(runs, &a.words);
    }
    let mut spans = Spans::default();
    for run in runs {
        match run {
            Run::Same(_, here) => spans.add(Change::Same, &b, here),
            Run::Other(there, here) => {
                spans.add(Change::Removed, &a, there);
                spans.add(Change::Added, &b, here);
            }
        }
    }
    spans.done
}

/// Runs in which no space or sign alone stands between two changes: half a sentence that changed is easier to read in one piece.
fn joined(runs: Vec<Run>, a: &[Word]) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::with_capacity(runs.len());
    let mut runs = runs.into_iter().peekable();
    while let Some(run) = runs.next() {
        let between = matches!(&run, Run::Same(there, _) if there.len() <= 2 && a[there.clone()].iter().all(|word| word.kind == Kind::Space));
        match (joined.last_mut(), run) {
            (Some(Run::Other(x, y)), Run::Same(there, here)) if between && runs.peek().is_some() => (x.end, y.end) = (there.end, here.end),
            (Some(Run::Other(x, y)), Run::Other(there, here)) => (x.end, y.end) = (there.end, here.end),
            (_, run) => joined.push(run),
        }
    }
    joined
}

/// Spans in the making.
#[derive(Default)]
struct Spans {
    done: Vec<Span>,
    /// The look of the last one, if words of the same look may join it.
    last: Option<u32>,
}

impl Spans {
    fn add(&mut self, change: Change, words: &Words<'_>, range: Range<usize>) {
        for word in &words.words[range] {
            let text = &words.text[word.text.clone()];
            match self.done.last_mut() {
                Some(last) if last.change == change && self.last == Some(word.look) => last.text.push_str(text),
                _ => self.done.push(Span { change, text: text.to_owned(), style: words.looks.style(word.look) }),
            }
            self.last = matches!(word.kind, Kind::Word | Kind::Space).then_some(word.look);
        }
    }
}

/// The words of a block.
pub(super) fn words<'l>(block: &Block, side: Side<'l, '_>) -> Words<'l> {
    let mut words = Words { text: String::with_capacity(block.bytes), words: Vec::with_capacity(block.bytes / 3), looks: side.looks };
    say(&block.before, block.events.clone(), side, &mut words);
    words.trim();
    words
}

impl Words<'_> {
    /// The digests of all words that are more than signs, sorted.
    pub(super) fn bag(&self) -> Vec<u64> {
        let words = self.words.iter().map(|word| &self.text[word.text.clone()]).filter(|text| text.contains(char::is_alphanumeric));
        let mut bag: Vec<u64> = words.map(|text| digest(text, 0)).collect();
        bag.sort_unstable();
        bag
    }

    /// A digest of each word and its look. How a space looks nobody sees.
    fn keys(&self) -> Vec<u64> {
        self.words.iter().map(|word| digest(&self.text[word.text.clone()], if word.kind == Kind::Space { 0 } else { word.look + 1 })).collect()
    }

    fn push(&mut self, text: &str, look: u32, kind: Kind) {
        let start = self.text.len();
        self.text.push_str(text);
        self.words.push(Word { text: start..self.text.len(), look, kind });
    }

    /// Takes away the space at the end.
    fn trim(&mut self) {
        self.words.pop_if(|word| word.kind == Kind::Space);
    }
}

fn digest(text: &str, look: u32) -> u64 {
    let mut hasher = FxHasher::default();
    (text, look).hash(&mut hasher);
    hasher.finish()
}

impl Hear for Words<'_> {
    /// Splits text into words, signs and spaces. Scripts without spaces between words give a word for each letter.
    fn words(&mut self, text: &str, style: &Style) {
        let look = self.looks.number(style);
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
                self.push(word, look, Kind::Word);
            } else if self.words.last().is_some_and(|last| !matches!(last.kind, Kind::Space | Kind::Cell)) {
                self.push(" ", look, Kind::Space);
            }
        }
    }

    /// One word: half of a picture is none.
    fn picture(&mut self, name: &str, style: &Style) {
        self.push(name, self.looks.number(style), Kind::Picture);
    }

    fn cell(&mut self) {
        self.trim();
        self.push("", self.looks.number(&Style { cell: true, ..Style::default() }), Kind::Cell);
    }

    fn lines(&mut self, lines: &str) {
        let look = self.looks.number(&Style { code: true, ..Style::default() });
        for line in lines.lines() {
            // The last line has an end, too, so that adding one behind it does not change it.
            let start = self.text.len();
            self.text.push_str(line);
            self.text.push('\n');
            self.words.push(Word { text: start..self.text.len(), look, kind: Kind::Word });
        }
    }
}

/// Whether a letter is a word of its own: Han, Hiragana, Katakana.
fn alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
