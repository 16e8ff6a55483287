//! Whatever happens to meetings, notices, the clock and the power: what lies over the screens is
//! true, and nobody is left untold.

use contract::bulletin::Bulletin;
use contract::feed::{Change, Document};
use contract::meeting::{Meeting, MeetingState};
use contract::terminal::TerminalKind;
use proptest::prelude::*;

use super::super::*;
use super::Bench;
use crate::cache::KnownTime;
use crate::cache::tests::page;
use crate::clock::Clock as _;
use crate::screens::kit::time::is_night;
use crate::screens::live;
use crate::screens::tests::{MINUTE, NOW, World};

const M: &str = "meeting";
const N: &str = "notice";
const SOON_MS: i64 = 5 * MINUTE;
const LATE_MS: i64 = 10 * MINUTE;

/// What happens.
#[derive(Clone, Debug)]
enum Op {
    /// The meeting is planned for so many minutes after the beginning, and stands like this.
    Plan(i64, MeetingState),
    /// The township takes the meeting back.
    Withdraw,
    /// Somebody wants to be reminded, or no longer.
    Remind(bool),
    /// A notice that expires so many minutes after the beginning, or never.
    Notice(bool, Option<i64>),
    /// The township takes the notice back.
    WithdrawNotice,
    /// So many seconds pass.
    Pass(u64),
    /// A key.
    Key(RemoteKey),
    /// The power fails; the clock of the box is right afterwards, or in 1970.
    Cut(bool),
    /// The server says what time it is.
    Ask,
}

fn op() -> impl Strategy<Value = Op> {
    let state = prop_oneof![
        4 => Just(MeetingState::Scheduled),
        1 => Just(MeetingState::Cancelled),
        1 => Just(MeetingState::Live),
        1 => Just(MeetingState::Ended),
    ];
    let key = prop_oneof![
        3 => Just(RemoteKey::Ok),
        2 => Just(RemoteKey::Back),
        1 => Just(RemoteKey::Home),
        1 => Just(RemoteKey::Down),
    ];
    prop_oneof![
        4 => (-30_i64..200, state).prop_map(|(minutes, state)| Op::Plan(minutes, state)),
        1 => Just(Op::Withdraw),
        3 => any::<bool>().prop_map(Op::Remind),
        2 => (any::<bool>(), proptest::option::of(0_i64..120))
            .prop_map(|(urgent, expires)| Op::Notice(urgent, expires)),
        1 => Just(Op::WithdrawNotice),
        4 => (1_u64..3_000).prop_map(Op::Pass),
        5 => key.prop_map(Op::Key),
        1 => any::<bool>().prop_map(Op::Cut),
        1 => Just(Op::Ask),
    ]
}

/// A television, what is true, and what somebody before it knows.
struct Run {
    bench: Bench,
    pages: i64,
    meeting: Option<Meeting>,
    notice: Option<Bulletin>,
    remind: bool,
    known: KnownTime,
}

impl Run {
    fn new() -> Self {
        Self {
            bench: Bench::new(World::new(TerminalKind::Household)),
            pages: 0,
            meeting: None,
            notice: None,
            remind: false,
            known: KnownTime::Nothing,
        }
    }

    /// What time it really is, Unix ms.
    fn truth(&self) -> i64 {
        NOW + i64::try_from(self.bench.world.clock.monotonic_ms()).unwrap()
    }

    fn change(&mut self, change: Change) {
        self.pages += 1;
        let mut page = page(&self.pages.to_string(), Vec::new());
        page.server_time_ms = self.truth();
        page.changes.push(change);
        let cache = self.bench.world.cache.clone();
        cache.apply(&page).unwrap();
        self.tell(&Input::Changed);
    }

    /// Hands something to the router, and writes down what it wants written.
    fn tell(&mut self, input: &Input) {
        let outward = self.bench.tell(input);
        self.write(outward);
    }

    fn write(&mut self, outward: Vec<Outward>) {
        let cache = self.bench.world.cache.clone();
        for one in outward {
            let Outward::Effect(effect) = one else {
                continue;
            };
            match effect {
                Effect::Knows(id, known) => {
                    assert_ne!(self.known, known, "told twice");
                    self.known = known;
                    cache.set_known_time(&id, known).unwrap();
                }
                Effect::Reminded(id, stage, at_ms) => {
                    self.known = KnownTime::At(at_ms);
                    cache.set_reminded(&id, stage, at_ms).unwrap();
                }
                Effect::Decline(id) => cache.decline_meeting(&id).unwrap(),
                Effect::MarkRead(id) => cache.mark_read(&id).unwrap(),
                _ => {}
            }
        }
        let outward = self.bench.tell(&Input::Changed);
        if !outward.is_empty() {
            self.write(outward);
        }
    }

    fn pass(&mut self, seconds: u64) {
        let until = self.bench.world.clock.monotonic_ms() + seconds * 1_000;
        loop {
            let now = self.bench.world.clock.monotonic_ms();
            let at = self.bench.router.wake_at(now).filter(|at| *at <= until);
            let Some(at) = at else { break };
            self.bench
                .world
                .clock
                .advance(at.saturating_sub(now).max(1));
            self.tell(&Input::Tick);
            self.check();
        }
        let left = until.saturating_sub(self.bench.world.clock.monotonic_ms());
        self.bench.world.clock.advance(left);
        self.tell(&Input::Changed);
    }

