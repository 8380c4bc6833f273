//! The texts that new files begin with: built-in ones, or the site's own under `templates/new/`.
//!
//! They are Markdown, not templates of the theme: in those, the `{#id}` of a heading would begin a comment, and the samples of a guide may hold
//! any braces. So three names are filled in, and all else stays as it is written.

use std::io::ErrorKind;
use std::path::Path;

/// What a file is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Page,
    Guide,
    Release,
}

impl What {
    /// The name of its template.
    fn file(self) -> &'static str {
        match self {
            What::Page => "page.md",
            What::Guide => "guide.md",
            What::Release => "release.md",
        }
    }

    fn built_in(self) -> &'static str {
        match self {
            What::Page => include_str!("templates/page.md"),
            What::Guide => include_str!("templates/guide.md"),
            What::Release => include_str!("templates/release.md"),
        }
    }
}

/// What is filled in.
#[derive(Clone, Debug, Default)]
pub(super) struct Filling {
    /// `{{ title }}`: text in front matter, Markdown below it.
    pub(super) title: (String, String),
    /// `{{ date }}`: the day, as `2026-03-01`.
    pub(super) date: String,
    /// `{{ version }}`: the release; of other files, the id of their version; none where the site has no versions.
    pub(super) version: Option<String>,
}

/// The text of a new file.
///
/// # Errors
/// Why the site's own template cannot be read.
pub(super) fn text(root: &Path, what: What, filling: &Filling) -> Result<String, String> {
    let own = root.join("templates").join(FOLDER).join(what.file());
    match std::fs::read_to_string(&own) {
        Ok(text) => Ok(filled(text.strip_prefix('\u{feff}').unwrap_or(&text), filling)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(filled(&of_versions(what.built_in(), filling), filling)),
        Err(error) => Err(format!("cannot read `templates/{FOLDER}/{}`: {error}", what.file())),
    }
}

/// The folder of the site's own, in `templates/`.
const FOLDER: &str = crate::discover::NEW_FILES;

/// Where a site has no versions, none is named.
fn of_versions(template: &str, filling: &Filling) -> String {
    let template = template.replace("\r\n", "\n");
    if filling.version.is_some() { template } else { template.replace("version = \"{{ version }}\", ", "") }
}

/// `template` with its names filled in.
fn filled(template: &str, filling: &Filling) -> String {
    let body = body(template);
    let quoted = filling.title.0.replace('\\', "\\\\").replace('"', "\\\"");
    let (matter, text) = template.split_at(body);
    put(matter, &quoted, filling) + &put(text, &filling.title.1, filling)
}

fn put(text: &str, title: &str, filling: &Filling) -> String {
    let mut out = String::with_capacity(text.len() + title.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start + 2..].find("}}") else { break };
        let value = match rest[start + 2..start + 2 + length].trim() {
            "title" => Some(title),
            "date" => Some(filling.date.as_str()),
            "version" => Some(filling.version.as_deref().unwrap_or_default()),
            _ => None,
        };
        // What is no name of ours may hold one: `{{#if}}{{ title }}`.
        let behind = if value.is_some() { start + 2 + length + 2 } else { start + 2 };
        out.push_str(&rest[..start]);
        out.push_str(value.unwrap_or("{{"));
        rest = &rest[behind..];
    }
    out + rest
}

/// Where the text behind the front matter begins.
pub(super) fn body(text: &str) -> usize {
    let mut lines = text.split_inclusive('\n');
    let Some(mark) = lines.next().map(str::trim_end).filter(|first| matches!(*first, "+++" | "---")) else { return 0 };
    let mut at = text.find('\n').map_or(text.len(), |end| end + 1);
    for line in lines {
        at += line.len();
        if line.trim_end() == mark {
            return at;
        }
    }
    0
}

/// What a page of this name is called: with spaces, and a capital in front. As text, and as Markdown that shows it.
pub(super) fn title_of(name: &str) -> (String, String) {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    let title: String = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    let mut markdown = String::with_capacity(title.len());
    for c in title.chars() {
        if r"\`*[]{}<>#$&~|:".contains(c) {
            markdown.push('\\');
        }
        markdown.push(c);
    }
    (title, markdown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_names_are_filled_in() {
        let filling = Filling { title: ("A \"b\"".to_owned(), "A *b*".to_owned()), date: "2026-03-01".to_owned(), version: Some("3".to_owned()) };
        for (template, expected) in [
            (
                "+++\ntitle = \"{{ title }}\"\nv = '{{version}}'\n+++\n# {{ title }}\n{{ date }}",
                "+++\ntitle = \"A \\\"b\\\"\"\nv = '3'\n+++\n# A *b*\n2026-03-01",
            ),
            ("# {{title}} {#id}\n{{ other }} {{#if}}{{ title }}{{", "# A *b* {#id}\n{{ other }} {{#if}}A *b*{{"),
            ("+++\nnever closed {{ title }}", "+++\nnever closed A *b*"),
        ] {
            assert_eq!(filled(template, &filling), expected);
        }
        // What is filled in is not gone through again.
        let filling = Filling { title: (String::new(), "{{ date }}".to_owned()), ..filling };
        assert_eq!(filled("{{ title }}", &filling), "{{ date }}");
    }

    #[test]
    fn titles_are_made_of_names() {
        for (name, title, markdown) in [
            ("get-started", "Get started", "Get started"),
            ("api_keys", "Api keys", "Api keys"),
            ("c#-[x]", "C# [x]", "C\\# \\[x\\]"),
            ("2.0", "2.0", "2.0"),
        ] {
            assert_eq!(title_of(name), (title.to_owned(), markdown.to_owned()));
        }
    }
}
