//! How members stand in roll calls.
//!
//! One expression of SQL says it everywhere: a correction by staff; else exempt; else to verify,
//! if an answer waits for staff; else missing, if a round that was held has no answer; else late
//! or present by the first round. Whoever was added later is asked only for the rounds from then on.

use std::collections::HashMap;

use contract::member::{AttendanceSummary, MemberRef};
use contract::organization::OrganizationRef;
use contract::roll_call::{
    Attendance, AttendanceReport, AttendanceState, Counts, MemberMonth, OrganizationCounts,
    OwnAttendance, RollCallState, RoundSignIn, TerminalAttendance, Unlisted,
};

use super::sign_ins::Place;
use super::{CALLED, RollCall, changes, number};
use crate::codec::{from_name, placeholders, to_name};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::journal::Topic;
use crate::snapshot::Among;

/// Rounds of the roll call `k.roll_call_id` that were held and concern the member.
const HELD: &str = "(SELECT COUNT(*) FROM roll_call_rounds r
     WHERE r.roll_call_id = k.roll_call_id AND r.number >= k.from_round AND r.state IN ('open', 'closed'))";

/// Answers, to be joined to `roll_call_members k` and grouped by its key.
const ANSWERS: &str =
    "LEFT JOIN sign_ins s ON s.member_id = k.member_id AND s.roll_call_id = k.roll_call_id";

/// The expression of the module's comment; `held` is the number of rounds held.
fn standing(held: &str) -> String {
    format!(
        "CASE WHEN k.corrected IS NOT NULL THEN k.corrected
              WHEN k.exempt_reason IS NOT NULL THEN 'exempt'
              WHEN COUNT(CASE WHEN s.state = 'to_verify' THEN 1 END) > 0 THEN 'to_verify'
              WHEN COUNT(CASE WHEN s.round >= k.from_round THEN 1 END) < {held} THEN 'missing'
              WHEN COUNT(CASE WHEN s.round = 1 AND s.state = 'late' THEN 1 END) > 0 THEN 'late'
              ELSE 'present' END"
    )
}

/// The same of the one roll call `?1`: asked once, not for every member but those who were added.
const HELD_OF_ONE: &str = "(CASE WHEN k.from_round = 1
     THEN (SELECT COUNT(*) FROM roll_call_rounds r WHERE r.roll_call_id = ?1 AND r.state IN ('open', 'closed'))
     ELSE (SELECT COUNT(*) FROM roll_call_rounds r
           WHERE r.roll_call_id = ?1 AND r.number >= k.from_round AND r.state IN ('open', 'closed')) END)";

/// Figures of a roll call by home organization when it opened, lowest rate first; visitors by the
/// organization whose TV they used. Only `within` and below it, if it is given.
///
/// # Errors
/// The database failed.
pub fn results(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    within: Option<&str>,
) -> Result<Vec<OrganizationCounts>> {
    let mut organizations: HashMap<String, OrganizationCounts> = HashMap::new();
    for row in by_standing(tx, roll_call_id, within, true)? {
        let organization = OrganizationRef {
            id: row.text(0)?,
            name: row.text(1)?,
        };
        let counts = &mut entry(&mut organizations, organization).counts;
        add(counts, from_name(row.text(2)?)?, number(row.int(3)?)?);
    }
    for (organization, guests) in guests(tx, roll_call_id, within)? {
        entry(&mut organizations, organization).counts.guests = guests;
    }
    Ok(sorted(organizations))
}

/// Figures of a roll call, of `within` and below it if it is given.
///
/// # Errors
/// The database failed.
pub fn counts(tx: &mut Tx<'_>, roll_call_id: &str, within: Option<&str>) -> Result<Counts> {
    let mut counts = Counts::default();
    for row in by_standing(tx, roll_call_id, within, false)? {
        add(&mut counts, from_name(row.text(2)?)?, number(row.int(3)?)?);
    }
    for (_, guests) in guests(tx, roll_call_id, within)? {
        counts.guests += guests;
    }
    counts.rate_bp = rate(counts.present, counts.eligible - counts.exempt);
    Ok(counts)
}

