//! What a regular expression can begin with: most of them need no run at a place, since they cannot match there.
//!
//! - In: a [`Node`], and what stands before the place.
//! - Out: the [`Bytes`] with which a match can go on. Never too few; now and then too many.

use super::set::Set;
use super::syntax::{Greed, Node, Place};

/// A set of bytes, and of the end of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Bytes([u64; 5]);

/// The end of the text, among bytes.
pub(super) const END: usize = 256;

impl Bytes {
    pub(super) const NONE: Self = Self([0; 5]);
    pub(super) const ALL: Self = Self([u64::MAX, u64::MAX, u64::MAX, u64::MAX, 1]);
    const LINE_END: Self = Self([1 << b'\n', 0, 0, 0, 1]);
    const ONLY_END: Self = Self([0, 0, 0, 0, 1]);
    /// Letters, digits and `_`.
    const WORD: Self = Self([0x03ff_0000_0000_0000, 0x07ff_fffe_87ff_fffe, 0, 0, 0]);
    /// What begins a character beyond ASCII.
    const OTHERS: Self = Self([0, 0, u64::MAX, u64::MAX, 0]);

    fn one(symbol: usize) -> Self {
        let mut bytes = Self::NONE;
        bytes.0[symbol / 64] = 1 << (symbol % 64);
        bytes
    }

    fn of(set: &Set) -> Self {
        let ascii = Self([set.ascii as u64, (set.ascii >> 64) as u64, 0, 0, 0]);
        if set.others { ascii.or(Self::OTHERS) } else { ascii }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    fn without(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & !other.0[word]))
    }

    #[inline]
    pub(super) fn has(&self, symbol: usize) -> bool {
        self.0.get(symbol / 64).is_some_and(|word| word >> (symbol % 64) & 1 == 1)
    }

    /// Each of them, in order.
    pub(super) fn each(&self, mut take: impl FnMut(usize)) {
        for (no, word) in self.0.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                take(no * 64 + rest.trailing_zeros() as usize);
                rest &= rest - 1;
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0 == [0; 5]
    }

    pub(super) fn meets(self, other: Self) -> bool {
        !self.and(other).is_empty()
    }
}

/// What stands before a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing: the text begins here.
    Start,
    /// A letter or digit of ASCII, or `_`.
    Word,
    /// Another character of ASCII.
    Other,
    /// Nobody looked.
    Unknown,
}

impl Before {
    pub(super) const ALL: [Self; 4] = [Self::Start, Self::Word, Self::Other, Self::Unknown];

    /// What stands before `at` in `text`.
    pub(super) fn of(text: &[u8], at: usize) -> Self {
        match at.checked_sub(1).and_then(|before| text.get(before)) {
            None => Self::Start,
            Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' => Self::Word,
            Some(byte) if byte.is_ascii() => Self::Other,
            Some(_) => Self::Unknown,
        }
    }
}

/// With which bytes a match of `node` can go on from a place after `before`, if what follows it can go on with those of `next`.
pub(super) fn first(node: &Node, next: Bytes, before: Before) -> Bytes {
    match node {
        Node::Empty => next,
        Node::Char(c) => {
            let mut utf8 = [0; 4];
            c.encode_utf8(&mut utf8);
            Bytes::one(usize::from(utf8[0]))
        }
        Node::Set(set) => Bytes::of(set),
        Node::Sequence(nodes) => {
            // What comes after a character says nothing about the first one.
            let last = nodes.iter().position(|node| !nullable(node)).map_or(nodes.len(), |at| at + 1);
            nodes[..last].iter().rev().fold(next, |next, node| first(node, next, before))
        }
        Node::Either(ways) => ways.iter().fold(Bytes::NONE, |all, way| all.or(first(way, next, before))),
        Node::Repeat { max: Some(0), .. } => next,
        Node::Repeat { node, min, .. } => {
            let once = first(node, if nullable(node) { Bytes::ALL } else { next }, before);
            if *min == 0 { next.or(once) } else { once }
        }
        Node::Group(_, node) | Node::Atomic(node) => first(node, next, before),
        Node::Ahead { node, not: false } => first(node, Bytes::ALL, before).and(next),
        Node::Ahead { node, not: true } => match single(node) {
            Some(never) => next.without(never),
            None => next,
        },
        Node::Behind { node, not: false } if before == Before::Start && !nullable(node) => Bytes::NONE,
        Node::Behind { .. } => next,
        Node::Place(place) => at_place(*place, next, before),
        Node::Again(_) | Node::Call(_) => Bytes::ALL,
    }
}

