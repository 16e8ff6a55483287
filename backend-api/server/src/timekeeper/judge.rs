//! Whether the computer's clock can be believed. Plain arithmetic: what both clocks show goes in.

/// The two clocks may drift apart by so much between two looks, and small corrections go through.
pub const TOLERANCE_MS: i64 = 10 * 60_000;

/// Servers of one database may differ by so much.
pub const SLACK_MS: i64 = 60_000;

/// So long after the computer was switched on its clock may still be set by the network.
pub const SETTLE_MS: i64 = 2 * 60_000;

/// After so long without anything written down, somebody should say that it was so long.
pub const LONG_MS: i64 = 30 * 24 * 3_600_000;

/// What to think of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The computer was just switched on: its clock is believed, but nothing is done by it yet.
    Settling,
    /// It is right, as far as can be told.
    Right,
    /// It was set forward by so many milliseconds. It is not believed: time goes on by the clock of the
    /// boot.
    Ahead {
        /// Milliseconds.
        by_ms: i64,
    },
    /// It shows a time so many milliseconds before the latest one at which anything was written down.
    Behind {
        /// Milliseconds.
        by_ms: i64,
    },
}

/// What is believed of the clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judge {
    /// By how much the clock is ahead of that of the boot, when both are right.
    expected: Option<i64>,
    /// The same before it was set back: there it may return to.
    before: Option<i64>,
    /// The latest time at which anything was written down, as far as it is known.
    latest_ms: Option<i64>,
    /// It was behind from the beginning: whatever sets it right is welcome.
    began_behind: bool,
    /// When it was first looked at, nothing had been written down for longer than [`LONG_MS`] before.
    long_ago: bool,
}

impl Judge {
    /// At the start, with what was expected when this boot was left, and the latest time at which
    /// anything was written down.
    pub fn new(expected: Option<i64>, latest_ms: Option<i64>, wall_ms: i64) -> Self {
        let since_ms = latest_ms.map(|latest_ms| wall_ms - latest_ms);
        Self {
            expected,
            before: None,
            latest_ms,
            began_behind: since_ms.is_some_and(|since_ms| since_ms < -SLACK_MS),
            long_ago: since_ms.is_some_and(|since_ms| since_ms > LONG_MS),
        }
    }

    /// What the two clocks show now. Answers the time to go by, and what to think of the clock.
    pub fn look(&mut self, wall_ms: i64, boot_ms: i64) -> (i64, State) {
        let offset = wall_ms - boot_ms;
        if boot_ms < SETTLE_MS {
            self.adopt(offset);
            return (wall_ms, State::Settling);
        }
        let expected = *self.expected.get_or_insert(offset);
        let off = offset - expected;
        if off > TOLERANCE_MS {
            let returned =
                (self.before).is_some_and(|before| (offset - before).abs() <= TOLERANCE_MS);
            let set_right = self.began_behind && self.behind(wall_ms).is_none();
            if !returned && !set_right {
                return (expected + boot_ms, State::Ahead { by_ms: off });
            }
            self.adopt(offset);
        } else if off < -TOLERANCE_MS {
            // Back is safe: at worst something happens late.
            self.before = self.before.max(Some(expected));
        }
        self.expected = Some(offset);
        match self.behind(wall_ms) {
            Some(by_ms) => (wall_ms, State::Behind { by_ms }),
            None => {
                self.began_behind = false;
                (wall_ms, State::Right)
            }
        }
    }

    fn adopt(&mut self, offset: i64) {
        self.expected = Some(offset);
        self.before = None;
    }

    fn behind(&self, wall_ms: i64) -> Option<i64> {
        let by_ms = self.latest_ms? - wall_ms;
        (by_ms > SLACK_MS).then_some(by_ms)
    }

    /// Something was written down at this time.
    pub fn written(&mut self, at_ms: i64) {
        self.latest_ms = self.latest_ms.max(Some(at_ms));
    }

    /// Somebody who knows says that the clock is right.
    pub fn confirm(&mut self, wall_ms: i64, boot_ms: i64) {
        *self = Self {
            expected: Some(wall_ms - boot_ms),
            latest_ms: Some(wall_ms),
            ..Self::default()
        };
    }

    /// What is expected: to be kept for the next start within this boot.
    pub fn expected(&self) -> Option<i64> {
        self.expected
    }

