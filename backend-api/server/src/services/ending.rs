//! Ending means ended: what a television, an account or a member was given for a while ends with what it
//! derives from, at every server on the database.
//!
//! | kept | ends |
//! |---|---|
//! | in the database: tokens, device codes, sessions of staff and members, pages for telephones | in the transaction that ends what they derive from |
//! | in memory of a process: event streams, tokens of media and the relay's sessions, looks, films being uploaded | when the [announcer](super::announcer) finds that in the journal: before the answer of whoever ended it, and within half a second of what another process wrote |
//!
//! [`Ending::ends`] is the whole table; a test walks it. What is not in it needs one of these each time (files),
//! belongs to its subject and to nobody (an encoder's passphrase: to the meeting; a presence code: to the
//! roll call), or was done while it was allowed and stands (an approved enrolment, a sign-in).

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;
use store::Store;

use super::announcer::Ended;
use super::duty::Duty;
use super::kit::error::{Result, chain};
use super::media::{Holder, Media};
use super::tokens::Known;
use super::uploads::Uploads;

/// Something that gives access for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credential {
    /// The token of a television.
    TerminalToken,
    /// The code with which its box asks for the token again when the answer was lost (RFC 8628).
    DeviceCode,
    /// Its event stream.
    TerminalEvents,
    /// Addresses and tokens of a meeting's media that it was given: HLS, WHEP, WHIP.
    TerminalMedia,
    /// Sessions in the relay that it began with them.
    TerminalRelay,
    /// Where it sends the picture of a duty room.
    DutyMedia,
    /// A member's session on it.
    MemberSession,
    /// The page for one telephone whose address it shows.
    RequestLink,
    /// A session of staff, by cookie or bearer token.
    StaffSession,
    /// An event stream of the figures of a roll call.
    Figures,
    /// An event stream of the room of a meeting.
    Room,
    /// Tokens of a meeting's media that a host's page was given.
    HostMedia,
    /// Sessions in the relay that it began with them.
    HostRelay,
    /// A look into a duty room, with its token and its sessions.
    Look,
    /// A film that is being sent from a browser.
    Upload,
    /// The page for one telephone that an account gave, from which nothing was sent to be published yet.
    SubmissionLink,
}

impl Credential {
    /// Every one.
    pub const ALL: [Self; 16] = [
        Self::TerminalToken,
        Self::DeviceCode,
        Self::TerminalEvents,
        Self::TerminalMedia,
        Self::TerminalRelay,
        Self::DutyMedia,
        Self::MemberSession,
        Self::RequestLink,
        Self::StaffSession,
        Self::Figures,
        Self::Room,
        Self::HostMedia,
        Self::HostRelay,
        Self::Look,
        Self::Upload,
        Self::SubmissionLink,
    ];
}

/// Something that ends what derives from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending {
    /// A television's token was taken away.
    TerminalRevoked,
    /// A television stands elsewhere: in another organization.
    TerminalMoved,
    /// A station became something else.
    TerminalKind,
    /// A television became another household's, or none's.
    TerminalHousehold,
    /// An account was closed.
    AccountClosed,
    /// Somebody else gave an account another password.
    PasswordReset,
    /// Somebody changed their own password: other sessions than the one they did it in.
    PasswordChanged,
    /// Somebody else took the second factor of an account away.
    SecondFactorReset,
    /// A session of staff was ended from another one.
    SessionEnded,
    /// Staff signed out.
    SignedOut,
    /// An account is trusted with less.
    RoleLowered,
    /// An account works on another subtree.
    AccountMoved,
    /// A member has another PIN.
    PinChanged,
    /// A member has another card, or none.
    CardChanged,
    /// A member belongs to another household, or none.
    MemberHousehold,
    /// A member belongs to another organization.
    MemberMoved,
    /// A member left.
    MemberLeft,
    /// Somebody looks into a duty room no longer.
    LookClosed,
    /// A meeting is over.
    MeetingEnded,
}

impl Ending {
    /// Every one.
    pub const ALL: [Self; 19] = [
        Self::TerminalRevoked,
        Self::TerminalMoved,
        Self::TerminalKind,
        Self::TerminalHousehold,
        Self::AccountClosed,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::SecondFactorReset,
        Self::SessionEnded,
        Self::SignedOut,
        Self::RoleLowered,
        Self::AccountMoved,
        Self::PinChanged,
        Self::CardChanged,
        Self::MemberHousehold,
        Self::MemberMoved,
        Self::MemberLeft,
        Self::LookClosed,
        Self::MeetingEnded,
    ];

