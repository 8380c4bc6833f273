//! Reads `recto.toml`: every key it can have, and what is wrong with those that are there.

use std::path::Path;
use std::sync::Arc;

use super::listed::{only_version, versions};
use super::settings::{Assets, Edit, Feeds, Git, Guides, HeaderLink, HomeLayout, HtmlPolicy, Markdown, OutputSettings, Runner, Search, Theme};
use super::values::{folder, globs, lints, missing, named_texts, vars};
use super::{Config, FILE, SiteUrl};
use crate::data::{Faults, Kind, Reader, Spanned};
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::id::{FileName, SourcePath};

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
    let git = section(&mut top, "git", faults, |table, faults| Git { last_change: table.asked("last_change", faults) });
    let search = section(&mut top, "search", faults, search);
    let audiences = top.table("audiences", faults).map(|table| named_texts(table.value, "audiences", faults)).unwrap_or_default();
    let guides = section(&mut top, "guides", faults, guides);
    let runners = runners(&mut top, faults);
    let feeds = section(&mut top, "feeds", faults, feeds);
    let output = section(&mut top, "output", faults, output);
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
        output,
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
        home: reader.choice("home", &[("page", HomeLayout::Page), ("landing", HomeLayout::Landing)], faults).unwrap_or_default(),
        feedback: feedback(&mut reader, faults),
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

/// Where a form may be sent: nothing but a path or an address over HTTP, whatever else a browser would take.
fn feedback(reader: &mut Reader, faults: &mut Faults<'_>) -> Option<String> {
    let target = reader.string(&["feedback"], faults)?;
    let path = target.value.starts_with('/') && !target.value.starts_with("//");
    let good = path || target.value.starts_with("https://") || target.value.starts_with("http://");
    if !good || target.value.contains(|c: char| c.is_whitespace() || c.is_control()) {
        let help = "write a path of your host, as `/feedback`, or an address, as `https://acme.example/feedback`".to_owned();
        faults.invalid(&target.range, format!("`{}` is no place to send a form to", target.value), help);
        return None;
    }
    Some(target.value)
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
        mermaid: file(table, "mermaid", faults),
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

fn output(table: &mut Reader, faults: &mut Faults<'_>) -> OutputSettings {
    let default = OutputSettings::default();
    OutputSettings {
        folder: folder(table, "folder", faults).map_or(default.folder, |folder| folder.value),
        twins: table.bool(&["twins"], faults).unwrap_or(default.twins),
        changes: table.bool(&["changes"], faults).unwrap_or(default.changes),
        llms: table.bool(&["llms"], faults).unwrap_or(default.llms),
        print: table.bool(&["print"], faults).unwrap_or(default.print),
        links: default.links,
    }
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
