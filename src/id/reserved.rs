//! The names at the root of a site that Recto keeps for what it generates: one table for pages, versions and static files.

/// What Recto makes under `first`, the first part of an address; none when a page may live there.
pub fn reserved(first: &str) -> Option<&'static str> {
    const TABLE: [(&str, &str); 14] = [
        ("_", "generated files"),
        ("_headers", "headers for hosts that read them"),
        ("_redirects", "redirects for hosts that read them"),
        ("404", "the page for addresses that are not there"),
        ("404.html", "the page for addresses that are not there"),
        ("deprecations", "the list of deprecations"),
        ("go", "deep links"),
        ("go.json", "deep links"),
        ("llms-full.txt", "the text for machines"),
        ("llms.txt", "the index for machines"),
        ("robots.txt", "rules for robots"),
        ("sitemap.xml", "the sitemap"),
        ("upgrade", "the upgrade page"),
        ("versions.json", "the list of versions"),
    ];
    TABLE.iter().find(|(name, _)| name.eq_ignore_ascii_case(first)).map(|(_, what)| *what)
}

/// The name of a page's Markdown, in the folder of the page.
pub const TWIN: &str = "index.md";

/// What Recto makes under a name that pages and files of no version may have at the top of their addresses, or no folder anywhere: `first` is
/// the first part of an address within its version, `folders` are all of its parts but the file's name.
pub fn reserved_anywhere<'a>(first: &str, mut folders: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let top = ["llms.txt", "llms-full.txt"].iter().find(|name| name.eq_ignore_ascii_case(first)).and_then(|name| reserved(name));
    top.or_else(|| folders.any(|folder| folder.eq_ignore_ascii_case(TWIN)).then_some("the Markdown of pages"))
}

/// Whether `first` looks like a language tag (`de`, `pt-br`; RFC 5646, two-letter languages with an optional region or script),
/// which is kept free for translations.
pub fn language_tag(first: &str) -> bool {
    let mut parts = first.split(['-', '_']);
    let letters = |part: &str, lengths: &[usize]| lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
    parts.next().is_some_and(|language| letters(language, &[2]) && LANGUAGES.contains(&language.to_ascii_lowercase().as_str()))
        && parts.next().is_none_or(|region| letters(region, &[2, 4]))
        && parts.next().is_none()
}

/// ISO 639-1, less the codes that docs use as section names (`go`, `io`, `is`, `or`, `ts` …).
const LANGUAGES: [&str; 60] = [
    "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es", "et", "eu", "fa", "fi", "fr", "ga", "gl", "gu",
    "he", "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "kk", "km", "ko", "lt", "lv", "mk", "mn", "ms", "nb", "nl", "nn", "pl", "pt", "ro", "ru",
    "sk", "sl", "sq", "sr", "sv", "ta", "te", "th", "tr", "uk", "vi", "zh",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_from_sections() {
        for tag in ["de", "pt-br", "zh-Hant"] {
            assert!(language_tag(tag), "{tag}");
        }
        for section in ["api", "go", "faq", "de-vices", "ui"] {
            assert!(!language_tag(section), "{section}");
        }
    }

    #[test]
    fn reserved_names_ignore_case() {
        assert!(reserved("Upgrade").is_some() && reserved("guides").is_none());
    }
}
