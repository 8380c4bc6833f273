//! Takes known keys from a table, and tells of all that is wrong with them.

use std::ops::Range;

use jiff::civil::Date;

use super::value::{Entry, Kind, Table, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span, nearest};
use crate::id::FileName;

/// A value and its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file, half open.
    pub range: Range<usize>,
}

/// Where a reader's faults go, and under which codes.
pub struct Faults<'a> {
    /// The file that is read.
    pub file: FileName,
    /// Where the text begins in the file: front matter is a part of a page. Bytes.
    pub offset: usize,
    /// The code of a key that nobody asks for.
    pub unknown: Code,
    /// The code of a value that a key cannot take.
    pub invalid: Code,
    /// What was found.
    pub found: &'a mut Diagnostics,
}

impl Faults<'_> {
    /// The place of `range` of the text in the file.
    pub fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file.clone(), range.start + self.offset..range.end + self.offset)
    }

    /// Tells that the value at `range` cannot be taken: `message` says what is there and what was wanted.
    pub fn invalid(&mut self, range: &Range<usize>, message: impl Into<String>, help: impl Into<Option<String>>) {
        let diagnostic = Diagnostic::new(self.invalid, message).at(self.span(range)).help(help);
        self.found.push(diagnostic);
    }
}

/// A table whose keys are taken one by one; what is left at the end was not known.
pub struct Reader {
    entries: Vec<Option<Entry>>,
    /// How people name this table: `[markdown]`, empty at the top.
    place: String,
    asked: Vec<&'static str>,
}

impl Reader {
    /// A reader of `table`, which people know as `place` (`[markdown]`; empty at the top).
    pub fn new(table: Table, place: impl Into<String>) -> Self {
        Self { entries: table.entries.into_iter().map(Some).collect(), place: place.into(), asked: Vec::new() }
    }

