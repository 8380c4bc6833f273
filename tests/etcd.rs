//! The docs of etcd, nine versions of them, as one site: everything comes out, and everything leads somewhere.
//!
//! - In: the corpus (`RECTO_CORPORA`, default `../shared/corpora`), copied, with `tests/etcd/recto.toml`.
//! - Out: what the program wrote and said, judged by rules of this file's own and by the crawler.
//! - Without the corpus, each test says so and passes.

mod crawl;
mod kit;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use kit::{ETCD, ETCD_CONFIG, ETCD_CURRENT, checked, copy, ends_with, recto, same, tree, with_code, write};

/// Pages whose sources have several level-1 headings, beside the title of the front matter: each is shown as written.
const SEVERAL_HEADINGS: [&str; 3] = ["learning/design-client", "learning/design-learner", "v2.3/clustering"];

#[test]
fn every_page_of_every_version_comes_out() {
    let Some(site) = site(ETCD_CONFIG) else { return };
    build(site.path(), 0);
    let mut count = 0;
    for version in ETCD {
        for path in markdown(&site.path().join(version)) {
            let address = address(version, &path);
            let page = site.path().join("public").join(&address).join("index.html");
            let html = fs::read_to_string(&page).unwrap_or_else(|error| panic!("{version}/{path}: {}: {error}", page.display()));
            assert!(!html.contains("http-equiv=\"refresh\""), "{version}/{path}: its address only leads on");
            let title = title(&fs::read_to_string(site.path().join(version).join(&path)).expect("UTF-8"));
            let shown = title.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
            assert!(html.contains("<h1") && html.contains(&shown), "{version}/{path}: its title `{title}` is not shown");
            count += 1;
        }
    }
    assert_eq!(count, 700, "pages of the corpus");
}

#[test]
fn shortcodes_are_told_at_their_lines() {
    let Some(site) = site(ETCD_CONFIG) else { return };
    let mut expected: BTreeMap<(String, u64), usize> = BTreeMap::new();
    for version in ETCD {
        for path in markdown(&site.path().join(version)) {
            let text = fs::read_to_string(site.path().join(version).join(&path)).expect("UTF-8");
            for (no, line) in text.lines().enumerate() {
                let shortcodes = line.matches("{{<").count() + line.matches("{{%").count();
                if shortcodes > 0 {
                    expected.insert((format!("{version}/{path}"), no as u64 + 1), shortcodes);
                }
            }
        }
    }
    let report = checked(site.path(), &[]);
    let mut told: BTreeMap<(String, u64), usize> = BTreeMap::new();
    for diagnostic in with_code(&report, "foreign-syntax") {
        let file = diagnostic["file"].as_str().expect("it names a file").to_owned();
        *told.entry((file, diagnostic["line"].as_u64().expect("it names a line"))).or_default() += 1;
    }
    assert!(expected.len() > 500, "{} lines with shortcodes", expected.len());
    assert_eq!(told, expected);
}

#[test]
fn everything_leads_somewhere() {
    let Some(site) = site(ETCD_CONFIG) else { return };
    build(site.path(), 0);
    sound(site.path(), "/docs/", "https://etcd.example/docs/");
}

#[test]
fn links_that_are_told_to_be_broken_are() {
    let config = ETCD_CONFIG.replace("https://etcd.example/docs/", "https://etcd.example/");
    assert_ne!(config, ETCD_CONFIG);
    let Some(site) = site(&config) else { return };
    build(site.path(), 1);
    // What is broken is shown without a link, so nothing that is left leads nowhere.
    sound(site.path(), "/", "https://etcd.example/");
    let report = checked(site.path(), &[]);
    let broken = with_code(&report, "link-not-found");
    assert_eq!(report["errors"].as_u64(), Some(broken.len() as u64), "no other errors: {:?}", kit::codes(&report));
    assert!(broken.len() > 200, "{} broken links", broken.len());
    let mut told: BTreeSet<(String, usize)> = BTreeSet::new();
    for diagnostic in broken {
        let file = diagnostic["file"].as_str().expect("it names a file");
        let text = fs::read_to_string(site.path().join(file)).expect("UTF-8");
        let bytes = |at: usize| usize::try_from(diagnostic["bytes"][at].as_u64().expect("it names bytes")).expect("a small number");
        let written = &text[bytes(0)..bytes(1)];
        // The site is at the root of its host and has no such folder, nor has any version.
        assert!(written.starts_with("/docs/") && !site.path().join("public/docs").exists(), "{file}: {written}");
        told.insert((file.to_owned(), bytes(0)));
    }
    // And none of that form is passed over: inline links all, definitions if something refers to them.
    let mut expected = BTreeSet::new();
    for version in ETCD {
        for path in markdown(&site.path().join(version)) {
            let text = fs::read_to_string(site.path().join(version).join(&path)).expect("UTF-8");
            expected.extend(references_to_docs(&text).into_iter().map(|at| (format!("{version}/{path}"), at)));
        }
    }
    let missed: Vec<_> = expected.difference(&told).collect();
    let more: Vec<_> = told.difference(&expected).collect();
    assert!(missed.is_empty() && more.is_empty(), "passed over: {missed:?}\ntold, but not seen here: {more:?}");
}

