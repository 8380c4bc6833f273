//! A crawler of an output folder that knows HTML and URLs, and nothing of Recto.
//!
//! - In: a folder, the base path it is served under, and the address it is published at.
//! - Out: a [`Crawl`]: each reference that leads to no file or no id, and what else no page of a site may hold.
//! - Never here: Recto's types, its manifest or its tables. What this finds is what a reader's browser would find.
//!
//! Included by other tests as `mod crawl;`. Its own tests are in `tests/crawler.rs`.

#![allow(dead_code, reason = "each test that includes this module reads its own part of the report")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use percent_encoding::percent_decode_str;
use url::Url;

/// Where the folder is taken to be served from; `.test` is no real host (RFC 6761).
const HOST: &str = "http://site.test";

/// What a crawl found. All lists are sorted; paths are relative to the folder, with `/`.
#[derive(Debug, Default)]
pub(crate) struct Crawl {
    /// References that lead nowhere.
    pub(crate) broken: Vec<Broken>,
    /// Ids that a page has more than once: page, id.
    pub(crate) duplicate_ids: Vec<(String, String)>,
    /// Images of the site without `width` and `height`: page, address.
    pub(crate) unsized_images: Vec<(String, String)>,
    /// Pages with no `<h1>`, or several: page, how many. Pages that only lead on (`refresh`) are left out.
    pub(crate) headings: Vec<(String, usize)>,
    /// What a page loads from elsewhere by itself, or leads on to: page, address.
    pub(crate) external: Vec<(String, String)>,
    /// What a strict content policy refuses (scripts and styles in the page, handlers, `javascript:`, `<base>`): page, what it is.
    pub(crate) inline: Vec<(String, String)>,
    /// Links to a folder without its last slash, which only some hosts mend: page, address.
    pub(crate) slashless: Vec<(String, String)>,
    /// How much was read.
    pub(crate) counts: Counts,
}

/// How much a crawl has read, so that a test can tell "nothing wrong" from "nothing there".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Files of all kinds.
    pub(crate) files: usize,
    /// HTML files.
    pub(crate) pages: usize,
    /// Ids, and names of `<a>`.
    pub(crate) ids: usize,
    /// References of all kinds, of pages, the sitemap and `versions.json`.
    pub(crate) references: usize,
    /// Of these, the ones that lead into the site.
    pub(crate) internal: usize,
    /// `<img>` elements.
    pub(crate) images: usize,
}

/// A reference that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Broken {
    /// The file it stands in.
    pub(crate) page: String,
    /// The address as written.
    pub(crate) reference: String,
    /// The element it is of, as `a`.
    pub(crate) tag: String,
    /// What is wrong.
    pub(crate) why: Why,
}

/// Why a reference leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// The site has no such file, or the address cannot be read.
    NoFile,
    /// The page is there, the id is not.
    NoId,
    /// On the site's host, but not below its base path.
    OutsideSite,
}

impl Crawl {
    /// All that is wrong, one line each; empty for a sound site. Slashless links are not among them.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut out: Vec<String> = self.broken.iter().map(ToString::to_string).collect();
        let mut put = |list: &[(String, String)], what: &str| out.extend(list.iter().map(|(page, it)| format!("{page}: {what}: {it}")));
        put(&self.duplicate_ids, "id more than once");
        put(&self.unsized_images, "image without width and height");
        put(&self.external, "loads from elsewhere");
        put(&self.inline, "inline");
        out.extend(self.headings.iter().map(|(page, count)| format!("{page}: {count} level-1 headings")));
        out
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.why {
            Why::NoFile => "no such file",
            Why::NoId => "no such id",
            Why::OutsideSite => "outside the site's base path",
        };
        write!(f, "{}: <{}> {}: {why}", self.page, self.tag, self.reference)
    }
}

