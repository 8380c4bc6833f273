//! How much a word matters where it stands, and which of these places its list holds.
//!
//! - In: the places of one group of words.
//! - Out: their weights; those that are kept, and those of which only the part is told.

use std::borrow::Cow;

use super::postings::Posting;

/// How many sections a group leads to at most: those where the word matters most, headings first. Of the others it is told in which parts
/// they are: that takes as little room as some hundred sections however many there are, and finds parts in which several such words meet.
const SECTIONS: usize = 2400;
/// To how many of these the word leads that have it in their texts alone, at least; the fewer places a site has, the more.
const TEXT_SECTIONS: usize = 300;
/// Places of a site, times sections that have a word in their texts alone.
const TEXT_ROOM: usize = 24_000_000;

/// A place, and how much the word matters there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed {
    pub(super) place: u32,
    pub(super) weight: u32,
    /// Whether the word is in the heading.
    pub(super) heading: bool,
}

/// How much a word matters at a place whose text is `length` times as long as most: up to 16 for the text, after BM25 (Robertson and
/// Zaragoza, "The Probabilistic Relevance Framework", 2009), and what it counts as a word of the heading.
pub(super) fn weight(posting: Posting, length: f64) -> u32 {
    const K: f64 = 1.2;
    const B: f64 = 0.6;
    let times = f64::from(posting.times);
    let text = 16.0 * times / (times + K * (1.0 - B + B * length));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 16")]
    let text = text.round() as u32;
    (text + u32::from(posting.heading)).clamp(1, 59)
}

/// The places where the word matters most, in their order, and the others; on a site of `places`.
pub(super) fn most(weighed: &[Weighed], places: usize) -> (Cow<'_, [Weighed]>, Vec<Weighed>) {
    let texts = (TEXT_ROOM / places.max(1)).clamp(TEXT_SECTIONS, SECTIONS);
    if weighed.len() <= texts {
        return (Cow::Borrowed(weighed), Vec::new());
    }
    let in_headings = weighed.iter().filter(|found| found.heading).count();
    let mut room = (in_headings + texts).min(SECTIONS);
    let rank = |found: &Weighed| found.weight as usize + if found.heading { 64 } else { 0 };
    let mut counts = [0_usize; 128];
    weighed.iter().for_each(|found| counts[rank(found)] += 1);
    let mut least = 127;
    while least > 0 && counts[least] <= room {
        room -= counts[least];
        least -= 1;
    }
    let (kept, rest) = weighed.iter().partition(|found| {
        let rank = rank(found);
        let last = rank == least && room > 0;
        room -= usize::from(last);
        rank > least || last
    });
    (Cow::Owned(kept), rest)
}
