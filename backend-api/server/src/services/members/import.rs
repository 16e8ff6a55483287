//! Many members at once, from a list. A row that is wrong is left out and the rest goes on; a row
//! that says what it said last time changes nothing, so that what staff edited since then stays.
//!
//! A row is the same person as last time by organization and identity number; without one by
//! organization, name and telephone number; else as `matching` says. Somebody who looks like a person
//! elsewhere is added and reported, never merged.

use std::collections::HashMap;
use std::sync::Arc;

use contract::member::{
    DuplicatePerson, MemberDraft, MemberImportReport, MemberStatus, RowComplaint, RowDuplicate,
};
use store::members::{self, Content, NumberChange, Record, search};
use store::versions::Seen;
use store::{Source, Store, Tx, WriteTx, households};

use super::super::households::checked_name;
use super::super::kit::audit::{self, About, Thing, Words};
use super::super::kit::error::{Result, ServiceError, or_complaints};
use super::super::kit::rights::Action;
use super::super::kit::{names, publishing};
use super::super::vault::Vault;
use super::compared;
use super::matching::{self, Marks, Match};
use super::write::{self, Checked};

/// Rows in one transaction: other writers wait for no more than that.
const BATCH: usize = 100;

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

/// Who imports, and where to.
#[derive(Clone, Copy)]
pub struct Import<'a> {
    /// The database.
    pub store: &'a Store,
    /// The keys.
    pub vault: &'a Arc<Vault>,
    /// Who.
    pub by: &'a publishing::Source,
    /// Organization of rows that name none.
    pub organization_code: Option<&'a str>,
    /// When.
    pub now_ms: i64,
}

/// What is wrong with a row: field and message.
type Mistake = (&'static str, String);

impl Import<'_> {
    /// Imports the rows. The complaints name fields; how the list calls them is the caller's.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] without the right to write members at all, or the database
    /// failed; what was imported before stays.
    pub fn run(&self, rows: &[Row]) -> Result<MemberImportReport> {
        self.by.may(Action::WriteMembers)?;
        let mut report = MemberImportReport::default();
        let mut seen = HashMap::new();
        for batch in rows.chunks(BATCH) {
            let work = Work {
                vault: Arc::clone(self.vault),
                by: self.by.clone(),
                organization_code: self.organization_code.map(str::to_owned),
                now_ms: self.now_ms,
            };
            let (rows, before, so_far) = (batch.to_vec(), seen, report);
            (seen, report) = self.store.write(move |tx| {
                let (mut seen, mut report) = (before.clone(), so_far.clone());
                tx.written_by(work.by.login());
                for row in &rows {
                    work.row(tx, row, &mut seen, &mut report)?;
                }
                Ok::<_, ServiceError>((seen, report))
            })?;
        }
        self.summarise(&report)?;
        Ok(report)
    }

    fn summarise(&self, report: &MemberImportReport) -> Result<()> {
        let by = self.by.clone();
        let words = Words::Rows {
            added: report.added,
            changed: report.changed,
            unchanged: report.unchanged,
            left_out: report.complaints.len(),
        };
        let now_ms = self.now_ms;
        self.store.write(move |tx| {
            let id = by.within(tx)?;
            let about = About::one(Thing::Organization, id.as_deref().unwrap_or_default());
            Ok(audit::note(
                tx,
                &by.actor(),
                "member.import",
                &about,
                id.as_deref(),
                words,
                now_ms,
            )?)
        })
    }
}

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

struct Work {
    vault: Arc<Vault>,
    by: publishing::Source,
    organization_code: Option<String>,
    now_ms: i64,
}

enum Taken {
    Added(Record),
    Changed(Record),
    Unchanged(Record),
}

impl Work {
    fn row(
        &self,
        tx: &mut WriteTx<'_>,
        row: &Row,
        seen: &mut HashMap<String, u32>,
        report: &mut MemberImportReport,
    ) -> Result<()> {
        let taken = match self.take(tx, row, seen)? {
            Ok(taken) => taken,
            Err(wrong) => {
                let complaints = wrong.into_iter().map(|(field, message)| RowComplaint {
                    line: row.line,
                    column: field.to_owned(),
                    message,
                });
                report.complaints.extend(complaints);
                return Ok(());
            }
        };
        let mut doubles = Vec::new();
        let record = match taken {
            Taken::Unchanged(record) => {
                report.unchanged += 1;
                record
            }
            Taken::Changed(record) => {
                report.changed += 1;
                // A telephone number was known before; that it is somebody else's too is no news.
                let mut like = self.like(tx, &record)?;
                like.retain(|it| it.shared.iter().any(|what| what == "id_number"));
                doubles = like;
                record
            }
            Taken::Added(record) => {
                report.added += 1;
                doubles = self.like(tx, &record)?;
                record
            }
        };
        if !doubles.is_empty() {
            report.duplicates.push(RowDuplicate {
                line: row.line,
                member_id: record.id.clone(),
                like: doubles,
            });
        }
        seen.insert(record.id, row.line);
        Ok(())
    }