fn at_place(place: Place, next: Bytes, before: Before) -> Bytes {
    match (place, before) {
        // A line end stands before no place but the last.
        (Place::LineStart, Before::Word) | (Place::TextStart, Before::Word | Before::Other) => Bytes::NONE,
        (Place::LineStart, Before::Other) => next.and(Bytes::ONLY_END),
        (Place::LineEnd | Place::LastLineEnd, _) => next.and(Bytes::LINE_END),
        (Place::TextEnd, _) => next.and(Bytes::ONLY_END),
        (Place::WordEdge, Before::Word) | (Place::NoWordEdge, Before::Start | Before::Other) => next.without(Bytes::WORD),
        (Place::WordEdge, Before::Start | Before::Other) | (Place::NoWordEdge, Before::Word) => next.and(Bytes::WORD.or(Bytes::OTHERS)),
        _ => next,
    }
}

/// The characters of ASCII each of which alone is a match of `node`.
fn single(node: &Node) -> Option<Bytes> {
    match node {
        Node::Char(c) if c.is_ascii() => Some(Bytes::one(*c as usize)),
        Node::Set(set) => Some(Bytes::of(set).without(Bytes::OTHERS)),
        Node::Group(_, node) | Node::Atomic(node) => single(node),
        // One way that is a single character is enough.
        Node::Either(ways) => Some(ways.iter().filter_map(single).fold(Bytes::NONE, Bytes::or)),
        _ => None,
    }
}

/// Whether `node` can match nothing.
pub(super) fn nullable(node: &Node) -> bool {
    match node {
        Node::Char(_) | Node::Set(_) => false,
        Node::Sequence(nodes) => nodes.iter().all(nullable),
        Node::Either(ways) => ways.iter().any(nullable),
        Node::Repeat { node, min, .. } => *min == 0 || nullable(node),
        Node::Group(_, node) | Node::Atomic(node) => nullable(node),
        Node::Empty | Node::Ahead { .. } | Node::Behind { .. } | Node::Place(_) | Node::Again(_) | Node::Call(_) => true,
    }
}

/// How many characters a match of `node` has, at least and at most.
pub(super) fn length(node: &Node) -> (usize, Option<usize>) {
    match node {
        Node::Char(_) | Node::Set(_) => (1, Some(1)),
        Node::Sequence(nodes) => nodes.iter().map(length).fold((0, Some(0)), |sum, next| (sum.0 + next.0, sum.1.zip(next.1).map(|(a, b)| a + b))),
        Node::Either(ways) => {
            let lengths = ways.iter().map(length);
            lengths.reduce(|all, next| (all.0.min(next.0), all.1.zip(next.1).map(|(a, b)| a.max(b)))).unwrap_or((0, Some(0)))
        }
        Node::Repeat { node, min, max, greed: Greed::Greedy | Greed::Lazy | Greed::Possessive } => {
            let (least, most) = length(node);
            (least.saturating_mul(*min as usize), most.zip(*max).map(|(most, max)| most.saturating_mul(max as usize)))
        }
        Node::Group(_, node) | Node::Atomic(node) => length(node),
        Node::Empty | Node::Ahead { .. } | Node::Behind { .. } | Node::Place(_) => (0, Some(0)),
        Node::Again(_) | Node::Call(_) => (0, None),
    }
}
