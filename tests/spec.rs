//! The examples of the CommonMark and GitHub specifications, through Recto's own parse and body.
//!
//! - In: `tests/spec/*.json` (where they come from: `tests/spec/README.md`), each rendered as the fragment it would be in a page,
//!   with `html = "allow"` and links left as written.
//! - Out: agreement of *structure*: both sides are parsed as a browser parses, and what Recto writes otherwise on every page, by
//!   design, is taken out in [`normalised`]. What differs in single examples stands in [`BY_DESIGN`], with its reason.
//! - The list is kept honest: an example that differs and is not listed fails, and so does a listed one that agrees.
//!
//! `SPEC_EXAMPLE=gfm:624 cargo test --test spec` shows one example, whether it agrees or not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use html5ever::tendril::TendrilSink;
use html5ever::{QualName, local_name, ns};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use recto::config::HtmlPolicy;
use recto::render::Fragments;
use serde::Deserialize;

/// The examples in which Recto differs on purpose: suite, number, reason.
const BY_DESIGN: &[(&str, u32, &str)] = &[
    ("commonmark-0.31.2", 475, "raw HTML too: an image without a description says so, `alt=\"\"`, or screen readers read out its file name"),
    ("commonmark-0.31.2", 596, SCHEME),
    ("commonmark-0.31.2", 598, SCHEME),
    ("commonmark-0.31.2", 599, SCHEME),
    ("commonmark-0.31.2", 601, SCHEME),
    ("commonmark-0.31.2", 606, BARE_URL),
    ("commonmark-0.31.2", 608, BARE_URL),
    ("commonmark-0.31.2", 611, BARE_URL),
    ("commonmark-0.31.2", 612, BARE_URL),
    ("commonmark-0.31.2", 629, "what is no HTML (CDATA) and what readers are not to see (comments) stands in no page"),
    ("commonmark-0.29", 604, BARE_URL),
    ("commonmark-0.29", 607, BARE_URL),
    ("commonmark-0.29", 622, COMMENT),
    ("commonmark-0.29", 623, COMMENT),
    ("gfm", 633, XMPP),
    ("gfm", 634, XMPP),
    ("gfm", 635, XMPP),
    ("gfm", 656, "the tag filter: with html = \"allow\" the authors are trusted, and \"safe\" is stricter than the filter"),
];

/// Bare addresses become links on GitHub (cmark-gfm links them in these examples too), and so they do here.
const BARE_URL: &str = "a bare address becomes a link, as on GitHub";

/// Schemes are allowed by a list, which sites may add to; a link with another leads nowhere, and is told.
const SCHEME: &str = "the scheme is not among those that `[markdown] schemes` allows";

/// A bare address must not need a setting to be no error, so `xmpp:` stays text.
const XMPP: &str = "`xmpp:` is no scheme that links may have, so nothing is made of it; `mailto:` in the same example is";

/// What 0.29 did not take for a comment, 0.31 does, as HTML itself.
const COMMENT: &str = "CommonMark 0.31 reads comments as HTML does";

/// The suites: name, examples, and how many there are (so that none is lost unseen).
const SUITES: &[(&str, &str, usize)] = &[
    ("commonmark-0.31.2", include_str!("spec/commonmark-0.31.2.json"), 652),
    ("commonmark-0.29", include_str!("spec/commonmark-0.29.json"), 21),
    ("gfm", include_str!("spec/gfm.json"), 28),
];

#[derive(Deserialize)]
struct Example {
    example: u32,
    section: String,
    markdown: String,
    html: String,
}

