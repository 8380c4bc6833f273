//! Answers requests from the edition that is shown.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::address::{Target, content_type, target};
use super::host::Hosts;
use super::live::Hub;
use super::problems::{self, problems};
use super::reply::{Body, Reply};
use super::server::{Answers, Asked, Live};
use super::shown::Shown;
use super::watch::Inbox;
use super::{Opened, Options};
use crate::diagnostic::Severity;
use crate::diagnostic::place::Texts;
use crate::id::{Digest, FileName, OutPath, Url};
use crate::pipeline::{Edition, Verdict};

/// The script that keeps an open page up to date.
static SCRIPT: &str = include_str!("../../themes/live/live.js");

/// How many pages are remembered as they last were.
const REMEMBERED: usize = 256;

/// Whoever answers.
pub(super) struct Desk {
    now: Mutex<Now>,
    hub: Hub<Live>,
    inbox: Arc<Inbox>,
    hosts: Hosts,
    overlay: bool,
    follow: bool,
    editor: Option<String>,
    root: PathBuf,
    /// Tells this run of the server from the one before.
    run: String,
}

struct Now {
    shown: Arc<Shown>,
    /// The document about what is wrong.
    problems: Arc<[u8]>,
    /// How often it has changed.
    changes: u64,
    /// The files that have errors.
    faulty: FxHashSet<FileName>,
    /// Pages as they last were, and the files that they are made of.
    good: FxHashMap<OutPath, (FileName, Arc<[u8]>)>,
}

/// What open pages are told.
#[derive(Serialize)]
struct Message<'a> {
    run: &'a str,
    edition: u64,
    problems: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    follow: Option<String>,
    /// Whether images may have changed.
    assets: bool,
}

