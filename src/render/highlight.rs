//! Tells what the pieces of a block of code are: keywords, strings, comments.
//!
//! - In: the language as a fence names it, and the code.
//! - Out: a [`Block`]: for each line its pieces, each with its [`Class`]. None for a language without a grammar.
//! - Never here: HTML, colours, the marks of lines.
//!
//! The grammars are those of `two-face`; [`lexer`] walks through them by itself, since that is some ten times as fast as `syntect`
//! does it: rules are tried only where they can match ([`first`]), by expressions that are made for it ([`program`]). What comes out
//! is the same; a test holds the two side by side.
//!
//! A block is remembered by the digest of its text, so one that stands in nine versions is read once. What it is depends on the
//! language and the text alone, so threads cannot change it.

pub(super) mod class;
mod first;
mod grammar;
pub(super) mod language;
mod lexer;
mod program;
mod scope;
mod set;
mod syntax;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use self::class::Class;
use self::grammar::Grammars;
use self::language::{Reading, reading};
use self::lexer::State;
use self::program::Desk;
use crate::id::Digest;
use crate::parse::code::{LARGEST_BLOCK, LONGEST_LINE};

/// Highlights blocks of code. Made once for a build, shared by its threads; grammars are read when a block first needs them.
#[derive(Default)]
pub struct Highlighter {
    grammars: OnceLock<Grammars>,
    /// Blocks by language and text, in parts so that threads seldom wait for each other.
    known: [Mutex<Known>; PARTS],
}

#[derive(Default)]
struct Known {
    blocks: FxHashMap<BlockKey, Arc<Block>>,
    /// How many bytes they take, roughly.
    bytes: usize,
}

const PARTS: usize = 16;

/// How many bytes of blocks are remembered at most, in each part; together 64 MB. That is the code of some 20,000 pages; of more,
/// the later blocks are read each time.
const REMEMBERED: usize = 4 << 20;

/// How many steps of expressions a block may cost: so many for each byte, and some to begin with. Sound code costs five to thirty for
/// a byte. When they are spent, the rest of the block stays plain.
const STEPS_PER_BYTE: u64 = 400;

/// What a block of code is called: how it is read, and the digest of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockKey(Reading, Digest);

/// Blocks of code that were read, to be read no more in another run.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Blocks(Vec<(BlockKey, Arc<Block>)>);

impl Blocks {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What the pieces of a block of code are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Block {
    pieces: Vec<Piece>,
    /// For each line, where its pieces end.
    ends: Vec<u32>,
}

/// A piece of a line: what it is, and how many bytes it has. Neighbours are never of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Piece {
    pub(super) class: Class,
    pub(super) length: u32,
}

impl Block {
    /// The pieces of each line, with its line end.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[Piece]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| self.pieces.get(*start as usize..*end as usize).unwrap_or(&[]))
    }
}

impl Highlighter {
    /// A highlighter that has read nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn grammars(&self) -> &Grammars {
        self.grammars.get_or_init(Grammars::new)
    }

    /// What `code` is called; none for a language without a grammar, and for blocks that are too long.
    pub(super) fn key(&self, language: &str, code: &str) -> Option<BlockKey> {
        if code.len() > LARGEST_BLOCK {
            return None;
        }
        reading(language, || self.grammars()).map(|reading| BlockKey(reading, Digest::of(code.as_bytes())))
    }

    /// What the pieces of `code` are, which is called `key`.
    pub(super) fn lines(&self, key: BlockKey, code: &str) -> Option<Arc<Block>> {
        let known = self.part(key).blocks.get(&key).cloned();
        known.or_else(|| {
            let block = Arc::new(block(self.grammars(), key.0, code)?);
            self.remember(key, &block);
            Some(block)
        })
    }

    /// Takes over blocks that another run has read.
    pub fn learn(&self, blocks: &Blocks) {
        blocks.0.iter().for_each(|(key, block)| self.remember(*key, block));
    }

    /// Those of `keys` that are remembered.
    pub fn remembered(&self, keys: &[BlockKey]) -> Blocks {
        Blocks(keys.iter().filter_map(|key| self.part(*key).blocks.get(key).map(|block| (*key, block.clone()))).collect())
    }

    fn remember(&self, key: BlockKey, block: &Arc<Block>) {
        let mut part = self.part(key);
        let bytes = 96 + block.pieces.len() * size_of::<Piece>() + block.ends.len() * size_of::<u32>();
        if part.bytes + bytes <= REMEMBERED && part.blocks.insert(key, block.clone()).is_none() {
            part.bytes += bytes;
        }
    }

    fn part(&self, key: BlockKey) -> MutexGuard<'_, Known> {
        self.known[usize::from(key.1.first()) % PARTS].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a fence may name this language: it has a grammar, or is known to need none.
    pub fn knows(&self, language: &str) -> bool {
        language::is_plain(language) || reading(language, || self.grammars()).is_some()
    }

    /// The known language nearest to one that is not known.
    pub fn nearest(&self, language: &str) -> Option<String> {
        let grammars = self.grammars().names().filter(|name| name.len() > 1 && !name.contains(['.', ' ']));
        crate::diagnostic::nearest(language, language::names().map(|name| -> &str { name }).chain(grammars)).map(str::to_lowercase)
    }
}

