//! Who tries what.

use store::limits;

use super::table::{Guessable, Scope};

/// Who tries what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    what: Guessable,
    pub(super) member: Option<String>,
    pub(super) terminal: Option<String>,
    pub(super) organization: Option<String>,
    account: Option<String>,
    pub(super) account_id: Option<String>,
    device: Option<String>,
    pub(super) address: Option<String>,
}

impl Attempt {
    /// Somebody tries this.
    #[must_use]
    pub const fn new(what: Guessable) -> Self {
        Self {
            what,
            member: None,
            terminal: None,
            organization: None,
            account: None,
            account_id: None,
            device: None,
            address: None,
        }
    }

    /// What it is that is tried.
    #[must_use]
    pub const fn what(&self) -> Guessable {
        self.what
    }

    /// For this member, by id.
    #[must_use]
    pub fn member(mut self, id: &str) -> Self {
        self.member = Some(id.to_owned());
        self
    }

    /// At this terminal, by id, of an organization.
    #[must_use]
    pub fn terminal(mut self, id: &str, organization_id: &str) -> Self {
        self.terminal = Some(id.to_owned());
        self.organization = Some(organization_id.to_owned());
        self
    }

    /// For this account: by something that is there for every login, whether there is an account or not.
    #[must_use]
    pub fn account(mut self, name: &str) -> Self {
        self.account = Some(name.to_owned());
        self
    }

    /// Whose account that is, so that its staff can be told.
    #[must_use]
    pub fn of(mut self, account_id: Option<&str>) -> Self {
        self.account_id = account_id.map(str::to_owned);
        self
    }

    /// From a device that was let in with this account before.
    #[must_use]
    pub fn device(mut self, device: Option<&str>) -> Self {
        self.device = device.map(str::to_owned);
        self
    }

    /// From this address, as it is counted; empty: it is not known.
    #[must_use]
    pub fn by_address(mut self, address: &str) -> Self {
        self.address = Some(address.to_owned()).filter(|address| !address.is_empty());
        self
    }

    /// The same one tries something else.
    #[must_use]
    pub fn instead(&self, what: Guessable) -> Self {
        Self {
            what,
            ..self.clone()
        }
    }

    /// Which of a scope it is; `None`: it is nobody of that scope.
    pub(super) fn subject(&self, scope: Scope) -> Option<String> {
        match scope {
            Scope::MemberHere => {
                let (member, terminal) = (self.member.as_ref()?, self.terminal.as_ref()?);
                Some(limits::member_here(member, terminal))
            }
            Scope::Member => self.member.clone(),
            Scope::Terminal => self.terminal.clone(),
            Scope::Organization => self.organization.clone(),
            Scope::AccountHere => {
                let account = self.account.as_ref()?;
                match (&self.device, &self.address) {
                    (Some(device), _) => Some(format!("{account}/device:{device}")),
                    (None, Some(address)) => Some(format!("{account}/{address}")),
                    (None, None) => Some(format!("{account}/")),
                }
            }
            // Nobody keeps the owner out of their own device by guessing elsewhere.
            Scope::Account if self.device.is_some() => None,
            Scope::Account => self.account.clone(),
            Scope::Address if self.device.is_some() => None,
            Scope::Address => self.address.clone(),
            Scope::Everybody => Some(String::new()),
        }
    }
}
