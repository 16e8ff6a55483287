//! What is known of the source that is loaded, from its beginning to its end.

use super::facts::{Action, Fact};
use super::live::{Edge, Live, Protocol};
use super::turn::Turn;
use crate::{Command, Event, PlayError, Source, SourceKind, State};

/// No byte and no picture for so long is a lost network (or, for a file, a file that cannot be
/// played), in milliseconds.
pub(super) const STALL_MS: u64 = 10_000;
/// The same for a file on the disk that can be opened once more.
pub(super) const FIRST_STALL_MS: u64 = 5_000;
/// How long a lost network is tried again before giving up, in milliseconds.
pub(super) const GIVE_UP_MS: u64 = 120_000;
/// Playing steadily for so long ends an outage: the next loss gets the full time again.
const RECOVERED_MS: u64 = 5_000;
/// Time between two position events, in milliseconds.
const POSITION_EVERY_MS: u64 = 400;
/// What a full buffer ends a wait with, in milliseconds of the programme.
const FULL_MS: u64 = 1_500;
/// So long it is watched before the network is called slow, in milliseconds.
const JUDGED_MS: u64 = 2_000;
/// Waits between attempts to reconnect, in milliseconds; the last one repeats.
const BACK_OFF_MS: [u64; 6] = [500, 1_000, 2_000, 4_000, 8_000, 10_000];

/// See the module.
#[derive(Debug)]
pub(super) struct Playing {
    source: Source,
    nature: Nature,
    phase: Phase,
    wants_play: bool,
    position_ms: i64,
    silent: bool,
    has_audio: Option<bool>,
    reconnecting: bool,
    position_told_at: Option<u64>,
}

/// What only one kind of source has.
#[derive(Debug)]
enum Nature {
    Programme(Programme),
    Live(Live),
}

#[derive(Debug, Default)]
struct Programme {
    duration_ms: Option<i64>,
    /// A file from which nothing came was opened a second time.
    reopened: bool,
    outage: Option<Outage>,
}

/// A lost network, from the first loss until it has played steadily again.
#[derive(Clone, Copy, Debug)]
struct Outage {
    since: u64,
    attempts: usize,
}

#[derive(Debug)]
enum Phase {
    /// There is a pipeline for it.
    Open(PipelineState),
    WaitingToReconnect {
        until: u64,
    },
    /// A WHEP source that is not wanted for the moment.
    Left,
    Failed,
}

/// What is known of a pipeline.
#[derive(Debug)]
pub(super) struct PipelineState {
    step: Step,
    /// It shows nothing before the first seek.
    holds_pictures: bool,
    buffering: Option<u8>,
    filling: Option<Filling>,
    moving: bool,
    told_to_move: bool,
    seek: Option<SeekInFlight>,
    next_seek: Option<i64>,
    ready_since: u64,
    progress_at: u64,
}

/// How the buffer fills while the pipeline stands.
#[derive(Clone, Copy, Debug)]
struct Filling {
    since: u64,
    from: u8,
    percent: u8,
    told: bool,
}

impl Filling {
    const fn new(percent: u8, now: u64) -> Self {
        Self {
            since: now,
            from: percent,
            percent,
            told: false,
        }
    }

    /// Whether less has come in than would have been shown in that time; told once.
    fn turns_out_slow(&mut self, now: u64) -> bool {
        let waited = now.saturating_sub(self.since);
        let came = u64::from(self.percent - self.from) * FULL_MS / 100;
        let is_slow = !self.told && waited >= JUDGED_MS && came < waited;
        self.told |= is_slow;
        is_slow
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Opening,
    Ready,
    Ended,
}

#[derive(Clone, Copy, Debug)]
struct SeekInFlight {
    target: i64,
    /// No second step follows.
    last: bool,
}

impl PipelineState {
    /// The buffer is so full now. When it gets emptier although nothing is taken out of it, it was
    /// made larger, or belongs to another place: that is a new wait.
    fn fill(&mut self, percent: u8, turn: &mut Turn) {
        self.filling = match self.filling.take() {
            _ if percent >= 100 => None,
            Some(filling) if percent >= filling.percent => Some(Filling { percent, ..filling }),
            _ => Some(Filling::new(percent, turn.now)),
        };
        self.judge(turn);
    }

