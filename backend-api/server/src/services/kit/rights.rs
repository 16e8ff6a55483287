//! Who may do what: role × action × organization subtree, decided here and nowhere else. The table
//! is in `docs/decisions/0009-people.md`; a test asks every endpoint whether it keeps to it.

use contract::organization::OrganizationRef;
use store::{Tx, organizations};

use super::error::{Result, ServiceError};

pub use contract::account::{Action, Role};

/// Whether a role may do this at all, within its subtree.
#[must_use]
pub fn allows(role: Role, action: Action) -> bool {
    use Action as A;
    match role {
        Role::PlatformAdministrator | Role::OrganizationStaff => true,
        Role::OfficePublisher => matches!(action, A::Read | A::Write | A::Publish),
        Role::BranchSecretary => matches!(
            action,
            A::Read
                | A::Write
                | A::ReadMembers
                | A::WriteMembers
                | A::Reveal
                | A::RollCall
                | A::Direct
                | A::Evaluate
        ),
        Role::Reader => matches!(action, A::Read | A::ReadMembers),
    }
}

/// Whether somebody of the one role may make, change or close an account of the other: nobody
/// gives what they do not have.
#[must_use]
pub fn may_grant(own: Role, other: Role) -> bool {
    let administrators = own == Role::PlatformAdministrator || other != Role::PlatformAdministrator;
    allows(own, Action::Accounts)
        && administrators
        && Action::ALL
            .into_iter()
            .all(|action| allows(own, action) || !allows(other, action))
}

/// A signed-in member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Account id.
    pub account_id: String,
    /// Session id.
    pub session_id: String,
    /// Login name.
    pub login: String,
    /// The organization whose subtree they work on.
    pub organization: OrganizationRef,
    /// What they are trusted with.
    pub role: Role,
}

impl Staff {
    /// Lets the action pass if the role allows it, whatever the organization.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`].
    pub fn may(&self, action: Action) -> Result<()> {
        if allows(self.role, action) {
            Ok(())
        } else {
            Err(ServiceError::Forbidden("您的账号没有这项权限"))
        }
    }

    /// Whether theirs is the organization at the top, which no other stands above.
    ///
    /// # Errors
    /// The database failed.
    pub fn at_root(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let root = organizations::root(tx)?;
        Ok(root.is_some_and(|root| root.id == self.organization.id))
    }

    /// Everything they may do in their subtree.
    ///
    /// # Errors
    /// The database failed.
    pub fn allowed(&self, tx: &mut Tx<'_>) -> Result<Vec<Action>> {
        let at_root = self.at_root(tx)?;
        let may = |action: &Action| {
            // The sections are those of every screen there is.
            allows(self.role, *action) && (*action != Action::Configure || at_root)
        };
        Ok(Action::ALL.into_iter().filter(may).collect())
    }

    /// Lets the action pass if the role allows it and `organization_id` lies in the subtree.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], or the database failed.
    pub fn may_in(&self, tx: &mut Tx<'_>, action: Action, organization_id: &str) -> Result<()> {
        self.may(action)?;
        if organizations::is_within(tx, organization_id, &self.organization.id)? {
            Ok(())
        } else {
            Err(ServiceError::Forbidden("不属于您所管理的组织"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 5] = [
        Role::PlatformAdministrator,
        Role::OrganizationStaff,
        Role::OfficePublisher,
        Role::BranchSecretary,
        Role::Reader,
    ];

    #[test]
    fn the_table_of_the_decision() {
        use Action as A;
        let text = include_str!("../../../../../docs/decisions/0009-people.md");
        let rows: Vec<Vec<&str>> = text
            .lines()
            .filter(|line| line.starts_with("| ") && line.matches('|').count() == 7)
            .map(|line| line.split('|').map(str::trim).collect())
            .collect();
        let about = |action: Action| match action {
            A::Read => "read bulletins, terminals, results",
            A::Write => "write bulletins",
            A::Publish => "publish",
            A::Admit | A::Revoke => "admit and revoke terminals",
            A::Organize | A::Configure => "organizations, sections",
            A::ReadMembers => "read members (masked), households",
            A::WriteMembers => "write members, households, PINs, transfers",
            A::Reveal => "reveal personal numbers",
            A::Purge => "purge",
            A::RollCall => "make, open, close, correct roll calls",
            A::Direct => "plan, start, direct, end meetings",
            A::Duty => "make and look into duty rooms",
            A::Evaluate => "enter paper ballots, answer objections",
            A::Accounts => "accounts and sessions of others",
            A::ReadAudit => "audit log",
        };
        for action in Action::ALL {
            let row = rows.iter().find(|row| row[1] == about(action)).unwrap();
            for (role, cell) in ROLES.iter().zip(&row[2..7]) {
                assert_eq!(allows(*role, action), *cell == "✓", "{role:?} {action:?}");
            }
        }
        // Making an evaluation takes two rights.
        let leads = "make, open, close evaluations";
        let row = rows.iter().find(|row| row[1] == leads).unwrap();
        for (role, cell) in ROLES.iter().zip(&row[2..7]) {
            let may = allows(*role, A::Evaluate) && allows(*role, A::Publish);
            assert_eq!(may, *cell == "✓", "{role:?}");
        }
        // The head, that row, and one row for each text above.
        assert_eq!(rows.len(), 17);
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let granted = |own: Role| ROLES.map(|other| may_grant(own, other));
        assert_eq!(granted(Role::PlatformAdministrator), [true; 5]);
        assert_eq!(
            granted(Role::OrganizationStaff),
            [false, true, true, true, true]
        );
        for role in [Role::OfficePublisher, Role::BranchSecretary, Role::Reader] {
            assert_eq!(granted(role), [false; 5]);
        }
    }
}
