//! Many terminals and people at once: what the bench measures with and what faults are tried on.
//!
//! - [`county`]: organizations, homes, stations and members, written straight into the database
//! - [`evaluation`]: an evaluation of the whole county
//! - [`http`]: a client that costs next to nothing, so that the server is what is measured
//! - [`long_program`]: a conference that goes on for an hour
//! - [`network_losses`]: a station on air that loses its network over and over
//! - [`on_air`]: a conference with a station on air, behind a network that can be cut
//! - [`server`]: the server program as a process, which can be killed
//! - [`server_kills`]: the server killed over and over while people sign in
//! - [`terminals`]: terminals whose network and clocks are bad

pub mod county;
pub mod evaluation;
pub mod http;
pub mod long_program;
pub mod network_losses;
pub mod on_air;
pub mod server;
pub mod server_kills;
pub mod terminals;

/// xorshift: the same numbers again for the same seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Begins with a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        // Any bits but none.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from `range`, which is not empty.
    pub fn within(&mut self, range: std::ops::Range<u64>) -> u64 {
        range.start + self.number() % (range.end - range.start)
    }

    /// A signed number from `-most` to `most`.
    pub fn around(&mut self, most: u32) -> i64 {
        let number = self.within(0..2 * u64::from(most) + 1);
        i64::try_from(number).unwrap_or(0) - i64::from(most)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.number().is_multiple_of(times)
    }
}
