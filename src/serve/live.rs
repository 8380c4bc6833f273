//! The live channel: WebSocket, from the server to the pages that are open (RFC 6455).
//!
//! Messages are a few bytes: that there is something new. Pages then ask for it like for everything else. Nothing that a page sends
//! is read, so nothing can be driven from there. A socket whose page has gone drops out at the next message.

use std::io::{Read, Write};
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1_smol::Sha1;

/// How many pages can listen at once.
const MOST: usize = 256;

/// The pages that listen.
pub(super) struct Hub<S> {
    sockets: Mutex<Vec<S>>,
}

impl<S> Default for Hub<S> {
    fn default() -> Self {
        Self { sockets: Mutex::default() }
    }
}

impl<S: Read + Write> Hub<S> {
    /// Takes in a page, and greets it. One too many takes the place of the oldest, which will come again if it is still there.
    pub(super) fn join(&self, mut socket: S, greeting: &str) {
        if sent(&mut socket, &text(greeting)) {
            let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
            if sockets.len() >= MOST {
                sockets.remove(0);
            }
            sockets.push(socket);
        }
    }

    /// Tells every page.
    pub(super) fn tell(&self, message: &str) {
        self.send(&text(message));
    }

    /// Knocks at every page, so that those which have gone drop out, and nothing between takes the connection for idle.
    pub(super) fn knock(&self) {
        // A ping without a message (RFC 6455, section 5.5.2).
        self.send(&[0x89, 0]);
    }

    fn send(&self, frame: &[u8]) {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner).retain_mut(|socket| sent(socket, frame));
    }
}

fn sent(socket: &mut impl Write, frame: &[u8]) -> bool {
    socket.write_all(frame).and_then(|()| socket.flush()).is_ok()
}

/// A message as one frame, not masked, as servers send them (RFC 6455, section 5.2).
fn text(message: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match message.len() {
        length @ 0..=125 => frame.push(length as u8),
        length @ 126..=0xFFFF => {
            frame.push(126);
            frame.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            frame.push(127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(message.as_bytes());
    frame
}

/// What proves to a page that its request for a channel was understood (RFC 6455, section 4.2.2).
pub(super) fn accepted(key: &str) -> String {
    STANDARD.encode(Sha1::from(format!("{}258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key.trim())).digest().bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn keys_are_answered_as_in_the_rfc() {
        // The example of RFC 6455, section 1.3.
        assert_eq!(accepted("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn lengths_are_written_in_three_ways() {
        assert_eq!(text("ab"), [0x81, 2, b'a', b'b']);
        assert_eq!(text(&"a".repeat(300))[..4], [0x81, 126, 1, 44]);
        assert_eq!(text(&"a".repeat(70_000))[..10], [0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]);
    }

    #[test]
    fn a_page_that_has_gone_drops_out() {
        let hub: Hub<Cursor<&mut [u8]>> = Hub::default();
        let mut room = [0; 8];
        hub.join(Cursor::new(&mut room), "abc");
        assert_eq!(hub.sockets.lock().expect("a lock").len(), 1);
        hub.tell("more than fits");
        assert!(hub.sockets.lock().expect("a lock").is_empty());
    }
}
