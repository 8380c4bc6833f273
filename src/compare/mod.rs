//! Compares one page in two versions: block by block, and word by word where a block has changed.
//!
//! - In: the two texts, read, with their conditions applied and their variables by name, and where each link leads.
//! - Out: a [`Comparison`]: what was added, removed, moved and changed, below the headings where it stands, with a little around it.
//! - Never here: files, addresses, HTML.
//!
//! What is spelled otherwise and means the same is no change: how lines are broken, which marks lists have, how emphasis is written. The cost
//! grows with what differs: blocks are compared by digests ([`block`]), rows of them by what is unique in both ([`align`]), and words are looked
//! at only in blocks that have changed ([`word`]). Where a block says the same in another [`form`], that is told in words.

mod align;
mod block;
mod comparison;
mod digest;
mod element;
mod form;
mod note;
mod pair;
mod say;
mod shown;
mod word;

pub use comparison::{Change, Comparison, Image, Line, Piece, Section, Shown, Span, Style};
pub use element::Element;
pub use form::{Kind, Marker};

use rustc_hash::{FxHashMap, FxHashSet};

use align::{Run, align};
use block::{Block, blocks};
use pair::{Pair, pairs};
use word::{Looks, changed, whole};

use crate::parse::document::Document;
use crate::parse::{Front, Heading, Page};

/// A text, and what is known of its page.
#[derive(Clone, Copy)]
pub struct Text<'a, 'd> {
    /// The text.
    document: &'a Document<'d>,
    /// Where each of its links leads, in words that are equal where the places are; none for one that leads where it says.
    leads: &'a [Option<String>],
    /// The headings of the text, in order.
    headings: &'a [Heading],
    /// What readers see besides the text.
    front: &'a Front,
    /// Whether readers do not see the first heading of the text.
    hides_first: bool,
}

impl<'a, 'd> Text<'a, 'd> {
    /// The text of `page`, which is `document`, below its `front`.
    pub fn of(page: &'a Page, document: &'a Document<'d>, leads: &'a [Option<String>], front: &'a Front) -> Self {
        Self { document, leads, headings: &page.facts.headings, front, hides_first: page.facts.lifted && front.title.is_some() }
    }
}

/// A text, read beside another one.
#[derive(Clone, Copy)]
struct Side<'a, 'd> {
    text: Text<'a, 'd>,
    notes: &'a note::Numbers<'a>,
    looks: &'a Looks,
}

impl Side<'_, '_> {
    /// Where the link number `no` leads, and its title.
    fn lead(&self, no: usize) -> String {
        let link = self.text.document.links.get(no);
        let lead = self.text.leads.get(no).and_then(Option::as_deref).or(link.map(|link| link.target.as_str())).unwrap_or_default();
        match link.map_or("", |link| &link.title) {
            "" => lead.to_owned(),
            title => format!("{lead} “{title}”"),
        }
    }
}

/// What has changed from `older` to `newer`.
pub fn compare(older: Text<'_, '_>, newer: Text<'_, '_>) -> Comparison {
    let (old_notes, new_notes) = note::numbers(older.document, newer.document);
    let looks = Looks::default();
    let (older, newer) = (Side { text: older, notes: &old_notes, looks: &looks }, Side { text: newer, notes: &new_notes, looks: &looks });
    let (old, new) = (blocks(older), blocks(newer));
    let mut steps = steps(&old, &new, older, newer);
    moved(&mut steps, &old, &new);
    shown::shown(&steps, &old, &new, |step| {
        let piece = |block: &Block, became, spans| Piece { change: step.change(), form: block.form.clone(), became, spans };
        match *step {
            Step::Same(b) | Step::Added(b) | Step::Moved(b) => piece(&new[b], None, whole(&new[b], newer, step.change())),
            Step::Removed(a) => piece(&old[a], None, whole(&old[a], older, Change::Removed)),
            Step::Changed(a, b, follows) => piece(&new[b], old[a].form.became(&new[b].form, follows), changed(&old[a], older, &new[b], newer)),
        }
    })
}

/// What happened to a block, with its number in the text that it stands in: where it is gone in the older one, else in the newer one.
#[derive(Clone, Copy, Debug)]
enum Step {
    Same(usize),
    Added(usize),
    Removed(usize),
    Moved(usize),
    /// Its numbers in both texts, and whether it stands behind the same block in both.
    Changed(usize, usize, bool),
}

impl Step {
    fn change(&self) -> Change {
        match self {
            Step::Same(_) => Change::Same,
            Step::Added(_) => Change::Added,
            Step::Removed(_) => Change::Removed,
            Step::Moved(_) => Change::Moved,
            Step::Changed(..) => Change::Changed,
        }
    }
}

/// What happened to each block: first those that say the same in the same form are found, then between these those that say the same, then
/// those that say nearly the same.
fn steps(old: &[Block], new: &[Block], older: Side<'_, '_>, newer: Side<'_, '_>) -> Vec<Step> {
    let digests = |blocks: &[Block], digest: fn(&Block) -> u64| blocks.iter().map(digest).collect::<Vec<_>>();
    let mut steps = Vec::with_capacity(new.len());
    for run in align(&digests(old, |block| block.key), &digests(new, |block| block.key)) {
        let (there, here) = match run {
            Run::Same(there, here) => {
                steps.extend(there.zip(here).enumerate().map(|(no, (a, b))| match old[a].form.became(&new[b].form, no > 0) {
                    None => Step::Same(b),
                    Some(_) => Step::Changed(a, b, no > 0),
                }));
                continue;
            }
            Run::Other(there, here) => (there, here),
        };
        for run in align(&digests(&old[there.clone()], |block| block.said), &digests(&new[here.clone()], |block| block.said)) {
            match run {
                Run::Same(a, b) => steps.extend(a.zip(b).map(|(a, b)| Step::Changed(a + there.start, b + here.start, false))),
                Run::Other(a, b) => {
                    let (a, b) = (a.start + there.start..a.end + there.start, b.start + here.start..b.end + here.start);
                    steps.extend(pairs(&old[a.clone()], &new[b.clone()], older, newer).into_iter().map(|pair| match pair {
                        Pair::Both(x, y) => Step::Changed(x + a.start, y + b.start, false),
                        Pair::Old(x) => Step::Removed(x + a.start),
                        Pair::New(y) => Step::Added(y + b.start),
                    }));
                }
            }
        }
    }
    steps
}

/// What was taken out here and put in there, to the letter, was moved: it is shown once, where it is now.
fn moved(steps: &mut Vec<Step>, old: &[Block], new: &[Block]) {
    // Short blocks are equal by chance.
    const LEAST: usize = 30;
    let mut gone: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (place, step) in steps.iter().enumerate() {
        if let Step::Removed(a) = *step
            && old[a].bytes >= LEAST
        {
            gone.entry(old[a].key).or_default().push(place);
        }
    }
    let mut taken = FxHashSet::default();
    for step in steps.iter_mut() {
        if let Step::Added(b) = *step
            && let Some(place) = gone.get_mut(&new[b].key).and_then(Vec::pop)
        {
            *step = Step::Moved(b);
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
