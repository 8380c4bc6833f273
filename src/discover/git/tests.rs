//! Real repositories, made by the `git` program, read through the object store alone.

use super::history::day;
use super::*;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use rayon::prelude::*;

/// `git` in `folder`, heedless of the machine's configuration and of any `GIT_*` that the tests run under.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .args(["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"])
        .args(["-c", "protocol.file.allow=always", "-c", "core.autocrlf=false", "-c", "safe.directory=*", "-c", "gc.auto=0"])
        .args(arguments)
        .current_dir(folder);
    command
}

/// What `git` prints, without the last line's end.
fn git(folder: &Path, arguments: &[&str]) -> String {
    printed(&mut command(folder, arguments))
}

/// The same, at this time by the committer's clock.
fn git_at(time: &str, folder: &Path, arguments: &[&str]) -> String {
    printed(command(folder, arguments).env("GIT_COMMITTER_DATE", time).env("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z"))
}

fn printed(command: &mut Command) -> String {
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn commit(folder: &Path, files: &[(&str, &str)]) -> String {
    write(folder, files);
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "x"]);
    git(folder, &["rev-parse", "HEAD"])
}

/// A repository with one commit of two files, `docs/index.md` and `README.md`, in the folder `origin` of a new folder.
fn origin() -> (tempfile::TempDir, PathBuf, String) {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("origin");
    fs::create_dir(&folder).unwrap();
    git(&folder, &["init", "-q"]);
    let id = commit(&folder, &[("docs/index.md", "one"), ("README.md", "read")]);
    (temp, folder, id)
}

/// The files below `inside` in `revision`, each with its text, as the repository that holds `folder` has them.
fn tell(folder: &Path, revision: &str, inside: &str) -> Result<String, GitFault> {
    let repository = Repository::holding(folder)?;
    let told = repository.files(revision, inside)?.into_iter().map(|file| {
        let text = repository.read(file.id, 1 << 20)?;
        assert_eq!(repository.size(file.id), Ok(text.len() as u64));
        Ok(format!("{}={}", file.path, String::from_utf8_lossy(&text)))
    });
    told.collect::<Result<Vec<String>, GitFault>>().map(|told| told.join(" "))
}

#[track_caller]
fn check(folder: &Path, revision: &str, inside: &str, expected: &str) {
    assert_eq!(tell(folder, revision, inside).as_deref(), Ok(expected), "{revision}:{inside}");
}

#[track_caller]
fn missing(folder: &Path, revision: &str, shallow: bool, similar: Option<&str>) {
    let similar = similar.map(str::to_owned);
    assert_eq!(tell(folder, revision, ""), Err(GitFault::RefNotFound { shallow, similar }), "{revision:?}");
}

#[test]
fn tags_branches_and_ids_name_a_commit() {
    let (_temp, folder, first) = origin();
    git(&folder, &["branch", "release/2"]);
    git(&folder, &["tag", "docs-1"]);
    git(&folder, &["tag", "-a", "-m", "x", "docs-1a"]);
    git(&folder, &["tag", "-a", "-m", "x", "docs-1aa", "docs-1a"]);
    let second = commit(&folder, &[("docs/index.md", "two")]);
    let tag = git(&folder, &["rev-parse", "docs-1a"]);
    for name in ["release/2", "docs-1", "docs-1a", "docs-1aa", &first, &first[..7], &first[..12], &tag, "refs/tags/docs-1"] {
        check(&folder, name, "docs", "index.md=one");
    }
    for name in ["main", &second, &second.to_uppercase(), &second[..39]] {
        check(&folder, name, "docs", "index.md=two");
    }
    let repository = Repository::holding(&folder).unwrap();
    assert_eq!(repository.commit("docs-1a").unwrap().to_string(), first);
}

#[test]
fn a_tag_goes_before_a_branch_and_a_branch_before_digits() {
    let (_temp, folder, first) = origin();
    commit(&folder, &[("docs/index.md", "two")]);
    git(&folder, &["tag", "v1", &first]);
    git(&folder, &["branch", "v1"]);
    check(&folder, "v1", "docs", "index.md=one");
    check(&folder, "refs/heads/v1", "docs", "index.md=two");
    git(&folder, &["branch", &first[..8]]);
    check(&folder, &first[..8], "docs", "index.md=two");
    check(&folder, &first, "docs", "index.md=one");
}

