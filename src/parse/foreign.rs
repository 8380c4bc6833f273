//! Other tools' syntax, recognised only to say what to write instead.
//!
//! Hugo's shortcodes hold `<` and `>`, so a Markdown parser would make tags of half of them. [`shield`] hides those two characters
//! from it, byte for byte, and [`unshield`] shows them again as the text they are.

use std::borrow::Cow;
use std::ops::Range;

/// Stand in for `<` and `>` inside a shortcode. Neither is a character of HTML, so no page shows one.
const LESS: char = '\u{1}';
const GREATER: char = '\u{2}';

/// A shortcode, as it stands in the text.
pub(super) struct Shortcode {
    /// Its bytes, with the braces.
    pub(super) range: Range<usize>,
}

/// The text with every shortcode's `<` and `>` hidden, and where the shortcodes are.
pub(super) fn shield(text: &str) -> (Cow<'_, str>, Vec<Shortcode>) {
    let mut shortcodes = Vec::new();
    let mut from = 0;
    // The end of the block that is being read, and which closings it has no more of: looked for once, however many openings there are.
    let mut block = 0;
    let mut none_left = [false; 2];
    // One byte is looked for, since that is quick and most texts have none.
    while let Some(start) = text[from..].find('{').map(|at| from + at) {
        let (kind, closing) = match text.as_bytes().get(start + 1..start + 3) {
            Some(b"{<") => (0, ">}}"),
            Some(b"{%") => (1, "%}}"),
            _ => {
                from = start + 1;
                continue;
            }
        };
        // A shortcode may run over line ends, but not over a blank line.
        if start >= block {
            block = text[start..].find("\n\n").map_or(text.len(), |end| start + end);
            none_left = [false; 2];
        }
        let end = if none_left[kind] { None } else { text[start..block].find(closing) };
        none_left[kind] |= end.is_none();
        match end {
            Some(end) => {
                let range = start..start + end + closing.len();
                from = range.end;
                shortcodes.push(Shortcode { range });
            }
            None => from = start + 2,
        }
    }
    if shortcodes.is_empty() {
        return (Cow::Borrowed(text), shortcodes);
    }
    let mut shielded = String::with_capacity(text.len());
    let mut done = 0;
    for shortcode in &shortcodes {
        shielded.push_str(&text[done..shortcode.range.start]);
        shielded.extend(text[shortcode.range.clone()].chars().map(|c| match c {
            '<' => LESS,
            '>' => GREATER,
            c => c,
        }));
        done = shortcode.range.end;
    }
    shielded.push_str(&text[done..]);
    (Cow::Owned(shielded), shortcodes)
}

/// The text as it was before [`shield`].
pub(super) fn unshield(text: &str) -> String {
    text.replace(LESS, "<").replace(GREATER, ">")
}

/// What to write instead of the shortcode `text`.
pub(super) fn instead_of(text: &str) -> String {
    let inner = text.trim_start_matches(['{', '<', '%', ' ', '/', '-']).trim_end_matches(['}', '>', '%', ' ', '/', '-']);
    let name = inner.split(|c: char| c.is_whitespace()).next().unwrap_or("");
    let argument = inner.split('"').nth(1).unwrap_or("");
    match name {
        "ref" | "relref" if !argument.is_empty() => format!("write a link to the file, as `{}`", file_of(argument)),
        "ref" | "relref" => "write a link to the file, as `../guides/webhooks.md`".to_owned(),
        "alert" | "callout" | "notice" | "admonition" | "note" | "warning" | "tip" | "caution" | "danger" | "info" => callout(name, inner),
        "figure" | "image" | "img" => "write `![what it shows](image.png)`".to_owned(),
        "param" | "var" | "site" | "psubstr" => "write the value itself".to_owned(),
        "tabs" | "tabpane" => "write `:::tabs`, and `:::` after the last tab".to_owned(),
        "tab" if !argument.is_empty() => format!("write `:::tab {argument}`, and `:::` after its text"),
        "tab" => "write `:::tab` and its label, and `:::` after its text".to_owned(),
        "details" | "expand" => "write `:::details Title`, the text, and `:::`".to_owned(),
        "include" | "readfile" if !argument.is_empty() => format!("write `:::include {argument}`"),
        "highlight" => "write a code fence, as ```` ```go ````".to_owned(),
        _ => "write it in Markdown".to_owned(),
    }
}

