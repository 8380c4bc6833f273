//! The commands: from what was typed to what is meant, and from what was found to what is printed.
//!
//! Only here are the environment, the current folder and the clock asked. Exit status: 0 well, 1 the site has errors, 2 the command was
//! wrong or could not run.

mod args;
mod build;
mod check;
mod completions;
mod init;
mod new;
mod output;
mod progress;
mod report;
mod serve;
mod site;
mod version;

use std::ffi::OsString;
use std::process::ExitCode;

use args::Command;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// All is well.
    Well,
    /// The site has errors.
    Errors,
    /// The command was wrong, or could not run.
    Failed,
}

/// Runs the command that `arguments` (the program's name first) ask for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match args::read(arguments) {
        Ok(args) => args,
        Err(told) => {
            // Help and version are no faults; clap knows which stream each goes to.
            let status = if told.use_stderr() { 2 } else { 0 };
            return if told.print().is_ok() { ExitCode::from(status) } else { ExitCode::from(2) };
        }
    };
    let status = match &args.command {
        Command::Serve(options) => serve::run(&args.common, options),
        Command::Build(options) => build::run(&args.common, options),
        Command::Check(options) => check::run(&args.common, options),
        Command::Init(options) => init::run(&args.common, options),
        Command::New(options) => new::run(&args.common, options),
        Command::Version(options) => version::run(&args.common, options),
        Command::Completions(options) => completions::run(options),
    };
    match status {
        Status::Well => ExitCode::SUCCESS,
        Status::Errors => ExitCode::from(1),
        Status::Failed => ExitCode::from(2),
    }
}
