//! Gives this build of Recto a name, `RECTO_BUILD`: what a run remembers holds for programs of that name only.
//!
//! The name is made of all that decides what comes out: sources, built-in templates and themes, and the versions of the libraries.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    for part in ["Cargo.lock", "Cargo.toml", "src", "templates", "themes"] {
        println!("cargo::rerun-if-changed={part}");
        add(Path::new(part), &mut hasher)?;
    }
    println!("cargo::rustc-env=RECTO_BUILD={} {:016x}", env!("CARGO_PKG_VERSION"), hasher.finish());
    Ok(())
}

/// Adds what lies at `path`, whatever order the file system lists it in. What is not there adds nothing.
fn add(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| add(entry, hasher));
    }
    if path.is_file() {
        path.iter().for_each(|part| part.to_string_lossy().hash(hasher));
        fs::read(path)?.hash(hasher);
    }
    Ok(())
}
