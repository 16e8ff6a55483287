//! What the asker says of an answer, adds, and takes back: only they end a request.

use contract::proof::Proof;
use contract::request::{Addition, CategoryKind, Solved, TerminalRequest, Verdict, Withdrawal};
use contract::terminal::{Terminal, TerminalKind};
use store::attachments::Owner;
use store::requests::Record;
use store::requests::lists::{self, Own};
use store::versions::Seen;
use store::{WriteTx, households, idempotency};

use super::asking::{self, Parts};
use super::at_tv;
use super::kept::{self, Around, Step, Who};
use super::machine::{Case, Said};
use crate::services::attachments::{self, Kept};
use crate::services::kit::audit::Actor;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::people::session::Stand;
use crate::services::people::terminal;
use crate::services::vault::Vault;

/// What an asker does.
#[derive(Clone, Debug)]
pub enum Deed {
    /// They say whether it is solved.
    Judge(Verdict),
    /// They add something.
    Add(Addition),
    /// They take it back.
    Withdraw(Withdrawal),
}

impl Deed {
    const fn proof(&self) -> Option<&Proof> {
        match self {
            Self::Judge(it) => it.proof.as_ref(),
            Self::Add(it) => it.proof.as_ref(),
            Self::Withdraw(it) => it.proof.as_ref(),
        }
    }

    const fn action(&self) -> &'static str {
        match self {
            Self::Judge(_) => "request.verdict",
            Self::Add(_) => "request.addition",
            Self::Withdraw(_) => "request.withdraw",
        }
    }

    fn spelled(&self) -> Result<String> {
        Ok(match self {
            Self::Judge(it) => format!("verdict\n{}", asking::spelled(it)?),
            Self::Add(it) => format!("addition\n{}", asking::spelled(it)?),
            Self::Withdraw(it) => format!("withdraw\n{}", asking::spelled(it)?),
        })
    }

    /// Whether it can be done at all, whatever it is done to.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`].
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Judge(verdict) => {
                let satisfaction = verdict.satisfaction;
                if satisfaction.is_some_and(|it| !(1..=5).contains(&it)) {
                    let message = "满意度是 1 到 5，没有说就不填";
                    return Err(ServiceError::field("satisfaction", message));
                }
                Ok(())
            }
            Self::Add(addition) => {
                if addition.sentences.is_empty() && addition.voice.is_none() {
                    let message = "请选一句话，或者录一段话";
                    return Err(ServiceError::field("sentences", message));
                }
                asking::sentences(&addition.sentences).map(|_| ())
            }
            Self::Withdraw(_) => Ok(()),
        }
    }

    fn done(&self, case: &mut Case<'_>) -> Result<Said> {
        match self {
            Self::Judge(verdict) => case.judge(verdict),
            Self::Add(addition) => case.add(&asking::sentences(&addition.sentences)?),
            Self::Withdraw(_) => case.withdraw(),
        }
    }
}

