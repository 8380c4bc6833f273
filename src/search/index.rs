//! From the words of all parts to the files of words that a reader's script asks for, and to the list of all files.
//!
//! - In: the [`Plan`], and the [`Words`] of its parts, in their order.
//! - Out: the files of `/_/search/`, those of [`texts`](super::texts) aside.
//!
//! Words go by their forms: `replicate`, `replicates` and `replicating` are one *group*, whose list of sections lies in the file of each
//! range of words that holds one of them. So the script needs no stemmer: a word that stands in the file leads to its group.

use std::cmp::Ordering;

use pagefind_stem::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::file::handed_in;
use super::numbers::{letter, push};
use super::parts::Plan;
use super::postings::{Posting, Postings};
use super::texts::Texts;
use super::weight::{Weighed, most, weight};
use super::words::{Words, phrase};
use crate::id::{Digest, Url};

/// How many characters a file of words has, about; some more than half of that when it is compressed.
const WORDS: usize = 10_000;
/// How many bytes of texts a query may take at first, before it is compressed.
const SHOWN: usize = 90_000;
/// How many characters a file of words alone has, about.
const SPELLINGS: usize = 8_000;
/// How many words are offered for others that nobody wrote: the most common ones.
const SPELLED: usize = 30_000;

/// What a site decides about its search.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Settings {
    /// Its versions, by number.
    pub versions: Vec<VersionEntry>,
    /// The number of the version whose reader is nowhere else.
    pub current: usize,
    /// What follows the address of a page where it is written: nothing, or the name of its file.
    pub ending: &'static str,
    /// Whether its words are English.
    pub english: bool,
    /// Groups of words that mean the same.
    pub synonyms: Vec<Vec<String>>,
}

/// A version, for the reader to choose.
#[derive(Clone, Debug, Default, Serialize)]
pub struct VersionEntry {
    /// Its id.
    pub id: String,
    /// Its title; empty on a site without versions.
    pub title: String,
    /// What the addresses of its pages begin with, as `2/`.
    pub prefix: String,
}

/// What was found of each word, so far.
pub struct Index<'a> {
    plan: &'a Plan<'a>,
    settings: &'a Settings,
    phrases: Vec<Vec<String>>,
    stemmer: Option<Stemmer>,
    /// The number of the first place of each part: number 0 of a part is its title, then its sections follow.
    starts: Vec<u32>,
    /// The number of the part of each place.
    part_of: Vec<u32>,
    /// How many words the text at each place has.
    lengths: Vec<u32>,
    /// The number of each word, and its group.
    known: FxHashMap<Box<str>, u32>,
    /// The group of each stem.
    stems: FxHashMap<Box<str>, u32>,
    groups: Vec<Postings>,
    /// How many parts were added.
    added: usize,
}

impl<'a> Index<'a> {
    /// Nothing yet of `plan`.
    pub fn new(plan: &'a Plan<'a>, settings: &'a Settings) -> Self {
        let mut starts = Vec::with_capacity(plan.parts.len());
        let mut part_of = Vec::new();
        for (no, part) in (0_u32..).zip(&plan.parts) {
            starts.push(u32::try_from(part_of.len()).unwrap_or(u32::MAX));
            part_of.resize(part_of.len() + part.first as usize + part.sections.len(), no);
        }
        let mut index = Self {
            plan,
            settings,
            phrases: Vec::new(),
            stemmer: settings.english.then(|| Stemmer::create(Algorithm::English)),
            starts,
            lengths: vec![0; part_of.len()],
            part_of,
            known: FxHashMap::default(),
            stems: FxHashMap::default(),
            groups: Vec::new(),
            added: 0,
        };
        index.synonyms();
        index
    }

    /// Synonyms of one word are one group from the start; those of several are found in the text.
    fn synonyms(&mut self) {
        for synonyms in &self.settings.synonyms {
            let phrases: Vec<String> = synonyms.iter().map(|synonym| spoken(synonym)).filter(|phrase| !phrase.trim().is_empty()).collect();
            if phrases.iter().any(|phrase| phrase.trim().contains(' ')) {
                self.phrases.push(phrases);
                continue;
            }
            let stems: Vec<Box<str>> = phrases.iter().map(|word| self.stem(word.trim()).into()).collect();
            let known = stems.iter().find_map(|stem| self.stems.get(stem)).copied();
            let group = known.unwrap_or_else(|| self.group());
            for (stem, word) in stems.into_iter().zip(&phrases) {
                self.stems.entry(stem).or_insert(group);
                // Readers may say what no page does.
                self.known.insert(word.trim().into(), group);
            }
        }
    }

    /// Synonyms of several words, as [`Words::of`] looks for them.
    pub fn phrases(&self) -> &[Vec<String>] {
        &self.phrases
    }

    fn group(&mut self) -> u32 {
        self.groups.push(Postings::default());
        u32::try_from(self.groups.len() - 1).unwrap_or(u32::MAX)
    }

