//! What gives access, as a database has it. A backup cannot know what ended after it was made; the database
//! that it replaces does: who was closed, revoked or moved there, and what proves people there now, holds in the
//! restored one too ([`carry_over`]).
//!
//! Sessions and boxes that wait for their token are of the moment: of a backup none of them goes on.

use std::collections::{BTreeSet, HashMap};

use contract::account::Role;
use contract::terminal::TerminalKind;

use crate::codec::from_name;
use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;
use crate::members::{self, moves};
use crate::{households, recovery, staff, terminals, tree};

/// What gives access in one database.
#[derive(Debug, Default)]
pub struct Standing {
    terminals: HashMap<String, Tv>,
    accounts: HashMap<String, Account>,
    members: HashMap<String, Member>,
}

#[derive(Debug)]
struct Tv {
    kind: TerminalKind,
    organization_id: String,
    household_id: Option<String>,
    revoked_at_ms: Option<i64>,
}

struct Account {
    password_hash: String,
    organization_id: String,
    role: Role,
    totp_sealed: Option<String>,
    totp_last_step: i64,
    /// The recovery codes that are left, as they are kept.
    recovery: BTreeSet<String>,
    disabled_at_ms: Option<i64>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

struct Member {
    pin_hash: Option<String>,
    card_index: Option<String>,
    left_at_ms: Option<i64>,
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").finish_non_exhaustive()
    }
}

/// What becomes of televisions and accounts that the replaced database does not know, or of all if it
/// cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unknown {
    /// Whoever restores has to say.
    #[default]
    Refuse,
    /// They are as the backup has them.
    Keep,
    /// Televisions are revoked, accounts closed.
    End,
}

/// What a restored database did not take from its backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarriedOver {
    /// Sessions of staff and of members that do not go on.
    pub sessions: u64,
    /// Boxes that waited for their token and begin anew.
    pub waiting: u64,
    /// Televisions that were revoked since, by name.
    pub revoked: Vec<String>,
    /// Televisions that stand elsewhere, are something else or another household's since, by name.
    pub moved: Vec<String>,
    /// Televisions that were enrolled since: the restored database does not know them.
    pub enrolled_since: u64,
    /// Accounts that were closed since, by login.
    pub closed: Vec<String>,
    /// Accounts with another password, second factor, role or subtree since, by login.
    pub changed: Vec<String>,
    /// Accounts that were made since: the restored database does not know them.
    pub made_since: u64,
    /// Members with another PIN since, or none.
    pub pins: u64,
    /// Members whose card is another one since: the old one is none any more.
    pub cards: u64,
    /// Members who left since.
    pub left: u64,
    /// Televisions of which nothing newer is known, by name.
    pub unknown_terminals: Vec<String>,
    /// Accounts of which nothing newer is known, by login.
    pub unknown_accounts: Vec<String>,
}

/// What gives access in a database, whatever version of this program wrote it.
///
/// # Errors
/// It cannot be read, or is from before there were members.
pub fn standing(tx: &mut Tx<'_>) -> Result<Standing> {
    let mut standing = Standing::default();
    let terminals = "SELECT t.id, t.kind, t.organization_id, h.id, t.revoked_at_ms
                     FROM terminals t LEFT JOIN households h ON h.terminal_id = t.id";
    for row in tx.query(terminals, params![])? {
        let tv = Tv {
            kind: from_name(row.text(1)?)?,
            organization_id: row.text(2)?,
            household_id: row.opt_text(3)?,
            revoked_at_ms: row.opt_int(4)?,
        };
        standing.terminals.insert(row.text(0)?, tv);
    }
    let accounts = "SELECT id, password_hash, organization_id, role, totp_sealed, totp_last_step, disabled_at_ms
                    FROM staff_accounts";
    for row in tx.query(accounts, params![])? {
        let account = Account {
            password_hash: row.text(1)?,
            organization_id: row.text(2)?,
            role: from_name(row.text(3)?)?,
            totp_sealed: row.opt_text(4)?,
            totp_last_step: row.int(5)?,
            recovery: BTreeSet::new(),
            disabled_at_ms: row.opt_int(6)?,
        };
        standing.accounts.insert(row.text(0)?, account);
    }
    let kept = "SELECT 1 FROM schema_migrations WHERE name = 'second_factor'";
    if tx.query_opt(kept, params![])?.is_some() {
        for row in tx.query(
            "SELECT account_id, code_hash FROM recovery_codes",
            params![],
        )? {
            if let Some(account) = standing.accounts.get_mut(&row.text(0)?) {
                account.recovery.insert(row.text(1)?);
            }
        }
    }
    let members = "SELECT id, pin_hash, card_index, left_at_ms FROM members";
    for row in tx.query(members, params![])? {
        let member = Member {
            pin_hash: row.opt_text(1)?,
            card_index: row.opt_text(2)?,
            left_at_ms: row.opt_int(3)?,
        };
        standing.members.insert(row.text(0)?, member);
    }
    Ok(standing)
}

