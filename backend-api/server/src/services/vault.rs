//! The keys of personal data, outside the database: who has the database alone can read no number,
//! look none up and try no PIN.
//!
//! Sealing is XChaCha20-Poly1305 with a random nonce; the text is `k<key id>.<base64>`. Whose
//! value it is and which is bound in as associated data, so that a sealed number that is moved to
//! another person cannot be opened. The blind index is HMAC-SHA-256 of the field's name and the
//! normal form: it finds exact values and nothing else.
//!
//! Which key is the newest stands in the database too ([`Vault::seal`] asks there), so that a
//! server that is running while `backend-api keys rotate` adds a key takes the new one with its
//! next transaction, and the old one can go without a wait.
//!
//! The audit log is chained with keys of its own (`chain`). Old ones stay, for what they have chained.

mod chain;
mod keys;
mod place;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::RwLock;
use store::{Store, Tx, WriteTx, settings};
use subtle::ConstantTimeEq as _;

use super::files::hex;
use super::kit::error::{Result, ServiceError};
use crate::config::Config;
use keys::{Keys, SealingKey, cannot_open, hmac, made, read, write};

pub use keys::VaultError;
pub use place::{Field, Place};

/// Setting with the id of the key that seals.
const NEWEST: &str = "vault.key";
/// Setting that tells whether the keys are those the database was written with.
const MARK: &str = "vault.mark";
/// The keys, ready to be used.
pub struct Vault {
    ring: Arc<Ring>,
}

/// The keys and where they come from.
struct Ring {
    keys: RwLock<Arc<Keys>>,
    /// Where they are; `None`: in the environment.
    file: Option<PathBuf>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("file", &self.ring.file)
            .finish_non_exhaustive()
    }
}

