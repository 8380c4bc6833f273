//! Sets of characters, as regular expressions write them.
//!
//! Names of Unicode properties are judged by what the standard library knows of a character. For colours that is enough.

use std::sync::Arc;

/// A set of characters.
#[derive(Clone, Debug)]
pub(super) struct Set {
    /// Which of the first 128 are in it.
    pub(super) ascii: u128,
    /// Whether any other can be in it.
    pub(super) others: bool,
    class: Class,
}

impl Set {
    pub(super) fn new(class: Class, fold: bool) -> Self {
        let ascii = (0..128u8).filter(|byte| class.has(char::from(*byte), fold)).fold(0, |set, byte| set | 1 << byte);
        let class = if fold { Class::Folded(Box::new(class)) } else { class };
        Self { ascii, others: class.may_hold_others(), class }
    }

    /// The set of one character.
    pub(super) fn one(c: char) -> Self {
        Self::new(Class::Range(c, c), false)
    }

    /// The set of all that are in one of these.
    pub(super) fn union(sets: &[Arc<Set>]) -> Self {
        let ascii = sets.iter().fold(0, |all, set| all | set.ascii);
        let others = sets.iter().any(|set| set.others);
        Self { ascii, others, class: Class::Any(sets.iter().map(|set| set.class.clone()).collect()) }
    }

    /// Whether `c` is in it.
    pub(super) fn has(&self, c: char) -> bool {
        match u8::try_from(c) {
            Ok(byte) if byte < 128 => self.ascii >> byte & 1 == 1,
            _ => self.others && self.class.has(c, false),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Class {
    Range(char, char),
    Kind(Kind),
    Not(Box<Class>),
    Any(Vec<Class>),
    All(Vec<Class>),
    /// Whatever the case of letters.
    Folded(Box<Class>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Digit,
    Space,
    Hex,
    Alpha,
    Alnum,
    Upper,
    Lower,
    Punctuation,
    Ascii,
    Control,
    Visible,
    Printed,
    Blank,
    Letter,
    Number,
    OtherLetter,
    LetterNumber,
    TitleCase,
    Symbol,
    MathSymbol,
    OtherSymbol,
    Connector,
    Mark,
}

impl Class {
    fn has(&self, c: char, fold: bool) -> bool {
        match self {
            Class::Range(from, to) => {
                let within = |c: char| *from <= c && c <= *to;
                within(c) || fold && (c.to_lowercase().any(within) || c.to_uppercase().any(within))
            }
            Class::Kind(kind) => kind.has(c) || fold && matches!(kind, Kind::Upper | Kind::Lower) && c.is_alphabetic(),
            Class::Not(class) => !class.has(c, fold),
            Class::Any(classes) => classes.iter().any(|class| class.has(c, fold)),
            Class::All(classes) => classes.iter().all(|class| class.has(c, fold)),
            Class::Folded(class) => class.has(c, true),
        }
    }

    fn may_hold_others(&self) -> bool {
        match self {
            Class::Range(_, to) => !to.is_ascii(),
            Class::Kind(kind) => !matches!(kind, Kind::Hex | Kind::Ascii),
            Class::Any(classes) => classes.iter().any(Class::may_hold_others),
            Class::All(classes) => classes.iter().all(Class::may_hold_others),
            Class::Not(_) | Class::Folded(_) => true,
        }
    }
}

impl Kind {
    /// The kind that is called `name`, in brackets (`[:alpha:]`) or as a property (`\p{L}`).
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "word" => Kind::Word,
            "digit" | "nd" => Kind::Digit,
            "space" => Kind::Space,
            "xdigit" => Kind::Hex,
            "alpha" => Kind::Alpha,
            "alnum" => Kind::Alnum,
            "upper" | "lu" => Kind::Upper,
            "lower" | "ll" => Kind::Lower,
            "punct" | "p" => Kind::Punctuation,
            "ascii" => Kind::Ascii,
            "cntrl" => Kind::Control,
            "graph" => Kind::Visible,
            "print" => Kind::Printed,
            "blank" => Kind::Blank,
            "l" => Kind::Letter,
            "n" => Kind::Number,
            "lo" => Kind::OtherLetter,
            "nl" => Kind::LetterNumber,
            "lt" => Kind::TitleCase,
            "s" => Kind::Symbol,
            "sm" => Kind::MathSymbol,
            "so" => Kind::OtherSymbol,
            "pc" => Kind::Connector,
            "m" | "mn" | "mc" => Kind::Mark,
            _ => return None,
        })
    }

    fn has(self, c: char) -> bool {
        match self {
            Kind::Word => is_word(c),
            Kind::Digit => c.is_numeric() && (!c.is_ascii() || c.is_ascii_digit()),
            Kind::Space => c.is_whitespace(),
            Kind::Hex => c.is_ascii_hexdigit(),
            Kind::Alpha => c.is_alphabetic(),
            Kind::Alnum => c.is_alphanumeric(),
            Kind::Upper => c.is_uppercase(),
            Kind::Lower => c.is_lowercase(),
            Kind::Punctuation => c.is_ascii_punctuation() || matches!(c, '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{3003}'),
            Kind::Ascii => c.is_ascii(),
            Kind::Control => c.is_control(),
            Kind::Visible => !c.is_control() && !c.is_whitespace(),
            Kind::Printed => !c.is_control(),
            Kind::Blank => matches!(c, ' ' | '\t'),
            Kind::Letter => c.is_alphabetic() && !c.is_numeric(),
            Kind::Number => c.is_numeric(),
            Kind::OtherLetter => c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric(),
            Kind::LetterNumber => matches!(c, '\u{2160}'..='\u{2188}' | '\u{3007}' | '\u{3021}'..='\u{3029}'),
            Kind::TitleCase => matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ'),
            Kind::Symbol if c.is_ascii() => b"$+<=>^`|~".contains(&(c as u8)),
            Kind::MathSymbol if c.is_ascii() => b"+<=>|~".contains(&(c as u8)),
            Kind::OtherSymbol if c.is_ascii() => false,
            Kind::MathSymbol => matches!(c, '±' | '×' | '÷' | '¬' | '\u{2200}'..='\u{22ff}' | '\u{2190}'..='\u{2194}'),
            Kind::Symbol | Kind::OtherSymbol => !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() && !Kind::Mark.has(c),
            Kind::Connector => matches!(c, '_' | '‿' | '⁀' | '⁔' | '＿'),
            Kind::Mark => matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{1ab0}'..='\u{1aff}'
                | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'),
        }
    }
}

/// Whether `c` can be part of a word (`\w`).
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || Kind::Connector.has(c) || !c.is_ascii() && Kind::Mark.has(c)
}
