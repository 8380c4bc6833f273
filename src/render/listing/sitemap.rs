//! `sitemap.xml`: every page that search engines should find (sitemaps.org protocol 0.9).

use jiff::civil::Date;

use crate::config::{Config, SiteUrl};
use crate::id::Url;
use crate::resolve::Site;

/// The most addresses that one sitemap may list.
const MOST: usize = 50_000;

/// The sitemap; with more than 50,000 pages several of them, and `sitemap.xml` names them. None without `url`.
pub fn sitemaps(site: &Site, config: &Config) -> Vec<(Url, String)> {
    let Some(base) = &config.url else { return Vec::new() };
    let found = (0..site.catalog.pages.len()).filter(|no| !site.catalog.pages[*no].facts.hidden && site.indexed(*no, config));
    let pages = found.map(|no| (site.catalog.pages[no].url.clone(), site.catalog.pages[no].updated));
    let pages: Vec<Listed> = pages.chain(site.releases.pages(config).into_iter().map(|url| (url, None))).collect();
    let chunks: Vec<String> = pages.chunks(MOST).map(|chunk| urlset(base, chunk)).collect();
    match chunks.len() {
        0 => vec![(Url::file("sitemap.xml"), urlset(base, &[]))],
        1 => chunks.into_iter().map(|chunk| (Url::file("sitemap.xml"), chunk)).collect(),
        _ => split(base, chunks),
    }
}

/// An address, and the day on which what is there changed last.
type Listed = (Url, Option<Date>);

fn urlset(base: &SiteUrl, pages: &[Listed]) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (url, updated) in pages {
        xml.push_str("<url><loc>");
        xml.push_str(&escaped(&base.absolute(url)));
        xml.push_str("</loc>");
        if let Some(date) = updated {
            xml.push_str(&format!("<lastmod>{date}</lastmod>"));
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

fn split(base: &SiteUrl, chunks: Vec<String>) -> Vec<(Url, String)> {
    let mut files = Vec::new();
    let mut index =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (no, chunk) in chunks.into_iter().enumerate() {
        let url = Url::file(&format!("_/sitemap-{}.xml", no + 1));
        index.push_str(&format!("<sitemap><loc>{}</loc></sitemap>\n", escaped(&base.absolute(&url))));
        files.push((url, chunk));
    }
    index.push_str("</sitemapindex>\n");
    files.push((Url::file("sitemap.xml"), index));
    files
}

/// An address as XML text: it is percent-encoded, so only `&` and `'` could mean anything else.
fn escaped(url: &str) -> String {
    url.replace('&', "&amp;").replace('\'', "&apos;")
}
