//! Values that several settings share: folders, patterns, variables, levels of lints.

use std::ops::Range;

use super::Folder;
use super::glob::path_glob;
use super::settings::{LintLevel, Lints, Vars};
use crate::data::{Faults, Kind, Reader, Spanned, Table};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::id::SourcePath;

pub(super) fn lints(table: Option<Spanned<Table>>, faults: &mut Faults<'_>) -> Lints {
    const LEVELS: [(&str, LintLevel); 4] =
        [("allow", LintLevel::Allow), ("note", LintLevel::Note), ("warn", LintLevel::Warn), ("error", LintLevel::Error)];
    let mut lints = Vec::new();
    for entry in table.map(|table| table.value.entries).unwrap_or_default() {
        let Some(code) = Code::named(&entry.key) else {
            let near = nearest(&entry.key, Code::ALL.iter().map(|code| code.name()));
            let diagnostic = Diagnostic::new(faults.unknown, format!("unknown lint `{}`", entry.key))
                .at(faults.span(&entry.key_range))
                .help(near.map(|near| format!("write `{near}`")));
            faults.found.push(diagnostic);
            continue;
        };
        match entry.value.as_str().and_then(|word| LEVELS.iter().find(|(name, _)| *name == word)) {
            Some((_, LintLevel::Allow | LintLevel::Note)) if code.loses_pages() => {
                let message =
                    format!("`{}` cannot be \"{}\": a page or file is lost where it happens", entry.key, entry.value.as_str().unwrap_or(""));
                faults.invalid(&entry.value.range, message, "write \"warn\" or \"error\"".to_owned());
            }
            Some((_, level)) => lints.push((code, *level)),
            None => {
                let help = "write \"allow\", \"note\", \"warn\" or \"error\"".to_owned();
                faults.invalid(&entry.value.range, format!("`{}` is no level", entry.key), help);
            }
        }
    }
    Lints(lints)
}

pub(super) fn vars(table: Option<Spanned<Table>>, faults: &mut Faults<'_>) -> Vars {
    let Some(table) = table else { return Vars::new() };
    for entry in &table.value.entries {
        if matches!(&entry.value.kind, Kind::String(text) if text.contains("{$") && !text.contains("{$$")) {
            let diagnostic = Diagnostic::new(Code::VariableInvalid, format!("the value of `{}` holds a variable", entry.key))
                .at(faults.span(&entry.value.range))
                .help("write out what it stands for: values are put in as they are".to_owned());
            faults.found.push(diagnostic);
        }
    }
    named_texts(table.value, "vars", faults).into_iter().collect()
}

/// A table of the user's own names, each with a text.
pub(super) fn named_texts(table: Table, place: &str, faults: &mut Faults<'_>) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for entry in table.entries {
        let text = match entry.value.kind {
            Kind::String(text) => text,
            Kind::Integer(number) => number.to_string(),
            Kind::Float(number) => number.to_string(),
            Kind::Date(date) => date.to_string(),
            other => {
                faults.invalid(&entry.value.range, format!("`[{place}]` takes strings, this is {}", other.name()), None);
                continue;
            }
        };
        let named = !entry.key.is_empty() && entry.key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        if named {
            texts.push((entry.key, text));
        } else {
            let message = format!("`{}` is not a name: letters, digits, `_` and `-` only", entry.key);
            faults.invalid(&entry.key_range, message, None);
        }
    }
    texts
}

pub(super) fn globs(table: &mut Reader, name: &'static str, faults: &mut Faults<'_>) -> Vec<Spanned<String>> {
    let mut globs = table.strings(&[name], faults);
    globs.retain(|glob| match path_glob(&glob.value) {
        Ok(_) => true,
        Err(error) => {
            faults.invalid(&glob.range, format!("`{}` is not a pattern: {}", glob.value, error.kind()), None);
            false
        }
    });
    globs
}

/// A folder of the site, relative to its root.
pub(super) fn folder(table: &mut Reader, name: &'static str, faults: &mut Faults<'_>) -> Option<Folder> {
    let text = table.string(&[name], faults)?;
    let path = text.value.trim_start_matches("./").trim_end_matches('/');
    if !path.is_empty() && path != "." && SourcePath::new(path).is_err() {
        let help = format!("write a folder below the site's root, as `{}`", if name == "folder" { "public" } else { "content" });
        faults.invalid(&text.range, format!("`{}` is not a folder of the site", text.value), help);
        return None;
    }
    Some(Spanned { value: if path == "." { String::new() } else { path.to_owned() }, range: text.range })
}

pub(super) fn missing(message: &str, range: &Range<usize>, help: &str, faults: &mut Faults<'_>) {
    let diagnostic = Diagnostic::new(Code::ConfigKeyMissing, message).at(faults.span(range)).help(help.to_owned());
    faults.found.push(diagnostic);
}
