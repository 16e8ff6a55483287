//! Ends of the audit log's chain, kept outside the database: in the data folder, and in the server's log,
//! which most keep elsewhere. Who writes the whole log anew, or cuts its end off, contradicts them.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use store::audit::Head;
use store::{Store, audit};

use super::kit::calendar;
use super::kit::error::{Result, ServiceError};

/// In the data folder: one line a day, `2026-11-29 120:3f5a…`.
const FILE: &str = "audit-heads.log";

/// An end of the chain as it is written down: `120:3f5a…`.
#[must_use]
pub fn written(head: &Head) -> String {
    format!("{}:{}", head.seq, head.hash)
}

/// The end of the chain that was written down so.
#[must_use]
pub fn read(text: &str) -> Option<Head> {
    let (seq, hash) = text.trim().split_once(':')?;
    let seq = seq.parse().ok().filter(|seq| *seq > 0)?;
    let good = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    good.then(|| Head {
        seq,
        hash: hash.to_owned(),
    })
}

/// Those kept in the data folder, oldest first.
///
/// # Errors
/// The file is there and cannot be read.
pub fn kept(data_dir: &Path) -> Result<Vec<Head>> {
    let text = match fs::read_to_string(data_dir.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    Ok(text
        .lines()
        .filter_map(line)
        .map(|(_, head)| head)
        .collect())
}

/// Keeps the end there is: once a day, and `at_start` whenever it is another than the last one.
///
/// # Errors
/// The database failed, or the file cannot be written.
pub fn keep(store: &Store, data_dir: &Path, at_start: bool, now_ms: i64) -> Result<()> {
    let head = store.read(audit::head)?;
    if head.seq == 0 {
        return Ok(());
    }
    let path = data_dir.join(FILE);
    let before = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    let today = calendar::today(now_ms).to_string();
    if let Some((day, last)) = before.lines().rev().find_map(line)
        && (last == head || (day == today && !at_start))
    {
        return Ok(());
    }
    let text = written(&head);
    // After a power cut the last line may have no end.
    let begin = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .and_then(|mut file| {
            file.write_all(format!("{begin}{today} {text}\n").as_bytes())?;
            file.sync_all()
        })
        .map_err(failed)?;
    tracing::info!(head = text, "end of the audit log");
    Ok(())
}

/// Takes those kept out of the way of a database that is older than they are; answers whether there were
/// any.
///
/// # Errors
/// The file cannot be renamed.
pub fn set_aside(data_dir: &Path, now_ms: i64) -> Result<bool> {
    let to = data_dir.join(format!("{FILE}.before-{now_ms}"));
    match fs::rename(data_dir.join(FILE), to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

fn line(line: &str) -> Option<(&str, Head)> {
    let (day, text) = line.split_once(' ')?;
    Some((day, read(text)?))
}

fn failed(error: io::Error) -> ServiceError {
    ServiceError::Files(Box::new(error))
}

#[cfg(test)]
mod tests {
    use store::testing::TestDatabase;

    use super::*;
    use crate::services::kit::audit::{About, system};

    /// 2026-11-29 23:59 in China.
    const NOW: i64 = 1_795_967_940_000;

    #[test]
    fn one_a_day_is_kept_and_what_is_torn_is_passed_over() {
        let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::sqlite());
        let (store, data) = (database.open(), folder.path());
        let append = || {
            store
                .write(|tx| system(tx, "something", &About::Township, None, NOW))
                .unwrap();
            store.read(audit::head).unwrap()
        };
        let keep = |at_start, now_ms| {
            keep(&store, data, at_start, now_ms).unwrap();
            kept(data).unwrap()
        };
        assert_eq!(keep(true, NOW), []);
        let one = append();
        assert_eq!(keep(false, NOW), std::slice::from_ref(&one));
        let two = append();
        assert_eq!(keep(false, NOW), std::slice::from_ref(&one));
        assert_eq!(keep(false, NOW + 60_000), [one.clone(), two.clone()]);
        assert_eq!(keep(true, NOW + 60_000), [one.clone(), two.clone()]);
        let three = append();
        assert_eq!(keep(true, NOW + 60_000).last(), Some(&three));
        let path = data.join(FILE);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("2026-11-29 1:") && text.contains("\n2026-11-30 2:"));
        fs::write(&path, &text[..text.len() - 10]).unwrap();
        assert_eq!(keep(true, NOW + 60_000), [one, two, three]);
        assert!(set_aside(data, NOW).unwrap() && !set_aside(data, NOW).unwrap());
        assert_eq!(kept(data).unwrap(), []);
    }

    #[test]
    fn what_is_written_down_is_read_again() {
        let head = Head {
            seq: 120,
            hash: "3f".repeat(32),
        };
        assert_eq!(read(&format!(" {}\n", written(&head))), Some(head));
        for wrong in ["", "120", "120:", "x:3f", "0:3f", "120:3f…"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
