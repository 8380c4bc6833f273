//! Hostile input costs little: fifty thousand of anything take seconds and megabytes, and twice as much takes twice as long.
//!
//! - In: one page of 25,000 and of 50,000 constructs of a kind, built by the program with a bound on its memory.
//! - Out: its CPU time, read from `/proc` while it is a zombie, so that other work on the machine does not count.
//! - Never here: what comes out of such a page; it ends well or with diagnostics, never by a signal.
#![cfg(target_os = "linux")]

mod kit;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kit::{site, write};
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// How many constructs a page has, and half of it.
const MANY: usize = 50_000;
/// What 50,000 may cost (TRUST): ten seconds, and a GiB.
const MOST_TIME: Duration = Duration::from_secs(10);
const MOST_KIB: usize = 1 << 20;
/// Twice the input may cost so many times as much.
const GROWTH: f64 = 2.6;
/// Where 50,000 cost less than this, growth says nothing: the clock ticks in hundredths of a second, and what grew with the square of its
/// number would be far above.
const LEAST: Duration = Duration::from_millis(400);

type Make = fn(usize) -> String;

/// `piece`, `n` times.
macro_rules! times {
    ($piece:expr) => {
        |n| $piece.repeat(n)
    };
}

/// One piece for each number below `n`.
fn each(n: usize, piece: impl Fn(usize) -> String) -> String {
    (0..n).fold(String::new(), |mut out, no| {
        out.push_str(&piece(no));
        out
    })
}

#[test]
fn blocks_cost_little() {
    check(&[
        ("nested quotes", |n| ">".repeat(n) + " a\n"),
        ("quoted lines", times!("> a\n")),
        ("alerts", times!("> [!NOTE]\n> a\n\n")),
        ("nested lists", |n| "- ".repeat(n) + "a\n"),
        ("nested rules", |n| "* ".repeat(n) + "a\n"),
        ("list items", times!("- a\n")),
        ("numbered items", times!("1. a\n")),
        ("tasks", times!("- [ ] a\n")),
        ("indented items", |n| each(n / 10, |no| format!("{}- a\n", " ".repeat(2 * no.min(200))))),
        ("columns", |n| format!("{}|\n{}|\n{}|\n", "|a".repeat(n), "|-".repeat(n), "|b".repeat(n))),
        ("rows", |n| format!("|a|b|\n|-|-|\n{}", "|c|d|\n".repeat(n))),
        ("short rows of a wide table", |n| format!("{}|\n{}|\n{}", "|a".repeat(n / 50), "|-".repeat(n / 50), "|x|\n".repeat(n))),
        ("tables that are none", times!("|a|\n|-|-|\n")),
        ("dashes of a table", |n| format!("a\n{}\n", "-|".repeat(n))),
        ("fences", times!("```\na\n")),
        ("fences with a language", times!("````js\nx\n````\n")),
        ("indented code", times!("    a\n\n")),
        ("rules", times!("---\n\n")),
        ("blank lines", times!("\n")),
        ("tabs", |n| "\t".repeat(n) + "a\n"),
        ("lines of a paragraph", |n| "a\n".repeat(n) + "===\n"),
        ("CRLF", times!("a\r\n\r\n")),
    ]);
}

