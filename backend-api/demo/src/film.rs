//! Films: every chapter is a scene whose layers pass at different speeds, with things moving in it.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use gst::prelude::*;
use tiny_skia::{Pixmap, PremultipliedColorU8};

use crate::canvas::{Canvas, Chance};
use crate::catalogue::Film;
use crate::scenes::{Layer, Place, Season, scene};
use crate::sound;
use crate::things::{bird, boat, figure, harvester, someone};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const FRAMES_PER_SECOND: u32 = 20;
const PAN: f32 = 0.35;

/// Makes a film; `vtt` are its captions, which are also spoken.
pub fn make(film: &Film, output: &Path, vtt: Option<&str>) -> Result<()> {
    let coding = if film.old_camera {
        // What an old camera delivers; the import has something to convert.
        "avenc_mpeg4 bitrate=2500000 ! avimux name=mux"
    } else {
        "x264enc speed-preset=superfast pass=qual quantizer=24 key-int-max=40 bframes=2 ! video/x-h264,profile=main ! h264parse ! queue max-size-bytes=0 max-size-time=0 max-size-buffers=0 ! mp4mux name=mux faststart=true"
    };
    let voice = if film.old_camera {
        "audioconvert ! audio/x-raw,format=S16LE ! mux."
    } else {
        "avenc_aac bitrate=96000 ! aacparse ! queue max-size-bytes=0 max-size-time=0 max-size-buffers=0 ! mux."
    };
    let pipeline = gst::parse::launch(&format!(
        "appsrc name=video ! queue max-size-buffers=8 ! videoconvert ! video/x-raw,format=I420 ! {coding} ! filesink name=out \
         appsrc name=audio ! queue max-size-bytes=0 max-size-time=0 max-size-buffers=0 ! audioconvert ! {voice}"
    ))?
    .downcast::<gst::Pipeline>()
    .map_err(|_| anyhow::anyhow!("not a pipeline"))?;
    let element = |name: &str| pipeline.by_name(name).with_context(|| format!("no {name}"));
    element("out")?.set_property("location", output);
    let (video, audio) = (source(&element("video")?)?, source(&element("audio")?)?);
    let rate = i32::try_from(FRAMES_PER_SECOND)?;
    let info = gst_video::VideoInfo::builder(gst_video::VideoFormat::Rgbx, WIDTH, HEIGHT)
        .fps(gst::Fraction::new(rate, 1))
        .build()?;
    video.set_caps(Some(&info.to_caps()?));
    audio.set_caps(Some(
        &gst::Caps::builder("audio/x-raw")
            .field("format", "S16LE")
            .field("layout", "interleaved")
            .field("rate", i32::try_from(sound::RATE)?)
            .field("channels", 1_i32)
            .build(),
    ));
    pipeline.set_state(gst::State::Playing)?;
    let result = feed(film, &video, &audio, vtt, output).and_then(|()| finish(&pipeline));
    pipeline.set_state(gst::State::Null)?;
    result
}

fn source(element: &gst::Element) -> Result<gst_app::AppSrc> {
    let source = element
        .clone()
        .downcast::<gst_app::AppSrc>()
        .map_err(|_| anyhow::anyhow!("not an appsrc"))?;
    source.set_format(gst::Format::Time);
    source.set_property("block", true);
    source.set_property("max-bytes", 40_000_000_u64);
    Ok(source)
}

fn finish(pipeline: &gst::Pipeline) -> Result<()> {
    let bus = pipeline.bus().context("no bus")?;
    let types = [gst::MessageType::Eos, gst::MessageType::Error];
    match bus.timed_pop_filtered(gst::ClockTime::from_seconds(120), &types) {
        Some(message) => match message.view() {
            gst::MessageView::Error(error) => bail!("{}", error.error()),
            _ => Ok(()),
        },
        None => bail!("the encoder does not finish"),
    }
}

