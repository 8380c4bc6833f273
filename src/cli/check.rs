//! `recto check`: everything that `build` would say, writing nothing.

use super::args::{self, Check, Common};
use super::output::Printer;
use super::progress::Line;
use super::site::{Opened, gather};
use super::{Status, report};
use crate::config::LinkStyle;
use crate::memo::Mode;
use crate::pipeline;
use crate::write::Outlet;

pub(super) fn run(common: &Common, options: &Check) -> Status {
    let printer = Printer::new(common);
    let line = Line::new(printer);
    let format = match options.format {
        args::Format::Human => report::Format::Human,
        args::Format::Json => report::Format::Json,
    };
    let Opened { edition, request, mut diagnostics } = match gather(common, printer, format, Mode::Recall, LinkStyle::Folders, &line, |_, _| ()) {
        Ok((gathered, ())) => gathered.open(&line),
        Err(status) => return status,
    };
    match pipeline::build(&edition, &request, &Outlet::nowhere(), &|stage, done, all| line.step(stage, done, all)) {
        Ok(built) => drop(built.unload(&mut diagnostics)),
        Err(error) => {
            line.wipe();
            printer.fail(&error.to_string(), error.help());
            return Status::Failed;
        }
    }
    diagnostics.extend(edition.agreement());
    line.wipe();
    let verdict = pipeline::judge(diagnostics, &edition.loaded.config, options.strict);
    match format {
        report::Format::Human => {
            report::human(&verdict, &edition.loaded.texts(), printer);
            if verdict.diagnostics.is_empty() {
                printer.say("nothing is wrong");
            }
        }
        report::Format::Json => {
            if report::json(&verdict, &edition.loaded.texts()).is_err() {
                return Status::Failed;
            }
        }
    }
    if verdict.errors > 0 { Status::Errors } else { Status::Well }
}
