//! Evaluations of a content folder. An item is announced as soon as it is imported; from then on it is frozen, and
//! an item that was changed is complained of.

use contract::evaluation::{EvaluationDraft, EvaluationState};
use store::evaluations::folder::{self, Item};
use store::{Outcome, SourceEntry, Store, Tx, WriteTx, evaluations};

use super::{draft, hash};
use crate::services::kit::audit::Thing;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::publishing::{self, Gone, Kind, Source};

/// Kept as the reason of one whose item has gone.
const GONE: &str = "内容文件夹里已经没有这一份";

/// Evaluations of a content folder.
pub const KIND: Kind = Kind {
    thing: Thing::Evaluation,
    creation: "evaluation.announce",
    change: "evaluation.announce",
    withdrawal: "evaluation.cancel",
    sources: folder::sources,
    gone,
    withdraw,
};

/// What has begun goes on.
fn gone(tx: &mut Tx<'_>, entry: &SourceEntry, _now_ms: i64) -> store::Result<Gone> {
    let record = evaluations::get(tx, &entry.id)?;
    let announced = record.filter(|it| it.state == EvaluationState::Announced);
    Ok(announced.map_or(Gone::Stays, |record| Gone::TakenBack {
        title: record.content.title,
        organization_id: record.organization.id,
    }))
}

fn withdraw(tx: &mut WriteTx<'_>, key: &str, now_ms: i64) -> store::Result<bool> {
    folder::withdraw_source(tx, key, GONE, now_ms)
}

/// Announces the evaluation of an item.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong, also if it was announced with other words; then nothing
/// was changed.
pub fn import(
    store: &Store,
    source: &Source,
    draft: &EvaluationDraft,
    now_ms: i64,
) -> Result<Outcome> {
    let (source, draft) = (source.clone(), draft.clone());
    store.write(move |tx| {
        let item = source
            .known_by()
            .ok_or_else(|| ServiceError::Internal("an item without a key".to_owned()))?;
        // One that was imported may be over by now, and is still good.
        let known = folder::sources(tx)?;
        let same = |entry: &SourceEntry| {
            entry.key == item.key && entry.hash.as_deref() == Some(item.hash.as_str())
        };
        if known.iter().any(same) {
            return Ok(Outcome::Unchanged);
        }
        let content = draft::checked(tx, &source, &draft, now_ms)?;
        let form_hash = hash::form_hash(&content.form);
        let (organization, by) = (content.organization_id.clone(), source.login().to_owned());
        match folder::import(tx, item, &content, &form_hash, &by, now_ms)? {
            Item::Imported(imported) => {
                publishing::imported(tx, &KIND, &imported, &organization, now_ms)
            }
            Item::Frozen(_) => Err(ServiceError::field(
                "title",
                "这份测评已经预告，内容不能再改；要改请先在管理页面取消，再换一个文件名",
            )),
        }
    })
}