/// Makes a restored database give no access that ended since: ends all sessions, and applies what the
/// replaced one says (`None`: it cannot be read).
///
/// # Errors
/// The database failed. With [`Unknown::Refuse`] the caller has to look at what is unknown, and not keep it.
pub fn carry_over(
    tx: &mut WriteTx<'_>,
    now: Option<&Standing>,
    unknown: Unknown,
    now_ms: i64,
) -> Result<CarriedOver> {
    let waiting = "SELECT COUNT(*) FROM enrolments WHERE state IN ('pending', 'approved') AND expires_at_ms > ?1";
    let waiting = tx.query_one(waiting, params![now_ms])?.int(0)?;
    tx.execute("DELETE FROM enrolments", params![])?;
    // Whoever sent something to be published from one may see what becomes of it.
    let unsent = "DELETE FROM phone_links WHERE submission_id IS NULL";
    tx.execute(unsent, params![])?;
    let mut done = CarriedOver {
        sessions: tx.execute("DELETE FROM member_sessions", params![])?,
        waiting: u64::try_from(waiting).unwrap_or_default(),
        ..CarriedOver::default()
    };
    for row in tx.query("SELECT id FROM staff_sessions", params![])? {
        staff::end_session(tx, &row.text(0)?)?;
        done.sessions += 1;
    }
    let nothing = Standing::default();
    let now = now.unwrap_or(&nothing);
    let then = standing(tx)?;
    carry_terminals(tx, &then, now, unknown, now_ms, &mut done)?;
    carry_accounts(tx, &then, now, unknown, now_ms, &mut done)?;
    carry_members(tx, &then, now, now_ms, &mut done)?;
    Ok(done)
}

fn carry_terminals(
    tx: &mut WriteTx<'_>,
    then: &Standing,
    now: &Standing,
    unknown: Unknown,
    now_ms: i64,
    done: &mut CarriedOver,
) -> Result<()> {
    let mut to_be_bound = Vec::new();
    for (id, tv) in by_id(&then.terminals) {
        if tv.revoked_at_ms.is_some() {
            continue;
        }
        let name = terminals::get(tx, id)?.map_or_else(|| id.clone(), |it| it.name);
        let Some(is) = now.terminals.get(id) else {
            if unknown == Unknown::End {
                terminals::revoke(tx, id, now_ms)?;
            }
            done.unknown_terminals.push(name);
            continue;
        };
        if tv.household_id != is.household_id
            && let Some(household) = &tv.household_id
        {
            households::bind(tx, household, None)?;
        }
        // Where it stands now may be unknown here.
        let stands = tree::get(tx, &is.organization_id)?.is_some();
        if let Some(at_ms) = is.revoked_at_ms.or((!stands).then_some(now_ms)) {
            terminals::revoke(tx, id, at_ms)?;
            done.revoked.push(name);
            continue;
        }
        let same = tv.kind == is.kind
            && tv.organization_id == is.organization_id
            && tv.household_id == is.household_id;
        if same {
            continue;
        }
        done.moved.push(name);
        if tv.household_id != is.household_id {
            to_be_bound.extend(is.household_id.as_ref().map(|household| (household, id)));
        }
        terminals::set_kind(tx, id, is.kind)?;
        terminals::move_to(tx, id, &is.organization_id)?;
    }
    // Once none has what another one gets.
    for (household, id) in to_be_bound {
        let free = households::get(tx, household)?.is_some_and(|it| it.terminal_id.is_none());
        if free {
            households::bind(tx, household, Some(id))?;
        }
    }
    done.enrolled_since = since(&then.terminals, &now.terminals, |tv| {
        tv.revoked_at_ms.is_none()
    });
    Ok(())
}

