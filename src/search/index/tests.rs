//! The files of small indexes, read as the reader's script reads them.

use std::collections::BTreeMap;

use super::super::record::{Record, Section};
use super::super::{Plan, Source, texts};
use super::*;

fn record(sections: &[(&str, &str)]) -> Record {
    let section = |(title, text): &(&str, &str)| Section { id: title.to_lowercase(), title: (*title).to_owned(), text: (*text).to_owned() };
    Record { sections: sections.iter().map(section).collect() }
}

fn settings(versions: &[&str]) -> Settings {
    let entry = |id: &&str| VersionEntry { id: (*id).to_owned(), title: format!("V{id}"), prefix: String::new() };
    Settings { versions: versions.iter().map(entry).collect(), english: true, ..Settings::default() }
}

fn files(pages: &[(usize, &str, Record)], settings: &Settings) -> BTreeMap<String, String> {
    let sources: Vec<Source<'_>> = pages
        .iter()
        .enumerate()
        .map(|(no, (version, title, record))| Source { version: *version, identity: no, path: title, title, record })
        .collect();
    let plan = Plan::new(&sources);
    let mut index = Index::new(&plan, settings);
    for part in &plan.parts {
        let words = Words::of(part, index.phrases());
        index.add(&words);
    }
    let mut files = Vec::new();
    let texts = texts(&plan, &mut |url, text| {
        files.push((url, text));
        Ok::<_, std::convert::Infallible>(())
    });
    files.extend(index.files(&texts.unwrap_or_default()));
    files.into_iter().map(|(url, text)| (url.as_str().trim_start_matches("/_/search/").trim_end_matches(".js").to_owned(), text)).collect()
}

/// What a file hands in.
fn value(files: &BTreeMap<String, String>, name: &str) -> serde_json::Value {
    let text = files[name].strip_prefix(&format!("rectoSearch(\"{name}\",")).and_then(|rest| rest.strip_suffix(")\n")).expect("it hands itself in");
    serde_json::from_str(text).expect("JSON")
}

fn digit(c: char) -> u32 {
    c as u32 - 35 - u32::from(c as u32 > 92)
}

fn numbers(text: &str) -> Vec<u32> {
    let mut numbers = Vec::new();
    let mut rest = 0;
    for digit in text.chars().map(digit) {
        if digit < 60 {
            numbers.push(rest * 60 + digit);
            rest = 0;
        } else {
            rest = rest * 31 + digit - 60;
        }
    }
    numbers
}

/// Where `word` leads: part.section=weight, then parts in which it is somewhere.
fn check(files: &BTreeMap<String, String>, word: &str, expected: &str) {
    assert_eq!(led(files, word), expected, "{word}");
}

fn led(files: &BTreeMap<String, String>, word: &str) -> String {
    let mut shown = Vec::new();
    for no in 0.. {
        let name = format!("w{no}");
        if !files.contains_key(&name) {
            break;
        }
        let shard = value(files, &name);
        let [spelled, led, lists] = [0, 1, 2].map(|at| shard[at].as_str().expect("text").to_owned());
        let lists: Vec<&str> = lists.split(' ').collect();
        let mut before = String::new();
        let mut highest = 0;
        for (entry, back) in spelled.split(' ').zip(numbers(&led)) {
            let mut chars = entry.chars();
            let shared = digit(chars.next().expect("a digit")) as usize;
            before = before.chars().take(shared).chain(chars).collect();
            let group = if back == 0 { highest } else { highest - back };
            highest = highest.max(group + 1);
            if before == word {
                shown.push(list(&numbers(lists[group as usize])));
            }
        }
    }
    shown.join(" | ")
}

fn list(all: &[u32]) -> String {
    let mut shown = vec![format!("{}:", all[0] >> 1)];
    let (mut at, mut part) = (1, 0);
    let mut runs = u32::MAX;
    if all[0] & 1 == 1 {
        (at, runs) = (2, all[1]);
    }
    while at < all.len() && runs > 0 {
        runs -= 1;
        part += all[at];
        at += 1;
        let mut section = 0;
        loop {
            section += all[at] >> 1;
            shown.push(format!("{part}.{section}={}", all[at + 1]));
            at += 2;
            if all[at - 2] & 1 == 1 {
                break;
            }
        }
    }
    part = 0;
    for gap in &all[at..] {
        part += gap;
        shown.push(format!("{part}"));
    }
    shown.join(" ")
}

#[test]
fn words_lead_to_sections_and_titles_weigh_most() {
    let files = files(
        &[
            (0, "Alpha", record(&[("", "replicate the log"), ("Beta", "replicating alpha once"), ("Replicas", "nothing")])),
            (0, "Gamma", record(&[("", "logs")])),
        ],
        &settings(&["1"]),
    );
    check(&files, "alpha", "3: 0.0=40 0.1=40 0.2=6");
    check(&files, "replicate", "2: 0.1=6 0.2=6");
    check(&files, "replicating", "2: 0.1=6 0.2=6");
    check(&files, "replicas", "1: 0.3=16");
    check(&files, "logs", "2: 0.1=6 1.1=9");
    check(&files, "nothere", "");
}

