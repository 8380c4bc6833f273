//! Markdown to HTML, however raw HTML is treated: nothing makes the reader or the writer panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use recto::config::{HtmlPolicy, Markdown};
use recto::render::Fragments;

thread_local! {
    static FRAGMENTS: [Fragments; 3] = [HtmlPolicy::Safe, HtmlPolicy::Allow, HtmlPolicy::Escape]
        .map(|html| Fragments::with(Markdown { html, math: true, ..Markdown::default() }));
}

fuzz_target!(|text: &str| {
    FRAGMENTS.with(|all| {
        for fragments in all {
            let html = fragments.html(text);
            assert!(html.len() <= 400 * text.len() + 4_096, "{} bytes of {}", html.len(), text.len());
        }
    });
});
