//! Where a camera may be. Whoever may write a camera's address has the server connect to it; without a
//! bound that would be a way to the server's own database, to the machine beside it, or to what a cloud
//! tells its machines about themselves. So a camera is in the networks that the settings name, or in
//! private ones, and never where it cannot be. Names are looked up when the server connects, each time:
//! what a name meant when it was written says nothing of what it means now.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

use super::camera::{WRONG_URL, camera_url};
use crate::config::Place;
use crate::services::address;

/// The port of RTSP, and of RTSP over TLS (RFC 7826 section 4.2).
const PORTS: (u16, u16) = (554, 322);

/// What is wrong with an address that leads elsewhere.
pub const OUT_OF_REACH: &str = "摄像头不在允许的网段里，服务器不会去连，请核对地址；\
     摄像头确实在那里的，请管理员在服务器配置的 cameras.allowed 里写上它的网段";

/// What is wrong with an address of the server.
const OWN: &str = "这是服务器自己的地址，不是摄像头的，请改成摄像头的地址";

/// Private networks (RFC 1918, RFC 4193): where a township's cameras are.
const PRIVATE: [IpNet; 4] = [
    v4([10, 0, 0, 0], 8),
    v4([172, 16, 0, 0], 12),
    v4([192, 168, 0, 0], 16),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
];

/// This machine, and the line it is on (RFC 1122 section 3.2.1.3, RFC 3927, RFC 4291 section 2.5).
const SPECIAL: [IpNet; 4] = [
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v6([0, 0, 0, 0, 0, 0, 0, 1], 128),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
];

/// Where clouds tell machines about themselves, their credentials too.
const METADATA: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

const fn v4(ip: [u8; 4], prefix: u8) -> IpNet {
    let [a, b, c, d] = ip;
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix))
}

const fn v6(ip: [u16; 8], prefix: u8) -> IpNet {
    let [a, b, c, d, e, f, g, h] = ip;
    IpNet::V6(Ipv6Net::new_assert(
        Ipv6Addr::new(a, b, c, d, e, f, g, h),
        prefix,
    ))
}

/// Where cameras may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    networks: Vec<IpNet>,
    names: Vec<String>,
    /// Ports of this machine that the server itself listens on.
    own_ports: Vec<u16>,
}

impl Default for Reach {
    fn default() -> Self {
        Self::new(None, Vec::new())
    }
}

impl Reach {
    /// What the settings allow; `None`: private networks. `own_ports` are never reached.
    #[must_use]
    pub fn new(allowed: Option<&[Place]>, own_ports: Vec<u16>) -> Self {
        let mut reach = Self {
            networks: Vec::new(),
            names: Vec::new(),
            own_ports,
        };
        match allowed {
            None => reach.networks.extend(PRIVATE),
            Some(places) => {
                for place in places {
                    match place {
                        Place::Network(network) => reach.networks.push(*network),
                        Place::Host(name) => reach.names.push(name.clone()),
                    }
                }
            }
        }
        reach
    }

