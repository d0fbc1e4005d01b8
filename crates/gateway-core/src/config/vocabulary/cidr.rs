//! A range of IP addresses: `"10.0.0.0/8"`.

use std::fmt;
use std::net::IpAddr;
use std::ops::Deref;

use ipnet::IpNet;

use crate::config::{Diagnosis, Text};

/// A range of IP addresses in CIDR notation; an address alone is the range of that one address.
///
/// ```
/// use gateway_core::config::Cidr;
///
/// let private: Cidr = "10.0.0.0/8".parse().unwrap();
/// assert!(private.contains(&std::net::IpAddr::from([10, 1, 2, 3])));
/// assert_eq!("::1".parse::<Cidr>().unwrap().to_string(), "::1/128");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr(IpNet);

impl Cidr {
    /// The plain value.
    pub const fn get(self) -> IpNet {
        self.0
    }
}

impl Text for Cidr {
    const NAME: &'static str = "Cidr";
    const WANTED: &'static str = "a range of addresses such as \"10.0.0.0/8\"";
    const DESCRIPTION: &'static str = "A range of IP addresses in CIDR notation, or one address.";
    const EXAMPLES: &'static [&'static str] = &["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self(address.into()));
        }
        let Ok(range) = text.parse::<IpNet>() else {
            return Err(unreadable(text));
        };
        if range.addr() == range.network() {
            return Ok(Self(range));
        }
        let message = format!(
            "a /{} range does not start at {}",
            range.prefix_len(),
            range.addr()
        );
        let (whole, one) = (range.trunc(), range.addr());
        Err(Diagnosis::new(message).help(format!(
            "write \"{whole}\" for the range, \"{one}\" for the one address"
        )))
    }
}

crate::text_value!(Cidr);

fn unreadable(text: &str) -> Diagnosis {
    let address = |address: &str| address.parse::<IpAddr>();
    match text.split_once('/') {
        Some((before, prefix)) if let Ok(address) = address(before) => {
            let longest = if address.is_ipv4() { 32 } else { 128 };
            Diagnosis::new(format!(
                "expected a number from 0 to {longest} behind `/`, found {prefix:?}"
            ))
            .within(before.len() + 1, prefix.len())
        }
        _ => Diagnosis::new(format!("expected {}, found {text:?}", Cidr::WANTED)),
    }
}

impl Deref for Cidr {
    type Target = IpNet;

    fn deref(&self) -> &IpNet {
        &self.0
    }
}

impl From<IpNet> for Cidr {
    fn from(range: IpNet) -> Self {
        Self(range)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::{pointed_at, value};

    #[test]
    fn errors_say_what_to_write() {
        for (toml, wanted) in [
            (
                "'10.0.0.1/8'",
                "a /8 range does not start at 10.0.0.1 (write \"10.0.0.0/8\" for the range, \"10.0.0.1\" for the one address)",
            ),
            (
                "'10.0.0.0/33'",
                "expected a number from 0 to 32 behind `/`, found \"33\"",
            ),
            (
                "'10.0.0/8'",
                "expected a range of addresses such as \"10.0.0.0/8\", found \"10.0.0/8\"",
            ),
        ] {
            assert_eq!(value::<Cidr>(toml).unwrap_err(), wanted);
        }
        assert_eq!(pointed_at::<Cidr>("'::/200'"), "200");
    }
}
