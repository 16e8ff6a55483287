//! A meeting that is over becomes a programme: what was [written](media::recording) is published in the
//! list the meeting names. A server that was killed finds what is left to do at its next start.

use std::path::Path;
use std::sync::Arc;

use contract::meeting::{MeetingState, RecordingState};
use store::meetings;

use super::parts::Parts;
use crate::services::kit::error::{Result, chain};
use crate::services::kit::task::blocking;
use crate::services::media;
use crate::services::meetings as rules;

/// Turns what was recorded into a programme and takes the segments away.
///
/// # Errors
/// The recording cannot be made; the segments are kept.
pub async fn publish(parts: &Arc<Parts>, meeting_id: &str) -> Result<()> {
    keep(parts, meeting_id, RecordingState::Processing).await?;
    let folder = parts.media.recording_folder(meeting_id);
    let made = make(parts, meeting_id, &folder).await;
    let state = match &made {
        Ok(true) => None,
        // Nobody sent anything: there is nothing to watch again.
        Ok(false) => Some(RecordingState::None),
        Err(error) => {
            tracing::error!(meeting = meeting_id, error = chain(error), "no recording");
            Some(RecordingState::Failed)
        }
    };
    if let Some(state) = state {
        keep(parts, meeting_id, state).await?;
    }
    if made.is_ok()
        && let Err(error) = tokio::fs::remove_dir_all(&folder).await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, folder = %folder.display(), "segments are left over");
    }
    made.map(|_| ())
}

async fn keep(parts: &Arc<Parts>, meeting_id: &str, state: RecordingState) -> Result<()> {
    let (parts, id) = (Arc::clone(parts), meeting_id.to_owned());
    blocking(move || {
        rules::recording_state(&parts.store, &id, state, parts.clock.now_ms()).map(|_| ())
    })
    .await
}

async fn make(parts: &Arc<Parts>, meeting_id: &str, folder: &Path) -> Result<bool> {
    let (on, from) = (Arc::clone(parts), folder.to_owned());
    let runtime = tokio::runtime::Handle::current();
    let made = blocking(move || media::recording::make(&on.files, &from, &runtime)).await?;
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

/// Meetings that are over and whose recording a server that was killed left undone, by id. To be asked
/// before anything can end a meeting here: whoever ends one publishes it.
///
/// # Errors
/// The database failed.
pub async fn left_undone(parts: &Arc<Parts>) -> Result<Vec<String>> {
    let on = Arc::clone(parts);
    let left = blocking(move || Ok(on.store.read(meetings::unfinished_recordings)?)).await?;
    let over = left
        .into_iter()
        .filter(|record| record.state != MeetingState::Live);
    Ok(over.map(|record| record.id).collect())
}

/// Goes on with [what was left undone](left_undone).
pub async fn resume(parts: &Arc<Parts>, left: Vec<String>) {
    for meeting_id in left {
        // What went wrong is in the log; the others go on.
        let _ = publish(parts, &meeting_id).await;
    }
}
