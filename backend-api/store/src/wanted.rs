//! What a list is narrowed to, as the conditions of its query. Only what is asked for stands in it: a database that
//! does not know whether a condition counts at all plans as if hardly a row fitted.

use crate::driver::{Tx, Value};
use crate::error::Result;
use crate::tree;

/// Conditions with their values.
pub(crate) struct Wanted {
    sql: String,
    values: Vec<Value>,
}

impl Wanted {
    /// Rows whose `column` is this organization or one below it.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) fn within(tx: &mut Tx<'_>, column: &str, organization_id: &str) -> Result<Self> {
        // All are below the root: the newest of them are the newest there are.
        if tree::is_root(tx, organization_id)? {
            return Ok(Self {
                sql: "1 = 1".to_owned(),
                values: Vec::new(),
            });
        }
        Ok(Self::below(column, organization_id))
    }

    fn below(column: &str, organization_id: &str) -> Self {
        let lines = "SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1";
        Self {
            sql: format!("{column} IN ({lines})"),
            values: vec![Value::from(organization_id)],
        }
    }

    /// And this.
    pub(crate) fn and(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    /// And this, if there is a value; `@` stands for it.
    pub(crate) fn and_if<V: Into<Value>>(&mut self, value: Option<V>, condition: &str) {
        if let Some(value) = value {
            self.values.push(value.into());
            let place = format!("?{}", self.values.len());
            self.and(&condition.replace('@', &place));
        }
    }

    /// And one of these two, each a value and a condition in which `@` stands for it.
    pub(crate) fn and_either(&mut self, one: (String, &str), other: (String, &str)) {
        let either = [one, other].map(|(value, condition)| {
            self.values.push(Value::from(value));
            condition.replace('@', &format!("?{}", self.values.len()))
        });
        self.and(&format!("({})", either.join(" OR ")));
    }

    /// The query for at most `limit` of them, the greatest `id` first, with its values.
    pub(crate) fn newest(mut self, select: &str, id: &str, limit: u32) -> (String, Vec<Value>) {
        self.values.push(Value::from(limit));
        let (conditions, place) = (&self.sql, self.values.len());
        let sql = format!("{select} WHERE {conditions} ORDER BY {id} DESC LIMIT ?{place}");
        (sql, self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_for_stands_in_the_query() {
        let mut wanted = Wanted::below("t.organization_id", "o");
        wanted.and_if(None::<&str>, "t.id < @");
        wanted.and_if(Some("x"), "(t.a = @ OR t.b = @)");
        wanted.and("t.c = 1");
        wanted.and_either(("y".to_owned(), "t.d = @"), ("z".to_owned(), "t.e = @"));
        let (sql, values) = wanted.newest("SELECT t.id FROM t", "t.id", 5);
        assert_eq!(
            sql,
            "SELECT t.id FROM t WHERE t.organization_id IN \
             (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1) \
             AND (t.a = ?2 OR t.b = ?2) AND t.c = 1 AND (t.d = ?3 OR t.e = ?4) ORDER BY t.id DESC LIMIT ?5"
        );
        assert_eq!(
            values,
            [
                Value::from("o"),
                Value::from("x"),
                Value::from("y"),
                Value::from("z"),
                Value::from(5_u32)
            ]
        );
    }
}
