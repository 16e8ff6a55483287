//! Looking up what an item names: its list, its publisher, its readers.

use std::collections::HashMap;

use contract::organization::{Organization, OrganizationKind};
use contract::township::{ListingKind, Township};

use super::complaint::Complaints;
use super::item::{Head, Word};

/// Where an item goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Id of the list.
    pub list: String,
    /// The publisher.
    pub organization: Organization,
    /// The organization whose subtree may read it.
    pub audience: Organization,
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
    pub fn destination(
        &self,
        head: &Head,
        kind: ListingKind,
        complaints: &mut Complaints<'_>,
    ) -> Option<Destination> {
        let list = self.list(&head.list, kind, complaints);
        let parties = self.parties(&head.organization, head.audience.as_ref(), complaints);
        let (organization, audience) = parties?;
        Some(Destination {
            list: list?,
            organization: organization.clone(),
            audience: audience.clone(),
        })
    }

    /// Finds who publishes or holds something, and who it is for: what is written, or else everybody
    /// whom such an organization publishes for.
    pub fn parties(
        &self,
        organization: &Word,
        audience: Option<&Word>,
        complaints: &mut Complaints<'_>,
    ) -> Option<(&Organization, &Organization)> {
        let organization = self.organization(organization, complaints);
        let audience = match audience {
            Some(word) => self.organization(word, complaints),
            None => organization.map(|publisher| self.default_audience(publisher)),
        };
        Some((organization?, audience?))
    }

    /// Finds a list of a kind by its id or name; complains if there is none.
    pub fn list(
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

    /// What offices and branches publish is for everybody their parent looks after.
    fn default_audience<'a>(&'a self, publisher: &'a Organization) -> &'a Organization {
        let parent = match (publisher.kind, &publisher.parent_id) {
            (OrganizationKind::Office | OrganizationKind::Branch, Some(parent)) => {
                let mut all = self.organizations.values();
                all.find(|organization| organization.id == *parent)
            }
            _ => None,
        };
        parent.unwrap_or(publisher)
    }
}

fn kind_name(kind: ListingKind) -> String {
    match kind {
        ListingKind::Unknown => "不认识的栏目".to_owned(),
        kind => format!("{}（{}）", kind.noun(), kind.name()),
    }
}
