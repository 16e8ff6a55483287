//! Fills `NetworkAdapter`.

use slint::{ComponentHandle, SharedString};
use tv_ui::{
    AppWindow, NetworkAdapter, NetworkKey, NetworkRow, NetworkSays, NetworkStage, ScreenKind,
};

use super::{Key, Network, Page, Row, Stage};
use crate::networks::{Cable, Lock, Strength, Trouble, Wireless};
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model};

impl Draw for Network {
    fn bind(window: &AppWindow, lists: &Lists) {
        let adapter = window.global::<NetworkAdapter<'_>>();
        adapter.set_rows(model(&lists.networks));
        adapter.set_keys(model(&lists.network_keys));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Network
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<NetworkAdapter<'_>>();
        adapter.set_back_focused(self.on_back());
        adapter.set_retry_focused(self.on_retry());
        adapter.set_row(index(self.focused_row()));
        adapter.set_key(index(self.focused_key()));
        adapter.set_trying(self.is_trying());
        adapter.set_has_wireless(self.has_wireless());
        adapter.set_addresses(self.addresses().join("  ").into());
        let (rows, first, total) = self.rows();
        adapter.set_first(int(first));
        adapter.set_total(int(total));
        let chosen = self.chosen();
        let rows = rows.iter().map(|row| network_row(row, chosen));
        fill(&view.lists.networks, rows.collect());
        let stage = stage(self.stage());
        adapter.set_stage(stage);
        adapter.set_trouble(trouble(self.stage()));
        adapter.set_name(chosen.map(Wireless::name).unwrap_or_default().into());
        let keyboard = self.keyboard();
        let types = stage == NetworkStage::Typing;
        // Nothing of a password stays in the window.
        adapter.set_typed(if types {
            keyboard.typed().into()
        } else {
            "".into()
        });
        adapter.set_count(int(keyboard.typed().chars().count()));
        adapter.set_ready(keyboard.is_ready());
        adapter.set_wrong(self.was_wrong());
        adapter.set_capitals(keyboard.page() == Page::Capital);
        adapter.set_signs(keyboard.page() == Page::Signs);
        let keys: Vec<NetworkKey> = if types {
            keyboard.keys().map(key).collect()
        } else {
            Vec::new()
        };
        fill(&view.lists.network_keys, keys);
    }
}

fn network_row(row: &Row, chosen: Option<&Wireless>) -> NetworkRow {
    match row {
        Row::Cable(cable) => NetworkRow {
            cable: true,
            says: match cable {
                Cable::Missing | Cable::Unplugged => NetworkSays::Unplugged,
                Cable::Plugged => NetworkSays::Plugged,
                Cable::Connected => NetworkSays::Connected,
            },
            ..NetworkRow::default()
        },
        Row::Wireless(network) => NetworkRow {
            name: network.name().into(),
            chosen: chosen.is_some_and(|chosen| chosen.ssid == network.ssid),
            locked: network.lock != Lock::Open,
            says: if network.connected {
                NetworkSays::Connected
            } else {
                match network.strength {
                    Strength::Strong => NetworkSays::Strong,
                    Strength::Medium => NetworkSays::Medium,
                    Strength::Weak => NetworkSays::Weak,
                }
            },
            ..NetworkRow::default()
        },
    }
}

const fn stage(stage: &Stage) -> NetworkStage {
    match stage {
        Stage::Looking => NetworkStage::Looking,
        Stage::Shown => NetworkStage::Shown,
        Stage::Typing(_) => NetworkStage::Typing,
        Stage::Joining(_) => NetworkStage::Joining,
        Stage::Joined(_) => NetworkStage::Joined,
        Stage::Failed(..) => NetworkStage::Failed,
    }
}

fn trouble(stage: &Stage) -> tv_ui::NetworkTrouble {
    use tv_ui::NetworkTrouble as Said;
    let Stage::Failed(network, trouble) = stage else {
        return Said::None;
    };
    let strange = network.as_ref().is_some_and(|it| it.lock == Lock::Other);
    match trouble {
        _ if strange => Said::Strange,
        Trouble::NoManager => Said::NoManager,
        Trouble::NoDevice => Said::NoDevice,
        Trouble::WrongPassword => Said::WrongPassword,
        Trouble::Gone => Said::Gone,
        Trouble::TooLong => Said::TooLong,
        Trouble::Failed => Said::Failed,
    }
}

fn key(key: Key) -> NetworkKey {
    let text = match key {
        Key::Character(character) => SharedString::from(character.to_string()),
        _ => SharedString::default(),
    };
    NetworkKey {
        text,
        kind: match key {
            Key::Character(' ') => tv_ui::NetworkKeyKind::Space,
            Key::Character(_) => tv_ui::NetworkKeyKind::Character,
            Key::Capitals => tv_ui::NetworkKeyKind::Capitals,
            Key::Signs => tv_ui::NetworkKeyKind::Signs,
            Key::Delete => tv_ui::NetworkKeyKind::Delete,
            Key::Enter => tv_ui::NetworkKeyKind::Enter,
        },
    }
}
