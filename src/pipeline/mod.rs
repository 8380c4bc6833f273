//! Runs the steps, many files at once, and remembers what is the same.
//!
//! [`load`](load::load) goes from the configuration to the [`Site`](crate::resolve::Site), [`edition`](edition::edition) makes it ready to be
//! rendered, and [`build`](build::build) renders all of it to the output. The steps are plain functions on one file; only here do threads
//! meet. Results are put together in the order of sorted names, so that neither threads nor file systems show in a byte of the output.
//!
//! A run takes up what the one before made, where what it was made from is the same: from memory, see [`Before`], or from disk, see [`Memo`].

mod again;
mod agree;
mod became;
mod build;
mod changelog;
mod compare;
mod door;
mod edition;
mod gather;
mod link;
mod load;
mod read;
mod replaced;
mod request;
mod search;
mod verdict;
mod whole;

use std::path::PathBuf;

use crate::config::Config;
use crate::memo::{Memo, Mode};

pub use again::{Outcome, again};
pub use became::Became;
pub use build::{Built, build};
pub use compare::Differences;
pub use edition::{Edition, copied, edition};
pub use gather::{Gathered, Seen, begin, gather};
pub use load::{Before, Loaded, load};
pub use read::Changed;
pub use request::{Purpose, Request};
pub use verdict::{Verdict, judge};
pub use whole::WholeFile;

/// The folder in which runs remember what they made.
pub fn memo_folder(config: &Config) -> PathBuf {
    config.root.join(".recto")
}

/// What runs of this very build of Recto have left.
pub fn memo(config: &Config, mode: Mode) -> Memo {
    Memo::open(&memo_folder(config), env!("RECTO_BUILD"), mode)
}

/// What a run is doing, for a line of progress: the stage, and how many of how many are done.
pub type Progress<'a> = dyn Fn(Stage, usize, usize) + Sync + 'a;

/// A part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Files are read.
    Reading,
    /// Links are looked up.
    Linking,
    /// Pages are rendered.
    Rendering,
    /// The site is put in its place.
    Writing,
}

/// Counts what is done, and tells of it.
struct Counter<'a> {
    progress: &'a Progress<'a>,
    stage: Stage,
    done: std::sync::atomic::AtomicUsize,
    all: usize,
}

impl<'a> Counter<'a> {
    fn new(progress: &'a Progress<'a>, stage: Stage, all: usize) -> Self {
        progress(stage, 0, all);
        Self { progress, stage, done: std::sync::atomic::AtomicUsize::new(0), all }
    }

    fn one(&self) {
        let done = self.done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        // A line of progress needs no more than a look now and then.
        if done.is_multiple_of(64) || done == self.all {
            (self.progress)(self.stage, done, self.all);
        }
    }
}
