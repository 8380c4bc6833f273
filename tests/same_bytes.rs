//! The same sources give the same bytes, whatever the machine, the surroundings and the day.
//!
//! - In: a small site that has something of everything, and the docs of etcd where they are to be had.
//! - Out: trees that are equal byte for byte; and a build of what has not changed, which writes nothing.
#![cfg(unix)]

mod kit;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use kit::{ETCD_CONFIG, copy, ends_with, paths, ran, recto, same, tree, write};

/// Something of everything: versions that inherit, names that sort differently elsewhere, moved pages, assets, faults.
const SITE: &[(&str, &str)] = &[
    (
        "recto.toml",
        "title = \"Same\"\nurl = \"https://same.example/docs/\"\n[theme]\nlinks = [{ title = \"Home\", url = \"https://same.example\" }]\n\
         [[versions]]\nid = \"3\"\nstatus = \"current\"\nreleased = 2026-01-02\ncontent = \"content\"\n\
         [[versions]]\nid = \"2\"\nstatus = \"supported\"\ninherits = \"3\"\npatches = \"versions/2\"\nwithout = [\"new.md\"]\n\
         [[versions]]\nid = \"1\"\nstatus = \"retired\"\ncontent = \"versions/1\"\n",
    ),
    ("content/index.md", "# Home\n\n![a](a.svg) [b](ıi/İ.md) [gone](gone.md) [c](new.md#two) www.a.example[^1]\n\n[^1]: Note.\n"),
    (
        "content/new.md",
        "+++\ntitle = \"New\"\nmoved_from = [\"old.md\"]\naliases = [\"/older/\"]\ntags = [\"b\", \"a\"]\n+++\n## Two\n\n<b onclick=x>d</b> <tok>\n\n## Two\n",
    ),
    ("content/ıi/İ.md", "# Turkish: I ı İ i\n\n> [!NOTE]\n> a\n\n|a|b|\n|-|:-:|\n|1|2|\n"),
    ("content/ıi/index.md", "# Section\n"),
    ("content/Zebra.md", "# Zebra\n\n- [x] a\n"),
    ("content/apple.md", "# apple\n\n```rust\nfn main() {}\n```\n"),
    ("content/ärger/é.md", "---\ntitle: É\nweight: 3\n---\ntext\n"),
    ("content/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"3\" height=\"4\"/>\n"),
    ("content/data/b.json", "{}\n"),
    ("versions/2/apple.md", "# apple of 2\n\n[a](1:apple.md)\n"),
    ("versions/1/index.md", "# Home of 1\n"),
    ("versions/1/old.md", "# Old\n"),
    ("versions/1/apple.md", "# apple\n\n```rust\nfn main() {}\n```\n"),
    ("static/favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"),
    ("static/.well-known/security.txt", "Contact: mailto:a@b.example\n"),
];

#[test]
fn a_small_site_is_the_same_everywhere() {
    everywhere("a small site", &|root| {
        for (path, text) in SITE {
            write(&root.join(path), text);
        }
    });
}

#[test]
fn the_docs_of_etcd_are_the_same_everywhere() {
    let Some(corpus) = kit::etcd() else { return };
    everywhere("etcd", &|root| {
        copy(&corpus, root);
        write(&root.join("recto.toml"), ETCD_CONFIG);
    });
}

fn everywhere(what: &str, make: &dyn Fn(&Path)) {
    let site = tempfile::tempdir().expect("a temporary folder");
    let root = site.path();
    make(root);
    let status = ran(&mut build(root)).status.code().expect("it ends by itself");
    assert!(status <= 1, "{what}: status {status}");
    let public = root.join("public");
    let first = tree(&public);
    assert!(first.len() > 10, "{what}: {} files", first.len());
    let again = |how: &str, command: &mut Command| {
        ends_with(status, command);
        same(&format!("{what}: {how}"), &first, &tree(&public));
    };

    // Nothing has changed: nothing is written, not even again.
    let before = stamps(&public);
    again("a second run", &mut build(root));
    assert_eq!(stamps(&public), before, "{what}: a second run wrote something");
    touch(root, SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    again("after touching the sources", &mut build(root));
    assert_eq!(stamps(&public), before, "{what}: touched sources made it write something");

    for (name, value) in [
        ("RAYON_NUM_THREADS", "1"),
        ("RAYON_NUM_THREADS", "2"),
        ("RAYON_NUM_THREADS", "8"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LC_ALL", "C"),
        ("TZ", "Pacific/Kiritimati"),
        ("TZ", "America/Los_Angeles"),
    ] {
        fs::remove_dir_all(&public).expect("the output");
        again(&format!("{name}={value}"), build(root).env(name, value));
    }

    fs::remove_dir_all(&public).expect("the output");
    let mut masked = Command::new("bash");
    masked.args(["-c", "umask 077; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_recto"), "build", "--keep-going", "--root"]).arg(root);
    again("umask 077", &mut masked);
    for path in paths(&public) {
        let mode = fs::metadata(public.join(&path)).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode, 0o644, "{what}: {path}: a web server could not read it");
    }

    // In another place, its files made in the opposite order.
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let moved = elsewhere.path().join("a place with spaces/ö");
    for path in paths(root).iter().rev().filter(|path| !path.starts_with("public/") && !path.starts_with(".recto/")) {
        write(&moved.join(path), fs::read(root.join(path)).expect("a file"));
    }
    ends_with(status, build(&moved).current_dir("/"));
    same(&format!("{what}: elsewhere, in another order"), &first, &tree(&moved.join("public")));
}

fn build(root: &Path) -> Command {
    recto(root, &["build", "--keep-going"])
}

/// Of each file: inode, and when it was written.
fn stamps(folder: &Path) -> Vec<(String, u64, i64, i64)> {
    let one = |path: String| {
        let meta = fs::metadata(folder.join(&path)).expect("a file");
        (path, meta.ino(), meta.mtime(), meta.mtime_nsec())
    };
    paths(folder).into_iter().map(one).collect()
}

/// Sets the times of all sources.
fn touch(root: &Path, to: SystemTime) {
    for path in paths(root).iter().filter(|path| !path.starts_with("public/")) {
        let file = fs::OpenOptions::new().append(true).open(root.join(path)).expect("a file");
        file.set_modified(to).expect("times can be set");
    }
}
