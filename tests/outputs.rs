//! What a build writes for machines, for print and for folders without a server.
//!
//! - In: small sites with hostile titles, drafts, comments, sections of hundreds of pages, and static files in the way.
//! - Out: files of the output, read as their readers read them: by lines, as HTML, as JSON; and crawled.
//! - Never here: how single texts become Markdown (`tests/twins.rs`, `src/render/twin/tests.rs`).

mod crawl;
mod kit;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crawl::crawl;
use kit::{ran, recto, site, write};

/// Titles and descriptions that try to be something else.
const HOSTILE: &[&str] = &[
    "</script><script>alert(1)</script>",
    "]]> <![CDATA[ --> <!-- &lt;b&gt; &amp;",
    "\" onload=\"alert(1)",
    "[x](javascript:alert(1)) ![y](//evil.test/a.png)",
    "---\nstatus: current\n---\n# Not a heading\n- [x](https://evil.test/)",
    "*a* `b` _c_ <img src=x onerror=alert(1)> \\",
    "\u{85}\u{2028}\u{7f}{{ site.title }}",
];

const TWO_VERSIONS: &str = "title = \"Acme & <b>Docs</b>\"\nurl = \"https://acme.test/docs/\"\n[[versions]]\nid = \"2\"\ntitle = \"Two\"\n\
    status = \"current\"\n[[versions]]\nid = \"1\"\ntitle = \"One\"\nstatus = \"deprecated\"\nsupport_ends = 2027-03-01\ninherits = \"2\"\ncontent = \"old\"\n";

