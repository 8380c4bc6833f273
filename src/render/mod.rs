//! Writes each page, alone: the body of its text, what its template may see, and the template's frame around it.
//!
//! - In: a text and its [`Page`](crate::parse::Page), where its links lead, the [`Site`](crate::resolve::Site), and the [`theme::Theme`].
//! - Out: HTML, and the listings of the whole site (sitemap, versions, redirects).
//! - Never here: files, threads, the clock.
//!
//! [`body`] depends on the text and its links alone, so a page that is the same in ten versions has one body. [`compose`] makes the
//! [`view`] of one page in one version; [`theme`] puts it through a template.

pub mod body;
pub mod changelog;
mod code;
pub mod compose;
pub mod differences;
mod front;
mod gate;
mod highlight;
mod href;
mod html;
mod lean;
pub mod listing;
mod mark;
mod math;
mod moved;
pub mod print;
pub mod prints;
pub mod theme;
mod trail;
mod twin;
pub mod view;

pub use body::{Body, Means, body, body_of};
pub use front::Frame as TwinFrame;
pub use gate::Gate;
pub use highlight::{BlockKey, Blocks, Highlighter};
pub use href::Href;
pub use moved::{absolute, onto};
pub use twin::{Leads, Twin};

use crate::config::{HtmlPolicy, Markdown};
use crate::id::FileName;

/// Pieces of Markdown by themselves, their links as they are written: for tests of the reading and writing of Markdown.
pub struct Fragments {
    markdown: Markdown,
    gate: Gate,
    theme: theme::Theme,
    highlighter: Highlighter,
}

impl Fragments {
    /// Pieces whose raw HTML is treated as `policy` says.
    pub fn new(policy: HtmlPolicy) -> Self {
        Self::with(Markdown { html: policy, ..Markdown::default() })
    }

    /// Pieces that are read with these settings.
    pub fn with(markdown: Markdown) -> Self {
        Self { gate: Gate::new(&markdown), markdown, theme: theme::Theme::built_in(), highlighter: Highlighter::new() }
    }

    /// The HTML of `markdown`.
    pub fn html(&self, markdown: &str) -> String {
        self.body(markdown, None).html
    }

    /// The Markdown of `markdown`, as it would be written beside its page.
    pub fn twin(&self, markdown: &str) -> String {
        self.body(markdown, Some(Leads::Pages)).twin.text.clone()
    }

    fn body(&self, markdown: &str, twins: Option<Leads>) -> Body {
        let file = FileName::new("");
        let mut page = crate::parse::fragment(markdown, &file, &self.markdown);
        std::sync::Arc::make_mut(&mut page.facts).lifted = false;
        let links: Vec<Href> = page.links.iter().map(Href::unresolved).collect();
        let means = Means { markdown: &self.markdown, gate: &self.gate, theme: &self.theme, highlighter: &self.highlighter, twins };
        body(markdown, &file, &page, &links, &means).value
    }
}
