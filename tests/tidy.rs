//! The rules of the house, as tests: which room may know which, where outside crates live, what code below the commands never does.
//!
//! The source is read as text with comments, strings and `#[cfg(test)] mod tests` taken out: no parser is needed for rules as plain
//! as these. Each test tells every place that breaks its rule.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use recto::diagnostic::Code;

/// The floors, from the ground up: a room may know those on lower floors only. Twice the numbers of the plan, so that there is room
/// between two of them.
const FLOORS: &[(&str, u32)] = &[
    ("id", 2),
    ("diagnostic", 4),
    ("memo", 4),
    ("data", 5),
    ("config", 6),
    ("write", 6),
    ("discover", 8),
    ("publish", 8),
    ("import", 8),
    ("parse", 10),
    ("resolve", 12),
    ("compare", 12),
    ("render", 14),
    ("search", 14),
    ("check", 14),
    ("samples", 14),
    ("pipeline", 16),
    ("serve", 18),
    ("cli", 20),
    ("main", 22),
];

/// The homes of outside crates: changing one of them means opening these files.
const HOMES: &[(&str, &[&str])] = &[
    ("aho_corasick", &["check/removed.rs"]),
    ("ammonia", &["render/gate.rs"]),
    ("annotate_snippets", &["cli/report/human.rs"]),
    ("anstream", &["cli/output.rs"]),
    ("base64", &["serve/live.rs"]),
    ("clap", &["cli/args.rs"]),
    ("clap_complete", &["cli/args.rs"]),
    ("gix", &["discover/git.rs", "discover/git/history.rs"]),
    ("granit_parser", &["data/yaml.rs"]),
    ("imagesize", &["parse/asset.rs"]),
    ("notify", &["serve/watch.rs"]),
    // A module of gix goes by that name too.
    ("open", &["cli/serve.rs", "discover/git.rs"]),
    ("pagefind_stem", &["search/index.rs"]),
    // `parse/html.rs` takes its table of entities from the parser.
    ("pulldown_cmark", &["parse/document.rs", "parse/html.rs"]),
    ("pulldown_latex", &["render/math.rs"]),
    ("postcard", &["memo/code.rs"]),
    (
        "rayon",
        &[
            "pipeline/again.rs",
            "pipeline/agree.rs",
            "pipeline/build.rs",
            "pipeline/gather.rs",
            "pipeline/link.rs",
            "pipeline/load.rs",
            "pipeline/search.rs",
        ],
    ),
    ("rustix", &["discover/guard.rs", "serve/server.rs", "write/system.rs"]),
    ("sha1_smol", &["serve/live.rs"]),
    ("socket2", &["serve/server.rs"]),
    // The index of spellings measures the few that it finds.
    ("strsim", &["diagnostic/nearest.rs", "resolve/suggest.rs"]),
    // It reads the grammars; walking through them is ours.
    ("syntect", &["render/highlight/grammar.rs", "render/highlight/tests.rs"]),
    ("tera", &["render/theme.rs"]),
    ("tiny_http", &["serve/server.rs"]),
    // The door of the room names its own file of that name.
    ("toml", &["data/toml.rs", "data/mod.rs"]),
    ("two_face", &["render/highlight/grammar.rs", "render/highlight/tests.rs"]),
    ("walkdir", &["discover/walk.rs"]),
];

/// What nothing but tests may do, and why.
const NEVER: &[(&str, &str)] = &[
    (".unwrap()", "say with `expect` why it holds"),
    ("panic!", "tell it as a diagnostic"),
    ("todo!", "leave no gaps"),
    ("unimplemented!", "leave no gaps"),
    ("dbg!", "for the desk only"),
    ("print!", "`cli::output` prints"),
    ("println!", "`cli::output` prints"),
    ("eprint!", "`cli::output` prints"),
    ("eprintln!", "`cli::output` prints"),
    ("static mut", "hand it over as an argument"),
    ("LazyLock", "hand it over as an argument"),
    ("LazyCell", "hand it over as an argument"),
    ("thread_local!", "hand it over as an argument"),
    ("lazy_static!", "hand it over as an argument"),
];

