//! Whether headings keep their ids from version to version, where one text is a different page in each.
//!
//! Conditions and variables change what stands before a heading, or what it says, and with that the id that it is given.

use std::collections::BTreeMap;

use super::VersionInput;
use super::catalog::Catalog;
use crate::config::{Config, VersionNo};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::id::FileName;
use crate::parse::Page;

/// Tells of headings whose ids differ between the versions of one file.
pub(super) fn stability(catalog: &Catalog, config: &Config, versions: &[VersionInput], diagnostics: &mut Diagnostics) {
    let mut files: BTreeMap<&FileName, Vec<(VersionNo, &Page)>> = BTreeMap::new();
    for page in &catalog.pages {
        let Some((version, source)) = page.source else { continue };
        let read = &versions[version].pages[source].page;
        if !read.asked.is_empty() {
            files.entry(&page.file).or_default().push((version, read));
        }
    }
    for (file, pages) in files {
        // By where it is written: the version that comes first in the list, and the id there.
        let mut known: BTreeMap<(u16, usize), (VersionNo, &str)> = BTreeMap::new();
        let mut told: Vec<(u16, usize)> = Vec::new();
        for (version, page) in pages {
            for (place, heading) in page.headings.iter().zip(&page.facts.headings) {
                let key = (place.file, place.range.start);
                let (first, id) = *known.entry(key).or_insert((version, &heading.id));
                if id == heading.id || told.contains(&key) {
                    continue;
                }
                told.push(key);
                let name = |version: VersionNo| &config.versions[version].id;
                let message = format!("this heading has the id `{id}` in version {}, and `{}` in version {}", name(first), heading.id, name(version));
                let help = format!("write `{{#{id}}}` behind it, so that links reach it in every version");
                diagnostics.push(Diagnostic::new(Code::AnchorUnstable, message).at(page.span(file, place)).help(help));
            }
        }
    }
}