fn by_standing(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    within: Option<&str>,
    by_organization: bool,
) -> Result<Vec<Row>> {
    // The small side first: a village asks for its thirty members, not for a county's.
    let (from, of) = match within {
        Some(_) => (
            "organization_lines l CROSS JOIN roll_call_members k",
            "AND l.ancestor_id = ?2 AND k.organization_id = l.organization_id",
        ),
        None => ("roll_call_members k", ""),
    };
    let standing = standing(HELD_OF_ONE);
    let (columns, join, group) = if by_organization {
        (
            "o.id, o.name",
            "JOIN organizations o ON o.id = g.organization_id",
            "o.id, o.name, g.standing",
        )
    } else {
        ("'', ''", "", "g.standing")
    };
    let sql = format!(
        "SELECT {columns}, g.standing, COUNT(*)
         FROM (SELECT k.organization_id AS organization_id, {standing} AS standing
               FROM {from} {ANSWERS} WHERE k.roll_call_id = ?1 {of}
               GROUP BY k.roll_call_id, k.member_id) g {join} GROUP BY {group}"
    );
    match within {
        Some(within) => tx.query(&sql, params![roll_call_id, within]),
        None => tx.query(&sql, params![roll_call_id]),
    }
}

fn guests(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    within: Option<&str>,
) -> Result<Vec<(OrganizationRef, u32)>> {
    tx.query(
        "SELECT o.id, o.name, COUNT(DISTINCT s.member_id) FROM sign_ins s
         JOIN terminals t ON t.id = s.terminal_id
         JOIN organizations o ON o.id = t.organization_id
         WHERE s.roll_call_id = ?1 AND s.guest = 1
           AND (CAST(?2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM organization_lines l
                WHERE l.organization_id = o.id AND l.ancestor_id = ?2))
         GROUP BY o.id, o.name",
        params![roll_call_id, within],
    )?
    .iter()
    .map(|row| {
        let organization = OrganizationRef {
            id: row.text(0)?,
            name: row.text(1)?,
        };
        Ok((organization, number(row.int(2)?)?))
    })
    .collect()
}

/// Which lines of the attendance are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Only this organization and those below it.
    pub within: Option<&'a str>,
    /// Only who stands so.
    pub state: Option<AttendanceState>,
    /// Only members after this id.
    pub after: Option<&'a str>,
    /// At most so many.
    pub limit: u32,
}

/// A page of the attendance, by member id, visitors included.
///
/// # Errors
/// The database failed.
pub fn attendance(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    wanted: Wanted<'_>,
) -> Result<Vec<Attendance>> {
    let mut lines = Vec::new();
    if wanted.state != Some(AttendanceState::Guest) {
        lines = called(tx, roll_call_id, None, wanted)?;
    }
    if wanted
        .state
        .is_none_or(|state| state == AttendanceState::Guest)
    {
        lines.extend(visitors(tx, roll_call_id, wanted)?);
        lines.sort_by(|a, b| a.member.id.cmp(&b.member.id));
        lines.truncate(wanted.limit as usize);
    }
    add_sign_ins(tx, roll_call_id, &mut lines)?;
    Ok(lines)
}

fn called(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    member_id: Option<&str>,
    wanted: Wanted<'_>,
) -> Result<Vec<Attendance>> {
    let standing = standing(HELD_OF_ONE);
    let state = wanted.state.map(|state| to_name(&state)).transpose()?;
    let sql = format!(
        "SELECT k.member_id, m.name, k.organization_id, o.name, {standing},
             CASE WHEN k.corrected IS NOT NULL THEN k.correction ELSE k.exempt_reason END, k.added_reason
         FROM roll_call_members k {ANSWERS}
         JOIN members m ON m.id = k.member_id
         JOIN organizations o ON o.id = k.organization_id
         WHERE k.roll_call_id = ?1 AND k.member_id > ?2
           AND (CAST(?3 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM organization_lines l
                WHERE l.organization_id = k.organization_id AND l.ancestor_id = ?3))
           AND (CAST(?4 AS TEXT) IS NULL OR k.member_id = ?4)
         GROUP BY k.roll_call_id, k.member_id, m.name, o.name
         HAVING CAST(?5 AS TEXT) IS NULL OR {standing} = ?5
         ORDER BY k.member_id LIMIT ?6"
    );
    tx.query(
        &sql,
        params![
            roll_call_id,
            wanted.after.unwrap_or_default(),
            wanted.within,
            member_id,
            state,
            wanted.limit
        ],
    )?
    .iter()
    .map(|row| {
        Ok(Attendance {
            added_reason: row.opt_text(6)?,
            ..line(row, from_name(row.text(4)?)?, row.opt_text(5)?)?
        })
    })
    .collect()
}

