//! Finds what a link means.
//!
//! Writers link to source files, of their version (`../guides/webhooks.md#retries`) or of another (`2:guides/webhooks.md`).
//! Readers follow addresses (`/guides/webhooks/#retries`), and writers may write those too. [`Linker::target`] carries one across to the
//! other.
//!
//! - In: one link of a page, and the tables of the [`Site`].
//! - Out: a [`Target`], or a diagnostic with the nearest thing that exists.
//! - Never here: asking the network about other sites.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::catalog::{AssetNo, At, Became, PageNo, Unpublished};
use super::site::Site;
use super::suggest::Suggestions;
use crate::config::{Config, VersionNo};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, nearest};
use crate::id::{FileName, SourcePath, Url, decode};
use crate::parse::Role;
use crate::parse::document::{IncludedFile, Link, LinkKind};

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page; `rest` is its `?…#…` part, percent-encoded.
    Page(PageNo, Box<str>),
    /// A file beside the pages.
    Asset(AssetNo, Box<str>),
    /// A file of `static/`, or a generated one.
    File(Url, Box<str>),
    /// A place on the same page: `#…`.
    Here(Box<str>),
    /// Another site, or a mail address.
    External(Box<str>),
    /// An image on another host, which is not loaded.
    Remote(Box<str>),
    /// What was told to be wrong, or must not be followed: the words stay, without a link.
    Nothing,
}

/// Looks up links.
pub struct Linker<'a> {
    site: &'a Site,
    config: &'a Config,
    /// Made when the first link leads nowhere.
    suggestions: OnceLock<Suggestions<'a>>,
}

/// On a page with more ids than this, a wrong one is not compared with all of them.
const COMPARED: usize = 500;

/// A link being looked up, and where it stands.
struct Asked<'a> {
    version: VersionNo,
    /// The address of its page.
    from: &'a Url,
    /// The folder of its file in the content tree.
    folder: &'a str,
    /// Its page, if that is published.
    page: Option<PageNo>,
    file: &'a FileName,
    link: &'a Link,
}

/// Where links stand: on a published page, or in a source that is not published.
#[derive(Clone, Copy)]
pub enum Standing<'a> {
    /// On this page.
    Page(PageNo),
    /// In this source of that version, which has no page.
    Source(VersionNo, &'a SourcePath),
}

impl<'a> Linker<'a> {
    /// Looks up links in `site`.
    pub fn new(site: &'a Site, config: &'a Config) -> Self {
        Self { site, config, suggestions: OnceLock::new() }
    }

    /// What `link` leads to from where it stands, in `file`, which takes in the files `included`. What is wrong with it goes to `diagnostics`.
    pub fn target(&self, standing: Standing<'_>, file: &FileName, included: &[IncludedFile], link: &Link, diagnostics: &mut Diagnostics) -> Target {
        let (version, page, path) = match standing {
            Standing::Page(no) => (self.site.catalog.pages[no].version, Some(no), self.site.catalog.pages[no].source_path.as_ref()),
            Standing::Source(version, path) => (version, None, Some(path)),
        };
        let unpublished;
        let from = match page {
            Some(no) => &self.site.catalog.pages[no].url,
            None => {
                unpublished = Url::folder(path.map_or("", |path| path.as_str()));
                &unpublished
            }
        };
        // A link of an included file means what it means there: beside that file if it is content, else from the top.
        let (file, path) = match usize::from(link.place.file).checked_sub(1).and_then(|no| included.get(no)) {
            Some(included) => (&included.file, included.path.as_ref()),
            None => (file, path),
        };
        let asked = Asked { version, from, folder: path.map_or("", |path| path.folder()), page, file, link };
        self.find(&asked, diagnostics)
    }

