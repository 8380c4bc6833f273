//! Places in source files.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::id::FileName;

/// A place in a file: bytes of its text, half open, as the text is held (UTF-8, line ends as `\n`, no byte order mark).
///
/// Lines and columns exist only when a report is printed. An empty range at 0 in a file without text means the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The file.
    pub file: FileName,
    /// The bytes, half open.
    pub range: Range<usize>,
}

impl Span {
    /// The bytes `range` of `file`.
    pub fn new(file: FileName, range: Range<usize>) -> Self {
        Self { file, range }
    }

    /// The file as a whole.
    pub fn whole(file: FileName) -> Self {
        Self::new(file, 0..0)
    }
}
