//! Hostile Markdown under `html = "safe"`: nothing that a browser would run, load or take for the page's own survives.
//!
//! - In: `tests/hostile/inputs.txt` (raw HTML and addresses) and `tests/hostile/markdown.txt` (directives, fences, attributes,
//!   variables, formulas, front matter), each input as a fragment and as a page of a site built by the program.
//! - Out: what is left of it holds only what the [`judge`] takes for harmless.
//! - Never here: what Recto takes for safe.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use judge::{Frame, fragment_faults, page_faults};
use recto::config::{HtmlPolicy, Markdown};
use recto::render::Fragments;

mod judge;

#[test]
fn no_hostile_fragment_keeps_its_bite() {
    let inputs = inputs();
    assert!(inputs.len() >= 330, "{} inputs", inputs.len());
    judged(&inputs, HtmlPolicy::Safe);
}

/// Where Markdown takes a writer's words: `{}` is where hostile ones go.
const CARRIERS: &[&str] = &[
    "```js title=\"{}\"\nx\n```",
    "```js [{}]\nx\n```",
    "```{}\nx\n```",
    "```js\n{}\n```",
    "```js {1} numbers\n{}\n```",
    "```js\nx // [!code ++] {}\n```",
    "```diff lang=\"{}\"\n+x\n```",
    "```console\n$ {}\n{}\n```",
    "```js file=\"{}\"\n```",
    "```mermaid\n{}\n```",
    "```math\n{}\n```",
    ":::note {}\nx\n:::",
    ":::note[{}]\n{}\n:::",
    ":::details {} {open}\nx\n:::",
    ":::details x {{}}\nx\n:::",
    "::::tabs\n:::tab {}\n{}\n:::\n::::",
    ":::code-group\n```js [{}]\nx\n```\n:::",
    ":::steps\n1. {}\n:::",
    ":::cards\n- [{}]({})\n  {}\n:::",
    ":::{}\nx\n:::",
    ":::include {}",
    ":::version {}\nx\n:::",
    ":version[{}]{{}}",
    "> [!NOTE] {}\n> {}",
    "> [!{}]\n> x",
    "## x {#{}}",
    "## x {.{}}",
    "## {}",
    "![{}]({}){width={} .{} #{}}",
    "![x](y.png){{}}",
    "[x]({} '{}')",
    "{$\u{0}{}}",
    ":{}: {$a} {$$b}",
    "x[^{}]\n\n[^{}]: {}",
    "{}\n: {}",
    "| {} |\n|--|\n| {} |",
    "$\\text{{}}$ $\\href{{}}{x}$ $$\\class{{}}{x}$$",
    "<details>\n\n:::note {}\n{}\n:::\n\n</details>",
    "<div class=\"\u{3}0\">\n\n:::note\n{}\n:::\n\n</div>",
    "!!! note \"{}\"\n    {}",
    "<Tabs label=\"{}\">{}</Tabs>",
];

const WORDS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "JaVa&#115;cript&colon;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "</code></pre></summary></p><svg onload=alert(1)>",
    "x\" style=\"position:fixed",
    "<style>*{display:none}</style>",
    "--><iframe srcdoc='<script>alert(1)</script>'>",
    "{{ site.title }}{% include \"x\" %}&lt;script&gt;",
    "onerror=alert(1) id=r:main",
];