    fn take(
        &self,
        tx: &mut WriteTx<'_>,
        row: &Row,
        seen: &HashMap<String, u32>,
    ) -> Result<Result<Taken, Vec<Mistake>>> {
        let refuse = |field, message: String| Ok(Err(vec![(field, message)]));
        let code = row
            .organization_code
            .as_deref()
            .map(names::cleaned)
            .filter(|code| !code.is_empty());
        let Some(code) = code.as_deref().or(self.organization_code.as_deref()) else {
            return refuse("organization_code", "请写所在组织的代码".to_owned());
        };
        let field = "organization_code";
        let found = self.by.organization(tx, Action::WriteMembers, field, code);
        let organization = match or_complaints(found)? {
            Ok(organization) => organization,
            Err(complaints) => {
                return refuse(field, complaints.into_iter().map(|it| it.message).collect());
            }
        };
        let (checked, status) = match checked(row, self.now_ms)? {
            Ok(good) => good,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let source = Source {
            key: self.key(code, &names::person(&row.name), &checked),
            hash: self.hash(row),
        };
        // What it was known by before names were cleaned.
        let formerly = self.key(code, row.name.trim(), &checked);
        let keys = [source.key.as_str(), formerly.as_str()];
        let old = match self.find(tx, &organization.id, row, &checked, keys, seen)? {
            Ok(old) => old,
            Err(wrong) => return Ok(Err(vec![wrong])),
        };
        if let Some(old) = &old {
            if let Some(line) = seen.get(&old.id) {
                let unmarked = checked.id_index(&self.vault).is_none()
                    && checked.phone_index(&self.vault).is_none();
                return if unmarked {
                    refuse("name", matching::same_name_as(*line))
                } else {
                    refuse("", format!("和第 {line} 行是同一个人，请删去一行"))
                };
            }
            if old.source.as_ref() == Some(&source) {
                return Ok(Ok(Taken::Unchanged(old.clone())));
            }
            if old.organization.id != organization.id {
                return refuse(
                    "organization_code",
                    format!("这个人已转到“{}”，请改成那里的代码", old.organization.name),
                );
            }
            if old.left_at_ms.is_some() {
                return refuse("", "这个人已登记为离开，请先在系统里恢复".to_owned());
            }
        }
        let id = match &old {
            Some(old) => old.id.clone(),
            None => members::new_id(self.now_ms),
        };
        let household = match self.household(tx, &organization.id, row, old.as_ref())? {
            Ok(household) => household,
            Err(wrong) => return Ok(Err(vec![wrong])),
        };
        let mut content = checked.seal(tx, &self.vault, &id, household)?;
        if let Some(old) = &old {
            keep_missing_columns(&mut content, row, old);
        }
        content.status = match (status, &old) {
            (Some(status), _) => status,
            (None, Some(old)) => old.status,
            (None, None) => MemberStatus::Full,
        };
        if let NumberChange::Set(card) = &content.card
            && members::by_card(tx, &card.index)?.is_some_and(|other| other.id != id)
        {
            return refuse("card", "这个卡号已登记给另一个人，请核对".to_owned());
        }
        let actor = self.by.actor();
        let Some(old) = old else {
            let record = members::create(
                tx,
                &id,
                &organization.id,
                &content,
                Some(&source),
                self.now_ms,
            )?;
            write::added(tx, &actor, &record, self.now_ms)?;
            return Ok(Ok(Taken::Added(record)));
        };
        let (record, different) =
            members::update(tx, &id, Seen::Any, &content, Some(&source), self.now_ms)?;
        if different {
            write::changed(tx, &actor, &old, &record, self.now_ms)?;
        }
        Ok(Ok(if different {
            Taken::Changed(record)
        } else {
            Taken::Unchanged(record)
        }))
    }

    /// Who the row was last time, or who it is although they were registered otherwise.
    fn find(
        &self,
        tx: &mut Tx<'_>,
        organization_id: &str,
        row: &Row,
        checked: &Checked,
        keys: [&str; 2],
        seen: &HashMap<String, u32>,
    ) -> Result<Result<Option<Record>, Mistake>> {
        for key in keys {
            if let Some(old) = members::by_source(tx, key)? {
                return Ok(Ok(Some(old)));
            }
        }
        let name = names::person(&row.name);
        let (id_index, phone_index) = (
            checked.id_index(&self.vault),
            checked.phone_index(&self.vault),
        );
        let household = row.household.as_deref().map(names::cleaned);
        let marks = Marks {
            id_index: id_index.as_deref(),
            phone_index: phone_index.as_deref(),
            household: household.as_deref().filter(|name| !name.is_empty()),
            joined_on: checked.joined_on(),
        };
        let namesakes = search::namesakes(tx, organization_id, &name, marks.id_index)?;
        let found = matching::find(&marks, namesakes, |it| seen.get(&it.id).copied());
        Ok(match found {
            Match::New => Ok(None),
            Match::Same(record) => Ok(Some(*record)),
            Match::Unclear(advice) => Err(("name", advice)),
        })
    }

    fn household(
        &self,
        tx: &mut WriteTx<'_>,
        organization_id: &str,
        row: &Row,
        old: Option<&Record>,
    ) -> Result<Result<Option<String>, Mistake>> {
        let Some(given) = row.household.as_deref().map(str::trim) else {
            let kept = old.and_then(|old| old.household.as_ref());
            return Ok(Ok(kept.map(|household| household.id.clone())));
        };
        if given.is_empty() {
            return Ok(Ok(None));
        }
        let name = match checked_name(given) {
            Ok(name) => name,
            Err(error) => return Ok(Err(("household", message_of(error)?))),
        };
        if let Some(found) = super::super::households::by_name(tx, organization_id, &name, given)? {
            return Ok(Ok(Some(found.id)));
        }
        let made = households::create(tx, organization_id, &name, self.now_ms)?;
        let actor = self.by.actor();
        super::super::households::noted(tx, &actor, "household.create", &made, self.now_ms)?;
        Ok(Ok(Some(made.id)))
    }

    /// Others like somebody who was added, as far as who imports may see them.
    fn like(&self, tx: &mut Tx<'_>, record: &Record) -> Result<Vec<DuplicatePerson>> {
        let Some(within) = self.by.within(tx)? else {
            return Ok(Vec::new());
        };
        let mut found = search::duplicates(tx, &within, &[&record.id])?;
        let mut like = found.remove(&record.id).unwrap_or_default();
        if record.household.is_some() {
            // One telephone for a family is no doubt about who is who.
            let mut elsewhere = Vec::new();
            for person in like {
                let only_phone = person.shared == ["phone"];
                let home = members::get(tx, &person.member_id)?.and_then(|it| it.household);
                if !only_phone || home != record.household {
                    elsewhere.push(person);
                }
            }
            like = elsewhere;
        }
        compared(tx, record, like)
    }

    fn key(&self, code: &str, name: &str, checked: &Checked) -> String {
        if let Some(index) = checked.id_index(&self.vault) {
            return format!("members/{code}/id/{index}");
        }
        let phone = checked.phone_index(&self.vault).unwrap_or_default();
        let person = self.vault.fingerprint(&format!("{name}\n{phone}"));
        format!("members/{code}/name/{person}")
    }

    /// Keyed, since it covers numbers.
    fn hash(&self, row: &Row) -> String {
        let Row {
            line: _,
            organization_code: _,
            name,
            status,
            id_number,
            phone,
            card,
            joined_on,
            exempt_reason,
            household,
        } = row;
        let cells = [
            status,
            id_number,
            phone,
            card,
            joined_on,
            exempt_reason,
            household,
        ];
        let cells = cells.map(|cell| {
            cell.as_deref()
                .map_or("-".to_owned(), |text| format!("={text}"))
        });
        self.vault
            .fingerprint(&format!("{name}\n{}", cells.join("\n")))
    }
}

/// A row's fields with its standing, or what is wrong with it.
type CheckedRow = Result<(Checked, Option<MemberStatus>), Vec<Mistake>>;

/// The row's fields, if they are right, and its standing.
fn checked(row: &Row, now_ms: i64) -> Result<CheckedRow> {
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

/// What the list does not speak of stays.
fn keep_missing_columns(content: &mut Content, row: &Row, old: &Record) {
    if row.joined_on.is_none() {
        content.joined_on.clone_from(&old.joined_on);
    }
    if row.exempt_reason.is_none() {
        content.exempt_reason.clone_from(&old.exempt_reason);
    }
}

fn message_of(error: ServiceError) -> Result<String> {
    match error {
        ServiceError::Invalid(fields) => Ok(fields
            .into_iter()
            .map(|field| field.message)
            .collect::<Vec<_>>()
            .join("；")),
        other => Err(other),
    }
}
