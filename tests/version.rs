//! `recto version` from outside: which versions there are, and what differs between two of them.

use std::fs;
use std::process::Command;

/// How a run ended: its exit status, its standard output, its error output.
type Run = (Option<i32>, String, String);

/// Runs `recto version` with `args` on a site of two versions.
fn version(args: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    file(
        "recto.toml",
        "title = 'A'\n[vars]\nname = 'A'\n[[versions]]\nid = '2'\ntitle = 'Two'\nstatus = 'current'\n[[versions]]\nid = '1'\ntitle = 'One'\nstatus = 'supported'\nreleased = 2024-05-12\ncontent = 'one'\n[versions.vars]\nname = 'B'\n",
    );
    for folder in ["content", "one"] {
        file(&format!("{folder}/index.md"), "# Home of {$name}\n\nVersion {$version}.\n");
    }
    file("one/hooks.md", "# Hooks\n\nRepeated for an hour.\n\n```sh\na\nb\n```\n\n| a | b |\n|---|---|\n| c | d |\n");
    file(
        "content/webhooks.md",
        "---\nmoved_from: [hooks.md]\n---\n# Hooks\n\nRepeated for a\nday.\n\nClear \u{1b}[2J it.\n\n```sh\na\nc\n```\n\n:::version >=2\nNew.\n:::\n\n| a | b |\n|---|---|\n| c | e |\n",
    );
    file("one/gone.md", "# Gone\n");
    file("content/new.md", "# New\n");
    let output = Command::new(env!("CARGO_BIN_EXE_recto")).arg("version").args(args).current_dir(folder.path()).output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn check(args: &[&str], code: i32, stdout: &str, stderr: &str) {
    assert_eq!(version(args), (Some(code), stdout.to_owned(), stderr.to_owned()), "{args:?}");
}

#[test]
fn what_differs_is_told_page_by_page() {
    let stat = "removed  gone\nadded    new\nmoved    webhooks (was hooks)  +8 -4 words\n1 unchanged\n";
    let text = "
== webhooks: Hooks

# Hooks
  ~ Repeated for [-an hour-]{+a day+}.
  + Clear \u{FFFD}[2J it.
        a
  -     b
  +     c
  + New.
    | a | b |
  ~ | c | [-d-]{+e+} |
";
    check(&["diff", "1", "2", "--stat"], 0, stat, "");
    check(&["diff", "1", "2"], 0, &format!("{stat}{text}"), "");
    check(&["diff", "1", "2", "index.md", "--exit-code"], 0, "1 unchanged\n", "");
    check(&["diff", "1", "2", "one/gone.md", "--exit-code"], 1, "removed  gone\n0 unchanged\n", "");
}

#[test]
fn programs_get_one_document() {
    let (_, json, _) = version(&["diff", "1", "2", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((document["from"].as_str(), document["to"].as_str(), document["unchanged"].as_u64()), (Some("1"), Some("2"), Some(1)));
    let page = &document["pages"][2];
    assert_eq!((page["status"].as_str(), page["path"].as_str(), page["old_path"].as_str()), (Some("moved"), Some("webhooks"), Some("hooks")));
    assert_eq!(page["sections"][0]["heading"]["id"], "hooks");
    let changes: Vec<&str> =
        page["sections"][0]["pieces"][0]["spans"].as_array().expect("spans").iter().map(|span| span["change"].as_str().expect("a word")).collect();
    assert_eq!(changes, ["same", "removed", "added", "same"]);
}

#[test]
fn versions_are_listed_and_wrong_ones_are_refused() {
    let list = "id  title  status     released    supported until  pages  from\n2   Two    current                                 3      content\n1   One    supported  2024-05-12                   3      one\n";
    check(&["list"], 0, list, "");
    check(&["diff", "1", "3"], 2, "", "error: no version `3`\nhelp: write `1`\n");
    check(&["diff", "1", "2", "webhook"], 2, "", "error: no page `webhook` in these versions\nhelp: write `webhooks`\n");
}

#[test]
fn content_does_nothing_to_a_terminal() {
    let (_, shown, _) = version(&["diff", "1", "2", "--color", "always"]);
    assert!(!shown.contains("\u{1b}[2J"), "{shown:?}");
    assert!(shown.contains("\u{1b}[32m"), "{shown:?}");
}