    fn judge(&mut self, turn: &mut Turn) {
        if self
            .filling
            .as_mut()
            .is_some_and(|filling| filling.turns_out_slow(turn.now))
        {
            turn.tell(Event::SourceSlow);
        }
    }
}

impl Playing {
    pub(super) fn load(source: Source, turn: &mut Turn) -> Self {
        let nature = match source.kind {
            SourceKind::Programme => Nature::Programme(Programme::default()),
            SourceKind::LiveHls => Nature::Live(Live::new(Protocol::Hls(Edge::default()))),
            SourceKind::Whep => Nature::Live(Live::new(Protocol::Whep)),
        };
        let mut playing = Self {
            wants_play: !source.paused,
            position_ms: match &nature {
                Nature::Programme(_) => source.start_ms.max(0),
                Nature::Live(_) => 0,
            },
            source,
            nature,
            phase: Phase::Left,
            silent: false,
            has_audio: None,
            reconnecting: false,
            position_told_at: None,
        };
        playing.open(turn);
        playing
    }

    pub(super) fn needs_ticks(&self) -> bool {
        match &self.phase {
            Phase::Open(pipe) => pipe.step != Step::Ended,
            Phase::WaitingToReconnect { .. } => true,
            Phase::Left | Phase::Failed => false,
        }
    }

    pub(super) fn command(&mut self, command: &Command, turn: &mut Turn) {
        match (command, &self.nature) {
            (Command::Play, _) => self.play(turn),
            (Command::Pause, _) => {
                self.wants_play = false;
                self.stay_behind();
            }
            (Command::Seek { position_ms }, Nature::Programme(_)) => {
                self.seek_to(*position_ms, turn);
            }
            (Command::Seek { position_ms }, Nature::Live(_)) => self.rewind_to(*position_ms, turn),
            (Command::GoLive, Nature::Live(_)) => self.go_live(turn),
            // The others are the terminal's; a programme has no now.
            _ => {}
        }
    }

    pub(super) fn fact(&mut self, fact: Fact, turn: &mut Turn) {
        let Phase::Open(pipe) = &mut self.phase else {
            // Of a pipeline that has already been closed.
            return;
        };
        let runs = pipe.step != Step::Ended;
        match fact {
            Fact::Ready if runs => self.ready(turn),
            Fact::Moving(moving) => pipe.moving = moving,
            Fact::Buffering(percent) if runs => {
                pipe.progress_at = turn.now;
                pipe.buffering = (percent < 100).then_some(percent);
                pipe.fill(percent, turn);
            }
            Fact::Position(position) if pipe.step == Step::Ready && pipe.seek.is_none() => {
                self.position(position, turn);
            }
            Fact::Duration(duration) if runs => {
                if let Nature::Programme(programme) = &mut self.nature {
                    programme.duration_ms = duration.filter(|d| *d > 0);
                    // Somebody may have looked further before it was known.
                    self.position_ms = self.position_ms.min(self.longest_ms());
                }
            }
            Fact::HasAudio(has) if runs && self.has_audio != Some(has) => {
                self.has_audio = Some(has);
                turn.tell(Event::HasAudio(has));
            }
            Fact::Window { start_ms, end_ms } if runs => {
                if let Nature::Live(live) = &mut self.nature {
                    live.see_window(start_ms, end_ms);
                }
            }
            Fact::Progress => {
                pipe.progress_at = turn.now;
                if let Nature::Live(_) = self.nature {
                    self.steady(turn);
                }
            }
            Fact::SeekRefused if pipe.seek.is_some() => {
                pipe.seek = None;
                pipe.next_seek = None;
                self.tell_position(turn);
            }
            Fact::EndOfStream => self.end_of_stream(turn),
            Fact::SoundLost if runs && !self.silent => {
                self.remember_target();
                self.silent = true;
                self.open(turn);
            }
            Fact::Fault(error) if runs => self.fault(error, turn),
            _ => {}
        }
    }

