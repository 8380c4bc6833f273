//! What Recto says has changed in a page between two versions, beside what readers see of both: a page is told as changed where they see
//! something else, and nowhere else.
//!
//! - In: the docs of etcd in nine versions (without the corpus that test says so and passes); and pages put together by chance of pieces that
//!   mean something, each in several spellings, and changed by chance from one version to the next.
//! - Out: the pages as built, read as a browser shows them ([`Reader`]), compared with each other and with `recto version diff`.
//! - Never here: what Recto takes for equal.

mod kit;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use serde_json::Value;

use kit::{ETCD, ETCD_CONFIG, ETCD_CURRENT, copy, ends_with, recto, site, write};

#[test]
fn in_etcd_what_readers_see_and_nothing_else_is_told() {
    let Some(corpus) = kit::etcd() else { return };
    let root = site(&[("recto.toml", ETCD_CONFIG)]);
    copy(&corpus, root.path());
    ends_with(0, &mut recto(root.path(), &["build", "--quiet"]));
    let mut pages = 0;
    for pair in ETCD.windows(2) {
        pages += judge(root.path(), pair[1], pair[0], ETCD_CURRENT);
    }
    assert!(pages > 500, "{pages} pages");
}

#[test]
fn in_random_pages_what_readers_see_and_nothing_else_is_told() {
    const PAGES: u64 = 1000;
    let root = site(&[
        (
            "recto.toml",
            "title = 'T'\n[output]\nprint = false\n[[versions]]\nid = '2'\nstatus = 'current'\n[[versions]]\nid = '1'\nstatus = 'supported'\ncontent = 'old'\n",
        ),
        ("snippets/shared.md", "Words of a file that is included.\n"),
    ]);
    for folder in ["content", "old"] {
        for name in ["index", "other", "third"] {
            write(&root.path().join(folder).join(name).with_extension("md"), format!("# {name}\n\nText.\n"));
        }
        for (name, height) in [("a.svg", 1), ("b.svg", 2)] {
            let image = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"{height}\"/>");
            write(&root.path().join(folder).join(name), image);
        }
    }
    for no in 0..PAGES {
        let mut chance = Chance(no.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 77);
        let mut page: Vec<(usize, usize)> = (0..3 + chance.below(7)).map(|_| any(&mut chance)).collect();
        write(&root.path().join(format!("old/p{no}.md")), text(&page, &mut chance));
        for _ in 0..chance.below(4) {
            let at = chance.below(page.len().max(1));
            match chance.below(5) {
                0 => page.insert(at, any(&mut chance)),
                1 if page.len() > 1 => drop(page.remove(at)),
                2 if page.len() > 1 => {
                    let piece = page.remove(at);
                    let to = chance.below(page.len() + 1);
                    page.insert(to, piece);
                }
                _ => page[at].1 = chance.below(PIECES[page[at].0].len()),
            }
        }
        write(&root.path().join(format!("content/p{no}.md")), text(&page, &mut chance));
    }
    ends_with(0, &mut recto(root.path(), &["build", "--quiet", "--keep-going"]));
    assert!(judge(root.path(), "1", "2", "2") as u64 >= PAGES);
}