    /// Whether nothing had been written down for long before the start.
    pub fn long_ago(&self) -> bool {
        self.long_ago
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_790_000_000_000;
    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    /// Both clocks of a computer, and what is thought of them.
    struct Computer {
        judge: Judge,
        wall_ms: i64,
        boot_ms: i64,
    }

    impl Computer {
        fn started(wall_ms: i64, latest_ms: Option<i64>) -> Self {
            Self {
                judge: Judge::new(None, latest_ms, wall_ms),
                wall_ms,
                boot_ms: HOUR,
            }
        }

        fn passes(&mut self, ms: i64) -> (i64, State) {
            self.wall_ms += ms;
            self.boot_ms += ms;
            self.look()
        }

        fn set_by(&mut self, ms: i64) -> (i64, State) {
            self.wall_ms += ms;
            self.look()
        }

        fn look(&mut self) -> (i64, State) {
            self.judge.look(self.wall_ms, self.boot_ms)
        }
    }

    #[test]
    fn a_day_that_did_not_pass_is_not_believed_until_the_clock_is_back() {
        let mut computer = Computer::started(NOW, Some(NOW - 5));
        assert_eq!(computer.look(), (NOW, State::Right));
        assert_eq!(computer.set_by(DAY), (NOW, State::Ahead { by_ms: DAY }));
        let later = computer.passes(HOUR);
        assert_eq!(later, (NOW + HOUR, State::Ahead { by_ms: DAY }));
        assert_eq!(computer.set_by(-DAY), (NOW + HOUR, State::Right));
    }

    #[test]
    fn a_day_that_passed_asleep_or_switched_off_is_one() {
        let mut computer = Computer::started(NOW, Some(NOW - 2 * DAY));
        assert_eq!(computer.look().1, State::Right);
        assert_eq!(computer.passes(DAY), (NOW + DAY, State::Right));
    }

    #[test]
    fn a_clock_that_begins_behind_is_set_right_by_any_leap_past_what_was_written() {
        let mut computer = Computer::started(NOW - 400 * DAY, Some(NOW));
        let by_ms = 400 * DAY;
        assert_eq!(computer.look().1, State::Behind { by_ms });
        assert!(matches!(computer.set_by(10 * DAY).1, State::Ahead { .. }));
        assert_eq!(
            computer.set_by(393 * DAY),
            (NOW + 3 * DAY, State::Right),
            "three days after the last thing that was written"
        );
        assert!(matches!(computer.set_by(DAY).1, State::Ahead { .. }));
    }

    #[test]
    fn a_clock_that_is_set_back_waits_or_returns() {
        let mut computer = Computer::started(NOW, Some(NOW));
        computer.look();
        computer.judge.written(NOW);
        let behind = computer.set_by(-HOUR);
        assert_eq!(behind, (NOW - HOUR, State::Behind { by_ms: HOUR }));
        assert_eq!(computer.set_by(HOUR), (NOW, State::Right));
        computer.set_by(-HOUR);
        assert_eq!(computer.passes(HOUR), (NOW, State::Right));
        assert_eq!(computer.set_by(HOUR), (NOW + HOUR, State::Right));
        assert_eq!(computer.set_by(HOUR).1, State::Ahead { by_ms: HOUR });
    }

    #[test]
    fn just_switched_on_the_network_may_still_set_it() {
        let mut computer = Computer::started(NOW, None);
        computer.boot_ms = 20_000;
        assert_eq!(computer.look(), (NOW, State::Settling));
        assert_eq!(computer.set_by(DAY), (NOW + DAY, State::Settling));
        let later = computer.passes(SETTLE_MS);
        assert_eq!(later, (NOW + DAY + SETTLE_MS, State::Right));
    }

    #[test]
    fn what_was_expected_survives_a_restart_of_the_program() {
        let mut computer = Computer::started(NOW, None);
        computer.look();
        let expected = computer.judge.expected();
        computer.set_by(DAY);
        computer.judge = Judge::new(expected, Some(NOW), computer.wall_ms);
        assert_eq!(computer.look(), (NOW, State::Ahead { by_ms: DAY }));
        computer.judge.confirm(computer.wall_ms, computer.boot_ms);
        assert_eq!(computer.look(), (NOW + DAY, State::Right));
    }

    #[test]
    fn a_year_without_anything_written_is_asked_about() {
        assert!(Judge::new(None, Some(NOW - 365 * DAY), NOW).long_ago());
        assert!(!Judge::new(None, Some(NOW - 29 * DAY), NOW).long_ago());
        assert!(!Judge::new(None, None, NOW).long_ago());
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Passes(i64),
        SetBy(i64),
        Returns,
        Writes,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let amount = prop_oneof![
            0..TOLERANCE_MS / 2,
            TOLERANCE_MS / 2..3 * TOLERANCE_MS,
            HOUR..40 * DAY
        ];
        let step = prop_oneof![
            3 => amount.clone().prop_map(Step::Passes),
            2 => amount.clone().prop_map(Step::SetBy),
            2 => amount.prop_map(|ms| Step::SetBy(-ms)),
            1 => Just(Step::Returns),
            2 => Just(Step::Writes),
        ];
        prop::collection::vec(step, 1..40)
    }

    proptest! {
        /// Against the truth, of a computer whose clock began right and is set at will: the time to go by is
        /// later than the true one by no more than small steps make it, nothing that was written down lies
        /// in its future while things are done by it, and once the clock is right again it is believed.
        #[test]
        fn nothing_comes_before_its_time(steps in steps()) {
            let mut computer = Computer::started(NOW, Some(NOW));
            computer.look();
            let mut true_ms = NOW;
            let (mut small, mut stepped) = (0, false);
            let mut latest_ms = NOW;
            for step in steps {
                let wrong_ms = computer.wall_ms - true_ms;
                let (now_ms, state) = match step {
                    Step::Passes(ms) => {
                        true_ms += ms;
                        computer.passes(ms)
                    }
                    Step::SetBy(ms) => {
                        let leapt = matches!(computer.look().1, State::Ahead { .. });
                        let (now_ms, state) = computer.set_by(ms);
                        // What is smaller goes through, and so its return may be missed by that.
                        if !matches!(state, State::Ahead { .. }) {
                            let error = computer.wall_ms - true_ms;
                            prop_assert!(error <= small + TOLERANCE_MS, "{step:?}: {state:?}");
                            small = small.max(error);
                            stepped |= leapt || ms >= -TOLERANCE_MS;
                        }
                        (now_ms, state)
                    }
                    Step::Returns => computer.set_by(-wrong_ms),
                    Step::Writes => {
                        let (now_ms, state) = computer.look();
                        computer.judge.written(now_ms);
                        latest_ms = latest_ms.max(now_ms);
                        (now_ms, state)
                    }
                };
                prop_assert!(now_ms <= true_ms + small, "{step:?}: {state:?}");
                if state == State::Right {
                    prop_assert!(now_ms >= latest_ms - SLACK_MS, "{step:?}");
                }
                if matches!(step, Step::Returns) && !stepped {
                    prop_assert_eq!((now_ms, state), (true_ms, State::Right));
                }
            }
        }
    }
}
