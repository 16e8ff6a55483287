//! Who stands above whom, for requests: villages below their township with its offices, below the county.

use contract::organization::{Organization, OrganizationKind};
use contract::request::Level;

/// How high an organization stands.
#[must_use]
pub const fn level(kind: OrganizationKind) -> Level {
    match kind {
        OrganizationKind::Village | OrganizationKind::Branch => Level::Village,
        OrganizationKind::Office | OrganizationKind::Township => Level::Township,
        OrganizationKind::County => Level::County,
        OrganizationKind::Prefecture => Level::Prefecture,
    }
}

/// Whether an organization passes requests on to those directly below it.
const fn dispatches(kind: OrganizationKind) -> bool {
    matches!(
        kind,
        OrganizationKind::Township | OrganizationKind::County | OrganizationKind::Prefecture
    )
}

/// The way from the top of the tree down to an office, itself included.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a>(pub &'a [Organization]);

impl<'a> Line<'a> {
    /// The office at its end.
    #[must_use]
    pub const fn office(self) -> Option<&'a Organization> {
        self.0.last()
    }

    fn above(self) -> impl Iterator<Item = &'a Organization> {
        self.0.iter().rev().skip(1)
    }

    /// One level higher. An office of a township that has no county is below its township.
    #[must_use]
    pub fn higher(self) -> Option<&'a Organization> {
        let own = level(self.office()?.kind);
        let higher = self.above().find(|it| level(it.kind) > own);
        higher.or_else(|| self.above().find(|it| level(it.kind) == own))
    }

    /// Who passes on to the office, if nobody else did.
    #[must_use]
    pub fn dispatcher(self) -> Option<&'a Organization> {
        self.above().find(|it| dispatches(it.kind))
    }

    /// The first, from the office up, that stands so high; the office, if none does.
    #[must_use]
    pub fn at_least(self, least: Level) -> Option<&'a Organization> {
        let high = self.0.iter().rev().find(|it| level(it.kind) >= least);
        high.or_else(|| self.office())
    }

    /// Whose days number what is asked here: the township's; without one, those of the top.
    #[must_use]
    pub fn numbered_by(self) -> Option<&'a Organization> {
        let township = self.0.iter().rev();
        let mut township = township.filter(|it| it.kind == OrganizationKind::Township);
        township.next().or_else(|| self.0.first())
    }

    /// The one whose offices and villages the office can pass on to, and those above it: the nearest that
    /// dispatches, which may be the office itself.
    #[must_use]
    pub fn hub(self) -> Option<&'a Organization> {
        self.0.iter().rev().find(|it| dispatches(it.kind))
    }

    /// Where the office can pass something on to that belongs at least so high. `below_hub` are the
    /// organizations directly below the [hub](Self::hub).
    #[must_use]
    pub fn may_pass_to(self, least: Level, below_hub: &[Organization]) -> Vec<Organization> {
        let (Some(office), Some(hub)) = (self.office(), self.hub()) else {
            return Vec::new();
        };
        let up = self.0.iter().rev().skip_while(|it| it.id != hub.id);
        let down = below_hub
            .iter()
            .filter(|it| it.kind != OrganizationKind::Branch);
        up.chain(down)
            .filter(|it| it.id != office.id && level(it.kind) >= least)
            .cloned()
            .collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An organization called by its id.
    pub fn place(id: &str, kind: OrganizationKind, parent: Option<&str>) -> Organization {
        Organization {
            id: id.to_owned(),
            parent_id: parent.map(str::to_owned),
            kind,
            code: id.to_owned(),
            name: id.to_owned(),
        }
    }

    /// County, township, and at the end a village or an office.
    pub fn line(kind: OrganizationKind) -> Vec<Organization> {
        vec![
            place("county", OrganizationKind::County, None),
            place("town", OrganizationKind::Township, Some("county")),
            place("end", kind, Some("town")),
        ]
    }

    fn id(of: Option<&Organization>) -> &str {
        of.map_or("", |it| it.id.as_str())
    }

    #[test]
    fn each_stands_below_the_next_level() {
        let village = line(OrganizationKind::Village);
        assert_eq!(id(Line(&village).higher()), "town");
        let office = line(OrganizationKind::Office);
        assert_eq!(id(Line(&office).higher()), "county");
        assert_eq!(id(Line(&office[1..]).higher()), "town", "without a county");
        assert_eq!(id(Line(&office[..2]).higher()), "county");
        assert_eq!(id(Line(&office[..1]).higher()), "");
        assert_eq!(id(Line(&office).dispatcher()), "town");
        assert_eq!(id(Line(&office[..2]).dispatcher()), "county");
        assert_eq!(id(Line(&village).at_least(Level::County)), "county");
        assert_eq!(id(Line(&village).at_least(Level::Prefecture)), "end");
        assert_eq!(id(Line(&village).numbered_by()), "town");
        assert_eq!(id(Line(&village[..1]).numbered_by()), "county");
    }

    #[test]
    fn nothing_is_passed_lower_than_it_belongs() {
        let village = line(OrganizationKind::Village);
        let below = [
            village[2].clone(),
            place("other", OrganizationKind::Village, Some("town")),
            place("office", OrganizationKind::Office, Some("town")),
            place("branch", OrganizationKind::Branch, Some("town")),
        ];
        let ids = |least| {
            let found = Line(&village).may_pass_to(least, &below);
            found.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(Level::Village), ["town", "county", "other", "office"]);
        assert_eq!(ids(Level::Township), ["town", "county", "office"]);
        assert_eq!(ids(Level::County), ["county"]);
    }
}
