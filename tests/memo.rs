//! What builds remember between runs, from outside: it saves work, and never shows in a byte of the output.
//!
//! - In: a site in two versions, built again and again after edits, and after `.recto/` or the output was touched.
//! - Out: trees compared with those of a build without memory, times of files, and how much `recto build -v` says was done anew.

mod kit;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use kit::{overwrite, ran, recto, site, write};

const CONFIG: &str = "title = \"T\"\nurl = \"https://t.example/\"\n[vars]\nname = \"one\"\n[[versions]]\nid = \"2\"\nstatus = \"current\"\n\
                      [[versions]]\nid = \"1\"\nstatus = \"deprecated\"\ninherits = \"2\"\ncontent = \"old\"\n";

fn begin() -> tempfile::TempDir {
    site(&[
        ("recto.toml", CONFIG),
        ("snippets/s.md", "Shared.\n"),
        ("static/robots.txt", "# ours\n"),
        ("content/index.md", "# Home\n\nSee [a](a.md).\n"),
        ("content/a.md", "# A\n\n:::include snippets/s.md\n\n```rust\nfn main() {}\n```\n"),
        ("content/b.md", "# B\n\n{$name} ![shape](shape.svg)\n"),
        ("content/c.md", "# C\n\n<blink>No</blink>\n"),
        ("content/shape.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>"),
        ("old/b.md", "# B\n\nOlder.\n"),
    ])
}

fn built(root: &Path, arguments: &[&str]) -> String {
    let output = ran(recto(root, &["build", "-v", "--color", "never"]).args(arguments));
    String::from_utf8(output.stderr).expect("text") + &String::from_utf8(output.stdout).expect("text")
}

/// Every file below `folder`, with its bytes and the time of its last change.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let time = entry.metadata().expect("a file").modified().expect("a time");
                files.insert(path.clone(), (fs::read(&path).expect("a file"), time));
            }
        }
    }
    files
}

fn bytes(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    tree(folder).into_iter().map(|(path, (bytes, _))| (path.strip_prefix(folder).expect("below").to_owned(), bytes)).collect()
}