    pub(super) fn tick(&mut self, turn: &mut Turn) {
        let wish = self.wish_to_move(turn);
        if let Phase::Open(pipe) = &mut self.phase {
            pipe.judge(turn);
        }
        match &mut self.phase {
            Phase::WaitingToReconnect { until } => {
                let outage = match &self.nature {
                    Nature::Programme(programme) => programme.outage,
                    Nature::Live(_) => None,
                };
                if outage.is_some_and(|t| turn.now.saturating_sub(t.since) >= GIVE_UP_MS) {
                    self.fail(PlayError::Network("gave up".into()), turn);
                } else if turn.now >= *until {
                    self.open(turn);
                }
            }
            Phase::Open(pipe) if pipe.step != Step::Ended => {
                let opening = pipe.step == Step::Opening;
                if !(opening || pipe.seek.is_some() || wish) {
                    pipe.progress_at = turn.now;
                    return;
                }
                let silence = turn.now.saturating_sub(pipe.progress_at);
                if silence >= self.patience_ms(opening) {
                    self.nothing_comes(turn);
                }
            }
            Phase::Open(_) | Phase::Left | Phase::Failed => {}
        }
    }

    /// How long nothing may come out. A decoder may lose a stream while it opens or seeks
    /// (`uridecodebin3` 1.22 did now and then); a file on the disk is opened once more before it is
    /// called damaged.
    fn patience_ms(&self, opening: bool) -> u64 {
        match &self.nature {
            Nature::Live(live) => live.patience_ms(opening),
            Nature::Programme(programme) if self.is_remote() || programme.reopened => STALL_MS,
            Nature::Programme(_) => FIRST_STALL_MS,
        }
    }

    fn nothing_comes(&mut self, turn: &mut Turn) {
        let remote = self.is_remote();
        match &mut self.nature {
            Nature::Programme(programme) if !remote => {
                if programme.reopened {
                    let why = PlayError::Damaged("nothing comes out of it".into());
                    self.fail(why, turn);
                } else {
                    programme.reopened = true;
                    self.remember_target();
                    self.open(turn);
                }
            }
            Nature::Programme(_) | Nature::Live(_) => {
                self.fault(PlayError::Network("no data".into()), turn);
            }
        }
    }

    /// Makes a pipeline for it; the one there was is closed.
    fn open(&mut self, turn: &mut Turn) {
        self.close(turn);
        let wish = self.wish_to_move(turn);
        if let Nature::Live(live) = &mut self.nature {
            if matches!(live.protocol, Protocol::Whep) && !wish {
                self.reconnecting = false;
                return;
            }
            live.begin_anew(turn.now);
            self.position_ms = 0;
        }
        let source = Source {
            start_ms: self.position_ms,
            ..self.source.clone()
        };
        let holds_pictures = source.start_ms > 0;
        turn.act(Action::Open {
            source,
            hold_pictures: holds_pictures,
            silent: self.silent,
        });
        self.phase = Phase::Open(PipelineState {
            step: Step::Opening,
            holds_pictures,
            buffering: None,
            filling: None,
            moving: false,
            told_to_move: false,
            seek: None,
            next_seek: None,
            ready_since: turn.now,
            progress_at: turn.now,
        });
    }

    /// Without a pipeline from now on; the caller says what it waits for instead.
    pub(super) fn close(&mut self, turn: &mut Turn) {
        if let Phase::Open(_) = std::mem::replace(&mut self.phase, Phase::Left) {
            turn.act(Action::Close);
        }
    }

