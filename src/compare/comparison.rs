//! What a comparison says, for pages, terminals and programs.

use serde::{Deserialize, Serialize};

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
    /// What it is.
    pub kind: Kind,
    /// In how many lists, quotes and directives it stands.
    pub depth: u8,
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

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A heading: its level, and its id.
    Heading(u8, String),
    /// Words.
    Paragraph,
    /// The first words of an item of a list; whether the list is numbered.
    Item(bool),
    /// Code, in this language.
    Code(String),
    /// A row of a table; whether it is the head.
    Row(bool),
    /// A term that is defined.
    Term,
    /// What it means.
    Definition,
    /// The title of a callout, a tab or another directive.
    Title,
    /// A formula by itself.
    Math,
    /// A line across.
    Rule,
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
    /// Where they lead, as a writer would say it; none for words that lead nowhere.
    pub link: Option<String>,
    /// Whether it is an image: the words are its description, and it leads to its file.
    pub image: bool,
    /// Whether a cell of a table ends here; there are no words then.
    pub cell: bool,
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
