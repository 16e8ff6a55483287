//! Addresses of cameras, which hold secrets.

use std::net::SocketAddr;

use crate::Error;

/// An address of a camera, the name and password in it taken out: what the protocol complains of
/// must not hold them.
#[derive(Debug, PartialEq, Eq)]
pub struct Camera {
    /// Without name and password.
    pub location: String,
    /// Name and password, as they are meant.
    pub user: Option<(String, String)>,
}

impl Camera {
    /// Of an address as people write it.
    pub fn of(uri: &str) -> Self {
        let plain = || Self {
            location: uri.to_owned(),
            user: None,
        };
        let Some((scheme, rest)) = uri.split_once("://") else {
            return plain();
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let Some((user, host)) = authority.rsplit_once('@') else {
            return plain();
        };
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        Self {
            location: format!("{scheme}://{host}{path}"),
            user: Some((decoded(name), decoded(password))),
        }
    }

    /// The address with what its name was found to mean, so that nobody asks for it again and is told
    /// something else. Over TLS the name stays: the certificate is of the name.
    pub fn located(&self, at: SocketAddr) -> String {
        let Some((scheme @ "rtsp", rest)) = self.location.split_once("://") else {
            return self.location.clone();
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        format!("{scheme}://{at}{}", &rest[end..])
    }

    /// What went wrong, without the address: cheap cameras have name and password in its path too.
    pub fn hide(&self, error: Error) -> Error {
        let rest = self.location.split_once("://").map_or("", |(_, rest)| rest);
        let path = rest.split_once('/').map_or("", |(_, path)| path);
        let hidden = |text: String| {
            let text = text.replace(&self.location, "…");
            if path.is_empty() {
                text
            } else {
                text.replace(path, "…")
            }
        };
        match error {
            Error::NotMedia { detail } => Error::NotMedia {
                detail: hidden(detail),
            },
            Error::Damaged { detail } => Error::Damaged {
                detail: hidden(detail),
            },
            Error::MissingDecoder { what } => Error::MissingDecoder { what: hidden(what) },
            Error::Setup(what) => Error::Setup(hidden(what)),
            Error::Write(what) => Error::Write(hidden(what)),
            other => other,
        }
    }
}

/// Without percent-encoding (RFC 3986 section 2.1).
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).filter(|_| byte == b'%');
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(meant) => {
                plain.push(meant);
                at += 3;
            }
            None => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_is_where_its_name_was_found_to_lead() {
        let (v4, v6) = ("10.0.0.9:554", "[fd00::9]:8554");
        for (uri, at, located) in [
            ("rtsp://u:p@cam/a?b#c", v4, "rtsp://10.0.0.9:554/a?b#c"),
            ("rtsp://cam:8554", v6, "rtsp://[fd00::9]:8554"),
            ("rtsps://cam:322/a", v4, "rtsps://cam:322/a"),
        ] {
            assert_eq!(Camera::of(uri).located(at.parse().unwrap()), located);
        }
    }

    #[test]
    fn a_camera_s_address_says_nothing_to_others() {
        let camera = Camera::of("rtsp://admin:p%40ss@10.0.0.9:554/user=a_password=b?c#d");
        assert_eq!(camera.location, "rtsp://10.0.0.9:554/user=a_password=b?c#d");
        assert_eq!(camera.user, Some(("admin".into(), "p@ss".into())));
        let plain = "rtsp://10.0.0.9/live/a@b";
        assert_eq!(
            (Camera::of(plain).location.as_str(), Camera::of(plain).user),
            (plain, None)
        );
        let only_a_name = Camera::of("rtsps://admin@cam");
        assert_eq!(only_a_name.user, Some(("admin".into(), String::new())));
        assert_eq!(decoded("%E5%AF%86%20码%"), "密 码%");
        for quoted in [
            "Could not open rtsp://10.0.0.9:554/user=a_password=b?c#d",
            "404 for /user=a_password=b?c#d",
        ] {
            let hidden = camera.hide(Error::Setup(quoted.into())).to_string();
            assert!(!hidden.contains("password"), "{hidden}");
        }
        let said = camera.hide(Error::Setup("Unauthorized".into()));
        assert!(said.to_string().contains("Unauthorized"));
    }
}
