//! What terminals know, by topic, and whom a change of it concerns: the words of the
//! [journal](crate::journal), without its table.

macro_rules! topics {
    ($($(#[$attribute:meta])* $topic:ident = $name:literal,)+) => {
        /// Something that terminals know and are told changes of, what is told first standing first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Topic {
            $($(#[$attribute])* $topic,)+
        }

        impl Topic {
            /// Every topic.
            pub const ALL: &[Self] = &[$(Self::$topic),+];

            /// Its name in the database.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$topic => $name,)+
                }
            }
        }
    };
}

topics! {
    /// What a terminal is, what it is called and where it stands, and whether its token is good.
    Terminals = "terminals",
    /// Staff accounts and their sessions. Terminals know nothing of them; whatever a server holds in
    /// memory on behalf of staff ends with them.
    Accounts = "accounts",
    /// Rounds of roll calls and what staff change of them.
    RollCalls = "roll_calls",
    /// Documents of the feed, urgent notices and meetings among them.
    Documents = "documents",
    /// Duty rooms, and who looks into them.
    Duty = "duty",
    /// What was asked at a terminal, and what became of it.
    Requests = "requests",
    /// Who may take part in which evaluation, and when.
    Evaluations = "evaluations",
    /// What staff ask a terminal to do.
    RemoteActions = "remote_actions",
    /// Who may sign in at a terminal.
    People = "people",
    /// Who has answered a roll call. Thousands answer in a minute, so nobody waits until it is told.
    SignIns = "sign_ins",
}

impl Topic {
    /// The topic of this name; `None`: only a newer program knows it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|topic| topic.name() == name)
    }

    /// Whether terminals are told before whoever made a change gets an answer.
    pub(crate) const fn is_told_first(self) -> bool {
        !matches!(self, Self::SignIns)
    }
}

/// Whom a change concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Audience<'a> {
    /// The terminals of an organization and of those below it.
    Below(&'a str),
    /// The terminals of exactly this organization.
    At(&'a str),
    /// The stations of an organization and of those above it.
    StationsAbove(&'a str),
    /// One terminal.
    Terminal(&'a str),
    /// Those whom the topic finds by itself.
    Own,
}

impl<'a> Audience<'a> {
    /// As it stands in the journal: a name, and the id of the organization or the terminal.
    const fn columns(self) -> (&'static str, &'a str) {
        match self {
            Self::Below(id) => ("below", id),
            Self::At(id) => ("at", id),
            Self::StationsAbove(id) => ("stations_above", id),
            Self::Terminal(id) => ("terminal", id),
            Self::Own => ("own", ""),
        }
    }
}

/// A change of a topic for an audience.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Touch {
    pub(crate) topic: Topic,
    pub(crate) scope: &'static str,
    pub(crate) audience_id: String,
}

impl Touch {
    pub(crate) fn new(topic: Topic, audience: Audience<'_>) -> Self {
        let (scope, audience_id) = audience.columns();
        Self {
            topic,
            scope,
            audience_id: audience_id.to_owned(),
        }
    }
}
