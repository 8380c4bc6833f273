//! Where the links of a text lead, as they are written on its page: what a body and its Markdown are written with.

use serde::{Deserialize, Serialize};

use crate::parse::document::{Link, LinkKind};
use crate::resolve::link::{elsewhere, encoded};

/// Where a link of the text leads, as it is written on its page.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Href {
    /// To this address; for an image of the site, with its width and height in CSS pixels.
    To(String, Option<(u32, u32)>),
    /// To a page of the site, which has a twin beside it: its address, which ends its path in `/` or `/index.html`.
    Page(String),
    /// To an image on another host, which is not loaded: its address.
    Remote(String),
    /// Nowhere.
    Nowhere,
}

impl Href {
    /// The address, as HTML has it; none for what leads nowhere, or is not loaded.
    pub(super) fn address(&self) -> Option<&str> {
        match self {
            Href::To(url, _) | Href::Page(url) => Some(url),
            Href::Remote(_) | Href::Nowhere => None,
        }
    }

    /// A link that nobody has looked up: the address as the writer wrote it. What would be loaded from another host is not.
    pub fn unresolved(link: &Link) -> Self {
        match link.kind {
            LinkKind::Resource if elsewhere(&link.target) => Href::Remote(encoded(&link.target)),
            _ => Href::To(encoded(&link.target), None),
        }
    }
}
