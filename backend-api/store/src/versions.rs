//! Versions of what two people can edit. Each write counts one up; whoever writes says which one they have
//! read, and a later one means [`Error::Stale`].

use crate::error::{Error, Result};

/// Which version somebody who writes has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// This one, and it must still be the one there is.
    Version(i64),
    /// They do not say: whatever is there is written over.
    Any,
}

impl Seen {
    /// Whether what there is may be written over.
    ///
    /// # Errors
    /// [`Error::Stale`] if another version was read.
    pub fn check(self, current: i64) -> Result<()> {
        match self {
            Self::Version(read) if read != current => Err(Error::Stale { current }),
            Self::Version(_) | Self::Any => Ok(()),
        }
    }
}

impl From<i64> for Seen {
    fn from(version: i64) -> Self {
        Self::Version(version)
    }
}

impl From<Option<i64>> for Seen {
    fn from(version: Option<i64>) -> Self {
        version.map_or(Self::Any, Self::Version)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// Tables of what two people can edit.
    const TABLES: [&str; 11] = [
        "bulletins",
        "categories",
        "duty_rooms",
        "households",
        "meetings",
        "members",
        "programmes",
        "staff_accounts",
        "submissions",
        "terminals",
        "township",
    ];

    /// Those of them that say who wrote the version there is.
    const SAYS_WHO: [&str; 3] = ["bulletins", "meetings", "members"];

    /// Columns that a statement may write without counting: kept by machines and edited by nobody; which
    /// item of a folder something came from; sealed anew with another key; or set by the same function as
    /// what counts.
    const UNCOUNTED: &[&str] = &[
        "seen_at_ms",
        "heard_before_ms",
        "heard_since_ms",
        "totp_pending",
        "totp_last_step",
        "totp_sealed",
        "camera_sealed",
        "id_sealed",
        "id_index",
        "id_hint",
        "born_on",
        "sex",
        "phone_sealed",
        "phone_index",
        "phone_hint",
        "card_sealed",
        "card_index",
        "card_hint",
        "source_key",
        "source_hash",
        "shows_codes",
        "recording_ms",
        "shown",
        "hide_at_ms",
        "deleted_at_ms",
        "started_at_ms",
        "ended_at_ms",
        "published_at_ms",
        "cancel_reason",
        "storage",
        "taken_back",
        "confirmed",
        "renditions",
        "duration_ms",
        "poster",
    ];

    #[test]
    fn another_version_than_the_one_there_is_is_stale() {
        assert!(Seen::Version(3).check(3).is_ok());
        assert!(Seen::Any.check(3).is_ok());
        for read in [2, 4] {
            let refused = Seen::Version(read).check(3);
            assert!(matches!(refused, Err(Error::Stale { current: 3 })));
        }
    }

    #[test]
    fn whatever_writes_what_is_edited_counts_its_version() {
        let mut statements = 0;
        for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            let text = fs::read_to_string(&path).unwrap();
            let text: Vec<&str> = text.split_whitespace().collect();
            let text = text.join(" ");
            for table in TABLES {
                for set in text.split(&format!("UPDATE {table} SET ")).skip(1) {
                    let end = set.find(['"', ';']).unwrap_or(set.len());
                    let set = set[..end].split(" WHERE ").next().unwrap();
                    let columns = columns(set);
                    let counts = set.contains("version = version + 1");
                    let uncounted = columns.iter().all(|it| UNCOUNTED.contains(it));
                    assert!(counts || uncounted, "{}: {table}: {set}", path.display());
                    let says_who =
                        !counts || !SAYS_WHO.contains(&table) || set.contains("updated_by =");
                    assert!(says_who, "{}: {table}: {set}", path.display());
                    statements += 1;
                }
            }
        }
        assert!(statements > 40, "only {statements} statements were read");
    }

    /// What is assigned, without what is within brackets.
    fn columns(set: &str) -> Vec<&str> {
        let mut depth = 0;
        let assignments = set.split(|c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            c == ',' && depth == 0
        });
        assignments
            .filter_map(|it| it.split_once('='))
            .map(|(column, _)| column.trim())
            .collect()
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(sources(&path));
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
        found
    }
}
