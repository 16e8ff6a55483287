//! How many connections there may be.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::net::TcpStream;

/// What whoever comes to a full house is told, where plain HTTP is spoken.
const COME_AGAIN: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\n\
    Content-Length: 0\r\nConnection: close\r\n\r\n";

type Spared = dyn Fn(IpAddr) -> bool + Send + Sync;

/// The bounds, and what is open.
pub(crate) struct Bounds {
    in_all: usize,
    of_one: usize,
    spared: Box<Spared>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    in_all: usize,
    of_each: HashMap<IpAddr, usize>,
}

/// Why a connection is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// There are as many as there may be.
    House,
    /// There are as many of this address as there may be.
    Address,
}

/// One open connection.
pub(crate) struct Place {
    bounds: Arc<Bounds>,
    counted_as: Option<IpAddr>,
}

impl Bounds {
    /// At most `in_all` connections, and `of_one` address those that are not `spared`: behind a proxy
    /// is everybody.
    pub(crate) fn new(
        in_all: usize,
        of_one: usize,
        spared: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            in_all,
            of_one,
            spared: Box::new(spared),
            open: Mutex::default(),
        }
    }

    /// A place for a connection from there, as long as it is kept.
    pub(crate) fn admit(self: &Arc<Self>, from: IpAddr) -> Result<Place, Full> {
        let from = from.to_canonical();
        let counted_as = (!(self.spared)(from)).then(|| network(from));
        let mut open = self.open.lock();
        if open.in_all >= self.in_all {
            return Err(Full::House);
        }
        if let Some(address) = counted_as {
            let of_it = open.of_each.entry(address).or_default();
            if *of_it >= self.of_one {
                return Err(Full::Address);
            }
            *of_it += 1;
        }
        open.in_all += 1;
        metrics::gauge!("http_connections").increment(1.0);
        Ok(Place {
            bounds: Arc::clone(self),
            counted_as,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.bounds.open.lock();
        open.in_all -= 1;
        metrics::gauge!("http_connections").decrement(1.0);
        let Some(address) = self.counted_as else {
            return;
        };
        if let Some(of_it) = open.of_each.get_mut(&address) {
            *of_it -= 1;
            if *of_it == 0 {
                open.of_each.remove(&address);
            }
        }
    }
}

impl Full {
    /// Says so and hangs up.
    pub(super) fn tell(self, stream: TcpStream, tls: bool) {
        let why = match self {
            Self::House => "all",
            Self::Address => "address",
        };
        metrics::counter!("http_connections_refused", "bound" => why).increment(1);
        if tls {
            return;
        }
        // It fits into the empty buffer of a new socket; whoever does not read it sees the end all the same.
        let _ = stream
            .into_std()
            .and_then(|mut stream| stream.write_all(COME_AGAIN));
    }
}

/// What counts as one address: of IPv6 the network, as every host has all of it.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(ip: &str) -> IpAddr {
        ip.parse().unwrap()
    }

    #[test]
    fn one_address_leaves_room_for_others() {
        let bounds = Arc::new(Bounds::new(4, 2, |ip| ip.is_loopback()));
        let admit = |ip: &str| bounds.admit(from(ip));
        let first = admit("10.0.0.1").ok().unwrap();
        let _second = admit("10.0.0.1").ok().unwrap();
        assert_eq!(admit("10.0.0.1").err(), Some(Full::Address));
        // The same address in the form of IPv6.
        assert_eq!(admit("::ffff:10.0.0.1").err(), Some(Full::Address));
        let other = admit("10.0.0.2").ok().unwrap();
        drop(first);
        let _again = admit("10.0.0.1").ok().unwrap();
        drop(other);
        assert!(!bounds.open.lock().of_each.contains_key(&from("10.0.0.2")));
        let _proxies = ["127.0.0.1", "::1"].map(|ip| admit(ip).ok().unwrap());
        assert_eq!(admit("127.0.0.1").err(), Some(Full::House));
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let bounds = Arc::new(Bounds::new(9, 1, |_| false));
        let _one = bounds.admit(from("2001:db8:1:2::1")).ok().unwrap();
        assert_eq!(
            bounds.admit(from("2001:db8:1:2:ffff::9")).err(),
            Some(Full::Address)
        );
        assert!(bounds.admit(from("2001:db8:1:3::1")).is_ok());
    }
}
