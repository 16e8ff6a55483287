//! Many households at once, from a list.

use contract::member::{MemberImportReport, RowComplaint};
use contract::terminal::TerminalKind;
use store::{Store, WriteTx, households, terminals};

use super::super::kit::error::{Result, ServiceError, or_complaints};
use super::super::kit::names;
use super::super::kit::publishing::Source;
use super::super::kit::rights::Action;
use super::{by_name, checked_name, noted};

/// Rows in one transaction: other writers wait for no more than that.
const BATCH: usize = 100;

/// A row of a list. A column that the list does not have is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its line, the header being 1.
    pub line: u32,
    /// Code of the village.
    pub organization_code: Option<String>,
    /// Name.
    pub name: String,
    /// Name or id of its TV. An empty cell changes nothing.
    pub terminal: Option<String>,
}

/// Who imports, and where to.
#[derive(Clone, Copy)]
pub struct Import<'a> {
    /// The database.
    pub store: &'a Store,
    /// Who.
    pub by: &'a Source,
    /// Organization of rows that name none.
    pub organization_code: Option<&'a str>,
    /// When.
    pub now_ms: i64,
}

enum Taken {
    Added,
    Changed,
    Unchanged,
}

impl Import<'_> {
    /// Imports the rows; one that is wrong is left out and the rest goes on. The complaints name
    /// fields; how the list calls them is the caller's.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] without the right to write households at all, or the database
    /// failed; what was imported before stays.
    pub fn run(&self, rows: &[Row]) -> Result<MemberImportReport> {
        self.by.may(Action::WriteMembers)?;
        let mut report = MemberImportReport::default();
        for batch in rows.chunks(BATCH) {
            let (rows, by, so_far) = (batch.to_vec(), self.by.clone(), report);
            let (code, now_ms) = (self.organization_code.map(str::to_owned), self.now_ms);
            report = self.store.write(move |tx| {
                let mut report = so_far.clone();
                for row in &rows {
                    match take(tx, &by, code.as_deref(), row, now_ms)? {
                        Ok(Taken::Added) => report.added += 1,
                        Ok(Taken::Changed) => report.changed += 1,
                        Ok(Taken::Unchanged) => report.unchanged += 1,
                        Err((field, message)) => report.complaints.push(RowComplaint {
                            line: row.line,
                            column: field.to_owned(),
                            message,
                        }),
                    }
                }
                Ok::<_, ServiceError>(report)
            })?;
        }
        Ok(report)
    }
}

/// What is wrong with a row by itself, without a look at the database.
///
/// # Errors
/// Never.
pub fn check_alone(row: &Row) -> Result<Vec<RowComplaint>> {
    let wrong = or_complaints(checked_name(&row.name))?.err();
    let complaints = wrong.into_iter().flatten().map(|it| RowComplaint {
        line: row.line,
        column: it.field,
        message: it.message,
    });
    Ok(complaints.collect())
}

fn take(
    tx: &mut WriteTx<'_>,
    by: &Source,
    default: Option<&str>,
    row: &Row,
    now_ms: i64,
) -> Result<Result<Taken, (&'static str, String)>> {
    let refuse = |field, message: String| Ok(Err((field, message)));
    let code = row
        .organization_code
        .as_deref()
        .map(names::cleaned)
        .filter(|code| !code.is_empty());
    let Some(code) = code.as_deref().or(default) else {
        return refuse("organization_code", "请写所在组织的代码".to_owned());
    };
    let field = "organization_code";
    let found = by.organization(tx, Action::WriteMembers, field, code);
    let organization = match or_complaints(found)? {
        Ok(organization) => organization,
        Err(complaints) => {
            return refuse(field, complaints.into_iter().map(|it| it.message).collect());
        }
    };
    let name = match or_complaints(checked_name(&row.name))? {
        Ok(name) => name,
        Err(complaints) => {
            return refuse(
                "name",
                complaints.into_iter().map(|it| it.message).collect(),
            );
        }
    };
    let terminal =
        match row.terminal.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(wanted) => {
                let mut found = terminals::named(tx, &organization.id, &names::cleaned(wanted))?;
                if found.is_empty() {
                    found = terminals::named(tx, &organization.id, wanted)?;
                }
                found.extend(terminals::get(tx, wanted)?.filter(|it| {
                    it.organization.id == organization.id && it.revoked_at_ms.is_none()
                }));
                found.retain(|it| it.kind == TerminalKind::Household);
                match &found[..] {
                    [one] => Some(one.id.clone()),
                    [] => {
                        return refuse(
                            "terminal",
                            format!(
                                "{}没有叫这个名称的户内电视，请先登记电视",
                                organization.name
                            ),
                        );
                    }
                    _ => {
                        return refuse(
                            "terminal",
                            "有几台电视都叫这个名称，请改写电视的编号".to_owned(),
                        );
                    }
                }
            }
        };
    let old = by_name(tx, &organization.id, &name, row.name.trim())?;
    if let Some(terminal) = &terminal
        && let Some(other) = households::of_terminal(tx, terminal)?
        && old.as_ref().is_none_or(|old| old.id != other.id)
    {
        return refuse(
            "terminal",
            "这台电视已归到另一户，请先在那一户取消".to_owned(),
        );
    }
    let actor = by.actor();
    let added = old.is_none();
    let household = match old {
        Some(old) => old,
        None => {
            let made = households::create(tx, &organization.id, &name, now_ms)?;
            noted(tx, &actor, "household.create", &made, now_ms)?;
            made
        }
    };
    let rebinds = terminal.is_some() && household.terminal_id != terminal;
    if rebinds {
        households::bind(tx, &household.id, terminal.as_deref())?;
        noted(tx, &actor, "household.update", &household, now_ms)?;
    }
    Ok(Ok(match (added, rebinds) {
        (true, _) => Taken::Added,
        (false, true) => Taken::Changed,
        (false, false) => Taken::Unchanged,
    }))
}
