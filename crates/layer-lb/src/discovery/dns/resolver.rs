//! Asking name servers.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::rdata::SRV;
use hickory_resolver::proto::rr::{RData, Record, RecordType};

use super::super::Fault;

/// How long one query may take before it is repeated, and how often it is.
const QUERY: (Duration, usize) = (Duration::from_millis(1500), 2);

/// Asks name servers, and remembers nothing: whoever asks wants to know what they say now.
#[derive(Clone)]
pub(super) struct Resolver(TokioResolver);

/// Records of one type, and for how long they are good.
pub(super) struct Records<R> {
    pub(super) records: Vec<R>,
    pub(super) ttl: Duration,
}

impl Resolver {
    /// Asks `servers`, or those of the system, whose configuration is read now.
    pub(super) fn new(servers: Option<&[SocketAddr]>) -> Result<Self, Fault> {
        let mut builder = match servers {
            None => TokioResolver::builder_tokio().map_err(|error| fault(&error))?,
            Some(servers) => {
                let servers = servers.iter().map(|server| {
                    let mut config = NameServerConfig::udp_and_tcp(server.ip());
                    for connection in &mut config.connections {
                        connection.port = server.port();
                    }
                    config
                });
                let config = ResolverConfig::from_name_servers(servers.collect());
                let provider = TokioRuntimeProvider::default();
                let mut builder = TokioResolver::builder_with_config(config, provider);
                builder.options_mut().use_hosts_file = ResolveHosts::Never;
                builder
            }
        };
        let options = builder.options_mut();
        options.cache_size = 0;
        (options.timeout, options.attempts) = QUERY;
        Ok(Self(builder.build().map_err(|error| fault(&error))?))
    }

    /// The addresses of `name`, of one kind.
    pub(super) async fn addresses(
        &self,
        name: &str,
        is_v6: bool,
    ) -> Result<Records<IpAddr>, Fault> {
        let kind = if is_v6 {
            RecordType::AAAA
        } else {
            RecordType::A
        };
        self.ask(name, kind, |record| match &record.data {
            RData::A(address) if !is_v6 => Some(IpAddr::V4(address.0)),
            RData::AAAA(address) if is_v6 => Some(IpAddr::V6(address.0)),
            _ => None,
        })
        .await
    }

    /// The services of `name`.
    pub(super) async fn services(&self, name: &str) -> Result<Records<SRV>, Fault> {
        self.ask(name, RecordType::SRV, |record| match &record.data {
            RData::SRV(service) => Some(service.clone()),
            _ => None,
        })
        .await
    }

    async fn ask<R>(
        &self,
        name: &str,
        kind: RecordType,
        pick: impl Fn(&Record) -> Option<R>,
    ) -> Result<Records<R>, Fault> {
        self.0.clear_cache();
        let answer = self
            .0
            .lookup(name, kind)
            .await
            .map_err(|error| fault(&error))?;
        let answers = answer.answers();
        let records: Vec<R> = answers.iter().filter_map(pick).collect();
        if records.is_empty() {
            return Err(Fault::empty(format!("{name} has no {kind} records")));
        }
        let ttl = answers.iter().map(|record| record.ttl).min();
        Ok(Records {
            records,
            ttl: Duration::from_secs(ttl.unwrap_or_default().into()),
        })
    }
}

/// A name that is not there, or not for this purpose, is no failure of the name server.
fn fault(error: &NetError) -> Fault {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => {
                Fault::empty(format!("{} does not exist (NXDOMAIN)", none.query.name()))
            }
            ResponseCode::NoError => {
                let (name, kind) = (none.query.name(), none.query.query_type());
                Fault::empty(format!("{name} has no {kind} records"))
            }
            code => Fault::failed(format!("the name server answers: {code}")),
        },
        NetError::Dns(DnsError::ResponseCode(code)) => {
            Fault::failed(format!("the name server answers: {code}"))
        }
        NetError::Timeout => Fault::failed("the name server does not answer"),
        error => Fault::failed(error),
    }
}
