//! An authority that issues certificates for a test, and endpoints that show them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use layer_lb::{CertificateFile, KeyFile, TlsConfig, UpstreamConfig};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::support::Endpoint;

/// What endpoints here are called.
pub(crate) const NAME: &str = "orders.internal";

/// An authority, with a place for the files of its certificates.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    files: TempDir,
}

/// A certificate in PEM, and its key.
pub(crate) struct Identity {
    certificate: String,
    key: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("authority {number}");
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        Self {
            issuer: CertifiedIssuer::self_signed(params, key).unwrap(),
            files: tempfile::tempdir().unwrap(),
        }
    }

    /// A certificate for `names`, which are host names or addresses.
    pub(crate) fn issue(&self, names: &[&str]) -> Identity {
        self.issue_with(names, |_| {})
    }

    /// A certificate of yesteryear.
    pub(crate) fn issue_expired(&self, names: &[&str]) -> Identity {
        self.issue_with(names, |params| {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 1, 1);
        })
    }

    fn issue_with(&self, names: &[&str], edit: impl FnOnce(&mut CertificateParams)) -> Identity {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).unwrap();
        edit(&mut params);
        let key = KeyPair::generate().unwrap();
        Identity {
            certificate: params.signed_by(&key, &self.issuer).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        roots
    }

    /// What a client writes that trusts this authority.
    pub(crate) fn trusted(&self) -> TlsConfig {
        let ca: CertificateFile = self.file("ca.pem", &self.issuer.pem()).parse().unwrap();
        TlsConfig {
            ca: Some(ca.into()),
            ..TlsConfig::default()
        }
    }

    /// What a client writes that shows `identity` too.
    pub(crate) fn trusted_with(&self, identity: &Identity) -> TlsConfig {
        let certificate = self.file("client.pem", &identity.certificate);
        let key = self.file("client.key", &identity.key);
        TlsConfig {
            certificate: Some(certificate.parse::<CertificateFile>().unwrap().into()),
            key: Some(key.parse::<KeyFile>().unwrap().into()),
            ..self.trusted()
        }
    }

    /// An endpoint's side, for whoever comes.
    pub(crate) fn server(&self, identity: &Identity) -> ServerConfig {
        self.server_with(identity, false)
    }

    /// An endpoint's side, for clients that show a certificate of this authority.
    pub(crate) fn strict_server(&self, identity: &Identity) -> ServerConfig {
        self.server_with(identity, true)
    }

    fn server_with(&self, identity: &Identity, is_strict: bool) -> ServerConfig {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = if is_strict {
            let roots = Arc::new(self.roots());
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let certificates =
            rustls::pki_types::CertificateDer::pem_slice_iter(identity.certificate.as_bytes());
        let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
        let chain = certificates.collect::<Result<_, _>>().unwrap();
        builder.with_single_cert(chain, key).unwrap()
    }
}

/// Shakes hands as `config` says and serves each connection with `serve`, which learns how many came before.
pub(crate) async fn tls_endpoint<F, Fut>(config: ServerConfig, serve: F) -> Endpoint
where
    F: Fn(usize, TlsStream<TcpStream>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Endpoint::raw(move |before, stream| {
        let (acceptor, serve) = (acceptor.clone(), serve.clone());
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(before, stream).await;
            }
        }
    })
    .await
}

/// The configuration of an upstream that is `endpoint` alone, called by its address.
pub(crate) fn https(endpoint: &Endpoint, tls: TlsConfig) -> UpstreamConfig {
    let url = format!("https://{}", endpoint.address).parse().unwrap();
    let mut config = UpstreamConfig::new([url]);
    config.tls = Some(tls);
    config
}