    /// What is wrong with a camera's address, as far as that can be seen without looking up its name.
    /// One that is no camera's address at all is for [`camera_url`] to complain of.
    #[must_use]
    pub fn complaint(&self, text: &str) -> Option<&'static str> {
        let (host, port) = host_and_port(text)?;
        let ip = match host {
            Host::Domain(name) => here(&name)?,
            Host::Ipv4(ip) => ip.into(),
            Host::Ipv6(ip) => ip.into(),
        };
        let address = SocketAddr::new(ip, port);
        self.verdict("", address, &address::own()).err()
    }

    /// Looks a camera's address up and answers where to connect to. Blocks.
    ///
    /// # Errors
    /// Why not there, in plain words.
    pub fn resolve(&self, text: &str) -> Result<SocketAddr, &'static str> {
        const UNKNOWN: &str = "摄像头的主机名查不到，请核对地址，或者直接写 IP 地址";
        let (host, port) = host_and_port(text).ok_or(WRONG_URL)?;
        let own = address::own();
        let name = match host {
            Host::Ipv4(ip) => return self.verdict("", (ip, port).into(), &own),
            Host::Ipv6(ip) => return self.verdict("", (ip, port).into(), &own),
            Host::Domain(name) => name,
        };
        if let Some(ip) = here(&name) {
            return self.verdict("", (ip, port).into(), &own);
        }
        let found = (name.as_str(), port).to_socket_addrs().map_err(|error| {
            tracing::debug!(%error, "a camera's name");
            UNKNOWN
        })?;
        // Of several addresses the first that may be.
        let mut answer = Err(UNKNOWN);
        for address in found {
            answer = self.verdict(&name, address, &own);
            if answer.is_ok() {
                break;
            }
        }
        answer
    }

    /// Whether a camera may be there: the host `name`, if it has one, at this address. `own` are those of
    /// this machine.
    fn verdict(
        &self,
        name: &str,
        address: SocketAddr,
        own: &[IpAddr],
    ) -> Result<SocketAddr, &'static str> {
        let ip = address.ip().to_canonical();
        let impossible = ip.is_unspecified()
            || ip.is_multicast()
            || matches!(ip, IpAddr::V4(ip) if ip.is_broadcast() || ip.octets()[0] == 0);
        if impossible || METADATA.contains(&ip) {
            return Err(OUT_OF_REACH);
        }
        let here = ip.is_loopback() || own.contains(&ip);
        if here && self.own_ports.contains(&address.port()) {
            return Err(OWN);
        }
        // A network that is named at large does not open this machine, nor does what a name server says
        // of a name: that takes its address.
        let special = here || is_link_local(ip);
        let in_a_network = self
            .networks
            .iter()
            .any(|network| network.contains(&ip) && (!special || is_narrow(network)));
        let by_name = !special && self.names.iter().any(|it| is_called(name, it));
        match (in_a_network || by_name, here) {
            (true, _) => Ok(SocketAddr::new(ip, address.port())),
            (false, true) => Err(OWN),
            (false, false) => Err(OUT_OF_REACH),
        }
    }
}

/// Whether whoever named this network meant what is special in it.
fn is_narrow(network: &IpNet) -> bool {
    network.prefix_len() == network.max_prefix_len()
        || SPECIAL.iter().any(|special| special.contains(network))
}

fn host_and_port(text: &str) -> Option<(Host, u16)> {
    let url = Url::parse(camera_url(text)?).ok()?;
    let default = if url.scheme() == "rtsps" {
        PORTS.1
    } else {
        PORTS.0
    };
    let port = url.port().unwrap_or(default);
    // Of other schemes than the web's a URL does not tell numbers from names (WHATWG URL, section 3.5).
    let host = match url.host()? {
        Host::Domain(name) => plain_host(name),
        Host::Ipv4(ip) => Host::Ipv4(ip),
        Host::Ipv6(ip) => Host::Ipv6(ip),
    };
    Some((host, port))
}

fn plain_host(name: &str) -> Host {
    match name.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => Host::Ipv4(ip),
        Ok(IpAddr::V6(ip)) => Host::Ipv6(ip),
        Err(_) => Host::Domain(name.to_ascii_lowercase()),
    }
}

fn is_called(name: &str, allowed: &str) -> bool {
    name.trim_end_matches('.').eq_ignore_ascii_case(allowed)
}

