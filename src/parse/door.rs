//! The one door through which a text asks for what lies outside it: a variable, a condition, another file.
//!
//! - In: a [`Question`], and whoever answers it for the version that the text is read in.
//! - Out: an [`Answer`], and at the end all that was [`Asked`]. Where the same text would hear the same answers, it is the same page; and
//!   whoever reads the text again hears them again.
//! - Never here: where answers come from. The pipeline knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Code, Diagnostic};
use crate::id::{Digest, FileName, SourcePath};

/// What a text asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Question {
    /// The value of the variable of this name.
    Variable(String),
    /// Whether the version is in this range, as `>=3`.
    Versions(String),
    /// Whether the build is for this audience.
    Audience(String),
    /// The file of this path, as written in the page itself, or in the file `from` that it includes.
    File {
        /// The included file that asks; none for the page itself.
        from: Option<FileName>,
        /// What is written there.
        path: String,
    },
}

/// What it hears.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The value of a variable.
    Value(Arc<str>),
    /// Whether a passage is shown, and what is wrong with its condition all the same.
    Shown(bool, Option<Diagnostic>),
    /// A file.
    File(Arc<Included>),
    /// There is no such thing. Only whoever asks knows the place of it.
    Refused(Diagnostic),
}

impl Answer {
    /// Equal answers have equal digests.
    pub fn digest(&self) -> Digest {
        let told = |told: &Diagnostic| format!("{told:?}");
        let text = match self {
            Answer::Value(value) => format!("value {value}"),
            Answer::Shown(shown, fault) => format!("shown {shown} {}", fault.as_ref().map(told).unwrap_or_default()),
            Answer::File(file) => format!("file {} {} {}", file.digest, file.file, file.path.as_ref().map_or("", |path| path.as_str())),
            Answer::Refused(fault) => format!("refused {}", told(fault)),
        };
        Digest::of(text.as_bytes())
    }
}

/// A file that a page takes in.
#[derive(Clone, Debug)]
pub struct Included {
    /// What people call it.
    pub file: FileName,
    /// Where it lies in the content tree; none for one of `snippets/`.
    pub path: Option<SourcePath>,
    /// Its text.
    pub text: Arc<str>,
    /// The digest of its text.
    pub digest: Digest,
}

/// The digest stands for the text, which can be long.
impl PartialEq for Included {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest && self.file == other.file && self.path == other.path
    }
}

/// Everything that a text asked, with the answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked(BTreeMap<Question, Answer>);

impl Asked {
    /// What was answered. A text that is read again asks what it asked before.
    pub fn answer(&self, question: &Question) -> Answer {
        let unknown = || Answer::Refused(Diagnostic::new(Code::IncludeNotFound, "not asked before"));
        self.0.get(question).cloned().unwrap_or_else(unknown)
    }

    /// Whether `answer` gives to every question what was answered before.
    pub fn agrees(&self, answer: &dyn Fn(&Question) -> Answer) -> bool {
        self.0.iter().all(|(question, known)| answer(question) == *known)
    }

    /// What is remembered of it between runs.
    pub fn heard(&self) -> Heard {
        Heard(self.0.iter().map(|(question, answer)| (question.clone(), answer.digest())).collect())
    }

    /// The same without the values of variables.
    pub fn heard_besides_variables(&self) -> Heard {
        let others = self.0.iter().filter(|(question, _)| !matches!(question, Question::Variable(_)));
        Heard(others.map(|(question, answer)| (question.clone(), answer.digest())).collect())
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The files that were taken in.
    pub fn files(&self) -> impl Iterator<Item = &Arc<Included>> {
        self.0.values().filter_map(|answer| match answer {
            Answer::File(included) => Some(included),
            _ => None,
        })
    }
}

/// What a text asked, and the digests of the answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Heard(Vec<(Question, Digest)>);

impl Heard {
    /// What was asked, with its answers, where `answer` still gives the same to every question.
    pub fn again(&self, answer: &dyn Fn(&Question) -> Answer) -> Option<Asked> {
        let same = |(question, known): &(Question, Digest)| {
            let now = answer(question);
            (now.digest() == *known).then(|| (question.clone(), now))
        };
        self.0.iter().map(same).collect::<Option<_>>().map(Asked)
    }
}

/// The door of one text in one version.
pub struct Door<'a> {
    answer: &'a dyn Fn(&Question) -> Answer,
    asked: Asked,
}

impl<'a> Door<'a> {
    /// A door behind which `answer` stands.
    pub fn new(answer: &'a dyn Fn(&Question) -> Answer) -> Self {
        Self { answer, asked: Asked::default() }
    }

    /// Asks, and remembers what was said.
    pub fn ask(&mut self, question: Question) -> Answer {
        if let Some(known) = self.asked.0.get(&question) {
            return known.clone();
        }
        let answer = (self.answer)(&question);
        self.asked.0.insert(question, answer.clone());
        answer
    }

    /// All that was asked.
    pub fn asked(self) -> Asked {
        self.asked
    }
}
