//! The judge of pages: what of HTML a browser would run, load or take for the page's own.
//!
//! - In: HTML, of a fragment or of a whole page.
//! - Out: what is wrong with it, parsed as a browser parses (with and without scripts, and again after writing it out, since some
//!   markup changes its meaning on the second reading). What is not on the lists below is wrong.
//! - Never here: what Recto takes for safe. The lists are this test's own, and shorter rather than longer.

use std::collections::{BTreeMap, BTreeSet};

use html5ever::serialize::SerializeOpts;
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use markup5ever_rcdom::{Handle, NodeData, RcDom, SerializableHandle};
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

/// Elements of formulas (MathML Core 1, section 3), which neither lead anywhere nor hold HTML: no `annotation-xml`, no `maction`.
const MATH: &[&str] = &[
    "math",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mover",
    "mroot",
    "mrow",
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
];

/// What elements of formulas may have: sizes, switches and colours, none of which names anything.
const MATH_ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "class",
    "depth",
    "display",
    "displaystyle",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathbackground",
    "mathcolor",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rspace",
    "scriptlevel",
    "stretchy",
    "symmetric",
    "width",
];

/// The namespaces of HTML and of MathML.
const HTML_SPACE: &str = "http://www.w3.org/1999/xhtml";
const MATH_SPACE: &str = "http://www.w3.org/1998/Math/MathML";

/// Schemes that a link may have; a relative address takes the page's.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Where the page is taken to be; `.test` is no real host (RFC 6761).
const HERE: &str = "https://site.test/guides/page/";

