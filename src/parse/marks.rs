//! What is said of lines of code: in the fence, by comments, and by the first column of a diff.
//!
//! `// [!code ++]`, `# [!code highlight:3]`, `<!-- [!code focus] -->` and the like stand at the end of a line, or on a line of their own
//! before it; so do `highlight-next-line`, `highlight-start` and `highlight-end` in a comment. They are taken out. A fence of Markdown, or
//! one that says `literal`, shows them: there they are what the code is about.

use std::ops::Range;

use super::code::{Code, Marks};
use super::fence::{Fault, Fence};

/// The block that `fence` and its text make.
pub(super) fn code(fence: &Fence, text: &str) -> (Code, Vec<Fault>) {
    let mut code = Code { language: fence.language.clone(), title: fence.title.clone(), numbers: fence.numbers, ..Code::default() };
    let mut faults = Vec::new();
    let literal = fence.literal || matches!(fence.language.as_str(), "md" | "markdown" | "mdx");
    let commented = !literal && (text.contains("[!code ") || text.contains("highlight-"));
    let lines = if commented || fence.diff { read(fence, text, commented, &mut code, &mut faults) } else { plain(text, &mut code) };
    let sets = [&fence.highlight, &fence.ins, &fence.del, &fence.focus];
    if sets.iter().all(|set| set.0.is_empty()) {
        return (code, faults);
    }
    for (set, mark) in sets.into_iter().zip([highlight, ins, del, focus]) {
        for (first, last) in &set.0 {
            let last = *last as usize;
            if last > lines {
                let has = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
                faults.push(Fault { range: 0..0, message: format!("line {last} is marked, the block has {has}"), help: None });
            }
            for line in *first as usize..=last.min(lines) {
                mark(code.marks.entry(line - 1).or_default());
            }
        }
    }
    (code, faults)
}

fn highlight(marks: &mut Marks) {
    marks.highlight = true;
}

fn ins(marks: &mut Marks) {
    marks.ins = true;
}

fn del(marks: &mut Marks) {
    marks.del = true;
}

fn focus(marks: &mut Marks) {
    marks.focus = true;
}

/// The text as it is; how many lines it has.
fn plain(text: &str, code: &mut Code) -> usize {
    code.text = text.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        code.text.push('\n');
    }
    code.text.lines().count()
}

type Mark = fn(&mut Marks);

/// The text line by line, without comments that mark lines and without the first column of a diff; how many lines are left.
fn read(fence: &Fence, text: &str, commented: bool, code: &mut Code, faults: &mut Vec<Fault>) -> usize {
    let mut count = 0;
    // Marks that reach further than one line, and how many lines they go on for.
    let mut going: Vec<(Mark, usize)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let place = start;
        start += line.len();
        let mut line = line.trim_end_matches('\n');
        let mut marks = Marks::default();
        if commented && let Some(comment) = comment(line) {
            match comment.says {
                Ok((mark, lines)) => {
                    line = line[..comment.range.start].trim_end();
                    if line.is_empty() {
                        going.push((mark, lines));
                        continue;
                    }
                    going.push((mark, lines.max(1)));
                }
                Err(Says::End) => {
                    going.retain(|(_, lines)| *lines != usize::MAX);
                    continue;
                }
                Err(Says::Unknown(word)) => {
                    let help = "write `++`, `--`, `highlight`, `focus`, `error` or `warning`; a fence that says `literal` shows such comments";
                    let range = place + comment.range.start..place + comment.range.end;
                    faults.push(Fault { range, message: format!("no mark `[!code {word}]`"), help: Some(help.to_owned()) });
                }
            }
        }
        for (mark, lines) in going.iter_mut().filter(|(_, lines)| *lines > 0) {
            mark(&mut marks);
            *lines = if *lines == usize::MAX { *lines } else { *lines - 1 };
        }
        going.retain(|(_, lines)| *lines > 0);
        if fence.diff {
            (line, marks) = column(line, marks);
        }
        if marks != Marks::default() {
            code.marks.insert(count, marks);
        }
        code.text.push_str(line);
        code.text.push('\n');
        count += 1;
    }
    count
}

/// A line of a diff without its first column.
fn column(line: &str, mut marks: Marks) -> (&str, Marks) {
    if line.starts_with("@@") || line.starts_with("+++") || line.starts_with("---") {
        return (line, marks);
    }
    match line.as_bytes().first() {
        Some(b'+') => marks.ins = true,
        Some(b'-') => marks.del = true,
        Some(b' ') => {}
        _ => return (line, marks),
    }
    (&line[1..], marks)
}

/// A comment that marks lines.
struct Comment<'t> {
    /// From the beginning of the comment on.
    range: Range<usize>,
    says: Result<(Mark, usize), Says<'t>>,
}

