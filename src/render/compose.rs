//! Composes the view of a page: what its template may see, from the tables of the site.
//!
//! A page's cost does not grow with the site: it carries the open branch of the navigation, and a window of sections that are very long.

use super::body::Body;
use super::href::Href;
use super::listing;
use super::prints::Prints;
use super::theme::Theme;
use super::view::{
    BannerView, ChildView, HeadView, LinkView, LogoView, NavView, NotFoundView, PageInfo, PageView, RedirectView, SearchView, SiteView, SwitchView,
    TocView, TreeView, VersionView,
};
use crate::config::{Config, LinkStyle, Status, Vars, VersionNo};
use crate::id::{TWIN, Url};
use crate::parse::{EditLink, Heading, Role, TocDepth};
use crate::resolve::link::Target;
use crate::resolve::{Nav, NavHref, NavNo, PageNo, Redirect, Site, upgrade_url};

/// What views are composed from.
#[derive(Clone, Copy)]
pub struct Composer<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The site.
    pub site: &'a Site,
    /// The theme.
    pub theme: &'a Theme,
    /// Where the links of the header lead, in the order of the configuration.
    pub header: &'a [Target],
    /// The variables of each version, `[vars]` among them.
    pub vars: &'a [Vars],
    /// Width and height of the logo, in CSS pixels.
    pub logo: Option<(u32, u32)>,
    /// The print pages of each version.
    pub prints: &'a [Prints],
    /// What has become of pages since the version before theirs.
    pub since: &'a dyn Since,
}

/// Knows what has become of pages since the version before theirs.
pub trait Since: Sync {
    /// `New` or `Updated`; none for a page that says what it said, or has no version before.
    fn mark(&self, page: PageNo) -> Option<&'static str>;
    /// The version before, and the address of the page that shows what has changed; none where nothing has.
    fn changed(&self, page: PageNo) -> Option<(VersionNo, Url)>;
    /// The version before, and the address of the page that lists what has changed in all pages; none for the oldest version.
    fn overview(&self, version: VersionNo) -> Option<(VersionNo, Url)>;
}

/// How links are written.
#[derive(Clone, Copy)]
pub(super) enum From<'a> {
    /// From a page: relative to it.
    Page(&'a Url),
    /// From a file that is served at any address: from the root of the host.
    Anywhere,
}

/// A section with more entries than this is shown as a window around the open one.
const WINDOW: usize = 80;

impl<'a> Composer<'a> {
    /// Where the links of a page lead, as they are written on it.
    pub fn hrefs(&self, page: PageNo, targets: &[Target]) -> Vec<Href> {
        let from = From::Page(&self.site.catalog.pages[page].url);
        targets
            .iter()
            .map(|target| match target {
                Target::Page(to, rest) if *to == page && rest.starts_with('#') => Href::To(rest.to_string(), None),
                Target::Page(to, rest) => Href::Page(self.href(from, &self.site.catalog.pages[*to].url) + rest),
                Target::Asset(asset, rest) => {
                    let asset = &self.site.catalog.assets[*asset];
                    Href::To(self.href(from, &asset.url) + rest, asset.size)
                }
                Target::File(url, rest) => Href::To(self.href(from, url) + rest, None),
                Target::Here(rest) | Target::External(rest) => Href::To(rest.to_string(), None),
                Target::Remote(url) => Href::Remote(url.to_string()),
                Target::Nothing => Href::Nowhere,
            })
            .collect()
    }

    /// Puts the body of a page into its view.
    pub fn embody(&self, no: PageNo, body: &'a Body, view: &mut PageView<'a>) {
        let page = &self.site.catalog.pages[no];
        let own_title = page.facts.headings.first().is_some_and(|heading| heading.title == page.title);
        if own_title && !body.title.trim().is_empty() {
            view.page.title_html = body.title.clone();
        }
        view.page.html = &body.html;
        view.page.diagrams =
            self.config.markdown.mermaid.as_ref().filter(|_| body.diagrams).map(|script| self.href(From::Page(&page.url), &Url::file(&script.value)));
    }

