//! Files with certificates and keys, read when the configuration is.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use gateway_core::config::{Diagnosis, Text, resolve_path};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The largest file: all authorities of a system are smaller.
const LARGEST: u64 = 4 << 20;

/// A file with one or more certificates in PEM. It is read when the configuration is; a relative path stands
/// beside the configuration file.
///
/// ```
/// use layer_lb::CertificateFile;
///
/// let error = "no-such-file.pem".parse::<CertificateFile>().unwrap_err();
/// assert!(error.to_string().starts_with("cannot read `no-such-file.pem`"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateFile {
    path: Box<str>,
    certificates: Arc<[CertificateDer<'static>]>,
}

/// A file with a private key in PEM (PKCS #8, PKCS #1 or SEC 1), which is not encrypted. It is read when the
/// configuration is; a relative path stands beside the configuration file. The key is never shown.
///
/// ```
/// use layer_lb::KeyFile;
///
/// assert!("no-such-file.key".parse::<KeyFile>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct KeyFile {
    path: Box<str>,
    key: Arc<PrivateKeyDer<'static>>,
}

impl CertificateFile {
    /// What it holds, in its order; never empty.
    pub(crate) fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.certificates
    }
}

impl KeyFile {
    /// What it holds.
    pub(crate) fn key(&self) -> &PrivateKeyDer<'static> {
        &self.key
    }
}

/// The file at `path`, whose kind is named `what`.
fn read(path: &str, what: &str) -> Result<Vec<u8>, Diagnosis> {
    let place = resolve_path(Path::new(path));
    let refused = |why: &dyn fmt::Display| {
        Diagnosis::new(format!("cannot read `{}`: {why}", place.display())).help(format!(
            "write the path of a PEM file with {what}; a relative one stands beside this file"
        ))
    };
    let mut bytes = Vec::new();
    File::open(&place)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| refused(&error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(refused(&"it is larger than 4 MiB"));
    }
    Ok(bytes)
}

impl Text for CertificateFile {
    const NAME: &'static str = "CertificateFile";
    const WANTED: &'static str = "the path of a PEM file with certificates";
    const DESCRIPTION: &'static str = "The path of a file with certificates in PEM, read when this file is; a relative path stands beside this file.";
    const EXAMPLES: &'static [&'static str] = &["ca.pem", "/etc/portcullis/client.pem"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let bytes = read(text, "certificates")?;
        let certificates = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>();
        let certificates = certificates
            .map_err(|error| Diagnosis::new(format!("`{text}` is not well-formed PEM: {error}")))?;
        if certificates.is_empty() {
            return Err(Diagnosis::new(format!("`{text}` holds no certificate"))
                .help("a certificate in PEM begins with -----BEGIN CERTIFICATE-----"));
        }
        Ok(Self {
            path: text.into(),
            certificates: certificates.into(),
        })
    }
}

impl Text for KeyFile {
    const NAME: &'static str = "KeyFile";
    const WANTED: &'static str = "the path of a PEM file with a private key";
    const DESCRIPTION: &'static str = "The path of a file with a private key in PEM (PKCS #8, PKCS #1 or SEC 1), not encrypted, read when this file is; a relative path stands beside this file.";
    const EXAMPLES: &'static [&'static str] = &["client.key", "/etc/portcullis/client.key"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let bytes = read(text, "a private key")?;
        // What is wrong inside is not repeated: it may well be the key.
        let key = PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| {
            Diagnosis::new(format!("`{text}` holds no private key that can be read"))
                .help("it is PEM, not encrypted, and begins with -----BEGIN PRIVATE KEY-----")
        })?;
        Ok(Self {
            path: text.into(),
            key: Arc::new(key),
        })
    }
}

impl fmt::Display for CertificateFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

impl fmt::Display for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

impl fmt::Debug for CertificateFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateFile({:?})", self.path)
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFile({:?})", self.path)
    }
}

gateway_core::text_value!(CertificateFile);
gateway_core::text_value!(KeyFile);
