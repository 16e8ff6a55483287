//! The networks this box may be connected to: what the screens know of them, and who looks for them and
//! connects. What is heard of them is judged in [`seen`], which knows no system.

mod manager;
mod seen;

use std::fmt;

pub use manager::NetworkManager;

/// What is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The cable.
    pub cable: Cable,
    /// Whether there is anything that can do without one.
    pub has_wireless: bool,
    /// What can be connected to without one: the present one first, then by strength.
    pub wireless: Vec<Wireless>,
}

/// How the cable is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cable {
    /// There is no place for one.
    #[default]
    Missing,
    /// None is plugged in.
    Unplugged,
    /// One is plugged in, and nothing came through it so far.
    Plugged,
    /// It works.
    Connected,
}

/// A wireless network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wireless {
    /// As it calls itself (SSID, up to 32 bytes of any kind).
    pub ssid: Vec<u8>,
    /// How well it is heard.
    pub strength: Strength,
    /// What it asks for.
    pub lock: Lock,
    /// This box is connected to it.
    pub connected: bool,
}

impl Wireless {
    /// Its name as it is shown.
    #[must_use]
    pub fn name(&self) -> String {
        String::from_utf8_lossy(&self.ssid).into_owned()
    }
}

/// How well a network is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named by what they say")]
pub enum Strength {
    Weak,
    Medium,
    Strong,
}

/// What a network asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Nothing.
    Open,
    /// A password.
    Password,
    /// Something that cannot be given here: an account, or a password of a kind that protects nobody (WEP).
    Other,
}

/// Why it did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody here looks after networks.
    NoManager,
    /// There is nothing that can do without a cable.
    NoDevice,
    /// The password is not the right one.
    WrongPassword,
    /// It is not heard any more.
    Gone,
    /// Nothing came of it in time.
    TooLong,
    /// Anything else.
    Failed,
}

/// A password, which no log tells.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Looks for networks and connects. What it does takes a while: it is called in a thread of its own.
pub trait Networks: Send + Sync {
    /// What is there; `scan`: look anew first.
    ///
    /// # Errors
    /// When nobody looks after networks, or does not answer.
    fn look(&self, scan: bool) -> Result<Found, Trouble>;

    /// Connects to the network of this name.
    ///
    /// # Errors
    /// When that does not work, in the time that somebody waits.
    fn join(&self, ssid: &[u8], password: Option<&Password>) -> Result<(), Trouble>;
}
