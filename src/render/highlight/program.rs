//! Runs the regular expressions of grammars: each a small program, tried at one place of a line.
//!
//! - In: a [`Node`]; then a line, and a place in it.
//! - Out: where a match that begins there ends, and what its groups matched.
//!
//! Of several ways to match the first one counts, as in Oniguruma and Perl. Steps are counted and paid from a purse, so that no
//! expression takes longer than it may; what it costs depends on the text alone.

use super::first::{Before, Bytes, END, first, length, nullable};
use super::syntax::{Greed, Node, Place, Set, is_word, one_of};
use std::sync::Arc;

/// A regular expression, ready to run.
#[derive(Debug)]
pub(super) struct Program {
    steps: Vec<Step>,
    /// How many places of groups it remembers: two for each, the whole match first.
    slots: usize,
}

#[derive(Debug)]
enum Step {
    Byte(u8),
    Char(char),
    Set(Arc<Set>),
    /// As many of these as there are, at least and at most so many; then the rest, with less and less of them if `gives_back`.
    Run {
        set: Arc<Set>,
        min: u32,
        max: u32,
        gives_back: bool,
    },
    /// As few of these as the rest allows.
    Few {
        set: Arc<Set>,
        min: u32,
        max: u32,
    },
    /// Go on at the first, and at the second if that fails: at each only if it can begin with what stands here.
    Try(Box<[(usize, Bytes); 2]>),
    /// Go on here.
    Jump(usize),
    /// Go on at those that can begin with what stands here, one after the other.
    Choose(Box<Choice>),
    /// Remember this place.
    Save(usize),
    /// Go on here if the place moved since it was remembered: a repetition of nothing ends.
    Moved(usize, usize),
    Place(Place),
    /// Run what follows up to its [`Step::Done`], and go on at `after` from this same place.
    Ahead {
        not: bool,
        after: usize,
    },
    /// The same, for what ends here and has so many characters at least and at most.
    Behind {
        not: bool,
        least: usize,
        most: usize,
        after: usize,
    },
    /// Run what follows up to its [`Step::Done`], forget its other ways, and go on at `after` from where it ended.
    Atomic {
        after: usize,
    },
    /// Run the steps from there on up to their [`Step::Done`], and forget their other ways.
    Call(usize),
    Again(usize),
    /// What the group of an earlier match held.
    Held(usize),
    /// Here is the end that a look behind wants.
    Reached,
    Done,
}

/// Ways to go on, by what stands at the place.
#[derive(Debug)]
struct Choice {
    /// For each byte and the end of the text, which list of `lists`.
    by_symbol: Vec<u16>,
    lists: Vec<Vec<usize>>,
}

/// What is written on while programs run, kept for the next run.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// The places of groups after a match, two for each; [`NOWHERE`] for a group that did not take part.
    pub(super) slots: Vec<usize>,
    stack: Vec<Back>,
    /// How many steps may still be taken.
    pub(super) purse: u64,
}

impl Desk {
    /// A desk with so many steps in its purse.
    pub(super) fn new(purse: u64) -> Self {
        Self { purse, ..Self::default() }
    }
}

/// Where no group is.
pub(super) const NOWHERE: usize = usize::MAX;

/// How many steps one try may take: a hundred times what the slowest of sound code takes.
const LONGEST_TRY: u64 = 100_000;

/// How deep groups may call themselves, and a program run parts of itself.
const DEEPEST: usize = 40;

#[derive(Clone, Copy, Debug)]
enum Back {
    /// Go on with this step at this place.
    To(usize, usize),
    /// The same, from ever earlier places down to the first.
    Shrink { step: usize, first: usize, last: usize },
    /// The same, from the next place, so often.
    Grow { step: usize, at: usize, left: u32 },
    /// Try the next of a choice.
    Next { choice: usize, list: usize, next: usize, at: usize },
    /// A group had another place before.
    Slot(usize, usize),
}