#[test]
fn names_with_a_meaning_of_their_own_name_nothing() {
    let (_temp, folder, first) = origin();
    commit(&folder, &[]);
    git(&folder, &["checkout", "-q", "-b", "other"]);
    for name in ["", "-", "--all", "@", "@{-1}", "HEAD~1", ":/x", "main^", "main:docs", "ma*", "..", "refs", "refs/", "main/x"] {
        let fault = tell(&folder, name, "");
        assert!(matches!(fault, Err(GitFault::RefNotFound { shallow: false, .. })), "{name:?}: {fault:?}");
    }
    for name in ["main\0", "main\n", "/main", "main/", "../heads/main", "zzzzzzz", "x".repeat(5000).as_str(), &first[..6]] {
        let fault = tell(&folder, name, "");
        assert!(matches!(fault, Err(GitFault::RefNotFound { shallow: false, .. })), "{name:?}: {fault:?}");
    }
    let tree = git(&folder, &["rev-parse", "main:docs"]);
    let fault = tell(&folder, &tree, "").unwrap_err();
    assert_eq!(fault.to_string(), format!("object {tree} is a tree, not a commit"));
    missing(&folder, &tree[..10], false, None);
}

#[test]
fn a_missing_name_brings_the_nearest_tag_or_branch() {
    let (_temp, folder, _) = origin();
    git(&folder, &["tag", "docs-2"]);
    git(&folder, &["branch", "release/3"]);
    missing(&folder, "docs2", false, Some("docs-2"));
    missing(&folder, "relase/3", false, Some("release/3"));
    missing(&folder, "something-else", false, None);
    missing(&folder, &"0".repeat(40), false, None);
}

#[test]
fn a_clone_knows_branches_of_its_origin() {
    let (temp, folder, _) = origin();
    git(&folder, &["branch", "docs-1"]);
    commit(&folder, &[("docs/index.md", "two")]);
    git(temp.path(), &["clone", "-q", "origin", "clone"]);
    let clone = temp.path().join("clone");
    check(&clone, "docs-1", "docs", "index.md=one");
    check(&clone, "origin/docs-1", "docs", "index.md=one");
    check(&clone, "refs/remotes/origin/docs-1", "docs", "index.md=one");
    missing(&clone, "docs-11", false, Some("docs-1"));
    git(&clone, &["branch", "docs-1", "main"]);
    check(&clone, "docs-1", "docs", "index.md=two");
}

#[test]
fn a_shallow_clone_says_that_it_is_one() {
    let (temp, folder, first) = origin();
    git(&folder, &["tag", "docs-1"]);
    commit(&folder, &[("docs/index.md", "two")]);
    let url = format!("file://{}", folder.display());
    git(temp.path(), &["clone", "-q", "--depth=1", &url, "clone"]);
    let clone = temp.path().join("clone");
    check(&clone, "main", "docs", "index.md=two");
    missing(&clone, "docs-1", true, None);
    missing(&clone, &first, true, None);
    missing(&clone, &first[..8], true, None);
    git(&clone, &["worktree", "add", "-q", "--detach", "../linked"]);
    missing(&temp.path().join("linked"), "docs-1", true, None);
    git(&clone, &["fetch", "-q", "--depth=1", "origin", "tag", "docs-1"]);
    check(&clone, "docs-1", "docs", "index.md=one");
}

#[test]
fn objects_that_a_partial_clone_lacks_are_faults() {
    let (temp, folder, _) = origin();
    git(&folder, &["config", "uploadpack.allowFilter", "true"]);
    let blob = git(&folder, &["rev-parse", "main:README.md"]);
    let url = format!("file://{}", folder.display());
    git(temp.path(), &["clone", "-q", "--no-checkout", "--filter=blob:none", &url, "blobs"]);
    git(temp.path(), &["clone", "-q", "--no-checkout", "--filter=tree:0", &url, "trees"]);
    let fault = tell(&temp.path().join("blobs"), "main", "").unwrap_err();
    assert_eq!(fault.to_string(), format!("object {blob} is not in this clone"));
    for inside in ["", "docs"] {
        let fault = tell(&temp.path().join("trees"), "main", inside);
        assert!(matches!(fault, Err(GitFault::ObjectMissing(_))), "{fault:?}");
    }
    // What the caller may tell people to run: it fetches what one ref needs.
    git(&temp.path().join("blobs"), &["archive", "--output=/dev/null", "main"]);
    check(&temp.path().join("blobs"), "main", "docs", "index.md=one");
}

#[test]
fn damage_is_a_fault() {
    let (_temp, folder, first) = origin();
    let object = |id: &str| folder.join(".git/objects").join(&id[..2]).join(&id[2..]);
    let blob = git(&folder, &["rev-parse", "main:README.md"]);
    for bytes in [&b""[..], b"junk", b"x\x9c"] {
        fs::remove_file(object(&blob)).unwrap();
        fs::write(object(&blob), bytes).unwrap();
        let fault = tell(&folder, "main", "");
        assert!(matches!(fault, Err(GitFault::Unreadable(_))), "{fault:?}");
    }
    fs::remove_file(object(&first)).unwrap();
    let fault = tell(&folder, "main", "").unwrap_err();
    assert_eq!(fault.to_string(), format!("object {first} is not in this clone"));
    write(&folder, &[(".git/refs/tags/bad", "junk"), (".git/refs/tags/loop", "ref: refs/tags/loop")]);
    for name in ["bad", "loop"] {
        let fault = tell(&folder, name, "");
        assert!(matches!(fault, Err(GitFault::Unreadable(_))), "{fault:?}");
    }
}

