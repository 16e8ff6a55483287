//! Settings: a TOML file, overridden by the environment (`ZHDJ_LISTEN`, `ZHDJ_LIMITS__BODY_KIB`).
//! Every mistake is listed at once, each with its key, what is wrong and what to write.

pub mod database;
mod log_format;
mod mistakes;
mod places;
mod preview;
mod reader;
mod s3;
mod second_factor;
mod tls;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format as _, Toml};
use url::Url;

pub use log_format::LogFormat;
pub use mistakes::{Mistake, Mistakes};
pub use places::Place;
pub use preview::Preview;
use reader::Reader;
pub use s3::S3;
pub use second_factor::AskedOf;
pub use tls::Tls;

/// Prefix of environment variables; `__` stands for the dot of a nested key.
pub const ENV_PREFIX: &str = "ZHDJ_";

/// Upper bounds that keep one client from harming the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an ordinary request body.
    pub body_bytes: usize,
    /// Bytes of an uploaded picture.
    pub picture_bytes: usize,
    /// Enrolments one address may begin in a minute.
    pub enrolments_per_minute: u32,
    /// Boxes that may wait for approval at the same time.
    pub waiting_enrolments: u32,
    /// Wrong passwords, and wrong codes of authenticators, of one address in a minute.
    pub sign_ins_per_minute: u32,
    /// Members whose numbers one account may see in clear in a day.
    pub reveals_per_day: u32,
    /// What one terminal may write in a minute.
    pub terminal_writes_per_minute: u32,
    /// Event streams open at the same time.
    pub event_streams: usize,
    /// Seconds until a request that has not been answered is given up; the time in which its body still
    /// comes does not count.
    pub request_seconds: u64,
    /// Connections open at the same time.
    pub connections: usize,
    /// The same of one address, unless it is this machine's.
    pub connections_per_address: usize,
    /// Seconds in which the head of a request must be there.
    pub header_seconds: u64,
    /// Seconds a connection is kept between two requests.
    pub idle_seconds: u64,
    /// How fast a body must come at least.
    pub upload: Upload,
    /// The same of a film that staff upload, which may take longer than anything else.
    pub film: Upload,
    /// Bytes of the disk of the data folder that nothing but the database may take.
    pub reserve_bytes: u64,
}

/// The slowest upload that is still one: what comes slower is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Bytes in each span of waiting.
    pub bytes: u64,
    /// The span, in seconds.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            picture_bytes: 30 * 1024 * 1024,
            enrolments_per_minute: 30,
            waiting_enrolments: 2_000,
            sign_ins_per_minute: 30,
            reveals_per_day: 100,
            terminal_writes_per_minute: 600,
            event_streams: 40_000,
            request_seconds: 120,
            connections: 48_000,
            connections_per_address: 2_000,
            header_seconds: 15,
            idle_seconds: 100,
            upload: Upload {
                bytes: 64 * 1024,
                seconds: 60,
            },
            film: Upload {
                bytes: 1024 * 1024,
                seconds: 60,
            },
            reserve_bytes: 512 << 20,
        }
    }
}

/// Staff sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sessions {
    /// Hours until staff must sign in again.
    pub hours: u32,
    /// Wrong passwords until a login is locked for the address they come from.
    pub lockout_attempts: u32,
    /// Minutes it stays locked the first time.
    pub lockout_minutes: u32,
    /// Who has to have a second factor.
    pub second_factor: AskedOf,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            hours: 12,
            lockout_attempts: 5,
            lockout_minutes: 15,
            second_factor: AskedOf::Administrators,
        }
    }
}

