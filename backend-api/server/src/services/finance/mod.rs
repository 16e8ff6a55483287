//! Accounts of villages by month or quarter (财务公开): judged before anything is written, then the draft of a bulletin.
//!
//! | module | holds |
//! |---|---|
//! | `amount` | amounts as people write them, in fen |
//! | `sheet` | what stands in a table, and whether it adds up |
//! | `body` | the bulletin, and a published one read again |
//! | `period` | months and quarters |

mod amount;
mod body;
mod period;
mod sheet;

use contract::bulletin::BulletinState;
use contract::error::FieldError;
use contract::finance::{
    FaultWeight, FinanceBefore, FinanceCompared, FinanceDraft, FinanceFault, FinanceJudged,
    FinanceRole, FinanceSheet, FinanceTable,
};
use contract::kinds::DocumentKind;
use contract::organization::Organization;
use contract::staff::{BulletinDraft, StaffBulletin};
use store::{Store, Tx, bulletins, idempotency, township};

use super::bulletins::draft_now;
use super::kit::error::{Result, ServiceError};
use super::kit::rights::{Action, Staff};
use super::kit::{calendar, names, subject};
use super::secrets;
use amount::yuan;
use body::{Body, amount_of};
use period::Period;
use sheet::Accounts;

/// Rows of a sheet.
const MOST_ROWS: usize = 500;
/// Columns of a sheet.
const MOST_COLUMNS: usize = 30;
/// Characters of a cell.
const MOST_TEXT: usize = 500;
/// Photographs of invoices.
const MOST_PICTURES: usize = 100;
/// Characters of an explanation.
const MOST_EXPLANATION: usize = 500;
/// Bulletins of a list that are looked through for the period before, the newest ones.
const LOOKED_AT: usize = 2_000;
/// Faults that a refusal names.
const NAMED: usize = 20;

/// From so much on a difference to the period before is worth a look, in fen: a thousand yuan…
const LOOK_FEN: i64 = 100_000;
/// …and this many hundredths of what it was.
const LOOK_PERCENT: i64 = 50;

/// A sheet that was judged.
struct Judged {
    organization: Organization,
    period: Period,
    list: Option<String>,
    accounts: Accounts,
    before: Option<(FinanceBefore, Accounts)>,
}

/// What is to be said of a sheet.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Invalid`] for what is no sheet at all, or the database failed.
pub fn judge(
    store: &Store,
    staff: &Staff,
    sheet: &FinanceSheet,
    now_ms: i64,
) -> Result<FinanceJudged> {
    staff.may(Action::Write)?;
    store.read(|tx| Ok(judged(tx, staff, sheet, now_ms)?.shown()))
}

/// Makes the draft of a bulletin of a sheet, once for each key however often it is sent.
///
/// # Errors
/// [`ServiceError::Invalid`] for a sheet with faults, as [`judge`] names them; [`ServiceError::Forbidden`],
/// [`ServiceError::KeyReused`].
pub fn draft(
    store: &Store,
    staff: &Staff,
    key: &str,
    request: &FinanceDraft,
    now_ms: i64,
) -> Result<StaffBulletin> {
    staff.may(Action::Write)?;
    let spelled = serde_json::to_string(request)
        .map_err(|error| ServiceError::Internal(format!("spelling a request: {error}")))?;
    let key = idempotency::Key {
        scope: format!("staff/{}", staff.account_id),
        key: key.to_owned(),
        request_hash: secrets::sha256_hex(&format!("finance\n{spelled}")),
    };
    let (staff, request) = (staff.clone(), request.clone());
    store.write(move |tx| {
        let outcome = idempotency::once(tx, &key, now_ms, |tx| {
            let draft = bulletin(tx, &staff, &request, now_ms)?;
            let body = draft_now(tx, &staff, draft, now_ms)?;
            Ok::<_, ServiceError>(idempotency::Stored { status: 201, body })
        })?;
        match outcome {
            idempotency::Outcome::Done(answer) | idempotency::Outcome::Replayed(answer) => {
                let made: bulletins::Record = subject::existing(tx, &answer.body)?;
                Ok(made.to_staff())
            }
            idempotency::Outcome::Reused => Err(ServiceError::KeyReused),
        }
    })
}

