//! Whether this TV takes part in meetings by itself.

use contract::terminal::TerminalKind;

use super::name;
use crate::cache::Cache;
use crate::screens::attendance;

/// Whether a meeting begins by itself when nobody answers the call to it: as it was set, otherwise
/// at stations.
#[must_use]
pub fn joins_by_itself(cache: &Cache) -> bool {
    match cache.setting(name::AUTO_JOIN).as_deref() {
        Some("on") => true,
        Some(_) => false,
        None => attendance::kind(cache) == TerminalKind::Station,
    }
}
