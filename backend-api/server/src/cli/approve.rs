//! `backend-api approve CODE --organization CODE --kind household --name NAME`

use std::process::ExitCode;

use clap::ValueEnum;
use contract::enrolment::ApproveRequest;
use contract::terminal::TerminalKind;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::enrolment;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 电视上显示的登记码
    code: String,
    /// 所属组织的代码
    #[arg(long, value_name = "CODE")]
    organization: String,
    /// 用途
    #[arg(long, value_enum, default_value = "household")]
    kind: Kind,
    /// 名称，例如“张家村 12 号”
    #[arg(long)]
    name: String,
    #[command(flatten)]
    household: super::household::Chosen,
}

/// The contract's kinds, as words of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    Household,
    Station,
    Signage,
}

impl From<Kind> for TerminalKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Household => Self::Household,
            Kind::Station => Self::Station,
            Kind::Signage => Self::Signage,
        }
    }
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (store, _lock) = super::open_to_write(config)?;
    let now_ms = SystemClock.now_ms();
    let kind = TerminalKind::from(arguments.kind);
    let household_id = arguments
        .household
        .id(&store, &arguments.organization, now_ms)?;
    let request = ApproveRequest {
        organization_code: arguments.organization.clone(),
        kind,
        name: arguments.name.clone(),
        replace_tv: arguments.household.replace,
        household_id,
    };
    super::account::explain(enrolment::approve(
        &store,
        None,
        &arguments.code,
        &request,
        now_ms,
    ))?;
    super::print("已登记，电视几秒后会自动打开首页。\n")?;
    if kind == TerminalKind::Household && request.household_id.is_none() {
        super::print(super::household::NONE)?;
    }
    Ok(ExitCode::SUCCESS)
}
