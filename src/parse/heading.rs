//! Ids of headings.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;

/// A heading of a page's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The id in the page.
    pub id: String,
    /// Its text, without markup.
    pub title: String,
}

/// Gives headings their ids, in the order of the page.
#[derive(Default)]
pub(super) struct Slugger {
    taken: FxHashSet<String>,
    /// The number that was given last to a slug: a thousand headings of one name must not be counted a thousand times.
    counts: FxHashMap<String, u32>,
}

impl Slugger {
    /// Keeps `id` from being given to a heading; whether it was still free.
    pub(super) fn reserve(&mut self, id: &str) -> bool {
        self.taken.insert(id.to_owned())
    }

    /// The id of a heading that states none: GitHub's slug of its text, with `-1`, `-2` … where that is taken.
    pub(super) fn give(&mut self, title: &str) -> String {
        let slug = slug(title);
        let slug = if slug.is_empty() { "section".to_owned() } else { slug };
        if self.taken.insert(slug.clone()) {
            return slug;
        }
        let count = self.counts.entry(slug.clone()).or_default();
        loop {
            *count += 1;
            let id = format!("{slug}-{count}");
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// GitHub's slug: small letters; letters, marks, digits, `-` and connecting punctuation stay, spaces become `-`, all else goes.
fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for c in title.trim().chars().flat_map(char::to_lowercase) {
        match c {
            ' ' => slug.push('-'),
            '-' | '_' | '\u{203F}' | '\u{2040}' | '\u{2054}' => slug.push(c),
            c if c.is_alphanumeric() || is_combining_mark(c) => slug.push(c),
            _ => {}
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_githubs() {
        for (title, expected) in [
            ("Hello, World!", "hello-world"),
            ("`etcdctl` v3.5 & more", "etcdctl-v35--more"),
            ("snake_case and-dash", "snake_case-and-dash"),
            ("Überblick 日本語", "überblick-日本語"),
            ("  trimmed  ", "trimmed"),
            ("😄 emoji", "-emoji"),
        ] {
            assert_eq!(slug(title), expected, "{title}");
        }
    }

    #[test]
    fn a_second_heading_of_one_name_gets_a_number_that_is_free() {
        let mut slugger = Slugger::default();
        slugger.reserve("example-1");
        let ids: Vec<String> = ["Example", "Example", "Example", "!!"].iter().map(|title| slugger.give(title)).collect();
        assert_eq!(ids, ["example", "example-2", "example-3", "section"]);
    }
}
