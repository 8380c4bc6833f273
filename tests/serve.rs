//! `recto serve` from outside: what it answers, to whom, and how it lives through whatever editors and clients do.
//!
//! - In: the program on a site of its own, asked over plain sockets of this machine.
//! - Out: answers, compared with what `recto build` writes; and that others are still answered.
//! - Never here: what a browser makes of it; `tests/browser/serve.test.mjs` has that.
#![cfg(unix)]

mod kit;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use kit::{ends_with, recto, site, tree, write};
use rustix::process::{Pid, Signal, kill_process};

/// A server, ended with the value.
struct Server {
    child: Child,
    port: u16,
    said: mpsc::Receiver<String>,
}

impl Server {
    fn start(root: &Path, more: &[&str]) -> Self {
        Self::spawn(recto(root, &["serve", "--port", "0", "--color", "never"]).args(more))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let (tell, said) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let mut server = Self { child, port: 0, said };
        let line = server.hears("serving ");
        let port = line.split("http://127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next()).and_then(|port| port.parse().ok());
        server.port = port.unwrap_or_else(|| panic!("no address in {line}"));
        server
    }

    /// Waits until it says something with these words.
    fn hears(&self, words: &str) -> String {
        let until = Instant::now() + Duration::from_secs(20);
        let mut all = String::new();
        while let Ok(line) = self.said.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if line.contains(words) {
                return line;
            }
            all += &format!("{line}\n");
        }
        panic!("it never says `{words}`, but:\n{all}");
    }

    fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
        socket
    }

    /// The answer to these bytes, up to the end of the connection.
    fn raw(&self, request: &str) -> String {
        let mut socket = self.connect();
        // It may answer, and close, before it has read everything.
        let _closed = socket.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _reset = socket.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn asked(&self, target: &str, headers: &str) -> Answer {
        self.method("GET", target, headers)
    }

    fn method(&self, method: &str, target: &str, headers: &str) -> Answer {
        let mut socket = self.connect();
        let host = if headers.contains("Host:") { String::new() } else { format!("Host: 127.0.0.1:{}\r\n", self.port) };
        let _closed = socket.write_all(format!("{method} {target} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n").as_bytes());
        let mut answer = Vec::new();
        let _reset = socket.read_to_end(&mut answer);
        Answer::of(&answer)
    }

    /// The text at `target`.
    fn text(&self, target: &str) -> String {
        String::from_utf8(self.asked(target, "").body).expect("text")
    }

    /// Asks until `target` has these words.
    fn has(&self, target: &str, words: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let text = self.text(target);
            if text.contains(words) {
                return;
            }
            assert!(Instant::now() < until, "{target} never has `{words}`, but:\n{text}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn status(&self, target: &str, status: u16) {
        let until = Instant::now() + Duration::from_secs(20);
        while self.asked(target, "").status != status {
            assert!(Instant::now() < until, "{target} never answers {status}");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn of(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

const CONFIG: &str = "title = \"S\"\nurl = \"https://s.example/\"\n";

fn small() -> tempfile::TempDir {
    site(&[("recto.toml", CONFIG), ("content/index.md", "# Home\n\n[a](a.md)\n"), ("content/a.md", "# A\n\nFirst.\n"), ("content/c/b.md", "# B\n")])
}

/// A page without the script of the live channel, which stands before all else in the head: it has to see the page as it came.
fn plain(page: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(page) else { return page.to_vec() };
    let Some(start) = text.find("<script defer src=\"/_/live.js\"") else { return page.to_vec() };
    assert!(text[..start].ends_with("<head>"), "{}", &text[..start]);
    let end = start + text[start..].find("</script>").expect("an end") + "</script>".len();
    [&text.as_bytes()[..start], &text.as_bytes()[end..]].concat()
}

#[test]
fn every_file_of_the_build_is_served_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = tempfile::tempdir().expect("a folder");
    let folder = output.path().join("site");
    ends_with(0, recto(root, &["build", "--quiet"]).arg("--output").arg(&folder));
    let server = Server::start(root, &[]);
    let files = tree(&folder);
    assert!(files.len() > 30, "{}", files.len());
    for (path, bytes) in files.iter().filter(|(path, _)| *path != "_/manifest.json") {
        let target = format!("/{}", path.strip_suffix("index.html").unwrap_or(path));
        let answer = server.asked(&target, "");
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(String::from_utf8_lossy(&plain(&answer.body)), String::from_utf8_lossy(bytes), "{target}");
        let head = server.method("HEAD", &target, "");
        assert_eq!((head.status, head.body.len(), head.header("Content-Length")), (200, 0, answer.header("Content-Length")), "{target}");
        let tag = answer.header("ETag").expect("a tag").to_owned();
        assert_eq!(server.asked(&target, &format!("If-None-Match: {tag}\r\n")).status, 304, "{target}");
        if bytes.len() > 10 {
            let part = server.asked(&target, "Range: bytes=2-5\r\n");
            assert_eq!((part.status, part.body.as_slice()), (206, &answer.body[2..6]), "{target}");
        }
    }
    for (target, kind) in [("/", "text/html; charset=utf-8"), ("/versions.json", "application/json"), ("/favicon.svg", "image/svg+xml")] {
        assert_eq!(server.asked(target, "").header("Content-Type"), Some(kind), "{target}");
    }
    assert_eq!(server.asked("/nothing/here/", "").status, 404);
    let moved = server.asked("/guides?x=1", "");
    assert_eq!((moved.status, moved.header("Location")), (302, Some("/guides/?x=1")));
}

#[test]
fn what_was_built_can_be_served() {
    let folder = small();
    ends_with(0, &mut recto(folder.path(), &["build", "--quiet"]));
    let server = Server::start(folder.path(), &["--built"]);
    write(&folder.path().join("public/secret.txt"), "not ours");
    assert_eq!(server.asked("/a/", "").body, fs::read(folder.path().join("public/a/index.html")).expect("a file"));
    assert_eq!(server.asked("/secret.txt", "").status, 404);
    assert!(server.text("/nothing").contains("Page not found"));
    write(&folder.path().join("content/a.md"), "# A\n\nSecond.\n");
    ends_with(0, &mut recto(folder.path(), &["build", "--quiet"]));
    server.has("/a/", "Second.");
    let empty = small();
    ends_with(2, &mut recto(empty.path(), &["serve", "--built", "--port", "0"]));
}

#[test]
fn nothing_but_the_site_can_be_asked_for() {
    let folder = small();
    for name in ["recto.toml", "content/.env", "secret.txt", ".recto/x", "content/a.md~"] {
        let path = folder.path().join(name);
        if !path.exists() {
            write(&path, "the secret");
        }
    }
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("content/passwd.txt")).expect("a link");
    let server = Server::start(folder.path(), &[]);
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let first = passwd.lines().next().unwrap_or("root:");
    for target in [
        "/recto.toml",
        "/../recto.toml",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/a/../../secret.txt",
        "/....//secret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/content/a.md",
        "/a.md~",
        "/.env",
        "/%2eenv",
        "/.recto/x",
        "/passwd.txt",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/file:///etc/passwd",
        "/C:%5cwindows%5cwin.ini",
        "/a/%00",
        "/_/live/../../secret.txt",
        "/a/index.html/../../../secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "http://127.0.0.1/../secret.txt",
        "*",
    ] {
        let answer = server.asked(target, "");
        let body = String::from_utf8_lossy(&answer.body);
        assert!(matches!(answer.status, 400 | 404), "{target}: {}", answer.head);
        assert!(!body.contains("the secret") && !body.contains(first), "{target}");
    }
}

#[test]
fn only_this_machine_is_answered_and_only_reading() {
    let folder = small();
    let server = Server::start(folder.path(), &["--allowed-host", "docs.box.example"]);
    for (host, status) in [
        ("localhost:4000", 200),
        ("docs.box.example", 200),
        ("[::1]:9", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example:4000", 403),
        ("", 403),
        ("localhost:4000\r\nHost: evil.example", 400),
    ] {
        assert_eq!(server.asked("/", &format!("Host: {host}\r\n")).status, status, "{host}");
    }
    assert!(server.raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 400 "));
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "FOO"] {
        assert_eq!(server.method(method, "/", "").status, 405, "{method}");
    }
    for answer in [server.asked("/", ""), server.asked("/_/live/problems.json", ""), server.asked("/nothing", "")] {
        assert_eq!(answer.header("Access-Control-Allow-Origin"), None);
        assert_eq!(answer.header("Cross-Origin-Resource-Policy"), Some("same-origin"), "{}", answer.head);
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
    }
    let upgrade = |origin: &str| {
        let headers = format!("{origin}Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        let mut socket = server.connect();
        let request = format!("GET /_/live HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: Upgrade\r\n{headers}\r\n", server.port);
        socket.write_all(request.as_bytes()).expect("sent");
        let mut line = String::new();
        BufReader::new(socket).read_line(&mut line).expect("an answer");
        line
    };
    assert!(upgrade(&format!("Origin: http://127.0.0.1:{}\r\n", server.port)).starts_with("HTTP/1.1 101 "));
    for origin in ["", "Origin: null\r\n", "Origin: https://evil.example\r\n", "Origin: http://127.0.0.1:1\r\n"] {
        assert!(upgrade(origin).starts_with("HTTP/1.1 403 "), "{origin}");
    }
}

#[test]
fn requests_that_are_none_end_nothing() {
    let folder = small();
    let server = Server::start(folder.path(), &[]);
    let many: String = (0..20_000).map(|no| format!("X-{no}: y\r\n")).collect();
    let long = "a".repeat(1 << 20);
    for request in [
        "\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "\0\u{1}\u{2}\r\n\r\n".to_owned(),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n"),
        format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\nConnection: close\r\n\r\n"),
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\nConnection: close\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\nConnection: close\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost : localhost\r\nConnection: close\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 200-ok\r\nConnection: close\r\n\r\n".to_owned(),
    ] {
        let mut socket = server.connect();
        let _closed = socket.write_all(request.as_bytes());
        let _closed = socket.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _reset = socket.read_to_end(&mut answer);
        let shown: String = request.chars().take(60).collect();
        assert!(!answer.starts_with(b"HTTP/1.1 200 "), "{shown}");
        assert_eq!(server.asked("/", "").status, 200, "after {shown}");
    }
}

#[test]
fn every_way_in_which_editors_save_is_seen() {
    let folder = small();
    let server = Server::start(folder.path(), &[]);
    let page = folder.path().join("content/a.md");
    let beside = |name: &str| page.with_file_name(name);
    let text = |words: &str| format!("# A\n\n{words}\n");
    type Save<'a> = (&'a str, Box<dyn Fn(&str) + 'a>);
    let saves: [Save<'_>; 9] = [
        ("VS Code, nano: over the old file", Box::new(|text| fs::write(&page, text).expect("a file"))),
        (
            "Vim: the old file becomes a backup",
            Box::new(|text| {
                fs::write(beside("4913"), "").expect("a file");
                fs::remove_file(beside("4913")).expect("a file");
                fs::rename(&page, beside("a.md~")).expect("a file");
                fs::write(&page, text).expect("a file");
                fs::remove_file(beside("a.md~")).expect("a file");
            }),
        ),
        (
            "Emacs: a copy is the backup",
            Box::new(|text| {
                let _gone = fs::remove_file(beside(".#a.md"));
                std::os::unix::fs::symlink("me@host.1", beside(".#a.md")).expect("a link");
                fs::copy(&page, beside("a.md~")).expect("a file");
                fs::write(&page, text).expect("a file");
                fs::remove_file(beside(".#a.md")).expect("a file");
            }),
        ),
        (
            "JetBrains: a new file, and the old one aside",
            Box::new(|text| {
                fs::write(beside("a.md___jb_tmp___"), text).expect("a file");
                fs::rename(&page, beside("a.md___jb_old___")).expect("a file");
                fs::rename(beside("a.md___jb_tmp___"), &page).expect("a file");
                fs::remove_file(beside("a.md___jb_old___")).expect("a file");
            }),
        ),
        (
            "sed: a new file over the old one",
            Box::new(|text| {
                fs::write(beside("sedAbc123"), text).expect("a file");
                fs::rename(beside("sedAbc123"), &page).expect("a file");
            }),
        ),
        (
            "gone, and there again",
            Box::new(|text| {
                fs::remove_file(&page).expect("a file");
                thread::sleep(Duration::from_millis(30));
                fs::write(&page, text).expect("a file");
            }),
        ),
        (
            "slowly, in pieces",
            Box::new(|text| {
                let mut file = fs::File::create(&page).expect("a file");
                for piece in text.as_bytes().chunks(4) {
                    file.write_all(piece).expect("a file");
                    thread::sleep(Duration::from_millis(15));
                }
            }),
        ),
        (
            "through a folder beside",
            Box::new(|text| {
                let other = folder.path().join("elsewhere.md");
                fs::write(&other, text).expect("a file");
                fs::rename(&other, &page).expect("a file");
            }),
        ),
        (
            "with the old time",
            Box::new(|text| {
                let before = fs::metadata(&page).and_then(|meta| meta.modified()).expect("a time");
                let file = fs::File::create(&page).expect("a file");
                (&file).write_all(text.as_bytes()).expect("a file");
                file.set_modified(before).expect("a time");
            }),
        ),
    ];
    for (no, (name, save)) in saves.iter().enumerate() {
        for round in 0..5 {
            let words = format!("Saved {no} {round}.");
            save(&text(&words));
            server.has("/a/", &words);
            assert_eq!(server.asked("/a/", "").status, 200, "{name}");
        }
    }
    assert!(server.text("/").contains(">A<"), "the navigation has no more and no less");
    server.status("/4913", 404);
}

#[test]
fn folders_come_and_go() {
    let folder = small();
    let root = folder.path();
    let server = Server::start(root, &[]);
    write(&root.join("content/new/deep/er/page.md"), "# Deep\n");
    server.has("/new/deep/er/page/", "Deep");
    write(&root.join("content/new/deep/er/page.md"), "# Deeper\n");
    server.has("/new/deep/er/page/", "Deeper");
    fs::rename(root.join("content/new"), root.join("content/moved")).expect("a folder");
    server.has("/moved/deep/er/page/", "Deeper");
    server.status("/new/deep/er/page/", 404);
    write(&root.join("content/moved/deep/er/page.md"), "# Deepest\n");
    server.has("/moved/deep/er/page/", "Deepest");
    fs::remove_dir_all(root.join("content/moved")).expect("a folder");
    server.status("/moved/deep/er/page/", 404);
    // Folders that the site's files may lie in, and that were not there when it began.
    write(&root.join("static/robots.txt"), "ours");
    server.has("/robots.txt", "ours");
    write(&root.join("templates/partials/footer.html"), "<footer>Mine</footer>");
    server.has("/a/", "Mine");
    write(&root.join("snippets/s.md"), "Shared.\n");
    write(&root.join("content/a.md"), "# A\n\n:::include snippets/s.md\n");
    server.has("/a/", "Shared.");
    write(&root.join("snippets/s.md"), "Shared anew.\n");
    server.has("/a/", "Shared anew.");
    // The folder of the pages itself is exchanged, as when another branch is checked out.
    fs::rename(root.join("content"), root.join("aside")).expect("a folder");
    write(&root.join("content/index.md"), "# Other home\n");
    server.has("/", "Other home");
    write(&root.join("content/index.md"), "# Third home\n");
    server.has("/", "Third home");
    write(&root.join("recto.toml"), format!("{CONFIG}[theme]\nfooter = \"By me\"\n"));
    fs::remove_dir_all(root.join("templates")).expect("a folder");
    server.has("/", "By me");
}

#[test]
fn thousands_of_files_at_once_are_right_in_the_end() {
    const MANY: usize = 5_000;
    let folder = small();
    let root = folder.path();
    let pages = |words: &str| {
        for no in 0..MANY {
            write(&root.join(format!("content/many/{}/page-{no}.md", no % 50)), format!("# Page {no}\n\n{words} {no}.\n"));
        }
    };
    pages("Before");
    let server = Server::start(root, &[]);
    pages("After");
    for no in [0, 1, 2_499, MANY - 1] {
        server.has(&format!("/many/{}/page-{no}/", no % 50), &format!("After {no}."));
    }
    fs::remove_dir_all(root.join("content/many")).expect("a folder");
    server.status("/many/0/page-0/", 404);
    pages("Again");
    for no in [0, 1, 2_499, MANY - 1] {
        server.has(&format!("/many/{}/page-{no}/", no % 50), &format!("Again {no}."));
    }
}

#[test]
fn files_are_looked_at_where_nobody_tells() {
    let folder = small();
    let server = Server::start(folder.path(), &["--poll", "60"]);
    write(&folder.path().join("content/a.md"), "# A\n\nSecond, and longer.\n");
    server.has("/a/", "Second, and longer.");
    write(&folder.path().join("content/new.md"), "# New\n");
    server.has("/new/", "New");
}

#[test]
fn slow_and_idle_clients_hold_nobody_up() {
    let folder = small();
    write(&folder.path().join("static/large.bin"), vec![7; 8 << 20]);
    let server = Server::start(folder.path(), &[]);
    let mut held = Vec::new();
    for no in 0..400 {
        let mut socket = server.connect();
        match no % 4 {
            0 => {}
            1 => socket.write_all(b"GET / HTTP/1.1\r\nHost: loc").expect("sent"),
            2 if no < 100 => socket.write_all(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent"),
            _ => socket.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent"),
        }
        held.push(socket);
    }
    // Far more than it takes; a server that waits for any of them would take ten.
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(server.asked("/a/", "").status, 200);
    }
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    drop(held);
    assert_eq!(server.asked("/large.bin", "").body.len(), 8 << 20);
}

#[test]
fn a_server_without_files_to_open_comes_back() {
    let folder = small();
    let program = env!("CARGO_BIN_EXE_recto");
    let mut command = Command::new("bash");
    command.args(["-c", "ulimit -n 60; exec \"$0\" serve --port 0 --color never --root \"$1\"", program]).arg(folder.path());
    let server = Server::spawn(&mut command);
    let held: Vec<TcpStream> = (0..100).filter_map(|_| TcpStream::connect(("127.0.0.1", server.port)).ok()).collect();
    thread::sleep(Duration::from_millis(300));
    drop(held);
    let until = Instant::now() + Duration::from_secs(60);
    let answers = || {
        let Ok(mut socket) = TcpStream::connect(("127.0.0.1", server.port)) else { return false };
        let asked =
            socket.set_read_timeout(Some(Duration::from_secs(2))).and_then(|()| socket.write_all(b"GET /a/ HTTP/1.0\r\nHost: localhost\r\n\r\n"));
        let mut answer = Vec::new();
        asked.is_ok() && socket.read_to_end(&mut answer).is_ok() && answer.starts_with(b"HTTP/1.1 200 ")
    };
    while !answers() {
        assert!(Instant::now() < until, "it never comes back");
        thread::sleep(Duration::from_millis(100));
    }
    write(&folder.path().join("content/a.md"), "# A\n\nStill watched.\n");
    server.has("/a/", "Still watched.");
}

#[test]
fn an_interrupt_ends_it_and_frees_the_port() {
    let folder = small();
    let mut server = Server::start(folder.path(), &[]);
    assert_eq!(server.asked("/", "").status, 200);
    let began = Instant::now();
    kill_process(Pid::from_child(&server.child), Signal::INT).expect("it runs");
    server.child.wait().expect("it ends");
    assert!(began.elapsed() < Duration::from_secs(5));
    let port = server.port.to_string();
    let again = Server::spawn(&mut recto(folder.path(), &["serve", "--strict-port", "--color", "never", "--port", &port]));
    assert_eq!(again.port, server.port);
    ends_with(2, &mut recto(folder.path(), &["serve", "--strict-port", "--port", &port]));
    let next = Server::spawn(&mut recto(folder.path(), &["serve", "--color", "never", "--port", &port]));
    assert_ne!(next.port, server.port);
}

#[test]
fn the_terminal_hears_what_is_new_and_what_is_mended() {
    let folder = small();
    let page = folder.path().join("content/a.md");
    write(&page, "# A\n\n[x](gone.md)\n");
    let server = Server::start(folder.path(), &[]);
    write(&page, "# A\n\nWords. [x](gone.md) {$nothing}\n");
    server.hears("`content/a.md` changed: up to date in");
    server.hears("error[variable-undefined]");
    server.hears("2 errors and 0 warnings in all");
    write(&page, "# A\n\nWords.\n");
    server.hears("mended: no page `gone.md` (content/a.md)");
    server.hears("nothing is wrong any more");
    write(&folder.path().join("recto.toml"), "title = [\n");
    server.hears("error[config-syntax]");
    assert_eq!(server.asked("/a/", "").status, 200);
    // Whatever else is saved meanwhile: the configuration is not mended by it.
    write(&page, "# A\n\nOther words. {$nothing}\n");
    server.hears("2 errors and 0 warnings in all");
    assert!(server.text("/a/").contains("Other words."));
    write(&folder.path().join("recto.toml"), CONFIG);
    server.hears("mended: ");
    server.hears("1 error and 0 warnings in all");
}

#[test]
fn a_configuration_that_is_broken_at_first_is_waited_for() {
    let folder = small();
    write(&folder.path().join("recto.toml"), "title = [\n");
    let mut command = recto(folder.path(), &["serve", "--port", "0", "--color", "never"]);
    let root = folder.path().to_owned();
    let mended = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        write(&root.join("recto.toml"), CONFIG);
    });
    let server = Server::spawn(&mut command);
    mended.join().expect("written");
    assert_eq!(server.asked("/a/", "").status, 200);
}

#[test]
fn a_site_below_a_path_is_served_there() {
    let folder = small();
    write(&folder.path().join("recto.toml"), "title = \"S\"\nurl = \"https://s.example/docs/\"\n");
    let server = Server::start(folder.path(), &[]);
    assert_eq!(server.asked("/", "").header("Location"), Some("/docs/"));
    assert_eq!(server.asked("/docs/a", "").header("Location"), Some("/docs/a/"));
    assert_eq!(server.asked("/docs/a/", "").status, 200);
    assert_eq!(server.asked("/a/", "").status, 404);
    assert_eq!(server.asked("/docs/_/live/problems.json", "").status, 200);
}

#[test]
fn options_that_are_wrong_are_told() {
    let folder = small();
    for arguments in [
        &["serve", "--host", "no such host"][..],
        &["serve", "--editor", "what"],
        &["serve", "--only", "9"],
        &["serve", "--port", "70000"],
        &["serve", "--built", "--follow"],
    ] {
        ends_with(2, &mut recto(folder.path(), arguments));
    }
}

#[test]
fn an_image_that_is_drawn_anew_is_a_change() {
    // Of the same size, in pixels and in bytes.
    let image = |colour: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\" fill=\"{colour}\"/>");
    let config =
        format!("{CONFIG}[[versions]]\nid = \"2\"\nstatus = \"current\"\n[[versions]]\nid = \"1\"\nstatus = \"supported\"\ncontent = \"old\"\n");
    let folder = site(&[("recto.toml", &config)]);
    let root = folder.path();
    for content in ["content", "old"] {
        write(&root.join(content).join("index.md"), "# Home\n\n![A flow](flow.svg)\n");
        write(&root.join(content).join("flow.svg"), image("#111"));
    }
    let server = Server::start(root, &[]);
    assert!(!server.text("/").contains("Changed since"), "nothing has changed");
    write(&root.join("content/flow.svg"), image("#222"));
    server.has("/_/changes/1..2+home/", "another file");
    server.has("/", "Changed since");
    write(&root.join("content/flow.svg"), image("#111"));
    server.has("/_/changes/1..2+home/", "Nothing that readers see has changed");
}
