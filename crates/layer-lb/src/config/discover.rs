//! `discover`.

use gateway_core::config::{ConfigError, ConfigErrors, Duration, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    CertificateName, DiscoveredScheme, DnsName, DnsRecord, EndpointUrl, FilePath, NameServer,
    Password, TlsConfig,
};
use crate::discovery::{DnsSource, EtcdSource, Source};
use crate::pool::TlsClient;

/// The longest time between two look-ups where the file does not say.
const REFRESH: std::time::Duration = std::time::Duration::from_secs(30);
/// DNS is asked once in a second at most.
const SHORTEST_REFRESH: std::time::Duration = std::time::Duration::from_secs(1);
/// The most name servers, and the most members of an etcd cluster, that are worth trying in turn.
const MAX_SERVERS: usize = 16;

/// Where the endpoints of an upstream are found while the gateway runs: exactly one of `dns`, `file` and `etcd`.
///
/// Whatever the source does later, the upstream keeps the endpoints that it named last.
///
/// ```
/// use layer_lb::DiscoverConfig;
///
/// let config: DiscoverConfig = serde_json::from_str(r#"{ "dns": "orders.internal:9000" }"#)?;
/// assert_eq!(config.dns.map(|dns| dns.port()), Some(Some(9000)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct DiscoverConfig {
    /// A name in DNS, with the port of the service: `orders.internal:9000`. With `record = "srv"` the name of the
    /// service alone, `_http._tcp.orders.internal`. Each address is an endpoint.
    pub dns: Option<Located<DnsName>>,
    /// Which records are asked for; `a` unless given. For `dns`.
    pub record: Option<Located<DnsRecord>>,
    /// The longest time between two look-ups; a shorter time to live (TTL) of the answer is heeded, down to 1 s.
    /// At least `1s`; `30s` unless given. For `dns`.
    pub refresh: Option<Located<Duration>>,
    /// The name servers to ask, such as `127.0.0.1:53`, from 1 to 16; those of the system (`/etc/resolv.conf`)
    /// unless given. For `dns`.
    #[schemars(length(min = 1, max = 16))]
    pub servers: Option<Located<Vec<NameServer>>>,
    /// Whether the endpoints are spoken to over TLS; `http`, without, unless given. For `dns`.
    pub scheme: Option<Located<DiscoveredScheme>>,
    /// A TOML file with one key, `endpoints`, of the same form as here. It is looked at every second. A relative
    /// path stands beside this file.
    pub file: Option<Located<FilePath>>,
    /// The members of an etcd cluster, such as `http://127.0.0.1:2379`, from 1 to 16; `https://` for TLS.
    #[schemars(length(min = 1, max = 16))]
    pub etcd: Option<Located<Vec<Located<EndpointUrl>>>>,
    /// What the keys of the endpoints begin with, such as `/services/orders/`. For `etcd`.
    #[schemars(length(min = 1))]
    pub prefix: Option<Located<String>>,
    /// Who asks. For `etcd`; with `password`.
    pub username: Option<Located<String>>,
    /// The password of `username`. For `etcd`.
    pub password: Option<Located<Password>>,
    /// What is verified of members with `https://`, and what they are shown; without it their certificates must be
    /// for the host of their URL, by an authority that the system trusts. For `etcd`: what endpoints are to show stands
    /// in the `tls` of the upstream.
    pub tls: Option<Located<TlsConfig>>,
}

