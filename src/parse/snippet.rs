//! The part of a file that a fence asks for: a region by its name, lines by their numbers, or all of it.
//!
//! Regions are marked in the file's own comments, as other tools mark them: `#region NAME` … `#endregion`, `ANCHOR: NAME` …
//! `ANCHOR_END: NAME`, `--8<-- [start:NAME]` … `[end:NAME]`. Lines that mark regions are never shown. A name that stands more than once
//! gives all of its parts, one after another. What is taken out of a file loses the indent that all of its lines share.

use std::borrow::Cow;

use super::fence::Fault;
use crate::diagnostic::nearest;

/// How many names a message lists.
const MOST_NAMES: usize = 12;

/// The part of `text` that `fragment` names.
///
/// # Errors
/// What is wrong with the fragment; its range is empty.
pub(super) fn snippet<'t>(text: &'t str, fragment: Option<&str>) -> Result<Cow<'t, str>, Fault> {
    match fragment.filter(|fragment| !fragment.is_empty()) {
        None => Ok(whole(text)),
        Some(fragment) => match lines(fragment) {
            Some((first, last)) => part(text, fragment, first, last),
            None => region(text, fragment),
        },
    }
}

fn fault(message: String, help: impl Into<Option<String>>) -> Fault {
    Fault { range: 0..0, message, help: help.into() }
}

/// A line that marks a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark<'t> {
    Begin(&'t str),
    /// The end of a region: of the innermost one where it has no name.
    End(&'t str),
}

fn mark(line: &str) -> Option<Mark<'_>> {
    // Few lines hold any of these.
    if let Some((_, rest)) = line.split_once("ANCHOR") {
        if let Some(rest) = rest.strip_prefix("_END:") {
            return name(rest).map(Mark::End);
        }
        if let Some(rest) = rest.strip_prefix(':') {
            return name(rest).map(Mark::Begin);
        }
    }
    if let Some((_, rest)) = line.split_once("--8<--") {
        let rest = rest.trim_start();
        if let Some(rest) = rest.strip_prefix("[start:") {
            return name(rest).map(Mark::Begin);
        }
        if let Some(rest) = rest.strip_prefix("[end:") {
            return name(rest).map(Mark::End);
        }
    }
    let line = line.trim_start();
    let word = line.trim_start_matches(['/', '<', '!', '-', '*', ';', '%', '\'', '"', '#', ' ', '\t']);
    let word = word.strip_prefix("pragma").map_or(word, str::trim_start);
    if let Some(rest) = word.strip_prefix("endregion") {
        return boundary(rest).then(|| Mark::End(name(rest).unwrap_or("")));
    }
    // Without a sign before it, the word is no mark: `region = "eu"`.
    let signed = word.len() < line.len();
    let rest = word.strip_prefix("region").filter(|rest| signed && rest.starts_with([' ', '\t']))?;
    name(rest).map(Mark::Begin)
}

fn boundary(rest: &str) -> bool {
    rest.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '_')
}

/// The name that `rest` begins with.
fn name(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ']' | '*')).unwrap_or(rest.len());
    let name = rest[..end].trim_end_matches("--");
    (!name.is_empty() && name != "-->").then_some(name)
}

/// The names of the regions of a file, in its order.
fn names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for line in text.lines() {
        if let Some(Mark::Begin(name)) = mark(line)
            && names.len() < 1000
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

fn whole(text: &str) -> Cow<'_, str> {
    let marked = ["ANCHOR", "--8<--", "region"].iter().any(|sign| text.contains(sign));
    if !marked {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_inclusive('\n').filter(|line| mark(line).is_none()).collect())
}

/// `L10`, `L10-L20` or `L10-20`: the first and last line, from 1.
fn lines(fragment: &str) -> Option<(usize, usize)> {
    let (first, last) = fragment.split_once('-').unwrap_or((fragment, fragment));
    let first = first.strip_prefix('L')?.parse().ok()?;
    let last = last.strip_prefix('L').unwrap_or(last).parse().ok()?;
    Some((first, last))
}

fn part<'t>(text: &'t str, fragment: &str, first: usize, last: usize) -> Result<Cow<'t, str>, Fault> {
    let count = text.lines().count();
    if first == 0 || last < first || last > count {
        let message = format!("`#{fragment}` are no lines of the file, which has {count}");
        return Err(fault(message, "write `#L10-L20`; the first line is 1".to_owned()));
    }
    let lines: Vec<&str> = text.lines().skip(first - 1).take(last + 1 - first).filter(|line| mark(line).is_none()).collect();
    Ok(Cow::Owned(dedented(&lines)))
}