#[test]
fn examples_of_the_specifications_give_the_structure_they_ask_for() {
    let asked = std::env::var("SPEC_EXAMPLE").ok();
    let mut report = String::new();
    let mut summary = Vec::new();
    let mut failed = false;
    let fragments = Fragments::new(HtmlPolicy::Allow);
    for &(suite, json, count) in SUITES {
        let examples: Vec<Example> = serde_json::from_str(json).expect("the suites are JSON");
        assert_eq!(examples.len(), count, "{suite}: examples in the file");
        let (mut agree, mut by_design, mut wrong, mut outlived) = (0, 0, 0, 0);
        for example in &examples {
            let outcome = Outcome::of(example, &fragments);
            let reason = BY_DESIGN.iter().find(|entry| entry.0 == suite && entry.1 == example.example).map(|entry| entry.2);
            match (outcome.differs(), reason) {
                (false, None) => agree += 1,
                (true, Some(_)) => by_design += 1,
                (true, None) => {
                    wrong += 1;
                    outcome.tell(&mut report, suite, example, "differs, and is not listed in BY_DESIGN");
                }
                (false, Some(reason)) => {
                    outlived += 1;
                    let note = format!("agrees, but BY_DESIGN says: {reason}");
                    outcome.tell(&mut report, suite, example, &note);
                }
            }
            if asked.as_deref() == Some(&format!("{suite}:{}", example.example)) {
                outcome.tell(&mut report, suite, example, "asked for with SPEC_EXAMPLE");
                failed = true;
            }
        }
        failed |= wrong + outlived > 0;
        summary.push(format!(
            "{suite}: {count} examples, {agree} agree, {by_design} differ by design, {wrong} differ otherwise, {outlived} listed but agree"
        ));
    }
    assert!(!failed, "\n{report}\n{}\n", summary.join("\n"));
}

#[test]
fn by_design_names_examples_that_exist_and_each_once() {
    let mut known = BTreeSet::new();
    for (suite, json, _) in SUITES {
        let examples: Vec<Example> = serde_json::from_str(json).expect("the suites are JSON");
        known.extend(examples.iter().map(|example| (*suite, example.example)));
    }
    let mut listed = BTreeSet::new();
    for (suite, number, reason) in BY_DESIGN {
        assert!(known.contains(&(*suite, *number)), "{suite} has no example {number}");
        assert!(listed.insert((suite, number)), "{suite} {number} is listed twice");
        assert!(!reason.is_empty(), "{suite} {number} needs a reason");
    }
}

#[test]
fn normalising_takes_out_what_is_ours_and_nothing_else() {
    let same = |ours: &str, theirs: &str| assert_eq!(shown(ours), shown(theirs), "\n{ours}\n{theirs}");
    let differ = |ours: &str, theirs: &str| assert_ne!(shown(ours), shown(theirs), "\n{ours}\n{theirs}");
    same("<h2 id=\"a\">A <a class=\"anchor\" href=\"#a\" aria-label=\"Link\">#</a></h2>", "<h2>A</h2>\n");
    same(
        "<div class=\"table\" tabindex=\"0\">\n<table><tr><td class=\"left\">a</table></div>",
        "<table>\n<tr>\n<td align=\"left\">a</td></tr></table>",
    );
    same("<pre tabindex=\"0\"><code>a\n</code></pre>", "<pre><code>a\n</code></pre>");
    same("<ul><li class=\"task\"><input type=\"checkbox\" disabled>\na</li></ul>", "<ul>\n<li><input disabled=\"\" type=\"checkbox\"> a</li>\n</ul>");
    same("<a rel=\"external\" href=\"/%e4?a=[\\]\">a</a>", "<a href=\"/%E4?a=%5B%5C%5D\">a</a>");
    same("<p>a\nb</p><p>c</p>", "<p>a b</p>\n\n<p>c</p>\n");
    same("<img loading=\"lazy\" decoding=\"async\" src=\"a\">", "<img src=\"a\">");
    same("<input type=checkbox disabled aria-label=\"Not done\">", "<input type=checkbox disabled>");
    differ("<input type=checkbox disabled aria-label=\"Done\">", "<input type=checkbox disabled>");
    differ("<p>a</p>", "<p>a</p><p></p>");
    differ("<p><em>a</em> b</p>", "<p><em>a</em>b</p>");
    differ("<p>a <em>b</em></p>", "<p>a<em>b</em></p>");
    differ("<pre><code>a\n\n</code></pre>", "<pre><code>a\n</code></pre>");
    differ("<p><code>a  b</code></p>", "<p><code>a b</code></p>");
    differ("<div class=\"table\"><p>a</p></div>", "<p>a</p>");
    differ("<a href=\"/a%2Fb\">a</a>", "<a href=\"/a/b\">a</a>");
    differ("<table><tr><td class=\"left\">a</table>", "<table><tr><td>a</table>");
    differ("<p class=\"left\">a", "<p align=\"left\">a");
    differ("<ul class=\"other\"><li>a</ul>", "<ul><li>a</ul>");
}

