//! `recto completions`: what a shell needs to complete commands and options.

use super::Status;
use super::args::{Completions, completions};
use super::output::answer;

pub(super) fn run(options: &Completions) -> Status {
    match answer(&completions(options.shell)) {
        Ok(()) => Status::Well,
        Err(_) => Status::Failed,
    }
}