fn visitors(tx: &mut Tx<'_>, roll_call_id: &str, wanted: Wanted<'_>) -> Result<Vec<Attendance>> {
    tx.query(
        "SELECT DISTINCT s.member_id, m.name, m.organization_id, o.name
         FROM sign_ins s JOIN members m ON m.id = s.member_id
         JOIN organizations o ON o.id = m.organization_id
         LEFT JOIN terminals t ON t.id = s.terminal_id
         WHERE s.roll_call_id = ?1 AND s.guest = 1 AND s.member_id > ?2
           AND (CAST(?3 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM organization_lines l
                WHERE l.organization_id = t.organization_id AND l.ancestor_id = ?3))
         ORDER BY s.member_id LIMIT ?4",
        params![
            roll_call_id,
            wanted.after.unwrap_or_default(),
            wanted.within,
            wanted.limit
        ],
    )?
    .iter()
    .map(|row| line(row, AttendanceState::Guest, None))
    .collect()
}

fn line(row: &Row, state: AttendanceState, reason: Option<String>) -> Result<Attendance> {
    Ok(Attendance {
        member: MemberRef {
            id: row.text(0)?,
            name: row.text(1)?,
        },
        organization: OrganizationRef {
            id: row.text(2)?,
            name: row.text(3)?,
        },
        state,
        reason,
        added_reason: None,
        sign_ins: Vec::new(),
    })
}

fn add_sign_ins(tx: &mut Tx<'_>, roll_call_id: &str, lines: &mut [Attendance]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut values = params![roll_call_id].to_vec();
    values.extend(lines.iter().map(|line| Value::from(&line.member.id)));
    let sql = format!(
        "SELECT member_id, round, state, signed_at_ms, received_at_ms, method, terminal_id, verify
         FROM sign_ins WHERE roll_call_id = ?1 AND member_id IN ({}) ORDER BY round",
        placeholders(2, lines.len())
    );
    let mut sign_ins: HashMap<String, Vec<RoundSignIn>> = HashMap::new();
    for row in tx.query(&sql, &values)? {
        sign_ins.entry(row.text(0)?).or_default().push(RoundSignIn {
            round: number(row.int(1)?)?,
            state: from_name(row.text(2)?)?,
            signed_at_ms: row.int(3)?,
            received_at_ms: row.int(4)?,
            method: from_name(row.text(5)?)?,
            terminal_id: row.opt_text(6)?,
            verify: row.opt_text(7)?.map(from_name).transpose()?,
        });
    }
    for line in lines {
        line.sign_ins = sign_ins.remove(&line.member.id).unwrap_or_default();
    }
    Ok(())
}

/// Home organization, when it opened, of a member who is called.
///
/// # Errors
/// The database failed.
pub fn organization_of(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    member_id: &str,
) -> Result<Option<String>> {
    CALLED.organization_of(tx, roll_call_id, member_id)
}

/// Writes down how staff say a member stands, over all rounds; answers the member's line.
///
/// # Errors
/// [`Error::NotFound`] if the member is not called.
pub fn correct(
    tx: &mut WriteTx<'_>,
    roll_call_id: &str,
    member_id: &str,
    state: AttendanceState,
    reason: &str,
    by: &str,
    now_ms: i64,
) -> Result<Attendance> {
    let seq = changes::next(tx, Topic::RollCalls)?;
    tx.execute(
        "UPDATE roll_call_members SET corrected = ?3, correction = ?4, corrected_by = ?5, corrected_at_ms = ?6, seq = ?7
         WHERE roll_call_id = ?1 AND member_id = ?2",
        params![
            roll_call_id,
            member_id,
            to_name(&state)?,
            reason,
            by,
            now_ms,
            seq
        ],
    )?;
    changes::touch(tx, roll_call_id, seq)?;
    of_called(tx, roll_call_id, member_id)?.ok_or(Error::NotFound("member called"))
}