/// Reads every HTML file below `folder`, served under `base` (`/` or `/docs/`).
///
/// Absolute addresses under `url` (`https://acme.example/docs/`), as of canonical links and the sitemap, are those of the site too.
pub(crate) fn crawl(folder: &Path, base: &str, url: Option<&str>) -> Crawl {
    assert!(base.starts_with('/') && base.ends_with('/'), "a base path begins and ends with a slash: {base}");
    let site = Site {
        root: Url::parse(&format!("{HOST}{base}")).expect("a base path makes a URL"),
        published: url.map(|url| Url::parse(&format!("{}/", url.trim_end_matches('/'))).expect("the site's url is a URL")),
        files: files(folder),
    };
    let text = |path: &str| std::fs::read_to_string(folder.join(path)).expect("text of the output is UTF-8 and readable");
    let mut crawl = Crawl::default();
    let mut pages: BTreeMap<&str, Page> = BTreeMap::new();
    for path in site.files.iter().filter(|path| path.ends_with(".html")) {
        pages.insert(path, Page::read(&text(path)));
    }
    crawl.counts = Counts {
        files: site.files.len(),
        pages: pages.len(),
        ids: pages.values().map(|page| page.ids.len()).sum(),
        images: pages.values().map(|page| page.images).sum(),
        ..Counts::default()
    };
    for (path, page) in &pages {
        let here = site.address(path);
        let owned = |list: &[String]| list.iter().map(|it| ((*path).to_owned(), it.clone())).collect::<Vec<_>>();
        crawl.duplicate_ids.extend(owned(&page.duplicates));
        crawl.inline.extend(owned(&page.inline));
        if page.headings != 1 && !page.leads_on {
            crawl.headings.push(((*path).to_owned(), page.headings));
        }
        for reference in &page.references {
            site.follow(path, &here, reference, &pages, &mut crawl);
        }
    }
    for (path, tag, address) in listed(&site, &text) {
        let reference = Reference { tag: tag.to_owned(), address, kind: Kind::Link };
        site.follow(&path, &site.root, &reference, &pages, &mut crawl);
    }
    crawl.broken.sort();
    crawl.broken.dedup();
    for list in [&mut crawl.duplicate_ids, &mut crawl.unsized_images, &mut crawl.external, &mut crawl.inline, &mut crawl.slashless] {
        list.sort();
        list.dedup();
    }
    crawl
}

/// The folder as a browser sees it.
struct Site {
    root: Url,
    published: Option<Url>,
    files: BTreeSet<String>,
}

/// One address that an element gives.
struct Reference {
    tag: String,
    address: String,
    kind: Kind,
}

/// What a browser does with a reference.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Follows it when asked to.
    Link,
    /// Loads it, or goes there, by itself.
    Load,
    /// Loads it as an image; whether its size is given.
    Image { sized: bool },
    /// Only tells it (`og:url` and the like): judged if it leads into the site.
    Said,
}

impl Site {
    /// The address of a file: that of its folder for an `index.html`.
    fn address(&self, path: &str) -> Url {
        let shown = path.strip_suffix("index.html").filter(|head| head.is_empty() || head.ends_with('/')).unwrap_or(path);
        let mut url = self.root.clone();
        let mut segments = url.path_segments_mut().expect("http has paths");
        segments.pop_if_empty().extend(shown.split('/'));
        drop(segments);
        url
    }

    /// Judges one reference of the file `path`, whose address is `here`.
    fn follow(&self, path: &str, here: &Url, reference: &Reference, pages: &BTreeMap<&str, Page>, crawl: &mut Crawl) {
        let Reference { tag, address, kind } = reference;
        let found = || (path.to_owned(), address.clone());
        let mut broken = |why| {
            crawl.broken.push(Broken { page: path.to_owned(), reference: address.clone(), tag: tag.clone(), why });
        };
        crawl.counts.references += 1;
        let Ok(target) = here.join(address) else {
            return broken(Why::NoFile);
        };
        if target.scheme() == "javascript" {
            return crawl.inline.push((path.to_owned(), format!("<{tag}> {address}")));
        }
        let Some(rest) = self.inside(&target) else {
            if target.origin() == self.root.origin() {
                broken(Why::OutsideSite);
            } else if matches!(kind, Kind::Load | Kind::Image { .. }) {
                crawl.external.push(found());
            }
            return;
        };
        crawl.counts.internal += 1;
        let decoded = percent_decode_str(rest).decode_utf8_lossy().into_owned();
        // An encoded slash is part of a name, and no file has such a name.
        let encoded_slash = rest.to_ascii_lowercase().contains("%2f");
        let candidates = match decoded.as_str() {
            folder if folder.is_empty() || folder.ends_with('/') => vec![format!("{folder}index.html")],
            file => vec![file.to_owned(), format!("{file}/index.html")],
        };
        let Some((at, file)) = candidates.iter().enumerate().find(|(_, file)| !encoded_slash && self.files.contains(*file)) else {
            return broken(Why::NoFile);
        };
        if let (Some(page), Some(fragment)) = (pages.get(file.as_str()), target.fragment())
            && !page.has(fragment)
        {
            broken(Why::NoId);
        }
        if at == 1 {
            crawl.slashless.push(found());
        }
        if *kind == (Kind::Image { sized: false }) {
            crawl.unsized_images.push(found());
        }
    }

