//! A page: what one text says, before anyone else was asked.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::document::{self, Attribute, Conditions, Event, IncludedFile, Link, Place, Reading, md};
use super::door::{Answer, Asked, Door, Question};
use super::front_matter::{EditLink, FrontMatter, Guide, Key, PageKind, TocDepth, front_matter};
use super::heading::{Heading, Slugger};
use super::variable;
use crate::config::Markdown;
use crate::data::{Kind, Value};
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::id::FileName;

/// A page, as read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Page {
    /// What other pages may know of it.
    pub facts: Arc<Facts>,
    /// Its links, in the order of the text.
    pub links: Vec<Link>,
    /// Links of passages that are not shown, and of nothing that is.
    pub hidden_links: Vec<Link>,
    /// The files that it takes in; places count them from 1.
    pub included: Vec<IncludedFile>,
    /// Where each of the headings is written.
    pub headings: Vec<Place>,
    /// What its text asked, and heard. Not remembered between runs: the questions are asked again.
    #[serde(skip)]
    pub asked: Asked,
    /// What people call the file in which the text was read.
    file: FileName,
    /// Where its body is in the text: bytes.
    pub body: Range<usize>,
    /// Whether its front matter could not be read, or not what it says of who may see the page: then nobody may.
    pub unread: bool,
    /// Where keys of its front matter are written, one for each value of a list: bytes.
    places: Vec<(Key, usize, Range<usize>)>,
}

impl Page {
    /// The same page, whose text has heard this now.
    pub fn hearing(self, asked: Asked) -> Self {
        Self { asked, ..self }
    }

    /// Where the value number `no` (from 0) of a key is written; the beginning of the file where it is not.
    pub fn place(&self, key: Key, no: usize) -> Range<usize> {
        self.places.iter().find(|(known, at, _)| *known == key && *at == no).map_or(0..0, |(.., range)| range.clone())
    }

    /// What a diagnostic points at to show `place`, on the page that people call `file`.
    pub fn span(&self, file: &FileName, place: &Place) -> Span {
        span(file, &self.included, place)
    }
}

fn span(file: &FileName, included: &[IncludedFile], place: &Place) -> Span {
    let included = usize::from(place.file).checked_sub(1).and_then(|no| included.get(no));
    Span::new(included.map_or(file, |included| &included.file).clone(), place.range.clone())
}

/// What other pages may know of a page. No places: a new sentence changes nothing here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The title, of the front matter or the first heading.
    pub title: Option<String>,
    /// The title for the navigation.
    pub nav_title: Option<String>,
    /// One sentence about the page.
    pub description: Option<String>,
    /// Its place among its siblings; those without one come last.
    pub order: Option<i64>,
    /// What it is for, where it says so.
    pub kind: Option<PageKind>,
    /// What it is called instead of its path.
    pub id: Option<String>,
    /// Pages of older versions that it continues.
    pub moved_from: Vec<String>,
    /// Pages of older versions that it was a part of.
    pub split_from: Vec<String>,
    /// Whether it continues no page of an older version, though one has its path.
    pub new: bool,
    /// Old addresses that lead to it.
    pub aliases: Vec<String>,
    /// Names under which the product links to it.
    pub go: Vec<String>,
    /// The range of versions that have it.
    pub versions: Option<String>,
    /// The audiences that see it; everyone when empty.
    pub audience: Vec<String>,
    /// The plans that it is about.
    pub plans: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether it is not to be published yet.
    pub draft: bool,
    /// Whether it is left out of the navigation.
    pub hidden: bool,
    /// Whether the search finds it.
    pub search: bool,
    /// Which headings its table of contents shows.
    pub toc: TocDepth,
    /// Where it is edited.
    pub edit: EditLink,
    /// The day of its last change, as it says itself.
    pub updated: Option<Date>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The day by which it should be read again.
    pub review_by: Option<Date>,
    /// The template that makes it into HTML.
    pub template: Option<String>,
    /// The site's own data.
    #[serde(with = "crate::data::saved")]
    pub extra: Value,
    /// What it says of itself as a guide.
    pub guide: Guide,
    /// Its headings, in order. A first heading of level 1 is the title, and no part of the body.
    pub headings: Vec<Heading>,
    /// Whether the first of `headings` is lifted out of the body.
    pub lifted: bool,
    /// Every id that a link can name, those of `headings` among them; sorted.
    pub ids: Vec<String>,
    /// Whether the body has nothing to show.
    pub empty: bool,
}

