//! What an entry of the log is about: a kind of thing and its id, never what it is called, which may name
//! somebody.

use std::fmt;

/// A kind of thing that the log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// Somebody of the staff.
    Account,
    /// Where requests come from: an address, or a network.
    Address,
    /// The page of an organization, by the organization's id.
    Branch,
    /// A bulletin.
    Bulletin,
    /// A category of one-key service.
    Category,
    /// A duty room.
    DutyRoom,
    /// A box that waits, by the code it shows.
    Enrolment,
    /// An evaluation, a questionnaire or a motion.
    Evaluation,
    /// A stored file, by the hash of its bytes.
    File,
    /// Everything that is guessed of one kind, by the kind's name.
    Guesses,
    /// A household.
    Household,
    /// A login name that nobody has, by a keyed hash: it may be a password that went into the wrong field.
    Login,
    /// A meeting.
    Meeting,
    /// A member.
    Member,
    /// Something staff should look at.
    Notice,
    /// An organization.
    Organization,
    /// A programme.
    Programme,
    /// What somebody asked, or reported.
    Request,
    /// A roll call.
    RollCall,
    /// Something that a village sent to be published.
    Submission,
    /// A terminal.
    Terminal,
    /// A film on its way from a browser.
    Upload,
    /// A year of the working calendar, by its number.
    WorkYear,
}

impl Thing {
    const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::Branch => "branch",
            Self::Bulletin => "bulletin",
            Self::Category => "category",
            Self::DutyRoom => "duty_room",
            Self::Enrolment => "enrolment",
            Self::Evaluation => "evaluation",
            Self::File => "file",
            Self::Guesses => "guesses",
            Self::Household => "household",
            Self::Login => "login",
            Self::Meeting => "meeting",
            Self::Member => "member",
            Self::Notice => "notice",
            Self::Organization => "organization",
            Self::Programme => "programme",
            Self::Request => "request",
            Self::RollCall => "roll_call",
            Self::Submission => "submission",
            Self::Terminal => "terminal",
            Self::Upload => "upload",
            Self::WorkYear => "work_year",
        }
    }
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// One of a kind, by its id.
    One(Thing, String),
    /// The sections of the home screens, of which there is one set.
    Township,
    /// The keys that personal numbers are sealed with.
    Keys,
    /// The server's clock.
    Clock,
    /// Signing in to the console.
    SignIns,
    /// The database as a whole.
    Database,
}

impl About {
    /// One of a kind, by its id.
    #[must_use]
    pub fn one(thing: Thing, id: &str) -> Self {
        // What people call things has Chinese or a space in it; no id has.
        debug_assert!(id.bytes().all(|b| b.is_ascii_graphic()), "{id} is no id");
        Self::One(thing, id.to_owned())
    }

    /// Whether it is about a member, whose entries a purge finds.
    #[must_use]
    pub const fn is_member(&self) -> bool {
        matches!(self, Self::One(Thing::Member, _))
    }
}

/// As the log has it: `member:0199…`.
impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(thing, id) => write!(f, "{}:{id}", thing.name()),
            Self::Township => f.write_str("township"),
            Self::Keys => f.write_str("keys"),
            Self::Clock => f.write_str("clock"),
            Self::SignIns => f.write_str("sign_ins"),
            Self::Database => f.write_str("database"),
        }
    }
}
