//! Walks through a line of code by the rules of its grammar.
//!
//! - In: the [`State`] that the line before left, and the line.
//! - Out: which class holds from which place on, and the state for the next line.
//!
//! The rules are those of Sublime Text's syntax definitions, as `syntect` understands them: of the rules of the innermost context the
//! one that matches first in the line counts, of two at one place the one that is written first. Only rules that can begin with what
//! stands at a place are tried there.

use std::sync::Arc;

use super::class::Class;
use super::first::{Before, END};
use super::grammar::{Clear, Context, ContextId, Grammars, Operation, Rule, Scanner};
use super::program::{Desk, NOWHERE};

/// Where in its grammar a text is, between two lines.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// The contexts that are open; the innermost last.
    levels: Vec<Level>,
    /// At which depths contexts were entered by rules that hold everywhere: below those, such rules do not hold.
    floors: Vec<usize>,
    /// The scopes that are open.
    scopes: Vec<Class>,
    /// Scopes that do not count for a while.
    cleared: Vec<Vec<Class>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Level {
    context: ContextId,
    /// Contexts whose rules hold here and further in.
    everywhere: Vec<ContextId>,
    /// What the groups held of the match that began it.
    held: Option<Held>,
}

type Held = Arc<[Option<Box<str>>]>;

/// How many contexts may be open.
const DEEPEST: usize = 100;

/// How often rules may match nothing at one place, before the walk goes on.
const MOST_AT_A_PLACE: usize = 200;

/// A rule that matched.
struct Found<'a> {
    rule: &'a Rule,
    start: usize,
    end: usize,
    /// Whether it is one that holds everywhere.
    from_everywhere: bool,
}

/// What is found when rules are looked for.
enum Next<'a> {
    Rule(Found<'a>),
    /// A way out of a context that was entered here: it would be entered again. The walk goes on behind the character here.
    Circle,
    Nothing,
}

/// Rules that hold at a place.
struct Rules<'a, 'h> {
    scanner: &'a Scanner,
    /// What was held by the match that began their context, if they may ask for it.
    held: Option<&'h [Option<Box<str>>]>,
    everywhere: bool,
}

/// A search through the places of a line.
struct Places<'a> {
    line: &'a str,
    from: usize,
    /// Whether a way out of the context, here, would lead in a circle.
    circle: bool,
    /// Whether no further context may be entered.
    full: bool,
    /// Rules that matched nothing and did nothing: they are none before the next search.
    spent: Vec<*const Rule>,
}

impl Places<'_> {
    fn find<'a>(&mut self, all: &[Rules<'a, '_>], desk: &mut Desk) -> Next<'a> {
        let bytes = self.line.as_bytes();
        let mut at = self.from;
        let mut before = Before::of(bytes, at);
        loop {
            let symbol = bytes.get(at).map_or(END, |byte| usize::from(*byte));
            let mut circles = false;
            for rules in all {
                for no in rules.scanner.candidates(before, symbol) {
                    let rule = rules.scanner.rule(*no);
                    if self.full && matches!(rule.operation, Operation::Push(_)) || self.spent.contains(&std::ptr::from_ref(rule)) {
                        continue;
                    }
                    let program = rule.program(rules.held.is_some());
                    let Some(end) = program.and_then(|program| program.end(self.line, at, self.from, rules.held.unwrap_or(&[]), desk)) else {
                        continue;
                    };
                    match rule.operation {
                        Operation::Stay if end == at => self.spent.push(rule),
                        Operation::Pop if self.circle && end <= self.from => circles = true,
                        _ => return Next::Rule(Found { rule, start: at, end, from_everywhere: rules.everywhere }),
                    }
                }
            }
            if circles {
                return Next::Circle;
            }
            match bytes.get(at) {
                None => return Next::Nothing,
                Some(byte) if byte.is_ascii() => at += 1,
                Some(_) => at += self.line[at..].chars().next().map_or(1, char::len_utf8),
            }
            before = Before::of(bytes, at);
        }
    }
}

impl State {
    /// Where a text of the grammar begins.
    pub(super) fn new(grammars: &Grammars, grammar: usize) -> Option<Self> {
        let context = grammars.start(grammar)?;
        // The scope of the whole language is open from the first place on.
        let scopes = grammars.context(context)?.content.first().copied().into_iter().collect();
        let level = Level { context, everywhere: Vec::new(), held: None };
        Some(Self { levels: vec![level], floors: Vec::new(), scopes, cleared: Vec::new() })
    }

