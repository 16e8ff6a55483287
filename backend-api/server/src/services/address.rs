//! Under which address a telephone reaches this server.

use std::net::{IpAddr, SocketAddr};

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