/// What an example asks for and what it got, both as [`shown`].
struct Outcome {
    expected: String,
    actual: String,
    html: String,
}

impl Outcome {
    fn of(example: &Example, fragments: &Fragments) -> Self {
        let html = uncoloured(&fragments.html(&example.markdown));
        Self { expected: shown(&example.html), actual: shown(&html), html }
    }

    fn differs(&self) -> bool {
        self.expected != self.actual
    }

    /// Adds a block to `report`: what was written, the trees side by side (`-` asked for, `+` got), and the bytes.
    fn tell(&self, report: &mut String, suite: &str, example: &Example, note: &str) {
        let _ = writeln!(report, "── {suite} example {}, {}: {note}", example.example, example.section);
        let _ = writeln!(report, "markdown:\n{}", indented(&example.markdown.replace('\t', "→")));
        let _ = writeln!(report, "expected html:\n{}", indented(&example.html));
        let _ = writeln!(report, "actual html:\n{}", indented(&self.html));
        let _ = writeln!(report, "structure (- expected, + actual):\n{}", indented(&difference(&self.expected, &self.actual)));
    }
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "    {line}");
        out
    })
}

/// The lines of both texts: what they share at head and foot with two spaces before it, between them `-` and `+`.
fn difference(expected: &str, actual: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let foot = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut out = String::new();
    let mut put = |mark: char, lines: &[&str]| {
        for line in lines {
            let _ = writeln!(out, "{mark} {line}");
        }
    };
    put(' ', &old[..head]);
    put('-', &old[head..old.len() - foot]);
    put('+', &new[head..new.len() - foot]);
    put(' ', &old[old.len() - foot..]);
    out
}

