//! What somebody says to this television: microphone and loudspeaker are theirs only as long as their
//! screen is shown, and what they said and did not send stays only as long as they are on their way.

use media_player::Command;
use media_player::record::RecordCommand;

use super::{Outward, Router};
use crate::screens::{Effect, Screen};

impl Router {
    /// Ends recording and listening when something else is shown, before anything that it plays.
    pub(super) fn end_voice(&mut self, outward: &mut Vec<Outward>) {
        let has_voice = self.top().controller().has_voice();
        let ended = std::mem::replace(&mut self.voice, has_voice) && !has_voice;
        if ended {
            outward.splice(0..0, self.silence());
        }
    }

    /// Microphone off, and nobody is heard any more.
    pub(super) fn silence(&self) -> Vec<Outward> {
        let mut effects = vec![Effect::Record(RecordCommand::Cancel)];
        if !self.nature().plays.something() {
            effects.push(Effect::Play(Command::Stop));
        }
        effects.into_iter().map(Outward::Effect).collect()
    }

    /// The subjects of what was said and not sent that somebody here is on their way with.
    #[must_use]
    pub fn drafts(&self) -> Vec<String> {
        let screens = self.stack.iter().map(Screen::controller);
        screens.filter_map(|screen| screen.draft()).collect()
    }
}
