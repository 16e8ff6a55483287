//! Who was entitled when something opened: a list that is fixed at that moment, whatever becomes of its
//! members later. Somebody who was left out can be added; nobody is ever taken off.
//!
//! A kind of thing that opens has a table of its own for it, with the columns of [`Snapshot`] and a
//! primary key of the thing and the member; what else it keeps of each of them stands in further
//! columns of that table. Roll calls are the first.

use contract::member::{MemberRef, MemberStatus};
use contract::organization::OrganizationRef;

use crate::codec::{placeholders, to_name};
use crate::driver::{Tx, Value, WriteTx, params};
use crate::error::{Error, Result};

/// The lists of one kind of thing. Its table has, beside the column `of`, `member_id` and
/// `organization_id` (their home organization at that moment).
pub(crate) struct Snapshot {
    /// The table.
    pub(crate) table: &'static str,
    /// Its column with the id of what opened.
    pub(crate) of: &'static str,
    /// What else of `members` it keeps as it was: columns of the same names, each with a comma before it.
    pub(crate) also: &'static str,
}

/// The rule by which somebody is entitled.
pub(crate) struct Entitled<'a> {
    /// Members of this organization and of those below it.
    pub(crate) within: &'a str,
    /// Who stand so with it.
    pub(crate) statuses: &'a [MemberStatus],
    /// And have not left by then, Unix milliseconds.
    pub(crate) at_ms: i64,
}

impl Entitled<'_> {
    /// The rule as a condition on `members m` and `organization_lines l`, with its values from the
    /// placeholder `first` on.
    fn condition(&self, first: usize) -> Result<(String, Vec<Value>)> {
        let names = self.statuses.iter().map(to_name);
        let names = names.collect::<Result<Vec<_>>>()?;
        let mut values = params![self.within, self.at_ms].to_vec();
        values.extend(names.into_iter().map(Value::Text));
        let sql = format!(
            "l.organization_id = m.organization_id AND l.ancestor_id = ?{first}
             AND (m.left_at_ms IS NULL OR m.left_at_ms > ?{}) AND m.status IN ({})",
            first + 1,
            placeholders(first + 2, self.statuses.len())
        );
        Ok((sql, values))
    }
}

/// Some members, as the beginning of a statement that is about them.
pub(crate) struct Among<'a> {
    /// Tables with `members m`, the one with the fewest rows first.
    pub(crate) from: &'static str,
    /// Which of them; the key is `?2`.
    pub(crate) of: &'static str,
    /// The key.
    pub(crate) key: &'a str,
}

impl Snapshot {
    /// Fixes the list of `id`: everybody whom the rule names.
    pub(crate) fn take(&self, tx: &mut WriteTx<'_>, id: &str, rule: &Entitled<'_>) -> Result<()> {
        let Self { table, of, also } = self;
        let (condition, rule) = rule.condition(2)?;
        let mut values = params![id].to_vec();
        values.extend(rule);
        tx.execute(
            &format!(
                "INSERT INTO {table} ({of}, member_id, organization_id{also})
                 SELECT CAST(?1 AS TEXT), m.id, m.organization_id{also}
                 FROM organization_lines l CROSS JOIN members m WHERE {condition}"
            ),
            &values,
        )?;
        Ok(())
    }

    /// Adds somebody to the list of `id` who was left out. Tells whether they were not on it.
    ///
    /// # Errors
    /// [`Error::NotFound`] without the member.
    pub(crate) fn add(&self, tx: &mut WriteTx<'_>, id: &str, member_id: &str) -> Result<bool> {
        let Self { table, of, also } = self;
        let known = tx.query_opt("SELECT id FROM members WHERE id = ?1", params![member_id])?;
        known.ok_or(Error::NotFound("member"))?;
        let added = tx.query_opt(
            &format!(
                "INSERT INTO {table} ({of}, member_id, organization_id{also})
                 SELECT CAST(?1 AS TEXT), m.id, m.organization_id{also}
                 FROM members m WHERE m.id = ?2
                 ON CONFLICT ({of}, member_id) DO NOTHING RETURNING member_id"
            ),
            params![id, member_id],
        )?;
        Ok(added.is_some())
    }

    /// The home organization that a member on the list of `id` had; `None` if they are not on it.
    pub(crate) fn organization_of(
        &self,
        tx: &mut Tx<'_>,
        id: &str,
        member_id: &str,
    ) -> Result<Option<String>> {
        let Self { table, of, .. } = self;
        tx.query_opt(
            &format!("SELECT organization_id FROM {table} WHERE {of} = ?1 AND member_id = ?2"),
            params![id, member_id],
        )?
        .map(|row| row.text(0))
        .transpose()
    }

    /// Those among some members whom the rule names by now and who are not on the list of `id`: they
    /// were entered, moved or given their standing after it was taken. By name, with their home
    /// organizations.
    pub(crate) fn left_out(
        &self,
        tx: &mut Tx<'_>,
        id: &str,
        rule: &Entitled<'_>,
        among: &Among<'_>,
    ) -> Result<Vec<(MemberRef, OrganizationRef)>> {
        let Self { table, of, .. } = self;
        let (condition, rule) = rule.condition(3)?;
        let mut values = params![id, among.key].to_vec();
        values.extend(rule);
        // CROSS: SQLite keeps to this order, the small side first.
        let sql = format!(
            "SELECT m.id, m.name, o.id, o.name
             FROM {} CROSS JOIN organization_lines l CROSS JOIN organizations o
             WHERE {} AND {condition} AND o.id = m.organization_id
               AND NOT EXISTS (SELECT 1 FROM {table} k WHERE k.{of} = ?1 AND k.member_id = m.id)",
            among.from, among.of
        );
        let mut found = tx
            .query(&sql, &values)?
            .iter()
            .map(|row| {
                let member = MemberRef {
                    id: row.text(0)?,
                    name: row.text(1)?,
                };
                let organization = OrganizationRef {
                    id: row.text(2)?,
                    name: row.text(3)?,
                };
                Ok((member, organization))
            })
            .collect::<Result<Vec<_>>>()?;
        // Not by the database, whose collation depends on how it was made.
        found.sort_by(|(a, _), (b, _)| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(found)
    }
}
