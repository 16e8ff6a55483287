//! A meeting that is over becomes a programme: what was [written](media::recording) is published in the
//! list the meeting names, or waits for staff to cut and publish it; until then the segments stay. What fails is tried again at its time ([`due::Kind::Recording`](store::due::Kind));
//! a server that was killed finds what is left to do at its next start, and takes away what is left over.

use std::path::Path;
use std::sync::Arc;

use contract::meeting::{MeetingState, RecordingState, StaffMeeting};
use store::due::Claim;
use store::{Engine, WriteTx, meetings};

use super::parts::Parts;
use crate::services::due::Outcome;
use crate::services::kit::error::{Result, ServiceError, chain};
use crate::services::kit::rights::Staff;
use crate::services::kit::task::blocking;
use crate::services::media;
use crate::services::media::recording::Unmade;
use crate::services::meetings as rules;

/// Another process that has the segments is waited for so long.
const ELSEWHERE_MS: i64 = 6 * 3_600_000;

/// Turns what was recorded into a programme and takes the segments away.
///
/// # Errors
/// What became of it cannot be written down. A recording that cannot be made is no error: it is planned to
/// be tried again, and the segments are kept.
pub async fn publish(parts: &Arc<Parts>, meeting_id: &str) -> Result<()> {
    keep(parts, meeting_id, RecordingState::Processing).await?;
    let folder = parts.media.recording_folder(meeting_id);
    match make(parts, meeting_id, &folder).await {
        // Staff may want another part of it.
        Ok(Some(RecordingState::Held)) => return Ok(()),
        Ok(Some(_)) => {}
        // Nobody sent anything: there is nothing to watch again.
        Ok(None) => keep(parts, meeting_id, RecordingState::None).await?,
        Err(error) => {
            tracing::error!(meeting = meeting_id, error = chain(&error), "no recording");
            return failed(parts, meeting_id, error.words()).await;
        }
    }
    take_away(&folder).await;
    Ok(())
}

/// Publishes a recording that waits, as staff ask, and takes the segments away.
///
/// # Errors
/// As [`rules::publish_recording`].
pub async fn publish_held(
    parts: &Arc<Parts>,
    staff: Staff,
    meeting_id: &str,
) -> Result<StaffMeeting> {
    let (on, id) = (Arc::clone(parts), meeting_id.to_owned());
    let published =
        blocking(move || rules::publish_recording(&on.store, &staff, &id, on.clock.now_ms()))
            .await?;
    take_away(&parts.media.recording_folder(meeting_id)).await;
    Ok(published)
}

/// Takes away what was written of a meeting that is over and of which nothing stays.
pub async fn take_away(folder: &Path) {
    if let Err(error) = tokio::fs::remove_dir_all(folder).await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, folder = %folder.display(), "segments are left over");
    }
}

async fn keep(parts: &Arc<Parts>, meeting_id: &str, state: RecordingState) -> Result<()> {
    let (parts, id) = (Arc::clone(parts), meeting_id.to_owned());
    blocking(move || {
        rules::recording_state(&parts.store, &id, state, parts.clock.now_ms()).map(|_| ())
    })
    .await
}

async fn failed(parts: &Arc<Parts>, meeting_id: &str, why: String) -> Result<()> {
    let (parts, id) = (Arc::clone(parts), meeting_id.to_owned());
    blocking(move || rules::recording_failed(&parts.store, &id, &why, parts.clock.now_ms())).await
}

