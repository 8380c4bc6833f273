//! Notices what changes in the site's folder. The only file that knows `notify`.
//!
//! - In: events of the file system, in whatever order and number an editor, `git` or a sync program makes them.
//! - Out: one [`Batch`] when there has been quiet for a moment, or when somebody asks for a page.
//! - Never here: what a change means. A batch is a hint: whoever gets it looks at the files again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::never_read;

/// So long nothing must happen before a batch is closed: editors save in several steps.
const QUIET: Duration = Duration::from_millis(10);
/// So long it must be quiet if somebody waits for a page.
const HURRY: Duration = Duration::from_millis(2);
/// A batch is closed after this time in any case.
const LONGEST: Duration = Duration::from_millis(150);
/// So long whoever asks for a page waits for what has just been saved.
const PATIENCE: Duration = Duration::from_secs(5);

/// What has changed, as far as events tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    /// Files and folders that something happened to.
    pub(super) paths: FxHashSet<PathBuf>,
    /// Whether some of them have come or gone.
    pub(super) names: bool,
    /// Whether a folder has come: what was put into it at once may have been missed.
    pub(super) folders: bool,
    /// Whether it should be looked again which files there are, whatever events tell.
    pub(super) again: bool,
    /// Whether events were lost.
    pub(super) lost: bool,
    /// Whether the system watches no more folders.
    pub(super) full: bool,
}

/// What happens, until somebody takes it.
#[derive(Default)]
struct Happening {
    batch: Batch,
    first: Option<Instant>,
    last: Option<Instant>,
    /// Whether all that has happened is that one file was written and closed.
    closed: bool,
    /// Whether somebody waits for a page.
    hurry: bool,
    /// Whether a batch was taken, and is not shown yet.
    working: bool,
}