/// `html` without the colours of its code: inside a block of code every `<` is a tag of the highlighter's.
fn uncoloured(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<code class=\"language-") {
        let (code, behind) = after.split_once("</code>").unwrap_or((after, ""));
        let (language, code) = code.split_once('>').unwrap_or((code, ""));
        out.push_str(before);
        let _ = write!(out, "<code class=\"language-{language}>");
        for (no, piece) in code.split('<').enumerate() {
            out.push_str(if no == 0 { piece } else { piece.split_once('>').map_or("", |(_, text)| text) });
        }
        out.push_str("</code>");
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// One node of a parsed fragment, without what HTML itself does not tell apart (order of attributes).
#[derive(Clone, Debug)]
enum Node {
    Element { name: String, attributes: BTreeMap<String, String>, children: Vec<Node> },
    Text(String),
    Comment,
}

/// The normalised tree of `html`, a node a line, indented by depth.
fn shown(html: &str) -> String {
    fn show(nodes: &[Node], depth: usize, out: &mut String) {
        for node in nodes {
            let _ = write!(out, "{:1$}", "", depth * 2);
            match node {
                Node::Text(text) => {
                    let _ = writeln!(out, "{text:?}");
                }
                Node::Comment => out.push_str("<!-- -->\n"),
                Node::Element { name, attributes, children } => {
                    let _ = write!(out, "<{name}");
                    for (key, value) in attributes {
                        let _ = write!(out, " {key}={value:?}");
                    }
                    out.push_str(">\n");
                    show(children, depth + 1, out);
                }
            }
        }
    }
    let mut out = String::new();
    show(&normalised(parsed(html), Context::Block), 0, &mut out);
    out
}

/// `html` as a browser parses it inside a body.
fn parsed(html: &str) -> Vec<Node> {
    fn node(handle: &Handle) -> Option<Node> {
        match &handle.data {
            NodeData::Text { contents } => Some(Node::Text(contents.borrow().to_string())),
            NodeData::Comment { .. } => Some(Node::Comment),
            NodeData::Element { name, attrs, template_contents, .. } => {
                let attributes = attrs.borrow().iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
                let mut children: Vec<_> = handle.children.borrow().iter().filter_map(node).collect();
                if let Some(template) = template_contents.borrow().as_ref() {
                    children.extend(template.children.borrow().iter().filter_map(node));
                }
                Some(Node::Element { name: name.local.to_string(), attributes, children })
            }
            NodeData::Document | NodeData::Doctype { .. } | NodeData::ProcessingInstruction { .. } => None,
        }
    }
    let body = QualName::new(None, ns!(html), local_name!("body"));
    let dom = html5ever::parse_fragment(RcDom::default(), html5ever::ParseOpts::default(), body, Vec::new(), false).one(html);
    // The fragment's nodes are the children of the root element that the algorithm makes.
    let document = dom.document.children.borrow();
    document.iter().flat_map(|root| root.children.borrow().iter().filter_map(node).collect::<Vec<_>>()).collect()
}

/// How white space counts where a node stands.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    /// Between blocks it does not.
    Block,
    /// Within a line a run of it is one space.
    Inline,
    /// In code each character stands for itself.
    Verbatim,
}

/// The tree without what Recto writes differently, by design, on every page.
///
/// Applied to both sides, so that one set of rules says what counts:
///
/// - headings: `id` and `<a class="anchor">` are ours;
/// - tables: `<div class="table">` around one is ours; alignment is a class (`left`, `center`, `right`), not `align`;
/// - images: `loading="lazy" decoding="async"` is ours;
/// - `tabindex` of `<pre>`, `aria-label` of a task's box (`Done`, `Not done`), the class `task` of its item, `rel` of a link are ours;
/// - addresses: `%e4` = `%E4`, and what must be encoded is, whether it was written so or not (RFC 3986 §6.2.2);
/// - comments are not told apart from nothing: unpublished remarks stay in no page;
/// - white space between blocks and at their edges says nothing, a run of it in a line is one space; in `pre`, `code`, `textarea`,
///   `script` and `style` all of it counts.
///
/// Alerts (`<aside class="callout">`) need no rule, as no example has one.
fn normalised(nodes: Vec<Node>, context: Context) -> Vec<Node> {
    let mut out = Vec::new();
    for node in nodes {
        match node {
            Node::Comment => {}
            Node::Text(text) => match (context, out.last_mut()) {
                // Where a comment was, two texts have become one.
                (_, Some(Node::Text(before))) => before.push_str(&text),
                _ => out.push(Node::Text(text)),
            },
            Node::Element { name, mut attributes, children } => {
                if name == "a" && has_class(&attributes, "anchor") {
                    continue;
                }
                ours_out(&name, &mut attributes);
                let inner = match name.as_str() {
                    "pre" | "code" | "textarea" | "script" | "style" => Context::Verbatim,
                    _ if context == Context::Verbatim => Context::Verbatim,
                    _ if is_block(&name) => Context::Block,
                    _ => Context::Inline,
                };
                let children = normalised(children, inner);
                let lone_table = matches!(&children[..], [Node::Element { name, .. }] if name == "table");
                if name == "div" && has_class(&attributes, "table") && lone_table {
                    out.extend(children);
                } else {
                    out.push(Node::Element { name, attributes, children });
                }
            }
        }
    }
    if context != Context::Verbatim {
        spaced(&mut out, context);
    }
    out
}

