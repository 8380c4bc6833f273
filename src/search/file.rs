//! One file of the index: a script that hands in a value, so that it also loads in a page opened from disk.

use serde::Serialize;

use crate::id::Url;

/// The folder of the output that holds the files.
pub const FOLDER: &str = "_/search";

/// The file `name`, which hands itself in.
pub(super) fn handed_in(name: &str, value: &impl Serialize) -> (Url, String) {
    let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
    // Old engines take these two for the ends of lines, also in strings.
    let json = if json.is_ascii() { json } else { json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029") };
    (Url::file(&format!("{FOLDER}/{name}.js")), format!("rectoSearch(\"{name}\",{json})\n"))
}
