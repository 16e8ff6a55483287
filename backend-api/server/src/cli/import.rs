//! `backend-api import FOLDER`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::Store;

use crate::config::Config;
use crate::import::{ImportContext, ImportReport, OnTerminal, import_folder, import_ground};
use crate::services::files::Files;
use crate::services::media::Reach;
use crate::services::vault::Vault;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 内容文件夹（格式见 docs/CONTENT.md）
    folder: PathBuf,
    /// 只检查，不写入
    #[arg(long)]
    dry_run: bool,
}

/// Exit code for a folder with mistakes: what was right has been imported all the same.
const COMPLAINTS: u8 = 2;

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (store, _lock) = super::open(config)?;
    let runtime = super::runtime()?;
    let report = runtime.block_on(async {
        let cancel = Arc::new(AtomicBool::new(false));
        let stop = super::serve::stop_signal()?;
        let on_stop = Arc::clone(&cancel);
        let watching = tokio::spawn(async move {
            stop.await;
            on_stop.store(true, Ordering::Relaxed);
        });
        let report = folder(config, store, &arguments.folder, arguments.dry_run, cancel).await;
        watching.abort();
        report
    })?;
    super::print(&report.to_string())?;
    Ok(if report.has_complaints() {
        ExitCode::from(COMPLAINTS)
    } else {
        ExitCode::SUCCESS
    })
}

/// Imports what everything else in `from` refers to, such as organizations, into the configured data.
pub(super) async fn ground(config: &Config, store: Store, from: &Path) -> anyhow::Result<()> {
    let context = context(config, store, Arc::default())?;
    Ok(import_ground(&context, from).await?)
}

/// Imports `from` into the configured data.
pub(super) async fn folder(
    config: &Config,
    store: Store,
    from: &Path,
    dry_run: bool,
    cancel: Arc<AtomicBool>,
) -> anyhow::Result<ImportReport> {
    let context = context(config, store, cancel)?;
    Ok(import_folder(&context, from, dry_run, Box::new(OnTerminal::new())).await?)
}

fn context(
    config: &Config,
    store: Store,
    cancel: Arc<AtomicBool>,
) -> anyhow::Result<ImportContext> {
    let vault = Arc::new(Vault::open(config, &store)?);
    Ok(ImportContext {
        store,
        vault,
        files: Files::open(&config.files_dir())?.within(super::space(config)),
        cache_dir: config.data_dir.join("import-cache"),
        clock: Arc::new(SystemClock),
        cameras: Arc::new(Reach::new(
            config.cameras.as_deref(),
            vec![config.listen.port()],
        )),
        clock: Arc::new(super::clock::of_the_service(config)),
        cancel,
        runtime: tokio::runtime::Handle::current(),
    })
}
