//! Who may do what: role × organization subtree, decided here and nowhere else.

use contract::organization::OrganizationRef;
use store::{Tx, organizations, settings};

use super::error::{Result, ServiceError};

/// What somebody is trusted with. Each role may do what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Role {
    /// Reads everything below their organization, drafts included.
    Reader,
    /// Writes bulletins and hands them in.
    Editor,
    /// Publishes and withdraws, and admits terminals.
    Publisher,
    /// Everything else: organizations, sections, revoking terminals.
    Administrator,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See drafts, terminals and waiting boxes.
    Read,
    /// Write a bulletin, hand it in, upload pictures.
    Write,
    /// Publish or withdraw a bulletin or programme.
    Publish,
    /// Admit a waiting box.
    Admit,
    /// Take a terminal's token away.
    Revoke,
    /// Create organizations.
    Organize,
    /// Replace the sections of the home screen.
    Configure,
}

impl Role {
    /// Whether this role may do this at all, within its subtree.
    #[must_use]
    pub fn allows(self, action: Action) -> bool {
        let least = match action {
            Action::Read => Self::Reader,
            Action::Write => Self::Editor,
            Action::Publish | Action::Admit => Self::Publisher,
            Action::Revoke | Action::Organize | Action::Configure => Self::Administrator,
        };
        self >= least
    }

    /// How it is kept.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Editor => "editor",
            Self::Publisher => "publisher",
            Self::Administrator => "administrator",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [
            Self::Reader,
            Self::Editor,
            Self::Publisher,
            Self::Administrator,
        ]
        .into_iter()
        .find(|role| role.as_str() == text)
    }

    /// The role of an account; one that was never given a role only reads.
    ///
    /// # Errors
    /// The database failed.
    pub fn of(tx: &mut Tx<'_>, account_id: &str) -> Result<Self> {
        let kept = settings::get(tx, &Self::setting(account_id))?;
        Ok(kept
            .as_deref()
            .and_then(Self::parse)
            .unwrap_or(Self::Reader))
    }

    /// Key of the setting under which an account's role is kept.
    #[must_use]
    pub fn setting(account_id: &str) -> String {
        format!("staff.role.{account_id}")
    }
}

/// A signed-in member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Account id.
    pub account_id: String,
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
        if self.role.allows(action) {
            Ok(())
        } else {
            Err(ServiceError::Forbidden("您的账号没有这项权限"))
        }
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

    #[test]
    fn the_matrix() {
        use Action as A;
        let rows = [
            (A::Read, [true, true, true, true]),
            (A::Write, [false, true, true, true]),
            (A::Publish, [false, false, true, true]),
            (A::Admit, [false, false, true, true]),
            (A::Revoke, [false, false, false, true]),
            (A::Organize, [false, false, false, true]),
            (A::Configure, [false, false, false, true]),
        ];
        let roles = [
            Role::Reader,
            Role::Editor,
            Role::Publisher,
            Role::Administrator,
        ];
        for (action, allowed) in rows {
            assert_eq!(roles.map(|role| role.allows(action)), allowed, "{action:?}");
        }
    }

    #[test]
    fn roles_survive_being_kept() {
        for role in [
            Role::Reader,
            Role::Administrator,
            Role::Publisher,
            Role::Editor,
        ] {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }
}
