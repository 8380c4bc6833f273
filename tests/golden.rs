//! Small sites, right and wrong ones, and all that Recto makes of them.
//!
//! - In: the folders of `tests/golden/`: the files of a site as they lie on disk. What cannot lie in a checkout of git (links that
//!   lead out, pipes, repositories, very large files) is made by `prepare.txt`; see [`prepare`]. Each site gets the theme `plain`
//!   from `_theme/`, which prints what a template can see and no more, so that changes of the default theme reach few cases.
//! - Out: `diagnostics.txt` is the whole report of `recto build --keep-going`; `expected/` is the whole output, but for the theme's
//!   files, the manifest, and in cases that are not about them the index of the search
//!   and the pages about what has changed.
//! - Unix only, since `prepare.txt` makes pipes and links.
//! - `BLESS=1 cargo test --test golden` rewrites both, for eyes to review. `GOLDEN=name` runs the cases with `name` in their names.

#![cfg(unix)]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{Run, files, recto, run, temporary, write};

/// Files of a case that are not files of its site.
const OURS: [&str; 3] = ["diagnostics.txt", "prepare.txt", "expected/"];

#[test]
fn every_site_gives_what_it_should() {
    let cases = cases();
    assert!(!cases.is_empty(), "no case is called so");
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, |count| count.get().min(8)) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // A case that cannot even run is one more wrong case; the others still run.
                    let told = std::panic::catch_unwind(|| check(case)).unwrap_or_else(|_| "it could not be run: see above".to_owned());
                    if !told.is_empty() {
                        wrong.lock().expect("no check panics here").insert(case.clone(), told);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no check panics here");
    let report: String = wrong.iter().map(|(case, told)| format!("\n== {case}\n{told}")).collect();
    assert!(wrong.is_empty(), "{} of {} cases are wrong; BLESS=1 takes what is there for right\n{report}", wrong.len(), cases.len());
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn cases() -> Vec<String> {
    let wanted = std::env::var("GOLDEN").unwrap_or_default();
    let entries = fs::read_dir(golden()).expect("tests/golden").map(|entry| entry.expect("an entry").file_name());
    let names = entries.map(|name| name.into_string().expect("a plain name"));
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('_') && name.contains(&wanted)).collect();
    names.sort();
    names
}

/// Runs a case; tells what is not as it should be.
fn check(case: &str) -> String {
    let folder = golden().join(case);
    let (_guard, root) = temporary();
    for (path, bytes) in files(&folder) {
        if !OURS.iter().any(|ours| path == *ours || (ours.ends_with('/') && path.starts_with(ours))) {
            write(&root.join(path), &bytes);
        }
    }
    for (path, bytes) in files(&golden().join("_theme")) {
        write(&root.join("themes/plain").join(path), &bytes);
    }
    let script = fs::read_to_string(folder.join("prepare.txt")).unwrap_or_default();
    prepare(&script, &root);

    // Some rules are those of `check` alone.
    let checked = case.starts_with("agreement");
    let command: &[&str] = if checked { &["check", "--color", "never"] } else { &["build", "--keep-going", "--color", "never"] };
    let built = run(recto(&root, command));
    let mut output = files(&root.join("public"));
    // The index of the search changes with every word; cases that are about it show it.
    // So do the pages about what has changed.
    let shown = |path: &str| match path {
        path if path.starts_with("_/search/") => case.starts_with("search"),
        path if path.starts_with("_/changes/") => case.starts_with("chang"),
        _ => true,
    };
    output.retain(|(path, _)| !path.starts_with("_/theme/") && path != "_/manifest.json" && shown(path));
    if script.lines().any(|line| line == "report-only") {
        output.clear();
    }
    for (_, bytes) in output.iter_mut().filter(|(path, _)| path.ends_with(".html") || path == "_headers") {
        *bytes = without_digests(bytes);
    }
    let report = report(&built);
    if std::env::var_os("BLESS").is_some() {
        let expected = folder.join("expected");
        if expected.exists() {
            fs::remove_dir_all(&expected).expect("the old output goes");
        }
        for (path, bytes) in &output {
            write(&expected.join(path), bytes);
        }
        write(&folder.join("diagnostics.txt"), report.as_bytes());
    }

    let mut told = String::new();
    if !built.stdout.is_empty() {
        told += &format!("something is on the standard output:\n{}\n", built.stdout);
    }
    let errors = report.lines().any(|line| line.starts_with("error["));
    if built.code != Some(i32::from(errors)) {
        told += &format!("the exit status is {:?}, and there are {}errors\n", built.code, if errors { "" } else { "no " });
    }
    compare("diagnostics.txt", fs::read(folder.join("diagnostics.txt")).ok().as_deref(), Some(report.as_bytes()), &mut told);
    let mut expected: BTreeMap<String, Vec<u8>> = files(&folder.join("expected")).into_iter().collect();
    for (path, bytes) in &output {
        compare(&format!("expected/{path}"), expected.remove(path).as_deref(), Some(bytes), &mut told);
    }
    for (path, bytes) in &expected {
        compare(&format!("expected/{path}"), Some(bytes), None, &mut told);
    }
    // What the report says does not depend on writing, except where it is about the output folder itself.
    let looked = run(recto(&root, &["check", "--color", "never"]));
    let looked = self::report(&looked);
    if looked != report && !checked && !report.contains("[output-foreign]") {
        told += "`check` says something else than `build`:\n";
        compare("check", Some(report.as_bytes()), Some(looked.as_bytes()), &mut told);
    }
    told
}

