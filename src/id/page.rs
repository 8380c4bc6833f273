//! What a page is called inside its version.

use std::fmt;
use std::sync::Arc;

/// What a page *is*, whatever its version: its path in the content tree without extension, or the `id` of its front matter.
///
/// A section's own page has the section's path (`guides/index.md` is `guides`), and the first page of a version the empty one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(Arc<str>);

impl PageId {
    /// The id that `text` states: a path with `/` between its names; a leading `/` and a source file's ending do not count.
    pub fn new(text: &str) -> Self {
        Self(Self::stated(text).into())
    }

    /// The same, as the part of `text` that it is.
    pub fn stated(text: &str) -> &str {
        let text = text.trim_matches('/');
        let stem = ["md", "markdown"].iter().find_map(|ending| text.strip_suffix(ending)?.strip_suffix('.')).unwrap_or(text);
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        if is_index(name) { folder } else { stem }
    }

    /// The id as text, without slash at either end; empty for the first page.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a file of this name (without ending) is its folder's own page.
fn is_index(name: &str) -> bool {
    matches!(name, "index" | "_index") || name.eq_ignore_ascii_case("readme")
}

impl fmt::Display for PageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "index" } else { &self.0 })
    }
}

impl fmt::Debug for PageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_files_are_their_folder() {
        for (path, id) in [
            ("guides/webhooks.md", "guides/webhooks"),
            ("guides/index.md", "guides"),
            ("guides/README.md", "guides"),
            ("_index.md", ""),
            ("/guides/hooks", "guides/hooks"),
            ("notes/v1.2.md", "notes/v1.2"),
        ] {
            assert_eq!(PageId::new(path).as_str(), id, "{path}");
        }
    }
}
