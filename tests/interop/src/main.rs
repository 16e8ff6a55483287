//! Runs a GStreamer pipeline with the elements of GStreamer's own WebRTC plugin, which speak WHIP and
//! WHEP without a line of ours. Prints `playing`, then every half second `NAME COUNT` for each
//! element whose name begins with `count`: the buffers that came to its sink pad. Ends when its
//! standard input does.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use gst::prelude::*;

fn main() -> anyhow::Result<()> {
    gst::init()?;
    gstrswebrtc::plugin_register_static()?;
    let description = std::env::args()
        .nth(1)
        .context("the pipeline is the first argument")?;
    let pipeline = gst::parse::launch(&description)?
        .downcast::<gst::Pipeline>()
        .map_err(|_| anyhow::anyhow!("this is not a pipeline"))?;
    for element in pipeline.children() {
        let name = element.name().to_string();
        if !name.starts_with("count") {
            continue;
        }
        let pad = element.static_pad("sink").context("no sink pad")?;
        let count: Arc<AtomicU64> = Arc::default();
        let counted = Arc::clone(&count);
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
            gst::PadProbeReturn::Ok
        });
        std::thread::spawn(move || {
            loop {
                println!("{name} {}", count.load(Ordering::Relaxed));
                std::thread::sleep(Duration::from_millis(500));
            }
        });
    }
    pipeline.set_state(gst::State::Playing)?;
    println!("playing");
    let bus = pipeline.bus().context("no bus")?;
    std::thread::spawn(move || {
        for message in bus.iter_timed(gst::ClockTime::NONE) {
            if let gst::MessageView::Error(error) = message.view() {
                eprintln!("{}: {:?}", error.error(), error.debug());
                std::process::exit(1);
            }
        }
    });
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest)?;
    pipeline.set_state(gst::State::Null)?;
    Ok(())
}
