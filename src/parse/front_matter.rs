//! Front matter: what a page says of itself before its text begins, in TOML between `+++` or YAML between `---`.

use std::ops::Range;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::changelog::Role;
use crate::data::{Faults, Kind, Reader, Spanned, Table, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::FileName;

/// A key whose place in the file others may need, to point at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    /// `id`
    Id,
    /// `moved_from`
    MovedFrom,
    /// `split_from`
    SplitFrom,
    /// `aliases`
    Aliases,
    /// `versions`
    Versions,
    /// `audience`
    Audience,
    /// `template`
    Template,
    /// `title`, or the heading of a release in a file that holds many.
    Title,
}

/// What a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageKind {
    /// Anything.
    Page,
    /// An integration guide, followed step by step.
    Guide,
    /// A release of the changelog.
    Release,
}

impl PageKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            PageKind::Page => "page",
            PageKind::Guide => "guide",
            PageKind::Release => "release",
        }
    }
}

/// Which headings the table of contents shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TocDepth {
    /// None.
    None,
    /// Those of the levels from the first to the second.
    Levels(u8, u8),
}

/// `edit`: where the page is edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EditLink {
    /// Where `[edit]` says.
    Site,
    /// Nowhere.
    None,
    /// At this address.
    Url(String),
}

/// What a guide says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    /// How long it takes, in the writer's words.
    pub time: Option<String>,
    /// The products it is about.
    pub products: Vec<String>,
    /// The languages of its samples.
    pub languages: Vec<String>,
    /// What must be done before: pages or text.
    pub requires: Vec<String>,
    /// When it was last found to work.
    pub verified: Option<Verified>,
}

/// When a guide was last found to work, and on which version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// The version's id.
    pub version: Option<String>,
    /// The day.
    pub date: Option<Date>,
}

/// Everything that front matter can say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FrontMatter {
    pub(super) title: Option<String>,
    pub(super) nav_title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) order: Option<i64>,
    pub(super) kind: Option<PageKind>,
    pub(super) id: Option<String>,
    pub(super) moved_from: Vec<String>,
    pub(super) split_from: Vec<String>,
    pub(super) new: bool,
    pub(super) aliases: Vec<String>,
    pub(super) go: Vec<String>,
    pub(super) versions: Option<String>,
    pub(super) audience: Vec<String>,
    pub(super) plans: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) draft: bool,
    pub(super) hidden: bool,
    pub(super) search: bool,
    pub(super) toc: TocDepth,
    pub(super) edit: EditLink,
    pub(super) updated: Option<Date>,
    pub(super) owner: Option<String>,
    pub(super) review_by: Option<Date>,
    pub(super) template: Option<String>,
    pub(super) extra: Value,
    pub(super) guide: Guide,
    /// The day of a release.
    pub(super) date: Option<Date>,
    /// Whether a release was taken back.
    pub(super) yanked: bool,
    pub(super) places: Vec<(Key, usize, Range<usize>)>,
    /// Whether what it says of who may see the page could not be read.
    pub(super) unread: bool,
}

impl Default for FrontMatter {
    /// Front matter without a key.
    fn default() -> Self {
        let mut told = Diagnostics::new();
        let mut faults = Faults {
            file: FileName::new(""),
            offset: 0,
            unknown: Code::FrontMatterKeyUnknown,
            invalid: Code::FrontMatterValueInvalid,
            found: &mut told,
        };
        read(Table::default(), "", Role::Page, &mut faults)
    }
}

