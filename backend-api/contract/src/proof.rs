//! How whoever does something at a TV proves who they are. It is the same for everything that a person
//! does there; what nobody need prove is done by the terminal itself, by its token.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a person proves who they are at a TV.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Proof {
    /// Chosen by name, proved by PIN.
    Pin {
        /// Who.
        member_id: String,
        /// Six digits.
        pin: String,
    },
    /// A card that the reader typed. At stations it is proof enough; at homes it is refused.
    Card {
        /// Its number.
        card: String,
    },
}

// A PIN or card number must never reach a log through `{:?}`.
impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pin { member_id, .. } => f
                .debug_struct("Pin")
                .field("member_id", member_id)
                .finish_non_exhaustive(),
            Self::Card { .. } => f.debug_struct("Card").finish_non_exhaustive(),
        }
    }
}
