//! A block of code as its page shows it: the text, and what is said of its lines.
//!
//! [`fence`](super::fence) makes it of a fence's first line and its text; `render` colours and writes it.

use std::collections::BTreeMap;

/// How many bytes a line of code may have, with its line end: a longer one stays plain.
pub const LONGEST_LINE: usize = 4096;

/// How many bytes a block of code may have: a longer one stays plain.
pub const LARGEST_BLOCK: usize = 200_000;

/// A block of code, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// The language as the fence names it, in small letters; empty without one.
    pub language: String,
    /// What is written above the block, and on its tab in a group.
    pub title: Option<String>,
    /// The code, with a line end after each line. Comments that only mark lines are taken out.
    pub text: String,
    /// The number of the first line, where lines are numbered.
    pub numbers: Option<u32>,
    /// What is said of single lines, by their place in `text`, from 0.
    pub marks: BTreeMap<usize, Marks>,
}

/// What is said of a line of code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// It is pointed out.
    pub highlight: bool,
    /// It was added.
    pub ins: bool,
    /// It was removed.
    pub del: bool,
    /// It stays in focus while the lines that do not are blurred.
    pub focus: bool,
    /// It shows an error.
    pub error: bool,
    /// It shows a warning.
    pub warning: bool,
}
