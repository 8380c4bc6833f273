//! Where a new file goes: the folder of the version that is being written, and a path in it that can be a page there.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::config::{Config, Status, VersionNo};
use crate::discover::{Listing, never_content};
use crate::id::{PageId, SourcePath, language_tag, reserved, reserved_anywhere};

/// Why there is no place: what is wrong, and what to write instead.
pub(super) type Refused = (String, Option<String>);

/// A folder of the working tree that pages are written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) version: VersionNo,
    /// From the site's root; empty for the root itself.
    pub(super) folder: String,
}

/// Where the version `asked` is written; without one, the newest that is current or to come, and has a folder.
pub(super) fn home(config: &Config, asked: Option<VersionNo>) -> Result<Home, Refused> {
    let written = |no: &VersionNo| matches!(config.versions[*no].status, Status::Preview | Status::Current);
    let candidates = match asked {
        Some(no) => vec![no],
        None => (0..config.versions.len()).filter(written).collect(),
    };
    if let Some(home) = candidates.iter().find_map(|no| Some(Home { version: *no, folder: folder(config, *no)? })) {
        return Ok(home);
    }
    let version = &config.versions[asked.unwrap_or_else(|| config.current())];
    let id = &version.id;
    if version.status == Status::Gone {
        return Err((format!("version {id} is no longer documented"), None));
    }
    let (fault, key) = match &version.git {
        Some(git) => (format!("version {id} is read from git (`{}`), and has no folder to write in", git.value), "patches"),
        None => (format!("version {id} has no folder to write in"), "content"),
    };
    Err((fault, Some(format!("write `{key} = \"versions/{id}\"` for it in `recto.toml`, or name another version with `--only`"))))
}

fn folder(config: &Config, no: VersionNo) -> Option<String> {
    let version = &config.versions[no];
    let content = version.content.as_ref().map(|folder| folder.value.as_str());
    let own = match (&version.git, content) {
        (Some(_), _) => version.patches.as_ref().map(|folder| folder.value.as_str()),
        (None, Some(content)) => Some(content),
        (None, None) if version.inherits.is_none() => Some("content"),
        (None, None) => version.patches.as_ref().map(|folder| folder.value.as_str()),
    };
    own.filter(|_| version.documented()).map(|folder| folder.trim_matches('/').to_owned())
}

/// The path that `typed` means in the content tree: written from the content folder, from the root with that folder's name in front, or, with
/// `./` in front, from the current folder `here`. A name alone goes into the folder `usual`.
pub(super) fn path(typed: &str, root: &Path, here: &Path, home: &Home, usual: &str) -> Result<SourcePath, Refused> {
    let refused = |why: String| (format!("`{typed}` cannot be a page: {why}"), None);
    // No name may hold a backslash, so it is what it is on Windows.
    let text: String = typed.replace('\\', "/").nfc().collect();
    let folder = root.join(&home.folder);
    let here_from = text.starts_with("./") || text.starts_with("../");
    let below = if here_from || Path::new(&text).is_absolute() {
        let whole = plain(&here.join(&text));
        let below = whole.strip_prefix(plain(&folder)).map_err(|_| {
            (format!("`{typed}` lies outside the folder `{}`", shown(&home.folder)), Some(format!("write a path in `{}`", shown(&home.folder))))
        })?;
        below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    } else {
        let inside = text.strip_prefix(&home.folder).and_then(|rest| rest.strip_prefix('/')).filter(|_| !home.folder.is_empty());
        match inside {
            Some(inside) => inside.to_owned(),
            None if usual.is_empty() || text.contains('/') => text,
            None => format!("{usual}/{text}"),
        }
    };
    if below.split('/').any(|part| part == "..") {
        return Err((format!("`{typed}` lies outside the folder `{}`", shown(&home.folder)), None));
    }
    if below.is_empty() || below.ends_with('/') {
        return Err((format!("`{typed}` names a folder"), Some("write the name of the page behind it".to_owned())));
    }
    let ending = below.rsplit_once('.').is_some_and(|(stem, ending)| !stem.ends_with('/') && !stem.is_empty() && matches!(ending, "md" | "markdown"));
    let below = if ending { below } else { format!("{below}.md") };
    SourcePath::new(&below).map_err(|fault| refused(fault.to_string()))
}