/// The line of a member who is called.
///
/// # Errors
/// The database failed.
pub fn of_called(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    member_id: &str,
) -> Result<Option<Attendance>> {
    let wanted = Wanted {
        limit: 1,
        ..Wanted::default()
    };
    let mut lines = called(tx, roll_call_id, Some(member_id), wanted)?;
    add_sign_ins(tx, roll_call_id, &mut lines)?;
    Ok(lines.pop())
}

/// Calls a member too who was not there when it opened, from its round `from_round` on. What they have
/// answered as a visitor is their answer now. Tells whether they were not called before.
///
/// # Errors
/// [`Error::NotFound`] without the member.
pub fn add_member(
    tx: &mut WriteTx<'_>,
    roll_call_id: &str,
    member_id: &str,
    from_round: u32,
    reason: &str,
) -> Result<bool> {
    if !CALLED.add(tx, roll_call_id, member_id)? {
        return Ok(false);
    }
    let seq = changes::next(tx, Topic::RollCalls)?;
    tx.execute(
        "UPDATE roll_call_members SET seq = ?3, from_round = ?4, added_reason = ?5
         WHERE roll_call_id = ?1 AND member_id = ?2",
        params![roll_call_id, member_id, seq, from_round, reason],
    )?;
    tx.execute(
        "UPDATE sign_ins SET guest = 0, seq = ?3 WHERE roll_call_id = ?1 AND member_id = ?2",
        params![roll_call_id, member_id, seq],
    )?;
    changes::touch(tx, roll_call_id, seq)?;
    Ok(true)
}

/// Of the people of a terminal, those whom a roll call would call if it opened now and who are not called:
/// they were entered, moved or given their standing after it had opened. By name.
///
/// # Errors
/// The database failed.
pub fn unlisted(
    tx: &mut Tx<'_>,
    roll_call: &RollCall,
    place: &Place,
    now_ms: i64,
) -> Result<Vec<Unlisted>> {
    // The small side first, as in `of_terminal`.
    let among = match &place.household {
        _ if place.is_station() => Among {
            from: "organization_lines p CROSS JOIN members m",
            of: "p.ancestor_id = ?2 AND m.organization_id = p.organization_id",
            key: &place.organization_id,
        },
        Some(household) => Among {
            from: "members m",
            of: "m.household_id = ?2",
            key: &household.id,
        },
        None => return Ok(Vec::new()),
    };
    let left_out = CALLED.left_out(tx, &roll_call.id, &roll_call.calls(now_ms), &among)?;
    let unlisted = |(member, organization)| Unlisted {
        member,
        organization,
    };
    Ok(left_out.into_iter().map(unlisted).collect())
}

