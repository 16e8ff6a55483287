//! What is always so with a screen. The router and the application ask for it, so that they need
//! not know which screens there are.

/// What is always so with a screen. Most are like [`Nature::default`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nature {
    /// Everything else lies over it; `None` for a screen that is opened over another.
    pub base: Option<Base>,
    /// What becomes of it when the power fails or something comes over it.
    pub stays: Stays,
    /// What may come over it by itself.
    pub admits: &'static [Interruption],
    /// What it has to do with the player.
    pub plays: Plays,
    /// The own camera is tried here, outside of meetings.
    pub previews: bool,
    /// It wants to know after how long a key reached its picture
    /// ([`Input::Painted`](super::Input::Painted)).
    pub times_keys: bool,
}

impl Default for Nature {
    fn default() -> Self {
        Self {
            base: None,
            stays: Stays::Kept,
            admits: &[
                Interruption::Call,
                Interruption::Warning,
                Interruption::Invitation,
            ],
            plays: Plays::Nothing,
            previews: false,
            times_keys: false,
        }
    }
}

/// What lies below all other screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The terminal belongs to nobody yet, and waits here for that.
    Unenrolled,
    /// One has nothing in hand here: what waited for a quiet moment is said.
    Home,
}

/// What becomes of a screen that is left without anybody leaving it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// It comes again after a power cut.
    Kept,
    /// It does not: it comes by itself as long as there is a reason for it, or serves who is there.
    Passing,
    /// It does not, and is closed when something comes over it: it shows what is somebody's own.
    Personal,
}

/// Of what sort something is that may come over a screen and that nobody opened. Which ones there are
/// is in [`interruptions`](crate::interruptions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// Somebody here has to do something now: a roll call that has opened.
    Call,
    /// Everybody has to know it now: an urgent notice.
    Warning,
    /// One may do something now, or wanted to know it: a meeting that is live, a reminder.
    Invitation,
}

/// What a screen has to do with the player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plays {
    /// Nothing.
    Nothing,
    /// From here it is not far to something that plays: the player gets ready.
    Near,
    /// It comes over what plays without ending it: a programme waits, a meeting goes on and is
    /// seen on it.
    Below,
    /// It shows a programme.
    Programme,
    /// It shows a meeting.
    Meeting,
}

impl Plays {
    /// Something plays here.
    #[must_use]
    pub const fn something(self) -> bool {
        matches!(self, Self::Programme | Self::Meeting)
    }
}
