//! What is answered, apart from how it is sent: status, headers, body; the parts of a file that a request names (RFC 9110).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// An answer.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
}

/// The bytes of an answer.
pub(super) enum Body {
    /// These.
    Bytes(Arc<[u8]>),
    /// Those of a file, of this length.
    File(File, u64),
}

/// What a request asks besides its target.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Terms<'a> {
    /// `If-None-Match`.
    pub(super) known: Option<&'a str>,
    /// `Range`.
    pub(super) range: Option<&'a str>,
    /// `If-Range`.
    pub(super) if_range: Option<&'a str>,
}

impl Reply {
    /// A few words.
    pub(super) fn words(status: u16, words: &str) -> Self {
        Self::bytes(status, "text/plain; charset=utf-8", Arc::from(format!("{words}\n").into_bytes()))
    }

    /// These bytes, of that content type.
    pub(super) fn bytes(status: u16, kind: &str, bytes: Arc<[u8]>) -> Self {
        Self { status, headers: vec![("Content-Type", kind.to_owned())], body: Body::Bytes(bytes) }
    }

    /// With a further header.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// How long the body is, in bytes.
    pub(super) fn length(&self) -> u64 {
        match &self.body {
            Body::Bytes(bytes) => bytes.len() as u64,
            Body::File(_, length) => *length,
        }
    }

    /// The answer as `terms` want it: nothing if it is known already, or a part of it. `tag` names its bytes.
    pub(super) fn on(mut self, terms: Terms<'_>, tag: &str) -> io::Result<Self> {
        let tag = format!("\"{tag}\"");
        self.headers.push(("ETag", tag.clone()));
        if terms.known.is_some_and(|known| known.split(',').any(|known| matches!(known.trim(), "*") || known.trim().trim_start_matches("W/") == tag))
        {
            self.status = 304;
            self.body = Body::Bytes(Arc::from([]));
            return Ok(self);
        }
        self.headers.push(("Accept-Ranges", "bytes".to_owned()));
        let length = self.length();
        let whole = terms.if_range.is_some_and(|known| known != tag);
        match terms.range.filter(|_| !whole).map_or(Part::Whole, |range| part(range, length)) {
            Part::Whole => {}
            Part::None => {
                self.status = 416;
                self.body = Body::Bytes(Arc::from([]));
                self.headers.push(("Content-Range", format!("bytes */{length}")));
            }
            Part::Bytes(first, last) => {
                self.status = 206;
                self.headers.push(("Content-Range", format!("bytes {first}-{last}/{length}")));
                self.body = match self.body {
                    Body::Bytes(bytes) => Body::Bytes(bytes.get(first as usize..=last as usize).unwrap_or_default().into()),
                    Body::File(mut file, _) => {
                        file.seek(SeekFrom::Start(first))?;
                        Body::File(file, last - first + 1)
                    }
                };
            }
        }
        Ok(self)
    }

    /// Writes the answer; of the body nothing if only the head was asked for. What is short goes out in one piece.
    pub(super) fn send(self, out: &mut dyn io::Write, head_only: bool, keep: bool) -> io::Result<()> {
        let mut bytes = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status)).into_bytes();
        for (name, value) in &self.headers {
            // A header is one line, whatever is in it.
            let value: String = value.chars().filter(|c| !c.is_control()).collect();
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        let length = self.length();
        if self.status != 304 {
            bytes.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
        }
        bytes.extend_from_slice(if keep { b"\r\n" } else { b"Connection: close\r\n\r\n" });
        match self.body {
            _ if head_only => out.write_all(&bytes)?,
            Body::Bytes(body) => {
                bytes.extend_from_slice(&body);
                out.write_all(&bytes)?;
            }
            Body::File(file, length) => {
                let mut file = file.take(length);
                let mut piece = vec![0; 64 << 10];
                loop {
                    let read = file.read(&mut piece)?;
                    bytes.extend_from_slice(&piece[..read]);
                    out.write_all(&bytes)?;
                    bytes.clear();
                    if read == 0 {
                        break;
                    }
                }
                if file.limit() > 0 {
                    // The file has become shorter: whoever reads must not wait for the rest.
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
        out.flush()
    }
}

/// A part of some bytes.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// From the first to the last, both counted.
    Bytes(u64, u64),
    /// None of them: the range lies behind the end.
    None,
}

/// The part that a `Range` header means (RFC 9110, section 14.1.2). Several ranges are answered with the whole, which is allowed.
fn part(range: &str, length: u64) -> Part {
    let Some((first, last)) = range.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else { return Part::Whole };
    let (first, last) = (first.trim(), last.trim());
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    match (number(first), number(last)) {
        (None, Some(count)) if first.is_empty() => match (count, length) {
            (0, _) | (_, 0) => Part::None,
            (count, length) => Part::Bytes(length.saturating_sub(count), length - 1),
        },
        (Some(first), _) if last.is_empty() => {
            if first < length {
                Part::Bytes(first, length - 1)
            } else {
                Part::None
            }
        }
        (Some(first), Some(last)) if first <= last => {
            if first < length {
                Part::Bytes(first, last.min(length - 1))
            } else {
                Part::None
            }
        }
        _ => Part::Whole,
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        101 => "Switching Protocols",
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        for (range, expected) in [
            ("bytes=0-3", Part::Bytes(0, 3)),
            ("bytes=5-", Part::Bytes(5, 9)),
            ("bytes=-4", Part::Bytes(6, 9)),
            ("bytes=-40", Part::Bytes(0, 9)),
            ("bytes=8-100", Part::Bytes(8, 9)),
            ("bytes=10-", Part::None),
            ("bytes=10-12", Part::None),
            ("bytes=-0", Part::None),
            ("bytes=3-1", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=--5", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("bytes=18446744073709551616-", Part::Whole),
        ] {
            assert_eq!(part(range, 10), expected, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), Part::None);
        assert_eq!(part("bytes=-1", 0), Part::None);
    }

    fn sent(reply: Reply, head_only: bool) -> String {
        let mut out = Vec::new();
        reply.send(&mut out, head_only, true).expect("memory");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn answers_are_whole_known_or_a_part() {
        let reply = || Reply::words(200, "hello");
        let terms = |known, range| Terms { known, range, if_range: None };
        let on = |terms| sent(reply().on(terms, "x").expect("memory"), false);
        assert_eq!(
            on(terms(None, None)),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nETag: \"x\"\r\nAccept-Ranges: bytes\r\nContent-Length: 6\r\n\r\nhello\n"
        );
        assert!(on(terms(Some("\"y\", W/\"x\""), None)).starts_with("HTTP/1.1 304 Not Modified\r\n"));
        assert!(on(terms(Some("\"y\""), Some("bytes=1-2"))).ends_with("Content-Range: bytes 1-2/6\r\nContent-Length: 2\r\n\r\nel"));
        assert!(on(Terms { range: Some("bytes=1-2"), if_range: Some("\"old\""), known: None }).ends_with("hello\n"));
        assert!(sent(reply(), true).ends_with("Content-Length: 6\r\n\r\n"));
        assert!(sent(reply().with("Location", "/a\r\nX: y"), true).contains("Location: /aX: y\r\n"));
    }

    #[test]
    fn a_file_that_has_become_shorter_ends_the_connection() {
        let mut file = tempfile::tempfile().expect("a file");
        io::Write::write_all(&mut file, b"abc").expect("written");
        file.seek(SeekFrom::Start(0)).expect("a file");
        let reply = Reply { status: 200, headers: Vec::new(), body: Body::File(file, 10) };
        assert!(reply.send(&mut Vec::new(), false, true).is_err());
    }
}
