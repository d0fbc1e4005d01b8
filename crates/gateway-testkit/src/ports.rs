//! Free loopback ports.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many ports one test process tries before it meets those of the next one.
const STRIDE: u32 = 64;
const FIRST: u32 = 10_240;
const EPHEMERAL_RANGE: &str = "/proc/sys/net/ipv4/ip_local_port_range";

/// A loopback address on which nothing listens, for a program that cannot be asked which port it got, or
/// for an endpoint that refuses connections.
///
/// The port lies below those the kernel hands out by itself, so that no outgoing connection can take it
/// before the program binds it, and apart from those that test processes running beside this one choose.
///
/// # Errors
/// [`io::ErrorKind::AddrInUse`] when every port is taken.
pub fn free_address() -> io::Result<SocketAddr> {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    let range = candidates();
    let start = std::process::id().wrapping_mul(STRIDE);
    let size = range.end - range.start;
    for _ in 0..size {
        let offset = start.wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed)) % size;
        let Ok(port) = u16::try_from(range.start + offset) else {
            continue;
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AddrInUse,
        "no loopback port is free",
    ))
}

/// `N` different addresses like that of [`free_address`].
///
/// # Errors
/// As [`free_address`].
pub fn free_addresses<const N: usize>() -> io::Result<[SocketAddr; N]> {
    let mut addresses = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)); N];
    for address in &mut addresses {
        *address = free_address()?;
    }
    Ok(addresses)
}

/// The unprivileged ports below the kernel's own choice.
fn candidates() -> Range<u32> {
    let lowest_ephemeral = std::fs::read_to_string(EPHEMERAL_RANGE)
        .ok()
        .and_then(|range| range.split_whitespace().next()?.parse().ok())
        .filter(|lowest| (FIRST + STRIDE..=65_536).contains(lowest))
        .unwrap_or(32_768);
    FIRST..lowest_ephemeral
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn free_addresses_differ_and_can_be_bound() {
        let addresses = free_addresses::<16>().unwrap();
        let listeners: Vec<_> = addresses
            .iter()
            .map(|a| TcpListener::bind(a).unwrap())
            .collect();
        assert_eq!(
            addresses.iter().collect::<HashSet<_>>().len(),
            listeners.len()
        );
    }

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken: Vec<_> = (0..8)
            .map(|_| TcpListener::bind(free_address().unwrap()).unwrap())
            .collect();
        let free = free_address().unwrap();
        assert!(
            taken
                .iter()
                .all(|listener| listener.local_addr().unwrap() != free)
        );
    }
}
