//! Whether changelog and pages agree: what only `recto check` asks, since it takes another look at texts.
//!
//! - In: the [`Site`], each page as it was read with its text, and what has become of it since the version before.
//! - Out: diagnostics.
//! - Never here: files, threads, the clock.
//!
//! A file a rule: [`unchanged`] (an entry names a page that did not change), [`claim`] (a page names a release that does not name it),
//! [`removed`] (a page names what is gone).

mod claim;
mod removed;
mod unchanged;

use std::ops::Range;

pub use claim::claims;
pub use removed::removed;
pub use unchanged::unchanged;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::parse::Page;
use crate::parse::document::Place;
use crate::resolve::{EntryNo, PageNo, Site};

/// What the rules look at.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The site.
    pub site: &'a Site,
    /// The text of a page, and the page as it was read; none for the listing of a folder.
    pub read: &'a (dyn Fn(PageNo) -> Option<(&'a str, &'a Page)> + Sync),
}

/// What a rule says of one page.
pub type Rule<'r> = dyn Fn(PageNo) -> Diagnostics + Sync + 'r;

/// Asks a rule about all pages.
pub type Everywhere<'e> = dyn Fn(&Rule<'_>) -> Diagnostics + 'e;

impl<'a> Subject<'a> {
    /// Where an entry is written.
    fn entry(&self, no: EntryNo) -> Option<Span> {
        let release = self.site.releases.list[no.release].page;
        let (_, page) = (self.read)(release)?;
        page.entries.get(no.entry).map(|place| page.span(&self.site.catalog.pages[release].file, place))
    }

    /// A fault of a page, at these bytes of its file.
    fn fault(&self, code: Code, message: String, no: PageNo, range: Range<usize>) -> Diagnostic {
        let page = &self.site.catalog.pages[no];
        let diagnostic = Diagnostic::new(code, message).at(Span::new(page.file.clone(), range));
        if self.config.versioned { diagnostic.in_version(&self.config.versions[page.version].id) } else { diagnostic }
    }

    /// The pages that are no releases, and list none.
    pub fn pages(&self) -> impl Iterator<Item = PageNo> + use<'a> {
        let catalog = &self.site.catalog;
        (0..catalog.pages.len()).filter(move |no| {
            let page = &catalog.pages[*no];
            page.facts.release.is_none() && page.path.as_str() != crate::parse::Role::FOLDER
        })
    }
}

/// The place of bytes `start..end` of what an event says in the text of its page; none in an included file, and where the event is spelled otherwise.
fn inside(text: &str, place: &Place, words: &str, range: Range<usize>) -> Option<Range<usize>> {
    if place.file != 0 {
        return None;
    }
    let source = text.get(place.range.clone())?;
    let at = source.find(words)?;
    let start = place.range.start + at;
    Some(start + range.start..start + range.end)
}

/// Whether `text[range]` stands by itself: no letter, digit or `_` goes on at either end that is one.
fn alone(text: &str, range: &Range<usize>) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let (before, behind) = (text[..range.start].chars().next_back(), text[range.end..].chars().next());
    let (first, last) = (text[range.clone()].chars().next(), text[range.clone()].chars().next_back());
    let goes_on = |a: Option<char>, b: Option<char>| a.is_some_and(part) && b.is_some_and(part);
    !goes_on(before, first) && !goes_on(last, behind)
}
