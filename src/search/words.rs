//! Splits text into the words that are searched for. The reader's script splits a query in the same way (`themes/default/search.js`).
//!
//! - Words are letters and digits, in small letters and without accents. A version number is one word (`3.5.1`).
//! - An identifier is found whole and by its parts: `maxRetryCount`, `max_retry_count` and `--max-retry-count` are `max`, `retry`, `count`
//!   and `maxretrycount`.
//! - Scripts that write no spaces between words (Chinese, Japanese, Thai …), and Korean, are pairs of characters.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};
use unicode_normalization::UnicodeNormalization;

use super::parts::Part;

/// How many bytes of a word count; nobody types more.
const LONGEST: usize = 40;

/// The words of a part.
#[derive(Debug, Default)]
pub struct Words {
    /// Each distinct word of it, one after the other.
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
    /// Its sections, by number.
    pub(super) sections: Vec<SectionWords>,
}

/// The words of a section.
#[derive(Debug)]
pub(super) struct SectionWords {
    /// Its number in the part.
    pub(super) number: u32,
    /// How many words it has.
    pub(super) length: u32,
    /// Each word, how often it is in the text, and what it counts as a word of the heading.
    pub(super) words: Vec<(u32, u8, u8)>,
}

impl Words {
    /// The words of `part`; `phrases` are words that mean the same as others.
    pub fn of(part: &Part<'_>, phrases: &[Vec<String>]) -> Self {
        let mut words = Words::default();
        let mut known = FxHashMap::default();
        let mut counting = Counting { words: &mut words, known: &mut known, counts: Vec::new(), order: Vec::new(), length: 0 };
        // Number 0 is the title: what it says counts a little for each section.
        counting.section(0, &[(part.title, Field::Title)], phrases);
        for (at, section) in part.sections.iter().enumerate() {
            let number = part.first + u32::try_from(at).unwrap_or(u32::MAX);
            let heading = if number == 1 { (part.title, Field::Title) } else { (section.title.as_str(), Field::Heading) };
            counting.section(number, &[heading, (section.text.as_str(), Field::Text)], phrases);
        }
        words
    }

    /// The word number `no`.
    pub(super) fn word(&self, no: usize) -> &str {
        let start = no.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[no] as usize]
    }

    /// How many distinct words there are.
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }
}

/// Where a word stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Heading,
    Text,
}

/// Counts the words of a part.
struct Counting<'a> {
    words: &'a mut Words,
    /// The number of each word, by its hash; a word whose place is taken has the next.
    known: &'a mut FxHashMap<u64, u32>,
    /// Of each word, what it counts in the section that is read.
    counts: Vec<(u8, u8)>,
    /// The words of that section.
    order: Vec<u32>,
    length: u32,
}

impl Counting<'_> {
    fn section(&mut self, number: u32, fields: &[(&str, Field)], phrases: &[Vec<String>]) {
        self.length = 0;
        for (text, field) in fields {
            let before = self.order.len();
            let mut count = 0_u32;
            each(text, &mut |word| {
                count += 1;
                self.one(word, *field);
            });
            if *field == Field::Text {
                self.length = count;
            } else {
                // The fewer words a heading has, the more each says.
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 60")]
                let weight = (heading_weight(*field) * (0.45 + 0.55 / f64::from(count.max(1)).sqrt())) as u8;
                for word in &self.order[before..] {
                    self.counts[*word as usize].1 = weight;
                }
            }
            if !phrases.is_empty() {
                self.synonyms(text, *field, phrases);
            }
        }
        let mut words: Vec<(u32, u8, u8)> = Vec::with_capacity(self.order.len());
        for word in self.order.drain(..) {
            let (times, heading) = std::mem::take(&mut self.counts[word as usize]);
            words.push((word, times, heading));
        }
        if !words.is_empty() {
            self.words.sections.push(SectionWords { number, length: self.length, words });
        }
    }

    /// Adds what means the same as words that stand one after the other in `text`.
    fn synonyms(&mut self, text: &str, field: Field, phrases: &[Vec<String>]) {
        let spaced = phrase(text);
        for group in phrases {
            let holds = |phrase: &String| spaced.contains(phrase.as_str());
            if group.iter().any(holds) {
                for other in group.iter().filter(|phrase| !holds(phrase)) {
                    for word in other.split_whitespace() {
                        self.one(word, field);
                    }
                }
            }
        }
    }

    fn one(&mut self, word: &str, field: Field) {
        let no = self.number(word);
        let count = &mut self.counts[no as usize];
        if *count == (0, 0) {
            self.order.push(no);
        }
        match field {
            Field::Text => count.0 = count.0.saturating_add(1),
            Field::Title | Field::Heading => count.1 = count.1.max(1),
        }
    }

    fn number(&mut self, word: &str) -> u32 {
        let mut hasher = FxHasher::default();
        hasher.write(word.as_bytes());
        let mut hash = hasher.finish();
        loop {
            match self.known.get(&hash) {
                Some(no) if self.words.word(*no as usize) == word => return *no,
                Some(_) => hash = hash.wrapping_add(1),
                None => break,
            }
        }
        let no = u32::try_from(self.words.ends.len()).unwrap_or(u32::MAX);
        self.words.text.push_str(word);
        self.words.ends.push(u32::try_from(self.words.text.len()).unwrap_or(u32::MAX));
        self.counts.push((0, 0));
        self.known.insert(hash, no);
        no
    }
}