/// Takes our own attributes off an element, and writes the rest in the specification's spelling.
fn ours_out(name: &str, attributes: &mut BTreeMap<String, String>) {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            attributes.remove("id");
        }
        "pre" => {
            attributes.remove("tabindex");
        }
        "img" if attributes.get("loading").is_some_and(|it| it == "lazy") && attributes.get("decoding").is_some_and(|it| it == "async") => {
            attributes.remove("loading");
            attributes.remove("decoding");
        }
        "input" if attributes.get("type").is_some_and(|kind| kind == "checkbox") => {
            let done = if attributes.contains_key("checked") { "Done" } else { "Not done" };
            attributes.remove("aria-label").filter(|label| label != done).map(|label| attributes.insert("aria-label".to_owned(), label));
        }
        "a" => {
            attributes.remove("rel");
        }
        "li" if attributes.get("class").is_some_and(|class| class == "task") => {
            attributes.remove("class");
        }
        "th" | "td" if attributes.get("class").is_some_and(|class| ["left", "center", "right"].contains(&class.as_str())) => {
            let class = attributes.remove("class").unwrap_or_default();
            attributes.insert("align".to_owned(), class);
        }
        _ => {}
    }
    for key in ["href", "src"] {
        if let Some(value) = attributes.get_mut(key) {
            *value = address(value);
        }
    }
}

/// Makes one space of each run, and takes it away at the edges of blocks and after line breaks.
fn spaced(nodes: &mut Vec<Node>, context: Context) {
    let edge = |node: Option<&Node>| match node {
        None => context == Context::Block,
        Some(Node::Element { name, .. }) => is_block(name) || name == "br",
        Some(_) => false,
    };
    for at in 0..nodes.len() {
        let (before, after) = (at.checked_sub(1).and_then(|i| nodes.get(i)), nodes.get(at + 1));
        let (trim_start, trim_end) = (edge(before), edge(after));
        if let Node::Text(text) = &mut nodes[at] {
            let mut collapsed = String::new();
            for character in text.chars() {
                match character {
                    ' ' | '\t' | '\n' | '\r' | '\x0c' if collapsed.ends_with(' ') => {}
                    ' ' | '\t' | '\n' | '\r' | '\x0c' => collapsed.push(' '),
                    other => collapsed.push(other),
                }
            }
            let mut rest = collapsed.as_str();
            rest = if trim_start { rest.trim_start_matches(' ') } else { rest };
            rest = if trim_end { rest.trim_end_matches(' ') } else { rest };
            *text = rest.to_owned();
        }
    }
    nodes.retain(|node| !matches!(node, Node::Text(text) if text.is_empty()));
}

/// An address with each character that RFC 3986 wants encoded encoded, in capitals, and no other.
fn address(written: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let reserved = |byte: u8| b":/?#@!$&'()*+,;=%".contains(&byte);
    let bytes = written.as_bytes();
    let mut out = String::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        let encoded = hex.filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit())).and_then(|two| u8::from_str_radix(two, 16).ok());
        at += 1;
        let (value, was_encoded) = match encoded {
            Some(value) if byte == b'%' => {
                at += 2;
                (value, true)
            }
            _ => (byte, false),
        };
        if unreserved(value) || (reserved(value) && !was_encoded) {
            out.push(char::from(value));
        } else {
            let _ = write!(out, "%{value:02X}");
        }
    }
    out
}

fn has_class(attributes: &BTreeMap<String, String>, class: &str) -> bool {
    attributes.get("class").is_some_and(|value| value.split_ascii_whitespace().any(|one| one == class))
}

/// Whether an element stands on lines of its own. Custom elements do not.
fn is_block(name: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "colgroup",
        "col",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    BLOCKS.contains(&name)
}
