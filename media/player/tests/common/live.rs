//! A live HLS stream, made while it is watched.

use std::path::Path;

use gst::prelude::*;

/// Writes segments of a second and a playlist of the newest `window` of them, until dropped or
/// ended.
pub struct LivePlaylist {
    pipeline: gst::Pipeline,
}

impl LivePlaylist {
    pub fn start(folder: &Path, window: u32) -> Self {
        gst::init().expect("GStreamer");
        let folder = folder.display();
        let description = format!(
            "videotestsrc is-live=true pattern=ball \
             ! video/x-raw,format=I420,width=320,height=180,framerate=25/1 \
             ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 bitrate=300 \
             ! video/x-h264,profile=baseline ! h264parse ! queue ! sink.video \
             audiotestsrc is-live=true samplesperbuffer=480 volume=0.1 \
             ! audio/x-raw,rate=48000,channels=2 ! avenc_aac ! aacparse ! queue ! sink.audio \
             hlssink2 name=sink target-duration=1 playlist-length={window} max-files={files} \
             location=\"{folder}/live%05d.ts\" playlist-location=\"{folder}/live.m3u8\"",
            files = window + 10,
        );
        let pipeline = gst::parse::launch(&description)
            .expect("a pipeline")
            .downcast::<gst::Pipeline>()
            .expect("a pipeline");
        pipeline.set_state(gst::State::Playing).expect("it starts");
        Self { pipeline }
    }
}

impl Drop for LivePlaylist {
    fn drop(&mut self) {
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}
