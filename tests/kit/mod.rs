//! What several tests from outside need: sites in folders of their own, the program run on them, and trees compared.
//!
//! - In: the program as cargo built it, and the corpus of real docs, where that is to be had.
//! - Out: what the program said, and what it wrote.
//! - Never here: Recto's types. Included by tests as `mod kit;`.

#![allow(dead_code, reason = "each test that includes this module uses its own part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder for a site, with `files` in it; taken away with the value.
pub(crate) fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        write(&folder.path().join(path), text);
    }
    folder
}

/// Writes a file, and the folders above it.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

/// Gives a file other bytes, and leaves the time of its last change as it was.
pub(crate) fn overwrite(path: &Path, bytes: &[u8]) {
    let time = fs::metadata(path).and_then(|meta| meta.modified()).expect("a file");
    fs::write(path, bytes).expect("a file");
    fs::File::options().write(true).open(path).and_then(|file| file.set_modified(time)).expect("a time");
}

/// The program, about to run on the site in `root`, in surroundings that say nothing.
pub(crate) fn recto(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.args(arguments).arg("--root").arg(root);
    for name in ["RAYON_NUM_THREADS", "LC_ALL", "LANG", "TZ", "SOURCE_DATE_EPOCH", "NO_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

/// Runs `command`, which must end by itself without a panic.
pub(crate) fn ran(command: &mut Command) -> Output {
    let output = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0..=2)), "{command:?}: {:?}\n{said}", output.status);
    assert!(!said.contains("panicked at"), "{command:?}\n{said}");
    output
}

/// Runs `command`, which must end with this status.
pub(crate) fn ends_with(status: i32, command: &mut Command) -> Output {
    let output = ran(command);
    let said = String::from_utf8_lossy(&output.stderr);
    let shown: String = said.chars().take(4_000).collect();
    assert_eq!(output.status.code(), Some(status), "{command:?}\n{shown}");
    output
}

/// What `recto check --format json` finds in the site.
pub(crate) fn checked(root: &Path, more: &[&str]) -> serde_json::Value {
    let output = ran(recto(root, &["check", "--format", "json"]).args(more));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{}", String::from_utf8_lossy(&output.stderr)))
}

/// The diagnostics of a report with this code.
pub(crate) fn with_code<'a>(report: &'a serde_json::Value, code: &str) -> Vec<&'a serde_json::Value> {
    let all = report["diagnostics"].as_array().expect("a report lists diagnostics");
    all.iter().filter(|diagnostic| diagnostic["code"] == code).collect()
}

/// The codes of a report, each once, sorted.
pub(crate) fn codes(report: &serde_json::Value) -> Vec<String> {
    let all = report["diagnostics"].as_array().expect("a report lists diagnostics");
    let codes: std::collections::BTreeSet<String> = all.iter().map(|diagnostic| diagnostic["code"].as_str().unwrap_or_default().to_owned()).collect();
    codes.into_iter().collect()
}

/// Every file below `folder`, by its path in it.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    paths(folder).into_iter().map(|path| (path.clone(), fs::read(folder.join(&path)).expect("a file can be read"))).collect()
}

/// The paths of all files below `folder`, sorted.
pub(crate) fn paths(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    let mut open = vec![(folder.to_path_buf(), String::new())];
    while let Some((at, prefix)) = open.pop() {
        for entry in fs::read_dir(&at).unwrap_or_else(|error| panic!("{}: {error}", at.display())) {
            let entry = entry.expect("a folder can be read");
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().expect("a file has a type").is_dir() {
                open.push((entry.path(), format!("{path}/")));
            } else {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// Fails if two trees differ, and names the first files in which they do.
pub(crate) fn same(what: &str, one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) {
    let mut told: Vec<String> = Vec::new();
    told.extend(one.keys().filter(|path| !other.contains_key(*path)).map(|path| format!("only in the first: {path}")));
    told.extend(other.keys().filter(|path| !one.contains_key(*path)).map(|path| format!("only in the second: {path}")));
    for (path, bytes) in one {
        if let Some(others) = other.get(path).filter(|others| *others != bytes) {
            let at = bytes.iter().zip(others).take_while(|(a, b)| a == b).count();
            let around = |bytes: &[u8]| String::from_utf8_lossy(&bytes[at.saturating_sub(60)..bytes.len().min(at + 60)]).into_owned();
            told.push(format!("differs at byte {at}: {path}\n  - {:?}\n  + {:?}", around(bytes), around(others)));
        }
    }
    assert!(told.is_empty(), "{what}: {} differences\n{}", told.len(), told[..told.len().min(8)].join("\n"));
}

/// Copies a folder and all below it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for path in paths(from) {
        let target = to.join(&path);
        fs::create_dir_all(target.parent().expect("a file lies in a folder")).expect("a folder");
        fs::copy(from.join(&path), target).expect("a copy");
    }
}

/// The docs of etcd (see `tests/etcd/recto.toml`); none, and a word about it, where they are not to be had.
pub(crate) fn etcd() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    let corpora = std::env::var_os("RECTO_CORPORA").map_or_else(default, PathBuf::from);
    let folder = corpora.join("etcd");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("absent: no docs of etcd in `{}` (RECTO_CORPORA says where they are); nothing was tested with them", folder.display());
    None
}

/// The versions of `tests/etcd/recto.toml`, in its order.
pub(crate) const ETCD: [&str; 9] = ["v3.8", "v3.7", "v3.6", "v3.5", "v3.4", "v3.3", "v3.2", "v3.1", "v2.3"];

/// The one of them that is current, at the root of the site.
pub(crate) const ETCD_CURRENT: &str = "v3.7";

/// The configuration of the site that the docs of etcd make.
pub(crate) const ETCD_CONFIG: &str = include_str!("../etcd/recto.toml");
