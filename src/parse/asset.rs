//! Looks into the files beside the pages: how large an image is, and whether a file could run script on the site's origin.

use crate::id::SourcePath;

/// How much of a file must be read to judge it, in bytes; nothing for files that are harmless by their kind.
pub fn needed(path: &SourcePath) -> usize {
    match kind(path) {
        Kind::Harmless => 0,
        Kind::Raster => 64 << 10,
        Kind::Svg | Kind::Xml => 4 << 20,
        Kind::Unknown | Kind::Active => 1024,
    }
}

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetFacts {
    /// Width and height in CSS pixels, of an image.
    pub size: Option<(u32, u32)>,
    /// What in it could run, in words; none for a harmless file.
    pub active: Option<String>,
}

/// What the first bytes of the file at `path` tell.
pub fn asset(path: &SourcePath, head: &[u8]) -> AssetFacts {
    match kind(path) {
        Kind::Harmless => AssetFacts::default(),
        Kind::Raster => AssetFacts { size: raster_size(head), active: markup(head) },
        Kind::Svg => AssetFacts { size: svg_size(head), active: svg_active(head) },
        Kind::Xml => AssetFacts { size: None, active: xml_active(head) },
        Kind::Active => {
            let ending = path.extension().unwrap_or_default();
            AssetFacts { size: None, active: Some(format!("browsers or servers run `.{ending}` files")) }
        }
        Kind::Unknown => AssetFacts { size: None, active: markup(head) },
    }
}

enum Kind {
    Harmless,
    Raster,
    Svg,
    Xml,
    Active,
    Unknown,
}

fn kind(path: &SourcePath) -> Kind {
    match path.extension().unwrap_or_default().as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "bmp" | "ico" | "heic" | "jxl" | "tif" | "tiff" => Kind::Raster,
        "svg" => Kind::Svg,
        "xml" | "rss" | "atom" | "rdf" | "xsd" | "wsdl" | "plist" | "gpx" | "kml" | "drawio" => Kind::Xml,
        "html" | "htm" | "xhtml" | "xht" | "shtml" | "shtm" | "stm" | "mht" | "mhtml" | "hta" | "htc" | "js" | "mjs" | "cjs" | "css" | "xsl"
        | "xslt" | "svgz" | "mml" | "mathml" | "swf" | "wasm" | "jnlp" | "webmanifest" | "appcache" | "php" | "php3" | "phtml" | "phar" | "asp"
        | "aspx" | "jsp" | "cgi" | "htaccess" | "vbs" | "eml" => Kind::Active,
        "woff" | "woff2" | "ttf" | "otf" | "mp3" | "ogg" | "oga" | "wav" | "flac" | "m4a" | "mp4" | "webm" | "ogv" | "mov" | "pdf" | "zip" | "gz"
        | "tgz" | "bz2" | "xz" | "zst" | "7z" | "tar" | "jar" | "txt" | "csv" | "tsv" | "json" | "jsonl" | "ndjson" | "yml" | "yaml" | "toml"
        | "ini" | "log" | "vtt" | "srt" | "proto" | "graphql" | "sql" | "py" | "rb" | "go" | "rs" | "java" | "kt" | "c" | "h" | "cpp" | "cs"
        | "sh" | "ps1" | "ts" | "tf" | "hcl" | "conf" | "pem" | "crt" | "ics" => Kind::Harmless,
        _ => Kind::Unknown,
    }
}

fn raster_size(head: &[u8]) -> Option<(u32, u32)> {
    let size = imagesize::blob_size(head).ok()?;
    Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?)).filter(|(w, h)| *w > 0 && *h > 0)
}

/// A file of no known kind that begins as markup does: some servers and browsers would take it for a page.
fn markup(head: &[u8]) -> Option<String> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = text.iter().position(|b| !b.is_ascii_whitespace())?;
    (text[first] == b'<').then(|| "it begins as HTML or XML does".to_owned())
}

fn xml_active(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    [
        ("<?xml-stylesheet", "it names a style sheet, which can hold script"),
        ("http://www.w3.org/1999/xhtml", "it holds HTML"),
        ("http://www.w3.org/2000/svg", "it holds SVG"),
        ("http://www.w3.org/1999/xsl", "it is a style sheet, which can hold script"),
        ("<!entity", "it defines entities, which can hide anything"),
        ("<html", "it holds HTML"),
        ("<script", "it holds script"),
    ]
    .iter()
    .find(|(sign, _)| text.contains(sign))
    .map(|(_, why)| (*why).to_owned())
}

/// Script, handlers, foreign markup and references to other hosts make an SVG more than a picture. Seen as text, so it errs on the
/// side of refusing: `[assets] allow` lets a file through that was looked at.
fn svg_active(head: &[u8]) -> Option<String> {
    if head.len() >= 4 << 20 {
        return Some("it is too large to be looked through".to_owned());
    }
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    if text.contains('\u{fffd}') || text.contains('\0') {
        return Some("it is not UTF-8".to_owned());
    }
    for (sign, why) in [
        ("<script", "script"),
        ("script>", "script"),
        ("foreignobject", "`foreignObject`"),
        ("<iframe", "a frame"),
        ("<embed", "an embedded document"),
        ("<object", "an embedded document"),
        ("<handler", "a handler"),
        ("<listener", "a handler"),
        ("javascript:", "a `javascript:` address"),
        ("<!entity", "an entity, which can hide anything"),
        ("<?xml-stylesheet", "a style sheet"),
        ("@import", "a style sheet of another file"),
        ("http://www.w3.org/1999/xhtml", "HTML"),
    ] {
        if text.contains(sign) {
            return Some(format!("it holds {why}"));
        }
    }
    tags(&text).find_map(|(name, attributes)| {
        attributes.into_iter().find_map(|(key, value)| {
            let local = key.rsplit(':').next().unwrap_or(&key);
            if local.starts_with("on") {
                return Some(format!("it holds the handler `{local}`"));
            }
            let decoded: String = unescaped(&value).chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
            let inner =
                decoded.is_empty() || decoded.starts_with('#') || decoded.starts_with("data:image/png") || decoded.starts_with("data:image/jpeg");
            let loads = matches!(local, "href" | "src") && (name != "a" || !(decoded.starts_with("https://") || decoded.starts_with("http://")));
            if loads && !inner {
                return Some("it refers to another file".to_owned());
            }
            let animates = matches!(local, "attributename") && (decoded.contains("href") || decoded.starts_with("on"));
            if animates {
                return Some("it animates an address".to_owned());
            }
            (decoded.contains("url(") && !decoded.contains("url(#") && !decoded.contains("url('#") && !decoded.contains("url(\"#"))
                .then(|| "it refers to another file".to_owned())
        })
    })
}

