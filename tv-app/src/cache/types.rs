//! What screens get from the cache: rows that need no further work before they are shown.

use contract::file::FileRef;
use contract::organization::OrganizationRef;
use contract::terminal::TerminalKind;
use contract::township::ListingKind;

use super::kinds::DocumentKind;

/// A picture that a row shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowPicture {
    /// Fits 640×360.
    pub thumb: FileRef,
    /// Fits 1920×1080.
    pub screen: FileRef,
    /// Width of `screen` in pixels.
    pub width: u32,
    /// Height of `screen` in pixels.
    pub height: u32,
}

/// In which order bulletins are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Newest first.
    #[default]
    Newest,
    /// By title in pinyin order (guides).
    Title,
}

/// One line of a list of bulletins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulletinRow {
    /// Id.
    pub id: String,
    /// The list it belongs to.
    pub list: String,
    /// Title.
    pub title: String,
    /// One or two sentences; may be empty.
    pub summary: String,
    /// Name of the organization that publishes it.
    pub organization: String,
    /// When it was published, Unix ms.
    pub published_at_ms: i64,
    /// Shown over everything else until read.
    pub urgent: bool,
    /// Not opened on this terminal yet.
    pub unread: bool,
    /// Cover picture.
    pub cover: Option<RowPicture>,
}

/// One programme in a grid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgrammeRow {
    /// Id.
    pub id: String,
    /// The list it belongs to.
    pub category: String,
    /// Title.
    pub title: String,
    /// Name of the organization that publishes it.
    pub organization: String,
    /// Length in ms.
    pub duration_ms: i64,
    /// Poster.
    pub poster: RowPicture,
    /// When it was published, Unix ms.
    pub published_at_ms: i64,
    /// Where watching stopped, in ms; 0 when never begun.
    pub position_ms: i64,
    /// How much of it was played, each minute once, in ms.
    pub seen_ms: i64,
    /// Most of it was really played.
    pub finished: bool,
    /// Whether it is kept for watching offline.
    pub kept: KeepState,
}

/// What a list, or several of them, hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Bulletins.
    pub bulletins: u64,
    /// Of these, new ones.
    pub new: u64,
    /// Programmes.
    pub films: u64,
    /// Of these, new ones.
    pub new_films: u64,
    /// Of these, those that can be watched without a network.
    pub kept: u64,
}

impl Held {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            bulletins: self.bulletins + other.bulletins,
            new: self.new + other.new,
            films: self.films + other.films,
            new_films: self.new_films + other.new_films,
            kept: self.kept + other.kept,
        }
    }
}

/// Whether a programme is kept for watching without a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeepState {
    /// Not asked for.
    #[default]
    No,
    /// Asked for; waiting for its turn or for the network.
    Waiting,
    /// Being fetched; percent done, 0 to 99.
    Loading(u8),
    /// Here, whole and verified.
    Kept,
    /// It cannot be kept; a plain Chinese sentence says why.
    Failed(String),
}

/// One line of 最新: everything that is published, mixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewestRow {
    /// What it is.
    pub kind: DocumentKind,
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// The list it belongs to.
    pub list: String,
    /// That list's name on the screen; empty when the township does not name the list.
    pub list_title: String,
    /// What that list holds.
    pub list_kind: ListingKind,
    /// Name of the organization that publishes it.
    pub organization: String,
    /// When it was published, Unix ms.
    pub published_at_ms: i64,
    /// A bulletin not opened yet, or a programme not begun.
    pub unread: bool,
    /// Cover or poster.
    pub picture: Option<RowPicture>,
}

/// One result of searching by digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    /// What it is.
    pub kind: DocumentKind,
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// First matched character of `title`, counted in characters.
    pub match_start: usize,
    /// One past the last matched character.
    pub match_end: usize,
    /// The list it belongs to.
    pub list: String,
    /// That list's name on the screen.
    pub list_title: String,
    /// What that list holds.
    pub list_kind: ListingKind,
    /// Name of the organization that publishes it.
    pub organization: String,
    /// When it was published, Unix ms.
    pub published_at_ms: i64,
    /// Cover or poster.
    pub picture: Option<RowPicture>,
}

/// What somebody here decided about a meeting, and what they were told of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeetingChoice {
    /// They want to be reminded.
    pub remind: bool,
    /// What they were reminded of already.
    pub reminded: Reminded,
    /// The planned time that was about, Unix ms.
    pub reminded_for_ms: i64,
    /// They declined to take part when it was offered.
    pub declined: bool,
}

