//! Addresses of the pages about what changed, and of the files that go with them.

use crate::id::Url;

/// The page on which readers pick two releases.
pub(super) fn upgrade_url() -> Url {
    Url::folder("upgrade")
}

/// The page of deprecations.
pub(super) fn deprecations_url() -> Url {
    Url::folder("deprecations")
}

/// The calendar of deprecations.
pub(super) fn calendar_url() -> Url {
    Url::file("deprecations/deprecations.ics")
}

/// The file number `no`, from 0, of the entries that the script of the upgrade page works with.
pub(super) fn chunk_url(no: usize) -> Url {
    Url::file(&format!("_/changes/entries-{}.js", no + 1))
}