/// The id of a tree of `entries` (mode and name, object), written past git's own checks.
fn forge(folder: &Path, entries: &[(&str, &str)]) -> String {
    let mut tree = Vec::new();
    for (entry, id) in entries {
        tree.extend_from_slice(entry.as_bytes());
        tree.push(0);
        tree.extend_from_slice(gix::ObjectId::from_hex(id.as_bytes()).unwrap().as_bytes());
    }
    fs::write(folder.join("forged"), tree).unwrap();
    git(folder, &["hash-object", "-t", "tree", "-w", "--literally", "forged"])
}

/// What is told when a commit of `tree` is listed.
fn told_of(folder: &Path, tree: &str) -> String {
    let id = git(folder, &["commit-tree", "-m", "x", tree]);
    tell(folder, &id, "").unwrap_err().to_string()
}

#[test]
fn forged_trees_are_faults() {
    let (_temp, folder, _) = origin();
    let blob = git(&folder, &["rev-parse", "main:README.md"]);
    for entry in ["100644 ..", "100644 a/b", "40000 .", "100644 "] {
        let told = told_of(&folder, &forge(&folder, &[(entry, &blob)]));
        assert!(told.contains("is damaged: it holds the name"), "{told}");
    }
    let twice = forge(&folder, &[("100644 a", &blob), ("100644 a", &blob)]);
    assert_eq!(told_of(&folder, &twice), "its tree is damaged: it holds `a` twice");
    let folder_of_text = forge(&folder, &[("40000 a", &blob)]);
    assert_eq!(told_of(&folder, &folder_of_text), format!("object {blob} is a blob, not a tree"));
    let long = forge(&folder, &[(&format!("100644 {}", "x".repeat(5000)), &blob)]);
    assert_eq!(told_of(&folder, &long), "a path of more than 128 folders or 4096 bytes");

    let leaf = forge(&folder, &[("100644 a", &blob)]);
    let deep = (0..129).fold(leaf.clone(), |tree, _| forge(&folder, &[("40000 a", &tree)]));
    assert_eq!(told_of(&folder, &deep), "a path of more than 128 folders or 4096 bytes");
    let wide = (0..30).fold(leaf, |tree, _| forge(&folder, &[("40000 a", &tree), ("40000 b", &tree)]));
    assert_eq!(told_of(&folder, &wide), "more than 5000 files and folders");
}

#[test]
fn a_folder_of_the_tree_is_listed_alone() {
    let (_temp, folder, _) = origin();
    commit(&folder, &[("docs/en/a.md", "a"), ("docs/en-x.md", "x"), ("docs/en/b/c.md", "c"), ("other/d.md", "d")]);
    check(&folder, "main", "docs/en", "a.md=a b/c.md=c");
    check(&folder, "main", "/docs/en/", "a.md=a b/c.md=c");
    check(&folder, "main", "", "README.md=read docs/en-x.md=x docs/en/a.md=a docs/en/b/c.md=c docs/index.md=one other/d.md=d");
    check(&folder, "main", "./docs/./en/b", "c.md=c");
    let told = |inside: &str| tell(&folder, "main", inside).unwrap_err().to_string();
    assert_eq!(told("docs/de/guides"), "there is no `docs/de`");
    assert_eq!(told("docs/../docs"), "there is no `docs/..`");
    assert_eq!(told("docs/index.md/x"), "`docs/index.md` is a file, not a folder");
}

#[test]
fn a_file_is_found_by_its_path() {
    let (_temp, folder, _) = origin();
    let repository = Repository::holding(&folder).unwrap();
    let text = |path: &str| repository.file("main", path).map(|id| repository.read(id, 9).unwrap());
    assert_eq!(text("README.md"), Some(b"read".to_vec()));
    assert_eq!(text("docs/index.md"), Some(b"one".to_vec()));
    for path in ["docs", "docs/", "", "absent.md", "absent/index.md", "README.md/x"] {
        assert_eq!(text(path), None, "{path}");
    }
    assert_eq!(repository.file("absent", "README.md"), None);
}

