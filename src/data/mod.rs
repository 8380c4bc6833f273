//! TOML and YAML as values that know their places, and a reader that reports all that is wrong in one run.
//!
//! A deserializer stops at the first fault and forgets where a value stood. Settings and front matter are read here instead: text
//! becomes a [`Value`] with byte ranges ([`toml`], [`yaml`]), and a [`Reader`] takes the known keys from it, one by one.
//!
//! - In: text of `recto.toml`, `nav.toml` or front matter.
//! - Out: values, each with its range, and a diagnostic for everything that is not as it should be.
//! - Never here: what a key means.

mod reader;
pub(crate) mod saved;
mod toml;
mod value;
mod yaml;

pub use reader::{Faults, Reader, Spanned};
pub use toml::toml;
pub use value::{Entry, Kind, Table, Value};
pub use yaml::yaml;

use std::ops::Range;

/// Text that is not TOML or YAML: what is wrong, and where (bytes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFault {
    /// What the parser says, without place.
    pub message: String,
    /// Where in the text.
    pub range: Range<usize>,
}
