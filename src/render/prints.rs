//! Which print pages a version has, and which pages each of them holds.
//!
//! One holds all pages, in the order of the navigation. A version with many pages is printed section by section, and its print page is the
//! list of these.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::config::{Config, VersionNo};
use crate::id::Url;
use crate::resolve::{Nav, NavHref, NavNo, PageNo, Site};

/// The most pages that one print page holds.
const MOST: usize = 200;

/// The print pages of a version.
#[derive(Debug, Default)]
pub struct Prints {
    /// Where they begin.
    pub url: Option<Url>,
    /// What they hold; several only where [`Prints::url`] is a list of them.
    pub parts: Vec<Part>,
    /// The part that holds a page.
    of: FxHashMap<PageNo, usize>,
}

/// One print page.
#[derive(Debug)]
pub struct Part {
    /// Its address.
    pub url: Url,
    /// The section that it is; none for a version as a whole.
    pub title: Option<String>,
    /// Its pages, in the order of the navigation.
    pub pages: Vec<PageNo>,
}

impl Prints {
    /// The print page that holds a page.
    pub fn part(&self, page: PageNo) -> Option<&Part> {
        self.parts.get(*self.of.get(&page)?)
    }
}

/// The print pages of each version.
pub fn prints(site: &Site, config: &Config) -> Vec<Prints> {
    let version = |no: VersionNo| {
        let nav = &site.navs[no];
        if !config.output.print || nav.pages().is_empty() {
            return Prints::default();
        }
        let folder = if config.versioned { format!("_/print/{}", config.versions[no].id) } else { "_/print".to_owned() };
        let mut pieces = Vec::new();
        if nav.pages().len() <= MOST {
            pieces.push((None, nav.pages().to_vec()));
        } else {
            let title = if config.versioned { &config.versions[no].title } else { &site.title };
            Split { nav, seen: FxHashSet::default(), pieces: &mut pieces }.split(&nav.top, title, None);
        }
        let whole = pieces.len() == 1;
        let part = |(at, (title, pages)): (usize, (Option<String>, Vec<PageNo>))| {
            let folder = if whole { folder.clone() } else { format!("{folder}/{}", at + 1) };
            Part { url: Url::folder(&folder), title, pages }
        };
        let parts: Vec<Part> = pieces.into_iter().enumerate().map(part).collect();
        let of = parts.iter().enumerate().flat_map(|(no, part)| part.pages.iter().map(move |page| (*page, no))).collect();
        Prints { url: Some(Url::folder(&folder)), parts, of }
    };
    (0..config.versions.len()).map(version).collect()
}

struct Split<'a> {
    nav: &'a Nav,
    seen: FxHashSet<PageNo>,
    pieces: &'a mut Vec<(Option<String>, Vec<PageNo>)>,
}

impl Split<'_> {
    /// Pieces of whole sections. Pages beside them, `first` among them, are pieces of the section `title` that they lie in.
    fn split(&mut self, nodes: &[NavNo], title: &str, first: Option<PageNo>) {
        let mut loose: Vec<PageNo> = first.into_iter().collect();
        for no in nodes {
            let node = &self.nav.nodes[*no];
            let mut pages = Vec::new();
            self.below(*no, &mut pages);
            if node.children.is_empty() {
                loose.extend(pages);
            } else if pages.len() <= MOST {
                self.piece(title, &mut loose);
                self.piece(&node.title, &mut pages);
            } else {
                self.piece(title, &mut loose);
                let own = match node.href {
                    NavHref::Page(page) if pages.first() == Some(&page) => Some(page),
                    _ => None,
                };
                for page in pages.iter().filter(|page| Some(**page) != own) {
                    self.seen.remove(page);
                }
                self.split(&node.children, &node.title, own);
            }
        }
        self.piece(title, &mut loose);
    }

    fn piece(&mut self, title: &str, pages: &mut Vec<PageNo>) {
        for pages in std::mem::take(pages).chunks(MOST) {
            self.pieces.push((Some(title.to_owned()), pages.to_vec()));
        }
    }

    /// The pages of an entry and of those below it, each where it comes first.
    fn below(&mut self, no: NavNo, pages: &mut Vec<PageNo>) {
        let node = &self.nav.nodes[no];
        if let NavHref::Page(page) = node.href
            && self.seen.insert(page)
        {
            pages.push(page);
        }
        for child in &node.children {
            self.below(*child, pages);
        }
    }
}
