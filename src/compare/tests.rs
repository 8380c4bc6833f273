//! Two texts in, what is shown of them out: `[-gone-]`, `{+new+}`, a line a block.

use super::*;
use crate::config::Markdown;
use crate::id::FileName;
use crate::parse::{Front, Page, fragment, with_document};

fn page(text: &str) -> (Page, Vec<Option<String>>) {
    let page = fragment(text, &FileName::new("a.md"), &Markdown::default());
    let leads = page.links.iter().map(|link| Some(link.target.clone())).collect();
    (page, leads)
}

fn of(old: &str, new: &str) -> Comparison {
    let ((a, a_leads), (b, b_leads)) = (page(old), page(new));
    with_document(old, &a, &Markdown::default(), |a_document| {
        with_document(new, &b, &Markdown::default(), |b_document| {
            compare(Text::of(&a, a_document, &a_leads, &Front::default()), Text::of(&b, b_document, &b_leads, &Front::default()))
        })
    })
}

fn line(piece: &Piece) -> String {
    let sign = match piece.change {
        Change::Same => "  ",
        Change::Added => "+ ",
        Change::Removed => "- ",
        Change::Moved => "> ",
        Change::Changed => "~ ",
    };
    let mut line = format!("{sign}{}", "  ".repeat(piece.form.depth()));
    if let Some((was, is)) = &piece.became {
        line += &format!("({was} → {is}) ");
    }
    if piece.form.kind.is_code() {
        for shown in piece.lines() {
            line += &match shown {
                Line::Skipped(count) => format!("…{count}⏎"),
                Line::Code(Change::Added, line) if piece.change == Change::Changed => format!("{{+{line}+}}⏎"),
                Line::Code(Change::Removed, line) if piece.change == Change::Changed => format!("[-{line}-]⏎"),
                Line::Code(_, line) => format!("{line}⏎"),
            };
        }
        return line;
    }
    for span in &piece.spans {
        let style = &span.style;
        let mut text = if style.cell { "|".to_owned() } else { span.text.clone() };
        for (on, mark) in [(style.code, "`"), (style.strong, "**"), (style.emphasis, "*"), (style.struck, "~~")] {
            text = if on { format!("{mark}{text}{mark}") } else { text };
        }
        if let Some(element) = style.element {
            text = format!("<{0}>{text}</{0}>", element.name());
        }
        if let Some(Image { file, .. }) = &style.image {
            text = format!("![{text}]({file})");
        }
        if let Some(link) = &style.link {
            text = format!("[{text}]({link})");
        }
        line += &match (piece.change, span.change) {
            (Change::Changed, Change::Added) => format!("{{+{text}+}}"),
            (Change::Changed, Change::Removed) => format!("[-{text}-]"),
            _ => text,
        };
    }
    line
}

fn check(old: &str, new: &str, expected: &[&str]) {
    let mut shown = Vec::new();
    for section in of(old, new).sections {
        shown.extend(section.heading.map(|(level, id, title)| format!("{} {title} #{id}", "#".repeat(level.into()))));
        shown.extend(section.shown.iter().map(|shown| match shown {
            Shown::Piece(piece) => line(piece),
            Shown::Skipped(count) => format!("… {count}"),
        }));
    }
    assert_eq!(shown, expected, "{old}\n--- to ---\n{new}");
}

#[test]
fn words_are_compared_inside_blocks() {
    check("One two three four.\n", "One two 3 four.\n", &["~ One two [-three-]{+3+} four."]);
    check("A b c d e f.\n", "A x y d e f.\n", &["~ A [-b c-]{+x y+} d e f."]);
    check("Keep it. Go.\n", "Keep it.\n", &["~ Keep it.[- Go.-]"]);
    check("日本語を書く。\n", "日本語を読む。\n", &["~ 日本語を[-書く-]{+読む+}。"]);
}