/// The bulletin of a sheet without faults.
fn bulletin(
    tx: &mut Tx<'_>,
    staff: &Staff,
    request: &FinanceDraft,
    now_ms: i64,
) -> Result<BulletinDraft> {
    let judged = judged(tx, staff, &request.sheet, now_ms)?;
    let faults = &judged.accounts.faults;
    let wrong = faults.iter().filter(|it| it.weight == FaultWeight::Wrong);
    let wrong: Vec<FieldError> = wrong.take(NAMED).map(field_of).collect();
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let explanation = names::text(request.explanation.as_deref().unwrap_or_default());
    let asked = faults.iter().find(|it| it.weight == FaultWeight::Explain);
    if let Some(fault) = asked.filter(|_| explanation.is_empty()) {
        let message = format!("{}，请写明原因，会一起公示", fault.message);
        return Err(ServiceError::field("explanation", message));
    }
    if explanation.chars().count() > MOST_EXPLANATION {
        let message = format!("说明不要超过 {MOST_EXPLANATION} 个字");
        return Err(ServiceError::field("explanation", message));
    }
    if request.pictures.len() > MOST_PICTURES {
        let message = format!("照片最多 {MOST_PICTURES} 张");
        return Err(ServiceError::field("pictures", message));
    }
    let Some(list) = judged.list.clone() else {
        let message = "没有放财务公示的栏目，请先在栏目设置里添一个";
        return Err(ServiceError::field("list", message));
    };
    let body = Body {
        organization: &judged.organization.name,
        period: judged.period,
        accounts: &judged.accounts,
        before: judged.before.as_ref().map(|(_, accounts)| accounts),
        explanation: &explanation,
        pictures: &request.pictures,
    };
    let title = request.title.as_deref().filter(|it| !names::is_blank(it));
    Ok(BulletinDraft {
        list,
        organization_code: request.sheet.organization_code.clone(),
        audience_code: request.audience_code.clone(),
        title: title.map_or_else(|| judged.title(), str::to_owned),
        summary: body::summary(&judged.accounts.figures(), judged.period),
        expires_at_ms: None,
        urgent: false,
        danger: false,
        cover: None,
        body: body.blocks(),
    })
}

fn field_of(fault: &FinanceFault) -> FieldError {
    let field = match (fault.line, fault.column) {
        (Some(line), Some(column)) => format!("rows[{line}].cells[{column}]"),
        (Some(line), None) => format!("rows[{line}]"),
        (None, _) => "rows".to_owned(),
    };
    FieldError {
        field,
        message: fault.message.clone(),
    }
}

fn judged(tx: &mut Tx<'_>, staff: &Staff, sheet: &FinanceSheet, now_ms: i64) -> Result<Judged> {
    let (action, code) = (Action::Write, &sheet.organization_code);
    let organization = subject::organization(tx, staff, action, "organization_code", code)?;
    bounded(sheet)?;
    let period = Period::of(&sheet.period)
        .filter(|period| period.has_begun(calendar::today(now_ms)))
        .ok_or_else(|| {
            let message = "月份写成 2026-11、季度写成 2026-Q3 这样，不能是以后的";
            ServiceError::field("period", message)
        })?;
    let list = match &sheet.list {
        Some(list) => Some(list.clone()),
        None => list_of_finances(tx)?,
    };
    let rows = sheet.rows.iter();
    let rows: Vec<(u32, &[String])> = rows.map(|it| (it.line, it.cells.as_slice())).collect();
    let mut accounts = sheet::read(&sheet.header, &rows, None);
    accounts.add_up(period);
    let before = match &list {
        Some(list) => before(tx, &organization, list, period)?,
        None => None,
    };
    if let Some((known, earlier)) = &before {
        compare(&mut accounts, known, earlier, period);
    }
    Ok(Judged {
        organization,
        period,
        list,
        accounts,
        before,
    })
}

fn bounded(sheet: &FinanceSheet) -> Result<()> {
    let wrong = |field: &str, message: String| Err(ServiceError::field(field, message));
    if sheet.rows.is_empty() {
        return wrong("rows", "表是空的".to_owned());
    }
    if sheet.rows.len() > MOST_ROWS {
        let message = format!("一张表最多 {MOST_ROWS} 行，这里有 {} 行", sheet.rows.len());
        return wrong("rows", message);
    }
    let wide = |cells: &[String]| cells.len() > MOST_COLUMNS;
    if wide(&sheet.header) || sheet.rows.iter().any(|row| wide(&row.cells)) {
        return wrong("header", format!("一张表最多 {MOST_COLUMNS} 列"));
    }
    let long = |cell: &String| cell.chars().count() > MOST_TEXT;
    let cells = sheet.rows.iter().flat_map(|row| &row.cells);
    if sheet.header.iter().chain(cells).any(long) {
        return wrong("rows", format!("一格里最多 {MOST_TEXT} 个字"));
    }
    Ok(())
}

/// The list that is for finances: called so, or with that in its title.
fn list_of_finances(tx: &mut Tx<'_>) -> Result<Option<String>> {
    let lists = township::get(tx)?.map(|it| it.sections).unwrap_or_default();
    let lists: Vec<_> = lists.into_iter().flat_map(|it| it.listings).collect();
    let bulletins =
        |it: &&contract::township::Listing| it.kind.holds() == Some(DocumentKind::Bulletin);
    let named = lists.iter().filter(bulletins).find(|it| it.id == "finance");
    let titled = || {
        let mut all = lists.iter().filter(bulletins);
        all.find(|it| it.title.contains("财务"))
    };
    Ok(named.or_else(titled).map(|it| it.id.clone()))
}

