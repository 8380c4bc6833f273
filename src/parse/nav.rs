//! Reads `nav.toml`: a navigation that is not the folder tree.
//!
//! ```toml
//! items = [
//!   "index.md",
//!   { title = "Guides", items = ["guides/webhooks.md", "guides/*"] },
//!   { title = "API status", url = "https://status.acme.example" },
//! ]
//! ```

use std::ops::Range;

use crate::data::{Faults, Kind, Reader, Value};
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics, Span};
use crate::id::FileName;

/// An entry, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// What to show; without one, the page's own title.
    pub title: Option<String>,
    /// Where it leads.
    pub target: NavTarget,
    /// The entries below it.
    pub items: Vec<NavItem>,
    /// Its bytes in the file.
    pub range: Range<usize>,
}

/// Where an entry leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NavTarget {
    /// Nowhere: a heading over other entries.
    Nowhere,
    /// A page, by its file or id; a `*` stands for all pages that no other entry names.
    Page(String),
    /// An address on another site.
    Url(String),
}

/// The entries of a `nav.toml`.
pub fn nav(text: &str, file: &FileName) -> Diagnosed<Vec<NavItem>> {
    let mut diagnostics = Diagnostics::new();
    let (table, syntax) = crate::data::toml(text);
    if !syntax.is_empty() {
        let told = syntax.into_iter().map(|fault| Diagnostic::new(Code::ConfigSyntax, fault.message).at(Span::new(file.clone(), fault.range)));
        return Diagnosed { value: Vec::new(), diagnostics: told.collect() };
    }
    let mut faults =
        Faults { file: file.clone(), offset: 0, unknown: Code::ConfigKeyUnknown, invalid: Code::ConfigValueInvalid, found: &mut diagnostics };
    let mut reader = Reader::new(table, "");
    let value = items(&mut reader, 0, &mut faults);
    reader.finish(&mut faults);
    Diagnosed { value, diagnostics }
}

/// Deeper than this no reader follows, and no recursion should.
const DEEPEST: usize = 8;

fn items(reader: &mut Reader, depth: usize, faults: &mut Faults<'_>) -> Vec<NavItem> {
    let Some(entry) = reader.take(&["items"]) else { return Vec::new() };
    match entry.value.kind {
        Kind::Array(values) if depth < DEEPEST => values.into_iter().filter_map(|value| item(value, depth, faults)).collect(),
        Kind::Array(_) => {
            faults.invalid(&entry.value.range, format!("the navigation is more than {DEEPEST} levels deep"), None);
            Vec::new()
        }
        other => {
            let help = "write `items = [\"index.md\"]`".to_owned();
            faults.invalid(&entry.value.range, format!("`items` takes an array, this is {}", other.name()), help);
            Vec::new()
        }
    }
}

fn item(value: Value, depth: usize, faults: &mut Faults<'_>) -> Option<NavItem> {
    let range = value.range;
    match value.kind {
        Kind::String(page) => Some(NavItem { title: None, target: NavTarget::Page(page), items: Vec::new(), range }),
        Kind::Table(table) => {
            let mut reader = Reader::new(table, "an entry");
            let title = reader.string(&["title"], faults).map(|title| title.value);
            let page = reader.string(&["page"], faults);
            let url = reader.string(&["url"], faults);
            let items = items(&mut reader, depth + 1, faults);
            reader.finish(faults);
            let target = match (page, url) {
                (Some(_), Some(url)) => {
                    faults.invalid(&url.range, "an entry leads to a `page` or to a `url`, not to both", "remove one of them".to_owned());
                    return None;
                }
                (Some(page), None) => NavTarget::Page(page.value),
                (None, Some(url)) if url.value.starts_with("https://") || url.value.starts_with("http://") => NavTarget::Url(url.value),
                (None, Some(url)) => {
                    faults.invalid(
                        &url.range,
                        format!("`{}` is not an address on another site", url.value),
                        "write `page` for one of this site".to_owned(),
                    );
                    return None;
                }
                (None, None) => NavTarget::Nowhere,
            };
            if title.is_none() && !matches!(target, NavTarget::Page(_)) {
                faults.invalid(&range, "an entry that is no page needs a `title`", None);
                return None;
            }
            Some(NavItem { title, target, items, range })
        }
        other => {
            faults.invalid(&range, format!("an entry is a page or a table, this is {}", other.name()), None);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_nest_and_faults_do_not_stop_the_rest() {
        let text = "items = ['a.md', { title = 'B', items = ['b/*'] }, { url = 'x' }, 3]\n";
        let read = nav(text, &FileName::new("nav.toml"));
        assert_eq!(read.value.len(), 2);
        assert_eq!(read.value[1].items[0].target, NavTarget::Page("b/*".into()));
        assert_eq!(read.diagnostics.len(), 2, "{:?}", read.diagnostics);
    }
}
