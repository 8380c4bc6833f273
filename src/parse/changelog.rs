//! Changelogs: what a release changed, entry by entry.
//!
//! A release is a file of `changelog/`, or a part of one `CHANGELOG.md`, in the form of Keep a Changelog 1.1.0: a heading with the release's
//! name and day, headings with kinds of changes (Added, Changed …) below it, and under these lists whose items are the entries. What real files do
//! besides is read where it leaves no doubt: other words for the kinds, beginnings like `feat(api):`, **Breaking:** before a text. All else is
//! prose, and stays where it is.
//!
//! - In: the text of a file, or the [`Document`] of a release.
//! - Out: where the releases of a file are ([`split`]), and the entries of one ([`entries`]).
//! - Never here: which pages entries name, and which version a release belongs to.

mod attributes;
mod change;
mod entry;
mod kind;
mod name;

use std::ops::Range;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

pub use change::{ChangeEntry, Until};
pub use kind::ChangeKind;
pub use name::{Rank, rank};

pub(super) use entry::{Entries, entries};
pub(super) use name::{Named, named};

use super::document::sections::{Heading, Sections, label, sections};
use super::document::{Document, Event, md};
use super::heading::Slugger;
use crate::config::Markdown;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::{FileName, PageId, SourcePath};

/// What a text is for, by where it lies in the content tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// A page.
    Page,
    /// A page that may be a release: it lies in `changelog/`.
    Release,
    /// All releases in one file: `CHANGELOG.md` at the top.
    Changelog,
}

impl Role {
    /// The folder of releases, and the page that lists them.
    pub const FOLDER: &'static str = "changelog";

    /// What a text at `path` is for.
    pub fn of(path: &SourcePath) -> Self {
        let id = PageId::stated(path.as_str());
        match id.split_once('/') {
            None if !path.as_str().contains('/') && id.eq_ignore_ascii_case(Self::FOLDER) => Role::Changelog,
            Some((Self::FOLDER, rest)) if !rest.contains('/') => Role::Release,
            _ => Role::Page,
        }
    }
}

/// What a release says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseFacts {
    /// Its number or name, as `3.2.1`, without a `v`; none for what is not released yet.
    pub id: Option<String>,
    /// The day of it.
    pub date: Option<Date>,
    /// Whether it was taken back.
    pub yanked: bool,
    /// Where its name leads, as written: most changelogs show there what changed in the code.
    pub link: Option<String>,
    /// Its entries, in the order of the text.
    pub entries: Vec<ChangeEntry>,
}

/// The release that a heading of these words and this level names, in a file that holds many; none for what is not released yet.
pub fn release_of(title: &str, level: usize) -> Option<String> {
    named(title).filter(|named| level <= 2 || (level == 3 && named.date.is_some())).and_then(|named| named.id)
}

/// A release in a file that holds many.
pub(super) struct Part {
    /// What its heading says.
    pub(super) named: Named,
    /// Where its heading leads.
    pub(super) link: Option<String>,
    /// The text below its heading, and the definitions of links that it uses: bytes.
    pub(super) body: Vec<Range<usize>>,
    /// Its heading: bytes.
    pub(super) heading: Range<usize>,
    /// The level of its heading, 1 to 6.
    pub(super) level: u8,
    /// What its page is called in addresses: different for each.
    pub(super) slug: String,
}

/// A file that holds many releases.
pub(super) struct Split {
    /// What stands before the first of them, with the definitions of links that it uses: bytes.
    pub(super) intro: Vec<Range<usize>>,
    /// The releases, in the order of the file.
    pub(super) parts: Vec<Part>,
    /// Ids that headings would have if the file were one page, each with the number of its part (none for what stands before them), and the id
    /// that it has there; none for the part's own heading. Links inside the file were written for these.
    pub(super) anchors: Vec<(String, Option<usize>, Option<String>)>,
}

