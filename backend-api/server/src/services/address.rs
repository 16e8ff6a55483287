//! Under which address a telephone reaches this server, and from which address somebody asks.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

/// What is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// From the settings.
    pub configured: Option<&'a Url>,
    /// Where the server listens, with the port it really got.
    pub listens: SocketAddr,
    /// How the one who asks reached it: the scheme and the `Host` of the request.
    pub asked: Option<(&'a str, &'a str)>,
    /// Addresses of this machine.
    pub own: &'a [IpAddr],
}

/// The address for telephones: the one from the settings; else the one under which the TV that asks
/// reached this server; else one of this machine in its networks, if the server listens there. `None`
/// if all of them lead back to whoever opens them.
#[must_use]
pub fn for_telephones(known: Known<'_>) -> Option<Url> {
    let abroad = |url: &Url| !is_loopback(url);
    if let Some(url) = known.configured.filter(|url| abroad(url)) {
        return Some(url.clone());
    }
    let asked = known.asked.and_then(|(scheme, host)| {
        let url = Url::parse(&format!("{scheme}://{host}/")).ok()?;
        let plain = url.username().is_empty() && url.password().is_none();
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        (plain && bare && matches!(url.scheme(), "http" | "https")).then_some(url)
    });
    if let Some(url) = asked.filter(abroad) {
        return Some(url);
    }
    let listens = known.listens.ip();
    let outward = |ip: &&IpAddr| {
        let link_local = match ip {
            IpAddr::V4(ip) => ip.is_link_local(),
            IpAddr::V6(ip) => ip.is_unicast_link_local(),
        };
        !ip.is_loopback() && !ip.is_unspecified() && !link_local
    };
    let ip = if listens.is_unspecified() {
        // Somebody may have to type it.
        let reached = |ip: &&IpAddr| listens.is_ipv6() || ip.is_ipv4();
        let mut own = known.own.iter().filter(outward).filter(reached);
        own.clone().find(|ip| ip.is_ipv4()).or_else(|| own.next())
    } else {
        Some(&listens).filter(outward)
    }?;
    let port = known.listens.port();
    Url::parse(&format!("http://{}/", SocketAddr::new(*ip, port))).ok()
}

/// Addresses of this machine in its networks, loopback included.
#[must_use]
pub fn own() -> Vec<IpAddr> {
    if_addrs::get_if_addrs()
        .inspect_err(|error| tracing::warn!(%error, "the network interfaces cannot be listed"))
        .unwrap_or_default()
        .iter()
        .map(if_addrs::Interface::ip)
        .collect()
}

/// Whether whoever opens this address comes to their own machine, or nowhere.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => {
            let mapped = ip.to_ipv4_mapped();
            ip.is_loopback() || ip.is_unspecified() || mapped.is_some_and(|ip| ip.is_loopback())
        }
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
        None => true,
    }
}

/// Who asks: `peer`, unless that is one of our `proxies`; then whoever the proxy says it asks for. `forwarded` are
/// the lines of `X-Forwarded-For` in their order. Each proxy writes whom it was asked by at the end, so they are
/// read from there, and what stands before the first that is no proxy of ours may be made up.
pub fn client<'a>(
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'a str>,
    proxies: &[IpAddr],
) -> IpAddr {
    let mut asks = peer.to_canonical();
    let entries = forwarded.rev().flat_map(|line| line.rsplit(','));
    for entry in entries {
        if !proxies.contains(&asks) {
            break;
        }
        // What cannot be read came from whoever the proxy is for: then it is the proxy that is known.
        let Some(ip) = entry_ip(entry.trim()) else {
            break;
        };
        asks = ip.to_canonical();
    }
    asks
}

/// An entry of `X-Forwarded-For`: some proxies write a port as well.
fn entry_ip(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| {
        let with_port: SocketAddr = entry.parse().ok()?;
        Some(with_port.ip())
    })
}

/// What wrong guesses of an address are counted for: itself, or of IPv6 its network, since whoever has one address
/// there has them all.
#[must_use]
pub fn counted(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(_) => network(ip),
    }
}

