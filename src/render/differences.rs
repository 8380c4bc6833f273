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
use crate::compare::{Change, Comparison, Element, Kind, Line, Marker, Piece, Shown, Span};
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
        title: section.heading.as_ref().map(|heading| section_title(heading, &new.title).to_owned()),
        href: section.heading.as_ref().map(|(_, id, _)| anchor(&to.href, id)),
        html: html(&section.shown, &to.href),
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

fn state(change: Change) -> &'static str {
    match change {
        Change::Same => "same",
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Moved => "moved",
        Change::Changed => "changed",
    }
}

/// The words of a heading of the page `title`. The page's own title stands there as readers know it, not with the names of its variables.
fn section_title<'a>((level, id, words): &'a (u8, String, String), title: &'a str) -> &'a str {
    if *level == 1 && id.is_empty() { title } else { words }
}

/// The address of the heading `id` of the page at `page`.
fn anchor(page: &str, id: &str) -> String {
    if id.is_empty() { page.to_owned() } else { format!("{page}#{}", crate::resolve::link::encoded(id)) }
}

/// What is shown of a section of the page at `page`.
fn html(shown: &[Shown], page: &str) -> String {
    let mut out = Markup::default();
    let mut in_table = false;
    for (no, part) in shown.iter().enumerate() {
        let row = |shown: Option<&Shown>| match shown.and_then(Shown::piece).map(|piece| &piece.form.kind) {
            Some(Kind::Row(head)) => Some(*head),
            _ => None,
        };
        // What is left out between two rows of a table is a row of it.
        let wants = match part {
            Shown::Piece(_) => row(Some(part)).is_some(),
            Shown::Skipped(_) => in_table && row(shown.get(no + 1)) == Some(false),
        };
        if in_table && (!wants || row(Some(part)) == Some(true)) {
            out.tag("</tbody></table></div>\n");
            in_table = false;
        }
        if wants && !in_table {
            out.tag("<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table><tbody>\n");
            in_table = true;
        }
        match part {
            Shown::Skipped(count) => skipped(*count, in_table, &mut out),
            Shown::Piece(piece) => block(piece, page, &mut out),
        }
    }
    if in_table {
        out.tag("</tbody></table></div>\n");
    }
    out.into_string()
}

fn skipped(count: usize, in_table: bool, out: &mut Markup) {
    out.tag(if in_table { "<tr><td class=\"skipped\" colspan=\"99\">… " } else { "<p class=\"skipped\">… " });
    out.text(&count.to_string());
    out.tag(match (in_table, count) {
        (true, 1) => " unchanged row</td></tr>\n",
        (true, _) => " unchanged rows</td></tr>\n",
        (false, 1) => " unchanged block</p>\n",
        (false, _) => " unchanged blocks</p>\n",
    });
}

fn block(piece: &Piece, page: &str, out: &mut Markup) {
    let (tag, end, class) = match &piece.form.kind {
        Kind::Row(head) => return row(piece, *head, out),
        Kind::Code | Kind::Diagram => ("<pre tabindex=\"0\"", "</pre>", ""),
        Kind::Heading(..) => ("<p", "</p>", " heading"),
        Kind::Item(Marker::Bullet) => ("<p", "</p>", " item"),
        Kind::Term | Kind::Title => ("<p", "</p>", " term"),
        Kind::Item(_) | Kind::Paragraph | Kind::Definition | Kind::Rule => ("<p", "</p>", ""),
    };
    out.tag("<div");
    out.attribute("class", &format!("piece {}{class} deep-{}", state(piece.change), piece.form.depth().min(4)));
    out.tag(">");
    told(piece, out);
    out.tag(tag);
    out.tag(">");
    match &piece.form.kind {
        Kind::Code | Kind::Diagram => {
            out.tag("<code>");
            lines(piece, out);
            out.tag("</code>");
        }
        Kind::Rule => out.text("⁂"),
        Kind::Heading(_, id) if !id.is_empty() && piece.change != Change::Removed => {
            out.tag("<a");
            out.attribute("href", &anchor(page, id));
            out.tag(">");
            piece.spans.iter().for_each(|span| words(span, piece.change, out));
            out.tag("</a>");
        }
        kind => {
            if let Kind::Item(Marker::Number(number, _)) = kind {
                out.text(&format!("{number}. "));
            }
            piece.spans.iter().for_each(|span| words(span, piece.change, out));
        }
    }
    out.tag(end);
    out.tag("</div>\n");
}