#[test]
fn other_spellings_are_no_change() {
    for (old, new) in [
        ("a\nb\n", "a b\n"),
        ("*a* __b__\n", "_a_ **b**\n"),
        ("- a\n- b\n", "* a\n* b\n"),
        ("a  \nb\n", "a\\\nb\n"),
        ("# A\n\ntext\n", "A\n=\ntext\n"),
        ("```\ncode\n```\n", "~~~~\ncode\n~~~~\n"),
        ("[a](b.md)\n", "[a][x]\n\n[x]: b.md\n"),
        ("1. a\n2. b\n", "1. a\n1. b\n"),
        ("```go\ncode\n```\n", "```sh\ncode\n```\n"),
        ("    code\n", "```\ncode\n```\n"),
        ("> [!NOTE]\n> a\n", ":::note\na\n:::\n"),
        ("a[^1]\n\n[^1]: b\n", "a[^note]\n\n[^note]: b\n"),
        ("a[^1]\n\n[^1]: b\n\nc\n", "a[^1]\n\nc\n\n[^1]: b\n"),
        ("a\n\n[^1]: nobody refers to this\n", "a\n"),
        ("<b>a</b>\n", "**a**\n"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", "- a\n- b\n"),
        ("<table><thead><tr><th>a</th></tr></thead><tr><td> b </td></tr></table>\n", "| a |\n|---|\n| b |\n"),
        ("<h2 id=\"x\">a</h2>\n", "## a {#x}\n"),
        ("<div class=\"a\">\n\nb\n\n</div>\n", "b\n"),
        ("<details open>\n<summary>a</summary>\n\nb\n</details>\n", ":::details a\nb\n:::\n"),
        ("<img src=\"a.png\" alt=\"b\" width=\"20\">\n", "![b](a.png)\n"),
        ("<p>a &amp; b&eacute;</p>\n", "a & bé\n"),
    ] {
        assert_eq!(of(old, new), Comparison::default(), "{old} to {new}");
    }
}

#[test]
fn headings_frame_what_has_changed_and_the_rest_is_counted() {
    let old = "# T\n\n## A\n\none\n\ntwo\n\nthree\n\nfour\n\nfive old\n\n## B\n\nsame\n";
    let new = old.replace("five old", "five new");
    check(old, &new, &["## A #a", "… 3", "  four", "~ five [-old-]{+new+}"]);
    check("## A\n\nx\n", "## A and B\n\nx\n", &["~ A{+ and B+}", "  x"]);
}

#[test]
fn blocks_come_go_and_move() {
    check("a\n\nb\n", "a\n\nnew here\n\nb\n", &["  a", "+ new here", "  b"]);
    check("- a\n- gone now\n", "- a\n", &["    a", "-   gone now"]);
    let long = "This is a paragraph of some length, which moves.";
    check(&format!("{long}\n\nx\n\ny\n"), &format!("x\n\ny\n\n{long}\n"), &["… 1", "  y", &format!("> {long}")]);
}

#[test]
fn code_is_compared_by_line_and_tables_by_cell() {
    check("```sh\na\nb\nc\n```\n", "```sh\na\nx\nc\n```\n", &["~ a⏎[-b-]⏎{+x+}⏎c⏎"]);
    check("| a | b |\n|---|---|\n| c | d |\n", "| a | b |\n|---|---|\n| c | e |\n", &["  a|b|", "~ c|[-d-]{+e+}|"]);
}

#[test]
fn links_and_images_are_compared_by_where_they_lead() {
    check("see [a](b.md) now\n", "see [a](c.md) now\n", &["~ see [-[a](b.md)-]{+[a](c.md)+} now"]);
    check("x ![a](b.png) y\n", "x ![a](c.png) y\n", &["~ x [-![a](b.png)-]{+![a](c.png)+} y"]);
    check("x ![a b](c.png) y\n", "x ![a d](c.png) y\n", &["~ x [-![a b](c.png)-]{+![a d](c.png)+} y"]);
    check("[![a](b.png)](c.md) x\n", "[![a](b.png)](d.md) x\n", &["~ [-[![a](b.png)](c.md)-]{+[![a](b.png)](d.md)+} x"]);
    check("[a](b.md) c\n", "[a](b.md \"d\") c\n", &["~ [-[a](b.md)-]{+[a](b.md “d”)+} c"]);
    check("x <a href=\"b.md\">a</a> y\n", "x <a href=\"c.md\">a</a> y\n", &["~ x [-[a](b.md)-]{+[a](c.md)+} y"]);
    check("x <img src=\"a.png\">\n", "x <img src=\"b.png\">\n", &["~ x [-![image](a.png)-]{+![image](b.png)+}"]);
}

#[test]
fn how_words_look_is_compared() {
    check("use a b\n", "use `a` b\n", &["~ use [-a-]{+`a`+} b"]);
    check("use a b\n", "use **a** b\n", &["~ use [-a-]{+**a**+} b"]);
    check("use a b\n", "use ~~a~~ b\n", &["~ use [-a-]{+~~a~~+} b"]);
    check("use x2 b\n", "use x<sup>2</sup> b\n", &["~ use [-x2-]{+x+}{+<sup>2</sup>+} b"]);
    check("- [ ] a b\n", "- [x] a b\n", &["~   [-☐-]{+☑+} a b"]);
}

#[test]
fn a_form_that_changed_is_told_in_words() {
    check("## A\n\nx\n", "### A\n\nx\n", &["~ (heading 2 → heading 3) A", "  x"]);
    check("- a\n- b\n", "1. a\n2. b\n", &["~   (item → numbered item) a", "~   (item → numbered item) b"]);
    check("- a\n", "a\n", &["~ (item → paragraph) a"]);
    check("> a\n\nb\n", "a\n\nb\n", &["~ (paragraph in a quote → paragraph) a", "  b"]);
    check("- a\n- b\n", "- a\n  - b\n", &["    a", "~     (item → item at level 2 of a list) b"]);
    check("3. a\n4. b\n", "5. a\n6. b\n", &["~   (item number 3 → item number 5) a", "    b"]);
    check("1. b\n", "1. a\n2. b\n", &["+   a", "    b"]);
    check("1. a\n2. b\n", "1. a\n\n<!-- -->\n\n1. b\n", &["    a", "~   (item number 2 → item number 1) b"]);
    check("a\n", ":::details T\na\n:::\n", &["+   T", "~   (paragraph → paragraph in details) a"]);
    // What says nearly the same in another form is told both ways.
    check("- a b c\n", "a b d\n", &["~ (item → paragraph) a b [-c-]{+d+}"]);
    check("| a |\n|---|\n| b |\n", "| a |\n|---|\n", &["  a|", "- b|"]);
}

#[test]
fn callouts_tabs_and_code_have_titles() {
    check("> [!NOTE]\n> a\n", "> [!WARNING]\n> a\n", &["-   Note", "+   Warning", "    a"]);
    check(":::note Mind it\na\n:::\n", ":::danger Mind it\na\n:::\n", &["~   [-Note-]{+Danger+}: Mind it", "    a"]);
    check("> a\n", "> [!TIP]\n> a\n", &["+   Tip", "~   (paragraph in a quote → paragraph in a callout) a"]);
    check("```sh title=\"a.sh\"\nx\n```\n", "```sh title=\"b.sh\"\nx\n```\n", &["~ [-a-]{+b+}.sh", "  x⏎"]);
    check(":::code-group\n```sh\nx\n```\n:::\n", ":::code-group\n```zsh\nx\n```\n:::\n", &["-   sh", "+   zsh", "    x⏎"]);
    check("```\na\nb\n```\n", "```\na\nb // [!code ++]\n```\n", &["~ a⏎[-b-]⏎{++ b+}⏎"]);
}

#[test]
fn footnotes_are_compared_behind_the_text() {
    let old = "a[^x] b[^y]\n\n[^x]: one\n[^y]: two\n";
    check(old, "a b[^y]\n\n[^y]: two\n", &["~ a[-[2]-] b[1]", "## Footnotes #", "    [1] two", "-   [2] one"]);
    check(old, "a[^y] b[^x]\n\n[^x]: one\n[^y]: two\n", &["~ a[[-2-]{+1+}] b[[-1-]{+2+}]"]);
    check(old, "a[^x] b[^y]\n\n[^x]: one\n[^y]: two and more\n", &["## Footnotes #", "    [1] one", "~   [2] two{+ and more+}"]);
}

#[test]
fn footnotes_that_say_the_same_are_taken_in_order() {
    let notes = "[^a]: same\n[^b]: same\n";
    check(&format!("x[^a] y[^b]\n\n{notes}"), &format!("x[^c] y[^b] z\n\n{}", notes.replace("[^a]", "[^c]")), &["~ x[1] y[2]{+ z+}"]);
}

#[test]
fn long_code_is_shown_where_it_changed() {
    let code: String = (1..=20).map(|no| format!("{no}\n")).collect();
    let fence = |code: &str| format!("```\n{code}```\n\n");
    let old = format!("{}x\n", fence(&code));
    check(&old, &old.replace("10\n", "ten\n"), &["~ …6⏎7⏎8⏎9⏎[-10-]⏎{+ten+}⏎11⏎12⏎13⏎…7⏎", "  x"]);
    check(&old, &old.replace("x\n", "y\n"), &["  1⏎2⏎3⏎…14⏎18⏎19⏎20⏎", "- x", "+ y"]);
    check("x\n", &old, &[&format!("+ {}", code.replace('\n', "⏎")), "  x"]);
}

#[test]
fn a_row_is_shown_below_the_head_of_its_table() {
    let table = "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n";
    check(table, &table.replace("| 6", "| 7"), &["  a|b|", "… 1", "  3|4|", "~ 5|[-6-]{+7+}|"]);
}

#[test]
fn long_texts_without_order_cost_little() {
    let old: String = (0..5_000).map(|no| format!("paragraph {no}\n\n")).collect();
    let new: String = (0..5_000).map(|no| format!("other words {}\n\n", no * 7)).collect();
    assert_eq!(of(&old, &new).sections.len(), 1);
}

#[test]
fn random_texts_are_themselves_and_differ_both_ways_or_not_at_all() {
    const PARTS: [&str; 40] = [
        "a ",
        "b ",
        "one two ",
        "\n",
        "\n\n",
        "\n\n",
        "# ",
        "## ",
        "- ",
        "  - ",
        "1. ",
        "3. ",
        "> ",
        "> [!NOTE]\n> ",
        ":::note T\n",
        ":::details\n",
        ":::\n",
        "::::tabs\n:::tab A\n",
        "```sh\n",
        "```\n",
        "| a | b |\n|---|---|\n| c | d |\n",
        "[^x]",
        "[^x]: ",
        "[^y]: ",
        "*",
        "**",
        "~~",
        "`",
        "[l](a.md)",
        "![i](b.png)",
        "<b>",
        "</b>",
        "<ul><li>",
        "</li></ul>",
        "<table><tr><td>",
        "</td></tr></table>",
        "<details><summary>",
        "</summary></details>",
        "<a href=\"c.md\">",
        "\n: ",
    ];
    let mut seed = 1u64;
    let mut below = |end: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % end as u64).expect("small")
    };
    for _ in 0..2_000 {
        let mut old: Vec<&str> = (0..below(30)).map(|_| PARTS[below(PARTS.len())]).collect();
        let text = old.concat();
        assert_eq!(of(&text, &text), Comparison::default(), "{text}");
        for _ in 0..=below(3) {
            let at = below(old.len() + 1);
            old.insert(at, PARTS[below(PARTS.len())]);
        }
        let other = old.concat();
        let (there, back) = (of(&text, &other), of(&other, &text));
        assert_eq!(there.sections.is_empty(), back.sections.is_empty(), "{text}\n--- and ---\n{other}");
        for piece in there.sections.iter().flat_map(|section| &section.shown).filter_map(Shown::piece) {
            let marked = piece.became.is_some() || piece.spans.iter().any(|span| span.change != Change::Same);
            assert!(piece.change != Change::Changed || marked, "nothing is marked: {piece:?}\n{text}\n--- and ---\n{other}");
        }
    }
}
