//! Where something may be in the network.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// A network, one address, or a name.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// All addresses of a network, e.g. `10.7.0.0/16`.
    Network(IpNet),
    /// The host of this name, in lower case, wherever it is.
    Host(String),
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => write!(f, "{network}"),
            Self::Host(name) => f.write_str(name),
        }
    }
}

/// It is neither network nor address nor name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a network nor an address nor a name")]
pub struct NoPlace;

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self::Network(network));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Network(address.into()));
        }
        // The last label of a name is no number (RFC 3696 section 2): that was meant as an address.
        let last = text.rsplit('.').next().unwrap_or_default();
        let name = !last.is_empty()
            && last.bytes().any(|b| b.is_ascii_alphabetic())
            && text.len() <= 253
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.' || b == b'_');
        name.then(|| Self::Host(text.to_ascii_lowercase()))
            .ok_or(NoPlace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_as_people_write_them() {
        for (text, shown) in [
            ("10.7.0.0/16", "10.7.0.0/16"),
            ("10.8.1.9", "10.8.1.9/32"),
            ("fd00::/8", "fd00::/8"),
            ("Cam.Example.cn", "cam.example.cn"),
            ("nvr", "nvr"),
        ] {
            let place: Place = text.parse().unwrap();
            assert_eq!(format!("{place:?}"), shown);
        }
        for wrong in [
            "",
            "10.7.0.0/33",
            "10.7.0",
            "10.7.0.300",
            "a b",
            "rtsp://a/",
            "*.cn",
        ] {
            assert_eq!(wrong.parse::<Place>(), Err(NoPlace), "{wrong}");
        }
    }
}
