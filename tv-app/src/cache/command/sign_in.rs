//! Sign-ins at roll calls. Somebody stands before the TV and waits; how long ago the key was pressed is
//! told with every attempt anew, on the clock of the boot.

use contract::API_PREFIX;
use contract::member::MemberRef;
use contract::proof::Proof;
use contract::roll_call::{SignIn, SignInTime, SignedIn};
use rusqlite::Transaction;

use super::kind::{About, AfterCommit, Kept, Kind, Method, Policy, Pressed, Priority, ProvedBy};
use crate::cache::handle::Cache;
use crate::cache::people::Answered;
use crate::cache::time::ServerTime;

/// What somebody did at the TV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSignIn {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// The roll call.
    pub roll_call_id: String,
    /// Its title, for a message that comes later.
    pub title: String,
    /// Its round.
    pub round: u32,
    /// Who, and how they prove it.
    pub proof: Proof,
    /// Their name, for a message that comes later; empty for a card.
    pub name: String,
    /// The code from the picture, where one is demanded.
    pub presence_code: Option<String>,
}

impl NewSignIn {
    fn member_id(&self) -> &str {
        match &self.proof {
            Proof::Pin { member_id, .. } => member_id,
            Proof::Card { .. } => "",
        }
    }
}

impl Kind for NewSignIn {
    const NAME: &'static str = "sign_in";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;

    type Request = SignIn;
    type Reply = SignedIn;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/sign-ins")
    }

    fn request(&self, now: ServerTime) -> SignIn {
        SignIn {
            roll_call_id: self.roll_call_id.clone(),
            round: self.round,
            proof: self.proof.clone(),
            presence_code: self.presence_code.clone(),
            time: SignInTime {
                at_ms: now.at_ms,
                offset_ms: now.offset_ms,
                synced: now.synced,
                age_ms: None,
                queued: false,
            },
        }
    }
}

impl Kept for NewSignIn {
    const POLICY: Policy = Policy::Queue;
    const PRIORITY: Priority = Priority::Interactive;
    const RENEWED: bool = true;

    fn lane(&self) -> String {
        // Of one person one after the other; two cards may overtake each other.
        let who = match self.member_id() {
            "" => self.key.as_str(),
            member_id => member_id,
        };
        format!("sign-in:{}:{}:{who}", self.roll_call_id, self.round)
    }

    fn about(&self) -> About {
        About {
            subject: self.roll_call_id.clone(),
            part: self.round,
            member_id: self.member_id().to_owned(),
            name: self.name.clone(),
            title: self.title.clone(),
        }
    }

    fn renew(request: &mut SignIn, pressed: &Pressed) {
        let time = &mut request.time;
        time.queued = pressed.queued;
        time.age_ms = pressed.age_ms;
        if let Some(age) = pressed.age_ms
            && pressed.now.synced
        {
            time.at_ms = pressed.now.at_ms - age;
            time.offset_ms = pressed.now.offset_ms;
            time.synced = true;
        }
    }

    /// Writes it into the roll call at once: the next answer of the server may still be older.
    fn answered(
        cache: &Cache,
        tx: &Transaction<'_>,
        about: &About,
        reply: &SignedIn,
    ) -> rusqlite::Result<Option<AfterCommit>> {
        let MemberRef { id, name } = reply.member.clone();
        let answered = Answered {
            roll_call_id: about.subject.clone(),
            round: about.part,
            member_id: id,
            name,
            state: reply.state,
            at_ms: cache.server_time().at_ms,
        };
        let roll_calls = cache.write_answered(tx, &answered)?;
        Ok(Some(Box::new(move |cache| {
            cache.remember_answered(answered, roll_calls);
        })))
    }
}
