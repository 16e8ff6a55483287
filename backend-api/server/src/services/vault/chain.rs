//! The keys that the audit log is chained with. The first is made of the key of the blind index, which
//! stays for ever; each rotation adds one. None is ever taken away: without it what it chained could not be
//! verified any more.

use std::fmt;

use store::chain;

use super::Ring;
use super::keys::{Keys, hmac};
use crate::services::files::hex;

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl chain::Keys for Ring {
    fn newest(&self) -> u32 {
        self.keys().newest_of_audit()
    }

    fn mac(&self, key: u32, parts: &[&str]) -> Option<String> {
        let has = |keys: &Keys| keys.of_audit(key).is_some();
        let keys = self.having(has).unwrap_or_else(|error| {
            tracing::error!(%error, key, "a key of the audit log cannot be read");
            None
        })?;
        Some(hex(&hmac(&keys.of_audit(key)?, parts)))
    }
}

impl Keys {
    pub(super) fn newest_of_audit(&self) -> u32 {
        self.audit.last().map_or(1, |newest| newest.id)
    }

    fn of_audit(&self, id: u32) -> Option<[u8; 32]> {
        if id == 1 {
            return Some(hmac(&self.index, &["audit chain"]));
        }
        let kept = self.audit.iter().find(|kept| kept.id == id)?;
        Some(kept.key)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use store::audit::{self, NewEntry};
    use store::chain::Keys as _;
    use store::testing::TestDatabase;

    use super::super::{Vault, VaultError};
    use crate::config::Config;

    fn append(store: &store::Store) {
        let entry = NewEntry {
            action: "something".to_owned(),
            ..NewEntry::default()
        };
        store
            .write(move |tx| audit::append(tx, &entry, 1))
            .map(|_| ())
            .unwrap();
    }

    #[test]
    fn a_rotation_adds_a_key_which_another_process_takes_at_once() {
        let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::sqlite());
        let config = Config::local(folder.path());
        let (here, there) = (database.open(), database.open());
        let server = Vault::open(&config, &here).unwrap();
        append(&here);
        let command = Vault::open(&config, &there).unwrap();
        command.add_key(&there).unwrap();
        append(&there);
        assert_eq!((server.ring.newest(), command.ring.newest()), (1, 2));
        // It has to go on with the new one.
        append(&here);
        command.drop_old_keys().unwrap();
        for store in [&here, &there] {
            let verified = store.read(audit::verify).unwrap();
            assert_eq!((verified.head.seq, verified.faults), (3, vec![]));
        }
        let keys: Vec<Option<String>> = [1, 2, 3].map(|key| server.ring.mac(key, &["x"])).into();
        assert!(keys[0].is_some() && keys[1].is_some() && keys[0] != keys[1]);
        assert_eq!(keys[2], None);
    }

    #[test]
    fn an_audit_log_without_its_keys_is_noticed_at_the_start() {
        let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::sqlite());
        let config = Config::local(folder.path());
        let store = database.open();
        Vault::open(&config, &store).unwrap();
        append(&store);
        fs::remove_file(config.keys_file()).unwrap();
        let again = Vault::open(&config, &database.open());
        assert!(matches!(again, Err(VaultError::Lost(_))), "{again:?}");
    }
}
