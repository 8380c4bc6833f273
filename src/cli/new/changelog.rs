//! Puts a release into a file that holds all of them, in the way of Keep a Changelog 1.1.0: what stood under `Unreleased` is what it changed.

use super::template::body;
use crate::parse::release_of;

/// Why there is nothing to put in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told;

/// A heading of the file.
struct Heading<'t> {
    /// 1 to 6.
    level: usize,
    /// Its words, without marks.
    title: &'t str,
    /// Where its first line begins, and its last one ends: bytes.
    start: usize,
    end: usize,
}

/// The releases that the headings of `text` name.
pub(super) fn releases(text: &str) -> Vec<String> {
    headings(text).into_iter().filter_map(|heading| release_of(heading.title, heading.level)).collect()
}

/// `text` with a section for the release `number` of the day `date`. Where nothing stood under `Unreleased`, the section gets the text `empty`, whose
/// headings are of level 2. All else stays to the byte.
///
/// # Errors
/// The file tells of the release already.
pub(super) fn with_release(text: &str, number: &str, date: &str, empty: &str) -> Result<String, Told> {
    if releases(text).iter().any(|known| known.eq_ignore_ascii_case(number)) {
        return Err(Told);
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let headings = headings(text);
    let bare = |heading: &Heading<'_>| heading.title.trim_start_matches('[').to_ascii_lowercase();
    let unreleased = headings.iter().position(|heading| bare(heading).starts_with("unreleased"));
    let first = headings.iter().position(|heading| release_of(heading.title, heading.level).is_some());
    let pattern = unreleased.or(first).map(|at| &headings[at]);
    let level = pattern.map_or(2, |heading| heading.level);
    let title = if pattern.is_none_or(|heading| heading.title.starts_with('[')) { format!("[{number}]") } else { number.to_owned() };
    let heading = format!("{} {title} - {date}", "#".repeat(level));
    let sections = empty.trim().lines().map(|line| if line.starts_with('#') { "#".repeat(level - 1) + line } else { line.to_owned() });
    let sections: Vec<String> = sections.collect();
    let filled = format!("{heading}\n\n{}\n", sections.join("\n"));
    let (at, section) = match unreleased {
        Some(no) => {
            let end = headings[no + 1..].iter().find(|next| next.level <= level).map_or(text.len(), |next| next.start);
            let at = headings[no].end;
            let content = &text[at..end];
            let nothing = content.lines().all(|line| line.trim().is_empty() || definition(line));
            let section = if nothing { filled } else { format!("{heading}\n") };
            (at, format!("\n{section}"))
        }
        None => match first {
            Some(no) => (headings[no].start, format!("{filled}\n")),
            // The definitions of links stay at the end.
            None => {
                let at = text.rfind(|c: char| !c.is_whitespace()).map_or(text.len(), |_| before_definitions(text));
                let blank = if text[..at].is_empty() || text[..at].ends_with("\n\n") || text[..at].ends_with("\n\r\n") { "" } else { "\n" };
                let behind = if at < text.len() { "\n" } else { "" };
                (at, format!("{blank}{filled}{behind}"))
            }
        },
    };
    let (before, behind) = text.split_at(at);
    // The last line of a file may lack its end.
    let ended = if before.is_empty() || before.ends_with('\n') { "" } else { newline };
    Ok(format!("{before}{ended}{}{behind}", section.replace('\n', newline)))
}

/// Whether a line defines where a link leads: `[1.0.0]: https://…`.
fn definition(line: &str) -> bool {
    line.starts_with('[') && line.contains("]: ")
}

/// Where the definitions at the end of a text begin; its end if there are none.
fn before_definitions(text: &str) -> usize {
    let mut at = text.len();
    let mut found = at;
    for line in text.split_inclusive('\n').rev() {
        at -= line.len();
        if definition(line) {
            found = at;
        } else if !line.trim().is_empty() {
            break;
        }
    }
    found
}

/// The headings of a text, outside of code and comments (CommonMark, sections 4.2 and 4.3).
fn headings(text: &str) -> Vec<Heading<'_>> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut comment = false;
    let mut before: Option<(usize, &str)> = None;
    let mut at = body(text);
    for line in text[at..].split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let paragraph = before.take();
        let indented = line.starts_with("    ") || line.starts_with('\t');
        let bare = line.trim();
        if comment {
            comment = !bare.contains("-->");
        } else if let Some(open) = fence {
            if bare.starts_with(open) && bare.trim_start_matches(&open[..1]).is_empty() {
                fence = None;
            }
        } else if let Some(mark) = fence_of(bare) {
            fence = Some(mark);
        } else if let Some(inside) = bare.strip_prefix("<!--") {
            comment = !inside.contains("-->");
        } else if indented || bare.is_empty() {
        } else if let Some(level) = Some(bare.len() - bare.trim_start_matches('#').len()).filter(|level| (1..=6).contains(level)) {
            if bare[level..].starts_with([' ', '\t']) {
                found.push(Heading { level, title: bare[level..].trim().trim_end_matches('#').trim_end(), start, end });
            }
        } else if let Some((start, title)) = paragraph.filter(|_| underline(bare)) {
            found.push(Heading { level: if bare.starts_with('=') { 1 } else { 2 }, title, start, end });
        } else {
            before = Some((start, bare));
        }
    }
    found
}

