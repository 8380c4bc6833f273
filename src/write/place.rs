//! Where the output folder really is, and whether it may be there at all.
//!
//! Two names of one folder must lead to one lock, so the folder is first followed through links, `..` and letter case. It may lie
//! inside the site's root (`public/` does), but never be, hold or lie in a folder of sources: the swap would take them away.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{WriteError, disk};
use super::system;

/// The output folder, and the folders it must keep clear of.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The output folder, as the user named it; it need not exist.
    pub target: &'a Path,
    /// The site's root: the target may lie inside it, but not be it or hold it.
    pub root: &'a Path,
    /// Content, templates, themes, static files, snippets, the memo: the target may not be, hold or lie in any of these. One that
    /// is the root itself, as the content of a site without configuration, counts as the root only.
    pub sources: &'a [PathBuf],
}

impl Place<'_> {
    /// The target's own path: absolute, without links. Refused where it overlaps with what is not output.
    pub(super) fn real(&self) -> Result<PathBuf, WriteError> {
        let target = resolve(self.target)?;
        let overlap = |with: &Path| Err(WriteError::Overlap { target: self.target.to_owned(), with: with.to_owned() });
        let root = resolve(self.root)?;
        if within(&root, &target) {
            return overlap(self.root);
        }
        for source in self.sources {
            // One that cannot be followed holds nothing that could be lost.
            let Ok(folder) = resolve(source) else { continue };
            if !system::same(&folder, &root) && (within(&folder, &target) || within(&target, &folder)) {
                return overlap(source);
            }
        }
        let git = |path: &&Path| path.file_name().is_some_and(|name| name.eq_ignore_ascii_case(".git"));
        if let Some(folder) = target.ancestors().find(git) {
            return overlap(folder);
        }
        match fs::metadata(&target) {
            Ok(meta) if !meta.is_dir() => Err(WriteError::NotAFolder { target: self.target.to_owned() }),
            _ => Ok(target),
        }
    }
}

/// Whether `path` is `folder` or lies below it.
fn within(path: &Path, folder: &Path) -> bool {
    path.ancestors().any(|ancestor| system::same(ancestor, folder))
}

/// `path` with every link followed; what does not exist yet stays by name below the deepest folder that does.
fn resolve(path: &Path) -> Result<PathBuf, WriteError> {
    let fault = match fs::canonicalize(path) {
        Ok(real) => return Ok(real),
        Err(fault) => fault,
    };
    // A link that leads nowhere is not followed: what it names may come to be anything.
    let link = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
    if fault.kind() != io::ErrorKind::NotFound || link {
        return Err(disk("follow", path)(fault));
    }
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Err(disk("follow", path)(fault)),
    };
    let folder = resolve(parent)?;
    Ok(match path.file_name() {
        Some(name) => folder.join(name),
        // It ends in `..`, after a name that does not exist.
        None => folder.parent().unwrap_or(&folder).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A project with `content/` and `content/guides/`, `.git/` and a link `to-content`; `target` is refused for `with`, or allowed.
    fn check(target: &str, sources: &[&str], with: Option<&str>) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap().join("project");
        fs::create_dir_all(root.join("content/guides")).unwrap();
        fs::create_dir_all(root.join(".git")).unwrap();
        fs::create_dir_all(root.join("shared")).unwrap();
        let _ = system::symlink(Path::new("content"), &root.join("to-content"));
        let sources: Vec<PathBuf> = sources.iter().map(|source| root.join(source)).collect();
        let target = root.join(target);
        let got = Place { target: &target, root: &root, sources: &sources }.real();
        match (got, with) {
            (Ok(_), None) => {}
            (Err(WriteError::Overlap { with: found, .. }), Some(with)) => {
                assert_eq!(resolve(&found).unwrap(), resolve(&root.join(with)).unwrap(), "{}", target.display());
            }
            (got, with) => panic!("{}: {got:?}, expected {with:?}", target.display()),
        }
    }

    #[test]
    fn output_may_lie_in_the_root_but_not_touch_sources() {
        check("public", &["content", "themes"], None);
        check("build/deep/public", &["content"], None);
        check("../elsewhere", &["content"], None);
        check("content-2", &["content"], None);
        check("content", &["content"], Some("content"));
        check("content/public", &["content"], Some("content"));
        check("content/absent/../public", &["content"], Some("content"));
        check("shared", &["shared/docs/content"], Some("shared/docs/content"));
        check("themes/public", &["content", "themes"], Some("themes"));
        check(".git/pages", &["content"], Some(".git"));
        check(".", &["content"], Some("."));
        check("..", &["content"], Some("."));
        check("public/..", &["content"], Some("."));
    }

    #[test]
    fn content_that_is_the_root_may_hold_the_output() {
        check("public", &["", "templates"], None);
        check("", &[""], Some("."));
        check("templates", &["", "templates"], Some("templates"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_sources_is_seen_through() {
        check("to-content", &["content"], Some("content"));
        check("to-content/guides/x", &["content"], Some("content"));
        check("public", &["to-content"], None);
        check("content/public", &["to-content"], Some("content"));
    }

    #[test]
    fn a_file_is_no_place_for_a_site() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("public");
        fs::write(&target, "mine").unwrap();
        let got = Place { target: &target, root: &dir.path().join("site"), sources: &[] }.real();
        assert!(matches!(got, Err(WriteError::NotAFolder { .. })), "{got:?}");
        let below = target.join("deep");
        let got = Place { target: &below, root: &dir.path().join("site"), sources: &[] }.real();
        assert!(got.unwrap_err().to_string().contains("public"));
    }
}