#[test]
fn tags_give_the_same_bytes_as_folders() {
    let Some(site) = site(ETCD_CONFIG) else { return };
    build(site.path(), 0);
    let from_folders = tree(&site.path().join("public"));

    let repository = tempfile::tempdir().expect("a temporary folder");
    let root = repository.path();
    git(root, &["init", "-q", "-b", "main", "."]);
    let mut config = ETCD_CONFIG.to_owned();
    for (no, version) in ETCD.iter().rev().filter(|version| **version != ETCD_CURRENT).enumerate() {
        if root.join("content").exists() {
            fs::remove_dir_all(root.join("content")).expect("the folder of this test");
        }
        copy(&site.path().join(version), &root.join("content"));
        git(root, &["add", "-A", "."]);
        git(root, &["commit", "-q", "-m", version]);
        // A tag with a message and one without; objects in packs and loose ones.
        if no % 2 == 0 {
            git(root, &["tag", "-a", "-m", "a release", version]);
        } else {
            git(root, &["tag", version]);
        }
        if no == 4 {
            git(root, &["gc", "-q"]);
        }
        config = config.replace(&format!("content = \"{version}\""), &format!("content = \"content\"\ngit = \"{version}\""));
    }
    fs::remove_dir_all(root.join("content")).expect("the folder of this test");
    copy(&site.path().join(ETCD_CURRENT), &root.join("content"));
    config = config.replace(&format!("content = \"{ETCD_CURRENT}\""), "content = \"content\"");
    write(&root.join("recto.toml"), config);
    build(root, 0);
    same("folders and tags", &from_folders, &tree(&root.join("public")));
}

/// The corpus in a folder of its own, with `config`.
fn site(config: &str) -> Option<tempfile::TempDir> {
    let corpus = kit::etcd()?;
    let site = kit::site(&[("recto.toml", config)]);
    copy(&corpus, site.path());
    Some(site)
}

fn build(root: &Path, status: i32) {
    ends_with(status, &mut recto(root, &["build", "--keep-going"]));
}

/// The Markdown files below a folder.
fn markdown(folder: &Path) -> Vec<String> {
    kit::paths(folder).into_iter().filter(|path| path.ends_with(".md")).collect()
}

/// Where in the site the page of a source is: the current version at the root, the others below their id.
fn address(version: &str, path: &str) -> String {
    let stem = path.strip_suffix(".md").expect("a Markdown file");
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let below = if ["_index", "index", "README"].contains(&name) { folder } else { stem };
    if version == ETCD_CURRENT { below.to_owned() } else { format!("{version}/{below}") }
}

/// The `title` of YAML front matter, else the first heading.
fn title(text: &str) -> String {
    let line = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
    let title = line("title:").or_else(|| line("# ")).expect("every page of the corpus has a title");
    title.trim().trim_matches(['"', '\'']).to_owned()
}

/// Where in a text the targets of links to `/docs/…` are written: `](/docs/…`, and definitions that something refers to. What holds a
/// shortcode is told as that; a definition with spaces in its target, as shortcodes have them, is none, and makes words of the lines below it.
fn references_to_docs(text: &str) -> Vec<usize> {
    let shortcode = |at: usize| text[at..].split([')', '\n']).next().is_some_and(|target| target.contains("{{"));
    let mut found: Vec<usize> = text.match_indices("](/docs/").map(|(at, _)| at + "](".len()).collect();
    let (mut at, mut words) = (0, false);
    for line in text.split_inclusive('\n') {
        let definition = line.strip_prefix('[').and_then(|rest| rest.split_once("]:")).filter(|(_, target)| !target.trim().contains(' '));
        words = !line.trim().is_empty() && (words || definition.is_none());
        if let Some((label, target)) = definition.filter(|_| !words)
            && target.trim_start().starts_with("/docs/")
            && referred_to(text, label)
        {
            found.push(at + line.find("/docs/").unwrap_or_default());
        }
        at += line.len();
    }
    found.retain(|at| !shortcode(*at));
    found
}

/// Whether something in a text refers to the link that `label` defines.
fn referred_to(text: &str, label: &str) -> bool {
    let text = text.to_lowercase();
    let label = format!("[{}]", label.to_lowercase());
    text.match_indices(&label).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + label.len()..]);
        let definition = after.starts_with(':') && (before.is_empty() || before.ends_with('\n'));
        let words_of_another = after.starts_with('(') || (after.starts_with('[') && !after.starts_with("[]"));
        !definition && !words_of_another
    })
}

/// Fails unless a crawl of the output finds nothing wrong.
fn sound(root: &Path, base: &str, url: &str) {
    let mut crawl = crawl::crawl(&root.join("public"), base, Some(url));
    // What the writers wrote with several level-1 headings of their own has them.
    crawl.headings.retain(|(page, _)| !SEVERAL_HEADINGS.iter().any(|known| page.ends_with(&format!("{known}/index.html"))));
    let faults = crawl.faults();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults[..faults.len().min(40)].join("\n"));
    assert!(crawl.slashless.is_empty(), "{:?}", &crawl.slashless[..crawl.slashless.len().min(10)]);
    let counts = crawl.counts;
    assert!(counts.pages > 800 && counts.internal > 40_000 && counts.images > 100 && counts.ids > 8_000, "it read little: {counts:?}");
    eprintln!("crawled {counts:?}");
}

/// Runs git in `root` as nobody in particular, with nobody's settings.
fn git(root: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Recto", "-c", "user.email=recto@example.com", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"]);
    command.args(arguments).current_dir(root).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let output = command.output().expect("git is there");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}
