//! Whether a sign-in counts: one pure function, without clock or database, for what arrives at
//! once and for what a terminal kept for days. The table is in `docs/decisions/0009-people.md`.

use contract::roll_call::{AttendanceState, SignInTime, VerifyReason};
use store::roll_calls::sign_ins::Heard;
use store::terminals::SILENCE_MS;

/// The longest age that is believed.
const OLDEST_AGE_MS: i64 = 7 * 24 * 3_600_000;
/// How far a synchronized clock may be ahead of ours.
const AHEAD_MS: i64 = 60_000;
/// A kept sign-in that seems to be so much older than the round was made at its beginning: a box
/// asks for no sign-in before the round opens, but its clock drifts a minute a week.
const DRIFT_MS: i64 = 60_000;
/// What is sent later than this after the close waits for staff.
const LATEST_MS: i64 = 72 * 3_600_000;

/// When a terminal was heard of is known to the minute, and written down a little later.
const HEARD_SLACK_MS: i64 = 3 * 60_000;

/// When one may sign in to a round, in Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// From when.
    pub opens_at_ms: i64,
    /// From when one is late.
    pub late_at_ms: i64,
    /// Until when.
    pub closes_at_ms: i64,
}

/// What is known of a sign-in's moment.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// When it reached the server.
    pub received_at_ms: i64,
    /// What the terminal says.
    pub time: SignInTime,
    /// The round.
    pub window: Window,
    /// When the terminal was heard of.
    pub heard: Heard,
}

/// What came of the PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// It is right, or a card stands in its place.
    Right,
    /// It is wrong, and so many tries are left.
    Wrong {
        /// Tries until it is locked.
        left: u32,
    },
    /// Too many were wrong; this one was not looked at, or the last.
    Locked {
        /// Until when, Unix milliseconds.
        until_ms: i64,
    },
}

/// What came of the presence code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// It is right, or none is demanded.
    Right,
    /// It is missing or not the one of the moment.
    Wrong,
    /// Too many were wrong; this one was not looked at.
    Locked {
        /// Until when, Unix milliseconds.
        until_ms: i64,
    },
}

/// Why a sign-in is refused; the person can be told at once, or nothing can be made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The round has not opened; nothing is kept, and a later try is free.
    TooEarly,
    /// The round is over.
    TooLate,
    /// The PIN is wrong.
    WrongPin {
        /// Tries until it is locked.
        left: u32,
    },
    /// The PIN is locked.
    PinLocked {
        /// Until when, Unix milliseconds.
        until_ms: i64,
    },
    /// The presence code is missing or not the one of the moment.
    WrongPresenceCode,
    /// Too many presence codes were wrong.
    CodesLocked {
        /// Until when, Unix milliseconds.
        until_ms: i64,
    },
}

/// What the judge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It counts, as present or as late.
    Counts {
        /// [`AttendanceState::Present`] or [`AttendanceState::Late`].
        state: AttendanceState,
        /// The moment that counts.
        at_ms: i64,
    },
    /// It is kept, and staff must look.
    Verify {
        /// Why.
        reason: VerifyReason,
        /// The moment that counts, or when it arrived if that is unknown.
        at_ms: i64,
    },
    /// Nothing is kept.
    Refused(Refused),
}

/// When somebody signed in, as far as can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Known(i64),
    Unknown,
}

impl Claim {
    fn moment(&self) -> Moment {
        let Self {
            received_at_ms: received,
            time,
            window,
            ..
        } = self;
        let open_now = (window.opens_at_ms..window.closes_at_ms).contains(received);
        if !time.queued && open_now {
            return Moment::Known(*received);
        }
        let at_ms = match time.age_ms {
            Some(age) if (0..=OLDEST_AGE_MS).contains(&age) => received - age,
            // Nobody signs in after it has arrived.
            _ if time.synced && time.at_ms <= received.saturating_add(AHEAD_MS) => {
                time.at_ms.min(*received)
            }
            _ => return Moment::Unknown,
        };
        let drifted = time.queued
            && *received >= window.opens_at_ms
            && (window.opens_at_ms - DRIFT_MS..window.opens_at_ms).contains(&at_ms);
        Moment::Known(if drifted { window.opens_at_ms } else { at_ms })
    }

