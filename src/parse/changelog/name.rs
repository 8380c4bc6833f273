//! What the heading of a release says: its number, its day, whether it was taken back. And the order of releases, by their numbers.

use jiff::civil::Date;

/// What a heading says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Named {
    /// The number, as `3.2.1`, without a `v`; none for what is not released yet.
    pub(in super::super) id: Option<String>,
    /// The day.
    pub(in super::super) date: Option<Date>,
    /// Something that may be meant as a day, and is none.
    pub(in super::super) no_date: Option<String>,
    /// Whether it was taken back.
    pub(in super::super) yanked: bool,
    /// What readers call it: the heading without the day.
    pub(in super::super) title: String,
}

impl Named {
    /// A release that says of itself that it is one, whatever its title.
    pub(in super::super) fn stated(stem: &str, title: Option<&str>) -> Self {
        Self { id: Some(stem.to_owned()), date: None, no_date: None, yanked: false, title: title.unwrap_or(stem).to_owned() }
    }

    /// What its page is called in addresses.
    pub(in super::super) fn slug(&self) -> String {
        self.id.as_deref().unwrap_or("unreleased").replace(['/', '\\'], "-")
    }
}

/// What a heading of these words says; none where it names no release.
///
/// `[1.0.0] - 2017-06-20 [YANKED]`, `v1.0.0 (2017-06-20)`, `Version 2026.10`, `pkg@1.0.0`, `2026-10-01`, `Unreleased`.
pub(in super::super) fn named(title: &str) -> Option<Named> {
    let mut words = title.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',')).filter(|word| !word.is_empty()).peekable();
    while words.peek().is_some_and(|word| ["version", "release"].iter().any(|known| word.eq_ignore_ascii_case(known))) {
        words.next();
    }
    let first = words.next()?.trim_end_matches(':');
    let rest: Vec<&str> = words.collect();
    let unreleased = first.eq_ignore_ascii_case("unreleased");
    let id = number(first).filter(|_| !unreleased);
    if id.is_none() && !unreleased {
        return None;
    }
    let yanked = rest.iter().any(|word| word.eq_ignore_ascii_case("yanked"));
    let rest: Vec<&str> = rest.into_iter().filter(|word| !word.eq_ignore_ascii_case("yanked") && !matches!(*word, "-" | "–" | "—" | ":")).collect();
    let (date, no_date, others) = day(&rest);
    // `## 3 ways to upgrade` is no release, and `## 3 - 2026-03-01` is one.
    if date.is_none() && !others.is_empty() && id.is_some_and(|id| !id.contains('.')) {
        return None;
    }
    let date = date.or_else(|| id.and_then(|id| id.parse().ok()));
    let mut title = if unreleased { "Unreleased".to_owned() } else { first.to_owned() };
    if !others.is_empty() {
        title = format!("{title} {}", others.join(" "));
    }
    Some(Named { id: id.map(str::to_owned), date, no_date, yanked, title })
}

/// The number that a word is: it begins with a digit, perhaps behind a `v`, or a package's name and `@`.
fn number(word: &str) -> Option<&str> {
    let bare = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let digits = word.rsplit_once('@').map_or(bare, |(_, number)| number);
    let sound = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '+' | '_' | '@' | '/');
    (digits.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(sound) && word.len() <= 100).then_some(bare)
}

/// The day that is among words, what may be meant as one and is none, and the other words.
fn day<'a>(words: &[&'a str]) -> (Option<Date>, Option<String>, Vec<&'a str>) {
    for (no, word) in words.iter().enumerate() {
        let without = |count: usize| [&words[..no], &words[no + count..]].concat();
        if let Ok(date) = word.parse() {
            return (Some(date), None, without(1));
        }
        for format in ["%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y"] {
            if let Ok(date) = Date::strptime(format, word) {
                return (Some(date), None, without(1));
            }
        }
        // `20 June 2017`, `Jun 20 2017`.
        if let Some(three) = words.get(no..no + 3).map(|three| three.join(" ")) {
            for format in ["%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y"] {
                if let Ok(date) = Date::strptime(format, &three) {
                    return (Some(date), None, without(3));
                }
            }
        }
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        if digits >= 5 && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.')) {
            return (None, Some((*word).to_owned()), without(1));
        }
    }
    (None, None, words.to_vec())
}

/// The place of a release among others, by its number: part by part (Semantic Versioning 2.0.0, section 11), also of those that calendars give.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Its numbers, without zeros at the end: `3.2` is `3.2.0`.
    numbers: Vec<u64>,
    /// Whether nothing like `-rc.1` follows, which comes before the release itself.
    whole: bool,
    before: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Number(u64),
    Word(String),
}

