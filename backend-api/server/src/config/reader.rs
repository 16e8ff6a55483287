//! Takes settings out of a merged document one by one and collects what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use figment::Figment;
use figment::value::{Dict, Value};
use url::Url;

use super::log_format::LogFormat;
use super::mistakes::{Mistake, Mistakes};
use super::places::Place;
use super::preview::Preview;
use super::s3::S3;
use super::second_factor::AskedOf;
use super::tls::Tls;

pub(super) struct Reader {
    values: BTreeMap<String, Value>,
    known: BTreeSet<&'static str>,
    mistakes: Vec<Mistake>,
}

impl Reader {
    pub(super) fn new(figment: &Figment) -> Result<Self, Mistakes> {
        let dict: Dict = figment.extract().map_err(|error| {
            Mistakes(vec![Mistake {
                key: String::new(),
                wrong: format!("配置文件不是正确的 TOML：{error}"),
                write: "请按所指的行改正".to_owned(),
            }])
        })?;
        let mut values = BTreeMap::new();
        flatten("", dict, &mut values);
        Ok(Self {
            values,
            known: BTreeSet::new(),
            mistakes: Vec::new(),
        })
    }

    pub(super) fn mistake(&mut self, key: &str, wrong: &str, write: &str) {
        // One complaint a key: a wrong value must not also be called missing.
        if self.mistakes.iter().all(|mistake| mistake.key != key) {
            self.mistakes.push(Mistake {
                key: key.to_owned(),
                wrong: wrong.to_owned(),
                write: write.to_owned(),
            });
        }
    }

    /// The settings, unless there was a mistake; keys nobody asked for are mistakes too.
    pub(super) fn finish<T>(mut self, settings: T) -> Result<T, Mistakes> {
        let unknown: Vec<String> = self
            .values
            .keys()
            .filter(|key| !self.known.contains(key.as_str()))
            .cloned()
            .collect();
        for key in unknown {
            let nearest = self
                .known
                .iter()
                .min_by_key(|known| distance(known, &key))
                .copied()
                .unwrap_or_default();
            self.mistake(
                &key,
                "没有这个配置项",
                &format!("请删去；想写的也许是 {nearest}"),
            );
        }
        if self.mistakes.is_empty() {
            Ok(settings)
        } else {
            Err(Mistakes(self.mistakes))
        }
    }

    fn value(&mut self, key: &'static str) -> Option<Value> {
        self.known.insert(key);
        self.values.get(key).cloned()
    }

    /// A text value, parsed; `None` when absent or wrong.
    fn parsed<T>(
        &mut self,
        key: &'static str,
        write: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        let parsed = value.as_str().and_then(parse);
        if parsed.is_none() {
            self.mistake(key, &format!("{} 不能用", shown(&value)), write);
        }
        parsed
    }

    pub(super) fn listen(&mut self, key: &'static str, default: SocketAddr) -> SocketAddr {
        let write = "请写“IP:端口”，例如 listen = \"0.0.0.0:8080\"";
        self.parsed(key, write, |text| text.parse().ok())
            .unwrap_or(default)
    }

