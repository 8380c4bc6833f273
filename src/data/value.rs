//! A value of TOML or YAML that knows where it stood.

use std::ops::Range;

use jiff::civil::Date;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

/// A value and its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where it stood: bytes, half open.
    pub range: Range<usize>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Nothing; only YAML has it.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(String),
    /// A day.
    Date(Date),
    /// Values in order.
    Array(Vec<Value>),
    /// Values by name.
    Table(Table),
}

/// Values by name, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The entries, in the order of the text.
    pub entries: Vec<Entry>,
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The name.
    pub key: String,
    /// Where the name stood: bytes, half open.
    pub key_range: Range<usize>,
    /// The value.
    pub value: Value,
}

/// Floats by their bits, so that `nan` is what it was when a text is read again.
impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Integer(one), Self::Integer(other)) => one == other,
            (Self::Float(one), Self::Float(other)) => one.to_bits() == other.to_bits(),
            (Self::String(one), Self::String(other)) => one == other,
            (Self::Date(one), Self::Date(other)) => one == other,
            (Self::Array(one), Self::Array(other)) => one == other,
            (Self::Table(one), Self::Table(other)) => one == other,
            _ => false,
        }
    }
}

impl Kind {
    /// What a user calls it, with its article.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a boolean",
            Kind::Integer(_) => "an integer",
            Kind::Float(_) => "a number",
            Kind::String(_) => "a string",
            Kind::Date(_) => "a date",
            Kind::Array(_) => "an array",
            Kind::Table(_) => "a table",
        }
    }
}

/// As templates see the site's own data (`extra`): without places, dates as text.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            Kind::Null => serializer.serialize_unit(),
            Kind::Bool(value) => serializer.serialize_bool(*value),
            Kind::Integer(value) => serializer.serialize_i64(*value),
            Kind::Float(value) => serializer.serialize_f64(*value),
            Kind::String(value) => serializer.serialize_str(value),
            Kind::Date(value) => serializer.collect_str(value),
            Kind::Array(values) => {
                let mut seq = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    seq.serialize_element(value)?;
                }
                seq.end()
            }
            Kind::Table(table) => {
                let mut map = serializer.serialize_map(Some(table.entries.len()))?;
                for entry in &table.entries {
                    map.serialize_entry(&entry.key, &entry.value)?;
                }
                map.end()
            }
        }
    }
}
