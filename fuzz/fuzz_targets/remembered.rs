//! What an earlier run left: pages, bodies and outcomes as `.recto/` holds them, and the manifest of the output.
//!
//! Bytes of entries are taken here as they come; that packs refuse what is damaged is held by the tests of `memo`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use recto::diagnostic::Diagnostics;
use recto::id::{Digest, FileName};
use recto::memo::decode;
use recto::parse::Page;
use recto::parse::door::Heard;
use recto::pipeline::Outcome;
use recto::render::{Blocks, Body};
use recto::write::Manifest;

fuzz_target!(|bytes: &[u8]| {
    let _ = decode::<Vec<(Page, Diagnostics, FileName, Heard)>>(bytes);
    let _ = decode::<(Body, Diagnostics, FileName)>(bytes);
    let _ = decode::<(Option<(Digest, u64)>, Diagnostics)>(bytes);
    let _ = decode::<Blocks>(bytes);
    let _ = decode::<Outcome>(bytes);
    for entry in Manifest::parse(bytes).iter().flat_map(|manifest| &manifest.files) {
        assert!(entry.path.as_str().split('/').all(|part| !part.is_empty() && part != "." && part != ".."), "{}", entry.path);
    }
});