#[test]
fn inline_text_costs_little() {
    check(&[
        ("emphasis never closed", times!("*a **a ")),
        ("emphasis of two kinds", times!("*a_ ")),
        ("stars around a word", |n| format!("{}a{}", "*".repeat(n), "*".repeat(n))),
        ("mixed emphasis", times!("**a *a_ __a")),
        ("strikethrough", times!("~~a ~b ")),
        ("tildes", |n| "~".repeat(n) + "\n"),
        ("backticks", |n| "`".repeat(n) + "a"),
        ("backticks of many lengths", |n| each(n / 20, |no| format!("{}a ", "`".repeat(no % 300 + 1)))),
        ("backticks that do not match", times!("`a `` ")),
        ("entities", times!("&amp;")),
        ("ampersands", times!("&")),
        ("numeric entities never closed", times!("&#x")),
        ("escapes", times!("\\*")),
        ("hard breaks", times!("a  \n")),
        ("NUL", times!("\0")),
        ("www", times!("www.")),
        ("addresses", times!("http://a.b ")),
        ("schemes", times!("http://")),
        ("signs of mail", times!("a@")),
        ("mail addresses", times!("a@b.c ")),
        ("brackets behind an address", |n| format!("http://a.b/{}", ")".repeat(n))),
        ("entities behind an address", |n| format!("http://a.b/{}", "&amp;".repeat(n))),
        ("labels of a host", |n| format!("www.a{}_b", ".a".repeat(n))),
        ("a long name of mail", |n| format!("{}@b.c", "a.".repeat(n))),
        ("hosts with underscores", times!("www.a_.")),
        ("addresses with underscores", times!("http://a_.")),
        ("addresses in angles", times!("<http://a>")),
        ("angles never closed", times!("<a:")),
        ("shortcodes never closed", times!("{{<")),
        ("shortcodes closed otherwise", |n| "{{%".repeat(n) + ">}}"),
        ("shortcodes", times!("{{< a >}} ")),
        ("shortcodes in lines", times!("{{< a >}}\n")),
        ("a long word", |n| "a".repeat(20 * n)),
        ("a long line", |n| "a b ".repeat(5 * n)),
    ]);
}

#[test]
fn links_cost_little() {
    check(&[
        ("brackets", times!("[")),
        ("brackets with words", times!("[a")),
        ("targets never closed", times!("[a](")),
        ("brackets in brackets", |n| "[".repeat(n) + &"]".repeat(n)),
        ("links in links", |n| format!("{}a{}", "[".repeat(n), "](#top)".repeat(n))),
        ("images never closed", times!("![")),
        ("images in images", |n| format!("{}a{}", "![".repeat(n), "](x.png)".repeat(n))),
        ("images that are not there", times!("![a](x.png) ")),
        ("links", times!("[a](#top) ")),
        ("brackets in targets", times!("[a]((")),
        ("angles in targets", times!("[a](<b ")),
        ("titles never closed", times!("[a](b \"")),
        ("notes in a ring", |n| each(n, |no| format!("[^{no}] ")) + "\n\n" + &each(n, |no| format!("[^{no}]: x [^{}]\n\n", (no + 1) % n))),
        ("one note many times", |n| "[^a] ".repeat(n) + "\n\n[^a]: x\n"),
        ("one note defined many times", |n| "[^a]: x\n\n".repeat(n) + "[^a]"),
        ("notes never closed", times!("[^")),
        ("notes in notes", times!("[^a]:")),
        ("definitions", |n| each(n, |no| format!("[a{no}]: #top\n")) + "\n" + &each(n, |no| format!("[a{no}] "))),
        ("one definition many times", |n| "[a]: #top\n".repeat(n) + "\n" + &"[a] ".repeat(n)),
        ("a long definition", |n| format!("[a]: /{}\n\n{}", "x".repeat(n), "[a] ".repeat(n))),
        ("references to nothing", times!("[a][b] ")),
        ("definitions never closed", times!("[a]: <b\n")),
        ("titles of definitions never closed", times!("[a]: b \"c\n")),
        ("broken links", times!("[a](b.md) ")),
        ("broken links in lines", times!("[a](b.md)\n")),
        ("different broken links", |n| each(n, |no| format!("[a](b{no}.md)\n"))),
        ("broken anchors", |n| each(n, |no| format!("[a](#b{no})\n"))),
        ("broken anchors among headings", |n| each(n / 10, |no| format!("## he{no}\n\n[a](#b{no})\n"))),
    ]);
}