    /// The class of text at this place.
    fn class(&self) -> Class {
        let mut said = self.scopes.iter().rev().copied().filter(|class| *class != Class::Inherited);
        match said.next() {
            None => Class::Plain,
            Some(Class::Key) => Class::Plain,
            Some(Class::Text) if said.next() == Some(Class::Key) => Class::Property,
            Some(class) => class,
        }
    }

    /// Walks through `line`, which ends with its line end. Tells `take` the class of each piece, and the end of it.
    pub(super) fn line(&mut self, grammars: &Grammars, line: &str, desk: &mut Desk, take: &mut impl FnMut(Class, usize)) {
        let mut at = 0;
        let mut told = 0;
        // A context that was entered at a place without a character, and how deep it is.
        let mut entered = (usize::MAX, 0);
        let mut still = 0;
        loop {
            while self.floors.last().is_some_and(|floor| *floor >= self.levels.len()) {
                self.floors.pop();
            }
            let circle = entered == (at, self.levels.len());
            let found = match self.find(grammars, line, at, circle, desk) {
                Next::Rule(found) => found,
                Next::Nothing => break,
                Next::Circle => match line[at..].chars().next() {
                    // Behind the last character nothing is left to find.
                    Some(c) if at + c.len_utf8() < line.len() => {
                        at += c.len_utf8();
                        continue;
                    }
                    _ => break,
                },
            };
            if found.end > at {
                still = 0;
            } else {
                still += 1;
                if still > MOST_AT_A_PLACE {
                    break;
                }
                if matches!(found.rule.operation, Operation::Push(_)) {
                    entered = (found.end, self.levels.len() + 1);
                }
            }
            at = found.end;
            if found.from_everywhere {
                self.floors.push(self.levels.len());
            }
            let Some(context) = self.levels.last().and_then(|level| grammars.context(level.context)) else { break };
            let mut tell = |class, until: usize| {
                if until > told {
                    take(class, until);
                    told = until;
                }
            };
            self.apply(grammars, context, &found, &desk.slots, &mut tell);
            self.enter(grammars, line, &found, &desk.slots);
            if self.levels.is_empty() {
                break;
            }
        }
        if told < line.len() {
            take(self.class(), line.len());
        }
    }