    /// What of an address's path lies below the site's root, if it does, in the encoded form.
    fn inside<'a>(&self, target: &'a Url) -> Option<&'a str> {
        [Some(&self.root), self.published.as_ref()].into_iter().flatten().find_map(|root| {
            let below = || target.path().strip_prefix(root.path());
            // The root itself without its slash is a folder like any other.
            let root_itself = || (format!("{}/", target.path()) == root.path()).then_some("");
            (root.origin() == target.origin()).then(|| below().or_else(root_itself)).flatten()
        })
    }
}

/// What one HTML file holds.
#[derive(Default)]
struct Page {
    ids: BTreeSet<String>,
    duplicates: Vec<String>,
    references: Vec<Reference>,
    inline: Vec<String>,
    headings: usize,
    images: usize,
    leads_on: bool,
}

impl Page {
    /// Parses a document as a browser without scripts does, so that what stands in `<noscript>` is seen as well.
    fn read(html: &str) -> Self {
        let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
        let options = html5ever::ParseOpts { tree_builder, ..html5ever::ParseOpts::default() };
        let dom = html5ever::parse_document(RcDom::default(), options).one(html);
        let mut page = Self::default();
        // A stack of our own: pages may nest deeper than the thread's.
        let mut open: Vec<Handle> = vec![dom.document.clone()];
        while let Some(handle) = open.pop() {
            open.extend(handle.children.borrow().iter().rev().cloned());
            if let NodeData::Element { name, attrs, template_contents, .. } = &handle.data {
                open.extend(template_contents.borrow().iter().cloned());
                let attributes: BTreeMap<String, String> = attrs.borrow().iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
                page.element(&name.local, &attributes);
            }
        }
        page
    }

    fn element(&mut self, tag: &str, attributes: &BTreeMap<String, String>) {
        let get = |key: &str| attributes.get(key).map(String::as_str);
        let is = |key: &str, value: &str| get(key).is_some_and(|it| it.trim().eq_ignore_ascii_case(value));
        if let Some(id) = get("id")
            && !self.ids.insert(id.to_owned())
        {
            self.duplicates.push(id.to_owned());
        }
        if let (true, Some(name)) = (tag == "a", get("name")) {
            self.ids.insert(name.to_owned());
        }
        let data = ["application/ld+json", "application/json"].iter().any(|kind| is("type", kind));
        match tag {
            "h1" => self.headings += 1,
            "img" => self.images += 1,
            "script" if get("src").is_none() && !data => self.inline.push("<script>".to_owned()),
            "style" | "base" => self.inline.push(format!("<{tag}>")),
            _ => {}
        }
        for (key, value) in attributes {
            if key == "style" || key == "srcdoc" || (key.starts_with("on") && key.len() > 2) {
                self.inline.push(format!("<{tag} {key}=\"{value}\">"));
            }
        }
        let mut put = |address: &str, kind| {
            // Browsers trim and drop line ends; so does `Url`, but the empty address is the page itself.
            self.references.push(Reference { tag: tag.to_owned(), address: address.trim().to_owned(), kind });
        };
        let numbers = |key| get(key).is_some_and(|value| value.parse::<u32>().is_ok_and(|number| number > 0));
        let image = Kind::Image { sized: numbers("width") && numbers("height") };
        if let Some(href) = get("href") {
            match tag {
                "base" => {}
                "link" => put(href, if loads(get("rel").unwrap_or_default()) { Kind::Load } else { Kind::Link }),
                "a" | "area" => put(href, Kind::Link),
                _ => put(href, Kind::Load),
            }
        }
        for key in ["src", "poster", "data"] {
            match get(key) {
                Some(address) if key != "data" || tag == "object" => put(address, if tag == "img" { image } else { Kind::Load }),
                _ => {}
            }
        }
        for key in ["action", "formaction", "longdesc", "cite"] {
            if let Some(address) = get(key) {
                put(address, Kind::Link);
            }
        }
        for address in ["srcset", "imagesrcset"].into_iter().filter_map(get).flat_map(candidates) {
            put(address, Kind::Load);
        }
        if tag == "meta" {
            let content = get("content").unwrap_or_default();
            if is("http-equiv", "refresh") {
                self.leads_on = true;
                if let Some(address) = refreshes_to(content) {
                    self.references.push(Reference { tag: tag.to_owned(), address: address.to_owned(), kind: Kind::Load });
                }
            } else if ["og:url", "og:image", "twitter:image"].iter().any(|name| is("property", name) || is("name", name)) {
                self.references.push(Reference { tag: tag.to_owned(), address: content.to_owned(), kind: Kind::Said });
            }
        }
    }