/// What only the commands ask: the clock, the environment, the current folder.
const ASKED_BY_COMMANDS: &[&str] =
    &["SystemTime::now", "Instant", "Zoned::now", "Timestamp::now", "std::env", "env::var", "env::args", "current_dir"];

/// A file of `src/`.
struct Source {
    /// Its path there, as `parse/page.rs`.
    path: String,
    /// Its text.
    text: String,
    /// The same, with blanks for comments, strings and unit tests: every byte stays at its place.
    code: String,
}

impl Source {
    /// The room it is in; a file beside the rooms is a room of its own.
    fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// `path:line` of a byte.
    fn place(&self, at: usize) -> String {
        format!("src/{}:{}", self.path, self.text[..at].matches('\n').count() + 1)
    }

    /// The names that follow `prefix::` in the code, with their places: in `use crate::{a, b::C}` those are `a` and `b`.
    fn named_after(&self, prefix: &str) -> Vec<(String, usize)> {
        let mut names = Vec::new();
        for at in words(&self.code, prefix) {
            let Some(rest) = self.code[at + prefix.len()..].strip_prefix("::") else { continue };
            let start = at + prefix.len() + 2;
            match rest.strip_prefix('{') {
                None => names.extend(identifier(rest).map(|name| (name, start))),
                Some(group) => {
                    let mut depth = 0;
                    let mut first = true;
                    for (offset, c) in group.char_indices() {
                        match c {
                            '{' => depth += 1,
                            '}' if depth == 0 => break,
                            '}' => depth -= 1,
                            ',' if depth == 0 => first = true,
                            c if first && depth == 0 && !c.is_whitespace() => {
                                first = false;
                                names.extend(identifier(&group[offset..]).map(|name| (name, start + 1 + offset)));
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
        names
    }
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let without = sources().into_iter().filter(|source| !source.text.starts_with("//! ")).map(|source| source.place(0));
    none(without.collect(), "the first line must be a caption, `//! …`");
}

#[test]
fn rooms_know_only_the_floors_below() {
    let floor = |room: &str| FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor);
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.path != "lib.rs") {
        let Some(own) = floor(source.room()) else {
            wrong.push(format!("{}: the room `{}` has no floor in this test", source.place(0), source.room()));
            continue;
        };
        for prefix in ["crate", "recto"] {
            for (room, at) in source.named_after(prefix) {
                match floor(&room) {
                    Some(_) if room == source.room() => {
                        wrong.push(format!("{}: its own room by `{prefix}::{room}`; write `super::`", source.place(at)))
                    }
                    Some(there) if there < own => {}
                    Some(_) => wrong.push(format!("{}: `{room}` is not on a lower floor than `{}`", source.place(at), source.room())),
                    None => wrong.push(format!("{}: `{prefix}::{room}` is no room", source.place(at))),
                }
            }
        }
    }
    none(wrong, "a room may know the floors below it, and names its own files by `super::`");
}

#[test]
fn files_of_a_room_import_in_one_direction() {
    let sources = sources();
    let files: BTreeMap<String, &Source> = sources.iter().map(|source| (module(&source.path), source)).collect();
    let mut imports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, source) in &files {
        for (prefix, up) in [("super", 1), ("super::super", 2)] {
            for (sibling, _) in source.named_after(prefix) {
                let parts: Vec<&str> = name.split("::").collect();
                let Some(kept) = parts.len().checked_sub(up) else { continue };
                let full = parts[..kept].iter().copied().chain([sibling.as_str()]).collect::<Vec<_>>().join("::");
                // What `mod.rs` itself holds is no file.
                if let Some((there, _)) = files.get_key_value(&full).filter(|(there, _)| *there != name) {
                    imports.entry(name).or_default().insert(there);
                }
            }
        }
    }
    assert!(imports.len() > 20, "the imports are not found any more: {imports:?}");
    let mut done = BTreeSet::new();
    let mut circles = Vec::new();
    for file in imports.keys() {
        walk(file, &imports, &mut Vec::new(), &mut done, &mut circles);
    }
    none(circles, "files of a room must not import each other in a circle");
}

fn walk<'a>(
    file: &'a str,
    imports: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    way: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
    circles: &mut Vec<String>,
) {
    if let Some(start) = way.iter().position(|seen| *seen == file) {
        circles.push(format!("{} -> {file}", way[start..].join(" -> ")));
        return;
    }
    if done.contains(file) {
        return;
    }
    way.push(file);
    for next in imports.get(file).into_iter().flatten() {
        walk(next, imports, way, done, circles);
    }
    way.pop();
    done.insert(file);
}

/// The module that the file at `path` is: `parse/page.rs` is `parse::page`, `parse/mod.rs` is `parse`.
fn module(path: &str) -> String {
    path.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::")
}

#[test]
fn an_outside_crate_has_one_home() {
    let sources = sources();
    let mut wrong = Vec::new();
    for (name, homes) in HOMES {
        let mut at_home = false;
        for source in &sources {
            // A path of the room's own is no crate: `crate::data::toml`, `super::toml`.
            let outside = |at: &usize| !source.code[..*at].ends_with("::") && source.code[at + name.len()..].starts_with("::");
            let places: Vec<usize> = words(&source.code, name).into_iter().filter(outside).collect();
            if homes.contains(&source.path.as_str()) {
                at_home |= !places.is_empty();
            } else {
                wrong.extend(places.into_iter().map(|at| format!("{}: `{name}` lives in {}", source.place(at), homes.join(" and "))));
            }
        }
        if !at_home {
            wrong.push(format!("`{name}` is in none of its homes ({}): this test is out of date", homes.join(", ")));
        }
    }
    none(wrong, "an outside crate is known to its home only");
}

#[test]
fn nothing_panics_prints_or_keeps_state() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (never, instead) in NEVER {
            wrong.extend(words(&source.code, never).into_iter().map(|at| format!("{}: `{never}`; {instead}", source.place(at))));
        }
        // A static may hold a table, and nothing that changes.
        for at in words(&source.code, "static").into_iter().filter(|at| !source.code[..*at].ends_with('\'')) {
            let declared = source.code[at..].split(['=', ';']).next().unwrap_or_default();
            if ["Lock", "Cell", "Mutex", "Atomic"].iter().any(|kind| declared.contains(kind)) {
                wrong.push(format!("{}: `{}`; hand it over as an argument", source.place(at), declared.trim()));
            }
        }
    }
    none(wrong, "code outside tests must not do this");
}

