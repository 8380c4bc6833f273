//! The days on which files changed last, as git's history tells.
//!
//! - In: files that were listed, wherever they lie.
//! - Out: the day of each that history knows: of a file of the working tree in that of `HEAD`, of a file of a ref in that of the ref. One
//!   that is not committed has none; what is edited and not committed yet has the day of its last commit.
//! - Never here: what a page says of itself (`updated`), which goes before.

use std::ops::Range;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::git::{Committed, GitFault, LastChanges, Repository};
use super::{Found, Place};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnosed, Diagnostic, Diagnostics};
use crate::id::FileName;

/// The day of the last change of each of `files`, as far as git knows it. Unless `[git] last_change` asks for it, nothing is read.
pub fn last_changes(config: &Config, files: &[&Found]) -> Diagnosed<FxHashMap<FileName, Date>> {
    let mut diagnostics = Diagnostics::new();
    let mut days = FxHashMap::default();
    let Some(asked) = config.git.last_change.as_ref().filter(|_| !files.is_empty()) else { return Diagnosed { value: days, diagnostics } };
    match read(config, files) {
        Ok((known, changes)) => {
            let known = known.iter().zip(&changes.days);
            days.extend(known.filter_map(|(found, day)| Some((found.file.clone(), (*day)?))));
            if changes.beyond > 0 {
                let message =
                    format!("{} of {} pages changed last before this shallow clone begins, so they show no day", changes.beyond, files.len());
                let diagnostic = Diagnostic::new(Code::GitShallow, message)
                    .at(config.span(asked))
                    .help("run `git fetch --unshallow`; in CI, let the checkout fetch all history (`fetch-depth: 0`)".to_owned());
                diagnostics.push(diagnostic);
            }
        }
        Err(fault) => diagnostics.push(unreadable(config, asked, &fault)),
    }
    Diagnosed { value: days, diagnostics }
}

/// What history says of those of `files` that a commit can have.
fn read<'a>(config: &Config, files: &[&'a Found]) -> Result<(Vec<&'a Found>, LastChanges), GitFault> {
    let repository = Repository::holding(&config.root)?;
    let head = repository.head()?;
    let committed = |found: &Found| match &found.place {
        Place::Git(.., committed) => Some(committed.clone()),
        Place::Disk(path) => Some(Committed { commit: head?, path: repository.prefix(path).ok()? }),
    };
    let (known, committed): (Vec<&Found>, Vec<Committed>) = files.iter().filter_map(|found| Some((*found, committed(found)?))).unzip();
    Ok((known, repository.last_changes(&committed)?))
}

fn unreadable(config: &Config, asked: &Range<usize>, fault: &GitFault) -> Diagnostic {
    let diagnostic = match fault {
        GitFault::NotARepository => Diagnostic::new(Code::GitUnreadable, "`last_change` wants git's history, but the site is in no git repository")
            .help("build from a clone of the repository, or write `last_change = false`".to_owned()),
        other => Diagnostic::new(Code::GitUnreadable, format!("cannot read git's history for `last_change`: {other}")),
    };
    diagnostic.at(config.span(asked))
}
