//! The dev server: the site as `build` would write it, up to date with every save, with what is wrong shown over its pages.
//!
//! - In: how to open the site, and what to listen on.
//! - Out: answers to browsers, and [`News`] for whoever started it. It ends with the program.
//! - Never here: an edit of anything. Nothing that is asked changes what is there.
//!
//! One thread ([`Builder`]) waits for the [`watch`], loads the site again from the edition before, and shows the new edition; between
//! changes it looks at the pages that nobody asked for, so that their problems are told too. The [`server`]'s threads answer from the
//! edition that is shown, and render a page when it is asked for. Each new edition is told to open pages through the [`live`] channel.

mod address;
mod built;
mod desk;
mod host;
mod live;
mod problems;
mod reply;
mod server;
mod shown;
mod sweep;
mod watch;

use std::net::{IpAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

pub use address::{Target, target};
pub use built::serve_built;
pub use host::Hosts;
pub use watch::Way;

use rustc_hash::{FxHashMap, FxHashSet};

use self::desk::Desk;
use self::server::Answers;
use self::sweep::Sweep;
use self::watch::{Batch, Inbox, Watch};
use crate::config::{self, Config};
use crate::diagnostic::place::Texts;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::discover;
use crate::id::FileName;
use crate::memo::{Memo, Mode, Use};
use crate::pipeline::{self, Before, Changed, Edition, Purpose, Request, Verdict};

/// What to listen on, and how to serve.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port; the next free one is taken where it is not free.
    pub port: u16,
    /// Whether that port will do and no other.
    pub strict_port: bool,
    /// The names that requests may name.
    pub hosts: Hosts,
    /// How changes are noticed.
    pub way: Way,
    /// Whether problems are shown over the page.
    pub overlay: bool,
    /// Whether open pages go to the page that has changed.
    pub follow: bool,
    /// The address that opens a place in an editor, with `{path}`, `{line}` and `{column}`.
    pub editor: Option<String>,
}

/// A site whose configuration was read.
pub struct Opened {
    /// The configuration.
    pub config: Config,
    /// What is wrong with it.
    pub diagnostics: Diagnostics,
    /// What of the site is served.
    pub request: Request,
    /// Whom it is served to.
    pub purpose: Purpose,
}

/// Why a site cannot be opened.
pub struct Refused {
    /// What is wrong.
    pub diagnostics: Diagnostics,
    /// The text of `recto.toml`, to show places in it.
    pub text: Arc<str>,
}

/// Something that whoever started the server may want to hear.
pub enum News<'a> {
    /// The site is served at this address.
    Serving {
        /// The address of its first page.
        url: &'a str,
        /// Whether the wanted port was not free.
        moved: bool,
    },
    /// An edition was made, or something more was found in it.
    Edition {
        /// The files that made it, if some did, by name.
        changed: &'a [String],
        /// How long it took.
        took: Option<Duration>,
        /// What is wrong that was not before.
        new: Verdict,
        /// What was wrong before and is no longer.
        mended: Vec<Diagnostic>,
        /// All errors and warnings now.
        left: (usize, usize),
        /// The texts that places are in.
        texts: &'a Texts,
    },
    /// Files are looked at every so often from now on, for this reason.
    Polling {
        /// Why the system does not tell.
        why: &'a str,
        /// How often.
        every: Duration,
    },
}

/// How often files are looked at where the system cannot tell of changes.
const POLLED: Duration = Duration::from_millis(700);
/// How often pages that have gone are noticed.
const KNOCK: Duration = Duration::from_secs(30);
/// What a new folder may have got before it was watched is looked for after this time.
const AGAIN: Duration = Duration::from_millis(100);