/// The output is what a build without memory makes of the same sources, and says the same.
fn same_as_clean(root: &Path, said: &str) {
    let clean = tempfile::tempdir().expect("a folder");
    for name in ["recto.toml", "content", "old", "snippets", "static", "templates"] {
        copy(&root.join(name), &clean.path().join(name));
    }
    let clean_said = built(clean.path(), &[]);
    assert_eq!(bytes(&root.join("public")), bytes(&clean.path().join("public")));
    let told = |said: &str| {
        said.lines()
            .filter(|line| !line.starts_with("built") && !line.contains("done anew") && !line.starts_with("all that"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(told(said), told(&clean_said));
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder").flatten() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else if from.is_file() {
        fs::copy(from, to).expect("a file");
    }
}

#[test]
fn what_is_edited_is_done_anew_and_nothing_else() {
    let folder = begin();
    let root = folder.path();
    assert!(built(root, &[]).contains("5 texts read, 5 bodies written, 8 pages rendered"), "{}", built(root, &[]));
    let check = |name: &str, text: &str, expected: &str| {
        write(&root.join(name), text);
        let said = built(root, &[]);
        assert!(said.contains(expected), "{name}: {said}");
        same_as_clean(root, &said);
    };
    check("content/c.md", "# C\n\nA sentence.\n", "1 texts read, 1 bodies written, 2 pages rendered");
    check("old/b.md", "# B\n\nA sentence.\n", "1 texts read, 1 bodies written, 1 pages rendered");
    check("snippets/s.md", "Shared by one.\n", "1 texts read, 1 bodies written, 2 pages rendered");
    check(
        "content/shape.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"9\"/>",
        "0 texts read, 1 bodies written, 1 pages rendered",
    );
    check("recto.toml", &CONFIG.replace("\"one\"", "\"two\""), "1 texts read, 1 bodies written, 8 pages rendered");
    check("content/c.md", "# Title\n\nA sentence.\n", "1 texts read, 1 bodies written, 8 pages rendered");
    check("templates/partials/footer.html", "<footer>Mine</footer>", "0 texts read, 5 bodies written, 8 pages rendered");
}

#[test]
fn a_build_with_nothing_changed_writes_nothing() {
    let folder = begin();
    let root = folder.path();
    let first = built(root, &[]);
    assert!(first.contains("html-removed"), "{first}");
    let before = (tree(&root.join("public")), tree(&root.join(".recto")));
    let said = built(root, &[]);
    assert!(said.contains("all that is read is as it was") && said.contains("nothing changed"), "{said}");
    assert!((tree(&root.join("public")), tree(&root.join(".recto"))) == before, "no file was touched");
    same_as_clean(root, &said);
    // What a run is asked for counts too.
    assert!(built(root, &["--base-url", "https://other.example/"]).contains("written, "));
    assert!(built(root, &["--drafts"]).contains("done anew"));
    let strict = recto(root, &["build", "--strict"]).output().expect("it runs");
    assert_eq!(strict.status.code(), Some(1), "warnings are remembered, and weighed anew");
}

#[test]
fn an_output_that_was_touched_is_mended() {
    let folder = begin();
    let root = folder.path();
    built(root, &[]);
    let clean = bytes(&root.join("public"));
    let touch: [&dyn Fn(); 5] = [
        &|| write(&root.join("public/a/index.html"), "x".repeat(clean[Path::new("a/index.html")].len())),
        &|| fs::remove_file(root.join("public/1/b/index.html")).expect("a page"),
        &|| write(&root.join("public/robots.txt"), "# oops\n"),
        &|| fs::remove_dir_all(root.join("public")).expect("the output"),
        &|| {
            let path = root.join("public/c/index.html");
            overwrite(&path, &vec![b'y'; clean[Path::new("c/index.html")].len()]);
        },
    ];
    for (no, touch) in touch.iter().enumerate() {
        touch();
        built(root, &[]);
        assert!(bytes(&root.join("public")) == clean, "touch {no}");
    }
}

#[test]
fn what_is_remembered_can_be_damaged_or_removed() {
    let folder = begin();
    let root = folder.path();
    built(root, &[]);
    let clean = bytes(&root.join("public"));
    let packs = || tree(&root.join(".recto")).into_keys().filter(|path| path.extension().is_some_and(|ending| ending == "pack")).collect::<Vec<_>>();
    let length = fs::metadata(&packs()[0]).expect("a pack").len() as usize;
    for at in (0..length).step_by(length / 40) {
        let pack = packs().into_iter().next_back().expect("a pack");
        let mut damaged = fs::read(&pack).expect("a pack");
        let at = at.min(damaged.len() - 1);
        damaged[at] ^= 0xff;
        overwrite(&pack, &damaged);
        fs::remove_dir_all(root.join("public")).expect("the output");
        let said = built(root, &[]);
        assert!(bytes(&root.join("public")) == clean, "byte {at}");
        same_as_clean(root, &said);
    }
    fs::remove_dir_all(root.join(".recto")).expect("what is remembered");
    built(root, &[]);
    assert!(bytes(&root.join("public")) == clean);
    assert_eq!(fs::read_to_string(root.join(".recto/.gitignore")).expect("a file").lines().last(), Some("*"));
}

#[test]
fn a_file_in_the_place_of_the_memo_stops_nothing() {
    let folder = begin();
    let root = folder.path();
    write(&root.join(".recto"), "mine");
    let said = built(root, &[]);
    same_as_clean(root, &said);
    assert_eq!(fs::read_to_string(root.join(".recto")).expect("a file"), "mine");
}

#[test]
fn checks_recall_and_write_nothing() {
    let folder = begin();
    let root = folder.path();
    let said = |arguments: &[&str]| String::from_utf8(ran(&mut recto(root, arguments)).stderr).expect("text");
    let first = said(&["check"]);
    assert!(first.contains("html-removed"), "{first}");
    assert!(!root.join(".recto").exists() && !root.join("public").exists());
    built(root, &[]);
    let before = tree(&root.join(".recto"));
    assert_eq!(said(&["check"]), first);
    assert!(tree(&root.join(".recto")) == before);
}