/// This machine, if that is what a name means everywhere (RFC 6761 section 6.3).
fn here(name: &str) -> Option<IpAddr> {
    let name = name.trim_end_matches('.');
    let local = name == "localhost" || name.ends_with(".localhost");
    local.then_some(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(allowed: &[&str]) -> Reach {
        let places: Vec<Place> = allowed.iter().map(|it| it.parse().unwrap()).collect();
        Reach::new(Some(&places), vec![8080])
    }

    #[test]
    fn by_default_cameras_are_in_private_networks() {
        let reach = Reach::new(None, vec![8080]);
        for good in [
            "rtsp://192.168.1.64/live",
            "rtsp://10.0.0.9:8554/1",
            "rtsp://172.31.255.254/",
            "rtsps://[fd12::1]/a",
            "rtsp://[::ffff:192.168.1.64]/",
        ] {
            assert_eq!(reach.complaint(good), None, "{good}");
            assert!(reach.resolve(good).is_ok(), "{good}");
        }
        for bad in [
            "rtsp://127.0.0.1:5432/",
            "rtsp://127.1.2.3/",
            "rtsp://localhost:6379/",
            "rtsp://LOCALHOST./",
            "rtsp://[::1]/",
            "rtsp://[::ffff:127.0.0.1]/",
            "rtsp://0.0.0.0/",
            "rtsp://[::]/",
            "rtsp://169.254.169.254/latest/meta-data",
            "rtsp://100.100.100.200/latest/meta-data",
            "rtsp://[fd00:ec2::254]/",
            "rtsp://169.254.10.1/",
            "rtsp://[fe80::1]/",
            "rtsp://224.0.0.1/",
            "rtsp://255.255.255.255/",
            "rtsp://8.8.8.8/",
            "rtsp://[2001:db8::1]/",
        ] {
            assert!(reach.complaint(bad).is_some(), "{bad}");
            assert!(reach.resolve(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn this_machine_s_own_address_is_no_camera() {
        let reach = Reach::new(None, Vec::new());
        let own = ["192.168.1.10".parse().unwrap()];
        let at = |address: &str| reach.verdict("", address.parse().unwrap(), &own);
        assert_eq!(at("192.168.1.10:5432"), Err(OWN));
        assert!(at("192.168.1.11:5432").is_ok());
    }

    #[test]
    fn what_the_settings_name_holds_instead() {
        let reach = reach(&[
            "10.7.0.0/16",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "cam.example.cn",
        ]);
        let at = |name: &str, address: &str| reach.verdict(name, address.parse().unwrap(), &[]);
        assert!(at("", "10.7.3.4:554").is_ok());
        assert_eq!(at("", "192.168.1.64:554"), Err(OUT_OF_REACH));
        // A stream server beside this one, if somebody says so; but not this one.
        assert!(at("", "127.0.0.1:8554").is_ok());
        assert_eq!(at("", "127.0.0.1:8080"), Err(OWN));
        assert!(at("", "169.254.10.1:554").is_ok());
        let own = ["10.7.0.1".parse().unwrap()];
        let beside = reach.verdict("", "10.7.0.1:5432".parse().unwrap(), &own);
        assert_eq!(beside, Err(OWN));
        assert_eq!(at("", "169.254.169.254:80"), Err(OUT_OF_REACH));
        assert!(at("cam.example.cn", "203.0.113.5:554").is_ok());
        assert!(at("CAM.example.cn.", "203.0.113.5:554").is_ok());
        assert_eq!(
            at("evil.cam.example.cn", "203.0.113.5:554"),
            Err(OUT_OF_REACH)
        );
    }

    /// Whoever owns a name that is allowed may still not lead the server to itself.
    #[test]
    fn a_name_is_judged_by_where_it_leads_now() {
        let reach = reach(&["cam.example.cn"]);
        for there in [
            "127.0.0.1:5432",
            "[::1]:5432",
            "169.254.1.1:80",
            "0.0.0.0:80",
        ] {
            let led = reach.verdict("cam.example.cn", there.parse().unwrap(), &[]);
            assert!(led.is_err(), "{there}");
        }
        let local = Reach::new(None, Vec::new()).resolve("rtsp://localhost:5432/");
        assert_eq!(local, Err(OWN));
        assert!(reach.complaint("rtsp://anything.example.cn/").is_none());
    }

    #[test]
    fn other_notations_of_numbers_are_no_way_around() {
        let reach = Reach::new(None, Vec::new());
        for odd in ["rtsp://2130706433/", "rtsp://0x7f.1/", "rtsp://127.1/"] {
            assert!(reach.resolve(odd).is_err(), "{odd}");
        }
    }
}