/// What is written down while a block is read.
struct Pen {
    block: Block,
    /// How many bytes of blanks came since the last piece.
    blanks: u32,
    /// Where the pieces of this line begin.
    line: usize,
}

impl Pen {
    /// Adds a piece. Blanks between two pieces of one class belong to them; others have no class.
    fn piece(&mut self, class: Class, text: &str) {
        let class = if class.name().is_none() { Class::Plain } else { class };
        let rest = text.trim_start();
        let words = rest.trim_end();
        self.blanks += (text.len() - rest.len()) as u32;
        if !words.is_empty() {
            let blanks = std::mem::replace(&mut self.blanks, (rest.len() - words.len()) as u32);
            self.add(class, blanks, words.len() as u32);
        }
    }

    fn add(&mut self, class: Class, blanks: u32, length: u32) {
        let pieces = &mut self.block.pieces;
        let of_line = pieces.len() > self.line;
        match pieces.last_mut().filter(|_| of_line) {
            Some(last) if last.class == class => last.length += blanks + length,
            Some(last) if last.class == Class::Plain => {
                last.length += blanks;
                pieces.push(Piece { class, length });
            }
            _ if class == Class::Plain => pieces.push(Piece { class, length: blanks + length }),
            _ => {
                if blanks > 0 {
                    pieces.push(Piece { class: Class::Plain, length: blanks });
                }
                pieces.push(Piece { class, length });
            }
        }
    }

    /// Ends a line.
    fn end(&mut self) {
        let blanks = std::mem::take(&mut self.blanks);
        if blanks > 0 {
            self.add(Class::Plain, 0, blanks);
        }
        self.line = self.block.pieces.len();
        self.block.ends.push(self.line as u32);
    }
}

/// The pieces of `code`.
fn block(grammars: &Grammars, reading: Reading, code: &str) -> Option<Block> {
    let reading = reading.of(code);
    let start = State::new(grammars, reading.grammar())?;
    let mut state = start.clone();
    let mut desk = Desk::new(STEPS_PER_BYTE * (code.len() as u64 + 50));
    let mut pen = Pen { block: Block::default(), blanks: 0, line: 0 };
    // What a command leaves that is at its end: one that does not (a quoted text, a here-document) goes on in the next line.
    let mut idle = start.clone();
    idle.line(grammars, "a\n", &mut desk, &mut |_, _| ());
    // Whether the line before was a command that goes on.
    let mut goes_on = false;
    for line in code.split_inclusive('\n') {
        if line.len() > LONGEST_LINE || desk.purse == 0 {
            pen.piece(Class::Plain, line);
            pen.end();
            continue;
        }
        let (prompt, command) = line.split_at(reading.prompt(line));
        if !prompt.is_empty() {
            pen.add(Class::Prompt, 0, prompt.len() as u32);
            // A command begins anew, but for one that the prompt itself says goes on.
            if !prompt.starts_with('>') {
                state = start.clone();
            }
        }
        if prompt.is_empty() && !goes_on && reading.is_output(line) {
            pen.piece(Class::Output, command);
        } else {
            walk(grammars, &mut state, command, &mut desk, &mut pen);
            goes_on = command.trim_end().ends_with('\\') || state != idle;
        }
        pen.end();
    }
    Some(pen.block)
}

fn walk(grammars: &Grammars, state: &mut State, line: &str, desk: &mut Desk, pen: &mut Pen) {
    let whole;
    // Grammars are made for lines with their line ends.
    let text = if line.ends_with('\n') {
        line
    } else {
        whole = format!("{line}\n");
        &whole
    };
    let mut from = 0;
    state.line(grammars, text, desk, &mut |class, until| {
        let until = until.min(line.len());
        if let Some(piece) = line.get(from..until) {
            pen.piece(class, piece);
            from = until;
        }
    });
}

#[cfg(test)]
mod tests;
