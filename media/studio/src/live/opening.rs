//! The beginning of a transport stream: its tables should know both picture and sound.

use std::time::Duration;

use super::ts::Streams;
use super::units::Unit;

/// So long the second of the two is waited for.
const BOTH: Duration = Duration::from_millis(1_500);

/// What to do with a unit at the beginning.
pub enum Ready {
    /// It is kept for later.
    Wait,
    /// These streams there are; begin with these units.
    Begin(Streams, Vec<Unit>),
    /// The beginning is over: use the unit.
    Go,
}

/// Holds units back until both streams have come, or long enough.
#[derive(Default)]
pub struct Opening {
    held: Vec<Unit>,
    over: bool,
}

impl Opening {
    pub fn take(&mut self, unit: &Unit) -> Ready {
        if self.over {
            return Ready::Go;
        }
        self.held.push(unit.clone());
        let streams = self.streams();
        let waited = self.held[0].at().abs_diff(unit.at());
        if (streams.video && streams.audio) || waited >= BOTH {
            return self.begin();
        }
        Ready::Wait
    }

    /// Begins with what there is.
    pub fn begin(&mut self) -> Ready {
        if self.over || self.held.is_empty() {
            return Ready::Go;
        }
        self.over = true;
        let streams = self.streams();
        Ready::Begin(streams, std::mem::take(&mut self.held))
    }

    fn streams(&self) -> Streams {
        let any = |kind: fn(&Unit) -> bool| self.held.iter().any(kind);
        Streams {
            video: any(|unit| matches!(unit, Unit::Video { .. })),
            audio: any(|unit| matches!(unit, Unit::Audio { .. })),
        }
    }
}
