//! The keys themselves: as bytes, in TOML and in their file, which is made and changed so that whoever is killed at any
//! moment leaves the old keys or the new ones.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::place::Place;
use crate::services::files::hex;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::secrets;

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

/// A key that has successors.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SealingKey {
    pub(super) id: u32,
    pub(super) key: [u8; 32],
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Keys {
    /// The newest first.
    pub(super) sealing: Vec<SealingKey>,
    pub(super) index: [u8; 32],
    pub(super) pin: [u8; 32],
    /// Those of the audit log after the first, which is made of `index`.
    pub(super) audit: Vec<SealingKey>,
}

/// The keys in TOML.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) index: String,
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

impl Keys {
    pub(super) fn random() -> Result<Self> {
        Ok(Self {
            sealing: vec![SealingKey {
                id: 1,
                key: secrets::random_bytes()?,
            }],
            index: secrets::random_bytes()?,
            pin: secrets::random_bytes()?,
            audit: Vec::new(),
        })
    }

    pub(super) fn parse(text: &str) -> Result<Self, VaultError> {
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

    pub(super) fn newest(&self) -> u32 {
        self.sealing.first().map_or(0, |newest| newest.id)
    }

    pub(super) fn sealing(&self, id: u32) -> Option<&SealingKey> {
        self.sealing.iter().find(|kept| kept.id == id)
    }

    /// Names index and PIN key without telling anything of them. Sealing keys come and go.
    pub(super) fn mark(&self) -> String {
        let (index, pin) = (hmac(&self.index, &["mark"]), hmac(&self.pin, &["mark"]));
        hex(&[index, pin].concat())
    }

    fn cipher(&self, id: u32, place: Place<'_>) -> Result<XChaCha20Poly1305> {
        let kept = self.sealing(id).ok_or_else(|| cannot_open(place))?;
        Ok(XChaCha20Poly1305::new(&kept.key.into()))
    }

    pub(super) fn seal(&self, id: u32, place: Place<'_>, clear: &str) -> Result<String> {
        let nonce: [u8; NONCE] = secrets::random_bytes()?;
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
        Ok(format!("{}{body}", prefix(id)))
    }

    pub(super) fn unseal(&self, id: u32, place: Place<'_>, body: &str) -> Result<String> {
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

/// What everything sealed with the key of this id begins with.
pub(super) fn prefix(id: u32) -> String {
    format!("k{id}.")
}

pub(super) fn cannot_open(place: Place<'_>) -> ServiceError {
    ServiceError::Internal(format!("cannot open the sealed {}", place.aad()))
}

/// Each part after its length, so that no two lists of parts are the same bytes.
pub(super) fn hmac(key: &[u8; 32], parts: &[&str]) -> [u8; 32] {
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&part.len().to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

pub(super) fn read(path: &Path) -> Result<Option<Keys>, VaultError> {
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
pub(super) fn made(path: &Path) -> Result<Keys, VaultError> {
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
pub(super) fn write(path: &Path, keys: &Keys) -> Result<(), VaultError> {
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
