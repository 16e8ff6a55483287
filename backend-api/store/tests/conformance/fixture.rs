//! What many tests begin with.

use contract::bulletin::Block;
use contract::organization::{Organization, OrganizationKind};
use store::organizations::{self, NewOrganization};
use store::{Error, Result, Store, WriteTx, bulletins, programmes};

/// The time at which tests begin.
pub const NOW: i64 = 1_790_000_000_000;

/// Runs a write that must succeed.
pub fn write<T: Send + 'static>(
    store: &Store,
    f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
) -> T {
    store.write::<T, Error, _>(f).unwrap()
}

/// Adds an organization.
pub fn organization(store: &Store, parent: Option<&Organization>, code: &str) -> Organization {
    let new = NewOrganization {
        parent_id: parent.map(|parent| parent.id.clone()),
        kind: if parent.is_some() {
            OrganizationKind::Village
        } else {
            OrganizationKind::Township
        },
        code: code.into(),
        name: format!("{code}村"),
    };
    write(store, move |tx| organizations::create(tx, &new, NOW))
}

/// A town with two villages, the second with a branch.
pub struct Town {
    pub root: Organization,
    pub east: Organization,
    pub west: Organization,
    pub branch: Organization,
}

impl Town {
    pub fn new(store: &Store) -> Self {
        let root = organization(store, None, "QH");
        let east = organization(store, Some(&root), "ZJ");
        let west = organization(store, Some(&root), "LJ");
        let branch = organization(store, Some(&west), "LJ1");
        Self {
            root,
            east,
            west,
            branch,
        }
    }
}

/// A bulletin's content.
pub fn bulletin(
    publisher: &Organization,
    audience: &Organization,
    title: &str,
) -> bulletins::Content {
    bulletins::Content {
        list: "finance".into(),
        organization_id: publisher.id.clone(),
        audience_id: audience.id.clone(),
        title: title.into(),
        summary: "摘要".into(),
        body: vec![Block::Paragraph {
            text: format!("{title}的正文"),
        }],
        ..bulletins::Content::default()
    }
}

/// Writes, submits and publishes a bulletin.
pub fn published(store: &Store, content: &bulletins::Content) -> bulletins::Record {
    let content = content.clone();
    write(store, move |tx| {
        let draft = bulletins::create(tx, &content, NOW)?;
        let submitted = bulletins::submit(tx, &draft.id, draft.version, NOW)?;
        bulletins::publish(tx, &draft.id, submitted.version, NOW)
    })
}

/// A programme's content.
pub fn programme(
    publisher: &Organization,
    audience: &Organization,
    title: &str,
) -> programmes::Content {
    programmes::Content {
        category: "films".into(),
        organization_id: publisher.id.clone(),
        audience_id: audience.id.clone(),
        title: title.into(),
        published_at_ms: NOW,
        duration_ms: 90_000,
        ..programmes::Content::default()
    }
}

/// A source with this key and hash.
pub fn source(key: &str, hash: &str) -> store::Source {
    store::Source {
        key: key.into(),
        hash: hash.into(),
    }
}