/// Serves the site that `open` opens, until the program ends. `open` is called again when `recto.toml` changes.
///
/// # Errors
/// When nothing can be listened on or watched, in words.
pub fn serve(
    root: &Path,
    open: &dyn Fn() -> Result<Opened, Refused>,
    options: &Options,
    heard: &mut dyn FnMut(News<'_>),
) -> Result<std::convert::Infallible, String> {
    let listener = listener(options)?;
    let inbox = Arc::new(Inbox::default());
    let opened = loop {
        match open() {
            Ok(opened) => break opened,
            Err(refused) => {
                // Until it is mended there is nothing to serve.
                tell_refused(&refused, heard);
                let mut watch = Watch::new(options.way, &inbox, root, &root.join("public"))?;
                watch.over(&[])?;
                while inbox.take(KNOCK).is_none() {}
                inbox.done();
            }
        }
    };
    let output = root.join(&opened.config.output.folder);
    let watch = match Watch::new(options.way, &inbox, root, &output) {
        Ok(watch) => watch,
        Err(why) => {
            heard(News::Polling { why: &why, every: POLLED });
            Watch::new(Way::Polled(POLLED), &inbox, root, &output)?
        }
    };
    let memo = Arc::new(pipeline::memo(&opened.config, Mode::Remember));
    let (edition, told) = made(&opened, None, &memo);
    let base = edition.loaded.config.url.as_ref().map_or("/", |url| url.base.as_str()).to_owned();
    let desk = Arc::new(Desk::new(edition, &opened, options, root, inbox.clone()));
    let mut builder = Builder {
        root,
        open,
        desk: desk.clone(),
        opened,
        refused: None,
        told,
        judged: Diagnostics::new(),
        sweep: Sweep::default(),
        memo,
        inbox,
        watch,
        number: 1,
    };
    builder.rewatch(heard)?;
    // What has changed while nothing was watched yet.
    builder.inbox.look_again();
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let url = format!("http://{}{base}", shown_address(options, address.port()));
    let answers: Arc<dyn Answers + Send> = desk;
    thread::Builder::new()
        .name("server".to_owned())
        .spawn(move || server::run(&listener, &answers))
        .map_err(|error| format!("cannot start the server: {error}"))?;
    builder.tell(&[], None, heard);
    heard(News::Serving { url: &url, moved: address.port() != options.port && options.port != 0 });
    loop {
        builder.wait(heard)?;
    }
}

fn tell_refused(refused: &Refused, heard: &mut dyn FnMut(News<'_>)) {
    let texts: Texts = std::iter::once((FileName::new(config::FILE), refused.text.clone())).collect();
    let new = plain(refused.diagnostics.clone());
    let left = (new.errors, new.warnings);
    heard(News::Edition { changed: &[], took: None, new, mended: Vec::new(), left, texts: &texts });
}

/// Diagnostics at their own severity.
fn plain(mut diagnostics: Diagnostics) -> Verdict {
    crate::diagnostic::arrange(&mut diagnostics);
    let count = |severity| diagnostics.iter().filter(|told| told.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    Verdict { diagnostics, errors, warnings }
}

fn listener(options: &Options) -> Result<TcpListener, String> {
    server::free(options.host, options.port, options.strict_port)
        .map_err(|error| format!("cannot listen on {}:{}: {error}", options.host, options.port))
}

/// The host and port that a browser on this machine reaches the server by.
fn shown_address(options: &Options, port: u16) -> String {
    server::reachable((options.host, port).into()).to_string()
}

/// An edition of the site, and all that is wrong with it as far as it was looked at.
fn made(opened: &Opened, before: Option<(&Edition, &Changed)>, memo: &Arc<Memo>) -> (Arc<Edition>, Diagnostics) {
    let mut told = opened.diagnostics.clone();
    let silent = |_, _, _| {};
    let loaded_before = before.map(|(edition, changed)| Before { loaded: &edition.loaded, changed });
    let gathered = pipeline::gather(opened.config.clone(), loaded_before.map(Before::seen), &silent);
    let loaded = pipeline::load(gathered, &opened.purpose, loaded_before, memo, &silent).unload(&mut told);
    let edition = pipeline::edition(loaded, before.map(|(edition, _)| edition), &silent).unload(&mut told);
    (Arc::new(edition), told)
}

/// Makes edition after edition.
struct Builder<'a> {
    root: &'a Path,
    open: &'a dyn Fn() -> Result<Opened, Refused>,
    desk: Arc<Desk>,
    opened: Opened,
    /// Why the configuration cannot be read, since it was last read.
    refused: Option<Refused>,
    /// What is wrong with the edition, its bodies aside.
    told: Diagnostics,
    /// What was told last, as the site's lints see it.
    judged: Diagnostics,
    sweep: Sweep,
    memo: Arc<Memo>,
    inbox: Arc<Inbox>,
    watch: Watch,
    number: u64,
}

impl Builder<'_> {
    /// Waits for a change and shows it; meanwhile looks at pages that were not looked at.
    fn wait(&mut self, heard: &mut dyn FnMut(News<'_>)) -> Result<(), String> {
        let edition = self.desk.edition();
        while !self.inbox.waits() && self.sweep.step(&edition) {}
        if !self.inbox.waits() {
            // Once all pages were looked at. What edits make of them later is remembered in memory alone: there may be thousands.
            let _ = self.memo.save(Use::Part);
        }
        if !self.inbox.waits() && self.sweep.news() {
            self.tell(&[], None, heard);
        }
        match self.inbox.take(KNOCK) {
            Some(batch) => {
                let result = self.change(batch, heard);
                self.inbox.done();
                result
            }
            None => {
                self.desk.knock();
                Ok(())
            }
        }
    }

    /// Shows what a batch of changes makes of the site.
    fn change(&mut self, batch: Batch, heard: &mut dyn FnMut(News<'_>)) -> Result<(), String> {
        let began = Instant::now();
        let edition = self.desk.edition();
        let full = batch.full;
        if batch.folders {
            let inbox = self.inbox.clone();
            // Without it nothing is missed but what nobody told of.
            let _later = thread::Builder::new().spawn(move || {
                thread::sleep(AGAIN);
                inbox.look_again();
            });
        }
        let changed = changed(batch, &edition, self.root);
        let names = match &changed {
            Changed::Files(paths) | Changed::Names(paths) => names(paths, self.root),
            Changed::Anything => Vec::new(),
        };
        if matches!(&changed, Changed::Files(paths) if paths.is_empty()) {
            return Ok(());
        }
        if matches!(changed, Changed::Anything) || names.iter().any(|name| name == config::FILE) {
            match (self.open)() {
                Ok(opened) => (self.opened, self.refused) = (opened, None),
                Err(refused) => {
                    // The site stays as it was.
                    self.refused = Some(refused);
                    self.tell(&names, None, heard);
                    return Ok(());
                }
            }
        }
        if full {
            self.poll("it watches no more folders", heard)?;
        }
        if !matches!(changed, Changed::Files(_)) {
            // First watched, then listed: so nothing comes between unseen.
            self.rewatch(heard)?;
        }
        let (new, told) = made(&self.opened, Some((&edition, &changed)), &self.memo);
        if told != self.told || !new.same_as(&edition) || names.iter().any(|name| !new.loaded.is_page(name)) {
            self.number += 1;
            let follow = match names.as_slice() {
                [name] => new.loaded.page_of(name).map(|page| new.loaded.site.catalog.pages[page].url.clone()),
                _ => None,
            };
            let assets = names.iter().any(|name| !new.loaded.is_page(name));
            self.desk.show(new, self.number, &self.opened, follow.as_ref(), assets);
            self.told = told;
            self.tell(&names, Some(began.elapsed()), heard);
        }
        Ok(())
    }

    /// Tells what is wrong with the edition that is shown, and with a configuration that cannot be read.
    fn tell(&mut self, names: &[String], took: Option<Duration>, heard: &mut dyn FnMut(News<'_>)) {
        let edition = self.desk.edition();
        let mut all = self.told.clone();
        all.extend(self.sweep.told(&edition));
        all.extend(self.refused.iter().flat_map(|refused| refused.diagnostics.iter().cloned()));
        let Verdict { diagnostics, errors, warnings } = pipeline::judge(all, &edition.loaded.config, false);
        // Nobody needs all texts where nothing is wrong.
        let mut texts = if diagnostics.is_empty() { Texts::default() } else { edition.loaded.texts() };
        texts.extend(self.refused.iter().map(|refused| (FileName::new(config::FILE), refused.text.clone())));
        self.desk.problems(self.number, &Verdict { diagnostics: diagnostics.clone(), errors, warnings }, &texts);
        let before = std::mem::replace(&mut self.judged, diagnostics);
        let new = less(&self.judged, &before);
        let mended = less(&before, &self.judged);
        if took.is_some() || !new.is_empty() || !mended.is_empty() {
            heard(News::Edition { changed: names, took, new: plain(new), mended, left: (errors, warnings), texts: &texts });
        }
    }

    /// Watches the folders that the site's sources lie in. Where the system has had enough, they are looked at every so often.
    fn rewatch(&mut self, heard: &mut dyn FnMut(News<'_>)) -> Result<(), String> {
        let folders = watched(&self.opened.config);
        for _ in 0..2 {
            match self.watch.over(&folders) {
                Ok(()) => return Ok(()),
                Err(why) => self.poll(&why, heard)?,
            }
        }
        Ok(())
    }

    /// From now on files are looked at every so often.
    fn poll(&mut self, why: &str, heard: &mut dyn FnMut(News<'_>)) -> Result<(), String> {
        heard(News::Polling { why, every: POLLED });
        self.watch.poll(POLLED)
    }
}

/// Those of `all` that are not among `known`, wherever in its file each of these is.
fn less(all: &[Diagnostic], known: &[Diagnostic]) -> Diagnostics {
    fn key(told: &Diagnostic) -> (Code, Option<&FileName>, &str) {
        (told.code, told.span.as_ref().map(|span| &span.file), &told.message)
    }
    let mut count: FxHashMap<_, usize> = FxHashMap::default();
    for told in known {
        *count.entry(key(told)).or_default() += 1;
    }
    let unknown = all.iter().filter(|told| match count.get_mut(&key(told)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    unknown.cloned().collect()
}

/// The folders whose files make the site.
fn watched(config: &Config) -> Vec<PathBuf> {
    let mut folders = discover::source_folders(config);
    if config.versions.iter().any(|version| version.content.as_ref().is_some_and(|folder| folder.value.is_empty() && version.git.is_none())) {
        folders.push(config.root.clone());
    }
    if config.versions.iter().any(|version| version.git.is_some()) {
        let git = config.root.ancestors().map(|folder| folder.join(".git")).find(|git| git.is_dir());
        folders.extend(git.map(|git| git.join("refs")));
    }
    folders.sort();
    folders.dedup();
    folders
}

fn names(paths: &FxHashSet<PathBuf>, root: &Path) -> Vec<String> {
    let mut names: Vec<String> = paths.iter().map(|path| path.strip_prefix(root).unwrap_or(path).display().to_string()).collect();
    names.sort();
    names
}

/// What a batch of events says about the files of an edition.
fn changed(batch: Batch, edition: &Edition, root: &Path) -> Changed {
    if batch.lost {
        return Changed::Anything;
    }
    let known = |path: &Path| path.strip_prefix(root).ok().and_then(Path::to_str).is_some_and(|name| edition.loaded.knows(name));
    // Not what has come and gone between two looks, as the files that editors try things with.
    let there = |path: &PathBuf| path.symlink_metadata().is_ok() || known(path) || was_folder(path, root, edition);
    let paths: FxHashSet<PathBuf> = batch.paths.into_iter().filter(there).collect();
    // A file that takes the place of another of its name changes no name.
    let texts_only = !batch.again && paths.iter().all(|path| known(path) && path.is_file());
    if texts_only { Changed::Files(paths) } else { Changed::Names(paths) }
}

/// Whether files of the edition lie below `path`.
fn was_folder(path: &Path, root: &Path, edition: &Edition) -> bool {
    path.strip_prefix(root).ok().and_then(Path::to_str).is_some_and(|name| edition.loaded.knows_below(name))
}
