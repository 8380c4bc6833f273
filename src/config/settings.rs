//! The settings that are not versions, each with its default.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::data::Spanned;
use crate::diagnostic::{Code, Severity};
use crate::id::Digest;

/// Variables by name.
pub type Vars = BTreeMap<String, String>;

/// How the site looks: `theme = "name"`, or a table.
#[derive(Clone, Debug, Default)]
pub struct Theme {
    /// The folder under `themes/`; none for the built-in theme.
    pub name: Option<Spanned<String>>,
    /// The one colour of the site, as CSS writes it.
    pub accent: Option<String>,
    /// An image in `static/`, shown before the title.
    pub logo: Option<Spanned<String>>,
    /// An icon in `static/`.
    pub favicon: Option<Spanned<String>>,
    /// Links of the header.
    pub links: Vec<HeaderLink>,
    /// A line at the foot of each page.
    pub footer: Option<String>,
    /// The layout of the first page of each version.
    pub home: HomeLayout,
    /// Where the form "Was this page helpful?" is sent: a path of the site's host, or an address; no form without one.
    pub feedback: Option<String>,
}

/// The layout of the first page of a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HomeLayout {
    /// As every page.
    #[default]
    Page,
    /// A wide one that welcomes readers, without the columns at its sides.
    Landing,
}

/// A link of the header.
#[derive(Clone, Debug)]
pub struct HeaderLink {
    /// What it says.
    pub title: String,
    /// Where it leads: an absolute address, or one in the site.
    pub url: Spanned<String>,
}

/// `[markdown]`: how Markdown is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Markdown {
    /// What becomes of raw HTML.
    pub html: HtmlPolicy,
    /// Whether `$…$` is mathematics.
    pub math: bool,
    /// Whether `:tada:` is an emoji.
    pub emoji: bool,
    /// A script in `static/` that draws ` ```mermaid ` fences, on the pages that have them.
    pub mermaid: Option<Spanned<String>>,
    /// Hosts that images may be loaded from.
    pub remote_images: Arc<[String]>,
    /// URL schemes allowed besides http, https, mailto and tel.
    pub schemes: Arc<[String]>,
}

impl Markdown {
    /// Where settings mean the same for texts, digests are equal, wherever in `recto.toml` they stand.
    pub fn digest(&self) -> Digest {
        let Self { html, math, emoji, mermaid, remote_images, schemes } = self;
        let mermaid = mermaid.as_ref().map(|script| &script.value);
        Digest::of(format!("{html:?} {math} {emoji} {mermaid:?} {remote_images:?} {schemes:?}").as_bytes())
    }
}

impl Default for Markdown {
    fn default() -> Self {
        Self { html: HtmlPolicy::Safe, math: false, emoji: true, mermaid: None, remote_images: Arc::default(), schemes: Arc::default() }
    }
}

/// What becomes of raw HTML in Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HtmlPolicy {
    /// Its harmless part passes; the rest is left out, with a diagnostic.
    Safe,
    /// All of it passes: the authors are trusted.
    Allow,
    /// It is shown as text.
    Escape,
}

/// `[lints]`: how much each fault matters.
#[derive(Clone, Debug, Default)]
pub struct Lints(pub(super) Vec<(Code, LintLevel)>);

impl Lints {
    /// The level of `code`, where one is set.
    pub fn level(&self, code: Code) -> Option<LintLevel> {
        self.0.iter().find(|(known, _)| *known == code).map(|(_, level)| *level)
    }
}

/// How much a fault matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LintLevel {
    /// It is not told.
    Allow,
    /// It is a note.
    Note,
    /// It is a warning.
    Warn,
    /// It is an error.
    Error,
}

impl LintLevel {
    /// The level that gives `severity`.
    pub fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => LintLevel::Error,
            Severity::Warning => LintLevel::Warn,
            Severity::Note => LintLevel::Note,
        }
    }

    /// The severity of a fault at this level; none when it is not told.
    pub fn severity(self) -> Option<Severity> {
        match self {
            LintLevel::Allow => None,
            LintLevel::Note => Some(Severity::Note),
            LintLevel::Warn => Some(Severity::Warning),
            LintLevel::Error => Some(Severity::Error),
        }
    }
}

/// `[assets]`: what may lie beside the pages.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// Globs of files that are let through although they could run script.
    pub allow: Vec<Spanned<String>>,
}

/// `[edit]`: where sources are edited.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// An address in which `{path}` stands for the file, from the site's root, and `{ref}` for the version's git ref.
    pub url: Option<String>,
}

/// `[git]`: what is taken from history.
#[derive(Clone, Debug, Default)]
pub struct Git {
    /// Where it is asked that the last change of a page without `updated` is its last commit's day; none where it is not.
    pub last_change: Option<Range<usize>>,
}

/// `[search]`.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Groups of words that mean the same.
    pub synonyms: Vec<Vec<String>>,
}

/// `[guides]`.
#[derive(Clone, Debug)]
pub struct Guides {
    /// After how many days a guide's check is too long ago.
    pub stale_after_days: u32,
}

impl Default for Guides {
    fn default() -> Self {
        Self { stale_after_days: 180 }
    }
}

/// `[test] runners`: what runs the samples of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runner {
    /// The language, as fences name it.
    pub language: String,
    /// The program and its arguments.
    pub command: Vec<String>,
}

/// `[output]`: where the site is written, and what is written beside its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputSettings {
    /// Where `build` writes, relative to the root.
    pub folder: String,
    /// Whether each page has its Markdown beside it.
    pub twins: bool,
    /// Whether each version has an `llms.txt` and an `llms-full.txt`.
    pub llms: bool,
    /// Whether pages say what has changed in them since the version before.
    pub changes: bool,
    /// Whether each version can be read, and printed, in one piece.
    pub print: bool,
    /// How links between files of the site are written. No key says so: the command does.
    pub links: LinkStyle,
}

impl Default for OutputSettings {
    fn default() -> Self {
        Self { folder: "public".to_owned(), twins: true, llms: true, changes: true, print: true, links: LinkStyle::Folders }
    }
}

/// How links between files of the site are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkStyle {
    /// A page is its folder: `guides/webhooks/`. For servers.
    Folders,
    /// A page is its file: `guides/webhooks/index.html`. For folders that are opened from disk, which has no address and no host.
    Files,
}

/// `[feeds]`.
#[derive(Clone, Debug)]
pub struct Feeds {
    /// How many releases a feed holds.
    pub limit: usize,
}

impl Default for Feeds {
    fn default() -> Self {
        Self { limit: 50 }
    }
}