/// A table that begins where its columns are named: what offices write above that is no row.
#[must_use]
pub fn headed(mut table: FinanceTable) -> FinanceTable {
    /// Lines above the header.
    const ABOVE: usize = 4;
    if sheet::is_header(&table.header) {
        return table;
    }
    let rows = table.rows.iter().take(ABOVE);
    let Some(at) = rows.map(|it| &it.cells).position(|it| sheet::is_header(it)) else {
        return table;
    };
    table.header = table.rows[at].cells.clone();
    table.rows.drain(..=at);
    table
}

/// What the organization published of the period before, the newest first.
fn before(
    tx: &mut Tx<'_>,
    organization: &Organization,
    list: &str,
    period: Period,
) -> Result<Option<(FinanceBefore, Accounts)>> {
    const PAGE: u32 = 200;
    let wanted = bulletins::Filter {
        within: organization.id.clone(),
        state: None,
        list: Some(list.to_owned()),
        text: None,
    };
    let mut after: Option<String> = None;
    let mut looked = 0;
    while looked < LOOKED_AT {
        let page = bulletins::list(tx, &wanted, after.as_deref(), PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        looked += page.len();
        for record in page {
            let shown = matches!(
                record.state,
                BulletinState::Published | BulletinState::Expired
            );
            let content = &record.content;
            if !shown
                || content.organization_id != organization.id
                || !period.before().is_in(&content.title)
            {
                continue;
            }
            if let Some(accounts) = body::published(&content.body) {
                let known = FinanceBefore {
                    bulletin_id: record.id.clone(),
                    title: content.title.clone(),
                    figures: accounts.figures(),
                };
                return Ok(Some((known, accounts)));
            }
        }
    }
    Ok(None)
}

/// What is to be said of two periods that follow on each other.
fn compare(accounts: &mut Accounts, known: &FinanceBefore, earlier: &Accounts, period: Period) {
    let last = period.last();
    let opening = accounts.figures().opening_fen;
    if let (Some(opening), Some(closing)) = (opening, known.figures.closing_fen)
        && opening != closing
    {
        let message = format!(
            "{last}公示（{}）的{}结余是 {} 元，这里的{last}结余是 {} 元，差 {} 元",
            known.title,
            period.end(),
            yuan(closing),
            yuan(opening),
            yuan((closing - opening).abs())
        );
        accounts.at(FinanceRole::Opening, FaultWeight::Explain, message);
    }
    let mut said = Vec::new();
    for role in [FinanceRole::Income, FinanceRole::Expense] {
        for entry in accounts.all(role) {
            let line = &entry.line;
            let Some(was) = amount_of(earlier, role, &line.item) else {
                continue;
            };
            let (by, more) = ((line.fen - was).abs(), line.fen > was);
            if by < LOOK_FEN || by < was / 100 * LOOK_PERCENT || was == 0 {
                continue;
            }
            let way = if more { "多" } else { "少" };
            let percent = by * 100 / was;
            let message = format!("比{last}{way} {} 元（{percent}%），请看对不对", yuan(by));
            said.push((line.line, message));
        }
    }
    for (line, message) in said {
        accounts.fault(Some(line), None, FaultWeight::Look, message);
    }
}

impl Judged {
    fn title(&self) -> String {
        body::title(&self.organization.name, self.period)
    }

    fn shown(self) -> FinanceJudged {
        let mut faults = self.accounts.faults.clone();
        faults.sort_by_key(|it| (it.line, it.column));
        let earlier = self.before.as_ref().map(|(_, accounts)| accounts);
        FinanceJudged {
            title: self.title(),
            compared: compared(&self.accounts, earlier),
            figures: self.accounts.figures(),
            lines: self
                .accounts
                .entries
                .into_iter()
                .map(|it| it.line)
                .collect(),
            before: self.before.map(|(known, _)| known),
            list: self.list,
            faults,
        }
    }
}

/// The items of both periods: those of this one in their order, then those that are gone.
fn compared(accounts: &Accounts, earlier: Option<&Accounts>) -> Vec<FinanceCompared> {
    let mut all: Vec<FinanceCompared> = Vec::new();
    for role in [FinanceRole::Income, FinanceRole::Expense] {
        let now = accounts.all(role);
        let gone = earlier.into_iter().flat_map(|it| it.all(role));
        for entry in now.chain(gone) {
            let item = &entry.line.item;
            let known = all
                .iter()
                .any(|it| it.role == role && sheet::bare(&it.item) == sheet::bare(item));
            if known {
                continue;
            }
            all.push(FinanceCompared {
                role,
                item: item.clone(),
                fen: amount_of(accounts, role, item),
                before_fen: earlier.and_then(|it| amount_of(it, role, item)),
            });
        }
    }
    all
}
