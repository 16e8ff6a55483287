//! Who has to have a second factor.

/// Who has to have a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedOf {
    /// Accounts that administer, or publish for a whole county.
    Administrators,
    /// Nobody: a demonstration. Its pages say so.
    Nobody,
}