    fn play(&mut self, turn: &mut Turn) {
        self.wants_play = true;
        match (&mut self.phase, &mut self.nature) {
            (Phase::Open(pipe), Nature::Programme(_)) if pipe.step == Step::Ended => {
                pipe.step = Step::Ready;
                self.start_seek(0, false, turn);
            }
            (Phase::Open(pipe), Nature::Live(_)) if pipe.step == Step::Ended => self.open(turn),
            (Phase::Failed, nature) => {
                match nature {
                    Nature::Programme(programme) => programme.outage = None,
                    Nature::Live(live) => live.forget_attempts(),
                }
                self.open(turn);
            }
            _ => {}
        }
    }

    fn longest_ms(&self) -> i64 {
        self.duration_ms().unwrap_or(i64::MAX)
    }

    fn duration_ms(&self) -> Option<i64> {
        match &self.nature {
            Nature::Programme(programme) => programme.duration_ms,
            Nature::Live(_) => None,
        }
    }

    fn seek_to(&mut self, position_ms: i64, turn: &mut Turn) {
        let target = position_ms.clamp(0, self.longest_ms());
        match &mut self.phase {
            Phase::Left | Phase::Failed => {}
            Phase::Open(pipe) if pipe.step != Step::Opening => {
                pipe.step = Step::Ready;
                self.go_to(target, false, turn);
            }
            // There is no pipeline to ask yet; `ready` goes there first.
            Phase::Open(_) | Phase::WaitingToReconnect { .. } => {
                self.position_ms = target;
                self.tell_position(turn);
            }
        }
    }

    /// A rewind in a live HLS stream, or some of it back, once something can be asked of it. One step,
    /// to a keyframe: exactness would cost a second fetch of the segment.
    fn rewind_to(&mut self, position_ms: i64, turn: &mut Turn) {
        if !self.is_ready() {
            return;
        }
        let Some(edge) = self.live().and_then(Live::edge) else {
            return;
        };
        let Some((start, end)) = edge.window else {
            return;
        };
        edge.on_purpose = true;
        self.go_to(position_ms.clamp(start, end.max(start)), true, turn);
    }

    /// Back to now, moving.
    fn go_live(&mut self, turn: &mut Turn) {
        self.wants_play = true;
        let Some(edge) = self.live().and_then(Live::edge) else {
            return;
        };
        edge.on_purpose = false;
        let window = edge.window;
        if !self.is_ready() {
            return;
        }
        match window {
            Some((_, end)) => self.go_to(end, true, turn),
            None => self.open(turn),
        }
    }

    fn live(&mut self) -> Option<&mut Live> {
        match &mut self.nature {
            Nature::Live(live) => Some(live),
            Nature::Programme(_) => None,
        }
    }

    fn is_ready(&self) -> bool {
        matches!(&self.phase, Phase::Open(pipe) if pipe.step == Step::Ready)
    }

    /// Goes to a place when the seek under way, if there is one, is over.
    fn go_to(&mut self, target: i64, one_step: bool, turn: &mut Turn) {
        if let Phase::Open(pipe) = &mut self.phase
            && pipe.seek.is_some()
        {
            pipe.next_seek = Some(target);
            self.position_ms = target;
            return;
        }
        self.start_seek(target, one_step, turn);
    }

    fn start_seek(&mut self, target: i64, one_step: bool, turn: &mut Turn) {
        self.position_ms = target;
        if let Phase::Open(pipe) = &mut self.phase {
            pipe.progress_at = turn.now;
            pipe.holds_pictures = false;
            pipe.seek = Some(SeekInFlight {
                target,
                last: one_step,
            });
            turn.act(Action::Seek {
                position_ms: target,
                exact: false,
            });
        }
    }

