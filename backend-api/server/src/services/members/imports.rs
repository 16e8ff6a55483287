//! Imports that are tried before they are written, written all at once, and taken back within a day.

use contract::member::{
    MemberImport, MemberImportReport, MemberImportUndone, MemberImported, MemberTrial, NotUndone,
    RowChoice, RowComplaint,
};
use store::members::{self, Record, imports};
use store::versions::Seen;
use store::{Store, Tx, WriteTx, households, idempotency, organizations};

use super::super::kit::audit::{self, About, Actor, Thing, Words};
use super::super::kit::error::{Result, ServiceError};
use super::super::kit::rights::{Action, Staff};
use super::super::kit::subject::{self, Subject};
use super::doubles::Choices;
use super::import::{Import, Judged, Row};
use super::noted;

/// Rows of one import: other writers wait for all of them.
pub const MOST_ROWS: usize = 2_000;

/// How long an import can be taken back, in milliseconds.
pub const UNDO_MS: i64 = 24 * 3_600_000;

/// Imports that are offered to be taken back.
const SHOWN: u32 = 50;

/// What is said of a row that may be somebody, and nobody has decided.
const UNDECIDED: &str = "可能和登记过的人重了，请先选“是同一个人”或“是两个人”";

impl Subject for imports::Import {
    const NAME: &'static str = "这次导入";
    const SEE: Action = Action::ReadMembers;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        imports::find(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization.id
    }
}

/// What ends a trial: everything that was tried is undone with it.
enum Tried {
    Judged(Box<Judged>),
    Failed(ServiceError),
}

impl From<store::Error> for Tried {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl Import<'_> {
    /// What importing the rows would do. It is done, and undone before anybody sees it: so nothing of it is
    /// guessed.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], [`ServiceError::Invalid`] for too many rows or choices that contradict
    /// each other, or the database failed.
    pub fn trial(&self, rows: &[Row], choices: &[RowChoice]) -> Result<MemberTrial> {
        let choices = self.bounded(rows, choices)?;
        let judged = self.tried(rows, Some(choices))?;
        let report = judged.report.clone();
        let work = self.work(None);
        self.store
            .write(move |tx| work.summarise(tx, "member.import_trial", &report))?;
        Ok(MemberTrial {
            added: judged.report.added,
            changed: judged.report.changed,
            unchanged: judged.report.unchanged,
            elsewhere: judged.elsewhere,
            complaints: judged.report.complaints,
            doubles: judged.doubles,
        })
    }

