//! Bare addresses in text that GitHub makes into links (GitHub Flavored Markdown 0.29, section 6.9).

use std::ops::Range;

/// An address found in text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Autolink {
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
    /// Where it leads.
    pub(super) href: String,
}

/// The addresses in `text`, in order.
pub(super) fn autolinks(text: &str) -> Vec<Autolink> {
    let mut found: Vec<Autolink> = Vec::new();
    // Most text has none of these: one look at the bytes settles it.
    if !text.contains("://") && !text.contains("www.") && !text.contains('@') {
        return found;
    }
    let (mut at, mut taken) = (0, 0);
    while let Some(next) = text[at..].find([':', '.', '@']).map(|offset| at + offset) {
        let link = match text.as_bytes()[next] {
            b':' => web(text, next, taken),
            b'.' => www(text, next, taken),
            _ => email(text, next, taken),
        };
        at = next + 1;
        if let Some(link) = link {
            (at, taken) = (link.range.end, link.range.end);
            found.push(link);
        }
    }
    found
}

/// `http://…` or `https://…`, whose colon is at `colon`; nothing before `from` may be taken.
fn web(text: &str, colon: usize, from: usize) -> Option<Autolink> {
    let start = ["https", "http"].iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        (start >= from && text.get(start..colon)?.eq_ignore_ascii_case(scheme)).then_some(start)
    })?;
    if !text[colon..].starts_with("://") || !boundary(text, start) {
        return None;
    }
    let host = colon + 3;
    let end = host + domain(&text[host..], 1)?;
    let end = trimmed(text, start, end + path(&text[end..]));
    Some(Autolink { range: start..end, href: text[start..end].to_owned() })
}

/// `www.…`, whose dot is at `dot`.
fn www(text: &str, dot: usize, from: usize) -> Option<Autolink> {
    let start = dot.checked_sub(3).filter(|start| *start >= from)?;
    if text.get(start..dot)? != "www" || !boundary(text, start) {
        return None;
    }
    let end = start + domain(&text[start..], 2)?;
    let end = trimmed(text, start, end + path(&text[end..]));
    Some(Autolink { range: start..end, href: format!("http://{}", &text[start..end]) })
}

/// `name@host.tld`, whose `@` is at `sign`.
fn email(text: &str, sign: usize, from: usize) -> Option<Autolink> {
    let bytes = text.as_bytes();
    let local = |b: u8| b.is_ascii_alphanumeric() || b".-_+".contains(&b);
    let start = (from..sign).rev().take_while(|at| local(bytes[*at])).last()?;
    let host = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    let mut end = sign + 1 + bytes[sign + 1..].iter().take_while(|b| host(**b)).count();
    if bytes[..end].last() == Some(&b'.') {
        end -= 1;
    }
    let name = &text[sign + 1..end];
    let good = name.contains('.') && !name.ends_with(['-', '_']) && !name.split('.').any(str::is_empty);
    if !good {
        return None;
    }
    let href = format!("mailto:{}", &text[start..end]);
    // `xmpp:name@host` is an address too, but of a scheme that links may not have: it stays text.
    if follows(text, from, start, "xmpp:") {
        return None;
    }
    let start = if follows(text, from, start, "mailto:") { start - "mailto:".len() } else { start };
    Some(Autolink { range: start..end, href })
}

/// Whether `scheme` stands before `at`, from `from` on, and is no part of a longer word.
fn follows(text: &str, from: usize, at: usize, scheme: &str) -> bool {
    let before = text[from..at].strip_suffix(scheme);
    before.is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric()))
}

/// An address begins a text, or follows a space or one of `*`, `_`, `~`, `(`.
fn boundary(text: &str, start: usize) -> bool {
    text[..start].chars().next_back().is_none_or(|c| c.is_whitespace() || "*_~(".contains(c))
}

/// How many bytes of `text` are a domain of at least `labels` labels, without `_` in the last two.
fn domain(text: &str, labels: usize) -> Option<usize> {
    let length = text.find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
    let name = text[..length].trim_end_matches('.');
    let parts: Vec<&str> = name.split('.').collect();
    let good = parts.len() >= labels && !parts[0].is_empty() && !parts.iter().rev().take(2).any(|label| label.contains('_'));
    good.then_some(length)
}

fn path(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(text.len())
}

/// The end of the address, without punctuation, an unmatched `)` or what looks like an entity behind it.
fn trimmed(text: &str, start: usize, mut end: usize) -> usize {
    // Counted once: a line of brackets would be counted again for each of them.
    let count = |c: char| text[start..end].matches(c).count();
    let mut surplus = count(')').saturating_sub(count('('));
    while let Some(last) = text[start..end].chars().next_back() {
        match last {
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '"' => end -= 1,
            ')' if surplus > 0 => {
                surplus -= 1;
                end -= 1;
            }
            ';' => {
                let name = text[start..end - 1].trim_end_matches(|c: char| c.is_ascii_alphanumeric());
                if name.ends_with('&') && start + name.len() < end - 1 {
                    end = start + name.len() - 1;
                } else {
                    end -= 1;
                }
            }
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = autolinks(text).into_iter().map(|link| format!("{} -> {}", &text[link.range], link.href)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn addresses_end_where_github_ends_them() {
        check("see www.commonmark.org/help for more", &["www.commonmark.org/help -> http://www.commonmark.org/help"]);
        check("Visit www.commonmark.org.", &["www.commonmark.org -> http://www.commonmark.org"]);
        check("(www.google.com/search?q=a(b))", &["www.google.com/search?q=a(b) -> http://www.google.com/search?q=a(b)"]);
        check(
            "https://a.example/x_y?z=1, http://b.example",
            &["https://a.example/x_y?z=1 -> https://a.example/x_y?z=1", "http://b.example -> http://b.example"],
        );
        check("foo@bar.baz and a.b-c_d@a.b. but not a.b-c_d@a.b-", &["foo@bar.baz -> mailto:foo@bar.baz", "a.b-c_d@a.b -> mailto:a.b-c_d@a.b"]);
        check("mailto:a@b.c, Mail:a@b.c or xmpp:a@b.c/d", &["mailto:a@b.c -> mailto:a@b.c", "a@b.c -> mailto:a@b.c"]);
        check("nohttp://a.example and http:// and ://x", &[]);
        check("日本 http://例え.jp/あ 語", &["http://例え.jp/あ -> http://例え.jp/あ"]);
    }

    #[test]
    fn many_signs_cost_little() {
        let text = format!("{}@", "a".repeat(50_000));
        check(&text, &[]);
        check(&"@".repeat(50_000), &[]);
        check(&"http://a)".repeat(5), &["http://a)http://a)http://a)http://a)http://a -> http://a)http://a)http://a)http://a)http://a"]);
    }
}