/// A page without the digests in the names of the theme's files (`site-731a4f62.css`), which change with every rule of its style.
fn without_digests(page: &[u8]) -> Vec<u8> {
    let Ok(page) = std::str::from_utf8(page) else { return page.to_owned() };
    let mut pieces = page.split("/theme/");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_at(piece.find(['"', '\n']).unwrap_or(0));
        let digest = name.rsplit_once('-').and_then(|(stem, end)| Some((stem, end.split_once('.')?)));
        text += "/theme/";
        text += &digest.map_or_else(|| name.to_owned(), |(stem, (_, ending))| format!("{stem}-….{ending}"));
        text += rest;
    }
    text.into_bytes()
}

/// What a run says, without the lines that tell how it went.
fn report(run: &Run) -> String {
    let how = ["built ", "nothing was written", "nothing is wrong"];
    run.stderr.lines().filter(|line| !how.iter().any(|start| line.starts_with(start))).fold(String::new(), |text, line| text + line + "\n")
}

fn compare(name: &str, expected: Option<&[u8]>, found: Option<&[u8]>, told: &mut String) {
    if expected == found {
        return;
    }
    let (Some(expected), Some(found)) = (expected, found) else {
        *told += &format!("{name}: {}\n", if found.is_some() { "is new" } else { "is missing" });
        if let Some(found) = found.filter(|_| name == "diagnostics.txt") {
            *told += &String::from_utf8_lossy(found);
        }
        return;
    };
    *told += &format!("{name}: differs\n");
    let (expected, found) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(found));
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let same = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let tail = expected[same..].iter().rev().zip(found[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    // Enough to see what it is about; `git diff` after BLESS=1 shows the rest.
    for (sign, lines) in [('-', &expected[same..expected.len() - tail]), ('+', &found[same..found.len() - tail])] {
        for line in lines.iter().take(20) {
            let _ = writeln!(told, "  {sign} {line}");
        }
        if lines.len() > 20 {
            let _ = writeln!(told, "  {sign} … and {} more lines", lines.len() - 20);
        }
    }
}

/// Makes what a checkout cannot hold. One thing a line; names have no spaces, and `%ff` in a name is that byte:
///
/// ```text
/// # a remark
/// symlink content/a.md ../other.md        a link, and what it says
/// fifo content/pipe.md                    a named pipe
/// bytes content/x.md 2320ff0a             a file of these bytes
/// line content/x.md # A title             a file of this one line
/// append content/x.md 1000 text           that text, so many times, at the end of a file
/// big content/y.md 17825792               a file of that many bytes, all spaces
/// remove content/a.md                     a file or folder
/// build                                   an earlier build
/// git commit -qm one                      git, in the site's folder, with a fixed identity and clock
/// git-lose docs-2:content/a.md            takes that object out of the repository
/// report-only                             the output does not count: built-in templates stand in for broken ones
/// git-shallow                             makes the repository look as if it had been cloned without its history
/// ```
fn prepare(script: &str, root: &Path) {
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (name, argument) = rest.split_once(' ').unwrap_or((rest, ""));
        let path = root.join(decoded(name));
        if let Some(parent) = path.parent().filter(|_| !name.is_empty() && !what.starts_with("git")) {
            fs::create_dir_all(parent).expect("a folder");
        }
        match what {
            "symlink" => std::os::unix::fs::symlink(argument, &path).expect("a link"),
            "fifo" => rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o644.into(), 0).expect("a pipe"),
            "bytes" => write(&path, &unhex(argument)),
            "line" => write(&path, format!("{argument}\n").as_bytes()),
            "append" => {
                let (count, text) = argument.split_once(' ').expect("a number and a text");
                let mut bytes = fs::read(&path).unwrap_or_default();
                bytes.extend(text.repeat(count.parse().expect("a number")).bytes());
                write(&path, &bytes);
            }
            "big" => write(&path, &vec![b' '; argument.parse().expect("a number of bytes")]),
            "remove" if path.is_dir() => fs::remove_dir_all(&path).expect("it goes"),
            "remove" => fs::remove_file(&path).expect("it goes"),
            "build" => drop(run(recto(root, &["build", "--keep-going"]))),
            "git" => drop(git(root, &rest.split(' ').collect::<Vec<_>>())),
            "git-lose" => {
                let id = git(root, &["rev-parse", rest]);
                fs::remove_file(root.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]))).expect("a loose object");
            }
            "report-only" => {}
            "git-shallow" => write(&root.join(".git/shallow"), format!("{}\n", git(root, &["rev-parse", "HEAD"])).as_bytes()),
            other => panic!("prepare.txt: no `{other}`"),
        }
    }
}

fn decoded(name: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(name).collect();
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16).expect("hexadecimal digits")).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("two digits")).collect()
}

/// What git prints for `args`, run as nobody in particular, at one moment, so that ids are always the same.
fn git(root: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(root).args(["-c", "init.defaultBranch=main", "-c", "core.autocrlf=false"]).args(args);
    for (name, value) in [("NAME", "Test"), ("EMAIL", "test@site.test"), ("DATE", "2026-03-01T00:00:00Z")] {
        command.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").env_remove("GIT_DIR");
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