#[test]
fn links_programs_and_submodules_are_told_apart() {
    let (_temp, folder, first) = origin();
    let script = git(&folder, &["rev-parse", "main:README.md"]);
    write(&folder, &[("target", "../docs/index.md")]);
    let link = git(&folder, &["hash-object", "-w", "target"]);
    fs::remove_file(folder.join("target")).unwrap();
    for entry in [format!("120000,{link},link"), format!("100755,{script},run"), format!("160000,{first},sub")] {
        git(&folder, &["update-index", "--add", "--cacheinfo", &entry]);
    }
    git(&folder, &["commit", "-q", "-m", "x"]);
    let repository = Repository::holding(&folder).unwrap();
    let files = repository.files("main", "").unwrap();
    let told: Vec<(&str, FileKind)> = files.iter().map(|file| (file.path.as_str(), file.kind)).collect();
    assert_eq!(
        told,
        [
            ("README.md", FileKind::File),
            ("docs/index.md", FileKind::File),
            ("link", FileKind::Symlink),
            ("run", FileKind::File),
            ("sub", FileKind::Submodule),
        ]
    );
    assert_eq!(repository.link_target(files[2].id).as_deref(), Ok("../docs/index.md"));
    assert_eq!(tell(&folder, "main", "link").unwrap_err().to_string(), "`link` is a symbolic link, not a folder");
    assert_eq!(tell(&folder, "main", "sub").unwrap_err().to_string(), "`sub` is a submodule, not a folder");
}

#[test]
fn names_that_are_not_utf8_are_flagged() {
    let (_temp, folder, _) = origin();
    let blob = git(&folder, &["rev-parse", "main:README.md"]);
    fs::write(folder.join("list"), [b"100644 ", blob.as_bytes(), b"\td\xff/a.md\n"].concat()).unwrap();
    let list = fs::File::open(folder.join("list")).unwrap();
    let status = command(&folder, &["update-index", "--index-info"]).stdin(list).status();
    assert!(status.unwrap().success());
    git(&folder, &["commit", "-q", "-m", "x"]);
    let repository = Repository::holding(&folder).unwrap();
    let files = repository.files("main", "").unwrap();
    let told: Vec<(&str, bool)> = files.iter().map(|file| (file.path.as_str(), file.utf8)).collect();
    assert_eq!(told, [("README.md", true), ("docs/index.md", true), ("d\u{fffd}/a.md", false)]);
}

#[test]
fn sizes_are_known_before_reading() {
    let (_temp, folder, _) = origin();
    for packed in [false, true] {
        if packed {
            git(&folder, &["gc", "-q"]);
        }
        let repository = Repository::holding(&folder).unwrap();
        let readme = repository.files("main", "").unwrap().remove(0);
        assert_eq!(repository.read(readme.id, 4), Ok(b"read".to_vec()));
        assert_eq!(repository.read(readme.id, 3), Err(GitFault::TooLarge { size: 4 }));
    }
}

#[test]
fn packed_and_borrowed_objects_are_found() {
    let (temp, folder, first) = origin();
    git(&folder, &["tag", "-a", "-m", "x", "docs-1"]);
    commit(&folder, &[("docs/index.md", "two")]);
    git(&folder, &["gc", "-q", "--prune=now"]);
    assert!(folder.join(".git/packed-refs").exists());
    git(temp.path(), &["clone", "-q", "--shared", "origin", "borrower"]);
    for folder in [&folder, &temp.path().join("borrower")] {
        for name in ["docs-1", &first, &first[..7]] {
            check(folder, name, "docs", "index.md=one");
        }
        check(folder, "main", "docs", "index.md=two");
    }
}

#[test]
fn what_comes_later_is_seen_by_the_same_repository() {
    let (_temp, folder, _) = origin();
    let repository = Repository::holding(&folder).unwrap();
    let first = repository.commit("main").unwrap();
    commit(&folder, &[("docs/index.md", "two")]);
    git(&folder, &["gc", "-q", "--prune=now"]);
    let second = repository.commit("main").unwrap();
    assert_ne!(first, second);
    for commit in [first, second] {
        let files = repository.files(&commit.to_string(), "docs").unwrap();
        assert_eq!(repository.size(files[0].id), Ok(3));
    }
}

#[test]
fn replaced_objects_keep_their_bytes() {
    let (_temp, folder, _) = origin();
    let old = git(&folder, &["rev-parse", "main:docs/index.md"]);
    let new = git(&folder, &["rev-parse", "main:README.md"]);
    git(&folder, &["replace", &old, &new]);
    check(&folder, "main", "docs", "index.md=one");
}