impl Facts {
    /// The facts of a page that nobody wrote: the listing of a folder.
    pub fn listing() -> Self {
        facts(FrontMatter::default(), Outline { empty: true, ..Outline::default() })
    }

    /// Whether the page has something with this id.
    pub fn has_anchor(&self, id: &str) -> bool {
        self.ids.binary_search_by(|known| known.as_str().cmp(id)).is_ok()
    }
}

/// Reads the page that `text` is. `file` is what diagnostics call it; `answer` says what lies outside it.
pub fn page(text: &str, file: &FileName, markdown: &Markdown, answer: &dyn Fn(&Question) -> Answer) -> Diagnosed<Page> {
    let mut diagnostics = Diagnostics::new();
    let (mut matter, start) = front_matter(text, file, &mut diagnostics);
    let unread = diagnostics.iter().any(|told| matches!(told.code, Code::FrontMatterSyntax | Code::FrontMatterUnclosed)) || matter.unread;
    let mut door = Door::new(answer);
    fill(&mut matter, &text[..start], file, &mut door, &mut diagnostics);
    let page = body(text, start, file, markdown, (matter, unread), door, &mut diagnostics);
    Diagnosed { value: page, diagnostics }
}

fn body(
    text: &str,
    start: usize,
    file: &FileName,
    markdown: &Markdown,
    (matter, unread): (FrontMatter, bool),
    mut door: Door<'_>,
    diagnostics: &mut Diagnostics,
) -> Page {
    let body = start..text.len();
    let prepared = document::prepare(text, body.clone(), file, markdown, Conditions::Ask(&mut door), diagnostics);
    let mut reading = Reading::new(file, markdown, &mut door, diagnostics);
    let document = document::read(&prepared, file, &mut reading);
    let included = reading.included;
    let outline = outline(&document, file, &included, diagnostics);
    let hidden_links = if prepared.hidden { hidden_links(text, body.clone(), file, markdown, &mut door, &document.links) } else { Vec::new() };
    let places = matter.places.clone();
    let headings = outline.places.clone();
    let links = document.links;
    Page {
        facts: Arc::new(facts(matter, outline)),
        file: file.clone(),
        links,
        hidden_links,
        included,
        headings,
        asked: door.asked(),
        body,
        unread,
        places,
    }
}

/// The links that a text would have besides `shown` if all of its passages were shown.
fn hidden_links(text: &str, body: Range<usize>, file: &FileName, markdown: &Markdown, door: &mut Door<'_>, shown: &[Link]) -> Vec<Link> {
    let shown: FxHashSet<&str> = shown.iter().map(|link| link.target.as_str()).collect();
    let mut told = Diagnostics::new();
    let prepared = document::prepare(text, body, file, markdown, Conditions::ShowAll, &mut told);
    let links = document::read(&prepared, file, &mut Reading::new(file, markdown, door, &mut told)).links;
    links.into_iter().filter(|link| !shown.contains(link.target.as_str())).collect()
}

/// Puts the values of variables into the texts of front matter. `source` is the part of the file that it is.
fn fill(matter: &mut FrontMatter, source: &str, file: &FileName, door: &mut Door<'_>, diagnostics: &mut Diagnostics) {
    if !source.contains("{$") {
        return;
    }
    let mut fill = |text: &mut String| {
        let filled = variable::replaced(text, &[], true, |found, at| {
            let start = source.find(&text[at.clone()]).unwrap_or(0);
            let span = Span::new(file.clone(), start..start + at.len());
            match found {
                variable::Found::Variable(name) => match door.ask(Question::Variable(name.to_owned())) {
                    Answer::Value(value) => return Some(value),
                    Answer::Refused(fault) => diagnostics.push(fault.at(span)),
                    Answer::Shown(..) | Answer::File(_) => {}
                },
                variable::Found::Broken => diagnostics.push(Diagnostic::new(Code::VariableInvalid, "this variable does not end").at(span)),
            }
            None
        });
        *text = filled.into_owned();
    };
    let guide = &mut matter.guide;
    let single = [&mut matter.title, &mut matter.nav_title, &mut matter.description, &mut matter.owner, &mut guide.time];
    single.into_iter().flatten().for_each(&mut fill);
    let lists = [&mut matter.tags, &mut matter.plans, &mut guide.products, &mut guide.languages, &mut guide.requires];
    lists.into_iter().flatten().for_each(&mut fill);
    fill_value(&mut matter.extra, &mut fill);
}

