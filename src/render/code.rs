//! Writes a block of code: its title, its lines and what is said of them, its colours.
//!
//! - In: a [`Code`], and the [`Highlighter`].
//! - Out: HTML. Without marks and numbers a block is as plain as Markdown makes it, with a `<span>` around each coloured piece.
//!
//! Where lines are marked or numbered, each has an element of its own: `<ins>` and `<del>` for what came and went, `<mark>` for what is
//! pointed out, so that this is also heard; `<span>` for others. Signs and numbers are drawn by the style sheet, so copying leaves
//! them out. There is no `style` attribute: a strict Content Security Policy would not have it.

use super::highlight::{BlockKey, Highlighter, Piece, class::Class};
use super::html::Markup;
use crate::parse::code::{Code, Marks};

/// Writes `code`. Gives what its block is called, if it has colours.
pub(super) fn code(code: &Code, highlighter: &Highlighter, out: &mut Markup) -> Option<BlockKey> {
    if let Some(title) = &code.title {
        out.tag("<figure class=\"code\"><figcaption>");
        out.text(title);
        out.tag("</figcaption>");
    }
    out.tag("<pre tabindex=\"0\"");
    let focus = code.marks.values().any(|marks| marks.focus);
    match (code.numbers.is_some(), focus) {
        (true, true) => out.attribute("class", "numbers has-focus"),
        (true, false) => out.attribute("class", "numbers"),
        (false, true) => out.attribute("class", "has-focus"),
        (false, false) => {}
    }
    out.tag("><code");
    if !code.language.is_empty() {
        out.attribute("class", &format!("language-{}", code.language));
    }
    out.tag(">");
    let key = highlighter.key(&code.language, &code.text);
    let block = key.and_then(|key| highlighter.lines(key, &code.text));
    let lines = code.text.split_inclusive('\n');
    let pieces = block.as_deref().map(|block| block.lines().collect::<Vec<_>>()).unwrap_or_default();
    if code.numbers.is_none() && code.marks.is_empty() {
        whole(&code.text, &pieces, out);
    } else {
        for (no, line) in lines.enumerate() {
            let element = element(code.marks.get(&no).copied().unwrap_or_default());
            out.tag(element.open);
            if let Some(first) = code.numbers {
                out.attribute("data-line", &(u64::from(first) + no as u64).to_string());
            }
            out.tag(">");
            whole(line, pieces.get(no..=no).unwrap_or(&[]), out);
            out.tag(element.close);
        }
    }
    out.tag(if code.title.is_some() { "</code></pre></figure>\n" } else { "</code></pre>\n" });
    key
}

struct Element {
    open: &'static str,
    close: &'static str,
}

/// The element of a line. Of several marks the heaviest one counts, but focus can be added to any.
fn element(marks: Marks) -> Element {
    let (open, close) = match (marks, marks.focus) {
        (Marks { ins: true, .. }, false) => ("<ins class=\"line ins\"", "</ins>"),
        (Marks { ins: true, .. }, true) => ("<ins class=\"line ins focus\"", "</ins>"),
        (Marks { del: true, .. }, false) => ("<del class=\"line del\"", "</del>"),
        (Marks { del: true, .. }, true) => ("<del class=\"line del focus\"", "</del>"),
        (Marks { error: true, .. }, false) => ("<span class=\"line error\"", "</span>"),
        (Marks { error: true, .. }, true) => ("<span class=\"line error focus\"", "</span>"),
        (Marks { warning: true, .. }, false) => ("<span class=\"line warning\"", "</span>"),
        (Marks { warning: true, .. }, true) => ("<span class=\"line warning focus\"", "</span>"),
        (Marks { highlight: true, .. }, false) => ("<mark class=\"line mark\"", "</mark>"),
        (Marks { highlight: true, .. }, true) => ("<mark class=\"line mark focus\"", "</mark>"),
        (_, true) => ("<span class=\"line focus\"", "</span>"),
        (_, false) => ("<span class=\"line\"", "</span>"),
    };
    Element { open, close }
}

/// Writes `text` with a `<span>` around each piece that has a class. What no piece is said of stays plain.
fn whole(text: &str, lines: &[&[Piece]], out: &mut Markup) {
    let (mut written, mut at) = (0, 0);
    // The class that is open, and where what it holds ends.
    let mut open: Option<(&'static str, usize)> = None;
    for piece in lines.iter().copied().flatten() {
        let start = at;
        at += piece.length as usize;
        let Some(class) = piece.class.name() else { continue };
        if let Some((name, end)) = open {
            // Comments and strings go on over blanks and ends of lines: one element holds them.
            let between = text.get(end..start).is_some_and(|between| between.trim().is_empty());
            if name == class && between && piece.class != Class::Prompt {
                open = Some((name, at));
                continue;
            }
            close(text, &mut written, end, out);
        }
        out.text(text.get(written..start).unwrap_or(""));
        written = start;
        out.tag("<span class=\"");
        out.tag(class);
        out.tag("\">");
        open = Some((class, at));
    }
    if let Some((_, end)) = open {
        close(text, &mut written, end, out);
    }
    out.text(text.get(written..).unwrap_or(""));
}

fn close(text: &str, written: &mut usize, end: usize, out: &mut Markup) {
    out.text(text.get(*written..end).unwrap_or(""));
    *written = end;
    out.tag("</span>");
}
