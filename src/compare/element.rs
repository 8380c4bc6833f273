//! What an element of raw HTML is to a comparison: a block, a part of one, or words of a kind.

use serde::{Deserialize, Serialize};

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A heading of this level.
    Heading(u8),
    /// A list; whether it is numbered.
    List(bool),
    /// An item of one.
    Item,
    /// The head of a table.
    Head,
    /// A row of a table.
    Row,
    /// A cell of a table.
    Cell,
    /// A term that is defined.
    Term,
    /// What it means.
    Definition,
    /// A title of what is around it.
    Title,
    /// A quote.
    Quote,
    /// A disclosure.
    Details,
    /// A line across.
    Rule,
    /// Ends a line.
    Break,
    /// Something that is shown, and has no words.
    Picture,
    /// Stands in a line of words, and says something about them.
    Words(Look),
    /// Stands in a line of words, and says nothing.
    Nothing,
    /// Holds other blocks.
    Holder,
}

/// How words look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Strong,
    Emphasis,
    Struck,
    Code,
    Link,
    Other(Element),
}

/// Elements that give words a meaning of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Element {
    /// `sub`
    Sub,
    /// `sup`
    Sup,
    /// `kbd`
    Kbd,
    /// `mark`
    Mark,
    /// `u`
    U,
    /// `ins`
    Ins,
    /// `small`
    Small,
    /// `q`
    Q,
}

impl Element {
    /// Its name, as a tag has it.
    pub fn name(self) -> &'static str {
        match self {
            Element::Sub => "sub",
            Element::Sup => "sup",
            Element::Kbd => "kbd",
            Element::Mark => "mark",
            Element::U => "u",
            Element::Ins => "ins",
            Element::Small => "small",
            Element::Q => "q",
        }
    }
}

/// What the element `name` is.
pub(super) fn role(name: &str) -> Role {
    match name {
        "h1" => Role::Heading(1),
        "h2" => Role::Heading(2),
        "h3" => Role::Heading(3),
        "h4" => Role::Heading(4),
        "h5" => Role::Heading(5),
        "h6" => Role::Heading(6),
        "ul" => Role::List(false),
        "ol" => Role::List(true),
        "li" => Role::Item,
        "thead" => Role::Head,
        "tr" => Role::Row,
        "td" | "th" => Role::Cell,
        "dt" => Role::Term,
        "dd" => Role::Definition,
        "summary" | "caption" | "figcaption" => Role::Title,
        "blockquote" => Role::Quote,
        "details" => Role::Details,
        "hr" => Role::Rule,
        "br" => Role::Break,
        "img" | "video" | "audio" => Role::Picture,
        "b" | "strong" => Role::Words(Look::Strong),
        "i" | "em" | "cite" | "dfn" => Role::Words(Look::Emphasis),
        "s" | "del" => Role::Words(Look::Struck),
        "code" | "samp" | "tt" | "var" => Role::Words(Look::Code),
        "a" => Role::Words(Look::Link),
        "sub" => Role::Words(Look::Other(Element::Sub)),
        "sup" => Role::Words(Look::Other(Element::Sup)),
        "kbd" => Role::Words(Look::Other(Element::Kbd)),
        "mark" => Role::Words(Look::Other(Element::Mark)),
        "u" => Role::Words(Look::Other(Element::U)),
        "ins" => Role::Words(Look::Other(Element::Ins)),
        "small" => Role::Words(Look::Other(Element::Small)),
        "q" => Role::Words(Look::Other(Element::Q)),
        "abbr" | "bdi" | "bdo" | "big" | "picture" | "rp" | "rt" | "ruby" | "source" | "span" | "time" | "wbr" => Role::Nothing,
        _ => Role::Holder,
    }
}
