//! What a block says, piece by piece, each with how it looks: the one reading that digests are made of and words are shown from.

use std::ops::Range;

use super::Side;
use super::comparison::{Image, Style};
use super::element::{Look, Role, role};
use crate::parse::code::Code;
use crate::parse::document::{Attribute, Event, Tag, decoded, md};

/// Hears what a block says.
pub(super) trait Hear {
    /// Words, and the spaces around them.
    fn words(&mut self, text: &str, style: &Style);
    /// An image, or something else that is shown: what it is called.
    fn picture(&mut self, name: &str, style: &Style);
    /// A cell of a table ends.
    fn cell(&mut self);
    /// A block of code: its lines, each with its end.
    fn lines(&mut self, lines: &str);
}

/// Tells `listener` what a block says: the words `before`, then those of these `events`.
pub(super) fn say(before: &str, events: Range<usize>, side: Side<'_, '_>, listener: &mut impl Hear) {
    let mut speaker = Speaker { side, listener, style: Style::default(), outer: Vec::new(), picture: None };
    if !before.is_empty() {
        speaker.words(before);
    }
    for (event, _) in &side.text.document.events[events] {
        speaker.event(event);
    }
}

struct Speaker<'a, 'd, 'l, L> {
    side: Side<'a, 'd>,
    listener: &'l mut L,
    style: Style,
    /// How the words around each open element look.
    outer: Vec<Style>,
    /// The description of the image that is open.
    picture: Option<String>,
}

impl<L: Hear> Speaker<'_, '_, '_, L> {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Markdown(event) => self.markdown(event),
            Event::Code(code) => self.code(code),
            Event::Diagram(text) => self.listener.lines(text),
            Event::Link(no) => {
                let link = self.side.lead(*no);
                self.inside(|style| style.link = Some(link));
            }
            Event::LinkEnd => self.outside(),
            Event::Image(no, _) => {
                let file = self.side.lead(*no);
                self.inside(|style| style.image = Some(Image { file, link: Some(*no) }));
                self.picture = Some(String::new());
            }
            Event::ImageEnd => {
                let name = self.picture.take().unwrap_or_default();
                self.listener.picture(if name.is_empty() { "image" } else { &name }, &self.style);
                self.outside();
            }
            Event::Tag(tag) => self.tag(tag),
            Event::EndTag(name) => match role(name) {
                Role::Words(_) => self.outside(),
                Role::Cell => self.listener.cell(),
                Role::Nothing => {}
                _ => self.words(" "),
            },
            Event::HtmlText(text) => self.words(&decoded(text)),
            Event::Raw(text) | Event::Math(text, _) => self.code_words(text),
            Event::Emoji(_, glyph) => self.words(glyph),
            Event::Open(_) | Event::Close(_) | Event::Title | Event::TitleEnd => {}
        }
    }

    fn markdown(&mut self, event: &md::Event<'_>) {
        match event {
            md::Event::Start(md::Tag::Emphasis) => self.inside(|style| style.emphasis = true),
            md::Event::Start(md::Tag::Strong) => self.inside(|style| style.strong = true),
            md::Event::Start(md::Tag::Strikethrough) => self.inside(|style| style.struck = true),
            md::Event::End(md::TagEnd::Emphasis | md::TagEnd::Strong | md::TagEnd::Strikethrough) => self.outside(),
            md::Event::End(md::TagEnd::TableCell) => self.listener.cell(),
            md::Event::Text(text) => self.words(text),
            md::Event::Code(text) => self.code_words(text),
            md::Event::SoftBreak | md::Event::HardBreak => self.words(" "),
            md::Event::FootnoteReference(label) => {
                if let Some(number) = self.side.notes.get(&**label) {
                    self.words(&format!("[{number}]"));
                }
            }
            md::Event::TaskListMarker(done) => self.words(if *done { "☑ " } else { "☐ " }),
            _ => {}
        }
    }

    fn words(&mut self, text: &str) {
        match &mut self.picture {
            Some(name) => name.push_str(text),
            None => self.listener.words(text, &self.style),
        }
    }

    fn code_words(&mut self, text: &str) {
        let before = std::mem::replace(&mut self.style.code, true);
        self.words(text);
        self.style.code = before;
    }

    /// A block of code. Lines that it says were added or taken out begin with a sign, as they do in its page.
    fn code(&mut self, code: &Code) {
        if code.marks.values().all(|marks| !marks.ins && !marks.del) {
            return self.listener.lines(&code.text);
        }
        let mut text = String::with_capacity(code.text.len() + 2 * code.marks.len());
        for (no, line) in code.text.split_inclusive('\n').enumerate() {
            let marks = code.marks.get(&no).copied().unwrap_or_default();
            text.push_str(if marks.ins { "+ " } else { "" });
            text.push_str(if marks.del { "- " } else { "" });
            text.push_str(line);
        }
        self.listener.lines(&text);
    }

    fn tag(&mut self, tag: &Tag) {
        let attribute = |wanted: &str| tag.attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        let title = || match attribute("title") {
            Some(Attribute::Text(title)) if !title.is_empty() => format!(" “{title}”"),
            _ => String::new(),
        };
        let lead = |wanted: &str| match attribute(wanted)? {
            Attribute::Link(no) => Some(self.side.lead(*no) + &title()),
            Attribute::Text(text) => Some(text.clone()),
        };
        match role(&tag.name) {
            Role::Words(look) => {
                let link = lead("href");
                self.inside(|style| match look {
                    Look::Strong => style.strong = true,
                    Look::Emphasis => style.emphasis = true,
                    Look::Struck => style.struck = true,
                    Look::Code => style.code = true,
                    Look::Link => style.link = link.or(style.link.take()),
                    Look::Other(element) => style.element = Some(element),
                });
            }
            Role::Picture => {
                let file = lead("src").unwrap_or_default();
                let link = match attribute("src") {
                    Some(Attribute::Link(no)) if tag.name == "img" => Some(*no),
                    _ => None,
                };
                let style = Style { image: Some(Image { file, link }), ..self.style.clone() };
                let name = match attribute("alt") {
                    Some(Attribute::Text(name)) if !name.is_empty() => name,
                    _ if tag.name == "img" => "image",
                    _ => &tag.name,
                };
                self.listener.picture(name, &style);
            }
            Role::Nothing | Role::Cell => {}
            _ => self.words(" "),
        }
    }

    fn inside(&mut self, change: impl FnOnce(&mut Style)) {
        self.outer.push(self.style.clone());
        change(&mut self.style);
    }

    fn outside(&mut self) {
        self.style = self.outer.pop().unwrap_or_default();
    }
}