    /// What ends with it; all else goes on.
    #[must_use]
    pub const fn ends(self) -> &'static [Credential] {
        use Credential as C;
        match self {
            Self::TerminalRevoked => &[
                C::TerminalToken,
                C::DeviceCode,
                C::TerminalEvents,
                C::TerminalMedia,
                C::TerminalRelay,
                C::DutyMedia,
                C::MemberSession,
                C::RequestLink,
            ],
            // It listens where it stands now, and joins what is held there.
            Self::TerminalMoved => &[
                C::TerminalEvents,
                C::TerminalMedia,
                C::TerminalRelay,
                C::DutyMedia,
                C::MemberSession,
                C::RequestLink,
            ],
            Self::TerminalKind => &[
                C::TerminalMedia,
                C::TerminalRelay,
                C::DutyMedia,
                C::MemberSession,
                C::RequestLink,
            ],
            // Somebody else says that the account, as it was, is no more.
            Self::AccountClosed | Self::PasswordReset | Self::SecondFactorReset => &[
                C::StaffSession,
                C::Figures,
                C::Room,
                C::HostMedia,
                C::HostRelay,
                C::Look,
                C::Upload,
                C::SubmissionLink,
            ],
            // Whoever signs out leaves the page to the telephone that has it.
            Self::PasswordChanged | Self::SessionEnded | Self::SignedOut => &[
                C::StaffSession,
                C::Figures,
                C::Room,
                C::HostMedia,
                C::HostRelay,
                C::Look,
                C::Upload,
            ],
            // Whoever may do less reads on; whoever works elsewhere reads there.
            Self::RoleLowered => &[
                C::Room,
                C::HostMedia,
                C::HostRelay,
                C::Look,
                C::Upload,
                C::SubmissionLink,
            ],
            Self::AccountMoved => &[
                C::Figures,
                C::Room,
                C::HostMedia,
                C::HostRelay,
                C::Look,
                C::SubmissionLink,
            ],
            Self::TerminalHousehold
            | Self::PinChanged
            | Self::CardChanged
            | Self::MemberHousehold
            | Self::MemberMoved
            | Self::MemberLeft => &[C::MemberSession, C::RequestLink],
            // A station sends on while somebody else looks.
            Self::LookClosed => &[C::Look],
            Self::MeetingEnded => &[
                C::TerminalMedia,
                C::TerminalRelay,
                C::Room,
                C::HostMedia,
                C::HostRelay,
            ],
        }
    }
}

/// What this process holds in memory on somebody's behalf, and ends.
pub struct Endings {
    store: Store,
    media: Arc<Media>,
    duty: Arc<Duty>,
    uploads: Arc<Uploads>,
    /// Terminals that changed and could not be looked at yet.
    waiting: Mutex<BTreeSet<String>>,
}

impl Endings {
    /// Ends what is held by these.
    #[must_use]
    pub fn new(store: Store, media: Arc<Media>, duty: Arc<Duty>, uploads: Arc<Uploads>) -> Self {
        Self {
            store,
            media,
            duty,
            uploads,
            waiting: Mutex::default(),
        }
    }

    /// Follows what the [announcer](super::announcer) found. What the database keeps from being looked at now is done by
    /// the next [`Endings::look`]. Blocks.
    pub fn follow(&self, ended: &Ended) {
        for id in &ended.revoked {
            self.media.revoke(&Holder::Terminal(id.clone()));
        }
        self.waiting.lock().extend(ended.changed.iter().cloned());
        let looked = self
            .changed_terminals()
            .and_then(|()| if ended.staff { self.staff() } else { Ok(()) });
        if let Err(error) = looked {
            tracing::warn!(error = chain(&error), "what ended is looked at again");
        }
    }

    /// Ends what staff and changed terminals may keep no longer. Cheap while nobody holds anything. Blocks.
    ///
    /// # Errors
    /// The database failed; the next look does it.
    pub fn look(&self) -> Result<()> {
        self.changed_terminals()?;
        self.staff()
    }

    /// The same of every terminal: what is told to nobody, e.g. that an organization stands elsewhere in the
    /// tree. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn look_at_everything(&self) -> Result<()> {
        self.media.look_again(&self.store, |_| true)?;
        self.duty.look_again()
    }

    /// Ends what staff may keep no longer: for whoever has just been given something, too, since what ended
    /// before nobody is told of any more. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn staff(&self) -> Result<()> {
        let of_staff = |holder: &Holder| matches!(holder, Holder::Session(_));
        self.media.look_again(&self.store, of_staff)?;
        self.uploads.look_again()?;
        self.duty.look_again()
    }

    /// A terminal that was known as this has just been given something: if it is something else by now, it
    /// may not keep what it got. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn given_to(&self, known: &Known) -> Result<()> {
        if !known.is_outdated() {
            return Ok(());
        }
        self.waiting.lock().insert(known.terminal_id.to_string());
        self.changed_terminals()
    }

    fn changed_terminals(&self) -> Result<()> {
        let ids = std::mem::take(&mut *self.waiting.lock());
        if ids.is_empty() {
            return Ok(());
        }
        let one_of_them =
            |holder: &Holder| matches!(holder, Holder::Terminal(id) if ids.contains(id));
        let looked = self.media.look_again(&self.store, one_of_them);
        if looked.is_err() {
            self.waiting.lock().extend(ids);
        }
        looked
    }
}
