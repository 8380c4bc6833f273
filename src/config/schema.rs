//! Reads `recto.toml`: every key it can have, and what is wrong with those that are there.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::settings::{Assets, Edit, Feeds, Git, Guides, HeaderLink, HtmlPolicy, LintLevel, Lints, Markdown, Runner, Search, Theme, Vars};
use super::versions::{Status, Version};
use super::{Config, FILE, Folder, SiteUrl};
use crate::data::{Faults, Kind, Reader, Spanned, Table};
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span, nearest};
use crate::id::{FileName, SourcePath, VersionFault, VersionId};

pub(super) fn read(root: &Path, text: Option<Arc<str>>) -> Result<Diagnosed<Config>, Diagnostics> {
    let file = FileName::new(FILE);
    let (table, syntax) = crate::data::toml(text.as_deref().unwrap_or_default());
    if !syntax.is_empty() {
        // What could not be read would look like what is missing: nothing more is said until it is TOML.
        let told = |fault: crate::data::SyntaxFault| Diagnostic::new(Code::ConfigSyntax, fault.message).at(Span::new(file.clone(), fault.range));
        return Err(syntax.into_iter().map(told).collect());
    }
    let mut diagnostics = Diagnostics::new();
    let mut faults = Faults { file, offset: 0, unknown: Code::ConfigKeyUnknown, invalid: Code::ConfigValueInvalid, found: &mut diagnostics };
    let value = config(root, text.clone(), Reader::new(table, ""), &mut faults);
    Ok(Diagnosed { value, diagnostics })
}

fn config(root: &Path, text: Option<Arc<str>>, mut top: Reader, faults: &mut Faults<'_>) -> Config {
    let title = top.string(&["title"], faults).map(|title| title.value);
    let url = top.string(&["url"], faults).and_then(|url| {
        let read = SiteUrl::new(&url.value);
        if let Err(why) = &read {
            let help = "write where the site is published, as `https://docs.acme.example`".to_owned();
            faults.invalid(&url.range, format!("`url` is not an address: {why}"), help);
        }
        read.ok()
    });
    let language = top.string(&["language"], faults).and_then(|tag| language(tag, faults));
    let theme = theme(&mut top, faults);
    let vars = vars(top.table("vars", faults), faults);
    let markdown = section(&mut top, "markdown", faults, markdown);
    let lints = lints(top.table("lints", faults), faults);
    let assets = section(&mut top, "assets", faults, |table, faults| Assets { allow: globs(table, "allow", faults) });
    let edit = section(&mut top, "edit", faults, edit);
    let git = section(&mut top, "git", faults, |table, faults| Git { last_change: table.bool(&["last_change"], faults).unwrap_or(false) });
    let search = section(&mut top, "search", faults, search);
    let audiences = top.table("audiences", faults).map(|table| named_texts(table.value, "audiences", faults)).unwrap_or_default();
    let guides = section(&mut top, "guides", faults, guides);
    let runners = runners(&mut top, faults);
    let feeds = section(&mut top, "feeds", faults, feeds);
    let output = section(&mut top, "output", faults, |table, faults| folder(table, "folder", faults));
    let tables = top.tables("versions", faults);
    let versioned = !tables.is_empty();
    let versions = if versioned { versions(tables, faults) } else { vec![only_version(text.is_some())] };
    top.finish(faults);
    Config {
        root: root.to_owned(),
        text,
        title,
        url,
        language: language.unwrap_or_else(|| "en".to_owned()),
        theme,
        versions,
        versioned,
        vars,
        markdown,
        lints,
        assets,
        edit,
        git,
        search,
        audiences,
        guides,
        runners,
        feeds,
        output: output.map_or_else(|| "public".to_owned(), |folder| folder.value),
    }
}

