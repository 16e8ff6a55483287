//! Rows of a list that may be somebody who is registered: both beside each other, and what staff decided.

use std::collections::HashMap;

use contract::member::{MemberStatus, PersonLike, PersonShown, RowChoice, RowDouble};
use contract::organization::{Organization, OrganizationRef};
use store::members::{Content, NumberChange, Record};

use super::matching::Marks;

/// What was decided, by line and member.
#[derive(Clone, Debug, Default)]
pub struct Choices(HashMap<(u32, String), bool>);

impl Choices {
    /// What staff sent. Nobody is two people: of one line at most one may be the same.
    ///
    /// # Errors
    /// A line for which two were said to be the same.
    pub(super) fn of(choices: &[RowChoice]) -> Result<Self, u32> {
        let mut all = HashMap::new();
        let mut same = HashMap::new();
        for choice in choices {
            if choice.same
                && let Some(other) = same.insert(choice.line, &choice.member_id)
                && *other != choice.member_id
            {
                return Err(choice.line);
            }
            all.insert((choice.line, choice.member_id.clone()), choice.same);
        }
        Ok(Self(all))
    }

    /// Whether a row is this member; nothing if nobody has decided.
    pub(super) fn same(&self, line: u32, member_id: &str) -> Option<bool> {
        self.0.get(&(line, member_id.to_owned())).copied()
    }
}

/// Somebody a row may be.
pub(super) struct Doubt {
    /// Who is registered.
    pub(super) record: Record,
    /// Which numbers both have.
    numbers: Vec<&'static str>,
}

impl Doubt {
    pub(super) fn new(record: Record, marks: &Marks<'_>) -> Self {
        let same = |ours: Option<&str>, theirs: &Option<String>| {
            ours.is_some() && ours == theirs.as_deref()
        };
        let shared = [
            ("id_number", same(marks.id_index, &record.id_index)),
            ("phone", same(marks.phone_index, &record.phone_index)),
        ];
        let numbers = shared.iter().filter(|(_, shared)| *shared);
        let numbers = numbers.map(|(name, _)| *name).collect();
        Self { record, numbers }
    }

    /// Whether both have this number.
    pub(super) fn has(&self, number: &str) -> bool {
        self.numbers.contains(&number)
    }
}

/// What a row says.
pub(super) struct Said<'a> {
    /// Its line.
    pub(super) line: u32,
    /// Where it stands.
    pub(super) organization: &'a Organization,
    /// Name, dates and numbers.
    pub(super) content: &'a Content,
    /// Standing, if the list says.
    pub(super) status: Option<MemberStatus>,
    /// Name of the household, if it says.
    pub(super) household: Option<String>,
}

impl Said<'_> {
    /// The row with those it may be.
    pub(super) fn beside(&self, doubts: &[Doubt], choices: &Choices) -> RowDouble {
        let like = doubts.iter().map(|doubt| PersonLike {
            member_id: doubt.record.id.clone(),
            here: doubt.record.organization.id == self.organization.id,
            person: shown(&doubt.record),
            shared: self.shared(doubt),
            differs: self.differs(&doubt.record),
            same: choices.same(self.line, &doubt.record.id),
        });
        RowDouble {
            line: self.line,
            row: self.shown(),
            like: like.collect(),
        }
    }

    fn shown(&self) -> PersonShown {
        let hint = |change: &NumberChange| match change {
            NumberChange::Set(number) => Some(number.hint.clone()),
            NumberChange::Keep | NumberChange::Clear => None,
        };
        PersonShown {
            name: self.content.name.clone(),
            organization: OrganizationRef {
                id: self.organization.id.clone(),
                name: self.organization.name.clone(),
            },
            status: self.status,
            household: self.household.clone(),
            id_number_masked: hint(&self.content.id_number),
            phone_masked: hint(&self.content.phone),
            card_masked: hint(&self.content.card),
            joined_on: self.content.joined_on.clone(),
        }
    }

    fn shared(&self, doubt: &Doubt) -> Vec<String> {
        let name = (self.content.name == doubt.record.name).then_some("name");
        let all = name.into_iter().chain(doubt.numbers.iter().copied());
        all.map(str::to_owned).collect()
    }

    fn differs(&self, other: &Record) -> Vec<String> {
        let number = |change: &NumberChange, index: &Option<String>| match (change, index) {
            (NumberChange::Set(number), Some(index)) => number.index != *index,
            _ => false,
        };
        let both =
            |a: &Option<String>, b: Option<&String>| matches!((a, b), (Some(a), Some(b)) if a != b);
        let home = other.household.as_ref().map(|home| &home.name);
        let content = self.content;
        let fields = [
            ("name", content.name != other.name),
            (
                "organization",
                self.organization.id != other.organization.id,
            ),
            (
                "status",
                self.status.is_some_and(|status| status != other.status),
            ),
            ("household", both(&self.household, home)),
            ("id_number", number(&content.id_number, &other.id_index)),
            ("phone", number(&content.phone, &other.phone_index)),
            ("card", number(&content.card, &other.card_index)),
            (
                "joined_on",
                both(&content.joined_on, other.joined_on.as_ref()),
            ),
        ];
        let different = fields.iter().filter(|(_, different)| *different);
        different.map(|(field, _)| (*field).to_owned()).collect()
    }
}

fn shown(record: &Record) -> PersonShown {
    PersonShown {
        name: record.name.clone(),
        organization: record.organization.clone(),
        status: Some(record.status),
        household: record.household.as_ref().map(|home| home.name.clone()),
        id_number_masked: record.id_hint.clone(),
        phone_masked: record.phone_hint.clone(),
        card_masked: record.card_hint.clone(),
        joined_on: record.joined_on.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(line: u32, member_id: &str, same: bool) -> RowChoice {
        RowChoice {
            line,
            member_id: member_id.to_owned(),
            same,
        }
    }

    #[test]
    fn a_row_is_one_person_at_most() {
        let choices = [
            choice(2, "a", true),
            choice(2, "b", false),
            choice(3, "b", true),
        ];
        let good = Choices::of(&choices).unwrap();
        assert_eq!(good.same(2, "a"), Some(true));
        assert_eq!(good.same(2, "b"), Some(false));
        assert_eq!((good.same(2, "c"), good.same(4, "a")), (None, None));
        let two = Choices::of(&[choice(2, "a", true), choice(2, "b", true)]);
        assert_eq!(two.unwrap_err(), 2);
        assert!(Choices::of(&[choice(2, "a", true), choice(2, "a", true)]).is_ok());
    }
}
