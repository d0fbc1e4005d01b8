//! Where a gateway listens, read from its file.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::Deserialize;
use toml::Spanned;

use crate::ports::free_address;

/// A configuration whose listeners have ports that are known before it runs.
#[derive(Debug)]
pub(crate) struct Bindings {
    /// The file, each port 0 replaced and nothing else.
    pub(crate) text: String,
    /// Where a client reaches each listener.
    pub(crate) listeners: BTreeMap<String, SocketAddr>,
    /// Where a client reaches `[admin]`.
    pub(crate) admin: Option<SocketAddr>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    listeners: BTreeMap<String, Bind>,
    admin: Option<Bind>,
}

#[derive(Deserialize)]
struct Bind {
    bind: Spanned<SocketAddr>,
}

impl Bindings {
    /// Gives a free port to each `bind` of `text` that has port 0.
    ///
    /// # Errors
    /// `InvalidData` when `text` is no TOML or a `bind` is no address.
    pub(crate) fn of(text: &str) -> io::Result<Self> {
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let file: File = toml::from_str(text).map_err(invalid)?;
        let mut chosen = Vec::new();
        let mut place = |bind: &Spanned<SocketAddr>| -> io::Result<SocketAddr> {
            let mut address = *bind.get_ref();
            if address.port() == 0 {
                address.set_port(free_address()?.port());
                chosen.push((bind.span(), address));
            }
            Ok(reachable(address))
        };
        let mut listeners = BTreeMap::new();
        for (name, listener) in &file.listeners {
            listeners.insert(name.clone(), place(&listener.bind)?);
        }
        let admin = file.admin.map(|admin| place(&admin.bind)).transpose()?;

        chosen.sort_by_key(|(span, _)| span.start);
        let mut text = text.to_owned();
        for (span, address) in chosen.into_iter().rev() {
            text.replace_range(span, &format!("\"{address}\""));
        }
        Ok(Self {
            text,
            listeners,
            admin,
        })
    }
}

/// The address under which a client on this machine reaches a listener on `bound`.
fn reachable(mut bound: SocketAddr) -> SocketAddr {
    match bound.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => bound.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => bound.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    bound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_port_zero_is_replaced_and_nothing_else() {
        let text = "# ünïcode\n[admin]\nbind = '127.0.0.1:0'\n\n[listeners.b]\nbind = \"0.0.0.0:0\" # any\n\
                    [listeners.a]\nbind = \"127.0.0.1:81\"\n[[routes]]\nname = \"r\"\n";
        let bindings = Bindings::of(text).unwrap();
        let (admin, b) = (bindings.admin.unwrap(), bindings.listeners["b"]);
        assert_ne!(admin.port(), b.port());
        assert_eq!(b.ip(), Ipv4Addr::LOCALHOST);
        assert_eq!(bindings.listeners["a"], "127.0.0.1:81".parse().unwrap());
        let expected = text
            .replace("'127.0.0.1:0'", &format!("\"{admin}\""))
            .replace("0.0.0.0:0", &format!("0.0.0.0:{}", b.port()));
        assert_eq!(bindings.text, expected);
    }

    #[test]
    fn what_is_no_configuration_is_an_error() {
        for text in ["listeners = ", "[listeners.a]\nbind = \"somewhere\"\n"] {
            assert_eq!(
                Bindings::of(text).unwrap_err().kind(),
                io::ErrorKind::InvalidData,
                "{text}"
            );
        }
    }
}