/// A meeting that somebody wants to be reminded of, as they know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedMeeting {
    /// The meeting.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Name of who holds it.
    pub organization: String,
    /// What they know of when it is.
    pub known: KnownTime,
    /// The township has taken it back: there is no such meeting any more.
    pub withdrawn: bool,
}

/// What somebody who wants to be reminded of a meeting was told of its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KnownTime {
    /// Nothing.
    #[default]
    Nothing,
    /// It is planned for this time, Unix ms.
    At(i64),
    /// It does not take place.
    Off,
}

/// How far a reminder has gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reminded {
    /// Nothing was said yet.
    #[default]
    Not,
    /// That it begins soon.
    Soon,
    /// That it is time.
    Now,
}

/// How far somebody watched on this terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WatchState {
    /// Where watching stopped, in ms.
    pub position_ms: i64,
    /// Length as the player measured it, in ms.
    pub duration_ms: i64,
    /// All time really watched, replays included, in ms.
    pub watched_ms: i64,
    /// Most of it was really played.
    pub finished: bool,
    /// When it was last watched, Unix ms.
    pub at_ms: i64,
}

impl WatchState {
    /// Where to begin when it is opened again, in ms: the start when it stopped at the end.
    #[must_use]
    pub fn resume_ms(&self) -> i64 {
        if at_end(self.position_ms, self.duration_ms) {
            0
        } else {
            self.position_ms
        }
    }
}

/// Past 95 % there is nothing left to go on with; whether it was watched is another question.
#[must_use]
pub fn at_end(position_ms: i64, duration_ms: i64) -> bool {
    duration_ms > 0 && position_ms.saturating_mul(100) >= duration_ms.saturating_mul(95)
}

/// How the cache stands to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// When the feed was last read to its end, Unix ms of the server; `None` when never.
    pub last_sync_at_ms: Option<i64>,
    /// Whether the server answers now.
    pub online: bool,
    /// Whether it has been tried since the start.
    pub tried: bool,
    /// Writes of the user that the server has not acknowledged (已保存，联网后送出).
    pub pending_writes: u64,
    /// Writes that the server refused for good; they are kept with the reason.
    pub refused_writes: u64,
}

impl SyncState {
    /// The server does not answer; before it was tried nobody knows that.
    #[must_use]
    pub const fn is_offline(&self) -> bool {
        self.tried && !self.online
    }
}

/// Where the cache is: on the disk, or in memory because the disk is full, broken or cannot be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// Everything is on the disk.
    #[default]
    Disk,
    /// Only what users do is; the rest is in memory.
    Outbox,
    /// Nothing is: all of it ends with the power.
    Nothing,
}

/// What the terminal was given when staff approved it.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Base URL of the server that approved it, without a slash at the end.
    pub server_url: String,
    /// Bearer token. Secret.
    pub token: String,
    /// The terminal's id.
    pub terminal_id: String,
    /// What the terminal is.
    pub kind: TerminalKind,
    /// Name staff gave it.
    pub name: String,
    /// Where it stands.
    pub organization: OrganizationRef,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enrolment")
            .field("server_url", &self.server_url)
            .field("token", &"<secret>")
            .field("terminal_id", &self.terminal_id)
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("organization", &self.organization)
            .finish()
    }
}

/// An enrolment that waits for staff; kept, so that a restart shows the same code.
#[derive(Clone, PartialEq, Eq)]
pub struct PendingEnrolment {
    /// Base URL of the server that was asked.
    pub server_url: String,
    /// Secret with which the token is asked for.
    pub device_code: String,
    /// What the TV shows.
    pub user_code: String,
    /// Where staff type it.
    pub verification_uri: String,
    /// The same with the code filled in, for the QR code.
    pub verification_uri_complete: String,
    /// When the code becomes void, on the clock of the boot with the name below, in ms.
    pub expires_at_boot_ms: i64,
    /// Which boot that is ([`crate::clock::Clock::boot_id`]).
    pub boot_id: String,
    /// Seconds between two questions.
    pub interval_s: u64,
}

impl std::fmt::Debug for PendingEnrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PendingEnrolment")
            .field("server_url", &self.server_url)
            .field("device_code", &"<secret>")
            .field("user_code", &self.user_code)
            .field("expires_at_boot_ms", &self.expires_at_boot_ms)
            .finish_non_exhaustive()
    }
}
