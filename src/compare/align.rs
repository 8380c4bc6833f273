//! Aligns two rows of keys: which runs of them are the same, and what lies between those.
//!
//! What both rows begin and end with is the same. Between, keys that each row has once hold the rows together, in the longest order that both
//! share; what lies between two of these is aligned in the same way, and where nothing is unique, by the longest common row, if that is not
//! too long to be found. So the work is bounded, by lengths alone: the same rows give the same runs on every machine.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// A run of both rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// The same in both.
    Same(Range<usize>, Range<usize>),
    /// Something else in each; one of the two may be empty.
    Other(Range<usize>, Range<usize>),
}

/// The largest table in which a longest common row is looked for: cells.
const TABLE: usize = 1 << 20;

/// How often each key may be looked at for what is unique: rows can be made in which every look finds one key more.
const LOOKS: usize = 50;

/// The runs of two rows, in order.
pub(super) fn align(a: &[u64], b: &[u64]) -> Vec<Run> {
    let mut same: Vec<(usize, usize)> = Vec::new();
    let mut open = vec![(0..a.len(), 0..b.len())];
    let mut looks = LOOKS * (a.len() + b.len());
    while let Some((mut there, mut here)) = open.pop() {
        while !there.is_empty() && !here.is_empty() && a[there.start] == b[here.start] {
            same.push((there.start, here.start));
            (there.start, here.start) = (there.start + 1, here.start + 1);
        }
        while !there.is_empty() && !here.is_empty() && a[there.end - 1] == b[here.end - 1] {
            (there.end, here.end) = (there.end - 1, here.end - 1);
            same.push((there.end, here.end));
        }
        if there.is_empty() || here.is_empty() {
            continue;
        }
        let Some(left) = looks.checked_sub(there.len() + here.len()) else { continue };
        looks = left;
        let anchors = anchors(&a[there.clone()], &b[here.clone()]);
        if anchors.is_empty() {
            if there.len() * here.len() <= TABLE {
                same.extend(common(&a[there.clone()], &b[here.clone()]).into_iter().map(|(x, y)| (x + there.start, y + here.start)));
            }
            continue;
        }
        let (mut x, mut y) = (there.start, here.start);
        for (next_x, next_y) in anchors.into_iter().map(|(x, y)| (x + there.start, y + here.start)) {
            same.push((next_x, next_y));
            open.push((x..next_x, y..next_y));
            (x, y) = (next_x + 1, next_y + 1);
        }
        open.push((x..there.end, y..here.end));
    }
    same.sort_unstable();
    runs(&same, a.len(), b.len())
}

fn runs(same: &[(usize, usize)], a: usize, b: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let (mut x, mut y) = (0, 0);
    for (next_x, next_y) in same.iter().copied().chain(std::iter::once((a, b))) {
        if x < next_x || y < next_y {
            runs.push(Run::Other(x..next_x, y..next_y));
        }
        if next_x < a {
            match runs.last_mut() {
                Some(Run::Same(there, here)) if there.end == next_x && here.end == next_y => (there.end, here.end) = (next_x + 1, next_y + 1),
                _ => runs.push(Run::Same(next_x..next_x + 1, next_y..next_y + 1)),
            }
        }
        (x, y) = (next_x + 1, next_y + 1);
    }
    runs
}

/// Keys that each row has exactly once, in the longest order that both share.
fn anchors(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    // How often each row has a key, and where last.
    let mut counts: FxHashMap<u64, (u32, u32, usize, usize)> = FxHashMap::default();
    for (place, key) in a.iter().enumerate() {
        let count = counts.entry(*key).or_default();
        (count.0, count.2) = (count.0 + 1, place);
    }
    for (place, key) in b.iter().enumerate() {
        let Some(count) = counts.get_mut(key) else { continue };
        (count.1, count.3) = (count.1 + 1, place);
    }
    let unique = a.iter().filter_map(|key| counts.get(key)).filter(|count| (count.0, count.1) == (1, 1));
    longest(&unique.map(|count| (count.2, count.3)).collect::<Vec<_>>())
}

/// The longest row of `places`, which rise in their first numbers, that rises in the second ones too.
fn longest(places: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The place with which the best row of each length ends, and what comes before each place in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![usize::MAX; places.len()];
    for (no, (_, y)) in places.iter().enumerate() {
        let length = ends.partition_point(|end| places[*end].1 < *y);
        if let Some(end) = length.checked_sub(1) {
            before[no] = ends[end];
        }
        if length == ends.len() { ends.push(no) } else { ends[length] = no }
    }
    let mut row = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied().unwrap_or(usize::MAX);
    while let Some(place) = places.get(at) {
        row.push(*place);
        at = before[at];
    }
    row.reverse();
    row
}

/// The longest common row of two, by a table of all their beginnings.
fn common(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut lengths = vec![0u32; (a.len() + 1) * width];
    for x in (0..a.len()).rev() {
        for y in (0..b.len()).rev() {
            lengths[x * width + y] =
                if a[x] == b[y] { lengths[(x + 1) * width + y + 1] + 1 } else { lengths[(x + 1) * width + y].max(lengths[x * width + y + 1]) };
        }
    }
    let (mut x, mut y) = (0, 0);
    let mut row = Vec::new();
    while x < a.len() && y < b.len() {
        if a[x] == b[y] {
            row.push((x, y));
            (x, y) = (x + 1, y + 1);
        } else if lengths[(x + 1) * width + y] >= lengths[x * width + y + 1] {
            x += 1;
        } else {
            y += 1;
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Aligns the letters of two words.
    fn check(a: &str, b: &str, expected: &str) {
        let keys = |text: &str| text.bytes().map(u64::from).collect::<Vec<_>>();
        let shown: Vec<String> = align(&keys(a), &keys(b))
            .into_iter()
            .map(|run| match run {
                Run::Same(there, here) => {
                    assert_eq!(a[there.clone()], b[here]);
                    a[there].to_owned()
                }
                Run::Other(there, here) => format!("[-{}+{}]", &a[there], &b[here]),
            })
            .collect();
        assert_eq!(shown.concat(), expected, "{a} to {b}");
    }

    #[test]
    fn what_is_the_same_stays() {
        check("abc", "abc", "abc");
        check("abc", "axc", "a[-b+x]c");
        check("abc", "abxc", "ab[-+x]c");
        check("abc", "ac", "a[-b+]c");
        check("", "a", "[-+a]");
        check("", "", "");
        check("aabb", "abab", "a[-a+]b[-+a]b");
        check("abcdef", "xbcyef", "[-a+x]bc[-d+y]ef");
        check("abcd", "dabc", "[-+d]abc[-d+]");
    }

    #[test]
    fn rows_without_order_cost_little() {
        let a: Vec<u64> = (0..50_000).map(|no| no % 7).collect();
        let b: Vec<u64> = (0..50_000).map(|no| no % 5 + 100).collect();
        assert_eq!(align(&a, &b), [Run::Other(0..50_000, 0..50_000)]);
        // Each look finds one key that is unique, and leaves the rest.
        let row = |x: u64, y: u64| (0..17_000).flat_map(|no| [1_000_000 + x * no, no + y, no]).collect::<Vec<_>>();
        assert!(!align(&row(1, 1), &row(2, 1)).is_empty());
        let reversed: Vec<u64> = (0..50_000).rev().collect();
        assert_eq!(align(&(0..50_000).collect::<Vec<_>>(), &reversed).iter().filter(|run| matches!(run, Run::Same(..))).count(), 1);
    }
}
