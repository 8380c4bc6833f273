//! What is shown of a comparison: what has changed, the headings above it, a little around it; the rest is counted.

use super::Step;
use super::block::Block;
use super::comparison::{Change, Comparison, Kind, Piece, Section, Shown};

/// How many blocks are shown before and behind what has changed.
const AROUND: usize = 1;

/// What is shown of `steps`. `piece` makes a block of one of them; `new` are the blocks of the newer text.
pub(super) fn shown(steps: &[Step], new: &[Block], mut piece: impl FnMut(Step) -> Piece) -> Comparison {
    let heading = |(_, _, b): &Step| b.and_then(|b| matches!(new[b].kind, Kind::Heading(..)).then_some(b));
    let same = |step: &Step| step.0 == Change::Same;
    let mut near = vec![false; steps.len()];
    for (place, _) in steps.iter().enumerate().filter(|(_, step)| !same(step)) {
        near[place.saturating_sub(AROUND)..(place + AROUND + 1).min(steps.len())].fill(true);
    }
    let mut comparison = Comparison::default();
    let mut section: Option<Section> = None;
    let mut above: Option<usize> = None;
    let mut skipped = 0;
    let mut flush = |section: &mut Option<Section>, skipped: &mut usize, end: bool| {
        if let Some(open) = section {
            if *skipped > 0 {
                open.shown.push(Shown::Skipped(*skipped));
                *skipped = 0;
            }
            if end && let Some(done) = section.take() {
                let changed = |shown: &Shown| matches!(shown, Shown::Piece(piece) if piece.change != Change::Same);
                if done.shown.iter().any(changed) {
                    comparison.sections.push(done);
                }
            }
        }
        *skipped = if end { 0 } else { *skipped };
    };
    for (place, step) in steps.iter().enumerate() {
        if let Some(block) = heading(step) {
            flush(&mut section, &mut skipped, true);
            skipped = 0;
            above = same(step).then_some(block);
            if above.is_some() {
                continue;
            }
        }
        if section.is_none() {
            let heading = above.map(|block| match &new[block].kind {
                Kind::Heading(level, id) => {
                    (*level, id.clone(), piece((Change::Same, None, Some(block))).spans.iter().map(|span| span.text.as_str()).collect())
                }
                _ => Default::default(),
            });
            section = Some(Section { heading, shown: Vec::new() });
        }
        if near[place] {
            flush(&mut section, &mut skipped, false);
            if let Some(section) = &mut section {
                section.shown.push(Shown::Piece(piece(*step)));
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
