//! What is shown of a comparison: what has changed, the headings above it, a little around it; the rest is counted.

use super::Step;
use super::block::Block;
use super::comparison::{Change, Comparison, Piece, Section, Shown};
use super::form::Kind;

/// How many blocks are shown before and behind what has changed.
const AROUND: usize = 1;

/// What is shown of `steps`. `piece` makes a block of one of them; `old` and `new` are the blocks of both texts.
pub(super) fn shown(steps: &[Step], old: &[Block], new: &[Block], piece: impl Fn(&Step) -> Piece) -> Comparison {
    let near = near(steps, old, new);
    let mut comparison = Comparison::default();
    let mut section: Option<Section> = None;
    let mut above: Option<(&Step, u8, &String)> = None;
    let mut skipped = 0;
    let mut flush = |section: &mut Option<Section>, skipped: &mut usize, end: bool| {
        if let Some(open) = section {
            if *skipped > 0 {
                open.shown.push(Shown::Skipped(*skipped));
                *skipped = 0;
            }
            if end && let Some(done) = section.take() {
                let changed = |shown: &Shown| shown.piece().is_some_and(|piece| piece.change != Change::Same);
                if done.shown.iter().any(changed) {
                    comparison.sections.push(done);
                }
            }
        }
        *skipped = if end { 0 } else { *skipped };
    };
    for (place, step) in steps.iter().enumerate() {
        if let Kind::Heading(level, id) = kind(step, old, new)
            && !matches!(step, Step::Removed(_))
        {
            flush(&mut section, &mut skipped, true);
            above = same(step).then_some((step, *level, id));
            if above.is_some() {
                continue;
            }
        }
        if near[place] {
            let words = |step| piece(step).spans.iter().map(|span| span.text.as_str()).collect();
            let heading = || above.map(|(step, level, id)| (level, id.clone(), words(step)));
            section.get_or_insert_with(|| Section { heading: heading(), shown: Vec::new() });
            flush(&mut section, &mut skipped, false);
            if let Some(section) = &mut section {
                section.shown.push(Shown::Piece(piece(step)));
            }
        } else {
            skipped += 1;
        }
    }
    flush(&mut section, &mut skipped, true);
    for span in comparison.sections.iter().flat_map(|section| &section.shown).filter_map(Shown::piece).flat_map(|piece| &piece.spans) {
        let words = span.text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count();
        match span.change {
            Change::Added => comparison.added += words,
            Change::Removed => comparison.removed += words,
            _ => {}
        }
    }
    comparison
}

fn same(step: &Step) -> bool {
    matches!(step, Step::Same(_))
}

fn kind<'b>(step: &Step, old: &'b [Block], new: &'b [Block]) -> &'b Kind {
    match *step {
        Step::Removed(a) => &old[a].form.kind,
        Step::Same(b) | Step::Added(b) | Step::Moved(b) | Step::Changed(_, b, _) => &new[b].form.kind,
    }
}

/// Which of `steps` are shown: what has changed, what is around it, and the head of each table of which a row is shown.
fn near(steps: &[Step], old: &[Block], new: &[Block]) -> Vec<bool> {
    let mut near = vec![false; steps.len()];
    for (place, _) in steps.iter().enumerate().filter(|(_, step)| !same(step)) {
        near[place.saturating_sub(AROUND)..(place + AROUND + 1).min(steps.len())].fill(true);
    }
    let mut head = None;
    for (place, step) in steps.iter().enumerate() {
        match kind(step, old, new) {
            Kind::Row(true) => head = Some(place),
            Kind::Row(false) if near[place] => head.into_iter().for_each(|head| near[head] = true),
            Kind::Row(false) => {}
            _ => head = None,
        }
    }
    near
}
