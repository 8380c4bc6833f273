//! Decides which pages and files of a version are published, and what they are called.

use std::collections::BTreeSet;
use std::sync::Arc;

use globset::{GlobSet, GlobSetBuilder};

use super::catalog::{Became, SiteAsset, SitePage, Unpublished};
use super::{Audience, PageInput, VersionInput, prefix};
use crate::config::{Config, VersionNo, judged, path_glob};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, nearest};
use crate::id::{FileName, PageId, SourcePath, Url};
use crate::parse::{Facts, Key, PageKind, Role};

/// What a version publishes.
#[derive(Default)]
pub(super) struct Published {
    /// Its pages, by path, with a listing for every folder that has pages and no page of its own.
    pub(super) pages: Vec<SitePage>,
    /// Its other files.
    pub(super) assets: Vec<SiteAsset>,
    /// What is there and not published.
    pub(super) others: Vec<(SourcePath, Became)>,
    /// Whether more of it could not be read.
    pub(super) incomplete: bool,
}

/// What version `no` publishes.
pub(super) fn version(config: &Config, no: VersionNo, version: &VersionInput, audience: &Audience, diagnostics: &mut Diagnostics) -> Published {
    let mut published = Published { incomplete: version.incomplete, ..Published::default() };
    published.others.extend(version.broken.iter().map(|path| (path.clone(), Became::Broken)));
    for (number, input) in version.pages.iter().enumerate() {
        if input.page.unread {
            // It may be a draft, for all that can be told.
            published.others.push((input.path.clone(), Became::Broken));
            continue;
        }
        match unpublished(config, no, input, audience, diagnostics) {
            Some(why) => {
                let became = Became::Unpublished(why, Box::new((input.file.clone(), input.page.facts.audience.clone())));
                published.others.push((input.path.clone(), became));
            }
            None => published.pages.push(page(config, no, number, input, diagnostics)),
        }
    }
    let listings = listings(config, no, &published.pages);
    published.pages.extend(listings);
    published.pages.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.source_path.cmp(&b.source_path)));
    assets(config, no, version, &mut published, diagnostics);
    published
}

/// Gives the current version a page for the releases of all versions, where it has none.
pub(super) fn changelog(config: &Config, published: &mut [Published]) {
    let current = config.current();
    if !published.iter().any(|version| version.pages.iter().any(|page| page.facts.release.is_some())) {
        return;
    }
    if let Some(own) = published.get_mut(current)
        && let Err(at) = own.pages.binary_search_by(|page| page.path.as_str().cmp(Role::FOLDER))
    {
        own.pages.insert(at, listing(config, current, Role::FOLDER));
    }
}

fn assets(config: &Config, no: VersionNo, version: &VersionInput, published: &mut Published, diagnostics: &mut Diagnostics) {
    let mut allowed = GlobSetBuilder::new();
    // A pattern without a slash is one of names, wherever they lie.
    for glob in &config.assets.allow {
        // The configuration has refused what is no pattern.
        if let Ok(glob) = path_glob(&glob.value) {
            allowed.add(glob);
        }
    }
    let allowed = allowed.build().unwrap_or_else(|_| GlobSet::empty());
    for (number, input) in version.assets.iter().enumerate() {
        if let Some(why) = input.facts.active.as_ref().filter(|_| !allowed.is_match(input.path.as_str()) && !allowed.is_match(input.path.name())) {
            let diagnostic = Diagnostic::new(Code::AssetActive, format!("`{}` could run script on the site: {why}", input.file))
                .at(Span::whole(input.file.clone()))
                .help(format!("remove it, or trust it with `[assets] allow = [\"{}\"]`", input.path));
            diagnostics.push(diagnostic);
            published.others.push((input.path.clone(), Became::Broken));
            continue;
        }
        published.assets.push(SiteAsset {
            version: no,
            input: number,
            path: input.path.clone(),
            file: input.file.clone(),
            size: input.facts.size,
            url: Url::file(&format!("{}/{}", prefix(config, no), input.path)),
        });
    }
}

