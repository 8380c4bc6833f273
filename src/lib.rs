//! Recto: versioned documentation sites from Markdown.
pub mod cli;
pub mod config;
pub mod data;
pub mod diagnostic;
pub mod discover;
pub mod id;
pub mod parse;
pub mod pipeline;
pub mod render;
pub mod resolve;
pub mod write;
