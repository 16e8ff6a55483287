//! What came with an earlier import and is in the folder no longer. It is taken back, unless it may be there
//! all the same; and where it is much, somebody is asked first, since a folder that was renamed or copied in
//! half looks the same.

use std::collections::BTreeSet;

use store::SourceEntry;

use super::ImportError;
use super::known::Known;
use super::report::Withdrawal;
use super::state::Import;
use crate::services::kit::publishing::{self, Kind, Missing};

/// Fewer are taken back without being asked about: short lists change by a tenth every day.
const FEW: usize = 3;
/// This part of what there is may be taken back without being asked about.
const PART: usize = 10;

/// Whether somebody is asked before this is taken back.
pub(super) fn is_much(withdrawal: &Withdrawal) -> bool {
    let count = withdrawal.names.len();
    count >= FEW && count * PART > withdrawal.of
}

/// What importing would take back of a kind of which all these are in the folder; `shown` says what one is
/// called in the report.
///
/// # Errors
/// The database failed.
pub(super) fn planned(
    import: &Import<'_>,
    (noun, kind): (&'static str, &'static Kind),
    known: Known,
    present: &BTreeSet<String>,
    shown: impl Fn(Missing) -> String,
) -> Result<Option<Withdrawal>, ImportError> {
    let all = known.gone(&BTreeSet::new());
    let mut there = publishing::withdraw(&import.context.store, kind, all, true, import.now_ms())?;
    there.retain(|it| it.title.is_some());
    let of = there.len();
    let gone = there.into_iter();
    let gone = gone.filter(|it| !present.contains(&it.key) && !import.is_unsure(&it.key));
    let mut names: Vec<String> = gone.map(shown).collect();
    names.sort();
    Ok(Some(Withdrawal { noun, of, names }))
}

/// Takes back what is gone. What may be there all the same stays and is named; all of it, if the file it
/// came from `is_wrong`.
///
/// # Errors
/// The database failed.
pub(super) fn take_back(
    import: &mut Import<'_>,
    kind: &'static Kind,
    gone: Vec<SourceEntry>,
    is_wrong: bool,
    shown: impl Fn(Missing) -> String,
) -> Result<(), ImportError> {
    let (kept, gone): (Vec<_>, Vec<_>) = gone
        .into_iter()
        .partition(|it| is_wrong || import.is_unsure(&it.key));
    let (store, now_ms) = (&import.context.store, import.now_ms());
    let kept = publishing::withdraw(store, kind, kept, true, now_ms)?;
    let kept = kept.into_iter().filter(|it| it.title.is_some());
    let mut kept: Vec<String> = kept.map(&shown).collect();
    let gone = publishing::withdraw(store, kind, gone, import.dry_run, now_ms)?;
    let (withdrawn, expired): (Vec<_>, Vec<_>) =
        gone.into_iter().partition(|it| it.title.is_some());
    let mut withdrawn: Vec<String> = withdrawn.into_iter().map(&shown).collect();
    kept.sort();
    withdrawn.sort();
    import.report.kept.extend(kept);
    import.report.withdrawn.extend(withdrawn);
    import
        .report
        .expired
        .extend(expired.into_iter().map(|it| it.key));
    Ok(())
}
