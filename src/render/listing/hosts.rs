//! `_headers` and `_redirects`: for hosts that read them (Netlify, Cloudflare Pages and others). Others serve them as files.

use super::super::theme::Theme;
use crate::config::{Config, HtmlPolicy};

/// Headers that keep browsers from guessing types and from lending the site's origin to its files.
pub fn headers(config: &Config, theme: &Theme) -> String {
    let base = config.url.as_ref().map_or("/", |url| url.base.as_str());
    let mut rules = format!(
        "{base}*\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: strict-origin-when-cross-origin\n  \
         Permissions-Policy: camera=(), geolocation=(), microphone=()\n"
    );
    if let Some(policy) = policy(config) {
        rules.push_str(&format!("  Content-Security-Policy: {policy}\n"));
    }
    for url in theme.lasting() {
        let path = url.as_str().trim_start_matches('/');
        rules.push_str(&format!("{base}{path}\n  Cache-Control: public, max-age=31536000, immutable\n"));
    }
    rules.push_str(&format!("{base}*.svg\n  Content-Security-Policy: {SVG_POLICY}\n"));
    rules
}

/// The Content-Security-Policy of the site's pages; none where the authors of pages are trusted with all of HTML.
pub fn policy(config: &Config) -> Option<String> {
    if config.markdown.html == HtmlPolicy::Allow {
        return None;
    }
    let images: String = config.markdown.remote_images.iter().map(|host| format!(" https://{host}")).collect();
    let mut policy = String::from("default-src 'self';");
    if !images.is_empty() {
        policy.push_str(&format!(" img-src 'self'{images};"));
    }
    if config.markdown.mermaid.is_some() {
        // Drawn diagrams carry styles of their own.
        policy.push_str(" style-src 'self' 'unsafe-inline';");
    }
    policy.push_str(" object-src 'none'; base-uri 'none'; frame-ancestors 'self'");
    Some(policy)
}

/// The policy of SVG images, which run nothing even where they are opened by themselves.
pub const SVG_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

/// The current version's id leads to the root, for addresses that no redirect page stands at: a temporary redirect, since it will be
/// another version's one day. None on a site without versions.
pub fn redirects(config: &Config) -> Option<String> {
    if !config.versioned {
        return None;
    }
    let base = config.url.as_ref().map_or("/", |url| url.base.as_str());
    let id = &config.versions[config.current()].id;
    Some(format!("{base}{id}/* {base}:splat 302\n"))
}