/// The mark that opens a block of code on this line (section 4.5); one of backticks has none behind it.
fn fence_of(line: &str) -> Option<&str> {
    let marks =
        ['`', '~'].into_iter().find_map(|mark| Some((mark, line.len() - line.trim_start_matches(mark).len())).filter(|(_, length)| *length >= 3));
    marks.filter(|(mark, length)| *mark == '~' || !line[*length..].contains('`')).map(|(_, length)| &line[..length])
}

fn underline(line: &str) -> bool {
    line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "<!-- a -->\n\n## Added\n\n## Fixed\n";

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let written = with_release(text, "3.2.1", "2026-03-01", EMPTY);
        assert_eq!(written.as_deref(), Ok(expected), "{text}");
        let (text, expected) = (text.replace('\n', "\r\n"), expected.replace('\n', "\r\n"));
        assert_eq!(with_release(&text, "3.2.1", "2026-03-01", EMPTY), Ok(expected), "with CRLF");
    }

    #[test]
    fn what_was_unreleased_moves_under_the_release() {
        check(
            "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A.\n\n## [3.2.0] - 2026-01-01\n\n- B.\n\n[Unreleased]: https://a.example\n",
            "# Changelog\n\n## [Unreleased]\n\n## [3.2.1] - 2026-03-01\n\n### Added\n\n- A.\n\n## [3.2.0] - 2026-01-01\n\n- B.\n\n[Unreleased]: https://a.example\n",
        );
        check("# unreleased\n- A.", "# unreleased\n\n# 3.2.1 - 2026-03-01\n- A.");
        check("Unreleased\n----\n\n- A.\n", "Unreleased\n----\n\n## 3.2.1 - 2026-03-01\n\n- A.\n");
    }

    #[test]
    fn a_release_without_entries_gets_the_headings_for_them() {
        check(
            "## [Unreleased]\n\n## [3.2.0]\n",
            "## [Unreleased]\n\n## [3.2.1] - 2026-03-01\n\n<!-- a -->\n\n### Added\n\n### Fixed\n\n## [3.2.0]\n",
        );
        check("## 3.2.0\n", "## 3.2.1 - 2026-03-01\n\n<!-- a -->\n\n### Added\n\n### Fixed\n\n## 3.2.0\n");
        let written = with_release("", "3.2.1", "2026-03-01", EMPTY);
        assert_eq!(written.as_deref(), Ok("## [3.2.1] - 2026-03-01\n\n<!-- a -->\n\n### Added\n\n### Fixed\n"));
        check(
            "# Log\n\n[a]: https://a.example\n",
            "# Log\n\n## [3.2.1] - 2026-03-01\n\n<!-- a -->\n\n### Added\n\n### Fixed\n\n[a]: https://a.example\n",
        );
    }

    #[test]
    fn code_and_comments_hold_no_headings() {
        for text in
            ["```\n## [Unreleased]\n```\n", "<!--\n## [Unreleased]\n-->\n", "    ## [Unreleased]\n", "+++\na = '''\n## [Unreleased]\n'''\n+++\n"]
        {
            let written = with_release(text, "1.0", "2026-03-01", EMPTY).expect("a place");
            assert!(written.starts_with(text), "{written}");
        }
        assert_eq!(releases("## [1.0.0] - 2026-01-01\n\n```\n## 0.9\n```\n\n### v0.8 (2025-01-01)\n\n### 0.7\n\n#### 0.6\n"), ["1.0.0", "0.8"]);
        assert_eq!(releases("```code``` in a line\n\n## 1.0.0\n\n~~~ `a`\n## 0.9\n"), ["1.0.0"]);
    }

    #[test]
    fn a_release_is_told_once() {
        assert_eq!(with_release("## v3.2.1 (2026-01-01)\n", "3.2.1", "2026-03-01", EMPTY), Err(Told));
    }
}