fn text(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below `folder`, by path.
fn all(folder: &Path) -> Vec<(String, Vec<u8>)> {
    kit::tree(folder).into_iter().collect()
}

#[test]
fn nothing_hostile_becomes_anything_but_words() {
    let mut pages = vec![("recto.toml".to_owned(), TWO_VERSIONS.to_owned())];
    pages.push(("content/index.md".to_owned(), "# Home\n".to_owned()));
    for (no, words) in HOSTILE.iter().enumerate() {
        let quoted = serde_json::to_string(words).expect("JSON").replace('\u{7f}', "\\u007f").replace('\u{85}', "\\u0085");
        let page = format!("---\ntitle: {quoted}\ndescription: {quoted}\ntags: [{quoted}]\n---\n\nText.\n");
        pages.push((format!("content/s/p{no}.md"), page));
    }
    pages.push(("old/only.md".to_owned(), "# Only here\n".to_owned()));
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = site(&pages);
    ran(&mut recto(folder.path(), &["build", "--quiet", "--keep-going"]));
    let out = folder.path().join("public");
    for (path, bytes) in all(&out).iter().filter(|(path, _)| path.ends_with(".md") || path.contains("llms")) {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        for bad in [
            "<script",
            "<img",
            "](javascript",
            "](//evil",
            "](https://evil",
            "](<https://evil",
            "<!--",
            "\u{7f}",
            "\u{85}",
            "\n# Not",
            "\nstatus: current\n",
        ] {
            // Behind a backslash it is words.
            let found = text.match_indices(bad).any(|(at, _)| !text[..at].ends_with('\\') && !in_front_matter(&text, at));
            assert!(!found, "{path} has {bad:?}:\n{text}");
        }
    }
    for no in 0..HOSTILE.len() {
        let page = text(&out, &format!("s/p{no}/index.html"));
        let (_, rest) = page.split_once("<script type=\"application/ld+json\">").expect("the way to the page");
        let (json, _) = rest.split_once("</script>").expect("it ends");
        let trail: serde_json::Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
        let steps = trail["itemListElement"].as_array().expect("steps");
        assert_eq!(steps.len(), 3);
        assert_eq!(steps[2]["item"], format!("https://acme.test/docs/s/p{no}/"));
        assert!(!json.contains(['<', '>', '&']), "{json}");
        assert!(page.contains("<link rel=\"alternate\" type=\"text/markdown\" title=\"Markdown\" href=\"index.md\">"), "{page}");
    }
    let found = crawl(&out, "/docs/", Some("https://acme.test/docs/"));
    assert_eq!(found.faults(), Vec::<String>::new());
    let llms = text(&out, "1/llms.txt");
    assert!(
        llms.contains(
            "This is version 1, One: a deprecated version. Support ends 2027-03-01. The current version is [Two](https://acme.test/docs/llms.txt)."
        ),
        "{llms}"
    );
    assert!(text(&out, "1/only/index.md").contains("> One is deprecated. It is supported until 2027-03-01.\n"));
}

/// Whether byte `at` stands in a value of front matter, where it is a string in quotes.
fn in_front_matter(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    ["title: \"", "description: \""].iter().any(|key| text[line..].starts_with(key)) && text[line..at].len() > 6
}

#[test]
fn nothing_unpublished_is_in_any_of_it() {
    let folder = site(&[
        ("recto.toml", "title = \"T\"\nurl = \"https://t.test/\"\n[audiences]\npartner = \"Partners\"\n"),
        ("content/index.md", "---\nextra_key: SECRET\n---\n# Home <!-- SECRET -->\n\n<!-- SECRET -->\n\n:::audience partner\nSECRET\n:::\n\nText.\n"),
        ("content/draft.md", "---\ndraft: true\ntags: [SECRET]\n---\n# SECRET draft\n\nSECRET\n"),
        ("content/partner.md", "---\naudience: partner\n---\n# SECRET partner\n\nSECRET\n"),
        ("content/hidden.md", "---\nhidden: true\n---\n# Hidden\n\nWords.\n"),
    ]);
    ran(&mut recto(folder.path(), &["build", "--quiet", "--keep-going"]));
    ran(&mut recto(folder.path(), &["build", "--quiet", "--keep-going", "--portable"]));
    for out in ["public", "portable"] {
        let files = all(&folder.path().join(out));
        assert!(files.iter().any(|(path, _)| path == "llms-full.txt") && files.iter().any(|(path, _)| path == "_/print/index.html"));
        for (path, bytes) in files {
            assert!(!bytes.windows(6).any(|part| part == b"SECRET"), "{out}/{path}");
        }
    }
    // What is left out of the navigation is left out of the lists, and has its Markdown.
    let out = folder.path().join("public");
    assert!(!text(&out, "llms-full.txt").contains("Hidden") && !text(&out, "llms.txt").contains("Hidden"));
    assert!(text(&out, "hidden/index.md").ends_with("\n# Hidden\n\nWords.\n"));
}

#[test]
fn a_large_version_is_printed_section_by_section() {
    let mut pages =
        vec![("recto.toml".to_owned(), TWO_VERSIONS.to_owned()), ("content/index.md".to_owned(), "# Home\n\n[far](b/p7.md#x)\n".to_owned())];
    for section in ["a", "b"] {
        for no in 0..120 {
            let other = (no + 1) % 120;
            pages.push((
                format!("content/{section}/p{no}.md"),
                format!("# Page {no}\n\n## X\n\n[next](p{other}.md#x), [home](../index.md)[^1]\n\n[^1]: Note.\n"),
            ));
        }
    }
    for no in 0..450 {
        pages.push((format!("content/c/p{no}.md"), format!("# Page {no}\n\nText.\n")));
    }
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = site(&pages);
    ran(&mut recto(folder.path(), &["build", "--quiet", "--keep-going"]));
    let out = folder.path().join("public");
    let list = text(&out, "_/print/2/index.html");
    let parts: Vec<String> = (1..=6).map(|no| text(&out, &format!("_/print/2/{no}/index.html"))).collect();
    assert!(!out.join("_/print/2/7").exists());
    assert_eq!(parts.iter().map(|part| part.matches("<section class=\"page\"").count()).collect::<Vec<_>>(), [1, 121, 121, 200, 200, 51]);
    assert!(list.contains("<a href=\"2/\">A</a>") && list.contains("<meta name=\"robots\" content=\"noindex\">"), "{list}");
    assert!(parts[1].contains("<a href=\"#p4:x\">next</a>") && parts[1].contains("<a href=\"../../../../\">home</a>"), "{}", parts[1]);
    assert!(parts[0].contains("<a href=\"../../../../b/p7/#x\">far</a>"));
    assert!(text(&out, "a/p3/index.html").contains("<a href=\"../../_/print/2/2/\">"));
    let found = crawl(&out, "/docs/", Some("https://acme.test/docs/"));
    assert_eq!(found.faults(), Vec::<String>::new());
    // What one page says changes what holds it, and nothing else.
    let before: BTreeSet<(String, Vec<u8>)> = all(&out).into_iter().collect();
    write(&folder.path().join("content/a/p3.md"), "# Page 3\n\n## X\n\nOther words.\n");
    ran(&mut recto(folder.path(), &["build", "--quiet", "--keep-going"]));
    // The index of the search has tests of its own.
    let ours = |path: &String| !path.starts_with("_/search/");
    let changed: Vec<String> = all(&out).into_iter().filter(|file| !before.contains(file)).map(|(path, _)| path).filter(ours).collect();
    let expected = [
        "1/a/p3/index.html",
        "1/a/p3/index.md",
        "1/llms-full.txt",
        "_/manifest.json",
        "_/print/1/2/index.html",
        "_/print/2/2/index.html",
        "a/p3/index.html",
        "a/p3/index.md",
        "llms-full.txt",
    ];
    assert_eq!(changed, expected);
    fs::remove_dir_all(folder.path().join(".recto")).expect("the memo");
    fs::rename(&out, folder.path().join("warm")).expect("a move");
    ran(&mut recto(folder.path(), &["build", "--quiet", "--keep-going"]));
    assert!(all(&out) == all(&folder.path().join("warm")), "a build without memory makes other bytes");
}

#[test]
fn what_a_site_does_not_want_is_not_made() {
    let folder = site(&[
        ("recto.toml", "title = \"T\"\n[output]\ntwins = false\nllms = false\nprint = false\n"),
        ("content/index.md", "# Home\n\n[a](a.md)\n"),
        ("content/a.md", "# A\n"),
    ]);
    ran(&mut recto(folder.path(), &["build", "--quiet"]));
    let out = folder.path().join("public");
    for (path, bytes) in all(&out) {
        assert!(!path.ends_with(".md") && !path.contains("llms") && !path.contains("print"), "{path}");
        let text = String::from_utf8_lossy(&bytes);
        assert!(!path.ends_with(".html") || !(text.contains("index.md") || text.contains("_/print")), "{path}");
    }
    write(&folder.path().join("recto.toml"), "title = \"T\"\n[output]\ntwins = false\nprint = false\n");
    ran(&mut recto(folder.path(), &["build", "--quiet"]));
    assert!(text(&out, "llms-full.txt").contains("[a](a/)") && text(&out, "llms.txt").contains("- [A](a/)"));
}

#[test]
fn files_of_the_site_stand_in_and_names_are_kept_free() {
    let folder = site(&[
        ("recto.toml", TWO_VERSIONS),
        ("content/index.md", "# Home\n"),
        ("content/a.md", "---\naliases: [/b/index.md]\n---\n# A\n"),
        ("content/c/index.md/x.md", "# X\n"),
        ("old/llms.txt/y.md", "# Y\n"),
        ("static/a/index.md", "ours"),
        ("static/llms-full.txt", "ours"),
        ("static/1/llms.txt", "ours"),
    ]);
    let run = recto(folder.path(), &["build", "--keep-going", "--color", "never"]).output().expect("it runs");
    let said = String::from_utf8(run.stderr).expect("UTF-8");
    assert_eq!(run.status.code(), Some(1), "{said}");
    for why in ["kept for the Markdown of pages", "kept for the index for machines", "a file is at the old address `/b/index.md/`"] {
        assert!(
            said.contains(why),
            "{why}
{said}"
        );
    }
    let out = folder.path().join("public");
    for path in ["a/index.md", "llms-full.txt", "1/llms.txt"] {
        assert_eq!(text(&out, path), "ours", "{path}");
    }
    assert!(text(&out, "1/a/index.md").contains("# A"));
}

#[test]
fn a_portable_site_leads_from_file_to_file() {
    let folder = site(&[
        (
            "recto.toml",
            &format!("{TWO_VERSIONS}[theme]\nlogo = \"logo.svg\"\n[[theme.links]]\ntitle = \"A\"\nurl = \"/s/a/\"\n")
                .replace("[[versions]]", "\n[[versions]]")
                .replacen("\n[[versions]]", "[[versions]]", 1),
        ),
        ("content/s/shape.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>"),
        ("static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>"),
        ("content/index.md", "# Home\n\n[a](s/a.md#x) [again](./) ![l](s/shape.svg)\n"),
        ("content/s/a.md", "---\nmoved_from: [s/z.md]\naliases: [/old/]\n---\n# A\n\n## X\n\n[home](../index.md) [older](1:only.md)\n"),
        ("old/s/z.md", "# Z\n"),
        ("old/only.md", "# Only\n"),
    ]);
    ran(&mut recto(folder.path(), &["build", "--quiet", "--keep-going"]));
    ran(&mut recto(folder.path(), &["build", "--quiet", "--keep-going", "--portable"]));
    let out = folder.path().join("portable");
    assert!(folder.path().join("public/404.html").exists());
    let names: Vec<String> = all(&out).into_iter().map(|(path, _)| path).collect();
    for gone in ["404.html", "_headers", "_redirects", "robots.txt", "sitemap.xml", ".nojekyll"] {
        assert!(!names.iter().any(|name| name == gone), "{gone}");
    }
    let mut links = 0;
    for (path, bytes) in all(&out).iter().filter(|(path, _)| path.ends_with(".html") || path.ends_with(".md") || path.ends_with("llms.txt")) {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        assert!(!text.contains("acme.test"), "{path} knows where the site is published:\n{text}");
        for part in text.split(" href=\"").skip(1).chain(text.split(" src=\"").skip(1)).chain(text.split("; url=").skip(1)) {
            let href = &part[..part.find('"').expect("it ends")];
            let target = href.split(['#', '?']).next().expect("a path");
            assert!(!href.starts_with('/') && !href.contains("://"), "{path}: {href}");
            let beside = out.join(path).parent().expect("a folder").join(target);
            assert!(target.is_empty() || beside.is_file(), "{path}: {href} is no file");
            links += 1;
        }
        for part in text.split("](").skip(1).filter(|_| !path.ends_with(".html")) {
            let target = part[..part.find([')', '#']).expect("it ends")].trim_matches(['<', '>']);
            assert!(out.join(path).parent().expect("a folder").join(target).is_file(), "{path}: {target} is no file");
        }
    }
    assert!(links > 60, "{links}");
    assert!(text(&out, "index.md").contains("[a](s/a/index.md#x)"));
    assert!(text(&out, "old/index.html").contains("content=\"0; url=../s/a/index.html\""));
    let found = crawl(&out, "/", None);
    assert_eq!(found.faults(), Vec::<String>::new());
}
