//! `backend-api organizations` and `backend-api terminals`: one a line, fields between tabs.

use std::fmt::Write as _;
use std::process::ExitCode;

use crate::config::Config;

pub(super) fn organizations(config: &Config) -> anyhow::Result<ExitCode> {
    let (store, _lock) = super::open(config)?;
    let mut text = String::new();
    for organization in store.read(store::organizations::all)? {
        writeln!(text, "{}\t{}", organization.code, organization.name)?;
    }
    super::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn terminals(config: &Config) -> anyhow::Result<ExitCode> {
    const PAGE: u32 = 1_000;
    let (store, _lock) = super::open(config)?;
    let Some(root) = store.read(store::organizations::root)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let mut before: Option<String> = None;
    loop {
        let page =
            store.read(|tx| store::terminals::list(tx, &root.id, before.as_deref(), PAGE))?;
        let mut text = String::new();
        for terminal in &page {
            let state = if terminal.revoked_at_ms.is_some() {
                "已停用"
            } else {
                "使用中"
            };
            let place = &terminal.organization.name;
            writeln!(text, "{}\t{state}\t{place}\t{}", terminal.id, terminal.name)?;
        }
        super::print(&text)?;
        before = page.last().map(|terminal| terminal.id.clone());
        if page.len() < PAGE as usize {
            return Ok(ExitCode::SUCCESS);
        }
    }
}
