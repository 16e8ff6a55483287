//! From GStreamer's errors to the few that a viewer can do something about.

use crate::PlayError;

/// Sorts an error message from the bus. With `from_source` it is the HTTP source that failed:
/// it says “internal data stream error” when the server goes away.
pub(super) fn sort(error: &gst::message::Error, remote: bool, from_source: bool) -> PlayError {
    let status = error
        .details()
        .and_then(|details| details.get::<u32>("http-status-code").ok());
    let cause = error.error();
    let words = cause.message().to_owned();
    tracing::warn!(
        error = words,
        debug = error.debug().as_deref(),
        status,
        "the pipeline failed"
    );
    if let Some(known) = status.and_then(|status| sort_status(status, &words)) {
        return known;
    }
    if let Some(kind) = cause.kind::<gst::ResourceError>() {
        return match kind {
            gst::ResourceError::NotAuthorized => PlayError::Forbidden,
            // A name that does not resolve is “not found” to souphttpsrc as well.
            _ if remote => PlayError::Network(words),
            gst::ResourceError::NotFound => PlayError::NotFound,
            gst::ResourceError::Read | gst::ResourceError::Seek => PlayError::Damaged(words),
            _ => PlayError::Internal(words),
        };
    }
    if from_source {
        return PlayError::Network(words);
    }
    if let Some(kind) = cause.kind::<gst::StreamError>() {
        return match kind {
            gst::StreamError::CodecNotFound | gst::StreamError::WrongType => {
                PlayError::Unsupported(words)
            }
            _ => PlayError::Damaged(words),
        };
    }
    match cause.kind::<gst::CoreError>() {
        Some(gst::CoreError::MissingPlugin) => PlayError::Unsupported(words),
        _ => PlayError::Internal(words),
    }
}

/// An HTTP answer that is not a success. A server in trouble is a network in trouble: it may
/// come back.
fn sort_status(status: u32, words: &str) -> Option<PlayError> {
    match status {
        401 | 402 | 403 | 407 => Some(PlayError::Forbidden),
        404 | 410 => Some(PlayError::NotFound),
        400.. => Some(PlayError::Network(words.to_owned())),
        _ => None,
    }
}
