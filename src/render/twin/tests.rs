//! Small texts and their Markdown.

use super::super::{Fragments, Href};
use super::Leads;
use crate::config::{HtmlPolicy, Markdown};

fn check(markdown: &str, expected: &str) {
    let fragments = Fragments::with(Markdown { math: true, html: HtmlPolicy::Safe, ..Markdown::default() });
    assert_eq!(fragments.twin(markdown), expected, "{markdown}");
}

#[test]
fn plain_markdown_stays_as_it_is() {
    for text in [
        "# A\n\nText with *emphasis*, **weight**, `code` and a [link](b/).\nAnother line.\n",
        "- a\n- b\n  - c\n\n    d\n- e\n",
        "1. a\n2. b\n",
        "> quoted\n>\n> - list\n",
        "```js\nlet a = 1;\n\nlet b;\n```\n",
        "| a | b |\n| --- | :-: |\n| 1 | 2 |\n",
        "- [x] done\n- [ ] open\n",
        "See <https://a.example/x> or write to <me@a.example>.\n",
        "![A shape](shape.png \"Title\")\n",
        "snake_case and 2 * 3 < 4\n",
    ] {
        let expected = text.replace("2 * 3 < 4", "2 \\* 3 \\< 4");
        check(text, &expected);
    }
}

#[test]
fn directives_become_plain_words() {
    check(":::note\nText.\n:::\n", "> [!NOTE]\n> Text.\n");
    check("> [!TIP] Do *it*\n> Now.\n", "> [!TIP]\n> **Do *it***\n>\n> Now.\n".replace("*it***", "<em>it</em>**").as_str());
    check(":::danger Hot\nText.\n:::\n", "> **Danger: Hot**\n>\n> Text.\n");
    check(":::info\nText.\n:::\n", "> **Info**\n>\n> Text.\n");
    check(":::details More `x`\nText.\n:::\n", "**More `x`**\n\nText.\n");
    check(":::tabs\n:::tab One\na\n:::tab Two\nb\n:::\n", "**One**\n\na\n\n**Two**\n\nb\n");
    check(":::code-group\n```js [a.js]\n1\n```\n```py\n2\n```\n:::\n", "**a.js**\n\n```js\n1\n```\n\n**py**\n\n```py\n2\n```\n");
    check(":::steps\n1. a\n2. b\n:::\n", "1. a\n2. b\n");
    check(":::cards\n- [A](a/)\n  Of a.\n:::\n", "- [A](a/)\n  Of a.\n");
}

#[test]
fn code_says_what_comes_and_goes() {
    check("```js ins={2} del={1}\na\nb\nc\n```\n", "```diff\n-a\n+b\n c\n```\n");
    check("````md title=\"x.md\" {1}\n```\na\n```\n````\n", "**x.md**\n\n````md\n```\na\n```\n````\n");
}

#[test]
fn formulas_and_diagrams_are_their_source() {
    check("a $x<y$ b\n\n$$\nz\n$$\n", "a $`x<y`$ b\n\n```math\nz\n```\n");
    check("```mermaid\nA --> B\n```\n", "```mermaid\nA --> B\n```\n");
}

#[test]
fn footnotes_stand_at_the_end_under_their_numbers() {
    check("a[^x] b[^x]\n\n[^x]: note\n\n    more\n\n[^unused]: no\n", "a[^1] b[^1]\n\n[^1]: note\n\n    more\n");
}

#[test]
fn words_of_a_list_of_definitions_are_its_items() {
    check(
        "One\n: first\n\nTwo\n: second\n: third\n",
        "- **One**\n\n  first\n\n- **Two**\n\n  second\n\n  third\n".replace("first\n\n-", "first\n-").as_str(),
    );
}

#[test]
fn comments_and_what_runs_are_gone() {
    check("a <!-- secret --> b\n\n<!-- secret -->\n\n<script>secret</script>\n\nc\n", "a  b\n\nc\n");
    let fragments = Fragments::new(HtmlPolicy::Allow);
    let twin = fragments.twin("<!-- secret --><div onclick=\"x()\">a<script>secret</script><style>secret</style></div>\n\n<b onload=x>t</b>\n");
    assert_eq!(twin, "<div>a</div>\n\n<b>t</b>\n");
}

#[test]
fn harmless_html_stays() {
    check("<details class=\"x\">\n<summary>S</summary>\n\n*t*\n\n</details>\n", "<details>\n<summary>S</summary>\n\n*t*\n\n</details>\n");
    check("H<sub>2</sub>O\n", "H<sub>2</sub>O\n");
}

#[test]
fn what_could_mean_something_is_escaped() {
    check("\\# a\n\\- b\n\n1\\. c\n", "\\# a\n\\- b\n\n1\\. c\n");
    check("\\[a](b) \\<b> &amp;lt;\n", "\\[a](b) \\<b> \\&lt;\n");
    check("# a \\#\n", "# a \\#\n");
    check("!\\[a](b.png) ![x\\]](c.png)\n", "!\\[a](b.png) ![x\\]](c.png)\n");
}

#[test]
fn emphasis_that_signs_cannot_say_is_said_by_tags() {
    check("*a*<em>b</em>\n", "*a*<em>b</em>\n");
    check("***a***\n", "<em>**a**</em>\n");
}

#[test]
fn lines_do_not_grow_with_the_depth_of_what_holds_them() {
    let deep = format!("{} a\n{}", ">".repeat(90), "b\n".repeat(20_000));
    let twin = Fragments::new(HtmlPolicy::Safe).twin(&deep);
    assert!(twin.len() < 3 * deep.len(), "{} of {}", twin.len(), deep.len());
    let notes = format!("{}```\n{}```\n", ":::note\n".repeat(90), "x\n".repeat(20_000));
    let twin = Fragments::new(HtmlPolicy::Safe).twin(&notes);
    assert!(twin.len() < 30 * notes.len(), "{} of {}", twin.len(), notes.len());
}

#[test]
fn links_to_pages_lead_to_their_twins() {
    for (href, expected) in [("../a/", "../a/index.md"), ("a/index.html#x", "a/index.md#x"), ("./?q=1#x/", "./index.md?q=1#x/")] {
        assert_eq!(Href::Page(href.to_owned()).in_twin(Leads::Twins).as_deref(), Some(expected));
        assert_eq!(Href::Page(href.to_owned()).in_twin(Leads::Pages).as_deref(), Some(href));
    }
}
