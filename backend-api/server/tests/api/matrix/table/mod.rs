//! What is asked of every endpoint. A new endpoint needs its line here.

mod gatherings;
mod open;
mod people;
mod publishing;
mod staff;
mod voice;

use reqwest::Method;

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody, without a token.
    Open,
    /// Terminals.
    Terminal,
    /// Whoever has the token of a stream, which neither terminals nor staff are by themselves.
    Link,
    /// Terminals and staff.
    Anybody,
    /// Staff, whatever their role: about themselves.
    AnyStaff,
    /// Staff with this right: a row of the decision.
    Staff(&'static str),
}

/// How far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Names no organization, or shows what is there of the own subtree.
    Nowhere,
    /// Things of the own subtree.
    Subtree,
    /// Roll calls and meetings: those of the own subtree, and those above it that call somebody of it.
    Called,
    /// Only from the root organization, which those who ask here are not of.
    Root,
}

#[derive(Clone)]
pub struct Row {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
    pub reach: Reach,
    /// Statuses of an answer to somebody who may.
    pub done: &'static [u16],
    /// How long the answer may be kept, if at all (`Cache-Control`).
    pub kept: Option<&'static str>,
}

const READ: Who = Who::Staff("read bulletins, terminals, results");
const WRITE: Who = Who::Staff("write bulletins");
const PUBLISH: Who = Who::Staff("publish");
const TERMINALS: Who = Who::Staff("admit and revoke terminals");
const ORGANIZE: Who = Who::Staff("organizations, sections");
const READ_MEMBERS: Who = Who::Staff("read members (masked), households");
const WRITE_MEMBERS: Who = Who::Staff("write members, households, PINs, transfers");
const REVEAL: Who = Who::Staff("reveal personal numbers");
const PURGE: Who = Who::Staff("purge");
const ROLL_CALL: Who = Who::Staff("make, open, close, correct roll calls");
const DIRECT: Who = Who::Staff("plan, start, direct, end meetings");
const DUTY: Who = Who::Staff("make and look into duty rooms");
const LEAD: Who = Who::Staff("make, open, close evaluations");
const EVALUATE: Who = Who::Staff("enter paper ballots, answer objections");
const SERVE: Who = Who::Staff("handle requests and suggestions");
const ACCOUNTS: Who = Who::Staff("accounts and sessions of others");
const AUDIT: Who = Who::Staff("audit log");

fn row(method: &str, path: &'static str, who: Who, reach: Reach, done: &'static [u16]) -> Row {
    Row {
        method: method.parse().unwrap(),
        path,
        who,
        reach,
        done,
        kept: match path {
            // What is published, asked for again and again with its entity tag.
            "/api/v1/feed" => Some("private, no-cache"),
            _ => None,
        },
    }
}

pub fn rows() -> Vec<Row> {
    [
        open::rows(),
        staff::rows(),
        publishing::rows(),
        voice::rows(),
        people::rows(),
        gatherings::rows(),
    ]
    .concat()
}
