//! Reads the regular expressions of grammars: Oniguruma's syntax, as much of it as grammars use.
//!
//! - In: an expression as a grammar writes it.
//! - Out: a [`Node`], which [`first`](super::first) and [`program`](super::program) work on; none for what this does not know.

use std::sync::Arc;

use super::set::{Class, Kind, Set};

/// A regular expression, taken apart.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Nothing.
    Empty,
    /// This character.
    Char(char),
    /// One character of these.
    Set(Arc<Set>),
    /// One after another.
    Sequence(Vec<Node>),
    /// The first of these that leads to a match.
    Either(Vec<Node>),
    /// `node` from `min` to `max` times.
    Repeat { node: Box<Node>, min: u32, max: Option<u32>, greed: Greed },
    /// A group whose place is remembered, numbered from 1.
    Group(usize, Box<Node>),
    /// What must, or must not, stand here.
    Ahead { node: Box<Node>, not: bool },
    /// What must, or must not, stand before this place.
    Behind { node: Box<Node>, not: bool },
    /// `node`, which is never matched in another way once it matched in one.
    Atomic(Box<Node>),
    /// A place of a kind.
    Place(Place),
    /// What the group matched.
    Again(usize),
    /// The expression of the group once more.
    Call(usize),
}

/// How much a repetition takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greed {
    /// As much as it can, and less if the rest asks for it.
    Greedy,
    /// As little as it can, and more if the rest asks for it.
    Lazy,
    /// As much as it can, and nothing else.
    Possessive,
}

/// A place between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `^`
    LineStart,
    /// `$`
    LineEnd,
    /// `\A`
    TextStart,
    /// `\z`
    TextEnd,
    /// `\Z`: also before the last line end.
    LastLineEnd,
    /// `\b`
    WordEdge,
    /// `\B`
    NoWordEdge,
    /// `\G`: where the search began.
    SearchStart,
}

/// The set of characters that `node` is one of.
pub(super) fn one_of(node: &Node) -> Option<Arc<Set>> {
    match node {
        Node::Set(set) => Some(set.clone()),
        Node::Char(c) => Some(Arc::new(Set::one(*c))),
        _ => None,
    }
}

/// Takes `expression` apart.
pub(super) fn node(expression: &str) -> Option<Node> {
    let mut reader = Reader { rest: expression, groups: 0, names: Vec::new(), depth: 0 };
    let node = reader.either(Flags::default())?;
    reader.rest.is_empty().then_some(node)
}

#[derive(Clone, Copy, Default)]
struct Flags {
    fold: bool,
    /// A dot is a line end too.
    dot_all: bool,
    /// Blanks and comments mean nothing.
    extended: bool,
}

