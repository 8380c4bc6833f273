//! Reads each file, alone: what a page says of itself, and what it asks of others.
//!
//! - In: one text, and how Markdown is to be read.
//! - Out: a [`Page`]: its [`Facts`], which other pages may see, and its links, which nobody has looked up yet.
//! - Never here: other pages, versions, addresses. Equal texts give equal pages, whatever version they belong to.
//!
//! [`document::read`] turns Markdown into events; `render` goes through the same events again when it writes the page, so the
//! two cannot disagree.

pub mod asset;
mod autolink;
pub mod changelog;
pub mod code;
mod directive;
pub mod document;
pub mod door;
pub mod fence;
mod foreign;
mod front_matter;
mod heading;
mod html;
mod marks;
pub mod nav;
mod page;
mod snippet;
mod variable;

pub use changelog::{ChangeEntry, ChangeKind, ReleaseFacts, Role, rank, release_of};
pub use front_matter::{EditLink, Guide, Key, PageKind, TocDepth, Verified};
pub use heading::Heading;
pub use page::{Facts, Front, Page, page};
pub(crate) use page::{fragment, front, with_document, with_names};
