//! The program from outside: what each command prints where, what it leaves on the disk, and how it ends.
//!
//! Expected texts have `{root}` for the site's folder, `{time}` for durations. The texts of help are in
//! `tests/cli/`; `BLESS=1` rewrites them.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::{Run, files, recto, run, temporary, write};

/// A site of two versions without a fault.
const SITE: &[(&str, &str)] = &[
    (
        "recto.toml",
        "title = 'Acme'\nurl = 'https://acme.example'\n\n[audiences]\npartner = 'Partners'\n\n[[versions]]\nid = '2'\nstatus = 'current'\n\n[[versions]]\nid = '1'\nstatus = 'supported'\ncontent = 'versions/1'\n",
    ),
    ("content/index.md", "# Two\n\nText.\n"),
    ("content/draft.md", "+++\ndraft = true\n+++\n# Draft\n"),
    ("content/partners.md", "+++\naudience = 'partner'\n+++\n# For partners\n"),
    ("content/guides/a.md", "# A\n\n[Two](../index.md)\n"),
    ("versions/1/index.md", "# One\n\nText.\n"),
];

/// The same with an error and a warning.
const BROKEN: (&str, &str) = ("content/guides/a.md", "# A\n\nGröße <token> [x](nowhere.md)\n");

struct Site {
    _guard: tempfile::TempDir,
    root: PathBuf,
}

