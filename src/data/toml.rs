//! TOML text to values. The only file that knows the `toml` crate.

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::SyntaxFault;
use super::value::{Entry, Kind, Table, Value};

/// The table that `text` is, with everything in it that is not TOML 1.1; the rest of the table is still there.
pub fn toml(text: &str) -> (Table, Vec<SyntaxFault>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let faults = errors.into_iter().map(|error| SyntaxFault { message: error.message().to_owned(), range: error.span().unwrap_or(0..0) }).collect();
    (convert_table(table.get_ref()), faults)
}

fn convert_table(table: &DeTable<'_>) -> Table {
    let mut entries: Vec<Entry> =
        table.iter().map(|(key, value)| Entry { key: key.get_ref().to_string(), key_range: key.span(), value: convert(value) }).collect();
    // The parser sorts by name; people read in the order of the text.
    entries.sort_by_key(|entry| entry.key_range.start);
    Table { entries }
}

fn convert(value: &Spanned<DeValue<'_>>) -> Value {
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::String(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Kind::Integer(number),
            Err(_) => Kind::Float(number.as_str().parse().unwrap_or(f64::INFINITY)),
        },
        DeValue::Float(number) => Kind::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(value) => Kind::Bool(*value),
        DeValue::Datetime(when) => match when.date.and_then(day) {
            Some(date) => Kind::Date(date),
            None => Kind::String(when.to_string()),
        },
        DeValue::Array(values) => Kind::Array(values.iter().map(convert).collect()),
        DeValue::Table(table) => Kind::Table(convert_table(table)),
    };
    Value { kind, range: value.span() }
}

fn day(date: toml::value::Date) -> Option<Date> {
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_places() {
        let text = "title = 'Docs'\nreleased = 2026-03-01\n";
        let (table, faults) = toml(text);
        assert!(faults.is_empty());
        let places: Vec<&str> = table.entries.iter().map(|entry| &text[entry.value.range.clone()]).collect();
        assert_eq!(places, ["'Docs'", "2026-03-01"]);
    }

    #[test]
    fn two_faults_are_told_in_one_run() {
        let (table, faults) = toml("a = \nb = 1\nc = [1,\n");
        assert!(faults.len() >= 2, "{faults:?}");
        assert!(table.entries.iter().any(|entry| entry.key == "b"));
    }
}
