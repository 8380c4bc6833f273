//! What is read of small texts.

use super::*;
use crate::config::HtmlPolicy;
use crate::parse::door::{Answer, Question};

/// What stands outside the text of a test: two variables, and the versions from 3 on.
fn answer(question: &Question) -> Answer {
    let file = |name: &str, text: &str| {
        Answer::File(std::sync::Arc::new(crate::parse::door::Included {
            file: FileName::new(name),
            path: None,
            text: text.into(),
            digest: crate::id::Digest::of(text.as_bytes()),
        }))
    };
    match question {
        Question::Variable(name) if name == "product" => Answer::Value("Acme *1*".into()),
        Question::Variable(name) if name == "base" => Answer::Value("https://a.example".into()),
        Question::Versions(range) => Answer::Shown(range == ">=3", None),
        Question::Audience(name) => Answer::Shown(name == "partner", None),
        Question::File { path, .. } if path == "circle.md" => file("circle.md", "in\n\n:::include circle.md\n"),
        Question::File { path, .. } if path == "limits.md" => file("limits.md", "# Limits\n\nsee [x](y.md)[^1]\n\n[^1]: theirs\n"),
        _ => Answer::Refused(Diagnostic::new(Kind::IncludeNotFound, "nothing")),
    }
}

fn reading<T>(text: &str, markdown: &Markdown, show: impl FnOnce(&Document<'_>, &Diagnostics) -> T) -> T {
    let file = FileName::new("a.md");
    let mut diagnostics = Diagnostics::new();
    let mut door = Door::new(&answer);
    let prepared = prepare(text, std::slice::from_ref(&(0..text.len())), &file, markdown, Conditions::Ask(&mut door), &mut diagnostics);
    let document = read(&prepared, &file, &mut Reading::new(&file, markdown, &mut door, &mut diagnostics));
    show(&document, &diagnostics)
}

/// The events of `text` in short, then its links, then what is said of it.
fn check(text: &str, policy: HtmlPolicy, expected: &str) {
    let shown = reading(text, &Markdown { html: policy, ..Markdown::default() }, |document, diagnostics| shown(text, document, diagnostics));
    assert_eq!(shown, expected, "{text}");
}

fn shown(text: &str, document: &Document<'_>, diagnostics: &Diagnostics) -> String {
    let mut shown = String::new();
    for (event, _) in &document.events {
        match event {
            Event::Markdown(md::Event::Text(text)) => shown += text,
            Event::Markdown(md::Event::Code(text)) => shown += &format!("`{text}`"),
            Event::HtmlText(text) | Event::Raw(text) => shown += text,
            Event::Link(no) => shown += &format!("[{no}:"),
            Event::LinkEnd => shown.push(']'),
            Event::Image(no, _) => shown += &format!("![{no}:"),
            Event::ImageEnd => shown.push(']'),
            Event::Tag(tag) => {
                shown += &format!("<{}", tag.name);
                for (name, value) in &tag.attributes {
                    match value {
                        Attribute::Text(text) => shown += &format!(" {name}={text:?}"),
                        Attribute::Link(no) => shown += &format!(" {name}=#{no}"),
                    }
                }
                shown.push('>');
            }
            Event::EndTag(name) => shown += &format!("</{name}>"),
            Event::Emoji(_, glyph) => shown += glyph,
            Event::Code(code) => shown += &format!("{{{}:{}}}", code.language, code.text),
            Event::Open(block) => shown += &format!("({block:?} "),
            Event::Close(_) => shown.push(')'),
            Event::Title => shown.push('«'),
            Event::TitleEnd => shown.push('»'),
            _ => {}
        }
    }
    for link in &document.links {
        let at = if link.place.file == 0 { &text[link.place.range.clone()] } else { "another file" };
        shown += &format!(" | {} at {at:?}", link.target);
    }
    for diagnostic in diagnostics {
        let own = diagnostic.span.as_ref().filter(|span| span.file.as_str() == "a.md");
        let at = own.map_or("another file", |span| &text[span.range.clone()]);
        shown += &format!(" ! {} {at:?}", diagnostic.code.name());
    }
    shown
}

#[test]
fn directives_begin_and_end_wherever_blocks_do() {
    let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
    check("a\n:::note T\nb\n:::\nc\n", "a(Callout(Note) «T»b)c");
    check("::: tip\nb\n:::", "(Callout(Tip) b)");
    check("- a\n  :::note[*T*]\n  b\n  :::\n- c\n", "a(Callout(Note) «T»b)c");
    check("> :::note\n> b\n> :::\n> c\n", "(Callout(Note) b)c");
    check("x\n\n:::note\ny\n:::\n", "x(Callout(Note) y)");
    check("Term\n: :::note\n  y\n  :::\n", "Term(Callout(Note) y)");
    check("```\n:::note\n```\n", "{::::note\n}");
    check("    :::note\n", "{::::note\n}");
    check("`:::note`\n", "`:::note`");
    check(":::steps\n1. a\n2. b\n:::\n", "(Steps ab)");
    check(":::cards\n- [a](b.md) c\n:::\n", "(Cards [0:a] c) | b.md at \"b.md\"");
    check(":::code-group\n```js [a.js]\nx\n```\n```py\ny\n```\n:::\n", "(CodeGroup {js:x\n}{py:y\n})");
    check("::::tabs\n:::tab A\nx\n:::\n:::tab B\ny\n:::\n::::\n", "(Tabs (Tab «A»x)(Tab «B»y))");
    check(":::tabs\n:::tab A\nx\n:::tab B\ny\n:::\n\nz\n", "(Tabs (Tab «A»x)(Tab «B»y))z");
    check(":::details T {open}\n[x](y.md)\n:::\n", "(Details(true) «T»[0:x]) | y.md at \"y.md\"");
}

#[test]
fn wrong_directives_are_told_at_their_place() {
    let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
    check(":::nite\nx\n:::\n", "x ! directive-unknown \"nite\"");
    check(":::note\nx\n", "(Callout(Note) x) ! directive-unclosed \":::note\"");
    check("- :::note\n  x\n:::\n", "(Callout(Note) x) ! directive-unclosed \":::note\"");
    check("x\n:::\n", "x ! directive-unopened \":::\"");
    check(":::tab A\nx\n:::\n", "x ! directive-misplaced \":::tab A\"");
    check(":::tabs\nx\n:::\n", "(Tabs x) ! directive-invalid \"x\"");
    check(":::steps\n- a\n:::\n", "(Steps a) ! directive-invalid \":::steps\"");
    check(":::cards\n- a\n:::\n", "(Cards a) ! directive-invalid \"- a\\n\"");
    check(":::note[T]{icon=x}\na\n:::\n", "(Callout(Note) «T»a) ! directive-invalid \"icon=x\"");
    check("a\n      :::note\n", "a:::note ! directive-misplaced \":::note\"");
    check("<div>\n:::note\n</div>\n", "<div>\n:::note\n</div>\n ! directive-misplaced \":::note\"");
    check(":::note x :::\n", "(Callout(Note) «x») ! directive-unclosed \":::note x :::\"");
    check("é :::\n\n:::é\n", "é ::::::é ! directive-unknown \":::é\"");
}

#[test]
fn conditions_take_passages_and_phrases_away() {
    let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
    check("a\n:::version >=3\nb\n:::\nc\n:::version <3\nd\n:::\n", "abc");
    check("> :::version <3\n> b\nlazy\n> :::\n> c\n", "c");
    check(":::version <3\n[x]: old.md\n:::\n:::version >=3\n[x]: new.md\n:::\n[a][x]\n", "[0:a] | new.md at \"new.md\"");
    check(":::audience partner\na\n:::\n:::audience staff\nb\n:::\n", "a");
    check("a :version[*b* [c](d.md)]{>=3} :version[e `]`]{<3}f\n", "a b [0:c] f | d.md at \"d.md\"");
    check("a\n:version[b]{<3}\nc\n", "ac");
    check("`:version[x]{<3}`\n", "`:version[x]{<3}`");
    check(":version[x\n\ny\n", ":version[xy ! directive-unclosed \":version[\"");
    check(":::version\nx\n:::\n", "x ! directive-invalid \":::version\"");
}

#[test]
fn variables_stand_in_text_and_links() {
    let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
    check("{$product} `{$product}` [a]({$base}/x)\n", "Acme *1* `{$product}` [0:a] | https://a.example/x at \"{$base}/x\"");
    check("\\{$product} &#123;$product} {$$key}\n", "{$product} {$product} {$$key}");
    check("a *{$nothing}* b\n", "a {$nothing} b ! include-not-found \"{$nothing}\"");
    check("{$a{$product}}\n", "{$aAcme *1*} ! variable-invalid \"{$a\"");
    check("```\n{$product}\n```\n", "{:{$product}\n}");
    check("```sh vars\n{$product}\n```\n", "{sh:Acme *1*\n}");
}

#[test]
fn files_are_taken_in() {
    let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
    check("a[^1]\n\n:::include limits.md\n\n[^1]: mine\n", "aLimitssee [0:x]theirsmine | y.md at \"another file\"");
    check(":::include circle.md\n", "in ! include-cycle \"another file\"");
    check("- :::include nothing.md\n", " ! include-not-found \"nothing.md\"");
}

#[test]
fn alerts_have_titles() {
    let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
    check("> [!NOTE]\n> a\n", "(Callout(Note) a)");
    check("> [!danger] *My* {$product}\n> a\n", "(Callout(Danger) «My Acme *1*»a)");
    check("> [!TIP] T\n", "(Callout(Tip) «T»)");
    check("> a\n> [!NOTE]\n", "a[!NOTE]");
    check("> [!NOET]\n> a\n", "[!NOET]a ! directive-unknown \"[!NOET]\"");
}

#[test]
fn emoji_have_names_and_images_have_attributes() {
    let check = |text, expected| check(text, HtmlPolicy::Safe, expected);
    check("a :tada: `:tada:` 1:100:2 :nothing:\n", "a 🎉 `:tada:` 1:100:2 :nothing:");
    check("![a](b.png){width=30 .wide} c\n", "![0:a] c | b.png at \"b.png\"");
    check("![![a](b.png)](c.png){width=30}\n", "![0:![1:a]] | c.png at \"c.png\" | b.png at \"b.png\"");
    check("![a](b.png){onerror=x}\n", "![0:a] | b.png at \"b.png\" ! attribute-invalid \"{onerror=x}\"");
}

#[test]
fn other_tools_syntax_is_told_and_stays_text() {
    let told = |text: &str| {
        let words = |told: &Diagnostics| {
            told.iter().map(|d| format!("{}: {}", d.code.name(), d.help.as_deref().unwrap_or(""))).collect::<Vec<_>>().join("; ")
        };
        reading(text, &Markdown::default(), |_, told| words(told))
    };
    for (text, help) in [
        ("!!! warning \"Mind\"\n    x\n", "write `:::warning Mind`, the text without its indent, and `:::`"),
        ("???+ note \"More\"\n", "write `:::details More {open}`, the text without its indent, and `:::`"),
        ("=== \"C\"\n\n    x\n", "write `:::tab C`, the text without its indent, and `:::`; `:::tabs` goes before the first"),
        ("--8<-- \"a.md\"\n", "write `:::include a.md`"),
        ("<<< @/a.js#b{2}\n", "write a fence with the file, as ```` ```js file=\"a.js#b\" ````"),
        ("{{#include a.rs:b}}\n", "write a fence with the file, as ```` ```rs file=\"a.rs#b\" ````"),
        ("<!--@@include: ./p.md-->\n", "write `:::include ./p.md`"),
        ("<Tabs>\n", "write `:::tabs`, and `:::` after the last tab"),
        ("a {{< note >}}\n", "write `:::note` before its lines, and `:::` after them"),
    ] {
        assert_eq!(told(text), format!("foreign-syntax: {help}"), "{text}");
    }
    check("<TabItem value=\"a\">x</TabItem>\n", HtmlPolicy::Safe, "<TabItem value=\"a\">x</TabItem> ! foreign-syntax \"<TabItem value=\\\"a\\\">\"");
}

#[test]
fn links_know_where_their_target_is_written() {
    check("see [a](b.md \"t\") and [c][d]\n\n[d]: e.md#f\n", HtmlPolicy::Safe, "see [0:a] and [1:c] | b.md at \"b.md\" | e.md#f at \"e.md#f\"");
    check("bare www.a.example here", HtmlPolicy::Safe, "bare [0:www.a.example] here | http://www.a.example at \"bare www.a.example here\"");
}

#[test]
fn safe_html_passes_and_the_rest_is_told() {
    check("a <b onclick=x>c</b> <kbd>d", HtmlPolicy::Safe, "a <b>c</b> <kbd>d</kbd> ! html-removed \"<b onclick=x>\"");
    check("<script>x</script>\n\ny", HtmlPolicy::Safe, "\ny ! html-removed \"<script>\"");
    check("a <svg>b</svg> c <iframe> d", HtmlPolicy::Safe, "a  c  d ! html-removed \"<svg>\" ! html-removed \"<iframe>\"");
    check("set <token> now", HtmlPolicy::Safe, "set <token> now ! html-unknown-tag \"<token>\"");
    check("<!-- secret -->a <!-- x --> b", HtmlPolicy::Allow, "a  b");
    check(
        "<p align=center><img src=a.png></p>",
        HtmlPolicy::Safe,
        "<p class=\"align-center\"><img src=#0 alt=\"\"></p> | a.png at \"<img src=a.png>\"",
    );
    check("> <div>\n\nout", HtmlPolicy::Safe, "<div>\n</div>out");
    check("a </div> b", HtmlPolicy::Safe, "a  b");
    check("<b>x</b>", HtmlPolicy::Escape, "<b>x</b>");
}

#[test]
fn shortcodes_stay_text() {
    check(
        "x {{< figure src=\"a\" >}} `{{% p %}}`",
        HtmlPolicy::Safe,
        "x {{< figure src=\"a\" >}} `{{% p %}}` ! foreign-syntax \"{{< figure src=\\\"a\\\" >}}\" ! foreign-syntax \"{{% p %}}\"",
    );
}

#[test]
fn braces_of_a_heading_are_words_unless_they_are_attributes() {
    check("## GET /users/{id}\n", HtmlPolicy::Safe, "GET /users/{id}");
    check("## Retry {#retries}\n", HtmlPolicy::Safe, "Retry");
    check("## With {{< param x >}}\n", HtmlPolicy::Safe, "With {{< param x >}} ! foreign-syntax \"{{< param x >}}\"");
}

#[test]
fn depth_costs_little() {
    for text in [
        ">".repeat(50_000),
        "- ".repeat(50_000),
        "*a **a ".repeat(20_000),
        "<div>".repeat(50_000),
        "<b><svg>".repeat(20_000),
        "![".repeat(50_000),
        ":::note\n".repeat(20_000),
        "- :::note\n".repeat(20_000),
        ":::tabs\n:::tab a\n".repeat(20_000),
        ":version[".repeat(50_000),
        ":version[a]{<3}".repeat(50_000),
        "{$".repeat(50_000),
        ":a:".repeat(50_000),
        "![a](b){width=".repeat(20_000),
    ] {
        reading(&text, &Markdown::default(), |document, _| assert!(document.events.len() < 400_000));
    }
}