/// Live picture and sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// UDP address of the relay; port 0 takes a free one.
    pub udp: SocketAddr,
    /// Addresses under which senders and viewers reach that port. Empty: those of this machine.
    pub advertise: Vec<IpAddr>,
    /// Homes get WHEP (less delay) before HLS (any number of viewers).
    pub homes_by_whep: bool,
    /// First of ten UDP ports that encoders call by SRT.
    pub encoder_port: u16,
    /// Seconds without anybody asking until the HLS of a meeting that is not recorded rests.
    pub hls_rest_seconds: u64,
    /// Where every program is sent besides, as MPEG-TS: `srt://…`, `udp://…`.
    pub restream: Vec<String>,
    /// URL template of another engine for sending, with `{stream}` and `{token}`. With it the
    /// relay does not start.
    pub whip_url: Option<String>,
    /// The same for watching with little delay.
    pub whep_url: Option<String>,
    /// The same for HLS.
    pub hls_url: Option<String>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            udp: SocketAddr::from(([127, 0, 0, 1], 8189)),
            advertise: Vec::new(),
            homes_by_whep: false,
            encoder_port: 9_710,
            hls_rest_seconds: 300,
            restream: Vec::new(),
            whip_url: None,
            whep_url: None,
            hls_url: None,
        }
    }
}

/// Everything that can be set.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where staff and terminals reach the server, without a path. `None`: the address itself.
    pub public_url: Option<Url>,
    /// Proxies in front, which are believed about who asks. Empty: nobody is.
    pub trusted_proxies: Vec<IpAddr>,
    /// `sqlite:PATH` or `postgres://…`. `None`: SQLite in the data folder.
    pub database: Option<String>,
    /// Folder of the database and the stored files.
    pub data_dir: PathBuf,
    /// The bucket of the stored files; `None`: they are in the data folder.
    pub s3: Option<S3>,
    /// The keys of personal data in the text of their file, e.g. from the environment. `None`:
    /// `keys.toml` in the data folder.
    pub keys: Option<String>,
    /// How log lines are written.
    pub log: LogFormat,
    /// Upper bounds.
    pub limits: Limits,
    /// Staff sessions.
    pub sessions: Sessions,
    /// Live picture and sound.
    pub live: Live,
    /// Where network cameras may be; `None`: in private networks.
    pub cameras: Option<Vec<Place>>,
    /// TLS of the server itself; `None`: plain HTTP, e.g. behind a proxy.
    pub tls: Option<Tls>,
    /// Pictures of what televisions will show.
    pub preview: Preview,
    /// Folder of the staff console's built page; `None`: there is none.
    pub console: Option<PathBuf>,
    /// Milliseconds between two looks for changes made by another process (an import, a second
    /// server).
    pub watch_ms: u64,
    /// Code of the organization to which every waiting TV is admitted unasked. Demonstrations
    /// only: it can be set by the command line alone and is refused off loopback.
    pub admit_any_tv_to: Option<String>,
}

/// A database URL may hold a password, and keys are never shown.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("public_url", &self.public_url.as_ref().map(Url::as_str))
            .field("trusted_proxies", &self.trusted_proxies)
            .field("database", &redacted(&self.database_url()))
            .field("data_dir", &self.data_dir)
            .field("s3", &self.s3)
            .field("log", &self.log)
            .field("limits", &self.limits)
            .field("sessions", &self.sessions)
            .field("live", &self.live)
            .field("cameras", &self.cameras)
            .field("tls", &self.tls)
            .field("preview", &self.preview)
            .field("console", &self.console)
            .field("watch_ms", &self.watch_ms)
            .finish_non_exhaustive()
    }
}

/// Not by parsing it: the address of several servers is none that everybody reads.
fn redacted(database: &str) -> String {
    if !database.starts_with("postgres") {
        return database.to_owned();
    }
    let before_query = database.split('?').next().unwrap_or_default();
    let (scheme, rest) = before_query.split_once("://").unwrap_or_default();
    // A password may hold `@` and `/`; the last `@` is the one before the hosts.
    match rest.rsplit_once('@') {
        None => format!("{scheme}://{rest}"),
        Some((who, hosts)) => {
            let user = who.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{hosts}")
        }
    }
}

