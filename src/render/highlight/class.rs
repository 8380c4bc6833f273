//! What a piece of code is, as readers see it: the classes of tokens, and which scopes of grammars mean them.

use serde::{Deserialize, Serialize};

/// What a piece of code is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub(in super::super) enum Class {
    /// Nothing is said; what is around it counts.
    #[default]
    Inherited,
    /// Code without a class, whatever is around it: what is put into a string.
    Plain,
    Comment,
    Keyword,
    Operator,
    Text,
    Escape,
    Number,
    Constant,
    Function,
    Type,
    Variable,
    Property,
    Tag,
    Attribute,
    Decorator,
    Inserted,
    Deleted,
    Heading,
    Strong,
    Emphasis,
    Link,
    /// What stands in a mapping for a value: text in it is no text.
    Key,
    Prompt,
    Output,
}

impl Class {
    /// All that have a name in the page.
    #[cfg(test)]
    pub(super) const NAMED: [Self; 22] = [
        Self::Comment,
        Self::Keyword,
        Self::Operator,
        Self::Text,
        Self::Escape,
        Self::Number,
        Self::Constant,
        Self::Function,
        Self::Type,
        Self::Variable,
        Self::Property,
        Self::Tag,
        Self::Attribute,
        Self::Decorator,
        Self::Inserted,
        Self::Deleted,
        Self::Heading,
        Self::Strong,
        Self::Emphasis,
        Self::Link,
        Self::Prompt,
        Self::Output,
    ];

    /// Its class in HTML; none for what is not coloured.
    pub(in super::super) fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Inherited | Self::Plain | Self::Key => return None,
            Self::Comment => "c",
            Self::Keyword => "k",
            Self::Operator => "o",
            Self::Text => "s",
            Self::Escape => "e",
            Self::Number => "n",
            Self::Constant => "b",
            Self::Function => "f",
            Self::Type => "t",
            Self::Variable => "v",
            Self::Property => "p",
            Self::Tag => "tg",
            Self::Attribute => "a",
            Self::Decorator => "d",
            Self::Inserted => "gi",
            Self::Deleted => "gd",
            Self::Heading => "h",
            Self::Strong => "st",
            Self::Emphasis => "em",
            Self::Link => "l",
            Self::Prompt => "pr",
            Self::Output => "go",
        })
    }
}
