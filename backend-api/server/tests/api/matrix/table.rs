//! What is asked of every endpoint. A new endpoint needs its line here.

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
const ACCOUNTS: Who = Who::Staff("accounts and sessions of others");
const AUDIT: Who = Who::Staff("audit log");

pub fn rows() -> Vec<Row> {
    use Reach::{Called, Nowhere, Root, Subtree};
    let row = |method: &str, path, who, reach, done| Row {
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
    };
    vec![
        row("GET", "/healthz", Who::Open, Nowhere, &[200]),
        row("GET", "/readyz", Who::Open, Nowhere, &[200]),
        row("GET", "/metrics", Who::Open, Nowhere, &[200]),
        row("POST", "/api/v1/enrol/device", Who::Open, Nowhere, &[200]),
        row("POST", "/api/v1/enrol/token", Who::Open, Nowhere, &[400]),
        row("POST", "/api/v1/staff/sessions", Who::Open, Nowhere, &[200]),
        row("GET", "/api/v1/staff/sign-in", Who::Open, Nowhere, &[200]),
        row("GET", "/files/{name}", Who::Anybody, Nowhere, &[404]),
        // What a terminal may: always itself.
        row("GET", "/api/v1/terminal", Who::Terminal, Nowhere, &[200]),
        row(
            "PUT",
            "/api/v1/terminal/progress/{programme_id}",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/terminal/roll-calls",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/terminal/sign-ins",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/terminal/people",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/terminal/member-sessions",
            Who::Terminal,
            Nowhere,
            &[201],
        ),
        row(
            "DELETE",
            "/api/v1/terminal/member-sessions/current",
            Who::Terminal,
            Nowhere,
            &[204],
        ),
        row(
            "POST",
            "/api/v1/terminal/pins",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/terminal/record",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/terminal/evaluations",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/terminal/evaluations/{id}/objections",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/terminal/ballots",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        // The media of these meetings were never begun, so whoever may is told that they are not.
        row(
            "POST",
            "/api/v1/terminal/meetings/{id}/join",
            Who::Terminal,
            Nowhere,
            &[409],
        ),
        row(
            "DELETE",
            "/api/v1/terminal/meetings/{id}/join",
            Who::Terminal,
            Nowhere,
            &[204],
        ),
        row(
            "GET",
            "/api/v1/terminal/meetings/{id}/place",
            Who::Terminal,
            Nowhere,
            &[409],
        ),
        row(
            "POST",
            "/api/v1/terminal/meetings/{id}/hand",
            Who::Terminal,
            Nowhere,
            &[409],
        ),
        row(
            "PUT",
            "/api/v1/terminal/meetings/{id}/picture",
            Who::Terminal,
            Nowhere,
            &[409],
        ),
        row("POST", "/live/whip/{*stream}", Who::Link, Nowhere, &[]),
        row("POST", "/live/whep/{*stream}", Who::Link, Nowhere, &[]),
        // What stands in the address is the token.
        row(
            "GET",
            "/live/hls/{token}/{meeting}/program/{file}",
            Who::Open,
            Nowhere,
            &[401],
        ),
        row("DELETE", "/live/sessions/{id}", Who::Open, Nowhere, &[404]),
        row(
            "PUT",
            "/api/v1/terminal/viewings/{id}",
            Who::Terminal,
            Nowhere,
            &[204],
        ),
        row("GET", "/api/v1/feed", Who::Terminal, Nowhere, &[200]),
        row("GET", "/api/v1/events", Who::Terminal, Nowhere, &[200]),
        // Oneself.
        row(
            "DELETE",
            "/api/v1/staff/sessions/current",
            Who::AnyStaff,
            Nowhere,
            &[204],
        ),
        row(
            "GET",
            "/api/v1/staff/sessions/current",
            Who::AnyStaff,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/staff/sessions",
            Who::AnyStaff,
            Nowhere,
            &[200],
        ),
        row(
            "PUT",
            "/api/v1/staff/password",
            Who::AnyStaff,
            Nowhere,
            &[204],
        ),
        row("POST", "/api/v1/staff/totp", Who::AnyStaff, Nowhere, &[200]),
        row(
            "POST",
            "/api/v1/staff/totp/confirm",
            Who::AnyStaff,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/staff/totp/recovery-codes",
            Who::AnyStaff,
            Nowhere,
            &[200],
        ),
        row(
            "DELETE",
            "/api/v1/staff/totp",
            Who::AnyStaff,
            Nowhere,
            &[204],
        ),
        row("GET", "/api/v1/township", Who::AnyStaff, Nowhere, &[200]),
        // Bulletins and programmes.
        row("GET", "/api/v1/bulletins", READ, Nowhere, &[200]),
        row("GET", "/api/v1/bulletins/{id}", READ, Subtree, &[200]),
        row("POST", "/api/v1/bulletins", WRITE, Subtree, &[201]),
        row("PUT", "/api/v1/bulletins/{id}", WRITE, Subtree, &[200]),
        row(
            "POST",
            "/api/v1/bulletins/{id}/submit",
            WRITE,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/bulletins/{id}/return",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/bulletins/{id}/publish",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/bulletins/{id}/withdraw",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row("GET", "/api/v1/programmes", READ, Nowhere, &[200]),
        row(
            "POST",
            "/api/v1/programmes/{id}/withdraw",
            PUBLISH,
            Subtree,
            &[204],
        ),
        row("POST", "/api/v1/pictures", WRITE, Nowhere, &[201]),
        // Pages of organizations.
        row("GET", "/api/v1/branches", READ, Nowhere, &[200]),
        row(
            "GET",
            "/api/v1/organizations/{code}/page",
            READ,
            Subtree,
            &[200],
        ),
        row(
            "PUT",
            "/api/v1/organizations/{code}/page",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row(
            "DELETE",
            "/api/v1/organizations/{code}/page",
            PUBLISH,
            Subtree,
            &[204],
        ),
        // Evaluations.
        row("GET", "/api/v1/evaluations", READ, Nowhere, &[200]),
        row("POST", "/api/v1/evaluations", LEAD, Subtree, &[201]),
        row("GET", "/api/v1/evaluations/{id}", READ, Called, &[200]),
        row("PUT", "/api/v1/evaluations/{id}", LEAD, Subtree, &[200]),
        row(
            "POST",
            "/api/v1/evaluations/{id}/announce",
            LEAD,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/evaluations/{id}/open",
            LEAD,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/evaluations/{id}/close",
            LEAD,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/evaluations/{id}/cancel",
            LEAD,
            Subtree,
            &[200],
        ),
        row(
            "PUT",
            "/api/v1/evaluations/{id}/follow-up",
            LEAD,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/evaluations/{id}/objections/{objection}",
            EVALUATE,
            Called,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/evaluations/{id}/paper-voters",
            EVALUATE,
            Called,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/evaluations/{id}/paper-ballots",
            EVALUATE,
            Called,
            &[200],
        ),
        // Nobody took part in this one, so there is no table.
        row(
            "GET",
            "/api/v1/evaluations/{id}/ballots.csv",
            READ,
            Called,
            &[404],
        ),
        // Terminals.
        row("GET", "/api/v1/terminals", READ, Nowhere, &[200]),
        row(
            "POST",
            "/api/v1/terminals/{id}/revoke",
            TERMINALS,
            Subtree,
            &[200],
        ),
        row("GET", "/api/v1/terminals/{id}", READ, Subtree, &[200]),
        row("PUT", "/api/v1/terminals/{id}", TERMINALS, Subtree, &[200]),
        row("GET", "/api/v1/enrolments", TERMINALS, Nowhere, &[200]),
        row(
            "GET",
            "/api/v1/enrolments/households",
            TERMINALS,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/enrolments/{user_code}/approve",
            TERMINALS,
            Subtree,
            &[204],
        ),
        row(
            "POST",
            "/api/v1/enrolments/{user_code}/decline",
            TERMINALS,
            Nowhere,
            &[204],
        ),
        // Organizations.
        row("GET", "/api/v1/organizations", READ, Nowhere, &[200]),
        row("POST", "/api/v1/organizations", ORGANIZE, Subtree, &[201]),
        row("PUT", "/api/v1/township", ORGANIZE, Root, &[200]),
        // Members and households.
        row("GET", "/api/v1/members", READ_MEMBERS, Subtree, &[200]),
        row("POST", "/api/v1/members", WRITE_MEMBERS, Subtree, &[201]),
        row("GET", "/api/v1/members/{id}", READ_MEMBERS, Subtree, &[200]),
        row(
            "PUT",
            "/api/v1/members/{id}",
            WRITE_MEMBERS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/members/search",
            READ_MEMBERS,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/members/duplicates",
            READ_MEMBERS,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/members/import",
            WRITE_MEMBERS,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/members/{id}/reveal",
            REVEAL,
            Subtree,
            &[200],
        ),
        row("POST", "/api/v1/members/{id}/purge", PURGE, Subtree, &[204]),
        row(
            "PUT",
            "/api/v1/members/{id}/pin",
            WRITE_MEMBERS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/members/{id}/transfer",
            WRITE_MEMBERS,
            Subtree,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/members/{id}/transfers",
            READ_MEMBERS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/members/{id}/leave",
            WRITE_MEMBERS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/members/{id}/return",
            WRITE_MEMBERS,
            Subtree,
            &[200],
        ),
        row("GET", "/api/v1/households", READ_MEMBERS, Nowhere, &[200]),
        row("POST", "/api/v1/households", WRITE_MEMBERS, Subtree, &[201]),
        row(
            "GET",
            "/api/v1/households/{id}",
            READ_MEMBERS,
            Subtree,
            &[200],
        ),
        row(
            "PUT",
            "/api/v1/households/{id}",
            WRITE_MEMBERS,
            Subtree,
            &[200],
        ),
        row(
            "DELETE",
            "/api/v1/households/{id}",
            WRITE_MEMBERS,
            Subtree,
            &[204],
        ),
        row(
            "POST",
            "/api/v1/households/import",
            WRITE_MEMBERS,
            Nowhere,
            &[200],
        ),
        row("GET", "/api/v1/notices", READ_MEMBERS, Nowhere, &[200]),
        row(
            "POST",
            "/api/v1/notices/{id}/seen",
            WRITE_MEMBERS,
            Subtree,
            &[200],
        ),
        // Roll calls.
        row("GET", "/api/v1/roll-calls", READ, Nowhere, &[200]),
        row("POST", "/api/v1/roll-calls", ROLL_CALL, Subtree, &[201]),
        row("GET", "/api/v1/roll-calls/{id}", READ, Called, &[200]),
        row(
            "POST",
            "/api/v1/roll-calls/{id}/open",
            ROLL_CALL,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/roll-calls/{id}/close",
            ROLL_CALL,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/roll-calls/{id}/cancel",
            ROLL_CALL,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/roll-calls/{id}/rounds",
            ROLL_CALL,
            Subtree,
            &[201],
        ),
        row(
            "POST",
            "/api/v1/roll-calls/{id}/members",
            ROLL_CALL,
            Subtree,
            &[201],
        ),
        row(
            "POST",
            "/api/v1/roll-calls/{id}/corrections",
            ROLL_CALL,
            Subtree,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/roll-calls/{id}/attendance",
            READ_MEMBERS,
            Called,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/roll-calls/{id}/results",
            READ,
            Called,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/roll-calls/{id}/presence-code",
            ROLL_CALL,
            Subtree,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/roll-calls/{id}/events",
            READ,
            Called,
            &[200],
        ),
        row("GET", "/api/v1/reports/attendance", READ, Subtree, &[200]),
        // Meetings.
        row("GET", "/api/v1/meetings", READ, Nowhere, &[200]),
        row("POST", "/api/v1/meetings", DIRECT, Subtree, &[201]),
        row("GET", "/api/v1/meetings/{id}", READ, Called, &[200]),
        row("PUT", "/api/v1/meetings/{id}", DIRECT, Subtree, &[200]),
        row(
            "POST",
            "/api/v1/meetings/{id}/cancel",
            DIRECT,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/meetings/{id}/start",
            DIRECT,
            Subtree,
            &[200],
        ),
        row("POST", "/api/v1/meetings/{id}/end", DIRECT, Subtree, &[200]),
        row(
            "POST",
            "/api/v1/meetings/{id}/recording",
            DIRECT,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/meetings/{id}/roll-call",
            ROLL_CALL,
            Subtree,
            &[201],
        ),
        row(
            "GET",
            "/api/v1/meetings/{id}/viewings",
            READ,
            Called,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/meetings/{id}/host",
            DIRECT,
            Subtree,
            &[409],
        ),
        row(
            "PUT",
            "/api/v1/meetings/{id}/host-source",
            DIRECT,
            Subtree,
            &[409],
        ),
        row(
            "GET",
            "/api/v1/meetings/{id}/stage",
            DIRECT,
            Subtree,
            &[409],
        ),
        row(
            "POST",
            "/api/v1/meetings/{id}/direction",
            DIRECT,
            Subtree,
            &[409],
        ),
        row(
            "GET",
            "/api/v1/meetings/{id}/events",
            DIRECT,
            Subtree,
            &[409],
        ),
        row(
            "GET",
            "/api/v1/meetings/{id}/stations/{terminal_id}/picture",
            DIRECT,
            Subtree,
            &[409],
        ),
        // Duty rooms.
        row(
            "GET",
            "/api/v1/terminal/duty",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row("GET", "/api/v1/duty-rooms", READ, Nowhere, &[200]),
        row("POST", "/api/v1/duty-rooms", DUTY, Subtree, &[201]),
        row("GET", "/api/v1/duty-rooms/{id}", READ, Subtree, &[200]),
        row("PUT", "/api/v1/duty-rooms/{id}", DUTY, Subtree, &[200]),
        row("DELETE", "/api/v1/duty-rooms/{id}", DUTY, Subtree, &[204]),
        row(
            "GET",
            "/api/v1/duty-rooms/{id}/looks",
            READ,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/duty-rooms/{id}/looks",
            DUTY,
            Subtree,
            &[201],
        ),
        row("DELETE", "/api/v1/duty-looks/{id}", DUTY, Subtree, &[204]),
        // Accounts.
        row("GET", "/api/v1/staff/accounts", ACCOUNTS, Nowhere, &[200]),
        row("POST", "/api/v1/staff/accounts", ACCOUNTS, Subtree, &[201]),
        row(
            "GET",
            "/api/v1/staff/accounts/{id}",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "PUT",
            "/api/v1/staff/accounts/{id}",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/staff/accounts/{id}/disable",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/staff/accounts/{id}/enable",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/staff/accounts/{id}/password",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "DELETE",
            "/api/v1/staff/accounts/{id}/totp",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "DELETE",
            "/api/v1/staff/sessions/{id}",
            ACCOUNTS,
            Subtree,
            &[204],
        ),
        row("GET", "/api/v1/audit", AUDIT, Nowhere, &[200]),
        row("GET", "/api/v1/audit/head", AUDIT, Nowhere, &[200]),
        row("GET", "/api/v1/condition", AUDIT, Nowhere, &[200]),
    ]
}
