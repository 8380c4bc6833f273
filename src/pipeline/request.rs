//! What is asked of a run, apart from the configuration.

use crate::config::VersionNo;
use crate::resolve::Audience;

/// What a run is for.
#[derive(Clone, Debug, Default)]
pub struct Purpose {
    /// Who sees the pages.
    pub audience: Audience,
}

/// What is to be built.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The versions to render; all of them when empty.
    pub only: Vec<VersionNo>,
}

impl Request {
    /// Whether a version is to be rendered.
    pub fn wants(&self, version: VersionNo) -> bool {
        self.only.is_empty() || self.only.contains(&version)
    }
}