/// A table of settings; one that is not there has every setting at its default.
fn section<T>(top: &mut Reader, name: &'static str, faults: &mut Faults<'_>, read: impl FnOnce(&mut Reader, &mut Faults<'_>) -> T) -> T {
    let table = top.table(name, faults).map(|table| table.value).unwrap_or_default();
    let mut reader = Reader::new(table, format!("`[{name}]`"));
    let value = read(&mut reader, faults);
    reader.finish(faults);
    value
}

fn language(tag: Spanned<String>, faults: &mut Faults<'_>) -> Option<String> {
    let parts: Vec<&str> = tag.value.split('-').collect();
    let good = (2..=3).contains(&parts[0].len())
        && parts[0].bytes().all(|b| b.is_ascii_alphabetic())
        && parts.iter().all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if !good {
        let help = "write a language tag, as `en` or `pt-BR`".to_owned();
        faults.invalid(&tag.range, format!("`{}` is not a language tag", tag.value), help);
    }
    good.then_some(tag.value)
}

fn theme(top: &mut Reader, faults: &mut Faults<'_>) -> Theme {
    let Some(entry) = top.take(&["theme"]) else { return Theme::default() };
    let table = match entry.value.kind {
        Kind::String(name) => {
            let name = Spanned { value: name, range: entry.value.range };
            return Theme { name: theme_name(name, faults), ..Theme::default() };
        }
        Kind::Table(table) => table,
        other => {
            let help = "write `theme = \"default\"`, or a table `[theme]`".to_owned();
            faults.invalid(&entry.value.range, format!("`theme` takes a name or a table, this is {}", other.name()), help);
            return Theme::default();
        }
    };
    let mut reader = Reader::new(table, "`[theme]`");
    let name = reader.string(&["name"], faults).and_then(|name| theme_name(name, faults));
    let accent = reader.string(&["accent"], faults).and_then(|accent| {
        let good = colour(&accent.value);
        if !good {
            let help = "write a colour as `#0a5` or `#00aa55`, or by its CSS name".to_owned();
            faults.invalid(&accent.range, format!("`{}` is not a colour", accent.value), help);
        }
        good.then_some(accent.value)
    });
    let theme = Theme {
        name,
        accent,
        logo: file(&mut reader, "logo", faults),
        favicon: file(&mut reader, "favicon", faults),
        links: links(&mut reader, faults),
        footer: reader.string(&["footer"], faults).map(|footer| footer.value),
        home: reader.choice("home", &[("page", "page"), ("landing", "landing")], faults).map(str::to_owned),
    };
    reader.finish(faults);
    theme
}

fn theme_name(name: Spanned<String>, faults: &mut Faults<'_>) -> Option<Spanned<String>> {
    if name.value == "default" {
        return None;
    }
    if name.value.contains('/') || SourcePath::new(&name.value).is_err() {
        let help = "write the name of a folder under `themes/`".to_owned();
        faults.invalid(&name.range, format!("`{}` is not the name of a theme", name.value), help);
        return None;
    }
    Some(name)
}

/// A hexadecimal colour or a word: what can stand in a style sheet without meaning anything else there.
fn colour(text: &str) -> bool {
    match text.strip_prefix('#') {
        Some(digits) => matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => !text.is_empty() && text.len() < 24 && text.bytes().all(|b| b.is_ascii_alphabetic()),
    }
}

fn links(reader: &mut Reader, faults: &mut Faults<'_>) -> Vec<HeaderLink> {
    let mut links = Vec::new();
    for table in reader.tables("links", faults) {
        let mut link = Reader::new(table.value, "`[[theme.links]]`");
        let title = link.string(&["title"], faults);
        let url = link.string(&["url"], faults);
        link.finish(faults);
        match (title, url) {
            (Some(title), Some(url)) => links.push(HeaderLink { title: title.value, url }),
            _ => missing("a link needs `title` and `url`", &table.range, "write `title = \"Support\"` and `url = \"https://…\"`", faults),
        }
    }
    links
}

fn markdown(table: &mut Reader, faults: &mut Faults<'_>) -> Markdown {
    const POLICIES: [(&str, HtmlPolicy); 3] = [("safe", HtmlPolicy::Safe), ("allow", HtmlPolicy::Allow), ("escape", HtmlPolicy::Escape)];
    let default = Markdown::default();
    let lower = |words: Vec<Spanned<String>>| words.into_iter().map(|word| word.value.to_lowercase()).collect();
    Markdown {
        html: table.choice("html", &POLICIES, faults).unwrap_or(default.html),
        math: table.bool(&["math"], faults).unwrap_or(default.math),
        emoji: table.bool(&["emoji"], faults).unwrap_or(default.emoji),
        remote_images: lower(table.strings(&["remote_images"], faults)),
        schemes: schemes(table, faults).into(),
    }
}

/// Further URL schemes. The ones that run what they hold stay shut whatever the configuration says.
fn schemes(table: &mut Reader, faults: &mut Faults<'_>) -> Vec<String> {
    let mut schemes = Vec::new();
    for scheme in table.strings(&["schemes"], faults) {
        let name = scheme.value.trim_end_matches("://").trim_end_matches(':').to_lowercase();
        let formed = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        if !formed {
            faults.invalid(&scheme.range, format!("`{}` is not a URL scheme", scheme.value), "write its name alone, as `ftp`".to_owned());
        } else if matches!(name.as_str(), "javascript" | "data" | "vbscript" | "blob" | "file") {
            faults.invalid(&scheme.range, format!("`{name}:` is never allowed in links"), "remove it".to_owned());
        } else {
            schemes.push(name);
        }
    }
    schemes
}

fn lints(table: Option<Spanned<Table>>, faults: &mut Faults<'_>) -> Lints {
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
            Some((_, level)) => lints.push((code, *level)),
            None => {
                let help = "write \"allow\", \"note\", \"warn\" or \"error\"".to_owned();
                faults.invalid(&entry.value.range, format!("`{}` is no level", entry.key), help);
            }
        }
    }
    Lints(lints)
}

