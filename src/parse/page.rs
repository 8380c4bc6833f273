//! A page: what one text says, before anyone else was asked.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::changelog::{self, ChangeEntry, ReleaseFacts, Role};
use super::document::{self, Attribute, Block, Conditions, Event, IncludedFile, Link, Place, Reading, md};
use super::door::{Answer, Asked, Door, Question};
use super::front_matter::{EditLink, FrontMatter, Guide, Key, PageKind, TocDepth, front_matter};
use super::heading::{Heading, Slugger};
use super::variable;
use crate::config::Markdown;
use crate::data::{Kind, Value};
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::id::{FileName, PageId};

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
    /// Where its body is in the text: bytes. A release in a file that holds many has behind it the definitions of links that it uses.
    pub body: Vec<Range<usize>>,
    /// Of a release, by how many levels its headings are raised.
    raised: Option<u8>,
    /// Where each entry of a release is written.
    pub entries: Vec<Place>,
    /// The releases of a file that holds many, in its order: pages of their own, each with the name that it has in addresses.
    pub releases: Vec<(String, Arc<Page>)>,
    /// Whether its front matter could not be read, or not what it says of who may see the page: then nobody may.
    pub unread: bool,
    /// Where keys of its front matter are written, one for each value of a list: bytes.
    places: Vec<(Key, usize, Range<usize>)>,
}

impl Page {
    /// The same page, whose text has heard this now.
    pub fn hearing(self, asked: Asked) -> Self {
        let releases = self.releases.into_iter().map(|(slug, page)| (slug, Arc::new(Arc::unwrap_or_clone(page).hearing(asked.clone())))).collect();
        Self { asked, releases, ..self }
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
    /// What it says as a release; none for other pages.
    pub release: Option<ReleaseFacts>,
    /// Of a file that holds many releases: ids that were anchors of it as one page, each with the release that has it (none for what stands
    /// before them), and the id there; none for the release's own heading. Sorted.
    pub elsewhere: Vec<(String, Option<String>, Option<String>)>,
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
        facts(FrontMatter::default(), None, Outline { empty: true, ..Outline::default() })
    }

    /// Whether the page has something with this id.
    pub fn has_anchor(&self, id: &str) -> bool {
        self.ids.binary_search_by(|known| known.as_str().cmp(id)).is_ok()
    }
}

/// Reads the page that `text` is, or the pages: a file of many releases gives one, which holds the others. `file` is what diagnostics call it,
/// `role` what it is for; `answer` says what lies outside it.
pub fn page(text: &str, file: &FileName, role: Role, markdown: &Markdown, answer: &dyn Fn(&Question) -> Answer) -> Diagnosed<Page> {
    let mut diagnostics = Diagnostics::new();
    let (mut matter, start) = front_matter(text, file, role, &mut diagnostics);
    let unread = diagnostics.iter().any(|told| matches!(told.code, Code::FrontMatterSyntax | Code::FrontMatterUnclosed)) || matter.unread;
    let mut door = Door::new(answer);
    fill(&mut matter, &text[..start], file, &mut door, &mut diagnostics);
    let mut reader = PageReader { text, file, markdown, door, told: FxHashSet::default(), diagnostics };
    let mut page = match role {
        Role::Changelog => reader.changelog(matter, unread, start),
        Role::Page | Role::Release => reader.single(matter, unread, start, role),
    };
    let asked = reader.door.asked();
    if !asked.is_empty() {
        page = page.hearing(asked);
    }
    Diagnosed { value: page, diagnostics: reader.diagnostics }
}

/// A text whose pages are being read.
struct PageReader<'a> {
    text: &'a str,
    file: &'a FileName,
    markdown: &'a Markdown,
    door: Door<'a>,
    /// Headings of which was told that they name no kind of change.
    told: FxHashSet<String>,
    diagnostics: Diagnostics,
}

/// What makes a page a release.
struct Release {
    facts: ReleaseFacts,
    /// By how many levels its headings are raised.
    raised: u8,
}

