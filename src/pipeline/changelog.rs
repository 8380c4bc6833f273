//! Pages about what changed: they show what the pages of releases say, so these are rendered first, or recalled.

use std::sync::{Arc, PoisonError};

use super::edition::Edition;
use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::id::Url;
use crate::parse::TocDepth;
use crate::render::Body;
use crate::render::changelog::{History, chunks};
use crate::render::view::PageView;
use crate::resolve::PageNo;

impl Edition {
    /// Keeps the body of a release.
    pub(super) fn keep_release(&self, no: PageNo, body: &Body) {
        let shown = Body { html: body.html.clone(), entries: body.entries.clone(), ..Body::default() };
        self.released.lock().unwrap_or_else(PoisonError::into_inner).entry(no).or_insert_with(|| Arc::new(shown));
    }

    fn released(&self, no: PageNo) -> Arc<Body> {
        let known = || self.released.lock().unwrap_or_else(PoisonError::into_inner).get(&no).cloned();
        known().unwrap_or_else(|| {
            // What is wrong with it is told where its page is made.
            let made = self.body(&self.draft(no)).value.value;
            known().unwrap_or_else(|| Arc::new(made))
        })
    }

    fn bodies(&self) -> Vec<Arc<Body>> {
        self.loaded.site.releases.list.iter().map(|release| self.released(release.page)).collect()
    }

    /// Adds the releases to the view of a changelog.
    pub(super) fn add_changelog<'a>(&'a self, no: PageNo, view: &mut PageView<'a>) {
        let composer = self.composer();
        if composer.lists_releases(no) {
            let bodies = self.bodies();
            let history = History { composer, bodies: &bodies };
            view.page.changelog = history.changelog(no);
            // Its pages are the releases, which are listed already.
            (view.page.lists, view.page.children) = (false, Vec::new());
            if let Some(changelog) = view.page.changelog.as_ref().filter(|_| self.loaded.site.catalog.pages[no].facts.toc != TocDepth::None) {
                view.page.toc = history.contents(changelog);
            }
            view.page.files = Some(composer.history_files(&self.loaded.site.catalog.pages[no].url));
        }
    }

    /// The pages about what changed that no source is, and the files that go with them: addresses and texts. `hosted` says whether there is
    /// a host, and an address to send readers of feeds to.
    pub(super) fn changes(&self, hosted: bool) -> Diagnosed<Vec<(Url, String)>> {
        let site = &self.loaded.site;
        let mut made = Changes { edition: self, files: Vec::new(), diagnostics: Diagnostics::new() };
        if !site.releases.list.is_empty() {
            let history = History { composer: self.composer(), bodies: &self.bodies() };
            for (no, topic) in site.releases.topics.iter().enumerate() {
                made.page("topic.html", (topic.url.clone(), history.topic(no)));
            }
            made.page("upgrade.html", history.pick());
            for pair in &site.releases.upgrades {
                made.page("upgrade.html", history.pair(*pair));
            }
            made.page("deprecations.html", history.deprecations());
            made.files.extend(chunks(&history));
            made.files.extend(history.calendar());
            if hosted {
                made.files.extend(history.feeds());
            }
        }
        Diagnosed { value: made.files, diagnostics: made.diagnostics }
    }
}

/// What has been made so far.
struct Changes<'a> {
    edition: &'a Edition,
    files: Vec<(Url, String)>,
    diagnostics: Diagnostics,
}

impl Changes<'_> {
    fn page(&mut self, template: &str, (url, view): (Url, impl serde::Serialize)) {
        self.files.extend(self.edition.rendered(template, &view, &mut self.diagnostics).map(|html| (url, html)));
    }
}