    fn find(&self, asked: &Asked<'_>, diagnostics: &mut Diagnostics) -> Target {
        let written: Cow<'_, str> = if asked.link.target.contains(|c: char| c.is_control()) {
            // Browsers drop these, so a scheme may not hide behind them.
            Cow::Owned(asked.link.target.chars().filter(|c| !c.is_control()).collect())
        } else {
            Cow::Borrowed(&asked.link.target)
        };
        let written = written.trim();
        if let Some((scheme, rest)) = scheme(written) {
            if let Some(version) = self.config.version(scheme).filter(|_| self.config.versioned) {
                return self.in_version(asked, version, rest, diagnostics);
            }
            // No scheme begins with a digit (RFC 3986, section 3.1), and no other site's address ends as a source does.
            let digit = scheme.starts_with(|c: char| c.is_ascii_digit());
            if self.config.versioned && (digit || (is_source(parts(rest).0) && !rest.starts_with("//"))) {
                let near = nearest(scheme, self.config.versions.iter().map(|version| version.id.as_str()));
                let diagnostic = self.fault(asked, Code::VersionUnknown, format!("no version `{scheme}` to link to"));
                diagnostics.push(diagnostic.help(near.map(|near| format!("write `{near}:{rest}`"))));
                return Target::Nothing;
            }
            return self.other_site(asked, written, &scheme.to_ascii_lowercase(), diagnostics);
        }
        if written.starts_with("//") || written.starts_with("\\") || written.starts_with("/\\") {
            return self.other_site(asked, written, "https", diagnostics);
        }
        if written.contains("{{") {
            // Another tool's syntax: that was told.
            return Target::Nothing;
        }
        let (path, rest) = parts(written);
        if path.is_empty() {
            return self.here(asked, rest, diagnostics);
        }
        if is_source(path) {
            return self.file(asked, path, rest, diagnostics);
        }
        self.address(asked, path, rest, diagnostics)
    }

    /// `2:guides/webhooks.md`: a file of another version, from the top of its content.
    fn in_version(&self, asked: &Asked<'_>, version: VersionNo, path: &str, diagnostics: &mut Diagnostics) -> Target {
        let (path, rest) = parts(path);
        let path = decode(path.trim_start_matches('/'));
        match self.source(version, &join("", &path).unwrap_or_default()) {
            Some(became) => self.became(asked, became, rest, diagnostics),
            None => self.not_found(&Asked { folder: "", ..*asked }, version, &path, diagnostics),
        }
    }

    fn other_site(&self, asked: &Asked<'_>, written: &str, scheme: &str, diagnostics: &mut Diagnostics) -> Target {
        let allowed = matches!(scheme, "http" | "https" | "mailto" | "tel") || self.config.markdown.schemes.iter().any(|known| known == scheme);
        if !allowed {
            let help = if matches!(scheme, "javascript" | "data" | "vbscript" | "blob" | "file") {
                "browsers would run or read what it holds; link to a page or a file instead".to_owned()
            } else {
                format!("allow it with `[markdown] schemes = [\"{scheme}\"]`, if readers' browsers should follow it")
            };
            diagnostics.push(self.fault(asked, Code::LinkScheme, format!("links with `{scheme}:` are not allowed")).help(help));
            return Target::Nothing;
        }
        if asked.link.kind == LinkKind::Resource {
            let host = host(written);
            if !self.config.markdown.remote_images.contains(&host) {
                let message = format!("the image is on another host, `{host}`; it is shown as a link");
                let help = format!("put a copy beside the page, or allow the host with `[markdown] remote_images = [\"{host}\"]`");
                diagnostics.push(self.fault(asked, Code::RemoteImage, message).help(help));
                return Target::Remote(encoded(written).into());
            }
        }
        Target::External(encoded(written).into())
    }

    fn here(&self, asked: &Asked<'_>, rest: &str, diagnostics: &mut Diagnostics) -> Target {
        if let Some(page) = asked.page {
            if let Some(target) = self.in_release(page, rest) {
                return target;
            }
            self.anchor(asked, page, rest, diagnostics);
        }
        Target::Here(encoded(rest).into())
    }

    /// A link to a source file: relative to the file that it stands in, or from the top of the content with `/`.
    fn file(&self, asked: &Asked<'_>, path: &str, rest: &str, diagnostics: &mut Diagnostics) -> Target {
        let path = decode(path);
        match join(asked.folder, &path).and_then(|joined| self.source(asked.version, &joined)) {
            Some(became) => self.became(asked, became, rest, diagnostics),
            None => match self.inherited(asked, &path) {
                Some(page) => self.page(asked, page, rest, diagnostics),
                None => self.not_found(asked, asked.version, &path, diagnostics),
            },
        }
    }

    /// What a link of an inherited file means: its words were written for the version that the file comes from. A page that has another
    /// path here is found by what it is there.
    fn inherited(&self, asked: &Asked<'_>, path: &str) -> Option<PageNo> {
        let catalog = &self.site.catalog;
        let own = catalog.pages[asked.page?].source_path.as_ref()?;
        let joined = SourcePath::new(&join(asked.folder, path)?).ok()?;
        let mut parent = self.config.versions[asked.version].inherits.as_ref();
        while let Some(version) = parent.map(|parent| parent.value) {
            let there = |path: &SourcePath| match catalog.sources.get(&(version, path.clone())) {
                Some(Became::Page(page)) => Some(*page),
                _ => None,
            };
            let shared = there(own).is_some_and(|page| catalog.pages[page].file == *asked.file);
            let found = there(&joined).filter(|_| shared).and_then(|page| self.site.identities.counterpart(page, asked.version));
            if let Some(found) = found.filter(|found| found.same) {
                return Some(found.page);
            }
            parent = self.config.versions[version].inherits.as_ref();
        }
        None
    }

    fn source(&self, version: VersionNo, path: &str) -> Option<&Became> {
        self.site.catalog.sources.get(&(version, SourcePath::new(path).ok()?))
    }

    fn became(&self, asked: &Asked<'_>, became: &Became, rest: &str, diagnostics: &mut Diagnostics) -> Target {
        match became {
            Became::Page(page) => self.page(asked, *page, rest, diagnostics),
            Became::Asset(asset) => Target::Asset(*asset, encoded(rest).into()),
            Became::Broken => Target::Nothing,
            Became::Unpublished(why, of) => {
                let (file, audience) = &**of;
                let (message, help) = match why {
                    Unpublished::Draft => (format!("`{file}` is a draft"), "publish it first, or remove the link".to_owned()),
                    Unpublished::Audience => (
                        format!("`{file}` is only for the audience `{}`", audience.join("`, `")),
                        "remove the link, or show that page to everyone".to_owned(),
                    ),
                    Unpublished::Versions => {
                        let id = &self.config.versions[asked.version].id;
                        (format!("version {id} does not have `{file}`"), "remove the link, or let that version have the page".to_owned())
                    }
                };
                if asked.page.is_some() {
                    diagnostics.push(self.fault(asked, Code::LinkUnpublished, message).help(help));
                }
                Target::Nothing
            }
        }
    }

    fn page(&self, asked: &Asked<'_>, page: PageNo, rest: &str, diagnostics: &mut Diagnostics) -> Target {
        if let Some(target) = self.in_release(page, rest) {
            return target;
        }
        self.anchor(asked, page, rest, diagnostics);
        Target::Page(page, encoded(rest).into())
    }

    /// Where an anchor of a file of many releases is, of which `page` is a part: links were written for the file as one page.
    fn in_release(&self, page: PageNo, rest: &str) -> Option<Target> {
        let catalog = &self.site.catalog;
        let own = &catalog.pages[page];
        let id = decode(rest.strip_prefix('#')?);
        if own.facts.has_anchor(&id) || own.source_path.as_ref().is_none_or(|path| Role::of(path) != Role::Changelog) {
            return None;
        }
        let whole = &catalog.pages[catalog.page_at(own.version, Role::FOLDER)?].facts.elsewhere;
        let (_, slug, anchor) = &whole[whole.binary_search_by(|(known, ..)| known.as_str().cmp(&id)).ok()?];
        let release = catalog.page_at(own.version, &format!("{}/{slug}", Role::FOLDER))?;
        Some(Target::Page(release, anchor.as_ref().map_or_else(String::new, |anchor| encoded(&format!("#{anchor}"))).into()))
    }

    /// Any other link: as a browser would read it on its page, then as a file.
    fn address(&self, asked: &Asked<'_>, path: &str, rest: &str, diagnostics: &mut Diagnostics) -> Target {
        let decoded = decode(path);
        let by_address = self.by_address(asked, &decoded);
        let by_file = self.by_file(asked, &decoded);
        if let (Some((at, _)), Some(became)) = (&by_address, by_file) {
            let same = match (at, became) {
                (At::Page(page), Became::Page(other)) => page == other,
                (At::Asset(asset), Became::Asset(other)) => asset == other,
                _ => false,
            };
            if !same {
                let message = format!("`{path}` is one thing as an address and another as a file; it leads to the address");
                diagnostics.push(self.fault(asked, Code::LinkAmbiguous, message).help("write the file's whole name, with its ending".to_owned()));
            }
        }
        match (by_address, by_file) {
            (Some((At::Page(page), _)), _) => self.page(asked, page, rest, diagnostics),
            (Some((At::Asset(asset), _)), _) => Target::Asset(asset, encoded(rest).into()),
            (Some((At::File, url)), _) => Target::File(url, encoded(rest).into()),
            (None, Some(became)) => self.became(asked, became, rest, diagnostics),
            (None, None) => self.not_found(asked, asked.version, &decoded, diagnostics),
        }
    }

    /// What is at the address that `path` means on its page. One that begins with `/` is first looked for in the page's own version, so
    /// that pages keep their links when their version is no longer the current one.
    fn by_address(&self, asked: &Asked<'_>, path: &str) -> Option<(At, Url)> {
        // Where the site is published below a path, browsers read that path as the beginning of addresses.
        let base = self.config.url.as_ref().map_or("/", |url| url.base.as_str());
        if let Some(below) = path.strip_prefix(base).filter(|_| base != "/")
            && let Some(found) = self.at(&resolved(asked.from, &format!("/{below}")))
        {
            return Some(found);
        }
        let url = resolved(asked.from, path);
        let in_version = path.starts_with('/').then(|| format!("/{}{path}", super::prefix(self.config, asked.version)));
        let own = in_version.and_then(|path| self.at(&resolved(asked.from, &path)));
        own.or_else(|| self.at(&url)).or_else(|| {
            // `/3/guides/` while 3 is current.
            let current = self.config.current();
            let id = self.config.versions[current].id.as_str();
            let below = decode(url.as_str()).strip_prefix(&format!("/{id}/")).filter(|_| self.config.versioned).map(str::to_owned)?;
            self.at(&resolved(asked.from, &format!("/{below}")))
        })
    }

    fn at(&self, url: &Url) -> Option<(At, Url)> {
        let text = decode(url.as_str());
        let folder = text.strip_suffix("index.html").unwrap_or(&text);
        [Url::folder(folder), Url::file(&text)].into_iter().find_map(|url| self.site.catalog.places.get(&url).map(|at| (*at, url.clone())))
    }

    /// The file that `path` means beside its source, with or without its ending; a folder means its page.
    fn by_file(&self, asked: &Asked<'_>, path: &str) -> Option<&Became> {
        let joined = join(asked.folder, path)?;
        let bare = joined.trim_end_matches('/');
        [bare.to_owned(), format!("{bare}.md"), format!("{bare}/index.md"), format!("{bare}/_index.md"), format!("{bare}/README.md")]
            .iter()
            .find_map(|path| self.source(asked.version, path))
    }

    fn anchor(&self, asked: &Asked<'_>, page: PageNo, rest: &str, diagnostics: &mut Diagnostics) {
        let Some((_, fragment)) = rest.split_once('#') else { return };
        let id = decode(fragment);
        let facts = &self.site.catalog.pages[page].facts;
        // An empty fragment and `#top` mean the top of any page (HTML Living Standard, section 7.4.6.4).
        if id.is_empty() || id.eq_ignore_ascii_case("top") || facts.has_anchor(&id) || id.starts_with(":~:") {
            return;
        }
        let compared = if facts.ids.len() <= COMPARED { facts.ids.as_slice() } else { &[] };
        let near = nearest(&id, compared.iter().map(String::as_str));
        let whose = if asked.page == Some(page) { "on this page".to_owned() } else { format!("in `{}`", self.site.catalog.pages[page].file) };
        let elsewhere = self.only_elsewhere(page, &id);
        let help = elsewhere.or_else(|| near.map(|near| format!("write `#{near}`")));
        diagnostics.push(self.fault(asked, Code::AnchorNotFound, format!("no `#{id}` {whose}")).help(help));
    }

    /// What to do about an anchor that the page has in other versions only.
    fn only_elsewhere(&self, page: PageNo, id: &str) -> Option<String> {
        let catalog = &self.site.catalog;
        let others = (0..self.config.versions.len()).filter(|version| *version != catalog.pages[page].version);
        let has = |version: &VersionNo| {
            let there = self.site.identities.counterpart(page, *version).filter(|there| there.same);
            there.is_some_and(|there| catalog.pages[there.page].facts.has_anchor(id))
        };
        let ids: Vec<String> = others.filter(has).map(|version| format!("`{}`", self.config.versions[version].id)).collect();
        (!ids.is_empty()).then(|| format!("only {} has it: put the link into `:::version`, or write another one", ids.join(", ")))
    }

    fn not_found(&self, asked: &Asked<'_>, version: VersionNo, path: &str, diagnostics: &mut Diagnostics) -> Target {
        // What is wrong with a page that nobody sees can wait until it is published; a version that could not be read was told of.
        if asked.page.is_some() && !self.site.catalog.incomplete.contains(&version) {
            let (kind, of) = if asked.link.kind == LinkKind::Resource {
                ("image", "")
            } else if is_source(path) {
                ("page", "")
            } else {
                ("page or file", "")
            };
            let place = if self.config.versioned { format!(" in version {}", self.config.versions[version].id) } else { of.to_owned() };
            let help = self.suggestion(asked, version, path);
            diagnostics.push(self.fault(asked, Code::LinkNotFound, format!("no {kind} `{path}`{place}")).help(help));
        }
        Target::Nothing
    }

    /// The nearest file that exists, as this link would write it.
    fn suggestion(&self, asked: &Asked<'_>, version: VersionNo, path: &str) -> Option<String> {
        let wanted = join(asked.folder, path).unwrap_or_else(|| path.trim_start_matches("../").to_owned());
        let found = self.suggestions.get_or_init(|| Suggestions::of(&self.site.catalog)).nearest(version, &wanted)?;
        if version != asked.version {
            return Some(format!("write `{}:{found}`", self.config.versions[version].id));
        }
        Some(format!("write `{}`", beside(asked.folder, found)))
    }

    fn fault(&self, asked: &Asked<'_>, code: Code, message: String) -> Diagnostic {
        let diagnostic = Diagnostic::new(code, message).at(Span::new(asked.file.clone(), asked.link.place.range.clone()));
        if self.config.versioned { diagnostic.in_version(&self.config.versions[asked.version].id) } else { diagnostic }
    }
}

