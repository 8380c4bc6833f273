//! `recto version list`: the versions, newest first.

use serde::Serialize;

use super::super::Status;
use super::super::args::{Format, VersionList};
use super::super::output::Printer;
use crate::config::Version;
use crate::pipeline::Edition;

/// A version, as programs read it.
#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    title: &'a str,
    status: &'a str,
    released: Option<String>,
    support_ends: Option<String>,
    /// Where its pages come from, in words.
    from: String,
    /// How many pages it has.
    pages: usize,
}

pub(super) fn run(edition: &Edition, options: &VersionList, printer: Printer) -> Status {
    let config = &edition.loaded.config;
    let listed = |(no, version): (usize, &'_ Version)| {
        let pages = edition.loaded.site.catalog.range(no).filter(|no| edition.loaded.site.catalog.pages[*no].source.is_some()).count();
        let inherits = version.inherits.as_ref().map(|parent| config.versions[parent.value].id.as_str());
        (no, from(version, inherits), pages)
    };
    let versions: Vec<Listed<'_>> = config
        .versions
        .iter()
        .enumerate()
        .filter(|_| config.versioned)
        .map(listed)
        .map(|(no, from, pages)| {
            let version = &config.versions[no];
            Listed {
                id: version.id.as_str(),
                title: &version.title,
                status: version.status.as_str(),
                released: version.released.map(|date| date.to_string()),
                support_ends: version.support_ends.map(|date| date.to_string()),
                from,
                pages,
            }
        })
        .collect();
    let text = match options.format {
        Format::Json => serde_json::to_string_pretty(&versions).unwrap_or_default() + "\n",
        Format::Human if versions.is_empty() => {
            printer.say("the site has no versions: list them under `[[versions]]` in recto.toml");
            return Status::Well;
        }
        Format::Human => table(&versions),
    };
    if printer.answer(&text).is_err() { Status::Failed } else { Status::Well }
}

/// Where the pages of a version come from.
fn from(version: &Version, inherits: Option<&str>) -> String {
    let folder = version.content.as_ref().map(|content| content.value.as_str()).filter(|content| !content.is_empty());
    let mut parts = Vec::new();
    parts.extend(version.patches.as_ref().map(|patches| format!("{} over", patches.value)));
    match (&version.git, folder) {
        (Some(git), Some(folder)) => parts.push(format!("{folder} in git {}", git.value)),
        (Some(git), None) => parts.push(format!("git {}", git.value)),
        (None, Some(folder)) => parts.push(folder.to_owned()),
        (None, None) if inherits.is_none() => parts.push("content".to_owned()),
        (None, None) => {}
    }
    if let Some(parent) = inherits {
        parts.push(if parts.is_empty() { format!("all of {parent}") } else { format!("over {parent}") });
    }
    parts.join(" ")
}

fn table(versions: &[Listed<'_>]) -> String {
    let empty = String::new();
    let rows = versions.iter().map(|version| {
        let date = |date: &Option<String>| date.as_ref().unwrap_or(&empty).clone();
        [
            version.id.to_owned(),
            version.title.to_owned(),
            version.status.to_owned(),
            date(&version.released),
            date(&version.support_ends),
            version.pages.to_string(),
            version.from.clone(),
        ]
    });
    let head = ["id", "title", "status", "released", "supported until", "pages", "from"].map(str::to_owned);
    let rows: Vec<[String; 7]> = std::iter::once(head).chain(rows).collect();
    let widths: Vec<usize> = (0..7).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    let line = |row: &[String; 7]| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count()))).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
