//! Pages that show what has changed between two versions: one page, or all of them at a glance.
//!
//! - In: what [`compare`](crate::compare) found.
//! - Out: views for `comparison.html` and `differences.html`.

use serde::Serialize;

use super::changelog::GeneratedHead;
use super::compose::{Composer, From};
use super::view::{HistoryFiles, LinkView, SiteView};
use crate::compare::{Change, Comparison};
use crate::config::VersionNo;
use crate::id::Url;
use crate::resolve::PageNo;
use crate::resolve::link::Target;

mod sheet;

use sheet::html;

/// A page that has changed.
#[derive(Clone, Copy)]
pub struct Compared<'c> {
    /// What it was.
    pub older: PageNo,
    /// What it is.
    pub newer: PageNo,
    /// Whether it was a part of another page.
    pub split: bool,
    /// Where the links of the older one lead.
    pub older_targets: &'c [Target],
    /// Where the links of the newer one lead.
    pub newer_targets: &'c [Target],
    /// What has changed.
    pub comparison: &'c Comparison,
}

/// All pages of a version.
pub struct Overview<'c> {
    /// The version before.
    pub older: VersionNo,
    /// The version.
    pub newer: VersionNo,
    /// Its pages.
    pub pages: Vec<PageSince<'c>>,
    /// Pages of the version before that are gone.
    pub removed: &'c [PageNo],
}

/// What has become of a page.
pub struct PageSince<'c> {
    /// The page.
    pub page: PageNo,
    /// What it was, if it was there.
    pub older: Option<PageNo>,
    /// Whether that was another page, of which it was a part.
    pub split: bool,
    /// What has changed; none where nothing has.
    pub comparison: Option<&'c Comparison>,
    /// The page that shows it.
    pub address: Option<Url>,
}

/// What `comparison.html` sees.
#[derive(Debug, Serialize)]
pub struct ComparisonView<'a> {
    /// The site as a whole.
    pub site: SiteView<'a>,
    /// What the head of the document needs.
    pub head: GeneratedHead,
    /// The files that the page calls in.
    pub files: HistoryFiles,
    /// The title of the page that is compared.
    pub title: &'a str,
    /// The older version, and the page there.
    pub from: LinkView<'a>,
    /// The newer version, and the page there.
    pub to: LinkView<'a>,
    /// Where the page lay before, if it has moved.
    pub moved_from: Option<&'a str>,
    /// The title of the page that it was a part of.
    pub split_from: Option<&'a str>,
    /// The list of all changes between the two versions.
    pub overview: Option<String>,
    /// How many words were added.
    pub added: usize,
    /// How many words were removed.
    pub removed: usize,
    /// The parts of the page in which something has changed.
    pub sections: Vec<SectionView>,
}

/// A part of a page.
#[derive(Debug, Serialize)]
pub struct SectionView {
    /// The heading that it stands below; none before the first one.
    pub title: Option<String>,
    /// Where that is in the newer page.
    pub href: Option<String>,
    /// What is shown, as finished markup.
    pub html: String,
}

/// What `differences.html` sees.
#[derive(Debug, Serialize)]
pub struct DifferencesView<'a> {
    /// The site as a whole.
    pub site: SiteView<'a>,
    /// What the head of the document needs.
    pub head: GeneratedHead,
    /// The files that the page calls in.
    pub files: HistoryFiles,
    /// The older version, and its first page.
    pub from: Option<LinkView<'a>>,
    /// The newer version, and its first page.
    pub to: Option<LinkView<'a>>,
    /// Pages that are new.
    pub added: Vec<DifferenceView<'a>>,
    /// Pages that have changed.
    pub changed: Vec<DifferenceView<'a>>,
    /// Pages that lie elsewhere; those of them that have changed too say how much.
    pub moved: Vec<DifferenceView<'a>>,
    /// Pages that are gone, as they were.
    pub removed: Vec<DifferenceView<'a>>,
    /// How many pages are what they were.
    pub same: usize,
    /// What an upgrade from the one to the other needs; none where no release lies between.
    pub upgrade: Option<String>,
}

/// A page in the list of differences.
#[derive(Debug, Serialize)]
pub struct DifferenceView<'a> {
    /// Its title.
    pub title: &'a str,
    /// Where it is; in the older version, if it is gone.
    pub href: String,
    /// The sections that it lies in.
    pub section: String,
    /// Where it lay before, if it has moved; the page that it was a part of, if it is new.
    pub was: Option<&'a str>,
    /// The page that shows what has changed in it; none where nothing has.
    pub comparison: Option<String>,
    /// How many words were added.
    pub words_added: usize,
    /// How many words were removed.
    pub words_removed: usize,
}

fn head(composer: &Composer<'_>, title: String, description: String, url: &Url) -> GeneratedHead {
    let site = &composer.site.title;
    GeneratedHead { title: format!("{title} · {site}"), description, canonical: composer.config.url.as_ref().map(|base| base.absolute(url)) }
}

