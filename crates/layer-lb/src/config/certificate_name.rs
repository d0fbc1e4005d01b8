//! `tls.server-name`.

use std::fmt;

use gateway_core::config::{Diagnosis, Text};
use rustls::pki_types::ServerName;

/// What a certificate is asked to be for: a DNS name, which is also sent as SNI, or an IP address.
///
/// ```
/// use layer_lb::CertificateName;
///
/// let name: CertificateName = "orders.internal".parse().unwrap();
/// assert_eq!(name.to_string(), "orders.internal");
/// assert!("orders internal".parse::<CertificateName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateName(ServerName<'static>);

impl CertificateName {
    /// The name, as it is verified.
    pub(crate) fn as_server_name(&self) -> &ServerName<'static> {
        &self.0
    }
}

impl Text for CertificateName {
    const NAME: &'static str = "CertificateName";
    const WANTED: &'static str = "a host name such as \"orders.internal\"";
    const DESCRIPTION: &'static str =
        "What an endpoint's certificate must be for: a host name, or an IP address.";
    const EXAMPLES: &'static [&'static str] = &["orders.internal", "10.0.0.5"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        match ServerName::try_from(text) {
            Ok(name) => Ok(Self(name.to_owned())),
            Err(_) => Err(Diagnosis::new("no certificate can be for such a name")
                .help("write a host name or an address, without port or brackets")),
        }
    }
}

impl fmt::Display for CertificateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_str())
    }
}

gateway_core::text_value!(CertificateName);
