//! What an asker does with something that was asked: the same for all of it.

use std::sync::Arc;

use contract::request::TerminalRequest;

use super::super::super::extract::Peer;
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use crate::app::App;
use crate::services::people::session::Stand;
use crate::services::requests::asker::{self, Deed};
use crate::services::tokens::Known;

/// Does it to the request with this id, once for this idempotency key; answers how the request stands.
pub(super) async fn act(
    app: Arc<App>,
    known: Arc<Known>,
    peer: Peer,
    (id, key): (String, String),
    deed: Deed,
) -> Answer<Uncached<TerminalRequest>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            asker::act(&app.asking(), stand, &key, &id, &deed, now_ms)
        })
        .await?;
    Ok(Uncached(found))
}
