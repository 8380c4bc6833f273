//! stub
use super::fence::Fault;
use std::borrow::Cow;
pub fn snippet<'t>(text: &'t str, _fragment: Option<&str>) -> Result<Cow<'t, str>, Fault> {
    Ok(Cow::Borrowed(text))
}