fn region<'t>(text: &'t str, wanted: &str) -> Result<Cow<'t, str>, Fault> {
    let mut open: Vec<&str> = Vec::new();
    let mut taken: Vec<&str> = Vec::new();
    let mut found = false;
    for line in text.lines() {
        match mark(line) {
            Some(Mark::Begin(name)) => {
                found |= name == wanted;
                open.push(name);
            }
            Some(Mark::End("")) => drop(open.pop()),
            Some(Mark::End(name)) => {
                if let Some(place) = open.iter().rposition(|open| *open == name) {
                    open.remove(place);
                }
            }
            None if found && open.contains(&wanted) => taken.push(line),
            None => {}
        }
    }
    if !found {
        let names = names(text);
        let help = match nearest(wanted, names.iter().copied()) {
            Some(near) => format!("write `#{near}`"),
            None if names.is_empty() => "mark it in the file: `#region NAME` before it and `#endregion` behind it, in comments".to_owned(),
            None => {
                let more = if names.len() > MOST_NAMES { format!(" and {} more", names.len() - MOST_NAMES) } else { String::new() };
                let shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
                format!("it has {}{more}", shown.join(", "))
            }
        };
        return Err(fault(format!("the file has no region `{wanted}`"), help));
    }
    if open.contains(&wanted) {
        return Err(fault(format!("the region `{wanted}` is not closed in the file"), "mark its end with `#endregion` in a comment".to_owned()));
    }
    if taken.iter().all(|line| line.trim().is_empty()) {
        return Err(fault(format!("the region `{wanted}` is empty"), None));
    }
    Ok(Cow::Owned(dedented(&taken)))
}

/// The lines without the white space that all of them begin with, blank ones aside.
fn dedented(lines: &[&str]) -> String {
    let mut shared: Option<&str> = None;
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        let indent = &line[..line.len() - line.trim_start().len()];
        let same = shared.map_or(indent.len(), |shared| shared.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count());
        // White space can have several bytes, and is cut between characters.
        let same = (0..=same).rev().find(|at| indent.is_char_boundary(*at)).unwrap_or(0);
        shared = Some(&indent[..same]);
    }
    let indent = shared.map_or(0, str::len);
    let mut text = String::new();
    for line in lines {
        text.push_str(line.get(indent..).unwrap_or("").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, fragment: &str, expected: &str) {
        let shown = match snippet(text, Some(fragment)) {
            Ok(text) => text.into_owned(),
            Err(fault) => format!("! {} | {}", fault.message, fault.help.unwrap_or_default()),
        };
        assert_eq!(shown, expected, "{text} #{fragment}");
    }

    #[test]
    fn regions_of_every_spelling() {
        check("a\n  // #region x\n    b\n  c\n  // #endregion\nd\n", "x", "  b\nc\n");
        check("//region x\nb\n//endregion x\n", "x", "b\n");
        check("# ANCHOR: x\nb\n# ANCHOR_END: x\n", "x", "b\n");
        check("<!-- --8<-- [start:x] -->\nb\n<!-- --8<-- [end:x] -->\n", "x", "b\n");
        check("#pragma region x\nb\n#pragma endregion\n", "x", "b\n");
        check("<!-- #region x -->\n<b>\n<!-- #endregion x -->\n", "x", "<b>\n");
        check("/* #region x */\nb\n/* #endregion */\n", "x", "b\n");
        check("    # #region x\n    b\n    # #endregion\n", "x", "b\n");
        check("# region x\nb\n# endregion\n", "x", "b\n");
        check("// #region x\na\n// #region y\nb\n// #endregion y\nc\n// #endregion x\n", "x", "a\nb\nc\n");
        check("// #region x\na\n// #endregion\nb\n// #region x\nc\n// #endregion\n", "x", "a\nc\n");
        check("// ANCHOR: a\n1\n// ANCHOR: b\n2\n// ANCHOR_END: a\n3\n// ANCHOR_END: b\n", "b", "2\n3\n");
    }

    #[test]
    fn lines_and_whole_files() {
        check("a\n\tb\n\t\tc\nd\n", "L2-L3", "b\n\tc\n");
        check("a\nb\n", "L2", "b\n");
        check("a\nb\n", "L2-9", "! `#L2-9` are no lines of the file, which has 2 | write `#L10-L20`; the first line is 1");
        check("a\n// ANCHOR: x\nregion = \"eu\"\n// ANCHOR_END: x\n", "", "a\nregion = \"eu\"\n");
    }

    #[test]
    fn a_missing_region_names_those_that_exist() {
        check("// #region charge\nb\n// #endregion\n", "charg", "! the file has no region `charg` | write `#charge`");
        check("// #region aaa\n// #endregion\n// #region bbb\n// #endregion\n", "xyz", "! the file has no region `xyz` | it has `aaa`, `bbb`");
        check("b\n", "x", "! the file has no region `x` | mark it in the file: `#region NAME` before it and `#endregion` behind it, in comments");
        check("// #region x\nb\n", "x", "! the region `x` is not closed in the file | mark its end with `#endregion` in a comment");
        check("// #region x\n\n// #endregion\n", "x", "! the region `x` is empty | ");
    }
}
