use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use gst_video::VideoFormat;
use yuv::{YuvRange, YuvStandardMatrix};

use super::super::branches::Branches;
use super::super::{Settings, Sound};
use super::*;
use crate::Pixels;
use crate::colours::tests::defined;

const NUMBER: u64 = 7;
/// Luma, blue and red of the plain pictures.
const COLOUR: [u8; 3] = [100, 90, 170];
const PATIENCE: Duration = Duration::from_secs(30);

fn pictures() -> (Arc<Pictures>, Receiver<Event>) {
    gst::init().expect("GStreamer");
    let (sender, events) = channel();
    let pictures = Arc::new(Pictures::new(Arc::new(move |event| {
        drop(sender.send(event));
    })));
    pictures.listen_to(NUMBER, false);
    (pictures, events)
}

fn caps(format: VideoFormat, width: u32, height: u32, colorimetry: &str) -> gst::Caps {
    gst_video::VideoCapsBuilder::new()
        .format(format)
        .width(i32::try_from(width).expect("small"))
        .height(i32::try_from(height).expect("small"))
        .framerate(gst::Fraction::new(25, 1))
        .field("colorimetry", colorimetry)
        .build()
}

/// One colour all over; what lies between the rows is something else.
fn plain(caps: &gst::Caps, bytes: [u8; 3], at_ms: u64) -> gst::Sample {
    let info = gst_video::VideoInfo::from_caps(caps).expect("video");
    let buffer = gst::Buffer::with_size(info.size()).expect("memory");
    sample(caps, buffer, bytes, at_ms)
}

fn sample(caps: &gst::Caps, mut buffer: gst::Buffer, bytes: [u8; 3], at_ms: u64) -> gst::Sample {
    let info = gst_video::VideoInfo::from_caps(caps).expect("video");
    {
        let buffer = buffer.get_mut().expect("not shared");
        buffer.set_pts(gst::ClockTime::from_mseconds(at_ms));
        buffer.set_duration(gst::ClockTime::from_mseconds(40));
        let mut frame =
            gst_video::VideoFrameRef::from_buffer_ref_writable(buffer, &info).expect("mapped");
        for (component, byte) in bytes.into_iter().enumerate() {
            let plane = info.format_info().plane()[component];
            let (step, offset) = (
                usize::try_from(info.format_info().pixel_stride()[component]).expect("positive"),
                info.format_info().poffset()[component] as usize,
            );
            let width = frame.comp_width(u32::try_from(component).expect("0 to 2")) as usize;
            let stride = usize::try_from(frame.plane_stride()[plane as usize]).expect("positive");
            let rows = frame
                .plane_data_mut(plane)
                .expect("a plane")
                .chunks_mut(stride);
            for row in rows {
                for pixel in row.chunks_mut(step).take(width) {
                    pixel[offset] = byte;
                }
            }
        }
    }
    let segment = gst::FormattedSegment::<gst::ClockTime>::new();
    gst::Sample::builder()
        .buffer(&buffer)
        .caps(caps)
        .segment(&segment)
        .build()
}

#[track_caller]
fn assert_plain(frame: &Frame, size: (u32, u32), wanted: [f64; 3], tolerance: f64) {
    assert_eq!((frame.width, frame.height), size);
    let bytes = (*frame.data).as_ref();
    assert_eq!(bytes.len(), (size.0 * size.1 * 3) as usize);
    for pixel in bytes.chunks_exact(3) {
        for (is, should) in pixel.iter().zip(wanted) {
            let far = (f64::from(*is) - should).abs();
            assert!(far <= tolerance, "{pixel:?}, not {wanted:?}");
        }
    }
}