enum Says<'t> {
    /// `highlight-end`.
    End,
    /// A mark that does not exist.
    Unknown(&'t str),
}

const OPENERS: [&str; 9] = ["{/*", "<!--", "/*", "//", "--", "#", ";", "%", "'"];
const CLOSERS: [&str; 3] = ["*/}", "-->", "*/"];

/// The comment at the end of `line`, if it marks lines.
fn comment(line: &str) -> Option<Comment<'_>> {
    let trimmed = line.trim_end();
    let closed = CLOSERS.iter().find_map(|closer| trimmed.strip_suffix(closer)).unwrap_or(trimmed).trim_end();
    if let Some(inner) = closed.strip_suffix(']') {
        let at = inner.rfind("[!code ")?;
        let word = inner[at + "[!code ".len()..].trim();
        let (word, lines) = word.split_once(':').map_or((word, 1), |(word, lines)| (word, lines.trim().parse().unwrap_or(1)));
        let mark: Option<Mark> = match word {
            "++" => Some(ins),
            "--" => Some(del),
            "highlight" | "hl" => Some(highlight),
            "focus" => Some(focus),
            "error" => Some(|marks| marks.error = true),
            "warning" => Some(|marks| marks.warning = true),
            _ => None,
        };
        let start = opener(&line[..at])?;
        return Some(Comment { range: start..trimmed.len(), says: mark.map(|mark| (mark, lines)).ok_or(Says::Unknown(word)) });
    }
    let (word, lines) = if closed.ends_with("highlight-next-line") {
        ("highlight-next-line", 1)
    } else if closed.ends_with("highlight-start") {
        ("highlight-start", usize::MAX)
    } else if closed.ends_with("highlight-end") {
        ("highlight-end", 0)
    } else {
        return None;
    };
    let start = opener(&closed[..closed.len() - word.len()])?;
    let alone = line[..start].trim().is_empty();
    let says = if lines == 0 { Err(Says::End) } else { Ok((highlight as Mark, lines)) };
    alone.then_some(Comment { range: start..trimmed.len(), says })
}

/// Where the comment begins that `text` ends with, with nothing in it yet.
fn opener(text: &str) -> Option<usize> {
    let text = text.trim_end();
    OPENERS.iter().find_map(|opener| text.strip_suffix(opener)).map(str::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::fence::fence;

    fn check(info: &str, text: &str, expected: &str) {
        let (code, faults) = code(&fence(info).0, text);
        let mut shown = String::new();
        for (no, line) in code.text.lines().enumerate() {
            let marks = code.marks.get(&no).copied().unwrap_or_default();
            let letters = [(marks.highlight, 'h'), (marks.ins, '+'), (marks.del, '-'), (marks.focus, 'f'), (marks.error, 'e'), (marks.warning, 'w')];
            shown.extend(letters.into_iter().filter(|(is, _)| *is).map(|(_, letter)| letter));
            shown += &format!("|{line} ");
        }
        for fault in &faults {
            shown += &format!("! {:?} {} ", &text[fault.range.clone()], fault.message);
        }
        assert_eq!(shown.trim_end(), expected, "{text}");
    }

    #[test]
    fn lines_are_marked_by_fence_and_comments() {
        check("js {1} ins={2}", "a\nb\n", "h|a +|b");
        check("js", "a // [!code ++]\nb // [!code --]\nc\n", "+|a -|b |c");
        check("py", "a # [!code focus:2]\nb\nc", "f|a f|b |c");
        check("html", "<!-- [!code highlight:2] -->\n<a>\n<b>\n<c>\n", "h|<a> h|<b> |<c>");
        check("css", "a {} /* [!code error] */\nb {} /* [!code warning] */\n", "e|a {} w|b {}");
        check("js", "// highlight-next-line\na\nb\n// highlight-start\nc\nd\n// highlight-end\ne\n", "h|a |b h|c h|d |e");
        check("jsx", "{/* highlight-next-line */}\n<A />\n", "h|<A />");
        check("diff lang=js", "+a\n-b\n c\n@@ x\n", "+|a -|b |c |@@ x");
    }

    #[test]
    fn what_is_no_mark_stays() {
        check("md", "a // [!code ++]\n", "|a // [!code ++]");
        check("js literal", "a // [!code ++]\n", "|a // [!code ++]");
        check("js", "a [!code ++]\n", "|a [!code ++]");
        check("js", "x(highlight-start)\n", "|x(highlight-start)");
        check("js", "a // [!code word:b]\n", "|a // [!code word:b] ! \"// [!code word:b]\" no mark `[!code word]`");
        check("js {9}", "a\nb\n", "|a |b ! \"\" line 9 is marked, the block has 2 lines");
        check("js {1-4000000000}", "a\n", "h|a ! \"\" line 4000000000 is marked, the block has 1 line");
    }
}
