//! What a row of a list of people says by itself.

use contract::member::{MemberDraft, MemberStatus, RowComplaint};

use super::super::kit::error::{Result, ServiceError};
use super::super::kit::names;
use super::write::Checked;

/// A row of a list. A column that the list does not have is `None`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its line, the header being 1.
    pub line: u32,
    /// Code of the home organization.
    pub organization_code: Option<String>,
    /// Name.
    pub name: String,
    /// Standing, in words.
    pub status: Option<String>,
    /// Identity number. An empty cell changes nothing.
    pub id_number: Option<String>,
    /// Telephone number. An empty cell changes nothing.
    pub phone: Option<String>,
    /// Card. An empty cell changes nothing.
    pub card: Option<String>,
    /// When they joined.
    pub joined_on: Option<String>,
    /// Why roll calls do not count them.
    pub exempt_reason: Option<String>,
    /// Name of the household; added if the organization has none of that name.
    pub household: Option<String>,
}

/// What is wrong with a row: field and message.
pub(super) type Mistake = (&'static str, String);

/// What is wrong with a row by itself, without a look at the database.
///
/// # Errors
/// The database failed (never).
pub fn check_alone(row: &Row, now_ms: i64) -> Result<Vec<RowComplaint>> {
    let wrong = match checked(row, now_ms)? {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong,
    };
    Ok(wrong
        .into_iter()
        .map(|(field, message)| RowComplaint {
            line: row.line,
            column: field.to_owned(),
            message,
        })
        .collect())
}

/// A row's fields with its standing, or what is wrong with it.
pub(super) type CheckedRow = Result<(Checked, Option<MemberStatus>), Vec<Mistake>>;

/// The row's fields, if they are right, and its standing.
pub(super) fn checked(row: &Row, now_ms: i64) -> Result<CheckedRow> {
    let filled = |cell: &Option<String>| {
        cell.as_ref()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    let mut wrong: Vec<Mistake> = Vec::new();
    let status = match row.status.as_deref().map(names::cleaned) {
        None => None,
        Some(text) => {
            let status = status(&text);
            if status.is_none() {
                wrong.push((
                    "status",
                    "身份须写：正式党员、预备党员、发展对象、入党积极分子、入党申请人 或 群众"
                        .to_owned(),
                ));
            }
            status
        }
    };
    let draft = MemberDraft {
        name: row.name.clone(),
        id_number: filled(&row.id_number),
        phone: filled(&row.phone),
        card: filled(&row.card),
        joined_on: filled(&row.joined_on),
        exempt_reason: filled(&row.exempt_reason),
        ..MemberDraft::default()
    };
    match Checked::of(&draft, now_ms) {
        Ok(checked) if wrong.is_empty() => return Ok(Ok((checked, status))),
        Ok(_) => {}
        Err(ServiceError::Invalid(fields)) => {
            wrong.extend(
                fields
                    .into_iter()
                    .map(|error| (field(&error.field), error.message)),
            );
        }
        Err(other) => return Err(other),
    }
    Ok(Err(wrong))
}

/// The fields of [`Checked`] by their names.
fn field(name: &str) -> &'static str {
    [
        "name",
        "id_number",
        "phone",
        "card",
        "joined_on",
        "exempt_reason",
    ]
    .into_iter()
    .find(|known| *known == name)
    .unwrap_or_default()
}

fn status(text: &str) -> Option<MemberStatus> {
    Some(match text {
        "正式党员" | "中共党员" | "党员" | "正式" | "full" => MemberStatus::Full,
        "预备党员" | "中共预备党员" | "预备" | "probationary" => {
            MemberStatus::Probationary
        }
        "发展对象" | "入党发展对象" | "development_target" => {
            MemberStatus::DevelopmentTarget
        }
        "入党积极分子" | "积极分子" | "activist" => MemberStatus::Activist,
        "入党申请人" | "申请人" | "applicant" => MemberStatus::Applicant,
        "群众" | "村民" | "villager" => MemberStatus::Villager,
        _ => return None,
    })
}