async fn make(
    parts: &Arc<Parts>,
    meeting_id: &str,
    folder: &Path,
) -> std::result::Result<Option<RecordingState>, Unmade> {
    let (on, from, id) = (Arc::clone(parts), folder.to_owned(), meeting_id.to_owned());
    let runtime = tokio::runtime::Handle::current();
    let made = blocking(move || {
        let record = on.store.read(|tx| meetings::get(tx, &id))?;
        let cut = record.and_then(|it| it.recording_cut);
        let made = media::recording::make(&on.files, &from, cut, &runtime);
        Ok::<_, ServiceError>((made, cut.is_some()))
    });
    let (made, is_cut) = made.await?;
    let Some(recording) = made? else {
        if is_cut {
            let why = "录下来的内容不在这台服务器上了，不能再剪";
            return Err(Unmade::Stored(ServiceError::Conflict(why.to_owned())));
        }
        return Ok(None);
    };
    let (on, id) = (Arc::clone(parts), meeting_id.to_owned());
    let meeting =
        blocking(move || rules::recorded(&on.store, &id, &recording, on.clock.now_ms())).await?;
    if let Some(off_ms) = meeting.recording_off_ms {
        // Staff read it beside the meeting.
        let recording_ms = meeting.recording_ms;
        tracing::warn!(
            meeting = meeting_id,
            off_ms,
            recording_ms,
            "the recording is not as long as the meeting"
        );
    }
    Ok(Some(meeting.recording))
}

/// The time to try a recording again, or to cut one that waits, has come: says so, for [`publish`] to do it after that is kept.
///
/// # Errors
/// The database failed.
pub fn again(parts: &Parts, tx: &mut WriteTx<'_>, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    let id = &claim.subject;
    let wanted = meetings::get(tx, id)?.is_some_and(|it| match it.recording {
        RecordingState::Failed => true,
        RecordingState::Held => it.recording_cut.is_some(),
        _ => false,
    });
    if !wanted {
        return Ok(Outcome::Nothing);
    }
    if elsewhere(parts, id) && now_ms < claim.at_ms.saturating_add(ELSEWHERE_MS) {
        return Ok(Outcome::Elsewhere);
    }
    meetings::set_recording(tx, id, RecordingState::Processing, now_ms)?;
    Ok(Outcome::Done)
}

/// Whether the segments of a meeting are another process's.
fn elsewhere(parts: &Parts, meeting_id: &str) -> bool {
    parts.store.engine() == Engine::Postgres && !parts.media.recording_folder(meeting_id).exists()
}

/// Meetings that are over and whose recording a server that was killed left undone, by id. To be asked
/// before anything can end a meeting here: whoever ends one publishes it.
///
/// # Errors
/// The database failed.
pub async fn left_undone(parts: &Arc<Parts>) -> Result<Vec<String>> {
    let on = Arc::clone(parts);
    let left = blocking(move || {
        let mut left = on.store.read(meetings::unfinished_recordings)?;
        left.retain(|it| it.state != MeetingState::Live && !elsewhere(&on, &it.id));
        Ok(left)
    })
    .await?;
    Ok(left.into_iter().map(|record| record.id).collect())
}

/// Takes away what a server that was killed left of meetings that are over and of which nothing is to be
/// made. Of meetings that are not known, because an older database was put back, everything stays.
///
/// # Errors
/// The database failed.
pub async fn sweep(parts: &Arc<Parts>) -> Result<()> {
    let on = Arc::clone(parts);
    let over = blocking(move || {
        let ids = on.media.recording_folders();
        let over = on.store.read(|tx| {
            let mut over = Vec::new();
            for id in ids {
                let of = meetings::get(tx, &id)?;
                over.extend(of.filter(|it| {
                    let made = [RecordingState::None, RecordingState::Published];
                    it.state != MeetingState::Live && made.contains(&it.recording)
                }));
            }
            Ok::<_, store::Error>(over)
        })?;
        Ok(over)
    })
    .await?;
    for record in over {
        tracing::info!(
            meeting = record.id,
            "segments that were left over are taken away"
        );
        take_away(&parts.media.recording_folder(&record.id)).await;
    }
    Ok(())
}

/// Goes on with [what was left undone](left_undone).
pub async fn resume(parts: &Arc<Parts>, left: Vec<String>) {
    for meeting_id in left {
        if let Err(error) = publish(parts, &meeting_id).await {
            tracing::error!(
                meeting = meeting_id,
                error = chain(&error),
                "left undone again"
            );
        }
    }
}