/// Takes a file apart whose body begins at byte `start`: what is wrong with it is told.
pub(super) fn split(text: &str, start: usize, file: &FileName, markdown: &Markdown, diagnostics: &mut Diagnostics) -> Split {
    let sections = sections(text, start, markdown);
    let mut found: Vec<(&Heading, Named)> = Vec::new();
    for heading in &sections.headings {
        // Deeper headings name releases only where they leave no doubt.
        if let Some(named) = named(&heading.title).filter(|named| heading.level <= 2 || (heading.level == 3 && named.date.is_some())) {
            found.push((heading, named));
        }
    }
    let end = found.first().map_or(text.len(), |(heading, _)| heading.range.start);
    if found.is_empty() {
        let message = "no heading names a release, so there is none";
        let help = "write a heading for each, as `## 1.0.0 - 2026-03-01`, and `## Unreleased` above them";
        diagnostics.push(Diagnostic::new(Code::ChangelogEmpty, message).at(Span::new(file.clone(), start..start)).help(help.to_owned()));
    }
    let mut slugs: FxHashMap<String, usize> = FxHashMap::default();
    let mut parts = Vec::with_capacity(found.len());
    for (no, (heading, named)) in found.iter().enumerate() {
        let end = found.get(no + 1).map_or(text.len(), |(next, _)| next.range.start);
        let above = no.checked_sub(1).map(|no| &found[no].1);
        let count = slugs.entry(named.slug()).or_default();
        *count += 1;
        tell(named, above, *count > 1, &Span::new(file.clone(), heading.range.clone()), diagnostics);
        parts.push(Part {
            slug: if *count > 1 { format!("{}-{count}", named.slug()) } else { named.slug() },
            named: named.clone(),
            link: heading.link.clone(),
            body: with_definitions(text, heading.range.end..end, &sections),
            heading: heading.range.clone(),
            level: heading.level,
        });
    }
    let anchors = anchors(&sections, &parts);
    Split { intro: with_definitions(text, start..end, &sections), parts, anchors }
}

/// Tells what is wrong with the heading of a release, below that of `above`.
fn tell(named: &Named, above: Option<&Named>, again: bool, span: &Span, diagnostics: &mut Diagnostics) {
    let mut tell = |code, message, help: &str| diagnostics.push(Diagnostic::new(code, message).at(span.clone()).help(help.to_owned()));
    no_date(named, &mut tell);
    if again {
        let message = format!("the release `{}` is told twice in this file", named.title);
        return tell(Code::ReleaseDuplicate, message, "write what it changed under one heading");
    }
    let Some(above) = above else { return };
    let newer = match (&named.id, &above.id) {
        (Some(id), Some(above)) => rank(id) > rank(above),
        (None, _) => true,
        (Some(_), None) => false,
    };
    // Older generations get releases between those of newer ones.
    let later = named.date.zip(above.date).is_none_or(|(date, above)| date > above);
    if newer && later {
        let message = format!("the release `{}` stands below `{}`, which is older", named.title, above.title);
        tell(Code::ReleaseOrder, message, "put the newest release first");
    }
}

/// Tells of a heading what may be meant as a day in it, and is none.
pub(super) fn no_date(named: &Named, tell: &mut impl FnMut(Code, String, &str)) {
    if let Some(no_date) = &named.no_date {
        tell(Code::ReleaseDateInvalid, format!("`{no_date}` is no day of the calendar"), "write year, month and day, as `2026-03-01`");
    }
}

/// A part of a text, and the definitions of links that it uses from other parts.
fn with_definitions(text: &str, part: Range<usize>, sections: &Sections) -> Vec<Range<usize>> {
    let mut used: Vec<Range<usize>> = Vec::new();
    let mut rest = &text[part.clone()];
    while let Some((_, behind)) = rest.split_once('[') {
        rest = behind;
        let Some(end) = rest.find(['[', ']']).filter(|end| rest[*end..].starts_with(']')) else { continue };
        let definition = sections.definitions.get(&label(&rest[..end]));
        used.extend(definition.filter(|definition| !part.contains(&definition.start)).cloned());
        rest = &rest[end..];
    }
    used.sort_by_key(|definition| definition.start);
    used.dedup();
    std::iter::once(part).chain(used).collect()
}

/// The ids that headings would have on one page with all parts.
fn anchors(sections: &Sections, parts: &[Part]) -> Vec<(String, Option<usize>, Option<String>)> {
    let mut whole = Slugger::default();
    let mut own = Slugger::default();
    let mut anchors = Vec::new();
    let mut part: Option<usize> = None;
    for heading in &sections.headings {
        let id = whole.give(heading.title.trim());
        let next = part.map_or(0, |part| part + 1);
        if parts.get(next).is_some_and(|part| part.heading.start == heading.range.start) {
            part = Some(next);
            own = Slugger::default();
            anchors.push((id, part, None));
        } else {
            anchors.push((id, part, Some(own.give(heading.title.trim()))));
        }
    }
    anchors.sort_unstable();
    anchors
}

