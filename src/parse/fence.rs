//! stub
use super::code::Code;
use std::ops::Range;
#[derive(Default, Debug)]
pub struct Fence {
    pub language: String,
    pub title: Option<String>,
    pub vars: bool,
    pub file: Option<(String, Range<usize>)>,
}
#[derive(Debug)]
pub struct Fault {
    pub range: Range<usize>,
    pub message: String,
    pub help: Option<String>,
}
pub fn fence(info: &str) -> (Fence, Vec<Fault>) {
    let mut f = Fence { language: info.split_whitespace().next().unwrap_or("").to_owned(), vars: info.contains("vars"), ..Fence::default() };
    if let Some(a) = info.find("file=\"") {
        let r = &info[a + 6..];
        if let Some(e) = r.find('"') {
            f.file = Some((r[..e].to_owned(), a + 6..a + 6 + e));
        }
    }
    (f, Vec::new())
}
pub fn code(fence: &Fence, text: &str) -> (Code, Vec<Fault>) {
    (Code { language: fence.language.clone(), title: fence.title.clone(), text: text.to_owned(), ..Code::default() }, Vec::new())
}
