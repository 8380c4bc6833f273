//! Patterns of paths, as settings write them.

use globset::{Glob, GlobBuilder};

/// The pattern `text` of paths below a folder: `*` stops at a slash, `**` does not (`guides/*.md`, `guides/**`).
///
/// # Errors
/// When it is no pattern.
pub fn path_glob(text: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(text.trim_start_matches('/')).literal_separator(true).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_stops_at_a_slash_and_two_do_not() {
        let matches = |glob: &str, path: &str| path_glob(glob).expect("a pattern").compile_matcher().is_match(path);
        assert!(matches("guides/*.md", "guides/a.md") && !matches("guides/*.md", "guides/sub/a.md"));
        assert!(matches("guides/**", "guides/sub/a.md") && matches("/a.md", "a.md") && matches("**/*.html", "a.html"));
    }
}
