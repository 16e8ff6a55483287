//! Who may talk to the virtual TV.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The Host header is a name somebody else controls (DNS rebinding), or missing.
    Host,
    /// The request comes from a page of another site.
    Origin,
}

/// The host must be an address (of this machine only, unless others are allowed) or `localhost`:
/// a name of another site that resolves to this machine is neither.
pub(super) fn check_host(headers: &HeaderMap, allow_remote: bool) -> Result<(), Refusal> {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .ok_or(Refusal::Host)?;
    let name = without_port(host);
    let allowed = match name.parse::<IpAddr>() {
        Ok(address) => allow_remote || address.is_loopback(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    };
    if allowed { Ok(()) } else { Err(Refusal::Host) }
}

/// A request that presses keys must not come from another site's page. Programs send no Origin;
/// browsers always do with a POST.
pub(super) fn check_origin(headers: &HeaderMap) -> Result<(), Refusal> {
    if let Some(site) = headers.get("sec-fetch-site")
        && site != "same-origin"
        && site != "none"
    {
        return Err(Refusal::Origin);
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok();
    let same = match (origin.and_then(|origin| origin.split_once("://")), host) {
        (Some((_, authority)), Some(host)) => authority.eq_ignore_ascii_case(host),
        _ => false,
    };
    if same { Ok(()) } else { Err(Refusal::Origin) }
}

fn without_port(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect::<HeaderMap>()
    }

    #[test]
    fn only_addresses_and_localhost_are_hosts() {
        let host = |host, remote| check_host(&headers(&[("host", host)]), remote).is_ok();
        assert!(host("127.0.0.1:8100", false));
        assert!(host("localhost:8100", false));
        assert!(host("[::1]:8100", false));
        assert!(!host("evil.example:8100", false));
        assert!(!host("evil.example:8100", true));
        assert!(!host("127.0.0.1.evil.example", false));
        assert!(!host("192.168.1.9:8100", false));
        assert!(host("192.168.1.9:8100", true));
        assert!(check_host(&HeaderMap::new(), true).is_err());
    }

    #[test]
    fn keys_come_from_our_own_page_or_from_programs() {
        let host = ("host", "127.0.0.1:8100");
        let ok = |pairs: &[_]| check_origin(&headers(pairs)).is_ok();
        assert!(ok(&[host]));
        assert!(ok(&[host, ("origin", "http://127.0.0.1:8100")]));
        assert!(!ok(&[host, ("origin", "http://127.0.0.1:9999")]));
        assert!(!ok(&[host, ("origin", "null")]));
        assert!(!ok(&[host, ("sec-fetch-site", "cross-site")]));
        assert!(!ok(&[host, ("sec-fetch-site", "same-site")]));
    }
}
