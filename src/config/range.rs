//! Ranges of versions, as `>=2`, `<4` or `2, 3`.
//!
//! They go by the order of the list in `recto.toml`, not by the shape of ids: `>=2` is version 2 and every one listed above it.

use super::versions::{Version, VersionNo};
use crate::diagnostic::{Code, Diagnostic, nearest};

/// Some of the versions of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSet(Vec<bool>);

impl VersionSet {
    /// Whether `version` is in it.
    pub fn contains(&self, version: VersionNo) -> bool {
        self.0.get(version).copied().unwrap_or(false)
    }

    /// Whether no version with pages is in it.
    pub fn matches_none(&self, versions: &[Version]) -> bool {
        !versions.iter().zip(&self.0).any(|(version, inside)| *inside && version.documented())
    }

    /// Whether every version is in it.
    pub fn matches_all(&self) -> bool {
        self.0.iter().all(|inside| *inside)
    }
}

/// The versions that `text` means, and what is wrong with it; `form` is the kind of fault that a text is which is no range at all.
pub fn judged(text: &str, versions: &[Version], form: Code) -> (Option<VersionSet>, Option<Diagnostic>) {
    match range(text, versions) {
        Ok(set) => {
            let useless = if set.matches_none(versions) {
                Some(format!("`{text}` matches no version: nobody sees this"))
            } else {
                set.matches_all().then(|| format!("`{text}` matches every version"))
            };
            (Some(set), useless.map(|message| Diagnostic::new(Code::RangeUseless, message)))
        }
        Err(RangeFault::Unknown(id)) => {
            let near = nearest(&id, versions.iter().map(|version| version.id.as_str()));
            let help = near.map(|near| format!("write `{near}`; a version that is no longer documented stays in `recto.toml` as `gone`"));
            (None, Some(Diagnostic::new(Code::VersionUnknown, format!("no version `{id}`")).help(help)))
        }
        Err(RangeFault::Form) => {
            let help = "write `>=2`, `<4`, `2`, or several with commas between".to_owned();
            (None, Some(Diagnostic::new(form, format!("`{text}` is no range of versions")).help(help)))
        }
    }
}

/// Why a text is no range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RangeFault {
    /// It names a version that the site does not have.
    Unknown(String),
    /// It is not of the form `>=2`, `<4`, `2`, or several of them with commas between.
    Form,
}

/// The versions that `text` means. Bounds (`>=`, `>`, `<=`, `<`) must all hold; ids alone (`2`, `=2`) add to each other, within the bounds.
pub fn range(text: &str, versions: &[Version]) -> Result<VersionSet, RangeFault> {
    let mut inside = vec![true; versions.len()];
    let mut named: Option<Vec<bool>> = None;
    for part in text.split(',') {
        let part = part.trim();
        let operator = [">=", "<=", ">", "<", "="].into_iter().find(|operator| part.starts_with(operator));
        let id = part[operator.map_or(0, str::len)..].trim();
        if id.is_empty() {
            return Err(RangeFault::Form);
        }
        let place = versions.iter().position(|version| version.id.as_str() == id);
        let place = place.ok_or_else(|| RangeFault::Unknown(id.to_owned()))?;
        // The list goes from new to old: a newer version has a smaller number.
        let keep = |no: VersionNo| match operator {
            Some(">=") => no <= place,
            Some(">") => no < place,
            Some("<=") => no >= place,
            Some("<") => no > place,
            _ => no == place,
        };
        match operator {
            Some("=") | None => {
                let named = named.get_or_insert_with(|| vec![false; versions.len()]);
                named[place] = true;
            }
            Some(_) => inside.iter_mut().enumerate().for_each(|(no, inside)| *inside &= keep(no)),
        }
    }
    if let Some(named) = named {
        inside.iter_mut().zip(named).for_each(|(inside, named)| *inside &= named);
    }
    Ok(VersionSet(inside))
}
