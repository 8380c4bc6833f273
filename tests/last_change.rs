//! `[git] last_change`: the day of a page's last commit, on the page and in the sitemap.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs `git` in `folder` at noon of this day of January 2026, heedless of the machine's configuration.
fn git_on(day: u32, folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    let output = command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_COMMITTER_DATE", format!("2026-01-{day:02}T12:00:00Z"))
        .args(["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", "-c", "gc.auto=0"])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

fn commit_on(day: u32, folder: &Path, files: &[(&str, &str)]) {
    write(folder, files);
    git_on(day, folder, &["add", "-A"]);
    git_on(day, folder, &["commit", "-q", "-m", "x"]);
}

fn recto(command: &str, root: &Path) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_recto")).arg(command).current_dir(root).env("GIT_DIR", "/nowhere").output();
    output.expect("recto runs")
}

/// What `recto` says on its way, when it ends with this status.
#[track_caller]
fn said(command: &str, root: &Path, status: i32) -> String {
    let output = recto(command, root);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(status), "{said}");
    said
}

/// The day that the page at `address` shows, and the sitemap gives of it; `-` for none.
fn days(root: &Path, address: &str) -> (String, String) {
    let between = |text: &str, from: &str, to: &str| {
        let rest = text.split_once(from).map(|(_, rest)| rest);
        rest.and_then(|rest| rest.split_once(to)).map_or_else(|| "-".to_owned(), |(found, _)| found.to_owned())
    };
    let page = fs::read_to_string(root.join("public").join(address).join("index.html")).expect("a page");
    let sitemap = fs::read_to_string(root.join("public/sitemap.xml")).expect("a sitemap");
    let entry = between(&sitemap, &format!("<loc>https://docs.example/{address}</loc>"), "</url>");
    (between(&page, "<time datetime=\"", "\""), between(&entry, "<lastmod>", "</lastmod>"))
}

const TOML: &str = "url = 'https://docs.example'\n[[versions]]\nid = '2'\nstatus = 'current'\n[[versions]]\nid = '1'\nstatus = 'supported'\ngit = 'docs-1'\ncontent = 'content'\n";

/// A repository whose site lies in `sites/docs`, in a new folder.
fn repository() -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let site = temp.path().join("origin/sites/docs");
    fs::create_dir_all(&site).expect("a folder");
    git_on(1, &site, &["init", "-q", "../.."]);
    let stated = "+++\nupdated = 2020-02-02\n+++\n# Stated\n";
    commit_on(1, &site, &[("content/index.md", "# Home\n"), ("content/a.md", "# Same\n"), ("content/stated.md", stated)]);
    commit_on(2, &site, &[("content/a.md", "# Old\n"), ("../../README.md", "read\n")]);
    git_on(2, &site, &["tag", "docs-1"]);
    commit_on(3, &site, &[("content/a.md", "# Same\n")]);
    commit_on(4, &site, &[("content/b/c.md", "# Same\n"), ("content/stated.md", &format!("{stated}More.\n"))]);
    commit_on(5, &site, &[("recto.toml", &format!("{TOML}[git]\nlast_change = true\n"))]);
    temp
}

#[test]
fn each_page_shows_the_day_its_file_changed_last_in_its_version() {
    let temp = repository();
    let root = temp.path().join("origin/sites/docs");
    write(&root, &[("content/untracked.md", "# Untracked\n"), ("content/index.md", "# Home, edited\n")]);
    said("build", &root, 0);
    let check = |address: &str, day: &str| assert_eq!(days(&root, address), (day.to_owned(), day.to_owned()), "{address}");
    check("", "2026-01-01");
    check("a/", "2026-01-03");
    // The same text, in another file.
    check("b/c/", "2026-01-04");
    check("b/", "-");
    check("untracked/", "-");
    check("stated/", "2020-02-02");
    check("1/a/", "2026-01-02");
    check("1/", "2026-01-01");
    check("1/stated/", "2020-02-02");

    write(&root, &[("recto.toml", TOML)]);
    said("build", &root, 0);
    check("a/", "-");
    check("stated/", "2020-02-02");
}

#[test]
fn what_git_cannot_tell_is_said_where_it_is_asked() {
    let temp = repository();
    let url = format!("file://{}", temp.path().join("origin").display());
    git_on(6, temp.path(), &["clone", "-q", "--depth=2", &url, "clone"]);
    let root = temp.path().join("clone/sites/docs");
    git_on(6, &root, &["fetch", "-q", "--depth=1", "origin", "tag", "docs-1"]);
    let said_of_the_clone = said("build", &root, 0);
    assert!(
        said_of_the_clone.contains("note[git-shallow]: 5 of 5 pages") && said_of_the_clone.contains("`git fetch --unshallow`"),
        "{said_of_the_clone}"
    );
    assert_eq!(said_of_the_clone.matches("git-shallow").count(), 1, "{said_of_the_clone}");
    assert_eq!(days(&root, "a/"), ("-".to_owned(), "-".to_owned()));
    git_on(6, &root, &["fetch", "-q", "--unshallow"]);
    assert!(!said("build", &root, 0).contains("git-shallow"));
    assert_eq!(days(&root, "a/").0, "2026-01-03");

    let bare = tempfile::tempdir().expect("a temporary folder");
    write(bare.path(), &[("recto.toml", "[git]\nlast_change = true\n"), ("content/index.md", "# Home\n")]);
    let said_of_no_repository = said("check", bare.path(), 1);
    assert!(said_of_no_repository.contains("error[git-unreadable]: `last_change` wants git's history"), "{said_of_no_repository}");
    assert!(said_of_no_repository.contains("recto.toml:2:15"), "{said_of_no_repository}");
    write(bare.path(), &[("recto.toml", "[git]\nlast_change = false\n")]);
    assert!(!said("check", bare.path(), 0).contains("git"));
}
