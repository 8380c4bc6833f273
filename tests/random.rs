//! Texts put together at random from all that has a meaning: nothing panics, and every place that is told lies in its text.
//!
//! - In: pieces of syntax, and numbers that are the same in every run.
//! - Never here: what the texts mean.

use recto::config::{HtmlPolicy, Markdown};
use recto::id::FileName;
use recto::parse::Role;
use recto::parse::door::{Answer, Included, Question};
use recto::render::Fragments;

const PIECES: &[&str] = &[
    ":::note",
    ":::tab A",
    ":::tabs",
    ":::",
    "::::",
    ":::version >=2",
    ":::version <2",
    ":::audience x",
    ":::steps",
    ":::cards",
    ":::code-group",
    ":::include a.md",
    ":::details {open}",
    ":::é",
    ":version[",
    "]{>=2}",
    "]{<2}",
    "[",
    "]",
    "(",
    ")",
    "{$x}",
    "{$",
    "\\",
    "`",
    "```",
    "```js {1",
    "~~~",
    " ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    ": ",
    "# ",
    "---",
    "+++",
    "===",
    "| a | b |\n|-|-|\n",
    "<div>",
    "</div>",
    "<!--",
    "-->",
    "<script>",
    "<Tabs>",
    "&amp;",
    "&#123;",
    "*",
    "**",
    "_",
    "$",
    "$$",
    "![a](b.png){width=1}",
    "[^1]",
    "[^1]: ",
    "[a]: b",
    "é",
    "😀",
    ":tada:",
    "a",
    "text",
    "[!NOTE]",
    "https://a.example",
    "{{< x >}}",
    "{#id}",
    "title=\"",
    "numbers",
    "// [!code ++]",
    "\u{1}",
    "\u{3}",
    "\u{feff}",
];

/// Numbers that look random (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn text(&mut self) -> String {
        let count = 1 + self.below(40);
        (0..count)
            .map(|_| {
                let piece = PIECES[self.below(PIECES.len())];
                if self.below(3) == 0 { format!("{piece}\n") } else { piece.to_owned() }
            })
            .collect()
    }
}

fn answer(question: &Question) -> Answer {
    match question {
        Question::Variable(_) => Answer::Value("v*<b>".into()),
        Question::Versions(range) => Answer::Shown(range == ">=2", None),
        Question::Audience(_) => Answer::Shown(false, None),
        Question::File { .. } => {
            let text = "# T\n\n:::note {$x}\n[^1]\n\n[^1]: n\n";
            let digest = recto::id::Digest::of(text.as_bytes());
            Answer::File(std::sync::Arc::new(Included { file: FileName::new("snippets/a.md"), path: None, text: text.into(), digest }))
        }
    }
}

#[test]
fn random_texts_are_read_and_written() {
    let mut numbers = Numbers(0x5eed_1234_abcd_0001);
    let policies = [HtmlPolicy::Safe, HtmlPolicy::Escape, HtmlPolicy::Allow];
    let fragments = policies.map(|html| Fragments::with(Markdown { html, math: true, ..Markdown::default() }));
    let file = FileName::new("a.md");
    for round in 0..20_000 {
        let text = numbers.text();
        let markdown = Markdown { html: policies[round % 3], math: round % 2 == 0, ..Markdown::default() };
        let role = [Role::Page, Role::Release, Role::Changelog][round % 3];
        // Changelogs have headings of releases among all else.
        let text = if role == Role::Changelog { format!("## 1.0.0\n### Changed\n- {text} {{area=x}}\n\n## {text}\n- x {{{text}}}\n") } else { text };
        let page = recto::parse::page(&text, &file, role, &markdown, &answer);
        for told in &page.diagnostics {
            let Some(span) = told.span.as_ref().filter(|span| span.file == file) else { continue };
            assert!(text.get(span.range.clone()).is_some(), "{:?} of {told:?} in {text:?}", span.range);
        }
        for link in page.value.links.iter().filter(|link| link.place.file == 0) {
            assert!(text.get(link.place.range.clone()).is_some(), "{link:?} in {text:?}");
        }
        let html = fragments[round % 3].html(&text);
        // Trusted authors may write what they like.
        assert!(policies[round % 3] == HtmlPolicy::Allow || !html.contains('\u{3}'), "{html} of {text:?}");
    }
}
