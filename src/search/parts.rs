//! Puts the pages of all versions together: what is the same section in several versions is kept once.
//!
//! - In: the [`Source`]s: each page of each version, with its record.
//! - Out: a [`Plan`]: the [`Part`]s, in the order of their numbers.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::record::{Record, Section};

/// A page of one version.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The number of its version.
    pub version: usize,
    /// What it has in common with the same page of other versions, and with no other page.
    pub identity: usize,
    /// Its address below that of its version, without a slash in front: `guides/webhooks/`.
    pub path: &'a str,
    /// Its title.
    pub title: &'a str,
    /// What it says.
    pub record: &'a Record,
}

/// All that is found.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    /// The parts, by number: those of the same versions lie together.
    pub parts: Vec<Part<'a>>,
    /// The sets of versions that parts and pages have.
    pub(super) sets: Vec<Vec<usize>>,
}

/// The sections of one page that the same versions have.
#[derive(Debug)]
pub struct Part<'a> {
    /// The number of the set of versions that have it.
    pub(super) set: usize,
    /// The number of the set of versions that have its page, in this form or another.
    pub(super) page_set: usize,
    /// The title of its page, in the first of its versions.
    pub(super) title: &'a str,
    /// The address of its page in that version.
    pub(super) path: &'a str,
    /// Where the page is in versions that have it elsewhere.
    pub(super) moved: Vec<(usize, &'a str)>,
    /// The number of its first section: 1 is the text before all headings, others follow.
    pub(super) first: u32,
    /// Its sections.
    pub(super) sections: Vec<&'a Section>,
}

/// The most sections that a part has: more of them are another part. Keeps numbers small.
const MOST: usize = 4000;

