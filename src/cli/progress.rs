//! One line of progress on a terminal, for work that takes longer than a blink; none in a pipe.

use std::io::{self, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::output::Printer;
use crate::pipeline::Stage;

/// Runs shorter than this show no progress.
const BLINK: Duration = Duration::from_millis(400);
/// No eye reads faster.
const PAUSE: Duration = Duration::from_millis(80);

/// The line, and when it was last drawn.
pub(super) struct Line {
    shown: bool,
    began: Instant,
    last: Mutex<Option<Instant>>,
}

impl Line {
    pub(super) fn new(printer: Printer) -> Self {
        Self { shown: printer.watched() && !printer.quiet, began: Instant::now(), last: Mutex::default() }
    }

    /// Draws the line, if it is time.
    pub(super) fn step(&self, stage: Stage, done: usize, all: usize) {
        if !self.shown || self.began.elapsed() < BLINK {
            return;
        }
        // Another thread that is drawing says as much.
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        *last = Some(Instant::now());
        let doing = match stage {
            Stage::Reading => "reading",
            Stage::Linking => "looking up links",
            Stage::Rendering => "rendering",
            Stage::Writing => "putting the site in its place",
        };
        let count = if all == 0 { String::new() } else { format!(" {done}/{all}") };
        let _unheard = write!(io::stderr(), "\r\u{1b}[2K{doing}{count}");
    }

    /// Wipes the line, so that what follows begins on a clean one.
    pub(super) fn wipe(&self) {
        let drawn = self.last.lock().is_ok_and(|mut last| last.take().is_some());
        if drawn {
            let _unheard = write!(io::stderr(), "\r\u{1b}[2K");
        }
    }
}
