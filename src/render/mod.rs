//! Writes each page, alone: the body of its text, what its template may see, and the template's frame around it.
//!
//! - In: a text and its [`Page`](crate::parse::Page), where its links lead, the [`Site`](crate::resolve::Site), and the [`theme::Theme`].
//! - Out: HTML, and the listings of the whole site (sitemap, versions, redirects).
//! - Never here: files, threads, the clock.
//!
//! [`body`] depends on the text and its links alone, so a page that is the same in ten versions has one body. [`compose`] makes the
//! [`view`] of one page in one version; [`theme`] puts it through a template.

pub mod body;
mod code;
pub mod compose;
mod gate;
mod highlight;
mod html;
pub mod listing;
pub mod theme;
pub mod view;

pub use body::{Body, Href, body};
pub use gate::Gate;
pub use highlight::Highlighter;

use crate::config::{HtmlPolicy, Markdown};
use crate::id::FileName;
use crate::parse::code::Code;

/// The HTML of a piece of Markdown by itself, its links as they are written: for tests of the reading and writing of Markdown.
pub fn fragment(markdown: &str, policy: HtmlPolicy) -> String {
    let settings = Markdown { html: policy, ..Markdown::default() };
    let mut page = crate::parse::fragment(markdown, &FileName::new(""), &settings);
    std::sync::Arc::make_mut(&mut page.facts).lifted = false;
    let links: Vec<Href> = page.links.iter().map(Href::unresolved).collect();
    body(markdown, &page, &links, &settings, &Gate::new(&settings)).html
}

/// The HTML of a block of code by itself: for tests and measurements of highlighting.
pub fn block(code: &Code, highlighter: &Highlighter) -> String {
    let mut out = html::Markup::default();
    code::code(code, highlighter, &mut out);
    out.into_string()
}
