//! Images, of Markdown and of raw HTML.

use super::{Href, Writer};
use crate::parse::document::{Attribute, Tag};

impl Writer<'_> {
    pub(super) fn image(&mut self, no: usize, attributes: &[(&'static str, String)]) {
        let alt = self.document.description(&mut self.at);
        let title = &self.document.links[no].title;
        let mut others: Vec<(String, Attribute)> = Vec::new();
        for (name, value) in attributes {
            others.push(((*name).to_owned(), Attribute::Text(value.clone())));
        }
        self.picture(no, &alt, title, &others);
    }

    /// An image of the site; in place of one that may not be loaded or is not there, its description.
    fn picture(&mut self, no: usize, alt: &str, title: &str, others: &[(String, Attribute)]) {
        let size = match &self.links[no] {
            Href::To(_, size) => *size,
            _ => None,
        };
        match &self.links[no] {
            Href::To(url, _) | Href::Page(url) => {
                self.out.tag("<img");
                self.out.address("src", url, self.schemes);
                self.out.attribute("alt", alt);
                if !title.is_empty() {
                    self.out.attribute("title", title);
                }
                for (name, value) in measures(size, others) {
                    self.out.attribute(name, &value.to_string());
                }
                for (name, value) in others {
                    if let Attribute::Text(value) = value {
                        self.out.attribute(name, value);
                    }
                }
                for (name, value) in [("loading", "lazy"), ("decoding", "async")] {
                    if !others.iter().any(|(given, _)| given == name) {
                        self.out.attribute(name, value);
                    }
                }
                self.out.tag(">");
            }
            Href::Remote(url) => {
                self.out.tag("<a");
                self.out.address("href", url, self.schemes);
                self.out.tag(">");
                self.out.text(if alt.is_empty() { url } else { alt });
                self.out.tag("</a>");
            }
            Href::Nowhere => self.out.text(alt),
        }
    }

    pub(super) fn image_tag(&mut self, tag: &Tag) {
        let text = |wanted: &str| {
            tag.attributes.iter().find_map(|(name, value)| match value {
                Attribute::Text(text) if name == wanted => Some(text.as_str()),
                _ => None,
            })
        };
        let source = tag.attributes.iter().find_map(|(name, value)| match value {
            Attribute::Link(no) if name == "src" => Some(*no),
            _ => None,
        });
        let Some(source) = source else { return };
        let others: Vec<(String, Attribute)> =
            tag.attributes.iter().filter(|(name, _)| !matches!(name.as_str(), "src" | "alt" | "title")).cloned().collect();
        self.picture(source, text("alt").unwrap_or(""), text("title").unwrap_or(""), &others);
    }
}

/// The measures of an image that its writer does not give, in CSS pixels: its own, in proportion to the one that is given.
fn measures(size: Option<(u32, u32)>, given: &[(String, Attribute)]) -> Vec<(&'static str, u32)> {
    let Some((width, height)) = size else { return Vec::new() };
    let given = |wanted: &str| {
        given.iter().find_map(|(name, value)| match value {
            Attribute::Text(value) if name == wanted => Some(value.parse::<u64>().unwrap_or(0)),
            _ => None,
        })
    };
    let scaled = |own: u32, given: u64, of: u32| u32::try_from((u64::from(own) * given).div_ceil(u64::from(of.max(1)))).unwrap_or(u32::MAX);
    match (given("width"), given("height")) {
        (None, None) => vec![("width", width), ("height", height)],
        (Some(given), None) => vec![("height", scaled(height, given, width))],
        (None, Some(given)) => vec![("width", scaled(width, given, height))],
        (Some(_), Some(_)) => Vec::new(),
    }
}
