//! What runs before have made, by the digest of all that it was made from; on disk, under `.recto/`.
//!
//! ```text
//! open ──> recall, remember, … (several threads) ──> save
//!  packs of runs before        a new pack, aside       it gets its name; packs of little use go
//! ```
//!
//! - In: digests, and bytes. A step that finds its digest here need not be done.
//! - Out: the same bytes, or nothing: what is damaged, cut off, or of another build of Recto is as if it were not there.
//! - Never here: what the bytes mean, and which steps there are. Nothing that is remembered decides what the site is: it is only sooner.
//!
//! Everything that a step uses goes into its [`key`]. So nothing is ever out of date; it is only not asked for any more, and then
//! [`Memo::save`] lets go of it.

mod code;
mod pack;
mod store;

pub use code::{decode, encode, key};
pub use store::{Memo, Mode, Use};
