//! Whole pages: front matter, text, variables, conditions and included files.
//!
//! None makes the reader panic; every place that is told lies on whole characters; and the page reads the same a second time.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use recto::config::Markdown;
use recto::diagnostic::{Code, Diagnostic};
use recto::id::{Digest, FileName};
use recto::parse::door::{Answer, Included, Question};
use recto::parse::{Role, page};

fuzz_target!(|text: &str| {
    let file = FileName::new("page.md");
    let markdown = Markdown { math: true, ..Markdown::default() };
    for role in [Role::Page, Role::Release, Role::Changelog] {
        let read = || page(text, &file, role, &markdown, &|question: &Question| answer(question, text));
        let (read, again) = (read(), read());
        // By what they show: a number that is none (`nan`) does not equal itself.
        assert_eq!(format!("{:?}", read.value.facts), format!("{:?}", again.value.facts), "{text:?}");
        for diagnostic in read.diagnostics.iter() {
            let labels = diagnostic.labels.iter().map(|(span, _)| span);
            for span in diagnostic.span.iter().chain(labels) {
                assert!(text.get(span.range.clone()).is_some(), "{:?} of {text:?}: {}", span.range, diagnostic.message);
            }
        }
    }
});

/// Answers with what is worst to get: hostile values, and for every file the page itself.
fn answer(question: &Question, text: &str) -> Answer {
    match question {
        Question::Variable(name) if name.len() < 3 => Answer::Value("\"><script>{$a} [x](javascript:y)".into()),
        Question::Versions(range) | Question::Audience(range) => Answer::Shown(range.len() % 2 == 0, None),
        Question::File { path, .. } if path.len() < 6 => Answer::File(Arc::new(Included {
            file: FileName::new(path.as_str()),
            path: None,
            text: text.into(),
            digest: Digest::of(text.as_bytes()),
        })),
        Question::Variable(_) | Question::File { .. } => Answer::Refused(Diagnostic::new(Code::IncludeNotFound, "not here")),
    }
}
