//! What is taken up from a run before never shows: after any edit, the site is the one that a clean run makes.
//!
//! - In: a small site with versions, includes, variables, templates; thousands of random edits, the hints that a watch would give, and
//!   what runs remember on disk, also damaged.
//! - Out: every page, redirect and generated file, and every diagnostic, compared with those of a run without memory.
//! - Never here: the watch and the server; `tests/serve.rs` has those. `tests/memo.rs` builds from outside.

mod kit;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kit::{overwrite, site, write};
use recto::config;
use recto::diagnostic::{Diagnostics, arrange};
use recto::memo::{Memo, Mode, Use};
use recto::pipeline::{self, Before, Changed, Edition, Purpose};

/// Numbers that look random and are the same in each run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

const CONFIGS: [&str; 4] = [
    "title = \"T\"\nurl = \"https://t.example/\"\n[vars]\nname = \"one\"\n[[versions]]\nid = \"2\"\nstatus = \"current\"\n[[versions]]\nid = \"1\"\nstatus = \"deprecated\"\ninherits = \"2\"\ncontent = \"old\"\n",
    "title = \"Other\"\nurl = \"https://t.example/docs/\"\n[vars]\nname = \"two\"\n[markdown]\nmath = true\n[[versions]]\nid = \"2\"\nstatus = \"current\"\n[[versions]]\nid = \"1\"\nstatus = \"supported\"\ninherits = \"2\"\ncontent = \"old\"\n",
    "title = \"T\"\n[vars]\nname = \"one\"\n",
    "title = \"T\"\nurl = \"https://t.example/\"\n[lints]\nlink-not-found = \"warn\"\n[[versions]]\nid = \"3\"\nstatus = \"preview\"\ninherits = \"2\"\ncontent = \"new\"\n[[versions]]\nid = \"2\"\nstatus = \"current\"\n",
];

const NAMES: [&str; 12] = [
    "content/index.md",
    "content/a.md",
    "content/b.md",
    "content/c/_index.md",
    "content/c/d.md",
    "content/c/e.md",
    "old/a.md",
    "old/f.md",
    "new/a.md",
    "new/c/g.md",
    "content/nav.toml",
    "content/shape.svg",
];

/// A text for the file `name`, made of pieces that depend on each other.
fn text(name: &str, numbers: &mut Numbers) -> String {
    if name.ends_with("nav.toml") {
        return numbers.one(&["items = [\"a.md\", \"b.md\"]\n", "items = [\"b.md\", \"c\"]\n", "items = [\n"]).to_owned();
    }
    if name.ends_with(".svg") {
        let width = 10 + numbers.below(3);
        return format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"10\"/>");
    }
    let mut text = String::new();
    if numbers.below(3) == 0 {
        let key = numbers.one(&[
            "title: Named",
            "order: 3",
            "draft: true",
            "aliases: [/old/place/]",
            "moved_from: b",
            "versions: \">=2\"",
            "tags: [x]",
            "title: [",
        ]);
        text += &format!("---\n{key}\n---\n");
    }
    if numbers.below(4) > 0 {
        text += &format!("# Title {}\n\n", numbers.below(4));
    }
    for _ in 0..1 + numbers.below(4) {
        text += numbers.one(&[
            "Some words.\n\n",
            "See [a](/a.md) and [d](/c/d.md#part).\n\n",
            "## Part\n\nMore.\n\n",
            "The name is {$name}, not {$nothing}.\n\n",
            ":::include snippets/s.md\n:::\n\n",
            ":::include /b.md\n\n",
            ":::version >=2\nNew here.\n:::\n\n",
            "![shape](/shape.svg)\n\n",
            "```rust\nfn main() {}\n```\n\n",
            "[gone](gone.md)\n\n",
            ":::tabs\n:::tab A\nx\n:::\n",
            "$x^2$ and <b>bold</b>\n\n",
        ]);
    }
    text + &format!("Number {}.\n", numbers.below(1000))
}

/// One edit of the site in `root`: what it touched, and whether files came or went.
fn edit(root: &Path, numbers: &mut Numbers) -> (Vec<PathBuf>, bool) {
    let name = numbers.one(&NAMES);
    let path = root.join(name);
    match numbers.below(20) {
        0 => {
            let there = path.exists();
            if there {
                fs::remove_file(&path).expect("a file");
            }
            (vec![path], there)
        }
        1 => {
            let other = root.join(numbers.one(&NAMES));
            if path.exists() && !other.is_dir() {
                fs::create_dir_all(other.parent().expect("a folder")).expect("a folder");
                fs::rename(&path, &other).expect("a file");
            }
            (vec![path, other], true)
        }
        2 => replaced(root, "snippets/s.md", &format!("Shared {} [b](/b.md) {{$name}}\n", numbers.below(9))),
        3 => replaced(root, "recto.toml", CONFIGS[numbers.below(CONFIGS.len())]),
        4 => match numbers.below(3) {
            0 => {
                let path = root.join("templates/partials/footer.html");
                let there = path.exists();
                if there {
                    fs::remove_file(&path).expect("a file");
                }
                (vec![path], there)
            }
            1 => replaced(root, "templates/partials/footer.html", &format!("<footer>{}</footer>", numbers.below(5))),
            _ => replaced(root, "static/robots.txt", &format!("# {}\n", numbers.below(5))),
        },
        5 => (vec![], true),
        _ => {
            let text = text(name, numbers);
            replaced(root, name, &text)
        }
    }
}

