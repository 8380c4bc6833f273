//! Info strings of fences: none makes the reader panic, and every place that it tells lies on whole characters.

#![no_main]

use libfuzzer_sys::fuzz_target;
use recto::parse::fence::fence;

fuzz_target!(|info: &str| {
    let (fence, faults) = fence(info);
    for fault in faults {
        assert!(info.get(fault.range.clone()).is_some(), "{:?} of {info:?}", fault.range);
    }
    if let Some((_, range)) = fence.file {
        assert!(info.get(range.clone()).is_some(), "{range:?} of {info:?}");
    }
});