    fn stem(&self, word: &str) -> String {
        match &self.stemmer {
            Some(stemmer) if word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase()) => stemmer.stem(word).into_owned(),
            _ => word.to_owned(),
        }
    }

    /// Adds the words of the next part.
    pub fn add(&mut self, words: &Words) {
        let start = self.starts[self.added];
        self.added += 1;
        let groups: Vec<u32> = (0..words.count()).map(|no| self.group_of(words.word(no))).collect();
        for section in &words.sections {
            let place = start + section.number;
            self.lengths[place as usize] = section.length;
            for (word, times, heading) in &section.words {
                let posting = Posting { place, times: *times, heading: *heading };
                self.groups[groups[*word as usize] as usize].add(posting);
            }
        }
    }

    fn group_of(&mut self, word: &str) -> u32 {
        if let Some(group) = self.known.get(word) {
            return *group;
        }
        let stem = self.stem(word);
        let group = self.stems.get(stem.as_str()).copied().unwrap_or_else(|| {
            let group = self.group();
            self.stems.insert(stem.into(), group);
            group
        });
        self.known.insert(word.into(), group);
        group
    }

    /// The files of words and the list of all files, by address. `texts` is what the files of the same plan's texts came to.
    pub fn files(self, texts: &Texts) -> Vec<(Url, String)> {
        let said = |group: u32| self.groups[group as usize].count() > 0;
        let mut words: Vec<(&str, u32)> = self.known.iter().map(|(word, group)| (&**word, *group)).filter(|(_, group)| said(*group)).collect();
        words.sort_unstable_by(|a, b| order(a.0, b.0));
        let lists = self.lists();
        let mut files = Vec::new();
        let word_bounds = self.word_files(&words, &lists, &mut files);
        let spelling_bounds = self.spelling_files(&words, &mut files);
        let stamp: String = files.iter().map(|(_, text)| Digest::of(text.as_bytes()).short().to_string()).collect();
        let list = List {
            stamp: Digest::of(format!("{}{stamp}", texts.stamp).as_bytes()).short().to_string(),
            versions: &self.settings.versions,
            current: self.settings.current,
            ending: self.settings.ending,
            sets: &self.plan.sets,
            firsts: self.firsts(),
            places: self.lengths.len(),
            shown: (SHOWN / texts.size).clamp(4, 7),
            words: word_bounds,
            spellings: spelling_bounds,
            texts: &texts.starts,
        };
        files.push(handed_in("list", &list));
        files
    }

    /// The number of the first part of each set of versions.
    fn firsts(&self) -> Vec<usize> {
        (0..self.plan.sets.len()).map(|set| self.plan.parts.partition_point(|part| part.set < set)).collect()
    }

    /// The list of each group, written; how many sections it knows comes first.
    fn lists(&self) -> Vec<String> {
        let texts = self.lengths.iter().filter(|length| **length > 0).count().max(1);
        #[expect(clippy::cast_precision_loss, reason = "nobody has that much text")]
        let average = (self.lengths.iter().map(|length| u64::from(*length)).sum::<u64>() as f64 / texts as f64).max(1.0);
        let weigh = |posting: Posting| Weighed {
            place: posting.place,
            weight: weight(posting, f64::from(self.lengths[posting.place as usize]) / average),
            heading: posting.heading > 0,
        };
        self.groups.iter().map(|postings| self.list(&postings.iter().map(weigh).collect::<Vec<_>>())).collect()
    }

    /// How many sections there are, twice, and 1 more where only some follow; then, of these, in how many parts they are; the sections by
    /// part; and the other parts.
    fn list(&self, weighed: &[Weighed]) -> String {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let part_of = |found: &Weighed| self.part_of[found.place as usize];
        let (kept, rest) = most(weighed, self.lengths.len());
        let mut out = String::with_capacity(kept.len() * 3 + rest.len() + 4);
        push(number(weighed.len() * 2 + usize::from(!rest.is_empty())), &mut out);
        let runs: Vec<&[Weighed]> = kept.chunk_by(|a, b| part_of(a) == part_of(b)).collect();
        let parts: Vec<u32> = runs.iter().map(|run| part_of(&run[0])).collect();
        if !rest.is_empty() {
            push(number(parts.len()), &mut out);
        }
        let mut last_part = 0;
        for (run, part) in runs.iter().zip(&parts) {
            push(part - last_part, &mut out);
            last_part = *part;
            let mut last = 0;
            for (no, found) in run.iter().enumerate() {
                let section = found.place - self.starts[*part as usize];
                push((section - last) * 2 + u32::from(no + 1 == run.len()), &mut out);
                push(found.weight, &mut out);
                last = section;
            }
        }
        let mut others: Vec<u32> = rest.iter().map(part_of).collect();
        others.dedup();
        others.retain(|part| parts.binary_search(part).is_err());
        // What is nearly everywhere tells nothing.
        if others.len() * 4 < self.starts.len() {
            last_part = 0;
            for part in others {
                push(part - last_part, &mut out);
                last_part = part;
            }
        }
        out
    }

    /// Files of words with their lists. Gives the word at which each begins.
    fn word_files(&self, words: &[(&str, u32)], lists: &[String], files: &mut Vec<(Url, String)>) -> String {
        let mut bounds = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let mut size = 0;
            let mut groups: FxHashMap<u32, u32> = FxHashMap::default();
            let mut order: Vec<u32> = Vec::new();
            let mut end = at;
            while let Some((word, group)) = words.get(end) {
                let new = if groups.contains_key(group) { 0 } else { lists[*group as usize].len() };
                if end > at && size + new + word.len() > WORDS {
                    break;
                }
                size += new + word.len() / 2 + 2;
                groups.entry(*group).or_insert_with(|| {
                    order.push(*group);
                    u32::try_from(order.len() - 1).unwrap_or(u32::MAX)
                });
                end += 1;
            }
            let mut led = String::with_capacity(end - at);
            let mut highest = 0;
            for (_, group) in &words[at..end] {
                // Most words begin a group of their own, which is 0; others say how far back theirs began.
                let number = groups[group];
                push(if number == highest { 0 } else { highest - number }, &mut led);
                highest = highest.max(number + 1);
            }
            let spelled = front(words[at..end].iter().map(|(word, _)| (*word, None)));
            let lists: Vec<&str> = order.iter().map(|group| lists[*group as usize].as_str()).collect();
            bounds.push(bound(at.checked_sub(1).map_or("", |before| words[before].0), words[at].0));
            files.push(handed_in(&format!("w{}", bounds.len() - 1), &(spelled, led, lists.join(" "))));
            at = end;
        }
        front(bounds.iter().map(|bound| (bound.as_str(), None)))
    }

    /// Files of words alone, with how common each is. Gives the word at which each begins.
    fn spelling_files(&self, words: &[(&str, u32)], files: &mut Vec<(Url, String)>) -> String {
        const SHORTEST: usize = 4;
        let spelled = |word: &str| word.len() >= SHORTEST && !word.contains(|c: char| c.is_ascii_digit());
        let mut words: Vec<&(&str, u32)> = words.iter().filter(|(word, _)| spelled(word)).collect();
        let mut least = 1;
        while words.len() > SPELLED {
            least *= 2;
            words.retain(|(_, group)| self.groups[*group as usize].count() >= least);
        }
        let mut bounds = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let mut size = 0;
            let end = words[at..].iter().position(|(word, _)| {
                size += word.len() / 2 + 2;
                size > SPELLINGS
            });
            let end = end.map_or(words.len(), |length| at + length.max(1));
            let common = |group: u32| Some(self.groups[group as usize].count().max(1).ilog2());
            bounds.push(bound(at.checked_sub(1).map_or("", |before| words[before].0), words[at].0));
            files.push(handed_in(&format!("d{}", bounds.len() - 1), &front(words[at..end].iter().map(|(word, group)| (*word, common(*group))))));
            at = end;
        }
        front(bounds.iter().map(|bound| (bound.as_str(), None)))
    }
}

