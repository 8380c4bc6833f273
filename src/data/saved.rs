//! A [`Value`] with its places as plain data: `#[serde(with = "crate::data::saved")]`. Its own `Serialize` is what templates see.
//!
//! It is written as a list, each value before those that it holds, so that reading back needs no more stack than a [`DEEPEST`] value does.

use std::ops::Range;

use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Entry, Kind, Table, Value};

/// Deeper values than front matter can hold are no values.
const DEEPEST: usize = 512;

#[derive(Serialize, Deserialize)]
enum Flat {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    String(String),
    Date(Date),
    /// So many values follow.
    Array(usize),
    /// So many entries follow: each a key, then its value.
    Table(usize),
    Key(String),
}

type Piece = (Flat, Range<usize>);

pub(crate) fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    let mut pieces = Vec::new();
    flatten(value, &mut pieces);
    pieces.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    let mut pieces = Vec::<Piece>::deserialize(deserializer)?.into_iter();
    let value = raised(&mut pieces, DEEPEST).filter(|_| pieces.next().is_none());
    value.ok_or_else(|| D::Error::custom("not a value"))
}

fn flatten(value: &Value, into: &mut Vec<Piece>) {
    let flat = match &value.kind {
        Kind::Null => Flat::Null,
        Kind::Bool(value) => Flat::Bool(*value),
        Kind::Integer(value) => Flat::Integer(*value),
        Kind::Float(value) => Flat::Float(*value),
        Kind::String(value) => Flat::String(value.clone()),
        Kind::Date(value) => Flat::Date(*value),
        Kind::Array(values) => Flat::Array(values.len()),
        Kind::Table(table) => Flat::Table(table.entries.len()),
    };
    into.push((flat, value.range.clone()));
    match &value.kind {
        Kind::Array(values) => values.iter().for_each(|value| flatten(value, into)),
        Kind::Table(table) => table.entries.iter().for_each(|entry| {
            into.push((Flat::Key(entry.key.clone()), entry.key_range.clone()));
            flatten(&entry.value, into);
        }),
        _ => {}
    }
}

fn raised(pieces: &mut impl Iterator<Item = Piece>, deepest: usize) -> Option<Value> {
    let deeper = deepest.checked_sub(1)?;
    let (flat, range) = pieces.next()?;
    let kind = match flat {
        Flat::Null => Kind::Null,
        Flat::Bool(value) => Kind::Bool(value),
        Flat::Integer(value) => Kind::Integer(value),
        Flat::Float(value) => Kind::Float(value),
        Flat::String(value) => Kind::String(value),
        Flat::Date(value) => Kind::Date(value),
        Flat::Array(count) => Kind::Array((0..count).map(|_| raised(pieces, deeper)).collect::<Option<_>>()?),
        Flat::Table(count) => {
            let mut entry = || match pieces.next()? {
                (Flat::Key(key), key_range) => Some(Entry { key, key_range, value: raised(pieces, deeper)? }),
                _ => None,
            };
            Kind::Table(Table { entries: (0..count).map(|_| entry()).collect::<Option<_>>()? })
        }
        Flat::Key(_) => return None,
    };
    Some(Value { kind, range })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Saved(#[serde(with = "super")] Value);

    #[test]
    fn values_come_back_with_their_places() {
        let text = "a: [1, 2.5, true, ~, {b: 2026-03-01, c: \"x\"}]\nd: .nan\n";
        let value = Value { kind: Kind::Table(crate::data::yaml(text).expect("YAML")), range: 0..text.len() };
        let bytes = crate::memo::encode(&Saved(value.clone())).expect("plain data");
        assert_eq!(crate::memo::decode::<Saved>(&bytes).map(|saved| saved.0), Some(value));
    }

    #[test]
    fn what_is_no_value_is_refused() {
        let refused = |pieces: &[Piece]| crate::memo::decode::<Saved>(&crate::memo::encode(&pieces).expect("plain data")).is_none();
        assert!(refused(&[]));
        assert!(refused(&[(Flat::Key("a".to_owned()), 0..1)]));
        assert!(refused(&[(Flat::Array(2), 0..1), (Flat::Null, 0..1)]));
        assert!(refused(&[(Flat::Null, 0..1), (Flat::Null, 0..1)]));
        let deep: Vec<Piece> = (0..100_000).map(|_| (Flat::Array(1), 0..1)).collect();
        assert!(refused(&deep));
    }
}
