//! Lines and columns, which exist only here.

use std::ops::Range;

/// Where a byte of a text is, for people: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// The place of byte `at` of `text`; one that is past the end is the end.
pub(super) fn place(text: &str, at: usize) -> Place {
    let at = floor(text, at);
    let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    Place { line, column: text[line_start..at].chars().count() + 1 }
}

/// The lines that `range` touches, as a range of bytes without the last line end; at most `most` lines.
pub(super) fn lines(text: &str, range: &Range<usize>, most: usize) -> Range<usize> {
    let start = floor(text, range.start);
    let end = floor(text, range.end.max(start));
    let from = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let mut to = from;
    for line in text[from..].split_inclusive('\n').take(most) {
        to += line.len();
        if to >= end {
            break;
        }
    }
    from..from + text[from..to].trim_end_matches('\n').len()
}

/// The nearest beginning of a character at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters_and_both_count_from_one() {
        let text = "a\nüb\n";
        assert_eq!(place(text, 0), Place { line: 1, column: 1 });
        assert_eq!(place(text, 4), Place { line: 2, column: 2 });
        assert_eq!(place(text, 99), Place { line: 3, column: 1 });
        assert_eq!(&text[lines(text, &(2..3), 5)], "üb");
        assert_eq!(lines("", &(0..0), 5), 0..0);
    }
}
