//! Sends what users do ([`crate::cache::command`]): one exchange for every kind, one loop for what is
//! written down and one for what is asked at once. Each loop has its own connection to wait for, so
//! that whoever stands before the TV waits for nothing that is sent in the background.

mod at_once;
mod exchange;
mod kept;

use super::context::Context;
use crate::cache::command::Priority;

/// Sends until the token is void; nothing is lost by that.
pub(super) async fn run(ctx: &Context, token: &str) {
    tokio::select! {
        () = kept::run(ctx, token, Priority::Interactive) => {}
        () = kept::run(ctx, token, Priority::Background) => {}
        () = at_once::run(ctx, token) => {}
    }
}