#[test]
fn only_commands_ask_the_clock_and_the_environment() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !matches!(source.room(), "cli" | "main")) {
        // The server measures pauses; no byte that it serves depends on them.
        let pauses = |asked: &&&str| **asked == "Instant" && source.room() == "serve";
        for asked in ASKED_BY_COMMANDS.iter().filter(|asked| !pauses(asked)) {
            wrong.extend(words(&source.code, asked).into_iter().map(|at| format!("{}: `{asked}`", source.place(at))));
        }
    }
    none(wrong, "what depends on the moment or the place is handed down by the commands");
}

#[test]
fn every_code_has_a_golden_case() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let reports = fs::read_dir(golden).expect("tests/golden").filter_map(|entry| {
        let case = entry.expect("an entry").path();
        fs::read_to_string(case.join("diagnostics.txt")).ok()
    });
    let told: String = reports.collect();
    let without = Code::ALL.iter().map(|code| code.name()).filter(|name| !told.contains(&format!("[{name}]: ")));
    none(without.map(str::to_owned).collect(), "no case of tests/golden shows these codes");
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new("git").current_dir(root).args(["ls-files", "-z"]).output();
    let listed = listed.ok().filter(|output| output.status.success()).map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    // A copy without its repository (a package from the registry) has the files of the source alone.
    let names: Vec<String> = match listed {
        Some(names) => names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        None => sources().into_iter().map(|source| format!("src/{}", source.path)).collect(),
    };
    assert!(names.len() > 50, "{} files", names.len());
    // Put together here, so that this file does not hold them.
    let machine = [["/wo", "rk/"], ["/tmp/", "wt"], ["/ro", "ot/"], ["/home/", "user"], ["/Us", "ers/"]].map(|parts| parts.concat());
    let mut wrong = Vec::new();
    for name in names {
        let Some(text) = fs::read(root.join(&name)).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { continue };
        for (no, line) in text.lines().enumerate() {
            // Part of a longer path or address (`https://a.example/…`) is none of a machine's.
            let own = |path: &String| {
                line.match_indices(path.as_str()).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-/".contains(c)))
            };
            wrong.extend(machine.iter().filter(|path| own(path)).map(|path| format!("{name}:{}: `{path}`", no + 1)));
        }
    }
    none(wrong, "paths of one machine mean nothing on another");
}