#[test]
fn headings_cost_little() {
    check(&[
        ("headings of one title", times!("## a\n")),
        ("underlined headings of one title", times!("a\n=\n")),
        ("headings", |n| each(n, |no| format!("## h{no}\n"))),
        ("headings with links to them", |n| each(n, |no| format!("## h{no}\n\n[a](#h{no})\n\n"))),
        ("headings of one id", times!("## a {#x}\n")),
        ("ids of a heading", |n| format!("## a {{{}}}\n", "#b ".repeat(n))),
        ("headings with id and class", times!("## a {#b .c}\n")),
        ("braces of a heading", |n| format!("# {}{}\n", "{".repeat(n), "}".repeat(n))),
        ("headings with words in braces", times!("## a {b}\n")),
    ]);
}

#[test]
fn raw_html_costs_little() {
    check(&[
        ("blocks never closed", times!("<div>")),
        ("tags never closed", times!("<b>")),
        ("nested tags", |n| "<b>".repeat(n) + &"</b>".repeat(n)),
        ("tags in text", times!("x <b>a</b>")),
        ("blocks", times!("<div>\n\na\n\n</div>\n\n")),
        ("tags that do not end", times!("<a ")),
        ("attributes that do not end", times!("x <a href=\"")),
        ("attributes of a tag", |n| format!("<a{}>x</a>", each(n, |no| format!(" a{no}=b")))),
        ("one attribute many times", |n| format!("<p{}>x</p>", " class=b".repeat(n))),
        ("elements left out", times!("x <svg>")),
        ("elements left out and closed", times!("x <svg>a</svg>")),
        ("scripts", times!("x <script>a ")),
        ("unknown tags", times!("x <tok>")),
        ("different unknown tags", |n| each(n, |no| format!("x <t{no}>"))),
        ("end tags", times!("x </b>")),
        ("tags closed across", times!("<b><i></b></i>")),
        ("links in bold", times!("<b><a href=#top>")),
        ("formatting in paragraphs", |n| "<p><b><i><u><s>".repeat(n / 4)),
        ("tables in tables", times!("<table><tr><td>")),
        ("text that a table may not hold", |n| "<table>".to_owned() + &"<b>x".repeat(n)),
        ("comments", times!("<!-- a --> ")),
        ("comments never closed", times!("x <!--")),
        ("lines of comments never closed", times!("<!--\n")),
        ("instructions", times!("x <?")),
        ("declarations", times!("x <!A")),
        ("CDATA", times!("x <![CDATA[")),
        ("entities of an attribute", |n| format!("<b title=\"{}\">x</b>", "&amp;".repeat(n))),
        ("ampersands of an attribute", |n| format!("<b title=\"{};\">x</b>", "&".repeat(n))),
    ]);
}

