//! What a site's lints make of what was found.

use crate::config::{Config, LintLevel};
use crate::diagnostic::{Diagnostics, Severity, arrange};

/// What was found, as the site wants to hear it.
#[derive(Debug)]
pub struct Verdict {
    /// In the order for people.
    pub diagnostics: Diagnostics,
    /// How many of them are errors.
    pub errors: usize,
    /// How many of them are warnings.
    pub warnings: usize,
}

/// Puts `diagnostics` in order, each at the level that `[lints]` give it; with `strict`, warnings are errors.
///
/// A fault that several versions share counts as much as in the version that takes it most seriously.
pub fn judge(mut diagnostics: Diagnostics, config: &Config, strict: bool) -> Verdict {
    arrange(&mut diagnostics);
    diagnostics.retain_mut(|diagnostic| {
        let mut levels: Vec<LintLevel> = Vec::new();
        if diagnostic.versions.is_empty() {
            levels.push(config.lint(diagnostic.code, None));
        } else {
            diagnostic.versions.sort_by_key(|id| config.version(id.as_str()));
            diagnostic.versions.retain(|id| {
                let level = config.lint(diagnostic.code, config.version(id.as_str()));
                levels.push(level);
                level != LintLevel::Allow
            });
        }
        let Some(severity) = levels.into_iter().filter_map(LintLevel::severity).min() else { return false };
        diagnostic.severity = if strict && severity == Severity::Warning { Severity::Error } else { severity };
        true
    });
    let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    Verdict { diagnostics, errors, warnings }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic};
    use crate::id::VersionId;

    #[test]
    fn a_frozen_version_can_be_allowed_its_faults() {
        let toml = "[lints]\nhtml-removed = 'error'\n[[versions]]\nid='2'\nstatus='current'\n[[versions]]\nid='1'\nstatus='retired'\n[versions.lints]\nlink-not-found = 'warn'\nhtml-removed = 'allow'\n";
        let config = crate::config::read(std::path::Path::new("/"), Some(toml.into())).expect("TOML").value;
        let found = |code, version: &str| Diagnostic::new(code, version).in_version(&VersionId::new(version).expect("an id"));
        let verdict = judge(
            vec![found(Code::LinkNotFound, "1"), found(Code::LinkNotFound, "2"), found(Code::HtmlRemoved, "1"), found(Code::HtmlRemoved, "2")],
            &config,
            false,
        );
        let told: Vec<String> = verdict.diagnostics.iter().map(|d| format!("{} {} {}", d.severity.as_str(), d.code.name(), d.message)).collect();
        assert_eq!(told, ["error html-removed 2", "warning link-not-found 1", "error link-not-found 2"]);
        assert_eq!((verdict.errors, verdict.warnings), (2, 1));
        assert_eq!(judge(vec![found(Code::LinkNotFound, "1")], &config, true).errors, 1);
    }
}