/// The network of an address: 24 bits of IPv4, 64 of IPv6.
#[must_use]
pub fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(
        configured: Option<&str>,
        listens: &str,
        asked: Option<(&str, &str)>,
        own: &[&str],
    ) -> Option<String> {
        let own: Vec<IpAddr> = own.iter().map(|ip| ip.parse().unwrap()).collect();
        let configured = configured.map(|url| url.parse::<Url>().unwrap());
        let known = Known {
            configured: configured.as_ref(),
            listens: listens.parse().unwrap(),
            asked,
            own: &own,
        };
        for_telephones(known).map(String::from)
    }

    #[test]
    fn only_a_configured_proxy_is_believed() {
        let proxies: [IpAddr; 2] = ["127.0.0.1", "10.0.0.2"].map(|ip| ip.parse().unwrap());
        let asks = |peer: &str, lines: &[&str]| {
            client(peer.parse().unwrap(), lines.iter().copied(), &proxies).to_string()
        };
        let cases: &[(&str, &[&str], &str)] = &[
            // Nobody in front.
            ("203.0.113.5", &[], "203.0.113.5"),
            ("127.0.0.1", &[], "127.0.0.1"),
            // Somebody who would like to be somebody else.
            ("203.0.113.5", &["198.51.100.7"], "203.0.113.5"),
            // One proxy, two, and what the first one was told.
            ("127.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("::ffff:127.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("127.0.0.1", &["192.0.2.1, 198.51.100.7"], "198.51.100.7"),
            (
                "127.0.0.1",
                &["192.0.2.1, 198.51.100.7, 10.0.0.2"],
                "198.51.100.7",
            ),
            (
                "127.0.0.1",
                &["192.0.2.1", "198.51.100.7", "10.0.0.2"],
                "198.51.100.7",
            ),
            ("127.0.0.1", &["10.0.0.2"], "10.0.0.2"),
            // With a port, of IPv6, and nonsense.
            ("127.0.0.1", &["198.51.100.7:443"], "198.51.100.7"),
            ("127.0.0.1", &["[2001:db8::1]:443"], "2001:db8::1"),
            ("127.0.0.1", &["2001:db8::1"], "2001:db8::1"),
            ("127.0.0.1", &["192.0.2.1, unknown"], "127.0.0.1"),
            ("127.0.0.1", &[""], "127.0.0.1"),
        ];
        for (peer, lines, expected) in cases {
            assert_eq!(&asks(peer, lines), expected, "{peer} {lines:?}");
        }
        let none = client("127.0.0.1".parse().unwrap(), ["192.0.2.1"].into_iter(), &[]);
        assert_eq!(none.to_string(), "127.0.0.1");
    }

    #[test]
    fn a_household_of_ipv6_is_counted_as_one() {
        let of = |ip: &str| {
            let ip = ip.parse().unwrap();
            (counted(ip), network(ip))
        };
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(of("192.0.2.77"), pair("192.0.2.77", "192.0.2.0/24"));
        assert_eq!(of("::ffff:192.0.2.77"), of("192.0.2.77"));
        let network = "2001:db8:1:2::/64";
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), pair(network, network));
        assert_eq!(of("2001:db8:1:2::9"), of("2001:db8:1:2:3:4:5:6"));
        assert_ne!(of("2001:db8:1:3::9"), of("2001:db8:1:2::9"));
    }

    #[test]
    fn the_settings_come_first_unless_they_lead_nowhere() {
        let own = ["127.0.0.1", "192.168.1.10"];
        let lan = Some(("http", "192.168.1.10:8080"));
        let configured = Some("https://tv.example.cn");
        assert_eq!(
            found(configured, "127.0.0.1:8080", lan, &own).as_deref(),
            Some("https://tv.example.cn/")
        );
        for wrong in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]:1",
            "http://0.0.0.0",
        ] {
            assert_eq!(
                found(Some(wrong), "0.0.0.0:8080", lan, &own).as_deref(),
                Some("http://192.168.1.10:8080/"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_tv_elsewhere_shows_how_it_reached_the_server() {
        let own = ["127.0.0.1", "10.0.0.3", "192.168.1.10"];
        assert_eq!(
            found(
                None,
                "0.0.0.0:8080",
                Some(("http", "192.168.1.10:8080")),
                &own
            )
            .as_deref(),
            Some("http://192.168.1.10:8080/")
        );
        assert_eq!(
            found(
                None,
                "127.0.0.1:8080",
                Some(("https", "tv.example.cn")),
                &own
            )
            .as_deref(),
            Some("https://tv.example.cn/")
        );
        for strange in ["a b", "x/y", "u:p@h", "", "h?x"] {
            let asked = Some(("http", strange));
            assert_eq!(
                found(None, "127.0.0.1:8080", asked, &own),
                None,
                "{strange}"
            );
        }
    }

    #[test]
    fn a_tv_on_the_same_machine_shows_an_address_of_its_networks_if_there_is_one() {
        let own = [
            "127.0.0.1",
            "::1",
            "169.254.3.4",
            "fe80::1",
            "fd00::2",
            "192.168.1.10",
        ];
        for local in [
            "127.0.0.1:8080",
            "localhost:8080",
            "[::1]:8080",
            "box.localhost",
        ] {
            let asked = Some(("http", local));
            let expected = Some("http://192.168.1.10:8080/");
            assert_eq!(
                found(None, "0.0.0.0:8080", asked, &own).as_deref(),
                expected,
                "{local}"
            );
            assert_eq!(found(None, "[::]:8080", asked, &own).as_deref(), expected);
            assert_eq!(
                found(None, "192.168.1.10:8080", asked, &own).as_deref(),
                expected
            );
            assert_eq!(found(None, "127.0.0.1:8080", asked, &own), None);
            assert_eq!(found(None, "[::1]:8080", asked, &own), None);
        }
        let asked = Some(("http", "127.0.0.1:80"));
        assert_eq!(
            found(None, "[::]:80", asked, &["fd00::2"]).as_deref(),
            Some("http://[fd00::2]/")
        );
        assert_eq!(
            found(None, "0.0.0.0:80", asked, &["fd00::2", "127.0.0.1"]),
            None
        );
        assert_eq!(found(None, "0.0.0.0:80", None, &["169.254.3.4"]), None);
    }
}
