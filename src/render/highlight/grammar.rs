//! The grammars, as `two-face` ships them for `syntect`. The only file that knows the two.
//!
//! - In: the grammars of `two-face`: those of the editor bat, under licences that let them be passed on.
//! - Out: [`Grammars`], whose contexts are read and prepared when a block of code first needs them.
//! - Never here: text that is highlighted.
//!
//! `syntect` reads the file and its parts; [`lexer`](super::lexer) walks through them. The types that `syntect` keeps to itself are
//! read into ones of the same shape.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use serde::Deserialize;
use syntect::parsing::SyntaxSet;

use super::class::Class;
use super::first::{Before, Bytes, END, first};
use super::program::{Backwards, Program};
use super::scope::class;
use super::syntax::node;

/// All grammars there are.
pub(super) struct Grammars {
    set: SyntaxSet,
    read: Vec<OnceLock<Grammar>>,
    /// Those that a fence can name, by name and by ending, in lower case.
    named: FxHashMap<String, usize>,
}

/// A grammar that was read.
struct Grammar {
    start: ContextId,
    contexts: Vec<Context>,
}

/// A context: the number of its grammar, and its own in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ContextId(u32, u32);

/// What can come at a place of a text.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// What all in it is, with what led to it and what leads out.
    pub(super) meta: Box<[Class]>,
    /// What all in it is, without these.
    pub(super) content: Box<[Class]>,
    /// How many scopes do not count in it.
    pub(super) clear: Option<Clear>,
    /// Whether its rules look at what was matched when it began.
    pub(super) holds: bool,
    prototype: Option<ContextId>,
    patterns: Vec<Pattern>,
    scanner: OnceLock<Scanner>,
    alone: OnceLock<Scanner>,
}

#[derive(Debug)]
enum Pattern {
    Rule(Arc<Rule>),
    Include(ContextId),
}

/// What is looked for, and what it leads to.
#[derive(Debug)]
pub(super) struct Rule {
    expression: String,
    /// Whether it looks at what was matched when its context began.
    pub(super) holds: bool,
    pub(super) scopes: Box<[Class]>,
    /// Which groups have scopes.
    pub(super) groups: Box<[(usize, Box<[Class]>)]>,
    pub(super) operation: Operation,
    /// A context whose rules hold also in the one that is entered, and in all that are entered from there.
    pub(super) everywhere: Option<ContextId>,
    first: OnceLock<[Bytes; 4]>,
    program: OnceLock<Option<Program>>,
    holding: OnceLock<Option<Program>>,
}

/// Where a rule leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// Into these contexts, one in the other.
    Push(Vec<ContextId>),
    /// The same, out of the present one.
    Set(Vec<ContextId>),
    /// Out of the present one.
    Pop,
    /// Nowhere.
    Stay,
}

/// How many scopes do not count for a while.
#[derive(Clone, Copy, Debug)]
pub(super) enum Clear {
    /// The innermost ones.
    Inner(usize),
    /// All.
    All,
}

/// The rules of a context, by what stands at a place.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    rules: Vec<Arc<Rule>>,
    lists: Vec<Box<[u16]>>,
    /// Which list, by what stands before a place, and by what stands there.
    index: Vec<u16>,
}

impl Scanner {
    /// The rules that may match before `symbol` and after `before`, by their numbers, first ones first.
    pub(super) fn candidates(&self, before: Before, symbol: usize) -> &[u16] {
        let list = self.index.get(before as usize * (END + 1) + symbol).and_then(|no| self.lists.get(usize::from(*no)));
        list.map_or(&[], |list| list)
    }

    pub(super) fn rule(&self, no: u16) -> &Rule {
        &self.rules[usize::from(no)]
    }

    fn new(rules: Vec<Arc<Rule>>) -> Self {
        let firsts: Vec<&[Bytes; 4]> = rules.iter().map(|rule| rule.first()).collect();
        let mut known: FxHashMap<Vec<u16>, u16> = FxHashMap::default();
        let mut lists = Vec::new();
        let mut index = Vec::with_capacity(4 * (END + 1));
        let mut lines: Vec<Vec<u16>> = vec![Vec::new(); END + 1];
        for before in Before::ALL {
            lines.iter_mut().for_each(Vec::clear);
            for (no, first) in (0..).zip(&firsts) {
                first[before as usize].each(|symbol| lines[symbol].push(no));
            }
            for line in &lines {
                index.push(match known.get(line) {
                    Some(no) => *no,
                    None => {
                        let no = u16::try_from(lists.len()).expect("four lists a byte at most");
                        lists.push(line.clone().into_boxed_slice());
                        known.insert(line.clone(), no);
                        no
                    }
                });
            }
        }
        Self { rules, lists, index }
    }
}