impl Site {
    /// A temporary folder with these files.
    fn with(files: &[(&str, &str)]) -> Self {
        let (guard, root) = temporary();
        lay(&root, files);
        Self { _guard: guard, root }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Runs the program in the site's root.
    fn run(&self, args: &str) -> Run {
        self.run_in("", args)
    }

    fn run_in(&self, folder: &str, args: &str) -> Run {
        run(recto(&self.at(folder), &args.split_whitespace().collect::<Vec<_>>()))
    }

    /// Runs the program in the site's root; `expected` is the exit status, and what is printed on the error output. Nothing may be
    /// on the other one.
    #[track_caller]
    fn check(&self, args: &str, code: i32, expected: &str) {
        self.check_in("", args, code, expected);
    }

    #[track_caller]
    fn check_in(&self, folder: &str, args: &str, code: i32, expected: &str) {
        let run = self.run_in(folder, args);
        let told = self.normalised(&run.stderr);
        assert_eq!((told.as_str(), run.stdout.as_str(), run.code), (expected, "", Some(code)), "recto {args}\n{told}");
    }

    fn normalised(&self, text: &str) -> String {
        let text = text.replace(&self.root.display().to_string(), "{root}");
        let mut shown = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(" in ") {
            let end = after.find(|c: char| !(c.is_ascii_digit() || ".µnms".contains(c))).unwrap_or(after.len());
            let duration = after.starts_with(|c: char| c.is_ascii_digit()) && after[..end].ends_with('s');
            shown += before;
            shown += if duration { " in {time}" } else { " in " };
            rest = if duration { &after[end..] } else { after };
        }
        shown + rest
    }

    /// All files below a folder of the site, with their bytes.
    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        files(&self.at(folder)).into_iter().collect()
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

/// Writes `files` (path and text) below `root`.
fn lay(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        write(&root.join(path), text.as_bytes());
    }
}

#[test]
fn help_and_the_version_are_answers() {
    let site = Site::with(&[]);
    for (args, name) in [
        ("--help", "help"),
        ("-h", "help-short"),
        ("serve --help", "help-serve"),
        ("build --help", "help-build"),
        ("check --help", "help-check"),
        ("init --help", "help-init"),
        ("new --help", "help-new"),
        ("new page --help", "help-new-page"),
        ("new guide --help", "help-new-guide"),
        ("new release --help", "help-new-release"),
        ("version --help", "help-version"),
        ("version list --help", "help-version-list"),
        ("version diff --help", "help-version-diff"),
        ("completions --help", "help-completions"),
        ("--version", "version"),
    ] {
        let run = site.run(args);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cli/{name}.txt"));
        // The version's number is Cargo's.
        let told = run.stdout.replace(env!("CARGO_PKG_VERSION"), "{version}");
        if std::env::var_os("BLESS").is_some() {
            write(&path, told.as_bytes());
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!((told.as_str(), run.stderr.as_str(), run.code), (expected.as_str(), "", Some(0)), "recto {args}");
    }
    assert_eq!(site.run("-V").stdout, site.run("--version").stdout);
}

#[test]
fn what_was_typed_wrongly_is_told_with_the_nearest() {
    let site = Site::with(SITE);
    let more = "\nFor more information, try '--help'.\n";
    for (args, told) in [
        ("bild", "error: unrecognized subcommand 'bild'\n\n  tip: a similar subcommand exists: 'build'\n\nUsage: recto [OPTIONS] <COMMAND>\n"),
        (
            "build --colour x",
            "error: unexpected argument '--colour' found\n\n  tip: a similar argument exists: '--color'\n\nUsage: recto build --color <WHEN>\n",
        ),
        ("build --only", "error: a value is required for '--only <ID>' but none was supplied\n"),
        ("build --color sometimes", "error: invalid value 'sometimes' for '--color <WHEN>'\n  [possible values: auto, always, never]\n"),
        ("build -q -v", "error: the argument '--quiet' cannot be used with '--verbose'\n\nUsage: recto build --quiet\n"),
        ("build extra", "error: unexpected argument 'extra' found\n\nUsage: recto build [OPTIONS]\n"),
        ("check --format xml", "error: invalid value 'xml' for '--format <FORMAT>'\n  [possible values: human, json]\n"),
        ("check --keep-going", "error: unexpected argument '--keep-going' found\n\nUsage: recto check [OPTIONS]\n"),
    ] {
        site.check(args, 2, &format!("{told}{more}"));
    }
    let bare = site.run("");
    assert!(bare.code == Some(2) && bare.stdout.is_empty() && bare.stderr.contains("Usage: recto"), "{}", bare.stderr);
    assert!(!site.at("public").exists());
}

#[test]
fn no_site_is_told_with_what_to_do() {
    let site = Site::with(&[("docs/page.md", "# A page\n"), ("file.txt", "")]);
    let help = "help: run `recto init` to make a small working site\n";
    for command in ["build", "check"] {
        site.check(command, 2, &format!("error: no site here: there is no `recto.toml` and no `index.md`\n{help}"));
        for root in ["docs", "missing", "file.txt"] {
            let told = format!("error: no site in `{root}`: there is no `recto.toml` and no `index.md`\n{help}");
            site.check(&format!("{command} --root {root}"), 2, &told);
        }
    }
    assert_eq!(site.files("").len(), 2, "nothing was written");
}

#[test]
fn the_site_is_found_upward_and_by_root() {
    let site = Site::with(SITE);
    let built = "built 4 pages of 2 versions into `{root}/public` in {time}: 42 files written, 0 unchanged, 0 removed\n";
    site.check_in("content/guides", "build", 0, built);
    let there = site.files("public");
    assert!(there.contains_key("index.html") && there.contains_key("1/index.html"));
    let again = "built 4 pages of 2 versions into `{root}/public` in {time}: nothing changed\n";
    site.check_in("versions/1", "build --root ../..", 0, &again.replace("{root}/", "../../"));
    site.check("build", 0, &again.replace("{root}/", ""));
    // A folder named by --root is not searched upward from.
    let told =
        "error: no site in `content/guides`: there is no `recto.toml` and no `index.md`\nhelp: run `recto init` to make a small working site\n";
    site.check("build --root content/guides", 2, told);
    assert_eq!(site.files("public"), there);
    // The nearest one counts, not the uppermost.
    lay(
        &site.root,
        &[
            ("content/guides/inner/recto.toml", "title = 'Inner'\nurl = 'https://a.example'\n"),
            ("content/guides/inner/content/index.md", "# Inner\n"),
        ],
    );
    let run = site.run_in("content/guides/inner/content", "build -q");
    assert!(run.code == Some(0) && site.at("content/guides/inner/public/index.html").exists(), "{}", run.stderr);
}

#[test]
fn a_folder_without_configuration_is_a_site_by_its_first_page() {
    let site = Site::with(&[("README.md", "# Mine\n\nText.\n")]);
    let note = "note[url-missing]: `url` is not set: canonical links, the sitemap and feeds are left out\n |\n = help: write `url = \"https://…\"` in `recto.toml`: where the site is published\n\n1 note\n";
    let run = site.run("build");
    assert!(run.code == Some(0) && run.stderr.starts_with(note), "{}", run.stderr);
    assert!(site.read("public/index.html").contains("<title>Mine</title>"));
    assert_eq!(site.run("build --base-url https://a.example -v").stderr.matches("url-missing").count(), 0);
}

#[test]
fn only_renders_some_versions_and_takes_none_away() {
    let site = Site::with(SITE);
    assert_eq!(site.run("build").code, Some(0));
    let before = site.files("public");
    lay(&site.root, &[("content/index.md", "# Two, mended\n\nText.\n"), ("versions/1/index.md", "# One, mended\n\nText.\n")]);
    let run = site.run("build --only 1");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let after = site.files("public");
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "no file came or went");
    assert!(site.read("public/1/index.html").contains("One, mended"));
    assert!(site.read("public/index.html") == String::from_utf8_lossy(&before["index.html"]), "version 2 is as it was");
    // Into an empty folder only that version is written, and another run adds the other.
    assert_eq!(site.run("build --only 1 -o other").code, Some(0));
    assert!(site.at("other/1/index.html").exists() && !site.at("other/index.html").exists());
    assert_eq!(site.run("build --only 2 -o other").code, Some(0));
    assert!(site.at("other/1/index.html").exists() && site.at("other/index.html").exists());
    assert_eq!(site.run("build --only 2 --only 1 -o other").code, Some(0));
    assert_eq!(site.run("build").code, Some(0));
    assert_eq!(site.files("other"), site.files("public"));
}

#[test]
fn unknown_versions_and_audiences_are_told() {
    let site = Site::with(SITE);
    site.check("build --only 11", 2, "error: no version `11`\nhelp: write `--only 1`\n");
    site.check("check --only banana", 2, "error: no version `banana`\n");
    site.check("build --only 1 --only 22", 2, "error: no version `22`\nhelp: write `--only 2`\n");
    site.check("build --audience parner", 2, "error: no audience `parner`\nhelp: write `--audience partner`\n");
    site.check("build --audience x", 2, "error: no audience `x`\nhelp: list it under `[audiences]` in recto.toml\n");
    site.check("build --base-url docs", 2, "error: `docs` is not an address: it has no scheme\nhelp: write it as `https://docs.acme.example/`\n");
    assert!(!site.at("public").exists());
    let unversioned = Site::with(&[("recto.toml", "title = 'T'\n"), ("content/index.md", "# T\n")]);
    unversioned.check("build --only 1", 2, "error: no version `1`\n");
}

#[test]
fn drafts_audiences_and_the_address_are_options() {
    let site = Site::with(SITE);
    let pages = |args: &str| {
        let run = site.run(&format!("build {args}"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        ["draft", "partners"].map(|page| site.at(&format!("public/{page}/index.html")).exists())
    };
    assert_eq!(pages(""), [false, false]);
    assert_eq!(pages("--drafts"), [true, false]);
    assert_eq!(pages("-D --audience partner"), [true, true]);
    assert_eq!(pages("--audience partner"), [false, true]);
    assert_eq!(pages(""), [false, false], "what is no longer published goes");
    assert!(site.read("public/sitemap.xml").contains("<loc>https://acme.example/guides/a/</loc>"));
    pages("--base-url https://elsewhere.example/docs");
    assert!(site.read("public/sitemap.xml").contains("<loc>https://elsewhere.example/docs/guides/a/</loc>"));
    assert!(site.read("public/404.html").contains("href=\"/docs/"));
}

const ERROR: &str = "error[link-not-found]: no page `nowhere.md` in version 2\n --> content/guides/a.md:3:19\n  |\n3 | Größe <token> [x](nowhere.md)\n  |                   ^^^^^^^^^^\n\n";
const WARNING: &str = "warning[html-unknown-tag]: `<token>` is no tag of HTML; it is shown as text\n --> content/guides/a.md:3:7\n  |\n3 | Größe <token> [x](nowhere.md)\n  |       ^^^^^^^\n  |\n  = help: write `&lt;token&gt;`, or put it in backticks\n\n";
const NOTHING: &str = "nothing was written: `public` is as it was (--keep-going writes in spite of errors)\n";

#[test]
fn errors_leave_the_old_site_and_end_with_1() {
    let site = Site::with(SITE);
    assert_eq!(site.run("build").code, Some(0));
    let before = site.files("public");
    lay(&site.root, &[BROKEN, ("content/new.md", "# New\n")]);
    let report = format!("{WARNING}{ERROR}1 error, 1 warning\n{NOTHING}");
    site.check("build", 1, &report);
    assert_eq!(site.files("public"), before);
    assert_eq!(site.files("").keys().filter(|path| path.contains(".recto") && !path.starts_with(".recto/")).count(), 0, "no debris");
    site.check("check", 1, &format!("{WARNING}{ERROR}1 error, 1 warning\n"));
    let fresh = Site::with(SITE);
    lay(&fresh.root, &[BROKEN]);
    fresh.check("build", 1, &report);
    assert!(!fresh.at("public").exists());
}

#[test]
fn keep_going_writes_and_ends_with_1() {
    let site = Site::with(SITE);
    lay(&site.root, &[BROKEN]);
    let built = "built 4 pages of 2 versions into `public` in {time}: 42 files written, 0 unchanged, 0 removed\n";
    site.check("build --keep-going", 1, &format!("{WARNING}{ERROR}1 error, 1 warning\n{built}"));
    assert!(site.read("public/guides/a/index.html").contains("<p>Größe &lt;token&gt; <a>x</a></p>"), "the words stay, without a link");
}

#[test]
fn strict_takes_warnings_for_errors() {
    let site = Site::with(SITE);
    lay(&site.root, &[("content/guides/a.md", "# A\n\nGröße <token> [x](nowhere.md)\n"), ("content/guides/nowhere.md", "# Here\n")]);
    site.check("check", 0, &format!("{WARNING}1 warning\n"));
    let error = WARNING.replace("warning[", "error[");
    site.check("check --strict", 1, &format!("{error}1 error\n"));
    site.check("build --strict", 1, &format!("{error}1 error\n{NOTHING}"));
    assert!(!site.at("public").exists());
    assert_eq!(site.run("build").code, Some(0));
    let json: Value = serde_json::from_str(&site.run("check --strict --format json").stdout).expect("JSON");
    assert_eq!((&json["errors"], &json["diagnostics"][0]["severity"]), (&json!(1), &json!("error")));
    // A note is never an error.
    let noted = Site::with(&[("content/index.md", "# T\n"), ("recto.toml", "title = 'T'\n")]);
    assert_eq!(noted.run("build --strict").code, Some(0));
}

#[test]
fn quiet_prints_errors_only_and_verbose_how_long_it_took() {
    let site = Site::with(SITE);
    site.check("build -q", 0, "");
    site.check("check -q", 0, "");
    site.check("check", 0, "nothing is wrong\n");
    let again = "built 4 pages of 2 versions into `public` in {time}: nothing changed\nall that is read is as it was, and so is the output\n";
    site.check("build -v", 0, again);
    fs::remove_dir_all(site.at(".recto")).expect("it goes");
    let built = "built 4 pages of 2 versions into `public` in {time}: nothing changed\n\
                 site made in {time}, rendered and written in {time}; done anew: 5 texts read, 3 bodies written, 4 pages rendered\n";
    site.check("build -v", 0, built);
    lay(&site.root, &[BROKEN]);
    site.check("build -q", 1, ERROR);
    site.check("check --quiet", 1, ERROR);
    site.check("build -q --only 9", 2, "error: no version `9`\nhelp: write `--only 1`\n");
}

#[test]
fn colours_are_asked_for() {
    let site = Site::with(SITE);
    lay(&site.root, &[BROKEN]);
    let coloured = site.run("check --color always").stderr;
    assert!(coloured.contains("\u{1b}["), "{coloured:?}");
    assert!(site.run("--color always build --only 9").stderr.starts_with("\u{1b}[1;31merror:\u{1b}[0m no version"));
    for args in ["check", "check --color auto", "check --color never", "build --only 9", "bild"] {
        assert!(!site.run(args).stderr.contains('\u{1b}'), "a pipe has no colours: {args}");
    }
    // Without its colours it says the same.
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain += before;
        rest = after.split_once('m').expect("a colour ends with m").1;
    }
    assert_eq!(plain + rest, site.run("check").stderr);
}

#[test]
fn check_writes_nothing() {
    let site = Site::with(SITE);
    let before = site.files("");
    for args in ["check", "check --strict", "check --format json", "check --drafts --audience partner --only 1"] {
        assert_eq!(site.run(args).code, Some(0), "{args}");
        assert_eq!(site.files(""), before, "{args}");
    }
    assert_eq!(site.run("build").code, Some(0));
    lay(&site.root, &[("content/index.md", "# Changed\n")]);
    let before = site.files("");
    assert_eq!(site.run("check").code, Some(0));
    assert_eq!(site.files(""), before);
}

#[test]
fn json_has_lines_and_columns_in_characters() {
    let site = Site::with(SITE);
    lay(
        &site.root,
        &[
            BROKEN,
            // A byte order mark, Windows' line ends, a character of four bytes and one that is made of two.
            ("versions/1/index.md", "\u{feff}# Eins\r\n\r\n日本 🎉 e\u{301} [x](größe.md \"t\")\r\n\r\n<b\r\nonclick='x'>y</b>\r\n"),
            ("static/robots.txt", "User-agent: *\n"),
        ],
    );
    let run = site.run("check --format json");
    assert_eq!((run.stderr.as_str(), run.code), ("", Some(1)));
    let json: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let expected = json!({
        "errors": 2,
        "warnings": 2,
        "diagnostics": [
            {
                "code": "html-unknown-tag",
                "severity": "warning",
                "message": "`<token>` is no tag of HTML; it is shown as text",
                "file": "content/guides/a.md",
                "line": 3, "column": 7, "end_line": 3, "end_column": 14,
                "bytes": [13, 20],
                "help": "write `&lt;token&gt;`, or put it in backticks",
                "versions": ["2"],
            },
            {
                "code": "link-not-found",
                "severity": "error",
                "message": "no page `nowhere.md` in version 2",
                "file": "content/guides/a.md",
                "line": 3, "column": 19, "end_line": 3, "end_column": 29,
                "bytes": [25, 35],
                "versions": ["2"],
            },
            {
                "code": "generated-replaced",
                "severity": "note",
                "message": "`static/robots.txt` stands in for the `robots.txt` that Recto would make",
                "file": "static/robots.txt",
            },
            {
                "code": "link-not-found",
                "severity": "error",
                "message": "no page `größe.md` in version 1",
                "file": "versions/1/index.md",
                "line": 3, "column": 13, "end_line": 3, "end_column": 21,
                "bytes": [28, 38],
                "versions": ["1"],
            },
            {
                "code": "html-removed",
                "severity": "warning",
                "message": "`onclick` of `<b>` left out",
                "file": "versions/1/index.md",
                "line": 5, "column": 1, "end_line": 6, "end_column": 13,
                "bytes": [45, 60],
                "help": "write it in Markdown, or set `[markdown] html = \"allow\"` to trust the authors",
                "versions": ["1"],
            },
        ],
    });
    assert_eq!(json, expected, "{}", run.stdout);
    // The bytes are those of the text as it is held: no mark, and `\n` at the ends of lines.
    let text = site.read("versions/1/index.md").replace('\u{feff}', "").replace("\r\n", "\n");
    assert_eq!((&text[28..38], &text[45..60]), ("größe.md", "<b\nonclick='x'>"));
}

#[test]
fn a_sound_site_is_an_empty_document() {
    let site = Site::with(SITE);
    let run = site.run("check --format json");
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str(), run.code),
        ("{\n  \"errors\": 0,\n  \"warnings\": 0,\n  \"diagnostics\": []\n}\n", "", Some(0))
    );
}

