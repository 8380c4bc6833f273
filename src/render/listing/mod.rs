//! Files about the whole site, for machines: each in a file of its own.

mod hosts;
mod llms;
mod robots;
mod sitemap;
mod versions;

pub use hosts::{SVG_POLICY, headers, policy, redirects};
pub use llms::{full_head, full_url, llms, llms_url};
pub use robots::robots;
pub use sitemap::sitemaps;
pub use versions::versions;
