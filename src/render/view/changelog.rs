//! What templates see of releases.

use serde::Serialize;

use super::LinkView;

/// The files that pages about what changed call in.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryFiles {
    /// The stylesheet.
    pub stylesheet: String,
    /// The script of the upgrade page, and of pages with filters.
    pub script: String,
}

/// What the page of a changelog shows below its text.
#[derive(Debug, Serialize)]
pub struct ChangelogView<'a> {
    /// The newest releases, with what they say.
    pub releases: Vec<ListedView<'a>>,
    /// Older ones, by name.
    pub older: Vec<ListedView<'a>>,
    /// What entries can be chosen by.
    pub topics: TopicsView<'a>,
    /// The feeds.
    pub feeds: Vec<LinkView<'a>>,
    /// The upgrade page.
    pub upgrade: String,
    /// The list of deprecations; none where nothing is deprecated.
    pub deprecations: Option<String>,
    /// The changelog of all versions, on that of an older version.
    pub whole: Option<LinkView<'a>>,
}

/// A release, in a list.
#[derive(Debug, Serialize)]
pub struct ListedView<'a> {
    /// Its id on the page.
    pub id: &'a str,
    /// Its page.
    pub href: String,
    /// What it says; empty where only its name is shown.
    pub html: String,
    /// What it is.
    #[serde(flatten)]
    pub release: ReleaseView<'a>,
}

/// What a release is.
#[derive(Debug, Serialize)]
pub struct ReleaseView<'a> {
    /// What readers call it.
    pub title: &'a str,
    /// The day of it, as `2026-03-01`.
    pub date: Option<String>,
    /// Whether it was taken back.
    pub yanked: bool,
    /// Whether it is not released yet.
    pub unreleased: bool,
    /// The version that it belongs to: its title, and its first page. None on a site without versions.
    pub version: Option<LinkView<'a>>,
    /// Where its name leads in the text: most changelogs show there what changed in the code.
    pub link: Option<&'a str>,
}

/// What entries can be chosen by.
#[derive(Debug, Serialize)]
pub struct TopicsView<'a> {
    /// Kinds of changes, breaking ones first.
    pub kinds: Vec<TopicLinkView<'a>>,
    /// Parts of the product.
    pub areas: Vec<TopicLinkView<'a>>,
    /// Plans.
    pub plans: Vec<TopicLinkView<'a>>,
    /// The changelog itself.
    pub all: String,
}

/// A topic, and its page.
#[derive(Debug, Serialize)]
pub struct TopicLinkView<'a> {
    /// What readers call it.
    pub title: &'a str,
    /// Its page.
    pub href: String,
    /// How many entries it has.
    pub count: usize,
    /// Whether it is the one that is shown.
    pub here: bool,
}