    fn ready(&mut self, turn: &mut Turn) {
        let longest = self.longest_ms();
        let is_live = matches!(self.nature, Nature::Live(_));
        let Phase::Open(pipe) = &mut self.phase else {
            return;
        };
        pipe.progress_at = turn.now;
        if pipe.step == Step::Opening {
            pipe.step = Step::Ready;
            pipe.ready_since = turn.now;
            self.reconnecting = false;
            // Also back to the beginning: pictures are held until a seek.
            if !is_live && (self.position_ms > 0 || pipe.holds_pictures) {
                self.start_seek(self.position_ms.min(longest), false, turn);
            } else {
                self.tell_position(turn);
            }
            return;
        }
        let Some(seek) = pipe.seek else { return };
        if let Some(next) = pipe.next_seek.take() {
            self.start_seek(next.min(longest), is_live, turn);
        } else if seek.last {
            pipe.seek = None;
            self.position_ms = seek.target.min(longest);
            self.tell_position(turn);
        } else {
            pipe.seek = Some(SeekInFlight { last: true, ..seek });
            turn.act(Action::Seek {
                position_ms: seek.target,
                exact: true,
            });
        }
    }

    fn position(&mut self, position: i64, turn: &mut Turn) {
        let position = position.clamp(0, self.longest_ms());
        if position != self.position_ms {
            if let Phase::Open(pipe) = &mut self.phase {
                pipe.progress_at = turn.now;
            }
            self.steady(turn);
        }
        self.position_ms = position;
        if let Nature::Live(live) = &self.nature
            && let Some(now) = live.left_behind(position)
        {
            self.go_to(now, true, turn);
        }
        let due = self
            .position_told_at
            .is_none_or(|t| turn.now.saturating_sub(t) >= POSITION_EVERY_MS);
        if due && turn.shown == State::Playing {
            self.tell_position(turn);
        }
    }

    /// It moves. Doing so for a while ends an outage.
    fn steady(&mut self, turn: &Turn) {
        let Phase::Open(pipe) = &self.phase else {
            return;
        };
        let since = turn.now.saturating_sub(pipe.ready_since);
        if pipe.step == Step::Ready && since >= RECOVERED_MS {
            match &mut self.nature {
                Nature::Programme(programme) => programme.outage = None,
                Nature::Live(live) => live.succeeded(),
            }
        }
    }

    fn end_of_stream(&mut self, turn: &mut Turn) {
        let Phase::Open(pipe) = &mut self.phase else {
            return;
        };
        // While a seek is under way this is the old place's end; the seek flushes it away, and
        // if the new place is the end too, it is told again.
        if pipe.step != Step::Ready || pipe.seek.is_some() {
            return;
        }
        pipe.step = Step::Ended;
        pipe.buffering = None;
        if let Nature::Programme(programme) = &mut self.nature {
            programme.outage = None;
            self.position_ms = programme.duration_ms.unwrap_or(self.position_ms);
        }
        turn.tell(Event::Position {
            position_ms: self.position_ms,
            duration_ms: self.duration_ms(),
        });
    }

    fn fault(&mut self, error: PlayError, turn: &mut Turn) {
        let remote = self.is_remote();
        match (&mut self.nature, error) {
            (Nature::Programme(_), PlayError::Network(why)) if remote => {
                self.lose_network(why, turn);
            }
            (Nature::Live(live), error) => match live.again_at(&error, turn.now) {
                Some(until) => {
                    self.close(turn);
                    self.reconnecting = true;
                    self.phase = Phase::WaitingToReconnect { until };
                }
                None => self.fail(error, turn),
            },
            (_, error) => self.fail(error, turn),
        }
    }

    fn lose_network(&mut self, why: String, turn: &mut Turn) {
        self.remember_target();
        let Nature::Programme(programme) = &mut self.nature else {
            return;
        };
        let outage = programme.outage.get_or_insert(Outage {
            since: turn.now,
            attempts: 0,
        });
        if turn.now.saturating_sub(outage.since) >= GIVE_UP_MS {
            self.fail(PlayError::Network(why), turn);
            return;
        }
        let wait = BACK_OFF_MS[outage.attempts.min(BACK_OFF_MS.len() - 1)];
        outage.attempts += 1;
        self.close(turn);
        self.reconnecting = true;
        self.phase = Phase::WaitingToReconnect {
            until: turn.now + wait,
        };
    }

