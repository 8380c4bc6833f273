//! Two texts in, what is shown of them out: `[-gone-]`, `{+new+}`, a line a block.

use super::*;
use crate::config::Markdown;
use crate::id::FileName;
use crate::parse::{Page, fragment, with_document};

fn page(text: &str) -> (Page, Vec<Option<String>>) {
    let page = fragment(text, &FileName::new("a.md"), &Markdown::default());
    let leads = page.links.iter().map(|link| Some(link.target.clone())).collect();
    (page, leads)
}

fn of(old: &str, new: &str) -> Comparison {
    let ((a, a_leads), (b, b_leads)) = (page(old), page(new));
    with_document(old, &a, &Markdown::default(), |a_document| {
        with_document(new, &b, &Markdown::default(), |b_document| {
            let older = Side { document: a_document, leads: &a_leads, headings: &a.facts.headings, title: None };
            let newer = Side { document: b_document, leads: &b_leads, headings: &b.facts.headings, title: None };
            compare(older, newer)
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
    let mut line = format!("{sign}{}", "  ".repeat(piece.depth.into()));
    for span in &piece.spans {
        let mut text = if span.style.cell { "|".to_owned() } else { span.text.replace('\n', "⏎") };
        if span.style.code && !matches!(piece.kind, Kind::Code(_)) {
            text = format!("`{text}`");
        }
        if span.style.strong {
            text = format!("**{text}**");
        }
        if let Some(link) = &span.style.link {
            text = format!("{}[{text}]({link})", if span.style.image { "!" } else { "" });
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
    check("```sh\na\nb\nc\n```\n", "```sh\na\nx\nc\n```\n", &["~ a⏎[-b⏎-]{+x⏎+}c⏎"]);
    check("| a | b |\n|---|---|\n| c | d |\n", "| a | b |\n|---|---|\n| c | e |\n", &["  a|b|", "~ c|[-d-]{+e+}|"]);
}

#[test]
fn links_and_images_are_compared_by_where_they_lead() {
    check("see [a](b.md) now\n", "see [a](c.md) now\n", &["~ see [-[a](b.md)-]{+[a](c.md)+} now"]);
    check("x ![a](b.png) y\n", "x ![a](c.png) y\n", &["~ x [-![a](b.png)-]{+![a](c.png)+} y"]);
    check("use a b\n", "use `a` b\n", &["~ use [-a-]{+`a`+} b"]);
}

#[test]
fn long_texts_without_order_cost_little() {
    let old: String = (0..5_000).map(|no| format!("paragraph {no}\n\n")).collect();
    let new: String = (0..5_000).map(|no| format!("other words {}\n\n", no * 7)).collect();
    assert_eq!(of(&old, &new).sections.len(), 1);
}
