//! Peers that publish, watch, count and lose packets, for tests and benches.
//!
//! [`Peer`] has neither socket nor clock. [`Publisher`] and [`Viewer`] are threads with a socket around it; how
//! they exchange offer and answer is a closure, so that it may be HTTP or a call.
//!
//! What they send looks like H.264 and Opus on the wire, but cannot be decoded: it says where it
//! comes from and which packet it is.

pub mod offers;
mod pattern;
mod peer;
mod sockets;
mod tally;

pub use pattern::{Mark, picture, sound};
pub use peer::{Outgoing, Peer, PeerOptions, Received};
pub use sockets::{Publisher, PublisherOptions, Viewer, ViewerOptions};
pub use tally::Tally;

/// Pseudo-random numbers that are the same in every run (xorshift64*).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Any seed will do.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Evenly distributed over `0.0..1.0`.
    pub fn roll(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = u32::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32);
        f64::from(high.unwrap_or_default()) / (f64::from(u32::MAX) + 1.0)
    }
}