/// What a heading of one word counts, in steps of 1/16 of a text that is full of the word.
fn heading_weight(field: Field) -> f64 {
    match field {
        Field::Title => 40.0,
        Field::Heading => 16.0,
        Field::Text => 0.0,
    }
}

/// The words of `text`, each with a space before and after it.
pub(super) fn phrase(text: &str) -> String {
    let mut spaced = String::from(" ");
    each(text, &mut |word| {
        spaced.push_str(word);
        spaced.push(' ');
    });
    spaced
}

/// Calls `found` with each word of `text`, in order.
pub(super) fn each(text: &str, found: &mut impl FnMut(&str)) {
    let mut splitter = Splitter { found, run: String::new(), folded: String::new() };
    if text.is_ascii() {
        return splitter.ascii(text);
    }
    let plain = plain(text);
    let mut chars = plain.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        if is_dense(c) {
            splitter.flush();
            let end = plain[at..].find(|c| !is_dense(c)).map_or(plain.len(), |length| at + length);
            splitter.dense(&plain[at..end]);
            while chars.next_if(|(at, _)| *at < end).is_some() {}
        } else if is_word(c) {
            splitter.run.push(c);
        } else if c == '-' && !splitter.run.is_empty() && next.is_some_and(|next| is_word(next) && !is_dense(next)) {
            splitter.run.push('-');
        } else if c == '.' && splitter.run.ends_with(char::is_numeric) && next.is_some_and(char::is_numeric) {
            splitter.run.push('.');
        } else {
            splitter.flush();
            // What is left of a genitive is no word.
            if matches!(c, '\'' | '’') && next == Some('s') {
                let mut rest = plain[at..].chars().skip(2);
                if rest.next().is_none_or(|after| !is_word(after)) {
                    chars.next();
                }
            }
        }
    }
    splitter.flush();
}

/// `text` without accents, and with one form for characters that are the same.
fn plain(text: &str) -> String {
    text.nfkd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).nfc().collect()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || (!c.is_ascii() && (c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)))
}

/// Whether words of the script of `c` are not told apart by spaces alone.
fn is_dense(c: char) -> bool {
    !c.is_ascii()
        && matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

struct Splitter<'a, F> {
    found: &'a mut F,
    /// Letters, digits, and what joins them.
    run: String,
    folded: String,
}

impl<F: FnMut(&str)> Splitter<'_, F> {
    /// The words of a text of ASCII, as most are: runs are found without being copied.
    fn ascii(&mut self, text: &str) {
        let is = |at: usize, wanted: fn(&u8) -> bool| text.as_bytes().get(at).is_some_and(wanted);
        let word = |at: usize| is(at, |byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let mut at = 0;
        while at < text.len() {
            let start = at;
            while word(at)
                || at > start
                    && (is(at, |byte| *byte == b'-') && word(at + 1)
                        || is(at, |byte| *byte == b'.') && is(at - 1, u8::is_ascii_digit) && is(at + 1, u8::is_ascii_digit))
            {
                at += 1;
            }
            if at > start {
                self.one(&text[start..at]);
            } else if text[at..].starts_with("'s") && !word(at + 2) {
                // What is left of a genitive is no word.
                at += 2;
            } else {
                at += 1;
            }
        }
    }

    fn flush(&mut self) {
        if !self.run.is_empty() {
            let run = std::mem::take(&mut self.run);
            self.one(&run);
            self.run = run;
            self.run.clear();
        }
    }

    /// The words of one run.
    fn one(&mut self, run: &str) {
        // Most are small letters alone.
        if run.len() <= LONGEST && run.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return (self.found)(run);
        }
        self.folded.clear();
        let mut parts = 0;
        let mut rest = run;
        while let Some(part) = part(&mut rest) {
            let start = self.folded.len();
            fold(part, &mut self.folded);
            parts += 1;
            let word = cut(&self.folded[start..]);
            (self.found)(word);
            // `v3.5` is `3.5` too.
            if let Some(number) = word.strip_prefix('v').filter(|number| number.starts_with(|c: char| c.is_ascii_digit())) {
                (self.found)(number);
            }
        }
        if parts > 1 && self.folded.len() <= LONGEST {
            (self.found)(&self.folded);
        }
    }

    /// Pairs of characters; one by itself where there is no more.
    fn dense(&mut self, text: &str) {
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        if starts.len() == 2 {
            return (self.found)(text);
        }
        for pair in starts.windows(3) {
            (self.found)(&text[pair[0]..pair[2]]);
        }
    }
}

