//! Where clients find the streams: at this server, or at another engine by URL templates.

use contract::meeting::{MediaLink, MediaProtocol};

use crate::config;

/// Makes links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    whip: Option<String>,
    whep: Option<String>,
    hls: Option<String>,
}

impl Links {
    /// Links as the settings want them.
    #[must_use]
    pub fn new(settings: &config::Live) -> Self {
        Self {
            whip: settings.whip_url.clone(),
            whep: settings.whep_url.clone(),
            hls: settings.hls_url.clone(),
        }
    }

    /// Another engine takes the relay's place.
    #[must_use]
    pub fn external(&self) -> bool {
        self.whip.is_some()
    }

    /// The link to a stream.
    #[must_use]
    pub fn link(&self, protocol: MediaProtocol, stream: &str, token: String) -> MediaLink {
        let template = match protocol {
            MediaProtocol::Whip => &self.whip,
            MediaProtocol::Whep => &self.whep,
            MediaProtocol::Hls => &self.hls,
        };
        if let Some(template) = template {
            // Engines take one path segment for a stream.
            let url = template
                .replace("{stream}", &stream.replace('/', "-"))
                .replace("{token}", &token);
            return MediaLink {
                protocol,
                url,
                token,
            };
        }
        match protocol {
            MediaProtocol::Whip => MediaLink {
                protocol,
                url: format!("/live/whip/{stream}"),
                token,
            },
            MediaProtocol::Whep => MediaLink {
                protocol,
                url: format!("/live/whep/{stream}"),
                token,
            },
            // Segments are fetched by players that know no header: the token is in the path.
            MediaProtocol::Hls => MediaLink {
                protocol,
                url: format!("/live/hls/{token}/{stream}/live.m3u8"),
                token: String::new(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_point_here_unless_told_otherwise() {
        let links = Links::default();
        let whep = links.link(MediaProtocol::Whep, "m/program", "t0".to_owned());
        assert_eq!(whep.url, "/live/whep/m/program");
        assert_eq!(whep.token, "t0");
        let hls = links.link(MediaProtocol::Hls, "m/program", "t0".to_owned());
        assert_eq!(hls.url, "/live/hls/t0/m/program/live.m3u8");
        assert_eq!(hls.token, "");
    }

    #[test]
    fn templates_name_stream_and_token() {
        let links = Links {
            whip: Some("https://media.example.cn/{stream}/whip".to_owned()),
            whep: None,
            hls: Some("https://media.example.cn/{stream}/index.m3u8?jwt={token}".to_owned()),
        };
        assert!(links.external());
        let whip = links.link(MediaProtocol::Whip, "m/host", "t0".to_owned());
        assert_eq!(whip.url, "https://media.example.cn/m-host/whip");
        let hls = links.link(MediaProtocol::Hls, "m/host", "t0".to_owned());
        assert_eq!(hls.url, "https://media.example.cn/m-host/index.m3u8?jwt=t0");
    }
}