#[test]
fn a_stream_may_change_its_size_its_colours_and_its_format() {
    let (pictures, events) = pictures();
    let flow = Arc::new(Flow::default());
    let settings = Settings {
        sound: Sound::Silent,
        skip_late_pictures: false,
    };
    let branches = Branches::new(
        NUMBER,
        settings,
        (100, false),
        Arc::clone(&pictures),
        Arc::clone(&flow),
    );
    let bin = gst::Pipeline::new();
    let first = caps(VideoFormat::I420, 64, 48, "bt601");
    let source = gst_app::AppSrc::builder()
        .caps(&first)
        .format(gst::Format::Time)
        .build();
    // As a decoder does, its pad says beforehand that there will be pictures.
    let decoded = gst::ElementFactory::make("capsfilter")
        .property("caps", gst::Caps::new_empty_simple("video/x-raw"))
        .build()
        .expect("a filter");
    bin.add_many([source.upcast_ref(), &decoded])
        .expect("added");
    source.link(&decoded).expect("linked");
    let pad = decoded.static_pad("src").expect("a pad");
    branches.add(&bin, &pad).expect("a branch");
    bin.set_state(gst::State::Playing).expect("it starts");

    let mut at_ms = 0;
    let mut show = |caps: &gst::Caps, bytes| {
        source
            .push_sample(&plain(caps, bytes, at_ms))
            .expect("it takes a picture");
        assert_eq!(events.recv_timeout(PATIENCE), Ok(Event::FrameReady));
        let frame = pictures.take().expect("a picture");
        assert_eq!(frame.position_ms, i64::try_from(at_ms).expect("small"));
        at_ms += 40;
        frame
    };
    let in_601 = defined(COLOUR, YuvStandardMatrix::Bt601, YuvRange::Limited);
    let in_709 = defined(COLOUR, YuvStandardMatrix::Bt709, YuvRange::Limited);
    assert_plain(&show(&first, COLOUR), (64, 48), in_601, 3.0);

    // The decoder is told that it need not copy.
    let mut query = gst::query::Allocation::new(Some(&first), true);
    assert!(pad.peer_query(&mut query));
    assert!(
        query
            .find_allocation_meta::<gst_video::VideoMeta>()
            .is_some()
    );

    let odd = caps(VideoFormat::Nv12, 101, 57, "bt709");
    assert_plain(&show(&odd, COLOUR), (101, 57), in_709, 3.0);
    let full = caps(VideoFormat::I420, 101, 57, "1:3:5:1");
    let wanted = defined(COLOUR, YuvStandardMatrix::Bt709, YuvRange::Full);
    assert_plain(&show(&full, COLOUR), (101, 57), wanted, 3.0);
    // Neither of the two formats: converted twice, so a little further off.
    let fine = caps(VideoFormat::Y444, 40, 30, "bt601");
    assert_plain(&show(&fine, COLOUR), (40, 30), in_601, 5.0);
    let screen = caps(VideoFormat::Rgb, 40, 30, "sRGB");
    assert_plain(
        &show(&screen, [200, 60, 40]),
        (40, 30),
        [200.0, 60.0, 40.0],
        6.0,
    );
    // Larger than a television.
    let large = caps(VideoFormat::I420, 2_560, 1_440, "bt709");
    assert_plain(&show(&large, COLOUR), (1_920, 1_080), in_709, 3.0);
    bin.set_state(gst::State::Null).expect("it stops");
}

#[test]
fn rows_may_be_as_far_apart_as_the_decoder_likes() {
    let (pictures, _events) = pictures();
    let caps = caps(VideoFormat::I420, 101, 57, "bt709");
    let mut buffer = gst::Buffer::with_size(192 * 64 * 2).expect("memory");
    gst_video::VideoMeta::add_full(
        buffer.get_mut().expect("not shared"),
        gst_video::VideoFrameFlags::empty(),
        VideoFormat::I420,
        101,
        57,
        &[64, 192 * 64, 192 * 96 + 32],
        &[192, 96, 128],
    )
    .expect("room for it");
    pictures.put(NUMBER, 0, &sample(&caps, buffer, COLOUR, 0));
    let wanted = defined(COLOUR, YuvStandardMatrix::Bt709, YuvRange::Limited);
    assert_plain(&pictures.take().expect("a picture"), (101, 57), wanted, 3.0);
}

#[test]
fn only_what_may_be_shown_is_painted() {
    let (pictures, events) = pictures();
    let painted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&painted);
    pictures.paint_into(Arc::new(move |width, height| {
        count.fetch_add(1, Ordering::Relaxed);
        Box::new(vec![0_u8; (width * height * 3) as usize]) as Box<dyn Pixels>
    }));
    let caps = caps(VideoFormat::I420, 64, 48, "bt601");
    let put = |number| pictures.put(number, 0, &plain(&caps, COLOUR, 0));
    put(NUMBER + 1);
    pictures.listen_to(NUMBER, true);
    put(NUMBER);
    assert_eq!(
        painted.load(Ordering::Relaxed),
        0,
        "another pipeline's, and on hold"
    );
    pictures.release();
    put(NUMBER);
    put(NUMBER);
    assert_eq!(painted.load(Ordering::Relaxed), 2);
    assert_eq!(
        events.try_iter().collect::<Vec<_>>(),
        [Event::FrameReady],
        "told once"
    );
    assert_eq!(pictures.statistics().dropped, 1);
    assert!(pictures.take().is_some() && pictures.take().is_none());
}