    /// Whether it is better for the person to have signed at `at_ms` than when it came, and the terminal could have
    /// sent it in between: it was heard of later, or has been all the time.
    fn is_doubtful(&self, at_ms: i64) -> bool {
        let Self {
            received_at_ms: received,
            window,
            heard,
            ..
        } = *self;
        let pays = received >= window.closes_at_ms
            || (at_ms < window.late_at_ms && received >= window.late_at_ms);
        let Some(last_ms) = heard.last_ms.filter(|_| pays) else {
            return false;
        };
        // It may have come back a moment ago, which is not written down yet.
        let (before_ms, since_ms) = if received.saturating_sub(last_ms) > SILENCE_MS {
            (Some(last_ms), None)
        } else {
            (heard.before_ms, heard.since_ms)
        };
        let later = before_ms.is_some_and(|before| before.saturating_sub(at_ms) > HEARD_SLACK_MS);
        let always = since_ms.is_some_and(|since| at_ms.saturating_sub(since) > HEARD_SLACK_MS)
            && received.saturating_sub(at_ms) > SILENCE_MS + HEARD_SLACK_MS;
        later || always
    }
}

/// Judges a sign-in. `pin` is asked only if the round has opened, and so costs a try only then;
/// `presence` is asked whether the code given is right at a moment, if one is demanded.
pub fn judge(
    claim: &Claim,
    pin: impl FnOnce() -> Pin,
    presence: impl FnOnce(i64) -> Code,
) -> Verdict {
    let Claim {
        received_at_ms: received,
        time,
        window,
        ..
    } = *claim;
    let moment = claim.moment();
    let at_ms = match moment {
        Moment::Known(at_ms) => at_ms,
        Moment::Unknown => received,
    };
    if at_ms < window.opens_at_ms {
        return Verdict::Refused(Refused::TooEarly);
    }
    let doubt = match pin() {
        Pin::Right => None,
        Pin::Wrong { .. } if time.queued => Some(VerifyReason::WrongPin),
        Pin::Locked { .. } if time.queued => Some(VerifyReason::PinLocked),
        Pin::Wrong { left } => return Verdict::Refused(Refused::WrongPin { left }),
        Pin::Locked { until_ms } => return Verdict::Refused(Refused::PinLocked { until_ms }),
    };
    let over = at_ms >= window.closes_at_ms;
    if over && moment != Moment::Unknown {
        return Verdict::Refused(Refused::TooLate);
    }
    let code = if doubt.is_some() || over {
        Code::Right
    } else {
        presence(at_ms)
    };
    let reason = if doubt.is_some() {
        doubt
    } else if code != Code::Right {
        match code {
            Code::Locked { until_ms } if !time.queued => {
                return Verdict::Refused(Refused::CodesLocked { until_ms });
            }
            _ if !time.queued => return Verdict::Refused(Refused::WrongPresenceCode),
            _ => Some(VerifyReason::WrongPresenceCode),
        }
    } else if received.saturating_sub(window.closes_at_ms) > LATEST_MS {
        Some(VerifyReason::TooOld)
    } else if over {
        Some(VerifyReason::ClockUnknown)
    } else if moment != Moment::Unknown && claim.is_doubtful(at_ms) {
        Some(VerifyReason::WasOnline)
    } else {
        None
    };
    match reason {
        Some(reason) => Verdict::Verify { reason, at_ms },
        None if at_ms < window.late_at_ms => Verdict::Counts {
            state: AttendanceState::Present,
            at_ms,
        },
        None => Verdict::Counts {
            state: AttendanceState::Late,
            at_ms,
        },
    }
}

/// What becomes of a round's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// This is the answer now.
    Taken(Verdict),
    /// There was an answer, which stands.
    Stands,
    /// Refused, and whatever there was stands.
    Refused(Refused),
}

