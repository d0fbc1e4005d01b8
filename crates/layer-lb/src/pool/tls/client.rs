//! What an upstream trusts and shows.

use std::sync::Arc;

use gateway_core::config::{ConfigError, ConfigErrors};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};

use super::any_certificate::AnyCertificate;
use super::peer::{Offer, TlsPeer};
use crate::config::{EndpointUrl, TlsConfig};

/// What an upstream trusts and shows in handshakes, and the sessions that can be resumed: up to 256 names, by
/// tickets that the endpoints hand out.
#[derive(Clone, Debug)]
pub(crate) struct TlsClient {
    config: Arc<ClientConfig>,
    /// Instead of the host of an endpoint.
    name: Option<ServerName<'static>>,
}

impl TlsClient {
    /// The client that `config` describes.
    ///
    /// # Errors
    /// Certificates that cannot be used, and a key that does not belong to them; a system without authorities
    /// where they are needed.
    pub(crate) fn build(config: &TlsConfig) -> Result<Self, ConfigErrors> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let versions = &[&rustls::version::TLS13, &rustls::version::TLS12];
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .map_err(|error| ConfigError::new(format!("TLS cannot be used: {error}")))?;
        let builder = if config.danger_accept_any_certificate {
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        } else {
            builder.with_root_certificates(roots(config)?)
        };
        let client = match (&config.certificate, &config.key) {
            (Some(certificate), Some(key)) => builder
                .with_client_auth_cert(certificate.certificates().to_vec(), key.key().clone_key())
                .map_err(|error| {
                    ConfigError::new(format!("the client certificate cannot be used: {error}"))
                        .at(key.span())
                        .related(certificate.span(), "the certificate is here")
                        .help("the key must belong to the first certificate of the file")
                })?,
            _ => builder.with_no_client_auth(),
        };
        let name = config.server_name.as_ref();
        Ok(Self {
            config: Arc::new(client),
            name: name.map(|name| name.as_server_name().clone()),
        })
    }

    /// The endpoint at `url`, if it speaks TLS, which is offered the protocols of `offer`.
    pub(crate) fn peer(&self, url: &EndpointUrl, offer: Offer) -> Option<TlsPeer> {
        let name = self.name.as_ref().or(url.certificate_name());
        let config = Arc::clone(&self.config);
        url.certificate_name()?;
        Some(TlsPeer::new(config, name?.clone(), offer))
    }
}

fn roots(config: &TlsConfig) -> Result<RootCertStore, ConfigErrors> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = &config.ca {
        for (index, certificate) in file.certificates().iter().enumerate() {
            roots.add(certificate.clone()).map_err(|error| {
                let number = index + 1;
                let message = format!("certificate {number} of `{}` is none: {error}", **file);
                ConfigError::new(message).at(file.span())
            })?;
        }
        return Ok(roots);
    }
    // Systems have a few that are too odd to be used.
    roots.add_parsable_certificates(system_roots());
    if roots.is_empty() {
        let error = ConfigError::new("this system trusts no authority that endpoints could show");
        let error = error.help(
            "install `ca-certificates`, or write `tls = { ca = \"ca.pem\" }` with the authority that issued the endpoints' certificates",
        );
        return Err(error.into());
    }
    Ok(roots)
}

/// The authorities that the system trusts; `SSL_CERT_FILE` and `SSL_CERT_DIR` name others.
fn system_roots() -> Vec<CertificateDer<'static>> {
    let loaded = rustls_native_certs::load_native_certs();
    for error in &loaded.errors {
        tracing::warn!(%error, "some of the authorities that the system trusts cannot be read");
    }
    loaded.certs
}