#[test]
fn a_broken_configuration_is_told_and_nothing_is_done() {
    let site = Site::with(SITE);
    assert_eq!(site.run("build").code, Some(0));
    let before = site.files("public");
    lay(&site.root, &[("recto.toml", "title = 'Größe' x\r\nurl =\r\n")]);
    let told = "error[config-syntax]: unexpected key or value, expected newline, `#`\n --> recto.toml:1:17\n  |\n1 | title = 'Größe' x\n  |                 ^\n\n\
        error[config-syntax]: string values must be quoted, expected literal string\n --> recto.toml:2:6\n  |\n2 | url =\n  |      ^\n\n2 errors\n";
    for args in ["build", "build --keep-going", "check"] {
        site.check(args, 1, told);
    }
    let run = site.run("check --format json");
    let json: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let first = &json["diagnostics"][0];
    assert_eq!((run.code, run.stderr.as_str(), &json["errors"]), (Some(1), "", &json!(2)));
    assert_eq!((&first["file"], &first["line"], &first["column"], &first["bytes"]), (&json!("recto.toml"), &json!(1), &json!(17), &json!([18, 18])));
    assert_eq!(site.files("public"), before);
    fs::write(site.at("recto.toml"), b"title = '\xff'\n").expect("a file");
    site.check("build", 1, "error[not-utf8]: `recto.toml` is not UTF-8 from byte 9 on\n--> recto.toml\n\n1 error\n");
}

