//! Lines and columns, which exist only where diagnostics are shown.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::id::FileName;

/// The texts of the files that diagnostics point into.
pub type Texts = FxHashMap<FileName, Arc<str>>;

/// Where a byte of a text is, for people: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// A text, and where its lines begin: found once, however many places are asked for.
#[derive(Debug)]
pub struct Lines<'a> {
    /// The text.
    pub text: &'a str,
    /// The first byte of each line.
    starts: Vec<usize>,
    /// How many characters begin before each `STEP`th byte, so that long lines are not counted from their beginning.
    characters: Vec<usize>,
}

const STEP: usize = 1024;

impl<'a> Lines<'a> {
    /// The lines of `text`.
    pub fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1)).collect();
        let mut lines = Self { text, starts, characters: Vec::new() };
        let mut count = 0;
        for bytes in text.as_bytes().chunks(STEP) {
            lines.characters.push(count);
            count += begun(bytes);
        }
        lines
    }

    /// The place of byte `at`; one that is past the end is the end.
    pub fn place(&self, at: usize) -> Place {
        let at = floor(self.text, at);
        let line = self.line(at);
        Place { line: line + 1, column: self.before(at) - self.before(self.starts[line]) + 1 }
    }

    /// The lines that `range` touches, as a range of bytes without the last line end; at most `most` lines.
    pub fn lines(&self, range: &Range<usize>, most: usize) -> Range<usize> {
        let start = floor(self.text, range.start);
        let end = floor(self.text, range.end.max(start));
        let first = self.line(start);
        let last = self.line(end.saturating_sub(1).max(start)).min(first + most.max(1) - 1);
        let from = self.starts[first];
        let to = self.starts.get(last + 1).map_or(self.text.len(), |next| *next);
        from..from + self.text[from..to].trim_end_matches('\n').len()
    }

    /// The line, from 0, that a byte is on.
    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }

    /// How many characters begin before byte `at`.
    fn before(&self, at: usize) -> usize {
        let step = (at / STEP).min(self.characters.len().saturating_sub(1));
        self.characters.get(step).map_or(0, |count| count + begun(&self.text.as_bytes()[step * STEP..at]))
    }
}

/// How many characters begin in these bytes of UTF-8.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

/// The texts that diagnostics point into, each with its lines when they are first asked for.
pub struct Places<'a> {
    texts: &'a Texts,
    known: RefCell<FxHashMap<&'a FileName, Rc<Lines<'a>>>>,
}

impl<'a> Places<'a> {
    /// The lines of these texts.
    pub fn of(texts: &'a Texts) -> Self {
        Self { texts, known: RefCell::default() }
    }

    /// The lines of a file that has some.
    pub fn get(&self, file: &FileName) -> Option<Rc<Lines<'a>>> {
        let (file, text) = self.texts.get_key_value(file).filter(|(_, text)| !text.is_empty())?;
        Some(self.known.borrow_mut().entry(file).or_insert_with(|| Rc::new(Lines::of(text))).clone())
    }
}

/// The nearest beginning of a character at or before `at`.
pub fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters_and_both_count_from_one() {
        let text = "a\nüb\n";
        let lines = Lines::of(text);
        assert_eq!(lines.place(0), Place { line: 1, column: 1 });
        assert_eq!(lines.place(4), Place { line: 2, column: 2 });
        assert_eq!(lines.place(99), Place { line: 3, column: 1 });
        assert_eq!(&text[lines.lines(&(2..3), 5)], "üb");
        assert_eq!(&text[lines.lines(&(0..4), 5)], "a\nüb");
        assert_eq!(&text[lines.lines(&(0..4), 1)], "a");
        assert_eq!(Lines::of("").lines(&(0..0), 5), 0..0);
        let long = format!("{}\n{}x", "ü".repeat(3_000), "日".repeat(5_000));
        assert_eq!(Lines::of(&long).place(long.len() - 1), Place { line: 2, column: 5_001 });
    }
}
