//! Where the bytes of a text that is read are in its file, which it may be parts of, after conditions have taken passages away.

use std::ops::Range;

/// Pieces of the text that lie in the file as they are, in order.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// Where each piece begins in the text, and in the file.
    pieces: Vec<(usize, usize)>,
    /// What stands before the first piece and is in no file.
    before: usize,
}

impl Places {
    /// A text that begins at byte `offset` of its file and goes on as the file does.
    pub(super) fn at(offset: usize) -> Self {
        Self { pieces: vec![(0, offset)], before: 0 }
    }

    /// A text that is put together of these parts of its file: where each begins in the text, and in the file.
    pub(super) fn of(pieces: Vec<(usize, usize)>) -> Self {
        Self { pieces, before: 0 }
    }

    /// A text whose first `before` bytes are in no file; the others begin at byte `offset`.
    pub(super) fn behind(before: usize, offset: usize) -> Self {
        Self { pieces: vec![(before, offset)], before }
    }

    /// `text`, which lies here, without the ranges `taken` (sorted, apart from each other), and where that lies.
    pub(super) fn without(&self, text: &str, taken: &[Range<usize>]) -> (String, Places) {
        let mut left = String::with_capacity(text.len());
        let mut pieces = Vec::with_capacity(taken.len() + self.pieces.len());
        // The piece that holds what comes next; those behind it begin later.
        let mut own = 0;
        let mut done = 0;
        for range in taken.iter().cloned().chain(std::iter::once(text.len()..text.len())) {
            if done < range.start {
                while self.pieces.get(own + 1).is_some_and(|(start, _)| *start <= done) {
                    own += 1;
                }
                pieces.push((left.len(), self.file(&(done..done)).start));
                while let Some((start, file)) = self.pieces.get(own + 1).filter(|(start, _)| *start < range.start) {
                    pieces.push((left.len() + start - done, *file));
                    own += 1;
                }
                left.push_str(&text[done..range.start]);
            }
            done = range.end;
        }
        if pieces.is_empty() {
            pieces.push((0, self.pieces.first().map_or(0, |(_, file)| *file)));
        }
        (left, Places { pieces, before: 0 })
    }

    /// The bytes of the file that `range` of the text is.
    pub(super) fn file(&self, range: &Range<usize>) -> Range<usize> {
        let place = |at: usize| {
            let at = at.max(self.before);
            let piece = self.pieces.partition_point(|(text, _)| *text <= at).saturating_sub(1);
            self.pieces.get(piece).map_or(at, |(text, file)| file + at.saturating_sub(*text))
        };
        let start = place(range.start);
        // The end is told from the last byte, so that it does not reach over what was taken away behind it.
        let end = if range.end > range.start { place(range.end - 1) + 1 } else { start };
        start..end.max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_true_when_passages_are_taken_away() {
        let (left, places) = Places::at(10).without("0123456789", &[2..4, 7..8]);
        assert_eq!(left, "01456 89".replace(' ', ""));
        assert_eq!([places.file(&(0..1)), places.file(&(0..2)), places.file(&(2..3)), places.file(&(4..6))], [10..11, 10..12, 14..15, 16..19]);
        let (left, places) = Places::at(5).without("abc", std::slice::from_ref(&(0..3)));
        assert_eq!((left.as_str(), places.file(&(0..0))), ("", 5..5));
        let (left, places) = Places::of(vec![(0, 100), (6, 200)]).without("0123456789", &[2..4, 7..8]);
        assert_eq!(left, "01456 89".replace(' ', ""));
        assert_eq!([places.file(&(3..4)), places.file(&(4..5)), places.file(&(5..6))], [105..106, 200..201, 202..203]);
        assert_eq!(Places::behind(2, 40).file(&(0..4)), 40..42);
    }
}
