//! stub
#[derive(Default)]
pub struct Highlighter;
impl Highlighter {
    pub fn new() -> Self {
        Self
    }
    pub(super) fn knows(&self, _: &str) -> bool {
        true
    }
    pub(super) fn nearest(&self, _: &str) -> Option<String> {
        None
    }
}