/// The front matter of `text`, and where the body begins (bytes). What is wrong goes to `diagnostics`; a text whose front matter
/// never ends is all body.
pub(super) fn front_matter(text: &str, file: &FileName, role: Role, diagnostics: &mut Diagnostics) -> (FrontMatter, usize) {
    let (table, offset, body) = match split(text) {
        Split::None => (Table::default(), 0, 0),
        Split::Unclosed(mark) => {
            let diagnostic = Diagnostic::new(Code::FrontMatterUnclosed, format!("front matter begins with `{mark}` and never ends"))
                .at(Span::new(file.clone(), 0..mark.len()))
                .help(format!("write a line `{mark}` after the last key"));
            diagnostics.push(diagnostic);
            (Table::default(), 0, 0)
        }
        Split::Toml { matter, body } => {
            let (table, faults) = crate::data::toml(&text[matter.clone()]);
            diagnostics.extend(faults.into_iter().map(|fault| syntax(fault, &matter, "TOML", file)));
            (table, matter.start, body)
        }
        Split::Yaml { matter, body } => {
            let table = crate::data::yaml(&text[matter.clone()]).unwrap_or_else(|fault| {
                diagnostics.push(syntax(fault, &matter, "YAML", file));
                Table::default()
            });
            (table, matter.start, body)
        }
    };
    let mut faults =
        Faults { file: file.clone(), offset, unknown: Code::FrontMatterKeyUnknown, invalid: Code::FrontMatterValueInvalid, found: diagnostics };
    (read(table, &text[offset..], role, &mut faults), body)
}

fn syntax(fault: crate::data::SyntaxFault, matter: &Range<usize>, language: &str, file: &FileName) -> Diagnostic {
    let range = matter.start + fault.range.start..matter.start + fault.range.end;
    // The commonest of all faults: `title: Webhooks: an overview`.
    let help = fault.message.contains("mapping values are not allowed").then(|| "put the value in quotes".to_owned());
    Diagnostic::new(Code::FrontMatterSyntax, format!("front matter is not {language} here: {}", fault.message))
        .at(Span::new(file.clone(), range))
        .help(help)
}

enum Split {
    None,
    Unclosed(&'static str),
    Toml { matter: Range<usize>, body: usize },
    Yaml { matter: Range<usize>, body: usize },
}

/// Front matter begins with the first byte of the file and ends with the next line that is its mark alone.
fn split(text: &str) -> Split {
    let first = text.lines().next().unwrap_or("").trim_end();
    let mark = match first {
        "+++" => "+++",
        "---" => "---",
        _ => return Split::None,
    };
    let start = text.find('\n').map_or(text.len(), |end| end + 1);
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let end = at + line.len();
        if line.trim_end() == mark {
            let matter = start..at;
            return if mark == "+++" { Split::Toml { matter, body: end } } else { Split::Yaml { matter, body: end } };
        }
        at = end;
    }
    Split::Unclosed(mark)
}

