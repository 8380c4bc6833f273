//! Compares one page in two versions: block by block, and word by word where a block has changed.
//!
//! - In: the two texts, read, with their conditions applied and their variables by name, and where each link leads.
//! - Out: a [`Comparison`]: what was added, removed, moved and changed, below the headings where it stands, with a little around it.
//! - Never here: files, addresses, HTML.
//!
//! What is spelled otherwise and means the same is no change: how lines are broken, which marks lists have, how emphasis is written. The cost
//! grows with what differs: blocks are compared by digests ([`block`]), rows of them by what is unique in both ([`align`]), and words are looked
//! at only in blocks that have changed ([`word`]).

mod align;
mod block;
mod comparison;
mod pair;
mod shown;
mod word;

pub use comparison::{Change, Comparison, Kind, Piece, Section, Shown, Span, Style};

use align::{Run, align};
use block::{Block, blocks};
use pair::pairs;
use word::{changed, whole};

use crate::parse::Heading;
use crate::parse::document::Document;

/// A text, and where its links lead.
#[derive(Clone, Copy)]
pub struct Side<'a, 'd> {
    /// The text.
    pub document: &'a Document<'d>,
    /// Where each of its links leads, in words that are equal where the places are; none for one that leads where it says.
    pub leads: &'a [Option<String>],
    /// The headings of the text, in order.
    pub headings: &'a [Heading],
    /// The title of the page, where no heading of the text is it.
    pub title: Option<&'a str>,
}

impl Side<'_, '_> {
    /// Where the link number `no` leads.
    fn lead(&self, no: usize) -> &str {
        let written = || self.document.links.get(no).map(|link| link.target.as_str());
        self.leads.get(no).and_then(Option::as_deref).or_else(written).unwrap_or_default()
    }
}

/// What has changed from `older` to `newer`.
pub fn compare(older: Side<'_, '_>, newer: Side<'_, '_>) -> Comparison {
    let (old, new) = (blocks(older), blocks(newer));
    let keys = |blocks: &[Block]| blocks.iter().map(|block| block.key).collect::<Vec<_>>();
    let (old_keys, new_keys) = (keys(&old), keys(&new));
    let runs = align(&old_keys, &new_keys);
    let mut pieces = Vec::new();
    for run in &runs {
        match run {
            Run::Same(_, here) => pieces.extend(here.clone().map(|no| (Change::Same, None, Some(no)))),
            Run::Other(there, here) => pieces.extend(pairs(&old[there.clone()], &new[here.clone()], older, newer).into_iter().map(|(a, b)| {
                let (a, b) = (a.map(|a| a + there.start), b.map(|b| b + here.start));
                let change = match (a, b) {
                    (Some(_), Some(_)) => Change::Changed,
                    (Some(_), None) => Change::Removed,
                    _ => Change::Added,
                };
                (change, a, b)
            })),
        }
    }
    moved(&mut pieces, &old, &new);
    shown::shown(&pieces, &new, |(change, a, b)| {
        let piece = |block: &Block, spans| Piece { change, kind: block.kind.clone(), depth: block.depth, spans };
        match (a, b) {
            (Some(a), Some(b)) => piece(&new[b], changed(&old[a], older, &new[b], newer)),
            (None, Some(b)) => piece(&new[b], whole(&new[b], newer, change)),
            (Some(a), None) => piece(&old[a], whole(&old[a], older, change)),
            (None, None) => Piece { change, kind: Kind::Paragraph, depth: 0, spans: Vec::new() },
        }
    })
}

/// What happened to a block, with its number in the older text and in the newer one.
type Step = (Change, Option<usize>, Option<usize>);

/// What was taken out here and put in there, to the letter, was moved: it is shown once, where it is now.
fn moved(steps: &mut Vec<Step>, old: &[Block], new: &[Block]) {
    // Short blocks are equal by chance.
    const LEAST: usize = 30;
    let mut gone: rustc_hash::FxHashMap<u64, Vec<usize>> = rustc_hash::FxHashMap::default();
    for (place, (change, a, _)) in steps.iter().enumerate() {
        if let (Change::Removed, Some(a)) = (change, a)
            && old[*a].bytes >= LEAST
        {
            gone.entry(old[*a].key).or_default().push(place);
        }
    }
    let mut taken = rustc_hash::FxHashSet::default();
    for (change, _, b) in steps.iter_mut() {
        if let (Change::Added, Some(b)) = (&change, b)
            && let Some(place) = gone.get_mut(&new[*b].key).and_then(Vec::pop)
        {
            *change = Change::Moved;
            taken.insert(place);
        }
    }
    let mut place = 0;
    steps.retain(|_| {
        place += 1;
        !taken.contains(&(place - 1))
    });
}

#[cfg(test)]
mod tests;