    /// Whether a fragment leads to a place in the page (HTML §7.4.6.3: as written, then decoded, then the top).
    fn has(&self, fragment: &str) -> bool {
        let fragment = fragment.split(":~:").next().unwrap_or_default();
        let decoded = percent_decode_str(fragment).decode_utf8_lossy();
        fragment.is_empty() || self.ids.contains(fragment) || self.ids.contains(decoded.as_ref()) || decoded.eq_ignore_ascii_case("top")
    }
}

/// Whether a browser fetches a `<link>` of this `rel` by itself.
fn loads(rel: &str) -> bool {
    const FETCHED: &[&str] = &[
        "stylesheet",
        "icon",
        "apple-touch-icon",
        "mask-icon",
        "manifest",
        "preload",
        "modulepreload",
        "prefetch",
        "prerender",
        "dns-prefetch",
        "preconnect",
    ];
    rel.split_ascii_whitespace().any(|one| FETCHED.contains(&one.to_ascii_lowercase().as_str()))
}

/// The addresses of a `srcset`: each ends at white space, or at the comma that ends its candidate.
fn candidates(srcset: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return out;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        out.push(address.trim_end_matches(','));
        rest = if address.ends_with(',') { after } else { after.split_once(',').map_or("", |(_, next)| next) };
    }
}

/// The address in `0; url=…` (HTML §4.2.5.3), if there is one.
fn refreshes_to(content: &str) -> Option<&str> {
    let rest = content.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ';' || c == ',');
    let rest = match rest.get(..3) {
        Some(url) if url.eq_ignore_ascii_case("url") => rest[3..].trim_start().strip_prefix('=').unwrap_or(rest).trim_start(),
        _ => rest,
    };
    let quoted = |quote: char| rest.strip_prefix(quote).map(|inner| inner.split(quote).next().unwrap_or_default());
    Some(quoted('"').or_else(|| quoted('\'')).unwrap_or(rest).trim()).filter(|address| !address.is_empty())
}

/// The addresses that the sitemaps and `versions.json` list: file, tag, address.
fn listed(site: &Site, text: &dyn Fn(&str) -> String) -> Vec<(String, &'static str, String)> {
    let mut out = Vec::new();
    for path in site.files.iter().filter(|path| path.starts_with("sitemap") && path.ends_with(".xml")) {
        for part in text(path).split("<loc>").skip(1) {
            let address = part.split("</loc>").next().unwrap_or_default().trim();
            let address = address.replace("&apos;", "'").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
            out.push((path.clone(), "loc", address.replace("&amp;", "&")));
        }
    }
    if site.files.contains("versions.json") {
        let mut open: Vec<serde_json::Value> = vec![serde_json::from_str(&text("versions.json")).expect("versions.json is JSON")];
        while let Some(value) = open.pop() {
            match value {
                serde_json::Value::Array(items) => open.extend(items),
                serde_json::Value::Object(fields) => {
                    for (key, value) in fields {
                        match value {
                            serde_json::Value::String(address) if key == "url" || key == "href" => {
                                out.push(("versions.json".to_owned(), "url", address));
                            }
                            other => open.push(other),
                        }
                    }
                }
                _ => {}
            }
        }
    }
    out
}

/// Every file below `folder`, by its path in it.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut open = vec![(folder.to_path_buf(), String::new())];
    while let Some((at, prefix)) = open.pop() {
        for entry in std::fs::read_dir(&at).expect("the output folder can be read") {
            let entry = entry.expect("the output folder can be read");
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().expect("a file has a type").is_dir() {
                open.push((entry.path(), format!("{path}/")));
            } else {
                out.insert(path);
            }
        }
    }
    out
}
