//! When a source is asked for a keyframe.

use std::time::{Duration, Instant};

/// Not more often than this, however many ask.
pub const LIMIT: Duration = Duration::from_millis(300);
/// Again after this while somebody still waits.
pub const REPEAT: Duration = Duration::from_millis(500);

/// Decides for one source.
#[derive(Debug, Default)]
pub struct Keyframes {
    asked: Option<Instant>,
    wanted: bool,
}

impl Keyframes {
    /// Somebody needs a keyframe.
    pub fn want(&mut self) {
        self.wanted = true;
    }

    /// One came: whoever wanted one before has it.
    pub fn came(&mut self) {
        self.wanted = false;
    }

    /// When to ask; `waiting` says that somebody can show nothing before a keyframe.
    pub fn deadline(&self, now: Instant, waiting: bool) -> Option<Instant> {
        let pause = if self.wanted {
            LIMIT
        } else if waiting {
            REPEAT
        } else {
            return None;
        };
        Some(self.asked.map_or(now, |asked| asked + pause))
    }

    /// The source was asked.
    pub fn asked(&mut self, now: Instant) {
        self.asked = Some(now);
        self.wanted = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_at_once_the_next_not_before_the_limit() {
        let now = Instant::now();
        let mut keyframes = Keyframes::default();
        assert_eq!(keyframes.deadline(now, false), None);
        keyframes.want();
        assert_eq!(keyframes.deadline(now, false), Some(now));
        keyframes.asked(now);
        assert_eq!(keyframes.deadline(now, false), None);
        keyframes.want();
        keyframes.want();
        assert_eq!(keyframes.deadline(now, false), Some(now + LIMIT));
        keyframes.came();
        assert_eq!(keyframes.deadline(now, false), None);
        assert_eq!(keyframes.deadline(now, true), Some(now + REPEAT));
    }
}
