//! What lies at each address: the map of the site, as `build` would write it.
//!
//! A request is answered from this map alone. A path that is not in it leads nowhere, however it is spelled, so nothing else on disk can
//! be asked for.

use std::path::Path;

use percent_encoding::percent_decode_str;
use rustc_hash::FxHashMap;

use crate::config::VersionNo;
use crate::id::{OutPath, Url};
use crate::pipeline::{Edition, Request, WholeFile};
use crate::resolve::{AssetNo, PageNo};

/// What lies at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A page.
    Page(PageNo),
    /// Its Markdown.
    Twin(PageNo),
    /// A file that holds the text of many pages.
    Whole(WholeFile),
    /// The page that shows what has changed in a page since the version before.
    Comparison(PageNo),
    /// The list of what has changed in a version since the one before.
    Differences(VersionNo),
    /// The file with the whole navigation of a version.
    Tree(VersionNo),
    /// An old address, by number.
    Redirect(usize),
    /// A file beside the pages.
    Asset(AssetNo),
    /// A file of `static/`, by number.
    Static(usize),
    /// A file of the theme, by number.
    Theme(usize),
}

/// Everything at an address, but for what is generated for the site as a whole.
pub(super) fn addresses(edition: &Edition, request: &Request) -> FxHashMap<OutPath, Item> {
    let site = &edition.loaded.site;
    let wanted = |version| request.wants(version);
    let pages = site.catalog.pages.iter().enumerate().filter(|(_, page)| wanted(page.version));
    let pages = pages.map(|(no, page)| (page.url.clone(), Item::Page(no)));
    let redirects = site.redirects.iter().enumerate().filter(|(_, redirect)| wanted(site.catalog.pages[redirect.to].version));
    let redirects = redirects.map(|(no, redirect)| (redirect.from.clone(), Item::Redirect(no)));
    let assets = site.catalog.assets.iter().enumerate().filter(|(no, asset)| wanted(asset.version) && !edition.hides(*no));
    let assets = assets.map(|(no, asset)| (asset.url.clone(), Item::Asset(no)));
    let statics = edition.statics().enumerate().map(|(no, found)| (Url::file(found.path.as_str()), Item::Static(no)));
    let theme = edition.theme_files().iter().enumerate().map(|(no, (url, _))| (url.clone(), Item::Theme(no)));
    let twins = site.catalog.pages.iter().enumerate().filter(|(_, page)| wanted(page.version));
    let twins = twins.filter_map(|(no, _)| Some((edition.twin_url(no)?, Item::Twin(no))));
    let wholes = edition.whole_files().filter(|file| wanted(file.version()));
    let wholes = wholes.filter_map(|file| Some((edition.whole_url(file)?, Item::Whole(file))));
    let compared = edition.comparable().filter(|no| wanted(site.catalog.pages[*no].version));
    let compared = compared.filter_map(|no| Some((edition.comparison_url(no)?, Item::Comparison(no))));
    let differences = (0..edition.loaded.config.versions.len()).filter(|version| wanted(*version));
    let differences = differences.filter_map(|version| Some((edition.overview_url(version)?, Item::Differences(version))));
    let trees = (0..site.navs.len()).filter_map(|version| Some((edition.tree_url(version)?, Item::Tree(version))));
    let all =
        pages.chain(twins).chain(compared).chain(differences).chain(trees).chain(wholes).chain(redirects).chain(assets).chain(statics).chain(theme);
    all.filter_map(|(url, item)| Some((url.out_path().ok()?, item))).collect()
}

/// Where a request's target leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To the file of this path.
    To(OutPath),
    /// To this path, or if that is no file to the folder of that name.
    Or(OutPath, OutPath),
    /// To the site's root, which is elsewhere.
    Root,
    /// Nowhere: no file can have that name.
    Nowhere,
}

