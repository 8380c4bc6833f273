//! `recto build`: writes the site, whole or not at all.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::args::{Build, Common};
use super::output::Printer;
use super::progress::Line;
use super::site::{Opened, open};
use super::{Status, report};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::discover;
use crate::id::{FileName, VersionId};
use crate::memo::{Mode, Use};
use crate::pipeline::{self, Built, Edition, Loaded, Request, Stage, Verdict};
use crate::write::{Outlet, Place, Summary, Swap, WriteError};

pub(super) fn run(common: &Common, options: &Build) -> Status {
    let printer = Printer::new(common);
    let line = Line::new(printer);
    let began = Instant::now();
    let Opened { edition, request, memo, diagnostics } = match open(common, printer, report::Format::Human, Mode::Remember, &line) {
        Ok(opened) => opened,
        Err(status) => return status,
    };
    let read = began.elapsed();
    let loaded = &edition.loaded;
    let target = options.output.clone().unwrap_or_else(|| loaded.config.root.join(&loaded.config.output));
    let written = write(&edition, &request, &target, options, diagnostics, &line);
    // What was made stands, also where the site is not to be written. Where it cannot be kept, the next run makes it again.
    let used = if request.only.is_empty() { Use::Whole } else { Use::Part };
    let saved = memo.save(used);
    line.wipe();
    let (verdict, done) = match written {
        Ok(written) => written,
        Err(error) => {
            printer.fail(&error.to_string(), error.help());
            return Status::Failed;
        }
    };
    report::human(&verdict, &loaded.texts(), printer);
    if let Some((built, summary)) = done {
        printer.say(&told(&built, &summary, loaded, &target, began));
        for trouble in &summary.trouble {
            printer.say(&format!("warning: {trouble}"));
        }
        if printer.verbose {
            printer.say(&format!(
                "read in {read:.1?}, rendered and written in {:.1?}; of {} pages {} were read, {} written and {} rendered anew",
                began.elapsed() - read,
                built.pages,
                loaded.parsed,
                built.bodies,
                built.rendered
            ));
            if let Err(fault) = &saved {
                printer.say(&format!("nothing is remembered for the next run: {fault}"));
            }
        }
    } else {
        printer.say(&format!("nothing was written: `{}` is as it was (--keep-going writes in spite of errors)", shown(&target)));
    }
    if verdict.errors > 0 { Status::Errors } else { Status::Well }
}

type Done = (Verdict, Option<(Built, Summary)>);

/// Renders and writes; with errors, and without `--keep-going`, the output stays as it was.
fn write(
    edition: &Edition,
    request: &Request,
    target: &Path,
    options: &Build,
    mut diagnostics: Diagnostics,
    line: &Line,
) -> Result<Done, WriteError> {
    let loaded = &edition.loaded;
    let mut sources = discover::source_folders(&loaded.config);
    sources.push(pipeline::memo_folder(&loaded.config));
    let place = Place { target, root: &loaded.config.root, sources: &sources };
    let outlet = Outlet::open(&place, kept(loaded, request))?;
    let judge = |diagnostics: &Diagnostics| pipeline::judge(diagnostics.clone(), &loaded.config, options.strict);
    let step = |stage, done, all| line.step(stage, done, all);
    if judge(&diagnostics).errors > 0 && !options.keep_going {
        // It will not be written: what is still to be found is found without touching the disk.
        pipeline::build(edition, request, &Outlet::nowhere(), &step)?.unload(&mut diagnostics);
        return Ok((judge(&diagnostics), None));
    }
    let built = pipeline::build(edition, request, &outlet, &step)?.unload(&mut diagnostics);
    if judge(&diagnostics).errors > 0 && !options.keep_going {
        return Ok((judge(&diagnostics), None));
    }
    step(Stage::Writing, 0, 0);
    let summary = outlet.finish()?;
    diagnostics.extend(summary.foreign.iter().map(|name| {
        Diagnostic::new(Code::OutputForeign, format!("`{name}` in the output is not Recto's; it was left alone"))
            .at(Span::whole(FileName::new(format!("{}/{name}", shown(target)))))
            .help("put files of your own into `static/`".to_owned())
    }));
    Ok((judge(&diagnostics), Some((built, summary))))
}

/// The versions whose files stay although they are not rendered.
fn kept(loaded: &Loaded, request: &Request) -> BTreeSet<VersionId> {
    if request.only.is_empty() {
        return BTreeSet::new();
    }
    let versions = loaded.config.versions.iter().enumerate();
    versions.filter(|(no, version)| version.documented() && !request.wants(*no)).map(|(_, version)| version.id.clone()).collect()
}

fn told(built: &Built, summary: &Summary, loaded: &Loaded, target: &Path, began: Instant) -> String {
    let versions = loaded.config.versions.iter().filter(|version| version.documented()).count();
    let of = if loaded.config.versioned && versions > 1 { format!(" of {versions} versions") } else { String::new() };
    let changes = if summary.swap.is_none() {
        "nothing changed".to_owned()
    } else {
        format!("{} files written, {} unchanged, {} removed", summary.written, summary.unchanged + summary.kept, summary.removed)
    };
    let how = if summary.swap == Some(Swap::PerFile) { ", file by file, since the folder cannot be exchanged as a whole" } else { "" };
    let pages = if built.pages == 1 { "1 page".to_owned() } else { format!("{} pages", built.pages) };
    format!("built {pages}{of} into `{}` in {:.2?}: {changes}{how}", shown(target), began.elapsed())
}

/// A path as people name it: from the current folder where it lies below.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::new());
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}
