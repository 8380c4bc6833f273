//! What can be typed. The only file that knows `clap`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as Group, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Versioned documentation sites from Markdown.
///
/// Every version of the product that customers still run stays documented, at the same address.
#[derive(Debug, Parser)]
#[command(name = "recto", version, about, long_about, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Group)]
pub(super) struct Common {
    /// The site's folder [default: the nearest one upward with a recto.toml]
    #[arg(long, value_name = "DIR", global = true)]
    pub(super) root: Option<PathBuf>,
    /// Render this version only; can be given several times
    #[arg(long, value_name = "ID", global = true)]
    pub(super) only: Vec<String>,
    /// Show what is kept for this audience too; can be given several times
    #[arg(long, value_name = "NAME", global = true)]
    pub(super) audience: Vec<String>,
    /// Show drafts too
    #[arg(short = 'D', long, global = true)]
    pub(super) drafts: bool,
    /// Publish at this address instead of `url` in recto.toml
    #[arg(long, value_name = "URL", global = true)]
    pub(super) base_url: Option<String>,
    /// Whether to print in colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub(super) color: Color,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print all diagnostics, however many, and how long each step took
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write the site, whole or not at all
    Build(Build),
    /// Say what is wrong with the site, and write nothing
    Check(Check),
    /// Make a small working site
    Init(Init),
    /// Print completions for a shell
    Completions(Completions),
}

#[derive(Debug, Group)]
pub(super) struct Build {
    /// Write here [default: `[output] folder` in recto.toml, or public/]
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// Write the site in spite of errors; the exit status is still 1
    #[arg(long)]
    pub(super) keep_going: bool,
    /// Take warnings for errors
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Debug, Group)]
pub(super) struct Check {
    /// How to print what is wrong
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: Format,
    /// Take warnings for errors
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// One JSON document
    Json,
}

#[derive(Debug, Group)]
pub(super) struct Init {
    /// The folder to make the site in
    #[arg(value_name = "DIR", default_value = ".")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, Group)]
pub(super) struct Completions {
    /// The shell
    pub(super) shell: Shell,
}

/// What `arguments` (the program's name first) ask for; else what to print: help, the version, or what is wrong with them.
pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    Args::try_parse_from(arguments)
}

/// The completions of `shell` for all that can be typed.
pub(super) fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "recto", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Args::command().debug_assert();
    }
}
