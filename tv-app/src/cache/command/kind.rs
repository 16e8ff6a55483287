//! What every kind of command says of itself.

use std::fmt::Debug;

use contract::proof::Proof;
use rusqlite::Transaction;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};

use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

/// How a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds.
    Post,
    /// Writes under a name.
    Put,
}

impl Method {
    /// As HTTP spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// Who stands behind a command, and how the server is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvedBy {
    /// The terminal alone, by its token: at a home, the household.
    Terminal,
    /// A person, or at a home the terminal: PIN or card, a telephone number, or what somebody said is in
    /// the request. Such a request is overwritten on the disk as soon as the server has answered.
    Request,
    /// A person, for whom a session is opened before and ended after.
    Session,
}

/// What becomes of a command that goes to others of its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// It waits its turn behind them.
    Queue,
    /// It says everything they said, and takes their place: also that of one that was sent without an
    /// answer.
    Replace,
    /// If it continues the last one and that was never sent, both become one. One that was sent, even
    /// without an answer, is never touched again: the server may have counted it.
    Merge,
}

/// Whether somebody stands before the TV and waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody does: it never waits for those that are sent in the background. They are told what
    /// the server says, and if that takes too long, that it is kept; a refusal that comes then is kept
    /// until somebody has been told.
    Interactive,
    /// Nobody does. A refusal is kept with its reason, for staff.
    Background,
}

/// What a server answers, from its body.
pub trait Answer: Sized {
    /// Reads it. An answer without a body has no media type.
    ///
    /// # Errors
    /// It is not what our server answers.
    fn read(media_type: &str, body: &[u8]) -> Result<Self, String>;
}

/// A page of HTML with 200 is a captive portal, not an acknowledgement; where a kind needs no reply, a success
/// with nothing at all is one.
impl<T: DeserializeOwned> Answer for T {
    fn read(media_type: &str, body: &[u8]) -> Result<Self, String> {
        let json = match media_type {
            "" if body.is_empty() => b"null".as_slice(),
            "application/json" => body,
            other if other.ends_with("+json") => body,
            _ => return Err("the answer is not JSON".to_owned()),
        };
        serde_json::from_slice(json).map_err(|error| error.to_string())
    }
}

/// A kind of command.
pub trait Kind: Clone + Debug + Eq + Send + Sync + 'static {
    /// Its name, also on the disk. Never changes.
    const NAME: &'static str;

    /// How the request is made.
    const METHOD: Method;

    /// Who stands behind it.
    const PROOF: ProvedBy;

    /// Not even that there was one is written to a log.
    const IS_DISCREET: bool = false;

    /// The request's body; `()` has none.
    type Request: Serialize;

    /// What the server answers.
    type Reply: Answer;

    /// Its idempotency key, made when the user pressed: the same for every attempt.
    fn key(&self) -> &str;

    /// Path below the server's base URL, beginning with a slash.
    fn path(&self) -> String;

    /// What to send, as it is known now.
    fn request(&self, now: ServerTime) -> Self::Request;

    /// For whom a session is opened, of a kind that is [`ProvedBy::Session`].
    fn person(&self) -> Option<&Proof> {
        None
    }
}

/// A kind that is written down before anybody is told that it is done, and sent until the server has
/// answered.
pub trait Kept: Kind<Request: DeserializeOwned> {
    /// What becomes of several.
    const POLICY: Policy;

    /// Whether somebody waits.
    const PRIORITY: Priority;

    /// Commands of one lane are sent in the order they were written; lanes do not wait for another.
    fn lane(&self) -> String;

    /// What is kept beside the request.
    fn about(&self) -> About {
        About::default()
    }

    /// Writes what belongs to it on this terminal, in the transaction that writes it down.
    fn before(&mut self, _tx: &Transaction<'_>, _now_ms: i64) -> rusqlite::Result<()> {
        Ok(())
    }

    /// Of [`Policy::Merge`]: takes an earlier one that was never sent into itself. False if the two
    /// cannot be one.
    fn merge(_request: &mut Self::Request, _earlier: &Self::Request) -> bool {
        false
    }

    /// Whether [`Kept::renew`] has something to tell. Otherwise a request is sent as it was written,
    /// also when it is of another version of this program.
    const RENEWED: bool = false;

    /// Tells with every attempt anew what is known of the moment the user pressed; the rest of a
    /// request never changes once it was sent.
    fn renew(_request: &mut Self::Request, _pressed: &Pressed) {}

    /// Writes what the server's answer means for this terminal, in the transaction that takes the
    /// command away. The answer is what to do once that is committed.
    fn answered(
        _cache: &Cache,
        _tx: &Transaction<'_>,
        _about: &About,
        _reply: &Self::Reply,
    ) -> rusqlite::Result<Option<AfterCommit>> {
        Ok(None)
    }
}

/// What remains to be done when a transaction is on the disk.
pub type AfterCommit = Box<dyn FnOnce(&Cache) + Send>;

/// What a command is about, for the screens while it waits and for a message that comes later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// Id of what it is about, e.g. of a roll call.
    pub subject: String,
    /// Which part of that, e.g. its round.
    pub part: u32,
    /// Whose it is; empty for a card.
    pub member_id: String,
    /// Their name; empty for a card.
    pub name: String,
    /// Title of what it is about.
    pub title: String,
}

/// What is known now of the moment the user pressed.
#[derive(Clone, Copy, Debug)]
pub struct Pressed {
    /// How long ago that was, in ms, on the clock of the boot; `None` after a restart of the box.
    pub age_ms: Option<i64>,
    /// Nobody waits for the answer any more: they were told that it is kept, or the box was started
    /// again.
    pub queued: bool,
    /// What time it is.
    pub now: ServerTime,
}

/// A reply that says nothing but that it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken;

impl<'de> Deserialize<'de> for Taken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}
