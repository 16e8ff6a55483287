//! What a row is found by when somebody types: its name, and how the name is read.
//!
//! A column `found_by` holds the name in small letters without spaces, then after `|` each the readings that
//! begin at one of its characters: syllables, their first letters, and of names both mixed (秦素云: `qinsuyun`,
//! `qsy`, `qinsy`, `suyun`…), with every reading of a character that has several (单: dan, shan). Whoever writes a
//! name writes this beside it; then one `LIKE` over one short column finds a name by either.

use std::collections::BTreeSet;

use contract::bulletin::Block;
use pinyin::ToPinyinMulti;

use crate::codec::{containing, from_json};
use crate::driver::{WriteTx, params};
use crate::error::Result;

/// Names of so many characters are found by syllables and first letters mixed.
const SHORT: usize = 4;
/// So many characters of a longer one can be typed in a row.
const REACH: usize = 10;
/// A second reading of a character in a longer one is found among so many before and after it.
const AROUND: usize = 3;
/// At most so many characters of a short one are read otherwise than usual at a time.
const UNUSUAL: usize = 2;

/// Tables with the column, and of each the name or title, the summary and the text.
const TABLES: [(&str, &str); 6] = [
    ("members", "name, '', ''"),
    ("households", "name, '', ''"),
    ("terminals", "name, '', ''"),
    ("organizations", "name, '', ''"),
    ("bulletins", "title, summary, body"),
    ("programmes", "title, description, ''"),
];

/// What stands in the column for a name.
pub(crate) fn name(name: &str) -> String {
    document(name, "", &[])
}

/// The same for a title with a summary and a text, which are found by their words, not by how they are read.
pub(crate) fn document(title: &str, summary: &str, body: &[Block]) -> String {
    let mut found_by = plain(title);
    for text in std::iter::once(summary).chain(body.iter().flat_map(words)) {
        if text.is_empty() {
            continue;
        }
        found_by.push('\n');
        found_by.push_str(&plain(text));
    }
    for key in keys(&units(title)) {
        found_by.push('|');
        found_by.push_str(&key);
    }
    found_by
}

/// The pattern over the column for what somebody typed, with `ESCAPE '~'`; `None`: they typed nothing.
pub(crate) fn pattern(typed: &str) -> Option<String> {
    let typed = plain(typed).replace('ü', "v");
    if typed.is_empty() {
        return None;
    }
    // Syllables may be set apart: xi'an.
    let letters: String = typed.chars().filter(|c| *c != '\'' && *c != '’').collect();
    let is_read = !letters.is_empty() && letters.chars().all(|c| c.is_ascii_lowercase());
    // A reading begins where a character does.
    Some(if is_read {
        format!("%|{letters}%")
    } else {
        containing(&typed)
    })
}

/// Fills the column of what was written before there was one.
pub(crate) fn fill(tx: &mut WriteTx<'_>) -> Result<()> {
    for (table, columns) in TABLES {
        let mut after = String::new();
        loop {
            let rows = tx.query(
                &format!("SELECT id, {columns} FROM {table} WHERE id > ?1 ORDER BY id LIMIT 1000"),
                params![&after],
            )?;
            for row in &rows {
                // A text that cannot be read is somebody else's trouble: it is found by its title.
                let body: Vec<Block> = from_json(&row.text(3)?).unwrap_or_default();
                let found_by = document(&row.text(1)?, &row.text(2)?, &body);
                after = row.text(0)?;
                tx.execute(
                    &format!("UPDATE {table} SET found_by = ?2 WHERE id = ?1"),
                    params![&after, found_by],
                )?;
            }
            if rows.is_empty() {
                break;
            }
        }
    }
    Ok(())
}

/// All words of a block.
fn words(block: &Block) -> Vec<&str> {
    match block {
        Block::Heading { text } | Block::Paragraph { text } | Block::Item { text, .. } => {
            vec![text.as_str()]
        }
        Block::Table(table) => std::iter::once(&table.title)
            .chain(&table.header)
            .chain(table.rows.iter().flatten())
            .map(String::as_str)
            .collect(),
        Block::Picture(picture) => vec![picture.caption.as_str()],
    }
}