fn version_link<'a>(composer: &Composer<'a>, version: VersionNo, page: PageNo, at: &Url) -> LinkView<'a> {
    LinkView { title: &composer.config.versions[version].title, href: composer.href(From::Page(at), &composer.site.catalog.pages[page].url) }
}

/// The view of what has changed in a page, for the page at `url`.
pub fn differences<'a>(composer: &Composer<'a>, url: &Url, compared: &Compared<'_>) -> ComparisonView<'a> {
    let pages = &composer.site.catalog.pages;
    let (old, new) = (&pages[compared.older], &pages[compared.newer]);
    let (from, to) = (version_link(composer, old.version, compared.older, url), version_link(composer, new.version, compared.newer, url));
    let picture = |change, no: usize| {
        let targets = if change == Change::Removed { compared.older_targets } else { compared.newer_targets };
        let Some(Target::Asset(asset, rest)) = targets.get(no) else { return None };
        let asset = &composer.site.catalog.assets[*asset];
        Some((composer.href(From::Page(url), &asset.url) + rest, asset.size))
    };
    let section = |section: &crate::compare::Section| SectionView {
        title: section.heading.as_ref().map(|heading| section_title(heading, &new.title).to_owned()),
        href: section.heading.as_ref().map(|(_, id, _)| anchor(&to.href, id)),
        html: html(&section.shown, &to.href, &picture),
    };
    ComparisonView {
        site: composer.site_view(From::Page(url), new.version),
        head: head(
            composer,
            format!("{}: {} to {}", new.title, from.title, to.title),
            format!("What has changed in “{}” from {} to {}.", new.title, from.title, to.title),
            url,
        ),
        files: composer.history_files(url),
        title: &new.title,
        moved_from: (!compared.split && old.path != new.path).then(|| old.path.as_str()),
        split_from: compared.split.then_some(old.title.as_str()),
        overview: composer.since.overview(new.version).map(|(_, overview)| composer.href(From::Page(url), &overview)),
        added: compared.comparison.added,
        removed: compared.comparison.removed,
        sections: compared.comparison.sections.iter().map(section).collect(),
        from,
        to,
    }
}

/// The view of what has changed in all pages of a version, for the page at `url`.
pub fn overview<'a>(composer: &Composer<'a>, url: &Url, overview: &Overview<'_>) -> DifferencesView<'a> {
    let pages = &composer.site.catalog.pages;
    let title = |version: VersionNo| composer.config.versions[version].title.as_str();
    let link = |version: VersionNo| composer.site.catalog.home(version).map(|home| version_link(composer, version, home, url));
    let names = |no: PageNo| {
        let crumbs: Vec<&str> =
            composer.crumbs(no).filter(|section| !pages[*section].path.as_str().is_empty()).map(|section| pages[section].title.as_str()).collect();
        crumbs.join(" / ")
    };
    let view = |no: PageNo| DifferenceView {
        title: &pages[no].title,
        href: composer.href(From::Page(url), &pages[no].url),
        section: names(no),
        was: None,
        comparison: None,
        words_added: 0,
        words_removed: 0,
    };
    let mut differences = DifferencesView {
        site: composer.site_view(From::Page(url), overview.newer),
        head: head(
            composer,
            format!("Pages changed from {} to {}", title(overview.older), title(overview.newer)),
            format!("The pages that were added, changed, moved and removed from {} to {}.", title(overview.older), title(overview.newer)),
            url,
        ),
        files: composer.history_files(url),
        from: link(overview.older),
        to: link(overview.newer),
        added: Vec::new(),
        changed: Vec::new(),
        moved: Vec::new(),
        removed: overview.removed.iter().map(|no| view(*no)).collect(),
        same: 0,
        upgrade: composer.upgrade_between((overview.older, overview.newer), url),
    };
    for PageSince { page: no, older, split, comparison, address } in &overview.pages {
        let mut entry = view(*no);
        entry.comparison = address.as_ref().map(|address| composer.href(From::Page(url), address));
        (entry.words_added, entry.words_removed) = comparison.map_or((0, 0), |comparison| (comparison.added, comparison.removed));
        match older {
            None => differences.added.push(entry),
            Some(older) if *split => differences.added.push(DifferenceView { was: Some(&pages[*older].title), ..entry }),
            Some(older) if pages[*older].path != pages[*no].path => {
                differences.moved.push(DifferenceView { was: Some(pages[*older].path.as_str()), ..entry });
            }
            Some(_) if comparison.is_some() => differences.changed.push(entry),
            Some(_) => differences.same += 1,
        }
    }
    differences
}

/// The words of a heading of the page `title`. The page's own title stands there as readers know it, not with the names of its variables.
fn section_title<'a>((level, id, words): &'a (u8, String, String), title: &'a str) -> &'a str {
    if *level == 1 && id.is_empty() { title } else { words }
}

/// The address of the heading `id` of the page at `page`.
fn anchor(page: &str, id: &str) -> String {
    if id.is_empty() { page.to_owned() } else { format!("{page}#{}", crate::resolve::link::encoded(id)) }
}
