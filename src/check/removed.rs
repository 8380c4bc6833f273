//! A page of a version names, in code, what a release of that version or an older one removed.
//!
//! What was removed is the code in the entry, as `GET /v1/hooks`. A name of three letters or fewer, and one without any letter, means too
//! little to be looked for.

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Everywhere, Subject, alone, inside};
use crate::diagnostic::{Code, Diagnostics};
use crate::parse::document::{Event, md};
use crate::parse::{ChangeKind, with_document};
use crate::resolve::{EntryNo, PageNo};

/// The shortest name that is looked for: letters.
const SHORTEST: usize = 4;

/// What is wrong.
pub fn removed(subject: Subject<'_>, everywhere: &Everywhere<'_>) -> Diagnostics {
    let gone = gone(subject);
    let Ok(search) = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(gone.iter().map(|(name, _)| name)) else {
        return Diagnostics::new();
    };
    if gone.is_empty() {
        return Diagnostics::new();
    }
    let site = subject.site;
    let of_page = |no: PageNo| {
        let mut told = Diagnostics::new();
        let version = site.catalog.pages[no].version;
        // Only versions that came with the removal, or after it.
        let applies = |entry: EntryNo| site.releases.list[entry.release].version.is_some_and(|owner| version <= owner);
        let Some((text, page)) = (subject.read)(no) else { return told };
        if !search.is_match(text) {
            return told;
        }
        let mut known = vec![false; gone.len()];
        with_document(text, page, &subject.config.markdown, |document| {
            for (event, place) in &document.events {
                let code: &str = match event {
                    Event::Markdown(md::Event::Code(code)) => code,
                    Event::Code(code) => &code.text,
                    _ => continue,
                };
                for found in search.find_iter(code) {
                    let (name, entry) = &gone[found.pattern().as_usize()];
                    if known[found.pattern().as_usize()] || !applies(*entry) || !alone(code, &found.range()) {
                        continue;
                    }
                    // In a line of text, the whole of it must be the name.
                    if matches!(event, Event::Markdown(_)) && code.trim() != name {
                        continue;
                    }
                    let Some(range) = inside(text, place, name, 0..name.len()) else { continue };
                    known[found.pattern().as_usize()] = true;
                    let release = &site.releases.list[entry.release].title;
                    let mut diagnostic = subject.fault(Code::RemovedNamed, format!("`{name}` was removed in {release}"), no, range);
                    if let Some(span) = subject.entry(*entry) {
                        diagnostic = diagnostic.label(span, "here");
                    }
                    told.push(diagnostic.help("write what takes its place, or keep the passage to older versions with `:::version`".to_owned()));
                }
            }
        });
        told
    };
    everywhere(&of_page)
}

/// The names of what is gone, each with the entry that says so: not what a later release brought back.
fn gone(subject: Subject<'_>) -> Vec<(String, EntryNo)> {
    let site = subject.site;
    let says = |no: EntryNo| site.releases.entry(&site.catalog, no);
    let mut gone: Vec<(String, EntryNo)> = Vec::new();
    // From the oldest on, so that what came later counts.
    let all: Vec<EntryNo> = site.releases.entries().collect();
    for no in all.into_iter().rev().filter(|no| site.releases.leads(*no).reverted.is_none()) {
        let entry = says(no);
        let names =
            entry.names.iter().filter(|name| name.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST && name.contains(char::is_alphabetic));
        match entry.kind {
            ChangeKind::Removed => names.for_each(|name| {
                if gone.iter().all(|(known, _)| known != name) {
                    gone.push((name.clone(), no));
                }
            }),
            ChangeKind::Added => gone.retain(|(known, _)| !entry.names.contains(known)),
            _ => {}
        }
    }
    gone
}
