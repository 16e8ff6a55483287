//! What time it is: the one source of every time that is shown, compared or written down.
//!
//! The box's own clock may be wrong by years after a power cut, and may be set at any moment. So
//! the difference to the server is measured against the clock of the boot, which nobody can set,
//! and counts as known until the box is switched off. After that, and before the server has
//! answered, the box's clock is believed as far as it can be true: the box was switched on after
//! the last moment that the server told of, and nothing in the cache was published later than now.
//! Otherwise nobody knows what time it is. Then no clock is shown and nothing is called today or
//! soon; what must be compared all the same is compared with a moment that has certainly passed.
//!
//! This is the only place that may read the box's own clock (`clippy.toml`).

use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension};

use super::error::CacheError;
use super::handle::Cache;
use super::{kinds, schema};
use crate::clock::Clock;

/// Changes smaller than this are not worth a write, in ms.
const WORTH_WRITING_MS: u64 = 500;
/// The slower the exchange, the less it tells of the moment in its middle, in ms.
const TOO_SLOW_MS: u64 = 5_000;
/// 2026-01-01 in China, in Unix ms: this program is younger than that.
const EARLIEST_MS: i64 = 1_767_196_800_000;
/// A box that was away for longer than this is not believed before the server has answered, in ms.
const LONGEST_MS: i64 = 5 * 365 * 86_400_000;

const WALL: &str = "note:clock_offset_ms";
const BOOT: &str = "note:clock_boot";
const HEARD: &str = "note:clock_heard_ms";

/// A moment on the server's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerTime {
    /// Unix ms of the server; when it is not known, a moment that has certainly passed.
    pub at_ms: i64,
    /// That minus this box's own clock.
    pub offset_ms: i64,
    /// It was measured since the box was switched on.
    pub synced: bool,
    /// Whether anybody knows what time it is; otherwise nothing may be claimed of now.
    pub known: bool,
}

impl ServerTime {
    /// A moment that is known, in Unix ms of the server.
    #[must_use]
    pub const fn at(at_ms: i64) -> Self {
        Self {
            at_ms,
            offset_ms: 0,
            synced: true,
            known: true,
        }
    }

    /// Unix ms of the server, if anybody knows what time it is.
    #[must_use]
    pub const fn known_ms(self) -> Option<i64> {
        if self.known { Some(self.at_ms) } else { None }
    }
}

/// What is known of the server's clock.
#[derive(Default)]
pub(super) struct Memory(Mutex<Known>);

#[derive(Clone, Copy, Default)]
struct Known {
    /// Server's clock minus the box's.
    wall_ms: i64,
    /// Server's clock minus the clock of this boot.
    boot_ms: Option<i64>,
    /// What the server's clock said last, Unix ms.
    heard_ms: i64,
    /// That, as it was when the program began: earlier than this boot unless `boot_ms` is known.
    heard_before_ms: i64,
    /// When the newest content was published, Unix ms.
    content_ms: i64,
}

impl Known {
    /// What time it is by the box's own clock, unless that cannot be.
    fn believed(&self, clock: &dyn Clock) -> Option<i64> {
        let guess = box_ms(clock).saturating_add(self.wall_ms);
        let newest = self.heard_ms.max(self.content_ms).max(EARLIEST_MS);
        // A clock that begins in 1970 at every start may have reached a likely time by now.
        let switched_on = guess.saturating_sub(clock.boot_ms());
        (guess >= newest
            && (switched_on > self.heard_before_ms || clock.boot_id().is_empty())
            && guess.saturating_sub(newest) <= LONGEST_MS)
            .then_some(guess)
    }
}

/// Unix ms of the box's own clock.
#[expect(
    clippy::disallowed_methods,
    reason = "here it is decided whether the box's own clock is believed"
)]
fn box_ms(clock: &dyn Clock) -> i64 {
    clock.now_ms()
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
        let heard = |key| {
            let text = schema::meta(db, key)?;
            Ok::<i64, rusqlite::Error>(text.and_then(|text| text.parse().ok()).unwrap_or(0))
        };
        let heard = heard("last_sync_at_ms")?.max(heard(HEARD)?);
        let content = db
            .prepare_cached(&format!(
                "SELECT max(published_at_ms) FROM document WHERE +kind IN ({})",
                kinds::news()
            ))?
            .query_row([], |row| row.get::<_, Option<i64>>(0))
            .optional()?
            .flatten();
        Ok(Self(Mutex::new(Known {
            wall_ms: wall.unwrap_or(0),
            boot_ms,
            heard_ms: heard,
            heard_before_ms: heard,
            content_ms: content.unwrap_or(0),
        })))
    }

    /// The server's clock said this, and content of this time came with it, both Unix ms.
    pub(super) fn heard(&self, server_ms: Option<i64>, content_ms: Option<i64>) {
        let mut known = self.0.lock();
        // Also when it was put back.
        known.heard_ms = server_ms.unwrap_or(known.heard_ms);
        known.content_ms = known.content_ms.max(content_ms.unwrap_or(0));
    }

    /// All content has gone.
    pub(super) fn emptied(&self) {
        self.0.lock().content_ms = 0;
    }
}