    fn cut(self, right: bool) -> Self {
        let truth = self.truth();
        self.bench.world.clock.reboot();
        let clock = if right { truth } else { 0 };
        self.bench.world.clock.set_now(clock);
        let mut run = Self {
            bench: Bench::new(self.bench.world.reopened()),
            ..self
        };
        run.tell(&Input::Changed);
        run
    }

    fn act(mut self, op: &Op) -> Self {
        match op {
            Op::Plan(minutes, state) => {
                let meeting = Meeting {
                    id: M.to_owned(),
                    title: format!("会议 {}", self.pages),
                    state: *state,
                    starts_at_ms: NOW + minutes * MINUTE,
                    ..Meeting::default()
                };
                if self.remind && self.known == KnownTime::Nothing {
                    self.known = KnownTime::At(meeting.starts_at_ms);
                }
                self.meeting = Some(meeting.clone());
                self.change(Change::Put {
                    document: Document::Meeting(meeting),
                });
            }
            Op::Withdraw => {
                self.meeting = None;
                self.change(Change::Delete { id: M.to_owned() });
            }
            Op::Remind(wanted) => {
                // As the calendar does it: nobody can reach it below a question.
                let planned = self.meeting.as_ref().map(|meeting| meeting.state);
                if planned == Some(MeetingState::Scheduled) && self.bench.router.dialog().is_none()
                {
                    self.remind = *wanted;
                    self.known = self
                        .meeting
                        .as_ref()
                        .map_or(KnownTime::Nothing, |one| KnownTime::At(one.starts_at_ms));
                    self.bench.world.cache.set_reminder(M, *wanted).unwrap();
                    self.tell(&Input::Changed);
                }
            }
            Op::Notice(urgent, expires) => {
                let notice = Bulletin {
                    id: N.to_owned(),
                    title: format!("通知 {}", self.pages),
                    urgent: *urgent,
                    published_at_ms: NOW - 1,
                    expires_at_ms: expires.map(|minutes| NOW + minutes * MINUTE),
                    ..Bulletin::default()
                };
                self.notice = Some(notice.clone());
                self.change(Change::Put {
                    document: Document::Bulletin(notice),
                });
            }
            Op::WithdrawNotice => {
                self.notice = None;
                self.change(Change::Delete { id: N.to_owned() });
            }
            Op::Pass(seconds) => self.pass(*seconds),
            Op::Key(key) => {
                self.bench.world.clock.advance(300);
                for press in [Press::Down, Press::Up] {
                    self.tell(&Input::Key(*key, press));
                }
            }
            Op::Cut(right) => return self.cut(*right),
            Op::Ask => {
                let (truth, boot) = (self.truth(), self.bench.world.clock.boot_ms());
                let cache = self.bench.world.cache.clone();
                cache.server_time_measured(truth, boot, 0).unwrap();
                self.tell(&Input::Changed);
            }
        }
        self
    }

    /// What somebody who wants to be reminded has to be told: the time, and that it is off.
    fn untold(&self) -> Option<(i64, bool)> {
        if !self.remind {
            return None;
        }
        let now = self.bench.world.cache.server_time();
        match (self.known, &self.meeting) {
            (KnownTime::At(at), Some(one)) if one.state == MeetingState::Cancelled => {
                Some((at, true))
            }
            (KnownTime::At(at), None) if now.known && now.at_ms < at => Some((at, true)),
            (known, Some(one))
                if one.state == MeetingState::Scheduled
                    && known != KnownTime::Nothing
                    && known != KnownTime::At(one.starts_at_ms)
                    && live::group(one, now).is_some() =>
            {
                Some((one.starts_at_ms, false))
            }
            _ => None,
        }
    }

    fn check(&self) {
        let now = self.bench.world.cache.server_time();
        if let Some(known) = now.known_ms() {
            assert_eq!(known, self.truth(), "a wrong time is believed");
        } else {
            assert!(now.at_ms <= self.truth(), "this has not passed");
        }
        let is_home = matches!(self.bench.router.top(), Screen::Home(_));
        match self.bench.router.dialog().map(|(dialog, _)| dialog) {
            // At night a home is left alone.
            None if is_home && !is_night(now, self.bench.world.cache.manners().quiet) => {
                assert_eq!(self.untold(), None, "nobody was told");
            }
            Some(Dialog::Meeting(call)) => {
                let meeting = self.meeting.as_ref().expect("a meeting");
                assert_eq!(
                    (meeting.state, &meeting.title),
                    (MeetingState::Live, &call.title)
                );
            }
            Some(Dialog::Reminder(due)) => {
                let meeting = self.meeting.as_ref().expect("a meeting");
                let left = due.starts_at_ms - now.known_ms().expect("the time");
                assert!(self.remind && meeting.state == MeetingState::Scheduled);
                assert_eq!(
                    (&meeting.title, meeting.starts_at_ms),
                    (&due.title, due.starts_at_ms)
                );
                assert!(if due.is_time {
                    (-LATE_MS..=0).contains(&left)
                } else {
                    (1..=SOON_MS).contains(&left)
                });
            }
            Some(Dialog::Moved(moved)) => {
                assert_eq!(self.untold(), Some((moved.starts_at_ms, moved.off)));
            }
            Some(Dialog::Urgent(shown)) => {
                let notice = self.notice.as_ref().expect("a notice");
                assert!(notice.urgent && notice.title == shown.title);
                assert!(notice.expires_at_ms.is_none_or(|at| at > now.at_ms));
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn what_lies_over_the_screens_is_true_and_nobody_is_left_untold(
        ops in proptest::collection::vec(op(), 1..40)
    ) {
        let mut run = Run::new();
        for op in &ops {
            run = run.act(op);
            run.check();
        }
    }
}