/// How the people of a terminal stand: those of its household, or at a station those of its
/// subtree; and visitors who signed in there, with their names.
///
/// # Errors
/// The database failed.
pub fn of_terminal(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    place: &Place,
) -> Result<Vec<TerminalAttendance>> {
    let (people, of) = match &place.household {
        _ if place.is_station() => (
            "organization_lines l CROSS JOIN members m",
            "l.ancestor_id = ?2 AND m.organization_id = l.organization_id",
        ),
        Some(_) => ("members m", "m.household_id = ?2"),
        None => return Ok(Vec::new()),
    };
    let key = match &place.household {
        Some(household) if !place.is_station() => &household.id,
        _ => &place.organization_id,
    };
    let standing = standing(HELD_OF_ONE);
    let mut found = Vec::new();
    let mut at = HashMap::new();
    for row in tx.query(
        &format!(
            "SELECT k.member_id, {standing} FROM {people} CROSS JOIN roll_call_members k {ANSWERS}
             WHERE {of} AND k.roll_call_id = ?1 AND k.member_id = m.id
             GROUP BY k.roll_call_id, k.member_id ORDER BY k.member_id"
        ),
        params![roll_call_id, key],
    )? {
        let member_id = row.text(0)?;
        at.insert(member_id.clone(), found.len());
        found.push(TerminalAttendance {
            member_id,
            name: String::new(),
            state: from_name(row.text(1)?)?,
            answered: Vec::new(),
        });
    }
    for row in tx.query(
        &format!(
            "SELECT s.member_id, s.round FROM {people} CROSS JOIN sign_ins s
             WHERE {of} AND s.member_id = m.id AND s.roll_call_id = ?1 AND s.guest = 0 ORDER BY s.round"
        ),
        params![roll_call_id, key],
    )? {
        if let Some(index) = at.get(&row.text(0)?) {
            found[*index].answered.push(number(row.int(1)?)?);
        }
    }
    at.clear();
    for row in tx.query(
        "SELECT s.member_id, m.name, s.round FROM sign_ins s JOIN members m ON m.id = s.member_id
         WHERE s.roll_call_id = ?1 AND s.guest = 1 AND s.terminal_id = ?2 ORDER BY s.member_id, s.round",
        params![roll_call_id, &place.terminal_id],
    )? {
        let member_id = row.text(0)?;
        let index = *at.entry(member_id.clone()).or_insert(found.len());
        if index == found.len() {
            found.push(TerminalAttendance {
                member_id,
                name: row.text(1)?,
                state: AttendanceState::Guest,
                answered: Vec::new(),
            });
        }
        found[index].answered.push(number(row.int(2)?)?);
    }
    Ok(found)
}

/// The roll calls of a member, newest first, at most `limit`: those that called them, and those
/// they visited.
///
/// # Errors
/// The database failed.
pub fn of_member(tx: &mut Tx<'_>, member_id: &str, limit: u32) -> Result<Vec<OwnAttendance>> {
    let standing = standing(HELD);
    let sql = format!(
        "SELECT c.id, c.title, c.opened_at_ms, {standing}, k.organization_id
         FROM roll_call_members k JOIN roll_calls c ON c.id = k.roll_call_id {ANSWERS}
         WHERE k.member_id = ?1 AND c.state IN ('open', 'closed')
         GROUP BY k.roll_call_id, k.member_id, c.id, c.title, c.opened_at_ms
         UNION ALL
         SELECT DISTINCT c.id, c.title, c.opened_at_ms, 'guest', m.organization_id
         FROM sign_ins s JOIN roll_calls c ON c.id = s.roll_call_id JOIN members m ON m.id = s.member_id
         WHERE s.member_id = ?1 AND s.guest = 1 AND c.state IN ('open', 'closed')
         ORDER BY 3 DESC, 1 DESC LIMIT ?2"
    );
    let mut found = Vec::new();
    for row in tx.query(&sql, params![member_id, limit])? {
        let roll_call_id = row.text(0)?;
        let home = row.text(4)?;
        let first = tx.query(
            "SELECT s.signed_at_ms, s.method, o.id, o.name FROM sign_ins s
             LEFT JOIN terminals t ON t.id = s.terminal_id
             LEFT JOIN organizations o ON o.id = t.organization_id
             WHERE s.member_id = ?1 AND s.roll_call_id = ?2 ORDER BY s.round LIMIT 1",
            params![member_id, &roll_call_id],
        )?;
        let first = first.first();
        let at_organization = match first {
            Some(first) => first
                .opt_text(2)?
                .filter(|id| *id != home)
                .map(|id| {
                    Ok::<_, Error>(OrganizationRef {
                        id,
                        name: first.text(3)?,
                    })
                })
                .transpose()?,
            None => None,
        };
        found.push(OwnAttendance {
            roll_call_id,
            title: row.text(1)?,
            opened_at_ms: row.int(2)?,
            state: from_name(row.text(3)?)?,
            signed_at_ms: first.map(|first| first.int(0)).transpose()?,
            method: first.map(|first| from_name(first.text(1)?)).transpose()?,
            at_organization,
        });
    }
    Ok(found)
}

