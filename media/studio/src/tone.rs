//! Pictures of a wide gamut or a high dynamic range in the colours of a television (BT.709, 8 bits).
//! GStreamer 1.22 converts the numbers and leaves what they mean: telephones' films come out grey.
//!
//! A picture goes from its signal to the light of a display, 1 being its reference white of 203
//! cd/m² (ITU-R BT.2408); through a curve that leaves the lower half as it is and bends what is
//! brighter (that of Reinhard et al., "Photographic tone reproduction", equation 4, from a knee on);
//! from its primaries to those of BT.709; and back to a signal by the inverse of BT.1886. A table of
//! 65³ colours holds all that, so that each pixel costs one interpolation.

use gst::prelude::*;
use gst_video::prelude::*;
use gst_video::{VideoColorPrimaries, VideoColorRange, VideoColorimetry, VideoTransferFunction};

use crate::Result;
use crate::pipeline::make;

/// What the colours of a picture mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// What televisions show.
    #[default]
    Standard,
    /// More colours, the usual brightness.
    Wide,
    /// Hybrid log-gamma (ITU-R BT.2100, ARIB STD-B67).
    Hlg,
    /// Perceptual quantizer (ITU-R BT.2100, SMPTE ST 2084).
    Pq,
}

impl Colours {
    /// Those of a stream that states them.
    pub(crate) fn of(colorimetry: &VideoColorimetry) -> Self {
        match (colorimetry.transfer(), colorimetry.primaries()) {
            (VideoTransferFunction::AribStdB67, _) => Self::Hlg,
            (VideoTransferFunction::Smpte2084, _) => Self::Pq,
            (_, VideoColorPrimaries::Bt2020 | VideoColorPrimaries::Smpteeg432) => Self::Wide,
            _ => Self::Standard,
        }
    }
}

/// The distance of two colours of the table in 10-bit numbers, as a power of two. Twice that bends
/// dark parts of saturated colours by a tenth.
const BITS: usize = 4;
const STEP: usize = 1 << BITS;
/// Colours on each axis of the table.
const SIDE: usize = 1024 / STEP + 1;
/// Brightest light that is told apart: 1000 cd/m² in reference whites.
const PEAK: f64 = 1_000.0 / 203.0;
/// From here on the curve bends.
const KNEE: f64 = 0.5;
/// So much of each colour goes into the two others before it is cut to what can be shown: what is
/// outside keeps some of its shape (crosstalk of ITU-R BT.2446-1, 5.1.1, with its least strength).
const CROSSTALK: f64 = 0.01;

/// The elements that turn pictures of these colours into BT.709: scaled to `size` before, as fewer
/// pixels are less work.
pub(crate) fn elements(size: (i32, i32)) -> Result<Vec<gst::Element>> {
    let ten_bits = gst::Caps::builder("video/x-raw")
        .field("format", "I420_10LE")
        .field("width", size.0)
        .field("height", size.1)
        .build();
    let filter = make("capsfilter")?;
    filter.set_property("caps", &ten_bits);
    if let Some(pad) = filter.static_pad("src") {
        paint(&pad);
    }
    let name = make("capssetter")?;
    let standard = gst::Caps::builder("video/x-raw")
        .field("colorimetry", "bt709")
        .build();
    name.set_property("caps", &standard);
    Ok(vec![
        make("videoconvert")?,
        make("videoscale")?,
        filter,
        name,
        make("videoconvert")?,
    ])
}

/// Repaints each picture in its place.
fn paint(pad: &gst::Pad) {
    let mut table: Option<(gst_video::VideoInfo, Table)> = None;
    let mut caps_seen: Option<gst::Caps> = None;
    let state = parking_lot::Mutex::new(move |pad: &gst::Pad, buffer: &mut gst::Buffer| {
        let caps = pad.current_caps()?;
        if caps_seen.as_ref() != Some(&caps) {
            let info = gst_video::VideoInfo::from_caps(&caps).ok()?;
            let made = Table::new(&info.colorimetry());
            table = Some((info, made));
            caps_seen = Some(caps);
        }
        let (info, table) = table.as_ref()?;
        let mut frame =
            gst_video::VideoFrameRef::from_buffer_ref_writable(buffer.make_mut(), info).ok()?;
        table.repaint(&mut frame);
        Some(())
    });
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        if let Some(gst::PadProbeData::Buffer(buffer)) = &mut info.data
            && (state.lock())(pad, buffer).is_none()
        {
            tracing::warn!("a picture keeps its colours");
        }
        gst::PadProbeReturn::Ok
    });
}