    pub(super) fn http_url(&mut self, key: &'static str) -> Option<Url> {
        let write =
            "请写以 http:// 或 https:// 开头、不带路径的网址，例如 \"https://dj.example.cn\"";
        self.parsed(key, write, |text| {
            Url::parse(text).ok().filter(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && url.path() == "/"
                    && url.query().is_none()
                    && url.fragment().is_none()
            })
        })
    }

    pub(super) fn database(&mut self, key: &'static str) -> Option<String> {
        let write = "请写 \"sqlite:/路径/data.sqlite\" 或 \"postgres://用户:密码@主机/数据库\"，\
                     要加密再写 ?sslmode=verify-full&sslrootcert=/路径/root.crt";
        let value = self.value(key)?;
        let text = value
            .as_str()
            .filter(|text| text.parse::<store::DatabaseUrl>().is_ok());
        if text.is_none() {
            // Not quoted: there may be a password in it.
            self.mistake(key, "数据库地址不能用", write);
        }
        text.map(str::to_owned)
    }

    pub(super) fn folder(&mut self, key: &'static str, default: &str) -> PathBuf {
        self.parsed(
            key,
            "请写以 / 开头的完整路径，例如 \"/var/lib/backend-api\"",
            |text| Some(PathBuf::from(text)).filter(|path| path.is_absolute()),
        )
        .unwrap_or_else(|| PathBuf::from(default))
    }

    pub(super) fn optional_folder(&mut self, key: &'static str) -> Option<PathBuf> {
        let write = "请写以 / 开头的完整路径，例如 \"/usr/share/backend-api/console\"";
        self.parsed(key, write, |text| {
            Some(PathBuf::from(text)).filter(|path| path.is_absolute())
        })
    }

    /// What makes pictures of what televisions will show.
    pub(super) fn preview(&mut self) -> Preview {
        let write = "请写以 / 开头的完整路径，例如 \"/usr/bin/tv-app\"";
        let usual = Preview::default();
        Preview {
            program: self.parsed("preview.program", write, |text| {
                Some(PathBuf::from(text)).filter(|path| path.is_absolute())
            }),
            seconds: self.number("preview.seconds", usual.seconds, 2..=60),
        }
    }

    /// IP addresses, separated by commas.
    pub(super) fn addresses(&mut self, key: &'static str) -> Vec<IpAddr> {
        let write = "请写电视能连到的 IP 地址，几个之间用逗号隔开，例如 \"10.1.2.3\"";
        self.parsed(key, write, |text| {
            list(text).map(|part| part.parse().ok()).collect()
        })
        .unwrap_or_default()
    }

    /// Networks, addresses and names, separated by commas.
    pub(super) fn places(&mut self, key: &'static str) -> Option<Vec<Place>> {
        let write =
            "请写网段、IP 地址或主机名，几个之间用逗号隔开，例如 \"192.168.0.0/16, 10.1.2.3\"";
        self.parsed(key, write, |text| {
            list(text).map(|part| part.parse().ok()).collect()
        })
    }

    /// TLS, if one of its files is named: then both are needed.
    pub(super) fn tls(&mut self) -> Option<Tls> {
        let certificate = self.optional_folder("tls.certificate");
        let key = self.optional_folder("tls.key");
        let write = "请写“IP:端口”，例如 redirect = \"0.0.0.0:80\"";
        let redirect = self.parsed("tls.redirect", write, |text| text.parse().ok());
        match (certificate, key) {
            (Some(certificate), Some(key)) => Some(Tls {
                certificate,
                key,
                redirect,
            }),
            (None, None) if redirect.is_none() => None,
            (certificate, _) => {
                let missing = if certificate.is_none() {
                    "tls.certificate"
                } else {
                    "tls.key"
                };
                self.mistake(
                    missing,
                    "用 TLS 时证书和私钥两个文件都要写",
                    "请写 PEM 文件的完整路径，例如 \"/etc/backend-api/tls.pem\"",
                );
                None
            }
        }
    }

    /// A bucket, if anything of it is named: then all of it is needed.
    pub(super) fn s3(&mut self) -> Option<S3> {
        let endpoint = self.http_url("s3.endpoint");
        let name = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let bucket = self.parsed("s3.bucket", "请写存储桶的名字，例如 \"zhdj\"", name);
        let write = "请写存储服务要的区域名，自建的一般不用写";
        let region = self.parsed("s3.region", write, name);
        let write = "请写成文字，加上引号";
        let access_key = self.secret("s3.access_key", write);
        let secret_key = self.secret("s3.secret_key", write);
        let write = "请写 \"backend\"（经本服务）或 \"signed\"（五分钟有效的签名地址）";
        let addresses = self.parsed("s3.addresses", write, |text| match text {
            "backend" => Some(false),
            "signed" => Some(true),
            _ => None,
        });
        let named = [
            (
                "s3.endpoint",
                endpoint.is_some(),
                "例如 \"https://s3.example.cn\"",
            ),
            ("s3.bucket", bucket.is_some(), "请写存储桶的名字"),
            (
                "s3.access_key",
                access_key.is_some(),
                "请写在环境变量 ZHDJ_S3__ACCESS_KEY 里",
            ),
            (
                "s3.secret_key",
                secret_key.is_some(),
                "请写在环境变量 ZHDJ_S3__SECRET_KEY 里",
            ),
        ];
        let (wanted, whole) = (
            region.is_some() || addresses.is_some() || named.iter().any(|(_, there, _)| *there),
            named.iter().all(|(_, there, _)| *there),
        );
        if !wanted {
            return None;
        }
        if !whole {
            for (key, _, write) in named.into_iter().filter(|(_, there, _)| !there) {
                self.mistake(key, "文件存到 S3 时，网址、存储桶和密钥都要写", write);
            }
            return None;
        }
        Some(S3 {
            endpoint: endpoint?,
            bucket: bucket?,
            region: region.unwrap_or_else(|| "us-east-1".to_owned()),
            access_key: access_key?,
            secret_key: secret_key?,
            signed_addresses: addresses.unwrap_or_default(),
        })
    }

    /// Addresses of proxies, separated by commas.
    pub(super) fn proxies(&mut self, key: &'static str) -> Vec<IpAddr> {
        let write = "请写反向代理连过来用的 IP 地址，几个之间用逗号隔开，例如 \"127.0.0.1, ::1\"";
        self.parsed(key, write, |text| {
            let proxies = list(text).map(|part| part.parse::<IpAddr>().ok());
            proxies.map(|ip| ip.map(|ip| ip.to_canonical())).collect()
        })
        .unwrap_or_default()
    }

    /// By what homes watch: `true` for WHEP.
    pub(super) fn homes(&mut self, key: &'static str) -> bool {
        self.parsed(key, "请写 \"hls\" 或 \"whep\"", |text| match text {
            "hls" => Some(false),
            "whep" => Some(true),
            _ => None,
        })
        .unwrap_or_default()
    }

    /// Who has to have a second factor.
    pub(super) fn second_factor(&mut self, key: &'static str, default: AskedOf) -> AskedOf {
        let write = "请写 \"administrators\"，或者在演示系统上写 \"off\"";
        self.parsed(key, write, |text| match text {
            "administrators" => Some(AskedOf::Administrators),
            "off" => Some(AskedOf::Nobody),
            _ => None,
        })
        .unwrap_or(default)
    }

    /// Places a program is sent to, separated by commas.
    pub(super) fn targets(&mut self, key: &'static str) -> Vec<String> {
        let write = "请写 \"srt://主机:端口\" 或 \"udp://组播地址:端口\"，几个之间用逗号隔开";
        self.parsed(key, write, |text| {
            list(text)
                .map(|part| {
                    let url = Url::parse(part).ok()?;
                    let good = matches!(url.scheme(), "srt" | "udp") && url.port().is_some();
                    good.then(|| part.to_owned())
                })
                .collect()
        })
        .unwrap_or_default()
    }

    /// A URL template with `{stream}`.
    pub(super) fn template(&mut self, key: &'static str) -> Option<String> {
        let write = "请写带 {stream} 的网址，例如 \"https://media.example.cn/{stream}/whip\"，需要时带 {token}";
        self.parsed(key, write, |text| {
            let http = text.starts_with("http://") || text.starts_with("https://");
            (http && text.contains("{stream}")).then(|| text.to_owned())
        })
    }

    /// A text that is a secret: no complaint quotes it.
    pub(super) fn secret(&mut self, key: &'static str, write: &str) -> Option<String> {
        let value = self.value(key)?;
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            self.mistake(key, "须是文字", write);
        }
        text
    }

    pub(super) fn log_format(&mut self, key: &'static str) -> LogFormat {
        self.parsed(key, "请写 \"text\" 或 \"json\"", |text| match text {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        })
        .unwrap_or_default()
    }

    /// A whole number inside `range`.
    pub(super) fn number<T>(&mut self, key: &'static str, default: T, range: RangeInclusive<T>) -> T
    where
        T: TryFrom<i128> + PartialOrd + Display + Copy,
    {
        let Some(value) = self.value(key) else {
            return default;
        };
        let number = whole(&value)
            .and_then(|number| T::try_from(number).ok())
            .filter(|number| range.contains(number));
        number.unwrap_or_else(|| {
            self.mistake(
                key,
                &format!("{} 不能用", shown(&value)),
                &format!("请写 {} 到 {} 之间的整数", range.start(), range.end()),
            );
            default
        })
    }

    /// A number of kibibytes inside `least..=most`, returned in bytes.
    pub(super) fn kib(
        &mut self,
        key: &'static str,
        default_bytes: usize,
        least: usize,
        most: usize,
    ) -> usize {
        self.number(key, default_bytes / 1024, least..=most) * 1024
    }
}

/// The parts of a list that is separated by commas.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn flatten(prefix: &str, dict: Dict, into: &mut BTreeMap<String, Value>) {
    for (key, value) in dict {
        let key = if prefix.is_empty() {
            key
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            Value::Dict(_, inner) => flatten(&key, inner, into),
            value => {
                into.insert(key, value);
            }
        }
    }
}

/// Files give signed numbers and the environment unsigned ones.
fn whole(value: &Value) -> Option<i128> {
    value
        .to_i128()
        .or_else(|| value.to_u128().and_then(|number| number.try_into().ok()))
}

fn shown(value: &Value) -> String {
    if let Some(text) = value.as_str() {
        return format!("“{text}”");
    }
    if let Some(number) = whole(value) {
        return number.to_string();
    }
    match value {
        Value::Bool(_, flag) => flag.to_string(),
        Value::Num(_, _) => "小数".to_owned(),
        Value::Array(_, _) => "列表".to_owned(),
        _ => "这个值".to_owned(),
    }
}

/// Levenshtein distance, to guess what was meant by a misspelt key.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(from != *to))
                .min(above + 1)
                .min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}
