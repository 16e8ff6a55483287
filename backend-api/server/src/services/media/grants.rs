//! Who may send or fetch which stream: random tokens, good for one stream and one direction until
//! what they belong to is over, or whoever they were given to loses what they derive from. They live in
//! memory: after a restart everybody joins again.
//!
//! With a token its sessions are known, so that they can be closed when it becomes void.

use std::collections::HashMap;

use media_relay::SessionId;
use parking_lot::RwLock;
use sha2::{Digest as _, Sha256};

use crate::services::kit::error::{Result, ServiceError};
use crate::services::secrets;

/// Whose a token is. It derives from what let them ask for it, and ends with that.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// A television, by its id.
    Terminal(String),
    /// A session of staff, by its id: not the account, of which other sessions may go on.
    Session(String),
}

/// What a token is good for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// What it belongs to and ends with, by id: e.g. a meeting.
    pub subject: String,
    /// Whose token it is.
    pub holder: Holder,
    /// The stream or route.
    pub stream: String,
    /// Sending rather than fetching.
    pub sending: bool,
}

/// Tokens given out.
#[derive(Debug, Default)]
pub struct Grants {
    issued: RwLock<Issued>,
}

#[derive(Debug, Default)]
struct Issued {
    tokens: HashMap<Grant, String>,
    /// By the token's SHA-256, so that finding one takes the same time however close a guess is.
    grants: HashMap<[u8; 32], Grant>,
    /// Sessions of the relay, and what their token is good for.
    sessions: HashMap<SessionId, Grant>,
}

impl Grants {
    /// The token for this; the same one every time it is asked for.
    ///
    /// # Errors
    /// There is no randomness.
    pub fn issue(&self, grant: Grant) -> Result<String> {
        let mut issued = self.issued.write();
        if let Some(token) = issued.tokens.get(&grant) {
            return Ok(token.clone());
        }
        let token = secrets::random_token()?;
        issued.grants.insert(digest(&token), grant.clone());
        issued.tokens.insert(grant, token.clone());
        Ok(token)
    }

    /// Whose token this is, if it is good for this stream and direction.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] for a token nobody has, [`ServiceError::Forbidden`] for
    /// one that is good for something else.
    pub fn check(&self, token: &str, stream: &str, sending: bool) -> Result<Grant> {
        match self.issued.read().grants.get(&digest(token)) {
            None => Err(ServiceError::Unauthenticated),
            Some(grant) if grant.stream == stream && grant.sending == sending => Ok(grant.clone()),
            Some(_) => Err(ServiceError::Forbidden("这个凭证不能用于这路画面")),
        }
    }

    /// A session was begun with this. False if its token is void by now: then it must not stay.
    #[must_use]
    pub fn hold(&self, session: SessionId, grant: &Grant) -> bool {
        let mut issued = self.issued.write();
        let good = issued.tokens.contains_key(grant);
        if good {
            issued.sessions.insert(session, grant.clone());
        }
        good
    }

    /// A session is over.
    pub fn gone(&self, session: &SessionId) {
        self.issued.write().sessions.remove(session);
    }

    /// What the tokens that were given out are good for.
    #[must_use]
    pub fn given(&self) -> Vec<Grant> {
        self.issued.read().tokens.keys().cloned().collect()
    }

    /// Sessions that go on, and what their token is good for.
    #[must_use]
    pub fn sessions(&self) -> Vec<(SessionId, Grant)> {
        let issued = self.issued.read();
        let sessions = issued.sessions.iter();
        sessions.map(|(id, grant)| (*id, grant.clone())).collect()
    }

    /// Takes the tokens of one holder for a subject away; answers the sessions begun with them.
    pub fn revoke(&self, subject: &str, holder: &Holder) -> Vec<SessionId> {
        self.take_away(|grant| grant.subject == subject && grant.holder == *holder)
    }

    /// Takes all tokens of one holder away; answers the sessions begun with them.
    pub fn revoke_all(&self, holder: &Holder) -> Vec<SessionId> {
        self.take_away(|grant| grant.holder == *holder)
    }