/// What people call a folder.
fn shown(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

/// Whether a page can be at `path`, where the site has the files of `listing`.
pub(super) fn judge(path: &SourcePath, config: &Config, home: &Home, listing: &Listing) -> Result<(), Refused> {
    let name = name(home, path);
    let refused = |why: &str| Err((format!("`{name}` cannot be a page: {why}"), None));
    if never_content(config, &home.folder, path) {
        return refused("files of such names are never read");
    }
    let id = PageId::new(path.as_str());
    let first = id.as_str().split('/').next().unwrap_or_default();
    let at_root = home.version == config.current();
    if let Some(what) = reserved(first).filter(|_| at_root).or_else(|| reserved_anywhere(first, id.as_str().split('/'))) {
        return refused(&format!("its address is kept for {what}"));
    }
    if at_root && config.versioned && config.version(first).is_some() {
        return refused(&format!("its address is version {first}'s"));
    }
    if path.as_str().contains('/') && language_tag(first) {
        return refused(&format!("`{first}` looks like a language, and such addresses are kept free for translations"));
    }
    let (own, files) = (folded(path.as_str()), &listing.versions[home.version]);
    let own_id = folded(id.as_str());
    let folders: BTreeSet<&str> = prefixes(path.as_str()).collect();
    for found in files.pages.iter().chain(&files.assets) {
        let there = found.path.as_str();
        if let Some(folder) = prefixes(there).find(|folder| !folders.contains(folder) && folders.iter().any(|own| folded(own) == folded(folder))) {
            let help = format!("write it as `{folder}`, with its capitals");
            return Err((format!("the folder `{folder}` is there already, and differs only in capital letters"), Some(help)));
        }
        let same = folded(there) == own || (found.path.is_page() && folded(PageId::new(there).as_str()) == own_id);
        // A file that a version takes over from another may get its own text.
        let inherited = there == path.as_str() && found.file.as_str() != name;
        if same && !inherited {
            return Err((format!("`{}` is there already", found.file), None));
        }
    }
    Ok(())
}

/// The folders that a path lies in: `a` and `a/b` of `a/b/c.md`.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// What some file systems take for the same name.
fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// What people call the file at `path`.
pub(super) fn name(home: &Home, path: &SourcePath) -> String {
    if home.folder.is_empty() { path.to_string() } else { format!("{}/{path}", home.folder) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, usual: &str, expected: Result<&str, &str>) {
        let home = Home { version: 0, folder: "content".to_owned() };
        let found = path(typed, Path::new("/site"), Path::new("/site/content/guides"), &home, usual);
        let found = found.as_ref().map(SourcePath::as_str).map_err(|(why, _)| why.as_str());
        assert_eq!(found, expected, "{typed}");
    }

    #[cfg(unix)]
    #[test]
    fn a_page_is_named_in_several_ways() {
        for typed in [
            "guides/webhooks",
            "guides/webhooks.md",
            "content/guides/webhooks.md",
            "guides\\webhooks",
            "./webhooks",
            "../guides/webhooks.md",
            "/site/content/guides/webhooks.md",
        ] {
            check(typed, "", Ok("guides/webhooks.md"));
        }
        check("webhooks", "guides", Ok("guides/webhooks.md"));
        check("content/webhooks", "guides", Ok("webhooks.md"));
        check("v1.2", "", Ok("v1.2.md"));
        check("a.markdown", "", Ok("a.markdown"));
        check("cafe\u{301}", "", Ok("caf\u{e9}.md"));
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_a_page_is_told() {
        for (typed, told) in [
            ("../../x", "`../../x` lies outside the folder `content`"),
            ("a/../../x", "`a/../../x` lies outside the folder `content`"),
            ("/etc/x", "`/etc/x` lies outside the folder `content`"),
            ("/site/x", "`/site/x` lies outside the folder `content`"),
            ("guides/", "`guides/` names a folder"),
            ("", "`` names a folder"),
            ("a:b", "`a:b` cannot be a page: Windows cannot hold ':' in a name"),
            ("nul", "`nul` cannot be a page: it is the name of a device on Windows"),
            ("a//b", "`a//b` cannot be a page: a part of it is empty, `.` or `..`"),
        ] {
            check(typed, "", Err(told));
        }
    }
}