fn none(wrong: Vec<String>, rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n  {}\n", wrong.join("\n  "));
}

/// All files of `src/`, by path.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of src") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("a source is UTF-8");
                let path = path.strip_prefix(&root).expect("below src").to_str().expect("a plain name").replace('\\', "/");
                let code = if path.ends_with("/tests.rs") { " ".repeat(text.len()) } else { code(&text) };
                found.push(Source { path, text, code });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 50, "{} files in src", found.len());
    found
}

/// Where `word` stands in `code`, not as a part of a longer one.
fn words(code: &str, word: &str) -> Vec<usize> {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |at: usize| {
        let before = word.starts_with(inside) && code[..at].ends_with(inside);
        let after = word.ends_with(inside) && code[at + word.len()..].starts_with(inside);
        !before && !after
    };
    code.match_indices(word).map(|(at, _)| at).filter(|at| whole(*at)).collect()
}

fn identifier(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// `text` with blanks in the place of comments, of what strings hold, and of the unit tests at its foot.
fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let literal = |from: usize| !text[..from].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with('"') {
            string(rest)
        } else if rest.starts_with('r') && literal(at) && rest[1..].trim_start_matches('#').starts_with('"') {
            let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
            let end = format!("\"{}", "#".repeat(hashes));
            rest[hashes + 2..].find(&end).map_or(rest.len(), |found| hashes + 2 + found + end.len())
        } else if let Some(quoted) = rest.strip_prefix('\'') {
            // A character, not a lifetime: it ends soon with another quote.
            let escaped = quoted.starts_with('\\');
            let mut rest = quoted.char_indices().skip(1);
            let end = if escaped { rest.skip(1).find(|(_, c)| *c == '\'') } else { rest.next().filter(|(_, c)| *c == '\'') };
            end.map_or(0, |(end, _)| end + 2)
        } else {
            0
        };
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        for byte in code[at..at + length].iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
        at += length;
    }
    let mut code = String::from_utf8(code).expect("whole characters were blanked");
    if let Some(tests) = code.find("\nmod tests {") {
        let blank: String = code[tests..].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        code.replace_range(tests.., &blank);
    }
    code
}

/// How many bytes the string is that `text` begins with, quotes and all.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[test]
fn the_reading_of_sources_itself_is_right() {
    let text = "use a::b; // crate::x\nlet c = '\"'; let d: &'a str = \"crate::y \\\" z\"; let e = r#\"crate::\"q\"#; /* crate */ f('\\'', '\\u{1}');\n#[cfg(test)]\nmod tests {\n x.unwrap()\n}\n";
    let code = code(text);
    assert_eq!(code.len(), text.len());
    assert!(!code.contains("crate") && !code.contains("unwrap") && code.contains("let d: &'a str") && code.contains("f("), "{code}");
    let source =
        Source { path: "a.rs".to_owned(), text: String::new(), code: "use crate::{a, b::{c, d}, e as f}; crate::g(); other_crate::h".to_owned() };
    let names: Vec<String> = source.named_after("crate").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b", "e", "g"]);
    assert_eq!(words("println!(); eprintln!()", "println!"), [0]);
}
