//! `recto build`: writes the site, whole or not at all.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::args::{Build, Common};
use super::output::Printer;
use super::progress::Line;
use super::site::{Gathered, Opened, gather};
use super::{Status, report};
use crate::config::{Config, LinkStyle};
use crate::diagnostic::place::Texts;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::discover;
use crate::id::{Digest, FileName, VersionId};
use crate::memo::{Memo, Mode, Use};
use crate::pipeline::{self, Outcome, Request, Stage, Verdict};
use crate::write::{Outlet, Place, Summary, Swap, WriteError};

/// Where a portable site is written, unless something else is said: never over the one that is to be published.
const PORTABLE: &str = "portable";

pub(super) fn run(common: &Common, options: &Build) -> Status {
    let printer = Printer::new(common);
    let line = Line::new(printer);
    let began = Instant::now();
    let links = if options.portable { LinkStyle::Files } else { LinkStyle::Folders };
    let open = |config: &Config, request: &Request| {
        let folder = if options.portable { PORTABLE } else { &config.output.folder };
        let target = options.output.clone().unwrap_or_else(|| config.root.join(folder));
        let mut sources = discover::source_folders(config);
        sources.push(pipeline::memo_folder(config));
        let outlet = Outlet::open(&Place { target: &target, root: &config.root, sources: &sources }, kept(config, request));
        (target, outlet)
    };
    let (gathered, (target, outlet)) = match gather(common, printer, report::Format::Human, Mode::Remember, links, &line, open) {
        Ok(gathered) => gathered,
        Err(status) => return status,
    };
    match outlet.and_then(|outlet| built(gathered, outlet, &target, options, printer, &line)) {
        Ok(Done { verdict, texts, written }) => {
            line.wipe();
            report::human(&verdict, &texts, printer);
            match written {
                Some(written) => written.tell(&target, began, printer),
                None => {
                    printer.say(&format!("nothing was written: `{}` is as it was (--keep-going writes in spite of errors)", shown(&target)));
                }
            }
            if verdict.errors > 0 { Status::Errors } else { Status::Well }
        }
        Err(error) => {
            line.wipe();
            printer.fail(&error.to_string(), error.help());
            Status::Failed
        }
    }
}

/// What a build came to.
struct Done {
    verdict: Verdict,
    /// The texts that the verdict points into.
    texts: Texts,
    /// None where nothing was written.
    written: Option<Written>,
}

/// What was written, for people.
struct Written {
    pages: usize,
    /// How many versions the site has; 1 where readers see none.
    versions: usize,
    summary: Summary,
    /// What was done anew; none where all was as the run before left it.
    anew: Option<String>,
}

/// Renders and writes, as far as that has to be done; with errors, and without `--keep-going`, the output stays as it was.
fn built(gathered: Gathered, mut outlet: Outlet, target: &Path, options: &Build, printer: Printer, line: &Line) -> Result<Done, WriteError> {
    let config = &gathered.files.config;
    let memo = gathered.memo.clone();
    let run = gathered.files.digest(&gathered.purpose, &gathered.request);
    if let Some(outcome) = run.and_then(|run| Outcome::recalled(&memo, run)) {
        let judged = pipeline::judge(outcome.diagnostics, config, options.strict);
        if judged.errors == 0 || options.keep_going {
            line.step(Stage::Writing, 0, 0);
            match pipeline::again(outlet, outcome.manifest)? {
                Ok(summary) => {
                    let mut diagnostics = judged.diagnostics;
                    diagnostics.extend(foreign(&summary, target));
                    let texts = gathered.files.texts(&diagnostics);
                    let verdict = pipeline::judge(diagnostics, config, options.strict);
                    let written = Written { pages: outcome.pages, versions: versions(config), summary, anew: None };
                    return Ok(Done { verdict, texts, written: Some(written) });
                }
                Err(still) => outlet = still,
            }
        }
    }
    let began = Instant::now();
    let opened = gathered.open(line);
    let made = began.elapsed();
    // What a portable site is made of is not all that the published one is.
    let used = if opened.request.only.is_empty() && !options.portable { Use::Whole } else { Use::Part };
    let mut done = rendered(opened, outlet, target, options, run, &memo, line);
    if let Ok(Done { written: Some(Written { anew: Some(anew), .. }), .. }) = &mut done {
        *anew = format!("site made in {made:.1?}, rendered and written in {:.1?}; {anew}", began.elapsed() - made);
    }
    // What was made stands, also where the site is not to be written. Where it cannot be kept, the next run makes it again.
    if let Err(fault) = memo.save(used)
        && printer.verbose
    {
        printer.say(&format!("nothing is remembered for the next run: {fault}"));
    }
    done
}

