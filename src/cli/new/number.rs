//! The numbers of releases: which is the newest, and which could be next.

use std::cmp::Ordering;

use jiff::civil::Date;

use crate::parse::rank;

/// What is typed for a release, as it is written: without `v` or the ending of a file.
///
/// # Errors
/// Why it cannot be one.
pub(super) fn number(typed: &str) -> Result<&str, &'static str> {
    let number = typed.strip_suffix(".md").unwrap_or(typed);
    let number = number.strip_prefix(['v', 'V']).unwrap_or(number);
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("it does not begin with a digit");
    }
    if let Some(c) = number.chars().find(|c| !c.is_ascii_alphanumeric() && !".-+_".contains(*c)) {
        return Err(if c.is_whitespace() { "it holds a space" } else { "it holds other characters than letters, digits, `.`, `-`, `+` and `_`" });
    }
    Ok(number)
}

/// A number, taken apart.
struct Parts<'n> {
    numbers: Vec<u64>,
    /// How each was written.
    written: Vec<&'n str>,
    /// What stands between them.
    mark: char,
    /// What makes it one before a release: `rc.1`.
    before: &'n str,
}

fn parts(number: &str) -> Parts<'_> {
    let number = number.rsplit_once('@').map_or(number, |(_, number)| number);
    let number = number.split_once('+').map_or(number, |(number, _)| number);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let dashed = !number.contains('.') && number.split('-').all(digits);
    let mark = if dashed { '-' } else { '.' };
    let end = number.find(|c: char| !c.is_ascii_digit() && c != mark).unwrap_or(number.len());
    let written: Vec<&str> = number[..end].split(mark).filter(|part| digits(part)).collect();
    let numbers = written.iter().map(|part| part.parse().unwrap_or(u64::MAX)).collect();
    Parts { numbers, written, mark, before: number[end..].trim_start_matches(['-', '.', '_']) }
}

/// The newest of these.
pub(super) fn newest<'n>(numbers: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    numbers.into_iter().max_by_key(|number| rank(number))
}

/// What could follow `newest` on the day `today`: of numbers that come from a calendar, today's first; then the next steps, small ones first.
pub(super) fn next(newest: &str, today: Date) -> Vec<String> {
    let Parts { numbers, written, mark, before } = parts(newest);
    let year = numbers.first().is_some_and(|year| (1990..3000).contains(year));
    if year && numbers.len() == 3 && written[1..].iter().all(|part| part.len() == 2) {
        return vec![today.strftime(&format!("%Y{mark}%m{mark}%d")).to_string()];
    }
    let mut found = Vec::new();
    if year && numbers.get(1).is_some_and(|month| (1..=12).contains(month)) {
        let parts = [i64::from(today.year()), i64::from(today.month())].into_iter().chain(std::iter::repeat(0));
        let number: Vec<String> = parts.zip(&written).map(|(part, written)| like(part, written)).collect();
        found.extend(Some(number.join(".")).filter(|number| rank(number) > rank(newest)));
    }
    let whole = written.join(&mark.to_string());
    // `3.2.0-rc.1` leads to `3.2.0`.
    found.extend(Some(whole).filter(|_| !before.is_empty() && !numbers.is_empty()));
    // A year is no step.
    let first = usize::from(year && numbers.len() > 1);
    let last = numbers.len() - usize::from(!before.is_empty() && !numbers.is_empty());
    for at in (first..last).rev() {
        let parts = written.iter().enumerate().map(|(no, written)| match no.cmp(&at) {
            Ordering::Less => (*written).to_owned(),
            Ordering::Equal => like(numbers[no].saturating_add(1), written),
            Ordering::Greater => like(0, written),
        });
        let number = parts.collect::<Vec<_>>().join(&mark.to_string());
        if !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

/// A number with as many digits as the one before, where that has zeros in front.
fn like(number: impl std::fmt::Display, written: &str) -> String {
    let width = if written.starts_with('0') { written.len() } else { 1 };
    format!("{number:0>width$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_newest_is_the_highest() {
        for (numbers, expected) in [
            ("1.9.0 1.10.0 1.2", "1.10.0"),
            ("2.0.0-rc.1 2.0.0 1.9", "2.0.0"),
            ("2.0.0-rc.1 2.0.0-rc.2 1.9", "2.0.0-rc.2"),
            ("2.0.0-rc.9 2.0.0-rc.10", "2.0.0-rc.10"),
            ("pkg@1.9.0 pkg@1.10.0", "pkg@1.10.0"),
            ("2025.12 2026.1", "2026.1"),
            ("2026-01-31 2026-02-01", "2026-02-01"),
        ] {
            assert_eq!(newest(numbers.split(' ')), Some(expected), "{numbers}");
        }
        assert_eq!(newest([]), None);
    }

    #[test]
    fn the_next_ones_follow_the_newest() {
        let today = date(2026, 11, 5);
        for (number, expected) in [
            ("3.2.0", "3.2.1 3.3.0 4.0.0"),
            ("3.2", "3.3 4.0"),
            ("7", "8"),
            ("3.2.0-rc.1", "3.2.0 3.3.0 4.0.0"),
            ("1.2.3+build.5", "1.2.4 1.3.0 2.0.0"),
            ("pkg@1.9.0", "1.9.1 1.10.0 2.0.0"),
            ("2026.10", "2026.11"),
            ("2026.11", "2026.12"),
            ("2026.09", "2026.11 2026.10"),
            ("2026.3.1", "2026.11.0 2026.3.2 2026.4.0"),
            ("2026.11.0", "2026.11.1 2026.12.0"),
            ("2026-10-01", "2026-11-05"),
            ("2026.10.01", "2026.11.05"),
            ("18446744073709551615", "18446744073709551615"),
        ] {
            assert_eq!(next(number, today).join(" "), expected, "{number}");
        }
        assert_eq!(next("2025.01", date(2026, 2, 1)), ["2026.02", "2025.02"]);
    }

    #[test]
    fn what_is_typed_is_judged() {
        for typed in ["3.2.1", "v3.2.1", "3.2.1.md"] {
            assert_eq!(number(typed), Ok("3.2.1"), "{typed}");
        }
        for typed in ["", "next", "../3", "3/2", "3 2", "3\u{e4}"] {
            assert!(number(typed).is_err(), "{typed}");
        }
    }
}
