//! Hostile Markdown under `html = "safe"`: nothing that a browser would run, load or take for the page's own survives.
//!
//! - In: `tests/hostile/inputs.txt`, each input as a fragment and as a page of a site built by the program.
//! - Out: what is left of it, parsed as a browser parses (with and without scripts, and again after writing it out, since some
//!   markup changes its meaning on the second reading), holds only what the lists below name.
//! - Never here: what Recto takes for safe. The lists are this test's own, and shorter rather than longer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use html5ever::serialize::SerializeOpts;
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use markup5ever_rcdom::{Handle, NodeData, RcDom, SerializableHandle};
use recto::config::{HtmlPolicy, Markdown};
use recto::render::Fragments;
use url::Url;

/// Elements that neither run nor load anything by themselves; `img` and `input` have rules of their own.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements that play or show a file of the site, which the addresses rule holds to; Recto lets them through as it does `img`.
const MEDIA: &[&str] = &["audio", "picture", "source", "video"];

/// Elements of MathML that show something and do nothing (MathML Core, section 2).
const MATH: &[&str] = &[
    "math",
    "merror",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "none",
];

/// What they have besides, and what does nothing either.
const MATH_ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "columnspan",
    "depth",
    "display",
    "displaystyle",
    "fence",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rowspan",
    "rspace",
    "scriptlevel",
    "separator",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
    "xmlns",
    "alttext",
];

/// What media have besides: addresses (judged as such), and how to play. Nothing plays by itself: `autoplay` is not among them.
const MEDIA_ATTRIBUTES: &[&str] = &["controls", "loop", "media", "muted", "poster", "preload"];

/// Attributes that say something and do nothing; besides them `aria-*` and `data-*`, and `checked` and `disabled` of checkboxes.
const ATTRIBUTES: &[&str] = &[
    "abbr",
    "align",
    "alt",
    "cite",
    "class",
    "colspan",
    "datetime",
    "decoding",
    "dir",
    "headers",
    "height",
    "hidden",
    "href",
    "id",
    "lang",
    "loading",
    "open",
    "rel",
    "reversed",
    "role",
    "rowspan",
    "scope",
    "span",
    "src",
    "start",
    "tabindex",
    "title",
    "translate",
    "type",
    "valign",
    "value",
    "width",
];

/// Schemes that a link may have; a relative address takes the page's.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Where the page is taken to be; `.test` is no real host (RFC 6761).
const HERE: &str = "https://site.test/guides/page/";