impl Vault {
    /// Opens the keys of a database; makes them if it has none yet. From then on its audit log is chained
    /// with them.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn open(config: &Config, store: &Store) -> Result<Self, VaultError> {
        let (keys, file) = match &config.keys {
            Some(text) => (Some(Keys::parse(text)?), None),
            None => {
                let path = config.keys_file();
                (read(&path)?, Some(path))
            }
        };
        let keys = match (keys, &file) {
            (Some(keys), _) => keys,
            (None, Some(path)) if store.read(needs_its_keys)? => {
                return Err(VaultError::Lost(path.clone()));
            }
            (None, Some(path)) => {
                store.write(forget)?;
                made(path)?
            }
            (None, None) => return Err(VaultError::Malformed("空的".to_owned())),
        };
        let ring = Arc::new(Ring {
            keys: RwLock::new(Arc::new(keys)),
            file,
        });
        let vault = Self { ring };
        vault.claim(store)?;
        store.chain_with(Arc::clone(&vault.ring) as _);
        Ok(vault)
    }

    /// Compares the keys with the database's mark; leaves it where there is none yet.
    fn claim(&self, store: &Store) -> Result<(), VaultError> {
        let keys = self.keys();
        let mark = keys.mark();
        let newest = keys.newest().to_string();
        let kept = store.write(move |tx| {
            let kept = settings::get(tx, MARK)?;
            if kept.is_none() {
                settings::set(tx, MARK, &mark)?;
                settings::set(tx, NEWEST, &newest)?;
            }
            let kept = kept.unwrap_or_else(|| mark.clone());
            Ok::<_, store::Error>((kept, settings::get(tx, NEWEST)?))
        })?;
        let sealing = kept.1.and_then(|id| id.parse().ok());
        if kept.0 != keys.mark() || sealing.is_none_or(|id| keys.sealing(id).is_none()) {
            return Err(VaultError::Wrong);
        }
        Ok(())
    }

    /// Seals a value inside the transaction that keeps it.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] when there is no randomness or the newest key is missing.
    pub fn seal(&self, tx: &mut Tx<'_>, place: Place<'_>, clear: &str) -> Result<String> {
        let newest = settings::get(tx, NEWEST)?
            .and_then(|id| id.parse().ok())
            .ok_or_else(|| ServiceError::Internal("no sealing key is set".to_owned()))?;
        let keys = self.with(newest)?;
        keys.seal(newest, place, clear)
    }

    /// Opens a sealed value.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] if it is damaged, somebody else's, or its key is missing.
    pub fn unseal(&self, place: Place<'_>, sealed: &str) -> Result<String> {
        let (id, body) = sealed
            .strip_prefix('k')
            .and_then(|rest| rest.split_once('.'))
            .and_then(|(id, body)| Some((id.parse().ok()?, body)))
            .ok_or_else(|| cannot_open(place))?;
        self.with(id)?.unseal(id, place, body)
    }

    /// Blind index of a value in its normal form.
    #[must_use]
    pub fn index(&self, field: Field, normal: &str) -> String {
        let keys = self.keys();
        hex(&hmac(&keys.index, &[field.name(), normal]))
    }

    /// A keyed hash of something that holds personal values, for comparing only: a plain one could
    /// be undone by trying all PINs or telephone numbers.
    #[must_use]
    pub fn fingerprint(&self, text: &str) -> String {
        hex(&hmac(&self.keys().index, &["fingerprint", text]))
    }

    /// The token of the box that was given this device code: the same one however often it asks, without
    /// being kept anywhere. Who does not know the device code can make it as little as without the keys.
    #[must_use]
    pub fn terminal_token(&self, device_code: &str) -> String {
        let token = hmac(&self.keys().index, &["terminal_token", device_code]);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// How a recovery code is kept.
    #[must_use]
    pub fn recovery_hash(&self, account_id: &str, code: &str) -> String {
        hex(&hmac(
            &self.keys().pin,
            &["recovery_code", account_id, code],
        ))
    }

    /// How a member's PIN is kept.
    #[must_use]
    pub fn pin_hash(&self, member_id: &str, pin: &str) -> String {
        hex(&hmac(&self.keys().pin, &[member_id, pin]))
    }

    /// Whether this is the PIN, in a time that does not tell how nearly it is.
    #[must_use]
    pub fn pin_matches(&self, member_id: &str, pin: &str, kept: &str) -> bool {
        self.pin_hash(member_id, pin)
            .as_bytes()
            .ct_eq(kept.as_bytes())
            .into()
    }

    /// Makes a new key the one that seals. If an earlier rotation was not finished, its key stays
    /// the newest.
    ///
    /// # Errors
    /// [`VaultError::FromEnvironment`] if the keys are in the environment and there is no second
    /// one, or the file cannot be written.
    pub fn add_key(&self, store: &Store) -> Result<u32, VaultError> {
        let mut keys = Keys::clone(&self.keys());
        if keys.sealing.len() == 1 {
            let Some(path) = &self.ring.file else {
                return Err(VaultError::FromEnvironment);
            };
            keys.audit.push(SealingKey {
                id: keys.newest_of_audit() + 1,
                key: super::secrets::random_bytes()?,
            });
            let id = keys.newest() + 1;
            keys.sealing.insert(
                0,
                SealingKey {
                    id,
                    key: super::secrets::random_bytes()?,
                },
            );
            write(path, &keys)?;
            *self.ring.keys.write() = Arc::new(keys.clone());
        }
        let newest = keys.newest();
        store.write(move |tx| settings::set(tx, NEWEST, &newest.to_string()))?;
        Ok(newest)
    }

    /// Forgets all sealing keys but the newest. The caller has made sure that nothing is sealed
    /// with the others.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn drop_old_keys(&self) -> Result<(), VaultError> {
        let mut keys = Keys::clone(&self.keys());
        keys.sealing.truncate(1);
        if let Some(path) = &self.ring.file {
            write(path, &keys)?;
        }
        *self.ring.keys.write() = Arc::new(keys);
        Ok(())
    }

    /// What everything sealed with the key of this id begins with.
    #[must_use]
    pub fn prefix(id: u32) -> String {
        keys::prefix(id)
    }

    fn keys(&self) -> Arc<Keys> {
        self.ring.keys()
    }

    /// The keys, read again if the one of this id is not known: another process may have added it.
    fn with(&self, id: u32) -> Result<Arc<Keys>> {
        self.ring
            .having(|keys| keys.sealing(id).is_some())?
            .ok_or_else(|| ServiceError::Internal(format!("sealing key k{id} is missing")))
    }
}

