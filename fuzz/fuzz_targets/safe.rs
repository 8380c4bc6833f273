//! Markdown under `html = "safe"`: what comes out is judged as the pages of `tests/hostile.rs` are.

#![no_main]

use libfuzzer_sys::fuzz_target;
use recto::config::Markdown;
use recto::render::Fragments;

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/judge/mod.rs"]
mod judge;

thread_local! {
    static FRAGMENTS: Fragments = Fragments::with(Markdown { math: true, ..Markdown::default() });
}

fuzz_target!(|text: &str| {
    let html = FRAGMENTS.with(|fragments| fragments.html(text));
    assert_eq!(judge::fragment_faults(&html), Vec::<String>::new(), "{html}");
});