    /// The rule that matches first from `from` on.
    fn find<'a>(&self, grammars: &'a Grammars, line: &str, from: usize, circle: bool, desk: &mut Desk) -> Next<'a> {
        let Some(level) = self.levels.last() else { return Next::Nothing };
        let Some(own) = grammars.scanner(level.context) else { return Next::Nothing };
        let own = Rules { scanner: own, held: level.held.as_deref(), everywhere: false };
        let mut places = Places { line, from, circle, full: self.levels.len() >= DEEPEST, spent: Vec::new() };
        let floor = self.floors.last().copied().unwrap_or(0);
        let further = self.levels[floor.min(self.levels.len())..].iter().filter(|level| !level.everywhere.is_empty());
        let mut all: Vec<Rules> = further
            .flat_map(|level| level.everywhere.iter().map(|id| (id, level.held.as_deref())))
            .filter_map(|(id, held)| Some(Rules { scanner: grammars.scanner_alone(*id)?, held, everywhere: true }))
            .collect();
        // Nearly always there is but one.
        if all.is_empty() {
            return places.find(&[own], desk);
        }
        all.push(own);
        places.find(&all, desk)
    }

    /// Opens and closes the scopes of a rule that matched.
    fn apply(&mut self, grammars: &Grammars, context: &Context, found: &Found, slots: &[usize], tell: &mut impl FnMut(Class, usize)) {
        let rule = found.rule;
        self.scopes_before(grammars, context, rule, found.start, tell);
        if !rule.scopes.is_empty() {
            tell(self.class(), found.start);
            self.scopes.extend_from_slice(&rule.scopes);
        }
        self.groups(rule, slots, tell);
        if !rule.scopes.is_empty() {
            tell(self.class(), found.end);
            self.close(rule.scopes.len());
        }
        self.scopes_after(grammars, context, rule, found.end, tell);
    }

    fn close(&mut self, count: usize) {
        self.scopes.truncate(self.scopes.len().saturating_sub(count));
    }

    /// The scopes of groups, outer ones first.
    fn groups(&mut self, rule: &Rule, slots: &[usize], tell: &mut impl FnMut(Class, usize)) {
        let mut marks: Vec<(usize, usize, Option<&[Class]>, usize)> = Vec::new();
        for (number, scopes) in &rule.groups {
            let place = slots.get(2 * number).zip(slots.get(2 * number + 1)).filter(|(_, end)| **end != NOWHERE);
            let Some((start, end)) = place.filter(|(start, end)| start < end) else { continue };
            marks.push((*start, usize::MAX - (end - start), Some(scopes), 0));
            marks.push((*end, 0, None, scopes.len()));
        }
        marks.sort_by_key(|(at, length, ..)| (*at, *length));
        for (at, _, opened, closed) in marks {
            tell(self.class(), at);
            match opened {
                Some(scopes) => self.scopes.extend_from_slice(scopes),
                None => self.close(closed),
            }
        }
    }

    fn scopes_before(&mut self, grammars: &Grammars, context: &Context, rule: &Rule, at: usize, tell: &mut impl FnMut(Class, usize)) {
        tell(self.class(), at);
        match &rule.operation {
            Operation::Pop => self.close(context.content.len()),
            Operation::Push(to) | Operation::Set(to) => {
                let set = matches!(rule.operation, Operation::Set(_));
                if set && context.clear.is_some() {
                    self.restore();
                }
                for entered in to.iter().filter_map(|id| grammars.context(*id)) {
                    if let Some(clear) = entered.clear.filter(|_| !set) {
                        self.clear(clear);
                    }
                    self.scopes.extend_from_slice(&entered.meta);
                }
            }
            Operation::Stay => {}
        }
    }

    fn scopes_after(&mut self, grammars: &Grammars, context: &Context, rule: &Rule, at: usize, tell: &mut impl FnMut(Class, usize)) {
        match &rule.operation {
            Operation::Pop => {
                tell(self.class(), at);
                self.close(context.meta.len());
                if context.clear.is_some() {
                    self.restore();
                }
            }
            Operation::Push(to) | Operation::Set(to) => {
                let set = matches!(rule.operation, Operation::Set(_));
                let entered = || to.iter().filter_map(|id| grammars.context(*id));
                let anew = set && !(context.meta.is_empty() && context.content.is_empty())
                    || entered().any(|entered| !entered.content.is_empty() || set && entered.clear.is_some());
                if !anew {
                    return;
                }
                tell(self.class(), at);
                // The match was in the scopes of both contexts: now those of the new one come in their order.
                let old = if set { context.content.len() + context.meta.len() } else { 0 };
                self.close(entered().map(|entered| entered.meta.len()).sum::<usize>() + old);
                for entered in entered() {
                    if let Some(clear) = entered.clear.filter(|_| set) {
                        self.clear(clear);
                    }
                    self.scopes.extend_from_slice(&entered.meta);
                    self.scopes.extend_from_slice(&entered.content);
                }
            }
            Operation::Stay => {}
        }
    }

    fn clear(&mut self, clear: Clear) {
        let left = match clear {
            Clear::All => 0,
            Clear::Inner(count) => self.scopes.len().saturating_sub(count),
        };
        self.cleared.push(self.scopes.split_off(left));
    }

    fn restore(&mut self) {
        self.scopes.extend(self.cleared.pop().unwrap_or_default());
    }

    /// Goes where a rule that matched leads.
    fn enter(&mut self, grammars: &Grammars, line: &str, found: &Found, slots: &[usize]) {
        let (to, mut kept) = match &found.rule.operation {
            Operation::Stay => return,
            Operation::Pop => {
                self.levels.pop();
                return;
            }
            Operation::Push(to) => (to, Vec::new()),
            Operation::Set(to) => (to, self.levels.pop().map(|level| level.everywhere).unwrap_or_default()),
        };
        for (no, id) in to.iter().enumerate() {
            let mut everywhere = std::mem::take(&mut kept);
            if no + 1 == to.len() {
                everywhere.extend(found.rule.everywhere);
            }
            let holds = |id: &ContextId| grammars.context(*id).is_some_and(|context| context.holds);
            let held = (holds(id) || everywhere.iter().any(holds)).then(|| held(line, slots));
            self.levels.push(Level { context: *id, everywhere, held });
        }
    }
}

/// What the groups of a match hold.
fn held(line: &str, slots: &[usize]) -> Held {
    slots.chunks_exact(2).map(|place| line.get(place[0]..place[1]).map(Box::from)).collect()
}
