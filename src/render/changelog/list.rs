//! The changelog: the newest releases with all that they say, older ones by name; and what a release says of itself on its own page.

use serde::Serialize;

use super::{History, HistoryFiles};
use crate::id::Url;
use crate::parse::Role;
use crate::render::compose::{Composer, From};
use crate::render::view::LinkView;
use crate::resolve::{PageNo, Release, ReleaseNo, TopicKind};

/// How many bytes of HTML the changelog shows: releases beyond that are named.
const SHOWN: usize = 120_000;

/// What the page of a changelog shows below its text.
#[derive(Debug, Serialize)]
pub struct ChangelogView<'a> {
    /// The files that the page calls in.
    pub files: HistoryFiles,
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
    pub id: String,
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

impl<'a> Composer<'a> {
    /// What a release says of itself on its page; none for other pages.
    pub fn release(&self, no: PageNo) -> Option<ReleaseView<'a>> {
        let page = &self.site.catalog.pages[no];
        page.facts.release.as_ref()?;
        let known = self.site.releases.list.iter().find(|release| release.page == no || release.id == page.facts.release.as_ref().and_then(|own| own.id.clone()))?;
        Some(self.release_view(known, &page.url))
    }

    fn release_view(&self, release: &'a Release, at: &Url) -> ReleaseView<'a> {
        let page = &self.site.catalog.pages[release.page];
        let version = release.version.filter(|_| self.config.versioned).and_then(|version| {
            let home = &self.site.catalog.pages[self.site.catalog.home(version)?].url;
            Some(LinkView { title: &self.config.versions[version].title, href: self.href(From::Page(at), home) })
        });
        let link = page.facts.release.as_ref().and_then(|facts| facts.link.as_deref());
        ReleaseView {
            title: &release.title,
            date: release.date.map(|date| date.to_string()),
            yanked: release.yanked,
            unreleased: release.id.is_none(),
            version,
            // One that leads elsewhere on the page was written for a file that was one page.
            link: link.filter(|link| link.starts_with("https://") || link.starts_with("http://")),
        }
    }
}

impl<'a> History<'a> {
    /// What the page `no` shows as a changelog; none for other pages.
    pub fn changelog(&self, no: PageNo) -> Option<ChangelogView<'a>> {
        let site = self.composer.site;
        let page = &site.catalog.pages[no];
        let current = self.composer.config.current();
        let own = |release: &&ReleaseNo| {
            // That of an older version ends with the version.
            let owner = site.releases.list[**release].version;
            page.version <= current || owner.is_none_or(|owner| owner >= page.version)
        };
        let numbers: Vec<ReleaseNo> = (0..site.releases.list.len()).collect();
        let numbers: Vec<ReleaseNo> = numbers.iter().filter(own).copied().collect();
        if page.path.as_str() != Role::FOLDER || numbers.is_empty() {
            return None;
        }
        let (mut releases, mut older) = (Vec::new(), Vec::new());
        let mut bytes = 0;
        for no in numbers {
            let release = &site.releases.list[no];
            let body = &self.bodies[no];
            bytes += body.html.len();
            let shown = bytes <= SHOWN || releases.is_empty();
            let from = &site.catalog.pages[release.page].url;
            let listed = ListedView {
                id: from.as_str().trim_end_matches('/').rsplit('/').next().map_or_else(String::new, |name| format!("v{}", crate::id::decode(name))),
                href: self.href(&page.url, from),
                html: if shown { self.moved(&body.html, from, &page.url) } else { String::new() },
                release: self.composer.release_view(release, &page.url),
            };
            if shown { releases.push(listed) } else { older.push(listed) }
        }
        let whole = site.catalog.page_at(current, Role::FOLDER).filter(|whole| *whole != no && page.version > current);
        Some(ChangelogView {
            files: self.composer.history_files(&page.url),
            releases,
            older,
            topics: self.topics(&page.url, None),
            feeds: self.feed_links(&page.url, None),
            upgrade: self.href(&page.url, &super::upgrade::url()),
            deprecations: self.has_deprecations().then(|| self.href(&page.url, &super::deprecation::url())),
            whole: whole.map(|whole| LinkView { title: &site.catalog.pages[whole].title, href: self.href(&page.url, &site.catalog.pages[whole].url) }),
        })
    }

    /// What entries can be chosen by, on the page at `at`; `here` is the topic that is shown.
    pub(super) fn topics(&self, at: &Url, here: Option<usize>) -> TopicsView<'a> {
        let site = self.composer.site;
        let of = |wanted: fn(TopicKind) -> bool| {
            let topics = site.releases.topics.iter().enumerate().filter(|(_, topic)| wanted(topic.kind));
            let link = |(no, topic): (usize, &'a crate::resolve::Topic)| TopicLinkView {
                title: &topic.title,
                href: self.href(at, &topic.url),
                count: topic.entries.len(),
                here: here == Some(no),
            };
            topics.map(link).collect()
        };
        let all = site.catalog.page_at(self.composer.config.current(), Role::FOLDER).map(|no| self.href(at, &site.catalog.pages[no].url));
        TopicsView {
            kinds: of(|kind| matches!(kind, TopicKind::Breaking | TopicKind::Kind(_))),
            areas: of(|kind| kind == TopicKind::Area),
            plans: of(|kind| kind == TopicKind::Plan),
            all: all.unwrap_or_default(),
        }
    }
}