    /// Takes all tokens for a subject away; answers the sessions begun with them.
    pub fn end(&self, subject: &str) -> Vec<SessionId> {
        self.take_away(|grant| grant.subject == subject)
    }

    fn take_away(&self, void: impl Fn(&Grant) -> bool) -> Vec<SessionId> {
        let mut issued = self.issued.write();
        issued.tokens.retain(|grant, _| !void(grant));
        issued.grants.retain(|_, grant| !void(grant));
        let sessions = issued.sessions.extract_if(|_, grant| void(grant));
        sessions.map(|(session, _)| session).collect()
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tv(id: &str) -> Holder {
        Holder::Terminal(id.to_owned())
    }

    fn grant(holder: &str, stream: &str, sending: bool) -> Grant {
        Grant {
            subject: stream.split('/').next().unwrap().to_owned(),
            holder: tv(holder),
            stream: stream.to_owned(),
            sending,
        }
    }

    #[test]
    fn a_token_is_good_for_one_stream_and_one_direction() {
        let grants = Grants::default();
        let token = grants.issue(grant("t", "m/station/t", true)).unwrap();
        assert_eq!(
            grants.check(&token, "m/station/t", true).unwrap().holder,
            tv("t")
        );
        for (stream, sending) in [("m/station/t", false), ("m/host", true), ("n/host", true)] {
            let refused = grants.check(&token, stream, sending).unwrap_err();
            assert!(matches!(refused, ServiceError::Forbidden(_)));
        }
        let refused = grants.check("guess", "m/station/t", true).unwrap_err();
        assert!(matches!(refused, ServiceError::Unauthenticated));
    }

    #[test]
    fn asking_again_gives_the_same_and_others_differ() {
        let grants = Grants::default();
        let token = grants.issue(grant("t", "m/program", false)).unwrap();
        assert_eq!(token, grants.issue(grant("t", "m/program", false)).unwrap());
        assert_ne!(token, grants.issue(grant("u", "m/program", false)).unwrap());
        assert!(token.len() >= 32);
    }

    #[test]
    fn a_void_token_has_no_sessions() {
        let session = |number: u8| -> SessionId { format!("{number:032x}").parse().unwrap() };
        let grants = Grants::default();
        let (mine, other) = (
            grant("t", "m/program", false),
            grant("u", "m/program", false),
        );
        for given in [&mine, &other] {
            grants.issue(given.clone()).unwrap();
        }
        assert!(grants.hold(session(1), &mine) && grants.hold(session(2), &mine));
        assert!(grants.hold(session(3), &other));
        grants.gone(&session(2));
        assert_eq!(grants.revoke("m", &tv("t")), [session(1)]);
        assert!(!grants.hold(session(4), &mine), "too late");
        assert_eq!(grants.revoke("m", &tv("t")), []);
        assert_eq!(grants.sessions(), [(session(3), other.clone())]);
        assert_eq!(
            grants.revoke_all(&Holder::Session("u".to_owned())),
            [],
            "an id is not enough"
        );
        assert_eq!(grants.given(), std::slice::from_ref(&other));
        assert_eq!(grants.revoke_all(&tv("u")), [session(3)]);
        assert!(!grants.hold(session(5), &other));
    }

    #[test]
    fn leaving_and_the_end_void_tokens() {
        let grants = Grants::default();
        let mine = grants.issue(grant("t", "m/program", false)).unwrap();
        let other = grants.issue(grant("u", "m/program", false)).unwrap();
        let elsewhere = grants.issue(grant("t", "n/program", false)).unwrap();
        grants.revoke("m", &tv("t"));
        assert!(grants.check(&mine, "m/program", false).is_err());
        assert!(grants.check(&other, "m/program", false).is_ok());
        grants.end("m");
        assert!(grants.check(&other, "m/program", false).is_err());
        assert!(grants.check(&elsewhere, "n/program", false).is_ok());
    }
}
