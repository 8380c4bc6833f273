//! `recto new` from outside: what it makes and where, that this builds without a word, and what it refuses.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Run, files, recto, run, temporary, write};

/// A site of three versions: one to come, the current one, and one that git keeps.
const SITE: &[(&str, &str)] = &[
    (
        "recto.toml",
        "title = 'Acme'\nurl = 'https://acme.example'\n\n[[versions]]\nid = '2'\nstatus = 'current'\n\n\
         [[versions]]\nid = '1'\nstatus = 'supported'\ngit = 'docs-1'\n\n\
         [[versions]]\nid = '0'\nstatus = 'retired'\ncontent = 'versions/0'\n",
    ),
    ("content/index.md", "# Two\n"),
    ("content/Guides/a.md", "# A\n"),
    ("versions/0/index.md", "# Zero\n"),
];

struct Site {
    _guard: tempfile::TempDir,
    root: PathBuf,
}

impl Site {
    fn with(files: &[(&str, &str)]) -> Self {
        let (guard, root) = temporary();
        for (path, text) in files {
            write(&root.join(path), text.as_bytes());
        }
        Self { _guard: guard, root }
    }

    fn run(&self, args: &[&str]) -> Run {
        run(recto(&self.root, args))
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// `expected` is what is told; nothing stands on the other stream.
    #[track_caller]
    fn check(&self, args: &[&str], code: i32, expected: &str) {
        let run = self.run(args);
        assert_eq!((run.stderr.as_str(), run.stdout.as_str(), run.code), (expected, "", Some(code)), "recto {args:?}");
    }

    /// Refused: nothing is written.
    #[track_caller]
    fn refuses(&self, args: &[&str], expected: &str) {
        let before = files(&self.root);
        self.check(args, 2, expected);
        assert_eq!(files(&self.root), before, "recto {args:?}");
    }
}

#[test]
fn what_is_made_builds_without_a_word() {
    let site = Site::with(&[]);
    site.run(&["init"]);
    let day = ["--date", "2026-11-26"];
    let made = |what: &[&'static str]| [&["new"], what, &day].concat();
    site.check(&made(&["page", "guides/api-keys"]), 0, "made `content/guides/api-keys.md`; `recto serve` shows it at /guides/api-keys/\n");
    site.check(&made(&["page", "c#-and-{$x}-[y]", "-q"]), 0, "");
    site.check(
        &made(&["guide", "refunds", "--title", "Give money back"]),
        0,
        "made `content/guides/refunds.md`; `recto serve` shows it at /guides/refunds/\n",
    );
    site.check(
        &made(&["guide", "payments/refunds", "--only", "1"]),
        0,
        "made `versions/1/payments/refunds.md`; `recto serve` shows it at /1/payments/refunds/\n",
    );
    site.check(&made(&["release", "v2.1.0"]), 0, "made `content/changelog/2.1.0.md`; `recto serve` shows it at /changelog/2.1.0/\n");
    let guide = site.read("content/guides/refunds.md");
    assert!(guide.contains("\nverified = { version = \"2\", date = 2026-11-26 }\n+++\n# Give money back\n"), "{guide}");
    assert!(site.read("versions/1/payments/refunds.md").contains("{ version = \"1\", date"));
    assert!(site.read("content/changelog/2.1.0.md").starts_with("+++\ndate = 2026-11-26\n+++\n# 2.1.0\n"));
    let built = site.run(&["build", "--strict"]);
    assert!(built.code == Some(0) && built.stderr.starts_with("built "), "{}", built.stderr);
    let page = site.read("public/c#-and-{$x}-[y]/index.html");
    assert!(page.contains("<title>C# and {$x} [y] "), "{page}");
    for (path, _) in files(&site.root.join("public")) {
        assert!(
            !path.ends_with(".html") || !site.read(&format!("public/{path}")).contains("back off exponentially"),
            "{path}: a comment was published"
        );
    }
}

#[test]
fn a_site_without_versions_names_none() {
    let site = Site::with(&[("index.md", "# Mine\n"), ("recto.toml", "title = 'Mine'\nurl = 'https://a.example'\n")]);
    fs::remove_file(site.root.join("index.md")).expect("removed");
    site.check(&["new", "page", "index", "-q"], 0, "");
    site.check(&["new", "guide", "a", "--date", "2026-11-26"], 0, "made `content/guides/a.md`; `recto serve` shows it at /guides/a/\n");
    assert!(
        site.read("content/index.md")
            .ends_with("+++\n# Mine\n\n<!-- Say first what this page helps with. Text between these marks is not published. -->\n")
    );
    assert!(site.read("content/guides/a.md").contains("\nverified = { date = 2026-11-26 }\n"));
    let built = site.run(&["build", "--strict"]);
    assert!(built.code == Some(0) && built.stderr.starts_with("built "), "{}", built.stderr);
}

#[test]
fn a_changelog_in_one_file_gets_a_section() {
    let before = "# Changelog\r\n\r\n## [Unreleased]\r\n\r\n### Added\r\n\r\n- A.\r\n\r\n## [2.0.0] - 2026-01-01\r\n\r\n### Added\r\n\r\n- B.";
    let after = before.replace("## [Unreleased]\r\n", "## [Unreleased]\r\n\r\n## [2.1.0] - 2026-11-26\r\n");
    let site = Site::with(SITE);
    write(&site.root.join("content/CHANGELOG.md"), before.as_bytes());
    let release = ["new", "release", "2.1.0", "--date", "2026-11-26"];
    let names = |site: &Site| files(&site.root).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    let all = names(&site);
    site.check(&release, 0, "put 2.1.0 into `content/CHANGELOG.md`; `recto serve` shows it at /changelog/2.1.0/\n");
    assert_eq!(site.read("content/CHANGELOG.md"), after);
    assert_eq!(names(&site), all, "nothing is left beside it");
    site.refuses(&release, "error: `content/CHANGELOG.md` tells of 2.1.0 already\n");
    site.check(&["new", "release", "2.1.1", "--date", "2026-11-27", "-q"], 0, "");
    let written = site.read("content/CHANGELOG.md");
    assert!(written.contains("## [2.1.1] - 2026-11-27\r\n\r\n### Added\r\n\r\n### Changed\r\n") && written.ends_with("- B."), "{written}");
    let site =
        Site::with(&[("recto.toml", "title = 'A'\nurl = 'https://a.example'\n"), ("content/index.md", "# A\n"), ("content/CHANGELOG.md", &after)]);
    site.check(&["new", "release", "3.0.0", "-q"], 0, "");
    let built = site.run(&["build", "--strict"]);
    assert!(built.code == Some(0) && built.stderr.starts_with("built "), "{}", built.stderr);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_changelog_stays_one() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let site = Site::with(SITE);
    let real = site.root.join("CHANGELOG.md");
    write(&real, b"## Unreleased\n");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).expect("permissions");
    symlink("../CHANGELOG.md", site.root.join("content/CHANGELOG.md")).expect("a link");
    site.check(&["new", "release", "2.1.0", "-q"], 0, "");
    assert!(site.root.join("content/CHANGELOG.md").is_symlink() && site.read("CHANGELOG.md").starts_with("## Unreleased\n\n## 2.1.0 - "));
    assert_eq!(fs::metadata(&real).expect("there").permissions().mode() & 0o777, 0o600);
    // No link leads a new file out of the content.
    symlink(site.root.join("versions"), site.root.join("content/out")).expect("a link");
    for path in ["out/x", "out/y/x"] {
        let told = format!("error: cannot write `content/{path}.md`: a link leads out of the content folder\n");
        site.check(&["new", "page", path], 2, &told);
    }
    assert_eq!(fs::read_dir(site.root.join("versions")).expect("there").count(), 1);
}

#[test]
fn the_next_releases_are_suggested() {
    let site = Site::with(SITE);
    site.refuses(
        &["new", "release"],
        "error: which release? There is none yet\nhelp: write `recto new release 0.1.0` or `recto new release 1.0.0`\n",
    );
    write(&site.root.join("content/changelog/1.9.0.md"), b"# 1.9.0\n");
    write(&site.root.join("versions/0/CHANGELOG.md"), b"## [1.10.0] - 2026-01-01\n");
    let help = "help: write `recto new release 1.10.1` or `recto new release 1.11.0` or `recto new release 2.0.0`\n";
    site.refuses(&["new", "release"], &format!("error: which release? The newest is 1.10.0\n{help}"));
    write(&site.root.join("content/changelog/2026.3.md"), b"# 2026.3\n");
    let help = "help: write `recto new release 2026.11` or `recto new release 2026.4`\n";
    site.refuses(&["new", "release", "--date", "2026-11-05"], &format!("error: which release? The newest is 2026.3\n{help}"));
}

#[test]
fn a_sites_own_template_comes_first() {
    let site = Site::with(SITE);
    let own = "+++\ntitle = \"{{ title }}\"\n+++\n## First {#first}\n\n{{ date }} {{ version }} {{ other }} {% raw\n";
    write(&site.root.join("templates/new/page.md"), own.as_bytes());
    site.check(&["new", "page", "b", "--title", "A \"b\"", "--date", "2026-11-26", "-q"], 0, "");
    assert_eq!(site.read("content/b.md"), "+++\ntitle = \"A \\\"b\\\"\"\n+++\n## First {#first}\n\n2026-11-26 2 {{ other }} {% raw\n");
    // It is no template of pages, so what it holds means nothing there.
    let site = Site::with(&[("index.md", "# Mine\n"), ("templates/new/page.md", own)]);
    let built = site.run(&["build"]);
    assert!(built.code == Some(0) && !built.stderr.contains("template"), "{}", built.stderr);
    fs::remove_file(site.root.join("templates/new/page.md")).expect("removed");
    write(&site.root.join("templates/new/page.md"), b"\xff");
    site.refuses(&["new", "page", "c"], "error: cannot read `templates/new/page.md`: stream did not contain valid UTF-8\n");
}

#[test]
fn the_folder_is_that_of_the_version_being_written() {
    let config = |versions: &str| format!("title = 'A'\nurl = 'https://a.example'\n{versions}");
    let version = |id: &str, status: &str, rest: &str| format!("\n[[versions]]\nid = '{id}'\nstatus = '{status}'\n{rest}\n");
    for (versions, path) in [
        (version("3", "preview", "content = 'next'\ninherits = '2'") + &version("2", "current", "content = 'content'"), "next/x.md"),
        (version("3", "preview", "git = 'next'") + &version("2", "current", "content = 'docs'"), "docs/x.md"),
        (version("2", "current", "git = 'v2'\npatches = 'patches/2'"), "patches/2/x.md"),
    ] {
        let site = Site::with(&[("recto.toml", &config(&versions))]);
        let run = site.run(&["new", "page", "x"]);
        assert!(run.code == Some(0) && run.stderr.starts_with(&format!("made `{path}`; ")) && site.root.join(path).is_file(), "{}", run.stderr);
    }
    let site = Site::with(SITE);
    site.refuses(
        &["new", "page", "x", "--only", "1"],
        "error: version 1 is read from git (`docs-1`), and has no folder to write in\n\
         help: write `patches = \"versions/1\"` for it in `recto.toml`, or name another version with `--only`\n",
    );
    site.refuses(&["new", "page", "x", "--only", "0", "--only", "2"], "error: a new file goes into one version\nhelp: give `--only` once\n");
    site.refuses(&["new", "page", "x", "--only", "9"], "error: no version `9`\nhelp: write `--only 0`\n");
    // The navigation that someone wrote down does not grow by itself.
    write(&site.root.join("nav.toml"), b"items = ['index.md']\n");
    let told = "made `content/x.md`; `recto serve` shows it at /x/\nthe navigation is written down in `nav.toml`: add the page there\n";
    site.check(&["new", "page", "x"], 0, told);
}

#[test]
fn what_cannot_be_a_page_is_refused() {
    let site = Site::with(SITE);
    for (path, told) in [
        ("Guides/a", "`content/Guides/a.md` is there already"),
        ("content/Guides/A.md", "`content/Guides/a.md` is there already"),
        ("README", "`content/index.md` is there already"),
        ("index/", "`index/` names a folder\nhelp: write the name of the page behind it"),
        ("guides/b", "the folder `Guides` is there already, and differs only in capital letters\nhelp: write it as `Guides`, with its capitals"),
        ("../x", "`../x` lies outside the folder `content`\nhelp: write a path in `content`"),
        ("a/../../x", "`a/../../x` lies outside the folder `content`"),
        ("/x", "`/x` lies outside the folder `content`\nhelp: write a path in `content`"),
        ("Upgrade", "`content/Upgrade.md` cannot be a page: its address is kept for the upgrade page"),
        ("_/x", "`content/_/x.md` cannot be a page: its address is kept for generated files"),
        ("1/x", "`content/1/x.md` cannot be a page: its address is version 1's"),
        ("de/x", "`content/de/x.md` cannot be a page: `de` looks like a language, and such addresses are kept free for translations"),
        ("a/.x", "`content/a/.x.md` cannot be a page: files of such names are never read"),
        ("node_modules/x", "`content/node_modules/x.md` cannot be a page: files of such names are never read"),
        ("con", "`con` cannot be a page: it is the name of a device on Windows"),
        ("a?b", "`a?b` cannot be a page: Windows cannot hold '?' in a name"),
        ("a\nb", "`a\nb` cannot be a page: Windows cannot hold '\\n' in a name"),
    ] {
        site.refuses(&["new", "page", path], &format!("error: {told}\n"));
    }
    site.refuses(&["new", "page", "x", "--title", "a\nb"], "error: a title is one line of text\n");
    for (number, why) in
        [("next", "it does not begin with a digit"), ("3/1", "it holds other characters than letters, digits, `.`, `-`, `+` and `_`")]
    {
        let help = "help: write its number, as `3.2.1` or `2026.10`\n";
        site.refuses(&["new", "release", number], &format!("error: `{number}` cannot be a release: {why}\n{help}"));
    }
    let run = site.run(&["new", "page", "x", "--date", "2026-02-30"]);
    assert!(run.code == Some(2) && run.stderr.contains("invalid value '2026-02-30' for '--date"), "{}", run.stderr);
    let (_guard, nothing) = temporary();
    let told = run_in(&nothing, &["new", "page", "x"]);
    assert!(told.code == Some(2) && told.stderr.starts_with("error: no site here"), "{}", told.stderr);
    // A broken configuration is told as ever.
    let site = Site::with(&[("recto.toml", "title = \n")]);
    let run = site.run(&["new", "page", "x"]);
    assert!(run.code == Some(2) && run.stderr.starts_with("error[config-syntax]"), "{}", run.stderr);
}

fn run_in(folder: &Path, args: &[&str]) -> Run {
    run(recto(folder, args))
}

#[test]
fn a_page_where_the_root_is_the_content() {
    let site = Site::with(&[("index.md", "# Mine\n")]);
    site.check(&["new", "page", "guides/a"], 0, "made `guides/a.md`; `recto serve` shows it at /guides/a/\n");
    site.refuses(&["new", "page", "static/a"], "error: `static/a.md` cannot be a page: files of such names are never read\n");
}