#[test]
fn forms_of_another_language_are_left_alone() {
    let settings = Settings { english: false, ..settings(&["1"]) };
    let files = files(&[(0, "A", record(&[("", "replicate replicating")]))], &settings);
    check(&files, "replicate", "1: 0.1=7");
    check(&files, "replicating", "1: 0.1=7");
    assert_ne!(value(&files, "w0")[1].as_str().map(numbers), Some(vec![0, 0, 1]), "no two of them are one group");
}

#[test]
fn synonyms_lead_to_the_same_sections() {
    let settings = Settings {
        synonyms: vec![
            vec!["webhook".to_owned(), "Hook".to_owned(), "callback".to_owned()],
            vec!["no".to_owned(), "body".to_owned()],
            vec!["2FA".to_owned(), "two factor".to_owned()],
        ],
        ..settings(&["1"])
    };
    let files = files(&[(0, "A", record(&[("", "hooks"), ("B", "the webhook"), ("C", "two factor codes"), ("D", "with 2fa")]))], &settings);
    check(&files, "hooks", "2: 0.1=9 0.2=7");
    check(&files, "webhook", "2: 0.1=9 0.2=7");
    check(&files, "callback", "2: 0.1=9 0.2=7");
    check(&files, "body", "");
    check(&files, "2fa", "2: 0.3=6 0.4=7");
    check(&files, "factor", "2: 0.3=6 0.4=7");
}

#[test]
fn what_everybody_says_is_kept_where_it_matters_most() {
    let many: Vec<(String, String)> =
        (0..4000).map(|no| (if no == 3999 { "Common".to_owned() } else { format!("s{no}") }, "common".to_owned())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(title, text)| (title.as_str(), text.as_str())).collect();
    let files = files(&[(0, "A", record(&many))], &settings(&["1"]));
    let shard = (0..).map_while(|no| files.get(&format!("w{no}"))).find(|text| text.contains("common")).expect("it is somewhere");
    assert!(shard.len() < 20_000, "{} bytes", shard.len());
    assert!(files.keys().filter(|name| name.starts_with('t')).count() > 5);
}

#[test]
fn of_a_common_word_it_is_told_in_which_other_parts_it_is() {
    let many: Vec<String> = (0..2400).map(|no| format!("s{no}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|title| (title.as_str(), "common")).collect();
    let long = format!("common {}", "other words ".repeat(500));
    let mut pages = vec![(0, "p00", record(&many)), (0, "p01", record(&[("", &long)]))];
    pages.extend(["p02", "p03", "p04", "p05", "p06"].map(|path| (0, path, record(&[("", "rare")]))));
    let all = led(&files(&pages, &settings(&["1"])), "common");
    assert!(all.starts_with("2401: 0.1="), "{all}");
    assert!(all.contains(" 0.2400=") && all.ends_with(" 1"), "{all}");
    // Where that is most of the site, it tells nothing.
    pages.truncate(3);
    let all = led(&files(&pages, &settings(&["1"])), "common");
    assert!(all.starts_with("2401: 0.1=") && !all.ends_with(" 1"), "{all}");
}

#[test]
fn texts_are_found_by_their_numbers() {
    let long = "word ".repeat(2000);
    let files = files(
        &[(0, "a/", record(&[("", &long), ("B", &long), ("C", &long)])), (1, "b/", record(&[("", "</script><script>alert(1)\u{2028}")]))],
        &settings(&["1", "2"]),
    );
    let list = value(&files, "list");
    assert_eq!((&list["s"], &list["f"]), (&serde_json::json!([[0], [1]]), &serde_json::json!([0, 1])));
    // Parts, each with the number of the section where it goes on, 0 where it begins.
    assert_eq!(numbers(list["t"].as_str().expect("text")), [0, 0, 0, 2, 0, 3]);
    let second = value(&files, "t1");
    assert_eq!((&second[0]["n"], &second[0]["f"], &second[0]["x"][0][1]), (&0.into(), &2.into(), &"B".into()));
    assert_eq!(value(&files, "t2")[1]["x"][0][2], "</script><script>alert(1)\u{2028}");
    assert!(!files["t2"].contains('\u{2028}'));
}

#[test]
fn the_order_of_words_is_that_of_scripts() {
    assert_eq!(order("\u{ff21}", "\u{20000}"), Ordering::Greater, "a pair of surrogates comes before the last characters of the first plane");
    assert_eq!(order("a", "é"), Ordering::Less);
    assert_eq!((bound("abc", "abd"), bound("ab", "abc"), bound("", "x")), ("abd".into(), "abc".into(), "x".into()));
    assert_eq!(front(["replica", "replicas", "rest"].map(|word| (word, Some(2))).into_iter()), "#%replica *%s %%st");
}
