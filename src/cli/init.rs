//! `recto init`: a small working site, in a folder that has none.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};

use super::Status;
use super::args::{Common, Init};
use super::output::Printer;

/// The site, as it will be written.
static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/starter");

pub(super) fn run(common: &Common, options: &Init) -> Status {
    let printer = Printer::new(common);
    let folder = &common.root.clone().unwrap_or_default().join(&options.folder);
    // Nothing of the user's is touched: where one of the files is, none is written.
    if let Some(taken) = files(&STARTER).into_iter().map(|(path, _)| folder.join(path)).find(|path| path.symlink_metadata().is_ok()) {
        printer.fail(&format!("`{}` is there already", taken.display()), Some("choose a new folder: `recto init docs`"));
        return Status::Failed;
    }
    for (path, bytes) in files(&STARTER) {
        if let Err(error) = write(&folder.join(path), bytes) {
            printer.fail(&format!("cannot write `{}`: {error}", folder.join(path).display()), None);
            return Status::Failed;
        }
    }
    let place = if folder == Path::new(".") { String::new() } else { format!(" --root {}", folder.display()) };
    printer.say(&format!("made a site with two versions, a guide and a changelog; build it with `recto build{place}`"));
    Status::Well
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

/// The files below a folder, by path.
fn files<'a>(folder: &'a Dir<'a>) -> Vec<(&'a Path, &'a [u8])> {
    let mut found = Vec::new();
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(folder) => found.extend(files(folder)),
            DirEntry::File(file) => found.push((file.path(), file.contents())),
        }
    }
    found.sort();
    found
}