    /// The view of a page whose links lead to `targets`, still without its body.
    pub fn page(&self, no: PageNo, targets: &[Target]) -> PageView<'a> {
        let page = &self.site.catalog.pages[no];
        let from = From::Page(&page.url);
        let nav = &self.site.navs[page.version];
        let home = page.path.as_str().is_empty();
        let children = if page.section { self.children(no) } else { Vec::new() };
        PageView {
            site: self.site_view(from, page.version),
            head: HeadView {
                title: self.head_title(no),
                canonical: self.config.url.as_ref().map(|url| url.absolute(self.site.canonical(no, self.config.current()))),
                noindex: page.facts.hidden || !self.site.indexed(no, self.config),
                trail: self.trail(no),
                print: self.print(no),
            },
            version: self.version_view(page.version),
            versions: if self.config.versioned { self.switcher(no) } else { Vec::new() },
            banner: self.banner(no),
            nav: self.nav(nav, no),
            tree: listing::tree(self.site, self.config, page.version)
                .map(|tree| TreeView { href: self.href(from, &tree), long: listing::long(self.site, page.version) }),
            breadcrumbs: self.breadcrumbs(no),
            prev: nav.before(no).map(|page| self.link(from, page)),
            next: nav.after(no).map(|page| self.link(from, page)),
            page: PageInfo {
                title: &page.title,
                title_html: escaped(&page.title),
                title_id: page.facts.headings.first().filter(|_| page.facts.lifted).map(|heading| heading.id.as_str()),
                description: page.facts.description.as_deref(),
                kind: page.kind.as_str(),
                html: "",
                diagrams: None,
                empty: page.facts.empty,
                home,
                toc: toc(page.facts.toc, &page.facts.headings[usize::from(page.facts.lifted)..]),
                lists: lists(&children, targets),
                children: self.listed(no, &children),
                twin: self.config.output.twins.then(|| TWIN.to_owned()),
                edit: self.edit(no),
                updated: page.updated.map(|date| date.to_string()),
                changed_since: self
                    .since
                    .changed(no)
                    .map(|(version, url)| LinkView { title: &self.config.versions[version].title, href: self.href(from, &url) }),
                overview: self.overview(no),
                changed_in: self.changed_in(no),
                files: page.facts.release.as_ref().map(|_| self.history_files(&page.url)),
                release: self.release(no),
                changelog: None,
                tags: &page.facts.tags,
                extra: &page.facts.extra,
            },
        }
    }

    /// The view of the page for addresses that are not there.
    pub fn not_found(&self) -> NotFoundView<'a> {
        let current = self.config.current();
        let versions = (0..self.config.versions.len()).filter_map(|no| {
            let home = self.site.catalog.home(no)?;
            Some(SwitchView {
                version: self.version_view(no),
                here: false,
                same: true,
                href: self.href(From::Anywhere, &self.site.catalog.pages[home].url),
                leads_to: &self.site.catalog.pages[home].title,
                mark: None,
            })
        });
        NotFoundView {
            site: self.site_view(From::Anywhere, current),
            versions: if self.config.versioned { versions.collect() } else { Vec::new() },
            script: self.href(From::Anywhere, &self.theme.lost_script),
            addresses: self.href(From::Anywhere, &listing::addresses_url()),
        }
    }

    /// The view of the page at an old address.
    pub fn redirect(&self, redirect: &'a Redirect) -> RedirectView<'a> {
        let from = From::Page(&redirect.from);
        let page = &self.site.catalog.pages[redirect.to];
        RedirectView {
            site: self.site_view(from, page.version),
            href: self.href(from, &page.url),
            title: &page.title,
            canonical: self.config.url.as_ref().map(|url| url.absolute(&page.url)),
            script: self.href(from, &self.theme.redirect_script),
        }
    }

    pub(super) fn href(&self, from: From<'_>, to: &Url) -> String {
        let mut href = match from {
            From::Page(url) => url.link_to(to),
            From::Anywhere => {
                let base = self.config.url.as_ref().map_or("/", |url| url.base.as_str());
                format!("{base}{}", to.as_str().trim_start_matches('/'))
            }
        };
        if self.config.output.links == LinkStyle::Files && to.as_str().ends_with('/') {
            href.push_str("index.html");
        }
        href
    }

    fn link(&self, from: From<'_>, to: PageNo) -> LinkView<'a> {
        let page = &self.site.catalog.pages[to];
        LinkView { title: page.facts.nav_title.as_deref().unwrap_or(&page.title), href: self.href(from, &page.url) }
    }

    pub(super) fn site_view(&self, from: From<'_>, version: VersionNo) -> SiteView<'a> {
        let config = self.config;
        let statics = |file: &str| self.href(from, &Url::file(file));
        let current = self.site.catalog.home(config.current());
        SiteView {
            title: &self.site.title,
            language: &config.language,
            home: self.href(from, &current.map_or_else(|| Url::folder(""), |home| self.site.catalog.pages[home].url.clone())),
            root: match from {
                From::Page(url) => url.to_root(),
                From::Anywhere => self.href(from, &Url::folder("")),
            },
            stylesheet: self.href(from, &self.theme.stylesheet),
            theme_script: self.href(from, &self.theme.theme_script),
            script: self.href(from, &self.theme.script),
            search: SearchView { script: self.href(from, &self.theme.search.0), stylesheet: self.href(from, &self.theme.search.1) },
            more_script: self.href(from, &self.theme.more_script),
            logo: config.theme.logo.as_ref().map(|logo| LogoView {
                href: statics(&logo.value),
                width: self.logo.map(|(width, _)| width),
                height: self.logo.map(|(_, height)| height),
            }),
            favicon: config.theme.favicon.as_ref().map(|icon| statics(&icon.value)),
            links: config
                .theme
                .links
                .iter()
                .zip(self.header)
                .filter_map(|(link, target)| self.header_link(from, version, &link.title, target))
                .collect(),
            footer: config.theme.footer.as_deref(),
            feedback: config.theme.feedback.as_deref(),
            vars: &self.vars[version],
        }
    }

    /// A link of the header: into the reader's own version, where that has the page.
    fn header_link(&self, from: From<'_>, version: VersionNo, title: &'a str, target: &Target) -> Option<LinkView<'a>> {
        let href = match target {
            Target::Page(page, rest) => {
                let own = self.site.counterpart(*page, version).filter(|own| own.same);
                self.href(from, &self.site.catalog.pages[own.map_or(*page, |own| own.page)].url) + rest
            }
            Target::Asset(asset, rest) => self.href(from, &self.site.catalog.assets[*asset].url) + rest,
            Target::File(url, rest) => self.href(from, url) + rest,
            Target::External(url) => url.to_string(),
            Target::Here(_) | Target::Remote(_) | Target::Nothing => return None,
        };
        Some(LinkView { title, href })
    }

    pub(super) fn version_view(&self, no: VersionNo) -> VersionView<'a> {
        let version = &self.config.versions[no];
        VersionView {
            id: version.id.as_str(),
            title: &version.title,
            status: version.status.as_str(),
            released: version.released.map(|date| date.to_string()),
            support_ends: version.support_ends.map(|date| date.to_string()),
        }
    }

    /// The page's title, the version where it is not the current one, and the site's title; each once.
    fn head_title(&self, no: PageNo) -> String {
        let page = &self.site.catalog.pages[no];
        let version = &self.config.versions[page.version];
        let mut parts = vec![page.title.as_str()];
        for part in [if version.status == Status::Current { "" } else { version.title.as_str() }, self.site.title.as_str()] {
            if !part.is_empty() && !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts.join(" · ")
    }

    fn switcher(&self, no: PageNo) -> Vec<SwitchView<'a>> {
        let page = &self.site.catalog.pages[no];
        (0..self.config.versions.len())
            .filter_map(|version| {
                let link = self.site.counterpart(no, version)?;
                Some(SwitchView {
                    version: self.version_view(version),
                    here: version == page.version,
                    same: link.same,
                    href: self.href(From::Page(&page.url), &self.site.catalog.pages[link.page].url),
                    leads_to: &self.site.catalog.pages[link.page].title,
                    mark: if link.same { self.since.mark(link.page) } else { None },
                })
            })
            .collect()
    }

    pub(super) fn banner(&self, no: PageNo) -> Option<BannerView<'a>> {
        let page = &self.site.catalog.pages[no];
        let version = &self.config.versions[page.version];
        if !matches!(version.status, Status::Preview | Status::Deprecated | Status::Retired) {
            return None;
        }
        let current = self.config.current();
        let link = self.site.counterpart(no, current)?;
        let there = &self.site.catalog.pages[link.page];
        let nearest = LinkView { title: &there.title, href: self.href(From::Page(&page.url), &there.url) };
        Some(BannerView {
            kind: version.status.as_str(),
            version: &version.title,
            support_ends: version.support_ends.map(|date| date.to_string()),
            current: &self.config.versions[current].title,
            same: link.same.then(|| nearest.href.clone()),
            nearest,
            upgrade: self.upgrade_href(page.version, &page.url),
        })
    }

    /// The page of the upgrade from a version to the current one, from the page at `at`.
    fn upgrade_href(&self, version: VersionNo, at: &Url) -> Option<String> {
        self.upgrade_between((version, self.config.current()), at)
    }

    /// The page of the upgrade between two versions, from the page at `at`.
    pub(super) fn upgrade_between(&self, pair: (VersionNo, VersionNo), at: &Url) -> Option<String> {
        self.site.releases.upgrades.contains(&pair).then(|| self.href(From::Page(at), &upgrade_url(self.config, pair)))
    }

    /// The list of all pages that have changed since the version before, on first pages and changelogs.
    fn overview(&self, no: PageNo) -> Option<LinkView<'a>> {
        let page = &self.site.catalog.pages[no];
        let (version, url) = self.since.overview(page.version).filter(|_| matches!(page.path.as_str(), "" | Role::FOLDER))?;
        Some(LinkView { title: &self.config.versions[version].title, href: self.href(From::Page(&page.url), &url) })
    }

    /// The newest releases that changed a page: those that its readers have.
    fn changed_in(&self, no: PageNo) -> Vec<LinkView<'a>> {
        const MOST: usize = 5;
        let releases = self.site.releases.of_page.get(&no).map_or(&[][..], Vec::as_slice);
        releases.iter().take(MOST).map(|release| self.release_link(&self.site.catalog.pages[no].url, *release)).collect()
    }

    fn breadcrumbs(&self, no: PageNo) -> Vec<LinkView<'a>> {
        let from = From::Page(&self.site.catalog.pages[no].url);
        self.crumbs(no).map(|section| self.link(from, section)).collect()
    }

    /// The sections that a page lies in, from the version's first page on; none for that.
    pub(super) fn crumbs(&self, no: PageNo) -> impl Iterator<Item = PageNo> {
        let page = &self.site.catalog.pages[no];
        let path = page.path.as_str();
        let top = (!path.is_empty()).then_some("");
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        top.into_iter().chain(folders).filter_map(|folder| self.site.catalog.page_at(page.version, folder))
    }

    /// The pages just below a section, in the order of the navigation.
    pub(super) fn children(&self, no: PageNo) -> Vec<PageNo> {
        let page = &self.site.catalog.pages[no];
        let nav = &self.site.navs[page.version];
        let entries: &[NavNo] =
            if page.path.as_str().is_empty() { &nav.top } else { nav.of.get(&no).map_or(&[][..], |entry| &nav.nodes[*entry].children) };
        let pages = entries.iter().filter_map(|entry| match nav.nodes[*entry].href {
            NavHref::Page(child) if child != no => Some(child),
            _ => None,
        });
        pages.collect()
    }

    fn listed(&self, section: PageNo, pages: &[PageNo]) -> Vec<ChildView<'a>> {
        let from = From::Page(&self.site.catalog.pages[section].url);
        let view = |page: &PageNo| {
            let page = &self.site.catalog.pages[*page];
            ChildView { title: &page.title, href: self.href(from, &page.url), description: page.facts.description.as_deref() }
        };
        pages.iter().map(view).collect()
    }

    fn edit(&self, no: PageNo) -> Option<String> {
        let page = &self.site.catalog.pages[no];
        match &page.facts.edit {
            EditLink::None => None,
            EditLink::Url(url) => Some(url.clone()),
            EditLink::Site => {
                page.source?;
                let pattern = self.config.edit.url.as_ref()?;
                // A file in a ref is called `ref:path`; only one of the working tree can be edited where the pattern names no ref.
                let (reference, path) = page.file.as_str().split_once(':').unwrap_or(("", page.file.as_str()));
                if !reference.is_empty() && !pattern.contains("{ref}") {
                    return None;
                }
                let path: String = path.split('/').map(|part| crate::id::encode_segment(part).collect::<String>()).collect::<Vec<_>>().join("/");
                let reference = if reference.is_empty() { "HEAD" } else { reference };
                Some(pattern.replace("{path}", &path).replace("{ref}", reference))
            }
        }
    }

    fn nav(&self, nav: &'a Nav, page: PageNo) -> Vec<NavView<'a>> {
        let mut open = Vec::new();
        let mut entry = nav.of.get(&page).copied();
        while let Some(no) = entry {
            open.push(no);
            entry = nav.nodes[no].parent;
        }
        let slice = Slice { composer: self, nav, from: &self.site.catalog.pages[page].url, here: open.first().copied(), open: &open };
        slice.entries(&nav.top)
    }
}

