//! What to do next when the database cannot be used: for whoever reads the log of a service that does not
//! start.

use store::{DatabaseUrl, Trouble};

use crate::config::Config;
use crate::services::backup;

/// Exit status when somebody has to do something before the service can start; starting it again is of no
/// use, and the unit knows that (`RestartPreventExitStatus`).
pub(super) const NEEDS_SOMEBODY: u8 = 65;

/// The next step after an error, in plain words, and whether starting again is of no use before it. Nothing
/// for errors that are not about the database as a whole.
pub(super) fn after(error: &anyhow::Error, config: &Config) -> Option<(String, bool)> {
    let trouble = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<store::Error>()?.trouble())?;
    let url: Option<DatabaseUrl> = config.database_url().parse().ok();
    let file = url.as_ref().and_then(DatabaseUrl::sqlite_path);
    let Some(file) = file.map(|file| file.display().to_string()) else {
        return of_postgres(trouble);
    };
    let restore = backup::last_place(&config.data_dir).map_or_else(
        || {
            "  1. 不要删除任何文件。\n\
             \x20 2. 找到最近一次备份的文件夹（每夜的备份在 /var/lib/backend-api/backups），先检查：\
             backend-api verify 备份文件夹\n\
             \x20 3. 停止服务，恢复（原数据库会改名保留）：backend-api restore --overwrite 备份文件夹"
                .to_owned()
        },
        |place| {
            let place = place.display();
            format!(
                "  1. 不要删除任何文件。\n\
                 \x20 2. 检查最近一次完好的备份：backend-api verify {place}\n\
                 \x20 3. 停止服务，恢复（原数据库会改名保留）：backend-api restore --overwrite {place}"
            )
        },
    );
    let words = match trouble {
        Trouble::Damaged => format!("数据库 {file} 已损坏。下一步：\n{restore}"),
        Trouble::NotADatabase => {
            format!("{file} 不是数据库，或者已损坏。配置里的路径没有写错的话，下一步：\n{restore}")
        }
        Trouble::Newer => format!(
            "数据库 {file} 是更新版本的程序写的，本程序不能用它，里面的内容没有问题。\
             请装回更新的版本；一定要用本版本的话，恢复升级以前的备份：\n{restore}"
        ),
        Trouble::Outdated => format!(
            "数据库 {file} 升级到本版本时出错，原来的内容没有改动。请装回原来的版本继续使用，\
             并把上面的错误告诉软件的维护人员"
        ),
        Trouble::Foreign => format!(
            "数据库 {file} 的结构和本程序的不一样，可能是别的程序的，或者被改过。\
             配置里的路径没有写错的话，下一步：\n{restore}"
        ),
        Trouble::ReadOnly => format!(
            "数据库 {file} 只能读、不能写。请检查它和所在文件夹属于服务的用户，磁盘没有被挂成只读\
             （磁盘出错时系统会这样做，见 journalctl -k），再启动服务"
        ),
        Trouble::Full => format!(
            "{file} 所在的磁盘已满。请删除不用的文件（旧备份可以先移到别的磁盘），腾出后服务自动恢复"
        ),
        Trouble::Disk => format!(
            "{file} 所在的磁盘读写出错，磁盘可能坏了（见 journalctl -k）。请先把备份复制到别的机器，再检查磁盘"
        ),
    };
    Some((words, needs_somebody(trouble)))
}

fn of_postgres(trouble: Trouble) -> Option<(String, bool)> {
    let words = match trouble {
        Trouble::Full => "PostgreSQL 的磁盘已满，请联系数据库管理员清理，腾出后服务自动恢复",
        Trouble::Newer => {
            "数据库是更新版本的程序写的，里面的内容没有问题。请装回更新的版本，\
             或者用 pg_restore 恢复升级以前的备份"
        }
        Trouble::Outdated => {
            "数据库升级到本版本时出错，原来的内容没有改动。请装回原来的版本继续使用，\
             并把上面的错误告诉软件的维护人员"
        }
        Trouble::Foreign => "数据库的结构和本程序的不一样，请检查连接的是不是这个系统的数据库",
        Trouble::Damaged | Trouble::Disk => {
            "PostgreSQL 的数据已损坏或磁盘出错，请联系数据库管理员查看它的日志，\
             必要时用 pg_restore 恢复最近一次的备份"
        }
        Trouble::ReadOnly | Trouble::NotADatabase => {
            "PostgreSQL 现在只能读（可能连到了备用服务器），请联系数据库管理员"
        }
    };
    Some((words.to_owned(), needs_somebody(trouble)))
}

fn needs_somebody(trouble: Trouble) -> bool {
    !matches!(trouble, Trouble::Full | Trouble::Disk)
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;
    use store::Store;

    use super::*;

    #[test]
    fn a_database_that_cannot_be_used_is_told_with_the_next_step() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::local(folder.path());
        let file = folder.path().join("data.sqlite");
        let url = DatabaseUrl::sqlite(&file);
        drop(Store::open(&url).unwrap());
        let whole = std::fs::read(&file).unwrap();
        let said = || {
            let opened = Store::open(&url).context("数据库打不开").map(|_| ());
            after(&opened.unwrap_err(), &config).unwrap()
        };

        // The header is not one.
        std::fs::write(
            &file,
            [b"PK\x03\x04".repeat(8), whole[32..].to_vec()].concat(),
        )
        .unwrap();
        let (words, for_somebody) = said();
        assert!(
            words.contains("不是数据库") && words.contains("restore --overwrite"),
            "{words}"
        );
        assert!(for_somebody);

        // The page that holds the schema is rotten.
        let mut rotten = whole;
        rotten[100..400].fill(0xa5);
        std::fs::write(&file, &rotten).unwrap();
        let place = folder.path().join("backups/20261122T033000Z");
        std::fs::create_dir_all(&place).unwrap();
        let note = format!("1\n{}\n", place.display());
        std::fs::write(folder.path().join("last-backup"), note).unwrap();
        let (words, _) = said();
        assert!(words.contains("已损坏"), "{words}");
        let step = format!("backend-api restore --overwrite {}", place.display());
        assert!(words.contains(&step), "{words}");

        let newer = store::MigrationError::Newer {
            found: 99,
            known: 1,
        };
        let error = anyhow::Error::from(store::Error::from(newer)).context("数据库打不开");
        let (words, for_somebody) = after(&error, &config).unwrap();
        assert!(words.contains("更新版本的程序") && for_somebody, "{words}");
        assert!(after(&anyhow::anyhow!("别的"), &config).is_none());
    }
}
