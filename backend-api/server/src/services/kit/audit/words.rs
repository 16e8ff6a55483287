//! What an entry of the log says beside: one of these, and nothing else. No case holds a title, a summary or
//! a name of a member, so none can be written there by mistake.

use std::fmt;
use std::net::IpAddr;

use contract::meeting::HostSource;
use contract::roll_call::{AttendanceState, Method, VerifyReason};

use super::about::About;
use crate::services::kit::reason::Given;

/// What an entry says beside who did what to what.
#[derive(Clone, Copy, Debug)]
pub enum Words<'a> {
    /// Nothing.
    None,
    /// The login name of an account: so actors are named, too.
    Login(&'a str),
    /// The code of an organization.
    Code(&'a str),
    /// The code of the organization whose subtree a meeting is for.
    Audience(&'a str),
    /// The list that a bulletin is in, by its id.
    List(&'a str),
    /// Names of the fields that changed, as the API calls them.
    Fields(&'a [&'static str]),
    /// Why staff did something to a member. Only about a member: there a purge finds it.
    Reason(&'a Given),
    /// How staff say a member stands in a roll call, and why. Only about a member.
    Corrected {
        /// The roll call.
        roll_call: &'a About,
        /// How they stand.
        state: AttendanceState,
        /// Why.
        reason: &'a Given,
    },
    /// Why a member is called too. Only about a member.
    Added {
        /// The roll call.
        roll_call: &'a About,
        /// Why.
        reason: &'a Given,
    },
    /// How a member answered a roll call.
    Answered {
        /// The roll call.
        roll_call: &'a About,
        /// Number of its round.
        round: u32,
        /// How they stand by it.
        state: AttendanceState,
        /// How they answered.
        method: Method,
        /// They were not asked.
        guest: bool,
        /// Why staff must judge it.
        verify: Option<VerifyReason>,
    },
    /// A round of a roll call, by its number.
    Round(u32),
    /// It came with something that was done to this.
    With(&'a About),
    /// A sheet of paper, by the number on it.
    Sheet(u32),
    /// So many people were shown.
    People(usize),
    /// A report of this month, such as `2026-11`, over so many members.
    Month(&'a str, usize),
    /// What became of the rows of a list.
    Rows {
        /// Added.
        added: u32,
        /// Changed.
        changed: u32,
        /// As they were.
        unchanged: u32,
        /// Left out, because something is wrong with them.
        left_out: usize,
    },
    /// What became of the people of an import that was taken back.
    Undone {
        /// Gone again.
        removed: u32,
        /// What they were before.
        restored: u32,
        /// Left as they are.
        kept: usize,
    },
    /// Somebody answers for so many numbers and pictures of a bulletin.
    Confirmed {
        /// Numbers of people that may stand in clear.
        numbers: usize,
        /// Pictures that were looked at.
        pictures: usize,
    },
    /// Proved by a card.
    ByCard,
    /// Where the host's picture comes from.
    Source(HostSource),
    /// A key, by its number.
    Key(u32),
    /// Why somebody was not let in, and from where they tried.
    Refused(Why, Option<IpAddr>),
    /// So many more were not let in, too many to note each.
    RefusedMore(u64),
    /// So often today.
    Times(i64),
}

/// Why somebody was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No such login, or a closed account.
    Login,
    /// The password is wrong.
    Password,
    /// The code of the second factor is wrong, or was used.
    SecondFactor,
    /// The account is locked.
    Locked,
    /// Too many tries.
    TooMany,
}

impl Words<'_> {
    /// Whether they hold what somebody wrote, which may name a member.
    const fn are_given(&self) -> bool {
        matches!(
            self,
            Self::Reason(_) | Self::Corrected { .. } | Self::Added { .. }
        )
    }

    /// Whether they may stand in an entry about this.
    pub(super) const fn may_be_about(&self, about: &About) -> bool {
        about.is_member() || !self.are_given()
    }
}

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Login(text) | Self::Code(text) | Self::List(text) => f.write_str(text),
            Self::Audience(code) => write!(f, "for {code}"),
            Self::Fields(names) => f.write_str(&names.join(" ")),
            Self::Reason(reason) => write!(f, "{reason}"),
            Self::Corrected {
                roll_call,
                state,
                reason,
            } => write!(f, "{roll_call} {state:?}: {reason}"),
            Self::Added { roll_call, reason } => write!(f, "{roll_call}: {reason}"),
            Self::Answered {
                roll_call,
                round,
                state,
                method,
                guest,
                verify,
            } => {
                write!(f, "{roll_call} round {round} {state:?} by {method:?}")?;
                if *guest {
                    f.write_str(", guest")?;
                }
                verify.map_or(Ok(()), |verify| write!(f, ", {verify:?}"))
            }
            Self::Round(number) => write!(f, "round {number}"),
            Self::With(other) => write!(f, "with {other}"),
            Self::Sheet(number) => write!(f, "sheet {number}"),
            Self::People(count) => write!(f, "{count} people"),
            Self::Month(month, members) => write!(f, "{month}, {members} members"),
            Self::Rows {
                added,
                changed,
                unchanged,
                left_out,
            } => write!(
                f,
                "added {added} changed {changed} unchanged {unchanged} left out {left_out}"
            ),
            Self::Undone {
                removed,
                restored,
                kept,
            } => write!(f, "removed {removed} restored {restored} kept {kept}"),
            Self::Confirmed { numbers, pictures } => {
                write!(f, "{numbers} numbers {pictures} pictures")
            }
            Self::ByCard => f.write_str("by card"),
            Self::Source(source) => f.write_str(match source {
                HostSource::Page => "page",
                HostSource::Encoder => "encoder",
                HostSource::Camera => "camera",
            }),
            Self::Key(number) => write!(f, "k{number}"),
            Self::Refused(why, address) => {
                f.write_str(match why {
                    Why::Login => "unknown login",
                    Why::Password => "wrong password",
                    Why::SecondFactor => "wrong second factor",
                    Why::Locked => "locked",
                    Why::TooMany => "too many",
                })?;
                address.map_or(Ok(()), |address| write!(f, " from {address}"))
            }
            Self::RefusedMore(count) => write!(f, "{count} more"),
            Self::Times(times) => write!(f, "{times} today"),
        }
    }
}