/// Pieces of pages: what they may mean, and how each of that may be spelled.
const PIECES: &[&[&[&str]]] = &[
    &[
        &[
            "Plain words stand here, one after another.",
            "Plain words stand here,\none after another.",
            "<p>Plain words stand here, one after another.</p>",
        ],
        &["Plain words stand there, one after another."],
        &[
            "Plain words stand here,  \none after another.",
            "Plain words stand here,\\\none after another.",
            "Plain words stand here,<br>\none after another.",
        ],
        &["Plain words stand here.\n\nOne after another."],
    ],
    &[
        &["Some *soft* and **hard** words.", "Some _soft_ and __hard__ words.", "Some <em>soft</em> and <strong>hard</strong> words."],
        &["Some **soft** and **hard** words."],
        &["Some soft and hard words."],
        &["Some ~~soft~~ and **hard** words.", "Some <s>soft</s> and <b>hard</b> words."],
        &["Some <mark>soft</mark> and H<sub>2</sub>O words."],
    ],
    &[&["Call `run()` now.", "Call ``run()`` now.", "Call <code>run()</code> now."], &["Call run() now."], &["Call `run(1)` now."]],
    &[
        &["See [the page](other.md).", "See [the page](/other.md).", "See [the page][o].\n\n[o]: other.md", "See <a href=\"other.md\">the page</a>."],
        &["See [the page](third.md)."],
        &["See [the page](other.md \"A title\").", "See [the page](other.md 'A title').", "See <a href=\"other.md\" title=\"A title\">the page</a>."],
        &["See the page."],
        &["See [the page](https://a.example/).", "See [the page][e].\n\n[e]: <https://a.example/>"],
    ],
    &[&["At <https://a.example/x> it is.", "At https://a.example/x it is."], &["At <https://a.example/y> it is."]],
    &[
        &["## Setting up", "Setting up\n----------", "## Setting up ##", "<h2>Setting up</h2>"],
        &["### Setting up", "### Setting up ###"],
        &["## Setting it up"],
        &["Setting up"],
    ],
    &[
        &["- one\n- two\n- three", "* one\n* two\n* three", "- one\n\n- two\n\n- three", "<ul>\n<li>one</li>\n<li>two</li>\n<li>three</li>\n</ul>"],
        &["1. one\n2. two\n3. three", "1. one\n1. two\n1. three", "1) one\n2) two\n3) three"],
        &["3. one\n4. two\n5. three", "<ol start=\"3\">\n<li>one</li>\n<li>two</li>\n<li>three</li>\n</ol>"],
        &["- one\n- two\n  - three", "- one\n- two\n\n  - three"],
        &["- one\n- two"],
        &["- one\n- two\n\n  more of two\n- three"],
    ],
    &[&["- [x] done\n- [ ] open"], &["- [ ] done\n- [ ] open"]],
    &[
        &["> Words of others.", ">Words\n> of others.", "<blockquote>\n<p>Words of others.</p>\n</blockquote>"],
        &["Words of others."],
        &["> > Words of others."],
    ],
    &[
        &["> [!NOTE]\n> Mind this.", ":::note\nMind this.\n:::"],
        &["> [!WARNING]\n> Mind this.", ":::warning\nMind this.\n:::"],
        &["> [!NOTE] Listen\n> Mind this.", ":::note Listen\nMind this.\n:::"],
        &[":::danger Listen\nMind this.\n:::"],
        &["> Mind this."],
    ],
    &[
        &[
            ":::details More\nHidden words.\n:::",
            "<details>\n<summary>More</summary>\n\nHidden words.\n\n</details>",
            ":::details More {open}\nHidden words.\n:::",
        ],
        &[":::details Less\nHidden words.\n:::"],
        &["More\n\nHidden words."],
    ],
    &[
        &["::::tabs\n:::tab One\nFirst.\n:::tab Two\nSecond.\n::::", "::::tabs\n:::tab One\nFirst.\n:::\n:::tab Two\nSecond.\n:::\n::::"],
        &["::::tabs\n:::tab One\nFirst.\n:::tab Three\nSecond.\n::::"],
        &["::::tabs\n:::tab One\nFirst.\n:::tab Two\nThird.\n::::"],
    ],
    &[
        &["```sh\nls -l\ncd x\n```", "~~~~bash\nls -l\ncd x\n~~~~", "```\nls -l\ncd x\n```"],
        &["```sh\nls -l\ncd y\n```"],
        &["```sh\nls -l\ncd  x\n```"],
        &["```sh title=\"run.sh\"\nls -l\ncd x\n```", "```sh [run.sh]\nls -l\ncd x\n```"],
        &["```sh title=\"go.sh\"\nls -l\ncd x\n```"],
    ],
    &[
        &[":::code-group\n```sh\nls\n```\n```js\nls()\n```\n:::"],
        &[":::code-group\n```zsh\nls\n```\n```js\nls()\n```\n:::"],
        &[":::code-group\n```sh [ls]\nls\n```\n```js\nls()\n```\n:::"],
        &["```sh\nls\n```\n\n```js\nls()\n```"],
    ],
    &[
        &["| a | b |\n|---|---|\n| c | d |\n| e | f |", "a|b\n-|-\nc|d\ne|f", "|  a  |  b  |\n|:--|--|\n|c|d|\n|e|f|"],
        &["| a | b |\n|---|---|\n| c | d |\n| e | g |"],
        &["| a | b |\n|---|---|\n| c | d |"],
        &["| a | b |\n|---|---|\n| e | f |\n| c | d |"],
        &["| a |\n|---|\n| c |\n| e |"],
    ],
    &[&["Word\n: What it means.", "Word\n\n: What it means."], &["Word\n: What it is."], &["Words\n: What it means."]],
    &[
        &["![A picture](a.svg)", "![A picture](/a.svg)", "<img src=\"a.svg\" alt=\"A picture\">"],
        &["![A picture](b.svg)"],
        &["![Another picture](a.svg)"],
        &["[![A picture](a.svg)](other.md)"],
        &["[![A picture](a.svg)](third.md)"],
    ],
    &[
        &["With a note[^n].\n\n[^n]: What it says.", "With a note[^long-name].\n\n[^long-name]: What it says."],
        &["With a note[^n].\n\n[^n]: What it says now."],
        &["With a note."],
        &["With two[^n] notes[^m].\n\n[^m]: The other.\n[^n]: What it says.", "With two[^n] notes[^m].\n\n[^n]: What it says.\n\n[^m]: The other."],
        &["With two[^m] notes[^n].\n\n[^m]: The other.\n[^n]: What it says."],
    ],
    &[&["Tom &amp; Jerry &copy;", "Tom & Jerry ©", "<p>Tom &amp; Jerry &copy;</p>"], &["Tom &amp; Jerry"]],
    &[&["***", "* * *", "___", "<hr>"], &["Not a line."]],
    &[&["Well done :tada:!", "Well done 🎉!"], &["Well done!"]],
    &[&[":::include snippets/shared.md", "Words of a file that is included."], &["Words of no file."]],
    &[
        &[
            "<!-- nobody sees this -->\n\nBehind a comment.",
            "Behind a comment.",
            "<div class=\"x\">\n\nBehind a comment.\n\n</div>",
            "<div>Behind a comment.</div>",
        ],
        &["Behind no comment."],
    ],
    &[&["Set a\\*b and c_d.", "Set a&#42;b and c\\_d."], &["Set ab and c_d."]],
    &[&[":::steps\n1. Go\n2. Stop\n:::", "1. Go\n2. Stop"], &[":::steps\n1. Go\n2. Wait\n:::"]],
    &[&["Press <kbd>K</kbd> now."], &["Press K now."], &["Press `K` now."]],
    &[
        &["1. First\n\n   ```sh\n   ls\n   ```\n2. Second"],
        &["1. First\n2. Second\n\n   ```sh\n   ls\n   ```"],
        &["1. First\n\n```sh\nls\n```\n\n2. Second"],
    ],
];

