//! Many members at once, from a list. A row that is wrong is left out and the rest goes on; a row
//! that says what it said last time changes nothing, so that what staff edited since then stays.
//!
//! A row is the same person as last time by organization and identity number; without one by
//! organization, name and telephone number; else as `matching` says. Somebody who looks like a person
//! elsewhere is added and reported, never merged.

use std::collections::HashMap;
use std::sync::Arc;

use contract::member::{
    DuplicatePerson, MemberImportReport, MemberStatus, RowComplaint, RowDouble, RowDuplicate,
};
use contract::organization::Organization;
use store::members::{self, Content, NumberChange, Record, imports, search};
use store::versions::Seen;
use store::{Source, Store, Tx, WriteTx, households};

use super::super::households::checked_name;
use super::super::kit::audit::{self, About, Thing, Words};
use super::super::kit::error::{Result, ServiceError, or_complaints};
use super::super::kit::rights::Action;
use super::super::kit::{names, publishing};
use super::super::vault::Vault;
use super::compared;
use super::doubles::{Choices, Doubt};
use super::matching::{self, Marks, Match};
use super::rows::{Mistake, checked};
use super::write::{self, Checked};

pub use super::rows::{Row, check_alone};

/// Rows in one transaction: other writers wait for no more than that.
const BATCH: usize = 100;

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

impl Import<'_> {
    /// Imports the rows. The complaints name fields; how the list calls them is the caller's.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] without the right to write members at all, or the database
    /// failed; what was imported before stays.
    pub fn run(&self, rows: &[Row]) -> Result<MemberImportReport> {
        self.by.may(Action::WriteMembers)?;
        let mut judged = Judged::default();
        for batch in rows.chunks(BATCH) {
            let work = self.work(None);
            let (rows, before) = (batch.to_vec(), judged);
            judged = self.store.write(move |tx| {
                let mut judged = before.clone();
                work.rows(tx, &rows, &mut judged)?;
                Ok::<_, ServiceError>(judged)
            })?;
        }
        let (work, report) = (self.work(None), judged.report.clone());
        self.store
            .write(move |tx| work.summarise(tx, "member.import", &report))?;
        Ok(judged.report)
    }

    /// What is done with rows in a transaction; with `choices` nobody is added who may be registered unless
    /// it was decided that they are not.
    pub(super) fn work(&self, choices: Option<Choices>) -> Work {
        Work {
            vault: Arc::clone(self.vault),
            by: self.by.clone(),
            organization_code: self.organization_code.map(str::to_owned),
            now_ms: self.now_ms,
            choices,
            keeps: None,
        }
    }
}

/// What became of the rows so far.
#[derive(Clone, Default)]
pub(super) struct Judged {
    /// What was written and what is wrong.
    pub(super) report: MemberImportReport,
    /// Rows that may be somebody who is registered.
    pub(super) doubles: Vec<RowDouble>,
    /// Lines of those of them that nobody has decided about: nothing was written of them.
    pub(super) undecided: Vec<u32>,
    /// Rows that are somebody of another organization.
    pub(super) elsewhere: u32,
    /// Which row of the list somebody is.
    seen: HashMap<String, u32>,
}

/// What is done with rows in a transaction.
#[derive(Clone)]
pub(super) struct Work {
    vault: Arc<Vault>,
    by: publishing::Source,
    organization_code: Option<String>,
    now_ms: i64,
    choices: Option<Choices>,
    /// The import that keeps what was before.
    keeps: Option<String>,
}

enum Taken {
    Added(Record),
    Changed(Record),
    Unchanged(Record),
    /// They are somebody of another organization.
    Elsewhere,
    /// Nobody has decided who they are.
    Undecided,
}

/// Who a row is.
enum Found {
    Nobody,
    Somebody(Box<Record>),
    Undecided,
}

impl Work {
    /// Keeps what was before, as this import.
    pub(super) fn keeping(&self, import_id: &str) -> Self {
        Self {
            keeps: Some(import_id.to_owned()),
            ..self.clone()
        }
    }

    /// Writes what can be written of these rows.
    pub(super) fn rows(
        &self,
        tx: &mut WriteTx<'_>,
        rows: &[Row],
        judged: &mut Judged,
    ) -> Result<()> {
        tx.written_by(self.by.login());
        for row in rows {
            self.row(tx, row, judged)?;
        }
        Ok(())
    }

