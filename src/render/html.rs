//! The one place where text that nobody vouches for becomes HTML, attributes and addresses.

/// Markup in the making. Whatever goes in by [`Markup::text`] or [`Markup::attribute`] is escaped; only [`Markup::tag`] takes markup, and
/// only of this program.
#[derive(Clone, Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Markup that stands in this program's source.
    pub(super) fn tag(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Text.
    pub(super) fn text(&mut self, text: &str) {
        escape(text, &mut self.0);
    }

    /// ` name="value"`; the name must be of this program, or have passed a list of it.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        escape(value, &mut self.0);
        self.0.push('"');
    }

    /// `name` of an element that has passed a list of this program.
    pub(super) fn name(&mut self, name: &str) {
        self.0.push_str(name);
    }

    /// An attribute that holds an address. What is no address of an allowed scheme is left out.
    pub(super) fn address(&mut self, name: &str, url: &str, schemes: &[String]) {
        if allowed(url, schemes) {
            self.attribute(name, url);
        }
    }

    /// Text of raw HTML, whose entities stand as they are: only what could begin a tag is escaped.
    pub(super) fn html_text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                c if c.is_ascii() && SPECIAL[c as usize] && !matches!(c, '&' | '"') => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
    }

    /// Markup of authors who are trusted.
    pub(super) fn trusted(&mut self, html: &str) {
        self.0.push_str(html);
    }

    /// Markup that this program, or the theme, has finished.
    pub(super) fn finished(&mut self, html: &str) {
        self.0.push_str(html);
    }

    /// Keeps a place for the finished markup number `no`, which [`filled`] puts in: an element that passes the gate as it is. No writer can
    /// write one, since its class is a character that [`escape`] replaces.
    pub(super) fn keep_place(&mut self, no: usize, in_line: bool) {
        let name = if in_line { "span" } else { "div" };
        self.0.push_str(&format!("<{name} class=\"{KEPT}{no}\"></{name}>"));
    }

    /// Markup made before.
    pub(super) fn append(&mut self, other: &Markup) {
        self.0.push_str(&other.0);
    }

    pub(super) fn ends_line(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with('\n') {
            self.0.push('\n');
        }
    }

    #[cfg(test)]
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// Marks a place that is kept: a character that no text of HTML holds.
const KEPT: char = '\u{3}';

/// `html` with finished markup in the places that were kept for it; that may hold such places too.
pub(super) fn filled(html: &str, finished: &[String]) -> String {
    let mut out = String::with_capacity(html.len() + finished.iter().map(String::len).sum::<usize>());
    fill(html, finished, &mut out);
    out
}

fn fill(html: &str, finished: &[String], out: &mut String) {
    let mut rest = html;
    while let Some(mark) = rest.find(KEPT) {
        let (before, after) = rest.split_at(mark);
        let length = after[KEPT.len_utf8()..].bytes().take_while(u8::is_ascii_digit).count();
        let number = &after[KEPT.len_utf8()..KEPT.len_utf8() + length];
        let behind = &after[KEPT.len_utf8() + length..];
        let element = ["<div class=\"", "<span class=\""].iter().find_map(|start| before.strip_suffix(start));
        let behind = ["\"></div>", "\"></span>"].iter().find_map(|end| behind.strip_prefix(end));
        let html = number.parse::<usize>().ok().and_then(|number| finished.get(number));
        match (element, behind, html) {
            (Some(before), Some(behind), Some(html)) => {
                out.push_str(before);
                fill(html, finished, out);
                rest = behind;
            }
            _ => {
                out.push_str(before);
                rest = &after[KEPT.len_utf8()..];
            }
        }
    }
    out.push_str(rest);
}

/// Text as HTML, for attributes in double quotes too. Characters that HTML cannot hold (section 13.2.3.5 of the Living Standard) are
/// replaced as a browser replaces them.
fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| SPECIAL[usize::from(byte)]) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "\u{fffd}",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// The bytes that do not stand for themselves.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 32 {
        table[byte] = !matches!(byte as u8, b'\t' | b'\n' | b'\x0c' | b'\r');
        byte += 1;
    }
    table[0x7f] = true;
    table[b'&' as usize] = true;
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'"' as usize] = true;
    table
};

/// Whether `url`, as it will stand in an attribute, is relative or of an allowed scheme. Judged as browsers read it: without the
/// controls and spaces that they drop.
pub(super) fn allowed(url: &str, schemes: &[String]) -> bool {
    let read: String = url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(64).collect();
    let end = read.find([':', '/', '?', '#', '\\']);
    match end {
        // What cannot be a scheme (RFC 3986, section 3.1) is the beginning of a relative address: `foo):`.
        Some(end) if read[end..].starts_with(':') && read[..end].bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) => {
            let scheme = read[..end].to_ascii_lowercase();
            matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel") || schemes.contains(&scheme)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let mut markup = Markup::default();
        markup.text("a<b>&\"\u{1}\n");
        markup.attribute("title", "\"><script>");
        assert_eq!(markup.as_str(), "a&lt;b&gt;&amp;&quot;\u{fffd}\n title=\"&quot;&gt;&lt;script&gt;\"");
    }

    #[test]
    fn schemes_are_judged_as_browsers_read_them() {
        for url in ["a/b:c", "#x:y", "?q=a:b", "https://a.example", "MAILTO:a@b.example", "./x:y", "foo):"] {
            assert!(allowed(url, &[]), "{url}");
        }
        for url in ["javascript:x", "\u{1}javascript:x", "java\nscript:x", " data:text/html,x", "vbscript:x", "ftp://a"] {
            assert!(!allowed(url, &[]), "{url}");
        }
        assert!(allowed("ftp://a", &["ftp".to_owned()]));
    }
}
