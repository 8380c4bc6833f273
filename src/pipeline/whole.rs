//! Files that hold the text of many pages: `llms-full.txt`, and print pages.
//!
//! Bodies are not made for them: whoever renders pages hands each one in, and the last one of a file makes it. A print page holds few enough
//! pages that no more than some of them wait for each other; of a version only the Markdown waits for all. A page that stands as it was is
//! handed in by its key, and its body is recalled only where something else in the file has changed.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::edition::{Draft, Edition};
use crate::config::VersionNo;
use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::id::{Digest, Url};
use crate::memo;
use crate::render::{Body, Twin, TwinFrame, listing};
use crate::resolve::PageNo;
use crate::write::{Bytes, Sum, Texts};

/// A file that holds the text of many pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WholeFile {
    /// All of a version's Markdown.
    Text(VersionNo),
    /// A print page of a version, by number.
    Print(VersionNo, usize),
    /// The list of a version's print pages.
    PrintList(VersionNo),
}

/// A body that was made, for all who use it.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) body: Arc<Diagnosed<Body>>,
    twin: Arc<Twin>,
}

impl Shared {
    pub(super) fn new(body: Diagnosed<Body>) -> Self {
        Self { twin: Arc::new(body.value.twin.clone()), body: Arc::new(body) }
    }
}

/// A file that is finished.
pub(super) struct Finished {
    pub(super) url: Url,
    pub(super) version: VersionNo,
    /// Under which key its bytes are remembered.
    pub(super) key: Option<Digest>,
    /// What its bytes came to, as that is remembered; else [`Edition::made`] makes them.
    pub(super) sum: Option<Sum>,
    pub(super) waiting: Waiting,
}

/// What has been handed in for a file.
pub(super) struct Waiting {
    file: WholeFile,
    /// One for each of its pages.
    pages: Vec<Slot>,
}

struct Slot {
    no: PageNo,
    /// The digest of all that the file shows of the page.
    key: Option<Digest>,
    frame: Option<TwinFrame>,
    /// Its body; none where it stands as it was.
    shared: Option<Handed>,
}

enum Handed {
    Body(Arc<Diagnosed<Body>>),
    Twin(Arc<Twin>),
}

struct Collecting {
    file: WholeFile,
    pages: Vec<Option<Slot>>,
    left: usize,
}

/// All files of a run that wait for pages.
pub(super) struct Wholes<'a> {
    edition: &'a Edition,
    files: Vec<Mutex<Collecting>>,
    /// In which files a page stands, and at which place.
    places: FxHashMap<PageNo, Vec<(usize, usize)>>,
}

impl<'a> Wholes<'a> {
    /// The files of the versions that are wanted.
    pub(super) fn new(edition: &'a Edition, wants: impl Fn(VersionNo) -> bool) -> Self {
        let mut wholes = Self { edition, files: Vec::new(), places: FxHashMap::default() };
        for file in edition.whole_files().filter(|file| wants(file.version())) {
            let pages = edition.pages_of(file);
            for (place, no) in pages.iter().enumerate() {
                wholes.places.entry(*no).or_default().push((wholes.files.len(), place));
            }
            let collecting = Collecting { file, left: pages.len(), pages: pages.iter().map(|_| None).collect() };
            wholes.files.push(Mutex::new(collecting));
        }
        wholes
    }

    /// Takes a page; gives the files that have all of theirs with it. `shared` is none for a page that stands as it was.
    pub(super) fn take(&self, draft: &Draft<'_>, shared: Option<&Shared>) -> Vec<Finished> {
        let mut finished = Vec::new();
        for (number, place) in self.places.get(&draft.no).into_iter().flatten() {
            let mut file = self.files[*number].lock().unwrap_or_else(PoisonError::into_inner);
            let page = &self.edition.loaded.site.catalog.pages[draft.no];
            let slot = match file.file {
                WholeFile::Text(_) => Slot {
                    no: draft.no,
                    key: memo::key("text", &(&draft.frame, &draft.body)),
                    frame: draft.frame.clone(),
                    shared: shared.map(|shared| Handed::Twin(shared.twin.clone())),
                },
                _ => Slot {
                    no: draft.no,
                    key: memo::key("printed", &(page.url.as_str(), &page.title, &draft.body)),
                    frame: None,
                    shared: shared.map(|shared| Handed::Body(shared.body.clone())),
                },
            };
            file.pages[*place] = Some(slot);
            file.left -= 1;
            if file.left == 0 {
                let pages = std::mem::take(&mut file.pages).into_iter().flatten().collect();
                let waiting = Waiting { file: file.file, pages };
                drop(file);
                finished.extend(self.edition.finished(waiting));
            }
        }
        finished
    }
}

impl WholeFile {
    /// The version that it is of.
    pub fn version(self) -> VersionNo {
        match self {
            WholeFile::Text(version) | WholeFile::Print(version, _) | WholeFile::PrintList(version) => version,
        }
    }
}

impl Edition {
    /// The files that hold the text of many pages.
    pub fn whole_files(&self) -> impl Iterator<Item = WholeFile> {
        let config = &self.loaded.config;
        let texts = (0..config.versions.len()).filter(|no| config.output.llms && !self.loaded.site.navs[*no].pages().is_empty());
        let prints = self.prints().iter().enumerate().flat_map(|(version, prints)| {
            let list = (prints.parts.len() > 1).then_some(WholeFile::PrintList(version));
            (0..prints.parts.len()).map(move |part| WholeFile::Print(version, part)).chain(list)
        });
        texts.map(WholeFile::Text).chain(prints).filter(|file| self.whole_url(*file).is_some())
    }