fn carry_accounts(
    tx: &mut WriteTx<'_>,
    then: &Standing,
    now: &Standing,
    unknown: Unknown,
    now_ms: i64,
    done: &mut CarriedOver,
) -> Result<()> {
    for (id, account) in by_id(&then.accounts) {
        let login = staff::account(tx, id)?.map_or_else(|| id.clone(), |it| it.login);
        let Some(is) = now.accounts.get(id) else {
            if account.disabled_at_ms.is_none() {
                if unknown == Unknown::End {
                    staff::disable(tx, id, now_ms)?;
                }
                done.unknown_accounts.push(login);
            }
            continue;
        };
        let mut changed = false;
        if account.password_hash != is.password_hash {
            staff::set_password(tx, id, &is.password_hash)?;
            changed = true;
        }
        changed |= account.totp_sealed != is.totp_sealed;
        if account.totp_sealed != is.totp_sealed || account.totp_last_step != is.totp_last_step {
            // A code counts once, also across a restore.
            tx.execute(
                "UPDATE staff_accounts SET totp_sealed = ?2, totp_pending = NULL, totp_last_step = ?3,
                     version = version + 1
                 WHERE id = ?1",
                params![id, is.totp_sealed.as_deref(), is.totp_last_step],
            )?;
        }
        if account.recovery != is.recovery {
            let left: Vec<String> = is.recovery.iter().cloned().collect();
            recovery::replace(tx, id, &left)?;
        }
        // Where they work now may be unknown here.
        let works = tree::get(tx, &is.organization_id)?.is_some();
        if works && (account.role != is.role || account.organization_id != is.organization_id) {
            staff::set_rights(tx, id, is.role, &is.organization_id)?;
            changed = true;
        }
        match (
            account.disabled_at_ms,
            is.disabled_at_ms.or((!works).then_some(now_ms)),
        ) {
            (None, Some(at_ms)) => {
                staff::disable(tx, id, at_ms)?;
                done.closed.push(login);
            }
            _ if changed => done.changed.push(login),
            _ => {}
        }
    }
    done.made_since = since(&then.accounts, &now.accounts, |account| {
        account.disabled_at_ms.is_none()
    });
    Ok(())
}

fn carry_members(
    tx: &mut WriteTx<'_>,
    then: &Standing,
    now: &Standing,
    now_ms: i64,
    done: &mut CarriedOver,
) -> Result<()> {
    for (id, member) in by_id(&then.members) {
        let Some(is) = now.members.get(id) else {
            continue;
        };
        if member.pin_hash != is.pin_hash {
            members::set_pin(tx, id, is.pin_hash.as_deref(), now_ms)?;
            done.pins += 1;
        }
        if member.card_index.is_some() && member.card_index != is.card_index {
            tx.execute(
                "UPDATE members SET card_sealed = NULL, card_index = NULL, card_hint = NULL, version = version + 1,
                     updated_at_ms = ?2, updated_by = ?3
                 WHERE id = ?1",
                params![id, now_ms, tx.writer()],
            )?;
            done.cards += 1;
        }
        if member.left_at_ms.is_none() && is.left_at_ms.is_some() {
            moves::set_left(tx, id, is.left_at_ms, now_ms)?;
            done.left += 1;
        }
    }
    Ok(())
}

/// In an order that is the same each time.
fn by_id<T>(all: &HashMap<String, T>) -> Vec<(&String, &T)> {
    let mut all: Vec<_> = all.iter().collect();
    all.sort_by_key(|(id, _)| *id);
    all
}

fn since<T>(
    then: &HashMap<String, T>,
    now: &HashMap<String, T>,
    counts: impl Fn(&T) -> bool,
) -> u64 {
    let new = now
        .iter()
        .filter(|(id, it)| !then.contains_key(*id) && counts(it));
    u64::try_from(new.count()).unwrap_or(u64::MAX)
}