    /// The value of the first of `names` that is there; later names are the same key in other tools' spelling.
    pub fn take(&mut self, names: &[&'static str]) -> Option<Entry> {
        self.asked.extend(names);
        names.iter().find_map(|name| {
            let slot = self.entries.iter_mut().find(|slot| slot.as_ref().is_some_and(|entry| entry.key == *name))?;
            slot.take().filter(|entry| entry.value.kind != Kind::Null)
        })
    }

    /// The text of a key.
    pub fn string(&mut self, names: &[&'static str], faults: &mut Faults<'_>) -> Option<Spanned<String>> {
        let entry = self.take(names)?;
        match entry.value.kind {
            Kind::String(value) => Some(Spanned { value, range: entry.value.range }),
            _ => wrong(&entry, "a string", faults),
        }
    }

    /// The text of a key where people also write a bare number or date, as `title: 3.2`.
    pub fn text(&mut self, names: &[&'static str], source: &str, faults: &mut Faults<'_>) -> Option<Spanned<String>> {
        let entry = self.take(names)?;
        let range = entry.value.range.clone();
        match entry.value.kind {
            Kind::String(value) => Some(Spanned { value, range }),
            Kind::Integer(_) | Kind::Float(_) | Kind::Date(_) | Kind::Bool(_) => {
                let value = source.get(range.clone()).unwrap_or_default().trim().to_owned();
                Some(Spanned { value, range })
            }
            _ => wrong(&entry, "a string", faults),
        }
    }

    /// A list of texts; one text alone is a list of one.
    pub fn strings(&mut self, names: &[&'static str], faults: &mut Faults<'_>) -> Vec<Spanned<String>> {
        let Some(entry) = self.take(names) else { return Vec::new() };
        match entry.value.kind {
            Kind::String(value) => vec![Spanned { value, range: entry.value.range }],
            Kind::Array(values) => values
                .into_iter()
                .filter_map(|value| match value.kind {
                    Kind::String(text) => Some(Spanned { value: text, range: value.range }),
                    other => {
                        faults.invalid(&value.range, format!("`{}` takes strings, this is {}", entry.key, other.name()), None);
                        None
                    }
                })
                .collect(),
            _ => {
                wrong::<()>(&entry, "a string or an array of strings", faults);
                Vec::new()
            }
        }
    }

    /// True or false.
    pub fn bool(&mut self, names: &[&'static str], faults: &mut Faults<'_>) -> Option<bool> {
        let entry = self.take(names)?;
        match entry.value.kind {
            Kind::Bool(value) => Some(value),
            _ => wrong(&entry, "`true` or `false`", faults),
        }
    }

    /// A whole number.
    pub fn integer(&mut self, names: &[&'static str], faults: &mut Faults<'_>) -> Option<Spanned<i64>> {
        let entry = self.take(names)?;
        match entry.value.kind {
            Kind::Integer(value) => Some(Spanned { value, range: entry.value.range }),
            _ => wrong(&entry, "an integer", faults),
        }
    }

    /// A day, as `2026-03-01`, with or without quotes.
    pub fn date(&mut self, names: &[&'static str], faults: &mut Faults<'_>) -> Option<Date> {
        let entry = self.take(names)?;
        match &entry.value.kind {
            Kind::Date(date) => Some(*date),
            // Other tools write the time of day behind it.
            Kind::String(text) if text.len() >= 10 && text.is_char_boundary(10) => match text[..10].parse() {
                Ok(date) => Some(date),
                Err(_) => wrong(&entry, "a date like 2026-03-01", faults),
            },
            _ => wrong(&entry, "a date like 2026-03-01", faults),
        }
    }

    /// One of some words.
    pub fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)], faults: &mut Faults<'_>) -> Option<T> {
        let word = self.string(&[name], faults)?;
        let found = choices.iter().find(|(choice, _)| *choice == word.value).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<String> = choices.iter().map(|(choice, _)| format!("`{choice}`")).collect();
            let help = match nearest(&word.value, choices.iter().map(|(choice, _)| *choice)) {
                Some(near) => format!("write `{near}`"),
                None => format!("write one of {}", words.join(", ")),
            };
            faults.invalid(&word.range, format!("`{name}` cannot be `{}`", word.value), help);
        }
        found
    }

    /// A table.
    pub fn table(&mut self, name: &'static str, faults: &mut Faults<'_>) -> Option<Spanned<Table>> {
        let entry = self.take(&[name])?;
        match entry.value.kind {
            Kind::Table(value) => Some(Spanned { value, range: entry.value.range }),
            _ => wrong(&entry, "a table", faults),
        }
    }

    /// A list of tables.
    pub fn tables(&mut self, name: &'static str, faults: &mut Faults<'_>) -> Vec<Spanned<Table>> {
        let Some(entry) = self.take(&[name]) else { return Vec::new() };
        match entry.value.kind {
            Kind::Array(values) => values
                .into_iter()
                .filter_map(|value| match value.kind {
                    Kind::Table(table) => Some(Spanned { value: table, range: value.range }),
                    other => {
                        faults.invalid(&value.range, format!("`{name}` takes tables, this is {}", other.name()), None);
                        None
                    }
                })
                .collect(),
            _ => {
                wrong::<()>(&entry, &format!("a list of tables: begin each with `[[{name}]]`"), faults);
                Vec::new()
            }
        }
    }

    /// Tells of every key that nobody asked for.
    pub fn finish(self, faults: &mut Faults<'_>) {
        let known = format!("known here: {}", known_keys(&self.asked));
        self.finish_with(|_| None, &known, faults);
    }

    /// The same. `foreign` has a sentence of help for keys of other tools that it knows; `otherwise` is the help for keys that are near
    /// to none.
    pub fn finish_with(self, foreign: impl Fn(&str) -> Option<String>, otherwise: &str, faults: &mut Faults<'_>) {
        for entry in self.entries.into_iter().flatten() {
            let known = self.asked.iter().copied();
            let help = foreign(&entry.key)
                .or_else(|| nearest(&entry.key, known).map(|near| format!("write `{near}`")))
                .unwrap_or_else(|| otherwise.to_owned());
            let place = if self.place.is_empty() { String::new() } else { format!(" in {}", self.place) };
            let diagnostic =
                Diagnostic::new(faults.unknown, format!("unknown key `{}`{place}", entry.key)).at(faults.span(&entry.key_range)).help(help);
            faults.found.push(diagnostic);
        }
    }
}

fn known_keys(asked: &[&'static str]) -> String {
    let mut keys: Vec<String> = asked.iter().map(|key| format!("`{key}`")).collect();
    keys.sort();
    keys.dedup();
    keys.join(", ")
}

fn wrong<T>(entry: &Entry, wanted: &str, faults: &mut Faults<'_>) -> Option<T> {
    let message = format!("`{}` takes {wanted}, this is {}", entry.key, entry.value.kind.name());
    faults.invalid(&entry.value.range, message, None);
    None
}

impl Value {
    /// The text of a string; none for anything else.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }
}
