//! Pages of organizations, and what each of them published.

use contract::branch::Branch;
use rusqlite::params;

use super::handle::Cache;
use super::kinds::DocumentKind;
use super::read::{BULLETIN_ROW, bulletin_row};
use super::types::BulletinRow;

impl Cache {
    /// Every page this terminal knows, by the name of the organization in pinyin order.
    #[must_use]
    pub fn branches(&self) -> Vec<Branch> {
        let documents: Vec<String> = self.read("list the pages of organizations", |db| {
            db.prepare_cached("SELECT json FROM document WHERE kind = ?1 ORDER BY title_sort, id")?
                .query_map([DocumentKind::Branch], |row| row.get(0))?
                .collect()
        });
        documents
            .iter()
            .filter_map(|json| self.parse(json, "page of an organization"))
            .collect()
    }

    /// The page of the organization with this id.
    #[must_use]
    pub fn branch(&self, id: &str) -> Option<Branch> {
        let json = self.document("read the page of an organization", DocumentKind::Branch, id)?;
        self.parse(&json, "page of an organization")
    }

    /// Whether there is a page of the organization with this id.
    #[must_use]
    pub fn has_branch(&self, id: &str) -> bool {
        self.read("look for the page of an organization", |db| {
            db.prepare_cached("SELECT 1 FROM document WHERE id = ?1 AND kind = ?2")?
                .exists(params![id, DocumentKind::Branch])
        })
    }

    /// The newest bulletins of an organization that have not expired.
    #[must_use]
    pub fn bulletins_of(&self, organization_id: &str, limit: usize) -> Vec<BulletinRow> {
        let sql = format!(
            "SELECT {BULLETIN_ROW} FROM document d LEFT JOIN bulletin_read r ON r.id = d.id
             WHERE d.kind = ?4 AND d.expires_at_ms > ?2 AND json_extract(d.json, '$.organization.id') = ?1
             ORDER BY d.published_at_ms DESC, d.id DESC LIMIT ?3"
        );
        let (now, limit) = (self.now_ms(), i64::try_from(limit).unwrap_or(i64::MAX));
        self.read("list what an organization published", |db| {
            db.prepare_cached(&sql)?
                .query_map(
                    params![organization_id, now, limit, DocumentKind::Bulletin],
                    bulletin_row,
                )?
                .collect()
        })
    }
}
