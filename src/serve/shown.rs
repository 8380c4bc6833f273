//! The edition that is served now: what lies at each address of it, and what was rendered of it so far.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::UNIX_EPOCH;

use rustc_hash::FxHashMap;

use super::address::{Item, addresses, content_type};
use super::reply::{Body, Reply, Terms};
use crate::discover::Found;
use crate::id::{Digest, FileName, OutPath, Url};
use crate::pipeline::{Edition, Request, copied};
use crate::render::listing;
use crate::search;
use crate::write::Bytes;

/// How many bytes of rendered pages are kept.
const KEPT: usize = 32 << 20;

/// An edition, being served.
pub(super) struct Shown {
    /// The edition.
    pub(super) edition: Arc<Edition>,
    /// Its number: the first is 1.
    pub(super) number: u64,
    addresses: Arc<FxHashMap<OutPath, Item>>,
    generated: OnceLock<Vec<(OutPath, Arc<[u8]>)>>,
    /// The index of the search, made when it is first asked for.
    search: OnceLock<FxHashMap<OutPath, Arc<[u8]>>>,
    rendered: Mutex<Rendered>,
    /// What the script of the live channel is called into pages with; none if they are to be as `build` writes them.
    live: Option<String>,
    /// The headers of every page.
    policy: Option<String>,
}

#[derive(Default)]
struct Rendered {
    pages: FxHashMap<OutPath, Arc<[u8]>>,
    bytes: usize,
}

impl Shown {
    /// The edition `number`, of which `request` is served, with the script element `live` in its pages. `before` is what was shown.
    pub(super) fn new(edition: Arc<Edition>, number: u64, request: &Request, live: Option<String>, before: Option<&Shown>) -> Self {
        let same = before.filter(|before| edition.has_the_addresses_of(&before.edition));
        let addresses = same.map_or_else(|| Arc::new(addresses(&edition, request)), |before| before.addresses.clone());
        let policy = listing::policy(&edition.loaded.config);
        Self { edition, number, addresses, generated: OnceLock::new(), search: OnceLock::new(), rendered: Mutex::default(), live, policy }
    }

    /// Whether a file lies at `path`.
    pub(super) fn has(&self, path: &OutPath) -> bool {
        self.addresses.contains_key(path) || self.generated().iter().any(|(known, _)| known == path) || self.search(path).is_some()
    }

    /// The file at `path`; none where there is none, or what it is made of fails.
    pub(super) fn file(&self, path: &OutPath, terms: Terms<'_>) -> Option<io::Result<Reply>> {
        match self.addresses.get(path) {
            Some(Item::Asset(no)) => Some(self.copied(path, self.edition.asset(*no), terms)),
            Some(Item::Static(no)) => Some(self.copied(path, self.edition.statics().nth(*no)?, terms)),
            Some(Item::Theme(no)) => {
                let bytes = Arc::from(self.edition.theme_files().get(*no)?.1.as_slice());
                Some(self.bytes(path, bytes, terms))
            }
            Some(
                item @ (Item::Page(_)
                | Item::Twin(_)
                | Item::Whole(_)
                | Item::Redirect(_)
                | Item::Comparison(_)
                | Item::Differences(_)
                | Item::Tree(_)),
            ) => Some(self.bytes(path, self.page(path, *item)?, terms)),
            None => {
                let generated = self.generated().iter().find(|(known, _)| known == path).map(|(_, bytes)| bytes);
                let bytes = generated.or_else(|| self.search(path))?;
                Some(self.bytes(path, bytes.clone(), terms))
            }
        }
    }

    /// The file that the page at `path` is made of.
    pub(super) fn source(&self, path: &OutPath) -> Option<&FileName> {
        match self.addresses.get(path)? {
            Item::Page(no) => Some(&self.edition.loaded.site.catalog.pages[*no].file),
            _ => None,
        }
    }

    /// The page for addresses where nothing is.
    pub(super) fn lost(&self) -> Reply {
        let html = self.edition.not_found().value.map_or_else(|| "<h1>404</h1>".to_owned(), |html| self.lively(html));
        self.guarded("404.html", Reply::bytes(404, content_type("404.html"), html.into_bytes().into()))
    }

    /// A page with nothing but the script that shows what is wrong with it.
    pub(super) fn broken(&self) -> Reply {
        let html = self.lively("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>This page has errors</title></head><body><p>This page cannot be shown: see the problems.</p></body></html>\n".to_owned());
        self.guarded("index.html", Reply::bytes(500, content_type("index.html"), html.into_bytes().into()))
    }