    /// What [`run`](Self::run) would do. Rows are tried [`MOST_ROWS`] at a time, so that nobody waits long for
    /// it: that rows further apart are one person is not found.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn trial_run(&self, rows: &[Row]) -> Result<MemberImportReport> {
        let mut all = MemberImportReport::default();
        for some in rows.chunks(MOST_ROWS) {
            let report = self.tried(some, None)?.report;
            all.added += report.added;
            all.changed += report.changed;
            all.unchanged += report.unchanged;
            all.complaints.extend(report.complaints);
            all.duplicates.extend(report.duplicates);
        }
        Ok(all)
    }

    /// Does it and undoes it.
    fn tried(&self, rows: &[Row], choices: Option<Choices>) -> Result<Judged> {
        let (work, rows) = (self.work(choices), rows.to_vec());
        let tried = self.store.write::<(), _, _>(move |tx| {
            let mut judged = Judged::default();
            match work.rows(tx, &rows, &mut judged) {
                Ok(()) => Err(Tried::Judged(Box::new(judged))),
                Err(error) => Err(Tried::Failed(error)),
            }
        });
        match tried {
            Err(Tried::Judged(judged)) => Ok(*judged),
            Err(Tried::Failed(error)) => Err(error),
            Ok(()) => Err(ServiceError::Internal("a trial was kept".to_owned())),
        }
    }

    /// Imports the rows in one transaction, once for each key however often it is sent. Rows that are wrong,
    /// and those that may be somebody without a decision, are left out and named by their fields; `named` says
    /// how the list calls them.
    ///
    /// # Errors
    /// As [`trial`](Self::trial); [`ServiceError::KeyReused`].
    pub fn at_once(
        &self,
        staff: &Staff,
        key: &str,
        rows: &[Row],
        choices: &[RowChoice],
        named: impl Fn(RowComplaint) -> RowComplaint,
    ) -> Result<MemberImported> {
        let decided = self.bounded(rows, choices)?;
        let key = idempotency::Key {
            scope: format!("staff/{}", staff.account_id),
            key: key.to_owned(),
            request_hash: self.vault.fingerprint(&spelled(self, rows, choices)),
        };
        let work = self.work(Some(decided));
        let (rows, staff, now_ms) = (rows.to_vec(), staff.clone(), self.now_ms);
        let outcome = self.store.write(move |tx| {
            idempotency::once(tx, &key, now_ms, |tx| {
                let id = imports::begin(tx, &staff.organization.id, &staff.login, now_ms)?;
                let mut judged = Judged::default();
                work.keeping(&id).rows(tx, &rows, &mut judged)?;
                let done = done(id, judged);
                imports::finish(tx, &done.id, done.added, done.changed, done.unchanged)?;
                work.summarise(tx, "member.import", &report_of(&done))?;
                let body = serde_json::to_string(&done)
                    .map_err(|e| ServiceError::Internal(format!("encoding an import: {e}")))?;
                Ok::<_, ServiceError>(idempotency::Stored { status: 200, body })
            })
        })?;
        let mut done: MemberImported = match outcome {
            idempotency::Outcome::Done(answer) | idempotency::Outcome::Replayed(answer) => {
                serde_json::from_str(&answer.body)
                    .map_err(|e| ServiceError::Internal(format!("a stored answer is damaged: {e}")))
            }
            idempotency::Outcome::Reused => Err(ServiceError::KeyReused),
        }?;
        done.complaints = done.complaints.into_iter().map(named).collect();
        Ok(done)
    }

    fn bounded(&self, rows: &[Row], choices: &[RowChoice]) -> Result<Choices> {
        self.by.may(Action::WriteMembers)?;
        if rows.len() > MOST_ROWS {
            let message = format!(
                "一次最多 {MOST_ROWS} 行，这里有 {} 行，请分成几份",
                rows.len()
            );
            return Err(ServiceError::field("table", message));
        }
        if choices.len() > 20 * MOST_ROWS {
            return Err(ServiceError::field("choices", "选择太多，请分成几份"));
        }
        Choices::of(choices).map_err(|line| {
            let message = format!("第 {line} 行选了两个“是同一个人”，只能选一个");
            ServiceError::field("choices", message)
        })
    }
}

/// Everything that makes two imports the same; it is hashed with a key, since it holds numbers.
fn spelled(import: &Import<'_>, rows: &[Row], choices: &[RowChoice]) -> String {
    let mut all = format!("member.import\n{:?}\n", import.organization_code);
    for row in rows {
        let cells = [
            row.organization_code.as_deref(),
            Some(row.name.as_str()),
            row.status.as_deref(),
            row.id_number.as_deref(),
            row.phone.as_deref(),
            row.card.as_deref(),
            row.joined_on.as_deref(),
            row.exempt_reason.as_deref(),
            row.household.as_deref(),
        ];
        all.push_str(&format!("{}{cells:?}\n", row.line));
    }
    all.push_str(&format!("{choices:?}"));
    all
}

/// What is kept as the answer: no names, so that a purge need not look there.
fn done(id: String, judged: Judged) -> MemberImported {
    let mut complaints = judged.report.complaints;
    complaints.extend(judged.undecided.iter().map(|line| RowComplaint {
        line: *line,
        column: "name".to_owned(),
        message: UNDECIDED.to_owned(),
    }));
    complaints.sort_by_key(|complaint| complaint.line);
    MemberImported {
        id,
        added: judged.report.added,
        changed: judged.report.changed,
        unchanged: judged.report.unchanged,
        elsewhere: judged.elsewhere,
        complaints,
    }
}

fn report_of(done: &MemberImported) -> MemberImportReport {
    MemberImportReport {
        added: done.added,
        changed: done.changed,
        unchanged: done.unchanged,
        complaints: done.complaints.clone(),
        ..MemberImportReport::default()
    }
}

