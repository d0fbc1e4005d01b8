//! Addresses that nothing can listen on.

use std::net::{IpAddr, Ipv4Addr};

use gateway_core::config::ConfigError;

use super::Fault;
use crate::config::EndpointConfig;
use crate::pool::Address;

/// Whether a service can be reached at `address`. Which networks are meant is the operator's business; here only
/// those are refused that stand for no single host.
pub(super) fn check_address(address: IpAddr) -> Result<(), Fault> {
    let address = address.to_canonical();
    let why = match address {
        address if address.is_unspecified() => "it stands for no host",
        address if address.is_multicast() => "it stands for many hosts",
        IpAddr::V4(Ipv4Addr::BROADCAST) => "it stands for all hosts",
        _ => return Ok(()),
    };
    Err(Fault::refused(format!(
        "the address {address} is refused: {why}"
    )))
}

/// Whether a service can be reached at `endpoint`, which somebody wrote as a URL.
///
/// # Errors
/// What is wrong with it, for the place where it stands.
pub(super) fn check_endpoint(endpoint: &EndpointConfig) -> Result<(), ConfigError> {
    let Address::Socket(address) = endpoint.url.address() else {
        return Ok(());
    };
    check_address(address.ip()).map_err(|fault| ConfigError::new(fault.cause))
}

/// Whether a service can listen at `port`.
pub(super) fn check_port(port: u16) -> Result<(), Fault> {
    match port {
        0 => Err(Fault::refused(
            "the port 0 is refused: nothing listens there",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused_and_private_networks_are_not() {
        for text in [
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "ff02::1",
            "255.255.255.255",
            "::ffff:0.0.0.0",
        ] {
            assert!(check_address(text.parse().unwrap()).is_err(), "{text}");
        }
        for text in ["127.0.0.1", "10.0.0.1", "169.254.1.1", "::1", "fd00::1"] {
            assert!(check_address(text.parse().unwrap()).is_ok(), "{text}");
        }
        assert!(check_port(0).is_err() && check_port(1).is_ok());
    }
}