fn read(table: Table, source: &str, role: Role, faults: &mut Faults<'_>) -> FrontMatter {
    let mut reader = Reader::new(table, "");
    let mut places = Vec::new();
    let title = reader.text(&["title"], source, faults).map(|title| title.value.trim().to_owned());
    let nav_title = reader.text(&["nav_title", "linkTitle"], source, faults).map(|title| title.value);
    let description = reader.text(&["description"], source, faults).map(|text| text.value.trim().to_owned());
    let order = reader.integer(&["order", "weight"], faults).map(|order| order.value);
    let kinds = [("page", PageKind::Page), ("guide", PageKind::Guide), ("release", PageKind::Release)];
    let kind = reader.choice("kind", &kinds, faults);
    let id = placed(reader.string(&["id"], faults).into_iter().collect(), Key::Id, faults.offset, &mut places).pop();
    let moved_from = placed(reader.strings(&["moved_from"], faults), Key::MovedFrom, faults.offset, &mut places);
    let split_from = placed(reader.strings(&["split_from"], faults), Key::SplitFrom, faults.offset, &mut places);
    let new = reader.bool(&["new"], faults).unwrap_or(false);
    let aliases = placed(reader.strings(&["aliases"], faults), Key::Aliases, faults.offset, &mut places);
    let go = texts(reader.strings(&["go"], faults));
    let told = faults.found.len();
    let range = reader.text(&["versions"], source, faults);
    let versions = placed(range.into_iter().collect(), Key::Versions, faults.offset, &mut places).pop();
    let audience = placed(reader.strings(&["audience"], faults), Key::Audience, faults.offset, &mut places);
    let draft = reader.bool(&["draft"], faults).unwrap_or(false);
    let unread = faults.found.len() > told || reader.has_in_other_case(&["versions", "audience", "draft"]);
    let plans = texts(reader.strings(&["plans"], faults));
    let tags = texts(reader.strings(&["tags"], faults));
    let hidden = reader.bool(&["hidden"], faults).unwrap_or(false);
    let search = reader.bool(&["search"], faults).unwrap_or(true);
    let toc = toc(&mut reader, faults);
    let edit = edit(&mut reader, faults);
    // Other pages have no use for these.
    let releases = role == Role::Release || kind == Some(PageKind::Release);
    let date = if releases { reader.date(&["date"], faults) } else { None };
    let yanked = releases && reader.bool(&["yanked"], faults).unwrap_or(false);
    let updated = reader.date(&["updated"], faults);
    let owner = reader.text(&["owner"], source, faults).map(|owner| owner.value);
    let review_by = reader.date(&["review_by"], faults);
    let template = placed(reader.string(&["template"], faults).into_iter().collect(), Key::Template, faults.offset, &mut places).pop();
    let extra = reader.table("extra", faults).map(|table| table.value).unwrap_or_default();
    let guide = Guide {
        time: reader.text(&["time"], source, faults).map(|time| time.value),
        products: texts(reader.strings(&["products"], faults)),
        languages: texts(reader.strings(&["languages"], faults)),
        requires: texts(reader.strings(&["requires"], faults)),
        verified: verified(&mut reader, source, faults),
    };
    reader.finish_with(foreign, "the site's own data goes under `extra`", faults);
    FrontMatter {
        title,
        nav_title,
        description,
        order,
        kind,
        id,
        moved_from,
        split_from,
        new,
        aliases,
        go,
        versions,
        audience,
        plans,
        tags,
        draft,
        hidden,
        search,
        toc,
        edit,
        updated,
        owner,
        review_by,
        template,
        extra: Value { kind: Kind::Table(extra), range: 0..0 },
        guide,
        date,
        yanked,
        places,
        unread,
    }
}

fn texts(values: Vec<Spanned<String>>) -> Vec<String> {
    values.into_iter().map(|value| value.value).collect()
}

fn placed(values: Vec<Spanned<String>>, key: Key, offset: usize, places: &mut Vec<(Key, usize, Range<usize>)>) -> Vec<String> {
    for (no, value) in values.iter().enumerate() {
        places.push((key, no, value.range.start + offset..value.range.end + offset));
    }
    texts(values)
}

fn toc(reader: &mut Reader, faults: &mut Faults<'_>) -> TocDepth {
    const DEFAULT: TocDepth = TocDepth::Levels(2, 3);
    let Some(entry) = reader.take(&["toc"]) else { return DEFAULT };
    match entry.value.kind {
        Kind::Bool(true) => DEFAULT,
        Kind::Bool(false) => TocDepth::None,
        Kind::Table(table) => {
            let mut levels = Reader::new(table, "`toc`");
            let mut level = |name, default, faults: &mut Faults<'_>| match levels.integer(&[name], faults) {
                Some(level) if (2..=6).contains(&level.value) => u8::try_from(level.value).unwrap_or(default),
                Some(level) => {
                    faults.invalid(&level.range, format!("`{name}` is a heading's level, 2 to 6"), None);
                    default
                }
                None => default,
            };
            let (min, max) = (level("min", 2, faults), level("max", 3, faults));
            levels.finish(faults);
            TocDepth::Levels(min, max.max(min))
        }
        other => {
            let help = "write `toc = false`, or `toc = { min = 2, max = 4 }`".to_owned();
            faults.invalid(&entry.value.range, format!("`toc` takes `false` or a table, this is {}", other.name()), help);
            DEFAULT
        }
    }
}

fn edit(reader: &mut Reader, faults: &mut Faults<'_>) -> EditLink {
    let Some(entry) = reader.take(&["edit"]) else { return EditLink::Site };
    match entry.value.kind {
        Kind::Bool(true) => EditLink::Site,
        Kind::Bool(false) => EditLink::None,
        Kind::String(url) if url.starts_with("https://") || url.starts_with("http://") => EditLink::Url(url),
        _ => {
            faults.invalid(&entry.value.range, "`edit` takes `false` or an address that begins with `https://`", None);
            EditLink::Site
        }
    }
}

