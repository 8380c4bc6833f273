//! What is shown of a comparison, as markup: what was added and removed is told by elements that say so (`ins`, `del`), by marks and by words,
//! not by colours alone.

use super::super::html::Markup;
use super::anchor;
use crate::compare::{Change, Element, Image, Kind, Line, Marker, Piece, Shown, Span};

/// Where a picture is, and its width and height in CSS pixels.
pub(super) type Picture = (String, Option<(u32, u32)>);

/// Markup in the making.
pub(super) struct Sheet<'a> {
    /// The address of the newer page.
    page: &'a str,
    /// Where the picture is that is the link of this number, of the older text where it was removed, else of the newer one; none for one that
    /// lies elsewhere.
    picture: &'a dyn Fn(Change, usize) -> Option<Picture>,
    out: Markup,
}

/// What is shown of a section of the page at `page`.
pub(super) fn html(shown: &[Shown], page: &str, picture: &dyn Fn(Change, usize) -> Option<Picture>) -> String {
    let mut sheet = Sheet { page, picture, out: Markup::default() };
    sheet.section(shown);
    sheet.out.into_string()
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

impl Sheet<'_> {
    fn section(&mut self, shown: &[Shown]) {
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
                self.out.tag("</tbody></table></div>\n");
                in_table = false;
            }
            if wants && !in_table {
                self.out.tag("<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table><tbody>\n");
                in_table = true;
            }
            match part {
                Shown::Skipped(count) => self.skipped(*count, in_table),
                Shown::Piece(piece) => self.block(piece),
            }
        }
        if in_table {
            self.out.tag("</tbody></table></div>\n");
        }
    }

    fn skipped(&mut self, count: usize, in_table: bool) {
        self.out.tag(if in_table { "<tr><td class=\"skipped\" colspan=\"99\">… " } else { "<p class=\"skipped\">… " });
        self.out.text(&count.to_string());
        self.out.tag(match (in_table, count) {
            (true, 1) => " unchanged row</td></tr>\n",
            (true, _) => " unchanged rows</td></tr>\n",
            (false, 1) => " unchanged block</p>\n",
            (false, _) => " unchanged blocks</p>\n",
        });
    }

    fn block(&mut self, piece: &Piece) {
        let (tag, end, class) = match &piece.form.kind {
            Kind::Row(head) => return self.row(piece, *head),
            Kind::Code | Kind::Diagram => ("<pre tabindex=\"0\"", "</pre>", ""),
            Kind::Heading(..) => ("<p", "</p>", " heading"),
            Kind::Item(Marker::Bullet) => ("<p", "</p>", " item"),
            Kind::Term | Kind::Title => ("<p", "</p>", " term"),
            Kind::Item(_) | Kind::Paragraph | Kind::Definition | Kind::Rule => ("<p", "</p>", ""),
        };
        self.out.tag("<div");
        self.out.attribute("class", &format!("piece {}{class} deep-{}", piece.change.name(), piece.form.depth().min(4)));
        self.out.tag(">");
        self.told(piece);
        self.out.tag(tag);
        self.out.tag(">");
        match &piece.form.kind {
            Kind::Code | Kind::Diagram => {
                self.out.tag("<code>");
                self.lines(piece);
                self.out.tag("</code>");
            }
            Kind::Rule => self.out.text("⁂"),
            Kind::Heading(_, id) if !id.is_empty() && piece.change != Change::Removed => {
                self.out.tag("<a");
                self.out.attribute("href", &anchor(self.page, id));
                self.out.tag(">");
                piece.spans.iter().for_each(|span| self.words(span, piece.change));
                self.out.tag("</a>");
            }
            kind => {
                if let Kind::Item(Marker::Number(number, _)) = kind {
                    self.out.text(&format!("{number}. "));
                }
                piece.spans.iter().for_each(|span| self.words(span, piece.change));
            }
        }
        self.out.tag(end);
        self.out.tag("</div>\n");
    }

    /// What happened to a block, for those who listen; and for all, what it was and is, where that has changed.
    fn told(&mut self, piece: &Piece) {
        if piece.change != Change::Same {
            self.out.tag("<span class=\"only-heard\">");
            self.out.text(heard(piece.change));
            self.out.tag("</span>");
        }
        if let Some((was, is)) = &piece.became {
            self.out.tag("<small class=\"form\"><del>");
            self.out.text(was);
            self.out.tag("</del> → <ins>");
            self.out.text(is);
            self.out.tag("</ins></small>");
        }
    }

    fn lines(&mut self, piece: &Piece) {
        for line in piece.lines() {
            match line {
                Line::Skipped(count) => {
                    self.out.tag("<span class=\"line skipped\">… ");
                    self.out.text(&count.to_string());
                    self.out.tag(" unchanged lines</span>\n");
                }
                Line::Code(change, line) => {
                    let (begin, end) = marks(change);
                    self.out.tag(begin);
                    self.out.tag("<span class=\"line\">");
                    self.out.text(line);
                    self.out.tag("</span>");
                    self.out.tag(end);
                    self.out.tag("\n");
                }
            }
        }
    }

    fn words(&mut self, span: &Span, change: Change) {
        let (begin, end) = marks(span.change);
        let style = &span.style;
        // Where words lead is told where it may be what has changed.
        let tells = span.change != Change::Same && change == Change::Changed;
        self.out.tag(begin);
        let element = style.element.map_or(("", ""), tags);
        let tags = [
            (style.strong, ("<strong>", "</strong>")),
            (style.emphasis, ("<em>", "</em>")),
            (style.struck, ("<s>", "</s>")),
            (style.element.is_some(), element),
            (style.code, ("<code>", "</code>")),
            (style.image.is_none() && style.link.is_some(), ("<span class=\"link\">", "</span>")),
        ];
        let on = || tags.iter().filter(|(on, _)| *on).map(|(_, tags)| *tags);
        on().for_each(|(open, _)| self.out.tag(open));
        match &style.image {
            Some(image) => self.image(image, span, tells),
            None => self.out.text(&span.text),
        }
        on().rev().for_each(|(_, close)| self.out.tag(close));
        if let Some(link) = style.link.as_ref().filter(|_| tells) {
            self.out.tag(" <small>(");
            self.out.text(link);
            self.out.tag(")</small>");
        }
        self.out.tag(end);
    }

    /// An image of the site is shown, any other one is only named. Where it may be what has changed, its file and description are told too.
    fn image(&mut self, image: &Image, span: &Span, tells: bool) {
        match image.link.and_then(|no| (self.picture)(span.change, no)) {
            Some((href, size)) => {
                self.out.tag("<img loading=\"lazy\"");
                self.out.attribute("src", &href);
                self.out.attribute("alt", &span.text);
                if let Some((width, height)) = size {
                    self.out.attribute("width", &width.to_string());
                    self.out.attribute("height", &height.to_string());
                }
                self.out.tag(">");
                if !tells {
                    return;
                }
                // The description once more, for those who see.
                self.out.tag(" <small><span aria-hidden=\"true\">");
                self.out.text(&span.text);
                self.out.tag("</span>");
            }
            None => {
                self.out.tag("<span class=\"picture\">Image: ");
                self.out.text(&span.text);
                self.out.tag("</span>");
                if !tells {
                    return;
                }
                self.out.tag(" <small>");
            }
        }
        self.out.tag(" (");
        self.out.text(&image.file);
        self.out.tag(")</small>");
    }

    fn row(&mut self, piece: &Piece, head: bool) {
        let (open, close) = if head { ("<th>", "</th>") } else { ("<td>", "</td>") };
        self.out.tag("<tr");
        self.out.attribute("class", &format!("piece {}", piece.change.name()));
        self.out.tag(">");
        self.out.tag(open);
        self.told(piece);
        let last = piece.spans.iter().rposition(|span| span.style.cell);
        for (no, span) in piece.spans.iter().enumerate() {
            if !span.style.cell {
                self.words(span, piece.change);
            } else if Some(no) != last {
                self.out.tag(close);
                self.out.tag(open);
            }
        }
        self.out.tag(close);
        self.out.tag("</tr>\n");
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
