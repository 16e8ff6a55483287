//! What villages send to be published: waiting → taken, returned (and sent again), declined or taken back.

use contract::bulletin::BulletinState;
use contract::organization::OrganizationRef;
use contract::submission::{
    Submission, SubmissionFilm, SubmissionLine, SubmissionSource, SubmissionState,
};

use crate::codec::{containing, from_name, new_id, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::due;
use crate::error::{Error, Result};
use crate::part::{Part, Promise};
use crate::versions::Seen;
use crate::wanted::Wanted;

pub(crate) const PART: Part = Part {
    // They tell who wrote what.
    scrubbed: &["submissions"],
    promises: &[Promise {
        broken: "a submission counts as taken and nothing was made of it",
        cases: "SELECT id FROM submissions WHERE state = 'taken' AND bulletin_id IS NULL AND programme_id IS NULL",
    }],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT s.id, s.state, s.version, s.source, s.organization_id, o.name, o.code, s.title, s.text, \
                      s.sender, s.upload_id, u.file_name, u.bytes, s.reason, s.bulletin_id, s.programme_id, b.state, \
                      p.draft, p.withdrawn_at_ms, s.decided_by, s.decided_at_ms, s.sent_at_ms, \
                      (SELECT COUNT(*) FROM attachments a WHERE a.submission_id = s.id) \
                      FROM submissions s JOIN organizations o ON o.id = s.organization_id \
                      LEFT JOIN bulletins b ON b.id = s.bulletin_id \
                      LEFT JOIN programmes p ON p.id = s.programme_id \
                      LEFT JOIN uploads u ON u.id = s.upload_id";

/// What somebody sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Title.
    pub title: String,
    /// The text; may be empty.
    pub text: String,
    /// Who wrote it, as it is shown; may be empty.
    pub sender: String,
    /// The film.
    pub upload_id: Option<String>,
}

/// What was made of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// A bulletin, by its id.
    Bulletin(String),
    /// A programme, by its id.
    Programme(String),
}

/// Which to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Those of this organization or one below it.
    pub within: String,
    /// Only those in this state.
    pub state: Option<SubmissionState>,
    /// Only those in whose title, text or sender this is found.
    pub words: Option<String>,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// About which nobody has decided.
    pub waiting: u32,
    /// Which were returned and not sent again.
    pub returned: u32,
    /// Of both the ones with a film.
    pub films: u32,
}

/// Sends one; answers its id.
///
/// # Errors
/// The database failed, or there is no such organization.
pub fn create(
    tx: &mut WriteTx<'_>,
    organization_id: &str,
    source: SubmissionSource,
    content: &Content,
    now_ms: i64,
) -> Result<String> {
    let id = new_id(now_ms);
    tx.execute(
        "INSERT INTO submissions (id, state, version, source, organization_id, title, text, sender, upload_id,
             reason, sent_at_ms, created_at_ms, updated_at_ms)
         VALUES (?1, 'waiting', 1, ?2, ?3, ?4, ?5, ?6, ?7, '', ?8, ?8, ?8)",
        params![
            &id,
            to_name(&source)?,
            organization_id,
            &content.title,
            &content.text,
            &content.sender,
            content.upload_id.as_deref(),
            now_ms
        ],
    )?;
    keep_film(tx, content.upload_id.as_deref())?;
    Ok(id)
}

/// The one with this id, without its pictures.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Submission>> {
    let sql = format!("{SELECT} WHERE s.id = ?1");
    tx.query_opt(&sql, params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// At most `limit`, the latest first, made before the one with the id `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<SubmissionLine>> {
    let mut wanted = Wanted::within(tx, "s.organization_id", &filter.within)?;
    wanted.and_if(before, "s.id < @");
    let state = filter.state.as_ref().map(to_name).transpose()?;
    wanted.and_if(state, "s.state = @");
    let words = filter.words.as_deref().map(str::trim);
    let words = words.filter(|words| !words.is_empty());
    wanted.and_if(
        words.map(|words| containing(&words.to_lowercase())),
        "(LOWER(s.title) LIKE @ ESCAPE '~' OR LOWER(s.text) LIKE @ ESCAPE '~' OR LOWER(s.sender) LIKE @ ESCAPE '~')",
    );
    let (sql, values) = wanted.newest(SELECT, "s.id", limit);
    let rows = tx.query(&sql, &values)?;
    rows.iter().map(|row| Ok(record(row)?.line)).collect()
}

