//! What the site is, as its `recto.toml` says.
//!
//! - In: the text of `recto.toml`; none at all is a site of one version with every setting at its default.
//! - Out: a [`Config`], and every fault of the text in one run. A bad key spoils that key: its default stands in.
//! - Never here: whether the folders and refs that it names exist; that is for `discover`.

mod glob;
mod listed;
mod range;
mod schema;
mod settings;
mod site_url;
mod values;
mod versions;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use glob::path_glob;
pub use range::{RangeFault, VersionSet, judged, range};
pub use settings::{
    Assets, Edit, Feeds, Git, Guides, HeaderLink, HomeLayout, HtmlPolicy, LinkStyle, LintLevel, Lints, Markdown, OutputSettings, Runner, Search,
    Theme, Vars,
};
pub use site_url::SiteUrl;
pub use versions::{Status, Version, VersionNo};

use crate::data::Spanned;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::id::FileName;

/// The name of the configuration, in the site's root.
pub const FILE: &str = "recto.toml";

/// Everything that a site's owner can set.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder that holds `recto.toml`.
    pub root: PathBuf,
    /// The text of `recto.toml`, to show places in it; none when there is no such file.
    pub text: Option<Arc<str>>,
    /// The site's title; without one, the first page's.
    pub title: Option<String>,
    /// Where the site is published.
    pub url: Option<SiteUrl>,
    /// A BCP 47 language tag.
    pub language: String,
    /// How the site looks.
    pub theme: Theme,
    /// The versions, newest first: at least one, and exactly one of them current.
    pub versions: Vec<Version>,
    /// Whether `[[versions]]` lists them; if not, there is one, which no address and no page names.
    pub versioned: bool,
    /// `[vars]`, for every version.
    pub vars: Vars,
    /// How Markdown is read.
    pub markdown: Markdown,
    /// How much each fault matters.
    pub lints: Lints,
    /// What may lie beside the pages.
    pub assets: Assets,
    /// Where sources are edited.
    pub edit: Edit,
    /// What is taken from git's history.
    pub git: Git,
    /// The search.
    pub search: Search,
    /// The audiences that passages and pages can be kept to, by name, with a title.
    pub audiences: Vec<(String, String)>,
    /// Integration guides.
    pub guides: Guides,
    /// What runs the samples of a language.
    pub runners: Vec<Runner>,
    /// The feeds.
    pub feeds: Feeds,
    /// Where the site is written, and what beside its pages.
    pub output: OutputSettings,
}

impl Config {
    /// The place `range` of `recto.toml`.
    pub fn span(&self, range: &std::ops::Range<usize>) -> Span {
        Span::new(FileName::new(FILE), range.clone())
    }

    /// The same for a folder that is opened from disk: links lead to files, and there is no address to publish at.
    pub fn portable(self) -> Self {
        Self { url: None, output: OutputSettings { links: LinkStyle::Files, ..self.output }, ..self }
    }

    /// The number of the current version.
    pub fn current(&self) -> VersionNo {
        self.versions.iter().position(|version| version.status == Status::Current).unwrap_or(0)
    }

    /// The number of the version `id`.
    pub fn version(&self, id: &str) -> Option<VersionNo> {
        self.versions.iter().position(|version| version.id.as_str() == id)
    }

    /// How much a fault of `code` matters in `version`; its own severity where no `[lints]` speaks of it.
    pub fn lint(&self, code: Code, version: Option<VersionNo>) -> LintLevel {
        let own = version.and_then(|version| self.versions[version].lints.level(code));
        own.or_else(|| self.lints.level(code)).unwrap_or_else(|| LintLevel::of(code.severity()))
    }
}

/// The configuration of the site in the folder `root`.
///
/// # Errors
/// What is wrong when the text cannot be read as settings at all: not UTF-8, unreadable, or not TOML (`config-syntax`).
pub fn load(root: &Path) -> Result<Diagnosed<Config>, Diagnostics> {
    let file = FileName::new(FILE);
    let path = root.join(FILE);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return read(root, None),
        Err(error) => {
            let message = format!("cannot read `{FILE}`: {error}");
            return Err(vec![Diagnostic::new(Code::FileUnreadable, message).at(Span::whole(file))]);
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
            read(root, Some(text.into()))
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let message = format!("`{FILE}` is not UTF-8 from byte {at} on");
            Err(vec![Diagnostic::new(Code::NotUtf8, message).at(Span::whole(file))])
        }
    }
}

/// The configuration that `text` is, of the site in the folder `root`; without a text, that of a folder without `recto.toml`.
///
/// # Errors
/// As [`load`]'s.
pub fn read(root: &Path, text: Option<Arc<str>>) -> Result<Diagnosed<Config>, Diagnostics> {
    schema::read(root, text)
}

/// A folder that a setting names: relative to the root, with `/` between its parts; empty for the root itself.
pub type Folder = Spanned<String>;

#[cfg(test)]
mod tests;