impl Cache {
    /// Unix ms of the server, as far as it is known.
    pub(super) fn now_ms(&self) -> i64 {
        self.server_time().at_ms
    }

    /// What time it is.
    #[must_use]
    pub fn server_time(&self) -> ServerTime {
        let memory = self.slot::<Memory>();
        let known = *memory.0.lock();
        let clock = self.inner.clock.as_ref();
        if let Some(offset) = known.boot_ms {
            let at_ms = clock.boot_ms().saturating_add(offset);
            return ServerTime {
                at_ms,
                offset_ms: at_ms.saturating_sub(box_ms(clock)),
                synced: true,
                known: true,
            };
        }
        if let Some(at_ms) = known.believed(clock) {
            return ServerTime {
                at_ms,
                offset_ms: known.wall_ms,
                synced: false,
                known: true,
            };
        }
        // The box was switched on after it was heard.
        let since = known.heard_before_ms.max(EARLIEST_MS);
        let at_ms = known
            .heard_ms
            .max(since.saturating_add(clock.boot_ms().max(0)));
        ServerTime {
            at_ms,
            offset_ms: at_ms.saturating_sub(box_ms(clock)),
            synced: false,
            known: false,
        }
    }

    /// Takes what the server's clock said in an exchange that began at this time of the boot and
    /// took this long, all in ms: the answer was written in the middle of it. True when screens
    /// may show another time than before.
    ///
    /// # Errors
    /// When it cannot be written down; it counts all the same until the program ends.
    pub fn server_time_measured(
        &self,
        server_ms: i64,
        asked_at_boot_ms: i64,
        round_trip_ms: u64,
    ) -> Result<bool, CacheError> {
        let clock = &self.inner.clock;
        let half = i64::try_from(round_trip_ms / 2).unwrap_or(0);
        let boot_ms = server_ms.saturating_sub(asked_at_boot_ms.saturating_add(half));
        let wall_ms = clock
            .boot_ms()
            .saturating_add(boot_ms)
            .saturating_sub(box_ms(clock.as_ref()));
        let shown = self.server_time();
        let before = {
            let memory = self.slot::<Memory>();
            let mut known = memory.0.lock();
            if known.boot_ms.is_some() && round_trip_ms > TOO_SLOW_MS {
                return Ok(false);
            }
            let before = *known;
            known.wall_ms = wall_ms;
            known.boot_ms = Some(boot_ms);
            known.heard_ms = server_ms;
            before
        };
        let now = self.server_time();
        let differs = !shown.known || shown.at_ms.abs_diff(now.at_ms) > WORTH_WRITING_MS;
        if differs {
            self.changed();
        }
        let is_news = before
            .boot_ms
            .is_none_or(|before| before.abs_diff(boot_ms) > WORTH_WRITING_MS)
            || before.wall_ms.abs_diff(wall_ms) > WORTH_WRITING_MS;
        if is_news {
            let id = clock.boot_id();
            self.write("write the clock's offset", |tx| {
                schema::set_meta(tx, WALL, &wall_ms.to_string())?;
                schema::set_meta(tx, HEARD, &server_ms.to_string())?;
                schema::set_meta(tx, BOOT, &format!("{id} {boot_ms}"))
            })?;
        }
        Ok(differs)
    }
}

#[cfg(test)]
mod tests {
    use contract::feed::Document;
    use contract::meeting::Meeting;

