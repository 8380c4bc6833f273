//! Recto: versioned documentation sites from Markdown.
pub mod id;
pub mod diagnostic;
pub mod data;
pub mod config;
pub mod discover;
pub mod parse;
pub mod resolve;
pub mod render;
pub mod write;
pub mod pipeline;
pub mod cli;
