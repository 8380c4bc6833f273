//! Holds our walk through the grammars beside `syntect`'s own, and says what comes out.

use std::collections::HashMap;
use std::sync::Arc;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

use super::class::Class;
use super::grammar::Grammars;
use super::lexer::State;
use super::program::Desk;
use super::{Block, BlockKey, Highlighter, scope};

const SAMPLES: [(&str, &str); 17] = [
    (
        "js",
        "import {a} from \"b\";\n// note\nconst x = new Foo({ key: `t ${y+1} z`, re: /a+/g });\nfunction f(n, m=2) { return this.n * n === true; }\n",
    ),
    ("rust", "#[derive(Debug)]\npub fn a<T>(&self, x: u32) -> Option<String> { let y = x.len(); println!(\"{}\\n\", y); Ok(1) } // hi\n"),
    (
        "python",
        "@dec(1)\nclass A(B):\n    \"\"\"Doc\n    more\"\"\"\n    def f(self, a: int = 3) -> str:\n        return f\"x {a!r} y\" if not a else None\n",
    ),
    ("bash", "export A=\"$HOME/x\" # c\ncurl -sS --data @f | grep -v \"a$B\" && echo $(date +%s)\ncat <<EOF\n$A\nEOF\nfor i in 1 2; do ls; done\n"),
    ("json", "{\"a\": [1, true, null, \"b\\n\"], \"c\": {\"d\": -1.5}}\n"),
    ("yaml", "a: 1\nb:\n  - \"x\"  # c\n  - plain text\nc: true\nd: |\n  text\n  more\n"),
    ("html", "<!doctype html>\n<a href=\"x\" class=y>t &amp; u</a><style>p { color: #fff; }</style><script>let a = 1;</script>\n"),
    ("go", "package main\nimport \"fmt\"\nfunc (s *T) Do(ctx context.Context, n int) error { fmt.Println(\"a %d\", n); return nil }\n"),
    ("diff", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-old\n+new\n same\n"),
    ("toml", "[a.b]\nx = 1\ny = \"z\"\nd = 2020-01-01\n"),
    ("sql", "SELECT a, count(*) FROM t WHERE b = 1 -- x\n"),
    ("css", ".a > b { color: red; margin: 0 2px; }\n"),
    ("proto", "syntax = \"proto3\";\nmessage A { string b = 1; }\n"),
    ("java", "public class A extends B { @Override public int f(String x) { return x.length(); } }\n"),
    ("rb", "class A < B\n  def f(x) = puts \"a #{x} b\", :sym\nend\n"),
    ("php", "<?php\nfunction f(int $x): string { return \"a $x\"; }\n"),
    ("c", "int main(void) { printf(\"a%d\\n\", 1); return 0; }\n#define X 1\n"),
];

/// The classes of each byte of a line, as `syntect` walks.
fn theirs(set: &SyntaxSet, state: &mut ParseState, stack: &mut ScopeStack, known: &mut HashMap<Scope, Class>, line: &str) -> Vec<Class> {
    let mut class = |stack: &ScopeStack| {
        let classes = stack.scopes.iter().rev().map(|name| *known.entry(*name).or_insert_with(|| scope::class(&name.build_string())));
        let told: Vec<Class> = classes.filter(|class| *class != Class::Inherited).collect();
        match (told.first(), told.get(1)) {
            (None | Some(Class::Key), _) => Class::Plain,
            (Some(Class::Text), Some(Class::Key)) => Class::Property,
            (Some(class), _) => *class,
        }
    };
    let mut classes = Vec::new();
    for (at, operation) in state.parse_line(line, set).expect("grammars of two-face parse") {
        while classes.len() < at {
            classes.push(class(stack));
        }
        stack.apply(&operation).expect("operations fit");
    }
    while classes.len() < line.len() {
        classes.push(class(stack));
    }
    classes
}

fn compare(set: &SyntaxSet, grammars: &Grammars, known: &mut HashMap<Scope, Class>, language: &str, code: &str) {
    let (Some(syntax), Some(grammar)) = (set.find_syntax_by_token(language), grammars.find(language)) else { return };
    let (mut state, mut stack) = (ParseState::new(syntax), ScopeStack::new());
    let mut own = State::new(grammars, grammar).expect("a grammar begins");
    let mut desk = Desk::new(u64::MAX);
    for line in code.split_inclusive('\n') {
        let line = if line.ends_with('\n') { line.to_owned() } else { format!("{line}\n") };
        let theirs = theirs(set, &mut state, &mut stack, known, &line);
        let mut ours = Vec::new();
        own.line(grammars, &line, &mut desk, &mut |class, end| {
            let class = if matches!(class, Class::Inherited | Class::Key) { Class::Plain } else { class };
            while ours.len() < end {
                ours.push(class);
            }
        });
        assert_eq!(ours, theirs, "{language}: {line}");
    }
}

/// The fences of a Markdown text: language and code.
fn fences(text: &str) -> Vec<(String, String)> {
    use crate::parse::document::md::{CodeBlockKind, Event, Parser, Tag, TagEnd};
    let mut fences = Vec::new();
    let mut open: Option<(String, String)> = None;
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                open = Some((info.split_whitespace().next().unwrap_or("").to_owned(), String::new()));
            }
            Event::Text(text) => open.iter_mut().for_each(|(_, code)| code.push_str(&text)),
            Event::End(TagEnd::CodeBlock) => fences.extend(open.take()),
            _ => {}
        }
    }
    fences
}

