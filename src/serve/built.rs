//! Serves what `build` wrote: the files that its manifest lists, and nothing else.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashSet;

use super::Options;
use super::address::{Target, content_type, target};
use super::desk::guarded;
use super::host::Hosts;
use super::reply::{Body, Reply};
use super::server::{self, Answers, Asked, Live};
use super::shown::tag;
use crate::discover;
use crate::id::{OutPath, Url};
use crate::write::{MANIFEST, Manifest};

/// Serves the site that was built into `folder`, whose root is at `base` of its host, until the program ends. `ready` hears the
/// address of its first page.
///
/// # Errors
/// When there is none, or nothing can be listened on, in words.
pub fn serve_built(folder: &Path, base: &str, options: &Options, ready: &mut dyn FnMut(&str)) -> Result<Infallible, String> {
    let built = Built { folder: folder.to_owned(), base: base.to_owned(), hosts: options.hosts.clone(), listed: Mutex::default() };
    if built.listed().is_empty() {
        return Err(format!("no site was built into `{}`", folder.display()));
    }
    let listener: TcpListener = super::listener(options)?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    ready(&format!("http://{}{base}", super::shown_address(options, port)));
    let answers: Arc<dyn Answers + Send> = Arc::new(built);
    let ended = server::run(&listener, &answers);
    Err(ended.map_or_else(|error| error.to_string(), |()| "the server has ended".to_owned()))
}

struct Built {
    folder: PathBuf,
    base: String,
    hosts: Hosts,
    /// The files that the manifest lists, and how it lay on disk then.
    listed: Mutex<(String, Arc<FxHashSet<OutPath>>)>,
}

impl Built {
    /// The files of the site as it was last built.
    fn listed(&self) -> Arc<FxHashSet<OutPath>> {
        let stamp = discover::open_regular(&self.folder.join(MANIFEST)).and_then(|file| tag(&file)).unwrap_or_default();
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if listed.0 != stamp {
            let manifest = Manifest::read(&self.folder).ok().flatten().map(|(manifest, _)| manifest).unwrap_or_default();
            *listed = (stamp, Arc::new(manifest.files.into_iter().map(|entry| entry.path).collect()));
        }
        listed.1.clone()
    }

    fn reply(&self, asked: &Asked<'_>) -> io::Result<Reply> {
        let listed = self.listed();
        match target(asked.target, &self.base) {
            Target::To(path) | Target::Or(path, _) if listed.contains(&path) => self.file(&path, asked, 200),
            Target::Or(path, page) if listed.contains(&page) => {
                let folder = Url::folder(path.as_str());
                let location = format!("{}{}", self.base, folder.as_str().trim_start_matches('/'));
                Ok(Reply::words(302, "this page ends with a slash").with("Location", location))
            }
            Target::Root => Ok(Reply::words(302, "the site is elsewhere on this host").with("Location", self.base.clone())),
            _ => match OutPath::new("404.html") {
                Ok(lost) if listed.contains(&lost) => self.file(&lost, asked, 404),
                _ => Ok(Reply::words(404, "nothing is here")),
            },
        }
    }

    fn file(&self, path: &OutPath, asked: &Asked<'_>, status: u16) -> io::Result<Reply> {
        let file = discover::open_regular(&self.folder.join(path.as_str()))?;
        let (length, tag) = (file.metadata()?.len(), tag(&file)?);
        let reply = Reply { status, headers: vec![("Content-Type", content_type(path.as_str()).to_owned())], body: Body::File(file, length) };
        if status == 200 { reply.on(asked.terms, &tag) } else { Ok(reply) }
    }
}

impl Answers for Built {
    fn answer(&self, asked: &Asked<'_>) -> Reply {
        guarded(match asked.host {
            Some(host) if self.hosts.knows(host) => {
                self.reply(asked).unwrap_or_else(|error| Reply::words(500, &format!("this file cannot be read: {error}")))
            }
            _ => Reply::words(403, "this is no name of this server; `--allowed-host` adds one"),
        })
    }

    fn admits(&self, _: &Asked<'_>) -> Result<(), Reply> {
        Err(Reply::words(404, "nothing listens here"))
    }

    fn join(&self, _: Live) {}
}