fn vars(table: Option<Spanned<Table>>, faults: &mut Faults<'_>) -> Vars {
    table.map(|table| named_texts(table.value, "vars", faults).into_iter().collect()).unwrap_or_default()
}

/// A table of the user's own names, each with a text.
fn named_texts(table: Table, place: &str, faults: &mut Faults<'_>) -> Vec<(String, String)> {
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

fn edit(table: &mut Reader, faults: &mut Faults<'_>) -> Edit {
    let url = table.string(&["url"], faults).and_then(|url| {
        let web = url.value.starts_with("https://") || url.value.starts_with("http://");
        let good = web && url.value.contains("{path}");
        if !good {
            let help = "write an address with `{path}` in it, as `https://git.acme.example/docs/edit/main/{path}`".to_owned();
            faults.invalid(&url.range, "`url` names no place to edit a file", help);
        }
        good.then_some(url.value)
    });
    Edit { url }
}

fn search(table: &mut Reader, faults: &mut Faults<'_>) -> Search {
    let Some(entry) = table.take(&["synonyms"]) else { return Search::default() };
    let mut synonyms = Vec::new();
    let groups = match entry.value.kind {
        Kind::Array(groups) => groups,
        other => {
            let help = "write groups of words, as `[[\"webhook\", \"hook\"]]`".to_owned();
            faults.invalid(&entry.value.range, format!("`synonyms` takes arrays of words, this is {}", other.name()), help);
            Vec::new()
        }
    };
    for group in groups {
        let words: Option<Vec<String>> = match &group.kind {
            Kind::Array(words) => words.iter().map(|word| word.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        match words {
            Some(words) if words.len() > 1 => synonyms.push(words),
            _ => faults.invalid(&group.range, "a group of synonyms is an array of two words or more", None),
        }
    }
    Search { synonyms }
}

fn guides(table: &mut Reader, faults: &mut Faults<'_>) -> Guides {
    let mut guides = Guides::default();
    if let Some(text) = table.string(&["stale_after"], faults) {
        match text.value.strip_suffix('d').and_then(|days| days.parse().ok()) {
            Some(days) => guides.stale_after_days = days,
            None => faults.invalid(&text.range, format!("`{}` is not a number of days", text.value), "write `180d`".to_owned()),
        }
    }
    guides
}

fn runners(top: &mut Reader, faults: &mut Faults<'_>) -> Vec<Runner> {
    section(top, "test", faults, |table, faults| {
        let mut runners = Vec::new();
        for entry in table.table("runners", faults).map(|table| table.value.entries).unwrap_or_default() {
            let command: Option<Vec<String>> = match &entry.value.kind {
                Kind::String(command) => Some(command.split_whitespace().map(str::to_owned).collect()),
                Kind::Array(words) => words.iter().map(|word| word.as_str().map(str::to_owned)).collect(),
                _ => None,
            };
            match command {
                Some(command) if !command.is_empty() => runners.push(Runner { language: entry.key, command }),
                _ => {
                    let help = "write a program and its arguments, as `[\"python3\", \"-\"]`".to_owned();
                    faults.invalid(&entry.value.range, format!("`{}` has no command", entry.key), help);
                }
            }
        }
        runners
    })
}

fn feeds(table: &mut Reader, faults: &mut Faults<'_>) -> Feeds {
    let mut feeds = Feeds::default();
    if let Some(limit) = table.integer(&["limit"], faults) {
        match usize::try_from(limit.value) {
            Ok(count) if count > 0 => feeds.limit = count,
            _ => faults.invalid(&limit.range, "`limit` must be 1 or more", None),
        }
    }
    feeds
}

fn globs(table: &mut Reader, name: &'static str, faults: &mut Faults<'_>) -> Vec<Spanned<String>> {
    let mut globs = table.strings(&[name], faults);
    globs.retain(|glob| match globset::Glob::new(&glob.value) {
        Ok(_) => true,
        Err(error) => {
            faults.invalid(&glob.range, format!("`{}` is not a pattern: {}", glob.value, error.kind()), None);
            false
        }
    });
    globs
}

/// A folder of the site, relative to its root.
fn folder(table: &mut Reader, name: &'static str, faults: &mut Faults<'_>) -> Option<Folder> {
    let text = table.string(&[name], faults)?;
    let path = text.value.trim_start_matches("./").trim_end_matches('/');
    if !path.is_empty() && path != "." && SourcePath::new(path).is_err() {
        let help = format!("write a folder below the site's root, as `{}`", if name == "folder" { "public" } else { "content" });
        faults.invalid(&text.range, format!("`{}` is not a folder of the site", text.value), help);
        return None;
    }
    Some(Spanned { value: if path == "." { String::new() } else { path.to_owned() }, range: text.range })
}

/// A file of `static/`.
fn file(table: &mut Reader, name: &'static str, faults: &mut Faults<'_>) -> Option<Spanned<String>> {
    let text = table.string(&[name], faults)?;
    let path = text.value.trim_start_matches('/').trim_start_matches("static/").to_owned();
    if SourcePath::new(&path).is_err() {
        faults.invalid(&text.range, format!("`{}` is not a file of `static/`", text.value), None);
        return None;
    }
    Some(Spanned { value: path, range: text.range })
}

fn missing(message: &str, range: &Range<usize>, help: &str, faults: &mut Faults<'_>) {
    let diagnostic = Diagnostic::new(Code::ConfigKeyMissing, message).at(faults.span(range)).help(help.to_owned());
    faults.found.push(diagnostic);
}

/// The version of a site that lists none: `content/`, or the root itself where there is no `recto.toml` either.
fn only_version(configured: bool) -> Version {
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
    status: Option<Status>,
    inherits: Option<Spanned<String>>,
}

fn versions(tables: Vec<Spanned<Table>>, faults: &mut Faults<'_>) -> Vec<Version> {
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
        if entry.status.is_none() {
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
            faults.invalid(&id_range, format!("`id` takes a string, this is {}", other.name()), "write it in quotes: `\"3\"`".to_owned());
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
    let status = reader.choice("status", &Status::ALL, faults).or(alone.then_some(Status::Current));
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
        faults.invalid(&range, "`without` takes away inherited pages, and this version inherits none", "add `inherits`, or remove it".to_owned());
    }
    Some(Listed { version, id_range, status, inherits })
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