#[test]
fn the_place_in_the_work_tree_is_known() {
    let (temp, folder, _) = origin();
    let prefix = |folder: &Path| Repository::holding(folder)?.prefix(folder);
    assert_eq!(prefix(&folder).as_deref(), Ok(""));
    assert_eq!(prefix(&folder.join("docs")).as_deref(), Ok("docs"));
    fs::create_dir_all(folder.join("a b/ü")).unwrap();
    assert_eq!(prefix(&folder.join("a b/ü")).as_deref(), Ok("a b/ü"));
    assert_eq!(prefix(&folder.join("docs/../a b")).as_deref(), Ok("a b"));
    assert_eq!(prefix(&folder.join("absent")), Err(GitFault::NotARepository));
    assert_eq!(prefix(temp.path()), Err(GitFault::NotARepository));

    // A linked work tree, also one of a bare repository; and a bare repository itself.
    git(&folder, &["worktree", "add", "-q", "../linked"]);
    assert_eq!(prefix(&temp.path().join("linked/docs")).as_deref(), Ok("docs"));
    check(&temp.path().join("linked/docs"), "main", "docs", "index.md=one");
    git(temp.path(), &["clone", "-q", "--bare", "origin", "bare"]);
    let bare = temp.path().join("bare");
    assert_eq!(prefix(&bare).as_deref(), Ok(""));
    check(&bare, "main", "docs", "index.md=one");
    git(&bare, &["worktree", "add", "-q", "../of-bare", "main"]);
    assert_eq!(prefix(&temp.path().join("of-bare/docs")).as_deref(), Ok("docs"));
    check(&temp.path().join("of-bare/docs"), "main", "docs", "index.md=one");

    // A submodule is a repository of its own.
    git(&folder, &["submodule", "--quiet", "add", "../bare", "sub"]);
    assert_eq!(prefix(&folder.join("sub/docs")).as_deref(), Ok("docs"));

    // A work tree whose repository is gone, alone and within another one.
    fs::rename(&bare, temp.path().join("moved")).unwrap();
    fs::rename(folder.join(".git/modules"), folder.join(".git/gone")).unwrap();
    for lost in [temp.path().join("of-bare/docs"), folder.join("sub/docs")] {
        let fault = prefix(&lost).unwrap_err().to_string();
        assert!(fault.ends_with("/.git` leads to no repository"), "{fault}");
    }
}

/// A commit on this day of January 2026, at noon.
fn commit_on(day: u32, folder: &Path, files: &[(&str, &str)]) -> String {
    write(folder, files);
    git(folder, &["add", "-A"]);
    git_at(&format!("2026-01-{day:02}T12:00:00Z"), folder, &["commit", "-q", "--allow-empty", "-m", "x"]);
    git(folder, &["rev-parse", "HEAD"])
}

/// A repository without a commit, in the folder `origin` of a new folder.
fn unborn() -> (tempfile::TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("origin");
    fs::create_dir(&folder).unwrap();
    git(&folder, &["init", "-q"]);
    (temp, folder)
}

/// `expected` names the files, each with the commit it is asked of: `main:a.md=2026-01-02 main:b.md=none`.
#[track_caller]
fn check_days(folder: &Path, expected: &str, beyond: usize) {
    let repository = Repository::holding(folder).unwrap();
    let asked: Vec<(&str, &str)> = expected.split(' ').map(|file| file.split_once('=').unwrap().0.split_once(':').unwrap()).collect();
    let committed = |(name, path): &(&str, &str)| {
        let commit = if *name == "HEAD" { repository.head().unwrap().unwrap() } else { repository.commit(name).unwrap() };
        Committed { commit, path: (*path).to_owned() }
    };
    let changes = repository.last_changes(&asked.iter().map(committed).collect::<Vec<_>>()).unwrap();
    let told = asked.iter().zip(&changes.days).map(|((name, path), day)| match day {
        Some(day) => format!("{name}:{path}={day}"),
        None => format!("{name}:{path}=none"),
    });
    assert_eq!(told.collect::<Vec<_>>().join(" "), expected);
    assert_eq!(changes.beyond, beyond);
}

#[test]
fn a_file_changed_last_where_its_bytes_became_what_they_are() {
    let (_temp, folder) = unborn();
    commit_on(1, &folder, &[("docs/a.md", "a"), ("docs/b.md", "b"), ("docs/deep/er/c.md", "c"), ("README.md", "read")]);
    commit_on(2, &folder, &[("docs/a.md", "x"), ("docs/deep/er/c.md", "x")]);
    commit_on(3, &folder, &[("docs/a.md", "a")]);
    commit_on(4, &folder, &[("docs/d.md", "d"), ("docs.md", "not docs/")]);
    commit_on(5, &folder, &[]);
    check_days(&folder, "main:docs/a.md=2026-01-03 main:docs/b.md=2026-01-01 main:docs/deep/er/c.md=2026-01-02 main:docs/d.md=2026-01-04", 0);
    check_days(&folder, "HEAD:README.md=2026-01-01 HEAD:docs=none HEAD:docs/z.md=none HEAD:docs/a.md/z.md=none HEAD:=none", 0);
    git(&folder, &["gc", "-q", "--prune=now"]);
    check_days(&folder, "main:docs/a.md=2026-01-03 main:docs/deep/er/c.md=2026-01-02", 0);
}