#[test]
fn the_output_goes_where_it_is_told() {
    let site = Site::with(SITE);
    site.check("build -o out/deep", 0, "built 4 pages of 2 versions into `out/deep` in {time}: 42 files written, 0 unchanged, 0 removed\n");
    assert!(!site.at("public").exists());
    let mut toml = site.read("recto.toml");
    toml.insert_str(0, "output.folder = 'html'\n");
    lay(&site.root, &[("recto.toml", &toml)]);
    site.check_in("content", "build", 0, "built 4 pages of 2 versions into `{root}/html` in {time}: 42 files written, 0 unchanged, 0 removed\n");
    assert_eq!(site.files("html"), site.files("out/deep"));
    site.check_in(
        "content",
        "build --output ../else/where",
        0,
        "built 4 pages of 2 versions into `../else/where` in {time}: 42 files written, 0 unchanged, 0 removed\n",
    );
    assert_eq!(site.files("html"), site.files("else/where"));
    // What is left after a page has gone.
    fs::remove_file(site.at("content/guides/a.md")).expect("it goes");
    site.check("build", 0, "built 2 pages of 2 versions into `html` in {time}: 12 files written, 23 unchanged, 7 removed\n");
    assert!(!site.at("html/guides").exists());
}

#[test]
fn an_output_among_the_sources_is_refused() {
    let site = Site::with(SITE);
    lay(&site.root, &[("static/a.txt", "a"), ("templates/x.html", "x"), ("themes/t/x.txt", "x"), ("snippets/a.py", "x"), (".git/HEAD", "x")]);
    let before = site.files("");
    for (output, with) in [
        (".", "{root}"),
        ("content/..", "{root}"),
        ("..", "{root}"),
        ("/", "{root}"),
        ("content", "{root}/content"),
        ("content/public", "{root}/content"),
        ("content/../content/guides", "{root}/content"),
        ("versions", "{root}/versions/1"),
        ("versions/1/public", "{root}/versions/1"),
        ("static", "{root}/static"),
        ("templates", "{root}/templates"),
        ("themes/t", "{root}/themes"),
        ("snippets/out", "{root}/snippets"),
        (".git/pages", "{root}/.git"),
        (".recto/out", "{root}/.recto"),
    ] {
        let told = format!("error: the output folder `{output}` overlaps with `{with}`\nhelp: choose a folder that holds nothing but the output\n");
        site.check(&format!("build -o {output}"), 2, &told);
        assert_eq!(site.files(""), before, "{output}");
    }
    site.check("build -o recto.toml", 2, "error: `recto.toml` is not a folder\nhelp: choose a folder for the output\n");
    site.check("build -o recto.toml/x", 2, "error: cannot follow `recto.toml/x`: Not a directory (os error 20)\n");
    assert_eq!(site.files(""), before);
}

