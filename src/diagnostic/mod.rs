//! What Recto has to say about a place in a source file, as plain data.
//!
//! One form serves every step and every report: the steps make [`Diagnostic`]s, `cli::report` prints them.

mod code;
mod nearest;
pub mod place;
mod span;

pub use code::Code;
pub use nearest::nearest;
pub use span::Span;

use serde::{Deserialize, Serialize};

use crate::id::{FileName, VersionId};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// The site is wrong: nothing is written, and the exit status is 1.
    Error,
    /// A reader or writer may be hurt; `--strict` makes it an error.
    Warning,
    /// Worth knowing; never an error.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// One thing that Recto has to say, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The kind of fault.
    pub code: Code,
    /// How much it matters; [`Code::severity`] unless the site's `[lints]` say otherwise.
    pub severity: Severity,
    /// What is there and what was wanted: lower case, no full stop, in the user's words.
    pub message: String,
    /// The place it is about; none for what concerns no file.
    pub span: Option<Span>,
    /// Further places that belong to it, each with a few words.
    pub labels: Vec<(Span, String)>,
    /// One thing to write or do.
    pub help: Option<String>,
    /// The versions that show it, where a fault stands in a file that several share; empty when it concerns no version.
    pub versions: Vec<VersionId>,
}

impl Diagnostic {
    /// A diagnostic of the code's own severity, without a place yet.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity(), message: message.into(), span: None, labels: Vec::new(), help: None, versions: Vec::new() }
    }

    /// The same, about the place `span`.
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same, with a further place and what it has to do with it.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }

    /// The same, with what to write or do, where there is something.
    pub fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }

    /// The same, as seen in `version`.
    pub fn in_version(mut self, version: &VersionId) -> Self {
        self.versions = vec![version.clone()];
        self
    }

    /// The same, about an equal text that lies in the file `to`: every place in `from` is one in `to`.
    pub fn moved(mut self, from: &FileName, to: &FileName) -> Self {
        for span in self.span.iter_mut().chain(self.labels.iter_mut().map(|(span, _)| span)) {
            if span.file == *from {
                span.file = to.clone();
            }
        }
        self
    }
}

/// What a step has found to say so far.
pub type Diagnostics = Vec<Diagnostic>;

/// A value, with what was found while making it.
#[derive(Clone, Debug)]
pub struct Diagnosed<T> {
    /// What was made, as well as it could be.
    pub value: T,
    /// What was wrong on the way.
    pub diagnostics: Diagnostics,
}

impl<T> Diagnosed<T> {
    /// The value alone; what was found goes to the end of `into`.
    pub fn unload(self, into: &mut Diagnostics) -> T {
        into.extend(self.diagnostics);
        self.value
    }
}

/// Brings `diagnostics` into their order for people: by file, place and code; a fault that several versions share is told once.
pub fn arrange(diagnostics: &mut Diagnostics) {
    diagnostics.sort_by(|a, b| {
        // What is wrong with the configuration may be the cause of all else.
        let later = |span: &Span| span.file.as_str() != "recto.toml";
        let place = |d: &Diagnostic| d.span.as_ref().map(|span| (later(span), span.file.clone(), span.range.start, span.range.end));
        (place(a), a.code.name(), &a.message).cmp(&(place(b), b.code.name(), &b.message))
    });
    diagnostics.dedup_by(|later, first| {
        // Where the versions differ, the words may: "in version 2", "in version 1".
        let elsewhere = !later.versions.is_empty() && !later.versions.iter().any(|version| first.versions.contains(version));
        let same = first.code == later.code && first.span == later.span && (first.message == later.message || (elsewhere && first.span.is_some()));
        if same {
            first.severity = first.severity.min(later.severity);
            for version in later.versions.drain(..) {
                if !first.versions.contains(&version) {
                    first.versions.push(version);
                }
            }
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_in_a_shared_file_is_told_once_with_its_versions() {
        let found = |version: &str, start| {
            Diagnostic::new(Code::LinkNotFound, "no page `x`")
                .at(Span::new(FileName::new("content/a.md"), start..start + 1))
                .in_version(&VersionId::new(version).expect("a version id"))
        };
        let mut all = vec![found("3", 9), found("2", 4), found("1", 9)];
        arrange(&mut all);
        let told: Vec<String> = all.iter().map(|d| format!("{:?}", d.versions)).collect();
        assert_eq!(told, ["[VersionId(2)]", "[VersionId(3), VersionId(1)]"]);
    }
}
