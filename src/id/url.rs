//! Addresses: where a file of the output is found.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::path::{OutPath, PathFault};

/// An address in the site, from the site's own root: `/guides/webhooks/` for a page, `/guides/shape.png` for a file.
///
/// Always percent-encoded in one way, so that equal addresses are equal text. A base path (`https://acme.example/docs/`) is not part
/// of it: links between pages are relative, and the few absolute ones add it where they are written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url(Arc<str>);

impl Url {
    /// The address of the folder `path` (as it is on disk, not encoded): `guides/webhooks` is at `/guides/webhooks/`.
    pub fn folder(path: &str) -> Self {
        let mut url = String::with_capacity(path.len() + 2);
        url.push('/');
        for part in path.split('/').filter(|part| !part.is_empty()) {
            url.extend(encode_segment(part));
            url.push('/');
        }
        Self(url.into())
    }

    /// The address of the file `path` (as it is on disk, not encoded).
    pub fn file(path: &str) -> Self {
        let folder = Self::folder(path);
        Self(folder.0.trim_end_matches('/').into())
    }

    /// The address of a file beside this page: of `name`, which needs no encoding.
    pub fn beside(&self, name: &str) -> Self {
        Self(format!("{}{name}", self.folder_text()).into())
    }

    /// The address that the path `reference`, written on the page at `self`, leads to (RFC 3986, section 5.2); none if it is no relative
    /// path, or leads out of the site.
    pub fn join(&self, reference: &str) -> Option<Self> {
        let first = reference.split('/').next().unwrap_or_default();
        if reference.starts_with('/') || first.contains(':') || reference.contains(['?', '#']) {
            return None;
        }
        let mut parts: Vec<&str> = self.folder_text().split('/').filter(|part| !part.is_empty()).collect();
        let (folders, name) = reference.rsplit_once('/').unwrap_or(("", reference));
        let (folders, name) = if matches!(name, "." | "..") { (reference, "") } else { (folders, name) };
        for part in folders.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        let mut url = String::from("/");
        for part in parts {
            url.push_str(part);
            url.push('/');
        }
        url.push_str(name);
        Some(Self(url.into()))
    }

    /// The address as text: begins with `/`; ends with `/` where it is a page's.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file that is served here.
    ///
    /// # Errors
    /// When a file system somewhere could not hold the name.
    pub fn out_path(&self) -> Result<OutPath, PathFault> {
        let path = decode(self.0.trim_start_matches('/'));
        if path.is_empty() || path.ends_with('/') { OutPath::new(&format!("{path}index.html")) } else { OutPath::new(&path) }
    }

    /// How a page at `self` writes a link to `to`: relative, so that the site works under any base path (RFC 3986, section 4.2).
    pub fn link_to(&self, to: &Url) -> String {
        // Navigation is made of these links, dozens to a page: bytes are compared where they lie.
        let (from, there) = (self.folder_text(), to.folder_text());
        let equal = from.bytes().zip(there.bytes()).take_while(|(a, b)| a == b).count();
        let shared = from[..floor(from, equal)].rfind('/').map_or(0, |slash| slash + 1);
        let up = from[shared..].matches('/').count();
        let down = &to.0[shared..];
        let mut link = String::with_capacity(3 * up + down.len() + 2);
        for _ in 0..up {
            link.push_str("../");
        }
        // A first segment with a colon would read as a scheme; nothing at all as "this document, whatever its name".
        if up == 0 && (down.is_empty() || down.split('/').next().is_some_and(|first| first.contains(':'))) {
            link.push_str("./");
        }
        link.push_str(down);
        link
    }

    /// The way from a page at this address up to the root of the site: `../../`, or `./` at the root itself.
    pub fn to_root(&self) -> String {
        self.link_to(&Self::folder(""))
    }

    /// The address up to its last slash.
    fn folder_text(&self) -> &str {
        &self.0[..self.0.rfind('/').map_or(0, |slash| slash + 1)]
    }
}

/// The nearest beginning of a character at or before `at`.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One part of a path as it is written in an address: everything but unreserved and harmless characters of RFC 3986 is encoded.
pub fn encode_segment(part: &str) -> impl Iterator<Item = &str> {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~')
        .remove(b'!')
        .remove(b'$')
        .remove(b'(')
        .remove(b')')
        .remove(b'*')
        .remove(b'+')
        .remove(b',')
        .remove(b';')
        .remove(b'=')
        .remove(b':')
        .remove(b'@');
    utf8_percent_encode(part, KEPT)
}

/// `text` with its `%41` sequences read; what is not UTF-8 after that stays as it was written.
pub fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text))
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative() {
        for (from, to, link) in [
            ("/", "/guides/webhooks/", "guides/webhooks/"),
            ("/guides/webhooks/", "/guides/", "../"),
            ("/guides/webhooks/", "/", "../../"),
            ("/guides/", "/2/guides/", "../2/guides/"),
            ("/a/", "/a/", "./"),
            ("/a/", "/a/shape.png", "shape.png"),
            ("/2/a/", "/_/theme/site.css", "../../_/theme/site.css"),
            ("/", "/a:b/", "./a:b/"),
            ("/guides/", "/guides-2/", "../guides-2/"),
            ("/guides/x.png", "/guides/y.png", "y.png"),
            ("/2/", "/", "../"),
        ] {
            assert_eq!(Url(from.into()).link_to(&Url(to.into())), link, "{from} to {to}");
        }
    }

    #[test]
    fn relative_references_lead_back() {
        for (from, reference, to) in [
            ("/a/b/", "../c/", Some("/a/c/")),
            ("/a/", "./", Some("/a/")),
            ("/a/", "..", Some("/")),
            ("/a/", "x.png", Some("/a/x.png")),
            ("/a/", "", Some("/a/")),
            ("/a/", "../../x", None),
            ("/a/", "https://b.example/", None),
            ("/a/", "//b.example/", None),
        ] {
            assert_eq!(Url(from.into()).join(reference).as_ref().map(Url::as_str), to, "{reference} at {from}");
        }
    }

    #[test]
    fn odd_names_are_encoded_once_and_found_again() {
        let url = Url::folder("a b/50% #1/日");
        assert_eq!(url.as_str(), "/a%20b/50%25%20%231/%E6%97%A5/");
        assert_eq!(url.out_path().map(|path| path.to_string()), Ok("a b/50% #1/日/index.html".to_owned()));
        assert_eq!(Url::file("x/y.png").as_str(), "/x/y.png");
        assert_eq!(Url::folder("").out_path().map(|path| path.to_string()), Ok("index.html".to_owned()));
    }
}
