//! What the output folder holds of ours: `_/manifest.json`, a line for each file.
//!
//! It marks the folder as Recto's, and only what it lists is ever removed. Read back it is a hint from outside: each path is judged
//! again, and bytes are compared with bytes.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::system;
use crate::id::{Digest, OutPath, VersionId};

/// Where the manifest lies in the output.
pub const MANIFEST: &str = "_/manifest.json";

/// The folder in the output that is used for staging where none can be made beside it.
pub(super) const INSIDE: &str = ".recto-staging";

/// The form of the manifest; one of another form is not read.
const FORMAT: u32 = 1;

/// More than a manifest of a million files has, in bytes.
const LARGEST: u64 = 512 << 20;

/// The files of a site, sorted by path, without the manifest itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// One entry for each file.
    pub files: Vec<Entry>,
}

/// One file of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it lies in the output.
    pub path: OutPath,
    /// The digest of its bytes; 32 hexadecimal digits in the text.
    pub digest: Digest,
    /// Its length in bytes.
    pub bytes: u64,
    /// The version it belongs to; none for the site as a whole.
    pub owner: Option<VersionId>,
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    path: Cow<'a, str>,
    #[serde(borrow)]
    digest: Cow<'a, str>,
    bytes: u64,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    owner: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Whole<'a> {
    format: u32,
    #[serde(borrow)]
    files: Vec<Line<'a>>,
}

impl Manifest {
    /// The manifest of the output folder `root` and its text; none where there is none.
    ///
    /// # Errors
    /// What is wrong with it, in a few words.
    pub fn read(root: &Path) -> Result<Option<(Self, Vec<u8>)>, String> {
        let path = root.join(MANIFEST);
        let real_folder = path.parent().and_then(|folder| fs::symlink_metadata(folder).ok()).is_some_and(|meta| meta.is_dir());
        let Some((file, bytes)) = real_folder.then(|| system::open_regular(&path)).flatten() else {
            return Ok(None);
        };
        if bytes > LARGEST {
            return Err(format!("`{MANIFEST}` is larger than a manifest can be"));
        }
        let mut text = Vec::new();
        file.take(LARGEST).read_to_end(&mut text).map_err(|fault| format!("`{MANIFEST}` cannot be read: {fault}"))?;
        Ok(Some((Self::parse(&text)?, text)))
    }

    /// The manifest that `text` is.
    ///
    /// # Errors
    /// What is wrong with it, in a few words.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Form {
            format: u32,
        }
        let broken = |fault: serde_json::Error| format!("`{MANIFEST}` is damaged: {fault}");
        let whole: Result<Whole<'_>, _> = serde_json::from_slice(text);
        // Another form may list its files in another way: then it says at least which form it is.
        let format = whole.as_ref().map(|whole| whole.format).or_else(|_| serde_json::from_slice(text).map(|form: Form| form.format));
        let format = format.map_err(broken)?;
        if format != FORMAT {
            return Err(format!("`{MANIFEST}` has format {format}, and this Recto reads format {FORMAT}"));
        }
        let whole = whole.map_err(broken)?;
        let mut files: Vec<Entry> = Vec::with_capacity(whole.files.len());
        for line in whole.files {
            let named = || format!("`{MANIFEST}` is damaged: {:?} is not an entry", line.path);
            let path = OutPath::new(&line.path).map_err(|_| named())?;
            let digest = Digest::from_hex(&line.digest).ok_or_else(named)?;
            if kept_for_us(&path) || files.last().is_some_and(|last| last.path >= path) {
                return Err(named());
            }
            let owner = line.owner.as_deref().map(VersionId::new).transpose().map_err(|_| named())?;
            files.push(Entry { path, digest, bytes: line.bytes, owner });
        }
        Ok(Self { files })
    }

    /// The manifest as text: the same for the same files, on every system.
    pub(super) fn to_text(&self) -> io::Result<Vec<u8>> {
        let mut text = format!("{{\"format\":{FORMAT},\"files\":[\n").into_bytes();
        for (at, entry) in self.files.iter().enumerate() {
            if at > 0 {
                text.write_all(b",\n")?;
            }
            let owner = entry.owner.as_ref().map(|owner| owner.as_str().into());
            let line = Line { path: entry.path.as_str().into(), digest: entry.digest.to_string().into(), bytes: entry.bytes, owner };
            serde_json::to_writer(&mut text, &line)?;
        }
        text.write_all(b"\n]}\n")?;
        Ok(text)
    }

    /// All files of `self` and of `other`; what both list is as `self` says.
    pub(super) fn union(&self, other: &Self) -> Self {
        let mut files: Vec<Entry> = self.files.iter().chain(&other.files).cloned().collect();
        // The sort is stable: of two entries for a path the one of `self` comes first, and stays.
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|later, first| later.path == first.path);
        Self { files }
    }

    /// The names that its files, and the manifest itself, need.
    pub(super) fn names(&self) -> Names {
        let mut names = Names::default();
        for path in self.files.iter().map(|entry| entry.path.as_str()).chain([MANIFEST]) {
            names.files.insert(path.into());
            for folder in folders(path) {
                if !names.folders.insert(folder.into()) {
                    break;
                }
            }
        }
        names
    }
}

