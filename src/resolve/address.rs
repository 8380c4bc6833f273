//! Refuses two things at one address.
//!
//! Addresses that differ only in the case of letters or in Unicode form are one: some file systems and hosts cannot tell them apart,
//! so no build may.

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;

use super::catalog::{At, Became, Catalog, SiteAsset, SitePage};
use super::publish::Published;
use crate::config::{Config, VersionNo};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::discover::name_invalid;
use crate::id::{FileName, OutPath, Url, decode, language_tag, reserved, reserved_anywhere};
use crate::parse::Role;

/// Who has an address: what people call the file.
#[derive(Clone)]
struct Holder {
    file: FileName,
    what: &'static str,
}

/// The catalog of what is `published` (version by version), and of the files `statics` of the site's root. Whatever comes second to an
/// address is left out.
pub(super) fn settle(config: &Config, published: Vec<Published>, statics: &[OutPath], diagnostics: &mut Diagnostics) -> Catalog {
    let mut catalog = Catalog::default();
    let mut taken = Taken::default();
    let mut assets = Vec::new();
    for (version, published) in published.into_iter().enumerate() {
        let empty = published.pages.iter().all(|page| page.source.is_none()) && published.others.is_empty();
        if empty && !published.incomplete && config.versions[version].documented() {
            diagnostics.push(no_pages(config, version));
        }
        catalog.sources.extend(published.others.into_iter().map(|(path, became)| ((version, path), became)));
        if published.incomplete {
            catalog.incomplete.push(version);
        }
        settle_pages(&mut catalog, config, published.pages, &mut taken, diagnostics);
        assets.push(published.assets);
    }
    for assets in assets {
        settle_assets(&mut catalog, config, assets, &mut taken, diagnostics);
    }
    for path in statics {
        if path.as_str().starts_with("_/") {
            diagnostics.push(in_the_way(&FileName::new(format!("static/{path}")), &Url::file(path.as_str()), "generated files"));
            continue;
        }
        let url = Url::file(path.as_str());
        let file = FileName::new(format!("static/{path}"));
        let folders = path.as_str().rsplit_once('/').map_or("", |(folders, _)| folders);
        if let Some(what) = reserved_anywhere("", folders.split('/')) {
            diagnostics.push(in_the_way(&file, &url, what));
            continue;
        }
        let holder = Holder { file: file.clone(), what: "file" };
        if let Some(first) = taken.claim(&url, holder) {
            diagnostics.push(collision(&url, &file, &first));
            continue;
        }
        if let Some(folder) = url.as_str().strip_suffix("/index.html") {
            catalog.places.insert(Url::folder(&decode(folder)), At::File);
        }
        catalog.places.insert(url, At::File);
        catalog.statics.insert(path.clone());
    }
    let sitemap = config.url.is_some().then_some("sitemap.xml");
    let versions = config.versioned.then_some("versions.json");
    for generated in ["robots.txt", "404.html"].into_iter().chain(sitemap).chain(versions) {
        catalog.places.entry(Url::file(generated)).or_insert(At::File);
    }
    let homes: Vec<_> = (0..config.versions.len()).filter(|_| config.output.llms).filter_map(|version| catalog.home(version)).collect();
    for home in homes {
        for name in ["llms.txt", "llms-full.txt"] {
            let url = catalog.pages[home].url.beside(name);
            catalog.places.entry(url).or_insert(At::File);
        }
    }
    catalog
}

fn settle_pages(catalog: &mut Catalog, config: &Config, pages: Vec<SitePage>, taken: &mut Taken, diagnostics: &mut Diagnostics) {
    let mut languages: FxHashSet<String> = FxHashSet::default();
    for page in pages {
        let first = page.path.as_str().split('/').next().unwrap_or("").to_owned();
        // A version's own pages lie below its id, where nothing is generated.
        let at_root = page.version == config.current();
        let kept = || reserved(&first).or_else(|| config.version(&first).filter(|_| config.versioned).map(|_| "a version"));
        let anywhere = || reserved_anywhere(&first, page.path.as_str().split('/'));
        let fault = if let Some(what) = at_root.then(kept).flatten().or_else(anywhere) {
            Some(in_the_way(&page.file, &page.url, what))
        } else if let Err(fault) = page.url.out_path() {
            Some(name_invalid(&page.file, fault))
        } else {
            let holder = Holder { file: page.file.clone(), what: "page" };
            taken.claim(&page.url, holder).map(|first| collision(&page.url, &page.file, &first))
        };
        if let Some(diagnostic) = fault {
            // Of the listing of a folder nothing is told: its pages are told, each for itself.
            if let Some(path) = &page.source_path {
                diagnostics.push(diagnostic);
                catalog.sources.insert((page.version, path.clone()), Became::Broken);
            }
            continue;
        }
        if page.section && language_tag(&first) && languages.insert(first.clone()) {
            let message = format!("the section `{first}` looks like a language; such addresses are kept free for translations");
            diagnostics.push(Diagnostic::new(Code::AddressLanguage, message).at(Span::whole(page.file.clone())).help("rename the folder".to_owned()));
        }
        let no = catalog.pages.len();
        catalog.places.insert(page.url.clone(), At::Page(no));
        // A file of many releases is the page that lists them.
        if let Some(path) = page.source_path.as_ref().filter(|path| Role::of(path) != Role::Changelog || page.section) {
            catalog.sources.insert((page.version, path.clone()), Became::Page(no));
        }
        catalog.pages.push(page);
    }
}