/// What is wrong with a fragment, standing in a page, in each way of reading it.
pub(crate) fn fragment_faults(html: &str) -> Vec<String> {
    let mut faults = BTreeSet::new();
    for scripting in [true, false] {
        let mut text = html.to_owned();
        for reading in 1..=3 {
            let page = format!("<!doctype html><html><head><title>t</title></head><body><main>{text}</main><p>end</p></body></html>");
            let dom = parsed(&page, scripting);
            let (main, moved) = main_of(&dom);
            faults.extend(moved);
            let Some(main) = main else { break };
            faults.extend(misplaced(&main));
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
            faults.extend(misplaced(handle));
            if space(handle) == MATH_SPACE {
                faults.extend(formula_faults(&tag, &attributes));
                return faults;
            }
            let media = MEDIA.contains(&tag.as_str());
            if !media && !ELEMENTS.contains(&tag.as_str()) {
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

/// What is wrong with an element of a formula.
fn formula_faults(tag: &str, attributes: &BTreeMap<String, String>) -> Vec<String> {
    let mut faults = Vec::new();
    if !MATH.contains(&tag) {
        faults.push(format!("<{tag}> is no harmless element of a formula"));
    }
    for (name, value) in attributes {
        let plain = |c: char| c.is_ascii_alphanumeric() || "#.- ".contains(c);
        if !MATH_ATTRIBUTES.contains(&name.as_str()) || !value.chars().all(plain) {
            faults.push(format!("attribute {name} of <{tag}>: {value:?}"));
        }
    }
    faults
}

/// The children that an element must not have: HTML in a formula, a part of a formula in HTML.
fn misplaced(handle: &Handle) -> Vec<String> {
    let own = space(handle);
    let children = handle.children.borrow();
    let wrong = children.iter().filter(|child| match space(child) {
        "" => false,
        HTML_SPACE => own != HTML_SPACE,
        MATH_SPACE => own != MATH_SPACE && tag(child).as_deref() != Some("math"),
        _ => true,
    });
    wrong.filter_map(tag).map(|tag| format!("<{tag}> outside its language")).collect()
}

/// The namespace of an element; nothing for what is none.
fn space(handle: &Handle) -> &str {
    match &handle.data {
        NodeData::Element { name, .. } => &name.ns,
        _ => "",
    }
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
pub(crate) struct Frame {
    body: Vec<String>,
    active: BTreeMap<String, usize>,
    /// What its `<main>` has: elements, their attributes, and the ids among these.
    main: BTreeSet<String>,
}

impl Frame {
    pub(crate) fn of(html: &str) -> Self {
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
        let main = nodes.iter().find(|handle| tag(handle).as_deref() == Some("main"));
        let main = main.map(|main| below(main).iter().flat_map(traits).collect()).unwrap_or_default();
        Self { body, active, main }
    }
}

/// What can be told of an element without the words in it: its name, the names of its attributes, and its id if that is the theme's.
fn traits(handle: &Handle) -> Vec<String> {
    let Some(tag) = tag(handle) else { return Vec::new() };
    let mut traits = vec![format!("<{tag}> is")];
    for (name, value) in attributes(handle) {
        traits.push(format!("attribute {name} of <{tag}>:"));
        if name == "id" {
            traits.push(format!("id of the theme's: {value}"));
        }
    }
    traits
}

/// What is wrong with a whole page; with `frames`, also what it holds that none of them does.
pub(crate) fn page_faults(html: &str, frames: &[Frame]) -> Vec<String> {
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
        // What the text of the page became is held to the rules of fragments.
        let dom = parsed(html, true);
        let main = below(&dom.document).into_iter().find(|handle| tag(handle).as_deref() == Some("main"));
        for handle in main.iter().flat_map(below) {
            let known = |fault: &String| frames.iter().flat_map(|known| &known.main).any(|known| fault.starts_with(known.as_str()));
            faults.extend(node_faults(&handle).into_iter().filter(|fault| !known(fault)));
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

pub(crate) fn parsed(html: &str, scripting_enabled: bool) -> RcDom {
    let tree_builder = TreeBuilderOpts { scripting_enabled, ..TreeBuilderOpts::default() };
    html5ever::parse_document(RcDom::default(), html5ever::ParseOpts { tree_builder, ..html5ever::ParseOpts::default() }).one(html)
}

/// All nodes below one, in order, those of templates too.
pub(crate) fn below(root: &Handle) -> Vec<Handle> {
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

pub(crate) fn tag(handle: &Handle) -> Option<String> {
    match &handle.data {
        NodeData::Element { name, .. } => Some(name.local.to_string()),
        _ => None,
    }
}

/// The attributes by name, `xlink:href` as `href`: it leads as far.
pub(crate) fn attributes(handle: &Handle) -> BTreeMap<String, String> {
    match &handle.data {
        NodeData::Element { attrs, .. } => attrs.borrow().iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect(),
        _ => BTreeMap::new(),
    }
}

#[test]
fn the_checks_bite() {
    let found = |html: &str| fragment_faults(html).join("; ");
    assert_eq!(found("<p>a <a href='../x/#y'>b</a> <a href='//evil.example'>c</a> <a href='mailto:a@b.c'>d</a></p>"), "");
    assert_eq!(found("<ul class=tasks><li><input type=checkbox checked disabled> a</ul><img src=x.png alt=a width=1 height=1>"), "");
    assert_eq!(found("<math display=block><mfrac><mi mathcolor='#ff0000'>a</mi><mtext>b c</mtext></mfrac></math>"), "");
    assert_eq!(found("<figure class=code><figcaption>a</figcaption><pre class=mermaid><code><span class=k>b</span></code></pre></figure>"), "");
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
        ("<math><mi href=x>a</mi></math>", "attribute href of <mi>"),
        ("<math><mi style=a>a</mi></math>", "attribute style of <mi>"),
        ("<math><mi mathcolor='url(x)'>a</mi></math>", "attribute mathcolor of <mi>"),
        ("<math><maction>a</maction></math>", "<maction> is no harmless element of a formula"),
        ("<math><mtext><b>a</b></mtext></math>", "<b> outside its language"),
        ("<math><annotation-xml encoding=text/html><p>a</p></annotation-xml></math>", "<p> outside its language"),
        ("<mi>a</mi>", "<mi> is no harmless element"),
        ("<svg><mi>a</mi></svg>", "<svg> outside its language"),
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
        ("<head></head><body><header></header><main><button>a</button></main>", "<button> is no harmless element"),
        ("<head></head><body><header></header><main><p name=x></main>", "attribute name of <p>"),
        ("<head></head><body><header></header><main><img src=//evil.example/p></main>", "loads from elsewhere"),
        ("<head></head><body><header></header><main id=r:main><p id=r:main></main>", "twice"),
    ] {
        assert!(bad(html).contains(fault), "{html}: {}", bad(html));
    }
}