/// The callout for a shortcode that is one, by its name, its `color` or `type`, or its first argument.
fn callout(name: &str, inner: &str) -> String {
    let arguments = &inner[name.len()..];
    let given = |wanted: &str| arguments.split_once(&format!("{wanted}=\"")).and_then(|(_, rest)| rest.split('"').next());
    let first = arguments.split_whitespace().next().unwrap_or("").trim_matches('"');
    let kinds = [Some(name), given("color"), given("type"), given("context"), Some(first)];
    let kind = kinds.into_iter().flatten().find(|kind| ["info", "tip", "important", "warning", "caution", "danger"].contains(kind)).unwrap_or("note");
    match given("title") {
        Some(title) if !title.is_empty() => format!("write `:::{kind} {title}` before its lines, and `:::` after them"),
        _ => format!("write `:::{kind}` before its lines, and `:::` after them"),
    }
}

/// Another tool's syntax in a line of text, and what to write instead.
pub(super) struct Foreign {
    /// How many bytes of the text it is.
    pub(super) length: usize,
    pub(super) message: String,
    pub(super) help: String,
}

fn foreign(line: &str, tool: &str, help: impl Into<String>) -> Option<Foreign> {
    Some(Foreign { length: line.len(), message: format!("`{line}` is {tool} syntax; it is shown as text"), help: help.into() })
}

/// What the first line of a paragraph is in another tool.
pub(super) fn line(text: &str) -> Option<Foreign> {
    // Most paragraphs begin with a letter.
    if !text.starts_with(['!', '?', '=', '-', ';', '<', '{', '[', 'i', 'e']) {
        return None;
    }
    let line = text.lines().next().unwrap_or("").trim_end();
    let quoted = |text: &str| text.split(['"', '\'']).nth(1).unwrap_or("").to_owned();
    for (mark, block) in [("!!! ", "note"), ("???+ ", "details"), ("??? ", "details")] {
        if let Some(rest) = line.strip_prefix(mark) {
            let kind = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
            let title = quoted(rest);
            let title = if title.is_empty() && block == "details" { kind.to_owned() } else { title };
            let name = if block == "details" { "details" } else { callout_of(kind) };
            let open = if mark == "???+ " { " {open}" } else { "" };
            let written = format!(":::{name} {title}").trim_end().to_owned();
            return foreign(line, "Material's", format!("write `{written}{open}`, the text without its indent, and `:::`"));
        }
    }
    if line.starts_with("=== \"") || line.starts_with("=== '") {
        return foreign(
            line,
            "Material's",
            format!("write `:::tab {}`, the text without its indent, and `:::`; `:::tabs` goes before the first", quoted(line)),
        );
    }
    if line.starts_with("--8<--") || line.starts_with(";--8<--") {
        let path = quoted(line);
        return foreign(line, "Material's", format!("write `:::include {}`", if path.is_empty() { "snippets/file.md" } else { &path }));
    }
    if let Some(rest) = line.strip_prefix("<<< ") {
        let path = rest.split(['{', ' ']).next().unwrap_or("").trim_start_matches("@/");
        return foreign(line, "VitePress's", format!("write a fence with the file, as ```` ```{} file=\"{path}\" ````", ending(path)));
    }
    if let Some(rest) = ["{{#include ", "{{#rustdoc_include ", "{{#playground "].iter().find_map(|mark| line.strip_prefix(mark)) {
        let path = rest.trim_end_matches('}').trim().replacen(':', "#", 1);
        return foreign(line, "mdBook's", included(&path));
    }
    if matches!(line, "[[toc]]" | "[[_TOC_]]" | "[TOC]" | "[[TOC]]") {
        return foreign(line, "another tool's", "remove it: each page has a table of contents beside its text");
    }
    let module = (line.starts_with("import ") && (line.contains(" from '") || line.contains(" from \""))) || line.starts_with("export const ");
    if module {
        return foreign(line, "MDX's", "remove it: components are written as directives, as `:::tabs`");
    }
    None
}

/// What a block of code of one line is in another tool that would put a file in its place.
pub(super) fn code(text: &str, language: &str) -> Option<Foreign> {
    let line = text.trim();
    if line.contains('\n') || matches!(language, "md" | "markdown" | "text" | "txt") {
        return None;
    }
    let (tool, path) = if let Some(rest) = line.strip_prefix("--8<--") {
        ("Material's", rest.trim().trim_matches(['"', '\'']).replacen(':', "#", 1))
    } else if let Some(rest) = ["{{#include ", "{{#rustdoc_include ", "{{#playground "].iter().find_map(|mark| line.strip_prefix(mark)) {
        ("mdBook's", rest.trim_end_matches('}').trim().replacen(':', "#", 1))
    } else {
        return None;
    };
    foreign(line, tool, format!("name the file in the first line of the fence: ```` ```{language} file=\"{path}\" ````"))
}

/// What a comment of HTML is in another tool.
pub(super) fn comment(text: &str) -> Option<Foreign> {
    let inner = text.strip_prefix("<!--")?.trim_start();
    let path = inner.strip_prefix("@@include").or_else(|| inner.strip_prefix("@include"))?;
    let path = path.trim_start_matches([':', ' ']).trim_end_matches("-->").trim();
    let path = path.split(['{', '#']).next().unwrap_or("").trim_start_matches("@/").trim();
    foreign(text.lines().next().unwrap_or(text), "VitePress's", format!("write `:::include {path}`"))
}