/// What a run looks at.
struct Run<'a> {
    steps: &'a [Step],
    text: &'a str,
    /// Where the search began.
    start: usize,
    /// What groups of an earlier match held.
    held: &'a [Option<Box<str>>],
    slots: &'a mut Vec<usize>,
    stack: &'a mut Vec<Back>,
    left: u64,
    /// Where a look behind must end.
    target: usize,
}

/// What `\1` in an expression means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backwards {
    /// What its own group matched.
    Own,
    /// What the group held in the match that led to the context.
    Held,
}

impl Program {
    /// The program of `node`. Groups are remembered only with `groups`.
    pub(super) fn new(node: &Node, groups: bool, backwards: Backwards) -> Option<Self> {
        let groups = groups || asks_back(node) && backwards == Backwards::Own;
        let mut known = Vec::new();
        collect(node, &mut known);
        let highest = known.iter().map(|(number, _)| *number).max().unwrap_or(0);
        let slots = if groups { 2 * (highest + 1) } else { 2 };
        let mut maker = Maker { steps: Vec::new(), groups, backwards, highest, slots, called: Vec::new() };
        maker.emit(node, Bytes::ALL)?;
        maker.push(Step::Done);
        // A group that is called has its steps once more, for itself; they may call others.
        let mut at = 0;
        while let Some(number) = maker.called.get(at).map(|(number, _)| *number) {
            let (_, body) = known.iter().find(|(known, _)| *known == number)?;
            maker.called[at].1 = maker.steps.len();
            maker.emit(body, Bytes::ALL)?;
            maker.push(Step::Done);
            at += 1;
        }
        for step in &mut maker.steps {
            if let Step::Call(called) = step {
                *called = maker.called.get(*called)?.1;
            }
        }
        Some(Self { steps: maker.steps, slots: maker.slots })
    }

    /// Where a match ends that begins at `at`. Groups are left on the desk.
    pub(super) fn end(&self, text: &str, at: usize, start: usize, held: &[Option<Box<str>>], desk: &mut Desk) -> Option<usize> {
        desk.slots.clear();
        desk.slots.resize(self.slots, NOWHERE);
        desk.stack.clear();
        let most = desk.purse.min(LONGEST_TRY);
        let mut run = Run { steps: &self.steps, text, start, held, slots: &mut desk.slots, stack: &mut desk.stack, left: most, target: 0 };
        let end = run.run(0, at, 0);
        desk.purse -= most - run.left;
        if let (Some(end), [from, to, ..]) = (end, &mut desk.slots[..]) {
            (*from, *to) = (at, end);
        }
        end
    }
}

/// The groups in `node`, with their numbers.
fn collect<'a>(node: &'a Node, known: &mut Vec<(usize, &'a Node)>) {
    match node {
        Node::Sequence(nodes) | Node::Either(nodes) => nodes.iter().for_each(|node| collect(node, known)),
        Node::Group(number, node) => {
            known.push((*number, node));
            collect(node, known);
        }
        Node::Repeat { node, .. } | Node::Ahead { node, .. } | Node::Behind { node, .. } | Node::Atomic(node) => collect(node, known),
        _ => {}
    }
}

/// Whether `node` looks at what a group matched.
fn asks_back(node: &Node) -> bool {
    match node {
        Node::Again(_) => true,
        Node::Sequence(nodes) | Node::Either(nodes) => nodes.iter().any(asks_back),
        Node::Repeat { node, .. } | Node::Group(_, node) | Node::Ahead { node, .. } | Node::Behind { node, .. } | Node::Atomic(node) => {
            asks_back(node)
        }
        _ => false,
    }
}

struct Maker {
    steps: Vec<Step>,
    groups: bool,
    backwards: Backwards,
    highest: usize,
    /// Places to remember: those of groups, and those of repetitions.
    slots: usize,
    /// Which groups are called, and where their steps begin.
    called: Vec<(usize, usize)>,
}