/// A member's attendance over the roll calls that opened from `from_ms` until before `until_ms` and are over.
///
/// # Errors
/// The database failed.
pub fn summary_of_member(
    tx: &mut Tx<'_>,
    member_id: &str,
    from_ms: i64,
    until_ms: i64,
) -> Result<AttendanceSummary> {
    let standing = standing(HELD);
    let sql = format!(
        "SELECT g.standing, COUNT(*) FROM (
             SELECT {standing} AS standing
             FROM roll_call_members k JOIN roll_calls c ON c.id = k.roll_call_id {ANSWERS}
             WHERE k.member_id = ?1 AND c.state = 'closed' AND c.opened_at_ms >= ?2 AND c.opened_at_ms < ?3
             GROUP BY k.roll_call_id, k.member_id) g GROUP BY g.standing"
    );
    let mut counts = Counts::default();
    for row in tx.query(&sql, params![member_id, from_ms, until_ms])? {
        add(&mut counts, from_name(row.text(0)?)?, number(row.int(1)?)?);
    }
    Ok(summary(&counts))
}

/// The report over roll calls that opened from `from_ms` until before `until_ms` and are over, of the
/// members of `within` and below it. `month` is what it is called.
///
/// # Errors
/// The database failed.
pub fn report(
    tx: &mut Tx<'_>,
    within: &OrganizationRef,
    month: &str,
    from_ms: i64,
    until_ms: i64,
) -> Result<AttendanceReport> {
    let standing = standing(HELD);
    let mut organizations: HashMap<String, OrganizationCounts> = HashMap::new();
    let mut members: Vec<(MemberRef, OrganizationRef, Counts)> = Vec::new();
    let sql = format!(
        "SELECT g.member_id, m.name, o.id, o.name, g.standing, COUNT(*)
         FROM (SELECT k.member_id AS member_id, k.organization_id AS organization_id, {standing} AS standing
               FROM roll_calls c JOIN roll_call_members k ON k.roll_call_id = c.id {ANSWERS}
               WHERE c.state = 'closed' AND c.opened_at_ms >= ?2 AND c.opened_at_ms < ?3
                 AND k.organization_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
               GROUP BY k.roll_call_id, k.member_id) g
         JOIN members m ON m.id = g.member_id
         JOIN organizations o ON o.id = g.organization_id
         GROUP BY g.member_id, m.name, o.id, o.name, o.code, g.standing
         ORDER BY o.code, m.name, g.member_id"
    );
    for row in tx.query(&sql, params![&within.id, from_ms, until_ms])? {
        let member = MemberRef {
            id: row.text(0)?,
            name: row.text(1)?,
        };
        let organization = OrganizationRef {
            id: row.text(2)?,
            name: row.text(3)?,
        };
        let (state, times) = (from_name(row.text(4)?)?, number(row.int(5)?)?);
        add(
            &mut entry(&mut organizations, organization.clone()).counts,
            state,
            times,
        );
        match members.last_mut() {
            Some((last, at, counts)) if *last == member && *at == organization => {
                add(counts, state, times);
            }
            _ => {
                let mut counts = Counts::default();
                add(&mut counts, state, times);
                members.push((member, organization, counts));
            }
        }
    }
    let time = (from_ms, until_ms);
    let roll_calls = opened_between(tx, &within.id, RollCallState::Closed, time)?;
    let under_way = opened_between(tx, &within.id, RollCallState::Open, time)?;
    for id in &roll_calls {
        for (organization, guests) in guests(tx, id, Some(&within.id))? {
            entry(&mut organizations, organization).counts.guests += guests;
        }
    }
    let organizations = sorted(organizations);
    let mut total = Counts::default();
    for one in &organizations {
        sum(&mut total, &one.counts);
    }
    total.rate_bp = rate(total.present, total.eligible - total.exempt);
    Ok(AttendanceReport {
        month: month.to_owned(),
        organization: within.clone(),
        roll_calls: u32::try_from(roll_calls.len()).unwrap_or(u32::MAX),
        under_way: u32::try_from(under_way.len()).unwrap_or(u32::MAX),
        total,
        organizations,
        members: members
            .into_iter()
            .map(|(member, organization, counts)| MemberMonth {
                member,
                organization,
                attendance: summary(&counts),
            })
            .collect(),
    })
}