/// Whether the pages of a section are listed below its text: not where that leads to some of them itself.
pub(super) fn lists(children: &[PageNo], targets: &[Target]) -> bool {
    !children.is_empty() && !targets.iter().any(|target| matches!(target, Target::Page(to, _) if children.contains(to)))
}

/// The open branch of a version's navigation, for one page.
struct Slice<'a, 'c> {
    composer: &'c Composer<'a>,
    nav: &'a Nav,
    from: &'c Url,
    here: Option<NavNo>,
    open: &'c [NavNo],
}

impl<'a> Slice<'a, '_> {
    fn entries(&self, entries: &[NavNo]) -> Vec<NavView<'a>> {
        let open = entries.iter().position(|no| self.open.contains(no));
        let mut views = Vec::with_capacity(entries.len().min(WINDOW + 4));
        let mut skipped = 0;
        for (place, no) in entries.iter().enumerate() {
            if shown(place, entries.len(), open) {
                views.push(self.entry(*no, skipped));
                skipped = 0;
            } else {
                skipped += 1;
            }
        }
        views
    }

    fn entry(&self, no: NavNo, skipped: usize) -> NavView<'a> {
        let node = &self.nav.nodes[no];
        let here = self.here == Some(no);
        let open = self.open.contains(&no);
        // Children of a heading that leads nowhere can be reached through it alone, so it stays open.
        let inside = open || node.href == NavHref::Nowhere;
        NavView {
            title: &node.title,
            href: match &node.href {
                NavHref::Nowhere => None,
                NavHref::Page(page) => Some(self.composer.href(From::Page(self.from), &self.composer.site.catalog.pages[*page].url)),
                NavHref::Url(url) => Some(url.clone()),
            },
            here,
            mark: match node.href {
                NavHref::Page(page) => self.composer.since.mark(page),
                NavHref::Nowhere | NavHref::Url(_) => None,
            },
            open: open && !here,
            section: !node.children.is_empty(),
            children: if inside { self.entries(&node.children) } else { Vec::new() },
            skipped,
        }
    }
}

