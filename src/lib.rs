//! Recto: versioned documentation sites from Markdown.
pub mod id;
pub mod diagnostic;
pub mod data;
pub mod config;
pub mod parse;
