//! The line of a directive: `:::name Title {attributes}`, `:::name[Title]{attributes}`, or `:::` alone, which ends one.
//!
//! - In: a line from its first colon on.
//! - Out: what it says, with the bytes of each part in the line.
//! - Never here: what a name means, and where a directive may stand.

use std::ops::Range;

/// A line, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// How many colons it begins with: three or more.
    pub(super) colons: usize,
    /// The name; empty where the line ends a directive, and where it is none: then there is an argument.
    pub(super) name: Range<usize>,
    /// What follows the name: a title, a path, a range of versions. Empty without one.
    pub(super) argument: Range<usize>,
    /// What stands in the braces at the end, without them.
    pub(super) attributes: Option<Range<usize>>,
}

/// Takes `line` apart; none if it is no line of a directive. Spaces at the end are no part of anything.
pub(super) fn line(line: &str) -> Option<Line> {
    let line = line.trim_end();
    let colons = line.bytes().take_while(|byte| *byte == b':').count();
    if colons < 3 {
        return None;
    }
    let name = colons + blanks(&line[colons..]);
    if name == line.len() {
        return Some(Line { colons, name: name..name, argument: name..name, attributes: None });
    }
    let length = line[name..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
    // MyST and Pandoc write the name in braces; then it is all of the line.
    let braced = line[name..].starts_with('{');
    if !braced && !line[name..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(Line { colons, name: name..name, argument: name..line.len(), attributes: None });
    }
    let end = name + length;
    if braced {
        return Some(Line { colons, name: name..line.len(), argument: line.len()..line.len(), attributes: None });
    }
    let bracketed = line[end..].starts_with('[').then(|| closing(&line[end..])).flatten();
    let (argument, rest) = match bracketed {
        Some(close) => (end + 1..end + close, end + close + 1),
        None => (end..line.len(), line.len()),
    };
    let (argument, attributes) = if bracketed.is_some() {
        let tail = rest + blanks(&line[rest..]);
        let braces = line[tail..].strip_prefix('{').and_then(|inner| inner.strip_suffix('}'));
        (argument, braces.map(|inner| tail + 1..tail + 1 + inner.len()).or((tail < line.len()).then_some(tail..line.len())))
    } else {
        trailing_attributes(line, argument)
    };
    let start = argument.start + blanks(&line[argument.clone()]);
    let stop = start + line[start..argument.end.max(start)].trim_end().len();
    Some(Line { colons, name: name..end, argument: start..stop, attributes })
}

/// ` {…}` at the end of a title. `{$name}` is a variable, and braces without a space before them are words: `GET /users/{id}`.
fn trailing_attributes(line: &str, argument: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
    let text = &line[argument.clone()];
    let Some(open) = text.strip_suffix('}').and_then(|text| text.rfind('{')) else { return (argument, None) };
    let inner = &text[open + 1..text.len() - 1];
    let apart = open == 0 || text[..open].ends_with([' ', '\t']);
    if !apart || inner.starts_with('$') || inner.is_empty() {
        return (argument, None);
    }
    let start = argument.start + open;
    (argument.start..start, Some(start + 1..argument.end - 1))
}

/// Where the bracket closes that `text` begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'[' => depth += 1,
            b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn blanks(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let shown = line(text).map_or_else(
            || "none".to_owned(),
            |line| {
                let attributes = line.attributes.map(|range| &text[range]);
                format!("{} {:?} {:?} {attributes:?}", line.colons, &text[line.name], &text[line.argument])
            },
        );
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn lines_of_every_spelling() {
        check(":::", "3 \"\" \"\" None");
        check(":::::  ", "5 \"\" \"\" None");
        check(":::note", "3 \"note\" \"\" None");
        check("::: note  My title ", "3 \"note\" \"My title\" None");
        check(":::note[My [b] title]", "3 \"note\" \"My [b] title\" None");
        check(":::note[T]{icon=x}", "3 \"note\" \"T\" Some(\"icon=x\")");
        check(":::details More {open}", "3 \"details\" \"More\" Some(\"open\")");
        check(":::details{open}", "3 \"details\" \"\" Some(\"open\")");
        check(":::note About {$product}", "3 \"note\" \"About {$product}\" None");
        check(":::note GET /users/{id}", "3 \"note\" \"GET /users/{id}\" None");
        check(":::version >=3", "3 \"version\" \">=3\" None");
        check(":::note[open", "3 \"note\" \"[open\" None");
        check(":::{note} T", "3 \"{note} T\" \"\" None");
        check("::", "none");
        check("::: 3", "3 \"\" \"3\" None");
        check(":::é", "3 \"\" \"é\" None");
    }
}
