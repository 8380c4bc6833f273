//! Deprecations: what will go, since when that is known, when it goes, and what takes its place. As a page, and for calendars.

use jiff::civil::Date;
use serde::Serialize;

use super::{GeneratedHead, History, HistoryFiles};
use crate::id::Url;
use crate::parse::ChangeKind;
use crate::parse::changelog::Until;
use crate::render::listing::{CalendarEvent, calendar};
use crate::render::view::{LinkView, SiteView};
use crate::resolve::{EntryNo, PageNo};

/// What `deprecations.html` sees.
#[derive(Debug, Serialize)]
pub struct DeprecationsView<'a> {
    /// The site as a whole.
    pub site: SiteView<'a>,
    /// What the head of the document needs.
    pub head: GeneratedHead,
    /// The files that the page calls in.
    pub files: HistoryFiles,
    /// What will go, what goes first before all others.
    pub coming: Vec<DeprecationView<'a>>,
    /// What is gone.
    pub gone: Vec<DeprecationView<'a>>,
    /// The calendar file; none where no day is known.
    pub calendar: Option<String>,
    /// The changelog.
    pub changelog: String,
}

/// A deprecation.
#[derive(Debug, Serialize)]
pub struct DeprecationView<'a> {
    /// What is deprecated, with the migration note.
    pub html: String,
    /// The release since which that is known.
    pub since: LinkView<'a>,
    /// The day of that.
    pub since_date: Option<String>,
    /// When it goes: the release or version, in its own words.
    pub until: Option<String>,
    /// The day on which it goes.
    pub until_date: Option<String>,
    /// The page of what takes its place.
    pub instead: Option<LinkView<'a>>,
    /// What takes its place, where that is no page.
    pub instead_words: Option<&'a str>,
    /// The release that removed it.
    pub removed: Option<LinkView<'a>>,
}

/// The address of the page.
pub(super) fn url() -> Url {
    Url::folder("deprecations")
}

/// The address of the calendar.
pub fn calendar_url() -> Url {
    Url::file("deprecations/deprecations.ics")
}