fn any(chance: &mut Chance) -> (usize, usize) {
    let piece = chance.below(PIECES.len());
    (piece, chance.below(PIECES[piece].len()))
}

/// The text of a page that means `page`, in any spelling.
fn text(page: &[(usize, usize)], chance: &mut Chance) -> String {
    let spelled = page.iter().map(|(piece, meaning)| {
        let spellings = PIECES[*piece][*meaning];
        spellings[chance.below(spellings.len())]
    });
    format!("# A page\n\n{}\n", spelled.collect::<Vec<_>>().join("\n\n"))
}

/// The same row of numbers for the same seed (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// Compares all pages that both versions have at one address; how many these are.
fn judge(root: &Path, older: &str, newer: &str, current: &str) -> usize {
    let output = ends_with(0, &mut recto(root, &["version", "diff", older, newer, "--format", "json"]));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let told: BTreeMap<&str, &Value> =
        report["pages"].as_array().expect("pages").iter().map(|page| (page["path"].as_str().expect("a path"), page)).collect();
    let folder = |version: &str| if version == current { root.join("public") } else { root.join("public").join(version) };
    let others: Vec<&str> = if newer == current { vec!["_"] } else { Vec::new() };
    let mut wrong = Vec::new();
    let mut count = 0;
    for (address, html) in pages(&folder(newer), &others) {
        let Ok(before) = fs::read_to_string(folder(older).join(&address).join("index.html")) else { continue };
        let path = if address.is_empty() { "index" } else { &address };
        let page = told.get(path).copied();
        let status = page.and_then(|page| page["status"].as_str());
        // One that was another page before is compared with that one.
        if matches!(status, Some("added" | "moved" | "split" | "removed")) {
            continue;
        }
        count += 1;
        let (was, is) = (view(&before, &address), view(&html, &address));
        if (was != is) != (status == Some("changed")) {
            let at = was.chars().zip(is.chars()).take_while(|(a, b)| a == b).count().saturating_sub(60);
            let part = |view: &str| view.chars().skip(at).take(200).collect::<String>();
            wrong.push(format!(
                "{older} to {newer}, {address}: {status:?}\n  was: {}\n  is:  {}\n  told: {:.600}",
                part(&was),
                part(&is),
                page.map(|page| page["sections"].to_string()).unwrap_or_default()
            ));
        }
        let sections = page.map_or(&[][..], |page| page["sections"].as_array().expect("sections"));
        for piece in sections.iter().flat_map(|section| section["pieces"].as_array().expect("pieces")) {
            let marked = || piece["spans"].as_array().expect("spans").iter().any(|span| span["change"] != "same");
            if piece["change"] == "changed" && piece.get("was").is_none() && !marked() {
                wrong.push(format!("{older} to {newer}, {address}: changed, and nothing is marked: {piece:.400}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} pages\n{}", wrong.len(), wrong.iter().take(12).map(String::as_str).collect::<Vec<_>>().join("\n"));
    count
}

/// The pages below `folder`, by address, but for the folders that are other versions or no pages of the site.
fn pages(folder: &Path, others: &[&str]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (path, bytes) in kit::tree(folder) {
        let Some(address) = path.strip_suffix("index.html") else { continue };
        let first = address.split('/').next().unwrap_or_default();
        let version = ETCD.contains(&first) || first == "1" || first == "2";
        if version || others.contains(&first) || address.contains("_print") {
            continue;
        }
        found.insert(address.trim_end_matches('/').to_owned(), String::from_utf8(bytes).expect("UTF-8"));
    }
    found
}

/// What a reader sees of a page: its title and text, each word with how it looks, and what begins where.
fn view(html: &str, address: &str) -> String {
    let dom = html5ever::parse_document(RcDom::default(), Default::default()).one(html);
    let mut reader = Reader { address, number: None, out: String::new(), looks: Vec::new(), said: String::new() };
    reader.article(&dom.document);
    let mut shown: Vec<&str> = Vec::new();
    for word in reader.out.split_whitespace() {
        // Where something else begins or ends, a line does anyway.
        let edge = |word: Option<&&str>| word.is_none_or(|word| *word == "¶" || word.starts_with('<'));
        if word.starts_with('<') && shown.last() == Some(&"¶") {
            shown.pop();
        }
        if word != "¶" || !edge(shown.last()) {
            shown.push(word);
        }
    }
    // Two lists, one behind the other, look like one.
    shown.join(" ").trim_end_matches(" ¶").replace("</ul> <ul> ", "").replace("</ol> <ol> ", "")
}

struct Reader<'a> {
    address: &'a str,
    out: String,
    /// The number of the next item, in a list that has them.
    number: Option<u64>,
    /// How words look here, and how the last ones looked that were read.
    looks: Vec<String>,
    said: String,
}

impl Reader<'_> {
    fn article(&mut self, node: &Handle) {
        if name(node) == Some("article") {
            return node.children.borrow().iter().for_each(|child| self.node(child, true));
        }
        node.children.borrow().iter().for_each(|child| self.article(child));
    }

    fn children(&mut self, node: &Handle) {
        node.children.borrow().iter().for_each(|child| self.node(child, false));
    }

    fn node(&mut self, node: &Handle, top: bool) {
        if let NodeData::Text { contents } = &node.data {
            return self.text(&contents.borrow());
        }
        let Some(name) = name(node) else { return };
        let attribute = |name| attribute(node, name).unwrap_or_default();
        match name {
            "footer" | "button" | "svg" | "script" => {}
            // The list of the pages below is no text of the page.
            "ul" if top && attribute("class") == "cards" => {}
            "a" if matches!(&*attribute("class"), "anchor" | "footnote-back") => {}
            "a" => {
                let title = attribute("title");
                self.looking(format!("a={}{}", self.lead(&attribute("href")), if title.is_empty() { title } else { format!(" '{title}'") }), node);
            }
            "strong" | "b" => self.looking("strong".to_owned(), node),
            "em" | "i" => self.looking("em".to_owned(), node),
            "s" | "del" => self.looking("s".to_owned(), node),
            "code" | "kbd" | "mark" | "sub" | "sup" => self.looking(name.to_owned(), node),
            "span" | "small" | "abbr" => self.children(node),
            "br" => self.out.push(' '),
            "input" => self.out.push_str(if attribute_is_there(node, "checked") { " ☑ " } else { " ☐ " }),
            "img" => self.text(&format!(" [{} {}] ", attribute("alt"), self.lead(&attribute("src")))),
            "ol" => {
                let outer = self.number.replace(attribute("start").parse().unwrap_or(1));
                self.block(name, node);
                self.number = outer;
            }
            "ul" => {
                let outer = self.number.take();
                self.block(name, node);
                self.number = outer;
            }
            "li" => {
                let number = self.number.map_or("•".to_owned(), |number| number.to_string());
                self.number = self.number.map(|number| number + 1);
                self.block(&format!("li={number}"), node);
            }
            "aside" => self.block(&format!("aside={}", attribute("class")), node),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "details" | "summary" | "dt" | "dd" | "tr" | "th" | "td" | "hr" => {
                self.block(name, node);
            }
            "pre" => self.out.push_str(&format!(" <pre={}> ", format!("{:?}", words(node).trim_end()).replace(' ', "·"))),
            "p" if attribute("class") == "tab-title" => self.block("tab", node),
            "section" if attribute("class") == "footnotes" => self.block("footnotes", node),
            _ => {
                self.out.push_str(" ¶ ");
                self.children(node);
                self.out.push_str(" ¶ ");
            }
        }
    }

    /// Something that begins a line of its own, and ends one.
    fn block(&mut self, name: &str, node: &Handle) {
        self.out.push_str(&format!(" <{name}> "));
        self.children(node);
        self.out.push_str(&format!(" </{name}> "));
    }

    fn looking(&mut self, look: String, node: &Handle) {
        self.looks.push(look);
        self.children(node);
        self.looks.pop();
    }

    fn text(&mut self, text: &str) {
        let mut looks = self.looks.clone();
        looks.sort();
        looks.dedup();
        let looks = looks.join(",");
        for part in text.split_inclusive(char::is_whitespace) {
            if !part.trim().is_empty() && self.said != looks {
                self.out.push_str(&format!("{{{looks}}}"));
                self.said.clone_from(&looks);
            }
            self.out.push_str(part);
        }
    }

    /// Where a link leads, in words that are the same in every version.
    fn lead(&self, href: &str) -> String {
        if href.contains(':') || href.starts_with('#') {
            return href.replace("#r:", "#");
        }
        let base = format!("https://site.example/{}/", if self.address.is_empty() { "x/.." } else { self.address });
        let url = url::Url::parse(&base).and_then(|base| base.join(href));
        let whole = url.map_or_else(|_| href.to_owned(), |url| url.to_string());
        // A page that leads to one version by name leads there from every version.
        ETCD.iter().chain(&["1", "2"]).fold(whole, |whole, version| whole.replace(&format!("/{version}/"), "/"))
    }
}

fn name(node: &Handle) -> Option<&str> {
    match &node.data {
        NodeData::Element { name, .. } => Some(&name.local),
        _ => None,
    }
}

fn attribute(node: &Handle, wanted: &str) -> Option<String> {
    match &node.data {
        NodeData::Element { attrs, .. } => {
            attrs.borrow().iter().find(|attribute| &*attribute.name.local == wanted).map(|found| found.value.to_string())
        }
        _ => None,
    }
}

fn attribute_is_there(node: &Handle, wanted: &str) -> bool {
    attribute(node, wanted).is_some()
}

/// The text of a node, to the letter.
fn words(node: &Handle) -> String {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => node.children.borrow().iter().map(words).collect(),
    }
}
