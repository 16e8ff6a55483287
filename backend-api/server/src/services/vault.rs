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

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD as BASE64, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use store::{Store, Tx, WriteTx, settings};
use subtle::ConstantTimeEq as _;

use super::files::hex;
use super::kit::error::{Result, ServiceError};
use crate::config::Config;

/// Setting with the id of the key that seals.
const NEWEST: &str = "vault.key";
/// Setting that tells whether the keys are those the database was written with.
const MARK: &str = "vault.mark";
const NONCE: usize = 24;
const HEAD: &str = "# 个人信息和审计日志的密钥。丢失后身份证号、电话和卡号无法找回，PIN 须全部重设，\n\
                    # 审计日志也无法核对。\n\
                    # 请与数据库备份分开保存一份，不要发给任何人。\n\n";

/// Why the keys cannot be used. The texts are for the administrator.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is data sealed with keys that are gone.
    #[error("密钥文件 {0} 不见了，数据库里的个人信息要靠它打开；请从另存的地方放回来")]
    Lost(PathBuf),
    /// The keys are not the database's.
    #[error("密钥与数据库不符，请放回这个数据库的密钥文件")]
    Wrong,
    /// The keys cannot be understood.
    #[error("密钥读不懂：{0}；请放回原来的密钥文件")]
    Malformed(String),
    /// The file cannot be read or written.
    #[error("密钥文件 {path} 不能读写")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Keys of the environment cannot be changed here.
    #[error(
        "密钥由环境变量 ZHDJ_KEYS 给出，请在那里加上新的一把（[[sealing]] 放在最前），重启服务后再运行"
    )]
    FromEnvironment,
    /// No randomness, or the database failed.
    #[error("密钥不能使用")]
    Service(#[from] ServiceError),
    /// The database failed.
    #[error("数据库不能使用")]
    Store(#[from] store::Error),
}

/// Which value, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// A member's identity number.
    IdNumber(&'a str),
    /// A member's telephone number.
    Phone(&'a str),
    /// A member's card.
    Card(&'a str),
    /// An account's second factor.
    Totp(&'a str),
    /// The address of the camera that a meeting's host is seen with, password included.
    HostCamera(&'a str),
    /// The address of a duty room's camera.
    Camera(&'a str),
    /// What the envelopes of an evaluation are opened with.
    Ballots(&'a str),
}

impl Place<'_> {
    fn aad(self) -> String {
        match self {
            Self::IdNumber(id) => format!("member/{id}/id_number"),
            Self::Phone(id) => format!("member/{id}/phone"),
            Self::Card(id) => format!("member/{id}/card"),
            Self::Totp(id) => format!("account/{id}/totp"),
            Self::HostCamera(id) => format!("meeting/{id}/host_camera"),
            Self::Camera(id) => format!("duty_room/{id}/camera"),
            Self::Ballots(id) => format!("evaluation/{id}/ballots"),
        }
    }
}

/// What a blind index is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Identity number.
    IdNumber,
    /// Telephone number.
    Phone,
    /// Card.
    Card,
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Self::IdNumber => "id_number",
            Self::Phone => "phone",
            Self::Card => "card",
        }
    }
}

/// A key that has successors.
#[derive(Clone, PartialEq, Eq)]
struct SealingKey {
    id: u32,
    key: [u8; 32],
}

#[derive(Clone, PartialEq, Eq)]
struct Keys {
    /// The newest first.
    sealing: Vec<SealingKey>,
    index: [u8; 32],
    pin: [u8; 32],
    /// Those of the audit log after the first, which is made of `index`.
    audit: Vec<SealingKey>,
}

/// The keys in TOML.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    index: String,
    pin: String,
    sealing: Vec<WrittenKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    audit: Vec<WrittenKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    id: u32,
    key: String,
}

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
        format!("k{id}.")
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

impl Keys {
    fn random() -> Result<Self> {
        Ok(Self {
            sealing: vec![SealingKey {
                id: 1,
                key: super::secrets::random_bytes()?,
            }],
            index: super::secrets::random_bytes()?,
            pin: super::secrets::random_bytes()?,
            audit: Vec::new(),
        })
    }

    fn parse(text: &str) -> Result<Self, VaultError> {
        // The parser's message quotes the line, which holds a key.
        let written: Written = toml::from_str(text).map_err(|error| {
            VaultError::Malformed(match error.span() {
                Some(span) => format!("第 {} 个字符附近", span.start + 1),
                None => "缺少内容".to_owned(),
            })
        })?;
        let key = |name: &str, text: &str| {
            BASE64
                .decode(text)
                .ok()
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| VaultError::Malformed(format!("{name} 不是 32 字节的 Base64")))
        };
        let every = |name: &str, written: &[WrittenKey]| {
            let one = |kept: &WrittenKey| -> Result<SealingKey, VaultError> {
                Ok(SealingKey {
                    id: kept.id,
                    key: key(name, &kept.key)?,
                })
            };
            written
                .iter()
                .map(one)
                .collect::<Result<Vec<_>, VaultError>>()
        };
        let mut sealing = every("sealing", &written.sealing)?;
        sealing.sort_by_key(|kept| std::cmp::Reverse(kept.id));
        let mut audit = every("audit", &written.audit)?;
        audit.sort_by_key(|kept| kept.id);
        if audit.first().is_some_and(|first| first.id < 2)
            || audit.windows(2).any(|pair| pair[0].id == pair[1].id)
        {
            return Err(VaultError::Malformed(
                "audit 的编号须从 2 起，各不相同".to_owned(),
            ));
        }
        if sealing.is_empty() || sealing.windows(2).any(|pair| pair[0].id == pair[1].id) {
            return Err(VaultError::Malformed(
                "sealing 须有一把或几把编号不同的密钥".to_owned(),
            ));
        }
        Ok(Self {
            sealing,
            index: key("index", &written.index)?,
            pin: key("pin", &written.pin)?,
            audit,
        })
    }

    fn to_toml(&self) -> Result<String, VaultError> {
        let every = |keys: &[SealingKey]| -> Vec<WrittenKey> {
            let one = |kept: &SealingKey| WrittenKey {
                id: kept.id,
                key: BASE64.encode(kept.key),
            };
            keys.iter().map(one).collect()
        };
        let written = Written {
            index: BASE64.encode(self.index),
            pin: BASE64.encode(self.pin),
            sealing: every(&self.sealing),
            audit: every(&self.audit),
        };
        let text =
            toml::to_string(&written).map_err(|error| VaultError::Malformed(error.to_string()))?;
        Ok(format!("{HEAD}{text}"))
    }

    fn newest(&self) -> u32 {
        self.sealing.first().map_or(0, |newest| newest.id)
    }

    fn sealing(&self, id: u32) -> Option<&SealingKey> {
        self.sealing.iter().find(|kept| kept.id == id)
    }

    /// Names index and PIN key without telling anything of them. Sealing keys come and go.
    fn mark(&self) -> String {
        let (index, pin) = (hmac(&self.index, &["mark"]), hmac(&self.pin, &["mark"]));
        hex(&[index, pin].concat())
    }

    fn cipher(&self, id: u32, place: Place<'_>) -> Result<XChaCha20Poly1305> {
        let kept = self.sealing(id).ok_or_else(|| cannot_open(place))?;
        Ok(XChaCha20Poly1305::new(&kept.key.into()))
    }

    fn seal(&self, id: u32, place: Place<'_>, clear: &str) -> Result<String> {
        let nonce: [u8; NONCE] = super::secrets::random_bytes()?;
        let aad = place.aad();
        let payload = Payload {
            msg: clear.as_bytes(),
            aad: aad.as_bytes(),
        };
        let sealed = self
            .cipher(id, place)?
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| ServiceError::Internal("sealing failed".to_owned()))?;
        let body = BASE64.encode([&nonce[..], &sealed].concat());
        Ok(format!("{}{body}", Vault::prefix(id)))
    }

    fn unseal(&self, id: u32, place: Place<'_>, body: &str) -> Result<String> {
        let bytes = BASE64.decode(body).map_err(|_| cannot_open(place))?;
        let (nonce, sealed) = bytes
            .split_at_checked(NONCE)
            .ok_or_else(|| cannot_open(place))?;
        let aad = place.aad();
        let payload = Payload {
            msg: sealed,
            aad: aad.as_bytes(),
        };
        self.cipher(id, place)?
            .decrypt(XNonce::from_slice(nonce), payload)
            .ok()
            .and_then(|clear| String::from_utf8(clear).ok())
            .ok_or_else(|| cannot_open(place))
    }
}