impl Rank {
    /// Whether another number begins as this one does, and has no more parts.
    pub fn same_generation(&self, other: &Self) -> bool {
        self.numbers.first() == other.numbers.first() && other.numbers.len() <= self.numbers.len().max(3)
    }
}

/// The place of the release `id` among others.
pub fn rank(id: &str) -> Rank {
    let id = id.rsplit_once('@').map_or(id, |(_, number)| number);
    let id = id.strip_prefix(['v', 'V']).unwrap_or(id);
    // What follows `+` says how it was built (section 10).
    let id = id.split_once('+').map_or(id, |(id, _)| id);
    // `2026-10-01` is a number, `1.0.0-1` is one before `1.0.0`.
    let dashed = !id.contains('.') && id.split('-').all(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let end = id.find(|c: char| !c.is_ascii_digit() && c != '.' && !(dashed && c == '-')).unwrap_or(id.len());
    let mut numbers: Vec<u64> = id[..end].split(['.', '-']).filter(|part| !part.is_empty()).map(|part| part.parse().unwrap_or(u64::MAX)).collect();
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    let mut before = Vec::new();
    for part in id[end..].split(['.', '-', '_']) {
        let mut rest = part;
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let piece = match digits {
                0 => &rest[..rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len())],
                digits => &rest[..digits],
            };
            before.push(piece.parse().map_or_else(|_| Piece::Word(piece.to_lowercase()), Piece::Number));
            rest = &rest[piece.len()..];
        }
    }
    Rank { numbers, whole: before.is_empty(), before }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(title: &str, expected: &str) {
        let shown = named(title).map_or("none".to_owned(), |named| {
            let mut shown = format!("{} {}", named.id.as_deref().unwrap_or("-"), named.date.map_or("-".to_owned(), |date| date.to_string()));
            shown += &named.no_date.map_or(String::new(), |no_date| format!(" ?{no_date}"));
            shown += if named.yanked { " yanked" } else { "" };
            format!("{shown} {:?}", named.title)
        });
        assert_eq!(shown, expected, "{title}");
    }

    #[test]
    fn headings_name_releases_as_real_files_do() {
        check("[1.0.0] - 2017-06-20", "1.0.0 2017-06-20 \"1.0.0\"");
        check("1.0.0 - 2017-06-20", "1.0.0 2017-06-20 \"1.0.0\"");
        check("0.0.5 - 2014-08-09 [YANKED]", "0.0.5 2014-08-09 yanked \"0.0.5\"");
        check("v2.1 (2020-01-02)", "2.1 2020-01-02 \"v2.1\"");
        check("3.0.0-beta", "3.0.0-beta - \"3.0.0-beta\"");
        check("Version 3.2.1", "3.2.1 - \"3.2.1\"");
        check("3.2.0 Sunrise, 20 June 2017", "3.2.0 2017-06-20 \"3.2.0 Sunrise\"");
        check("1.2.0 — June 20, 2017", "1.2.0 2017-06-20 \"1.2.0\"");
        check("pkg@1.0.0", "pkg@1.0.0 - \"pkg@1.0.0\"");
        check("2026-10-01", "2026-10-01 2026-10-01 \"2026-10-01\"");
        check("2026.10", "2026.10 - \"2026.10\"");
        check("7", "7 - \"7\"");
        check("[Unreleased]", "- - \"Unreleased\"");
        for other in ["Table of Contents", "New Contributors", "3 ways to upgrade", "", "Unreleased2", "Version", "é"] {
            check(other, "none");
        }
    }

    #[test]
    fn a_day_that_is_none_is_told_apart() {
        check("1.0.0 - 2017-13-20", "1.0.0 - ?2017-13-20 \"1.0.0\"");
        check("1.0.0 - 06/20/2017", "1.0.0 - ?06/20/2017 \"1.0.0\"");
    }

    #[test]
    fn releases_are_ordered_by_their_numbers() {
        let sorted =
            ["0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.10.0", "2", "2.0.1", "2026.9", "2026.10"];
        for pair in sorted.windows(2) {
            assert!(rank(pair[0]) < rank(pair[1]), "{pair:?}");
        }
        assert!(rank("2026-09-30") < rank("2026-10-01") && rank("1.0rc1") < rank("v1.0"));
        assert_eq!(rank("3.2").cmp(&rank("3.2.0+5")), std::cmp::Ordering::Equal);
    }
}