fn rendered(
    opened: Opened,
    outlet: Outlet,
    target: &Path,
    options: &Build,
    run: Option<Digest>,
    memo: &Memo,
    line: &Line,
) -> Result<Done, WriteError> {
    let Opened { edition, request, mut diagnostics } = opened;
    let loaded = &edition.loaded;
    let judge = |diagnostics: Diagnostics| pipeline::judge(diagnostics, &loaded.config, options.strict);
    let refused = |diagnostics: &Diagnostics| judge(diagnostics.clone()).errors > 0 && !options.keep_going;
    let step = |stage, done, all| line.step(stage, done, all);
    let nothing = |diagnostics| Done { verdict: judge(diagnostics), texts: loaded.texts(), written: None };
    if refused(&diagnostics) {
        // It will not be written: what is still to be found is found without touching the disk.
        pipeline::build(&edition, &request, &Outlet::nowhere(), &step)?.unload(&mut diagnostics);
        return Ok(nothing(diagnostics));
    }
    let built = pipeline::build(&edition, &request, &outlet, &step)?.unload(&mut diagnostics);
    if refused(&diagnostics) {
        return Ok(nothing(diagnostics));
    }
    step(Stage::Writing, 0, 0);
    let summary = outlet.finish()?;
    if let Some((run, manifest)) = run.zip(summary.manifest) {
        Outcome { pages: built.pages, manifest, diagnostics: diagnostics.clone() }.remember(memo, run);
    }
    diagnostics.extend(foreign(&summary, target));
    let anew = format!("done anew: {} texts read, {} bodies written, {} pages rendered", loaded.parsed, built.bodies, built.rendered);
    let written = Written { pages: built.pages, versions: versions(&loaded.config), summary, anew: Some(anew) };
    Ok(Done { verdict: judge(diagnostics), texts: loaded.texts(), written: Some(written) })
}

/// Tells of files in the output that are not ours.
fn foreign(summary: &Summary, target: &Path) -> Diagnostics {
    let told = |name: &String| {
        Diagnostic::new(Code::OutputForeign, format!("`{name}` in the output is not Recto's; it was left alone"))
            .at(Span::whole(FileName::new(format!("{}/{name}", shown(target)))))
            .help("put files of your own into `static/`".to_owned())
    };
    summary.foreign.iter().map(told).collect()
}

/// The versions whose files stay although they are not rendered.
fn kept(config: &Config, request: &Request) -> BTreeSet<VersionId> {
    if request.only.is_empty() {
        return BTreeSet::new();
    }
    let versions = config.versions.iter().enumerate();
    versions.filter(|(no, version)| version.documented() && !request.wants(*no)).map(|(_, version)| version.id.clone()).collect()
}

fn versions(config: &Config) -> usize {
    if config.versioned { config.versions.iter().filter(|version| version.documented()).count() } else { 1 }
}

impl Written {
    fn tell(&self, target: &Path, began: Instant, printer: Printer) {
        let Self { pages, versions, summary, anew } = self;
        let of = if *versions > 1 { format!(" of {versions} versions") } else { String::new() };
        let changes = if summary.swap.is_none() {
            "nothing changed".to_owned()
        } else {
            format!("{} files written, {} unchanged, {} removed", summary.written, summary.unchanged + summary.kept, summary.removed)
        };
        let how = if summary.swap == Some(Swap::PerFile) { ", file by file, since the folder cannot be exchanged as a whole" } else { "" };
        let pages = if *pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") };
        printer.say(&format!("built {pages}{of} into `{}` in {:.2?}: {changes}{how}", shown(target), began.elapsed()));
        for trouble in &summary.trouble {
            printer.say(&format!("warning: {trouble}"));
        }
        if printer.verbose {
            printer.say(anew.as_deref().unwrap_or("all that is read is as it was, and so is the output"));
        }
    }
}

/// A path as people name it: from the current folder where it lies below.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::new());
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}
