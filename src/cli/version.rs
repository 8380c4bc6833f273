//! `recto version`: which versions there are, and what differs between two of them.

mod diff;
mod list;

use super::args::{Common, Version, VersionCommand};
use super::output::Printer;
use super::progress::Line;
use super::site::{Opened, gather};
use super::{Status, report};
use crate::config::{Config, LinkStyle, VersionNo};
use crate::diagnostic::nearest;
use crate::memo::Mode;
use crate::pipeline::{self, Verdict};

pub(super) fn run(common: &Common, options: &Version) -> Status {
    let printer = Printer::new(common);
    let line = Line::new(printer);
    let mut opened = match gather(common, printer, report::Format::Human, Mode::Recall, LinkStyle::Folders, &line, |_, _| ()) {
        Ok((gathered, ())) => gathered.open(&line),
        Err(status) => return status,
    };
    line.wipe();
    warn(&mut opened, printer);
    match &options.command {
        VersionCommand::List(options) => list::run(&opened.edition, options, printer),
        VersionCommand::Diff(options) => diff::run(&opened.edition, options, printer),
    }
}

/// Says that the site has errors, since pages may be missing from what is shown then; which they are is for `check` to say.
fn warn(opened: &mut Opened, printer: Printer) {
    let diagnostics = std::mem::take(&mut opened.diagnostics);
    let Verdict { errors, .. } = pipeline::judge(diagnostics, &opened.edition.loaded.config, false);
    if errors > 0 {
        let count = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
        printer.say(&format!("the site has {count}, so pages may be missing here; `recto check` tells them"));
    }
}

/// The version `id`; that there is none has been printed.
fn version(config: &Config, id: &str, printer: Printer) -> Result<VersionNo, Status> {
    config.version(id).filter(|_| config.versioned).ok_or_else(|| {
        let near = nearest(id, config.versions.iter().map(|version| version.id.as_str()));
        let help = match near {
            Some(near) => format!("write `{near}`"),
            None if config.versioned => "`recto version list` shows the versions".to_owned(),
            None => "list the versions under `[[versions]]` in recto.toml".to_owned(),
        };
        printer.fail(&format!("no version `{id}`"), Some(&help));
        Status::Failed
    })
}
