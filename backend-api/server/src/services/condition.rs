//! How the server itself is: room on the disk, its clock, the database, the backup. Asked by `/readyz` and
//! by the console.

use std::path::Path;

use contract::operation::{ClockConfirmed, ServerCondition, Warning, WarningKind};
use contract::staff::NoticeKind;
use openssl::asn1::Asn1Time;
use openssl::x509::X509;
use store::notices::{self, NewNotice};
use store::{Store, latest, organizations};

use super::backup;
use super::kit::audit::{self, About, Actor, Words};
use super::kit::damage;
use super::kit::error::{Result, ServiceError};
use super::kit::rights::{Action, Staff};
use super::space::Space;
use crate::clock::Clock as _;
use crate::config::Tls;
use crate::timekeeper::Timekeeper;

/// A backup is made every night; one that is older than this was left out at least once.
const BACKUP_OLD_MS: i64 = 2 * 24 * HOUR_MS;

/// A certificate that ends within this time should have been renewed: those who renew by themselves do so a month
/// before.
const CERTIFICATE_SOON_MS: i64 = 14 * 24 * HOUR_MS;

/// So long after it was compared a clock can be confirmed: later somebody should look again.
const COMPARED_MS: i64 = 10 * 60_000;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

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
    /// The certificate of the server itself, if it has one.
    pub tls: Option<&'a Tls>,
}

/// How the server is now. Reads files.
#[must_use]
pub fn now(asked: Asked<'_>) -> ServerCondition {
    let now_ms = asked.time.now_ms();
    // One of a time to come was made while the clock was wrong.
    let backup_at_ms = backup::last(asked.data_dir).filter(|at_ms| *at_ms <= now_ms + HOUR_MS);
    let warning = |kind| move |words| Warning { kind, words };
    let clock = asked.time.words();
    let damaged = damage::seen().then(|| DAMAGED.to_owned());
    let backup = Some(backup_words(backup_at_ms, now_ms)).filter(|_| asked.backed_up);
    let certificate = asked.tls.and_then(|tls| certificate_words(tls, now_ms));
    let warnings = [
        damaged.map(warning(WarningKind::Database)),
        asked.space.words().map(warning(WarningKind::Disk)),
        clock.clone().map(warning(WarningKind::Clock)),
        certificate.map(warning(WarningKind::Certificate)),
        backup.flatten().map(warning(WarningKind::Backup)),
    ];
    ServerCondition {
        backup_at_ms,
        free_bytes: asked.space.free(),
        clock_ms: clock.is_some().then(|| asked.time.shown_ms()),
        warnings: warnings.into_iter().flatten().collect(),
    }
}

fn backup_words(at_ms: Option<i64>, now_ms: i64) -> Option<String> {
    let Some(at_ms) = at_ms else {
        return Some(
            "还没有做过完好的备份。请管理服务器的人启用每夜的备份，并看一看它有没有出错".to_owned(),
        );
    };
    let age_ms = now_ms - at_ms;
    (age_ms > BACKUP_OLD_MS).then(|| {
        format!(
            "最近一次完好的备份是 {} 天前的。请管理服务器的人看一看每夜的备份为什么没有做成",
            age_ms / DAY_MS
        )
    })
}

/// What is said of a certificate that ends soon, or has ended: then no television and no browser lets itself be
/// served any more.
fn certificate_words(tls: &Tls, now_ms: i64) -> Option<String> {
    // What cannot be read is not in use, and the log says so.
    let ends_ms = ends_ms_of(&std::fs::read(&tls.certificate).ok()?)?;
    let file = tls.certificate.display();
    let left_ms = ends_ms - now_ms;
    if left_ms <= 0 {
        return Some(format!(
            "服务器的证书 {file} 已经过期，电视和浏览器不再连得上。请换上新的证书，不用重启服务"
        ));
    }
    (left_ms < CERTIFICATE_SOON_MS).then(|| {
        format!(
            "服务器的证书 {file} 再过 {} 天到期，到期后电视和浏览器都连不上。请换上新的证书，不用重启服务",
            left_ms / DAY_MS
        )
    })
}

