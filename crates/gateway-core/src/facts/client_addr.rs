//! The address of the client.

use std::net::IpAddr;

use super::Fact;

/// The address of the client, as the listener found it: the peer of the connection or, where the peer is a
/// trusted proxy, the address that proxy reported, counted from the right. Never taken from a header that a
/// client could have written.
///
/// An axum service of your own provides it by inserting it into the request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddr(IpAddr);

impl ClientAddr {
    /// The client's address; an IPv4 address that arrived as `::ffff:a.b.c.d` is made plain IPv4 again.
    pub fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// The address.
    pub fn ip(self) -> IpAddr {
        self.0
    }
}

impl Fact for ClientAddr {
    const NAME: &'static str = "client-address";
}
