//! Segments of several runs on one time line.
//!
//! Each start of the packager counts its times from a zero of its own: such a *run* ends with a process and
//! begins with a file. Within a run picture and sound share one time line, but need not be written in
//! step: sound may come seconds after its picture. So a new run is looked for in each medium alone, and
//! all that belongs to a run is moved by the same time, whatever the order it was written in.

use std::time::Duration;

/// A medium that goes forward by more than this has not paused: nothing of ours pauses so long.
const JUMP: i128 = 10_000_000_000;
/// A medium that goes back by more than this is another run; within one none does.
const BACK: i128 = 100_000_000;
/// From the last picture of a run to the first of the next.
const JOIN: i128 = 40_000_000;
/// Time stamps begin again after so many ticks of 90 kHz (ISO 13818-1, 2.4.3.7).
const WRAP: i128 = (1 << 33) * 100_000 / 9;

/// Which medium a time belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// Picture.
    Video,
    /// Sound.
    Audio,
}

/// Earliest and latest time.
type Span = Option<(i128, i128)>;

/// Pieces in a row on one time line.
#[derive(Clone, Debug)]
struct Part {
    /// Number of the first piece, counted over everything that is read.
    from: usize,
    /// What the file says of its run.
    id: Option<u16>,
    spans: [Span; 2],
    /// What is to be left out of the length: what no picture can be made of.
    counted: [Span; 2],
}

/// Learns the times of all pieces, in the order of reading.
#[derive(Debug, Default)]
pub struct Survey {
    parts: Vec<Part>,
    pieces: usize,
    unwrap: Unwrap,
}

/// Where each piece belongs.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// Number of the first piece and what is added to the times from there on.
    shifts: Vec<(usize, i128)>,
    /// First and last time of the picture.
    pub video: Option<(Duration, Duration)>,
    /// First and last time of the sound.
    pub audio: Option<(Duration, Duration)>,
}

/// Gives the pieces their times, in the order of reading.
#[derive(Debug)]
pub struct Placing<'a> {
    shifts: &'a [(usize, i128)],
    pieces: usize,
    unwrap: Unwrap,
}

/// Goes on counting where time stamps begin again.
#[derive(Debug, Default)]
struct Unwrap(Option<i128>);

impl Unwrap {
    fn time(&mut self, at: Duration) -> i128 {
        let raw = nanoseconds(at);
        let time = match self.0 {
            None => raw,
            // The one that is nearest to what was read before.
            Some(last) => raw + (last - raw + WRAP / 2).div_euclid(WRAP) * WRAP,
        };
        self.0 = Some(time);
        time
    }
}

fn nanoseconds(time: Duration) -> i128 {
    i128::try_from(time.as_nanos()).unwrap_or(i128::MAX)
}

fn duration(nanoseconds: i128) -> Duration {
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(0))
}

fn widen(span: &mut Span, by: i128) {
    let (first, last) = span.get_or_insert((by, by));
    (*first, *last) = ((*first).min(by), (*last).max(by));
}

fn join(one: Span, other: Span) -> Span {
    match (one, other) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (span, None) | (None, span) => span,
    }
}

/// How a medium goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    On,
    Back,
    Ahead,
}

fn step(last: i128, now: i128) -> Step {
    if now + BACK < last {
        Step::Back
    } else if now > last + JUMP {
        Step::Ahead
    } else {
        Step::On
    }
}

impl Survey {
    /// A file begins.
    pub fn file(&mut self) {
        self.part(None);
    }

    /// What the file that is read says of its run.
    pub fn says(&mut self, id: Option<u16>) {
        if let Some(part) = self.parts.last_mut() {
            part.id = id;
        }
    }

    /// Takes a piece. `counts`: it is part of what was recorded.
    pub fn piece(&mut self, medium: Medium, at: Duration, counts: bool) {
        let time = self.unwrap.time(at);
        let last = self
            .parts
            .last()
            .and_then(|part| part.spans[medium as usize]);
        // A file has one time line; one that was put together by others may not.
        if last.is_some_and(|(_, last)| step(last, time) != Step::On) {
            let id = self.parts.last().and_then(|part| part.id);
            self.part(id);
        }
        if self.parts.is_empty() {
            self.part(None);
        }
        if let Some(part) = self.parts.last_mut() {
            widen(&mut part.spans[medium as usize], time);
            if counts {
                widen(&mut part.counted[medium as usize], time);
            }
        }
        self.pieces += 1;
    }

    fn part(&mut self, id: Option<u16>) {
        self.parts.push(Part {
            from: self.pieces,
            id,
            spans: [None; 2],
            counted: [None; 2],
        });
    }

    /// Puts the runs one after the other.
    pub fn runs(self) -> Runs {
        let mut runs: Vec<Vec<Part>> = Vec::new();
        let mut lasts: [Option<i128>; 2] = [None; 2];
        let mut id = None;
        for part in self.parts {
            if part.spans == [None; 2] {
                continue;
            }
            if runs.is_empty() || begins(&lasts, id, &part) {
                runs.push(Vec::new());
                (lasts, id) = ([None; 2], part.id);
            }
            for (last, span) in lasts.iter_mut().zip(part.spans) {
                *last = (*last).max(span.map(|(_, end)| end));
            }
            id = id.or(part.id);
            if let Some(run) = runs.last_mut() {
                run.push(part);
            }
        }
        let mut made = Runs::default();
        let mut end: Option<i128> = None;
        let mut counted = [None; 2];
        for run in &runs {
            let spans = run.iter().flat_map(|part| part.spans);
            let Some((first, last)) = spans.fold(None, join) else {
                continue;
            };
            let shift = end.map_or(0, |end| end + JOIN - first);
            end = Some(last + shift);
            made.shifts
                .extend(run.first().map(|part| (part.from, shift)));
            for part in run {
                for (all, span) in counted.iter_mut().zip(part.counted) {
                    *all = join(*all, span.map(|(a, b)| (a + shift, b + shift)));
                }
            }
        }
        let [video, audio] =
            counted.map(|span| span.map(|(first, last)| (duration(first), duration(last))));
        (made.video, made.audio) = (video, audio);
        made
    }
}

/// Whether a part cannot be of the run that had these times last.
fn begins(lasts: &[Option<i128>; 2], id: Option<u16>, part: &Part) -> bool {
    if let (Some(id), Some(own)) = (id, part.id)
        && id != own
    {
        return true;
    }
    let steps = lasts.iter().zip(part.spans);
    let steps: Vec<Step> = steps
        .filter_map(|(last, span)| Some(step((*last)?, span?.0)))
        .collect();
    let all_ahead = !steps.is_empty() && steps.iter().all(|step| *step == Step::Ahead);
    steps.contains(&Step::Back) || all_ahead
}

impl Runs {
    /// Begins to give the pieces their times.
    pub fn placing(&self) -> Placing<'_> {
        Placing {
            shifts: &self.shifts,
            pieces: 0,
            unwrap: Unwrap::default(),
        }
    }
}

impl Placing<'_> {
    /// The time of the next piece.
    pub fn place(&mut self, at: Duration) -> Duration {
        let time = self.unwrap.time(at);
        while self
            .shifts
            .get(1)
            .is_some_and(|(from, _)| *from <= self.pieces)
        {
            self.shifts = &self.shifts[1..];
        }
        self.pieces += 1;
        let shift = self.shifts.first().map_or(0, |(_, shift)| *shift);
        duration(time + shift)
    }
}
