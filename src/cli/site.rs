//! Finds the site that a command is about, and loads it as the common options want it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Status;
use super::args::Common;
use super::output::Printer;
use super::progress::Line;
use super::report;
use crate::config::{self, Config, LinkStyle, SiteUrl, VersionNo};
use crate::diagnostic::{Diagnostics, nearest};
use crate::discover::has_first_page;
use crate::memo::{Memo, Mode};
use crate::pipeline::{self, Edition, Purpose, Request};
use crate::resolve::Audience;

/// A site, ready to be rendered, with what was found on the way.
pub(super) struct Opened {
    pub(super) edition: Edition,
    pub(super) request: Request,
    pub(super) diagnostics: Diagnostics,
}

/// A site that was read, and nothing made of it yet.
pub(super) struct Gathered {
    pub(super) files: pipeline::Gathered,
    pub(super) request: Request,
    pub(super) purpose: Purpose,
    pub(super) memo: Arc<Memo>,
    diagnostics: Diagnostics,
}

/// What a site's owner and the common options want.
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) request: Request,
    pub(super) purpose: Purpose,
    pub(super) diagnostics: Diagnostics,
}

/// Why there are no settings.
pub(super) enum Refused {
    /// The configuration cannot be read: what is wrong, and its text.
    Config(Diagnostics, String),
    /// The options do not fit it, which has been printed.
    Options(Status),
}

/// Reads the site that the options mean; what stops that has been printed. What needs nothing but the settings is done meanwhile: `beside`.
pub(super) fn gather<T: Send>(
    common: &Common,
    printer: Printer,
    format: report::Format,
    mode: Mode,
    links: LinkStyle,
    line: &Line,
    beside: impl FnOnce(&Config, &Request) -> T + Send,
) -> Result<(Gathered, T), Status> {
    let root = root(common, printer)?;
    let Settings { config, request, purpose, diagnostics } = match settings(&root, common, printer) {
        Ok(settings) => settings,
        Err(Refused::Options(status)) => return Err(status),
        Err(Refused::Config(diagnostics, text)) => {
            report::broken_config(diagnostics, &text, printer, format);
            return Err(Status::Errors);
        }
    };
    let config = if links == LinkStyle::Files { config.portable() } else { config };
    let step = |stage, done, all| line.step(stage, done, all);
    let (files, memo, beside) = pipeline::begin(config, mode, &step, |config| beside(config, &request));
    Ok((Gathered { files, request, purpose, memo: Arc::new(memo), diagnostics }, beside))
}

impl Gathered {
    /// Makes the site of it.
    pub(super) fn open(self, line: &Line) -> Opened {
        let Self { files, request, purpose, memo, mut diagnostics } = self;
        let step = |stage, done, all| line.step(stage, done, all);
        let loaded = pipeline::load(files, &purpose, None, &memo, &step).unload(&mut diagnostics);
        let edition = pipeline::edition(loaded, None, &step).unload(&mut diagnostics);
        Opened { edition, request, diagnostics }
    }
}

/// The settings of the site in `root`, as the options want them.
pub(super) fn settings(root: &Path, common: &Common, printer: Printer) -> Result<Settings, Refused> {
    let mut read = config::load(root).map_err(|diagnostics| {
        let text = std::fs::read_to_string(root.join(config::FILE)).unwrap_or_default();
        Refused::Config(diagnostics, text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n"))
    })?;
    if let Some(url) = &common.base_url {
        match SiteUrl::new(url) {
            Ok(url) => read.value.url = Some(url),
            Err(why) => {
                printer.fail(&format!("`{url}` is not an address: {why}"), Some("write it as `https://docs.acme.example/`"));
                return Err(Refused::Options(Status::Failed));
            }
        }
    }
    let request = Request { only: only(&read.value, common, printer).map_err(Refused::Options)? };
    let purpose = Purpose { audience: audience(&read.value, common, printer).map_err(Refused::Options)? };
    Ok(Settings { config: read.value, request, purpose, diagnostics: read.diagnostics })
}

/// The site's folder.
pub(super) fn root(common: &Common, printer: Printer) -> Result<PathBuf, Status> {
    let here = std::env::current_dir().map_err(|error| {
        printer.fail(&format!("cannot tell the current folder: {error}"), None);
        Status::Failed
    })?;
    let is_site = |folder: &Path| folder.join(config::FILE).is_file();
    let found = match &common.root {
        Some(root) => Some(here.join(root)).filter(|root| is_site(root) || has_first_page(root)),
        None => {
            here.ancestors().find(|folder| is_site(folder)).map(Path::to_owned).or_else(|| Some(here.clone()).filter(|here| has_first_page(here)))
        }
    };
    found.ok_or_else(|| {
        let place = common.root.as_ref().map_or_else(|| "here".to_owned(), |root| format!("in `{}`", root.display()));
        printer.fail(
            &format!("no site {place}: there is no `{}` and no `index.md`", config::FILE),
            Some("run `recto init` to make a small working site"),
        );
        Status::Failed
    })
}

fn only(config: &Config, common: &Common, printer: Printer) -> Result<Vec<VersionNo>, Status> {
    let known = |id: &String| {
        config.version(id).filter(|_| config.versioned).ok_or_else(|| {
            let near = nearest(id, config.versions.iter().map(|version| version.id.as_str())).map(|near| format!("write `--only {near}`"));
            printer.fail(&format!("no version `{id}`"), near.as_deref());
            Status::Failed
        })
    };
    common.only.iter().map(known).collect()
}

fn audience(config: &Config, common: &Common, printer: Printer) -> Result<Audience, Status> {
    for name in &common.audience {
        if !config.audiences.iter().any(|(known, _)| known == name) {
            let near = nearest(name, config.audiences.iter().map(|(known, _)| known.as_str())).map(|near| format!("write `--audience {near}`"));
            printer.fail(&format!("no audience `{name}`"), near.as_deref().or(Some("list it under `[audiences]` in recto.toml")));
            return Err(Status::Failed);
        }
    }
    Ok(Audience { drafts: common.drafts, names: common.audience.clone() })
}