    /// Notes what became of the rows.
    pub(super) fn summarise(
        &self,
        tx: &mut WriteTx<'_>,
        action: &'static str,
        report: &MemberImportReport,
    ) -> Result<()> {
        let words = Words::Rows {
            added: report.added,
            changed: report.changed,
            unchanged: report.unchanged,
            left_out: report.complaints.len(),
        };
        let id = self.by.within(tx)?;
        let about = About::one(Thing::Organization, id.as_deref().unwrap_or_default());
        Ok(audit::note(
            tx,
            &self.by.actor(),
            action,
            &about,
            id.as_deref(),
            words,
            self.now_ms,
        )?)
    }

    fn row(&self, tx: &mut WriteTx<'_>, row: &Row, judged: &mut Judged) -> Result<()> {
        let taken = self.take(tx, row, judged)?;
        let report = &mut judged.report;
        let taken = match taken {
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
            Taken::Elsewhere => {
                judged.elsewhere += 1;
                return Ok(());
            }
            Taken::Undecided => {
                judged.undecided.push(row.line);
                return Ok(());
            }
        };
        if self.choices.is_some() {
            // Whoever imported has been asked.
            doubles.clear();
        }
        if !doubles.is_empty() {
            report.duplicates.push(RowDuplicate {
                line: row.line,
                member_id: record.id.clone(),
                like: doubles,
            });
        }
        judged.seen.insert(record.id, row.line);
        Ok(())
    }