#[test]
fn the_day_is_the_committers_in_utc() {
    let (_temp, folder) = unborn();
    for (file, time) in [("a.md", "2026-01-05T23:30:00-05:00"), ("b.md", "2026-01-05T00:30:00+01:00"), ("c.md", "@0 +0000")] {
        write(&folder, &[(file, file)]);
        git(&folder, &["add", "-A"]);
        git_at(time, &folder, &["commit", "-q", "-m", "x"]);
    }
    check_days(&folder, "main:a.md=2026-01-06 main:b.md=2026-01-04 main:c.md=1970-01-01", 0);
    assert_eq!((day(-1).map(|day| day.to_string()), day(i64::MAX)), (Some("1969-12-31".to_owned()), None));
}

#[test]
fn a_merge_changes_only_what_no_parent_has() {
    let (_temp, folder) = unborn();
    commit_on(1, &folder, &[("s/side.md", "1"), ("s/main.md", "1"), ("s/both.md", "1"), ("s/same.md", "1"), ("s/old.md", "1")]);
    git(&folder, &["checkout", "-q", "-b", "side"]);
    commit_on(2, &folder, &[("s/side.md", "2"), ("s/both.md", "side"), ("s/same.md", "2"), ("s/new.md", "new")]);
    git(&folder, &["checkout", "-q", "main"]);
    commit_on(3, &folder, &[("s/main.md", "2"), ("s/both.md", "main"), ("s/same.md", "2")]);
    let merged = command(&folder, &["merge", "-q", "--no-commit", "side"]).output().unwrap();
    assert!(!merged.status.success(), "both changed one file");
    commit_on(4, &folder, &[("s/both.md", "merged")]);
    commit_on(5, &folder, &[("other", "x")]);
    check_days(&folder, "main:s/side.md=2026-01-02 main:s/new.md=2026-01-02 main:s/main.md=2026-01-03 main:s/both.md=2026-01-04", 0);
    check_days(&folder, "main:s/same.md=2026-01-03 main:s/old.md=2026-01-01", 0);
}

#[test]
fn a_file_that_moved_is_new_where_it_is() {
    let (_temp, folder) = unborn();
    commit_on(1, &folder, &[("old/a.md", "a"), ("b", "b")]);
    fs::rename(folder.join("old"), folder.join("new")).unwrap();
    commit_on(2, &folder, &[]);
    // What was a file is a folder now.
    fs::remove_file(folder.join("b")).unwrap();
    commit_on(3, &folder, &[("b/b.md", "b"), ("old/a.md", "a")]);
    check_days(&folder, "main:new/a.md=2026-01-02 main:b/b.md=2026-01-03 main:old/a.md=2026-01-03", 0);
}

