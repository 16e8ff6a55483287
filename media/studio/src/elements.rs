//! The elements of GStreamer that this crate uses, so that a machine can be checked and the
//! package's dependencies compared with them.
//!
//! A test finds every element that the sources name and that is not listed here; elements that
//! others make (a decoder by `uridecodebin`) only this list names.

/// Elements without which something does not work: imports, mixing, HLS, recordings, encoders and
/// cameras as sources, restreams.
pub const REQUIRED: &[&str] = &[
    // Imports: opening, and what people's cameras and telephones make.
    "filesrc",
    "uridecodebin",
    "decodebin",
    "parsebin",
    "typefind",
    "multiqueue",
    "qtdemux",
    "matroskademux",
    "avidemux",
    "tsdemux",
    "mpegpsdemux",
    "rmdemux",
    "flvdemux",
    "asfdemux",
    "avdec_rv40",
    "avdec_cook",
    "jpegdec",
    "h264parse",
    "h265parse",
    "mpegvideoparse",
    "aacparse",
    "mpegaudioparse",
    "avdec_h264",
    "avdec_h265",
    "avdec_mpeg4",
    "avdec_mpeg2video",
    "avdec_aac",
    "avdec_mp3",
    "vp8dec",
    "vp9dec",
    "vorbisdec",
    "opusdec",
    // What televisions can play is made with these.
    "queue",
    "capsfilter",
    "deinterlace",
    "videorate",
    "videoconvert",
    "videoscale",
    "videoflip",
    "capssetter",
    "h264timestamper",
    "x264enc",
    "audioconvert",
    "audioresample",
    "audiorate",
    "avenc_aac",
    "voaacenc",
    "mp4mux",
    "filesink",
    "fakesink",
    // Live.
    "appsrc",
    "appsink",
    "identity",
    "opusenc",
    "videotestsrc",
    "audiotestsrc",
    "srtsrc",
    "srtsink",
    "udpsink",
    "rtspsrc",
    "rtpbin",
    "rtpjitterbuffer",
    "udpsrc",
    "rtph264depay",
    "rtph265depay",
    "rtpmp4gdepay",
    "rtppcmadepay",
    "rtppcmudepay",
    "alawdec",
    "mulawdec",
];

/// Those of [`REQUIRED`] that are not installed. Loads GStreamer's registry, not the plugins.
///
/// # Errors
/// [`Error::Setup`](crate::Error::Setup): GStreamer itself does not start.
pub fn missing() -> crate::Result<Vec<&'static str>> {
    crate::pipeline::init()?;
    let there = |name: &&str| gst::ElementFactory::find(name).is_some();
    Ok(REQUIRED
        .iter()
        .copied()
        .filter(|name| !there(name))
        .collect())
}
