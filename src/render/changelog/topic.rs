//! The entries of one topic, release by release: all that are breaking, all about webhooks, all for one plan.

use serde::Serialize;

use super::entry::EntryView;
use super::list::TopicsView;
use super::{GeneratedHead, History, HistoryFiles};
use crate::render::view::{LinkView, SiteView};
use crate::resolve::{EntryNo, TopicKind};

/// How many bytes of HTML a topic shows: entries beyond that are counted by release.
const SHOWN: usize = 200_000;

/// What `topic.html` sees.
#[derive(Debug, Serialize)]
pub struct TopicView<'a> {
    /// The site as a whole.
    pub site: SiteView<'a>,
    /// What the head of the document needs.
    pub head: GeneratedHead,
    /// The files that the page calls in.
    pub files: HistoryFiles,
    /// `kind`, `area` or `plan`.
    pub kind: &'static str,
    /// What readers call the topic.
    pub title: &'a str,
    /// The releases that have entries of it, newest first.
    pub releases: Vec<TopicReleaseView<'a>>,
    /// Older ones, of which only the number of entries is told.
    pub older: Vec<TopicReleaseView<'a>>,
    /// What else entries can be chosen by.
    pub topics: TopicsView<'a>,
    /// The feeds of the topic.
    pub feeds: Vec<LinkView<'a>>,
}

/// The entries of a topic that one release has.
#[derive(Debug, Serialize)]
pub struct TopicReleaseView<'a> {
    /// The release.
    pub release: LinkView<'a>,
    /// The day of it.
    pub date: Option<String>,
    /// The entries.
    pub entries: Vec<EntryView<'a>>,
    /// How many there are.
    pub count: usize,
}

impl<'a> History<'a> {
    /// The page of the topic `no`.
    pub fn topic(&self, no: usize) -> TopicView<'a> {
        let site = self.composer.site;
        let topic = &site.releases.topics[no];
        let at = &topic.url;
        let (mut releases, mut older): (Vec<TopicReleaseView<'_>>, Vec<_>) = (Vec::new(), Vec::new());
        let mut bytes = 0;
        for entries in topic.entries.chunk_by(|a: &EntryNo, b: &EntryNo| a.release == b.release) {
            let release = entries[0].release;
            let length = |no: &EntryNo| self.bodies[no.release].entries.get(no.entry).map_or(0, String::len);
            bytes += entries.iter().map(length).sum::<usize>();
            let shown = bytes <= SHOWN || releases.is_empty();
            let current = self.composer.config.current();
            let view = TopicReleaseView {
                release: self.composer.release_link(at, release),
                date: site.releases.list[release].date.map(|date| date.to_string()),
                entries: if shown { entries.iter().map(|no| self.entry(*no, at, &[current])).collect() } else { Vec::new() },
                count: entries.len(),
            };
            if shown { releases.push(view) } else { older.push(view) }
        }
        let (kind, about) = match topic.kind {
            TopicKind::Breaking => ("kind", "Breaking changes in all releases.".to_owned()),
            TopicKind::Kind(_) => ("kind", format!("What was {} in all releases.", topic.title.to_lowercase())),
            TopicKind::Area => ("area", format!("All changes to {}.", topic.title)),
            TopicKind::Plan => ("plan", format!("All changes for the plan {}.", topic.title)),
        };
        TopicView {
            site: self.site_view(at),
            head: self.head(format!("{} · Changelog", topic.title), about, at),
            files: self.composer.history_files(at),
            kind,
            title: &topic.title,
            releases,
            older,
            topics: self.topics(at, Some(no)),
            feeds: self.feed_links(at, Some(no)),
        }
    }
}
