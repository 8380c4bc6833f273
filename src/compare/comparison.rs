//! What a comparison says, for pages, terminals and programs.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::element::Element;
use super::form::Form;

/// What has changed in a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The parts of the page in which something has changed, in order.
    pub sections: Vec<Section>,
    /// How many words were added.
    pub added: usize,
    /// How many words were removed.
    pub removed: usize,
}

/// A part of the page, below one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The heading that it stands below: its level, its id, its words; none before the first one, and where the heading itself has changed.
    pub heading: Option<(u8, String, String)>,
    /// What is shown.
    pub shown: Vec<Shown>,
}

/// Something that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// A block.
    Piece(Piece),
    /// So many blocks have not changed.
    Skipped(usize),
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What happened to it.
    pub change: Change,
    /// What it is, and where it stands.
    pub form: Form,
    /// What it was before and what it is now, in words, where that has changed.
    pub became: Option<(String, String)>,
    /// What it says.
    pub spans: Vec<Span>,
}

/// What happened to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Nothing.
    Same,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It stands elsewhere.
    Moved,
    /// A part of it has changed.
    Changed,
}

impl Change {
    /// Its name, for programs and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Change::Same => "same",
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Moved => "moved",
            Change::Changed => "changed",
        }
    }
}

/// Words of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Same, added or removed.
    pub change: Change,
    /// The words. A line of code ends with its end of line.
    pub text: String,
    /// How they look.
    pub style: Style,
}

/// How words look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Style {
    /// Whether they matter much.
    pub strong: bool,
    /// Whether they are stressed.
    pub emphasis: bool,
    /// Whether they are struck through.
    pub struck: bool,
    /// Whether they are code.
    pub code: bool,
    /// What else they are by an element of HTML: `sub`, `kbd`, `mark`.
    pub element: Option<Element>,
    /// Where they lead, as a writer would say it, and the title of the link; none for words that lead nowhere.
    pub link: Option<String>,
    /// The image that it is: the words are its description, or say what it is.
    pub image: Option<Image>,
    /// Whether a cell of a table ends here; there are no words then.
    pub cell: bool,
}

/// An image.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Image {
    /// Its file, as a writer would say it.
    pub file: String,
    /// Its number among the links of its text; none for one that has no file.
    pub link: Option<usize>,
}

/// Two images are one where their files are, whatever links stand before them.
impl PartialEq for Image {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file
    }
}

impl Eq for Image {}

impl Hash for Image {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.file.hash(hasher);
    }
}

impl Comparison {
    /// The same without what is gone: of a page that was a part of another one, only what is new says anything.
    pub fn only_new(mut self) -> Self {
        for section in &mut self.sections {
            section.shown.retain(|shown| shown.piece().is_none_or(|piece| piece.change != Change::Removed));
        }
        let changed = |shown: &Shown| shown.piece().is_some_and(|piece| piece.change != Change::Same);
        self.sections.retain(|section| section.shown.iter().any(changed));
        self.removed = 0;
        self
    }
}

impl Shown {
    /// The block, if it is one.
    pub fn piece(&self) -> Option<&Piece> {
        match self {
            Shown::Piece(piece) => Some(piece),
            Shown::Skipped(_) => None,
        }
    }
}

/// Lines of a block of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// One that is shown, without its end.
    Code(Change, &'a str),
    /// So many that have not changed are left out.
    Skipped(usize),
}

/// How many lines of code are shown before and behind what has changed.
const NEAR: usize = 3;

impl Piece {
    /// The lines of a block of code: of those that have not changed, only the ones near the edges of what has, or of the block.
    pub fn lines<'a>(&'a self) -> Vec<Line<'a>> {
        let mut shown = Vec::new();
        let last = self.spans.len().saturating_sub(1);
        let alone = self.spans.len() == 1;
        for (no, span) in self.spans.iter().enumerate() {
            let lines: Vec<&str> = span.text.lines().collect();
            let code = |line: &&'a str| Line::Code(span.change, line);
            let (above, below) = (if no == 0 && !alone { 0 } else { NEAR }, if no == last && !alone { 0 } else { NEAR });
            let skipped = lines.len().saturating_sub(above + below);
            if span.change != Change::Same || matches!(self.change, Change::Added | Change::Removed) || skipped < 2 {
                shown.extend(lines.iter().map(code));
                continue;
            }
            shown.extend(lines[..above].iter().map(code));
            shown.push(Line::Skipped(skipped));
            shown.extend(lines[above + skipped..].iter().map(code));
        }
        shown
    }
}
