//! The two streams of a command: what it was asked for on the standard output, all else on the error output.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use super::args::{Color, Common};

/// Prints as the common options want it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Printer {
    color: ColorChoice,
    pub(super) quiet: bool,
    pub(super) verbose: bool,
}

impl Printer {
    pub(super) fn new(common: &Common) -> Self {
        let color = match common.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { color, quiet: common.quiet, verbose: common.verbose }
    }

    /// Whether the error output is a terminal that someone looks at.
    pub(super) fn watched(self) -> bool {
        io::stderr().is_terminal()
    }

    /// A line about the run, unless nobody wants one.
    pub(super) fn say(self, line: &str) {
        if !self.quiet {
            self.error_output(&format!("{line}\n"));
        }
    }

    /// What went wrong with the command itself.
    pub(super) fn fail(self, message: &str, help: Option<&str>) {
        let (red, bold, plain) = ("\u{1b}[1;31m", "\u{1b}[1m", "\u{1b}[0m");
        let help = help.map_or_else(String::new, |help| format!("\n{bold}help:{plain} {help}"));
        self.error_output(&format!("{red}error:{plain} {message}{help}\n"));
    }

    /// Whether what the command was asked for is printed in colours.
    pub(super) fn colours(self) -> bool {
        match self.color {
            ColorChoice::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            choice => choice != ColorChoice::Never,
        }
    }

    /// What the command was asked for, perhaps with colours, on the standard output.
    ///
    /// # Errors
    /// When nobody reads it any more.
    pub(super) fn answer(self, text: &str) -> io::Result<()> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.color);
        stream.write_all(text.as_bytes())?;
        stream.flush()
    }

    /// Text, perhaps with colours, on the error output.
    pub(super) fn error_output(self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.color);
        // Nobody is left to be told when this fails.
        let _unheard = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }
}

/// What the command was asked for, on the standard output.
///
/// # Errors
/// When nobody reads it any more.
pub(super) fn answer(bytes: &[u8]) -> io::Result<()> {
    let mut stream = io::stdout().lock();
    stream.write_all(bytes)?;
    stream.flush()
}