fn verified(reader: &mut Reader, source: &str, faults: &mut Faults<'_>) -> Option<Verified> {
    let table = reader.table("verified", faults)?;
    let mut reader = Reader::new(table.value, "`verified`");
    let verified = Verified { version: reader.text(&["version"], source, faults).map(|version| version.value), date: reader.date(&["date"], faults) };
    reader.finish(faults);
    Some(verified)
}

/// What other generators' keys are called here.
fn foreign(key: &str) -> Option<String> {
    let (tool, write) = match key {
        "sidebar_position" => ("Docusaurus", "`order`"),
        "sidebar_label" => ("Docusaurus", "`nav_title`"),
        "slug" => ("Docusaurus", "the page's address into its path, and the old one into `aliases`"),
        "unlisted" => ("Docusaurus", "`hidden`"),
        "sidebar_class_name" => ("Docusaurus", "nothing: there is no such key"),
        "toc_min_heading_level" | "toc_max_heading_level" => ("Docusaurus", "`toc = { min = 2, max = 4 }`"),
        "hide_table_of_contents" => ("Docusaurus", "`toc = false`"),
        "custom_edit_url" => ("Docusaurus", "`edit`"),
        "last_update" => ("Docusaurus", "`updated`"),
        "search_exclude" => ("Docusaurus", "`search = false`"),
        "sidebar" => ("Starlight", "`order`, `nav_title` or `hidden`"),
        "tableOfContents" => ("Starlight", "`toc`"),
        "pagefind" => ("Starlight", "`search = false`"),
        "editUrl" => ("Starlight", "`edit`"),
        "lastUpdated" => ("Starlight", "`updated`"),
        "outline" => ("VitePress", "`toc`"),
        "editLink" => ("VitePress", "`edit = false`"),
        "hide" => ("Material", "`toc = false` or `hidden`"),
        "lastmod" => ("Hugo", "`updated`"),
        "url" | "path" => ("Hugo and Zola", "the page's address into its path, and the old one into `aliases`"),
        "in_search_index" => ("Zola", "`search`"),
        "cascade" | "menu" | "type" | "layout" | "params" => ("Hugo", "the site's own data under `extra`"),
        "taxonomies" => ("Zola", "`tags`"),
        "sidebarTitle" => ("Mintlify", "`nav_title`"),
        "noindex" => ("Mintlify", "`hidden` or `search = false`"),
        _ => return None,
    };
    Some(format!("`{key}` is {tool}'s; write {write}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut diagnostics = Diagnostics::new();
        let (matter, body) = front_matter(text, &FileName::new("a.md"), Role::Page, &mut diagnostics);
        let mut shown = format!("{:?} {:?} body {:?}", matter.title, matter.order, &text[body..]);
        for d in &diagnostics {
            let at = d.span.as_ref().map_or("", |span| &text[span.range.clone()]);
            shown += &format!(" ! {} {at:?} {}", d.code.name(), d.help.as_deref().unwrap_or(""));
        }
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn toml_and_yaml_say_the_same() {
        check("+++\ntitle = 'A'\norder = 2\n+++\nText", "Some(\"A\") Some(2) body \"Text\"");
        check("---\ntitle: A\nweight: 2\n---\nText", "Some(\"A\") Some(2) body \"Text\"");
        check("---\ntitle: 3.10\n---\n", "Some(\"3.10\") None body \"\"");
        check("# A\n---\n", "None None body \"# A\\n---\\n\"");
    }

    #[test]
    fn faults_point_into_the_file() {
        check("---\ntitle: A\n", "None None body \"---\\ntitle: A\\n\" ! front-matter-unclosed \"---\" write a line `---` after the last key");
        check("+++\norder = 'x'\n+++\n", "None None body \"\" ! front-matter-value-invalid \"'x'\" ");
        check(
            "---\nsidebar_position: 3\ntitel: x\n---\n",
            "None None body \"\" ! front-matter-key-unknown \"sidebar_position\" `sidebar_position` is Docusaurus's; write `order` ! front-matter-key-unknown \"titel\" write `title`",
        );
    }
}