/// Takes the next part of an identifier off `rest`: `HTTPServer` is `HTTP` and `Server`, `retry_count` is `retry` and `count`.
fn part<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let text = rest.trim_start_matches(['_', '-']);
    if text.is_empty() {
        return None;
    }
    let capitals = text.find(|c: char| !(c.is_uppercase() || c.is_numeric() || c == '.')).unwrap_or(text.len());
    let lower = |at: usize| text[at..].starts_with(char::is_lowercase);
    let end = if !text.starts_with(char::is_uppercase) {
        word_end(text, 0)
    } else if !lower(capitals) {
        capitals
    } else if text[capitals..].starts_with('s') && !lower(capitals + 1) {
        // `URLs`.
        capitals + 1
    } else {
        match text[..capitals].char_indices().next_back() {
            Some((before, _)) if before > 0 => before,
            _ => word_end(text, capitals),
        }
    };
    let (part, after) = text.split_at(end);
    *rest = after;
    Some(part)
}

/// Where the word that begins before `from` ends: at a capital letter, or at what joins it with the next.
fn word_end(text: &str, from: usize) -> usize {
    text[from..].find(|c: char| c.is_uppercase() || matches!(c, '_' | '-')).map_or(text.len(), |length| from + length)
}

fn fold(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
}

/// What counts of a long word.
fn cut(word: &str) -> &str {
    let mut end = word.len().min(LONGEST);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    &word[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut words = Vec::new();
        each(text, &mut |word| words.push(word.to_owned()));
        assert_eq!(words.join(" "), expected, "{text}");
    }

    #[test]
    fn words_are_small_letters_without_accents() {
        check("Hello, World! Größe café Ångström", "hello world große cafe angstrom");
        check("etcd's don't user’s", "etcd don t user");
        check("ΑΒΓ Привет", "αβγ привет");
    }

    #[test]
    fn identifiers_are_found_whole_and_by_part() {
        check("maxRetryCount", "max retry count maxretrycount");
        check("max_retry_count", "max retry count maxretrycount");
        check("--max-retry", "max retry maxretry");
        check("HTTPServer URLs S3Bucket parseURL", "http server httpserver urls s3 bucket s3bucket parse url parseurl");
        check("ETCD_INITIAL__CLUSTER_ a- -b _", "etcd initial cluster etcdinitialcluster a b");
        check("client.Get(ctx)", "client get ctx");
    }

    #[test]
    fn a_text_of_ascii_is_split_as_any_other() {
        let text = "It's a--b -c d- 's x's. etcd's 1.2.-3 v1. .5 A1b IDs HTTPServer's_x __a-_b 4.x y.5 -- ' don't";
        let words = |text: &str| {
            let mut words = Vec::new();
            each(text, &mut |word| words.push(word.to_owned()));
            words
        };
        assert_eq!(words(&format!("é {text}"))[1..], words(text));
    }

    #[test]
    fn numbers_of_versions_are_words() {
        check("etcd v3.5.1 on 3.5. Port 2379", "etcd v3.5.1 3.5.1 on 3.5 port 2379");
        check("é etcd v3.5.1 on 3.5. Port 2379", "e etcd v3.5.1 3.5.1 on 3.5 port 2379");
    }

    #[test]
    fn dense_scripts_are_pairs() {
        check("日本語 の x漢字y 서버", "日本 本語 の x 漢字 y 서버");
        check("データ", "デー ータ");
    }

    #[test]
    fn long_words_are_cut_at_a_character() {
        check(&"é".repeat(50), &"e".repeat(40));
        check(&"я".repeat(50), &"я".repeat(20));
    }
}