/// What becomes of each colour: 10-bit luma, blue and red difference of BT.709.
struct Table(Vec<[i16; 3]>);

impl Table {
    fn new(from: &VideoColorimetry) -> Self {
        let mut colours = Vec::with_capacity(SIDE * SIDE * SIDE);
        for luma in 0..SIDE {
            for blue in 0..SIDE {
                for red in 0..SIDE {
                    colours.push(convert(
                        from,
                        [luma, blue, red].map(|index| (index * STEP) as f64),
                    ));
                }
            }
        }
        Self(colours)
    }

    /// The colour between those of the table; `parts` are the components of the result that are wanted.
    fn look<const N: usize>(&self, [luma, blue, red]: [usize; 3], parts: [usize; N]) -> [u16; N] {
        let cell = |value: usize| (value / STEP, (value % STEP) as i32);
        let ((l, fl), (b, fb), (r, fr)) = (cell(luma), cell(blue), cell(red));
        let all = STEP as i32;
        let mut sums = [0; N];
        for (index, fl) in [(l, all - fl), (l + 1, fl)] {
            for (index, fb) in [(index * SIDE + b, all - fb), (index * SIDE + b + 1, fb)] {
                let weight = fl * fb;
                let at = index * SIDE + r;
                let (near, far) = (&self.0[at], &self.0[at + 1]);
                for (sum, &part) in sums.iter_mut().zip(&parts) {
                    *sum +=
                        weight * ((all - fr) * i32::from(near[part]) + fr * i32::from(far[part]));
                }
            }
        }
        sums.map(|sum| u16::try_from((sum + (1 << (3 * BITS - 1))) >> (3 * BITS)).unwrap_or(0))
    }

    fn repaint(&self, frame: &mut gst_video::VideoFrameRef<&mut gst::BufferRef>) {
        let size = (frame.width() as usize, frame.height() as usize);
        let strides: Vec<usize> = frame
            .plane_stride()
            .iter()
            .map(|&stride| usize::try_from(stride).unwrap_or(0))
            .collect();
        let [luma, blue, red, _] = frame.planes_data_mut();
        let (width, height) = (size.0.div_ceil(2), size.1.div_ceil(2));
        for y in 0..height {
            let (blue_row, red_row) = (&mut blue[y * strides[1]..], &mut red[y * strides[2]..]);
            for x in 0..width {
                let chroma = (get(blue_row, x), get(red_row, x));
                let (mut sum, mut count) = (0, 0);
                for row in 2 * y..(2 * y + 2).min(size.1) {
                    let row = &mut luma[row * strides[0]..];
                    for column in 2 * x..(2 * x + 2).min(size.0) {
                        let old = get(row, column);
                        (sum, count) = (sum + old, count + 1);
                        let [new] = self.look([old, chroma.0, chroma.1], [0]);
                        put(row, column, new);
                    }
                }
                let mean = sum / count.max(1);
                let [b, r] = self.look([mean, chroma.0, chroma.1], [1, 2]);
                put(blue_row, x, b);
                put(red_row, x, r);
            }
        }
    }
}

fn get(row: &[u8], column: usize) -> usize {
    usize::from(u16::from_le_bytes([row[2 * column], row[2 * column + 1]]) & 1023)
}

fn put(row: &mut [u8], column: usize, value: u16) {
    row[2 * column..][..2].copy_from_slice(&value.to_le_bytes());
}

/// One colour, exactly: a 10-bit signal in, a 10-bit signal of BT.709 in limited range out.
fn convert(from: &VideoColorimetry, [luma, blue, red]: [f64; 3]) -> [i16; 3] {
    let full = from.range() == VideoColorRange::Range0_255;
    let (black, white, chroma) = if full {
        (0.0, 1023.0, 1023.0)
    } else {
        (64.0, 876.0, 896.0)
    };
    let (kr, kb) = from.matrix().kr_kb().unwrap_or((0.2126, 0.0722));
    let y = (luma - black) / white;
    let r = y + 2.0 * (1.0 - kr) * (red - 512.0) / chroma;
    let b = y + 2.0 * (1.0 - kb) * (blue - 512.0) / chroma;
    let g = (y - kr * r - kb * b) / (1.0 - kr - kb);
    let light = displayed(from.transfer(), [r, g, b]);
    let light = to_709(from.primaries(), light);
    let [r, g, b] = mixed(light).map(|value| value.clamp(0.0, 1.0).powf(1.0 / 2.4));
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    #[expect(clippy::cast_possible_truncation, reason = "10 bits")]
    let number = |value: f64| value.round() as i16;
    [
        number(64.0 + 876.0 * y),
        number(512.0 + 896.0 * (b - y) / 1.8556),
        number(512.0 + 896.0 * (r - y) / 1.5748),
    ]
}

