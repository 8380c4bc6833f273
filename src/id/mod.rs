//! Names of things: versions, pages, files, addresses, digests.
//!
//! Floor 1 of the house: everyone may name a thing, so nothing here knows what the thing is. A type that *holds* a page or a
//! version lives in the step that makes it.

mod digest;
mod page;
mod path;
mod reserved;
mod url;
mod version;

pub use digest::Digest;
pub use page::PageId;
pub use path::{FileName, OutPath, PathFault, SourcePath};
pub use reserved::{TWIN, language_tag, reserved, reserved_anywhere};
pub use url::{Url, decode, encode_segment};
pub use version::{VersionFault, VersionId};