impl Maker {
    fn push(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// Writes the steps of `node`; what follows it can begin with `next`.
    fn emit(&mut self, node: &Node, next: Bytes) -> Option<()> {
        // What repetitions of repetitions grow to.
        if self.steps.len() > 50_000 {
            return None;
        }
        match node {
            Node::Empty => {}
            Node::Char(c) => {
                let step = u8::try_from(*c).ok().filter(u8::is_ascii).map_or(Step::Char(*c), Step::Byte);
                self.push(step);
            }
            Node::Set(set) => {
                self.push(Step::Set(set.clone()));
            }
            Node::Sequence(nodes) => {
                // What can follow each of them, from the last to the first.
                let mut follow = vec![next; nodes.len()];
                for at in (1..nodes.len()).rev() {
                    follow[at - 1] = first(&nodes[at], follow[at], Before::Unknown);
                }
                for (node, next) in nodes.iter().zip(follow) {
                    self.emit(node, next)?;
                }
            }
            Node::Either(ways) => self.either(ways, next)?,
            Node::Repeat { node, min, max, greed } => self.repeat(node, *min, *max, *greed, next)?,
            Node::Group(number, node) => {
                let save = self.groups;
                if save {
                    self.push(Step::Save(2 * number));
                }
                self.emit(node, next)?;
                if save {
                    self.push(Step::Save(2 * number + 1));
                }
            }
            Node::Ahead { node, not } => {
                let at = self.push(Step::Done);
                self.emit(node, Bytes::ALL)?;
                self.push(Step::Done);
                self.steps[at] = Step::Ahead { not: *not, after: self.steps.len() };
            }
            Node::Behind { node, not } => {
                let (least, most) = length(node);
                let at = self.push(Step::Done);
                self.emit(node, Bytes::ALL)?;
                self.push(Step::Reached);
                self.push(Step::Done);
                self.steps[at] = Step::Behind { not: *not, least, most: most.unwrap_or(usize::MAX), after: self.steps.len() };
            }
            Node::Atomic(node) => {
                let at = self.push(Step::Done);
                self.emit(node, Bytes::ALL)?;
                self.push(Step::Done);
                self.steps[at] = Step::Atomic { after: self.steps.len() };
            }
            Node::Place(place) => {
                self.push(Step::Place(*place));
            }
            Node::Again(number) if self.backwards == Backwards::Held => {
                self.push(Step::Held(*number));
            }
            Node::Again(number) if *number <= self.highest => {
                self.push(Step::Again(*number));
            }
            Node::Again(_) => return None,
            Node::Call(number) => {
                let known = self.called.iter().position(|(known, _)| known == number);
                let no = known.unwrap_or_else(|| {
                    self.called.push((*number, 0));
                    self.called.len() - 1
                });
                self.push(Step::Call(no));
            }
        }
        Some(())
    }

    fn either(&mut self, ways: &[Node], next: Bytes) -> Option<()> {
        if let [way] = ways {
            return self.emit(way, next);
        }
        let at = self.push(Step::Done);
        let mut begins = Vec::new();
        let mut ends = Vec::new();
        for way in ways {
            begins.push(self.steps.len());
            self.emit(way, next)?;
            ends.push(self.push(Step::Done));
        }
        let after = self.steps.len();
        for end in ends {
            self.steps[end] = Step::Jump(after);
        }
        let firsts: Vec<Bytes> = ways.iter().map(|way| first(way, next, Before::Unknown)).collect();
        let mut choice = Choice { by_symbol: Vec::with_capacity(END + 1), lists: Vec::new() };
        for symbol in 0..=END {
            let list: Vec<usize> = firsts.iter().zip(&begins).filter(|(first, _)| first.has(symbol)).map(|(_, begin)| *begin).collect();
            let known = choice.lists.iter().position(|known| *known == list);
            let no = known.unwrap_or_else(|| {
                choice.lists.push(list);
                choice.lists.len() - 1
            });
            choice.by_symbol.push(u16::try_from(no).ok()?);
        }
        self.steps[at] = Step::Choose(Box::new(choice));
        Some(())
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, greed: Greed, next: Bytes) -> Option<()> {
        if let Some(set) = one_of(node) {
            // What cannot be followed by what follows keeps all it took.
            let own = first(node, Bytes::NONE, Before::Unknown);
            let gives_back = greed == Greed::Greedy && own.meets(next);
            let max = max.unwrap_or(u32::MAX);
            self.push(if greed == Greed::Lazy { Step::Few { set, min, max } } else { Step::Run { set, min, max, gives_back } });
            return Some(());
        }
        if greed == Greed::Possessive {
            let at = self.push(Step::Done);
            self.repeat(node, min, max, Greed::Greedy, Bytes::ALL)?;
            self.push(Step::Done);
            self.steps[at] = Step::Atomic { after: self.steps.len() };
            return Some(());
        }
        // `(?:a|b…)*` is `a*(?:b…a*)*` if nothing is both: as long as it is `a`, there is no choice.
        if let (Node::Either(ways), 0, None, Greed::Greedy) = (node, min, max, greed)
            && let Some((set, others)) = ways.split_first().and_then(|(way, others)| Some((one_of(way)?, others)))
            && others
                .iter()
                .all(|way| !nullable(way) && !first(way, Bytes::ALL, Before::Unknown).meets(first(&ways[0], Bytes::NONE, Before::Unknown)))
        {
            let run = Node::Repeat { node: Box::new(Node::Set(set)), min: 0, max: None, greed };
            let again = Node::Sequence(vec![Node::Either(others.to_vec()), run.clone()]);
            return self.emit(&Node::Sequence(vec![run, Node::Repeat { node: Box::new(again), min: 0, max: None, greed }]), next);
        }
        let own = first(node, Bytes::ALL, Before::Unknown);
        let more = if nullable(node) { Bytes::ALL } else { own.or(next) };
        for _ in 0..min {
            self.emit(node, more)?;
        }
        let mut leave = Vec::new();
        match max {
            None => {
                let again = self.push(Step::Done);
                leave.push(again);
                // A place is remembered only where a repetition could stand still.
                let slot = nullable(node).then(|| {
                    self.slots += 1;
                    self.slots - 1
                });
                if let Some(slot) = slot {
                    self.push(Step::Save(slot));
                }
                self.emit(node, more)?;
                self.push(match slot {
                    Some(slot) => Step::Moved(slot, again),
                    None => Step::Jump(again),
                });
            }
            Some(max) => {
                for _ in min..max {
                    leave.push(self.push(Step::Done));
                    self.emit(node, more)?;
                }
            }
        }
        let after = self.steps.len();
        let once = first(node, more, Before::Unknown);
        for at in leave {
            let ways = [(at + 1, once), (after, next)];
            self.steps[at] = Step::Try(Box::new(if greed == Greed::Lazy { [ways[1], ways[0]] } else { ways }));
        }
        Some(())
    }
}

impl Run<'_> {
    /// Runs from a step at a place up to a [`Step::Done`], and says where that was. On success what it put on the stack is gone but
    /// for the places of groups.
    fn run(&mut self, step: usize, at: usize, depth: usize) -> Option<usize> {
        let base = self.stack.len();
        let (mut step, mut at) = (step, at);
        let bytes = self.text.as_bytes();
        if depth > DEEPEST {
            return None;
        }
        loop {
            self.left = self.left.checked_sub(1)?;
            let good = match &self.steps[step] {
                Step::Byte(byte) => {
                    let good = bytes.get(at) == Some(byte);
                    at += 1;
                    good
                }
                Step::Char(wanted) => {
                    let good = self.text[at..].starts_with(*wanted);
                    at += wanted.len_utf8();
                    good
                }
                Step::Set(set) => match self.one(set, at) {
                    Some(next) => {
                        at = next;
                        true
                    }
                    None => false,
                },
                Step::Run { set, min, max, gives_back } => {
                    let (mut count, mut least) = (0, at);
                    while count < *max
                        && let Some(next) = self.one(set, at)
                    {
                        at = next;
                        count += 1;
                        if count == *min {
                            least = at;
                        }
                    }
                    self.left = self.left.saturating_sub(u64::from(count / 8));
                    let good = count >= *min;
                    if good && *gives_back && least < at {
                        self.stack.push(Back::Shrink { step: step + 1, first: least, last: at });
                    }
                    good
                }
                Step::Few { set, min, max } => {
                    let mut count = 0;
                    while count < *min
                        && let Some(next) = self.one(set, at)
                    {
                        at = next;
                        count += 1;
                    }
                    if count == *min && *max > *min {
                        self.stack.push(Back::Grow { step, at, left: max - min });
                    }
                    count == *min
                }
                Step::Try(ways) => {
                    let [(first, of_first), (second, of_second)] = &**ways;
                    let symbol = bytes.get(at).map_or(END, |byte| usize::from(*byte));
                    match (of_first.has(symbol), of_second.has(symbol)) {
                        (true, also) => {
                            if also {
                                self.stack.push(Back::To(*second, at));
                            }
                            step = *first;
                            continue;
                        }
                        (false, true) => {
                            step = *second;
                            continue;
                        }
                        (false, false) => false,
                    }
                }
                Step::Jump(to) => {
                    step = *to;
                    continue;
                }
                Step::Choose(choice) => {
                    let symbol = bytes.get(at).map_or(END, |byte| usize::from(*byte));
                    let list = usize::from(choice.by_symbol[symbol]);
                    match choice.lists[list][..] {
                        [] => false,
                        [only] => {
                            step = only;
                            continue;
                        }
                        [first, ..] => {
                            self.stack.push(Back::Next { choice: step, list, next: 1, at });
                            step = first;
                            continue;
                        }
                    }
                }
                Step::Save(slot) => {
                    self.stack.push(Back::Slot(*slot, self.slots[*slot]));
                    self.slots[*slot] = at;
                    true
                }
                Step::Moved(slot, to) => {
                    if self.slots[*slot] != at {
                        step = *to;
                        continue;
                    }
                    true
                }
                Step::Place(place) => self.is_place(*place, at),
                Step::Ahead { not, after } => {
                    let found = self.aside(step + 1, at, depth);
                    if found.is_some() != *not {
                        step = *after;
                        continue;
                    }
                    false
                }
                Step::Behind { not, least, most, after } => {
                    if self.behind(step + 1, at, (*least, *most), depth) != *not {
                        step = *after;
                        continue;
                    }
                    false
                }
                Step::Atomic { after } => match self.aside(step + 1, at, depth) {
                    Some(end) => {
                        (step, at) = (*after, end);
                        continue;
                    }
                    None => false,
                },
                Step::Call(start) => match self.aside(*start, at, depth) {
                    Some(end) => {
                        at = end;
                        true
                    }
                    None => false,
                },
                Step::Again(number) => {
                    let held = self.slots[2 * number].min(self.text.len())..self.slots[2 * number + 1].min(self.text.len());
                    let known = self.slots[2 * number + 1] != NOWHERE && held.start <= held.end;
                    let good = known && self.text[at..].starts_with(&self.text[held.clone()]);
                    at += held.len();
                    good
                }
                Step::Held(number) => {
                    let held = self.held.get(*number).and_then(|held| held.as_deref()).unwrap_or("");
                    let good = self.text[at..].starts_with(held);
                    at += held.len();
                    good
                }
                Step::Reached => at == self.target,
                Step::Done => {
                    self.keep_slots(base);
                    return Some(at);
                }
            };
            if good {
                step += 1;
                continue;
            }
            (step, at) = self.back(base)?;
        }
    }