    fn take(
        &self,
        tx: &mut WriteTx<'_>,
        row: &Row,
        judged: &mut Judged,
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
        let mut doubts = Vec::new();
        let found = self.find(
            tx,
            &organization.id,
            row,
            &checked,
            keys,
            judged,
            &mut doubts,
        )?;
        let (mut old, mut decided) = match found {
            Ok(Found::Nobody) => (None, true),
            Ok(Found::Somebody(record)) => (Some(*record), true),
            Ok(Found::Undecided) => (None, false),
            Err(wrong) => return Ok(Err(vec![wrong])),
        };
        if let Some(old) = &old {
            if let Some(line) = judged.seen.get(&old.id) {
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
        if let Some(choices) = &self.choices {
            let known = doubts.len();
            match self.numbers(
                tx,
                &organization,
                row,
                &checked,
                old.as_ref(),
                judged,
                &doubts,
            )? {
                Ok(more) => doubts.extend(more),
                Err(wrong) => return Ok(Err(vec![wrong])),
            }
            let mut elsewhere = false;
            for doubt in &doubts[known..] {
                match choices.same(row.line, &doubt.record.id) {
                    None => decided = false,
                    Some(false) => {}
                    Some(true) if doubt.record.organization.id == organization.id => {
                        old.get_or_insert(doubt.record.clone());
                    }
                    Some(true) => elsewhere = true,
                }
            }
            if !doubts.is_empty() {
                let says = checked.seal(tx, &self.vault, &row.line.to_string(), None)?;
                let household = row.household.as_deref().map(names::cleaned);
                let said = super::doubles::Said {
                    line: row.line,
                    organization: &organization,
                    content: &says,
                    status,
                    household: household.filter(|name| !name.is_empty()),
                };
                judged.doubles.push(said.beside(&doubts, choices));
            }
            if !decided {
                return Ok(Ok(Taken::Undecided));
            }
            if elsewhere {
                return Ok(Ok(Taken::Elsewhere));
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
            if let Some(import) = &self.keeps {
                imports::keep_added(tx, import, row.line, &id)?;
            }
            write::added(tx, &actor, &record, self.now_ms)?;
            return Ok(Ok(Taken::Added(record)));
        };
        if let Some(import) = &self.keeps {
            imports::keep_before(tx, import, row.line, &id)?;
        }
        let (record, different) =
            members::update(tx, &id, Seen::Any, &content, Some(&source), self.now_ms)?;
        if let Some(import) = &self.keeps {
            if different {
                imports::keep_after(tx, import, row.line, &id)?;
            } else {
                imports::keep_nothing(tx, import, row.line)?;
            }
        }
        if different {
            write::changed(tx, &actor, &old, &record, self.now_ms)?;
        }
        Ok(Ok(if different {
            Taken::Changed(record)
        } else {
            Taken::Unchanged(record)
        }))
    }

    /// Who the row was last time, or who it is although they were registered otherwise. Whom it may be goes
    /// to `doubts`.
    #[expect(
        clippy::too_many_arguments,
        reason = "everything that is known of a row"
    )]
    fn find(
        &self,
        tx: &mut Tx<'_>,
        organization_id: &str,
        row: &Row,
        checked: &Checked,
        keys: [&str; 2],
        judged: &Judged,
        doubts: &mut Vec<Doubt>,
    ) -> Result<Result<Found, Mistake>> {
        for key in keys {
            if let Some(old) = members::by_source(tx, key)? {
                return Ok(Ok(Found::Somebody(Box::new(old))));
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
        let mut left = search::namesakes(tx, organization_id, &name, marks.id_index)?;
        loop {
            let found = matching::find(&marks, left.clone(), |it| judged.seen.get(&it.id).copied());
            let (advice, like) = match found {
                Match::New => return Ok(Ok(Found::Nobody)),
                Match::Same(record) => return Ok(Ok(Found::Somebody(record))),
                Match::Unclear { advice, like } => (advice, like),
            };
            let Some(choices) = self.choices.as_ref().filter(|_| !like.is_empty()) else {
                return Ok(Err(("name", advice)));
            };
            doubts.extend(
                like.iter()
                    .cloned()
                    .map(|record| Doubt::new(record, &marks)),
            );
            let said: Vec<Option<bool>> = like
                .iter()
                .map(|it| choices.same(row.line, &it.id))
                .collect();
            let same = like
                .iter()
                .zip(&said)
                .find(|(_, said)| **said == Some(true));
            if let Some((record, _)) = same {
                return Ok(Ok(Found::Somebody(Box::new(record.clone()))));
            }
            if said.contains(&None) {
                return Ok(Ok(Found::Undecided));
            }
            // They are none of these; whoever else is called so remains.
            left.retain(|it| like.iter().all(|other| other.id != it.id));
        }
    }

    /// Who else has a number of this row, so that they may be one person; a complaint, if it is another row
    /// of the list.
    #[expect(
        clippy::too_many_arguments,
        reason = "everything that is known of a row"
    )]
    fn numbers(
        &self,
        tx: &mut Tx<'_>,
        organization: &Organization,
        row: &Row,
        checked: &Checked,
        old: Option<&Record>,
        judged: &Judged,
        known: &[Doubt],
    ) -> Result<Result<Vec<Doubt>, Mistake>> {
        let Some(within) = self.by.within(tx)? else {
            return Ok(Ok(Vec::new()));
        };
        let id_index = checked.id_index(&self.vault);
        let phone_index = checked.phone_index(&self.vault);
        let marks = Marks {
            id_index: id_index.as_deref(),
            phone_index: phone_index.as_deref(),
            household: None,
            joined_on: None,
        };
        let household = row.household.as_deref().map(names::cleaned);
        let mut found = Vec::new();
        for record in search::with_numbers(tx, &within, marks.id_index, marks.phone_index)? {
            let doubt = Doubt::new(record, &marks);
            let record = &doubt.record;
            let by_number = doubt.has("id_number");
            if known.iter().any(|it| it.record.id == record.id)
                || old.is_some_and(|old| old.id == record.id)
            {
                continue;
            }
            if let Some(line) = judged.seen.get(&record.id) {
                if by_number {
                    let message = format!("和第 {line} 行的身份证号一样，是一个人就删去一行");
                    return Ok(Err(("id_number", message)));
                }
                continue;
            }
            if let Some(old) = old {
                // What was known of somebody before is no news.
                if by_number && old.id_index != record.id_index {
                    found.push(doubt);
                }
                continue;
            }
            let home = record.household.as_ref().map(|home| home.name.as_str());
            let one_home = household.is_some()
                && household.as_deref() == home
                && record.organization.id == organization.id;
            // One telephone for a family is no doubt about who is who.
            if by_number || !one_home {
                found.push(doubt);
            }
        }
        Ok(Ok(found))
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
        if let Some(import) = &self.keeps {
            imports::keep_household(tx, import, &made.id)?;
        }
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
