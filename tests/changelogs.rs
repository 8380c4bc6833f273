//! The changelogs of real products, built, and counted again by lines alone.
//!
//! - In: the corpus (`RECTO_CORPORA`, default `../shared/corpora`): three files, each the `CHANGELOG.md` of a site.
//! - Out: as many releases and entries as a reader counts who knows the words for kinds of changes and nothing of Markdown but its lines.
//! - Never here: how Recto reads changelogs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Words that name a kind of change, as a reader would say.
const KINDS: &str = "added add features feature changed change changes improvements improvement performance refactor revert deprecated removed fixed fix bugfix bugfixes security cve";

/// Words with which an entry begins that names its kind itself.
const COMMITS: &[&str] = &["feat", "feature", "fix", "bugfix", "perf", "refactor", "change", "revert"];

/// The releases of a file, each with its entries, by lines.
fn counted(text: &str) -> Vec<(String, usize)> {
    let mut releases: Vec<(String, usize)> = Vec::new();
    let (mut known, mut fence) = (false, false);
    for line in text.lines() {
        fence ^= line.trim_start().starts_with("```");
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if fence || (level > 0 && !line[level..].starts_with(' ')) {
            continue;
        }
        if level > 0 {
            let title: String = line[level..].split("](").next().unwrap_or("").replace(['[', ']'], "");
            let words: Vec<String> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
            let first = title.split_whitespace().next().unwrap_or("").trim_start_matches('v').to_lowercase();
            let number = first.contains('.') && first.starts_with(|c: char| c.is_ascii_digit());
            if level <= 2 && (number || first == "unreleased") {
                releases.push((first, 0));
                known = false;
            } else {
                let kind = words.join(" ");
                known = KINDS.split(' ').any(|word| word == kind) || kind == "bug fixes" || (known && level > 3);
            }
        } else if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
            let word: String = item.chars().take_while(char::is_ascii_lowercase).collect();
            let commit = COMMITS.contains(&word.as_str()) && item.contains(':') && item[word.len()..].starts_with(['(', ':', '!']);
            if let Some((_, count)) = releases.last_mut().filter(|_| known || commit) {
                *count += 1;
            }
        }
    }
    releases
}

#[test]
fn real_changelogs_have_the_releases_and_entries_that_a_reader_counts() {
    let corpora = std::env::var_os("RECTO_CORPORA").map_or_else(|| PathBuf::from("../shared/corpora"), PathBuf::from).join("changelogs");
    if !corpora.is_dir() {
        eprintln!("no corpus at {}: nothing is tested", corpora.display());
        return;
    }
    for (name, releases, entries) in [("apisix", 62, 867), ("git-cliff", 55, 395), ("keep-a-changelog", 17, 122)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        let write = |path: &str, text: &str| fs::write(root.join(path), text).expect("a file");
        fs::create_dir(root.join("content")).expect("a folder");
        let text = fs::read_to_string(corpora.join(format!("{name}.md"))).expect("a changelog");
        write("content/CHANGELOG.md", &text);
        write("content/index.md", "# Home\n");
        write("recto.toml", "title = 'Product'\nurl = 'https://product.example/'\n");
        let built = Command::new(env!("CARGO_BIN_EXE_recto")).args(["build", "--quiet", "--root"]).arg(root).output().expect("the program starts");
        assert!(built.status.success(), "{name}: {}", String::from_utf8_lossy(&built.stderr));
        let counted = counted(&text);
        assert_eq!((counted.len(), counted.iter().map(|(_, count)| count).sum::<usize>()), (releases, entries), "{name}");
        for (release, count) in &counted {
            let page = fs::read_to_string(root.join("public/changelog").join(release).join("index.html"));
            let page = page.unwrap_or_else(|error| panic!("{name} {release}: {error}"));
            assert_eq!(page.matches("<li class=\"entry\"").count(), *count, "{name} {release}");
        }
        let feed: serde_json::Value = serde_json::from_slice(&fs::read(root.join("public/changelog/feed.json")).expect("a feed")).expect("JSON");
        let items = feed["items"].as_array().expect("items");
        let released = counted.iter().filter(|(release, _)| release != "unreleased").count();
        assert_eq!(items.len(), released.min(50), "{name}");
    }
}
