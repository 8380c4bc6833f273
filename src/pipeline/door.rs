//! Answers what texts ask while they are read: variables, conditions, and the files that pages take in.
//!
//! - In: the configuration, the listing of all files, and who the build is for.
//! - Out: for one file of one version, an [`Answer`] to each [`Question`].
//!
//! A page takes in files of its own version's content, and of `snippets/`: of the folder in the git ref that the page itself comes from,
//! or of the one in the working tree. Nothing else in the site's folder can be named, whoever writes the page.

use std::sync::Arc;
use std::sync::Mutex;

use rustc_hash::FxHashMap;

use crate::config::{Config, Vars, VersionNo, VersionSet, judged};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::discover::{self, Commit, Found, Listing, Place};
use crate::id::{Digest, FileName};
use crate::parse::door::{Answer, Included, Question};
use crate::resolve::Audience;

/// Whoever answers.
pub(super) struct Doors<'a> {
    config: &'a Config,
    listing: &'a Listing,
    vars: &'a [Vars],
    audience: &'a Audience,
    /// Every file that was asked for, read once; and where it lies.
    opened: Mutex<FxHashMap<FileName, Opened<'a>>>,
    /// Every range that was asked for, judged once.
    ranges: Mutex<FxHashMap<String, Arc<Judged>>>,
}

type Judged = (Option<VersionSet>, Option<Diagnostic>);

#[derive(Clone)]
struct Opened<'a> {
    found: &'a Found,
    snippet: bool,
    answer: Answer,
}

/// The top folder of the files that pages take in.
const SNIPPETS: &str = "snippets/";

impl<'a> Doors<'a> {
    pub(super) fn new(config: &'a Config, listing: &'a Listing, vars: &'a [Vars], audience: &'a Audience) -> Self {
        Self { config, listing, vars, audience, opened: Mutex::default(), ranges: Mutex::default() }
    }

    /// The answer to what the text of `found` asks in `version`.
    pub(super) fn answer(&self, version: VersionNo, found: &Found, question: &Question) -> Answer {
        match question {
            Question::Variable(name) => self.variable(version, name),
            Question::Versions(range) => self.versions(version, range),
            Question::Audience(name) => self.audience(name),
            Question::File { from, path } => self.file(version, found, from.as_ref(), path),
        }
    }

    fn variable(&self, version: VersionNo, name: &str) -> Answer {
        let vars = &self.vars[version];
        match vars.get(name) {
            Some(value) => Answer::Value(value.as_str().into()),
            None => {
                let near = nearest(name, vars.keys().map(String::as_str)).map(|near| format!("write `{{${near}}}`, or "));
                let help = format!("{}give it a value in `[vars]` of `recto.toml`; `\\{{$` is no variable", near.unwrap_or_default());
                Answer::Refused(Diagnostic::new(Code::VariableUndefined, format!("no variable `{name}`")).help(help))
            }
        }
    }

    fn versions(&self, version: VersionNo, range: &str) -> Answer {
        let mut ranges = self.ranges.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = ranges.entry(range.to_owned()).or_insert_with(|| Arc::new(judged(range, &self.config.versions, Code::DirectiveInvalid)));
        let (set, fault) = &**known;
        match set {
            Some(set) => Answer::Shown(set.contains(version), fault.clone()),
            // What cannot be understood is shown, rather than lost.
            None => Answer::Shown(true, fault.clone()),
        }
    }

    fn audience(&self, name: &str) -> Answer {
        let known = self.config.audiences.iter().any(|(known, _)| known == name);
        if known {
            return Answer::Shown(self.audience.names.iter().any(|wanted| wanted == name), None);
        }
        let near = nearest(name, self.config.audiences.iter().map(|(known, _)| known.as_str()));
        let help = near.map_or_else(|| "add it to `[audiences]` in `recto.toml`".to_owned(), |near| format!("write `{near}`"));
        // Nobody knows who that is, so nobody sees it.
        Answer::Shown(false, Some(Diagnostic::new(Code::AudienceUnknown, format!("no audience `{name}`")).help(help)))
    }

    fn file(&self, version: VersionNo, page: &Found, from: Option<&FileName>, path: &str) -> Answer {
        let asking = from.and_then(|from| self.opened.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(from).cloned());
        let (asking, in_snippets) = asking.map_or((page, false), |opened| (opened.found, opened.snippet));
        let Some(wanted) = wanted(asking.path.folder(), in_snippets, path) else {
            let help = "pages take in files of `content` and of `snippets/`, as `snippets/limits.md`".to_owned();
            return Answer::Refused(Diagnostic::new(Code::IncludeOutside, format!("`{path}` leads to no file that pages take in")).help(help));
        };
        let trees = [commit(asking), self.listing.versions[version].commit];
        for wanted in &wanted {
            let found = match wanted {
                Wanted::Snippet(path) => trees.iter().find_map(|tree| at(self.listing.snippets.get(tree)?, path)),
                Wanted::Content(path) => {
                    let files = &self.listing.versions[version];
                    at(&files.pages, path).or_else(|| at(&files.assets, path))
                }
            };
            if let Some(found) = found {
                return self.open(found, matches!(wanted, Wanted::Snippet(_)));
            }
        }
        self.not_found(version, &trees, path, &wanted)
    }