/// What a tag is in another tool: the component `name` (as written, with its capital) of MDX, Vue or Astro.
pub(super) fn component(name: &str, attribute: impl Fn(&str) -> Option<String>) -> Option<(&'static str, String)> {
    let mut letters = name.chars();
    let camel = letters.next().is_some_and(|c| c.is_ascii_uppercase()) && name.chars().any(|c| c.is_ascii_lowercase());
    if !camel {
        return None;
    }
    let title = |name: &str| ["label", "title", "value"].iter().find_map(|key| attribute(key)).unwrap_or_else(|| name.to_owned());
    Some(match name {
        "Tabs" => ("the tabs of Docusaurus, Starlight and Mintlify", "write `:::tabs`, and `:::` after the last tab".to_owned()),
        "TabItem" | "Tab" => ("a tab of Docusaurus, Starlight and Mintlify", format!("write `:::tab {}`, and `:::` after its text", title("Label"))),
        "CodeGroup" | "CodeBlock" | "Code" => ("a component of other tools", "write a code fence, and `:::code-group` around several".to_owned()),
        "Steps" | "Step" => ("the steps of Starlight and Mintlify", "write `:::steps`, a numbered list, and `:::`".to_owned()),
        "Card" | "CardGrid" | "CardGroup" | "LinkCard" | "Cards" => {
            ("a card of Starlight and Mintlify", "write `:::cards`, a list of links, and `:::`".to_owned())
        }
        "Note" | "Info" | "Tip" | "Warning" | "Caution" | "Danger" | "Aside" | "Callout" | "Admonition" | "Check" => {
            ("a callout of other tools", format!("write `:::{}`, the text, and `:::`", callout_of(&name.to_ascii_lowercase())))
        }
        "Accordion" | "AccordionGroup" | "Expandable" | "Details" => {
            ("a disclosure of other tools", format!("write `:::details {}`, the text, and `:::`", title("Title")))
        }
        "Badge" => ("a component of other tools", "write the word itself, as `**beta**`".to_owned()),
        _ => ("a component of MDX, Vue or Astro", "write it in Markdown, or show it as text in backticks".to_owned()),
    })
}

fn callout_of(kind: &str) -> &'static str {
    match kind {
        "info" => "info",
        "tip" | "hint" | "success" | "check" => "tip",
        "important" => "important",
        "warning" | "attention" => "warning",
        "caution" => "caution",
        "danger" | "error" | "failure" | "bug" => "danger",
        _ => "note",
    }
}

/// What to write for a file that is to stand here: prose is included, code is named by a fence.
fn included(path: &str) -> String {
    match ending(path) {
        "md" | "markdown" => format!("write `:::include {path}`"),
        ending => format!("write a fence with the file, as ```` ```{ending} file=\"{path}\" ````"),
    }
}

fn ending(path: &str) -> &str {
    let file = path.split('#').next().unwrap_or(path);
    file.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn file_of(argument: &str) -> String {
    let (path, anchor) = argument.split_once('#').map_or((argument, String::new()), |(path, anchor)| (path, format!("#{anchor}")));
    let path = path.trim_end_matches('/');
    if path.is_empty() || path.ends_with(".md") { format!("{path}{anchor}") } else { format!("{path}.md{anchor}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcodes_are_hidden_byte_for_byte() {
        let text = "a {{< figure src=\"x\" >}} <b>c</b> {{% alert %}} {{ x }} {{< open";
        let (shielded, shortcodes) = shield(text);
        assert_eq!(shielded.len(), text.len());
        assert!(shielded.contains("<b>") && !shielded[..20].contains('<'));
        assert_eq!(unshield(&shielded), text);
        let found: Vec<&str> = shortcodes.iter().map(|shortcode| &text[shortcode.range.clone()]).collect();
        assert_eq!(found, ["{{< figure src=\"x\" >}}", "{{% alert %}}"]);
    }

    #[test]
    fn help_names_the_target_of_a_reference() {
        assert_eq!(instead_of("{{< relref \"guides/a#x\" >}}"), "write a link to the file, as `guides/a.md#x`");
        assert_eq!(instead_of("{{< /alert >}}"), "write `:::note` before its lines, and `:::` after them");
        let docsy = "{{% alert color=\"warning\" title=\"Mind the gap\" %}}";
        assert_eq!(instead_of(docsy), "write `:::warning Mind the gap` before its lines, and `:::` after them");
        assert_eq!(instead_of("{{< callout tip >}}"), "write `:::tip` before its lines, and `:::` after them");
    }
}