/// The tags of markup, with their attributes; names in the case of the text.
fn tags(text: &str) -> impl Iterator<Item = (String, Vec<(String, String)>)> + '_ {
    text.split('<').skip(1).filter_map(|rest| {
        let name: String = rest.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/')).collect();
        if name.is_empty() || name.starts_with(['!', '?']) {
            return None;
        }
        let local = name.rsplit(':').next().unwrap_or(&name).to_owned();
        Some((local, attributes(&rest[name.len()..])))
    })
}

fn attributes(mut rest: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        let key = &rest[..end];
        if key.is_empty() {
            return attributes;
        }
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (taken, left) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => after.split_at(after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len())),
            };
            value = taken;
            rest = left;
        }
        attributes.push((key.to_owned(), value.to_owned()));
    }
}

/// Numeric and the few named entities of XML, decoded: enough to see through a disguise.
fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((name, left)) = after.split_once(';') else {
            out.push('&');
            rest = after;
            continue;
        };
        let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
        let c = number.and_then(char::from_u32).or(match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "colon" => Some(':'),
            "tab" | "newline" => Some(' '),
            _ => None,
        });
        out.extend(c);
        rest = left;
    }
    out.push_str(rest);
    out
}

/// Width and height of an SVG, from its attributes, else from its `viewBox` (SVG 2, section 8.2).
fn svg_size(head: &[u8]) -> Option<(u32, u32)> {
    let text = String::from_utf8_lossy(&head[..head.len().min(16 << 10)]).to_ascii_lowercase();
    let (_, attributes) = tags(&text).find(|(name, _)| name == "svg")?;
    let value = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let length = |name: &str| pixels(value(name)?);
    let view = || {
        let numbers: Vec<f64> = value("viewbox")?.split([' ', ',']).filter(|part| !part.is_empty()).map_while(|part| part.parse().ok()).collect();
        (numbers.len() == 4 && numbers[2] > 0.0 && numbers[3] > 0.0).then(|| (numbers[2], numbers[3]))
    };
    let (width, height) = match (length("width"), length("height"), view()) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(size)) => size,
        _ => return None,
    };
    let whole = |length: f64| (0.5..100_000.0).contains(&length).then(|| length.round() as u32);
    Some((whole(width)?, whole(height)?))
}

/// A CSS length in pixels (CSS Values 4, section 6.2); none for one that depends on the page.
fn pixels(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let scale = match text[end..].trim() {
        "" | "px" => 1.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        _ => return None,
    };
    Some(number * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(body: &str) -> AssetFacts {
        asset(&SourcePath::new("a.svg").expect("a path"), body.as_bytes())
    }

    #[test]
    fn sizes_of_svgs_come_from_attributes_or_the_view_box() {
        for (attributes, size) in [
            ("width='10' height='20'", Some((10, 20))),
            ("width=\"72pt\" height=\"1in\"", Some((96, 96))),
            ("viewBox='0 0 30 40'", Some((30, 40))),
            ("width='60' viewBox='0,0,30,40'", Some((60, 80))),
            ("width='100%' viewBox='0 0 3 4'", Some((3, 4))),
            ("", None),
        ] {
            assert_eq!(svg(&format!("<?xml version='1.0'?><svg {attributes}></svg>")).size, size, "{attributes}");
        }
    }

    #[test]
    fn a_picture_is_harmless_and_a_program_is_not() {
        assert_eq!(svg("<svg><a href='https://a.example'><path fill='url(#g)' d='M0 0'/></a><use xlink:href='#g'/></svg>").active, None);
        for body in [
            "<svg onload='x()'>",
            "<svg><SCRIPT>x</SCRIPT>",
            "<svg><a href='java&#115;cript:x'>",
            "<svg><image href='https://a.example/x.png'/>",
            "<svg><foreignObject>",
            "<!DOCTYPE svg [<!ENTITY x 'y'>]><svg>",
            "<svg><set attributeName='href' to='x'/>",
            "<svg><rect style='fill:url(https://a.example)'/>",
        ] {
            assert!(svg(body).active.is_some(), "{body}");
        }
    }

    #[test]
    fn what_browsers_run_is_refused_whatever_it_is_called() {
        let active = |name: &str, head: &str| asset(&SourcePath::new(name).expect("a path"), head.as_bytes()).active.is_some();
        assert!(active("a.html", "") && active("a.JS", "") && active("notes", " <!doctype html>") && active("a.xml", "<?xml-stylesheet href='x'?>"));
        assert!(!active("a.rules", "groups:\n") && !active("LICENSE", "MIT") && !active("a.xml", "<a/>") && !active("a.json", "<"));
    }
}
