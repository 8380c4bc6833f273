//! What lies among the sources and is never published.

/// Whether a file or folder of this name is never read from content: dotfiles, what editors and systems leave behind, dependencies.
pub(super) fn ignored(name: &str) -> bool {
    name.starts_with('.') || litter(name)
}

/// The same for `static/`, templates and themes: there, a few dotfiles are meant.
pub(super) fn ignored_static(name: &str) -> bool {
    let meant = matches!(name, ".well-known" | ".nojekyll" | ".htaccess");
    (name.starts_with('.') && !meant) || litter(name)
}

fn litter(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    lower.ends_with('~')
        || (lower.starts_with('#') && lower.ends_with('#'))
        || matches!(ending, "bak" | "orig" | "swp" | "swo" | "rej")
        || matches!(lower.as_str(), "node_modules" | "__macosx" | "thumbs.db" | "desktop.ini")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_behind_is_never_published() {
        for name in [".env", ".git", "a.md~", "#a.md#", "a.md.bak", "a.orig", ".a.md.swp", "node_modules", "Thumbs.db"] {
            assert!(ignored(name), "{name}");
        }
        for name in ["index.md", "a.png", "#1.md"] {
            assert!(!ignored(name), "{name}");
        }
        assert!(!ignored_static(".well-known") && ignored_static(".env"));
    }
}
