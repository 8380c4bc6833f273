//! The changelog: the newest releases with all that they say, older ones by name; and what a release says of itself on its own page.

use super::super::compose::{Composer, From};
use super::super::moved::below;
use super::super::view::{ChangelogView, LinkView, ListedView, ReleaseView, TocView, TopicLinkView, TopicsView};
use super::History;
use super::place::{deprecations_url, upgrade_url};
use crate::id::Url;
use crate::parse::Role;
use crate::resolve::{PageNo, Release, ReleaseNo, TopicKind};

/// How many bytes of HTML the changelog shows: releases beyond that are named.
const SHOWN: usize = 120_000;

impl<'a> Composer<'a> {
    /// What a release says of itself on its page; none for other pages.
    pub fn release(&self, no: PageNo) -> Option<ReleaseView<'a>> {
        let release = *self.site.releases.told.get(&no)?;
        Some(self.release_view(&self.site.releases.list[release], &self.site.catalog.pages[no].url))
    }

    /// What a release is called in the changelog: its id there.
    fn release_id(&self, release: &Release) -> &'a str {
        let path = self.site.catalog.pages[release.page].path.as_str();
        path.strip_prefix(Role::FOLDER).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path)
    }

    /// Whether the page `no` lists releases.
    pub fn lists_releases(&self, no: PageNo) -> bool {
        self.site.catalog.pages[no].path.as_str() == Role::FOLDER && !self.site.releases.list.is_empty()
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

impl<'a> History<'a, '_> {
    /// What the page `no` shows as a changelog; none for other pages.
    pub fn changelog(&self, no: PageNo) -> Option<ChangelogView<'a>> {
        let site = self.composer.site;
        let page = &site.catalog.pages[no];
        let current = self.composer.config.current();
        // That of an older version ends with the version.
        let own = |release: &ReleaseNo| page.version <= current || site.releases.list[*release].version.is_none_or(|owner| owner >= page.version);
        if !self.composer.lists_releases(no) {
            return None;
        }
        let (mut releases, mut older) = (Vec::new(), Vec::new());
        let mut bytes = 0;
        for no in (0..site.releases.list.len()).filter(own) {
            let release = &site.releases.list[no];
            let body = &self.bodies[no];
            bytes += body.html.len();
            let shown = bytes <= SHOWN || releases.is_empty();
            let from = &site.catalog.pages[release.page].url;
            let listed = ListedView {
                id: self.composer.release_id(release),
                href: self.href(&page.url, from),
                html: if shown { below(&body.html, &self.origin(from), &page.url) } else { String::new() },
                release: self.composer.release_view(release, &page.url),
            };
            if shown { releases.push(listed) } else { older.push(listed) }
        }
        let whole = site.catalog.page_at(current, Role::FOLDER).filter(|whole| *whole != no && page.version > current);
        Some(ChangelogView {
            releases,
            older,
            topics: self.topics(&page.url, None),
            feeds: self.feed_links(&page.url, None),
            upgrade: self.href(&page.url, &upgrade_url()),
            deprecations: self.has_deprecations().then(|| self.href(&page.url, &deprecations_url())),
            whole: whole
                .map(|whole| LinkView { title: &site.catalog.pages[whole].title, href: self.href(&page.url, &site.catalog.pages[whole].url) }),
        })
    }

    /// The table of contents of a changelog: its releases.
    pub fn contents(&self, changelog: &ChangelogView<'a>) -> Vec<TocView<'a>> {
        let entry = |listed: &ListedView<'a>| TocView { title: listed.release.title, id: listed.id, level: 2, children: Vec::new() };
        changelog.releases.iter().map(entry).collect()
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