    /// The next way to go on that is still open.
    fn back(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.stack.len() > base {
            match self.stack.pop()? {
                Back::Slot(slot, was) => self.slots[slot] = was,
                Back::To(step, at) => return Some((step, at)),
                Back::Shrink { step, first, last } => {
                    let at = before(self.text, last);
                    if first < at {
                        self.stack.push(Back::Shrink { step, first, last: at });
                    }
                    return Some((step, at));
                }
                Back::Grow { step, at, left } => {
                    let Some(Step::Few { set, .. }) = self.steps.get(step) else { continue };
                    if let Some(next) = self.one(set, at) {
                        if left > 1 {
                            self.stack.push(Back::Grow { step, at: next, left: left - 1 });
                        }
                        return Some((step + 1, next));
                    }
                }
                Back::Next { choice, list, next, at } => {
                    let Some(Step::Choose(ways)) = self.steps.get(choice) else { continue };
                    let Some(step) = ways.lists[list].get(next) else { continue };
                    if next + 1 < ways.lists[list].len() {
                        self.stack.push(Back::Next { choice, list, next: next + 1, at });
                    }
                    return Some((*step, at));
                }
            }
        }
        None
    }

    /// Forgets the open ways above `base`, but not which places groups had before.
    fn keep_slots(&mut self, base: usize) {
        let mut kept = base;
        for no in base..self.stack.len() {
            if let Back::Slot(..) = self.stack[no] {
                self.stack[kept] = self.stack[no];
                kept += 1;
            }
        }
        self.stack.truncate(kept);
    }

