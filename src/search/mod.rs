//! The search: what pages say, as small files that a reader's script asks for the words of a query.
//!
//! - In: a [`Record`] of each page, made in the same reading as its body, and where the page is in each version.
//! - Out: the files of `/_/search/`, for all versions together.
//! - Never here: files on disk, threads, the configuration.
//!
//! The unit that is found is a *section*: a heading with the text below it, up to the next heading. What is the same section in several
//! versions is kept once, in a [`Part`](parts::Part): the sections of one page that the same versions have. Parts are numbered so that those of
//! the same versions lie together; numbers alone then say which versions have a part.
//!
//! The files are classic scripts that hand themselves in, `rectoSearch("w12", …)`, so that they also load in a page opened from disk:
//!
//! - `list.js`: the versions, how parts are numbered, and which file holds which words and which parts;
//! - `w0.js` …: words in order, and for each the sections that hold it or one of its forms, with how much it matters there;
//! - `d0.js` …: the more common words alone, for those that nobody wrote in that way;
//! - `t0.js` …: the text of parts, with titles and addresses.
//!
//! A query takes the list, then the files of its words, then the texts of what is shown. What these weigh on a large site, and in how many
//! rounds they come, is measured by `tests/search/scale.mjs`.

mod file;
mod index;
mod numbers;
mod parts;
mod postings;
mod record;
mod texts;
mod weight;
mod words;

pub use file::FOLDER;
pub use index::{Index, Settings, VersionEntry};
pub use parts::{Plan, Source};
pub use record::{Record, Section, record};
pub use texts::{Texts, texts};
pub use words::Words;
