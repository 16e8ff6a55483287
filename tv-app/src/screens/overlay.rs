//! The short message at the bottom of any screen.

/// What just happened, said at the bottom of the screen until a key or 8 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toast {
    /// The network is gone; what is here can be read.
    Offline,
    /// The network is back.
    BackOnline,
    /// A setting was taken over.
    Saved,
    /// A programme is being kept.
    KeepStarted,
    /// A kept programme was removed.
    KeepRemoved,
    /// A programme could not be kept.
    KeepFailed,
    /// The disk is full.
    DiskFull,
    /// A programme that needs the network.
    NotHere,
    /// No speech program is installed.
    NoSpeech,
    /// The text size changed.
    SizeChanged,
    /// The simple mode is on, and how one leaves it.
    Simple,
    /// It is over, and how it comes again.
    NotSimple,
    /// The way Home, for whoever is lost.
    Lost,
    /// The key does nothing here.
    KeyUnknown,
    /// No roll call is open.
    NoRollCall,
    /// A reminder was set.
    RemindOn,
    /// A reminder was taken away.
    RemindOff,
    /// A meeting cannot be watched without the network.
    MeetingOffline,
    /// A meeting that is over was not recorded.
    NoRecording,
    /// A meeting does not take place.
    MeetingCancelled,
    /// Somebody has begun to look into this place.
    LookBegan,
    /// Something that was asked was answered.
    Answered,
    /// The network is tried again.
    Retrying,
    /// The television is switched off by its own remote control.
    Standby,
    /// There is nothing that one could go back to.
    NoWayBack,
    /// It lasts until the power goes, or was not done: this box can store nothing.
    NoStorage,
}

/// How long a message stays, in ms (UX: “until a key or 8 s”).
pub const TOAST_MS: u64 = 8_000;