fn feed(
    film: &Film,
    video: &gst_app::AppSrc,
    audio: &gst_app::AppSrc,
    vtt: Option<&str>,
    output: &Path,
) -> Result<()> {
    #[expect(clippy::cast_precision_loss, reason = "a few minutes")]
    let seconds = film.seconds() as f32;
    let samples = sound::track(seconds, film.seed, vtt, output);
    let bytes: Vec<u8> = samples
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect();
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    if let Some(buffer) = buffer.get_mut() {
        buffer.set_pts(gst::ClockTime::ZERO);
        buffer.set_duration(gst::ClockTime::from_seconds(u64::from(film.seconds())));
    }
    audio.push_buffer(buffer)?;
    audio.end_of_stream()?;
    let frame_time = 1_000_000_000 / u64::from(FRAMES_PER_SECOND);
    let mut count = 0_u64;
    for (index, &(place, season, length)) in film.chapters.iter().enumerate() {
        let seed = film.seed + index as u64;
        let layers = scene(place, season, WIDTH, HEIGHT, PAN, seed)?;
        let frames = length * FRAMES_PER_SECOND;
        for frame in 0..frames {
            let picture = draw(&layers, place, season, frame, frames, seed)?;
            let mut buffer = gst::Buffer::from_mut_slice(picture.take());
            if let Some(buffer) = buffer.get_mut() {
                buffer.set_pts(gst::ClockTime::from_nseconds(count * frame_time));
                buffer.set_duration(gst::ClockTime::from_nseconds(frame_time));
            }
            video.push_buffer(buffer)?;
            count += 1;
        }
    }
    video.end_of_stream()?;
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "frames and pixels are small numbers"
)]
fn draw(
    layers: &[Layer],
    place: Place,
    season: Season,
    frame: u32,
    frames: u32,
    seed: u64,
) -> Result<Pixmap> {
    let share = frame as f32 / frames.max(1) as f32;
    let seconds = frame as f32 / FRAMES_PER_SECOND as f32;
    let mut picture = Pixmap::new(WIDTH, HEIGHT).context("empty picture")?;
    for (index, layer) in layers.iter().enumerate() {
        // Slow at both ends, as a hand turns a camera.
        let eased = share * share * (3.0 - 2.0 * share);
        let offset = (eased * WIDTH as f32 * PAN * layer.speed) as usize;
        blend(&mut picture, &layer.canvas.pixmap, offset, index == 0);
        if index + 2 == layers.len() && layers.len() > 2 {
            let mut canvas = Canvas::over(picture);
            moving(&mut canvas, place, season, seconds, seed);
            picture = canvas.pixmap;
        }
    }
    // Out of black and into black.
    let edge = (frame.min(frames - 1 - frame) as f32 / 14.0).min(1.0);
    if edge < 1.0 {
        for byte in picture.data_mut() {
            *byte = (f32::from(*byte) * edge) as u8;
        }
    }
    Ok(picture)
}

fn moving(c: &mut Canvas, place: Place, season: Season, t: f32, seed: u64) {
    let chance = &mut Chance::new(seed + 5_000);
    for n in 0..5_u8 {
        let (speed, y) = (chance.between(0.05, 0.09), chance.between(0.12, 0.34));
        let x = (chance.between(0.0, 1.8) + t * speed) % 2.1 - 0.15;
        bird(
            c,
            x,
            y + 0.01 * (t * 1.3 + f32::from(n)).sin(),
            0.016,
            (t * 7.0 + f32::from(n)).sin(),
        );
    }
    match place {
        Place::River | Place::Reservoir => boat(
            c,
            (0.9 + t * 0.02) % 2.0,
            0.86 + 0.003 * (t * 2.0).sin(),
            0.2,
            (t * 1.8).sin(),
        ),
        Place::Harvest => harvester(c, (0.05 + t * 0.035) % 2.0 - 0.1, 0.95, 0.36, t * 4.0),
        _ => {
            for n in 0..3_u8 {
                let who = someone(chance);
                let pace = chance.between(0.035, 0.06);
                let x = (chance.between(0.0, 1.7) + t * pace) % 2.0 - 0.1;
                figure(
                    c,
                    who,
                    x,
                    0.95 + 0.012 * f32::from(n),
                    0.25,
                    (t * 5.0 + f32::from(n) * 1.7).sin(),
                );
            }
        }
    }
    let falling = match season {
        Season::Winter => Some(0xffffff),
        Season::Autumn => Some(0xd99a3a),
        Season::Spring if place == Place::Orchard => Some(0xf6e3ea),
        _ => None,
    };
    if let Some(tone) = falling {
        for n in 0..60_u8 {
            let (x, y, v) = (
                chance.between(0.0, 1.8),
                chance.between(0.0, 1.0),
                chance.between(0.04, 0.1),
            );
            let y = (y + t * v) % 1.0;
            c.ellipse(
                x + 0.03 * (t + f32::from(n)).sin(),
                y,
                0.005,
                0.004,
                crate::canvas::color(tone, 0.85),
            );
        }
    }
}

/// Lays a wider picture over another, shifted to the left by `offset` pixels.
fn blend(target: &mut Pixmap, layer: &Pixmap, offset: usize, opaque: bool) {
    let (width, wide) = (target.width() as usize, layer.width() as usize);
    let offset = offset.min(wide - width);
    for (to, from) in target
        .pixels_mut()
        .chunks_exact_mut(width)
        .zip(layer.pixels().chunks_exact(wide))
    {
        let from = &from[offset..offset + width];
        if opaque {
            to.copy_from_slice(from);
            continue;
        }
        for (to, from) in to.iter_mut().zip(from) {
            match from.alpha() {
                0 => {}
                255 => *to = *from,
                alpha => *to = over(*to, *from, alpha),
            }
        }
    }
}

fn over(
    below: PremultipliedColorU8,
    above: PremultipliedColorU8,
    alpha: u8,
) -> PremultipliedColorU8 {
    let rest = 255 - u16::from(alpha);
    let channel = |above: u8, below: u8| {
        u8::try_from(u16::from(above) + (u16::from(below) * rest + 127) / 255).unwrap_or(255)
    };
    PremultipliedColorU8::from_rgba(
        channel(above.red(), below.red()),
        channel(above.green(), below.green()),
        channel(above.blue(), below.blue()),
        255,
    )
    .unwrap_or(below)
}
