//! What can be typed. The only file that knows `clap`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as Group, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;

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
    /// Show the site in the browser, up to date with every save
    #[command(visible_alias = "dev")]
    Serve(Serve),
    /// Write the site, whole or not at all
    Build(Build),
    /// Say what is wrong with the site, and write nothing
    Check(Check),
    /// Make a small working site
    Init(Init),
    /// Make a page, a guide or a release from a template
    #[command(subcommand, disable_help_subcommand = true)]
    New(New),
    /// Show the versions, or what differs between two of them
    Version(Version),
    /// Print completions for a shell
    Completions(Completions),
}

#[derive(Debug, Group)]
pub(super) struct Serve {
    /// Listen on this port, or the next one that is free
    #[arg(short, long, value_name = "PORT", default_value_t = 4000)]
    pub(super) port: u16,
    /// Listen on the port that was asked for, or not at all
    #[arg(long)]
    pub(super) strict_port: bool,
    /// Listen on this address; 0.0.0.0 lets other machines in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(super) host: String,
    /// Answer requests for this name of the machine too; can be given several times
    #[arg(long, value_name = "NAME")]
    pub(super) allowed_host: Vec<String>,
    /// Open the site in the browser
    #[arg(long)]
    pub(super) open: bool,
    /// Let open pages go to the page that changes
    #[arg(long)]
    pub(super) follow: bool,
    /// Look at the files every so many milliseconds, where the system does not tell of changes
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "700", value_parser = clap::value_parser!(u64).range(50..=60_000))]
    pub(super) poll: Option<u64>,
    /// Show no problems over the pages
    #[arg(long)]
    pub(super) no_overlay: bool,
    /// The editor that problems open in: vscode, vscodium, cursor, zed, idea, none, or an address with {path}, {line} and {column}
    #[arg(long, value_name = "EDITOR", default_value = "vscode")]
    pub(super) editor: String,
    /// Serve what `recto build` wrote, as it is
    #[arg(long, conflicts_with_all = ["follow", "poll", "no_overlay"])]
    pub(super) built: bool,
    /// With --built: where it was written [default: `[output] folder` in recto.toml, or public/]
    #[arg(short, long, value_name = "DIR", requires = "built")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Group)]
pub(super) struct Build {
    /// Write here [default: `[output] folder` in recto.toml, or public/]
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// Write a folder that works opened from disk, without a server [default: portable/]
    #[arg(long)]
    pub(super) portable: bool,
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

#[derive(Debug, Subcommand)]
pub(super) enum New {
    /// Make a page
    Page(NewText),
    /// Make an integration guide, in guides/ unless PATH says otherwise
    Guide(NewText),
    /// Make a release: a file of changelog/, or a section of CHANGELOG.md
    Release(NewRelease),
}

#[derive(Debug, Group)]
pub(super) struct NewText {
    /// Where, in the content folder: guides/webhooks
    #[arg(value_name = "PATH")]
    pub(super) path: String,
    /// The title [default: made of the file's name]
    #[arg(long, value_name = "TITLE")]
    pub(super) title: Option<String>,
    /// The day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) date: Option<Date>,
}

#[derive(Debug, Group)]
pub(super) struct NewRelease {
    /// The release: 3.2.1; without it, what the next ones could be is told
    #[arg(value_name = "NUMBER")]
    pub(super) number: Option<String>,
    /// The day of the release [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) date: Option<Date>,
}

#[derive(Debug, Group)]
pub(super) struct Version {
    #[command(subcommand)]
    pub(super) command: VersionCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum VersionCommand {
    /// Show the versions, newest first
    List(VersionList),
    /// Show what has changed from one version to another, page by page
    Diff(VersionDiff),
}

#[derive(Debug, Group)]
pub(super) struct VersionList {
    /// How to print them
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: Format,
}

#[derive(Debug, Group)]
pub(super) struct VersionDiff {
    /// The version to compare with
    #[arg(value_name = "OLD")]
    pub(super) from: String,
    /// The version that is compared
    #[arg(value_name = "NEW")]
    pub(super) to: String,
    /// Only these pages, as guides/webhooks.md
    #[arg(value_name = "PAGE")]
    pub(super) pages: Vec<String>,
    /// Show which pages have changed and how much, without their texts
    #[arg(long)]
    pub(super) stat: bool,
    /// Exit with 1 if anything differs
    #[arg(long)]
    pub(super) exit_code: bool,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: Format,
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