fn fill_value(value: &mut Value, fill: &mut impl FnMut(&mut String)) {
    match &mut value.kind {
        Kind::String(text) => fill(text),
        Kind::Array(values) => values.iter_mut().for_each(|value| fill_value(value, fill)),
        Kind::Table(table) => table.entries.iter_mut().for_each(|entry| fill_value(&mut entry.value, fill)),
        _ => {}
    }
}

fn facts(matter: FrontMatter, outline: Outline) -> Facts {
    let first = outline.headings.first().filter(|_| outline.lifted).map(|heading| heading.title.clone());
    Facts {
        title: matter.title.filter(|title| !title.trim().is_empty()).or(first),
        nav_title: matter.nav_title,
        description: matter.description,
        order: matter.order,
        kind: matter.kind,
        id: matter.id,
        moved_from: matter.moved_from,
        split_from: matter.split_from,
        new: matter.new,
        aliases: matter.aliases,
        go: matter.go,
        versions: matter.versions,
        audience: matter.audience,
        plans: matter.plans,
        tags: matter.tags,
        draft: matter.draft,
        hidden: matter.hidden,
        search: matter.search,
        toc: matter.toc,
        edit: matter.edit,
        updated: matter.updated,
        owner: matter.owner,
        review_by: matter.review_by,
        template: matter.template,
        extra: matter.extra,
        guide: matter.guide,
        headings: outline.headings,
        lifted: outline.lifted,
        ids: outline.ids,
        empty: outline.empty,
    }
}

#[derive(Default)]
struct Outline {
    headings: Vec<Heading>,
    lifted: bool,
    ids: Vec<String>,
    empty: bool,
    places: Vec<Place>,
}

/// A heading whose id is not settled yet.
struct Titled {
    level: u8,
    stated: Option<String>,
    title: String,
    /// What its id is made of: the title, with emoji by their names.
    words: String,
}

/// The headings and ids of a document. Ids that are stated come first, so that no automatic one takes them.
fn outline(document: &document::Document<'_>, file: &FileName, included: &[IncludedFile], diagnostics: &mut Diagnostics) -> Outline {
    let mut slugger = Slugger::default();
    let mut outline = Outline { empty: true, ..Outline::default() };
    let mut titled: Vec<Titled> = Vec::new();
    let mut open = false;
    for (event, place) in &document.events {
        let mut state = |id: &str| stated(id, || span(file, included, place), &mut slugger, diagnostics);
        match event {
            Event::Markdown(md::Event::Start(md::Tag::Heading { level, id, .. })) => {
                let stated = id.as_ref().map(|id| id.to_string()).filter(|id| state(id));
                outline.lifted |= titled.is_empty() && outline.empty && *level == md::HeadingLevel::H1;
                titled.push(Titled { level: *level as u8, stated, title: String::new(), words: String::new() });
                outline.places.push(place.clone());
                open = true;
            }
            Event::Markdown(md::Event::End(md::TagEnd::Heading(_))) => open = false,
            Event::Tag(tag) => {
                let id = tag.attributes.iter().find_map(|(name, value)| match value {
                    Attribute::Text(id) if name == "id" || (name == "name" && tag.name == "a") => Some(id),
                    _ => None,
                });
                if let Some(id) = id.filter(|id| state(id)) {
                    outline.ids.push(id.clone());
                }
                outline.empty = outline.empty && open;
            }
            Event::HtmlText(text) if open => push(&mut titled, text, text),
            Event::Markdown(md::Event::Text(text) | md::Event::Code(text)) if open => push(&mut titled, text, text),
            Event::Math(text, _) if open => push(&mut titled, text, text),
            Event::Emoji(name, glyph) if open => push(&mut titled, glyph, name),
            Event::Markdown(md::Event::SoftBreak | md::Event::HardBreak) if open => push(&mut titled, " ", " "),
            Event::Image(_, attributes) => {
                if let Some((_, id)) = attributes.iter().find(|(name, id)| *name == "id" && state(id)) {
                    outline.ids.push(id.clone());
                }
                outline.empty = outline.empty && open;
            }
            Event::HtmlText(text) | Event::Raw(text) => outline.empty = outline.empty && text.trim().is_empty(),
            _ => outline.empty = outline.empty && (open || matches!(event, Event::Link(_) | Event::LinkEnd)),
        }
        // A heading that is not lifted is something to show.
        outline.empty = outline.empty && titled.len() <= usize::from(outline.lifted);
    }
    outline.headings = titled
        .into_iter()
        .map(|heading| {
            let title = heading.title.trim().to_owned();
            let id = heading.stated.unwrap_or_else(|| slugger.give(heading.words.trim()));
            Heading { level: heading.level, id, title }
        })
        .collect();
    outline.ids.extend(outline.headings.iter().map(|heading| heading.id.clone()));
    outline.ids.sort_unstable();
    outline
}