fn replaced(root: &Path, name: &str, text: &str) -> (Vec<PathBuf>, bool) {
    let path = root.join(name);
    let new = !path.exists();
    write(&path, text);
    (vec![path], new)
}

/// An edition of the site, and what is wrong with it, with nothing remembered on disk.
fn made(root: &Path, before: Option<(&Edition, &Changed)>) -> (Edition, Diagnostics) {
    made_with(root, before, &Arc::new(Memo::none()))
}

fn made_with(root: &Path, before: Option<(&Edition, &Changed)>, memo: &Arc<Memo>) -> (Edition, Diagnostics) {
    let config = config::load(root).expect("the configurations of this test are sound");
    let mut told = config.diagnostics;
    let loaded_before = before.map(|(edition, changed)| Before { loaded: &edition.loaded, changed });
    let gathered = pipeline::gather(config.value, loaded_before.map(Before::seen), &|_, _, _| {});
    let loaded = pipeline::load(gathered, &Purpose::default(), loaded_before, memo, &|_, _, _| {}).unload(&mut told);
    let edition = pipeline::edition(loaded, before.map(|(edition, _)| edition), &|_, _, _| {}).unload(&mut told);
    (edition, told)
}

/// Everything that can be seen of an edition.
fn seen((edition, told): &(Edition, Diagnostics)) -> (BTreeMap<String, String>, String) {
    let mut told = told.clone();
    let mut files = BTreeMap::new();
    let site = &edition.loaded.site;
    for (no, page) in site.catalog.pages.iter().enumerate() {
        let html = edition.page(no).unload(&mut told);
        files.insert(page.url.to_string(), html.unwrap_or_default());
    }
    for (no, redirect) in site.redirects.iter().enumerate() {
        files.insert(redirect.from.to_string(), edition.redirect(no).unload(&mut told).unwrap_or_default());
    }
    for (no, asset) in site.catalog.assets.iter().enumerate() {
        files.insert(asset.url.to_string(), format!("{:?}", edition.asset(no)));
    }
    for (url, text) in edition.generated().unload(&mut told) {
        files.insert(url.to_string(), text);
    }
    arrange(&mut told);
    let faults: Vec<_> = (0..site.catalog.pages.len()).flat_map(|no| edition.faults(no)).collect();
    assert!(faults.iter().all(|fault| told.contains(fault)), "what is remembered of a page is what is wrong with it");
    let told: Vec<String> = told.iter().map(|told| format!("{told:?}")).collect();
    (files, told.join("\n"))
}

fn begin() -> tempfile::TempDir {
    let mut numbers = Numbers(7);
    let folder = site(&[("recto.toml", CONFIGS[0]), ("snippets/s.md", "Shared.\n"), ("old/keep.md", "# K\n"), ("new/keep.md", "# K\n")]);
    for name in NAMES.iter().filter(|name| name.starts_with("content")) {
        write(&folder.path().join(name), text(name, &mut numbers));
    }
    folder
}

#[test]
fn any_edit_leads_where_a_clean_run_leads() {
    for seed in 0..4 {
        let folder = begin();
        let mut numbers = Numbers(seed);
        let mut now = made(folder.path(), None);
        for no in 0..500 {
            let mut paths = BTreeSet::new();
            let mut names = false;
            for _ in 0..1 + numbers.below(3) / 2 {
                let (touched, came_or_went) = edit(folder.path(), &mut numbers);
                paths.extend(touched);
                names |= came_or_went;
            }
            let paths = paths.into_iter().collect();
            let changed = match numbers.below(30) {
                0 => Changed::Anything,
                _ if names => Changed::Names(paths),
                _ => Changed::Files(paths),
            };
            let next = made(folder.path(), Some((&now.0, &changed)));
            let clean = seen(&made(folder.path(), None));
            let same = |other: &(Edition, Diagnostics), how: &str| {
                let (files, told) = seen(other);
                assert_eq!(told, clean.1, "seed {seed}, edit {no}, {how}: {changed:?}");
                let differing: Vec<&String> = clean.0.keys().chain(files.keys()).filter(|url| clean.0.get(*url) != files.get(*url)).collect();
                assert!(differing.is_empty(), "seed {seed}, edit {no}, {how}: {changed:?}: {differing:?}");
            };
            same(&next, "from the run before");
            if numbers.below(3) == 0 {
                if numbers.below(10) == 0 {
                    damage(folder.path(), &mut numbers);
                }
                let memo = Arc::new(Memo::open(&folder.path().join(".recto"), "this build", Mode::Remember));
                same(&made_with(folder.path(), None, &memo), "from disk");
                memo.save(if numbers.below(2) == 0 { Use::Whole } else { Use::Part }).expect("a folder to write to");
            }
            now = next;
        }
    }
}

