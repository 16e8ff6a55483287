//! The state of the connection.

use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::{BACK, Context, Controller, Effect, Effects, Input, Route, arrow};

/// How long “connecting” is shown after asking for it, in ms; the state itself comes by notice.
const TRYING_MS: u64 = 3_000;

/// The network page.
pub struct Network {
    focus: FocusMap,
    server: String,
    addresses: Vec<String>,
    trusts_nobody: bool,
    trying_until: Option<u64>,
}

impl Network {
    /// The page before anything was read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(
                "retry",
                vec![
                    Zone::new(BACK, Layout::Row, Area::new(96, 54, 200, 120)).with_items([BACK]),
                    Zone::new("retry", Layout::Row, Area::new(96, 800, 640, 120))
                        .with_items(["retry"]),
                ],
            ),
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

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
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
            Input::Key(RemoteKey::Ok, Press::Down) if self.on_back() => return vec![Effect::Back],
            Input::Key(RemoteKey::Ok, Press::Down) => {
                self.trying_until = Some(context.ticks_ms + TRYING_MS);
                return vec![Effect::Retry];
            }
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(key, press) => {
                if let Some(direction) = arrow(*key, *press) {
                    self.focus.go(direction);
                }
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
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
