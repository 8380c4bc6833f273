//! Where a site is published.

use crate::id::Url;

/// The `url` of a site: an origin, and the path below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteUrl {
    /// Scheme, host and port, as `https://acme.example`; no slash at the end.
    pub origin: String,
    /// The path of the site's root there, as `/` or `/docs/`: begins and ends with a slash.
    pub base: String,
}

impl SiteUrl {
    /// The URL that `text` is: http or https, a host, and perhaps a path.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn new(text: &str) -> Result<Self, String> {
        let url = url::Url::parse(text).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase => "it has no scheme".to_owned(),
            other => other.to_string(),
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("its scheme is `{}`", url.scheme()));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it has a `?` or `#` part".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it names a user".to_owned());
        }
        let path = url.path().trim_matches('/');
        let base = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        Ok(Self { origin: url.origin().ascii_serialization(), base })
    }

    /// The absolute address of a place in the site.
    pub fn absolute(&self, url: &Url) -> String {
        format!("{}{}{}", self.origin, self.base, url.as_str().trim_start_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_is_kept_with_one_slash_at_each_end() {
        for (text, base) in [("https://a.example", "/"), ("https://a.example/docs", "/docs/"), ("http://a.example:8080/x/y/", "/x/y/")] {
            assert_eq!(SiteUrl::new(text).map(|url| url.base), Ok(base.to_owned()), "{text}");
        }
        for text in ["docs.example", "ftp://a.example", "https://a.example/?q=1", "https://u@a.example/", "https://"] {
            assert!(SiteUrl::new(text).is_err(), "{text}");
        }
        let site = SiteUrl::new("https://a.example/docs").expect("a URL");
        assert_eq!(site.absolute(&Url::folder("2/guides")), "https://a.example/docs/2/guides/");
    }
}
