//! Search by digits: T9 over the pinyin initials of titles.
//!
//! Every character of a title stands for the digits its readings begin with (银 y → 9; 行 x or h →
//! 9 or 4), as a set of ten bits, so that any reading of a heteronym matches and a comparison is
//! one AND. The sets are made when a title is written and kept in the row; the index of a township
//! (700 titles) is a few tens of kilobytes and is read once per change.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use parking_lot::RwLock;
use pinyin::{ToPinyin, ToPinyinMulti};
use rusqlite::Connection;

use super::handle::Cache;
use super::kinds::{self, DocumentKind};
use super::read::{listing_kind, picture_of};
use super::types::SearchHit;

/// Set on a unit where a match may begin: a Chinese character, or the first of a word or number.
const BEGINS: u16 = 1 << 15;

/// The searchable titles in memory, as they were when last searched.
#[derive(Default)]
struct Memory(RwLock<Option<Arc<Index>>>);

struct Index {
    generation: u64,
    entries: Vec<Entry>,
}

struct Entry {
    kind: DocumentKind,
    id: String,
    title: String,
    list: String,
    list_title: String,
    list_kind: String,
    organization: String,
    published_at_ms: i64,
    expires_at_ms: i64,
    units: Vec<u16>,
}

impl Cache {
    /// Titles that these digits can stand for: a match at the beginning of a title first, then one
    /// at the beginning of a later character or word, newest first in both. Anything that is no
    /// digit is ignored; no digits find nothing.
    #[must_use]
    pub fn search(&self, digits: &str, limit: usize) -> Vec<SearchHit> {
        let wanted: Vec<u16> = digits
            .chars()
            .filter_map(|c| c.to_digit(10))
            .map(|digit| 1 << digit)
            .collect();
        if wanted.is_empty() || limit == 0 {
            return Vec::new();
        }
        let now = self.now_ms();
        let index = self.search_index();
        let mut found: Vec<(bool, &Entry, usize, usize)> = index
            .entries
            .iter()
            .filter(|entry| entry.expires_at_ms > now)
            .filter_map(|entry| {
                let (start, end, prefix) = find(&entry.units, &wanted)?;
                Some((!prefix, entry, start, end))
            })
            .collect();
        // Stable: the entries are newest first already.
        found.sort_by_key(|hit| hit.0);
        found.truncate(limit);
        self.read("show search results", |db| {
            found
                .iter()
                .map(|&(_, entry, match_start, match_end)| {
                    Ok(SearchHit {
                        kind: entry.kind,
                        id: entry.id.clone(),
                        title: entry.title.clone(),
                        match_start,
                        match_end,
                        list: entry.list.clone(),
                        list_title: entry.list_title.clone(),
                        list_kind: listing_kind(&entry.list_kind, entry.kind),
                        organization: entry.organization.clone(),
                        published_at_ms: entry.published_at_ms,
                        picture: picture_of(db, &entry.id)?,
                    })
                })
                .collect()
        })
    }

    fn search_index(&self) -> Arc<Index> {
        let generation = self.inner.content.load(Ordering::Acquire);
        let memory = self.slot::<Memory>();
        let known = memory.0.read().clone();
        if let Some(index) = known.filter(|index| index.generation == generation) {
            return index;
        }
        let entries = self.read("read the search index", load);
        let index = Arc::new(Index {
            generation,
            entries,
        });
        *memory.0.write() = Some(Arc::clone(&index));
        index
    }
}

fn load(db: &Connection) -> rusqlite::Result<Vec<Entry>> {
    let known = kinds::known();
    db.prepare_cached(&format!(
        "SELECT d.kind, d.id, d.title, d.list, coalesce(l.title, ''), coalesce(l.kind, ''), d.organization,
                d.published_at_ms, d.expires_at_ms, d.search
         FROM document d LEFT JOIN listing l ON l.id = d.list
         WHERE +d.kind IN ({known}) ORDER BY d.published_at_ms DESC, d.id DESC",
    ))?
    .query_map([], |row| {
        let units: Vec<u8> = row.get(9)?;
        Ok(Entry {
            kind: row.get(0)?,
            id: row.get(1)?,
            title: row.get(2)?,
            list: row.get(3)?,
            list_title: row.get(4)?,
            list_kind: row.get(5)?,
            organization: row.get(6)?,
            published_at_ms: row.get(7)?,
            expires_at_ms: row.get(8)?,
            units: units.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect(),
        })
    })?
    .collect()
}

/// What a title is searched by, as it is stored: one little-endian 16-bit set a character.
#[must_use]
pub fn units_of(title: &str) -> Vec<u8> {
    let mut units = Vec::with_capacity(title.len());
    let mut before = Class::Other;
    for c in title.chars() {
        let (set, class) = digits_of(c);
        // Inside a word or a number nobody begins to type.
        let begins = set != 0 && (class == Class::Chinese || class != before);
        before = class;
        units.extend_from_slice(&(set | if begins { BEGINS } else { 0 }).to_le_bytes());
    }
    units
}

/// Whether these digits can stand for the beginning of a name. No digits stand for any.
#[must_use]
pub fn name_begins(name: &str, digits: &str) -> bool {
    let mut sets = name.chars().map(|c| digits_of(c).0).filter(|set| *set != 0);
    digits
        .chars()
        .filter_map(|c| c.to_digit(10))
        .all(|digit| sets.next().is_some_and(|set| set & (1 << digit) != 0))
}