/// What the script reads first.
#[derive(Serialize)]
struct List<'a> {
    /// Tells these files from others that were at the same addresses.
    #[serde(rename = "g")]
    stamp: String,
    #[serde(rename = "v")]
    versions: &'a [VersionEntry],
    #[serde(rename = "c")]
    current: usize,
    #[serde(rename = "e")]
    ending: &'a str,
    #[serde(rename = "s")]
    sets: &'a [Vec<usize>],
    #[serde(rename = "f")]
    firsts: Vec<usize>,
    #[serde(rename = "n")]
    places: usize,
    /// How many pages are shown at first, at most.
    #[serde(rename = "b")]
    shown: usize,
    #[serde(rename = "w")]
    words: String,
    #[serde(rename = "d")]
    spellings: String,
    #[serde(rename = "t")]
    texts: &'a str,
}

/// A synonym as the words that it is, however it is joined: `two-factor` is `two factor`.
fn spoken(synonym: &str) -> String {
    phrase(&synonym.to_lowercase().replace(['-', '_'], " "))
}

/// The order of JavaScript's strings.
fn order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() || b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

/// The shortest beginning of `word` that comes after `before`.
fn bound(before: &str, word: &str) -> String {
    let shared = before.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
    word.chars().take(shared + 1).collect()
}

/// Words in order, each as how many characters it shares with the one before, how common it is where that is told, and the rest.
fn front<'w>(words: impl Iterator<Item = (&'w str, Option<u32>)>) -> String {
    let mut out = String::new();
    let mut before = "";
    for (word, common) in words {
        // Counted as JavaScript counts; none of these characters is two there, or both are.
        let shared = before.chars().zip(word.chars()).take_while(|(a, b)| a == b && a.len_utf16() == 1).count().min(50);
        if !out.is_empty() {
            out.push(' ');
        }
        out.push(letter(u32::try_from(shared).unwrap_or(0)));
        out.extend(common.map(letter));
        out.extend(word.chars().skip(shared));
        before = word;
    }
    out
}

#[cfg(test)]
mod tests;