impl Rule {
    fn first(&self) -> &[Bytes; 4] {
        self.first.get_or_init(|| match node(&self.expression) {
            Some(node) => Before::ALL.map(|before| first(&node, Bytes::ALL, before)),
            None => [Bytes::NONE; 4],
        })
    }

    /// Its program; `holding` if the context it stands in remembers what led to it.
    pub(super) fn program(&self, holding: bool) -> Option<&Program> {
        let groups = !self.groups.is_empty() || self.enters_holding();
        if holding && self.holds {
            return self.holding.get_or_init(|| Program::new(&node(&self.expression)?, groups, Backwards::Held)).as_ref();
        }
        self.program.get_or_init(|| Program::new(&node(&self.expression)?, groups, Backwards::Own)).as_ref()
    }

    /// Whether a context that it leads to may ask what it matched.
    fn enters_holding(&self) -> bool {
        matches!(self.operation, Operation::Push(_) | Operation::Set(_)) && self.expression.contains('(')
    }
}

impl Grammars {
    /// Reads the list of grammars, and none of them.
    pub(super) fn new() -> Self {
        let set = two_face::syntax::extra_newlines();
        let read = set.syntaxes().iter().map(|_| OnceLock::new()).collect();
        // Of several with one name, the last; an ending counts more than a name. So `syntect` finds them, one by one.
        let mut named: FxHashMap<String, usize> = FxHashMap::default();
        let syntaxes = || set.syntaxes().iter().enumerate();
        named.extend(syntaxes().map(|(no, syntax)| (syntax.name.to_ascii_lowercase(), no)));
        named.extend(syntaxes().flat_map(|(no, syntax)| syntax.file_extensions.iter().map(move |ending| (ending.to_ascii_lowercase(), no))));
        named.retain(|_, no| !set.syntaxes()[*no].hidden);
        Self { set, read, named }
    }

    /// The grammar for files that end in `.name`, or that has this name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.named.get(&name.to_ascii_lowercase()).copied()
    }

    /// The names and endings by which grammars are found.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let shown = self.set.syntaxes().iter().filter(|syntax| !syntax.hidden);
        shown.flat_map(|syntax| std::iter::once(syntax.name.as_str()).chain(syntax.file_extensions.iter().map(String::as_str)))
    }

    /// The context in which a text of the grammar begins.
    pub(super) fn start(&self, grammar: usize) -> Option<ContextId> {
        self.grammar(grammar).map(|grammar| grammar.start)
    }

    pub(super) fn context(&self, id: ContextId) -> Option<&Context> {
        self.grammar(id.0 as usize)?.contexts.get(id.1 as usize)
    }

    /// The rules of a context, with those that hold in all of its grammar.
    pub(super) fn scanner(&self, id: ContextId) -> Option<&Scanner> {
        let context = self.context(id)?;
        Some(context.scanner.get_or_init(|| {
            let mut rules = Vec::new();
            if let Some(prototype) = context.prototype {
                self.collect(prototype, &mut rules, 0);
            }
            self.collect(id, &mut rules, 0);
            Scanner::new(rules)
        }))
    }

    /// The rules of a context by themselves.
    pub(super) fn scanner_alone(&self, id: ContextId) -> Option<&Scanner> {
        let context = self.context(id)?;
        Some(context.alone.get_or_init(|| {
            let mut rules = Vec::new();
            self.collect(id, &mut rules, 0);
            Scanner::new(rules)
        }))
    }

    fn collect(&self, id: ContextId, rules: &mut Vec<Arc<Rule>>, depth: usize) {
        // Grammars do not include themselves; if one did, that many times must do.
        for pattern in self.context(id).filter(|_| depth < 50).iter().flat_map(|context| &context.patterns) {
            match pattern {
                Pattern::Rule(rule) => rules.push(rule.clone()),
                Pattern::Include(id) => self.collect(*id, rules, depth + 1),
            }
        }
    }

    fn grammar(&self, no: usize) -> Option<&Grammar> {
        let syntax = self.set.syntaxes().get(no)?;
        Some(self.read.get(no)?.get_or_init(|| read(syntax).unwrap_or(Grammar { start: ContextId(0, 0), contexts: Vec::new() })))
    }
}