fn push(titled: &mut [Titled], shown: &str, words: &str) {
    if let Some(heading) = titled.last_mut() {
        heading.title.push_str(shown);
        heading.words.push_str(words);
    }
}

/// Takes a stated id, or tells why it cannot be had.
fn stated(id: &str, span: impl Fn() -> Span, slugger: &mut Slugger, diagnostics: &mut Diagnostics) -> bool {
    if document::the_themes(id) {
        let message = format!("the id `{id}` begins with `r:`, which the theme uses for its own");
        diagnostics.push(Diagnostic::new(Code::AnchorReserved, message).at(span()).help("choose another id".to_owned()));
        return false;
    }
    let free = slugger.reserve(id);
    if !free {
        let message = format!("the id `{id}` is stated twice in this page");
        diagnostics.push(Diagnostic::new(Code::AnchorDuplicate, message).at(span()).help("give one of them another id".to_owned()));
    }
    free
}

/// Reads Markdown that has no front matter, as [`page`] reads a body. Nothing lies outside it.
pub(crate) fn fragment(text: &str, file: &FileName, markdown: &Markdown) -> Page {
    let asked = Asked::default();
    let nothing = |question: &Question| asked.answer(question);
    body(text, 0, file, markdown, (FrontMatter::default(), false), Door::new(&nothing), &mut Diagnostics::new())
}

/// The events of a page's body again, for writing it. What is wrong with it was told when the page was read.
pub(crate) fn with_document<T>(text: &str, page: &Page, markdown: &Markdown, write: impl FnOnce(&document::Document<'_>) -> T) -> T {
    let mut told = Diagnostics::new();
    let answer = |question: &Question| page.asked.answer(question);
    let mut door = Door::new(&answer);
    let prepared = document::prepare(text, page.body.clone(), &page.file, markdown, Conditions::Ask(&mut door), &mut told);
    write(&document::read(&prepared, &page.file, &mut Reading::new(&page.file, markdown, &mut door, &mut told)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let nothing = Asked::default();
        let page = page(text, &FileName::new("a.md"), &Markdown::default(), &|question| nothing.answer(question));
        let facts = &page.value.facts;
        let ids: Vec<String> = facts.headings.iter().map(|heading| format!("{}#{}", heading.level, heading.id)).collect();
        let mut shown = format!("{:?} lifted={} empty={} [{}] {:?}", facts.title, facts.lifted, facts.empty, ids.join(" "), facts.ids);
        for d in &page.diagnostics {
            shown += &format!(" ! {}", d.code.name());
        }
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn the_title_is_front_matters_or_the_first_heading() {
        check("# A `b`\n\nText\n", "Some(\"A b\") lifted=true empty=false [1#a-b] [\"a-b\"]");
        check("---\ntitle: T\n---\n# A\n", "Some(\"T\") lifted=true empty=true [1#a] [\"a\"]");
        check("Text\n\n# A\n", "None lifted=false empty=false [1#a] [\"a\"]");
        check("## A\n", "None lifted=false empty=false [2#a] [\"a\"]");
        check("", "None lifted=false empty=true [] []");
        check("<!-- only a comment -->\n", "None lifted=false empty=true [] []");
    }

    #[test]
    fn stated_ids_come_before_automatic_ones() {
        check(
            "# T\n## A\n## B {#a}\n<a name=\"x\"></a>\n## X\n",
            "Some(\"T\") lifted=true empty=false [1#t 2#a-1 2#a 2#x-1] [\"a\", \"a-1\", \"t\", \"x\", \"x-1\"]",
        );
        check("## A {#x}\n## B {#x}\n", "None lifted=false empty=false [2#x 2#b] [\"b\", \"x\"] ! anchor-duplicate");
        check("## A {#r:main}\n", "None lifted=false empty=false [2#a] [\"a\"] ! anchor-reserved");
        check("## A {#R:main}\n", "None lifted=false empty=false [2#a] [\"a\"] ! anchor-reserved");
    }
}