/// The imports of the subtree that can be taken back, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(store: &Store, staff: &Staff, now_ms: i64) -> Result<Vec<MemberImport>> {
    staff.may(Action::ReadMembers)?;
    let found =
        store.read(|tx| imports::since(tx, &staff.organization.id, now_ms - UNDO_MS, SHOWN))?;
    let shown = found.into_iter().map(|import| MemberImport {
        id: import.id,
        organization: import.organization,
        by: import.by_login,
        added: import.added,
        changed: import.changed,
        at_ms: import.at_ms,
        until_ms: import.at_ms + UNDO_MS,
    });
    Ok(shown.collect())
}

/// Takes an import back: whoever was added goes, whoever was changed is what they were. To whom something
/// happened since stays as they are.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] if it was taken back
/// before or a day is over.
pub fn undo(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<MemberImportUndone> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let import: imports::Import = subject::allowed(tx, &staff, Action::WriteMembers, &id)?;
        if import.undone_at_ms.is_some() {
            return Err(ServiceError::Conflict("这次导入已经撤回过了".to_owned()));
        }
        if now_ms - import.at_ms > UNDO_MS {
            let message = "导入已经超过一天，不能整批撤回了，请逐个修改";
            return Err(ServiceError::Conflict(message.to_owned()));
        }
        tx.written_by(&staff.login);
        let mut done = MemberImportUndone::default();
        for person in imports::people(tx, &id)? {
            let Some(record) = members::get(tx, &person.member_id)? else {
                continue;
            };
            match taken_back(tx, &staff, &person, &record, now_ms)? {
                Ok(()) if person.before.is_none() => done.removed += 1,
                Ok(()) => done.restored += 1,
                Err(why) => {
                    let place = &record.organization.id;
                    let ours = organizations::is_within(tx, place, &staff.organization.id)?;
                    done.kept.push(NotUndone {
                        member_id: record.id,
                        name: ours.then_some(record.name),
                        why: why.to_owned(),
                    });
                }
            }
        }
        for household in imports::households(tx, &id)? {
            // One that was renamed or got a TV since is somebody's work.
            let made = households::get(tx, &household)?;
            let untouched = made.is_some_and(|it| it.version == 1 && it.terminal_id.is_none());
            if untouched && households::delete(tx, &household)? {
                done.households += 1;
            }
        }
        imports::undone(tx, &id, now_ms)?;
        let organization = Some(import.organization.id.as_str());
        audit::note(
            tx,
            &Actor::of(Some(&staff)),
            "member.import_undo",
            &About::one(Thing::Organization, &import.organization.id),
            organization,
            Words::Undone {
                removed: done.removed,
                restored: done.restored,
                kept: done.kept.len(),
            },
            now_ms,
        )?;
        Ok(done)
    })
}

/// Takes back what an import did to one person, or says why that cannot be.
fn taken_back(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    person: &imports::Person,
    record: &Record,
    now_ms: i64,
) -> Result<Result<(), &'static str>> {
    let source = record.source.as_ref().map(|source| &source.hash);
    if record.version != person.version || source != person.source_hash.as_ref() {
        return Ok(Err("导入以后又改过"));
    }
    let actor = Actor::of(Some(staff));
    let Some(before) = &person.before else {
        if imports::is_named(tx, &record.id)? {
            return Ok(Err("导入以后已经在点名、收看、评议或一键服务的记录里"));
        }
        noted(
            tx,
            &actor,
            "member.import_removed",
            record,
            Words::None,
            now_ms,
        )?;
        imports::remove(tx, &record.id)?;
        return Ok(Ok(()));
    };
    if let Some(household) = &before.content.household_id
        && households::get(tx, household)?.is_none()
    {
        return Ok(Err("原来的户已经没有了"));
    }
    if let members::NumberChange::Set(card) = &before.content.card
        && members::by_card(tx, &card.index)?.is_some_and(|other| other.id != record.id)
    {
        return Ok(Err("原来的卡号已经登记给别人"));
    }
    if let Some(source) = &before.source
        && members::by_source(tx, &source.key)?.is_some_and(|other| other.id != record.id)
    {
        return Ok(Err("原来表格里的这一行已经是另一个人"));
    }
    let (restored, _) = members::update(tx, &record.id, Seen::Any, &before.content, None, now_ms)?;
    imports::set_source(tx, &record.id, before.source.as_ref())?;
    super::write::changed(tx, &actor, record, &restored, now_ms)?;
    Ok(Ok(()))
}