fn unpublished(config: &Config, no: VersionNo, input: &PageInput, audience: &Audience, diagnostics: &mut Diagnostics) -> Option<Unpublished> {
    let facts = &input.page.facts;
    let at = |key, number| Span::new(input.file.clone(), input.page.place(key, number));
    if let Some(text) = &facts.versions {
        let (set, fault) = judged(text, &config.versions, Code::FrontMatterValueInvalid);
        diagnostics.extend(fault.map(|fault| fault.at(at(Key::Versions, 0))));
        if set.is_some_and(|set| !set.contains(no)) {
            return Some(Unpublished::Versions);
        }
    }
    for (number, name) in facts.audience.iter().enumerate() {
        if !config.audiences.iter().any(|(known, _)| known == name) {
            let near = nearest(name, config.audiences.iter().map(|(known, _)| known.as_str()));
            let help = near.map_or_else(|| "add it to `[audiences]` in `recto.toml`".to_owned(), |near| format!("write `{near}`"));
            diagnostics.push(Diagnostic::new(Code::AudienceUnknown, format!("no audience `{name}`")).at(at(Key::Audience, number)).help(help));
        }
    }
    if facts.draft && !audience.drafts {
        return Some(Unpublished::Draft);
    }
    let seen = facts.audience.is_empty() || facts.audience.iter().any(|name| audience.names.contains(name));
    (!seen).then_some(Unpublished::Audience)
}

fn page(config: &Config, version: VersionNo, number: usize, input: &PageInput, diagnostics: &mut Diagnostics) -> SitePage {
    let facts = input.page.facts.clone();
    let path = input.at.clone();
    let title = facts.title.clone().unwrap_or_else(|| {
        let title = folder_title(config, version, path.as_str());
        let diagnostic = Diagnostic::new(Code::TitleMissing, format!("`{}` has no title; it is called `{title}`", input.file))
            .at(Span::whole(input.file.clone()))
            .help(format!("begin the page with `# {title}`, or write `title` in its front matter"));
        diagnostics.push(diagnostic);
        title
    });
    let listed = Role::of(&input.path) == Role::Changelog && path.as_str() == Role::FOLDER;
    let section = is_section(input.path.name()) || listed;
    let id = facts.id.as_deref().map_or_else(|| path.clone(), PageId::new);
    SitePage {
        version,
        id,
        source: Some((version, number)),
        file: input.file.clone(),
        source_path: Some(input.path.clone()),
        kind: facts.kind.unwrap_or_else(|| if facts.release.is_some() { PageKind::Release } else { kind_by_folder(path.as_str(), section) }),
        updated: facts.updated.or(input.changed),
        facts,
        title,
        section,
        url: url(config, version, &path),
        path,
    }
}

fn url(config: &Config, version: VersionNo, path: &PageId) -> Url {
    Url::folder(&format!("{}/{}", prefix(config, version), path.as_str()))
}

/// Whether a file of this name is its folder's page. One in the root is the version's first page.
fn is_section(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    matches!(stem, "index" | "_index") || stem.eq_ignore_ascii_case("readme")
}

fn kind_by_folder(path: &str, section: bool) -> PageKind {
    match path.split_once('/') {
        Some(("guides", _)) if !section => PageKind::Guide,
        _ => PageKind::Page,
    }
}

/// The listings of folders without a page of their own, in the order of their paths.
fn listings(config: &Config, version: VersionNo, pages: &[SitePage]) -> Vec<SitePage> {
    let there: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    for page in pages {
        let mut path = page.path.as_str();
        while let Some((folder, _)) = path.rsplit_once('/') {
            path = folder;
            folders.insert(folder);
        }
        folders.insert("");
    }
    folders.into_iter().filter(|folder| !there.contains(folder)).map(|folder| listing(config, version, folder)).collect()
}

fn listing(config: &Config, version: VersionNo, folder: &str) -> SitePage {
    let path = PageId::new(folder);
    SitePage {
        version,
        id: path.clone(),
        source: None,
        file: FileName::new(if folder.is_empty() { "." } else { folder }),
        source_path: None,
        facts: Arc::new(Facts::listing()),
        title: folder_title(config, version, folder),
        kind: PageKind::Page,
        section: true,
        updated: None,
        url: url(config, version, &path),
        path,
    }
}

/// What a page or folder without a title is called: by its name, with spaces, and a capital in front.
fn folder_title(config: &Config, version: VersionNo, path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.is_empty() {
        let version = &config.versions[version];
        return config.title.clone().filter(|_| !config.versioned).unwrap_or_else(|| match version.title.as_str() {
            "" => "Documentation".to_owned(),
            title => title.to_owned(),
        });
    }
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
