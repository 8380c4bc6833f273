//! Targets of requests: whatever is asked for leads to a file of the output, or nowhere.

#![no_main]

use libfuzzer_sys::fuzz_target;
use recto::serve::{Target, target};

fuzz_target!(|asked: &str| {
    for base in ["/", "/docs/"] {
        let paths = match target(asked, base) {
            Target::To(path) => vec![path],
            Target::Or(file, page) => vec![file, page],
            Target::Root | Target::Nowhere => Vec::new(),
        };
        for path in paths {
            let inside = path.as_str().split('/').all(|part| !part.is_empty() && part != "." && part != "..");
            assert!(inside && !path.as_str().contains(['\\', '\0', ':']), "{asked:?}: {path}");
        }
    }
});
