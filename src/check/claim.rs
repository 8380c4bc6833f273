//! A page says "new in 3.2" where the changelog has no such release, or no entry of it names the page.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{Everywhere, Subject, inside};
use crate::diagnostic::{Code, Diagnostics, nearest};
use crate::parse::changelog::{Rank, rank};
use crate::parse::document::{Event, md};
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
        with_document(text, page, &subject.config.markdown, |document| {
            for (event, place) in &document.events {
                let Event::Markdown(md::Event::Text(words)) = event else { continue };
                for (name, range) in releases(words) {
                    let Some(range) = inside(text, place, words, range) else { continue };
                    match known.get(&rank(name)) {
                        Some(release) if naming.contains(release) && !named.contains(&(*release, site.identity(no))) => {
                            let title = &site.releases.list[*release].title;
                            let message = format!("the page speaks of {title}, and no entry of that release names it");
                            let path = site.catalog.pages[no].source_path.as_ref().map_or("", |path| path.as_str());
                            told.push(subject.fault(Code::ReleaseClaim, message, no, range).help(format!("write `page={path}` behind the entry")));
                        }
                        Some(_) => {}
                        None if alike(name, known.keys())
                            && subject.config.versions.iter().all(|version| rank(version.id.as_str()) != rank(name)) =>
                        {
                            let near = nearest(name, site.releases.list.iter().filter_map(|release| release.id.as_deref()));
                            let message = format!("the page speaks of {name}, and the changelog has no such release");
                            told.push(subject.fault(Code::ReleaseClaim, message, no, range).help(near.map(|near| format!("write `{near}`"))));
                        }
                        None => {}
                    }
                }
            }
        });
        told
    };
    everywhere(&of_page)
}

/// Whether a text may say so at all: cheap, since most do not.
fn promising(text: &str) -> bool {
    let digit = |rest: &str| rest.trim_start().trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit());
    ["in ", "since ", "Since "].iter().any(|word| text.match_indices(word).any(|(at, word)| digit(&text[at + word.len()..])))
}

/// The releases that words name, each with its bytes.
fn releases(words: &str) -> Vec<(&str, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    let lower = words.to_ascii_lowercase();
    for claim in CLAIMS {
        for (at, _) in lower.match_indices(claim) {
            let begins = !lower[..at].ends_with(|c: char| c.is_alphanumeric());
            let Some(rest) = words[at + claim.len()..].strip_prefix(' ').filter(|_| begins) else { continue };
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
        for words in ["since 2024", "Since 3 seconds", "renewed in 3.2", "in 3.2", "new in", "new in 3", "new in the box"] {
            assert_eq!(names(words), Vec::<String>::new(), "{words}");
        }
    }
}