/// In small letters, without what separates, full-width letters and figures as others.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '|')
        .map(narrow)
        .flat_map(char::to_lowercase)
        .collect()
}

fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// A character with its readings, the usual one first, or a run of letters and figures, which is its own.
type Unit = Vec<String>;

fn units(name: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut run = String::new();
    for c in name.chars().map(narrow) {
        if c.is_ascii_alphanumeric() {
            run.push(c.to_ascii_lowercase());
            continue;
        }
        if !run.is_empty() {
            units.push(vec![std::mem::take(&mut run)]);
        }
        let mut readings = Unit::new();
        for reading in c.to_pinyin_multi().into_iter().flatten() {
            // Some interjections are read as ê or ḿ: nobody types them.
            let reading = reading.plain().replace('ü', "v");
            if reading.chars().all(|c| c.is_ascii_lowercase()) && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        if !readings.is_empty() {
            units.push(readings);
        }
    }
    if !run.is_empty() {
        units.push(vec![run]);
    }
    units
}

fn keys(units: &[Unit]) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    if units.len() <= SHORT {
        for start in 0..units.len() {
            mixed(&units[start..], UNUSUAL, "", &mut keys);
        }
        return keys;
    }
    let mut put = |some: &[&str]| {
        keys.insert(some.concat());
        keys.insert(some.iter().filter_map(|reading| first(reading)).collect());
    };
    let usual: Vec<&str> = units.iter().map(|unit| unit[0].as_str()).collect();
    for start in 0..usual.len() {
        put(&usual[start..usual.len().min(start + REACH)]);
    }
    for (at, unit) in units.iter().enumerate() {
        for reading in &unit[1..] {
            let mut read = usual.clone();
            read[at] = reading.as_str();
            let end = read.len().min(at + AROUND + 1);
            for start in at.saturating_sub(AROUND)..=at {
                put(&read[start..end]);
            }
        }
    }
    keys
}

/// All ways to type these characters, where each but the last is a syllable or its beginning: what is typed of the
/// last may break off anywhere.
fn mixed(units: &[Unit], unusual: usize, typed: &str, keys: &mut BTreeSet<String>) {
    let Some((unit, rest)) = units.split_first() else {
        return;
    };
    let may = if unusual == 0 { 1 } else { unit.len() };
    for (nth, reading) in unit.iter().take(may).enumerate() {
        let left = unusual - usize::from(nth > 0);
        if rest.is_empty() {
            keys.insert(format!("{typed}{reading}"));
            continue;
        }
        let two = reading
            .get(..2)
            .filter(|two| matches!(*two, "zh" | "ch" | "sh"));
        let one = reading.get(..1);
        let ways: BTreeSet<&str> = [Some(reading.as_str()), two, one]
            .into_iter()
            .flatten()
            .collect();
        for way in ways {
            mixed(rest, left, &format!("{typed}{way}"), keys);
        }
    }
}

