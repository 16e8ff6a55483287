//! Looking up what an item names: its list, its publisher, its readers.

use std::collections::HashMap;

use contract::organization::{Organization, OrganizationKind};
use contract::township::{ListingKind, Township};
use store::meetings::Content;

use super::complaint::Complaints;
use super::item::{Head, Word};
use super::meetings::Row;

/// Where an item goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Id of the list.
    pub list: String,
    /// Id of the publisher.
    pub organization_id: String,
    /// Id of the organization whose subtree may read it.
    pub audience_id: String,
}

/// Everything items can refer to.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Sections and lists.
    pub township: Township,
    /// Organizations by code.
    pub organizations: HashMap<String, Organization>,
}

impl Directory {
    /// Finds what `head` names; complains about each name that is unknown.
    pub fn place(
        &self,
        head: &Head,
        kind: ListingKind,
        complaints: &mut Complaints<'_>,
    ) -> Option<Place> {
        let list = self.list(&head.list, kind, complaints);
        let organization = self.organization(&head.organization, complaints);
        let audience = match &head.audience {
            Some(word) => self
                .organization(word, complaints)
                .map(|found| found.id.clone()),
            None => organization.map(|publisher| default_audience(publisher).to_owned()),
        };
        Some(Place {
            list: list?,
            organization_id: organization?.id.clone(),
            audience_id: audience?,
        })
    }

    /// Finds what a meeting names; complains about each name that is unknown.
    pub fn meeting(&self, row: &Row, complaints: &mut Complaints<'_>) -> Option<Content> {
        let list = row
            .list
            .as_ref()
            .map(|word| self.list(word, ListingKind::Programmes, complaints));
        let holder = self.organization(&row.organization, complaints);
        let audience = match &row.audience {
            Some(word) => self
                .organization(word, complaints)
                .map(|found| found.id.clone()),
            None => holder.map(|holder| default_audience(holder).to_owned()),
        };
        Some(Content {
            record: list.is_some(),
            recording_list: match list {
                Some(list) => list?,
                None => String::new(),
            },
            organization_id: holder?.id.clone(),
            audience_id: audience?,
            title: row.title.clone(),
            agenda: row.agenda.clone(),
            kind: row.kind,
            starts_at_ms: row.starts_at_ms,
            planned_ms: row.planned_ms,
        })
    }

    fn list(
        &self,
        (name, line): &Word,
        kind: ListingKind,
        complaints: &mut Complaints<'_>,
    ) -> Option<String> {
        let lists = || {
            self.township
                .sections
                .iter()
                .flat_map(|section| &section.listings)
        };
        let found = lists().find(|list| list.id == *name || list.title == *name);
        if let Some(list) = found
            && list.kind == kind
        {
            return Some(list.id.clone());
        }
        let known: Vec<String> = lists()
            .filter(|list| list.kind == kind)
            .map(|list| format!("{}（{}）", list.id, list.title))
            .collect();
        let problem = match found {
            Some(list) => format!(
                "栏目“{name}”放的是{}，不能放在这个文件夹里",
                kind_name(list.kind)
            ),
            None => format!("没有栏目“{name}”"),
        };
        complaints.line(
            *line,
            format!("{problem}，这里可以写：{}", known.join("、")),
        );
        None
    }

    /// Finds the organization with a code; complains if there is none.
    pub fn organization(
        &self,
        (code, line): &Word,
        complaints: &mut Complaints<'_>,
    ) -> Option<&Organization> {
        let found = self.organizations.get(code);
        if found.is_none() {
            let by_name = self
                .organizations
                .values()
                .find(|organization| organization.name == *code);
            complaints.line(
                *line,
                match by_name {
                    Some(organization) => {
                        format!("这里要写单位代码：“{code}”的代码是 {}", organization.code)
                    }
                    None => format!("没有代码为“{code}”的单位，请查看 organizations.csv"),
                },
            );
        }
        found
    }
}

/// What offices and branches publish is for everybody their parent looks after.
fn default_audience(publisher: &Organization) -> &str {
    match (publisher.kind, &publisher.parent_id) {
        (OrganizationKind::Office | OrganizationKind::Branch, Some(parent)) => parent,
        _ => &publisher.id,
    }
}

fn kind_name(kind: ListingKind) -> String {
    match kind {
        ListingKind::Unknown => "不认识的栏目".to_owned(),
        kind => format!("{}（{}）", kind.noun(), kind.name()),
    }
}