#[test]
fn hostile_words_stay_words_wherever_markdown_takes_them() {
    let markdown = Markdown { math: true, ..Markdown::default() };
    let fragments = Fragments::with(markdown);
    let mut report = String::new();
    for carrier in CARRIERS {
        for words in WORDS {
            let input = carrier.replace("{}", words);
            let html = fragments.html(&input);
            let faults = fragment_faults(&html);
            if !faults.is_empty() {
                report.push_str(&told(carrier, &input, &html, &faults));
            }
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn harmless_html_stays() {
    let html = Fragments::new(HtmlPolicy::Safe).html("H<sub>2</sub>O, <kbd>Ctrl</kbd>\n\n<details><summary>More</summary>text</details>\n");
    for element in ["<sub>", "<kbd>", "<details>", "<summary>"] {
        assert!(html.contains(element), "{element} is missing in {html}");
    }
}

#[test]
fn text_shown_by_escaping_is_harmless_too() {
    judged(&inputs(), HtmlPolicy::Escape);
}

/// Judges each input as a fragment, with formulas and without.
fn judged(inputs: &[(String, String)], html: HtmlPolicy) {
    let mut report = String::new();
    for math in [false, true] {
        let fragments = Fragments::with(Markdown { html, math, ..Markdown::default() });
        for (name, markdown) in inputs {
            let html = fragments.html(markdown);
            let faults = fragment_faults(&html);
            if !faults.is_empty() {
                report.push_str(&told(name, markdown, &html, &faults));
            }
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn no_hostile_page_changes_what_its_frame_runs() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let content = root.path().join("content");
    fs::create_dir(&content).expect("a folder");
    let write = |name: &str, text: &str| fs::write(content.join(name), text).expect("a file");
    fs::write(root.path().join("recto.toml"), CONFIG).expect("a file");
    // What no page may show: it lies beside the content, or hidden in it.
    fs::write(root.path().join("secret.md"), SECRET).expect("a file");
    write(".env", SECRET);
    for image in ["x.png", "b.png"] {
        fs::write(content.join(image), PIXEL).expect("a file");
    }
    write("index.md", "# Home\n\ntext\n");
    for (name, text) in HARMLESS {
        write(&format!("{name}.md"), text);
    }
    let inputs = inputs();
    for (at, (_, markdown)) in inputs.iter().enumerate() {
        write(&format!("h{at}.md"), markdown);
    }
    write("q'onmouseover='alert(1)' x='.md", "# Odd name\n");
    write("a&lt;script&gt;.md", "# Odd name\n");

    let run =
        Command::new(env!("CARGO_BIN_EXE_recto")).args(["build", "--keep-going", "--root"]).arg(root.path()).output().expect("the program starts");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(matches!(run.status.code(), Some(0 | 1)), "{:?}\n{said}", run.status);

    let out = root.path().join("public");
    let page = |name: &str| fs::read_to_string(out.join(name).join("index.html")).ok();
    let frames: Vec<Frame> =
        HARMLESS.iter().map(|(name, _)| Frame::of(&page(name).unwrap_or_else(|| panic!("{name} is not built\n{said}")))).collect();
    let (mut report, mut seen) = (String::new(), 0);
    for (at, (name, markdown)) in inputs.iter().enumerate() {
        let Some(html) = page(&format!("h{at}")) else { continue };
        seen += 1;
        let faults = page_faults(&html, &frames);
        if !faults.is_empty() {
            report.push_str(&told(name, markdown, &html, &faults));
        }
    }
    assert!(report.is_empty(), "\n{report}");
    // A page that is not well may be left out, but not most of them.
    assert!(seen * 10 >= inputs.len() * 9, "{seen} of {} pages are built\n{said}", inputs.len());
    // And what is neither a page of ours nor one of the inputs (listings, 404, odd names) holds by the same rules.
    let mut report = String::new();
    for path in html_files(&out) {
        let html = fs::read_to_string(&path).expect("UTF-8");
        let faults = page_faults(&html, &[]);
        if !faults.is_empty() {
            report.push_str(&format!("── {}\n   {}\n", path.display(), faults.join("\n   ")));
        }
    }
    assert!(report.is_empty(), "\n{report}");
    let shown = |name: &str| {
        let at = inputs.iter().position(|(known, _)| known == name).expect("an input of that name");
        page(&format!("h{at}")).expect("it is built")
    };
    // The language of templates is text in pages.
    let templates = shown("templates of the theme's language");
    for text in ["{{ site.title }}", "{{ 7 * 7 }}", "{% include", "{# comment #}"] {
        assert!(templates.contains(text), "{text} is gone:\n{templates}");
    }
    for path in files(&out) {
        let bytes = fs::read(&path).expect("a file");
        assert!(!bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()), "{} shows a file beside the site", path.display());
    }
}

/// The head of an image of one pixel, which is all that is read of it.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

/// Words that only files outside the content hold. `recto.toml` does too.
const SECRET: &str = "words-that-nobody-may-see";

/// The site in which the inputs stand: with formulas, and variables whose values are hostile.
const CONFIG: &str = r##"# words-that-nobody-may-see
title = "Hostile"
url = "https://site.test/"

[markdown]
math = true

[vars]
js = "javascript:alert(1)"
data = "data:text/html,<script>alert(1)</script>"
tag = "\"><script>alert(1)</script>"
quote = "\" onclick=\"alert(1)"
entity = "java&Tab;script:alert(1)&lt;img src=x onerror=alert(1)&gt;"
attribute = "x\" onload=alert(1) y=\""
template = "{{ site.title }}{% include \"base.html\" %}"
markdown = "[a](javascript:alert(1)) <img src=x onerror=alert(1)>"
"##;

/// Pages that do no harm, whose frames show what a frame may hold.
const HARMLESS: &[(&str, &str)] = &[
    ("harmless-short", "# A title\n\ntext\n"),
    ("harmless-titled", "+++\ntitle = \"A title\"\ndescription = \"Of a page\"\n+++\ntext\n"),
    (
        "harmless-long",
        "# A title\n\n[a](https://ok.example) <https://ok.example>\n\n## One\n\n- [x] a\n\n```js\nx\n```\n\n### Two\n\n| a |\n|---|\n| b |\n\n> [!NOTE]\n> a[^1]\n\n[^1]: b\n",
    ),
    (
        "harmless-blocks",
        "# A title\n\n:::note Title\na\n:::\n\n:::details Title\na\n:::\n\n:::tabs\n:::tab One\na\n:::tab Two\nb\n:::\n\n```js title=\"a.js\" {1} numbers\nx\n```\n\n$x^2$\n\n```mermaid\ngraph TD; A --> B\n```\n",
    ),
];

#[test]
fn hostile_entries_lose_their_bite_wherever_they_are_shown() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write(
        "recto.toml",
        "title = 'T'\nurl = 'https://t.example/'\n[[versions]]\nid = '2'\nstatus = 'current'\n[[versions]]\nid = '1'\nstatus = 'retired'\ncontent = 'one'\n",
    );
    write("content/index.md", "# T\n");
    write("one/index.md", "# T\n");
    // Each input is an entry, its migration note, its attributes, and the name of a release.
    let mut changelog = String::from("# Changelog\n");
    for (no, (_, input)) in inputs().iter().enumerate() {
        let line = input.replace('\n', " ");
        let indented = input.replace('\n', "\n  ");
        changelog += &format!(
            "\n## 2.0.{no} {line}\n\n### Deprecated\n\n- {indented}\n\n  {indented}\n- text {{area=\"{line}\" plan=\"{line}\" instead=\"{line}\" id=\"{line}\"}}\n"
        );
    }
    write("content/CHANGELOG.md", &changelog);
    let run =
        Command::new(env!("CARGO_BIN_EXE_recto")).args(["build", "--keep-going", "--root"]).arg(root.path()).output().expect("the program starts");
    assert!(matches!(run.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&run.stderr));

    let out = root.path().join("public");
    let mut report = String::new();
    let mut pages = 0;
    for path in html_files(&out) {
        let html = fs::read_to_string(&path).expect("UTF-8");
        pages += 1;
        report.extend(page_faults(&html, &[]).iter().map(|fault| format!("{}: {fault}\n", path.display())));
    }
    let judge_html =
        |what: &str, html: &str, report: &mut String| report.extend(fragment_faults(html).iter().map(|fault| format!("{what}: {fault}\n")));
    for (no, entry) in fs::read_dir(out.join("_/changes")).expect("entries").enumerate() {
        let path = entry.expect("an entry").path();
        let Some(text) = path.extension().filter(|ending| *ending == "js").map(|_| fs::read_to_string(&path).expect("UTF-8")) else { continue };
        let json = text.split_once("detail:").and_then(|(_, rest)| rest.strip_suffix("}))\n")).expect("a script that hands data over");
        let entries: Vec<serde_json::Value> = serde_json::from_str(json).expect("JSON");
        assert!(!entries.is_empty());
        entries.iter().for_each(|entry| judge_html(&format!("entries {no}"), entry["html"].as_str().expect("HTML"), &mut report));
    }
    let feed: serde_json::Value = serde_json::from_str(&fs::read_to_string(out.join("changelog/feed.json")).expect("a feed")).expect("JSON");
    feed["items"].as_array().expect("items").iter().for_each(|item| judge_html("feed", item["content_html"].as_str().expect("HTML"), &mut report));
    assert!(report.is_empty(), "{report}");
    assert!(pages > inputs().len(), "{pages} pages");
}

#[test]
fn hostile_pages_lose_their_bite_where_versions_are_compared() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let write = |path: String, text: String| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    let versions = "[[versions]]\nid = '2'\nstatus = 'current'\n[[versions]]\nid = '1'\nstatus = 'supported'\ncontent = 'one'\n";
    write("recto.toml".to_owned(), format!("{CONFIG}\n{versions}"));
    // Each input comes, goes, and stands where something else has changed.
    let harmless = "Words of no harm.\n";
    for folder in ["content", "one"] {
        write(format!("{folder}/index.md"), "# Home\n".to_owned());
    }
    for (no, (_, input)) in inputs().iter().enumerate() {
        write(format!("one/comes{no}.md"), harmless.to_owned());
        write(format!("content/comes{no}.md"), input.clone());
        write(format!("one/goes{no}.md"), input.clone());
        write(format!("content/goes{no}.md"), harmless.to_owned());
        write(format!("one/stays{no}.md"), format!("{input}\n\nOld words.\n"));
        write(format!("content/stays{no}.md"), format!("{input}\n\nNew words.\n"));
    }
    let run =
        Command::new(env!("CARGO_BIN_EXE_recto")).args(["build", "--keep-going", "--root"]).arg(root.path()).output().expect("the program starts");
    assert!(matches!(run.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&run.stderr));

    let mut report = String::new();
    let mut pages = 0;
    for path in html_files(&root.path().join("public/_/changes")) {
        let html = fs::read_to_string(&path).expect("UTF-8");
        pages += 1;
        report.extend(page_faults(&html, &[]).iter().map(|fault| format!("{}: {fault}\n", path.display())));
    }
    assert!(report.is_empty(), "{report}");
    assert!(pages > 2 * inputs().len(), "{pages} pages");
}

/// Name and text of each input.
fn inputs() -> Vec<(String, String)> {
    let mut names = BTreeSet::new();
    let texts = [include_str!("hostile/inputs.txt"), include_str!("hostile/markdown.txt")];
    let blocks = texts.iter().flat_map(|text| text.split("\n=== ").skip(1));
    blocks
        .map(|block| {
            let (name, markdown) = block.split_once('\n').expect("an input has a name and a text");
            assert!(names.insert(name), "two inputs are named {name}");
            (name.to_owned(), spelled_out(markdown))
        })
        .collect()
}

/// The text with `⟦9⟧` replaced by the character of that number.
fn spelled_out(text: &str) -> String {
    let mut parts = text.split('⟦');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('⟧').expect("⟦ is closed");
        out.push(u32::from_str_radix(number, 16).ok().and_then(char::from_u32).expect("⟦⟧ holds a character's number"));
        out.push_str(rest);
    }
    out.push('\n');
    out
}

fn told(name: &str, markdown: &str, html: &str, faults: &[String]) -> String {
    let shown: String = html.chars().take(2_000).collect();
    format!("── {name}\n   {}\nmarkdown: {markdown:?}\nhtml: {shown}\n\n", faults.join("\n   "))
}

fn html_files(folder: &Path) -> Vec<std::path::PathBuf> {
    files(folder).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "html")).collect()
}

/// All files below a folder, sorted.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("the output folder") {
        let path = entry.expect("the output folder").path();
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push(path);
        }
    }
    out.sort();
    out
}