    fn open(&self, found: &'a Found, snippet: bool) -> Answer {
        let lock = || self.opened.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(opened) = lock().get(&found.file) {
            return opened.answer.clone();
        }
        let answer = match discover::read(found) {
            Ok(source) => Answer::File(Arc::new(Included {
                file: found.file.clone(),
                path: (!snippet).then(|| found.path.clone()),
                digest: Digest::of(source.text.as_bytes()),
                text: source.text,
            })),
            Err(fault) => Answer::Refused(Diagnostic { span: None, ..fault }),
        };
        lock().insert(found.file.clone(), Opened { found, snippet, answer: answer.clone() });
        answer
    }

    fn not_found(&self, version: VersionNo, trees: &[Option<Commit>], path: &str, wanted: &[Wanted]) -> Answer {
        let files = &self.listing.versions[version];
        let near = match wanted.first() {
            Some(Wanted::Snippet(rest)) => {
                let names = trees.iter().filter_map(|tree| self.listing.snippets.get(tree)).flatten().map(|found| found.path.as_str());
                nearest(rest, names).map(|near| format!("{SNIPPETS}{near}"))
            }
            Some(Wanted::Content(rest)) => {
                nearest(rest, files.pages.iter().chain(&files.assets).map(|found| found.path.as_str())).map(|near| format!("/{near}"))
            }
            None => None,
        };
        let help = near.map(|near| format!("write `{near}`"));
        Answer::Refused(Diagnostic::new(Code::IncludeNotFound, format!("no file `{path}` to take in")).help(help))
    }
}

/// A file that a path may mean.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// In `snippets/`: the path below.
    Snippet(String),
    /// In the version's content.
    Content(String),
}

/// What `path` may mean in a file of `folder`, the likeliest first; none if it leads out of both trees.
fn wanted(folder: &str, in_snippets: bool, path: &str) -> Option<Vec<Wanted>> {
    if path.is_empty() || path.contains(['\\', '\0']) || path.split('/').next().is_some_and(|first| first.contains(':')) {
        return None;
    }
    let top = path.trim_start_matches("./");
    let mut wanted = Vec::new();
    let snippet = |path: &str| path.strip_prefix(SNIPPETS).and_then(|rest| joined("", rest).ok()).map(Wanted::Snippet);
    wanted.extend(snippet(top.trim_start_matches('/')));
    match (joined(if path.starts_with('/') { "" } else { folder }, path), in_snippets) {
        (Ok(path), true) if !top.starts_with('/') => wanted.push(Wanted::Snippet(path)),
        (Ok(path), _) => wanted.push(Wanted::Content(path)),
        // `content` and `snippets` lie side by side, so editors write `../../snippets/limits.md`.
        (Err(above), _) => wanted.extend(snippet(&above)),
    }
    (!wanted.is_empty()).then_some(wanted)
}

/// `path` from `folder` on; if it leads above the top, what follows from there.
fn joined(folder: &str, path: &str) -> Result<String, String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let mut steps = path.split('/');
    while let Some(step) = steps.next() {
        match step {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Err(steps.collect::<Vec<_>>().join("/")),
            ".." => {}
            step => parts.push(step),
        }
    }
    Ok(parts.join("/"))
}

/// The file at `path`, in a list that is sorted by path.
fn at<'a>(files: &'a [Arc<Found>], path: &str) -> Option<&'a Found> {
    files.binary_search_by(|found| found.path.as_str().cmp(path)).ok().and_then(|place| files.get(place)).map(|found| &**found)
}

/// The commit that a file comes from; none for the working tree.
fn commit(found: &Found) -> Option<Commit> {
    match &found.place {
        Place::Disk(_) => None,
        Place::Git(_, _, committed) => Some(committed.commit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folder: &str, in_snippets: bool, path: &str, expected: &str) {
        let shown = wanted(folder, in_snippets, path).map_or_else(
            || "outside".to_owned(),
            |wanted| {
                let words = wanted.iter().map(|wanted| match wanted {
                    Wanted::Snippet(path) => format!("snippet {path}"),
                    Wanted::Content(path) => format!("content {path}"),
                });
                words.collect::<Vec<_>>().join(", ")
            },
        );
        assert_eq!(shown, expected, "{path} in {folder}");
    }

    #[test]
    fn paths_lead_to_content_and_snippets_only() {
        check("guides", false, "snippets/a.md", "snippet a.md, content guides/snippets/a.md");
        check("guides", false, "/snippets/a.md", "snippet a.md, content snippets/a.md");
        check("guides", false, "../shared/a.md", "content shared/a.md");
        check("guides", false, "../../snippets/a.md", "snippet a.md");
        check("guides", false, "../../recto.toml", "outside");
        check("", false, "../../../etc/passwd", "outside");
        check("", false, "snippets/../../recto.toml", "outside");
        check("code", true, "b.md", "snippet code/b.md");
        check("code", true, "../b.md", "snippet b.md");
        check("", true, "/guides/a.md", "content guides/a.md");
        for path in ["", "C:\\x", "c:/x", "file:///etc/passwd", "http://a.example/x", "a\0b", "..\\x"] {
            check("", false, path, "outside");
        }
    }
}