/// The place where events come together.
#[derive(Default)]
pub(super) struct Inbox {
    happening: Mutex<Happening>,
    bell: Condvar,
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Happening> {
        self.happening.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in an event about files below `root`; what lies in `output` is of no interest.
    fn put(&self, event: notify::Result<Event>, root: &Path, output: &Path) {
        let mut batch = Batch::default();
        let mut closed = false;
        match event {
            Err(fault) => {
                batch.lost = true;
                batch.full = matches!(fault.kind, notify::ErrorKind::MaxFilesWatch);
            }
            Ok(event) => {
                batch.lost = event.need_rescan();
                closed = matches!(event.kind, EventKind::Access(AccessKind::Close(AccessMode::Write)));
                if matches!(event.kind, EventKind::Access(_)) && !closed && !batch.lost {
                    return;
                }
                batch.names = matches!(event.kind, EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
                batch.paths = event.paths.into_iter().filter(|path| !path.starts_with(output) && !unread(path, root)).collect();
                batch.folders = batch.names && batch.paths.iter().any(|path| path.is_dir());
            }
        }
        if batch.paths.is_empty() && !batch.lost {
            return;
        }
        let mut happening = self.lock();
        happening.closed = closed && (happening.first.is_none() || (!happening.batch.names && happening.batch.paths == batch.paths));
        happening.batch.paths.extend(batch.paths);
        happening.batch.names |= batch.names;
        happening.batch.folders |= batch.folders;
        happening.batch.lost |= batch.lost;
        happening.batch.full |= batch.full;
        let now = Instant::now();
        happening.first.get_or_insert(now);
        happening.last = Some(now);
        drop(happening);
        self.bell.notify_all();
    }

    /// Says that files may have come or gone unseen.
    pub(super) fn look_again(&self) {
        let mut happening = self.lock();
        happening.batch.again = true;
        let now = Instant::now();
        happening.first.get_or_insert(now);
        happening.last = Some(now);
        drop(happening);
        self.bell.notify_all();
    }

    /// The next batch; none when nothing happens for so long. [`Inbox::done`] is due when it is shown.
    pub(super) fn take(&self, longest: Duration) -> Option<Batch> {
        let began = Instant::now();
        let mut happening = self.lock();
        loop {
            let wait = match happening.due() {
                Some(wait) => wait,
                None => longest.saturating_sub(began.elapsed()),
            };
            if wait.is_zero() {
                happening.first?;
                happening.first = None;
                happening.last = None;
                happening.closed = false;
                happening.hurry = false;
                happening.working = true;
                return Some(std::mem::take(&mut happening.batch));
            }
            happening = self.bell.wait_timeout(happening, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The batch that was taken is shown.
    pub(super) fn done(&self) {
        self.lock().working = false;
        self.bell.notify_all();
    }

    /// Whether something has happened that nobody has taken yet.
    pub(super) fn waits(&self) -> bool {
        self.lock().first.is_some()
    }

    /// Waits until what has happened up to now is shown, though no longer than someone has patience.
    pub(super) fn settle(&self) {
        let began = Instant::now();
        let mut happening = self.lock();
        while (happening.first.is_some() || happening.working) && began.elapsed() < PATIENCE {
            if !happening.hurry && happening.first.is_some() {
                happening.hurry = true;
                self.bell.notify_all();
            }
            happening = self.bell.wait_timeout(happening, PATIENCE).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Happening {
    /// How long until the batch should be taken; none if nothing has happened.
    fn due(&self) -> Option<Duration> {
        let (first, last) = (self.first?, self.last?);
        if self.closed && !self.batch.lost {
            return Some(Duration::ZERO);
        }
        let quiet = if self.hurry { HURRY } else { QUIET };
        Some(quiet.saturating_sub(last.elapsed()).min(LONGEST.saturating_sub(first.elapsed())))
    }
}

/// Whether a path is of files that are never read: those of git, of editors, and hidden ones.
fn unread(path: &Path, root: &Path) -> bool {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.components().any(|part| never_read(&part.as_os_str().to_string_lossy()))
}

/// How files are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The system tells.
    Told,
    /// They are looked at so often.
    Polled(Duration),
}

enum Kind {
    Told(RecommendedWatcher),
    Polled(PollWatcher),
}

/// A folder that is watched: its path, its number in the file system (another folder may take its place), and whether with all below.
type Watched = (PathBuf, u64, bool);

/// Watches folders until it is dropped.
pub(super) struct Watch {
    kind: Kind,
    watched: FxHashSet<Watched>,
    inbox: Arc<Inbox>,
    root: PathBuf,
    output: PathBuf,
}

impl Watch {
    /// A watch over the site in `root` that puts what happens into `inbox`.
    ///
    /// # Errors
    /// When the system has no means to watch in this way, in words.
    pub(super) fn new(way: Way, inbox: &Arc<Inbox>, root: &Path, output: &Path) -> Result<Self, String> {
        let kind = kind(way, inbox, root, output)?;
        Ok(Self { kind, watched: FxHashSet::default(), inbox: inbox.clone(), root: root.to_owned(), output: output.to_owned() })
    }

    /// Watches these folders with all below, and the root's own files. What was watched before and is not among them is let go.
    ///
    /// # Errors
    /// When the system watches no more: it has a limit. In words.
    pub(super) fn over(&mut self, folders: &[PathBuf]) -> Result<(), String> {
        let mut wanted: FxHashMap<PathBuf, bool> = FxHashMap::default();
        wanted.insert(self.root.clone(), false);
        for folder in folders {
            if folder.is_dir() {
                wanted.insert(folder.clone(), true);
            } else if let Some(above) = folder.ancestors().skip(1).find(|above| above.is_dir()) {
                // Where it will come.
                wanted.entry(above.to_owned()).or_insert(false);
            }
        }
        let wanted: FxHashSet<Watched> = wanted.into_iter().map(|(path, below)| (path.clone(), number(&path), below)).collect();
        let gone: Vec<Watched> = self.watched.difference(&wanted).cloned().collect();
        for entry in gone {
            // A folder that is gone is watched no more anyway.
            let _gone = self.watcher().unwatch(&entry.0);
            self.watched.remove(&entry);
        }
        let mut new: Vec<Watched> = wanted.difference(&self.watched).cloned().collect();
        new.sort();
        for (path, number, below) in new {
            let mode = if below { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            match self.watcher().watch(&path, mode) {
                Ok(()) => drop(self.watched.insert((path, number, below))),
                // It has gone in this moment, which is told as an event.
                Err(fault) if matches!(fault.kind, notify::ErrorKind::PathNotFound) || !path.exists() => {}
                Err(fault) => return Err(fault.to_string()),
            }
        }
        Ok(())
    }

    /// From now on looks at the files every so often.
    ///
    /// # Errors
    /// When that is not to be had either, in words.
    pub(super) fn poll(&mut self, every: Duration) -> Result<(), String> {
        self.kind = kind(Way::Polled(every), &self.inbox, &self.root, &self.output)?;
        self.watched.clear();
        Ok(())
    }

    fn watcher(&mut self) -> &mut dyn Watcher {
        match &mut self.kind {
            Kind::Told(watcher) => watcher,
            Kind::Polled(watcher) => watcher,
        }
    }
}

#[cfg(unix)]
fn number(path: &Path) -> u64 {
    path.metadata().map_or(0, |meta| std::os::unix::fs::MetadataExt::ino(&meta))
}

#[cfg(not(unix))]
fn number(_: &Path) -> u64 {
    0
}

fn kind(way: Way, inbox: &Arc<Inbox>, root: &Path, output: &Path) -> Result<Kind, String> {
    let (inbox, root, output) = (inbox.clone(), root.to_owned(), output.to_owned());
    let put = move |event| inbox.put(event, &root, &output);
    let made = match way {
        Way::Told => notify::recommended_watcher(put).map(Kind::Told),
        Way::Polled(every) => PollWatcher::new(put, notify::Config::default().with_poll_interval(every)).map(Kind::Polled),
    };
    made.map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{CreateKind, DataChange, RemoveKind, RenameMode};

    const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));

    /// Puts events in, and tells what is taken after them: paths and marks.
    fn check(events: &[(EventKind, &str)], expected: &str) {
        let inbox = Inbox::default();
        for (kind, path) in events {
            inbox.put(Ok(Event::new(*kind).add_path(Path::new("/site").join(path))), Path::new("/site"), Path::new("/site/public"));
        }
        let prompt = inbox.lock().due().map(|wait| wait.is_zero());
        let shown = inbox.take(Duration::from_millis(1)).map_or_else(
            || "nothing".to_owned(),
            |batch| {
                let mut paths: Vec<String> =
                    batch.paths.iter().map(|path| path.strip_prefix("/site").unwrap_or(path).display().to_string()).collect();
                paths.sort();
                format!("{}{}{}", paths.join(" "), if batch.names { " names" } else { "" }, if prompt == Some(true) { " at once" } else { "" })
            },
        );
        assert_eq!(shown, expected, "{events:?}");
    }

    #[test]
    fn a_file_that_is_written_and_closed_needs_no_waiting() {
        check(&[(WRITTEN, "content/a.md"), (WRITTEN, "content/a.md"), (CLOSED, "content/a.md")], "content/a.md at once");
        check(&[(WRITTEN, "content/a.md")], "content/a.md");
        check(&[(CLOSED, "content/a.md"), (CLOSED, "content/b.md")], "content/a.md content/b.md");
    }

    #[test]
    fn saves_in_several_steps_are_one_batch() {
        check(
            &[
                (EventKind::Create(CreateKind::File), "content/4913"),
                (EventKind::Remove(RemoveKind::File), "content/4913"),
                (EventKind::Modify(ModifyKind::Name(RenameMode::Both)), "content/a.md"),
                (EventKind::Create(CreateKind::File), "content/a.md"),
                (CLOSED, "content/a.md"),
            ],
            "content/4913 content/a.md names",
        );
    }

    #[test]
    fn what_is_never_read_wakes_nobody() {
        check(&[(CLOSED, "content/.a.md.swp"), (CLOSED, "content/a.md~"), (CLOSED, "public/index.html"), (CLOSED, ".git/index")], "nothing");
        check(&[(EventKind::Access(AccessKind::Open(AccessMode::Any)), "content/a.md")], "nothing");
    }

    #[test]
    fn lost_events_are_told() {
        let inbox = Inbox::default();
        inbox.put(Ok(Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan)), Path::new("/site"), Path::new("/site/public"));
        assert_eq!(inbox.take(Duration::from_secs(1)).map(|batch| (batch.lost, batch.full)), Some((true, false)));
        inbox.put(Err(notify::Error::new(notify::ErrorKind::MaxFilesWatch)), Path::new("/site"), Path::new("/site/public"));
        assert_eq!(inbox.take(Duration::from_secs(1)).map(|batch| (batch.lost, batch.full)), Some((true, true)));
    }

    #[test]
    fn whoever_asks_waits_for_what_was_saved() {
        let inbox = Arc::new(Inbox::default());
        inbox.look_again();
        let asked = {
            let inbox = inbox.clone();
            std::thread::spawn(move || inbox.settle())
        };
        assert!(inbox.take(Duration::from_secs(1)).is_some_and(|batch| batch.again));
        assert!(!asked.is_finished());
        inbox.done();
        asked.join().expect("it ends");
    }
}
