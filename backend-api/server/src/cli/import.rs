//! `backend-api import FOLDER`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::Store;

use crate::config::Config;
use crate::import::{
    Extent, ImportContext, ImportReport, OnTerminal, import_folder_as_far, import_ground,
};
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
    /// 一次撤下或取消很多内容时，不再询问
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
}

/// Exit code for a folder with mistakes: what was right has been imported all the same.
const COMPLAINTS: u8 = 2;
/// Exit code for a folder that would withdraw much: nothing has been imported, or, after a trial, would be.
const ASKS: u8 = 3;

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let extent = match (arguments.dry_run, arguments.yes) {
        (true, _) => Extent::Trial,
        (false, true) => Extent::Confirmed,
        (false, false) => Extent::Careful,
    };
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
        let report = folder(config, store, &arguments.folder, extent, cancel).await;
        watching.abort();
        report
    })?;
    super::print(&report.to_string())?;
    Ok(if report.stopped {
        ExitCode::from(ASKS)
    } else if report.has_complaints() {
        ExitCode::from(COMPLAINTS)
    } else if !report.much.is_empty() {
        ExitCode::from(ASKS)
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
    extent: Extent,
    cancel: Arc<AtomicBool>,
) -> anyhow::Result<ImportReport> {
    let context = context(config, store, cancel)?;
    Ok(import_folder_as_far(&context, from, extent, Box::new(OnTerminal::new())).await?)
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
        files: Files::of(config)?.within(super::space(config)),
        cache_dir: config.data_dir.join("import-cache"),
        cameras: Arc::new(Reach::new(
            config.cameras.as_deref(),
            vec![config.listen.port()],
        )),
        clock: Arc::new(super::clock::of_the_service(config)),
        cancel,
        runtime: tokio::runtime::Handle::current(),
    })
}
