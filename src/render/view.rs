//! All that a template can see, as plain data: the manual of theme authors.
//!
//! A view is closed: it holds what a page shows and nothing to reach further with, so a page's bytes depend on its view alone.
//! Every `href` is written for the page it stands on (relative, percent-encoded), and every `html` is finished markup, to be put in
//! with the `safe` filter; all other text is escaped by the templates.

mod changelog;

use serde::Serialize;

use crate::data::Value;

pub use changelog::{ChangelogView, HistoryFiles, ListedView, ReleaseView, TopicLinkView, TopicsView};

/// What `page.html` sees, or the template that a page's front matter names.
#[derive(Debug, Serialize)]
pub struct PageView<'a> {
    /// The site as a whole.
    pub site: SiteView<'a>,
    /// What the head of the document needs.
    pub head: HeadView,
    /// The version that the page belongs to.
    pub version: VersionView<'a>,
    /// The page in every version, newest first; empty on a site without versions.
    pub versions: Vec<SwitchView<'a>>,
    /// What to say at the top about the version; none on current and supported ones.
    pub banner: Option<BannerView<'a>>,
    /// The open branch of the navigation.
    pub nav: Vec<NavView<'a>>,
    /// All of the navigation, for scripts; none where `nav` shows all of it.
    pub tree: Option<TreeView>,
    /// From the version's first page down to the section that holds this page.
    pub breadcrumbs: Vec<LinkView<'a>>,
    /// The page before this one, in the order of the navigation.
    pub prev: Option<LinkView<'a>>,
    /// The page after this one, in the order of the navigation.
    pub next: Option<LinkView<'a>>,
    /// The page itself.
    pub page: PageInfo<'a>,
}

/// The site as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct SiteView<'a> {
    /// `title` of `recto.toml`, or the first page's title.
    pub title: &'a str,
    /// `language`, a BCP 47 tag.
    pub language: &'a str,
    /// The first page of the current version.
    pub home: String,
    /// The way from this page to the site's root, as `../../`: put it before a path of `static/` or of the theme.
    pub root: String,
    /// The stylesheet.
    pub stylesheet: String,
    /// The script that runs before a page is painted: the reader's choice of light or dark, and of tabs. It stands in the head, and blocks.
    pub theme_script: String,
    /// The script of what a page can do beyond being read, as tabs and buttons that copy code. A page is whole without it.
    pub script: String,
    /// The search: its script, which a page asks for when a reader first searches.
    pub search: SearchView,
    /// The script of what only few readers ask for, as larger images, which `script` brings when they do. It looks for it in `data-more`.
    pub more_script: String,
    /// The image of `[theme] logo`.
    pub logo: Option<LogoView>,
    /// The icon of `[theme] favicon`.
    pub favicon: Option<String>,
    /// The links of `[theme] links`, for the header.
    pub links: Vec<LinkView<'a>>,
    /// The text of `[theme] footer`.
    pub footer: Option<&'a str>,
    /// Where `[theme] feedback` sends the form "Was this page helpful?".
    pub feedback: Option<&'a str>,
    /// `[vars]`, with those of the version over them.
    pub vars: &'a std::collections::BTreeMap<String, String>,
}

/// The search.
#[derive(Clone, Debug, Serialize)]
pub struct SearchView {
    /// The script.
    pub script: String,
    /// The stylesheet that the script calls in.
    pub stylesheet: String,
}

/// The image before the site's title.
#[derive(Clone, Debug, Serialize)]
pub struct LogoView {
    /// Where it is.
    pub href: String,
    /// Its width in CSS pixels, where it can be told.
    pub width: Option<u32>,
    /// Its height in CSS pixels, where it can be told.
    pub height: Option<u32>,
}

/// What the head of the document needs.
#[derive(Debug, Serialize)]
pub struct HeadView {
    /// What a tab and a search engine show: the page's title, the version where it is not the current one, and the site's title.
    pub title: String,
    /// The absolute address that search engines should show; none without `url`.
    pub canonical: Option<String>,
    /// Whether search engines should leave the page out.
    pub noindex: bool,
    /// The way to the page, for search engines: a finished JSON text (schema.org, `BreadcrumbList`), to be put in with the `safe` filter. None
    /// without `url`, and on first pages.
    pub trail: Option<String>,
    /// The print page that holds this page; none where there is none.
    pub print: Option<String>,
}

/// A version.
#[derive(Clone, Debug, Serialize)]
pub struct VersionView<'a> {
    /// The id, as `2`.
    pub id: &'a str,
    /// The title, as `Dashboard 2`.
    pub title: &'a str,
    /// `preview`, `current`, `supported`, `deprecated` or `retired`.
    pub status: &'static str,
    /// The day it was released, as `2026-03-01`.
    pub released: Option<String>,
    /// The day its support ends or ended, as `2027-03-01`.
    pub support_ends: Option<String>,
}

/// The page, seen in one version by the switcher. `href` always leads to a page that exists.
#[derive(Debug, Serialize)]
pub struct SwitchView<'a> {
    /// That version.
    #[serde(flatten)]
    pub version: VersionView<'a>,
    /// Whether it is the version that the reader is in.
    pub here: bool,
    /// Whether that version has this very page; if not, `href` leads to the nearest section that it has.
    pub same: bool,
    /// Where to go.
    pub href: String,
    /// The title of the page that `href` leads to.
    pub leads_to: &'a str,
    /// `New` or `Updated`, where the page has come or changed with that version.
    pub mark: Option<&'static str>,
}

