//! A meeting that is over becomes a programme: its segments are joined, get a poster, and are
//! published in the list the meeting names. A server that was killed finds what is left to do at
//! its next start.

use std::path::Path;
use std::sync::Arc;

use contract::meeting::RecordingState;
use contract::programme::Rendition;
use media_studio::live;
use store::meetings;

use crate::app::App;
use crate::services::kit::error::chain;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::meetings as rules;
use crate::services::pictures;

/// Turns what was recorded into a programme and takes the segments away.
///
/// # Errors
/// The recording cannot be made; the segments are kept.
pub async fn publish(app: &Arc<App>, meeting_id: &str) -> Result<()> {
    let id = meeting_id.to_owned();
    app.blocking(move |app| {
        rules::recording_state(&app.store, &id, RecordingState::Processing, app.now_ms())
    })
    .await?;
    let folder = app.studio.recording_folder(meeting_id);
    let made = make(app, meeting_id, &folder).await;
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
        let id = meeting_id.to_owned();
        app.blocking(move |app| rules::recording_state(&app.store, &id, state, app.now_ms()))
            .await?;
    }
    if made.is_ok()
        && let Err(error) = tokio::fs::remove_dir_all(&folder).await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, folder = %folder.display(), "segments are left over");
    }
    made.map(|_| ())
}

async fn make(app: &Arc<App>, meeting_id: &str, folder: &Path) -> Result<bool> {
    let (from, to) = (folder.to_owned(), folder.join("recording.mp4"));
    let runtime = tokio::runtime::Handle::current();
    let made = app
        .blocking(move |app| {
            if !has_segments(&from) {
                return Ok(None);
            }
            let recorded = live::recording(&from, &to).map_err(|error| failed(&error))?;
            let poster = media_studio::poster(&to, None).map_err(|error| failed(&error))?;
            let mut png = std::io::Cursor::new(Vec::new());
            poster
                .write_to(&mut png, image::ImageFormat::Png)
                .map_err(|error| failed(&error))?;
            let poster = pictures::prepare(png.get_ref())?;
            let poster = runtime.block_on(pictures::store(&app.files, poster, ""))?;
            let file = runtime.block_on(app.files.put_file(&to, "mp4", "video/mp4"))?;
            Ok(Some((recorded, poster, file)))
        })
        .await?;
    let Some((recorded, poster, file)) = made else {
        return Ok(false);
    };
    let seconds = (recorded.duration_ms / 1_000).max(1);
    let rendition = Rendition {
        width: recorded.width,
        height: recorded.height,
        bitrate: file.bytes * 8 / seconds,
        has_audio: recorded.has_audio,
        file,
    };
    let id = meeting_id.to_owned();
    let published = app.publishing(move |app| {
        let recording = rules::Recording {
            duration_ms: i64::try_from(recorded.duration_ms).unwrap_or(i64::MAX),
            poster,
            rendition,
        };
        rules::recorded(&app.store, &id, &recording, app.now_ms())
    });
    let meeting = published.await?;
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

/// Goes on with what a server that was killed left undone.
///
/// # Errors
/// The database failed.
pub async fn resume(app: &Arc<App>) -> Result<()> {
    let left = app
        .blocking(|app| Ok(app.store.read(meetings::unfinished_recordings)?))
        .await?;
    for record in left {
        if record.state == contract::meeting::MeetingState::Live {
            continue;
        }
        // What went wrong is in the log; the others go on.
        let _ = publish(app, &record.id).await;
    }
    Ok(())
}

/// Whether anything was sent while the meeting was live.
fn has_segments(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.any(|entry| {
            entry.is_ok_and(|entry| entry.path().extension().is_some_and(|end| end == "ts"))
        })
    })
}

fn failed(error: &dyn std::error::Error) -> ServiceError {
    ServiceError::Internal(format!("recording: {error}"))
}
