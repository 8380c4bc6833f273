//! The regular expressions of grammars as small programs, to be tried at one place of a line.
//!
//! - In: a [`Node`]; then a line, and a place in it.
//! - Out: where a match that begins there ends, and what its groups matched.

use std::sync::Arc;

use super::first::{Before, Bytes, END, first, length, nullable};
use super::set::Set;
use super::syntax::{Greed, Node, Place, one_of};

mod run;

pub(super) use run::{Desk, NOWHERE};

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
