//! Looks at the pages that nobody has asked for, a few at a time, so that what is wrong with them is told as well.

use std::sync::{Arc, Weak};

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::discover::SiteFiles;
use crate::parse::Page;
use crate::pipeline::Edition;
use crate::render::theme::Theme;
use crate::resolve::Site;

/// How many pages are looked at before it is asked again whether something has changed.
const STEP: usize = 4;

/// How many texts that no page has any more are remembered: letting go of each at once would cost a look at all pages.
const OLD: usize = 64;

/// What was found so far, by the page as it lies in memory: one that is not read again stays there.
#[derive(Default)]
pub(super) struct Sweep {
    known: FxHashMap<*const Page, (Arc<Page>, Diagnostics)>,
    /// The edition that was looked at last, and how far.
    at: Option<(Weak<Edition>, usize)>,
    /// How pages looked then: what is wrong with them may lie in their templates.
    look: Option<Arc<Diagnosed<Theme>>>,
    /// What was found in what is made of the site as a whole, and of which site, with which files.
    generated: Diagnostics,
    whole: Option<(Arc<Site>, Arc<SiteFiles>)>,
    /// Whether something was found since it was last asked.
    news: bool,
}

impl Sweep {
    /// Looks at a few more pages. Gives whether there are others.
    pub(super) fn step(&mut self, edition: &Arc<Edition>) -> bool {
        let pages = edition.loaded.site.catalog.pages.len();
        if !self.look.as_ref().is_some_and(|look| Arc::ptr_eq(look, edition.look())) {
            self.known.clear();
            self.whole = None;
            self.look = Some(edition.look().clone());
        }
        let here = self.at.as_ref().filter(|(known, _)| known.as_ptr() == Arc::as_ptr(edition)).map(|(_, at)| *at);
        let mut from = here.unwrap_or(0);
        let mut looked = 0;
        while from < pages && looked < STEP {
            if let Some(read) = edition.loaded.page(from)
                && !self.known.contains_key(&Arc::as_ptr(read))
            {
                let found = edition.faults(from);
                self.news |= !found.is_empty();
                self.known.insert(Arc::as_ptr(read), (read.clone(), found));
                looked += 1;
            }
            from += 1;
        }
        let (site, files) = (&edition.loaded.site, &edition.loaded.files);
        let same = self.whole.as_ref().is_some_and(|(known_site, known_files)| Arc::ptr_eq(known_site, site) && Arc::ptr_eq(known_files, files));
        if from == pages && here != Some(pages) && !same {
            self.whole = Some((site.clone(), files.clone()));
            let found = edition.generated().diagnostics;
            self.news |= found != self.generated;
            self.generated = found;
        }
        self.at = Some((Arc::downgrade(edition), from));
        from < pages
    }

    /// Whether something was found since this was last asked.
    pub(super) fn news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }

    /// What was found in the pages of `edition`. What is remembered of others is let go.
    pub(super) fn told(&mut self, edition: &Edition) -> Diagnostics {
        let pages = || (0..edition.loaded.site.catalog.pages.len()).filter_map(|no| edition.loaded.page(no));
        if self.known.len() > pages().count() + OLD {
            let used: rustc_hash::FxHashSet<*const Page> = pages().map(Arc::as_ptr).collect();
            self.known.retain(|page, _| used.contains(page));
        }
        let generated = self.generated.iter().cloned();
        generated.chain(pages().filter_map(|page| self.known.get(&Arc::as_ptr(page))).flat_map(|(_, found)| found.iter().cloned())).collect()
    }
}
