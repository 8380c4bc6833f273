//! Refuses two things at one address.
//!
//! Addresses that differ only in the case of letters or in Unicode form are one: some file systems and hosts cannot tell them apart,
//! so no build may.

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;

use super::site::{At, Became, Site, SiteAsset, SitePage};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::id::{FileName, OutPath, Url, decode, language_tag, reserved};

/// Who has an address: what people call the file.
#[derive(Clone)]
struct Holder {
    file: FileName,
    what: &'static str,
}

/// Puts `pages` (version by version, each by path) and `assets` into `site`. Whatever comes second to an address is left out.
pub(super) fn settle(
    site: &mut Site,
    config: &Config,
    pages: Vec<SitePage>,
    assets: Vec<SiteAsset>,
    statics: &[OutPath],
    diagnostics: &mut Diagnostics,
) {
    let mut taken: FxHashMap<String, Holder> = FxHashMap::default();
    settle_pages(site, config, pages, &mut taken, diagnostics);
    settle_assets(site, config, assets, &mut taken, diagnostics);
    for path in statics {
        let url = Url::file(path.as_str());
        let file = FileName::new(format!("static/{path}"));
        let holder = Holder { file: file.clone(), what: "file" };
        if let Some(first) = claim(&mut taken, &url, holder) {
            diagnostics.push(collision(&url, &file, &first));
            continue;
        }
        if let Some(folder) = url.as_str().strip_suffix("/index.html") {
            site.places.insert(Url::folder(&decode(folder)), At::File);
        }
        site.places.insert(url, At::File);
    }
    for generated in ["sitemap.xml", "robots.txt", "versions.json", "404.html"] {
        site.places.entry(Url::file(generated)).or_insert(At::File);
    }
}

fn settle_pages(site: &mut Site, config: &Config, pages: Vec<SitePage>, taken: &mut FxHashMap<String, Holder>, diagnostics: &mut Diagnostics) {
    let mut languages: FxHashSet<String> = FxHashSet::default();
    for page in pages {
        let holder = Holder { file: page.file.clone(), what: "page" };
        let first = page.path.as_str().split('/').next().unwrap_or("").to_owned();
        let generated = reserved(&first).or_else(|| config.version(&first).filter(|_| config.versioned).map(|_| "a version"));
        let fault = match generated {
            // A version's own pages lie below its id, where only the id itself could be in the way.
            Some(what) if page.version == config.current() || reserved(&first).is_some() => Some(in_the_way(&page.file, &page.url, what)),
            _ => claim(taken, &page.url, holder).map(|first| collision(&page.url, &page.file, &first)),
        };
        if let Some(diagnostic) = fault {
            diagnostics.push(diagnostic);
            if let Some(path) = &page.source_path {
                site.sources.insert((page.version, path.clone()), Became::Broken);
            }
            continue;
        }
        if page.section && language_tag(&first) && languages.insert(first.clone()) {
            let message = format!("the section `{first}` looks like a language; such addresses are kept free for translations");
            diagnostics.push(Diagnostic::new(Code::AddressLanguage, message).at(Span::whole(page.file.clone())).help("rename the folder".to_owned()));
        }
        let no = site.pages.len();
        site.places.insert(page.url.clone(), At::Page(no));
        if let Some(path) = &page.source_path {
            site.sources.insert((page.version, path.clone()), Became::Page(no));
        }
        if page.path.as_str().is_empty() {
            site.versions[page.version].home = Some(no);
        }
        site.pages.push(page);
    }
}

fn settle_assets(site: &mut Site, config: &Config, assets: Vec<SiteAsset>, taken: &mut FxHashMap<String, Holder>, diagnostics: &mut Diagnostics) {
    for asset in assets {
        let first = asset.path.as_str().split('/').next().unwrap_or("");
        let of_a_version = || config.version(first).filter(|_| config.versioned && asset.version == config.current()).map(|_| "a version");
        let fault = match reserved(first).or_else(of_a_version) {
            Some(what) => Some(in_the_way(&asset.file, &asset.url, what)),
            None => {
                claim(taken, &asset.url, Holder { file: asset.file.clone(), what: "file" }).map(|first| collision(&asset.url, &asset.file, &first))
            }
        };
        if let Some(diagnostic) = fault {
            diagnostics.push(diagnostic);
            site.sources.insert((asset.version, asset.path.clone()), Became::Broken);
            continue;
        }
        let no = site.assets.len();
        site.places.insert(asset.url.clone(), At::Asset(no));
        site.sources.insert((asset.version, asset.path.clone()), Became::Asset(no));
        site.assets.push(asset);
    }
}

fn in_the_way(file: &FileName, url: &Url, what: &str) -> Diagnostic {
    Diagnostic::new(Code::AddressTaken, format!("`{file}` would be at `{url}`, where {what} is"))
        .at(Span::whole(file.clone()))
        .help("rename the file or folder".to_owned())
}

/// Takes an address for `holder`; if it has one already, that one.
fn claim(taken: &mut FxHashMap<String, Holder>, url: &Url, holder: Holder) -> Option<Holder> {
    let key: String = decode(url.as_str()).trim_end_matches('/').nfc().flat_map(char::to_lowercase).collect();
    match taken.entry(key) {
        std::collections::hash_map::Entry::Occupied(entry) => Some(entry.get().clone()),
        std::collections::hash_map::Entry::Vacant(entry) => {
            entry.insert(holder);
            None
        }
    }
}

fn collision(url: &Url, file: &FileName, first: &Holder) -> Diagnostic {
    Diagnostic::new(Code::AddressTaken, format!("`{file}` and the {} `{}` have one address, `{url}`", first.what, first.file))
        .at(Span::whole(file.clone()))
        .label(Span::whole(first.file.clone()), "this one has it already")
        .help("rename one of them".to_owned())
}
