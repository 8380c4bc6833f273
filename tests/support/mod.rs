//! What tests of the program from outside share: running it, and laying sites into temporary folders.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A run of the program, ended.
pub(crate) struct Run {
    /// The exit status.
    pub(crate) code: Option<i32>,
    /// The whole standard output.
    pub(crate) stdout: String,
    /// The whole error output.
    pub(crate) stderr: String,
}

/// The program with `args`, to be run in `folder`. Nothing of the tester's environment reaches it.
pub(crate) fn recto(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.args(args).current_dir(folder).env_clear().stdin(Stdio::null());
    command
}

/// Runs `command` to its end.
pub(crate) fn run(mut command: Command) -> Run {
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A new folder, its name free of links; it is gone when the first value is dropped.
pub(crate) fn temporary() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().canonicalize().expect("a real folder");
    (folder, path)
}

/// Writes a file, and makes the folders above it.
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    let folder = path.parent().expect("a file has a folder");
    fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Every file below `root`, sorted by path, with its bytes; paths have `/` on every system. A folder that is not there is empty.
pub(crate) fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![(root.to_owned(), String::new())];
    while let Some((folder, path)) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display())),
        };
        for entry in entries {
            let entry = entry.expect("an entry of the folder");
            let name = format!("{path}{}", entry.file_name().to_string_lossy());
            if entry.file_type().expect("a type").is_dir() {
                open.push((entry.path(), format!("{name}/")));
            } else {
                found.push((name, fs::read(entry.path()).unwrap_or_else(|error| panic!("{}: {error}", entry.path().display()))));
            }
        }
    }
    found.sort();
    found
}
