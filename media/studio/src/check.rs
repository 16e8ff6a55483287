//! Whether all of a film is there: each stream is played to its end, and that is compared with what
//! the film says of itself, or with what it was made from.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::container::Container;
use crate::probe::{MediaInfo, Plan, examine};
use crate::streams::{self, Depth, Stream, Tally};
use crate::treatment::{Treatment, treatment};
use crate::{Error, Result};

/// A stream may end so much before its announced end. Writers round the length of the last picture
/// and leave out or count the delay of a coder, all of it parts of a second; a second of a film is
/// no loss that anybody sees, and a copy that lost less than that is found by its container's size.
const SLACK: Duration = Duration::from_secs(1);
/// The same for containers whose length is written before it is known exactly.
const LOOSE_SLACK: Duration = Duration::from_secs(2);
/// So long nothing may come out of a decoder while something went in.
const HOLE: Duration = Duration::from_secs(2);
/// In hundredths, pictures of those announced that have to be there.
const MOST: u64 = 95;
/// In hundredths, pictures decoded of those that went in: two fields may make one picture, and
/// recorders of screens write empty ones. Where they are missing in a row is a hole.
const DECODED: u64 = 20;
/// In hundredths, sound decoded of what went in.
const HEARD: u64 = 90;

/// What came of a film's picture and sound.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extent {
    /// The picture.
    pub(crate) video: Tally,
    /// The sound, if there is any.
    pub(crate) audio: Option<Tally>,
}

impl Extent {
    fn of(streams: &[Stream], plan: &Plan) -> Self {
        let of = |id: &str| {
            let mut found = streams.iter().filter(|stream| stream.id == id);
            found
                .next()
                .map(|stream| stream.tally.clone())
                .unwrap_or_default()
        };
        Self {
            video: of(&plan.video),
            audio: plan.audio.as_deref().map(of),
        }
    }
}

/// Plays a film that is to be handed out unchanged, or whose streams are, to its end: all that it
/// announces is there and can be decoded. Takes about a tenth of its length. `progress` is called
/// with the share done, 0 to 1. For a film that will be converted only reads it.
///
/// # Errors
/// [`Error::CutShort`] where picture or sound end too early or have a hole, those of
/// [`probe`](crate::probe()), [`Error::Cancelled`], [`Error::Stalled`].
pub fn check(path: &Path, progress: &mut dyn FnMut(f64), cancel: &AtomicBool) -> Result<MediaInfo> {
    let (info, plan) = examine(path)?;
    let reads = if matches!(treatment(&info), Treatment::Transcode(_)) {
        1.0
    } else {
        0.2
    };
    let read = source(
        path,
        &info,
        &plan,
        &mut |share| progress(share * reads),
        cancel,
    )?;
    if reads < 1.0 {
        let mut tell = |share: f64| progress(reads + share * (1.0 - reads));
        decoded(&play(path, &info, &plan, &mut tell, cancel)?, &read)?;
    }
    progress(1.0);
    Ok(info)
}

/// Reads a film to its end and compares with what it announces.
///
/// # Errors
/// Those of [`check`].
pub(crate) fn source(
    path: &Path,
    info: &MediaInfo,
    plan: &Plan,
    progress: &mut dyn FnMut(f64),
    cancel: &AtomicBool,
) -> Result<Extent> {
    let mut tell = share_of(info, progress);
    let streams = streams::read(path, &plan.patches, Depth::Whole, &mut tell, cancel)?;
    let extent = Extent::of(&streams, plan);
    let says = &plan.says;
    if let Some(length) = says.video {
        reaches("画面", extent.video.end, length, SLACK)?;
    }
    if let Some((audio, length)) = extent.audio.as_ref().zip(says.audio) {
        reaches("声音", audio.end, length, SLACK)?;
    }
    if let Some(length) = says.longest {
        let end = streams.iter().map(|stream| stream.tally.end).max();
        let exact = matches!(info.container, Container::Matroska | Container::WebM);
        let slack = if exact { SLACK } else { LOOSE_SLACK };
        reaches("视频", end.unwrap_or(0), length, slack)?;
    }
    if let Some(pictures) = says.pictures
        && extent.video.buffers * 100 < pictures * MOST
    {
        return Err(Error::Damaged {
            detail: format!("{} of {pictures} pictures", extent.video.buffers),
        });
    }
    Ok(extent)
}

/// Decodes a film to its end.
fn play(
    path: &Path,
    info: &MediaInfo,
    plan: &Plan,
    progress: &mut dyn FnMut(f64),
    cancel: &AtomicBool,
) -> Result<Extent> {
    let ids: Vec<&str> = [Some(&plan.video), plan.audio.as_ref()]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let mut tell = share_of(info, progress);
    let depth = Depth::Decoded(&ids);
    let streams = streams::read(path, &plan.patches, depth, &mut tell, cancel)?;
    Ok(Extent::of(&streams, plan))
}

