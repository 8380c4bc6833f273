//! What a block is, and where it stands: told in words where that has changed, and nothing that it says.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What a block is, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// What it is.
    pub kind: Kind,
    /// What it stands in, from the outermost on.
    pub inside: Arc<[Container]>,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A heading: its level, and its id.
    Heading(u8, String),
    /// Words.
    Paragraph,
    /// The first words of an item of a list.
    Item(Marker),
    /// Code.
    Code,
    /// A diagram, as it is written.
    Diagram,
    /// A row of a table; whether it is the head.
    Row(bool),
    /// A term that is defined.
    Term,
    /// What it means.
    Definition,
    /// The title of a callout, a tab, a block of code or another block.
    Title,
    /// A line across.
    Rule,
}

/// What stands before an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Marker {
    /// A sign.
    Bullet,
    /// Its number, and whether the list begins with it.
    Number(u64, bool),
}

/// What holds blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Container {
    /// A list; also what an item holds besides its first words.
    List,
    /// A quote.
    Quote,
    /// A callout.
    Callout,
    /// A disclosure.
    Details,
    /// One of several tabs.
    Tab,
    /// Tabs of code.
    CodeGroup,
    /// A footnote.
    Footnote,
}

/// Equal for blocks that look alike; the number of an item is not looked at, since each item before it changes that.
impl Hash for Form {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let detail = match &self.kind {
            Kind::Heading(level, _) => *level,
            Kind::Item(marker) => u8::from(matches!(marker, Marker::Number(..))),
            Kind::Row(head) => u8::from(*head),
            _ => 0,
        };
        (std::mem::discriminant(&self.kind), detail, &self.inside).hash(hasher);
    }
}

impl Kind {
    /// Whether it is lines, not words.
    pub fn is_code(&self) -> bool {
        matches!(self, Kind::Code | Kind::Diagram)
    }
}

impl Form {
    /// In how many containers the block stands.
    pub fn depth(&self) -> usize {
        self.inside.len()
    }

    /// What a block of this form has become in one of the form `now`, in words; none where both look alike. `follows` says that both stand
    /// behind the same block: then an item whose list begins with it in one text only has another number.
    pub(super) fn became(&self, now: &Form, follows: bool) -> Option<(String, String)> {
        if self == now {
            return None;
        }
        let began = match (&self.kind, &now.kind) {
            (Kind::Item(Marker::Number(_, old)), Kind::Item(Marker::Number(_, new))) => (*old && *new) || (follows && old != new),
            _ => false,
        };
        let (was, is) = (self.name(began), now.name(began));
        (was != is).then_some((was, is))
    }

    /// What it is, in words: `heading 2`, `numbered item in a quote`. `began` asks for the number of an item too.
    fn name(&self, began: bool) -> String {
        let mut name = match &self.kind {
            Kind::Heading(level, _) => format!("heading {level}"),
            Kind::Paragraph => "paragraph".to_owned(),
            Kind::Item(Marker::Bullet) => "item".to_owned(),
            Kind::Item(Marker::Number(number, _)) if began => format!("item number {number}"),
            Kind::Item(Marker::Number(..)) => "numbered item".to_owned(),
            Kind::Code => "code".to_owned(),
            Kind::Diagram => "diagram".to_owned(),
            Kind::Row(true) => "head of a table".to_owned(),
            Kind::Row(false) => "row of a table".to_owned(),
            Kind::Term => "term".to_owned(),
            Kind::Definition => "definition".to_owned(),
            Kind::Title => "title".to_owned(),
            Kind::Rule => "line".to_owned(),
        };
        let mut rest: &[Container] = &self.inside;
        while let Some(innermost) = rest.last() {
            let alike = rest.iter().rev().take_while(|container| *container == innermost).count();
            // An item stands in a list anyway.
            let told = alike > 1 || rest.len() < self.inside.len() || !matches!(self.kind, Kind::Item(_));
            rest = &rest[..rest.len() - alike];
            if !told {
                continue;
            }
            let holder = match innermost {
                Container::List => "a list",
                Container::Quote => "a quote",
                Container::Callout => "a callout",
                Container::Details => "details",
                Container::Tab => "a tab",
                Container::CodeGroup => "tabs of code",
                Container::Footnote => "a footnote",
            };
            name += &if alike == 1 { format!(" in {holder}") } else { format!(" at level {alike} of {holder}") };
        }
        name
    }
}