    /// A pipeline that goes away in the middle of a seek leaves the viewer's wish behind.
    fn remember_target(&mut self) {
        if let Phase::Open(pipe) = &self.phase
            && let Some(target) = pipe.next_seek.or(pipe.seek.map(|seek| seek.target))
        {
            self.position_ms = target.min(self.longest_ms());
        }
    }

    fn fail(&mut self, error: PlayError, turn: &mut Turn) {
        self.remember_target();
        self.close(turn);
        self.reconnecting = false;
        self.phase = Phase::Failed;
        turn.tell(Event::Failed(error));
    }

    fn is_remote(&self) -> bool {
        let scheme = self.source.uri.split(':').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    }

    fn wish_to_move(&self, turn: &Turn) -> bool {
        self.wants_play && !turn.suspended
    }

    /// The viewer stays where they are in a live stream, however far that is behind.
    pub(super) fn stay_behind(&mut self) {
        if let Nature::Live(live) = &mut self.nature {
            live.stay_behind();
        }
    }

    fn tell_position(&mut self, turn: &mut Turn) {
        self.position_told_at = Some(turn.now);
        turn.tell(Event::Position {
            position_ms: self.position_ms,
            duration_ms: self.duration_ms(),
        });
        if let Nature::Live(live) = &self.nature {
            live.tell_window(self.position_ms, turn);
        }
    }

    /// Makes the pipeline agree with what is wanted now; the answer is what the screen is to show.
    pub(super) fn settle(&mut self, turn: &mut Turn) -> State {
        let wish = self.wish_to_move(turn);
        self.leave_or_join(wish, turn);
        if let Phase::Open(pipe) = &mut self.phase
            && pipe.step == Step::Ready
        {
            let move_it = wish && pipe.buffering.is_none();
            if move_it != pipe.told_to_move {
                pipe.told_to_move = move_it;
                turn.act(Action::SetMoving(move_it));
            }
        }
        self.state(wish, turn.shown)
    }

    /// A WHEP stream that is held has nothing to come back to: it is left, and joined again.
    fn leave_or_join(&mut self, wish: bool, turn: &mut Turn) {
        if !matches!(&self.nature, Nature::Live(live) if matches!(live.protocol, Protocol::Whep)) {
            return;
        }
        match &self.phase {
            Phase::Open(pipe) if pipe.step == Step::Ended => {}
            Phase::Open(_) | Phase::WaitingToReconnect { .. } if !wish => {
                self.close(turn);
                self.reconnecting = false;
                self.phase = Phase::Left;
            }
            Phase::Left if wish => self.open(turn),
            _ => {}
        }
    }

    fn state(&self, wish: bool, shown: State) -> State {
        let pipe = match &self.phase {
            Phase::Failed => return State::Failed,
            Phase::Left => return State::Paused,
            Phase::WaitingToReconnect { .. } => return State::Reconnecting,
            Phase::Open(pipe) => pipe,
        };
        match pipe.step {
            Step::Ended => State::Ended,
            Step::Opening if self.reconnecting => State::Reconnecting,
            Step::Opening => State::Loading,
            // A seek away from the end, or to where it was left, is not over before its picture
            // is there.
            Step::Ready
                if pipe.seek.is_some()
                    && matches!(shown, State::Ended | State::Loading | State::Reconnecting) =>
            {
                shown
            }
            Step::Ready => match (wish, pipe.buffering, pipe.moving) {
                (true, Some(percent), _) => State::Buffering(percent),
                (true, None, true) => State::Playing,
                (false, _, false) => State::Paused,
                // On its way: the screen keeps what it has until the pipeline is there.
                _ => shown,
            },
        }
    }
}