/// What happened to a block, for those who listen; and for all, what it was and is, where that has changed.
fn told(piece: &Piece, out: &mut Markup) {
    if piece.change != Change::Same {
        out.tag("<span class=\"only-heard\">");
        out.text(heard(piece.change));
        out.tag("</span>");
    }
    if let Some((was, is)) = &piece.became {
        out.tag("<small class=\"form\"><del>");
        out.text(was);
        out.tag("</del> → <ins>");
        out.text(is);
        out.tag("</ins></small>");
    }
}

/// How what has changed is marked.
fn marks(change: Change) -> (&'static str, &'static str) {
    match change {
        Change::Added => ("<ins>", "</ins>"),
        Change::Removed => ("<del>", "</del>"),
        _ => ("", ""),
    }
}

fn lines(piece: &Piece, out: &mut Markup) {
    for line in piece.lines() {
        match line {
            Line::Skipped(count) => {
                out.tag("<span class=\"line skipped\">… ");
                out.text(&count.to_string());
                out.tag(" unchanged lines</span>\n");
            }
            Line::Code(change, line) => {
                let (begin, end) = marks(change);
                out.tag(begin);
                out.tag("<span class=\"line\">");
                out.text(line);
                out.tag("</span>");
                out.tag(end);
                out.tag("\n");
            }
        }
    }
}

fn words(span: &Span, change: Change, out: &mut Markup) {
    let (begin, end) = marks(span.change);
    let style = &span.style;
    out.tag(begin);
    let element = style.element.map_or(("", ""), tags);
    let tags = [
        (style.strong, ("<strong>", "</strong>")),
        (style.emphasis, ("<em>", "</em>")),
        (style.struck, ("<s>", "</s>")),
        (style.element.is_some(), element),
        (style.code, ("<code>", "</code>")),
        (style.image.is_some(), ("<span class=\"picture\">Image: ", "</span>")),
        (style.image.is_none() && style.link.is_some(), ("<span class=\"link\">", "</span>")),
    ];
    let on = || tags.iter().filter(|(on, _)| *on).map(|(_, tags)| *tags);
    on().for_each(|(open, _)| out.tag(open));
    out.text(&span.text);
    on().rev().for_each(|(_, close)| out.tag(close));
    // Where words lead is told where it may be what has changed.
    if span.change != Change::Same && change == Change::Changed {
        for place in [&style.image, &style.link].into_iter().flatten() {
            out.tag(" <small>(");
            out.text(place);
            out.tag(")</small>");
        }
    }
    out.tag(end);
}

fn tags(element: Element) -> (&'static str, &'static str) {
    match element {
        Element::Sub => ("<sub>", "</sub>"),
        Element::Sup => ("<sup>", "</sup>"),
        Element::Kbd => ("<kbd>", "</kbd>"),
        Element::Mark => ("<mark>", "</mark>"),
        // What is new is underlined.
        Element::U | Element::Ins => ("<b>", "</b>"),
        Element::Small => ("<small>", "</small>"),
        Element::Q => ("<q>", "</q>"),
    }
}

fn row(piece: &Piece, head: bool, out: &mut Markup) {
    let (open, close) = if head { ("<th>", "</th>") } else { ("<td>", "</td>") };
    out.tag("<tr");
    out.attribute("class", &format!("piece {}", state(piece.change)));
    out.tag(">");
    out.tag(open);
    told(piece, out);
    let last = piece.spans.iter().rposition(|span| span.style.cell);
    for (no, span) in piece.spans.iter().enumerate() {
        if !span.style.cell {
            words(span, piece.change, out);
        } else if Some(no) != last {
            out.tag(close);
            out.tag(open);
        }
    }
    out.tag(close);
    out.tag("</tr>\n");
}
