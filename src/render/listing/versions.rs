//! `versions.json`: what versions there are, in the form that mike and its readers know, and more.

use serde::Serialize;

use crate::config::{Config, LinkStyle};
use crate::resolve::Site;

#[derive(Serialize)]
struct Listed<'a> {
    version: &'a str,
    title: &'a str,
    aliases: &'a [&'a str],
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    released: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    support_ends: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// Relative to the file itself, so that it is right under any base path.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// The list of versions, newest first. One that is gone has no `url`. None on a site without versions.
pub fn versions(site: &Site, config: &Config) -> Option<String> {
    if !config.versioned {
        return None;
    }
    let listed: Vec<Listed<'_>> = config
        .versions
        .iter()
        .enumerate()
        .map(|(no, version)| Listed {
            version: version.id.as_str(),
            title: &version.title,
            aliases: &[],
            status: version.status.as_str(),
            released: version.released.map(|date| date.to_string()),
            support_ends: version.support_ends.map(|date| date.to_string()),
            until: version.until.map(|date| date.to_string()),
            url: site.catalog.home(no).map(|home| match (site.catalog.pages[home].url.as_str().trim_start_matches('/'), config.output.links) {
                ("", LinkStyle::Folders) => "./".to_owned(),
                (path, LinkStyle::Folders) => path.to_owned(),
                (path, LinkStyle::Files) => format!("{path}index.html"),
            }),
        })
        .collect();
    let mut json = serde_json::to_string_pretty(&listed).unwrap_or_default();
    json.push('\n');
    Some(json)
}
