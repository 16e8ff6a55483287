//! Which household a TV belongs to, as said on the command line.

use anyhow::bail;
use contract::enrolment::{HouseholdChoice, HouseholdChoices};
use store::Store;

use crate::services::enrolment;

/// Said of a home's TV that no household has.
pub(super) const NONE: &str = "这台电视还没有户：家里人不能签到，也没有自己的记录。\n\
     以后补上：backend-api change 电视编号 --household 户名（编号见 backend-api terminals）\n";

#[derive(Debug, clap::Args)]
pub(super) struct Chosen {
    /// 归到哪一户：户名、家里人的姓名或户的编号；户内的电视不写就没有户，家里人不能签到
    #[arg(long, value_name = "NAME")]
    household: Option<String>,
    /// 这一户已有电视时换成这一台，旧的不能再签到
    #[arg(long, requires = "household")]
    pub(super) replace: bool,
}

impl Chosen {
    /// The id of the household that was named, of the organization with this code.
    pub(super) fn id(
        &self,
        store: &Store,
        organization_code: &str,
        now_ms: i64,
    ) -> anyhow::Result<Option<String>> {
        let Some(named) = &self.household else {
            return Ok(None);
        };
        let Some(organization) =
            store.read(|tx| store::organizations::by_code(tx, organization_code))?
        else {
            // The command says so itself.
            return Ok(None);
        };
        let here = |one: &HouseholdChoice| one.organization.id == organization.id;
        if let Some(household) = store.read(|tx| store::households::get(tx, named))? {
            return Ok(Some(household.id));
        }
        let exact = store.read(|tx| store::households::by_name(tx, &organization.id, named))?;
        if let Some(household) = exact {
            return Ok(Some(household.id));
        }
        let HouseholdChoices { items, any, .. } =
            store.read(|tx| enrolment::choices(tx, &organization.id, named, now_ms))?;
        let found: Vec<_> = items.into_iter().filter(here).collect();
        match found.as_slice() {
            [one] => Ok(Some(one.id.clone())),
            [] if any => bail!("{}没有找到“{named}”这一户", organization.name),
            [] => bail!("{}还没有登记任何一户，请先导入户", organization.name),
            several => {
                let names: Vec<&str> = several.iter().map(|one| one.name.as_str()).collect();
                bail!("有几户符合“{named}”，请写全户名：{}", names.join("、"))
            }
        }
    }
}
