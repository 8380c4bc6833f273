//! Files about the whole site, for machines: each in a file of its own.

mod addresses;
mod calendar;
mod feed;
mod hosts;
mod llms;
mod robots;
mod sitemap;
mod tree;
mod versions;

pub use addresses::{addresses, url as addresses_url};
pub use calendar::{CalendarEvent, calendar};
pub use feed::{Feed, FeedEntry, atom_feed, json_feed};
pub use hosts::{SVG_POLICY, headers, policy, redirects};
pub use llms::{full_head, full_url, llms, llms_url};
pub use robots::robots;
pub use sitemap::sitemaps;
pub use tree::{long, tree, tree_file};
pub use versions::versions;

/// A script that hands `data` to the scripts of the page which asked for it, by the event `recto:NAME`.
fn script(name: &str, data: &impl serde::Serialize) -> String {
    let json = serde_json::to_string(data).unwrap_or_default();
    format!("document.dispatchEvent(new CustomEvent(\"recto:{name}\",{{detail:{json}}}))\n")
}
