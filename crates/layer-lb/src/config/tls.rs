//! `tls`.

use gateway_core::config::{ConfigError, ConfigErrors, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CertificateFile, CertificateName, KeyFile};

/// How endpoints with `https://` are told apart from those who pretend to be one, and what they are shown.
/// TLS 1.2 at least.
///
/// ```
/// use layer_lb::{TlsConfig, Upstream, UpstreamConfig};
///
/// let mut config = UpstreamConfig::new(["https://10.0.0.5:9443".parse()?]);
/// config.tls = Some(TlsConfig {
///     server_name: Some("orders.internal".parse()?),
///     ..TlsConfig::default()
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct TlsConfig {
    /// The authorities that are trusted, instead of those of the system.
    pub ca: Option<Located<CertificateFile>>,
    /// The certificate shown to endpoints that ask for one, followed by those of its issuers; with `key`.
    pub certificate: Option<Located<CertificateFile>>,
    /// The private key of `certificate`.
    pub key: Option<Located<KeyFile>>,
    /// What the endpoints' certificates must be for, which is also sent as SNI; instead of the host of each
    /// endpoint's URL.
    pub server_name: Option<CertificateName>,
    /// Takes any certificate, whoever made it and whatever it is for: anybody on the way can read and change what
    /// passes. For experiments alone.
    pub danger_accept_any_certificate: bool,
}

impl TlsConfig {
    /// Finds a certificate without its key, or the other way round.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        let (lonely, missing) = match (&self.certificate, &self.key) {
            (Some(certificate), None) => (certificate.span(), "key"),
            (None, Some(key)) => (key.span(), "certificate"),
            _ => return,
        };
        let error = ConfigError::new("a client certificate needs `certificate` and `key`");
        errors.push(error.at(lonely).help(format!("add `{missing}`")));
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use gateway_core::config::{
        ConfigErrors, Document, Source, Style, decode, render, with_base_dir,
    };
    use rcgen::{CertificateParams, KeyPair};

    use crate::{Upstream, UpstreamConfig};

    /// What is wrong with an upstream that stands beside the files of `directory`.
    fn findings(directory: &Path, text: &str) -> String {
        let source = Source::new("gateway.toml", text);
        let mut errors = ConfigErrors::new();
        let config = with_base_dir(directory.into(), || {
            Document::parse(&source, &mut errors)
                .and_then(|document| errors.take(decode::<UpstreamConfig>(document.root())))
        });
        // The files have been read: what is built later needs no directory.
        if let Some(config) = config {
            errors.extend(
                Upstream::build("orders", &config)
                    .err()
                    .into_iter()
                    .flatten(),
            );
        }
        render(&source, &errors, Style::Plain)
    }

    /// A directory with `client.pem`, its key in `client.key`, and `other.key`.
    fn files() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text);
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["gateway".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        write("client.pem", &certificate.pem()).unwrap();
        write("client.key", &key.serialize_pem()).unwrap();
        let other = KeyPair::generate().unwrap();
        write("other.key", &other.serialize_pem()).unwrap();
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        write("broken.pem", broken).unwrap();
        write("empty.pem", "").unwrap();
        directory
    }

    #[test]
    fn every_key_is_read_beside_the_file() {
        let files = files();
        let shown = findings(
            files.path(),
            r#"
endpoints = ["https://10.0.0.5:9443", "http://10.0.0.6", "unix:/run/app.sock"]
tls = { ca = "client.pem", certificate = "client.pem", key = "client.key", server-name = "orders.internal" }
proxy-protocol = "v2"
keep-alive = { max-requests = 1000 }
"#,
        );
        assert_eq!(shown, "");
        let shown = findings(
            files.path(),
            r#"
endpoints = ["https://10.0.0.5"]
protocol = "auto"
tls = { danger-accept-any-certificate = true }
keep-alive = { warm = 4 }
"#,
        );
        assert_eq!(shown, "");
    }

    #[track_caller]
    fn assert_shown(tail: &str, message: &str, place: &str) {
        let text = format!("endpoints = [\"https://a\"]\n{tail}\n");
        let shown = findings(files().path(), &text);
        let place = format!("gateway.toml:{place}\n");
        assert!(
            shown.contains(message) && shown.contains(&place),
            "{message} at {place} in\n{shown}"
        );
    }

    #[test]
    fn files_that_cannot_be_used_are_shown_where_they_are_named() {
        assert_shown(
            r#"tls = { ca = "none.pem" }"#,
            "none.pem`: No such file",
            "2:14",
        );
        let empty = "`empty.pem` holds no certificate";
        assert_shown(r#"tls = { ca = "empty.pem" }"#, empty, "2:14");
        let broken = "certificate 1 of `broken.pem` is none";
        assert_shown(r#"tls = { ca = "broken.pem" }"#, broken, "2:14");
        let no_key = "`client.pem` holds no private key that can be read";
        assert_shown(
            r#"tls = { certificate = "client.pem", key = "client.pem" }"#,
            no_key,
            "2:43",
        );
        let other = "the client certificate cannot be used";
        assert_shown(
            r#"tls = { certificate = "client.pem", key = "other.key" }"#,
            other,
            "2:43",
        );
    }

    #[test]
    fn what_does_not_go_together_is_shown() {
        let half = "a client certificate needs `certificate` and `key`";
        assert_shown(r#"tls = { certificate = "client.pem" }"#, half, "2:23");
        assert_shown(r#"tls = { key = "client.key" }"#, half, "2:15");
        let name = "no certificate can be for such a name";
        assert_shown(r#"tls = { server-name = "a b" }"#, name, "2:23");
        assert_shown("tls = { verify = false }", "unknown key `verify`", "2:9");
        let many = "a connection belongs to one client, and over HTTP/2 to many";
        assert_shown(
            "proxy-protocol = \"v1\"\nprotocol = \"http2\"",
            many,
            "2:18",
        );
        assert_shown("proxy-protocol = \"v1\"\nprotocol = \"auto\"", many, "2:18");
        let warm = "no connection can be opened before its client is known";
        assert_shown(
            "proxy-protocol = \"v1\"\nkeep-alive = { warm = 1 }",
            warm,
            "2:18",
        );
        let idle = "more connections are warm than may be idle";
        assert_shown("keep-alive = { warm = 257 }", idle, "2:23");
        assert_shown("keep-alive = { warm = 1, timeout = \"0s\" }", idle, "2:23");
        let limit = "more connections are warm than there may be";
        assert_shown(
            "keep-alive = { warm = 9 }\nlimits = { connections = 8 }",
            limit,
            "2:23",
        );
        let shown = findings(
            files().path(),
            "endpoints = [\"https://a\", \"http://b\"]\nprotocol = \"auto\"",
        );
        assert!(
            shown.contains("chooses by TLS, and this endpoint has none")
                && shown.contains("gateway.toml:1:27\n"),
            "{shown}"
        );
    }
}
