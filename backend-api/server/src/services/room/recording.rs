//! A meeting that is over becomes a programme: what was [written](media::recording) is published in the
//! list the meeting names. What fails is tried again at its time ([`due::Kind::Recording`](store::due::Kind));
//! a server that was killed finds what is left to do at its next start, and takes away what is left over.

use std::path::Path;
use std::sync::Arc;

use contract::meeting::{MeetingState, RecordingState};
use store::due::Claim;
use store::{Engine, WriteTx, meetings};

use super::parts::Parts;
use crate::services::due::Outcome;
use crate::services::kit::error::{Result, chain};
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
        Ok(true) => {}
        // Nobody sent anything: there is nothing to watch again.
        Ok(false) => keep(parts, meeting_id, RecordingState::None).await?,
        Err(error) => {
            tracing::error!(meeting = meeting_id, error = chain(&error), "no recording");
            return failed(parts, meeting_id, error.words()).await;
        }
    }
    take_away(&folder).await;
    Ok(())
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
) -> std::result::Result<bool, Unmade> {
    let (on, from) = (Arc::clone(parts), folder.to_owned());
    let runtime = tokio::runtime::Handle::current();
    let made = blocking(move || Ok(media::recording::make(&on.files, &from, &runtime))).await??;
    let Some(recording) = made else {
        return Ok(false);
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
    Ok(true)
}

/// The time to try a recording again has come: says so, for [`publish`] to do it after that is kept.
///
/// # Errors
/// The database failed.
pub fn again(parts: &Parts, tx: &mut WriteTx<'_>, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    let id = &claim.subject;
    let failed = meetings::get(tx, id)?.is_some_and(|it| it.recording == RecordingState::Failed);
    if !failed {
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