#[test]
fn no_hostile_fragment_keeps_its_bite() {
    let inputs = inputs();
    assert!(inputs.len() >= 200, "{} inputs", inputs.len());
    let mut report = String::new();
    let fragments = Fragments::new(HtmlPolicy::Safe);
    for (name, markdown) in &inputs {
        let html = fragments.html(markdown);
        let faults = fragment_faults(&html);
        if !faults.is_empty() {
            report.push_str(&told(name, markdown, &html, &faults));
        }
    }
    assert!(report.is_empty(), "\n{report}");
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
    let mut report = String::new();
    let fragments = Fragments::new(HtmlPolicy::Escape);
    for (name, markdown) in &inputs() {
        let html = fragments.html(markdown);
        let faults = fragment_faults(&html);
        if !faults.is_empty() {
            report.push_str(&told(name, markdown, &html, &faults));
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
    // Values of variables are hostile too; a string of JSON is one of TOML.
    let quoted = |text: &str| serde_json::to_string(text).expect("a string");
    let vars: String = WORDS.iter().enumerate().map(|(no, words)| format!("w{no} = {}\n", quoted(words))).collect();
    let config = format!("title = \"Hostile\"\nurl = \"https://site.test/\"\n[vars]\n{vars}");
    fs::write(root.path().join("recto.toml"), config).expect("a file");
    write("index.md", "# Home\n\ntext\n");
    for (name, text) in HARMLESS {
        write(&format!("{name}.md"), text);
    }
    let mut inputs = inputs();
    for (no, words) in WORDS.iter().enumerate() {
        let variable = format!("{{$w{no}}}");
        let matter = format!("---\ntitle: \"{variable}\"\ndescription: \"{variable}\"\ntags: [\"{variable}\"]\n---\n");
        let text = format!(
            "{variable} [{variable}]({variable} \"{variable}\") ![{variable}]({variable})\n\n## {variable}\n\n:::note {variable}\n{variable}\n:::\n\n\
             ```js vars title=\"{variable}\"\n{variable}\n```\n"
        );
        inputs.push((format!("a variable of the value {words:?}"), matter + &text));
        let matter = format!("---\ntitle: {0}\nnav_title: {0}\ndescription: {0}\ntags: [{0}]\n---\n", quoted(words));
        inputs.push((format!("front matter of the value {words:?}"), matter + "text\n"));
    }
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
}

#[test]
fn the_checks_bite() {
    let found = |html: &str| fragment_faults(html).join("; ");
    assert_eq!(found("<p>a <a href='../x/#y'>b</a> <a href='//evil.example'>c</a> <a href='mailto:a@b.c'>d</a></p>"), "");
    assert_eq!(found("<ul class=tasks><li><input type=checkbox checked disabled> a</ul><img src=x.png alt=a width=1 height=1>"), "");
    for (html, fault) in [
        ("<script>1</script>", "<script> is no harmless element"),
        ("<svg><a></a></svg>", "<svg> is no harmless element"),
        ("<template><p></p></template>", "<template> is no harmless element"),
        ("<noscript><p title=\"</noscript><img src=x onerror=f()>\">", "attribute onerror of <img>"),
        ("<p onclick=f()>", "attribute onclick of <p>"),
        ("<p style=a:b>", "attribute style of <p>"),
        ("<p name=x>", "attribute name of <p>"),
        ("<a href='java&#10;script:f()'>", "scheme of href"),
        ("<a href='&#1;javascript:f()'>", "scheme of href"),
        ("<q cite=data:,>", "scheme of cite"),
        ("<img src=//evil.example/p>", "loads from elsewhere"),
        ("<img src='/\\evil.example/p'>", "loads from elsewhere"),
        ("<img src=data:,>", "scheme of src"),
        ("<input type=text>", "an input that is no inert checkbox"),
        ("<input type=checkbox>", "an input that is no inert checkbox"),
        ("<p id=r:main>", "id of the theme's"),
        ("<p id=r:note-x>", "id of the theme's"),
        ("<video autoplay></video>", "attribute autoplay of <video>"),
        ("<video poster=//evil.example></video>", "loads from elsewhere"),
        ("<p poster=x>", "attribute poster of <p>"),
        ("<!-- a -->", "a comment"),
        ("</main><p>a", "text or element outside its place"),
        ("<b>a", "what follows is inside it"),
    ] {
        assert!(found(html).contains(fault), "{html}: {}", found(html));
    }
    let plain = Frame::of("<html><head><meta charset=utf-8></head><body><header></header><main></main></body>");
    let bad = |html: &str| page_faults(html, std::slice::from_ref(&plain)).join("; ");
    assert_eq!(bad("<html><head><meta charset=utf-8></head><body><header></header><main><p>a</main></body>"), "");
    for (html, fault) in [
        ("<head><meta charset=utf-8><meta http-equiv=refresh content=0></head><body><header></header><main></main>", "more than its frame has"),
        ("<head><meta charset=utf-8></head><body><header></header><main></main><p>", "the body holds"),
        ("<head></head><body><header></header><main><p onclick=f()></main>", "attribute onclick of <p>"),
        ("<meta http-equiv=refresh content='0; url=//evil.example'>", "leads elsewhere by itself"),
        ("<head></head><body><header></header><main><script>1</script></main>", "a script in the page"),
        ("<head></head><body><header></header><main><iframe></iframe></main>", "<iframe>"),
        ("<head></head><body><header></header><main><img src=//evil.example/p></main>", "loads from elsewhere"),
        ("<head></head><body><header></header><main id=r:main><p id=r:main></main>", "twice"),
    ] {
        assert!(bad(html).contains(fault), "{html}: {}", bad(html));
    }
}

/// Pages that do no harm, whose frames show what a frame may hold.
const HARMLESS: &[(&str, &str)] = &[
    ("harmless-short", "# A title\n\ntext\n"),
    ("harmless-titled", "+++\ntitle = \"A title\"\ndescription = \"Of a page\"\n+++\ntext\n"),
    (
        "harmless-long",
        "# A title\n\n[a](https://ok.example) <https://ok.example>\n\n## One\n\n- [x] a\n\n```js\nx\n```\n\n### Two\n\n| a |\n|---|\n| b |\n\n> [!NOTE]\n> a[^1]\n\n[^1]: b\n",
    ),
];

/// Name and text of each input.
fn inputs() -> Vec<(String, String)> {
    let text = include_str!("hostile/inputs.txt");
    let blocks = text.split("\n=== ").skip(1);
    let mut names = BTreeSet::new();
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

/// What is wrong with a fragment, standing in a page, in each way of reading it.
fn fragment_faults(html: &str) -> Vec<String> {
    let mut faults = BTreeSet::new();
    for scripting in [true, false] {
        let mut text = html.to_owned();
        for reading in 1..=3 {
            let page = format!("<!doctype html><html><head><title>t</title></head><body><main>{text}</main><p>end</p></body></html>");
            let dom = parsed(&page, scripting);
            let (main, misplaced) = main_of(&dom);
            faults.extend(misplaced);
            let Some(main) = main else { break };
            for handle in below(&main) {
                faults.extend(node_faults(&handle));
            }
            let mut written = Vec::new();
            let options = SerializeOpts { scripting_enabled: scripting, ..SerializeOpts::default() };
            html5ever::serialize(&mut written, &SerializableHandle::from(main), options).expect("memory can be written");
            text = String::from_utf8(written).expect("HTML is UTF-8");
            assert!(reading < 3 || text.len() <= 4 * html.len() + 4_096, "it grows with each reading: {html}");
        }
    }
    faults.into_iter().collect()
}

/// The `<main>` of the page around a fragment, and whether the fragment has kept to it.
fn main_of(dom: &RcDom) -> (Option<Handle>, Vec<String>) {
    let mut faults = Vec::new();
    let body = below(&dom.document).into_iter().find(|handle| tag(handle).as_deref() == Some("body"));
    let children = body.map(|body| body.children.borrow().clone()).unwrap_or_default();
    let tags: Vec<_> = children.iter().map(|child| tag(child).unwrap_or_default()).collect();
    if tags != ["main", "p"] {
        faults.push(format!("text or element outside its place: the body holds {tags:?}"));
    }
    let whole = |end: &Handle| matches!(&end.children.borrow()[..], [only] if matches!(&only.data, NodeData::Text { .. }));
    if !children.last().is_some_and(whole) {
        faults.push("what follows is inside it: some element is not closed".to_owned());
    }
    (children.into_iter().find(|child| tag(child).as_deref() == Some("main")), faults)
}

/// What is wrong with one node of a fragment.
fn node_faults(handle: &Handle) -> Vec<String> {
    let mut faults = Vec::new();
    match &handle.data {
        NodeData::Comment { contents } => faults.push(format!("a comment: {contents}")),
        NodeData::Element { .. } => {
            let (tag, attributes) = (tag(handle).unwrap_or_default(), attributes(handle));
            let media = MEDIA.contains(&tag.as_str());
            let math = MATH.contains(&tag.as_str());
            if !media && !math && !ELEMENTS.contains(&tag.as_str()) {
                faults.push(format!("<{tag}> is no harmless element"));
            }
            let checkbox = attributes.get("type").is_some_and(|kind| kind == "checkbox") && attributes.contains_key("disabled");
            if tag == "input" && !checkbox {
                faults.push("an input that is no inert checkbox".to_owned());
            }
            for (name, value) in &attributes {
                let known = ATTRIBUTES.contains(&name.as_str())
                    || name.starts_with("aria-")
                    || name.starts_with("data-")
                    // Only of other elements does a name reach into scripts (HTML §7.2.2.3).
                    || (name == "name" && ["a", "details"].contains(&tag.as_str()))
                    || (math && MATH_ATTRIBUTES.contains(&name.as_str()))
                    || (media && MEDIA_ATTRIBUTES.contains(&name.as_str()))
                    || (tag == "input" && ["checked", "disabled"].contains(&name.as_str()));
                if !known {
                    faults.push(format!("attribute {name} of <{tag}>: {value:?}"));
                }
                if ["id", "name"].contains(&name.as_str()) && value.trim().to_ascii_lowercase().starts_with("r:") && !footnotes(value) {
                    faults.push(format!("id of the theme's: {value}"));
                }
            }
            faults.extend(address_faults(&tag, &attributes));
        }
        _ => {}
    }
    faults
}

/// Whether an id is one that footnotes get by their numbers; writers' words are in none of them.
fn footnotes(id: &str) -> bool {
    let numbers = id.strip_prefix("r:ref-").or_else(|| id.strip_prefix("r:note-"));
    numbers.is_some_and(|numbers| numbers.split('-').all(|number| number.parse::<u32>().is_ok()))
}

/// What is wrong with the addresses of an element, as the URL parser of browsers reads them.
fn address_faults(tag: &str, attributes: &BTreeMap<String, String>) -> Vec<String> {
    let here = Url::parse(HERE).expect("a URL");
    let mut faults = Vec::new();
    let leads_on = tag == "meta" && attributes.get("http-equiv").is_some_and(|what| what.eq_ignore_ascii_case("refresh"));
    if let (true, Some(content)) = (leads_on, attributes.get("content")) {
        let address = content.split_once('=').map_or("", |(_, address)| address.trim_matches(['"', '\'', ' ']));
        if !here.join(address).is_ok_and(|url| url.origin() == here.origin()) {
            faults.push(format!("leads elsewhere by itself: {content:?}"));
        }
    }
    for name in ["href", "src", "cite", "action", "formaction", "poster", "data", "background", "longdesc", "ping", "manifest"] {
        let Some(value) = attributes.get(name) else { continue };
        // What is no URL leads nowhere and loads nothing.
        let Ok(url) = here.join(value) else { continue };
        if !SCHEMES.contains(&url.scheme()) {
            faults.push(format!("scheme of {name} of <{tag}>: {value:?}"));
        }
        let followed = ["a", "area"].contains(&tag) || name == "cite";
        let told = tag == "link" && attributes.get("rel").is_some_and(|rel| ["canonical", "alternate", "prev", "next"].contains(&rel.as_str()));
        if !followed && !told && url.origin() != here.origin() {
            faults.push(format!("loads from elsewhere: {name} of <{tag}>: {value:?}"));
        }
    }
    faults
}

/// What the frame of a page holds that acts: the elements directly in its body, and how often it has which active element.
struct Frame {
    body: Vec<String>,
    active: BTreeMap<String, usize>,
}

impl Frame {
    fn of(html: &str) -> Self {
        // The document is kept: nodes outlive it, but without their children.
        let dom = parsed(html, true);
        let nodes = below(&dom.document);
        let body = nodes.iter().find(|handle| tag(handle).as_deref() == Some("body"));
        let body = body.map(|body| body.children.borrow().iter().filter_map(tag).collect()).unwrap_or_default();
        let mut active = BTreeMap::new();
        for handle in &nodes {
            let (Some(tag), attributes) = (tag(handle), attributes(handle)) else { continue };
            if ["script", "style", "link", "meta", "template", "noscript", "form", "button", "title", "body", "html"].contains(&tag.as_str()) {
                let keys: Vec<_> = attributes.keys().cloned().collect();
                let role = ["rel", "name", "property", "http-equiv", "type"].iter().find_map(|key| attributes.get(*key));
                *active.entry(format!("<{tag} {}> {}", keys.join(" "), role.map_or("", String::as_str))).or_default() += 1;
            }
        }
        Self { body, active }
    }
}

/// What is wrong with a whole page; with `frames`, also what it holds that none of them does.
fn page_faults(html: &str, frames: &[Frame]) -> Vec<String> {
    const NEVER: &[&str] = &[
        "animate",
        "applet",
        "base",
        "embed",
        "fencedframe",
        "foreignobject",
        "foreignObject",
        "frame",
        "frameset",
        "iframe",
        "isindex",
        "keygen",
        "marquee",
        "object",
        "plaintext",
        "portal",
        "set",
        "style",
        "use",
        "xmp",
    ];
    let mut faults = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for scripting in [true, false] {
        ids.clear();
        for handle in below(&parsed(html, scripting).document) {
            if let NodeData::Comment { contents } = &handle.data {
                faults.insert(format!("a comment: {contents}"));
            }
            let Some(tag) = tag(&handle) else { continue };
            let attributes = attributes(&handle);
            if NEVER.contains(&tag.as_str()) {
                faults.insert(format!("<{tag}> {attributes:?}"));
            }
            let data = attributes.get("type").is_some_and(|kind| kind == "application/ld+json");
            if tag == "script" && !attributes.contains_key("src") && !data {
                faults.insert("a script in the page".to_owned());
            }
            for (name, value) in &attributes {
                if name.starts_with("on") || ["style", "srcdoc"].contains(&name.as_str()) {
                    faults.insert(format!("attribute {name} of <{tag}>: {value:?}"));
                }
                if name == "id" && value.to_ascii_lowercase().starts_with("r:") && !ids.insert(value.clone()) {
                    faults.insert(format!("id {value} is there twice"));
                }
            }
            faults.extend(address_faults(&tag, &attributes));
        }
    }
    if !frames.is_empty() {
        let frame = Frame::of(html);
        if !frames.iter().any(|known| known.body == frame.body) {
            faults.insert(format!("the body holds {:?}", frame.body));
        }
        for (what, count) in &frame.active {
            let most = frames.iter().filter_map(|known| known.active.get(what)).max().copied().unwrap_or_default();
            // A code block may have its button.
            if *count > most && !what.starts_with("<button") {
                faults.insert(format!("more than its frame has: {count} of {what}, not {most}"));
            }
        }
    }
    faults.into_iter().collect()
}

fn parsed(html: &str, scripting_enabled: bool) -> RcDom {
    let tree_builder = TreeBuilderOpts { scripting_enabled, ..TreeBuilderOpts::default() };
    html5ever::parse_document(RcDom::default(), html5ever::ParseOpts { tree_builder, ..html5ever::ParseOpts::default() }).one(html)
}

/// All nodes below one, in order, those of templates too.
fn below(root: &Handle) -> Vec<Handle> {
    let mut out = Vec::new();
    let mut open: Vec<Handle> = root.children.borrow().iter().rev().cloned().collect();
    while let Some(handle) = open.pop() {
        open.extend(handle.children.borrow().iter().rev().cloned());
        if let NodeData::Element { template_contents, .. } = &handle.data {
            open.extend(template_contents.borrow().iter().cloned());
        }
        out.push(handle);
    }
    out
}

fn tag(handle: &Handle) -> Option<String> {
    match &handle.data {
        NodeData::Element { name, .. } => Some(name.local.to_string()),
        _ => None,
    }
}

/// The attributes by name, `xlink:href` as `href`: it leads as far.
fn attributes(handle: &Handle) -> BTreeMap<String, String> {
    match &handle.data {
        NodeData::Element { attrs, .. } => attrs.borrow().iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect(),
        _ => BTreeMap::new(),
    }
}

fn html_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("the output folder") {
        let path = entry.expect("the output folder").path();
        if path.is_dir() {
            out.extend(html_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "html") {
            out.push(path);
        }
    }
    out.sort();
    out
}
