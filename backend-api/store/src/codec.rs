//! How domain values stand in columns.

use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::timestamp::context::ContextV7;
use uuid::{Timestamp, Uuid};

use crate::error::{Error, Result};

/// Keeps ids of the same millisecond in the order they were made.
static ORDER: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// A new id: UUIDv7, so that ids sort by the time they were made.
pub(crate) fn new_id(now_ms: i64) -> String {
    let millis = u64::try_from(now_ms).unwrap_or(0);
    let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
    let context = ORDER.lock();
    Uuid::new_v7(Timestamp::from_unix(&*context, millis / 1000, nanos)).to_string()
}

/// JSON text of a structure.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Damaged(error.to_string()))
}

/// Reads back what [`to_json`] wrote.
pub(crate) fn from_json<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| Error::Damaged(error.to_string()))
}

/// The name an enum without contents has in JSON.
pub(crate) fn to_name<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(Error::Damaged("an enum that is not a plain name".into())),
    }
}

/// Reads back what [`to_name`] wrote.
pub(crate) fn from_name<T: DeserializeOwned>(name: String) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(name))
        .map_err(|error| Error::Damaged(error.to_string()))
}

/// `?1, ?2, …` for an `IN` list of `count` values, counted from `first`.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let all: Vec<String> = (first..first + count)
        .map(|number| format!("?{number}"))
        .collect();
    all.join(", ")
}

/// Splits into pieces of sizes that are powers of two, at most 256: statements for many rows at a
/// time are then prepared in nine lengths, not in any.
pub(crate) fn pieces<T>(all: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = all;
    std::iter::from_fn(move || {
        let size = 1_usize << rest.len().min(256).checked_ilog2()?;
        let (piece, after) = rest.split_at(size);
        rest = after;
        Some(piece)
    })
}

/// `(?1, ?2), (?3, ?4), …`: `rows` tuples of `columns` placeholders.
pub(crate) fn tuples(rows: usize, columns: usize) -> String {
    let all: Vec<String> = (0..rows)
        .map(|row| format!("({})", placeholders(row * columns + 1, columns)))
        .collect();
    all.join(", ")
}

/// A pattern for whatever contains the text, with `ESCAPE '~'`.
pub(crate) fn containing(text: &str) -> String {
    ending(text) + "%"
}

/// A pattern for whatever ends with the text, with `ESCAPE '~'`.
pub(crate) fn ending(text: &str) -> String {
    format!("%{}", literal(text))
}

/// The text as a piece of a pattern in which it stands for itself, with `ESCAPE '~'`.
pub(crate) fn literal(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if matches!(character, '%' | '_' | '~') {
            pattern.push('~');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_within_a_millisecond_by_order() {
        let mut ids: Vec<String> = (0..1000)
            .map(|number| new_id(1_700_000_000_000 + number / 100))
            .collect();
        let made = ids.clone();
        ids.sort();
        ids.dedup();
        assert_eq!(ids, made);
        assert!(made[0].starts_with("018bcfe5-6800-7"), "{}", made[0]);
    }

    #[test]
    fn pieces_are_powers_of_two_and_lose_nothing() {
        for length in 0..600 {
            let all: Vec<usize> = (0..length).collect();
            let split: Vec<&[usize]> = pieces(&all).collect();
            assert!(
                split
                    .iter()
                    .all(|piece| piece.len().is_power_of_two() && piece.len() <= 256)
            );
            assert_eq!(split.concat(), all);
        }
        assert_eq!(tuples(2, 3), "(?1, ?2, ?3), (?4, ?5, ?6)");
    }
}
