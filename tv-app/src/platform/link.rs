//! Notices that a network comes: a cable is plugged in, an address arrives, a way out appears.
//!
//! The kernel says so on a netlink socket, so nobody has to ask. Where there is no such socket
//! everything still works: what waits tries again by itself after a while.

use std::io;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};

/// Groups of `rtnetlink(7)`: links, addresses and routes.
const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

const NEW_LINK: u16 = 16;
const NEW_ADDRESS: u16 = 20;
const NEW_ROUTE: u16 = 24;

/// Length of `struct nlmsghdr`.
const HEADER: usize = 16;

/// Interface flags of `netdevice(7)`.
const IFF_LOOPBACK: u32 = 0x8;
const IFF_RUNNING: u32 = 0x40;

/// The address is still being looked for in the network (`linux/if_addr.h`).
const IFA_F_TENTATIVE: u8 = 0x40;
/// From here on addresses and routes reach no further than the cable (`rtnetlink(7)`).
const SCOPE_LINK: u8 = 253;

/// Calls `came` whenever a network may have come up, on a thread of its own that sleeps in the
/// kernel.
///
/// # Errors
/// The kernel gives no such socket, or there is no thread.
pub fn watch(mut came: impl FnMut() + Send + 'static) -> io::Result<()> {
    let link = Link::open()?;
    std::thread::Builder::new()
        .name("link".to_owned())
        .spawn(move || {
            loop {
                match link.came() {
                    Ok(true) => came(),
                    Ok(false) => {}
                    Err(error) => {
                        tracing::warn!(%error, "the networks are not watched any more");
                        return;
                    }
                }
            }
        })?;
    Ok(())
}

/// What the kernel says of networks.
#[derive(Debug)]
pub struct Link(OwnedFd);

impl Link {
    /// Listens from now on, in the network namespace of this thread.
    ///
    /// # Errors
    /// The kernel gives no such socket.
    pub fn open() -> io::Result<Self> {
        let socket = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            None,
        )?;
        bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
        Ok(Self(socket))
    }

    /// Waits for news, and answers whether they are that a network came.
    ///
    /// # Errors
    /// The socket is broken.
    pub fn came(&self) -> io::Result<bool> {
        let mut buffer = [0_u8; 16 << 10];
        match recv(&self.0, &mut buffer[..], RecvFlags::empty()) {
            Ok((read, _)) => Ok(is_up(&buffer[..read])),
            // Too much happened to be told one by one.
            Err(Errno::NOBUFS) => Ok(true),
            Err(Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether one of these messages says that a network came.
fn is_up(mut messages: &[u8]) -> bool {
    while let (Some(length), Some(kind)) = (u32_at(messages, 0), u16_at(messages, 4)) {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length < HEADER || length > messages.len() {
            return false;
        }
        let body = &messages[HEADER..length];
        let up = match kind {
            NEW_LINK => u32_at(body, 8)
                .is_some_and(|flags| flags & IFF_RUNNING != 0 && flags & IFF_LOOPBACK == 0),
            NEW_ADDRESS => matches!(body, [_, _, flags, scope, ..]
                if flags & IFA_F_TENTATIVE == 0 && *scope < SCOPE_LINK),
            // A way to everywhere; the ways to its own networks come with the addresses.
            NEW_ROUTE => matches!(body, [_, 0, _, _, _, _, scope, ..] if *scope < SCOPE_LINK),
            _ => false,
        };
        if up {
            return true;
        }
        messages = messages
            .get(length.next_multiple_of(4)..)
            .unwrap_or_default();
    }
    false
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_ne_bytes(bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_ne_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(HEADER + body.len()).unwrap();
        let mut message = length.to_ne_bytes().to_vec();
        message.extend(kind.to_ne_bytes());
        message.resize(HEADER, 0);
        message.extend(body);
        message.resize(message.len().next_multiple_of(4), 0);
        message
    }

    fn link(flags: u32) -> Vec<u8> {
        let mut body = vec![0; 8];
        body.extend(flags.to_ne_bytes());
        body.extend([0; 4]);
        message(NEW_LINK, &body)
    }

    fn address(flags: u8, scope: u8) -> Vec<u8> {
        message(NEW_ADDRESS, &[2, 24, flags, scope, 1, 0, 0, 0])
    }

    fn route(length: u8, scope: u8) -> Vec<u8> {
        message(NEW_ROUTE, &[2, length, 0, 0, 254, 3, scope, 1, 0, 0, 0, 0])
    }

    #[test]
    fn what_comes_is_told_from_what_goes() {
        let up = [link(0x1_0043), address(0, 0), address(0x80, 0), route(0, 0)];
        for messages in &up {
            assert!(is_up(messages), "{messages:?}");
        }
        let nothing = [
            // Down; up without a cable; the machine itself.
            link(0x2),
            link(0x3),
            link(0x1_0049),
            address(IFA_F_TENTATIVE, 0),
            address(0, 253),
            address(0, 254),
            route(24, 0),
            route(0, 253),
            // A link, an address and a route that go (RTM_DELLINK, RTM_DELADDR, RTM_DELROUTE).
            message(17, &[0; 16]),
            message(21, &[2, 24, 0, 0, 1, 0, 0, 0]),
            message(25, &[2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0]),
        ];
        for messages in &nothing {
            assert!(!is_up(messages), "{messages:?}");
        }
        assert!(!is_up(&nothing.concat()));
        let mut last = nothing.concat();
        last.extend(address(0, 0));
        assert!(is_up(&last), "every message of a packet is read");
    }

    proptest::proptest! {
        #[test]
        fn nothing_the_kernel_could_say_makes_it_panic(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let _ = is_up(&bytes);
        }
    }

    #[test]
    fn the_kernel_gives_the_socket() {
        Link::open().unwrap();
    }
}
