//! `{$name}` in text: where variables stand, and the text with their values.
//!
//! `{$$name}` is the reader's own and stays; so does `\{$name}`, without its backslash, and `{{ }}`, which belongs to template languages.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// What stands at a place where a variable begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'t> {
    /// `{$name}`.
    Variable(&'t str),
    /// `{$name` and no brace: it does not end, or another begins inside it.
    Broken,
}

/// `text` with the values that `value` gives for what it finds, each with its bytes in `text`; where it gives none, the text stays.
///
/// The braces at the places `literal` (sorted) are words, as are those behind a backslash, which is taken away, where `escapes` says that
/// nobody has taken it away yet.
pub(super) fn replaced<'t>(
    text: &'t str,
    literal: &[usize],
    escapes: bool,
    mut value: impl FnMut(Found<'t>, Range<usize>) -> Option<Arc<str>>,
) -> Cow<'t, str> {
    let mut out = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(start) = text[at..].find("{$").map(|offset| at + offset) {
        at = start + 2;
        if literal.binary_search(&start).is_ok() || text[at..].starts_with('$') {
            continue;
        }
        if escapes && text[..start].ends_with('\\') {
            out.push_str(&text[done..start - 1]);
            done = start;
            continue;
        }
        let length = text[at..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
        if length == 0 {
            continue;
        }
        let end = at + length;
        let closed = text[end..].starts_with('}');
        let (found, range) = if closed { (Found::Variable(&text[at..end]), start..end + 1) } else { (Found::Broken, start..end) };
        at = range.end;
        if let Some(value) = value(found, range.clone()) {
            out.push_str(&text[done..start]);
            out.push_str(&value);
            done = range.end;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut faults = String::new();
        let shown = replaced(text, &[], true, |found, range| match found {
            Found::Variable("product") => Some("Acme *1*".into()),
            Found::Variable(name) => {
                faults += &format!(" ! {name} {range:?}");
                None
            }
            Found::Broken => {
                faults += &format!(" ! broken {range:?}");
                None
            }
        });
        assert_eq!(format!("{shown}{faults}"), expected, "{text}");
    }

    #[test]
    fn values_are_put_in_and_the_rest_stays() {
        check("a {$product} b {$product}", "a Acme *1* b Acme *1*");
        check("{$nothing}", "{$nothing} ! nothing 0..10");
        check("\\{$product} {$$key} {{ x }} ${PRODUCT} {$}", "{$product} {$$key} {{ x }} ${PRODUCT} {$}");
        check("{$a{$product}} {$a b}", "{$aAcme *1*} {$a b} ! broken 0..3 ! broken 15..18");
        check("é{$x", "é{$x ! broken 2..5");
    }
}