/// Where the target of a request (RFC 9112, section 3.2) leads, on a site whose root is at `base`.
pub fn target(target: &str, base: &str) -> Target {
    // A target in absolute form names the host once more; that was judged by the header.
    let target = target.strip_prefix("http://").map_or(target, |rest| rest.find('/').map_or("/", |slash| &rest[slash..]));
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let Some(rest) = path.strip_prefix(base) else {
        let above = base != "/" && (path == "/" || path == base.trim_end_matches('/'));
        return if above { Target::Root } else { Target::Nowhere };
    };
    let Ok(decoded) = percent_decode_str(rest).decode_utf8() else { return Target::Nowhere };
    if decoded.is_empty() || decoded.ends_with('/') {
        return OutPath::new(&format!("{decoded}index.html")).map_or(Target::Nowhere, Target::To);
    }
    match (OutPath::new(&decoded), OutPath::new(&format!("{decoded}/index.html"))) {
        (Ok(file), Ok(page)) => Target::Or(file, page),
        (Ok(file), Err(_)) => Target::To(file),
        _ => Target::Nowhere,
    }
}

/// The type of a file by its ending, as a browser should take it.
pub(super) fn content_type(path: &str) -> &'static str {
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "xml" | "xsl" => "application/xml",
        "atom" => "application/atom+xml",
        "ics" => "text/calendar; charset=utf-8",
        "md" | "markdown" => "text/markdown; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "txt" | "log" | "toml" | "yaml" | "yml" | "ini" | "conf" | "sh" | "py" | "rs" | "go" | "java" | "ts" | "" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "bmp" => "image/bmp",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "mov" => "video/quicktime",
        "ogv" => "video/ogg",
        "mp3" => "audio/mpeg",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "m4a" => "audio/mp4",
        "flac" => "audio/flac",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" | "tgz" => "application/gzip",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(target: &str, base: &str, expected: &str) {
        let shown = match super::target(target, base) {
            Target::To(path) => path.to_string(),
            Target::Or(file, page) => format!("{file} or {page}"),
            Target::Root => "root".to_owned(),
            Target::Nowhere => "nowhere".to_owned(),
        };
        assert_eq!(shown, expected, "{target} at {base}");
    }

    #[test]
    fn targets_lead_to_files_of_the_output() {
        check("/", "/", "index.html");
        check("/guides/?q=1#x", "/", "guides/index.html");
        check("/guides", "/", "guides or guides/index.html");
        check("/a%20b.png", "/", "a b.png or a b.png/index.html");
        check("http://127.0.0.1:4000/a/", "/", "a/index.html");
        check("/docs/a/", "/docs/", "a/index.html");
        check("/docs", "/docs/", "root");
        check("/", "/docs/", "root");
        check("/other/", "/docs/", "nowhere");
    }

    #[test]
    fn whatever_is_asked_names_a_file_of_the_output_or_nothing() {
        let pieces = [
            "/",
            "//",
            "..",
            ".",
            "%2e",
            "%2f",
            "%5c",
            "\\",
            "%00",
            "a",
            "é",
            "%c3%a9",
            "%ff",
            "%",
            "?",
            "#",
            ":",
            " ",
            "~",
            "index.html",
            "con",
            "\u{202e}",
        ];
        let mut seed = 1_u64;
        for _ in 0..20_000 {
            let mut target = String::new();
            for _ in 0..8 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                target.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
            }
            let paths = match super::target(&format!("/{target}"), "/") {
                Target::To(path) => vec![path],
                Target::Or(file, page) => vec![file, page],
                Target::Root | Target::Nowhere => Vec::new(),
            };
            for path in paths {
                let parts: Vec<&str> = path.as_str().split('/').collect();
                assert!(parts.iter().all(|part| !part.is_empty() && !matches!(*part, "." | "..")), "{target}: {path}");
                assert!(!path.as_str().contains(['\\', '\0', ':']), "{target}: {path}");
            }
        }
    }

    #[test]
    fn nothing_leads_out() {
        for target in [
            "/../recto.toml",
            "/%2e%2e/recto.toml",
            "/a/../../x",
            "/..%2fx",
            "/..%5cx",
            "/a\\..\\x",
            "/C:/x",
            "/%00",
            "/a%ff",
            "//x",
            "/a//b",
            "/./a",
            "/a/./",
            "",
            "*",
            "x",
        ] {
            check(target, "/", "nowhere");
        }
    }
}