/// Changes a byte of what is remembered on disk, or cuts something off.
fn damage(root: &Path, numbers: &mut Numbers) {
    let packs = fs::read_dir(root.join(".recto")).into_iter().flatten().flatten().map(|entry| entry.path());
    let packs: BTreeSet<PathBuf> = packs.filter(|path| path.extension().is_some_and(|ending| ending == "pack")).collect();
    for path in packs {
        let mut bytes = fs::read(&path).expect("a pack");
        let at = numbers.below(bytes.len());
        match numbers.below(3) {
            0 => bytes.truncate(at),
            _ => bytes[at] ^= 1 << numbers.below(8),
        }
        overwrite(&path, &bytes);
    }
}

/// How many pages were read anew, and whether the site was put together anew.
fn redone(before: &Edition, now: &Edition) -> (usize, bool) {
    let pages =
        |edition: &Edition| -> Vec<_> { (0..edition.loaded.site.catalog.pages.len()).filter_map(|no| edition.loaded.page(no).cloned()).collect() };
    let old = pages(before);
    let new = pages(now).into_iter().filter(|page| !old.iter().any(|old| Arc::ptr_eq(old, page))).collect::<Vec<_>>();
    let mut distinct: Vec<*const _> = new.iter().map(Arc::as_ptr).collect();
    distinct.sort_unstable();
    distinct.dedup();
    (distinct.len(), !Arc::ptr_eq(&before.loaded.site, &now.loaded.site))
}

#[test]
fn a_sentence_redoes_one_page_and_a_title_those_that_show_it() {
    let folder = site(&[
        ("recto.toml", CONFIGS[0]),
        ("snippets/s.md", "Shared.\n"),
        ("content/index.md", "# Home\n"),
        ("content/a.md", "# A\n\n:::include snippets/s.md\n"),
        ("content/b.md", "# B\n\n{$name}\n"),
        ("content/c.md", "# C\n\n[gone](gone.md)\n"),
        ("old/d.md", "# D\n"),
    ]);
    let root = folder.path();
    let (mut now, _) = made(root, None);
    let mut check = |name: &str, text: &str, expected: (usize, bool)| {
        let (paths, _) = replaced(root, name, text);
        let changed = Changed::Files(paths.into_iter().collect());
        let (next, _) = made(root, Some((&now, &changed)));
        assert_eq!(redone(&now, &next), expected, "{name}: {text:?}");
        now = next;
    };
    check("content/b.md", "# B\n\n{$name}, and a sentence.\n", (1, false));
    check("content/b.md", "# B\n\n{$name}, and a sentence.\n", (0, false));
    check("content/b.md", "# Title\n\n{$name}\n", (1, true));
    check("snippets/s.md", "Shared by one page, in two versions.\n", (1, false));
    check("content/c.md", "# C\n\nFirst. [gone](gone.md)\n", (1, false));
    check("templates/partials/footer.html", "<footer></footer>", (0, false));
    check("recto.toml", &CONFIGS[0].replace("name = \"one\"", "name = \"three\""), (1, true));
}

#[test]
fn a_file_that_was_named_is_read_though_it_lies_there_as_before() {
    for changed in [Changed::Files, Changed::Names] {
        let folder = site(&[("recto.toml", CONFIGS[0]), ("content/index.md", "# Home\n\nOne.\n")]);
        let (now, _) = made(folder.path(), None);
        let path = folder.path().join("content/index.md");
        overwrite(&path, b"# Home\n\nTwo.\n");
        let next = made(folder.path(), Some((&now, &changed(std::iter::once(path).collect()))));
        assert!(seen(&next).0["/"].contains("Two."));
    }
}

#[test]
fn what_is_wrong_with_the_site_is_told_at_its_new_place() {
    let wrong = "---\naliases: [/a/]\n---\n# B\n";
    let folder = site(&[
        ("recto.toml", CONFIGS[0]),
        ("content/index.md", "# Home\n"),
        ("content/b.md", wrong),
        ("content/a.md", "# A\n"),
        ("old/b.md", "# Old\n"),
    ]);
    let root = folder.path();
    let (now, told) = made(root, None);
    assert!(!told.is_empty(), "a fault of the site as a whole");
    let (paths, _) = replaced(root, "content/b.md", &wrong.replace("aliases", "# A remark.\naliases"));
    let changed = Changed::Files(paths.into_iter().collect());
    let next = made(root, Some((&now, &changed)));
    assert_ne!(told, next.1);
    assert_eq!(seen(&next).1, seen(&made(root, None)).1);
}
