//! Reads `[[versions]]`: each version by itself, then what they say of each other.

use std::ops::Range;

use super::settings::{Lints, Vars};
use super::values::{folder, globs, lints, missing, vars};
use super::versions::{Status, Version};
use crate::data::{Faults, Kind, Reader, Spanned, Table};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::id::{VersionFault, VersionId};

/// The version of a site that lists none: `content/`, or the root itself where there is no `recto.toml` either.
pub(super) fn only_version(configured: bool) -> Version {
    let mut version = bare_version(VersionId::only());
    version.title = String::new();
    version.status = Status::Current;
    let folder = if configured { "content" } else { "" };
    version.content = Some(Spanned { value: folder.to_owned(), range: 0..0 });
    version
}

fn bare_version(id: VersionId) -> Version {
    Version {
        title: id.to_string(),
        id,
        status: Status::Supported,
        released: None,
        support_ends: None,
        until: None,
        content: None,
        git: None,
        patches: None,
        inherits: None,
        without: Vec::new(),
        vars: Vars::new(),
        lints: Lints::default(),
        releases: None,
    }
}

/// What is known of a version while the list is read: `inherits` is still a word.
struct Listed {
    version: Version,
    id_range: Range<usize>,
    /// Whether it says something of its status.
    stated: bool,
    inherits: Option<Spanned<String>>,
}

/// The versions that `[[versions]]` lists: at least one, and exactly one of them current, whatever was wrong.
pub(super) fn versions(tables: Vec<Spanned<Table>>, faults: &mut Faults<'_>) -> Vec<Version> {
    let alone = tables.len() == 1;
    let mut listed: Vec<Listed> = Vec::new();
    for table in tables {
        let range = table.range.clone();
        let Some(entry) = version(table, alone, faults) else { continue };
        if let Some(first) = listed.iter().find(|other| other.version.id == entry.version.id) {
            let diagnostic = Diagnostic::new(Code::VersionDuplicate, format!("the version `{}` is listed twice", entry.version.id))
                .at(faults.span(&entry.id_range))
                .label(faults.span(&first.id_range), "first here")
                .help("give one of them another `id`, or remove it".to_owned());
            faults.found.push(diagnostic);
            continue;
        }
        if !entry.stated {
            missing(
                &format!("the version `{}` has no `status`", entry.version.id),
                &range,
                "write `status = \"supported\"`: one of preview, current, supported, deprecated, retired, gone",
                faults,
            );
        }
        listed.push(entry);
    }
    one_current(&mut listed, faults);
    inherit(&mut listed, faults);
    if listed.is_empty() {
        return vec![only_version(true)];
    }
    listed.into_iter().map(|entry| entry.version).collect()
}

fn version(table: Spanned<Table>, alone: bool, faults: &mut Faults<'_>) -> Option<Listed> {
    let mut reader = Reader::new(table.value, "`[[versions]]`");
    let Some(id) = reader.take(&["id"]) else {
        missing("a version has no `id`", &table.range, "write `id = \"3\"`: its addresses begin with it", faults);
        return None;
    };
    let id_range = id.value.range.clone();
    let text = match id.value.kind {
        Kind::String(text) => text,
        other => {
            let shown = if let Kind::Integer(number) = other { number.to_string() } else { "3".to_owned() };
            faults.invalid(&id_range, format!("`id` takes a string, this is {}", other.name()), format!("write it in quotes: `\"{shown}\"`"));
            return None;
        }
    };
    let id = match VersionId::new(&text) {
        Ok(id) => id,
        Err(fault) => {
            let (why, help) = match fault {
                VersionFault::Form => ("is not of the form `[a-z0-9][a-z0-9._-]*`", "write small letters, digits, `.`, `_` and `-`"),
                VersionFault::Scheme => ("reads as the scheme of a URL", "write another id, as `v3`"),
                VersionFault::Reserved => ("is a name that Recto needs for itself", "write another id, as `v3`"),
            };
            faults.invalid(&id_range, format!("the id `{text}` {why}"), help.to_owned());
            return None;
        }
    };
    let mut version = bare_version(id);
    if let Some(title) = reader.string(&["title"], faults) {
        version.title = title.value;
    }
    let told = faults.found.len();
    let status = reader.choice("status", &Status::ALL, faults).or(alone.then_some(Status::Current));
    // One that is wrong was told; it is not missing too.
    let stated = status.is_some() || faults.found.len() > told;
    version.status = status.unwrap_or(Status::Supported);
    version.released = reader.date(&["released"], faults);
    version.support_ends = reader.date(&["support_ends"], faults);
    version.until = reader.date(&["until"], faults);
    version.content = folder(&mut reader, "content", faults);
    version.git = reader.string(&["git"], faults);
    version.patches = folder(&mut reader, "patches", faults);
    version.without = globs(&mut reader, "without", faults);
    version.releases = reader.string(&["releases"], faults).map(|glob| glob.value);
    version.vars = vars(reader.table("vars", faults), faults);
    version.lints = lints(reader.table("lints", faults), faults);
    let inherits = reader.string(&["inherits"], faults);
    reader.finish(faults);
    if version.content.is_none() && (version.git.is_some() || inherits.is_none()) {
        version.content = Some(Spanned { value: "content".to_owned(), range: id_range.clone() });
    }
    if version.git.is_some() && inherits.is_some() {
        let help = "keep `git`, and put what differs into `patches`; or remove `git`".to_owned();
        faults.invalid(&id_range, format!("the version `{}` has both `git` and `inherits`", version.id), help);
    }
    if !version.without.is_empty() && inherits.is_none() {
        let range = version.without[0].range.clone();
        version.without.clear();
        faults.invalid(&range, "`without` takes away inherited pages, and this version inherits none", "add `inherits`, or remove it".to_owned());
    }
    Some(Listed { version, id_range, stated, inherits })
}

