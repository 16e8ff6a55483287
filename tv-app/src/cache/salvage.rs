//! Reads what can be read of a damaged table: in the order of its key from both ends, and between
//! them around the pages that cannot be read.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row};

/// More attempts than any table of a television needs.
const MOST: usize = 2_000;

/// How often a stretch without one readable row is halved.
const HALVINGS: u8 = 6;

/// Rowids are smaller; larger ones are found from the upper end.
const LARGE: i64 = 1 << 31;

/// What is to be read.
pub(super) struct Wanted<'a> {
    /// The table.
    pub(super) table: &'a str,
    /// What it is ordered by, unique: an integer or a text.
    pub(super) key: &'a str,
    /// The columns besides, separated by commas.
    pub(super) columns: &'a str,
    /// The key is an integer.
    pub(super) by_number: bool,
}

/// Where a row is, or a bound.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    /// As it is on the disk, text or not.
    Text(Vec<u8>),
    /// After everything.
    Last,
}

impl ToSql for Key {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Number(number) => ValueRef::Integer(*number),
            Self::Text(bytes) => ValueRef::Text(bytes),
            // To SQLite a blob is larger than any number or text.
            Self::Last => ValueRef::Blob(&[]),
        }))
    }
}

/// How a pass over a stretch went.
struct Pass {
    /// The last key that was read.
    last: Option<Key>,
    /// It came to its end.
    ended: bool,
}

/// Hands every row that can be read to `take`, the key first, each once; true if no page was in the way
/// and `take` had no complaint.
pub(super) fn walk(
    db: &Connection,
    wanted: &Wanted<'_>,
    take: &mut dyn FnMut(&Row<'_>) -> bool,
) -> bool {
    let least = if wanted.by_number {
        Key::Number(i64::MIN)
    } else {
        Key::Text(Vec::new())
    };
    let mut stretches = vec![(least, Key::Last, HALVINGS)];
    let (mut attempts, mut whole) = (0, true);
    while let Some((low, high, halvings)) = stretches.pop() {
        attempts += 1;
        if attempts > MOST {
            return false;
        }
        let mut good = true;
        let mut kept = |row: &Row<'_>| good &= take(row);
        let up = pass(db, wanted, (&low, &high), true, &mut kept);
        if up.ended {
            whole &= good;
            continue;
        }
        whole = false;
        let read_any = up.last.is_some();
        let low = up.last.unwrap_or(low);
        let down = pass(db, wanted, (&low, &high), false, &mut kept);
        if down.ended {
            continue;
        }
        let left = if read_any || down.last.is_some() {
            HALVINGS
        } else {
            halvings.saturating_sub(1)
        };
        let high = down.last.unwrap_or(high);
        if left > 0
            && let Some(middle) = between(&low, &high)
        {
            stretches.push((low, Key::Number(middle), left));
            // The middle itself belongs to this half.
            stretches.push((Key::Number(middle - 1), high, left));
        }
    }
    whole
}

/// A number in the middle, by its length where the two are far apart. Texts have none: their tables
/// are a few pages.
fn between(low: &Key, high: &Key) -> Option<i64> {
    let low = match low {
        Key::Number(low) => (*low).max(0),
        _ => return None,
    };
    let high = match high {
        Key::Number(high) => *high,
        _ => LARGE,
    };
    let middle = if low < 1 << 8 && high > 1 << 9 {
        1 << ((i64::BITS - high.leading_zeros()) / 2)
    } else {
        low + (high - low) / 2
    };
    // Closer together there is nothing that was not tried.
    (middle > low + 1 && middle < high).then_some(middle)
}

fn pass(
    db: &Connection,
    wanted: &Wanted<'_>,
    (low, high): (&Key, &Key),
    upwards: bool,
    take: &mut dyn FnMut(&Row<'_>),
) -> Pass {
    let Wanted {
        table,
        key,
        columns,
        ..
    } = wanted;
    let order = if upwards { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT {key}, {columns} FROM {table} NOT INDEXED
         WHERE {key} > ?1 AND {key} < ?2 ORDER BY {key} {order}"
    );
    let mut last = None;
    let mut read = || -> Option<()> {
        let mut select = db.prepare(&sql).ok()?;
        let mut rows = select.query([low, high]).ok()?;
        while let Some(row) = rows.next().ok()? {
            let key = match row.get_ref(0).ok()? {
                ValueRef::Integer(number) => Key::Number(number),
                ValueRef::Text(text) => Key::Text(text.to_vec()),
                _ => return None,
            };
            // A tree that leads round in circles would have no end.
            let follows = |last: &Key| if upwards { *last < key } else { key < *last };
            if last.as_ref().is_some_and(|last| !follows(last)) {
                return None;
            }
            take(row);
            last = Some(key);
        }
        Some(())
    };
    let ended = read().is_some();
    Pass { last, ended }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages of 512 bytes, so that a few hundred rows have many.
    fn table(rows: i64) -> (tempfile::TempDir, std::path::PathBuf, Vec<usize>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.db");
        let db = Connection::open(&path).unwrap();
        db.execute_batch("PRAGMA page_size = 512; CREATE TABLE t(n INTEGER PRIMARY KEY, x TEXT)")
            .unwrap();
        for n in 1..=rows {
            db.execute("INSERT INTO t VALUES (?1, ?2)", (n, "字".repeat(20)))
                .unwrap();
        }
        let leaves = db
            .prepare(
                "SELECT pageno FROM dbstat WHERE name = 't' AND pagetype = 'leaf' ORDER BY path",
            )
            .unwrap()
            .query_map([], |row| row.get::<_, u32>(0).map(|page| page as usize))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        (dir, path, leaves)
    }

    fn read(path: &std::path::Path) -> (Vec<i64>, bool) {
        let db = Connection::open(path).unwrap();
        let wanted = Wanted {
            table: "t",
            key: "n",
            columns: "x",
            by_number: true,
        };
        let mut found = Vec::new();
        let whole = walk(&db, &wanted, &mut |row| {
            found.push(row.get(0).unwrap());
            row.get::<_, String>(1).is_ok()
        });
        found.sort_unstable();
        (found, whole)
    }

    #[test]
    fn every_row_outside_broken_pages_is_read_once() {
        let (_dir, path, leaves) = table(400);
        let sound = std::fs::read(&path).unwrap();
        let all: Vec<i64> = (1..=400).collect();
        assert_eq!(read(&path), (all.clone(), true));
        assert!(leaves.len() > 30, "{}", leaves.len());
        let last = leaves.len() - 1;
        for broken in [
            vec![0],
            vec![last],
            vec![7, 8, 20],
            vec![0, 15, last],
            vec![3, 5, 9, 28],
        ] {
            let mut bytes = sound.clone();
            for leaf in &broken {
                let at = (leaves[*leaf] - 1) * 512;
                bytes[at..at + 512].fill(0xa5);
            }
            std::fs::write(&path, bytes).unwrap();
            let (found, whole) = read(&path);
            assert!(!whole);
            let mut once = found.clone();
            once.dedup();
            assert_eq!(once, found, "each once");
            // No leaf of this table has more than eight rows.
            let lost = all.len() - found.len();
            assert!(lost <= broken.len() * 8, "{broken:?}: {lost} rows are lost");
            assert!(lost >= broken.len(), "{broken:?}");
        }
    }
}
