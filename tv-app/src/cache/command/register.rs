//! Every kind of command, one line each.

use rusqlite::Transaction;

use super::addition::Addition;
use super::attachment::ReadAttachment;
use super::ballot::Ballot;
use super::follow_report::{FollowReport, JudgeReport};
use super::kind::{About, AfterCommit, Answer, Kept, Kind, Pressed, Priority, ProvedBy};
use super::new_pin::NewPin;
use super::new_report::NewReport;
use super::new_request::NewRequest;
use super::objection::NewObjection;
use super::outgoing::Outgoing;
use super::own_evaluations::OwnEvaluations;
use super::own_record::OwnRecord;
use super::own_requests::OwnRequests;
use super::progress::Progress;
use super::refusal::Refusal;
use super::request_link::{LinkState, NewLink};
use super::sign_in::NewSignIn;
use super::verdict::Verdict;
use super::viewing::Viewing;
use super::withdraw::Withdraw;
use crate::cache::error::CacheError;
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

macro_rules! commands {
    (
        kept { $($kept:ident($kept_kind:ty),)+ }
        at_once { $($asked:ident($asked_kind:ty),)+ }
    ) => {
        /// What somebody did at this terminal.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Command {
            $(#[doc = concat!("See [`", stringify!($kept_kind), "`]: written down, sent until it is answered.")]
            $kept($kept_kind),)+
            $(#[doc = concat!("See [`", stringify!($asked_kind), "`]: asked at once, never written down.")]
            $asked($asked_kind),)+
        }

        $(impl From<$kept_kind> for Command {
            fn from(command: $kept_kind) -> Self {
                Self::$kept(command)
            }
        })+

        $(impl From<$asked_kind> for Command {
            fn from(command: $asked_kind) -> Self {
                Self::$asked(command)
            }
        })+

        /// What the server answered to a command.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Reply {
            $(#[doc = concat!("To a [`", stringify!($kept_kind), "`].")]
            $kept(<$kept_kind as Kind>::Reply),)+
            $(#[doc = concat!("To a [`", stringify!($asked_kind), "`].")]
            $asked(<$asked_kind as Kind>::Reply),)+
        }

        impl Command {
            /// Its idempotency key, under which it is told what became of it.
            #[must_use]
            pub fn key(&self) -> &str {
                match self {
                    $(Self::$kept(command) => command.key(),)+
                    $(Self::$asked(command) => command.key(),)+
                }
            }

            /// Whether it is written down; otherwise it is asked at once.
            #[must_use]
            pub const fn is_kept(&self) -> bool {
                match self {
                    $(Self::$kept(_) => true,)+
                    $(Self::$asked(_) => false,)+
                }
            }

            /// The request of one that is asked at once; `None` for one that is written down.
            #[must_use]
            pub fn at_once(&self, now: ServerTime) -> Option<Outgoing> {
                let request = match self {
                    $(Self::$kept(_) => return None,)+
                    $(Self::$asked(command) => Outgoing::of(command, now),)+
                };
                request
                    .inspect_err(|error| tracing::error!(%error, "a request cannot be written"))
                    .ok()
            }
        }

        impl Cache {
            /// Writes down a command, unless it is one that is asked at once.
            ///
            /// # Errors
            /// When it cannot be written; then the screen must not say done.
            pub fn write_down(&self, command: &Command) -> Result<(), CacheError> {
                match command {
                    $(Command::$kept(command) => self.enqueue(command),)+
                    $(Command::$asked(_) => Ok(()),)+
                }
            }
        }

        /// Whether somebody waits for one of this kind.
        pub(super) fn priority(kind: &str) -> Priority {
            match kind {
                $(<$kept_kind as Kind>::NAME => <$kept_kind as Kept>::PRIORITY,)+
                // Of another version of this program.
                _ => Priority::Background,
            }
        }

        /// Whether the request of one of this kind is to be overwritten once it is answered.
        pub(super) fn is_secret(kind: &str) -> bool {
            match kind {
                $(<$kept_kind as Kind>::NAME => <$kept_kind as Kind>::PROOF == ProvedBy::Request,)+
                _ => false,
            }
        }

        /// Whether no log may say that there was one of this kind.
        pub(super) fn is_discreet(kind: &str) -> bool {
            match kind {
                $(<$kept_kind as Kind>::NAME => <$kept_kind as Kind>::IS_DISCREET,)+
                $(<$asked_kind as Kind>::NAME => <$asked_kind as Kind>::IS_DISCREET,)+
                _ => false,
            }
        }

        /// The request of one of this kind with what is known now of when it was given.
        pub(super) fn renew(kind: &str, body: &str, pressed: &Pressed) -> serde_json::Result<String> {
            match kind {
                $(<$kept_kind as Kind>::NAME if <$kept_kind as Kept>::RENEWED => {
                    let mut request = serde_json::from_str(body)?;
                    <$kept_kind as Kept>::renew(&mut request, pressed);
                    serde_json::to_string(&request)
                })+
                _ => Ok(body.to_owned()),
            }
        }

        /// Writes down what a reply means.
        pub(super) fn answered(
            cache: &Cache,
            tx: &Transaction<'_>,
            about: &About,
            reply: &Reply,
        ) -> rusqlite::Result<Option<AfterCommit>> {
            match reply {
                $(Reply::$kept(reply) => <$kept_kind as Kept>::answered(cache, tx, about, reply),)+
                $(Reply::$asked(_) => Ok(None),)+
            }
        }

        /// The reply to one of this kind, from the body of the answer; `None` if this program does not know
        /// the kind.
        ///
        /// # Errors
        /// It is not what our server answers.
        pub fn reply(kind: &str, media_type: &str, body: &[u8]) -> Result<Option<Reply>, String> {
            Ok(Some(match kind {
                $(<$kept_kind as Kind>::NAME => Reply::$kept(Answer::read(media_type, body)?),)+
                $(<$asked_kind as Kind>::NAME => Reply::$asked(Answer::read(media_type, body)?),)+
                _ => return serde::de::IgnoredAny::read(media_type, body).map(|_| None),
            }))
        }
    };
}

commands! {
    kept {
        SignIn(NewSignIn),
        Viewing(Viewing),
        Progress(Progress),
        NewRequest(NewRequest),
        Verdict(Verdict),
        Addition(Addition),
        Withdraw(Withdraw),
        NewReport(NewReport),
        Ballot(Ballot),
        Objection(NewObjection),
    }
    at_once {
        NewPin(NewPin),
        OwnRecord(OwnRecord),
        OwnRequests(OwnRequests),
        ReadAttachment(ReadAttachment),
        NewLink(NewLink),
        LinkState(LinkState),
        FollowReport(FollowReport),
        JudgeReport(JudgeReport),
        OwnEvaluations(OwnEvaluations),
    }
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The server does not answer; it is kept and tried again.
    Queued,
    /// The server has answered.
    Answered(Reply),
    /// The server will not have it.
    Refused(Refusal),
    /// The server does not answer, and nothing is kept: it is of a kind that never is, or this box can
    /// store nothing.
    NoNetwork,
}
