//! What stands before the text of an entry of a changelog: whether it is breaking, what it is about, whom it is for.

use serde::Serialize;

use crate::parse::ChangeEntry;
use crate::parse::changelog::Until;

/// A word before an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Mark {
    /// `breaking`, `area`, `plan` or `until`.
    pub kind: &'static str,
    /// What to show.
    pub text: String,
}

/// What stands before the text of `entry`.
pub(super) fn marks(entry: &ChangeEntry) -> Vec<Mark> {
    let breaking = entry.breaking.then(|| Mark { kind: "breaking", text: "Breaking".to_owned() });
    let areas = entry.areas.iter().map(|area| Mark { kind: "area", text: area.clone() });
    let plans = entry.plans.iter().map(|plan| Mark { kind: "plan", text: plan.clone() });
    let until = entry.until.as_ref().map(|until| Mark {
        kind: "until",
        text: match until {
            Until::Day(day) => format!("until {day}"),
            Until::Release(release) => format!("until {release}"),
        },
    });
    breaking.into_iter().chain(areas).chain(plans).chain(until).collect()
}
