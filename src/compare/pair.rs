//! Which of the blocks that are gone has become which of those that came in their place: those that share most of their words, in order.

use std::mem::discriminant;

use super::Side;
use super::block::Block;
use super::form::Kind;
use super::word::words;

/// The largest number of pairs that are looked at.
const MOST: usize = 40_000;
/// The least that two blocks must have in common, of 1, to be one that has changed.
const LEAST: f32 = 0.4;

/// What has become of a block, by its place in its row.
pub(super) enum Pair {
    Old(usize),
    New(usize),
    Both(usize, usize),
}

/// The blocks of both rows: what is gone, what has changed, what is new, in the order of reading.
pub(super) fn pairs(old: &[Block], new: &[Block], older: Side<'_, '_>, newer: Side<'_, '_>) -> Vec<Pair> {
    let matched = if old.len() * new.len() <= MOST { matched(old, new, older, newer) } else { Vec::new() };
    let mut pairs = Vec::with_capacity(old.len() + new.len());
    let (mut x, mut y) = (0, 0);
    for (a, b) in matched {
        pairs.extend((x..a).map(Pair::Old).chain((y..b).map(Pair::New)));
        pairs.push(Pair::Both(a, b));
        (x, y) = (a + 1, b + 1);
    }
    pairs.extend((x..old.len()).map(Pair::Old).chain((y..new.len()).map(Pair::New)));
    pairs
}

/// The pairs that have most in common together, in order.
fn matched(old: &[Block], new: &[Block], older: Side<'_, '_>, newer: Side<'_, '_>) -> Vec<(usize, usize)> {
    let bags = |blocks: &[Block], side| blocks.iter().map(|block| words(block, side).bag()).collect::<Vec<_>>();
    let (a, b) = (bags(old, older), bags(new, newer));
    let width = new.len() + 1;
    let mut best = vec![0f32; (old.len() + 1) * width];
    let alike = |x: usize, y: usize| if comparable(&old[x].form.kind, &new[y].form.kind) { likeness(&a[x], &b[y]) } else { 0.0 };
    let mut liked = vec![0f32; old.len() * new.len()];
    for x in (0..old.len()).rev() {
        for y in (0..new.len()).rev() {
            let likeness = alike(x, y);
            liked[x * new.len() + y] = likeness;
            let together = if likeness >= LEAST { best[(x + 1) * width + y + 1] + likeness } else { 0.0 };
            best[x * width + y] = together.max(best[(x + 1) * width + y]).max(best[x * width + y + 1]);
        }
    }
    let (mut x, mut y) = (0, 0);
    let mut pairs = Vec::new();
    while x < old.len() && y < new.len() {
        let likeness = liked[x * new.len() + y];
        if likeness >= LEAST && best[x * width + y] == best[(x + 1) * width + y + 1] + likeness {
            pairs.push((x, y));
            (x, y) = (x + 1, y + 1);
        } else if best[(x + 1) * width + y] >= best[x * width + y + 1] {
            x += 1;
        } else {
            y += 1;
        }
    }
    pairs
}

fn comparable(a: &Kind, b: &Kind) -> bool {
    discriminant(a) == discriminant(b) || matches!((a, b), (Kind::Paragraph | Kind::Item(_), Kind::Paragraph | Kind::Item(_)))
}

/// How much two bags have in common, of 1 (Dice's coefficient).
fn likeness(a: &[u64], b: &[u64]) -> f32 {
    let (mut x, mut y, mut common) = (0, 0, 0u16);
    while x < a.len() && y < b.len() {
        match a[x].cmp(&b[y]) {
            std::cmp::Ordering::Less => x += 1,
            std::cmp::Ordering::Greater => y += 1,
            std::cmp::Ordering::Equal => {
                common = common.saturating_add(1);
                (x, y) = (x + 1, y + 1);
            }
        }
    }
    let all = u16::try_from(a.len() + b.len()).unwrap_or(u16::MAX);
    if all == 0 { 1.0 } else { 2.0 * f32::from(common) / f32::from(all) }
}