/// What a page of a version that is not for everyone says at its top.
#[derive(Debug, Serialize)]
pub struct BannerView<'a> {
    /// `preview`, `deprecated` or `retired`.
    pub kind: &'static str,
    /// The version's title.
    pub version: &'a str,
    /// The day its support ends or ended.
    pub support_ends: Option<String>,
    /// The current version's title.
    pub current: &'a str,
    /// The same page in the current version; none when it is gone there.
    pub same: Option<String>,
    /// The nearest page of the current version, which always exists.
    pub nearest: LinkView<'a>,
    /// The page of the upgrade to the current version; none where no release lies between.
    pub upgrade: Option<String>,
}

/// A title and where it leads.
#[derive(Clone, Debug, Serialize)]
pub struct LinkView<'a> {
    /// What to show.
    pub title: &'a str,
    /// Where to go.
    pub href: String,
}

/// An entry of the navigation. Branches that the reader is not in are closed: their `children` are left out.
#[derive(Debug, Serialize)]
pub struct NavView<'a> {
    /// What to show.
    pub title: &'a str,
    /// Where to go; none for a heading without a page.
    pub href: Option<String>,
    /// Whether it is this page.
    pub here: bool,
    /// Whether this page is somewhere below it.
    pub open: bool,
    /// `New` or `Updated`, where the page has come or changed since the version before.
    pub mark: Option<&'static str>,
    /// Whether it has entries below it, shown or not.
    pub section: bool,
    /// What lies below it, if `open` or `here`.
    pub children: Vec<NavView<'a>>,
    /// How many entries of a very long section are left out just before this one; `href` of the section lists them all.
    pub skipped: usize,
}

/// All of a version's navigation, which a page asks for when a reader opens a branch or filters.
#[derive(Debug, Serialize)]
pub struct TreeView {
    /// The script that hands the entries over.
    pub href: String,
    /// Whether there are so many that readers may want to filter them.
    pub long: bool,
}

/// The page itself.
#[derive(Debug, Serialize)]
pub struct PageInfo<'a> {
    /// The title, without markup.
    pub title: &'a str,
    /// The title with the markup of the page's first heading.
    pub title_html: String,
    /// The id of the page's first heading, so that links to it arrive.
    pub title_id: Option<&'a str>,
    /// One sentence about the page.
    pub description: Option<&'a str>,
    /// `page`, `guide` or `release`.
    pub kind: &'static str,
    /// The text, without its first heading.
    pub html: &'a str,
    /// The script that draws the diagrams in `html`; none where there are none, or the site has no such script.
    pub diagrams: Option<String>,
    /// Whether `html` is empty, as for a section that has no text of its own.
    pub empty: bool,
    /// Whether it is the first page of its version.
    pub home: bool,
    /// The headings of the text, for a table of contents; empty when the page wants none.
    pub toc: Vec<TocView<'a>>,
    /// Whether `children` should be listed: the page is a section's, and its text leads to none of them.
    pub lists: bool,
    /// The pages of the section that this page stands for; empty for other pages.
    pub children: Vec<ChildView<'a>>,
    /// The page as Markdown; none where the site has no such file.
    pub twin: Option<String>,
    /// Where to edit the source, from `[edit]`.
    pub edit: Option<String>,
    /// The day of the last change, as `2026-03-01`: `updated` of the front matter, else with `[git] last_change` the last commit's.
    pub updated: Option<String>,
    /// What has changed in the page since the version before: that version's title, and the page that shows it; none where nothing has.
    pub changed_since: Option<LinkView<'a>>,
    /// On first pages and changelogs: the title of the version before, and the list of all pages that have changed since.
    pub overview: Option<LinkView<'a>>,
    /// The releases that changed the page, newest first.
    pub changed_in: Vec<LinkView<'a>>,
    /// What the page says of itself as a release; none for other pages.
    pub release: Option<ReleaseView<'a>>,
    /// The releases, on the page of the changelog; none for other pages.
    pub changelog: Option<ChangelogView<'a>>,
    /// The files that pages about changes call in; none for other pages.
    pub files: Option<HistoryFiles>,
    /// `tags` of the front matter.
    pub tags: &'a [String],
    /// `extra` of the front matter: the site's own data.
    pub extra: &'a Value,
}

/// A heading in the table of contents.
#[derive(Debug, Serialize)]
pub struct TocView<'a> {
    /// Its text.
    pub title: &'a str,
    /// Its id in the page.
    pub id: &'a str,
    /// 2 to 6.
    pub level: u8,
    /// The headings below it.
    pub children: Vec<TocView<'a>>,
}

/// A page in the listing of its section.
#[derive(Debug, Serialize)]
pub struct ChildView<'a> {
    /// Its title.
    pub title: &'a str,
    /// Where to go.
    pub href: String,
    /// One sentence about it.
    pub description: Option<&'a str>,
}

/// What `404.html` sees. It is served at any address, so its links are absolute, with the base path.
#[derive(Debug, Serialize)]
pub struct NotFoundView<'a> {
    /// The site as a whole.
    pub site: SiteView<'a>,
    /// The first page of each version, newest first; empty on a site without versions.
    pub versions: Vec<SwitchView<'a>>,
    /// The script that looks for what the reader may have meant.
    pub script: String,
    /// The script that hands it the addresses of the site.
    pub addresses: String,
}

/// What `redirect.html` sees: the page at an old address.
#[derive(Debug, Serialize)]
pub struct RedirectView<'a> {
    /// The site as a whole.
    pub site: SiteView<'a>,
    /// Where the page is now, from the old address.
    pub href: String,
    /// The title of the page there.
    pub title: &'a str,
    /// The absolute address of the page; none without `url`.
    pub canonical: Option<String>,
    /// The script that carries a reader's `#anchor` over.
    pub script: String,
}