/// The light of a display, in reference whites, its highlights bent to at most 1.
fn displayed(transfer: VideoTransferFunction, signal: [f64; 3]) -> [f64; 3] {
    let light = match transfer {
        VideoTransferFunction::AribStdB67 => {
            let scene = signal.map(hlg_scene);
            let y = 0.2627 * scene[0] + 0.6780 * scene[1] + 0.0593 * scene[2];
            // The system gamma of a display of 1000 cd/m² (BT.2100, table 5).
            scene.map(|value| PEAK * value * y.max(0.0).powf(0.2))
        }
        VideoTransferFunction::Smpte2084 => signal.map(|value| pq_light(value) / 203.0),
        // What was made for a usual display is shown as one shows it (BT.1886).
        _ => return signal.map(|value| value.max(0.0).powf(2.4)),
    };
    let brightest = light.iter().fold(0.0_f64, |most, &value| most.max(value));
    if brightest <= KNEE {
        return light;
    }
    let over = brightest.min(PEAK) - KNEE;
    let bent = KNEE + over / (1.0 + over * (1.0 / (1.0 - KNEE) - 1.0 / (PEAK - KNEE)));
    light.map(|value| value.min(PEAK) * bent / brightest.min(PEAK))
}

/// The light of the scene, 0 to 1 (BT.2100, table 5).
fn hlg_scene(signal: f64) -> f64 {
    let signal = signal.clamp(0.0, 1.0);
    if signal <= 0.5 {
        signal * signal / 3.0
    } else {
        (((signal - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0
    }
}

/// The light of a display in cd/m² (BT.2100, table 4).
fn pq_light(signal: f64) -> f64 {
    let signal = signal.clamp(0.0, 1.0).powf(1.0 / 78.843_75);
    let part = (signal - 0.835_937_5).max(0.0) / (18.851_562_5 - 18.687_5 * signal);
    10_000.0 * part.powf(1.0 / 0.159_301_757_812_5)
}

/// From other primaries to those of BT.709, all of white D65 (ITU-R BT.2087 for BT.2020).
fn to_709(primaries: VideoColorPrimaries, [r, g, b]: [f64; 3]) -> [f64; 3] {
    let rows = match primaries {
        VideoColorPrimaries::Bt2020 => [
            [1.660_5, -0.587_6, -0.072_8],
            [-0.124_6, 1.132_9, -0.008_3],
            [-0.018_2, -0.100_6, 1.118_7],
        ],
        VideoColorPrimaries::Smpteeg432 => [
            [1.224_9, -0.224_7, 0.0],
            [-0.042_0, 1.041_9, 0.0],
            [-0.019_6, -0.078_6, 1.097_9],
        ],
        _ => return [r, g, b],
    };
    rows.map(|row| row[0] * r + row[1] * g + row[2] * b)
}

fn mixed([r, g, b]: [f64; 3]) -> [f64; 3] {
    let sum = r + g + b;
    [r, g, b].map(|own| own + CROSSTALK * (sum - 3.0 * own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colorimetry(text: &str) -> VideoColorimetry {
        gst::init().unwrap();
        text.parse().unwrap()
    }

    /// Red, green and blue of 8 bits that a television makes of it.
    fn seen([y, b, r]: [i16; 3]) -> [f64; 3] {
        let y = f64::from(y - 64) / 876.0;
        let (b, r) = (f64::from(b - 512) / 896.0, f64::from(r - 512) / 896.0);
        let (red, blue) = (y + 1.5748 * r, y + 1.8556 * b);
        let green = (y - 0.2126 * red - 0.0722 * blue) / 0.7152;
        [red, green, blue].map(|value| (value * 255.0).round())
    }

    fn near(found: [f64; 3], right: [f64; 3], by: f64) {
        let far = found
            .iter()
            .zip(&right)
            .any(|(one, other)| (one - other).abs() > by);
        assert!(!far, "{found:?}, not {right:?}");
    }

    #[test]
    fn colours_are_told_by_their_names() {
        let of = |name| Colours::of(&colorimetry(name));
        assert_eq!(of("bt2100-hlg"), Colours::Hlg);
        assert_eq!(of("bt2100-pq"), Colours::Pq);
        assert_eq!(of("bt2020-10"), Colours::Wide);
        assert_eq!(of("2:3:5:11"), Colours::Wide);
        assert_eq!(
            (of("bt709"), of("bt601")),
            (Colours::Standard, Colours::Standard)
        );
    }

    #[test]
    fn greys_stay_grey_and_black_stays_black() {
        for name in ["bt2100-hlg", "bt2100-pq", "bt2020-10"] {
            let from = colorimetry(name);
            assert_eq!(
                convert(&from, [64.0, 512.0, 512.0]),
                [64, 512, 512],
                "{name}"
            );
            let mut last = 0;
            for luma in (64..=940).step_by(12) {
                let [y, b, r] = convert(&from, [f64::from(luma), 512.0, 512.0]);
                assert!(
                    (b - 512).abs() <= 1 && (r - 512).abs() <= 1,
                    "{name} {luma}: {b} {r}"
                );
                assert!(y >= last, "{name} {luma}");
                last = y;
            }
            assert!(last >= 938, "{name}: {last}");
        }
    }

    /// The white of a sheet of paper is three quarters of the signal (BT.2408, table 1), and what
    /// is brighter than it can still be told apart.
    #[test]
    fn highlights_are_left_some_room() {
        let hlg = colorimetry("bt2100-hlg");
        let [paper, ..] = convert(&hlg, [64.0 + 0.75 * 876.0, 512.0, 512.0]);
        assert!((800..900).contains(&paper), "{paper}");
        let pq = colorimetry("bt2100-pq");
        let [paper_pq, ..] = convert(&pq, [64.0 + 0.58 * 876.0, 512.0, 512.0]);
        assert!((paper - paper_pq).abs() < 12, "{paper} {paper_pq}");
    }

    #[test]
    fn a_red_of_hlg_is_the_red_of_a_television() {
        near(
            seen(convert(&colorimetry("bt2100-hlg"), [357.0, 413.0, 692.0])),
            [207.0, 41.0, 41.0],
            12.0,
        );
    }

    #[test]
    fn colours_of_bt_2020_within_bt_709_are_the_same_to_the_eye() {
        // (200, 60, 60) of BT.709 is this in BT.2020 (BT.2087, both displays by BT.1886).
        let light = [200.0, 60.0, 60.0].map(|value: f64| (value / 255.0).powf(2.4));
        let rows = [
            [0.6274, 0.3293, 0.0433],
            [0.0691, 0.9195, 0.0114],
            [0.0164, 0.0880, 0.8956],
        ];
        let [r, g, b] = rows.map(|row| {
            let sum: f64 = row
                .iter()
                .zip(&light)
                .map(|(part, light)| part * light)
                .sum();
            sum.powf(1.0 / 2.4)
        });
        let y = 0.2627 * r + 0.6780 * g + 0.0593 * b;
        let signal = [
            64.0 + 876.0 * y,
            512.0 + 896.0 * (b - y) / 1.8814,
            512.0 + 896.0 * (r - y) / 1.4746,
        ];
        near(
            seen(convert(&colorimetry("bt2020-10"), signal)),
            [200.0, 60.0, 60.0],
            8.0,
        );
    }

    #[test]
    fn the_table_is_close_to_the_formula() {
        for name in ["bt2100-hlg", "bt2100-pq", "bt2020-10"] {
            let from = colorimetry(name);
            let table = Table::new(&from);
            for signal in [
                [357, 413, 692],
                [532, 359, 431],
                [744, 514, 513],
                [204, 769, 528],
                [500, 500, 530],
            ] {
                let right = convert(&from, signal.map(|value| value as f64)).map(f64::from);
                let found = table.look(signal, [0, 1, 2]).map(f64::from);
                // 20 of 1024: five steps of the 8 bits that are left.
                near(found, right, 20.0);
            }
        }
    }
}