    /// The address of a file; none for one that a file of `static/` stands in for.
    pub fn whole_url(&self, file: WholeFile) -> Option<Url> {
        let url = match file {
            WholeFile::Text(version) => listing::full_url(&self.composer(), version)?,
            WholeFile::Print(version, part) => self.prints()[version].parts[part].url.clone(),
            WholeFile::PrintList(version) => self.prints()[version].url.clone()?,
        };
        let own = url.out_path().is_ok_and(|path| self.loaded.site.catalog.statics.contains(&path));
        (!own).then_some(url)
    }

    /// The pages that a file holds, in its order.
    fn pages_of(&self, file: WholeFile) -> Vec<PageNo> {
        match file {
            WholeFile::Text(version) => self.loaded.site.navs[version].pages().to_vec(),
            WholeFile::Print(version, part) => self.prints()[version].parts[part].pages.clone(),
            WholeFile::PrintList(_) => Vec::new(),
        }
    }

    /// A file of which all pages are in.
    fn finished(&self, waiting: Waiting) -> Option<Finished> {
        let url = self.whole_url(waiting.file)?;
        let around = self.around(waiting.file);
        let keys: Option<Vec<Digest>> = waiting.pages.iter().map(|page| page.key).collect();
        let key = around.zip(keys).and_then(|made_of| memo::key("whole", &(url.as_str(), made_of)));
        let sum = key.and_then(|key| memo::decode::<Sum>(&self.loaded.memo.recall(key)?));
        Some(Finished { url, version: waiting.file.version(), key, sum, waiting })
    }

    /// The digest of what a file shows besides its pages.
    fn around(&self, file: WholeFile) -> Option<Digest> {
        match file {
            WholeFile::Text(version) => Some(Digest::of(listing::full_head(&self.composer(), version)?.as_bytes())),
            WholeFile::Print(version, part) => {
                let view = serde_json::to_vec(&self.composer().printed(version, part, &[])).ok()?;
                memo::key("print", &(Digest::of(&view), self.theme().digest))
            }
            WholeFile::PrintList(_) => None,
        }
    }

    /// The text of a file, its pages rendered for it.
    pub fn whole(&self, file: WholeFile) -> Diagnosed<Option<String>> {
        let slot = |no: PageNo| Slot { no, key: None, frame: None, shared: None };
        let waiting = Waiting { file, pages: self.pages_of(file).into_iter().map(slot).collect() };
        match file {
            WholeFile::Text(version) => unheard(self.texts(version, waiting.pages).map(Iterator::collect)),
            WholeFile::Print(version, part) => self.print(version, part, waiting.pages),
            WholeFile::PrintList(version) => self.print_list(version),
        }
    }

    /// What a file that is finished holds.
    pub(super) fn made(&self, waiting: Waiting) -> Diagnosed<Option<Bytes<'_>>> {
        let html = |made: Diagnosed<Option<String>>| {
            let bytes = made.value.map(|html| Bytes::InMemory(html.into_bytes()));
            Diagnosed { value: bytes, diagnostics: made.diagnostics }
        };
        match waiting.file {
            WholeFile::Text(version) => unheard(self.texts(version, waiting.pages).map(|texts| Bytes::Texts(Texts::new(texts)))),
            WholeFile::Print(version, part) => html(self.print(version, part, waiting.pages)),
            WholeFile::PrintList(version) => html(self.print_list(version)),
        }
    }

    /// Remembers under `key` what the bytes of a file came to.
    pub(super) fn remember_whole(&self, key: Digest, sum: Sum) {
        if self.loaded.memo.remembers() {
            memo::encode(&sum).iter().for_each(|bytes| self.loaded.memo.remember(key, bytes));
        }
    }

    fn print(&self, version: VersionNo, part: usize, pages: Vec<Slot>) -> Diagnosed<Option<String>> {
        let body = |slot: Slot| match slot.shared {
            Some(Handed::Body(body)) => body,
            _ => Arc::new(self.body(&self.draft(slot.no)).value),
        };
        let bodies: Vec<Arc<Diagnosed<Body>>> = pages.into_iter().map(body).collect();
        let bodies: Vec<&Body> = bodies.iter().map(|body| &body.value).collect();
        let mut diagnostics = Diagnostics::new();
        let value = self.rendered("print.html", &self.composer().printed(version, part, &bodies), &mut diagnostics);
        Diagnosed { value, diagnostics }
    }

    fn print_list(&self, version: VersionNo) -> Diagnosed<Option<String>> {
        let mut diagnostics = Diagnostics::new();
        let view = self.composer().print_list(version);
        let value = view.and_then(|(_, view)| self.rendered("print.html", &view, &mut diagnostics));
        Diagnosed { value, diagnostics }
    }

    /// The texts that make up all of a version's Markdown, each made when it is asked for.
    fn texts(&self, version: VersionNo, pages: Vec<Slot>) -> Option<impl Iterator<Item = String> + Send + '_> {
        let head = listing::full_head(&self.composer(), version)?;
        let page = |slot: Slot| match (slot.frame, slot.shared) {
            (Some(frame), Some(Handed::Twin(twin))) => Some(frame.around(&twin)),
            _ => self.twin(slot.no),
        };
        let page = move |slot| page(slot).map(|text| format!("\n{text}"));
        Some(std::iter::once(head).chain(pages.into_iter().filter_map(page)))
    }
}

/// A value with which nothing is wrong.
fn unheard<T>(value: T) -> Diagnosed<T> {
    Diagnosed { value, diagnostics: Diagnostics::new() }
}
