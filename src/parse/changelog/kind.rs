//! Kinds of changes, and the words that changelogs have for them.

use serde::{Deserialize, Serialize};

/// What an entry says has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ChangeKind {
    /// Something is new.
    Added,
    /// Something works in another way.
    Changed,
    /// Something will go.
    Deprecated,
    /// Something is gone.
    Removed,
    /// Something that did not work works.
    Fixed,
    /// Something that was not safe is safe.
    Security,
}

impl ChangeKind {
    /// Every kind, with the word for it, in the order of Keep a Changelog.
    pub const ALL: [(&'static str, ChangeKind); 6] = [
        ("Added", ChangeKind::Added),
        ("Changed", ChangeKind::Changed),
        ("Deprecated", ChangeKind::Deprecated),
        ("Removed", ChangeKind::Removed),
        ("Fixed", ChangeKind::Fixed),
        ("Security", ChangeKind::Security),
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// What a heading says of the entries below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) kind: ChangeKind,
    /// Whether they are all breaking.
    pub(super) breaking: bool,
}

/// What a heading of these words says; none where it names no kind.
pub(super) fn section(title: &str) -> Option<Section> {
    let words: Vec<String> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let kind = match words.join(" ").as_str() {
        "added" | "add" | "additions" | "new" | "feature" | "features" | "new feature" | "new features" => ChangeKind::Added,
        "changed" | "change" | "changes" | "updated" | "updates" | "improved" | "improvement" | "improvements" | "enhancement" | "enhancements"
        | "performance" | "refactor" | "refactoring" | "revert" | "reverted" | "breaking" | "breaking change" | "breaking changes" => {
            ChangeKind::Changed
        }
        "deprecated" | "deprecation" | "deprecations" => ChangeKind::Deprecated,
        "removed" | "removal" | "removals" => ChangeKind::Removed,
        "fixed" | "fix" | "fixes" | "bugfix" | "bugfixes" | "bug fix" | "bug fixes" => ChangeKind::Fixed,
        "security" | "security fix" | "security fixes" | "cve" => ChangeKind::Security,
        _ => return None,
    };
    Some(Section { kind, breaking: words.first().is_some_and(|word| word == "breaking") })
}

/// What the beginning of an entry says (Conventional Commits 1.0.0): `feat(api)!: …`. None where it begins otherwise.
pub(super) fn commit(text: &str) -> Option<Section> {
    let (head, _) = text.split_once(':')?;
    let bare = head.strip_suffix('!').unwrap_or(head);
    let word = match bare.split_once('(') {
        Some((word, scope)) if scope.ends_with(')') => word,
        None => bare,
        Some(_) => return None,
    };
    let kind = match word {
        "feat" | "feature" => ChangeKind::Added,
        "fix" | "bugfix" => ChangeKind::Fixed,
        "perf" | "refactor" | "change" | "revert" => ChangeKind::Changed,
        _ => return None,
    };
    Some(Section { kind, breaking: bare.len() < head.len() })
}

/// Whether a text says at its beginning that it breaks what was: `Breaking: …`, `BREAKING CHANGE: …`, `[breaking] …`.
pub(super) fn breaks(text: &str) -> bool {
    let text = text.trim_start();
    let word = text.strip_prefix('[').unwrap_or(text);
    let Some(rest) = word.get(..8).filter(|word| word.eq_ignore_ascii_case("breaking")).map(|_| &word[8..]) else { return false };
    let rest = rest.get(..7).filter(|word| word.eq_ignore_ascii_case(" change")).map_or(rest, |_| &rest[7..]);
    rest.starts_with([':', ']', '!'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_kinds() {
        for (no, (_, kind)) in ChangeKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, no);
        }
    }

    #[test]
    fn headings_name_kinds_in_the_words_of_real_files() {
        for (title, expected) in [
            ("Added", Some(ChangeKind::Added)),
            ("🐛 Bug Fixes", Some(ChangeKind::Fixed)),
            ("⛰️  Features", Some(ChangeKind::Added)),
            ("Change", Some(ChangeKind::Changed)),
            ("⚠ BREAKING CHANGES", Some(ChangeKind::Changed)),
            ("Removed:", Some(ChangeKind::Removed)),
            ("Core", None),
            ("New Contributors", None),
            ("", None),
        ] {
            assert_eq!(section(title).map(|section| section.kind), expected, "{title}");
        }
        assert!(section("⚠ BREAKING CHANGES").is_some_and(|section| section.breaking));
    }

    #[test]
    fn commits_name_kinds_at_their_beginning() {
        for (text, expected) in [
            ("feat(ai-proxy): add a cache", Some((ChangeKind::Added, false))),
            ("feat!: drop it", Some((ChangeKind::Added, true))),
            ("fix: keep it", Some((ChangeKind::Fixed, false))),
            ("fix (it: now", None),
            ("docs: say so", None),
            ("Fixed: it", None),
        ] {
            assert_eq!(commit(text).map(|section| (section.kind, section.breaking)), expected, "{text}");
        }
    }

    #[test]
    fn a_text_says_at_its_beginning_that_it_breaks() {
        for (text, expected) in [
            ("Breaking: x", true),
            ("BREAKING CHANGE: x", true),
            ("[breaking] x", true),
            ("Breaking the ice", false),
            ("Unbreaking: x", false),
            ("é", false),
        ] {
            assert_eq!(breaks(text), expected, "{text}");
        }
    }
}