    use crate::cache::Order;
    use crate::cache::tests::{Fixture, NOW, bulletin, page};
    use crate::clock::Clock as _;

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
        fixture.clock.set_now(NOW + 5_000);
        fixture.reopen();
        let guess = fixture.cache.server_time();
        assert_eq!(
            (guess.at_ms, guess.synced, guess.known),
            (NOW + 5_000 + 3_600_000 - 100, false, true)
        );
    }

    const HOUR: u64 = 3_600_000;
    const DAY: u64 = 24 * HOUR;

    /// A box that has heard the server an hour ago, is switched off and begins at this time.
    fn switched_on(box_ms: i64) -> Fixture {
        let mut fixture = Fixture::new();
        fixture.clock.advance(HOUR);
        let now = NOW + 3_600_000;
        let boot = fixture.clock.boot_ms();
        fixture.cache.server_time_measured(now, boot, 0).unwrap();
        fixture.cache.synced(now).unwrap();
        fixture.clock.reboot();
        fixture.clock.set_now(box_ms);
        fixture.reopen();
        fixture
    }

    #[test]
    fn a_box_that_begins_in_1970_does_not_know_the_time_until_the_server_says_it() {
        let heard = NOW + 3_600_000;
        let mut fixture = switched_on(0);
        for days in 0..3 {
            fixture.clock.advance(DAY);
            let now = fixture.cache.server_time();
            assert_eq!(now.known_ms(), None, "{days}");
            // So much is certain: it has run for so long since.
            assert_eq!(now.at_ms, heard + (days + 1) * DAY as i64);
            assert_eq!(now.offset_ms, now.at_ms - (days + 1) * DAY as i64);
        }
        let (boot, now) = (fixture.clock.boot_ms(), heard + 40 * DAY as i64);
        assert!(fixture.cache.server_time_measured(now, boot, 0).unwrap());
        assert_eq!(fixture.cache.server_time().known_ms(), Some(now));
        // Nothing else is shown than a moment ago.
        assert!(!fixture.cache.server_time_measured(now, boot, 0).unwrap());
        fixture.reopen();
        assert_eq!(fixture.cache.server_time().known_ms(), Some(now));
    }

    #[test]
    fn a_box_whose_every_start_is_in_1970_is_not_believed_when_the_offset_makes_it_likely() {
        let mut fixture = Fixture::new();
        fixture.clock.set_now(60_000);
        fixture.cache.server_time_measured(NOW, 0, 0).unwrap();
        fixture.cache.synced(NOW).unwrap();
        // It runs for ten days, is away for ten more, and begins in 1970 again.
        fixture.clock.advance(10 * DAY);
        let later = NOW + 10 * DAY as i64;
        let boot = fixture.clock.boot_ms();
        fixture.cache.server_time_measured(later, boot, 0).unwrap();
        fixture.cache.synced(later).unwrap();
        fixture.clock.reboot();
        fixture.clock.set_now(60_000);
        fixture.reopen();
        assert!(!fixture.cache.server_time().known);
        // After eleven days its guess would be later than anything it has heard, and wrong.
        fixture.clock.advance(11 * DAY);
        assert!(!fixture.cache.server_time().known);
    }

    #[test]
    fn a_box_that_kept_its_clock_knows_the_time_without_the_server() {
        let off_for = 3 * DAY as i64;
        let fixture = switched_on(NOW + 3_600_000 + off_for);
        assert_eq!(
            fixture.cache.server_time().known_ms(),
            Some(NOW + 3_600_000 + off_for)
        );
        // One that lost it, and was set later.
        let fixture = switched_on(0);
        assert!(!fixture.cache.server_time().known);
        fixture.clock.advance(HOUR);
        fixture.clock.set_now(NOW + 7 * DAY as i64);
        assert_eq!(
            fixture.cache.server_time().known_ms(),
            Some(NOW + 7 * DAY as i64)
        );
        // Nobody believes a box in 2062.
        let fixture = switched_on(NOW + 36 * 365 * DAY as i64);
        assert!(!fixture.cache.server_time().known);
    }

    #[test]
    fn it_is_never_earlier_than_the_newest_content() {
        let fixture = Fixture::new();
        let newest = bulletin("b", "notices", "公告", NOW + 5_000);
        let meeting = Meeting {
            id: "m".to_owned(),
            starts_at_ms: NOW + 30 * DAY as i64,
            ..Meeting::default()
        };
        let documents = vec![Document::Bulletin(newest), Document::Meeting(meeting)];
        fixture.cache.apply(&page("1", documents)).unwrap();
        assert!(!fixture.cache.server_time().known);
        // What is planned does not count: it is to come.
        fixture.clock.advance(5_000);
        assert_eq!(fixture.cache.server_time().known_ms(), Some(NOW + 5_000));
        let mut fixture = fixture;
        fixture.clock.set_now(NOW + 4_999);
        fixture.reopen();
        assert!(!fixture.cache.server_time().known);
    }

    #[test]
    fn a_box_that_has_heard_nothing_is_believed_when_it_can_be_true() {
        let mut fixture = Fixture::new();
        assert_eq!(fixture.cache.server_time().known_ms(), Some(NOW));
        for wrong in [0, 946_684_800_000, super::EARLIEST_MS - 1] {
            fixture.clock.set_now(wrong);
            fixture.reopen();
            let now = fixture.cache.server_time();
            assert!(!now.known && now.at_ms >= super::EARLIEST_MS, "{wrong}");
        }
    }

    #[test]
    fn what_has_expired_for_certain_is_gone_though_nobody_knows_the_time() {
        let mut fixture = switched_on(0);
        let heard = NOW + 3_600_000;
        let mut over = bulletin("over", "notices", "旧", NOW);
        over.expires_at_ms = Some(heard - 1);
        let mut not_yet = bulletin("not yet", "notices", "新", NOW);
        not_yet.expires_at_ms = Some(heard + 3_600_000);
        let mut page = page(
            "1",
            vec![Document::Bulletin(over), Document::Bulletin(not_yet)],
        );
        page.server_time_ms = heard;
        fixture.cache.apply(&page).unwrap();
        fixture.reopen();
        let shown = fixture.cache.bulletins("notices", Order::Newest);
        let ids: Vec<&str> = shown.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["not yet"]);
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