impl PageReader<'_> {
    fn single(&mut self, matter: FrontMatter, unread: bool, start: usize, role: Role) -> Page {
        let body = std::iter::once(start..self.text.len()).collect();
        let release = (role == Role::Release && matter.kind.is_none()) || matter.kind == Some(PageKind::Release);
        self.read(body, matter, unread, |matter, document, file, diagnostics| {
            let stem = PageId::new(file.as_str());
            let stem = stem.as_str().rsplit('/').next().unwrap_or_default();
            let title = matter.title.clone().or_else(|| first_heading(document));
            let known = title.as_deref().and_then(changelog::named).or_else(|| changelog::named(stem)).filter(|_| release);
            let named = known.or_else(|| (matter.kind == Some(PageKind::Release)).then(|| changelog::Named::stated(stem, title.as_deref())))?;
            changelog::no_date(&named, &mut |code, message, help| {
                diagnostics.push(Diagnostic::new(code, message).at(Span::new(file.clone(), start..start)).help(help.to_owned()));
            });
            // The day in a title is shown beside it.
            matter.title = Some(if matter.title.is_none() || title.is_none() { named.title } else { title.unwrap_or_default() });
            let date = matter.date.or(named.date);
            let facts = ReleaseFacts { id: named.id, date, yanked: matter.yanked || named.yanked, link: None, entries: Vec::new() };
            Some(Release { facts, raised: 0 })
        })
    }

    /// A file that holds many releases: the page of what stands before them, which has theirs.
    fn changelog(&mut self, matter: FrontMatter, unread: bool, start: usize) -> Page {
        let split = changelog::split(self.text, start, self.file, self.markdown, &mut self.diagnostics);
        let shared = FrontMatter {
            title: None,
            nav_title: None,
            description: None,
            order: None,
            kind: None,
            id: None,
            moved_from: Vec::new(),
            split_from: Vec::new(),
            aliases: Vec::new(),
            go: Vec::new(),
            places: Vec::new(),
            ..matter.clone()
        };
        let slugs: Vec<String> = split.parts.iter().map(|part| part.slug.clone()).collect();
        let mut releases = Vec::with_capacity(split.parts.len());
        for part in split.parts {
            let matter = FrontMatter { title: Some(part.named.title.clone()), places: vec![(Key::Title, 0, part.heading)], ..shared.clone() };
            let named = part.named;
            let facts = ReleaseFacts { id: named.id, date: named.date, yanked: named.yanked, link: part.link, entries: Vec::new() };
            let release = Release { facts, raised: part.level - 1 };
            releases.push((part.slug, Arc::new(self.read(part.body, matter, unread, |_, _, _, _| Some(release)))));
        }
        let matter = FrontMatter { title: matter.title.clone(), ..matter };
        let mut page = self.read(split.intro, matter, unread, |_, _, _, _| None);
        let facts = Arc::make_mut(&mut page.facts);
        // A list of what is below, as files on the forges have it, says nothing that the page does not show.
        facts.title.get_or_insert_with(|| "Changelog".to_owned());
        facts.elsewhere = split.anchors.into_iter().map(|(id, part, own)| (id, part.map(|part| slugs[part].clone()), own)).collect();
        page.releases = releases;
        page
    }

    /// Reads the page that the parts `body` of the text are. `release` says whether it is one, once its text is known.
    fn read(
        &mut self,
        body: Vec<Range<usize>>,
        mut matter: FrontMatter,
        unread: bool,
        release: impl FnOnce(&mut FrontMatter, &document::Document<'_>, &FileName, &mut Diagnostics) -> Option<Release>,
    ) -> Page {
        let Self { text, file, markdown, door, told, diagnostics } = self;
        let prepared = document::prepare(text, &body, file, markdown, Conditions::Ask(door), diagnostics);
        let mut reading = Reading::new(file, markdown, door, diagnostics);
        let mut document = document::read(&prepared, file, &mut reading);
        let included = reading.included;
        let mut release = release(&mut matter, &document, file, diagnostics);
        let raised = release.as_ref().map(|release| release.raised);
        let mut places = Vec::new();
        if let Some(release) = &mut release {
            let found = released(&mut document, release.raised, told);
            let tell = |(code, place, message, help): (Code, Place, String, Option<String>)| {
                Diagnostic::new(code, message).at(span(file, &included, &place)).help(help)
            };
            diagnostics.extend(found.faults.into_iter().map(tell));
            (release.facts.entries, places) = (found.entries, found.places);
        }
        let entries = release.as_ref().map_or(&[][..], |release| &release.facts.entries);
        let outline = outline(&document, entries, file, &included, diagnostics);
        let hidden_links = if prepared.hidden { hidden_links(text, &body, file, markdown, door, &document.links) } else { Vec::new() };
        Page {
            links: document.links,
            hidden_links,
            included,
            headings: outline.places.clone(),
            asked: Asked::default(),
            file: file.clone(),
            body,
            raised,
            entries: places,
            releases: Vec::new(),
            unread,
            places: matter.places.clone(),
            facts: Arc::new(facts(matter, release.map(|release| release.facts), outline)),
        }
    }
}