impl Desk {
    pub(super) fn new(edition: Arc<Edition>, opened: &Opened, options: &Options, root: &Path, inbox: Arc<Inbox>) -> Self {
        let run = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        let live = live(&edition, &run, options.overlay);
        let shown = Arc::new(Shown::new(edition, 1, &opened.request, Some(live), None));
        let now = Now { shown, problems: Arc::from(*b"{}"), changes: 0, faulty: FxHashSet::default(), good: FxHashMap::default() };
        Self {
            now: Mutex::new(now),
            hub: Hub::default(),
            inbox,
            hosts: options.hosts.clone(),
            overlay: options.overlay,
            follow: options.follow,
            editor: options.editor.clone(),
            root: root.to_owned(),
            run,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The edition that is shown.
    pub(super) fn edition(&self) -> Arc<Edition> {
        self.lock().shown.edition.clone()
    }

    /// Shows another edition from now on. `follow` is the page that made it; `assets` says whether other files than pages have changed.
    pub(super) fn show(&self, edition: Arc<Edition>, number: u64, opened: &Opened, follow: Option<&Url>, assets: bool) {
        let live = live(&edition, &self.run, self.overlay);
        let base = base(&edition).to_owned();
        let before = self.lock().shown.clone();
        let shown = Arc::new(Shown::new(edition, number, &opened.request, Some(live), Some(&before)));
        let changes = {
            let mut now = self.lock();
            now.shown = shown;
            now.changes
        };
        // Whoever waits is answered before the old edition is taken apart.
        self.inbox.done();
        let follow = follow.filter(|_| self.follow).map(|url| format!("{base}{}", url.as_str().trim_start_matches('/')));
        self.hub.tell(&self.message(number, changes, follow, assets));
    }

    /// Shows what is wrong.
    pub(super) fn problems(&self, number: u64, verdict: &Verdict, texts: &Texts) {
        let edition = self.edition();
        let desk = problems::Desk {
            edition: Some(&edition),
            base: base(&edition),
            root: &self.root,
            editor: self.editor.as_deref().filter(|_| self.overlay),
        };
        let document: Arc<[u8]> = problems(number, verdict, texts, &desk).into_bytes().into();
        let errors = verdict.diagnostics.iter().filter(|told| told.severity == Severity::Error);
        let faulty = errors.filter_map(|told| told.span.as_ref()).map(|span| span.file.clone()).collect();
        let message = {
            let mut now = self.lock();
            now.faulty = faulty;
            if now.problems == document {
                return;
            }
            now.problems = document;
            now.changes += 1;
            self.message(now.shown.number, now.changes, None, false)
        };
        self.hub.tell(&message);
    }

    /// Lets pages that have gone drop out.
    pub(super) fn knock(&self) {
        self.hub.knock();
    }

    fn message(&self, edition: u64, problems: u64, follow: Option<String>, assets: bool) -> String {
        serde_json::to_string(&Message { run: &self.run, edition, problems, follow, assets }).unwrap_or_default()
    }

    /// Whether the request names a host that may be answered.
    fn known(&self, asked: &Asked<'_>) -> Result<(), Reply> {
        match asked.host {
            None => Err(Reply::words(400, "the request names no host")),
            Some(host) if self.hosts.knows(host) => Ok(()),
            Some(host) => {
                let host: String = host.chars().filter(|c| c.is_ascii_graphic()).take(100).collect();
                let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
                let help = format!("`{host}` is no name of this server; start it with `--allowed-host {name}` if it should be");
                Err(Reply::words(403, &help))
            }
        }
    }

    fn reply(&self, asked: &Asked<'_>) -> io::Result<Reply> {
        let script = |base: &str| asked.target.split('?').next() == Some(&format!("{base}_/live.js"));
        if script(base(&self.edition())) {
            return Reply::bytes(200, content_type("live.js"), Arc::from(SCRIPT.as_bytes())).on(asked.terms, &Digest::of(SCRIPT.as_bytes()).short());
        }
        // Whoever asks after a save gets what was saved.
        self.inbox.settle();
        let (shown, document) = {
            let now = self.lock();
            (now.shown.clone(), now.problems.clone())
        };
        let base = base(&shown.edition);
        if asked.target.split('?').next() == Some(&format!("{base}_/live/problems.json")) {
            let tag = Digest::of(&document).short();
            return Reply::bytes(200, content_type("x.json"), document).on(asked.terms, &tag);
        }
        match target(asked.target, base) {
            Target::To(path) => self.file(&shown, &path, asked),
            Target::Or(path, _) if shown.has(&path) => self.file(&shown, &path, asked),
            Target::Or(path, page) if shown.has(&page) => {
                let query = asked.target.split_once('?').map_or_else(String::new, |(_, query)| format!("?{query}"));
                let folder = Url::folder(path.as_str());
                Ok(Reply::words(302, "this page ends with a slash")
                    .with("Location", format!("{base}{}{query}", folder.as_str().trim_start_matches('/'))))
            }
            Target::Root => Ok(Reply::words(302, "the site is elsewhere on this host").with("Location", base)),
            Target::Or(..) | Target::Nowhere => Ok(shown.lost()),
        }
    }

    fn file(&self, shown: &Shown, path: &OutPath, asked: &Asked<'_>) -> io::Result<Reply> {
        if let Some(reply) = shown.file(path, asked.terms) {
            let reply = reply?;
            self.remember(shown, path, &reply);
            return Ok(reply);
        }
        // What has errors is shown as it last was; they are told over it.
        let good = {
            let now = self.lock();
            now.good.get(path).filter(|(file, _)| now.faulty.contains(file) || shown.has(path)).map(|(_, bytes)| bytes.clone())
        };
        match good {
            Some(bytes) => {
                let tag = Digest::of(&bytes).short();
                Reply::bytes(200, content_type(path.as_str()), bytes).on(asked.terms, &tag)
            }
            None if shown.has(path) => Ok(shown.broken()),
            None => Ok(shown.lost()),
        }
    }

    fn remember(&self, shown: &Shown, path: &OutPath, reply: &Reply) {
        let (Body::Bytes(bytes), 200, Some(file)) = (&reply.body, reply.status, shown.source(path)) else { return };
        let mut now = self.lock();
        if now.good.len() >= REMEMBERED && !now.good.contains_key(path) {
            now.good.clear();
        }
        now.good.insert(path.clone(), (file.clone(), bytes.clone()));
    }
}

/// The path of the site's root on its host.
fn base(edition: &Edition) -> &str {
    edition.loaded.config.url.as_ref().map_or("/", |url| url.base.as_str())
}

/// The element that calls the script into a page.
fn live(edition: &Edition, run: &str, overlay: bool) -> String {
    let overlay = if overlay { "" } else { " data-quiet" };
    format!(
        "<script defer src=\"{base}_/live.js\" data-base=\"{base}\" data-run=\"{run}\" data-edition=\"{{number}}\"{overlay}></script>",
        base = base(edition)
    )
}

impl Answers for Desk {
    fn answer(&self, asked: &Asked<'_>) -> Reply {
        let reply = match self.known(asked) {
            Ok(()) => self.reply(asked).unwrap_or_else(|error| Reply::words(500, &format!("this file cannot be read: {error}"))),
            Err(reply) => reply,
        };
        guarded(reply)
    }

    fn admits(&self, asked: &Asked<'_>) -> Result<(), Reply> {
        self.known(asked)?;
        let own = asked.target == format!("{}_/live", base(&self.edition()));
        match asked.host {
            Some(host) if own && self.hosts.trusts(asked.origin, host) => Ok(()),
            _ if own => Err(guarded(Reply::words(403, "only this site's own pages may listen"))),
            _ => Err(guarded(Reply::words(404, "nothing listens here"))),
        }
    }

    fn join(&self, socket: Live) {
        let (edition, problems) = {
            let now = self.lock();
            (now.shown.number, now.changes)
        };
        self.hub.join(socket, &self.message(edition, problems, None, false));
    }
}

/// The headers of every answer: no other site reads it, nobody guesses its type, and browsers ask again each time.
pub(super) fn guarded(reply: Reply) -> Reply {
    reply
        .with("Cache-Control", "no-cache")
        .with("X-Content-Type-Options", "nosniff")
        .with("Cross-Origin-Resource-Policy", "same-origin")
        .with("Referrer-Policy", "strict-origin-when-cross-origin")
}
