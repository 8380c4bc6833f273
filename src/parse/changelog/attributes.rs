//! The attributes at the end of an entry: `{area=webhooks breaking page=guides/webhooks.md plan=enterprise}`.

use super::entry::{ChangeEntry, Until};
use crate::diagnostic::nearest;

/// Every name that attributes have.
const NAMES: [&str; 8] = ["area", "breaking", "id", "instead", "page", "plan", "reverts", "until"];

/// What is wrong with attributes, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// Reads what stands between the braces into `entry`, or leaves it as it is.
///
/// # Errors
/// What is no attribute.
pub(super) fn read(text: &str, entry: &mut ChangeEntry) -> Result<(), Fault> {
    let mut read = entry.clone();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let name = &rest[..end];
        rest = rest[end..].trim_start();
        let value = match rest.strip_prefix('=') {
            Some(behind) => {
                let (value, behind) = value(behind.trim_start(), name)?;
                rest = behind.trim_start();
                Some(value)
            }
            None => None,
        };
        attribute(name, value, &mut read)?;
    }
    *entry = read;
    Ok(())
}

/// The value that a text begins with, and what comes behind it.
fn value<'t>(text: &'t str, name: &str) -> Result<(&'t str, &'t str), Fault> {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted
            .split_once('"')
            .ok_or_else(|| Fault { message: format!("the value of `{name}` does not end"), help: Some("write a `\"` behind it".to_owned()) });
    }
    Ok(text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())))
}

fn attribute(name: &str, value: Option<&str>, entry: &mut ChangeEntry) -> Result<(), Fault> {
    let value = match (name, value) {
        ("breaking", None | Some("true")) => {
            entry.breaking = true;
            return Ok(());
        }
        ("breaking", Some("false")) => {
            entry.breaking = false;
            return Ok(());
        }
        (_, value) if !NAMES.contains(&name) => {
            let message = format!("entries have no attribute `{name}`");
            let near = nearest(name, NAMES.into_iter()).map(|near| format!("write `{near}`"));
            // A word alone is most likely no attribute at all.
            let help = near.or_else(|| value.is_none().then(|| "put it between backticks if readers should see it".to_owned()));
            return Err(Fault { message, help: help.or_else(|| Some(format!("there are {}", NAMES.map(|name| format!("`{name}`")).join(", ")))) });
        }
        (_, Some(value)) if !value.trim().is_empty() => value.trim(),
        _ => return Err(Fault { message: format!("`{name}` has no value"), help: Some(format!("write `{name}=…`")) }),
    };
    let list = || value.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
    match name {
        "area" => entry.areas.extend(list()),
        "plan" => entry.plans.extend(list()),
        "page" => entry.pages.extend(list()),
        "reverts" => entry.reverts.extend(list()),
        "id" if value.contains(char::is_whitespace) => {
            return Err(Fault {
                message: "an id is one word".to_owned(),
                help: Some(format!("write `id={}`", value.split_whitespace().collect::<Vec<_>>().join("-"))),
            });
        }
        "id" => entry.id = Some(value.to_owned()),
        "instead" => entry.instead = Some(value.to_owned()),
        "until" => entry.until = Some(value.parse().map_or_else(|_| Until::Release(value.to_owned()), Until::Day)),
        name => return Err(Fault { message: format!("`{name}` is `true` or `false`"), help: Some(format!("write `{name}` alone")) }),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::ChangeKind;
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut entry = ChangeEntry::new(ChangeKind::Changed);
        let shown = match read(text, &mut entry) {
            Ok(()) => {
                let mut shown = format!("{:?} {:?} {:?}", entry.areas, entry.plans, entry.pages);
                shown += if entry.breaking { " breaking" } else { "" };
                shown += &entry.until.map_or(String::new(), |until| format!(" {until:?}"));
                shown += &entry.instead.map_or(String::new(), |instead| format!(" instead {instead:?}"));
                shown += &entry.id.map_or(String::new(), |id| format!(" #{id}"));
                shown + &entry.reverts.iter().map(|id| format!(" -{id}")).collect::<String>()
            }
            Err(fault) => format!("! {} ! {}", fault.message, fault.help.unwrap_or_default()),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn attributes_are_read() {
        check("area=webhooks breaking page=guides/webhooks.md plan=enterprise", r#"["webhooks"] ["enterprise"] ["guides/webhooks.md"] breaking"#);
        check(r#"area="A b, c" area=d"#, r#"["A b", "c", "d"] [] []"#);
        check("until=2027-03-01 instead=guides/new.md id=hooks reverts=a,b", r#"[] [] [] Day(2027-03-01) instead "guides/new.md" #hooks -a -b"#);
        check("until=4.0", r#"[] [] [] Release("4.0")"#);
        check("breaking=false", "[] [] []");
    }

    #[test]
    fn what_is_no_attribute_is_told() {
        check("aera=x", "! entries have no attribute `aera` ! write `area`");
        check("user", "! entries have no attribute `user` ! put it between backticks if readers should see it");
        check("area=", "! `area` has no value ! write `area=…`");
        check("area", "! `area` has no value ! write `area=…`");
        check("area=\"x", "! the value of `area` does not end ! write a `\"` behind it");
        check("breaking=maybe", "! `breaking` is `true` or `false` ! write `breaking` alone");
        check("id=\"a b\"", "! an id is one word ! write `id=a-b`");
    }
}
