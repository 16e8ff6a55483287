//! `backend-api change TERMINAL --household NAME`

use std::process::ExitCode;

use contract::terminal::{TerminalDraft, TerminalKind};
use store::versions::Seen;

use super::approve::Kind;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::kit::error::ServiceError;
use crate::services::terminals;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 电视的编号（见 backend-api terminals）
    terminal: String,
    /// 改到这个组织（代码）；不归到新组织的户就没有户
    #[arg(long, value_name = "CODE")]
    organization: Option<String>,
    /// 改作别的用途
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// 新名称
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    household: super::household::Chosen,
    /// 不再归到户
    #[arg(long, conflicts_with = "household")]
    no_household: bool,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (store, _lock) = super::open_to_write(config)?;
    let now_ms = SystemClock.now_ms();
    let id = &arguments.terminal;
    let found = store.read(|tx| {
        let terminal = store::terminals::get(tx, id)?;
        let Some(terminal) = terminal else {
            return Ok(None);
        };
        let organization = store::organizations::get(tx, &terminal.organization.id)?;
        let household = store::households::of_terminal(tx, id)?;
        Ok::<_, store::Error>(Some((terminal, organization, household)))
    })?;
    let found = found.ok_or(ServiceError::NotFound("这台电视"));
    let (terminal, organization, household) = super::account::explain(found)?;
    let own_code = organization.map(|one| one.code).unwrap_or_default();
    let organization_code = arguments
        .organization
        .clone()
        .unwrap_or_else(|| own_code.clone());
    let kind = arguments.kind.map_or(terminal.kind, TerminalKind::from);
    let named = arguments.household.id(&store, &organization_code, now_ms)?;
    // What it was given stays, unless it moves away from it.
    let stays =
        !arguments.no_household && organization_code == own_code && kind == TerminalKind::Household;
    let household_id = named.or_else(|| household.filter(|_| stays).map(|household| household.id));
    let seen = Seen::Version(terminal.version);
    let draft = TerminalDraft {
        organization_code,
        kind,
        name: arguments.name.clone().unwrap_or(terminal.name),
        household_id,
        replace_tv: arguments.household.replace,
    };
    let changed = terminals::edit(&store, None, id, seen, &draft, now_ms);
    let changed = super::account::explain(changed)?;
    super::print(&format!("已修改：{}，电视几秒后就知道。\n", changed.name))?;
    if kind == TerminalKind::Household && draft.household_id.is_none() {
        super::print(super::household::NONE)?;
    }
    Ok(ExitCode::SUCCESS)
}