impl DiscoverConfig {
    /// What was meant.
    pub(crate) fn source(&self, errors: &mut ConfigErrors) -> Option<Source> {
        let dns = self.dns.as_ref().map(|dns| ("dns", dns.span()));
        let file = self.file.as_ref().map(|file| ("file", file.span()));
        let etcd = self.etcd.as_ref().map(|etcd| ("etcd", etcd.span()));
        let mut sources = [dns, file, etcd].into_iter().flatten();
        let Some((source, first)) = sources.next() else {
            errors.push(
                ConfigError::new("`discover` needs one of `dns`, `file` and `etcd`").help(
                    "write where the endpoints are found, such as { dns = \"orders.internal:9000\" }",
                ),
            );
            return None;
        };
        for (second, place) in sources {
            let message = format!("`discover` has both `{source}` and `{second}`");
            let error = ConfigError::new(message).at(place);
            errors.push(error.related(first, "the first is here").help("keep one"));
        }
        self.refuse_foreign(source, errors);
        match (&self.dns, &self.file, &self.etcd) {
            (Some(dns), ..) => self.dns_source(dns, errors).map(Source::Dns),
            (_, Some(file), _) => Some(Source::File(file.path().into())),
            (.., Some(etcd)) => self.etcd_source(etcd, errors).map(Source::Etcd),
            _ => None,
        }
    }

    /// Keys that belong to another source than the one that stands here.
    fn refuse_foreign(&self, source: &str, errors: &mut ConfigErrors) {
        let keys = [
            ("dns", "record", self.record.as_ref().map(Located::span)),
            ("dns", "refresh", self.refresh.as_ref().map(Located::span)),
            ("dns", "servers", self.servers.as_ref().map(Located::span)),
            ("dns", "scheme", self.scheme.as_ref().map(Located::span)),
            ("etcd", "prefix", self.prefix.as_ref().map(Located::span)),
            (
                "etcd",
                "username",
                self.username.as_ref().map(Located::span),
            ),
            (
                "etcd",
                "password",
                self.password.as_ref().map(Located::span),
            ),
            ("etcd", "tls", self.tls.as_ref().map(Located::span)),
        ];
        for (owner, key, place) in keys {
            if let Some(place) = place
                && owner != source
            {
                let message = format!("`{key}` says nothing about `{source}`");
                let error = ConfigError::new(message).at(place);
                errors.push(error.help(format!("it belongs to `{owner}`")));
            }
        }
    }

    fn dns_source(&self, dns: &Located<DnsName>, errors: &mut ConfigErrors) -> Option<DnsSource> {
        let before = errors.iter().count();
        let record = self.record.as_deref().copied().unwrap_or_default();
        let port = match (record, dns.port()) {
            (DnsRecord::Srv, Some(_)) => {
                let error = ConfigError::new("SRV records say the ports themselves").at(dns.span());
                errors.push(error.help(format!("write \"{}\"", dns.name())));
                0
            }
            (DnsRecord::Srv, None) => 0,
            (_, Some(port)) => port,
            (_, None) => {
                let error = ConfigError::new("the port of the service is missing").at(dns.span());
                errors.push(error.help(format!(
                    "write \"{}:80\", or add `record = \"srv\"`",
                    dns.name()
                )));
                0
            }
        };
        let refresh = self.refresh.as_ref();
        if let Some(wrong) = refresh.filter(|refresh| refresh.get() < SHORTEST_REFRESH) {
            let error = ConfigError::new("DNS is asked once in a second at most");
            errors.push(error.at(wrong.span()).help("write at least \"1s\""));
        }
        if let Some(servers) = &self.servers {
            check_number(servers, "name servers", errors);
        }
        let scheme = self.scheme.as_deref().copied().unwrap_or_default();
        (errors.iter().count() == before).then(|| DnsSource {
            name: dns.name().into(),
            port,
            record,
            scheme,
            refresh: refresh.map_or(REFRESH, |refresh| refresh.get()),
            servers: self.servers.as_ref().map(|servers| {
                let addresses = servers.iter().map(NameServer::address);
                addresses.collect()
            }),
        })
    }

