//! What whoever installs this television wants to know: where its server is, how it is reached, what it
//! is called there, and what runs on it. Nothing of it is a villager's.

use crate::focus::FocusMap;
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// The page for whoever installs it.
#[derive(Default)]
pub struct Installation {
    detail: Detail<()>,
    server: String,
    terminal: String,
    addresses: Vec<String>,
    trusts_nobody: bool,
    used_bytes: u64,
    budget_bytes: u64,
}

impl Installation {
    /// The page before anything was read.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Address of the server this terminal belongs to.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The number under which the server knows it; empty before it is enrolled.
    #[must_use]
    pub fn terminal(&self) -> &str {
        &self.terminal
    }

    /// Addresses of this box in its networks.
    #[must_use]
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// The server is at `https://`, and this box has no certificates to check it with.
    #[must_use]
    pub fn lacks_certificates(&self) -> bool {
        self.trusts_nobody && self.server.starts_with("https:")
    }

    /// Bytes of files in the cache, and how many there may be.
    #[must_use]
    pub const fn disk(&self) -> (u64, u64) {
        (self.used_bytes, self.budget_bytes)
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.detail.on_back()
    }
}

impl Controller for Installation {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed => {
                let cache = context.cache;
                let enrolment = cache.enrolment();
                let pending = || cache.pending_enrolment().map(|it| it.server_url);
                self.terminal = enrolment
                    .as_ref()
                    .map(|it| it.terminal_id.clone())
                    .unwrap_or_default();
                let server = enrolment.map(|it| it.server_url).or_else(pending);
                self.server = server.unwrap_or_default();
                (self.used_bytes, self.budget_bytes) = (cache.stored_bytes(), cache.budget());
                if *input == Input::Shown {
                    return vec![Effect::AskAddresses];
                }
            }
            Input::Addresses(addresses) => self.addresses.clone_from(addresses),
            Input::TrustsNobody(so) => self.trusts_nobody = *so,
            Input::Key(key, press) if self.detail.act(*key, *press) == Act::Left => {
                return vec![Effect::Back];
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.detail.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.detail.focus
    }

    fn route(&self) -> Route {
        Route::Installation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_servers_at_https_need_certificates() {
        let mut page = Installation::new();
        for (trusts_nobody, server, lacks) in [
            (true, "https://tv.example.cn", true),
            (true, "http://192.0.2.7:8080", false),
            (true, "", false),
            (false, "https://tv.example.cn", false),
        ] {
            page.trusts_nobody = trusts_nobody;
            server.clone_into(&mut page.server);
            assert_eq!(page.lacks_certificates(), lacks, "{trusts_nobody} {server}");
        }
    }
}