struct Reader<'a> {
    rest: &'a str,
    groups: usize,
    names: Vec<(&'a str, usize)>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn eat(&mut self, wanted: &str) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// What stands before `end`, which is taken too.
    fn until(&mut self, end: char) -> Option<&'a str> {
        let (before, after) = self.rest.split_once(end)?;
        self.rest = after;
        Some(before)
    }

    /// Alternatives, up to the end of the group that they are in.
    fn either(&mut self, flags: Flags) -> Option<Node> {
        // No grammar goes nearly as deep; what a back reference puts in cannot either, since it is escaped.
        if self.depth > 100 {
            return None;
        }
        self.depth += 1;
        let mut ways = vec![self.sequence(flags)?];
        while self.eat("|") {
            ways.push(self.sequence(flags)?);
        }
        self.depth -= 1;
        if ways.len() == 1 {
            return ways.pop();
        }
        let sets: Option<Vec<Arc<Set>>> = ways.iter().map(one_of).collect();
        Some(match sets {
            Some(sets) => Node::Set(Arc::new(Set::union(&sets))),
            None => Node::Either(ways),
        })
    }

    fn sequence(&mut self, mut flags: Flags) -> Option<Node> {
        let mut nodes = Vec::new();
        loop {
            if flags.extended {
                self.rest = self.rest.trim_start();
                if self.eat("#") {
                    self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
                    continue;
                }
            }
            if self.rest.is_empty() || self.rest.starts_with(['|', ')']) {
                break;
            }
            if self.rest.starts_with("(?#") {
                self.until(')')?;
                continue;
            }
            if let Some(changed) = self.flags(flags) {
                flags = changed;
                // From here to the end of the group, alternatives and all.
                nodes.push(self.either(flags)?);
                break;
            }
            let atom = self.atom(flags)?;
            nodes.push(self.repeated(atom)?);
        }
        Some(match nodes.len() {
            0 => Node::Empty,
            1 => nodes.pop()?,
            _ => Node::Sequence(nodes),
        })
    }

    /// `(?i)`: flags for the rest of the group.
    fn flags(&mut self, flags: Flags) -> Option<Flags> {
        let inside = self.rest.strip_prefix("(?")?;
        let end = inside.find(|c: char| !matches!(c, 'i' | 'm' | 'x' | '-'))?;
        let changed = (end > 0 && inside[end..].starts_with(')')).then(|| changed(flags, &inside[..end]))?;
        self.rest = &inside[end + 1..];
        Some(changed)
    }

    fn repeated(&mut self, mut node: Node) -> Option<Node> {
        loop {
            let (min, max, braces) = if self.eat("*") {
                (0, None, false)
            } else if self.eat("+") {
                (1, None, false)
            } else if self.eat("?") {
                (0, Some(1), false)
            } else if let Some((min, max)) = self.braces() {
                (min, max, true)
            } else {
                return Some(node);
            };
            let greed = if self.eat("?") {
                Greed::Lazy
            } else if !braces && self.eat("+") {
                Greed::Possessive
            } else {
                Greed::Greedy
            };
            if max.is_some_and(|max| max < min) || min > 1000 {
                return None;
            }
            node = Node::Repeat { node: Box::new(node), min, max, greed };
        }
    }

    fn braces(&mut self) -> Option<(u32, Option<u32>)> {
        let (inside, rest) = self.rest.strip_prefix('{')?.split_once('}')?;
        let (min, max) = match inside.split_once(',') {
            None => (inside.parse().ok()?, Some(inside.parse().ok()?)),
            Some(("", "")) => return None,
            Some((min, "")) => (min.parse().ok()?, None),
            Some(("", max)) => (0, Some(max.parse().ok()?)),
            Some((min, max)) => (min.parse().ok()?, Some(max.parse().ok()?)),
        };
        self.rest = rest;
        Some((min, max))
    }

    fn atom(&mut self, flags: Flags) -> Option<Node> {
        Some(match self.next()? {
            '(' => return self.group(flags),
            '[' => Node::Set(Arc::new(Set::new(self.class()?, flags.fold))),
            '.' if flags.dot_all => Node::Set(Arc::new(Set::new(Class::Range('\0', char::MAX), false))),
            '.' => Node::Set(Arc::new(Set::new(Class::Not(Box::new(Class::Range('\n', '\n'))), false))),
            '^' => Node::Place(Place::LineStart),
            '$' => Node::Place(Place::LineEnd),
            '\\' => return self.escape(flags),
            c => literal(c, flags),
        })
    }

    fn group(&mut self, flags: Flags) -> Option<Node> {
        let node = if self.eat("?:") {
            self.either(flags)?
        } else if self.eat("?=") {
            Node::Ahead { node: Box::new(self.either(flags)?), not: false }
        } else if self.eat("?!") {
            Node::Ahead { node: Box::new(self.either(flags)?), not: true }
        } else if self.eat("?<=") {
            Node::Behind { node: Box::new(self.either(flags)?), not: false }
        } else if self.eat("?<!") {
            Node::Behind { node: Box::new(self.either(flags)?), not: true }
        } else if self.eat("?>") {
            Node::Atomic(Box::new(self.either(flags)?))
        } else if self.eat("?<") {
            let name = self.until('>')?;
            self.names.push((name, self.groups + 1));
            self.numbered(flags)?
        } else if self.eat("?") {
            let letters = self.until(':')?;
            if !letters.chars().all(|c| matches!(c, 'i' | 'm' | 'x' | '-')) {
                return None;
            }
            self.either(changed(flags, letters))?
        } else {
            self.numbered(flags)?
        };
        self.eat(")").then_some(node)
    }

    fn numbered(&mut self, flags: Flags) -> Option<Node> {
        self.groups += 1;
        let number = self.groups;
        Some(Node::Group(number, Box::new(self.either(flags)?)))
    }

    fn escape(&mut self, flags: Flags) -> Option<Node> {
        let c = self.next()?;
        Some(match c {
            'b' => Node::Place(Place::WordEdge),
            'B' => Node::Place(Place::NoWordEdge),
            'A' => Node::Place(Place::TextStart),
            'z' => Node::Place(Place::TextEnd),
            'Z' => Node::Place(Place::LastLineEnd),
            'G' => Node::Place(Place::SearchStart),
            '1'..='9' => {
                let digits = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
                let more = self.rest[..digits].to_owned();
                self.rest = &self.rest[digits..];
                Node::Again(format!("{c}{more}").parse().ok()?)
            }
            'k' if self.eat("<") => {
                let name = self.until('>')?;
                Node::Again(self.named(name)?)
            }
            'g' if self.eat("<") => {
                let name = self.until('>')?;
                Node::Call(self.named(name)?)
            }
            'w' | 'W' | 'd' | 'D' | 's' | 'S' | 'h' | 'H' | 'p' | 'P' => Node::Set(Arc::new(Set::new(self.kind(c)?, flags.fold))),
            'R' | 'X' | 'K' | 'k' | 'g' | 'Q' => return None,
            c => literal(self.character(c)?, flags),
        })
    }

    fn named(&self, name: &str) -> Option<usize> {
        match name.parse::<i64>() {
            Ok(number) if number > 0 => usize::try_from(number).ok(),
            // From here backwards: -1 is the last group that was opened.
            Ok(number) => (self.groups + 1).checked_sub(usize::try_from(-number).ok()?).filter(|number| *number > 0),
            Err(_) => self.names.iter().find(|(known, _)| *known == name).map(|(_, number)| *number),
        }
    }

    /// The set that `\c` stands for.
    fn kind(&mut self, c: char) -> Option<Class> {
        let (kind, not) = match c {
            'w' | 'W' => (Kind::Word, c == 'W'),
            'd' | 'D' => (Kind::Digit, c == 'D'),
            's' | 'S' => (Kind::Space, c == 'S'),
            'h' | 'H' => (Kind::Hex, c == 'H'),
            _ => {
                let name = self.eat("{").then(|| self.until('}')).flatten()?;
                let (name, not) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
                (Kind::named(name)?, not != (c == 'P'))
            }
        };
        Some(if not { Class::Not(Box::new(Class::Kind(kind))) } else { Class::Kind(kind) })
    }

    /// The character that `\c` stands for.
    fn character(&mut self, c: char) -> Option<char> {
        Some(match c {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\x0c',
            'v' => '\x0b',
            'a' => '\x07',
            'e' => '\x1b',
            'x' if self.eat("{") => {
                let digits = self.until('}')?;
                // Beyond Unicode: the end of a range that means "all others".
                char::from_u32(u32::from_str_radix(digits.trim(), 16).ok()?).unwrap_or(char::MAX)
            }
            'x' => self.code(2, 16)?,
            'u' => self.code(4, 16)?,
            '0' => self.code(2, 8)?,
            c => c,
        })
    }

    fn code(&mut self, most: usize, radix: u32) -> Option<char> {
        let length = self.rest.chars().take(most).take_while(|c| c.is_digit(radix)).count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        let code = if digits.is_empty() { 0 } else { u32::from_str_radix(digits, radix).ok()? };
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// The inside of `[…]`.
    fn class(&mut self) -> Option<Class> {
        if self.depth > 100 {
            return None;
        }
        self.depth += 1;
        let not = self.eat("^");
        let mut all = Vec::new();
        let mut any: Vec<Class> = Vec::new();
        let mut first = true;
        loop {
            if self.eat("&&") {
                all.push(Class::Any(std::mem::take(&mut any)));
                continue;
            }
            if self.rest.starts_with("[:")
                && let Some((name, rest)) = self.rest[2..].split_once(":]")
                && let Some(kind) = Kind::named(name.trim_start_matches('^'))
            {
                self.rest = rest;
                let kind = Class::Kind(kind);
                any.push(if name.starts_with('^') { Class::Not(Box::new(kind)) } else { kind });
                first = false;
                continue;
            }
            let c = self.next()?;
            let from = match c {
                ']' if !first => break,
                '[' => {
                    any.push(self.class()?);
                    first = false;
                    continue;
                }
                '\\' => {
                    let escaped = self.next()?;
                    if matches!(escaped, 'w' | 'W' | 'd' | 'D' | 's' | 'S' | 'h' | 'H' | 'p' | 'P') {
                        any.push(self.kind(escaped)?);
                        first = false;
                        continue;
                    }
                    if escaped == 'b' { '\x08' } else { self.character(escaped)? }
                }
                c => c,
            };
            first = false;
            let mut ahead = self.rest.chars();
            let range = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']' && c != '[') && !self.rest.starts_with("-&&");
            let to = if range && !is_kind(&self.rest[1..]) {
                self.next();
                match self.next()? {
                    '\\' => {
                        let escaped = self.next()?;
                        if escaped == 'b' { '\x08' } else { self.character(escaped)? }
                    }
                    c => c,
                }
            } else {
                from
            };
            any.push(Class::Range(from, to));
        }
        self.depth -= 1;
        let class = if all.is_empty() {
            Class::Any(any)
        } else {
            all.push(Class::Any(any));
            Class::All(all)
        };
        Some(if not { Class::Not(Box::new(class)) } else { class })
    }
}

/// Whether `rest` begins with a kind of characters, which cannot end a range: `a-\w`.
fn is_kind(rest: &str) -> bool {
    rest.strip_prefix('\\').is_some_and(|rest| rest.starts_with(['w', 'W', 'd', 'D', 's', 'S', 'h', 'H', 'p', 'P']))
}

fn changed(mut flags: Flags, letters: &str) -> Flags {
    let mut on = true;
    for letter in letters.chars() {
        match letter {
            '-' => on = false,
            'i' => flags.fold = on,
            'm' => flags.dot_all = on,
            _ => flags.extended = on,
        }
    }
    flags
}

fn literal(c: char, flags: Flags) -> Node {
    if flags.fold && c.is_alphabetic() { Node::Set(Arc::new(Set::new(Class::Range(c, c), true))) } else { Node::Char(c) }
}