/// The order of titles in a list sorted by title: pinyin with tone numbers, then the title itself.
#[must_use]
pub fn sort_key(title: &str) -> String {
    let mut key = String::with_capacity(title.len() * 3);
    for c in title.chars() {
        match c.to_pinyin() {
            Some(reading) => {
                key.push_str(reading.with_tone_num_end());
                key.push(' ');
            }
            None => key.extend(c.to_lowercase()),
        }
    }
    key.push('\u{1}');
    key.push_str(title);
    key
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Chinese,
    Letter,
    Digit,
    Other,
}

fn digits_of(c: char) -> (u16, Class) {
    // Full-width letters and digits are the same keys.
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    if let Some(digit) = narrow.to_digit(10) {
        return (1 << digit, Class::Digit);
    }
    if let Some(digit) = key_of(narrow) {
        return (1 << digit, Class::Letter);
    }
    let Some(readings) = c.to_pinyin_multi() else {
        return (0, Class::Other);
    };
    let set = readings
        .into_iter()
        .filter_map(|reading| reading.plain().chars().next())
        .filter_map(key_of);
    (set.fold(0, |set, digit| set | 1 << digit), Class::Chinese)
}

fn key_of(letter: char) -> Option<u16> {
    Some(match letter.to_ascii_lowercase() {
        'a'..='c' => 2,
        'd'..='f' => 3,
        'g'..='i' => 4,
        'j'..='l' => 5,
        'm'..='o' => 6,
        'p'..='s' => 7,
        't'..='v' => 8,
        'w'..='z' => 9,
        _ => return None,
    })
}

/// First place where the wanted digits match, as characters from and to, and whether that is the
/// beginning of the title. Punctuation between matched characters is skipped.
fn find(units: &[u16], wanted: &[u16]) -> Option<(usize, usize, bool)> {
    let first = units.iter().position(|&unit| unit != 0)?;
    (first..units.len())
        .filter(|&start| units[start] & BEGINS != 0)
        .find_map(|start| {
            let mut rest = wanted.iter();
            let mut next = rest.next()?;
            for (at, &unit) in units.iter().enumerate().skip(start) {
                if unit == 0 {
                    continue;
                }
                if unit & next == 0 {
                    return None;
                }
                match rest.next() {
                    Some(wanted) => next = wanted,
                    None => return Some((start, at + 1, start == first)),
                }
            }
            None
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(title: &str, digits: &str) -> Option<(usize, usize, bool)> {
        let bytes = units_of(title);
        let units: Vec<u16> = bytes
            .as_chunks()
            .0
            .iter()
            .map(|pair| u16::from_le_bytes(*pair))
            .collect();
        let wanted: Vec<u16> = digits
            .chars()
            .filter_map(|c| c.to_digit(10))
            .map(|digit| 1 << digit)
            .collect();
        find(&units, &wanted)
    }

    #[test]
    fn every_reading_of_a_heteronym_matches() {
        // 银行: yín háng → 94; 行 alone is also xíng → 99.
        assert_eq!(matches("银行", "94"), Some((0, 2, true)));
        assert_eq!(matches("银行", "99"), Some((0, 2, true)));
        assert_eq!(matches("银行", "95"), None);
        // 重 zhòng/chóng → 9 or 2; 庆 q → 7.
        assert_eq!(matches("重庆", "27"), Some((0, 2, true)));
        assert_eq!(matches("重庆", "97"), Some((0, 2, true)));
        // 长 zhǎng/cháng, 乐 lè/yuè.
        assert_eq!(matches("村长", "29"), Some((0, 2, true)));
        assert_eq!(matches("村长", "22"), Some((0, 2, true)));
        assert_eq!(matches("音乐", "99"), Some((0, 2, true)));
    }

    #[test]
    fn matches_begin_at_characters_and_words() {
        // 财务公示 cwgs → 2947
        assert_eq!(matches("财务公示", "2947"), Some((0, 4, true)));
        assert_eq!(matches("2025年财务公示", "2947"), Some((5, 9, false)));
        assert_eq!(matches("2025年财务公示", "2025"), Some((0, 4, true)));
        assert_eq!(
            matches("2025年财务公示", "025"),
            None,
            "nobody begins inside a number"
        );
        assert_eq!(matches("GB18030编码", "42"), Some((0, 2, true)));
        assert_eq!(matches("GB18030编码", "18030"), Some((2, 7, false)));
        assert_eq!(matches("GB18030编码", "2180"), None, "nor inside a word");
        assert_eq!(matches("GB18030编码", "26"), Some((7, 9, false)));
    }

    #[test]
    fn punctuation_is_skipped_and_full_width_counts() {
        assert_eq!(matches("《财务》公示", "2947"), Some((1, 6, true)));
        assert_eq!(matches("ＡＢ通知", "22"), Some((0, 2, true)));
        assert_eq!(matches("——", "2"), None);
        assert_eq!(matches("", "2"), None);
    }

    #[test]
    fn titles_sort_by_pinyin() {
        let mut titles = ["中", "啊", "办", "ABC", "安"];
        titles.sort_by_key(|title| sort_key(title));
        assert_eq!(titles, ["啊", "ABC", "安", "办", "中"]);
    }
}