#[test]
fn front_matter_costs_little() {
    check(&[
        ("TOML never closed", |n| "+++\n".to_owned() + &"a = 1\n".repeat(n)),
        ("YAML never closed", |n| "---\n".to_owned() + &"a: 1\n".repeat(n)),
        ("TOML arrays", |n| format!("+++\na = {}{}\n+++\nx\n", "[".repeat(n), "]".repeat(n))),
        ("TOML tables in a header", |n| format!("+++\n[{}a]\n+++\nx\n", "a.".repeat(n))),
        ("TOML dotted keys", |n| format!("+++\n{}a = 1\n+++\nx\n", "a.".repeat(n))),
        ("TOML inline tables", |n| format!("+++\na = {}1{}\n+++\nx\n", "{a=".repeat(n), "}".repeat(n))),
        ("TOML keys", |n| format!("+++\ntitle=\"t\"\n{}+++\nx\n", each(n, |no| format!("k{no} = 1\n")))),
        ("TOML keys of extra", |n| format!("+++\ntitle=\"t\"\n[extra]\n{}+++\nx\n", each(n, |no| format!("k{no} = 1\n")))),
        ("TOML one key many times", |n| format!("+++\n{}+++\nx\n", "k = 1\n".repeat(n))),
        ("TOML lines that are none", |n| format!("+++\n{}+++\nx\n", "= =\n".repeat(n))),
        ("TOML arrays of tables", |n| format!("+++\ntitle=\"t\"\n{}+++\nx\n", "[[extra.a]]\nb=1\n".repeat(n))),
        ("aliases of a page", |n| format!("+++\ntitle=\"t\"\naliases=[{}]\n+++\nx\n", each(n / 10, |no| format!("\"/a{no}/\",")))),
        ("tags of a page", |n| format!("+++\ntitle=\"t\"\ntags=[{}]\n+++\nx\n", each(n, |no| format!("\"a{no}\",")))),
        ("old names of a page", |n| format!("+++\ntitle=\"t\"\nmoved_from=[{}]\n+++\nx\n", each(n / 10, |no| format!("\"a{no}\",")))),
        ("a long title", |n| format!("+++\ntitle=\"{}\"\n+++\nx\n", "t".repeat(n))),
        ("YAML sequences", |n| format!("---\na: {}{}\n---\nx\n", "[".repeat(n), "]".repeat(n))),
        ("YAML mappings", |n| format!("---\na: {}{}\n---\nx\n", "{a: ".repeat(n), "}".repeat(n))),
        ("YAML dashes", |n| format!("---\na:\n {}\n---\nx\n", "- ".repeat(n))),
        ("YAML question marks", |n| format!("---\n{}\n---\nx\n", "? ".repeat(n))),
        ("YAML keys", |n| format!("---\ntitle: t\n{}---\nx\n", each(n, |no| format!("k{no}: 1\n")))),
        ("YAML anchors", |n| format!("---\ntitle: t\nextra:\n{}---\nx\n", each(n, |no| format!(" k{no}: &a{no} 1\n")))),
        ("YAML aliases", |n| format!("---\ntitle: t\nextra:\n - &a x\n{}---\nx\n", " - *a\n".repeat(n))),
        ("YAML aliases of much", |n| format!("---\ntitle: t\nextra:\n - &a [{}]\n{}---\nx\n", "x,".repeat(n / 10), " - *a\n".repeat(n))),
        ("YAML lines of a scalar", |n| format!("---\ntitle: a\n{}---\nx\n", " b\n".repeat(n))),
        ("YAML colons", |n| format!("---\n{}\n---\nx\n", "a: ".repeat(n))),
    ]);
}

#[test]
fn sites_of_many_faults_cost_little() {
    grows("pages with a broken link each", |root, n| {
        for no in 0..n / 10 {
            write(&root.join(format!("content/page-{no}.md")), format!("# P\n\n[a](pag-{no}x.md)\n"));
        }
    });
    grows("entries of nav.toml", |root, n| {
        let items = each(n / 5, |no| format!("  \"page-{no}.md\",\n"));
        write(&root.join("content/nav.toml"), format!("items = [\n  \"index.md\",\n{items}]\n"));
    });
    grows("entries of nav.toml that are there", |root, n| {
        let pages = n / 25;
        for no in 0..pages {
            write(&root.join(format!("content/page-{no}.md")), "# P\n");
        }
        let items = each(pages, |no| format!("  \"page-{no}.md\",\n"));
        write(&root.join("content/nav.toml"), format!("items = [\n  \"index.md\",\n{items}]\n"));
    });
}

#[test]
fn included_files_cost_little() {
    grows("one file with faults, included again and again", |root, n| {
        write(&root.join("snippets/a.md"), each(20, |no| format!(":::nothing-{no}\n\n[a]({no}.md) {{$none}}\n\n")));
        write(&root.join("content/page.md"), each(n / 50, |_| ":::include snippets/a.md\n\n".to_owned()));
    });
    grows("files that include the next twice", |root, n| {
        for no in 0..15 {
            let next = no + 1;
            write(&root.join(format!("snippets/{no}.md")), format!(":::include {next}.md\n\n:::include {next}.md\n"));
        }
        write(&root.join("snippets/15.md"), "a ".repeat(n / 50));
        write(&root.join("content/page.md"), ":::include snippets/0.md\n");
    });
}

