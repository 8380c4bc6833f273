//! Pages that show what has changed between two versions: one page, or all of them at a glance.
//!
//! - In: what [`compare`](crate::compare) found.
//! - Out: views for `comparison.html` and `differences.html`. What was added and removed is told by elements that say so (`ins`, `del`), by marks
//!   and by words, not by colours alone.

use serde::Serialize;

use super::changelog::GeneratedHead;
use super::compose::{Composer, From};
use super::html::Markup;
use super::view::{HistoryFiles, LinkView, SiteView};
use crate::compare::{Change, Comparison, Kind, Piece, Shown, Span};
use crate::config::VersionNo;
use crate::id::Url;
use crate::resolve::PageNo;

/// A page that has changed.
#[derive(Clone, Copy)]
pub struct Compared<'c> {
    /// What it was.
    pub older: PageNo,
    /// What it is.
    pub newer: PageNo,
    /// Whether it was a part of another page.
    pub split: bool,
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
    let section = |section: &crate::compare::Section| SectionView {
        title: section.heading.as_ref().map(|(.., title)| title.clone()),
        href: section.heading.as_ref().map(|(_, id, _)| {
            let anchor = if id.is_empty() { String::new() } else { format!("#{}", crate::resolve::link::encoded(id)) };
            format!("{}{anchor}", to.href)
        }),
        html: html(&section.shown),
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

/// What is heard before a block.
fn heard(change: Change) -> &'static str {
    match change {
        Change::Same => "",
        Change::Added => "Added: ",
        Change::Removed => "Removed: ",
        Change::Moved => "Moved here: ",
        Change::Changed => "Changed: ",
    }
}

fn class(change: Change) -> &'static str {
    match change {
        Change::Same => "same",
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Moved => "moved",
        Change::Changed => "changed",
    }
}

/// What is shown of a section.
fn html(shown: &[Shown]) -> String {
    let mut out = Markup::default();
    let mut rows = false;
    for shown in shown {
        let row = matches!(shown, Shown::Piece(Piece { kind: Kind::Row(_), .. }));
        if rows && !row {
            out.tag("</tbody></table></div>\n");
        } else if row && !rows {
            out.tag("<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table><tbody>\n");
        }
        rows = row;
        match shown {
            Shown::Skipped(count) => {
                out.tag("<p class=\"skipped\">… ");
                out.text(&count.to_string());
                out.tag(if *count == 1 { " unchanged block</p>\n" } else { " unchanged blocks</p>\n" });
            }
            Shown::Piece(piece) => block(piece, &mut out),
        }
    }
    if rows {
        out.tag("</tbody></table></div>\n");
    }
    out.into_string()
}

fn block(piece: &Piece, out: &mut Markup) {
    let (tag, end, kind) = match &piece.kind {
        Kind::Row(_) => return row(piece, out),
        Kind::Code(_) => ("<pre tabindex=\"0\"", "</pre>", ""),
        Kind::Heading(..) => ("<p", "</p>", " heading"),
        Kind::Item(_) => ("<p", "</p>", " item"),
        Kind::Term | Kind::Title => ("<p", "</p>", " term"),
        Kind::Paragraph | Kind::Definition | Kind::Math | Kind::Rule => ("<p", "</p>", ""),
    };
    out.tag("<div");
    out.attribute("class", &format!("piece {}{kind} deep-{}", class(piece.change), piece.depth.min(4)));
    out.tag(">");
    if piece.change != Change::Same {
        out.tag("<span class=\"only-heard\">");
        out.text(heard(piece.change));
        out.tag("</span>");
    }
    out.tag(tag);
    out.tag(">");
    if matches!(piece.kind, Kind::Code(_)) {
        out.tag("<code>");
        lines(piece, out);
        out.tag("</code>");
    } else if matches!(piece.kind, Kind::Rule) {
        out.text("⁂");
    } else {
        piece.spans.iter().for_each(|span| words(span, piece.change, out));
    }
    out.tag(end);
    out.tag("</div>\n");
}

/// How a span that has changed is marked; a block that is new or gone is marked as a whole.
fn marks(span: &Span, change: Change) -> (&'static str, &'static str) {
    match (change, span.change) {
        (_, Change::Added) => ("<ins>", "</ins>"),
        (_, Change::Removed) => ("<del>", "</del>"),
        _ => ("", ""),
    }
}

/// How many lines of code are shown before and behind what has changed.
const NEAR: usize = 3;

fn lines(piece: &Piece, out: &mut Markup) {
    let last = piece.spans.len().saturating_sub(1);
    for (no, span) in piece.spans.iter().enumerate() {
        let (begin, end) = marks(span, piece.change);
        let lines: Vec<&str> = span.text.split_inclusive('\n').collect();
        // Of what has not changed, that which is near what has.
        let same = span.change == Change::Same && piece.change == Change::Changed && lines.len() > 2 * NEAR + 1;
        let (above, below) = if same { (if no == 0 { 0 } else { NEAR }, if no == last { 0 } else { NEAR }) } else { (lines.len(), 0) };
        let left_out = lines.len() - above - below;
        for (at, line) in lines.iter().enumerate() {
            if at == above && left_out > 0 {
                out.tag("<span class=\"line skipped\">… ");
                out.text(&left_out.to_string());
                out.tag(" unchanged lines</span>\n");
            }
            if (above..above + left_out).contains(&at) {
                continue;
            }
            out.tag(begin);
            out.tag("<span class=\"line\">");
            out.text(line.trim_end_matches('\n'));
            out.tag("</span>");
            out.tag(end);
            out.tag("\n");
        }
    }
}

fn words(span: &Span, change: Change, out: &mut Markup) {
    let (begin, end) = marks(span, change);
    let style = &span.style;
    out.tag(begin);
    let tags = [
        (style.strong, "<strong>", "</strong>"),
        (style.emphasis, "<em>", "</em>"),
        (style.struck, "<s>", "</s>"),
        (style.code, "<code>", "</code>"),
    ];
    for (on, open, _) in tags {
        out.tag(if on { open } else { "" });
    }
    if style.image {
        out.tag("<span class=\"picture\">");
        out.text("Image: ");
    } else if style.link.is_some() {
        out.tag("<span class=\"link\">");
    }
    out.text(&span.text);
    if style.image || style.link.is_some() {
        out.tag("</span>");
    }
    for (on, _, close) in tags.into_iter().rev() {
        out.tag(if on { close } else { "" });
    }
    // Where words lead is told where it may be what has changed.
    if let Some(link) = style.link.as_ref().filter(|_| span.change != Change::Same && change == Change::Changed) {
        out.tag(" <small>(");
        out.text(link);
        out.tag(")</small>");
    }
    out.tag(end);
}

fn row(piece: &Piece, out: &mut Markup) {
    out.tag("<tr");
    out.attribute("class", &format!("piece {}", class(piece.change)));
    out.tag("><td>");
    if piece.change != Change::Same {
        out.tag("<span class=\"only-heard\">");
        out.text(heard(piece.change));
        out.tag("</span>");
    }
    let last = piece.spans.iter().rposition(|span| span.style.cell);
    for (no, span) in piece.spans.iter().enumerate() {
        if !span.style.cell {
            words(span, piece.change, out);
        } else if Some(no) != last {
            out.tag("</td><td>");
        }
    }
    out.tag("</td></tr>\n");
}
