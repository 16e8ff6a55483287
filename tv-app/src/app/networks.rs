//! Looks for networks and connects, in threads of their own: both take a while.

use std::sync::Arc;

use super::{App, later};
use crate::networks::{Networks, Password, Trouble};
use crate::screens::Input;

impl App {
    pub(super) fn ask_networks(&self, scan: bool) {
        self.with_networks(Input::Networks, move |networks| networks.look(scan));
    }

    pub(super) fn join_network(&self, ssid: Vec<u8>, password: Option<Password>) {
        self.with_networks(Input::NetworkJoined, move |networks| {
            networks.join(&ssid, password.as_ref())
        });
    }

    fn with_networks<T: Send + 'static>(
        &self,
        answer: fn(Result<T, Trouble>) -> Input,
        ask: impl FnOnce(&dyn Networks) -> Result<T, Trouble> + Send + 'static,
    ) {
        let Some(networks) = self.networks.as_ref().map(Arc::clone) else {
            self.tell_later(answer(Err(Trouble::NoManager)));
            return;
        };
        let spawned = std::thread::Builder::new()
            .name("networks".into())
            .spawn(move || {
                let asked = ask(networks.as_ref());
                later(move |app| app.input(&answer(asked)));
            });
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread to look for networks in");
            self.tell_later(answer(Err(Trouble::Failed)));
        }
    }
}
