//! A page says "new in 3.2" where the changelog has no such release, or no entry of it names the page.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::{Everywhere, Subject, inside};
use crate::diagnostic::{Code, Diagnostics, nearest};
use crate::parse::changelog::{Rank, rank};
use crate::parse::document::{Event, Place, md};
use crate::parse::with_document;
use crate::resolve::{PageNo, ReleaseNo};

/// What a page says before it names a release.
const CLAIMS: [&str; 8] = ["new in", "added in", "introduced in", "changed in", "deprecated in", "removed in", "available since", "since"];

/// What is wrong.
pub fn claims(subject: Subject<'_>, everywhere: &Everywhere<'_>) -> Diagnostics {
    let site = subject.site;
    // By its place in the order, so that `3.2` is found as `3.2.0`.
    let known: BTreeMap<Rank, ReleaseNo> =
        site.releases.list.iter().enumerate().filter_map(|(no, release)| Some((rank(release.id.as_deref()?), no))).collect();
    if known.is_empty() {
        return Diagnostics::new();
    }
    let named: FxHashSet<(ReleaseNo, usize)> =
        site.releases.entries().flat_map(|no| site.releases.leads(no).pages.iter().map(move |page| (no.release, site.identity(*page)))).collect();
    let naming: FxHashSet<ReleaseNo> = named.iter().map(|(release, _)| *release).collect();
    let of_page = |no: PageNo| {
        let mut told = Diagnostics::new();
        let Some((text, page)) = (subject.read)(no) else { return told };
        if !promising(text) {
            return told;
        }
        let mut judge = |name: &str, range: Range<usize>| match known.get(&rank(name)) {
            Some(release) if naming.contains(release) && !named.contains(&(*release, site.identity(no))) => {
                let title = &site.releases.list[*release].title;
                let message = format!("the page speaks of {title}, and no entry of that release names it");
                let path = site.catalog.pages[no].source_path.as_ref().map_or("", |path| path.as_str());
                told.push(subject.fault(Code::ReleaseClaim, message, no, range).help(format!("write `page={path}` behind the entry")));
            }
            Some(_) => {}
            None if alike(name, known.keys()) && subject.config.versions.iter().all(|version| rank(version.id.as_str()) != rank(name)) => {
                let near = nearest(name, site.releases.list.iter().filter_map(|release| release.id.as_deref()));
                let message = format!("the page speaks of {name}, and the changelog has no such release");
                told.push(subject.fault(Code::ReleaseClaim, message, no, range).help(near.map(|near| format!("write `{near}`"))));
            }
            None => {}
        };
        with_document(text, page, &subject.config.markdown, |document| {
            let mut sentence = Sentence::default();
            for (event, place) in &document.events {
                if !sentence.takes(event, place) {
                    sentence.ends(text, &mut judge);
                }
            }
            sentence.ends(text, &mut judge);
        });
        told
    };
    everywhere(&of_page)
}

/// The words of a block, up to where something else begins.
#[derive(Default)]
struct Sentence<'d> {
    words: String,
    /// Where each part of them begins, and where it is from.
    parts: Vec<(usize, &'d str, &'d Place)>,
}

impl<'d> Sentence<'d> {
    /// Whether what `event` says goes on with it.
    fn takes(&mut self, event: &'d Event<'_>, place: &'d Place) -> bool {
        match event {
            Event::Markdown(md::Event::Text(words)) => {
                self.parts.push((self.words.len(), words, place));
                self.words.push_str(words);
            }
            Event::Markdown(md::Event::SoftBreak | md::Event::HardBreak) => self.words.push(' '),
            Event::Markdown(md::Event::Start(md::Tag::Emphasis | md::Tag::Strong) | md::Event::End(md::TagEnd::Emphasis | md::TagEnd::Strong))
            | Event::Link(_)
            | Event::LinkEnd => {}
            _ => return false,
        }
        true
    }

    /// Tells `judge` which releases it names, each with its bytes in `text`, and begins anew.
    fn ends(&mut self, text: &str, judge: &mut impl FnMut(&str, Range<usize>)) {
        for (name, range) in releases(&self.words) {
            let part = self.parts.iter().rev().find(|(start, ..)| *start <= range.start);
            let Some((start, words, place)) = part.filter(|(start, words, _)| range.end <= start + words.len()) else { continue };
            if let Some(range) = inside(text, place, words, range.start - start..range.end - start) {
                judge(name, range);
            }
        }
        self.words.clear();
        self.parts.clear();
    }
}

/// What may stand between a claim and the number.
const NOUNS: [&str; 2] = ["version", "release"];

/// Whether a text may say so at all: cheap, since most do not.
fn promising(text: &str) -> bool {
    let mark = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '[');
    ["in", "ince"].iter().flat_map(|word| text.match_indices(word).map(|(at, word)| &text[at + word.len()..])).any(|rest| {
        let behind = rest.trim_start_matches(mark);
        let noun = NOUNS.iter().find_map(|noun| behind.strip_prefix(noun));
        let number = noun.unwrap_or(behind).trim_start_matches(mark).trim_start_matches(['v', 'V']);
        behind.len() < rest.len() && number.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// The releases that words name, each with its bytes.
fn releases(words: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let lower = words.to_ascii_lowercase();
    for claim in CLAIMS {
        for (at, _) in lower.match_indices(claim) {
            let begins = !lower[..at].ends_with(|c: char| c.is_alphanumeric());
            let Some(rest) = words[at + claim.len()..].strip_prefix(' ').filter(|_| begins) else { continue };
            let noun = NOUNS.iter().find_map(|noun| rest.strip_prefix(noun)?.strip_prefix(' '));
            let rest = noun.unwrap_or(rest);
            let rest = rest.strip_prefix(['v', 'V']).unwrap_or(rest);
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')).unwrap_or(rest.len());
            let name = rest[..length].trim_end_matches(['.', '-']);
            // A number alone may be a year, or count something.
            if name.starts_with(|c: char| c.is_ascii_digit()) && name.contains('.') {
                let start = words.len() - rest.len();
                found.push((name, start..start + name.len()));
            }
        }
    }
    found.sort_by_key(|(_, range)| range.start);
    found.dedup_by_key(|(_, range)| range.start);
    found
}

/// Whether a number looks like those of the releases: it begins as one of them does, and has as many parts as some have.
fn alike<'r>(name: &str, mut known: impl Iterator<Item = &'r Rank>) -> bool {
    let wanted = rank(name);
    known.any(|known| known.same_generation(&wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_named_behind_words_that_claim_something() {
        let names = |words: &str| releases(words).into_iter().map(|(name, range)| format!("{name}@{}", range.start)).collect::<Vec<_>>();
        assert_eq!(names("New in 3.2. Added in v3.2.1, since 4.0-beta!"), ["3.2@7", "3.2.1@22", "4.0-beta@35"]);
        assert_eq!(names("Removed in version 3.2, changed in release v3.3"), ["3.2@19", "3.3@44"]);
        for words in ["since 2024", "Since 3 seconds", "renewed in 3.2", "in 3.2", "new in", "new in 3", "new in the box"] {
            assert_eq!(names(words), Vec::<String>::new(), "{words}");
        }
    }

    #[test]
    fn only_texts_that_may_name_a_release_are_read() {
        for text in ["New in 3.2", "since\nv3", "New in **3.2**", "added in version 3.2", "in [3.2](x.md)"] {
            assert!(promising(text), "{text}");
        }
        for text in ["new in the box", "in3.2", "in version", "3.2 since", "in"] {
            assert!(!promising(text), "{text}");
        }
    }
}