#[cfg(unix)]
#[test]
fn a_mode_is_no_change_and_a_link_is_no_file() {
    use std::os::unix::fs::PermissionsExt;
    let (_temp, folder) = unborn();
    commit_on(1, &folder, &[("a.md", "a"), ("was-link.md", "a.md")]);
    fs::set_permissions(folder.join("a.md"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(folder.join("was-link.md")).unwrap();
    for link in ["link.md", "was-link.md"] {
        std::os::unix::fs::symlink("a.md", folder.join(link)).unwrap();
    }
    commit_on(2, &folder, &[]);
    assert!(git(&folder, &["ls-tree", "HEAD", "a.md"]).starts_with("100755"));
    fs::remove_file(folder.join("was-link.md")).unwrap();
    commit_on(3, &folder, &[("was-link.md", "a.md")]);
    check_days(&folder, "main:a.md=2026-01-01 main:link.md=none main:was-link.md=2026-01-03", 0);
}

#[test]
fn each_file_is_followed_from_its_own_commit() {
    let (temp, folder) = unborn();
    assert_eq!(Repository::holding(&folder).unwrap().head(), Ok(None));
    commit_on(1, &folder, &[("a.md", "a"), ("b.md", "b")]);
    commit_on(2, &folder, &[("a.md", "2")]);
    git(&folder, &["tag", "-a", "-m", "x", "docs-1"]);
    git(&folder, &["branch", "docs-2"]);
    commit_on(3, &folder, &[("a.md", "3")]);
    git(&folder, &["worktree", "add", "-q", "../linked", "docs-2"]);
    commit_on(4, &temp.path().join("linked"), &[("b.md", "4")]);
    fs::write(folder.join("untracked.md"), "x").unwrap();
    fs::write(folder.join("added.md"), "x").unwrap();
    fs::write(folder.join("b.md"), "edited").unwrap();
    git(&folder, &["add", "added.md"]);
    check_days(&folder, "docs-1:a.md=2026-01-02 HEAD:a.md=2026-01-03 docs-1:b.md=2026-01-01 HEAD:b.md=2026-01-01 docs-2:b.md=2026-01-04", 0);
    check_days(&folder, "HEAD:untracked.md=none HEAD:added.md=none", 0);
    check_days(&temp.path().join("linked"), "HEAD:a.md=2026-01-02 HEAD:b.md=2026-01-04", 0);
    git(&folder, &["checkout", "-q", "--detach", "docs-1"]);
    check_days(&folder, "HEAD:a.md=2026-01-02", 0);
}

#[test]
fn what_lies_beyond_a_shallow_clone_has_no_day() {
    let (temp, folder) = unborn();
    commit_on(1, &folder, &[("first.md", "1")]);
    commit_on(2, &folder, &[("second.md", "2")]);
    commit_on(3, &folder, &[("third.md", "3")]);
    let url = format!("file://{}", folder.display());
    git(temp.path(), &["clone", "-q", "--depth=2", &url, "clone"]);
    let clone = temp.path().join("clone");
    check_days(&clone, "HEAD:first.md=none HEAD:second.md=none HEAD:third.md=2026-01-03 HEAD:none.md=none", 2);
    check_days(&clone, "HEAD:third.md=2026-01-03", 0);
    git(&clone, &["fetch", "-q", "--unshallow"]);
    check_days(&clone, "HEAD:first.md=2026-01-01 HEAD:second.md=2026-01-02 HEAD:third.md=2026-01-03", 0);
    // History wants no files' bytes, but folders and commits.
    git(&folder, &["config", "uploadpack.allowFilter", "true"]);
    git(temp.path(), &["clone", "-q", "--no-checkout", "--filter=blob:none", &url, "blobs"]);
    check_days(&temp.path().join("blobs"), "HEAD:first.md=2026-01-01", 0);
    git(temp.path(), &["clone", "-q", "--no-checkout", "--filter=tree:0", &url, "trees"]);
    let trees = Repository::holding(&temp.path().join("trees")).unwrap();
    let first = Committed { commit: trees.head().unwrap().unwrap(), path: "first.md".to_owned() };
    assert!(matches!(trees.last_changes(&[first]), Err(GitFault::ObjectMissing(_))));
}

#[test]
fn a_history_that_leads_back_to_itself_is_a_fault() {
    let (_temp, folder) = unborn();
    let first = commit_on(1, &folder, &[("a.md", "a")]);
    let second = commit_on(2, &folder, &[]);
    let object = |id: &str| folder.join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(object(&first)).unwrap();
    fs::copy(object(&second), object(&first)).unwrap();
    let repository = Repository::holding(&folder).unwrap();
    let file = Committed { commit: repository.head().unwrap().unwrap(), path: "a.md".to_owned() };
    let fault = repository.last_changes(&[file]).unwrap_err();
    assert_eq!(fault.to_string(), format!("object {first} is damaged: its bytes have another id"));
}

#[test]
fn a_tree_that_names_a_folder_twice_is_a_fault() {
    let (_temp, folder, _) = origin();
    let blob = git(&folder, &["rev-parse", "main:README.md"]);
    let leaf = forge(&folder, &[("100644 a", &blob)]);
    let tree = forge(&folder, &[("40000 a", &leaf), ("40000 a", &leaf)]);
    let commit = git(&folder, &["commit-tree", "-m", "x", &tree]);
    let repository = Repository::holding(&folder).unwrap();
    let file = Committed { commit: repository.commit(&commit).unwrap(), path: "a/a".to_owned() };
    let fault = repository.last_changes(&[file]).unwrap_err();
    assert_eq!(fault.to_string(), format!("the tree {tree} is damaged: its names are not in order"));
}

/// Twelve files with few texts, so that they often change back or agree by chance; clocks that go wrong; merges that take anything.
#[test]
fn days_are_those_of_git_log_in_tangled_histories() {
    let (_temp, folder) = unborn();
    let mut state = 7_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let paths: Vec<String> = (0..12).map(|no| format!("{}/{no}.md", ["a", "a/b", "c"][no % 3])).collect();
    let mut stream = String::new();
    // The text of each path at each mark, from 1.
    let mut trees: Vec<Vec<Option<u64>>> = vec![vec![None; paths.len()]];
    for mark in 1..=80_usize {
        let seconds = (mark as u64 + random(9)) * 86_400;
        stream += &format!("commit refs/heads/m{mark}\nmark :{mark}\ncommitter T <t@example.org> {seconds} +0000\ndata 1\nx\n");
        let first = (mark - 1).saturating_sub(random(5) as usize);
        let second = (mark - 1).saturating_sub(random(9) as usize);
        if first > 0 {
            stream += &format!("from :{first}\n");
        }
        let merge = first > 0 && second > 0 && first != second && random(3) == 0;
        if merge {
            stream += &format!("merge :{second}\n");
        }
        let mut tree = trees[first].clone();
        for (no, path) in paths.iter().enumerate() {
            tree[no] = match random(if mark == 1 { 3 } else { 40 }) {
                text @ 0..=2 => Some(text),
                3 => None,
                4..=20 if merge => trees[second][no],
                _ => continue,
            };
            stream += &tree[no].map_or_else(|| format!("D {path}\n"), |text| format!("M 100644 inline {path}\ndata 1\n{text}\n"));
        }
        trees.push(tree);
    }
    fs::write(folder.join("stream"), &stream).unwrap();
    let stream = fs::File::open(folder.join("stream")).unwrap();
    assert!(command(&folder, &["fast-import", "--quiet"]).stdin(stream).status().unwrap().success());
    let mut expected = Vec::new();
    for name in ["m80", "m79", "m60"] {
        for path in &paths {
            let there = !git(&folder, &["ls-tree", name, path]).is_empty();
            let told = git(&folder, &["log", "-1", "--format=%cd", "--date=format:%Y-%m-%d", name, "--", path]);
            expected.push(format!("{name}:{path}={}", if there { &told } else { "none" }));
        }
    }
    check_days(&folder, &expected.join(" "), 0);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_to_a_folder_counts_as_the_folder() {
    let (temp, folder, _) = origin();
    std::os::unix::fs::symlink(folder.join("docs"), temp.path().join("link")).unwrap();
    let link = temp.path().join("link");
    assert_eq!(Repository::holding(&link).unwrap().prefix(&link).as_deref(), Ok("docs"));
}

#[cfg(unix)]
#[test]
fn a_repository_of_another_user_is_read_and_its_configuration_is_not_run() {
    let (temp, folder, _) = origin();
    let trap = temp.path().join("trap");
    let touch = format!("touch {}", trap.display());
    for key in ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "filter.x.smudge", "filter.x.process"] {
        git(&folder, &["config", key, &touch]);
    }
    write(&folder, &[(".git/info/attributes", "* filter=x")]);
    // Only root can give files away; elsewhere the test covers the rest.
    for path in [folder.clone(), folder.join(".git"), folder.join(".git/config"), folder.join("docs")] {
        let _ = std::os::unix::fs::chown(path, Some(4242), None);
    }
    check(&folder.join("docs"), "main", "docs", "index.md=one");
    assert!(!trap.exists());
}

#[test]
fn large_files_are_read_whole() {
    let (_temp, folder, _) = origin();
    fs::write(folder.join("large.bin"), vec![7; 20 << 20]).unwrap();
    commit(&folder, &[]);
    let repository = Repository::holding(&folder).unwrap();
    let files = repository.files("main", "").unwrap();
    let large = files.iter().find(|file| file.path == "large.bin").unwrap();
    assert_eq!(repository.read(large.id, 1 << 30).map(|bytes| bytes.len()), Ok(20 << 20));
}

#[test]
fn stores_that_gix_does_not_know_are_faults() {
    let (temp, folder, _) = origin();
    fs::create_dir(folder.join(".git/reftable")).unwrap();
    git(temp.path(), &["init", "-q", "--object-format=sha256", "sha256"]);
    for (folder, why) in [(folder, "reftable"), (temp.path().join("sha256"), "sha256")] {
        let told = tell(&folder, "main", "").unwrap_err().to_string();
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn threads_read_side_by_side() {
    let (_temp, folder, _) = origin();
    let texts: Vec<(String, String)> = (0..300).map(|n| (format!("many/{n:03}.md"), "line\n".repeat(n))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    commit(&folder, &texts);
    git(&folder, &["gc", "-q"]);
    let repository = Repository::holding(&folder).unwrap();
    let files = repository.files("main", "many").unwrap();
    let read: Vec<usize> = files.par_iter().map(|file| repository.read(file.id, 1 << 20).unwrap().len()).collect();
    assert_eq!(read, (0..300).map(|n| 5 * n).collect::<Vec<_>>());
}

/// Runs another test of this file in a process whose environment would lead git elsewhere.
#[test]
fn the_environment_leads_nowhere_else() {
    let test = format!("{}::tags_branches_and_ids_name_a_commit", module_path!().split_once("::").unwrap().1);
    let mut command = Command::new(std::env::current_exe().unwrap());
    for name in ["DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "SHALLOW_FILE", "CEILING_DIRECTORIES"] {
        command.env(format!("GIT_{name}"), "/nowhere");
    }
    command.env("GIT_NAMESPACE", "x").env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "core.bare");
    let output = command.env("GIT_CONFIG_VALUE_0", "true").args(["--exact", &test]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}