/// The scheme of a URL and what follows its colon (RFC 3986, section 3.1). The id of a version may also begin with a digit.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let formed = scheme.starts_with(|c: char| c.is_ascii_alphanumeric()) && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b));
    formed.then_some((scheme, rest))
}

/// The path of a relative reference, and its `?…#…`.
fn parts(text: &str) -> (&str, &str) {
    text.split_at(text.find(['?', '#']).unwrap_or(text.len()))
}

fn is_source(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.ends_with(".md") || lower.ends_with(".markdown")
}

/// The host of an address on another site. However many slashes there are, and whichever way they lean, what follows them is the host
/// (URL Living Standard, section 4.4, special authority slashes).
fn host(url: &str) -> String {
    let rest = scheme(url).map_or(url, |(_, rest)| rest).trim_start_matches(['/', '\\']);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    authority.rsplit('@').next().unwrap_or("").split(':').next().unwrap_or("").to_ascii_lowercase()
}

/// Whether `url`, written as the source of an image, is on another host as browsers read it.
pub fn elsewhere(url: &str) -> bool {
    let read: String = url.trim().chars().filter(|c| !c.is_control()).collect();
    let read = read.trim();
    scheme(read).is_some() || ["//", "\\", "/\\"].iter().any(|start| read.starts_with(start))
}

