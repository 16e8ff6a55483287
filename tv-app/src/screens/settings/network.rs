//! The state of the connection.

use crate::focus::{Area, FocusMap, Layout};
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// How long “connecting” is shown after asking for it, in ms; the state itself comes by notice.
const TRYING_MS: u64 = 3_000;

/// What can be done about the connection: try it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryNow;

/// The network page.
pub struct Network {
    detail: Detail<TryNow>,
    server: String,
    addresses: Vec<String>,
    trusts_nobody: bool,
    trying_until: Option<u64>,
}

impl Network {
    /// The page before anything was read.
    #[must_use]
    pub fn new() -> Self {
        let mut detail = Detail::new(Layout::Row, Area::new(96, 800, 640, 120));
        detail.set(vec![TryNow], |TryNow| "retry");
        Self {
            detail,
            server: String::new(),
            addresses: Vec::new(),
            trusts_nobody: false,
            trying_until: None,
        }
    }

    /// Address of the server this terminal belongs to.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
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

    /// What can be done.
    #[must_use]
    pub const fn detail(&self) -> &Detail<TryNow> {
        &self.detail
    }

    /// A try that was asked for is under way.
    #[must_use]
    pub const fn is_trying(&self) -> bool {
        self.trying_until.is_some()
    }
}

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Network {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed => {
                let cache = context.cache;
                self.server = cache
                    .enrolment()
                    .map(|enrolment| enrolment.server_url)
                    .or_else(|| cache.pending_enrolment().map(|pending| pending.server_url))
                    .unwrap_or_default();
                if *input == Input::Shown {
                    return vec![Effect::AskAddresses];
                }
            }
            Input::Addresses(addresses) => self.addresses.clone_from(addresses),
            Input::TrustsNobody(so) => self.trusts_nobody = *so,
            Input::Tick => self.trying_until = None,
            Input::Key(key, press) => match self.detail.act(*key, *press) {
                Act::Left => return vec![Effect::Back],
                Act::Chosen(_) => {
                    self.trying_until = Some(context.ticks_ms + TRYING_MS);
                    return vec![Effect::Retry];
                }
                Act::Moved | Act::Unused => {}
            },
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
        Route::Network
    }

    fn wake_at(&self) -> Option<u64> {
        self.trying_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_servers_at_https_need_certificates() {
        let mut page = Network::new();
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
