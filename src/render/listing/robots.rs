//! `robots.txt` (RFC 9309): everything may be read; pages that should not be found say so themselves.

use crate::config::Config;
use crate::id::Url;

/// The rules for robots, and where the sitemap is.
pub fn robots(config: &Config) -> String {
    let mut rules = String::from("User-agent: *\nAllow: /\n");
    if let Some(url) = &config.url {
        rules.push_str(&format!("\nSitemap: {}\n", url.absolute(&Url::file("sitemap.xml"))));
    }
    rules
}