/// Whether the entry at `place` of `count` is shown: all of a section that is not very long; else its ends, and what is near the open one.
fn shown(place: usize, count: usize, open: Option<usize>) -> bool {
    const ENDS: usize = 5;
    let near = |open: usize| place.abs_diff(open) <= WINDOW / 2 - ENDS;
    let first = if open.is_some() { ENDS } else { WINDOW - ENDS };
    count <= WINDOW || place < first || place + ENDS >= count || open.is_some_and(near)
}

fn toc(depth: TocDepth, headings: &[Heading]) -> Vec<TocView<'_>> {
    let TocDepth::Levels(min, max) = depth else { return Vec::new() };
    let mut top: Vec<TocView<'_>> = Vec::new();
    for heading in headings.iter().filter(|heading| (min..=max).contains(&heading.level)) {
        let view = TocView { title: &heading.title, id: &heading.id, level: heading.level, children: Vec::new() };
        // At most five levels deep, since there are six.
        let mut list = &mut top;
        while list.last().is_some_and(|last| last.level < heading.level) {
            let last = list.len() - 1;
            list = &mut list[last].children;
        }
        list.push(view);
    }
    top
}

fn escaped(text: &str) -> String {
    let mut markup = super::html::Markup::default();
    markup.text(text);
    markup.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_section_is_a_window_with_its_ends() {
        let count = |count: usize, open: Option<usize>| (0..count).filter(|place| shown(*place, count, open)).count();
        assert_eq!(count(80, None), 80);
        assert_eq!(count(5000, None), 80);
        assert_eq!(count(5000, Some(2500)), 81);
        assert!(shown(2500, 5000, Some(2500)) && shown(0, 5000, Some(2500)) && shown(4999, 5000, Some(2500)));
    }

    #[test]
    fn headings_nest_whatever_levels_they_skip() {
        let heading = |level, id: &str| Heading { level, id: id.to_owned(), title: id.to_owned() };
        let headings = [heading(3, "a"), heading(2, "b"), heading(4, "c"), heading(3, "d"), heading(2, "e")];
        let shape = |views: &[TocView<'_>]| format!("{:?}", views.iter().map(|view| (view.id, view.children.len())).collect::<Vec<_>>());
        assert_eq!(shape(&toc(TocDepth::Levels(2, 4), &headings)), "[(\"a\", 0), (\"b\", 2), (\"e\", 0)]");
        assert_eq!(toc(TocDepth::None, &headings).len(), 0);
    }
}