/// Does what the asker does at a terminal, once for each key however often it is sent. Answers the request as it
/// stands then. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`] for one that is none of this terminal's people, [`ServiceError::WrongState`],
/// [`ServiceError::Conflict`] for a verdict on an older answer than the last, [`ServiceError::Invalid`],
/// [`ServiceError::KeyReused`], what a wrong proof is answered with.
pub fn act(
    parts: &Parts,
    stand: Stand<'_>,
    named: &str,
    id: &str,
    deed: &Deed,
    now_ms: i64,
) -> Result<TerminalRequest> {
    deed.check()?;
    let what = format!("requests/{id}\n{}", deed.spelled()?);
    let key = asking::key(&parts.vault, stand.terminal_id, named, &what);
    let mut voice = None;
    if let Deed::Add(Addition {
        voice: Some(said), ..
    }) = deed
        && !parts.store.read(|tx| idempotency::is_known(tx, &key))?
    {
        voice = Some(parts.attachments.keep(&attachments::check_voice(said)?)?);
    }
    let (on, id, deed) = (parts.clone(), id.to_owned(), deed.clone());
    let (terminal_id, address) = (stand.terminal_id.to_owned(), stand.address.to_owned());
    parts.store.write(move |tx| {
        let terminal = terminal(tx, &terminal_id)?;
        let mut found = None;
        // Before the key is taken: a refusal leaves it free, and what it counted stays.
        if !idempotency::is_known(tx, &key)? {
            match own(
                tx,
                &on,
                (&terminal, address.as_str()),
                deed.proof(),
                &id,
                now_ms,
            )? {
                Ok(own) => found = Some(own),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        let mut record = None;
        let outcome = idempotency::once(tx, &key, now_ms, |tx| {
            let (before, actor) = found.ok_or(kept::MISSING)?;
            let who = Who::asker(actor);
            record = Some(carry_out(
                tx,
                &on.vault,
                &before,
                &who,
                &deed,
                voice.as_ref(),
                now_ms,
            )?);
            // What was said is not kept here: a purge would have to find it.
            Ok::<_, ServiceError>(idempotency::Stored {
                status: 200,
                body: String::new(),
            })
        })?;
        if outcome == idempotency::Outcome::Reused {
            return Err(ServiceError::KeyReused);
        }
        let record = match record {
            Some(record) => record,
            None => store::requests::get(tx, &id)?.ok_or(kept::MISSING)?,
        };
        Ok::<_, ServiceError>(Ok(at_tv::shown(tx, &record, now_ms)?))
    })?
}

/// Does it to a request whose asker is known; also to a confidential report, whose author has proved that by
/// its number and PIN.
///
/// # Errors
/// [`ServiceError::WrongState`], [`ServiceError::Conflict`]; or the database failed.
pub fn carry_out(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    before: &Record,
    who: &Who,
    deed: &Deed,
    voice: Option<&Kept>,
    now_ms: i64,
) -> Result<Record> {
    let around = Around::of(tx, before, now_ms)?;
    let mut case = around.case(before, now_ms);
    let said = deed.done(&mut case)?;
    let step = Step {
        record: before,
        seen: Seen::Any,
        said: &said,
        who,
        now_ms,
    };
    let (after, entry) = kept::keep(tx, vault, &around.days, step, case.standing)?;
    if let Some(voice) = voice {
        let owner = Owner::Entry {
            request_id: after.id.clone(),
            entry,
        };
        voice.put(tx, vault, &owner, now_ms)?;
    }
    if after.facts.kind != CategoryKind::Confidential {
        kept::noted(tx, &who.actor, deed.action(), &after, now_ms)?;
        if let Deed::Judge(verdict) = deed {
            metrics::counter!("requests_judged", "solved" => spelled(verdict.solved)).increment(1);
        }
    }
    Ok(after)
}

const fn spelled(solved: Solved) -> &'static str {
    match solved {
        Solved::Yes => "yes",
        Solved::Partly => "partly",
        Solved::No => "no",
    }
}

/// The request with this id, if it is one of those who stand at a terminal, and who they are.
fn own(
    tx: &mut WriteTx<'_>,
    parts: &Parts,
    (terminal, address): (&Terminal, &str),
    proof: Option<&Proof>,
    id: &str,
    now_ms: i64,
) -> Result<Result<(Record, Actor)>> {
    let (found, actor) = match terminal.kind {
        TerminalKind::Signage => (None, Actor::System),
        TerminalKind::Household => {
            let household = households::of_terminal(tx, &terminal.id)?;
            let whose = match &household {
                Some(household) => Own::Household(&household.id),
                None => Own::Terminal(&terminal.id),
            };
            let found = lists::one_own(tx, whose, id)?;
            (found, Actor::Terminal(terminal.id.clone()))
        }
        TerminalKind::Station => {
            let member = match asking::proved(tx, parts, (terminal, address), proof, now_ms)? {
                Ok(member) => member,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let found = lists::one_own(tx, Own::Member(&member.id), id)?;
            (found, Actor::Member(member.id))
        }
    };
    Ok(found.ok_or(kept::MISSING).map(|record| (record, actor)))
}
