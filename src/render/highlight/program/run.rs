//! Runs a program at a place: tries its steps, and comes back to the next way where they fail.
//!
//! Of several ways to match the first one counts, as in Oniguruma and Perl. Steps are counted and paid from a purse, so that no
//! expression takes longer than it may; what it costs depends on the text alone.

use super::super::first::END;
use super::super::set::{Set, is_word};
use super::super::syntax::Place;
use super::{Program, Step};

/// What is written on while programs run, kept for the next run.
#[derive(Debug, Default)]
pub(in super::super) struct Desk {
    /// The places of groups after a match, two for each; [`NOWHERE`] for a group that did not take part.
    pub(in super::super) slots: Vec<usize>,
    stack: Vec<Back>,
    /// How many steps may still be taken.
    pub(in super::super) purse: u64,
}

impl Desk {
    /// A desk with so many steps in its purse.
    pub(in super::super) fn new(purse: u64) -> Self {
        Self { purse, ..Self::default() }
    }
}

/// Where no group is.
pub(in super::super) const NOWHERE: usize = usize::MAX;

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

impl Program {
    /// Where a match ends that begins at `at`. Groups are left on the desk.
    pub(in super::super) fn end(&self, text: &str, at: usize, start: usize, held: &[Option<Box<str>>], desk: &mut Desk) -> Option<usize> {
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
