//! How the server itself is: room on the disk, its clock, the database, the backup. Asked by `/readyz` and
//! by the console.

use std::path::Path;

use contract::operation::{ServerCondition, Warning, WarningKind};
use contract::staff::NoticeKind;
use store::notices::{self, NewNotice};
use store::{Store, organizations};

use super::backup;
use super::kit::damage;
use super::kit::error::Result;
use super::space::Space;
use crate::clock::Clock as _;
use crate::timekeeper::Timekeeper;

/// A backup is made every night; one that is older than this was left out at least once.
const BACKUP_OLD_MS: i64 = 2 * 24 * 3_600_000;

const HOUR_MS: i64 = 3_600_000;

/// What is said of a damaged database.
pub const DAMAGED: &str = "数据库已损坏，有些内容可能读不出来。请尽快停止服务，运行 backend-api verify 检查，\
                           再用 backend-api restore 从最近一次完好的备份恢复";

/// What is asked.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The data folder.
    pub data_dir: &'a Path,
    /// Room in it.
    pub space: &'a Space,
    /// The time.
    pub time: &'a Timekeeper,
    /// Whether anybody is to make backups: not in a demonstration.
    pub backed_up: bool,
}

/// How the server is now. Reads a file.
#[must_use]
pub fn now(asked: Asked<'_>) -> ServerCondition {
    let now_ms = asked.time.now_ms();
    // One of a time to come was made while the clock was wrong.
    let backup_at_ms = backup::last(asked.data_dir).filter(|at_ms| *at_ms <= now_ms + HOUR_MS);
    let warning = |kind| move |words| Warning { kind, words };
    let damaged = damage::seen().then(|| DAMAGED.to_owned());
    let backup = Some(backup_words(backup_at_ms, now_ms)).filter(|_| asked.backed_up);
    let warnings = [
        damaged.map(warning(WarningKind::Database)),
        asked.space.words().map(warning(WarningKind::Disk)),
        asked.time.words().map(warning(WarningKind::Clock)),
        backup.flatten().map(warning(WarningKind::Backup)),
    ];
    ServerCondition {
        backup_at_ms,
        free_bytes: asked.space.free(),
        warnings: warnings.into_iter().flatten().collect(),
    }
}

fn backup_words(at_ms: Option<i64>, now_ms: i64) -> Option<String> {
    let Some(at_ms) = at_ms else {
        return Some(
            "还没有做过完好的备份。请在服务器上启用每夜的备份（backend-api-backup.timer），\
             并看一看它有没有出错"
                .to_owned(),
        );
    };
    let age_ms = now_ms - at_ms;
    (age_ms > BACKUP_OLD_MS).then(|| {
        format!(
            "最近一次完好的备份是 {} 天前的。请检查服务器每夜的备份（backend-api-backup.service）为什么没有做成",
            age_ms / (24 * HOUR_MS)
        )
    })
}

/// Tells staff of the whole tree that the disk is full.
///
/// # Errors
/// The database failed.
pub fn tell_disk_full(store: &Store, words: &str, now_ms: i64) -> Result<()> {
    let words = words.to_owned();
    store.write(move |tx| {
        let Some(root) = organizations::root(tx)? else {
            return Ok(());
        };
        let notice = NewNotice {
            organization_id: root.id,
            kind: NoticeKind::DiskFull,
            subject: "server:disk".to_owned(),
            detail: words.clone(),
        };
        Ok(notices::raise(tx, &notice, now_ms)?)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::space::ManualDisk;
    use super::*;
    use crate::clock::ManualClock;

    const NOW: i64 = 1_790_000_000_000;

    #[test]
    fn an_old_backup_or_none_is_told_and_one_of_a_time_to_come_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(ManualDisk::new(1 << 40));
        let space = Space::new(disk, folder.path(), 1);
        let time = Timekeeper::new(Arc::new(ManualClock::new(NOW)), None);
        let told = |made_ms: Option<i64>| {
            if let Some(at_ms) = made_ms {
                std::fs::write(folder.path().join("last-backup"), format!("{at_ms}\n")).unwrap();
            }
            let found = now(Asked {
                data_dir: folder.path(),
                space: &space,
                time: &time,
                backed_up: true,
            });
            let words: Vec<_> = found.warnings.into_iter().map(|it| it.words).collect();
            (found.backup_at_ms, words.concat())
        };
        assert!(told(None).1.contains("还没有做过"));
        assert_eq!(
            told(Some(NOW - 2 * 24 * HOUR_MS)),
            (Some(NOW - 2 * 24 * HOUR_MS), String::new())
        );
        assert!(told(Some(NOW - 3 * 24 * HOUR_MS - 1)).1.contains("3 天前"));
        let (at_ms, words) = told(Some(NOW + 365 * 24 * HOUR_MS));
        assert!(at_ms.is_none() && words.contains("还没有做过"));
    }
}
