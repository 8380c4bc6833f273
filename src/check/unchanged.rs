//! An entry names a page that says what it said in the version before. Looked at where a version begins: of a change inside a version
//! nobody can tell what the page said before.

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::resolve::PageNo;

/// What is wrong. `changed` says whether a page has changed since the version before; none where there is none.
pub fn unchanged(subject: Subject<'_>, changed: impl Fn(PageNo) -> Option<bool>) -> Diagnostics {
    let site = subject.site;
    let mut told = Diagnostics::new();
    for no in site.releases.entries() {
        for page in &site.releases.leads(no).pages {
            if changed(*page) != Some(false) {
                continue;
            }
            let page = &site.catalog.pages[*page];
            let version = &subject.config.versions[page.version].title;
            let message = format!("the entry names `{}`, which {version} has as the version before it has it", page.file);
            let mut diagnostic = Diagnostic::new(Code::EntryPageUnchanged, message);
            diagnostic.span = subject.entry(no);
            told.push(diagnostic.help("tell of the change on that page, or remove `page=`".to_owned()));
        }
    }
    told
}
