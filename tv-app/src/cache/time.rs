//! The server's clock as this box knows it.
//!
//! The box's own clock may be wrong by years after a power cut, and may be set at any moment. So
//! the difference to the server is measured against the clock of the boot, which nobody can set,
//! and counts as known until the box is switched off. What it was before that is only a guess.

use parking_lot::Mutex;
use rusqlite::Connection;

use super::error::CacheError;
use super::{Cache, schema};
use crate::clock::Clock;

/// Changes smaller than this are not worth a write, in ms.
const WORTH_WRITING_MS: u64 = 500;
/// The slower the exchange, the less it tells of the moment in its middle, in ms.
const TOO_SLOW_MS: u64 = 5_000;

const WALL: &str = "note:clock_offset_ms";
const BOOT: &str = "note:clock_boot";

/// A moment on the server's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerTime {
    /// Unix ms of the server, as far as it is known.
    pub at_ms: i64,
    /// That minus this box's own clock.
    pub offset_ms: i64,
    /// It was measured since the box was switched on.
    pub synced: bool,
}

/// What is known of the server's clock.
pub(super) struct Memory(Mutex<Known>);

#[derive(Clone, Copy)]
struct Known {
    /// Server's clock minus the box's.
    wall_ms: i64,
    /// Server's clock minus the clock of this boot.
    boot_ms: Option<i64>,
}

impl Memory {
    pub(super) fn load(db: &Connection, clock: &dyn Clock) -> rusqlite::Result<Self> {
        let wall = schema::meta(db, WALL)?.and_then(|text| text.parse().ok());
        let boot_ms = schema::meta(db, BOOT)?.and_then(|text| {
            let (id, offset) = text.rsplit_once(' ')?;
            (!id.is_empty() && id == clock.boot_id())
                .then(|| offset.parse().ok())
                .flatten()
        });
        Ok(Self(Mutex::new(Known {
            wall_ms: wall.unwrap_or(0),
            boot_ms,
        })))
    }
}

impl Cache {
    /// What time it is on the server.
    #[must_use]
    pub fn server_time(&self) -> ServerTime {
        let known = *self.inner.time.0.lock();
        let now = self.now_ms();
        match known.boot_ms {
            Some(offset) => {
                let at_ms = self.inner.clock.boot_ms().saturating_add(offset);
                ServerTime {
                    at_ms,
                    offset_ms: at_ms.saturating_sub(now),
                    synced: true,
                }
            }
            None => ServerTime {
                at_ms: now.saturating_add(known.wall_ms),
                offset_ms: known.wall_ms,
                synced: false,
            },
        }
    }

    /// Takes what the server's clock said in an exchange that began at this time of the boot and
    /// took this long, all in ms: the answer was written in the middle of it.
    ///
    /// # Errors
    /// When it cannot be written down; it counts all the same until the program ends.
    pub fn server_time_measured(
        &self,
        server_ms: i64,
        asked_at_boot_ms: i64,
        round_trip_ms: u64,
    ) -> Result<(), CacheError> {
        let clock = &self.inner.clock;
        let half = i64::try_from(round_trip_ms / 2).unwrap_or(0);
        let boot_ms = server_ms.saturating_sub(asked_at_boot_ms.saturating_add(half));
        let wall_ms = clock
            .boot_ms()
            .saturating_add(boot_ms)
            .saturating_sub(clock.now_ms());
        let before = {
            let mut known = self.inner.time.0.lock();
            if known.boot_ms.is_some() && round_trip_ms > TOO_SLOW_MS {
                return Ok(());
            }
            std::mem::replace(
                &mut *known,
                Known {
                    wall_ms,
                    boot_ms: Some(boot_ms),
                },
            )
        };
        let is_news = before
            .boot_ms
            .is_none_or(|before| before.abs_diff(boot_ms) > WORTH_WRITING_MS)
            || before.wall_ms.abs_diff(wall_ms) > WORTH_WRITING_MS;
        if !is_news {
            return Ok(());
        }
        let id = clock.boot_id();
        self.write("write the clock's offset", |tx| {
            schema::set_meta(tx, WALL, &wall_ms.to_string())?;
            schema::set_meta(tx, BOOT, &format!("{id} {boot_ms}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::cache::tests::{Fixture, NOW};

    #[test]
    fn it_is_known_until_the_box_is_switched_off_and_nobody_can_set_it() {
        let mut fixture = Fixture::new();
        assert!(!fixture.cache.server_time().synced);
        // The box is an hour slow; the exchange takes 200 ms.
        fixture.clock.advance(200);
        let server = NOW + 3_600_000;
        fixture.cache.server_time_measured(server, 0, 200).unwrap();
        let now = fixture.cache.server_time();
        assert_eq!(
            (now.at_ms, now.offset_ms, now.synced),
            (server + 100, 3_600_000 - 100, true)
        );
        // Somebody sets the box's clock: the server's time stays what it is.
        fixture.clock.set_now(12_345);
        assert_eq!(fixture.cache.server_time().at_ms, server + 100);
        fixture.clock.set_now(NOW + 200);
        // The program is started again.
        fixture.reopen();
        assert_eq!(fixture.cache.server_time(), now);
        // The box is switched off: only a guess is left.
        fixture.clock.reboot();
        fixture.clock.set_now(NOW);
        fixture.reopen();
        let guess = fixture.cache.server_time();
        assert_eq!((guess.at_ms, guess.synced), (NOW + 3_600_000 - 100, false));
    }

    #[test]
    fn a_slow_exchange_spoils_nothing_that_is_known() {
        let fixture = Fixture::new();
        fixture.cache.server_time_measured(NOW, 0, 40).unwrap();
        let before = fixture.cache.server_time();
        fixture
            .cache
            .server_time_measured(NOW + 60_000, 0, 20_000)
            .unwrap();
        assert_eq!(fixture.cache.server_time(), before);
    }
}
