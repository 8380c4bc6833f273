//! Where the words of one group stand: millions of places on a large site, so that each takes two or three bytes.

/// That a word stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) place: u32,
    /// How often it is in the text; more than [`MOST`] counts as that.
    pub(super) times: u8,
    /// What it counts as a word of the heading.
    pub(super) heading: u8,
}

/// How often a word is counted at one place.
const MOST: u8 = 127;
/// Beside the times: that a byte for the heading follows.
const HEADING: u8 = 128;

/// Postings in the order of their places.
///
/// Each is how far its place lies behind the one before (LEB128: seven bits a byte, the lowest first), the times, and what the heading
/// counts, if that is anything. The last one is kept apart, since more may be said of its place.
#[derive(Debug, Default)]
pub(super) struct Postings {
    bytes: Vec<u8>,
    last: Option<Posting>,
    /// The place of the last one in `bytes`.
    place: u32,
    count: u32,
}

impl Postings {
    /// Adds one. Its place is not before those that were added; of one place, the times are summed up, and the heading counts once.
    pub(super) fn add(&mut self, posting: Posting) {
        if let Some(last) = self.last.as_mut().filter(|last| last.place == posting.place) {
            last.times = last.times.saturating_add(posting.times);
            last.heading = last.heading.max(posting.heading);
            return;
        }
        self.count += 1;
        let Some(last) = self.last.replace(posting) else { return };
        let mut far = last.place - self.place;
        while far > 127 {
            self.bytes.push(far as u8 | 128);
            far >>= 7;
        }
        self.bytes.push(far as u8);
        self.place = last.place;
        let times = last.times.min(MOST);
        if last.heading == 0 {
            self.bytes.push(times);
        } else {
            self.bytes.extend([times | HEADING, last.heading]);
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count as usize
    }

    /// All, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Posting> {
        let mut bytes = self.bytes.iter().copied();
        let mut place = 0;
        let read = std::iter::from_fn(move || {
            let (mut far, mut shift) = (0, 0);
            loop {
                let byte = bytes.next()?;
                far |= u32::from(byte & 127) << shift;
                shift += 7;
                if byte < 128 {
                    break;
                }
            }
            place += far;
            let times = bytes.next()?;
            let heading = if times & HEADING == 0 { 0 } else { bytes.next()? };
            Some(Posting { place, times: times & !HEADING, heading })
        });
        read.chain(self.last.map(|last| Posting { times: last.times.min(MOST), ..last }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_read_again() {
        let posting = |(place, times, heading)| Posting { place, times, heading };
        let all = [(0, 1, 0), (1, 127, 3), (128, 2, 0), (129, 1, 255), (20_000, 1, 0), (u32::MAX - 1, 5, 1), (u32::MAX, 1, 0)].map(posting);
        let mut postings = Postings::default();
        assert_eq!((postings.count(), postings.iter().next()), (0, None));
        for (no, one) in all.iter().enumerate() {
            postings.add(*one);
            assert_eq!((postings.count(), postings.iter().collect::<Vec<_>>()), (no + 1, all[..=no].to_vec()));
        }
    }

    #[test]
    fn of_one_place_times_are_summed_up() {
        let mut postings = Postings::default();
        for (place, times, heading) in [(7, 100, 0), (7, 100, 2), (7, 100, 1), (9, 1, 0)] {
            postings.add(Posting { place, times, heading });
        }
        let all: Vec<Posting> = postings.iter().collect();
        assert_eq!(all, [Posting { place: 7, times: 127, heading: 2 }, Posting { place: 9, times: 1, heading: 0 }]);
    }
}