impl Config {
    /// The settings of a server on a free loopback port with its data in `data_dir`: what tests
    /// and demonstrations start from. Nobody has to have a second factor.
    #[must_use]
    pub fn local(data_dir: &Path) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: None,
            trusted_proxies: Vec::new(),
            database: None,
            data_dir: data_dir.to_owned(),
            s3: None,
            keys: None,
            log: LogFormat::default(),
            limits: Limits::default(),
            sessions: Sessions {
                second_factor: AskedOf::Nobody,
                ..Sessions::default()
            },
            live: Live {
                udp: SocketAddr::from(([127, 0, 0, 1], 0)),
                ..Live::default()
            },
            cameras: None,
            tls: None,
            preview: Preview::default(),
            console: None,
            watch_ms: 1_000,
            admit_any_tv_to: None,
        }
    }

    /// Reads the file, if one is named, and the environment.
    ///
    /// # Errors
    /// Every mistake found.
    pub fn load(file: Option<&Path>) -> Result<Self, Mistakes> {
        if let Some(file) = file.filter(|file| !file.is_file()) {
            return Err(Mistakes(vec![Mistake {
                key: String::new(),
                wrong: format!("配置文件 {} 不存在", file.display()),
                write: "请检查 --config 的路径".to_owned(),
            }]));
        }
        let mut figment = Figment::new();
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        Self::from_figment(
            &figment.merge(Env::prefixed(ENV_PREFIX).ignore(&["config"]).split("__")),
        )
    }

    /// Reads settings from TOML text alone.
    ///
    /// # Errors
    /// Every mistake found.
    pub fn from_toml(text: &str) -> Result<Self, Mistakes> {
        Self::from_figment(&Figment::new().merge(Toml::string(text)))
    }

    fn from_figment(figment: &Figment) -> Result<Self, Mistakes> {
        let mut read = Reader::new(figment)?;
        let limits = Limits::default();
        let sessions = Sessions::default();
        let listen = read.listen("listen", SocketAddr::from(([127, 0, 0, 1], 8080)));
        let live = Live::default();
        let config = Self {
            listen,
            public_url: read.http_url("public_url"),
            trusted_proxies: read.proxies("trusted_proxies"),
            database: read.database("database"),
            data_dir: read.folder("data_dir", "/var/lib/backend-api"),
            s3: read.s3(),
            keys: read.secret("keys", "请写密钥文件 keys.toml 的全文"),
            log: read.log_format("log"),
            limits: Limits {
                body_bytes: read.kib("limits.body_kib", limits.body_bytes, 16, 65_536),
                picture_bytes: read.kib("limits.picture_kib", limits.picture_bytes, 512, 262_144),
                enrolments_per_minute: read.number(
                    "limits.enrolments_per_minute",
                    limits.enrolments_per_minute,
                    1..=10_000,
                ),
                waiting_enrolments: read.number(
                    "limits.waiting_enrolments",
                    limits.waiting_enrolments,
                    1..=100_000,
                ),
                sign_ins_per_minute: read.number(
                    "limits.sign_ins_per_minute",
                    limits.sign_ins_per_minute,
                    1..=10_000,
                ),
                reveals_per_day: read.number(
                    "limits.reveals_per_day",
                    limits.reveals_per_day,
                    1..=10_000,
                ),
                terminal_writes_per_minute: read.number(
                    "limits.terminal_writes_per_minute",
                    limits.terminal_writes_per_minute,
                    60..=100_000,
                ),
                event_streams: read.number(
                    "limits.event_streams",
                    limits.event_streams,
                    1..=1_000_000,
                ),
                request_seconds: read.number(
                    "limits.request_seconds",
                    limits.request_seconds,
                    5..=3_600,
                ),
                connections: read.number("limits.connections", limits.connections, 16..=1_000_000),
                connections_per_address: read.number(
                    "limits.connections_per_address",
                    limits.connections_per_address,
                    4..=1_000_000,
                ),
                header_seconds: read.number(
                    "limits.header_seconds",
                    limits.header_seconds,
                    1..=300,
                ),
                idle_seconds: read.number("limits.idle_seconds", limits.idle_seconds, 5..=3_600),
                upload: Upload {
                    bytes: 1_024
                        * read.number(
                            "limits.upload_kib_per_minute",
                            limits.upload.bytes / 1_024,
                            1..=1_048_576,
                        ),
                    ..limits.upload
                },
                film: Upload {
                    bytes: 1_024
                        * read.number(
                            "limits.film_kib_per_minute",
                            limits.film.bytes / 1_024,
                            1..=1_048_576,
                        ),
                    ..limits.film
                },
                reserve_bytes: read.number(
                    "limits.reserve_mib",
                    limits.reserve_bytes >> 20,
                    0..=1_048_576,
                ) << 20,
            },
            sessions: Sessions {
                hours: read.number("sessions.hours", sessions.hours, 1..=720),
                lockout_attempts: read.number(
                    "sessions.lockout_attempts",
                    sessions.lockout_attempts,
                    3..=100,
                ),
                lockout_minutes: read.number(
                    "sessions.lockout_minutes",
                    sessions.lockout_minutes,
                    1..=1_440,
                ),
                second_factor: read.second_factor("sessions.second_factor", sessions.second_factor),
            },
            live: Live {
                udp: read.listen("live.udp", SocketAddr::new(listen.ip(), live.udp.port())),
                advertise: read.addresses("live.advertise"),
                homes_by_whep: read.homes("live.homes"),
                encoder_port: read.number(
                    "live.encoder_port",
                    live.encoder_port,
                    1_024..=u16::MAX - 10,
                ),
                hls_rest_seconds: read.number(
                    "live.hls_rest_seconds",
                    live.hls_rest_seconds,
                    1..=86_400,
                ),
                restream: read.targets("live.restream"),
                whip_url: read.template("live.whip_url"),
                whep_url: read.template("live.whep_url"),
                hls_url: read.template("live.hls_url"),
            },
            cameras: read.places("cameras.allowed"),
            tls: read.tls(),
            preview: read.preview(),
            console: read.optional_folder("console"),
            watch_ms: read.number("watch_ms", 1_000, 50..=60_000),
            admit_any_tv_to: None,
        };
        let live = &config.live;
        let others = [&live.whip_url, &live.whep_url, &live.hls_url];
        if others.iter().any(|url| url.is_some()) && others.iter().any(|url| url.is_none()) {
            read.mistake(
                "live.whip_url",
                "用外部流媒体服务时，whip_url、whep_url、hls_url 三个都要写",
                "请写全三个网址，或者都不写",
            );
        }
        if config.public_url.is_none() && !config.listen.ip().is_loopback() {
            read.mistake(
                "public_url",
                "监听非本机地址时必须写明对外网址",
                "请写电视和工作人员访问的网址，例如 public_url = \"https://dj.example.cn\"",
            );
        }
        let public_url = config.public_url.as_ref();
        if config.tls.is_some() && public_url.is_none_or(|url| url.scheme() != "https") {
            read.mistake(
                "public_url",
                "自带 TLS 时对外网址须以 https:// 开头",
                "请写电视和工作人员访问的网址，例如 public_url = \"https://dj.example.cn\"",
            );
        }
        read.finish(config)
    }

    /// The database's URL, the default included.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("data.sqlite").display()))
    }

    /// File of the keys of personal data.
    #[must_use]
    pub fn keys_file(&self) -> PathBuf {
        self.data_dir.join("keys.toml")
    }

    /// Folder of the segments of live meetings.
    #[must_use]
    pub fn live_dir(&self) -> PathBuf {
        self.data_dir.join("live")
    }

    /// Folder of the sealed attachments of requests.
    #[must_use]
    pub fn attachments_dir(&self) -> PathBuf {
        self.data_dir.join("attachments")
    }

    /// Folder of the films that are on their way from a browser.
    #[must_use]
    pub fn uploads_dir(&self) -> PathBuf {
        self.data_dir.join("uploads")
    }

    /// Folder of the documents that are turned right now.
    #[must_use]
    pub fn manuscripts_dir(&self) -> PathBuf {
        self.data_dir.join("manuscripts")
    }

    /// Folder of the stored files.
    #[must_use]
    pub fn files_dir(&self) -> PathBuf {
        self.data_dir.join("files")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        let Mistakes(mistakes) = Config::from_toml(text).unwrap_err();
        mistakes.into_iter().map(|mistake| mistake.key).collect()
    }

    #[test]
    fn nothing_written_means_the_defaults() {
        let config = Config::from_toml("").unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(
            config.database_url(),
            "sqlite:/var/lib/backend-api/data.sqlite"
        );
        assert_eq!(config.limits, Limits::default());
        assert_eq!(config.sessions.second_factor, AskedOf::Administrators);
    }

    #[test]
    fn everything_can_be_written() {
        let config = Config::from_toml(
            r#"
            listen = "0.0.0.0:80"
            public_url = "https://dj.example.cn"
            trusted_proxies = "127.0.0.1, ::1"
            database = "postgres://zhdj:secret@db/zhdj"
            data_dir = "/srv/zhdj"
            log = "json"
            watch_ms = 500
            [limits]
            body_kib = 64
            event_streams = 16000
            reserve_mib = 64
            [sessions]
            hours = 8
            second_factor = "off"
            [live]
            udp = "0.0.0.0:9000"
            advertise = "10.1.2.3, fd00::1"
            homes = "whep"
            encoder_port = 9800
            hls_rest_seconds = 60
            restream = "udp://239.1.1.1:5004"
            [cameras]
            allowed = "10.7.0.0/16, 10.8.1.9, cam.example.cn"
            [preview]
            program = "/opt/zhdj/tv-app"
            seconds = 30
            [tls]
            certificate = "/etc/backend-api/tls.pem"
            key = "/etc/backend-api/tls.key"
            redirect = "0.0.0.0:80"
            "#,
        )
        .unwrap();
        assert_eq!(config.live.advertise.len(), 2);
        assert_eq!(config.trusted_proxies.len(), 2);
        assert!(config.live.homes_by_whep);
        assert_eq!(config.live.encoder_port, 9_800);
        assert_eq!(config.live.hls_rest_seconds, 60);
        assert_eq!(config.live.restream, ["udp://239.1.1.1:5004"]);
        assert_eq!(config.log, LogFormat::Json);
        assert_eq!(config.cameras.as_ref().unwrap().len(), 3);
        assert_eq!(config.preview.program, Some("/opt/zhdj/tv-app".into()));
        assert_eq!(config.preview.seconds, 30);
        let redirect = config.tls.as_ref().and_then(|tls| tls.redirect).unwrap();
        assert_eq!(redirect.to_string(), "0.0.0.0:80");
        assert_eq!(config.limits.body_bytes, 65_536);
        assert_eq!(config.limits.event_streams, 16_000);
        assert_eq!(config.limits.reserve_bytes, 67_108_864);
        assert_eq!(config.sessions.hours, 8);
        assert_eq!(config.sessions.second_factor, AskedOf::Nobody);
        assert!(!format!("{config:?}").contains("secret"));
    }

    #[test]
    fn every_mistake_is_listed_at_once() {
        let text = r#"
            listen = "localhost"
            public_url = "dj.example.cn"
            trusted_proxies = "10.0.0.0/8"
            database = "mysql://x"
            data_dir = "data"
            log = "xml"
            lisen = "0.0.0.0:80"
            [limits]
            body_kib = "many"
            [sessions]
            hours = 0
            [live]
            udp = "8189"
            advertise = "tv.example.cn"
            homes = "rtmp"
            encoder_port = 80
            restream = "rtmp://x"
            whip_url = "https://m.example.cn/whip"
            "#;
        assert_eq!(
            keys(text),
            [
                "listen",
                "public_url",
                "trusted_proxies",
                "database",
                "data_dir",
                "log",
                "limits.body_kib",
                "sessions.hours",
                "live.udp",
                "live.advertise",
                "live.homes",
                "live.encoder_port",
                "live.restream",
                "live.whip_url",
                "lisen",
            ]
        );
        let Mistakes(mistakes) = Config::from_toml(text).unwrap_err();
        for mistake in &mistakes {
            assert!(!mistake.wrong.is_empty() && !mistake.write.is_empty());
        }
        let secret = Config::from_toml("database = \"postgres://u:geheim@h:port/x\"").unwrap_err();
        assert!(!secret.to_string().contains("geheim"), "{secret}");
        let typo = mistakes.last().unwrap();
        assert!(typo.write.contains("listen"), "{typo}");
    }

    #[test]
    fn tls_needs_both_files_and_an_address_that_says_so() {
        let both = "certificate = \"/a.pem\"\nkey = \"/a.key\"";
        assert_eq!(keys(&format!("[tls]\n{both}")), ["public_url"]);
        let public = "public_url = \"http://dj.example.cn\"";
        assert_eq!(keys(&format!("{public}\n[tls]\n{both}")), ["public_url"]);
        let public = "public_url = \"https://dj.example.cn\"";
        let good = Config::from_toml(&format!("{public}\n[tls]\n{both}")).unwrap();
        assert_eq!(good.tls.unwrap().redirect, None);
        for (half, missing) in [
            ("certificate = \"/a.pem\"", "tls.key"),
            ("key = \"/a.key\"", "tls.certificate"),
            ("redirect = \"0.0.0.0:80\"", "tls.certificate"),
        ] {
            assert_eq!(keys(&format!("{public}\n[tls]\n{half}")), [missing]);
        }
        assert_eq!(
            keys("[cameras]\nallowed = \"10.0.0.0/33\""),
            ["cameras.allowed"]
        );
    }

    #[test]
    fn numbers_of_the_environment_count_too() {
        // The environment is the process's: given here as figment reads it from there.
        let value = "7".parse().unwrap();
        let figment = Figment::new().merge((
            "sessions",
            figment::value::Dict::from([("hours".to_owned(), value)]),
        ));
        assert_eq!(Config::from_figment(&figment).unwrap().sessions.hours, 7);
        let Mistakes(mistakes) = Config::from_toml("watch_ms = -5").unwrap_err();
        assert!(mistakes[0].wrong.contains("-5"), "{}", mistakes[0]);
    }

    #[test]
    fn no_secret_is_shown() {
        for url in [
            "postgres://zhdj:geheim@db/zhdj",
            "postgres://zhdj:ge@heim/geheim@a:5432,b:5433/zhdj",
            "postgres://zhdj@a,b/zhdj?password=geheim",
        ] {
            let config = Config {
                database: Some(url.to_owned()),
                ..Config::local(Path::new("/srv"))
            };
            let shown = format!("{config:?}");
            assert!(!shown.contains("heim") && shown.contains("zhdj"), "{shown}");
        }
        let config = Config::from_toml(
            r#"
            [s3]
            endpoint = "http://127.0.0.1:9000"
            bucket = "zhdj"
            access_key = "k"
            secret_key = "geheim"
            addresses = "signed"
            "#,
        )
        .unwrap();
        let s3 = config.s3.as_ref().unwrap();
        assert_eq!(
            (s3.region.as_str(), s3.signed_addresses),
            ("us-east-1", true)
        );
        assert!(!format!("{config:?}").contains("geheim"));
    }

    #[test]
    fn a_bucket_needs_all_it_takes() {
        assert_eq!(
            keys("[s3]\nbucket = \"zhdj\"\naddresses = \"all\""),
            [
                "s3.addresses",
                "s3.endpoint",
                "s3.access_key",
                "s3.secret_key"
            ]
        );
    }

    #[test]
    fn a_server_for_others_must_say_where_it_is() {
        assert_eq!(keys("listen = \"0.0.0.0:80\""), ["public_url"]);
    }

    #[test]
    fn a_file_that_is_not_toml_is_said_with_its_line() {
        let Mistakes(mistakes) = Config::from_toml("listen = \"0.0.0.0:80\"\nlog =").unwrap_err();
        assert_eq!(mistakes.len(), 1);
        assert!(mistakes[0].wrong.contains("line 2"), "{}", mistakes[0]);
    }
}
