//! A file that is too large to lie in memory: texts, each of which is made when the one before has been written.

use std::fmt;
use std::io::{self, Cursor, Read};

/// Texts that are read one after another.
pub struct Texts<'a> {
    now: Cursor<String>,
    rest: Box<dyn Iterator<Item = String> + Send + 'a>,
}

impl<'a> Texts<'a> {
    /// What `texts` hands out.
    pub fn new(texts: impl Iterator<Item = String> + Send + 'a) -> Self {
        Self { now: Cursor::default(), rest: Box::new(texts) }
    }
}

impl Read for Texts<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.now.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.rest.next() {
                Some(text) => self.now = Cursor::new(text),
                None => return Ok(0),
            }
        }
    }
}

impl fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts").finish_non_exhaustive()
    }
}