fn one_current(listed: &mut [Listed], faults: &mut Faults<'_>) {
    let current: Vec<usize> = (0..listed.len()).filter(|no| listed[*no].version.status == Status::Current).collect();
    match current.as_slice() {
        [] => {
            // The newest released one stands in, so that the rest of the site can be checked.
            let stand_in = listed.iter().position(|entry| !matches!(entry.version.status, Status::Preview | Status::Gone)).unwrap_or(0);
            if let Some(entry) = listed.get_mut(stand_in) {
                let diagnostic = Diagnostic::new(Code::VersionNoCurrent, "no version is `current`")
                    .at(faults.span(&entry.id_range))
                    .help(format!("write `status = \"current\"` in the version that new customers run, as `{}`", entry.version.id));
                faults.found.push(diagnostic);
                entry.version.status = Status::Current;
            }
        }
        [_] => {}
        [first, others @ ..] => {
            for other in others {
                let diagnostic = Diagnostic::new(Code::VersionTwoCurrent, format!("the version `{}` is `current` too", listed[*other].version.id))
                    .at(faults.span(&listed[*other].id_range))
                    .label(faults.span(&listed[*first].id_range), "this one is current already")
                    .help("write `status = \"supported\"` in the older one".to_owned());
                faults.found.push(diagnostic);
                listed[*other].version.status = Status::Supported;
            }
        }
    }
}

/// Turns the words of `inherits` into places in the list, and breaks circles.
fn inherit(listed: &mut [Listed], faults: &mut Faults<'_>) {
    for no in 0..listed.len() {
        let Some(word) = listed[no].inherits.clone() else { continue };
        match listed.iter().position(|entry| entry.version.id.as_str() == word.value) {
            Some(parent) => listed[no].version.inherits = Some(Spanned { value: parent, range: word.range }),
            None => {
                let near = nearest(&word.value, listed.iter().map(|entry| entry.version.id.as_str()));
                let diagnostic = Diagnostic::new(Code::VersionUnknown, format!("no version `{}` to inherit from", word.value))
                    .at(faults.span(&word.range))
                    .help(near.map(|near| format!("write `{near}`")));
                faults.found.push(diagnostic);
            }
        }
    }
    for no in 0..listed.len() {
        let mut seen = vec![no];
        while let Some(parent) = seen.last().and_then(|last| listed[*last].version.inherits.as_ref()).map(|parent| parent.value) {
            if parent == no {
                let circle: Vec<String> = seen.iter().chain([&no]).map(|no| format!("`{}`", listed[*no].version.id)).collect();
                let range = listed[no].version.inherits.take().map_or(0..0, |parent| parent.range);
                let diagnostic = Diagnostic::new(Code::VersionCycle, format!("versions inherit in a circle: {}", circle.join(" from ")))
                    .at(faults.span(&range))
                    .help("let one of them have its own `content`".to_owned());
                faults.found.push(diagnostic);
                break;
            }
            if seen.contains(&parent) {
                break;
            }
            seen.push(parent);
        }
    }
}
