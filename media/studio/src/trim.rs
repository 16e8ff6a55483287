//! What the edit list of an MP4 leaves out, left out by ourselves. GStreamer 1.22 ends the sound of a
//! film whose beginning was trimmed off too early, by as much as was trimmed, and other players treat
//! such films each in their way: the film is read without its list and written without one.

use std::time::Duration;

use gst::prelude::*;

use crate::mp4::Track;

/// A part of a track that is shown. All in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    /// Where in the track it begins.
    from: u64,
    /// Where in the track it ends.
    until: u64,
    /// When it is shown.
    at: u64,
}

/// The parts of a track that are shown, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cuts(Vec<Part>);

impl Cuts {
    /// Those of an edit list; `None` where it goes back in the track or plays at another speed.
    pub(crate) fn of(track: &Track) -> Option<Self> {
        let ns = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let (mut parts, mut at, mut last) = (Vec::new(), 0, 0);
        if track.edits.is_empty() {
            let until = track
                .length
                .map_or(u64::MAX, ns)
                .saturating_add(ns(track.begins));
            return Some(Self(vec![Part { from: 0, until, at }]));
        }
        for edit in &track.edits {
            let Some(from) = edit.from.map(ns) else {
                at += edit.lasts.map_or(0, ns);
                continue;
            };
            let rest = track.length.map_or(u64::MAX, ns).saturating_sub(from);
            let lasts = edit.lasts.map_or(rest, ns);
            if from < last || !edit.plain {
                return None;
            }
            let until = from.saturating_add(lasts);
            parts.push(Part { from, until, at });
            (at, last) = (at.saturating_add(lasts), until);
        }
        Some(Self(parts))
    }

    /// When the last part has been shown, in nanoseconds.
    pub(crate) fn length(&self) -> u64 {
        self.0
            .last()
            .map_or(0, |part| part.at.saturating_add(part.until - part.from))
    }

    /// When what is at a time of the track is shown.
    fn shown(&self, time: u64) -> Option<u64> {
        let part = (self.0.iter()).find(|part| (part.from..part.until).contains(&time))?;
        Some(time - part.from + part.at)
    }

    /// What of the track is shown at a time.
    pub(crate) fn in_track(&self, time: u64) -> u64 {
        let part = self.0.iter().rev().find(|part| part.at <= time);
        (part.or(self.0.first())).map_or(time, |part| part.from + time.saturating_sub(part.at))
    }

    /// Lets through what is shown only, at its time. `pad` gets whole pictures or sound.
    pub(crate) fn apply(self, pad: &gst::Pad) {
        let kinds = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
        pad.add_probe(kinds, move |_, info| {
            match &mut info.data {
                Some(gst::PadProbeData::Buffer(buffer)) => {
                    let shown = buffer.pts().and_then(|pts| self.shown(pts.nseconds()));
                    let Some(shown) = shown else {
                        return gst::PadProbeReturn::Handled;
                    };
                    buffer
                        .make_mut()
                        .set_pts(gst::ClockTime::from_nseconds(shown));
                }
                Some(gst::PadProbeData::Event(event))
                    if event.type_() == gst::EventType::Segment =>
                {
                    // What evens out frames and sound fills up to its end.
                    let mut segment = gst::FormattedSegment::<gst::ClockTime>::new();
                    segment.set_stop(gst::ClockTime::from_nseconds(self.length()));
                    *event = gst::event::Segment::builder(&segment)
                        .seqnum(event.seqnum())
                        .build();
                }
                _ => {}
            }
            gst::PadProbeReturn::Ok
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mp4::Edit;

    const S: u64 = 1_000_000_000;

    fn cuts(edits: &[(Option<u64>, u64)]) -> Option<Cuts> {
        Cuts::of(&Track {
            id: 1,
            enabled: true,
            length: Some(Duration::from_secs(30)),
            samples: 750,
            begins: Duration::ZERO,
            edits: edits
                .iter()
                .map(|&(from, lasts)| Edit {
                    from: from.map(Duration::from_secs),
                    lasts: (lasts > 0).then(|| Duration::from_secs(lasts)),
                    plain: true,
                })
                .collect(),
            ..Track::default()
        })
    }

    #[test]
    fn what_is_left_out_has_no_time() {
        let cuts = cuts(&[(None, 2), (Some(5), 10), (Some(20), 0)]).unwrap();
        assert_eq!(cuts.length(), 22 * S);
        let times = [4, 5, 14, 15, 20, 29, 30].map(|at| cuts.shown(at * S));
        assert_eq!(
            times,
            [
                None,
                Some(2 * S),
                Some(11 * S),
                None,
                Some(12 * S),
                Some(21 * S),
                None
            ]
        );
        assert_eq!(
            [0, 2, 12, 21].map(|at| cuts.in_track(at * S) / S),
            [5, 5, 20, 29]
        );
    }

    #[test]
    fn going_back_is_not_understood() {
        assert_eq!(cuts(&[(Some(10), 5), (Some(0), 5)]), None);
        assert_eq!(cuts(&[]).unwrap().length(), 30 * S);
    }
}