/// The path that `path` means in `folder`, or from the top with `/`; none if it leads above the top.
pub(super) fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { folder.split('/').filter(|part| !part.is_empty()).collect() };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// How a file in `folder` writes a link to the file `path` of the same content.
fn beside(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let there: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&there[..there.len() - 1]).take_while(|(a, b)| a == b).count();
    format!("{}{}", "../".repeat(from.len() - shared), there[shared..].join("/"))
}

/// The address that `path` means on the page at `from`, as a browser reads it (RFC 3986, section 5.2): above the root is the root.
fn resolved(from: &Url, path: &str) -> Url {
    let base = decode(from.as_str());
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { base.split('/').filter(|part| !part.is_empty()).collect() };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Url::file(&parts.join("/"))
}

/// A URL as it may stand in an attribute: what no URL may hold is percent-encoded, what is encoded stays.
pub fn encoded(url: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const UNSAFE: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'\\').add(b'^').add(b'{').add(b'|').add(b'}').add(b'[').add(b']');
    utf8_percent_encode(url, UNSAFE).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_browsers_read_them() {
        for url in [
            "https://a.example/x",
            "//a.example",
            "https:/a.example/b//ok.example",
            "HTTPS:a.example",
            "https:\\\\a.example\\@b",
            "https://u:p@A.example:8/",
        ] {
            assert_eq!(host(url), "a.example", "{url}");
            assert!(elsewhere(url), "{url}");
        }
        assert!(elsewhere("/\t/a.example") && elsewhere("\\\\a.example") && elsewhere("h\nttps://a") && !elsewhere("/a/b") && !elsewhere("a.png"));
    }
}