/// The contexts of a grammar. `syntect` keeps them packed and to itself, but passes them on as data.
fn read(syntax: &syntect::parsing::SyntaxReference) -> Option<Grammar> {
    let bytes = serde_json::to_vec(syntax).ok()?;
    let packed: raw::Packed = serde_json::from_slice(&bytes).ok()?;
    let raw: raw::Contexts = syntect::dumps::from_reader(&packed.serialized_lazy_contexts[..]).ok()?;
    let start = raw.context_ids.get("__start")?.id();
    Some(Grammar { start, contexts: raw.contexts.into_iter().map(context).collect() })
}

fn classes(scopes: &[String]) -> Box<[Class]> {
    scopes.iter().map(|scope| class(scope)).collect()
}

fn context(raw: raw::Context) -> Context {
    Context {
        meta: classes(&raw.meta_scope),
        content: classes(&raw.meta_content_scope),
        clear: raw.clear_scopes.map(|clear| match clear {
            raw::ClearAmount::TopN(count) => Clear::Inner(count as usize),
            raw::ClearAmount::All => Clear::All,
        }),
        holds: raw.uses_backrefs,
        prototype: raw.prototype.map(raw::ContextId::id),
        patterns: raw.patterns.into_iter().filter_map(pattern).collect(),
        scanner: OnceLock::new(),
        alone: OnceLock::new(),
    }
}

fn pattern(raw: raw::Pattern) -> Option<Pattern> {
    Some(match raw {
        raw::Pattern::Include(reference) => Pattern::Include(reference.id()?),
        raw::Pattern::Match(raw) => Pattern::Rule(Arc::new(Rule {
            holds: raw.has_captures,
            scopes: classes(&raw.scope),
            groups: raw.captures.unwrap_or_default().iter().map(|(no, scopes)| (*no as usize, classes(scopes))).collect(),
            operation: match raw.operation {
                raw::Operation::Push(to) => Operation::Push(to.iter().filter_map(raw::Reference::id).collect()),
                raw::Operation::Set(to) => Operation::Set(to.iter().filter_map(raw::Reference::id).collect()),
                raw::Operation::Pop => Operation::Pop,
                raw::Operation::None => Operation::Stay,
            },
            everywhere: raw.with_prototype.and_then(|reference| reference.id()),
            expression: raw.regex,
            first: OnceLock::new(),
            program: OnceLock::new(),
            holding: OnceLock::new(),
        })),
    })
}

/// What `syntect` passes on, in its shape: names and order of fields and variants are its own.
mod raw {
    use std::collections::HashMap;

    use super::Deserialize;

    #[derive(Deserialize)]
    pub(super) struct Packed {
        pub(super) serialized_lazy_contexts: Vec<u8>,
    }

    #[derive(Deserialize)]
    pub(super) struct Contexts {
        pub(super) context_ids: HashMap<String, ContextId>,
        pub(super) contexts: Vec<Context>,
    }

    #[derive(Clone, Copy, Deserialize)]
    pub(super) struct ContextId {
        syntax_index: u64,
        context_index: u64,
    }

    impl ContextId {
        pub(super) fn id(self) -> super::ContextId {
            super::ContextId(self.syntax_index as u32, self.context_index as u32)
        }
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "all fields are read to come to the next ones")]
    pub(super) struct Context {
        pub(super) meta_scope: Vec<String>,
        pub(super) meta_content_scope: Vec<String>,
        pub(super) meta_include_prototype: bool,
        pub(super) clear_scopes: Option<ClearAmount>,
        pub(super) prototype: Option<ContextId>,
        pub(super) uses_backrefs: bool,
        pub(super) patterns: Vec<Pattern>,
    }

    #[derive(Deserialize)]
    pub(super) enum ClearAmount {
        TopN(u64),
        All,
    }

    #[derive(Deserialize)]
    pub(super) enum Pattern {
        Match(Match),
        Include(Reference),
    }

    #[derive(Deserialize)]
    pub(super) struct Match {
        pub(super) has_captures: bool,
        pub(super) regex: String,
        pub(super) scope: Vec<String>,
        pub(super) captures: Option<Vec<(u64, Vec<String>)>>,
        pub(super) operation: Operation,
        pub(super) with_prototype: Option<Reference>,
    }

    #[derive(Deserialize)]
    pub(super) enum Operation {
        Push(Vec<Reference>),
        Set(Vec<Reference>),
        Pop,
        None,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "references that were not resolved lead nowhere")]
    pub(super) enum Reference {
        Named(String),
        ByScope { scope: String, sub_context: Option<String>, with_escape: bool },
        File { name: String, sub_context: Option<String>, with_escape: bool },
        Inline(String),
        Direct(ContextId),
    }

    impl Reference {
        pub(super) fn id(&self) -> Option<super::ContextId> {
            match self {
                Self::Direct(id) => Some(id.id()),
                _ => None,
            }
        }
    }
}