fn cannot_open(place: Place<'_>) -> ServiceError {
    ServiceError::Internal(format!("cannot open the sealed {}", place.aad()))
}

/// Each part after its length, so that no two lists of parts are the same bytes.
fn hmac(key: &[u8; 32], parts: &[&str]) -> [u8; 32] {
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&part.len().to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

/// Whether something in the database is of no use without the keys it was written with.
fn needs_its_keys(tx: &mut Tx<'_>) -> Result<bool, store::Error> {
    Ok(settings::get(tx, MARK)?.is_some() && store::sealing::any(tx)?)
}

fn forget(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    settings::remove(tx, MARK)?;
    settings::remove(tx, NEWEST)
}

fn read(path: &Path) -> Result<Option<Keys>, VaultError> {
    let failed = |source| VaultError::File {
        path: path.to_owned(),
        source,
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(file = %path.display(), "others can read the keys: run chmod 600");
    }
    Keys::parse(&text).map(Some)
}

/// Makes the keys, unless another process was faster; then those.
fn made(path: &Path) -> Result<Keys, VaultError> {
    let keys = Keys::random()?;
    let failed = |source| VaultError::File {
        path: path.to_owned(),
        source,
    };
    let partial = written_beside(path, &keys)?;
    match fs::hard_link(&partial, path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    fs::remove_file(&partial).map_err(failed)?;
    sync_folder(path).map_err(failed)?;
    read(path)?.ok_or_else(|| VaultError::Lost(path.to_owned()))
}

/// Puts other keys in the place of the old ones; killed at any moment it leaves one or the other.
fn write(path: &Path, keys: &Keys) -> Result<(), VaultError> {
    let partial = written_beside(path, keys)?;
    fs::rename(&partial, path)
        .and_then(|()| sync_folder(path))
        .map_err(|source| VaultError::File {
            path: path.to_owned(),
            source,
        })
}

fn written_beside(path: &Path, keys: &Keys) -> Result<PathBuf, VaultError> {
    let text = keys.to_toml()?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.partial", uuid::Uuid::new_v4().simple()));
    let partial = path.with_file_name(name);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&partial)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
    written.map_err(|source| VaultError::File {
        path: partial.clone(),
        source,
    })?;
    Ok(partial)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
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
        let written: Written = toml::from_str(&text).unwrap();
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