impl Ring {
    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read())
    }

    /// The keys if they have what is asked for, read again if they have not.
    fn having(&self, has: impl Fn(&Keys) -> bool) -> Result<Option<Arc<Keys>>> {
        let keys = self.keys();
        if has(&keys) {
            return Ok(Some(keys));
        }
        let Some(path) = &self.file else {
            return Ok(None);
        };
        let again = read(path)
            .map_err(|error| ServiceError::Internal(error.to_string()))?
            .filter(|again| again.mark() == keys.mark() && has(again))
            .map(Arc::new);
        if let Some(again) = &again {
            *self.keys.write() = Arc::clone(again);
        }
        Ok(again)
    }
}

/// Whether something in the database is of no use without the keys it was written with.
fn needs_its_keys(tx: &mut Tx<'_>) -> Result<bool, store::Error> {
    Ok(settings::get(tx, MARK)?.is_some() && store::sealing::any(tx)?)
}

fn forget(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    settings::remove(tx, MARK)?;
    settings::remove(tx, NEWEST)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use store::testing::TestDatabase;

    use super::*;

    struct Home {
        folder: tempfile::TempDir,
        database: TestDatabase,
    }

    impl Home {
        fn new() -> Self {
            Self {
                folder: tempfile::tempdir().unwrap(),
                database: TestDatabase::sqlite(),
            }
        }

        fn config(&self) -> Config {
            Config::local(self.folder.path())
        }

        fn vault(&self) -> Result<Vault, VaultError> {
            Vault::open(&self.config(), &self.database.open())
        }

        fn seal(&self, vault: &Vault, place: Place<'_>, clear: &str) -> String {
            self.database
                .open()
                .read(|tx| vault.seal(tx, place, clear))
                .unwrap()
        }
    }

    const NUMBER: &str = "11010519491231002X";

    #[test]
    fn what_is_sealed_opens_in_its_own_place_only() {
        let home = Home::new();
        let vault = home.vault().unwrap();
        let place = Place::IdNumber("m1");
        let sealed = home.seal(&vault, place, NUMBER);
        assert!(sealed.starts_with("k1.") && !sealed.contains("1949"));
        assert_ne!(
            sealed,
            home.seal(&vault, place, NUMBER),
            "the nonce is random"
        );
        assert_eq!(vault.unseal(place, &sealed).unwrap(), NUMBER);
        for other in [
            Place::IdNumber("m2"),
            Place::Phone("m1"),
            Place::Card("m1"),
            Place::Totp("m1"),
            Place::Camera("m1"),
        ] {
            vault.unseal(other, &sealed).unwrap_err();
        }
    }

    #[test]
    fn damaged_text_is_refused_and_not_quoted() {
        let home = Home::new();
        let vault = home.vault().unwrap();
        let place = Place::Phone("m1");
        let sealed = home.seal(&vault, place, "13800000001");
        for at in 3..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(bytes).unwrap();
            let error = vault.unseal(place, &damaged).unwrap_err().to_string();
            assert!(!error.contains("138"), "{error}");
        }
        for nonsense in [
            "", "k", "k1", "k1.", "k9.AAAA", "x1.AAAA", "k1.AAAA", NUMBER,
        ] {
            vault.unseal(place, nonsense).unwrap_err();
        }
    }

    #[test]
    fn the_index_depends_on_field_value_and_key() {
        let (one, other) = (Home::new(), Home::new());
        let (vault, second) = (one.vault().unwrap(), other.vault().unwrap());
        let index = vault.index(Field::IdNumber, NUMBER);
        assert_eq!(index, vault.index(Field::IdNumber, NUMBER));
        assert_eq!(index.len(), 64);
        assert_ne!(index, vault.index(Field::Phone, NUMBER));
        assert_ne!(index, vault.index(Field::IdNumber, "110105194912310021"));
        assert_ne!(index, second.index(Field::IdNumber, NUMBER));
        assert_ne!(vault.fingerprint("a"), second.fingerprint("a"));
    }

    #[test]
    fn a_terminal_token_depends_on_the_device_code_and_the_key() {
        let (one, other) = (Home::new(), Home::new());
        let (vault, second) = (one.vault().unwrap(), other.vault().unwrap());
        let token = vault.terminal_token("device");
        assert_eq!(token, one.vault().unwrap().terminal_token("device"));
        assert_eq!(token.len(), 43);
        assert_ne!(token, vault.terminal_token("other"));
        assert_ne!(token, second.terminal_token("device"));
        // A new key that seals voids no token.
        vault.add_key(&one.database.open()).unwrap();
        vault.drop_old_keys().unwrap();
        assert_eq!(token, vault.terminal_token("device"));
    }

    #[test]
    fn a_pin_belongs_to_one_member() {
        let home = Home::new();
        let vault = home.vault().unwrap();
        let kept = vault.pin_hash("m1", "402817");
        assert!(vault.pin_matches("m1", "402817", &kept));
        assert!(!vault.pin_matches("m1", "402818", &kept));
        assert!(!vault.pin_matches("m2", "402817", &kept));
        assert!(!vault.pin_matches("m1", "402817", ""));
    }

    #[test]
    fn keys_are_made_once_for_their_owner_alone_and_never_shown() {
        let home = Home::new();
        let vault = home.vault().unwrap();
        let path = home.folder.path().join("keys.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let again = home.vault().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(vault.fingerprint("x"), again.fingerprint("x"));
        let files: Vec<_> = fs::read_dir(home.folder.path()).unwrap().collect();
        assert_eq!(files.len(), 1, "{files:?}");
        let written: keys::Written = toml::from_str(&text).unwrap();
        assert!(!format!("{vault:?}").contains(&written.index));
    }

    #[test]
    fn wrong_and_lost_keys_are_noticed_before_anything_is_written() {
        let home = Home::new();
        let vault = home.vault().unwrap();
        let path = home.folder.path().join("keys.toml");
        let text = fs::read_to_string(&path).unwrap();

        // Nothing is sealed yet: new keys do no harm.
        fs::remove_file(&path).unwrap();
        let vault_after = home.vault().unwrap();
        assert_ne!(vault.fingerprint("x"), vault_after.fingerprint("x"));

        // The first keys are not this database's any more.
        fs::write(&path, &text).unwrap();
        assert!(matches!(home.vault(), Err(VaultError::Wrong)));

        fs::write(&path, text.replace("pin", "pim")).unwrap();
        let Err(VaultError::Malformed(said)) = home.vault() else {
            panic!("taken");
        };
        assert!(!text.contains(&said), "{said}");
    }

    #[test]
    fn keys_may_come_from_the_environment() {
        let home = Home::new();
        home.vault().unwrap();
        let mut config = home.config();
        config.keys = Some(fs::read_to_string(config.keys_file()).unwrap());
        fs::remove_file(config.keys_file()).unwrap();
        let vault = Vault::open(&config, &home.database.open()).unwrap();
        let place = Place::Card("m1");
        let sealed = home.seal(&vault, place, "0012345678");
        assert_eq!(vault.unseal(place, &sealed).unwrap(), "0012345678");
        assert!(matches!(
            vault.add_key(&home.database.open()),
            Err(VaultError::FromEnvironment)
        ));
        assert!(!config.keys_file().exists());
        assert!(!format!("{config:?}").contains(config.keys.as_deref().unwrap()));
    }

    #[test]
    fn another_process_takes_a_new_key_with_its_next_transaction() {
        let home = Home::new();
        let (server, command) = (home.vault().unwrap(), home.vault().unwrap());
        let place = Place::Phone("m1");
        let before = home.seal(&server, place, "13800000001");
        assert_eq!(command.add_key(&home.database.open()).unwrap(), 2);
        // Not finished: the same key again.
        assert_eq!(command.add_key(&home.database.open()).unwrap(), 2);
        let after = home.seal(&server, place, "13800000001");
        assert!(after.starts_with("k2."), "{after}");
        assert_eq!(server.unseal(place, &before).unwrap(), "13800000001");
        command.drop_old_keys().unwrap();
        assert_eq!(
            home.vault().unwrap().unseal(place, &after).unwrap(),
            "13800000001"
        );
        home.vault().unwrap().unseal(place, &before).unwrap_err();
    }
}