/// The letter or figure a reading begins with.
fn first(reading: &str) -> Option<char> {
    reading.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the database does with a pattern: signs that stand for themselves but `%`.
    fn finds(found_by: &str, typed: &str) -> bool {
        let pattern = pattern(typed).unwrap();
        let inner = pattern.trim_matches('%').replace('~', "");
        found_by.contains(&inner)
    }

    #[test]
    fn a_name_is_found_by_characters_syllables_letters_and_what_is_typed_so_far() {
        let qin = name("秦素云");
        for typed in [
            "秦",
            "素云",
            "qin",
            "qinsuyun",
            "qsy",
            "qinsy",
            "suyun",
            "QSY",
            "qin su yun",
            "qinsuy",
            "sy",
            "秦 素云",
            "qi",
            "ｑｓｙ",
        ] {
            assert!(finds(&qin, typed), "{typed}: {qin}");
        }
        for typed in ["王", "qinx", "yunsu", "qy", "w", "in", "un"] {
            assert!(!finds(&qin, typed), "{typed}: {qin}");
        }
        assert!(finds(&name("周长安"), "zhca") && finds(&name("周长安"), "zca"));
        assert!(finds(&name("吕建安"), "lvjianan") && finds(&name("吕建安"), "lüja"));
        assert!(finds(&name("西安"), "xi'an") && pattern(" 　").is_none());
    }

    #[test]
    fn every_reading_of_a_family_name_counts() {
        for (who, read) in [
            ("单小平", "shan"),
            ("单小平", "danxp"),
            ("曾国良", "zengguoliang"),
            ("曾国良", "cgl"),
            ("解放", "xiefang"),
            ("解放", "jf"),
            ("仇和", "qiu"),
            ("查良", "zhaliang"),
            ("尉迟恭", "yuchigong"),
            ("单长青", "shanchangq"),
            ("区小兰", "ouxl"),
            ("乐平", "yueping"),
            ("朴正", "piao"),
            ("翟明", "zhai"),
        ] {
            let found_by = name(who);
            assert!(finds(&found_by, read), "{who} {read}: {found_by}");
        }
    }

    #[test]
    fn a_long_title_is_found_wherever_one_begins_to_type() {
        let body = [Block::Paragraph {
            text: "正文里有桃园村".into(),
        }];
        let title = document("关于2026年第三季度党费收缴和银行利息的公示", "摘要", &body);
        for typed in [
            "党费",
            "dangfei",
            "dfsj",
            "dangfeishoujiao",
            "gongshi",
            "2026年",
            "yinhang",
            "yhlx",
            "桃园",
            "guanyu2026",
            "摘要",
        ] {
            assert!(finds(&title, typed), "{typed}: {title}");
        }
        for typed in ["taoyuan", "angfei", "feidang"] {
            assert!(!finds(&title, typed), "{typed}: {title}");
        }
        assert!(finds(&name("石桥村3组 12号"), "3zu") && finds(&name("石桥村3组 12号"), "sqc"));
    }

    #[test]
    fn what_is_kept_stays_small() {
        // A name of four characters with several readings each.
        let name = name("单解曾行");
        assert!(name.len() < 8_000, "{}", name.len());
        let long = "会".repeat(120);
        let title = super::name(&long);
        assert!(title.len() < 40_000, "{}", title.len());
        assert_eq!(super::name("张三|x"), super::name("张三x"));
    }

    crate::on_both_engines! {
        fn what_was_there_before_is_read_too(database) {
            let store = database.open();
            let found = store.write::<_, crate::Error, _>(|tx| {
                // As a program without the column wrote it, which is what its default stands for.
                tx.batch(
                    "INSERT INTO organizations (id, kind, code, name, created_at_ms) VALUES ('o', 'township', 'QH', '清河镇', 1);
                     INSERT INTO bulletins (id, state, version, list_id, organization_id, audience_id, title, summary, urgent,
                         body, expires_at_ms, created_at_ms, updated_at_ms)
                         VALUES ('good', 'draft', 1, 'l', 'o', 'o', '公示', '摘要', 0, '[{\"type\":\"paragraph\",\"text\":\"正文\"}]', NULL, 1, 1),
                                ('damaged', 'draft', 1, 'l', 'o', 'o', '通知', '', 0, 'x', NULL, 1, 1)",
                )?;
                for number in 0..1_500 {
                    tx.execute(
                        "INSERT INTO members (id, version, organization_id, name, status, created_at_ms, updated_at_ms)
                         VALUES (?1, 1, 'o', '单小平', 'full', 1, 1)",
                        params![format!("{number:05}")],
                    )?;
                }
                fill(tx)?;
                let mut found = Vec::new();
                for (table, typed) in [
                    ("members", "shanxp"), ("organizations", "qhz"), ("bulletins", "gongshi"), ("bulletins", "正文"),
                    ("bulletins", "tongzhi"),
                ] {
                    let sql = format!("SELECT COUNT(*) FROM {table} WHERE found_by LIKE ?1 ESCAPE '~'");
                    found.push(tx.query_one(&sql, params![pattern(typed)])?.int(0)?);
                }
                Ok(found)
            });
            assert_eq!(found.unwrap(), [1_500, 1, 1, 1, 1]);
        }
    }

    #[test]
    fn signs_of_patterns_stand_for_themselves() {
        assert_eq!(pattern("a%").as_deref(), Some("%a~%%"));
        assert_eq!(pattern("_").as_deref(), Some("%~_%"));
        assert_eq!(pattern("ab").as_deref(), Some("%|ab%"));
    }
}
