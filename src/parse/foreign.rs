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
    while let Some(start) = text[from..].find("{{").map(|at| from + at) {
        let (kind, closing) = match text.as_bytes().get(start + 2) {
            Some(b'<') => (0, ">}}"),
            Some(b'%') => (1, "%}}"),
            _ => {
                from = start + 2;
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
        "alert" | "callout" | "notice" | "note" | "warning" | "tip" | "caution" | "info" => {
            "write `> [!NOTE]` before the lines of a quote".to_owned()
        }
        "figure" | "image" | "img" => "write `![what it shows](image.png)`".to_owned(),
        "param" | "var" | "site" | "psubstr" => "write the value itself".to_owned(),
        "tabs" | "tab" | "tabpane" => "write the passages one after another, each under a heading".to_owned(),
        "highlight" => "write a code fence, as ```` ```go ````".to_owned(),
        _ => "write it in Markdown".to_owned(),
    }
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
        assert_eq!(instead_of("{{< /alert >}}"), "write `> [!NOTE]` before the lines of a quote");
    }
}