/// Lets a verdict meet the answer that is there already (`None`: there is none). The first answer
/// that counts stands; one that waits for staff gives way to one that counts.
#[must_use]
pub fn settle(there: Option<AttendanceState>, verdict: Verdict) -> Settled {
    let waits = there == Some(AttendanceState::ToVerify);
    match verdict {
        Verdict::Refused(
            refused @ (Refused::TooEarly | Refused::WrongPin { .. } | Refused::PinLocked { .. }),
        ) => Settled::Refused(refused),
        // Whoever has signed in is told so, even after the close.
        Verdict::Refused(refused) if there.is_none() => Settled::Refused(refused),
        Verdict::Counts { .. } if waits => Settled::Taken(verdict),
        _ if there.is_some() => Settled::Stands,
        _ => Settled::Taken(verdict),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;
    const NOON: i64 = 1_795_312_800_000;
    /// Opens at noon, late after ten minutes, closes after fifteen.
    const WINDOW: Window = Window {
        opens_at_ms: NOON,
        late_at_ms: NOON + 600_000,
        closes_at_ms: NOON + 900_000,
    };

    /// The decision's table, line by line, written the long way.
    fn table(claim: &Claim, pin: Pin, presence: impl Fn(i64) -> Code) -> Verdict {
        let (w, received, time) = (claim.window, claim.received_at_ms, claim.time);
        let open_now = w.opens_at_ms <= received && received < w.closes_at_ms;
        let by_age = time
            .age_ms
            .filter(|age| *age >= 0 && *age <= 7 * DAY)
            .map(|age| received - age);
        let by_clock =
            (time.synced && time.at_ms - received <= 60_000).then_some(if time.at_ms < received {
                time.at_ms
            } else {
                received
            });
        let known = if open_now && !time.queued {
            Some(received)
        } else {
            by_age.or(by_clock).map(|t| {
                let before = w.opens_at_ms - t;
                if time.queued && received >= w.opens_at_ms && before > 0 && before <= 60_000 {
                    w.opens_at_ms
                } else {
                    t
                }
            })
        };
        // An unknown moment counts as the arrival while the round is open or to come.
        let t = known.or((received < w.closes_at_ms).then_some(received));
        if t.is_some_and(|t| t < w.opens_at_ms) {
            return Verdict::Refused(Refused::TooEarly);
        }
        if !time.queued {
            match pin {
                Pin::Wrong { left } => return Verdict::Refused(Refused::WrongPin { left }),
                Pin::Locked { until_ms } => {
                    return Verdict::Refused(Refused::PinLocked { until_ms });
                }
                Pin::Right => {}
            }
        }
        if known.is_some_and(|t| t >= w.closes_at_ms) {
            return Verdict::Refused(Refused::TooLate);
        }
        let at_ms = t.unwrap_or(received);
        let verify = |reason| Verdict::Verify { reason, at_ms };
        match pin {
            Pin::Wrong { .. } => return verify(VerifyReason::WrongPin),
            Pin::Locked { .. } => return verify(VerifyReason::PinLocked),
            Pin::Right => {}
        }
        match t.map_or(Code::Right, presence) {
            Code::Right => {}
            _ if time.queued => return verify(VerifyReason::WrongPresenceCode),
            Code::Wrong => return Verdict::Refused(Refused::WrongPresenceCode),
            Code::Locked { until_ms } => {
                return Verdict::Refused(Refused::CodesLocked { until_ms });
            }
        }
        if received - w.closes_at_ms > 72 * HOUR {
            return verify(VerifyReason::TooOld);
        }
        if t.is_some() && known.is_some_and(|known| could_have_been_sent(claim, known)) {
            return verify(VerifyReason::WasOnline);
        }
        match t {
            None => verify(VerifyReason::ClockUnknown),
            Some(t) if t < w.late_at_ms => Verdict::Counts {
                state: AttendanceState::Present,
                at_ms,
            },
            Some(_) => Verdict::Counts {
                state: AttendanceState::Late,
                at_ms,
            },
        }
    }

    /// Minute by minute: was the terminal heard of between the key press and the arrival, where that matters?
    fn could_have_been_sent(claim: &Claim, pressed: i64) -> bool {
        let (w, received) = (claim.window, claim.received_at_ms);
        let matters =
            received >= w.closes_at_ms || (pressed < w.late_at_ms && received >= w.late_at_ms);
        let Some(last) = claim.heard.last_ms.filter(|_| matters) else {
            return false;
        };
        let is_back = received - last > 8 * 60_000;
        // The last contact of each stretch that was over before this one arrived.
        let before = if is_back {
            Some(last)
        } else {
            claim.heard.before_ms
        };
        if before.is_some_and(|before| before > pressed + 180_000) {
            return true;
        }
        let since = claim.heard.since_ms.filter(|_| !is_back);
        since.is_some_and(|since| pressed > since + 180_000) && received > pressed + 11 * 60_000
    }

    fn heard() -> impl Strategy<Value = Heard> {
        let near = || prop::option::of(NOON - 2 * HOUR..NOON + 2 * HOUR);
        (near(), near(), near()).prop_map(|(before_ms, since_ms, last_ms)| Heard {
            before_ms,
            since_ms,
            last_ms,
        })
    }

    /// Moments close to every edge as often as far from it.
    fn moments() -> impl Strategy<Value = i64> {
        let edges = prop::sample::select(vec![
            WINDOW.opens_at_ms,
            WINDOW.late_at_ms,
            WINDOW.closes_at_ms,
            WINDOW.closes_at_ms + 72 * HOUR,
        ]);
        prop_oneof![
            (edges, -2_i64..=2).prop_map(|(edge, off)| edge + off),
            NOON - 2 * HOUR..NOON + 2 * HOUR,
            NOON - 60 * DAY..NOON + 60 * DAY,
        ]
    }

    fn claims() -> impl Strategy<Value = Claim> {
        let ages = prop_oneof![
            Just(None),
            (0..HOUR).prop_map(Some),
            (-2_i64..=2).prop_map(|off| Some(7 * DAY + off)),
            (-5_i64..=0).prop_map(Some),
        ];
        let clocks = prop_oneof![
            moments().prop_map(|at| (at, false)),
            (-61_000_i64..=61_000).prop_map(|off| (off, true)),
            (-2_i64..=2).prop_map(|off| (60_000 + off, true)),
        ];
        (
            moments(),
            clocks,
            ages,
            any::<bool>(),
            any::<bool>(),
            heard(),
        )
            .prop_map(
                |(received_at_ms, (at, near), age_ms, synced, queued, heard)| Claim {
                    received_at_ms,
                    time: SignInTime {
                        at_ms: if near { received_at_ms + at } else { at },
                        offset_ms: 0,
                        synced,
                        age_ms,
                        queued,
                    },
                    window: WINDOW,
                    heard,
                },
            )
    }

    fn pins() -> impl Strategy<Value = Pin> {
        prop_oneof![
            3 => Just(Pin::Right),
            1 => (0..5_u32).prop_map(|left| Pin::Wrong { left }),
            1 => Just(Pin::Locked { until_ms: 7 }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn the_judge_says_what_the_table_says(claim in claims(), pin in pins(), code in prop::option::of(moments())) {
            // A code that is right within 30 s of a moment; without one none is demanded.
            let presence = |t: i64| match code {
                None => Code::Right,
                Some(code) if code % 3 == 0 => Code::Locked { until_ms: code },
                Some(code) if (code - t).abs() <= 30_000 => Code::Right,
                Some(_) => Code::Wrong,
            };
            prop_assert_eq!(judge(&claim, || pin, presence), table(&claim, pin, presence));
        }

        #[test]
        fn no_clock_makes_a_sign_in_count_that_the_server_could_know_is_outside(claim in claims()) {
            if let Verdict::Counts { at_ms, .. } = judge(&claim, || Pin::Right, |_| Code::Right) {
                prop_assert!((WINDOW.opens_at_ms..WINDOW.closes_at_ms).contains(&at_ms));
                prop_assert!(at_ms <= claim.received_at_ms);
                prop_assert!(claim.received_at_ms >= WINDOW.opens_at_ms);
            }
        }

        #[test]
        fn an_early_try_costs_no_attempt(claim in claims()) {
            let mut asked = false;
            let verdict = judge(&claim, || { asked = true; Pin::Right }, |_| Code::Right);
            prop_assert_eq!(verdict == Verdict::Refused(Refused::TooEarly), !asked);
        }

        #[test]
        fn in_whatever_order_they_come_the_first_that_counts_stands(
            claims in prop::collection::vec((claims(), pins()), 1..8),
        ) {
            let mut there: Option<AttendanceState> = None;
            let mut first_that_counted = None;
            for (claim, pin) in claims {
                let verdict = judge(&claim, || pin, |_| Code::Right);
                let before = there;
                if let Settled::Taken(taken) = settle(there, verdict) {
                    prop_assert!(first_that_counted.is_none(), "an answer that counts was replaced");
                    there = Some(match taken {
                        Verdict::Counts { state, .. } => { first_that_counted = Some(state); state }
                        Verdict::Verify { .. } => AttendanceState::ToVerify,
                        Verdict::Refused(_) => unreachable!("refusals are never taken"),
                    });
                }
                if let Verdict::Counts { state, .. } = verdict {
                    prop_assert_eq!(there, Some(first_that_counted.unwrap_or(state)));
                }
                prop_assert!(before.is_none() || there.is_some());
            }
        }
    }

    #[test]
    fn examples() {
        let claim = |received_at_ms, time| Claim {
            received_at_ms,
            time,
            window: WINDOW,
            heard: Heard::default(),
        };
        let queued = SignInTime {
            queued: true,
            ..SignInTime::default()
        };
        let judged = |claim: Claim| judge(&claim, || Pin::Right, |_| Code::Right);
        // A box whose clock stands at 1970 and whose PIN was entered just now.
        assert_eq!(
            judged(claim(NOON + 5, SignInTime::default())),
            Verdict::Counts {
                state: AttendanceState::Present,
                at_ms: NOON + 5
            }
        );
        // Kept through a night without power: nobody knows when.
        assert_eq!(
            judged(claim(NOON + 20 * HOUR, queued)),
            Verdict::Verify {
                reason: VerifyReason::ClockUnknown,
                at_ms: NOON + 20 * HOUR
            }
        );
        // Kept for two days by a box that was never switched off.
        let aged = SignInTime {
            age_ms: Some(2 * DAY - 610_000),
            ..queued
        };
        assert_eq!(
            judged(claim(NOON + 2 * DAY, aged)),
            Verdict::Counts {
                state: AttendanceState::Late,
                at_ms: NOON + 610_000
            }
        );
        // The box was heard of all the evening, or again before it was switched off; or not at all.
        let evening = |before: Option<i64>, since: i64, last: i64| Claim {
            heard: Heard {
                before_ms: before.map(|minutes| NOON + minutes * 60_000),
                since_ms: Some(NOON + since * 60_000),
                last_ms: Some(NOON + last * 60_000),
            },
            ..claim(
                NOON + 40 * 60_000,
                SignInTime {
                    age_ms: Some(38 * 60_000),
                    ..queued
                },
            )
        };
        for (heard, doubtful) in [
            (evening(None, -60, 40), true),
            (evening(Some(20), 30, 40), true),
            (evening(None, -60, 20), true),
            (evening(Some(-1), 39, 40), false),
            (evening(None, -60, -1), false),
        ] {
            let expected = VerifyReason::WasOnline;
            let verdict = judged(heard);
            let is = matches!(verdict, Verdict::Verify { reason, .. } if reason == expected);
            assert_eq!(is, doubtful, "{verdict:?}");
        }
        // Somebody who waits for staff and then comes in time.
        let counts = Verdict::Counts {
            state: AttendanceState::Late,
            at_ms: NOON,
        };
        assert_eq!(
            settle(Some(AttendanceState::ToVerify), counts),
            Settled::Taken(counts)
        );
        assert_eq!(
            settle(Some(AttendanceState::Present), counts),
            Settled::Stands
        );
        let late = Verdict::Refused(Refused::TooLate);
        assert_eq!(settle(None, late), Settled::Refused(Refused::TooLate));
        assert_eq!(settle(Some(AttendanceState::Late), late), Settled::Stands);
    }
}
