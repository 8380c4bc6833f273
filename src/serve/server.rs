//! Speaks HTTP. The only file that knows `tiny_http`, and what it lacks: deadlines, caps, and a way back when it has died.
//!
//! - In: an address to listen on, and who answers.
//! - Out: each answer in one write. Deadlines for reading and writing lie on the listening socket, and connections inherit them.
//! - Never here: what lies at an address.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tiny_http::{HTTPVersion, Header, Method, ReadWrite, Request, Response, Server, StatusCode};

use super::live::accepted;
use super::reply::{Reply, Terms};

/// How long a client may take to send the next part of a request, or to ask again.
const READ: Duration = Duration::from_secs(20);
/// How long a client may take to take some of an answer.
const WRITE: Duration = Duration::from_secs(10);
/// How many answers are worked on at once.
const WORKERS: usize = 12;
/// How many long answers are under way at once.
const DOWNLOADS: usize = 128;
/// Answers longer than this, in bytes, are sent from a thread of their own: a client that does not read holds nobody up.
const LONG: u64 = 256 << 10;
/// What a request may say in its headers.
const MOST_HEADERS: usize = 100;
const LONGEST_HEADERS: usize = 32 << 10;
/// How often it is looked whether the server still answers: more often than [`READ`], see [`run`].
const WATCHDOG: Duration = Duration::from_secs(5);
/// A server that is alive answers within this time.
const ANSWER: Duration = Duration::from_secs(2);

/// A socket of the live channel.
pub(super) type Live = Box<dyn ReadWrite + Send>;

/// A request, as whoever answers sees it.
pub(super) struct Asked<'a> {
    /// The target, as sent.
    pub(super) target: &'a str,
    /// `Host`.
    pub(super) host: Option<&'a str>,
    /// `Origin`.
    pub(super) origin: Option<&'a str>,
    /// What it asks besides.
    pub(super) terms: Terms<'a>,
}

/// Whoever answers.
pub(super) trait Answers: Sync {
    /// The answer to a GET or HEAD.
    fn answer(&self, asked: &Asked<'_>) -> Reply;
    /// Whether this request may open the live channel; else what to say.
    fn admits(&self, asked: &Asked<'_>) -> Result<(), Reply>;
    /// Takes in a page that listens.
    fn join(&self, socket: Live);
}

/// Listens on `address`.
///
/// # Errors
/// When somebody else does, or the address is not this machine's.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // On Unix this lets a new server in at once after the last one; elsewhere it would let two listen at the same place.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.set_read_timeout(Some(READ))?;
    socket.set_write_timeout(Some(WRITE))?;
    socket.bind(&address.into())?;
    socket.listen(1024)?;
    Ok(socket.into())
}

/// Answers at `listener` until the program ends.
///
/// The accepting thread of `tiny_http` dies when no file can be opened any more, and when a deadline passes without a connection. The
/// first cannot be prevented, the second does not happen while the watchdog connects more often. In both cases another server takes
/// over the same socket, which has listened all the while, and the old one answers those that are connected to it until they leave.
///
/// # Errors
/// When no server can be made.
pub(super) fn run(listener: &TcpListener, answers: &Arc<dyn Answers + Send>) -> io::Result<()> {
    more_files();
    let address = reachable(listener.local_addr()?);
    let downloads = Arc::new(AtomicUsize::new(0));
    loop {
        let (died, death) = mpsc::channel();
        let server = Arc::new(Server::from_listener(listener.try_clone()?, None).map_err(io::Error::other)?);
        let dead = Arc::new(AtomicBool::new(false));
        for _ in 0..WORKERS {
            let worker =
                Worker { server: server.clone(), answers: answers.clone(), downloads: downloads.clone(), dead: dead.clone(), died: died.clone() };
            thread::spawn(move || worker.run());
        }
        let mut silent = 0;
        while silent < 3 {
            match death.recv_timeout(if silent == 0 { WATCHDOG } else { WATCHDOG / 10 }) {
                Ok(()) => break,
                Err(_) => silent = if listens(address) { 0 } else { silent + 1 },
            }
        }
        dead.store(true, Ordering::Release);
        // Where files have run out, some come back soon.
        thread::sleep(Duration::from_millis(20));
    }
}

/// Whether the server at `address` answers.
fn listens(address: SocketAddr) -> bool {
    let asked = || {
        let mut socket = TcpStream::connect_timeout(&address, ANSWER)?;
        socket.set_read_timeout(Some(ANSWER))?;
        socket.write_all(b"HEAD /_/live.js HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        socket.read(&mut [0; 16])
    };
    asked().is_ok_and(|read| read > 0)
}

struct Worker {
    server: Arc<Server>,
    answers: Arc<dyn Answers + Send>,
    downloads: Arc<AtomicUsize>,
    dead: Arc<AtomicBool>,
    died: mpsc::Sender<()>,
}

impl Worker {
    fn run(self) {
        loop {
            match self.server.recv_timeout(READ) {
                Ok(Some(request)) => self.one(request),
                Ok(None) if self.dead.load(Ordering::Acquire) => return,
                Ok(None) => {}
                // Whoever waited for this has gone when the program ends.
                Err(_) => drop(self.died.send(())),
            }
        }
    }

    fn one(&self, request: Request) {
        let Some(long) = handle(request, &*self.answers) else { return };
        if self.downloads.fetch_add(1, Ordering::AcqRel) >= DOWNLOADS {
            self.downloads.fetch_sub(1, Ordering::AcqRel);
            return;
        }
        let downloads = self.downloads.clone();
        thread::spawn(move || {
            long();
            downloads.fetch_sub(1, Ordering::AcqRel);
        });
    }
}

/// Where a server that listens on `address` can be reached from here.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { std::net::Ipv4Addr::LOCALHOST.into() } else { std::net::Ipv6Addr::LOCALHOST.into() });
    }
    address
}

