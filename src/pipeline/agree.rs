//! Whether changelog and pages agree, by the rules of `check`, all pages at once.

use rayon::prelude::*;

use super::edition::Edition;
use crate::check::{Rule, Subject, claims, removed, unchanged};
use crate::diagnostic::Diagnostics;
use crate::resolve::PageNo;

impl Edition {
    /// What the rules of `check` say besides what a build would.
    pub fn agreement(&self) -> Diagnostics {
        let read = |no: PageNo| self.source(no).map(|(source, page)| (&*source.text, page));
        let subject = Subject { config: &self.loaded.config, site: &self.loaded.site, read: &read };
        let pages: Vec<PageNo> = subject.pages().collect();
        let all = |of_page: &Rule<'_>| -> Diagnostics {
            let told: Vec<Diagnostics> = pages.par_iter().map(|no| of_page(*no)).collect();
            told.into_iter().flatten().collect()
        };
        let mut told = unchanged(subject, |no| {
            let became = self.became(no)?;
            became.older.filter(|_| !became.split).map(|_| became.comparison.is_some())
        });
        told.extend(claims(subject, &all));
        told.extend(removed(subject, &all));
        told
    }
}