#[test]
fn a_folder_of_somebody_elses_is_refused() {
    let site = Site::with(SITE);
    lay(&site.root, &[("public/mine.txt", "mine")]);
    let before = site.files("");
    for args in ["build", "build --keep-going", "build --only 1"] {
        site.check(args, 2, "error: `{root}/public` holds files that are not Recto's\nhelp: remove the folder, or choose another for the output\n");
        assert_eq!(site.files(""), before);
    }
    // Single files among ours are left alone, and told.
    fs::remove_file(site.at("public/mine.txt")).expect("it goes");
    assert_eq!(site.run("build").code, Some(0));
    lay(&site.root, &[("public/mine.txt", "mine"), ("content/index.md", "# Changed\n")]);
    let run = site.run("build");
    assert!(
        run.code == Some(0) && run.stderr.starts_with("note[output-foreign]: `mine.txt` in the output is not Recto's; it was left alone\n"),
        "{}",
        run.stderr
    );
    assert_eq!(site.read("public/mine.txt"), "mine");
    // A manifest that cannot be read is no proof.
    lay(&site.root, &[("public/_/manifest.json", "{")]);
    let before = site.files("public");
    let run = site.run("build");
    assert!(run.code == Some(2) && run.stderr.contains("its manifest does not say that they are Recto's"), "{}", run.stderr);
    assert_eq!(site.files("public"), before);
}