/// Makes the document of a release of what was read: its headings raised, its entries found.
fn released(document: &mut document::Document<'_>, raised: u8, told: &mut FxHashSet<String>) -> changelog::Entries {
    changelog::raise(document, raised);
    changelog::entries(document, told)
}

/// The words of the heading that a document begins with, if it is of level 1.
fn first_heading(document: &document::Document<'_>) -> Option<String> {
    let (first, rest) = document.events.split_first()?;
    let title = matches!(first.0, Event::Markdown(md::Event::Start(md::Tag::Heading { level: md::HeadingLevel::H1, .. })));
    let inside = rest.iter().take_while(|(event, _)| !matches!(event, Event::Markdown(md::Event::End(md::TagEnd::Heading(_)))));
    title.then(|| inside.map(|(event, _)| event.words()).collect())
}

/// The links that a text would have besides `shown` if all of its passages were shown.
fn hidden_links(text: &str, body: &[Range<usize>], file: &FileName, markdown: &Markdown, door: &mut Door<'_>, shown: &[Link]) -> Vec<Link> {
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

fn facts(matter: FrontMatter, release: Option<ReleaseFacts>, outline: Outline) -> Facts {
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
        release,
        elsewhere: Vec::new(),
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
fn outline(
    document: &document::Document<'_>,
    entries: &[ChangeEntry],
    file: &FileName,
    included: &[IncludedFile],
    diagnostics: &mut Diagnostics,
) -> Outline {
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
            Event::Open(Block::Entry(no)) => {
                outline.ids.extend(entries.get(*no).and_then(|entry| entry.id.clone()).filter(|id| state(id)));
                outline.empty = false;
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
    let mut reader = PageReader { text, file, markdown, door: Door::new(&nothing), told: FxHashSet::default(), diagnostics: Diagnostics::new() };
    let mut page = reader.single(FrontMatter::default(), false, 0, Role::Page);
    page.asked = reader.door.asked();
    page
}

/// The events of a page's body again, for writing it. What is wrong with it was told when the page was read.
pub(crate) fn with_document<T>(text: &str, page: &Page, markdown: &Markdown, write: impl FnOnce(&document::Document<'_>) -> T) -> T {
    with_answers(text, page, markdown, &|question| page.asked.answer(question), write)
}

/// The same with the names of variables, as they are written, in place of their values: what only they change has not changed.
pub(crate) fn with_names<T>(text: &str, page: &Page, markdown: &Markdown, write: impl FnOnce(&document::Document<'_>) -> T) -> T {
    let answer = |question: &Question| match question {
        Question::Variable(name) => Answer::Value(format!("{{${name}}}").into()),
        other => page.asked.answer(other),
    };
    with_answers(text, page, markdown, &answer, write)
}

/// What readers see of a page's front matter, with the names of its variables, as [`with_names`] has them.
#[derive(Debug, Default)]
pub struct Front {
    /// The title, where no heading of the text is it.
    pub title: Option<String>,
    /// The description, which stands for a text that is empty.
    pub lead: Option<String>,
}

/// What readers see of the front matter of `page`, which was made of `text`.
pub(crate) fn front(text: &str, page: &Page) -> Front {
    let facts = &page.facts;
    let before = page.body.first().map_or("", |body| &text[..body.start]);
    let named = match before.contains("{$") && facts.release.is_none() {
        true => front_matter(text, &page.file, Role::Page, &mut Diagnostics::new()).0,
        false => FrontMatter::default(),
    };
    let lifted = facts.headings.first().filter(|_| facts.lifted).map(|heading| &heading.title);
    let title = || facts.title.clone().filter(|title| lifted != Some(title));
    let lead = || facts.description.clone();
    Front { title: named.title.filter(|title| !title.is_empty()).or_else(title), lead: named.description.or_else(lead).filter(|_| facts.empty) }
}

fn with_answers<T>(
    text: &str,
    page: &Page,
    markdown: &Markdown,
    answer: &dyn Fn(&Question) -> Answer,
    write: impl FnOnce(&document::Document<'_>) -> T,
) -> T {
    let mut told = Diagnostics::new();
    let mut door = Door::new(answer);
    let prepared = document::prepare(text, &page.body, &page.file, markdown, Conditions::Ask(&mut door), &mut told);
    let mut document = document::read(&prepared, &page.file, &mut Reading::new(&page.file, markdown, &mut door, &mut told));
    if let Some(raised) = page.raised {
        released(&mut document, raised, &mut FxHashSet::default());
    }
    write(&document)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let nothing = Asked::default();
        let page = page(text, &FileName::new("a.md"), Role::Page, &Markdown::default(), &|question| nothing.answer(question));
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