#[test]
fn the_excerpt_of_a_long_line_is_short() {
    for filling in ["a", "a ", "日"] {
        let half = filling.repeat(500_000 / filling.len());
        let folder = kit::site(&[("recto.toml", CONFIG), ("content/index.md", &format!("# Home\n\n{half} [a](gone.md) {half}\n"))]);
        let run = run(folder.path());
        assert!(run.said.contains("gone.md") && run.said.len() < 3_000, "{filling}: {} bytes", run.said.len());
        assert!(run.said.lines().all(|line| line.chars().count() < 400), "{filling}: {}", run.said);
    }
}

const CONFIG: &str = "title = \"Costs\"\nurl = \"https://costs.example/\"\n";

fn check(cases: &[(&str, Make)]) {
    for (name, make) in cases {
        grows(name, |root, n| write(&root.join("content/page.md"), make(n)));
    }
}

/// Builds the site that `make` makes of 25,000 and of 50,000 of its kind, and fails if that costs much or grows too fast.
fn grows(name: &str, make: impl Fn(&Path, usize)) {
    let folders = [MANY / 2, MANY].map(|n| {
        let folder = site(&[("recto.toml", CONFIG), ("content/index.md", "# Home\n")]);
        make(folder.path(), n);
        folder
    });
    let mut told = String::new();
    // A slow moment of the machine is no growth: five tries.
    for _ in 0..5 {
        let [half, all] = [&folders[0], &folders[1]].map(|folder| run(folder.path()).time);
        assert!(all <= MOST_TIME, "{name}: {MANY} take {all:?}");
        if all < LEAST || all.as_secs_f64() <= GROWTH * half.as_secs_f64() {
            return;
        }
        let _ = write!(told, " {half:?} and {all:?};");
    }
    panic!("{name}: grows faster than its input:{told} for {} and {MANY}", MANY / 2);
}

struct Run {
    time: Duration,
    said: String,
}

/// Builds a site, which must end by itself, within the bounds.
fn run(root: &Path) -> Run {
    let log = root.join("said.txt");
    let mut command = Command::new("bash");
    // Twice the time, so that what takes too long is told as that.
    let bounds = format!("ulimit -v {MOST_KIB}; ulimit -t {}; exec \"$0\" \"$@\"", 2 * MOST_TIME.as_secs());
    command.args(["-c", &bounds, env!("CARGO_BIN_EXE_recto"), "build", "--keep-going", "--color", "never", "--root"]).arg(root);
    command.env("RAYON_NUM_THREADS", "2").stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(fs::File::create(&log).expect("a file"));
    let began = Instant::now();
    let mut child = command.spawn().expect("bash is there");
    let pid = Pid::from_child(&child);
    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).expect("the child ends");
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("a zombie has figures");
    let status = child.wait().expect("the child has ended");
    let said = String::from_utf8_lossy(&fs::read(&log).expect("a file")).into_owned();
    let shown: String = said.chars().rev().take(2_000).collect::<Vec<_>>().into_iter().rev().collect();
    assert!(matches!(status.code(), Some(0 | 1)), "{}: {status:?} after {:?}\n{shown}", root.display(), began.elapsed());
    Run { time: cpu(&stat), said }
}

/// User and system time: fields 14 and 15 of proc(5), in hundredths of a second.
fn cpu(stat: &str) -> Duration {
    let fields = stat.rsplit_once(") ").expect("the name stands in brackets").1;
    let ticks: u64 = fields.split(' ').skip(11).take(2).map(|field| field.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(10 * ticks)
}