    fn page(&self, path: &OutPath, item: Item) -> Option<Arc<[u8]>> {
        let lock = || self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().pages.get(path) {
            return Some(known.clone());
        }
        let html = match item {
            Item::Page(no) => self.edition.page(no).value.map(|html| self.lively(html)),
            Item::Twin(no) => self.edition.twin(no),
            // What is one page after another is not shown the problems of one.
            Item::Whole(file) => self.edition.whole(file).value,
            Item::Redirect(no) => self.edition.redirect(no).value,
            Item::Comparison(no) => self.edition.comparison_page(no).value.map(|html| self.lively(html)),
            Item::Tree(version) => self.edition.tree(version).map(|(_, script)| script),
            Item::Differences(version) => self.edition.overview_page(version).value.map(|(_, html)| self.lively(html)),
            _ => None,
        }?;
        let bytes: Arc<[u8]> = html.into_bytes().into();
        let mut rendered = lock();
        if rendered.bytes + bytes.len() <= KEPT {
            rendered.bytes += bytes.len();
            rendered.pages.insert(path.clone(), bytes.clone());
        }
        Some(bytes)
    }

    /// The page with the live script in it, before all others, so that it sees the page as it came.
    fn lively(&self, html: String) -> String {
        let Some(live) = &self.live else { return html };
        let at = html.find("<head>").map_or(0, |at| at + "<head>".len());
        let script = live.replace("{number}", &self.number.to_string());
        format!("{}{script}{}", &html[..at], &html[at..])
    }

    fn generated(&self) -> &[(OutPath, Arc<[u8]>)] {
        self.generated.get_or_init(|| {
            let made = self.edition.generated().value.into_iter();
            let page = |url: &Url, text: String| if url.as_str().ends_with('/') { self.lively(text) } else { text };
            made.filter_map(|(url, text)| Some((url.out_path().ok()?, Arc::from(page(&url, text).into_bytes())))).collect()
        })
    }

    /// A file of the index of the search.
    fn search(&self, path: &OutPath) -> Option<&Arc<[u8]>> {
        if !path.as_str().starts_with(search::FOLDER) {
            return None;
        }
        let made = || self.edition.search().into_iter().filter_map(|(url, text)| Some((url.out_path().ok()?, Arc::from(text.into_bytes()))));
        self.search.get_or_init(|| made().collect()).get(path)
    }

    fn bytes(&self, path: &OutPath, bytes: Arc<[u8]>, terms: Terms<'_>) -> io::Result<Reply> {
        let tag = Digest::of(&bytes).short().to_string();
        self.guarded(path.as_str(), Reply::bytes(200, content_type(path.as_str()), bytes)).on(terms, &tag)
    }

    fn copied(&self, path: &OutPath, found: &Found, terms: Terms<'_>) -> io::Result<Reply> {
        match copied(found) {
            Ok(Bytes::InMemory(bytes)) => self.bytes(path, bytes.into(), terms),
            Ok(Bytes::Copy { file, bytes }) => {
                let tag = tag(&file)?;
                let reply =
                    Reply { status: 200, headers: vec![("Content-Type", content_type(path.as_str()).to_owned())], body: Body::File(file, bytes) };
                self.guarded(path.as_str(), reply).on(terms, &tag)
            }
            Ok(Bytes::Texts(mut texts)) => {
                let mut bytes = Vec::new();
                texts.read_to_end(&mut bytes)?;
                self.bytes(path, bytes.into(), terms)
            }
            Err(fault) => Err(io::Error::other(fault.message)),
        }
    }

    /// The reply with the headers that a host should send with the site's files.
    fn guarded(&self, path: &str, reply: Reply) -> Reply {
        let policy = if path.to_ascii_lowercase().ends_with(".svg") { Some(listing::SVG_POLICY) } else { self.policy.as_deref() };
        match policy {
            Some(policy) => reply.with("Content-Security-Policy", policy),
            None => reply,
        }
    }
}

/// What names the bytes of a file without reading them: its length, and when it changed.
pub(super) fn tag(file: &std::fs::File) -> io::Result<String> {
    let meta = file.metadata()?;
    let changed = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |time| time.as_nanos());
    Ok(format!("{:x}-{changed:x}", meta.len()))
}