/// Answers a request; what takes long is given back to be done elsewhere.
fn handle(request: Request, answers: &dyn Answers) -> Option<Box<dyn FnOnce() + Send>> {
    let head_only = *request.method() == Method::Head;
    let last = closes(&request);
    let reply = match taken(&request, answers) {
        Ok(reply) => reply,
        Err(key) => {
            let header = Header::from_bytes("Sec-WebSocket-Accept", accepted(&key));
            let headers = header.into_iter().collect();
            answers.join(request.upgrade("websocket", Response::new(StatusCode(101), headers, io::empty(), None, None)));
            return None;
        }
    };
    // What is wrong with a request may be where it ends.
    let keep = !last && reply.status != 400 && reply.status != 431 && reply.status != 405;
    let long = !head_only && reply.length() > LONG;
    let mut out = request.into_writer();
    // A client that has gone misses nothing.
    let send = move || drop(reply.send(&mut out, head_only, keep));
    if long {
        return Some(Box::new(send));
    }
    send();
    None
}

/// The answer to a request, or the key of one that is to become a live channel.
fn taken(request: &Request, answers: &dyn Answers) -> Result<Reply, String> {
    let headers = request.headers();
    let length: usize = headers.iter().map(|header| header.field.as_str().as_str().len() + header.value.as_str().len() + 4).sum();
    if headers.len() > MOST_HEADERS || length + request.url().len() > LONGEST_HEADERS {
        return Ok(Reply::words(431, "this request has more headers than a browser sends"));
    }
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Ok(Reply::words(405, "only GET and HEAD are answered").with("Allow", "GET, HEAD"));
    }
    if value(request, "Content-Length").is_some_and(|length| length != "0") || value(request, "Transfer-Encoding").is_some() {
        return Ok(Reply::words(400, "a request for a page has no body"));
    }
    if headers.iter().filter(|header| header.field.equiv("Host")).count() > 1 {
        return Ok(Reply::words(400, "a request names one host"));
    }
    let upgrade = value(request, "Upgrade").is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"));
    let terms = Terms { known: value(request, "If-None-Match"), range: value(request, "Range"), if_range: value(request, "If-Range") };
    let asked = Asked { target: request.url(), host: value(request, "Host"), origin: value(request, "Origin"), terms };
    if upgrade && *request.method() == Method::Get {
        match (answers.admits(&asked), value(request, "Sec-WebSocket-Key")) {
            (Ok(()), Some(key)) => return Err(key.to_owned()),
            (Ok(()), None) => return Ok(Reply::words(400, "a live channel needs a key")),
            (Err(reply), _) => return Ok(reply),
        }
    }
    Ok(answers.answer(&asked))
}

fn value<'a>(request: &'a Request, name: &'static str) -> Option<&'a str> {
    request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
}

/// Whether the connection ends with this request.
fn closes(request: &Request) -> bool {
    let connection = value(request, "Connection").map(str::to_ascii_lowercase);
    match connection {
        Some(connection) if connection.contains("close") => true,
        Some(connection) if connection.contains("keep-alive") => false,
        _ => *request.http_version() == HTTPVersion(1, 0),
    }
}

/// Lets the program open as many files as it may: each connection takes two.
#[cfg(unix)]
fn more_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const ENOUGH: u64 = 16_384;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(ENOUGH, |maximum| maximum.min(ENOUGH));
    if current.is_some_and(|current| current < wanted) {
        // With fewer it works as well, for fewer.
        let _fewer = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    }
}

#[cfg(not(unix))]
fn more_files() {}

/// The first address from `port` on that is free, where `strict` does not want that one alone.
///
/// # Errors
/// When none of them is.
pub(super) fn free(host: std::net::IpAddr, port: u16, strict: bool) -> io::Result<TcpListener> {
    let last = if strict || port == 0 { port } else { port.saturating_add(99) };
    let mut refused = io::Error::from(io::ErrorKind::AddrInUse);
    for port in port..=last {
        match listen(SocketAddr::new(host, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) if matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied) => refused = error,
            Err(error) => return Err(error),
        }
    }
    Err(refused)
}
