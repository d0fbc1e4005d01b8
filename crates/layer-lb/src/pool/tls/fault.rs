//! Why no TLS came about.

use std::io;

use rustls::{AlertDescription, Error};

/// Why no TLS came about; the source says which certificate was wrong in which way.
#[derive(Debug, thiserror::Error)]
pub(in crate::pool) enum TlsFault {
    /// Any other reason.
    #[error("the TLS handshake failed")]
    Handshake(#[source] io::Error),
    /// The endpoint speaks none of the protocols it was offered.
    #[error("the endpoint refuses the protocols it was offered by ALPN")]
    NoProtocol,
    /// The endpoint does not choose HTTP/2, which alone was offered.
    #[error("the endpoint does not choose HTTP/2 by ALPN")]
    NoHttp2,
    /// The endpoint was discovered, speaks TLS, and there is nobody to trust.
    #[error("this system trusts no authority, and the upstream has no `tls` that names one")]
    NotSetUp,
}

impl TlsFault {
    /// What `error` of a handshake means.
    pub(super) fn of(error: io::Error) -> Self {
        match rustls_error(&error) {
            Some(Error::AlertReceived(AlertDescription::NoApplicationProtocol)) => Self::NoProtocol,
            _ => Self::Handshake(error),
        }
    }

    /// Whether the endpoint speaks another protocol than it is thought to.
    pub(in crate::pool) fn is_about_protocol(&self) -> bool {
        matches!(self, Self::NoProtocol | Self::NoHttp2)
    }
}

/// Whether `error` of a connection says that the endpoint refuses the certificate we have shown, or misses one. In
/// TLS 1.3 it says so after our side of the handshake has ended, and before it reads anything of a request (RFC
/// 8446, section 4.4.2.4).
pub(in crate::pool) fn is_refusal(error: &io::Error) -> bool {
    use AlertDescription::{
        AccessDenied, BadCertificate, CertificateExpired, CertificateRequired, CertificateRevoked,
        CertificateUnknown, UnknownCA, UnsupportedCertificate,
    };
    matches!(
        rustls_error(error),
        Some(Error::AlertReceived(
            AccessDenied
                | BadCertificate
                | CertificateExpired
                | CertificateRequired
                | CertificateRevoked
                | CertificateUnknown
                | UnknownCA
                | UnsupportedCertificate
        ))
    )
}

fn rustls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(alert: AlertDescription) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Error::AlertReceived(alert))
    }

    #[test]
    fn a_refused_certificate_is_told_from_other_ends() {
        assert!(is_refusal(&received(AlertDescription::CertificateRequired)));
        assert!(!is_refusal(&received(AlertDescription::InternalError)));
        assert!(!is_refusal(&io::ErrorKind::ConnectionReset.into()));
    }

    #[test]
    fn a_refused_protocol_is_told_from_other_faults() {
        let fault = TlsFault::of(received(AlertDescription::NoApplicationProtocol));
        assert!(fault.is_about_protocol());
        let fault = TlsFault::of(received(AlertDescription::HandshakeFailure));
        assert!(!fault.is_about_protocol());
    }
}