/// Whether outputs may not have this path, since the room itself writes there.
pub(super) fn kept_for_us(path: &OutPath) -> bool {
    path.as_str() == MANIFEST || path.as_str().split('/').next() == Some(INSIDE)
}

/// The paths of some files, and of the folders that hold them.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) files: FxHashSet<Box<str>>,
    pub(super) folders: FxHashSet<Box<str>>,
}

/// The folders that hold `path`, from the nearest up, without the root.
pub(super) fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(slash, _)| &path[..slash])
}

/// The folder that holds `path`; empty for the root.
pub(super) fn folder_of(path: &str) -> &str {
    folders(path).next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(paths: &[&str]) -> Manifest {
        let entry = |path: &&str| Entry {
            path: OutPath::new(path).unwrap(),
            digest: Digest::of(path.as_bytes()),
            bytes: path.len() as u64,
            owner: path.starts_with("3/").then(|| VersionId::new("3").unwrap()),
        };
        Manifest { files: paths.iter().map(entry).collect() }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for paths in [&[][..], &["3/\u{e4} & b/index.html", "index.html"]] {
            let written = manifest(paths);
            assert_eq!(Manifest::parse(&written.to_text().unwrap()), Ok(written));
        }
    }

    #[test]
    fn text_is_one_line_a_file() {
        let text = String::from_utf8(manifest(&["3/a", "b"]).to_text().unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], r#"{"format":1,"files":["#);
        assert!(lines[1].starts_with(r#"{"path":"3/a","digest":""#) && lines[1].ends_with(r#"","bytes":3,"owner":"3"},"#));
        assert_eq!((lines.len(), lines[3]), (4, "]}"));
    }

    #[test]
    fn a_manifest_from_outside_is_judged() {
        let whole = |files: &str| format!(r#"{{"format":1,"files":[{files}]}}"#);
        let line = |path: &str| format!(r#"{{"path":"{path}","digest":"{}","bytes":1}}"#, "0".repeat(32));
        assert!(Manifest::parse(whole(&line("a")).as_bytes()).is_ok());
        for text in [
            String::new(),
            "[]".to_owned(),
            r#"{"format":2,"files":[]}"#.to_owned(),
            whole(&line("../a")),
            whole(&line("/etc/passwd")),
            whole(&line("_/manifest.json")),
            whole(&line(".recto-staging/new/a")),
            whole(&format!("{},{}", line("b"), line("a"))),
            whole(&format!("{},{}", line("a"), line("a"))),
            whole(r#"{"path":"a","digest":"0","bytes":1}"#),
            whole(&line("a").replace("}", r#","owner":"../x"}"#)),
            "[".repeat(100_000),
        ] {
            let fault = Manifest::parse(text.as_bytes()).unwrap_err();
            assert!(fault.contains(MANIFEST), "{fault}");
        }
    }

    #[test]
    fn union_prefers_the_new() {
        let mut new = manifest(&["a", "c"]);
        new.files[0].bytes = 99;
        let both = new.union(&manifest(&["a", "b"]));
        let listed: Vec<(&str, u64)> = both.files.iter().map(|entry| (entry.path.as_str(), entry.bytes)).collect();
        assert_eq!(listed, [("a", 99), ("b", 1), ("c", 1)]);
    }
}