/// Raises the headings of a release by `levels`, so that they stand below its own, which is its page's title.
pub(super) fn raise(document: &mut Document<'_>, levels: u8) {
    let raised = |level: md::HeadingLevel| md::HeadingLevel::try_from((level as usize).saturating_sub(levels.into()).max(2)).unwrap_or(level);
    for (event, _) in document.events.iter_mut().filter(|_| levels > 0) {
        match event {
            Event::Markdown(md::Event::Start(md::Tag::Heading { level, .. })) => *level = raised(*level),
            Event::Markdown(md::Event::End(md::TagEnd::Heading(level))) => *level = raised(*level),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts that a file is taken apart into.
    fn check(text: &str, expected: &[&str]) {
        let mut diagnostics = Diagnostics::new();
        let split = split(text, 0, &FileName::new("CHANGELOG.md"), &Markdown::default(), &mut diagnostics);
        let body = |body: &[Range<usize>]| body.iter().map(|range| text[range.clone()].trim()).collect::<Vec<_>>().join("|");
        let mut shown = vec![format!("{:?}", body(&split.intro))];
        shown.extend(split.parts.iter().map(|part| format!("{} {:?}", part.slug, body(&part.body))));
        shown.extend(split.anchors.iter().filter(|(_, _, own)| own.is_none()).map(|(id, part, _)| format!("#{id} {}", part.expect("a part"))));
        shown.extend(diagnostics.iter().map(|told| format!("! {}", told.code.name())));
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn releases_are_what_lies_between_their_headings() {
        check(
            "# Changes\n\nHello.\n\n## [Unreleased]\n\n## [1.0.0] - 2017-06-20\n\nA.\n\n### Added\n\n- B\n",
            &["\"# Changes\\n\\nHello.\"", "unreleased \"\"", "1.0.0 \"A.\\n\\n### Added\\n\\n- B\"", "#100---2017-06-20 1", "#unreleased 0"],
        );
        // conventional-changelog gives small releases smaller headings.
        check("# 1.1.0\n## 1.0.1\nA\n", &["\"\"", "1.1.0 \"\"", "1.0.1 \"A\"", "#101 1", "#110 0"]);
        check("## 2.0.0\n### 1.0 was good\n> ## 1.0.0\n", &["\"\"", "2.0.0 \"### 1.0 was good\\n> ## 1.0.0\"", "#200 0"]);
    }

    #[test]
    fn a_part_takes_the_definitions_that_it_uses() {
        check(
            "[A]\n\n## 1.0.0\n[b] c\n\n## 0.9.0\n\n[a]: /a\n[B]: /b\n[c]: /c\n",
            &["\"[A]|[a]: /a\"", "1.0.0 \"[b] c|[B]: /b\"", "0.9.0 \"[a]: /a\\n[B]: /b\\n[c]: /c\"", "#090 1", "#100 0"],
        );
    }

    #[test]
    fn what_is_wrong_with_headings_is_told_and_they_stay() {
        check("## 1.0.0\n## 1.0.0\n", &["\"\"", "1.0.0 \"\"", "1.0.0-2 \"\"", "#100 0", "#100-1 1", "! release-duplicate"]);
        check("## 1.0.0\n## 1.1.0\n", &["\"\"", "1.0.0 \"\"", "1.1.0 \"\"", "#100 0", "#110 1", "! release-order"]);
        check("## 1.0.0 - 2026-13-01\n", &["\"\"", "1.0.0 \"\"", "#100---2026-13-01 0", "! release-date-invalid"]);
        check("Words.\n", &["\"Words.\"", "! changelog-empty"]);
        // An older generation gets a release after the newer one.
        check(
            "## 2.0.0 - 2026-01-01\n## 1.9.1 - 2026-02-01\n## 1.9.2 - 2026-01-15\n",
            &["\"\"", "2.0.0 \"\"", "1.9.1 \"\"", "1.9.2 \"\"", "#191---2026-02-01 1", "#192---2026-01-15 2", "#200---2026-01-01 0"],
        );
    }

    #[test]
    fn texts_are_told_apart_by_their_place() {
        let role = |path: &str| Role::of(&SourcePath::new(path).expect("a path"));
        assert_eq!([role("CHANGELOG.md"), role("changelog.md"), role("guides/CHANGELOG.md")], [Role::Changelog, Role::Changelog, Role::Page]);
        assert_eq!([role("changelog/1.0.0.md"), role("changelog/index.md"), role("changelog/a/b.md")], [Role::Release, Role::Page, Role::Page]);
    }
}