fn settle_assets(catalog: &mut Catalog, config: &Config, assets: Vec<SiteAsset>, taken: &mut Taken, diagnostics: &mut Diagnostics) {
    for asset in assets {
        let first = asset.path.as_str().split('/').next().unwrap_or("");
        let of_a_version = || config.version(first).filter(|_| config.versioned && asset.version == config.current()).map(|_| "a version");
        let anywhere = || reserved_anywhere(first, asset.path.folder().split('/'));
        let fault = match reserved(first).or_else(of_a_version).or_else(anywhere) {
            Some(what) => Some(in_the_way(&asset.file, &asset.url, what)),
            None => {
                taken.claim(&asset.url, Holder { file: asset.file.clone(), what: "file" }).map(|first| collision(&asset.url, &asset.file, &first))
            }
        };
        if let Some(diagnostic) = fault {
            diagnostics.push(diagnostic);
            catalog.sources.insert((asset.version, asset.path.clone()), Became::Broken);
            continue;
        }
        let no = catalog.assets.len();
        catalog.places.insert(asset.url.clone(), At::Asset(no));
        catalog.sources.insert((asset.version, asset.path.clone()), Became::Asset(no));
        catalog.assets.push(asset);
    }
}

fn no_pages(config: &Config, version: VersionNo) -> Diagnostic {
    let version = &config.versions[version];
    let (whose, help) = if config.versioned {
        (format!("version {} has no pages", version.id), "write a page into its folder, as `index.md`; or remove the version")
    } else {
        ("the site has no pages".to_owned(), "write a page into `content/`, as `index.md`")
    };
    let range = version.content.as_ref().map_or(0..0, |folder| folder.range.clone());
    Diagnostic::new(Code::VersionEmpty, whose).at(config.span(&range)).help(help.to_owned())
}

fn in_the_way(file: &FileName, url: &Url, what: &str) -> Diagnostic {
    Diagnostic::new(Code::AddressTaken, format!("`{file}` would be at `{url}`, which is kept for {what}"))
        .at(Span::whole(file.clone()))
        .help("rename the file or folder".to_owned())
}

/// The addresses that are taken, in the form in which addresses are compared.
#[derive(Default)]
struct Taken {
    holders: FxHashMap<String, Holder>,
    /// Addresses that have others below them, with one of those: no file can stand there.
    folders: FxHashMap<String, Holder>,
}

impl Taken {
    /// Takes an address for `holder`; if it cannot have it, whoever is in the way.
    fn claim(&mut self, url: &Url, holder: Holder) -> Option<Holder> {
        let key = key(url);
        if let Some(first) = self.holders.get(&key) {
            return Some(first.clone());
        }
        // A file and a folder cannot have one name: pages are folders, so only other files can be in the way of what lies below.
        let is_file = !url.as_str().ends_with('/');
        if let Some(below) = self.folders.get(&key).filter(|_| is_file) {
            return Some(below.clone());
        }
        let above = || key.match_indices('/').map(|(at, _)| &key[..at]).filter(|folder| !folder.is_empty());
        if let Some(file) = above().find_map(|folder| self.holders.get(folder).filter(|holder| holder.what == "file")) {
            return Some(file.clone());
        }
        for folder in above() {
            if !self.folders.contains_key(folder) {
                self.folders.insert(folder.to_owned(), holder.clone());
            }
        }
        self.holders.insert(key, holder);
        None
    }
}

/// The form in which addresses are compared: without regard to case, Unicode form, and whether `index.html` is written out.
pub(super) fn key(url: &Url) -> String {
    let text = decode(url.as_str());
    let text = text.strip_suffix("/index.html").unwrap_or(&text);
    text.trim_end_matches('/').nfc().flat_map(char::to_lowercase).collect()
}

fn collision(url: &Url, file: &FileName, first: &Holder) -> Diagnostic {
    Diagnostic::new(Code::AddressTaken, format!("`{file}` and the {} `{}` have one address, `{url}`", first.what, first.file))
        .at(Span::whole(file.clone()))
        .label(Span::whole(first.file.clone()), "this one has it already")
        .help("rename one of them".to_owned())
}