fn share_of(info: &MediaInfo, progress: &mut dyn FnMut(f64)) -> impl FnMut(Duration) {
    let whole = info.duration.as_secs_f64().max(0.001);
    move |at: Duration| progress((at.as_secs_f64() / whole).clamp(0.0, 0.99))
}

/// Compares what came out of decoders with what went in.
///
/// # Errors
/// [`Error::CutShort`], [`Error::Damaged`].
pub(crate) fn decoded(out: &Extent, went_in: &Extent) -> Result<()> {
    let (video, read) = (&out.video, &went_in.video);
    whole("画面", video, read)?;
    if video.buffers * 100 < read.buffers * DECODED {
        return Err(Error::Damaged {
            detail: format!("{} of {} pictures decoded", video.buffers, read.buffers),
        });
    }
    if let Some((audio, read)) = out.audio.as_ref().zip(went_in.audio.as_ref()) {
        whole("声音", audio, read)?;
        let slack = u64::try_from(SLACK.as_nanos()).unwrap_or(0);
        if audio.filled.saturating_add(slack) / HEARD < read.filled / 100 {
            return Err(Error::Damaged {
                detail: format!("{} of {} ns of sound decoded", audio.filled, read.filled),
            });
        }
    }
    Ok(())
}

fn whole(what: &str, out: &Tally, went_in: &Tally) -> Result<()> {
    let length = Duration::from_nanos(went_in.end);
    reaches(what, out.end, length, SLACK)?;
    let (from, lasts) = out.gap;
    if Duration::from_nanos(lasts) > Duration::from_nanos(went_in.gap.1) + HOLE {
        return Err(short(what, from, length));
    }
    Ok(())
}

/// Reads what was made of a film, and compares with what went into it; what was copied is decoded
/// as well.
///
/// # Errors
/// [`Error::CutShort`] where picture or sound are missing at its end; those of
/// [`probe`](crate::probe()).
pub(crate) fn made(
    path: &Path,
    plan: &Plan,
    went_in: &Extent,
    copied: bool,
    progress: &mut dyn FnMut(f64),
    cancel: &AtomicBool,
) -> Result<MediaInfo> {
    let (info, found) = examine(path)?;
    let extent = source(path, &info, &found, progress, cancel)?;
    if copied {
        decoded(&play(path, &info, &found, progress, cancel)?, &extent)?;
    }
    let shown = |of: u64, cuts: Option<u64>| Duration::from_nanos(cuts.unwrap_or(of));
    let (picture, sound) = plan
        .cuts
        .as_ref()
        .map(|(picture, sound)| (picture.length(), sound.length()))
        .unzip();
    let length = shown(went_in.video.end, picture);
    reaches("画面", extent.video.end, length, SLACK)?;
    if Duration::from_nanos(extent.video.end) > length + SLACK {
        return Err(Error::Damaged {
            detail: format!("{length:?} became {} ns", extent.video.end),
        });
    }
    if let Some(audio) = &went_in.audio {
        let end = extent.audio.map_or(0, |audio| audio.end);
        reaches("声音", end, shown(audio.end, sound), SLACK)?;
    }
    Ok(info)
}

fn reaches(what: &str, end: u64, length: Duration, slack: Duration) -> Result<()> {
    if Duration::from_nanos(end) + slack < length {
        return Err(short(what, end, length));
    }
    Ok(())
}

fn short(what: &str, end: u64, length: Duration) -> Error {
    Error::CutShort {
        what: what.to_owned(),
        says: Some(length),
        ends: Some(Duration::from_nanos(end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000_000;

    fn tally(seconds: u64) -> Tally {
        Tally {
            buffers: seconds * 25,
            end: seconds * S,
            filled: seconds * S,
            ..Tally::default()
        }
    }

    fn extent(video: u64, audio: u64) -> Extent {
        Extent {
            video: tally(video),
            audio: Some(tally(audio)),
        }
    }

    #[test]
    fn what_is_not_decoded_is_missed() {
        let read = extent(60, 40);
        assert!(decoded(&extent(60, 39), &read).is_ok());
        let advice = |out: Extent| decoded(&out, &read).unwrap_err().advice();
        assert!(advice(extent(30, 40)).contains("画面只能读到第 30 秒，应有 60 秒"));
        assert!(advice(extent(60, 20)).contains("声音只能读到第 20 秒，应有 40 秒"));
        let mut holes = extent(60, 40);
        holes.video.gap = (10 * S, 3 * S);
        assert!(advice(holes).contains("第 10 秒"));
        let mut few = extent(60, 40);
        few.video.buffers = 200;
        assert!(matches!(decoded(&few, &read), Err(Error::Damaged { .. })));
        let mut hoarse = extent(60, 40);
        hoarse.audio.as_mut().unwrap().filled = 30 * S;
        assert!(matches!(
            decoded(&hoarse, &read),
            Err(Error::Damaged { .. })
        ));
    }
}
