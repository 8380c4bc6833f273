//! Feeds of releases: all of them, and those that concern one part of the product.

use super::History;
use super::entry::class;
use crate::id::Url;
use crate::parse::Role;
use crate::render::listing::{Feed, FeedEntry, atom_feed, json_feed};
use crate::render::view::LinkView;
use crate::resolve::{ReleaseNo, TopicKind};

/// What an entry of a feed is made of.
struct Item {
    url: String,
    title: String,
    release: ReleaseNo,
    html: String,
    categories: Vec<String>,
}

/// The feed of a folder.
const ATOM: &str = "feed.xml";
const JSON: &str = "feed.json";

impl<'a> History<'a> {
    /// Where the feeds are: of everything, or of the topic `topic`, on the page at `at`. Only parts of the product have feeds of their own. None
    /// without `url`, since what is in a feed has no place from which links could lead.
    pub(super) fn feed_links(&self, at: &Url, topic: Option<usize>) -> Vec<LinkView<'a>> {
        let topic = topic.filter(|no| self.composer.site.releases.topics[*no].kind == TopicKind::Area);
        let Some(folder) = self.feed_folder(topic).filter(|_| self.composer.config.url.is_some()) else { return Vec::new() };
        let link = |title, name| LinkView { title, href: self.href(at, &folder.beside(name)) };
        vec![link("Atom", ATOM), link("JSON Feed", JSON)]
    }

    fn feed_folder(&self, topic: Option<usize>) -> Option<Url> {
        let site = self.composer.site;
        match topic {
            Some(no) => Some(site.releases.topics[no].url.clone()),
            None => Some(site.catalog.pages[site.catalog.page_at(self.composer.config.current(), Role::FOLDER)?].url.clone()),
        }
    }

    /// All feeds: addresses and texts.
    pub fn feeds(&self) -> Vec<(Url, String)> {
        let topics = &self.composer.site.releases.topics;
        let areas = (0..topics.len()).filter(|no| topics[*no].kind == TopicKind::Area).map(Some);
        std::iter::once(None).chain(areas).flat_map(|topic| self.feed(topic)).collect()
    }

    fn feed(&self, topic: Option<usize>) -> Vec<(Url, String)> {
        let site = self.composer.site;
        let config = self.composer.config;
        let (Some(folder), Some(base)) = (self.feed_folder(topic), &config.url) else { return Vec::new() };
        let items: Vec<Item> = self.items(topic).into_iter().take(config.feeds.limit).collect();
        let title = match topic {
            Some(no) => format!("{}: {} · Releases", site.title, site.releases.topics[no].title),
            None => format!("{} · Releases", site.title),
        };
        let entry = |item: &'_ Item| -> FeedEntry<'_> {
            FeedEntry {
                id: &item.url,
                url: &item.url,
                title: &item.title,
                date: site.releases.list[item.release].date,
                html: &item.html,
                categories: item.categories.iter().map(String::as_str).collect(),
            }
        };
        let home = base.absolute(&folder);
        let entries = items.iter().map(entry).collect();
        let feed = Feed { title: &title, author: &site.title, home: &home, language: &config.language, entries };
        let (atom, json) = (folder.beside(ATOM), folder.beside(JSON));
        let (atom_text, json_text) = (atom_feed(&feed, &base.absolute(&atom)), json_feed(&feed, &base.absolute(&json)));
        vec![(atom, atom_text), (json, json_text)]
    }

    /// The releases of a feed, the newest first: by their days, since readers of feeds go by these.
    fn items(&self, topic: Option<usize>) -> Vec<Item> {
        let site = self.composer.site;
        let Some(base) = &self.composer.config.url else { return Vec::new() };
        let mut numbers: Vec<ReleaseNo> = match topic {
            Some(no) => site.releases.topics[no].entries.iter().map(|no| no.release).collect(),
            None => (0..site.releases.list.len()).collect(),
        };
        numbers.dedup();
        // What is not released yet is no news.
        numbers.retain(|no| site.releases.list[*no].id.is_some());
        numbers.sort_by_key(|no| std::cmp::Reverse(site.releases.list[*no].date));
        let item = |release: ReleaseNo| {
            let known = &site.releases.list[release];
            let body = &self.bodies[release];
            let html = match topic {
                Some(no) => {
                    let own = site.releases.topics[no].entries.iter().filter(|no| no.release == release);
                    let items = own.filter_map(|no| {
                        let kind = site.releases.entry(&site.catalog, *no).kind.as_str();
                        Some(format!("<li>{kind}: {}</li>\n", body.entries.get(no.entry)?))
                    });
                    format!("<ul>\n{}</ul>\n", items.collect::<String>())
                }
                None => body.html.clone(),
            };
            let mut kinds: Vec<_> = site.releases.entries().filter(|no| no.release == release).map(|no| site.releases.entry(&site.catalog, no).kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            Item {
                url: base.absolute(&site.catalog.pages[known.page].url),
                title: if known.yanked { format!("{} (yanked)", known.title) } else { known.title.clone() },
                release,
                html,
                categories: if topic.is_some() { Vec::new() } else { kinds.into_iter().map(class).collect() },
            }
        };
        numbers.into_iter().map(item).collect()
    }
}