/// Roll calls that opened in a time, stand so and called somebody of the subtree.
fn opened_between(
    tx: &mut Tx<'_>,
    within: &str,
    state: RollCallState,
    (from_ms, until_ms): (i64, i64),
) -> Result<Vec<String>> {
    tx.query(
        "SELECT c.id FROM roll_calls c
         WHERE c.state = ?4 AND c.opened_at_ms >= ?2 AND c.opened_at_ms < ?3
           AND EXISTS (SELECT 1 FROM organization_lines l
                 JOIN roll_call_members k ON k.roll_call_id = c.id AND k.organization_id = l.organization_id
                 WHERE l.ancestor_id = ?1)",
        params![within, from_ms, until_ms, to_name(&state)?],
    )?
    .iter()
    .map(|row| row.text(0))
    .collect()
}

fn entry(
    organizations: &mut HashMap<String, OrganizationCounts>,
    organization: OrganizationRef,
) -> &mut OrganizationCounts {
    organizations
        .entry(organization.id.clone())
        .or_insert_with(|| OrganizationCounts {
            organization,
            counts: Counts::default(),
        })
}

/// With their rates, lowest first; those where nobody counts last.
fn sorted(organizations: HashMap<String, OrganizationCounts>) -> Vec<OrganizationCounts> {
    let mut all: Vec<OrganizationCounts> = organizations.into_values().collect();
    for one in &mut all {
        let counts = &mut one.counts;
        counts.rate_bp = rate(counts.present, counts.eligible - counts.exempt);
    }
    all.sort_by(|a, b| {
        let key = |one: &OrganizationCounts| one.counts.rate_bp.unwrap_or(u32::MAX);
        (key(a), &a.organization.name, &a.organization.id).cmp(&(
            key(b),
            &b.organization.name,
            &b.organization.id,
        ))
    });
    all
}

/// Counts `times` members more who stand so.
fn add(counts: &mut Counts, state: AttendanceState, times: u32) {
    counts.eligible += times;
    match state {
        AttendanceState::Present => counts.present += times,
        AttendanceState::Late => {
            counts.present += times;
            counts.late += times;
        }
        AttendanceState::Leave => counts.leave += times,
        AttendanceState::Exempt => counts.exempt += times,
        AttendanceState::ToVerify => counts.to_verify += times,
        // Visitors are never among the called.
        AttendanceState::Missing | AttendanceState::Guest => counts.missing += times,
    }
}

fn sum(total: &mut Counts, more: &Counts) {
    total.eligible += more.eligible;
    total.exempt += more.exempt;
    total.present += more.present;
    total.late += more.late;
    total.leave += more.leave;
    total.to_verify += more.to_verify;
    total.missing += more.missing;
    total.guests += more.guests;
}

fn summary(counts: &Counts) -> AttendanceSummary {
    let eligible = counts.eligible - counts.exempt;
    AttendanceSummary {
        eligible,
        present: counts.present,
        late: counts.late,
        leave: counts.leave,
        rate_bp: rate(counts.present, eligible),
    }
}

/// Hundredths of a percent, rounded half up; `None` of nobody.
fn rate(present: u32, of: u32) -> Option<u32> {
    let (present, of) = (u64::from(present), u64::from(of));
    let bp = (present * 20_000 + of).checked_div(2 * of)?;
    u32::try_from(bp).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_rounded_half_up() {
        assert_eq!(rate(0, 0), None);
        assert_eq!(rate(0, 3), Some(0));
        assert_eq!(rate(1, 3), Some(3_333));
        assert_eq!(rate(2, 3), Some(6_667));
        // 1/16 = 6.25 %, 1/32 = 3.125 %: the half goes up.
        assert_eq!(rate(1, 16), Some(625));
        assert_eq!(rate(1, 32), Some(313));
        assert_eq!(rate(35_000, 35_000), Some(10_000));
        assert_eq!(rate(u32::MAX, u32::MAX), Some(10_000));
    }
}
