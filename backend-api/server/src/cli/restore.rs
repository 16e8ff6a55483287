//! `backend-api restore FOLDER`

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use store::access::{CarriedOver, Unknown};
use store::{DatabaseUrl, Store};

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::backup::{self, BackupError, Folders, Restored, Restoring};
use crate::services::heads;
use crate::services::kit::audit::{self, About, Actor, Words};
use crate::services::vault::Vault;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 备份文件夹
    folder: PathBuf,
    /// 覆盖已有数据（原数据库会改名保留）
    #[arg(long)]
    overwrite: bool,
    /// 备份里已经损坏的文件不恢复，其余照常
    #[arg(long)]
    skip_damaged: bool,
    #[command(flatten)]
    access: Access,
}

/// What becomes of what nothing newer is known of.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(multiple = false)]
pub(super) struct Access {
    /// 备份之后停用过什么无从得知时，照备份时的情况恢复
    #[arg(long)]
    keep_access: bool,
    /// 备份之后停用过什么无从得知时，电视全部重新登记，账号全部停用
    #[arg(long)]
    end_access: bool,
}

impl Access {
    pub(super) fn unknown(self) -> Unknown {
        if self.keep_access {
            Unknown::Keep
        } else if self.end_access {
            Unknown::End
        } else {
            Unknown::Refuse
        }
    }
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let url: DatabaseUrl = config.database_url().parse()?;
    let database = url.sqlite_path().ok_or(BackupError::Postgres)?;
    let unknown = arguments.access.unknown();
    let how = Restoring {
        overwrite: arguments.overwrite,
        skip_damaged: arguments.skip_damaged,
        unknown,
        now_ms: SystemClock.now_ms(),
    };
    let Restored {
        manifest,
        lost,
        ended,
    } = backup::restore(
        &arguments.folder,
        &config.data_dir,
        database,
        &Folders::of(config),
        how,
    )?;
    super::print(&format!("已恢复：文件 {} 个\n", manifest.files.len()))?;
    // They are of what was there before.
    if heads::set_aside(&config.data_dir, how.now_ms)? {
        super::print("审计日志以前记下的末尾已改名保留，从恢复的数据重新记起\n")?;
    }
    super::print(&told(&ended, unknown))?;
    let store = Store::open(&url).with_context(|| format!("数据库 {url} 打不开"))?;
    note(config, &store, how.now_ms)?;
    if lost.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    super::print(&format!("这些文件没有恢复：\n{}\n", lost.join("\n")))?;
    Ok(ExitCode::from(2))
}

/// Notes in the audit log that what follows was restored. Without its keys nobody can write on it; that is said, and
/// the server asks for them when it starts.
pub(super) fn note(config: &Config, store: &Store, now_ms: i64) -> anyhow::Result<()> {
    if let Err(error) = Vault::open(config, store) {
        return super::print(&format!("审计日志里还没有记下这次恢复：{error}\n"));
    }
    store.write::<_, store::Error, _>(move |tx| {
        let (actor, about) = (&Actor::System, &About::Database);
        audit::note(
            tx,
            actor,
            "database.restore",
            about,
            None,
            Words::None,
            now_ms,
        )
    })?;
    Ok(())
}

/// What did not come back to life, with numbers and names.
pub(super) fn told(ended: &CarriedOver, unknown: Unknown) -> String {
    let mut text = format!(
        "登录 {} 个已全部结束，请重新登录；等待开通的电视 {} 台会重新显示登记码\n",
        ended.sessions, ended.waiting
    );
    let mut list = |what: &str, names: &[String]| {
        if !names.is_empty() {
            // Writing into a text never fails.
            let _ = writeln!(text, "{what}（{}）：{}", names.len(), names.join("、"));
        }
    };
    list("备份之后停用的电视，仍然停用", &ended.revoked);
    list("备份之后改了地点、用途或户的电视，按改后的", &ended.moved);
    list("备份之后停用的账号，仍然停用", &ended.closed);
    list(
        "备份之后改了密码、验证器、权限或组织的账号，按改后的",
        &ended.changed,
    );
    let (terminals, accounts) = match unknown {
        Unknown::End => (
            "已停用、须重新登记的电视",
            "已停用的账号，请用 create-admin 新建",
        ),
        _ => (
            "照备份时的情况恢复的电视，请核对有没有已经停用的",
            "照备份时的情况恢复的账号，请核对有没有已经停用的，并改密码",
        ),
    };
    list(terminals, &ended.unknown_terminals);
    list(accounts, &ended.unknown_accounts);
    let mut count = |number: u64, what: &str| {
        if number > 0 {
            let _ = writeln!(text, "{what}：{number}");
        }
    };
    count(
        ended.enrolled_since,
        "备份之后登记的电视，会自己重新显示登记码，请再同意一次",
    );
    count(ended.made_since, "备份之后新建的账号，请重新建立");
    count(ended.pins, "备份之后改了或取消了 PIN 的党员，按改后的");
    count(
        ended.cards,
        "备份之后换了卡的党员，旧卡已作废，新卡请重新登记",
    );
    count(ended.left, "备份之后离开的党员，仍记为离开");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happened_is_told() {
        let ended = CarriedOver {
            sessions: 3,
            waiting: 1,
            ..CarriedOver::default()
        };
        assert_eq!(told(&ended, Unknown::Refuse).lines().count(), 1);
        let ended = CarriedOver {
            revoked: vec!["12 号".to_owned(), "13 号".to_owned()],
            unknown_accounts: vec!["wang".to_owned()],
            pins: 2,
            ..ended
        };
        let text = told(&ended, Unknown::Keep);
        assert!(text.contains("仍然停用（2）：12 号、13 号\n"), "{text}");
        assert!(text.contains("并改密码（1）：wang\n"), "{text}");
        assert!(text.contains("按改后的：2\n"), "{text}");
        assert!(told(&ended, Unknown::End).contains("create-admin"));
    }
}