    fn etcd_source(
        &self,
        etcd: &Located<Vec<Located<EndpointUrl>>>,
        errors: &mut ConfigErrors,
    ) -> Option<EtcdSource> {
        let before = errors.iter().count();
        check_number(etcd, "members of the cluster", errors);
        for member in etcd.iter() {
            if !member.is_tcp() {
                let error = ConfigError::new("etcd is spoken to over `http://` or `https://`");
                errors.push(error.at(member.span()).help("write \"http://host:2379\""));
            } else if let Some(tls) = &self.tls
                && !member.is_tls()
            {
                let error = ConfigError::new("with `tls` no member is spoken to in the clear");
                let error = error
                    .at(member.span())
                    .related(tls.span(), "`tls` stands here");
                errors.push(error.help(format!("write \"https://{}\"", member.authority())));
            }
        }
        if !cfg!(feature = "etcd") {
            let error = ConfigError::new("this program was built without etcd").at(etcd.span());
            errors.push(error.help("build it with the feature `etcd` of layer-lb"));
        }
        let prefix = self.prefix.as_ref().filter(|prefix| !prefix.is_empty());
        if prefix.is_none() {
            let place = self.prefix.as_ref().map_or(etcd.span(), Located::span);
            let error = ConfigError::new("`etcd` needs a `prefix`").at(place);
            errors.push(error.help(
                "write what the keys of the endpoints begin with, such as \"/services/orders/\"",
            ));
        }
        let login = match (&self.username, &self.password) {
            (Some(username), Some(password)) => {
                Some(((**username).clone(), password.secret().clone()))
            }
            (None, None) => None,
            (Some(lone), None) => {
                let error = ConfigError::new("`username` needs a `password`").at(lone.span());
                errors.push(error.help("write password = { env = \"NAME\" }"));
                None
            }
            (None, Some(lone)) => {
                let error = ConfigError::new("`password` needs a `username`").at(lone.span());
                errors.push(error.help("write whose it is"));
                None
            }
        };
        let tls = self.etcd_tls(etcd, errors);
        (errors.iter().count() == before).then(|| EtcdSource {
            members: etcd.iter().map(|member| (**member).clone()).collect(),
            prefix: prefix
                .map(|prefix| prefix.as_str().into())
                .unwrap_or_default(),
            login,
            tls,
        })
    }

    /// How members shake hands, where any does.
    fn etcd_tls(
        &self,
        etcd: &Located<Vec<Located<EndpointUrl>>>,
        errors: &mut ConfigErrors,
    ) -> Option<TlsClient> {
        if !etcd.iter().any(|member| member.is_tls()) {
            return None;
        }
        let config = self.tls.as_deref().cloned().unwrap_or_default();
        let before = errors.iter().count();
        config.check(errors);
        if errors.iter().count() > before {
            return None;
        }
        let place = self.tls.as_ref().map_or(etcd.span(), Located::span);
        match TlsClient::build(&config) {
            Ok(client) => Some(client),
            Err(found) => {
                errors.extend(found.at_if_unset(place));
                None
            }
        }
    }

    /// Whether endpoints come over TLS, as far as that is known before they come.
    pub(crate) fn is_tls(&self) -> bool {
        self.dns.is_some() && self.scheme.as_deref() == Some(&DiscoveredScheme::Https)
    }

    /// Whether endpoints may come over TLS, as each of them says.
    pub(crate) fn may_be_tls(&self) -> bool {
        self.dns.is_none() || self.is_tls()
    }

    /// What the certificates of endpoints must be for that DNS names: the name that the operator wrote, without what
    /// begins with `_`. What SRV records say is no proof (RFC 6125, section 6.2.1).
    ///
    /// # Errors
    /// No certificate can be for that name.
    pub(crate) fn certificate_name(&self) -> Result<Option<CertificateName>, ConfigError> {
        let Some(dns) = self.dns.as_ref().filter(|_| self.is_tls()) else {
            return Ok(None);
        };
        let mut name = dns.name().trim_end_matches('.');
        while let Some((_, rest)) = name.strip_prefix('_').and_then(|name| name.split_once('.')) {
            name = rest;
        }
        name.parse().map(Some).map_err(|_| {
            ConfigError::new("no certificate can be for such a name")
                .at(dns.span())
                .help("write tls = { server-name = \"…\" } beside `discover`")
        })
    }
}

fn check_number<T>(list: &Located<Vec<T>>, what: &str, errors: &mut ConfigErrors) {
    if !(1..=MAX_SERVERS).contains(&list.len()) {
        let message = format!("here stand from 1 to {MAX_SERVERS} {what}");
        errors.push(ConfigError::new(message).at(list.span()));
    }
}