#[test]
fn a_second_build_says_who_holds_the_folder() {
    let site = Site::with(SITE);
    assert_eq!(site.run("build").code, Some(0));
    let before = site.files("public");
    lay(&site.root, &[(".public.recto/lock", &std::process::id().to_string()), ("content/index.md", "# Changed\n")]);
    // As src/write/staging.rs holds it.
    let lock = fs::File::options().read(true).write(true).open(site.at(".public.recto/lock")).expect("the lock");
    lock.try_lock().expect("nobody has it");
    let told = format!(
        "error: `{}` is held by another build (process {})\nhelp: wait for that build, or build into another folder\n",
        "{root}/public",
        std::process::id()
    );
    site.check("build", 2, &told);
    assert_eq!(site.files("public"), before);
    assert_eq!(site.run("check").code, Some(0), "looking needs no lock");
    assert_eq!(site.run("build -o other").code, Some(0), "another folder is free");
    // A holder that is gone blocks nobody, and what it left is cleared away.
    drop(lock);
    lay(&site.root, &[(".public.recto/new/index.html", "half")]);
    assert_eq!(site.run("build").code, Some(0));
    assert!(site.read("public/index.html").contains("Changed"));
    assert!(!site.at(".public.recto").exists());
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_leaves_the_old_site() {
    let site = Site::with(SITE);
    assert_eq!(site.run("build").code, Some(0));
    let before = site.files("public");
    lay(&site.root, &[("content/index.md", "# Changed\n"), ("static/large.txt", &"x".repeat(100_000))]);
    // A file may have 32 KiB at the most (64 on shells that count in KiB); the signal that usually tells of it is ignored.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" build", env!("CARGO_BIN_EXE_recto")]);
    command.current_dir(&site.root).env_clear();
    let full = run(command);
    let told = site.normalised(&full.stderr);
    assert_eq!(
        (told.as_str(), full.code),
        ("error: cannot copy a file to `{root}/.public.recto/new/large.txt`: File too large (os error 27)\n", Some(2))
    );
    assert_eq!(site.files("public"), before);
    assert!(!site.at(".public.recto").exists(), "no debris");
    assert_eq!(site.run("build").code, Some(0), "the next build recovers");
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_is_told() {
    let site = Site::with(SITE);
    // Not even root makes folders there.
    site.check("build -o /proc/recto/public", 2, "error: cannot create the folder `/proc/recto`: No such file or directory (os error 2)\n");
    // Permissions mean nothing to root: the test covers the rest then.
    use std::os::unix::fs::PermissionsExt;
    lay(&site.root, &[("shut/a", "")]);
    fs::set_permissions(site.at("shut"), fs::Permissions::from_mode(0o555)).expect("a mode");
    let root = fs::write(site.at("shut/probe"), "").is_ok();
    if !root {
        site.check(
            "build -o shut/public",
            2,
            "error: cannot create the staging folder `{root}/shut/.public.recto`: Permission denied (os error 13)\n",
        );
    }
    fs::set_permissions(site.at("shut"), fs::Permissions::from_mode(0o755)).expect("a mode");
}

#[test]
fn init_makes_a_site_that_builds_without_a_word() {
    let (_guard, root) = temporary();
    let site = Site { _guard, root };
    site.check("init docs", 0, "made a site with two versions, a guide and a changelog; build it with `recto build --root docs`\n");
    for command in ["check --strict --root docs", "build --strict --root docs"] {
        let run = site.run(command);
        let quiet = !run.stderr.contains("error[") && !run.stderr.contains("warning[");
        assert!(run.code == Some(0) && quiet, "{command}: {}", run.stderr);
    }
    let versions: Value = serde_json::from_str(&site.read("docs/public/versions.json")).expect("JSON");
    assert_eq!(versions.as_array().map(Vec::len), Some(2));
    let paths: Vec<String> = site.files("docs/content").into_keys().collect();
    assert!(paths.iter().any(|path| path.starts_with("guides/")) && paths.iter().any(|path| path.to_lowercase().contains("changelog")), "{paths:?}");
    // Here, too.
    fs::create_dir(site.at("here")).expect("a folder");
    site.check_in("here", "init", 0, "made a site with two versions, a guide and a changelog; build it with `recto build`\n");
    for made in ["docs/public", "docs/.recto"] {
        fs::remove_dir_all(site.at(made)).expect("it goes");
    }
    assert_eq!(site.files("here"), site.files("docs"));
}

#[test]
fn init_touches_nothing_that_is_there() {
    let site = Site::with(&[("docs/content/index.md", "mine"), ("docs/other.txt", "mine")]);
    let before = site.files("");
    site.check("init docs", 2, "error: `docs/content/index.md` is there already\nhelp: choose a new folder: `recto init docs`\n");
    assert_eq!(site.files(""), before, "not one file was written");
    // Files of other names are no obstacle.
    let beside = Site::with(&[("notes.txt", "mine")]);
    assert_eq!(beside.run("init").code, Some(0));
    assert_eq!(beside.read("notes.txt"), "mine");
    assert_eq!(beside.run("init").code, Some(2));
}

#[test]
fn completions_are_scripts() {
    let site = Site::with(&[]);
    for (shell, sign) in [("bash", "complete -F _recto"), ("zsh", "#compdef recto"), ("fish", "complete -c recto")] {
        let run = site.run(&format!("completions {shell}"));
        assert_eq!((run.stderr.as_str(), run.code), ("", Some(0)), "{shell}");
        assert!(run.stdout.contains(sign) && run.stdout.contains("keep-going"), "{shell}: {}", run.stdout);
    }
    let run = site.run("completions tcsh");
    assert!(run.code == Some(2) && run.stderr.starts_with("error: invalid value 'tcsh' for '<SHELL>'\n"), "{}", run.stderr);
}

#[test]
fn a_reader_that_has_gone_is_no_panic() {
    let site = Site::with(SITE);
    lay(&site.root, &[BROKEN]);
    for (args, code) in [("check --format json", 2), ("completions bash", 2), ("--help", 2), ("--version", 2)] {
        let mut command = recto(&site.root, &args.split(' ').collect::<Vec<_>>());
        command.stdout(broken_pipe());
        let run = run(command);
        assert_eq!((run.stderr.as_str(), run.code), ("", Some(code)), "{args}");
    }
    // Nobody hears the report; the command does what it was told, and ends as it should.
    for (args, code) in [("check", 1), ("build", 1), ("build --keep-going", 1), ("build --only 9", 2), ("bild", 2)] {
        let mut command = recto(&site.root, &args.split(' ').collect::<Vec<_>>());
        command.stderr(broken_pipe());
        let run = run(command);
        assert_eq!((run.stdout.as_str(), run.code), ("", Some(code)), "{args}");
    }
    assert!(site.at("public/index.html").exists());
}

/// A pipe that nobody reads from any more.
fn broken_pipe() -> std::io::PipeWriter {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer
}
