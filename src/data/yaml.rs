//! YAML text to values. The only file that knows the YAML parser.
//!
//! Scalars are read by the core schema of YAML 1.2 (section 10.3), and days as dates, as front matter elsewhere means them.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle};
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::SyntaxFault;
use super::value::{Entry, Kind, Table, Value};

/// How many values a text may hold once its aliases are followed: an alias of aliases can stand for billions.
const MOST_VALUES: usize = 20_000;
/// How deep values may be nested: reading and dropping them recurses.
const MOST_LEVELS: usize = 64;

/// The table that `text` is, or what is wrong with it. Empty text is an empty table.
pub fn yaml(text: &str) -> Result<Table, SyntaxFault> {
    let mut builder = Builder::default();
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
            SyntaxFault { message: error.info().to_string(), range: at..at }
        })?;
        let range = span.byte_range().unwrap_or(0..text.len());
        builder.event(event, range.start.min(text.len())..range.end.min(text.len()))?;
    }
    match builder.root {
        None => Ok(Table::default()),
        Some(Value { kind: Kind::Null, .. }) => Ok(Table::default()),
        Some(Value { kind: Kind::Table(table), .. }) => Ok(table),
        Some(other) => {
            Err(SyntaxFault { message: format!("front matter is a list of `key: value` lines, this is {}", other.kind.name()), range: other.range })
        }
    }
}

/// The values that are open while events come in.
#[derive(Default)]
struct Builder {
    open: Vec<(Open, usize, Range<usize>)>,
    anchors: FxHashMap<usize, Value>,
    values: usize,
    root: Option<Value>,
}

enum Open {
    Array(Vec<Value>),
    Table(Table, Option<(String, Range<usize>)>),
}

impl Builder {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> Result<(), SyntaxFault> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let kind = if style == ScalarStyle::Plain { plain(&text) } else { Kind::String(text.into_owned()) };
                self.value(Value { kind, range }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.open(Open::Array(Vec::new()), anchor, range),
            Event::MappingStart(_, anchor, _) => self.open(Open::Table(Table::default(), None), anchor, range),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((open, anchor, start)) = self.open.pop() else { return Ok(()) };
                let kind = match open {
                    Open::Array(values) => Kind::Array(values),
                    Open::Table(table, _) => Kind::Table(table),
                };
                self.value(Value { kind, range: start.start..range.end.max(start.end) }, anchor)
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(value) => {
                    self.values += size(value);
                    let value = Value { kind: value.kind.clone(), range: range.clone() };
                    self.enough(&range)?;
                    self.value(value, 0)
                }
                None => Err(SyntaxFault { message: "an alias of something that contains it".to_owned(), range }),
            },
            _ => Ok(()),
        }
    }

    fn open(&mut self, open: Open, anchor: usize, range: Range<usize>) -> Result<(), SyntaxFault> {
        if self.open.len() == MOST_LEVELS {
            return Err(SyntaxFault { message: format!("more than {MOST_LEVELS} levels of nesting"), range });
        }
        self.open.push((open, anchor, range));
        Ok(())
    }

    fn value(&mut self, value: Value, anchor: usize) -> Result<(), SyntaxFault> {
        self.values += 1;
        self.enough(&value.range)?;
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some((Open::Array(values), ..)) => values.push(value),
            Some((Open::Table(table, key), ..)) => match key.take() {
                None => {
                    let name = match value.kind {
                        Kind::String(text) => text,
                        Kind::Integer(number) => number.to_string(),
                        Kind::Bool(value) => value.to_string(),
                        other => {
                            let message = format!("a key must be a string, this is {}", other.name());
                            return Err(SyntaxFault { message, range: value.range });
                        }
                    };
                    if table.entries.iter().any(|entry| entry.key == name) {
                        return Err(SyntaxFault { message: format!("the key `{name}` is there twice"), range: value.range });
                    }
                    *key = Some((name, value.range));
                }
                Some((key, key_range)) => table.entries.push(Entry { key, key_range, value }),
            },
        }
        Ok(())
    }

    fn enough(&self, range: &Range<usize>) -> Result<(), SyntaxFault> {
        if self.values <= MOST_VALUES {
            return Ok(());
        }
        Err(SyntaxFault { message: format!("more than {MOST_VALUES} values"), range: range.clone() })
    }
}

fn size(value: &Value) -> usize {
    match &value.kind {
        Kind::Array(values) => 1 + values.iter().map(size).sum::<usize>(),
        Kind::Table(table) => 1 + table.entries.iter().map(|entry| size(&entry.value)).sum::<usize>(),
        _ => 1,
    }
}

/// What an unquoted scalar is.
fn plain(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" => return Kind::Bool(true),
        "false" | "False" | "FALSE" => return Kind::Bool(false),
        _ => {}
    }
    if let Some(number) = integer(text) {
        return Kind::Integer(number);
    }
    if text.len() == 10
        && text.as_bytes()[4] == b'-'
        && let Ok(date) = text.parse::<Date>()
    {
        return Kind::Date(date);
    }
    let digits = text.trim_start_matches(['+', '-']);
    if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
        && let Ok(number) = text.parse::<f64>()
    {
        return Kind::Float(number);
    }
    Kind::String(text.to_owned())
}

fn integer(text: &str) -> Option<i64> {
    if let Some(hex) = text.strip_prefix("0x") {
        return i64::from_str_radix(hex, 16).ok();
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return i64::from_str_radix(octal, 8).ok();
    }
    text.strip_prefix('+').unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let shown = match yaml(text) {
            Ok(table) => {
                let value = Value { kind: Kind::Table(table), range: 0..0 };
                serde_json::to_string(&value).expect("a value is JSON")
            }
            Err(fault) => format!("{} at {:?}", fault.message, fault.range),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn front_matter_of_others_is_read() {
        check(
            "title: v3.5 docs\ncascade:\n  versName: &name v3.5\n  draft: false\nlinkTitle: *name\nweight: -350 # note\nday: 2026-03-01\n",
            r#"{"title":"v3.5 docs","cascade":{"versName":"v3.5","draft":false},"linkTitle":"v3.5","weight":-350,"day":"2026-03-01"}"#,
        );
        check("aliases:\n- /a/\n- /b/\nn: 1.20\ne:\n", r#"{"aliases":["/a/","/b/"],"n":1.2,"e":null}"#);
        check("", "{}");
    }

    #[test]
    fn places_are_bytes() {
        let text = "é: ü\norder: x1\n";
        let table = yaml(text).expect("YAML");
        assert_eq!(&text[table.entries[1].value.range.clone()], "x1");
        assert_eq!(&text[table.entries[1].key_range.clone()], "order");
    }

    #[test]
    fn an_alias_of_aliases_is_refused_early() {
        let mut text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for (name, last) in ["b", "c", "d", "e", "f", "g", "h"].iter().zip(["a", "b", "c", "d", "e", "f", "g"]) {
            text += &format!("{name}: &{name} [*{last},*{last},*{last},*{last},*{last},*{last},*{last},*{last},*{last},*{last}]\n");
        }
        assert!(yaml(&text).is_err());
    }

    #[test]
    fn depth_is_bounded() {
        assert!(yaml(&format!("a: {}", "[".repeat(50_000))).is_err());
        assert!(yaml("just text").is_err());
    }
}
