//! The `recto` program: hands its arguments to the library, and ends with the status it is told.

use std::process::ExitCode;

fn main() -> ExitCode {
    recto::cli::run(std::env::args_os())
}