#[test]
fn what_comes_out_is_what_syntect_says() {
    let set = two_face::syntax::extra_newlines();
    let grammars = Grammars::new();
    let mut known = HashMap::new();
    for (language, code) in SAMPLES {
        compare(&set, &grammars, &mut known, language, code);
    }
    // Recto's own manual, and where they are, the docs of etcd in one version.
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/content"))];
    folders.push(std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpora/etcd/v3.5")));
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                for (language, code) in fences(&std::fs::read_to_string(&path).expect("a text")) {
                    compare(&set, &grammars, &mut known, &language, &code);
                    count += 1;
                }
            }
        }
    }
    assert!(count > 20, "{count} fences");
}

/// The pieces of `code`, each with its class.
#[test]
fn grammars_are_found_as_syntect_finds_them() {
    let set = two_face::syntax::extra_newlines();
    let grammars = Grammars::new();
    let tokens = set.syntaxes().iter().flat_map(|syntax| std::iter::once(&syntax.name).chain(&syntax.file_extensions));
    for token in tokens.map(String::as_str).chain(["nothing", "RS", ""]) {
        let found = set.find_syntax_by_token(token).filter(|found| !found.hidden).map(|found| found.name.as_str());
        assert_eq!(grammars.find(token).map(|no| set.syntaxes()[no].name.as_str()), found, "{token}");
    }
}

fn read(highlighter: &Highlighter, language: &str, code: &str) -> Option<Arc<Block>> {
    highlighter.key(language, code).and_then(|key| highlighter.lines(key, code))
}

fn shown(language: &str, code: &str) -> String {
    let highlighter = Highlighter::new();
    let Some(block) = read(&highlighter, language, code) else { return "plain".to_owned() };
    let mut shown = String::new();
    for (line, pieces) in code.split_inclusive('\n').zip(block.lines()) {
        let mut at = 0;
        for piece in pieces {
            let text = &line[at..at + piece.length as usize];
            at += text.len();
            match piece.class.name() {
                Some(name) => shown += &format!("<{name}>{text}</>"),
                None => shown += text,
            }
        }
        assert_eq!(at, line.len(), "{language}: {line}");
    }
    shown
}

#[test]
fn pieces_have_classes() {
    assert_eq!(shown("js", "let a = \"b\"; // c\n"), "<k>let</> a <o>=</> <s>\"b\"</>; <c>// c</>\n");
    assert_eq!(shown("json", "{\"a\": 1}\n"), "{<p>\"a\"</>: <n>1</>}\n");
    assert_eq!(shown("console", "$ echo a\nb\n"), "<pr>$ </><f>echo</> a\n<go>b</>\n");
    assert_eq!(
        shown("sh", "$ echo a \\\n  b\nNAME x\n# note\n  $ ls\n"),
        "<pr>$ </><f>echo</> a \\\n  b\n<go>NAME x</>\n<c># note</>\n<pr>  $ </><f>ls</>\n"
    );
    assert_eq!(shown("sh", "$ f 'a\nb'\nc d\n"), "<pr>$ </><f>f</> <s>'a</>\n<s>b'</>\n<go>c d</>\n");
    assert_eq!(shown("sh", "$ cat <<EOF\nb\nEOF\nc d\n").lines().last(), Some("<go>c d</>"));
    assert_eq!(shown("sh", "ls\n$ ls\n"), "<f>ls</>\n<pr>$ </><f>ls</>\n");
    assert_eq!(shown("sh", "$ ls\n"), "<pr>$ </><f>ls</>\n");
    for language in ["", "text", "nonsense"] {
        assert_eq!(shown(language, "a\n"), "plain");
    }
}

#[test]
fn blocks_that_were_read_in_another_run_are_the_same() {
    let code = "let a = 1;\n";
    let first = Highlighter::new();
    let block = read(&first, "js", code);
    let keys: Vec<BlockKey> = first.key("js", code).into_iter().chain(first.key("js", "other")).collect();
    let second = Highlighter::new();
    second.learn(&first.remembered(&keys));
    assert_eq!(second.remembered(&keys).0.len(), 1);
    assert_eq!(read(&second, "js", code), block);
}

#[test]
fn hostile_code_costs_little() {
    for (language, code) in [
        ("js", "(".repeat(50_000)),
        ("js", "`${".repeat(20_000)),
        ("python", "\"".repeat(150_000)),
        ("html", "<a ".repeat(30_000)),
        ("yaml", "- ".repeat(50_000)),
        ("markdown", "*_".repeat(50_000)),
        ("rust", "/*\n".repeat(40_000)),
        ("js", "a\n".repeat(90_000)),
        ("bash", "$(\n".repeat(50_000)),
        ("ruby", "#{\n\"".repeat(40_000)),
    ] {
        let block = read(&Highlighter::new(), language, &code).map(|block| block.lines().count());
        assert_eq!(block, Some(code.split_inclusive('\n').count()), "{language}");
    }
    assert!(read(&Highlighter::new(), "js", &"a\n".repeat(150_000)).is_none());
}

#[test]
fn every_class_has_a_colour() {
    let css = include_str!("../../../themes/default/site.css");
    for class in Class::NAMED {
        let name = class.name().expect("a name");
        assert!(css.contains(&format!(".{name}")), "no rule for `.{name}`");
    }
}