/// When the first certificate of a PEM file ends.
fn ends_ms_of(pem: &[u8]) -> Option<i64> {
    let certificate = X509::from_pem(pem).ok()?;
    let since_1970 = Asn1Time::from_unix(0).ok()?.diff(certificate.not_after());
    let since_1970 = since_1970.ok()?;
    Some(i64::from(since_1970.days) * DAY_MS + i64::from(since_1970.secs) * 1_000)
}

/// Confirms that the computer's clock is right, after somebody compared what it showed: time goes on by it at once,
/// on the other servers within half a minute.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for those who look after the root organization, [`ServiceError::Conflict`] if
/// nothing speaks against the clock or it has changed since it was compared; or the database failed.
pub fn confirm_clock(
    store: &Store,
    time: &Timekeeper,
    staff: &Staff,
    confirmed: ClockConfirmed,
) -> Result<()> {
    staff.may(Action::Configure)?;
    if !store.read(|tx| staff.at_root(tx))? {
        return Err(ServiceError::Forbidden(
            "服务器的时间只能由最上级组织的管理员确认",
        ));
    }
    if time.words().is_none() {
        return Err(ServiceError::Conflict(
            "服务器的时钟现在没有问题，不用确认".to_owned(),
        ));
    }
    let shown_ms = time.shown_ms();
    if (shown_ms - confirmed.clock_ms).abs() > COMPARED_MS {
        return Err(ServiceError::Conflict(
            "服务器的时钟和您核对的时候不一样了，请刷新页面重新核对".to_owned(),
        ));
    }
    let by = Actor::of(Some(staff));
    store.write::<_, ServiceError, _>(move |tx| {
        latest::confirm(tx, shown_ms)?;
        Ok(audit::note(
            tx,
            &by,
            "clock.confirm",
            &About::Clock,
            None,
            Words::None,
            shown_ms,
        )?)
    })?;
    time.may_act(store)?;
    Ok(())
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

    use openssl::hash::MessageDigest;
    use openssl::pkey::PKey;
    use openssl::rsa::Rsa;

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
                tls: None,
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

    #[test]
    fn a_certificate_is_told_of_before_it_ends_and_after() {
        let folder = tempfile::tempdir().unwrap();
        let tls = Tls {
            certificate: folder.path().join("tls.pem"),
            key: folder.path().join("tls.key"),
            redirect: None,
        };
        let ends_ms = NOW + 30 * DAY_MS;
        let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
        let mut made = X509::builder().unwrap();
        let (from, until) = (Asn1Time::from_unix(0), Asn1Time::from_unix(ends_ms / 1_000));
        made.set_not_before(&from.unwrap()).unwrap();
        made.set_not_after(&until.unwrap()).unwrap();
        made.set_pubkey(&key).unwrap();
        made.sign(&key, MessageDigest::sha256()).unwrap();
        let pem = made.build().to_pem().unwrap();
        std::fs::write(&tls.certificate, &pem).unwrap();

        assert_eq!(ends_ms_of(&pem), Some(ends_ms));
        assert_eq!(certificate_words(&tls, NOW), None);
        assert_eq!(certificate_words(&tls, ends_ms - 14 * DAY_MS), None);
        let soon = certificate_words(&tls, ends_ms - 14 * DAY_MS + 1).unwrap();
        assert!(
            soon.contains("再过 13 天") && soon.contains("tls.pem"),
            "{soon}"
        );
        assert!(
            certificate_words(&tls, ends_ms)
                .unwrap()
                .contains("已经过期")
        );
        // The log says of such a file that it is none.
        std::fs::write(&tls.certificate, "nonsense").unwrap();
        assert_eq!(certificate_words(&tls, ends_ms), None);
    }
}
