//! Many new organizations at once, as a spreadsheet lists them. All of them are made or none, and everything that
//! is wrong is told at once, row by row.

use std::collections::HashMap;

use contract::error::FieldError;
use contract::organization::{
    OrganizationKind, OrganizationRow, OrganizationRows, OrganizationsReport,
};
use store::{Store, Tx, organizations};

use super::{OrganizationDraft, check_below, check_code, checked_name, put};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::publishing::Source;
use crate::services::kit::rights::{Action, Staff};

/// Rows at a time: a prefecture has 4,807.
const MOST: usize = 5_000;

/// Makes them all, or tells what is wrong.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Invalid`] with `rows[INDEX].FIELD`: then nothing was made.
pub fn create(
    store: &Store,
    staff: &Staff,
    wanted: &OrganizationRows,
    now_ms: i64,
) -> Result<OrganizationsReport> {
    staff.may(Action::Organize)?;
    let rows = wanted.rows.clone();
    if !(1..=MOST).contains(&rows.len()) {
        let message = format!("一次须有 1 到 {MOST} 行，请分几次");
        return Err(ServiceError::field("rows", message));
    }
    if wanted.dry_run {
        let checked = store.read(|tx| check(tx, staff, &rows))?;
        return Ok(OrganizationsReport {
            made: 0,
            problems: checked.problems,
        });
    }
    let (staff, source) = (staff.clone(), Source::staff(staff));
    store.write(move |tx| {
        let Checked { problems, order } = check(tx, &staff, &rows)?;
        if !problems.is_empty() {
            return Err(ServiceError::Invalid(problems));
        }
        let own = own_code(tx, &staff)?;
        for &index in &order {
            let row = &rows[index];
            let draft = OrganizationDraft {
                parent_code: Some(parent_of(row, &own).to_owned()),
                kind: row.kind,
                code: row.code.trim().to_owned(),
                name: row.name.clone(),
            };
            put(tx, &source, &draft, now_ms).map_err(|error| at(error, index))?;
        }
        Ok(OrganizationsReport {
            made: u32::try_from(order.len()).unwrap_or(u32::MAX),
            problems: Vec::new(),
        })
    })
}

/// What is wrong with rows, and in which order they can be made, parents first.
struct Checked {
    problems: Vec<FieldError>,
    order: Vec<usize>,
}

fn check(tx: &mut Tx<'_>, staff: &Staff, rows: &[OrganizationRow]) -> Result<Checked> {
    let mut problems = Vec::new();
    let mut complain = |index: usize, field: &str, message: String| {
        problems.push(FieldError {
            field: path(index, field),
            message,
        });
    };
    let own = own_code(tx, staff)?;
    let mut listed: HashMap<&str, usize> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let code = row.code.trim();
        if let Err(message) = check_code(code) {
            complain(index, "code", message.to_owned());
        } else if let Some(first) = listed.get(code) {
            complain(index, "code", format!("和第 {} 行的代码相同", first + 1));
        } else {
            listed.insert(code, index);
            // Of others one only learns that it is used, as from making a single one.
            if organizations::by_code(tx, code)?.is_some() {
                complain(
                    index,
                    "code",
                    "这个代码已经有组织在用，请换一个；已经录入的行请删去".to_owned(),
                );
            }
        }
        if let Err(message) = checked_name(&row.name) {
            complain(index, "name", message);
        }
    }
    let mut known: HashMap<&str, Option<OrganizationKind>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let parent = parent_of(row, &own);
        let above = match listed.get(parent) {
            Some(&above) => Some(rows[above].kind),
            None => match known.get(parent) {
                Some(kind) => *kind,
                None => {
                    let kind = kind_within(tx, staff, parent)?;
                    known.insert(parent, kind);
                    kind
                }
            },
        };
        match above.map(|above| check_below(above, row.kind)) {
            None => complain(
                index,
                "parent_code",
                format!("您管理的组织里没有代码为“{parent}”的，表里也没有，请检查代码"),
            ),
            Some(Err(message)) => complain(index, "kind", message.to_owned()),
            Some(Ok(())) => {}
        }
    }
    // A kind is always below that of its parent, so no row stands above itself, and the widest are made first.
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&index| rows[index].kind);
    Ok(Checked { problems, order })
}

fn kind_within(tx: &mut Tx<'_>, staff: &Staff, code: &str) -> Result<Option<OrganizationKind>> {
    let Some(found) = organizations::by_code(tx, code)? else {
        return Ok(None);
    };
    let within = organizations::is_within(tx, &found.id, &staff.organization.id)?;
    Ok(within.then_some(found.kind))
}

fn own_code(tx: &mut Tx<'_>, staff: &Staff) -> Result<String> {
    let own = organizations::get(tx, &staff.organization.id)?;
    Ok(own.ok_or(ServiceError::Unauthenticated)?.code)
}

fn parent_of<'a>(row: &'a OrganizationRow, own: &'a str) -> &'a str {
    match row.parent_code.trim() {
        "" => own,
        code => code,
    }
}

fn at(error: ServiceError, index: usize) -> ServiceError {
    match error {
        ServiceError::Invalid(mut fields) => {
            for field in &mut fields {
                field.field = path(index, &field.field);
            }
            ServiceError::Invalid(fields)
        }
        other => other,
    }
}

fn path(index: usize, field: &str) -> String {
    format!("rows[{index}].{field}")
}