impl<'a> History<'a> {
    fn deprecated(&self) -> impl Iterator<Item = EntryNo> + 'a {
        let site = self.composer.site;
        site.releases.entries().filter(|no| {
            site.releases.entry(&site.catalog, *no).kind == ChangeKind::Deprecated && site.releases.leads(*no).reverted.is_none()
        })
    }

    /// Whether anything was deprecated.
    pub fn has_deprecations(&self) -> bool {
        self.deprecated().next().is_some()
    }

    /// The page of deprecations, and its address.
    pub fn deprecations(&self) -> (Url, DeprecationsView<'a>) {
        let url = url();
        let site = self.composer.site;
        let mut all: Vec<(Option<Date>, EntryNo)> = self.deprecated().map(|no| (self.goes(no), no)).collect();
        all.sort_by_key(|(goes, no)| (goes.is_none(), *goes, *no));
        let (gone, coming): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, no)| site.releases.leads(*no).removed.is_some());
        let view = |(goes, no): &(Option<Date>, EntryNo)| self.deprecation(*no, *goes, &url);
        let calendar = self.events().first().map(|_| self.href(&url, &calendar_url()));
        let changelog = site.catalog.page_at(self.composer.config.current(), crate::parse::Role::FOLDER);
        let view = DeprecationsView {
            site: self.site_view(&url),
            head: self.head("Deprecations".to_owned(), "What will go, since when that is known, when it goes, and what takes its place.".to_owned(), &url),
            files: self.composer.history_files(&url),
            coming: coming.iter().map(view).collect(),
            gone: gone.iter().map(view).collect(),
            calendar,
            changelog: changelog.map(|no| self.href(&url, &site.catalog.pages[no].url)).unwrap_or_default(),
        };
        (url, view)
    }

    fn deprecation(&self, no: EntryNo, goes: Option<Date>, at: &Url) -> DeprecationView<'a> {
        let site = self.composer.site;
        let says = site.releases.entry(&site.catalog, no);
        let leads = site.releases.leads(no);
        let page = |no: PageNo| {
            let current = self.composer.config.current();
            let page = site.counterpart(no, current).filter(|there| there.same).map_or(no, |there| there.page);
            LinkView { title: &site.catalog.pages[page].title, href: self.href(at, &site.catalog.pages[page].url) }
        };
        DeprecationView {
            html: self.entry_html(no, at),
            since: self.composer.release_link(at, no.release),
            since_date: site.releases.list[no.release].date.map(|date| date.to_string()),
            until: match &says.until {
                Some(Until::Release(release)) => Some(self.composer.config.version(release).map_or(release.clone(), |no| self.version_title(no).to_owned())),
                _ => None,
            },
            until_date: goes.map(|date| date.to_string()),
            instead: leads.instead.map(page),
            instead_words: says.instead.as_deref().filter(|instead| leads.instead.is_none() && !instead.ends_with(".md")),
            removed: leads.removed.map(|no| self.composer.release_link(at, no.release)),
        }
    }

    /// The day on which the thing of a deprecation goes: as it says, or that of the release or version that it names.
    fn goes(&self, no: EntryNo) -> Option<Date> {
        let site = self.composer.site;
        let config = self.composer.config;
        match site.releases.entry(&site.catalog, no).until.as_ref()? {
            Until::Day(day) => Some(*day),
            Until::Release(name) => {
                let bare = name.strip_prefix(['v', 'V']).unwrap_or(name);
                let release = site.releases.list.iter().find(|release| release.id.as_deref() == Some(bare));
                release.and_then(|release| release.date).or_else(|| config.versions[config.version(name)?].released)
            }
        }
    }

    /// The calendar file: when deprecated things go, and when versions lose their support. None where no day is known.
    pub fn calendar(&self) -> Option<(Url, String)> {
        let events = self.events();
        let event = |event: &'_ Event| -> CalendarEvent<'_> {
            let Event { uid, date, stamp, summary, description, url, categories } = event;
            CalendarEvent { uid, date: *date, stamp: *stamp, summary, description, url, categories: categories.iter().map(String::as_str).collect() }
        };
        let title = format!("{}: deprecations", self.composer.site.title);
        (!events.is_empty()).then(|| (calendar_url(), calendar(&title, &events.iter().map(event).collect::<Vec<_>>())))
    }

    fn events(&self) -> Vec<Event> {
        let site = self.composer.site;
        let absolute = |url: &Url| self.composer.config.url.as_ref().map_or_else(String::new, |site| site.absolute(url));
        let mut events = Vec::new();
        for no in self.deprecated().filter(|no| site.releases.leads(*no).removed.is_none()) {
            let Some(date) = self.goes(no) else { continue };
            let says = site.releases.entry(&site.catalog, no);
            let release = &site.releases.list[no.release];
            events.push(Event {
                uid: format!("deprecation {} {} {}", site.title, release.id.as_deref().unwrap_or("unreleased"), no.entry + 1),
                date,
                stamp: release.date.unwrap_or(date),
                summary: format!("{}: last day of: {}", site.title, says.text),
                description: says.instead.as_ref().map_or_else(String::new, |instead| format!("Instead: {instead}")),
                url: absolute(&url()),
                categories: says.areas.clone(),
            });
        }
        for (no, version) in self.composer.config.versions.iter().enumerate().filter(|_| self.composer.config.versioned) {
            let (Some(date), Some(home)) = (version.support_ends, site.catalog.home(no)) else { continue };
            events.push(Event {
                uid: format!("support {} {}", site.title, version.id),
                date,
                stamp: version.released.unwrap_or(date),
                summary: format!("{}: support of {} ends", site.title, version.title),
                description: String::new(),
                url: absolute(&site.catalog.pages[home].url),
                categories: Vec::new(),
            });
        }
        events.sort_by(|a, b| (a.date, &a.uid).cmp(&(b.date, &b.uid)));
        events
    }
}

/// What a calendar should know.
struct Event {
    uid: String,
    date: Date,
    /// The day on which it became known.
    stamp: Date,
    summary: String,
    description: String,
    url: String,
    categories: Vec<String>,
}
