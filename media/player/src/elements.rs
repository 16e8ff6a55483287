//! The elements of GStreamer that this crate uses, so that a machine can be checked and the
//! package's dependencies compared with them.
//!
//! A test finds every element that the sources name and that is not listed here; elements that
//! others make (a demuxer by `uridecodebin`, `nicesrc` by `webrtcbin`) only this list names.

/// Elements without which something does not work: playing programmes and live streams, sending
/// camera and microphone.
pub const REQUIRED: &[&str] = &[
    // Programmes and live HLS, chosen by `uridecodebin`: downloads, containers, codecs.
    "uridecodebin",
    "uridecodebin3",
    "filesrc",
    "souphttpsrc",
    "typefind",
    "multiqueue",
    "queue2",
    "qtdemux",
    "hlsdemux",
    "hlsdemux2",
    "tsdemux",
    "h264parse",
    "aacparse",
    "avdec_h264",
    "avdec_aac",
    // To the screen and the loudspeaker; `autoaudiosink` chooses one of the last two.
    "queue",
    "capsfilter",
    "videoflip",
    "videoconvertscale",
    "audioconvert",
    "audioresample",
    "volume",
    "appsink",
    "fakesink",
    "autoaudiosink",
    "alsasink",
    "pulsesink",
    // WebRTC and what `webrtcbin` makes for itself.
    "webrtcbin",
    "nicesrc",
    "nicesink",
    "rtpbin",
    "rtpsession",
    "rtpssrcdemux",
    "rtpjitterbuffer",
    "rtprtxsend",
    "rtprtxreceive",
    "rtpfunnel",
    "rtpstorage",
    "srtpenc",
    "srtpdec",
    "dtlsdec",
    "dtlsenc",
    "dtlssrtpdec",
    "dtlssrtpenc",
    "rtph264depay",
    "rtpopusdepay",
    "opusdec",
    // Camera and microphone; `decodebin` opens what a camera sends as JPEG.
    "v4l2src",
    "alsasrc",
    "pulsesrc",
    "decodebin",
    "jpegdec",
    "tee",
    "videorate",
    "level",
    "webrtcdsp",
    "webrtcechoprobe",
    "videotestsrc",
    "audiotestsrc",
    "appsrc",
    "x264enc",
    "opusenc",
    "rtph264pay",
    "rtpopuspay",
    // A voice: recorded, and played from memory.
    "oggmux",
    "oggdemux",
    "dataurisrc",
];

/// Those of [`REQUIRED`] that are not installed. Loads GStreamer's registry, not the plugins.
///
/// # Errors
/// In words: GStreamer itself does not start.
pub fn missing() -> Result<Vec<&'static str>, String> {
    gst::init().map_err(|error| error.to_string())?;
    let there = |name: &&str| gst::ElementFactory::find(name).is_some();
    Ok(REQUIRED
        .iter()
        .copied()
        .filter(|name| !there(name))
        .collect())
}