    /// Runs a part of the program for itself. What fails leaves nothing behind.
    fn aside(&mut self, step: usize, at: usize, depth: usize) -> Option<usize> {
        let base = self.stack.len();
        let end = self.run(step, at, depth + 1);
        if end.is_none() {
            self.stack.truncate(base);
        }
        end
    }

    /// Whether a match of the part at `step` ends at `at`.
    fn behind(&mut self, step: usize, at: usize, (least, most): (usize, usize), depth: usize) -> bool {
        let outer = std::mem::replace(&mut self.target, at);
        let mut from = Some(at);
        let mut found = false;
        for length in 0..=most {
            let Some(start) = from else { break };
            if length >= least && self.aside(step, start, depth).is_some() {
                found = true;
                break;
            }
            from = (start > 0).then(|| before(self.text, start));
        }
        self.target = outer;
        found
    }

    /// The place after the character at `at`, if that is of `set`.
    fn one(&self, set: &Set, at: usize) -> Option<usize> {
        let byte = *self.text.as_bytes().get(at)?;
        if byte.is_ascii() {
            return (set.ascii >> byte & 1 == 1).then_some(at + 1);
        }
        let c = self.text[at..].chars().next()?;
        set.has(c).then_some(at + c.len_utf8())
    }

    fn is_place(&self, place: Place, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        match place {
            Place::LineStart => at == 0 || bytes.get(at - 1) == Some(&b'\n') && at < bytes.len(),
            Place::LineEnd => at == bytes.len() || bytes.get(at) == Some(&b'\n'),
            Place::TextStart => at == 0,
            Place::TextEnd => at == bytes.len(),
            Place::LastLineEnd => at == bytes.len() || at + 1 == bytes.len() && bytes.get(at) == Some(&b'\n'),
            Place::SearchStart => at == self.start,
            Place::WordEdge => self.is_edge(at),
            Place::NoWordEdge => !self.is_edge(at),
        }
    }

    fn is_edge(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let after = match bytes.get(at) {
            None => false,
            Some(byte) if byte.is_ascii() => word(byte),
            Some(_) => self.text[at..].chars().next().is_some_and(is_word),
        };
        let before = match at.checked_sub(1).and_then(|at| bytes.get(at)) {
            None => false,
            Some(byte) if byte.is_ascii() => word(byte),
            Some(_) => self.text[..at].chars().next_back().is_some_and(is_word),
        };
        after != before
    }
}

/// The place before the character that ends at `at`.
fn before(text: &str, at: usize) -> usize {
    let mut at = at.saturating_sub(1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