impl<'a> Plan<'a> {
    /// Puts pages together. The order of `sources` does not matter.
    pub fn new(sources: &[Source<'a>]) -> Self {
        let mut pages: BTreeMap<usize, Vec<&Source<'a>>> = BTreeMap::new();
        for source in sources {
            pages.entry(source.identity).or_default().push(source);
        }
        let mut found: Vec<(Vec<usize>, Vec<usize>, Part<'a>)> = Vec::new();
        for mut page in pages.into_values() {
            page.sort_by_key(|source| source.version);
            found.extend(parts(&page));
        }
        let mut numbers: BTreeMap<Vec<usize>, usize> = found.iter().flat_map(|(set, all, _)| [(set.clone(), 0), (all.clone(), 0)]).collect();
        for (no, number) in numbers.values_mut().enumerate() {
            *number = no;
        }
        let mut parts: Vec<Part<'a>> =
            found.into_iter().map(|(set, all, part)| Part { set: numbers[&set], page_set: numbers[&all], ..part }).collect();
        parts.sort_by(|a, b| (a.set, a.path, a.first).cmp(&(b.set, b.path, b.first)));
        Self { parts, sets: numbers.into_keys().collect() }
    }
}

/// The parts of the page that is `sources`, newest version first: for each the versions that have it, and those that have the page.
fn parts<'a>(sources: &[&Source<'a>]) -> Vec<(Vec<usize>, Vec<usize>, Part<'a>)> {
    let all: Vec<usize> = sources.iter().map(|source| source.version).collect();
    let mut sections: Vec<(&'a Section, bool, Vec<usize>)> = Vec::new();
    let mut known: FxHashMap<(&'a Section, bool, &'a str), usize> = FxHashMap::default();
    let mut read: Vec<(*const Record, &str, Vec<usize>)> = Vec::new();
    for source in sources {
        let record = std::ptr::from_ref(source.record);
        // The same text in another version: nothing needs to be compared.
        if let Some((.., places)) = read.iter().find(|(other, title, _)| *other == record && *title == source.title) {
            places.iter().for_each(|place| sections[*place].2.push(source.version));
            continue;
        }
        let mut places = Vec::new();
        for (no, section) in source.record.sections.iter().enumerate() {
            let lead = no == 0;
            let place = *known.entry((section, lead, if lead { source.title } else { "" })).or_insert_with(|| {
                sections.push((section, lead, Vec::new()));
                sections.len() - 1
            });
            // A page may say the same thing twice.
            if sections[place].2.last() != Some(&source.version) {
                sections[place].2.push(source.version);
                places.push(place);
            }
        }
        read.push((record, source.title, places));
    }
    let mut parts: BTreeMap<Vec<usize>, Vec<(&'a Section, bool)>> = BTreeMap::new();
    for (section, lead, versions) in sections {
        parts.entry(versions).or_default().push((section, lead));
    }
    let mut made = Vec::new();
    for (versions, mut sections) in parts {
        sections.sort_by_key(|(_, lead)| !lead);
        let Some(own) = sources.iter().find(|source| source.version == versions[0]) else { continue };
        let moved: Vec<(usize, &str)> = sources.iter().filter(|source| source.path != own.path).map(|source| (source.version, source.path)).collect();
        let mut first = if sections.first().is_some_and(|(_, lead)| *lead) { 1 } else { 2 };
        for chunk in sections.chunks(MOST) {
            let sections = chunk.iter().map(|(section, _)| *section).collect();
            let part = Part { set: 0, page_set: 0, title: own.title, path: own.path, moved: moved.clone(), first, sections };
            made.push((versions.clone(), all.clone(), part));
            first = 2;
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(sections: &[(&str, &str)]) -> Record {
        let section = |(title, text): &(&str, &str)| Section { id: (*title).to_owned(), title: (*title).to_owned(), text: (*text).to_owned() };
        Record { sections: sections.iter().map(section).collect() }
    }

    /// A page: its version, its identity, its title, and title and text of each of its sections.
    type Told<'a> = (usize, usize, &'a str, &'a [(&'a str, &'a str)]);

    fn check(pages: &[Told<'_>], expected: &[&str]) {
        let records: Vec<Record> = pages.iter().map(|(.., sections)| record(sections)).collect();
        let mut sources: Vec<Source<'_>> = pages
            .iter()
            .zip(&records)
            .map(|((version, identity, path, _), record)| Source { version: *version, identity: *identity, path, title: "T", record })
            .collect();
        let shown = |sources: &[Source<'_>]| -> Vec<String> {
            let plan = Plan::new(sources);
            plan.parts
                .iter()
                .map(|part| {
                    let titles: Vec<&str> = part.sections.iter().map(|section| section.title.as_str()).collect();
                    format!(
                        "{:?} of {:?} {} {:?} {}:{}",
                        plan.sets[part.set],
                        plan.sets[part.page_set],
                        part.path,
                        part.moved,
                        part.first,
                        titles.join(",")
                    )
                })
                .collect()
        };
        assert_eq!(shown(&sources), expected);
        sources.reverse();
        assert_eq!(shown(&sources), expected, "in another order");
    }

    #[test]
    fn what_versions_share_is_kept_once() {
        check(
            &[
                (0, 7, "a/", &[("", "lead"), ("x", "1"), ("y", "new")]),
                (1, 7, "a/", &[("", "lead"), ("x", "1"), ("y", "old")]),
                (2, 7, "b/", &[("", "lead"), ("x", "1")]),
                (2, 8, "c/", &[("", "")]),
            ],
            &[
                "[0] of [0, 1, 2] a/ [(2, \"b/\")] 2:y",
                "[0, 1, 2] of [0, 1, 2] a/ [(2, \"b/\")] 1:,x",
                "[1] of [0, 1, 2] a/ [(2, \"b/\")] 2:y",
                "[2] of [2] c/ [] 1:",
            ],
        );
    }

    #[test]
    fn a_section_that_is_there_twice_is_found_once() {
        check(&[(0, 1, "a/", &[("", ""), ("x", "1"), ("x", "1")])], &["[0] of [0] a/ [] 1:,x"]);
    }
}
