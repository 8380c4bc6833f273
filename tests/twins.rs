//! The Markdown of pages: read again, it gives the words of the page, whatever was written.
//!
//! - In: the examples of the specifications, the hostile inputs, and directives put together at random.
//! - Out: for each, the words of its HTML, and the words of what a parser of CommonMark makes of its Markdown, are the same in the same order.
//! - Never here: how the Markdown is written; `src/render/twin/tests.rs` shows that.

use std::collections::BTreeMap;

use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use pulldown_cmark::{Options, Parser};
use recto::config::{HtmlPolicy, Markdown};
use recto::render::Fragments;

#[test]
fn the_examples_of_the_specifications_keep_their_words() {
    let suites = [include_str!("spec/commonmark-0.31.2.json"), include_str!("spec/commonmark-0.29.json"), include_str!("spec/gfm.json")];
    let mut inputs = Vec::new();
    for suite in suites {
        let examples: Vec<serde_json::Value> = serde_json::from_str(suite).expect("the suites are JSON");
        inputs.extend(examples.iter().map(|example| example["markdown"].as_str().expect("a text").to_owned()));
    }
    check(&Fragments::new(HtmlPolicy::Safe), &inputs);
    check(&Fragments::new(HtmlPolicy::Escape), &inputs);
}

#[test]
fn hostile_texts_keep_their_words() {
    let texts = [include_str!("hostile/inputs.txt"), include_str!("hostile/markdown.txt")];
    let blocks = texts.iter().flat_map(|text| text.split("\n=== ").skip(1));
    let texts = blocks.map(|block| block.split_once('\n').map_or("", |(_, text)| text).to_owned());
    // A formula has other words than its source.
    let inputs: Vec<String> = texts.filter(|text| !text.contains("```math")).collect();
    assert!(inputs.len() > 300);
    check(&Fragments::new(HtmlPolicy::Safe), &inputs);
}

#[test]
fn whatever_is_put_together_keeps_its_words() {
    let mut inputs = Vec::new();
    let mut seed = 7_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for _ in 0..30_000 {
        let mut text = String::new();
        for _ in 0..next(14) + 1 {
            text.push_str(PIECES[next(PIECES.len())]);
        }
        inputs.push(text);
    }
    check(&Fragments::with(Markdown { emoji: false, ..Markdown::default() }), &inputs);
}

/// What means something to Markdown or to Recto, and words.
const PIECES: &[&str] = &[
    "alpha",
    "beta ",
    " gamma",
    "9",
    "1. ",
    "2) ",
    "10. ",
    "- ",
    "* ",
    "+ ",
    "\n",
    "\n",
    "\n\n",
    "\n\n",
    "  ",
    "    ",
    "> ",
    ">",
    "# ",
    "## ",
    "#",
    "===\n",
    "---\n",
    "***",
    "**",
    "*",
    "_",
    "__",
    "~~",
    "~",
    "`",
    "``",
    "```\n",
    "~~~\n",
    "[",
    "]",
    "](x)",
    "](y.md \"t\")",
    "![",
    "!",
    "<",
    ">",
    "<b>",
    "</b>",
    "<div>",
    "</div>\n",
    "<details><summary>S</summary>\n",
    "</details>\n",
    "<kbd>",
    "</kbd>",
    "<br>",
    "<pre>",
    "</pre>\n",
    "<!-- c -->",
    "<token>",
    "&amp;",
    "&lt;",
    "&copy;",
    "&",
    "\\",
    "\\*",
    "\\\n",
    "|",
    "| a | b |\n|---|:-:|\n| c | d |\n",
    "[^1]",
    "\n\n[^1]: note\n\n",
    "\n: defined\n",
    "- [x] ",
    ":::note\n",
    ":::warning Title *x*\n",
    ":::danger\n",
    ":::\n",
    ":::details More `c`\n",
    ":::tabs\n",
    ":::tab One\n",
    ":::code-group\n",
    ":::steps\n",
    ":::cards\n",
    "> [!TIP]\n",
    "> [!NOTE] Named **t**\n",
    "```js title=\"a.js\"\nlet x = 1;\n```\n",
    "https://a.example/x ",
    "<https://b.example>",
    "www.c.example ",
    "me@d.example ",
    "é",
    "—",
    "“q”",
    "日本",
    "\t",
    "=",
    "+",
    ".",
    ")",
    "(",
    "{",
    "}",
    "{#id}",
    "$",
    "\u{a0}",
    "<img src=a.png alt=pic>",
];

/// Checks each input, and shows the shortest ones that lose or gain words.
fn check(fragments: &Fragments, inputs: &[String]) {
    let mut wrong: BTreeMap<(usize, String), String> = BTreeMap::new();
    for input in inputs {
        let html = fragments.html(input);
        let twin = fragments.twin(input);
        let again = rendered(&twin);
        let (mut page, mut read) = (words(&html), words(&again));
        if input.contains(":::tabs") || input.contains(":::code-group") {
            // What stands among tabs, in none of them, comes before them on the page; and a label without words is called so.
            for words in [&mut page, &mut read] {
                words.sort();
                words.retain(|word| word != "tab");
            }
        }
        if page != read {
            let told = format!("── {input:?}\nhtml:\n{html}\ntwin:\n{twin}\nagain:\n{again}\n{page:?}\n{read:?}\n");
            wrong.insert((input.len(), input.clone()), told);
        }
    }
    let shown: String = wrong.values().take(4).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} of {} inputs\n{shown}", wrong.len(), inputs.len());
}

fn rendered(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(markdown, options));
    html
}

/// The words that a reader of `html` reads, in small letters.
fn words(html: &str) -> Vec<String> {
    let document = html5ever::parse_document(RcDom::default(), Default::default()).one(html);
    let mut text = String::new();
    let mut notes = String::new();
    read(&document.document, &mut text, &mut notes);
    text.push_str(&notes);
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Text goes to `text`, and that of footnotes to `notes`.
fn read(node: &Handle, text: &mut String, notes: &mut String) {
    match &node.data {
        NodeData::Text { contents } => text.push_str(&contents.borrow()),
        NodeData::Element { name, attrs, .. } => {
            let class = attrs.borrow().iter().find(|attribute| &*attribute.name.local == "class").map(|class| class.value.to_string());
            let class = class.unwrap_or_default();
            if matches!(class.as_str(), "anchor" | "footnote-back" | "footnote-definition-label") {
                return;
            }
            let inline = [
                "a", "b", "strong", "em", "i", "del", "ins", "code", "span", "kbd", "sub", "mark", "u", "s", "tt", "var", "wbr", "small", "abbr",
                "cite", "q", "bdi", "bdo", "big", "dfn", "samp", "time", "ruby", "img", "input",
            ];
            let block = !inline.contains(&&*name.local);
            if block {
                text.push(' ');
            }
            if class == "footnotes" || class == "footnote-definition" {
                let mut own = String::from(" ");
                let mut inner = String::new();
                node.children.borrow().iter().for_each(|child| read(child, &mut own, &mut inner));
                notes.push_str(&own);
                notes.push_str(&inner);
                notes.push(' ');
            } else {
                node.children.borrow().iter().for_each(|child| read(child, text, notes));
            }
            if block {
                text.push(' ');
            }
        }
        _ => node.children.borrow().iter().for_each(|child| read(child, text, notes)),
    }
}
