//! Recto turns Markdown into one static documentation site in which every version of a product stays documented, at the same address.
//!
//! The modules below are in the order in which they are best read; each uses only those before it.
//!
//! ```text
//! config ──> discover ──> parse ──> resolve ──> render ──> write
//! Config     Listing,     Page      Site        Output     Manifest
//!            Source
//! ```
//!
//! Beside render, [`search`] makes the index of a reader's search. [`pipeline`] runs these steps, many files at once; [`serve`] runs them again at each change and shows what comes out; [`cli`] turns what was typed into a run, and what was found into a report.

pub mod id;

pub mod diagnostic;

pub mod data;
pub mod memo;

pub mod config;
pub mod write;

pub mod discover;

pub mod parse;

pub mod resolve;

pub mod compare;

pub mod render;

pub mod search;

pub mod check;

pub mod pipeline;

pub mod serve;

pub mod cli;