/// How many there are of an organization and those below it.
///
/// # Errors
/// The database failed.
pub fn counts(tx: &mut Tx<'_>, within: &str) -> Result<Counts> {
    let rows = tx.query(
        "SELECT state, COUNT(*), COUNT(upload_id) FROM submissions
         WHERE state IN ('waiting', 'returned') AND organization_id IN
             (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
         GROUP BY state",
        params![within],
    )?;
    let mut counts = Counts::default();
    let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    for row in &rows {
        let count = number(row.int(1)?);
        counts.films = counts.films.saturating_add(number(row.int(2)?));
        if row.text(0)? == "waiting" {
            counts.waiting = count;
        } else {
            counts.returned = count;
        }
    }
    Ok(counts)
}

/// Sends one again that waits or was returned, with what is written now. Who sends it stays.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`].
pub fn send_again(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    content: &Content,
    now_ms: i64,
) -> Result<Submission> {
    use SubmissionState::{Returned, Waiting};
    expected(tx, id, seen, &[Waiting, Returned])?;
    tx.execute(
        "UPDATE submissions SET state = 'waiting', version = version + 1, title = ?2, text = ?3, sender = ?4,
             upload_id = ?5, reason = '', sent_at_ms = ?6, updated_at_ms = ?6
         WHERE id = ?1",
        params![
            id,
            &content.title,
            &content.text,
            &content.sender,
            content.upload_id.as_deref(),
            now_ms
        ],
    )?;
    keep_film(tx, content.upload_id.as_deref())?;
    existing(tx, id)
}

/// Asks whoever sent one that waits to change it, and says why.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`].
pub fn give_back(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    (reason, by): (&str, &str),
    now_ms: i64,
) -> Result<Submission> {
    expected(tx, id, seen, &[SubmissionState::Waiting])?;
    tx.execute(
        "UPDATE submissions SET state = 'returned', version = version + 1, reason = ?2, decided_by = ?3,
             decided_at_ms = ?4, updated_at_ms = ?4
         WHERE id = ?1",
        params![id, reason, by, now_ms],
    )?;
    existing(tx, id)
}

/// Says that one that waits or was returned is not published, and why. Its film is let go of.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`].
pub fn decline(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    (reason, by): (&str, &str),
    now_ms: i64,
) -> Result<Submission> {
    use SubmissionState::{Returned, Waiting};
    expected(tx, id, seen, &[Waiting, Returned])?;
    tx.execute(
        "UPDATE submissions SET state = 'declined', version = version + 1, reason = ?2, decided_by = ?3,
             decided_at_ms = ?4, updated_at_ms = ?4, upload_id = NULL
         WHERE id = ?1",
        params![id, reason, by, now_ms],
    )?;
    existing(tx, id)
}

/// Takes one back that waits or was returned; `by`: who, if it is an account. Its film is let go of.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`].
pub fn withdraw(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    by: Option<&str>,
    now_ms: i64,
) -> Result<Submission> {
    use SubmissionState::{Returned, Waiting};
    expected(tx, id, seen, &[Waiting, Returned])?;
    tx.execute(
        "UPDATE submissions SET state = 'withdrawn', version = version + 1, reason = '', decided_by = ?2,
             decided_at_ms = ?3, updated_at_ms = ?3, upload_id = NULL
         WHERE id = ?1",
        params![id, by, now_ms],
    )?;
    existing(tx, id)
}

/// Forgets those that were declined or taken back before `before_ms`, with their pictures; answers how many.
///
/// # Errors
/// The database failed.
pub fn purge(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<u64> {
    let old = "state IN ('declined', 'withdrawn') AND updated_at_ms < ?1";
    tx.execute(
        &format!("DELETE FROM attachments WHERE submission_id IN (SELECT id FROM submissions WHERE {old})"),
        params![before_ms],
    )?;
    tx.execute(
        &format!("DELETE FROM submissions WHERE {old}"),
        params![before_ms],
    )
}

/// Notes what was made of one that waits.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`].
pub fn take(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    (made, by): (&Made, &str),
    now_ms: i64,
) -> Result<Submission> {
    expected(tx, id, seen, &[SubmissionState::Waiting])?;
    let (bulletin_id, programme_id) = match made {
        Made::Bulletin(id) => (Some(id.as_str()), None),
        Made::Programme(id) => (None, Some(id.as_str())),
    };
    tx.execute(
        "UPDATE submissions SET state = 'taken', version = version + 1, reason = '', bulletin_id = ?2,
             programme_id = ?3, decided_by = ?4, decided_at_ms = ?5, updated_at_ms = ?5
         WHERE id = ?1",
        params![id, bulletin_id, programme_id, by, now_ms],
    )?;
    existing(tx, id)
}

/// The one with this id, if it is in one of these states and still the version that was seen.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`].
pub fn expected(
    tx: &mut Tx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    states: &[SubmissionState],
) -> Result<Submission> {
    let found = existing(tx, id)?;
    seen.into().check(found.version)?;
    if !states.contains(&found.line.state) {
        return Err(Error::WrongState(found.line.state.into()));
    }
    Ok(found)
}

/// A film stays as long as what it came with waits.
fn keep_film(tx: &mut WriteTx<'_>, upload_id: Option<&str>) -> Result<()> {
    upload_id.map_or(Ok(()), |id| due::cancel(tx, due::Kind::UploadExpiry, id))
}

fn existing(tx: &mut Tx<'_>, id: &str) -> Result<Submission> {
    get(tx, id)?.ok_or(Error::NotFound("submission"))
}

fn record(row: &Row) -> Result<Submission> {
    let upload_id = row.opt_text(10)?;
    let programme_id = row.opt_text(15)?;
    let bulletin = row.opt_text(16)?.map(from_name).transpose()?;
    let bulletin_shown = bulletin == Some(BulletinState::Published);
    let programme_shown = row.opt_int(17)? == Some(0) && row.opt_int(18)?.is_none();
    let film = programme_id.is_some() || upload_id.is_some();
    let upload = match (
        &programme_id,
        upload_id,
        row.opt_text(11)?,
        row.opt_int(12)?,
    ) {
        (None, Some(upload), Some(file_name), Some(bytes)) => Some(SubmissionFilm {
            upload,
            file_name,
            bytes: u64::try_from(bytes).unwrap_or(0),
        }),
        _ => None,
    };
    Ok(Submission {
        line: SubmissionLine {
            id: row.text(0)?,
            state: from_name(row.text(1)?)?,
            source: from_name(row.text(3)?)?,
            organization: OrganizationRef {
                id: row.text(4)?,
                name: row.text(5)?,
            },
            title: row.text(7)?,
            sender: row.text(9)?,
            pictures: u32::try_from(row.int(22)?).unwrap_or(u32::MAX),
            film,
            published: bulletin_shown || programme_shown,
            sent_at_ms: row.int(21)?,
        },
        version: row.int(2)?,
        organization_code: row.text(6)?,
        text: row.text(8)?,
        attachments: Vec::new(),
        upload,
        reason: row.text(13)?,
        bulletin_id: row.opt_text(14)?,
        programme_id,
        decided_by: row.opt_text(19)?,
        decided_at_ms: row.opt_int(20)?,
    })
}
