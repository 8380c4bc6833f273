//! stub
use super::highlight::Highlighter;
use super::html::Markup;
use crate::parse::code::Code;
pub(super) fn code(code: &Code, _: &Highlighter) -> String {
    let mut out = Markup::default();
    out.tag("<pre tabindex=\"0\"><code");
    if !code.language.is_empty() {
        out.attribute("class", &format!("language-{}", code.language));
    }
    out.tag(">");
    out.text(&code.text);
    out.tag("</code></pre>\n");
    out.into_string()
}
