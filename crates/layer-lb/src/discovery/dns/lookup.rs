//! One look-up after the other.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::proto::rr::rdata::SRV;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::super::{Event, Fault, FaultKind};
use super::{Answer, DnsSource, Resolver, Target};
use crate::config::DnsRecord;

/// How long a look-up may take with all that belongs to it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Of one SRV answer, so many targets are looked up, and so many at once.
const TARGETS: (usize, usize) = (256, 16);

/// One look-up after the other.
pub(super) struct Lookup {
    source: DnsSource,
    /// Made anew after a failure: the servers of the system may be others now.
    resolver: Option<Resolver>,
    /// What the targets of SRV records were last, by name and kind: each may fail by itself.
    known: HashMap<TargetKey, Arc<[IpAddr]>>,
}

/// The name of a target, and whether its IPv6 addresses are meant.
type TargetKey = (Arc<str>, bool);

impl Lookup {
    /// Nothing was looked up yet.
    pub(super) fn new(source: DnsSource) -> Self {
        Self {
            source,
            resolver: None,
            known: HashMap::new(),
        }
    }

    /// What DNS says now.
    pub(super) async fn ask(&mut self) -> Event {
        let late = || Fault::failed(format!("no answer within {} s", PATIENCE.as_secs()));
        let answer = timeout(PATIENCE, self.answer()).await;
        match answer.unwrap_or_else(|_| Err(late())) {
            Ok(answer) => answer.into_event(self.source.scheme, self.source.refresh),
            Err(fault) => {
                self.resolver = None;
                Event::Failed(fault)
            }
        }
    }

    async fn answer(&mut self) -> Result<Answer, Fault> {
        let resolver = match self.resolver.take() {
            Some(resolver) => resolver,
            None => Resolver::new(self.source.servers.as_deref())?,
        };
        let resolver = self.resolver.insert(resolver).clone();
        let name = &self.source.name;
        let is_v6 = match self.source.record {
            DnsRecord::Srv => return self.services(&resolver).await,
            DnsRecord::A => false,
            DnsRecord::Aaaa => true,
        };
        let found = resolver.addresses(name, is_v6).await?;
        let target = Target {
            addresses: found.records,
            port: self.source.port,
            priority: 0,
            weight: 1,
        };
        Ok(Answer {
            targets: vec![target],
            ttl: found.ttl,
            flaw: None,
        })
    }

    async fn services(&mut self, resolver: &Resolver) -> Result<Answer, Fault> {
        let found = resolver.services(&self.source.name).await?;
        let mut ttl = found.ttl;
        // "." as a target says that there is no such service (RFC 2782).
        let services: Vec<SRV> = found
            .records
            .into_iter()
            .filter(|service| !service.target.is_root())
            .take(TARGETS.0)
            .collect();
        let mut wanted: Vec<TargetKey> = services
            .iter()
            .flat_map(|service| {
                let name: Arc<str> = service.target.to_string().into();
                [(Arc::clone(&name), false), (name, true)]
            })
            .collect();
        wanted.sort();
        wanted.dedup();
        let mut flaw = None;
        let mut known = HashMap::with_capacity(wanted.len());
        for some in wanted.chunks(TARGETS.1) {
            let mut looking: JoinSet<_> = some
                .iter()
                .map(|key| {
                    let (resolver, key) = (resolver.clone(), key.clone());
                    async move { (resolver.addresses(&key.0, key.1).await, key) }
                })
                .collect();
            while let Some(Ok((addresses, key))) = looking.join_next().await {
                match addresses {
                    Ok(addresses) => {
                        ttl = ttl.min(addresses.ttl);
                        known.insert(key, addresses.records.into());
                    }
                    Err(fault) => {
                        // Most names have no address of one of the two kinds.
                        if fault.kind != FaultKind::Empty {
                            flaw = flaw.or_else(|| Some(of_target(&key.0, &fault)));
                        }
                        if let Some(last) = self.known.get(&key)
                            && fault.kind != FaultKind::Empty
                        {
                            known.insert(key, Arc::clone(last));
                        }
                    }
                }
            }
        }
        let mut targets = Vec::with_capacity(services.len());
        for service in services {
            let name: Arc<str> = service.target.to_string().into();
            let kinds = [false, true].map(|is_v6| (Arc::clone(&name), is_v6));
            let mut addresses: Vec<IpAddr> = kinds
                .iter()
                .filter_map(|key| known.get(key))
                .flat_map(|addresses| addresses.iter().copied())
                .collect();
            if addresses.is_empty() && flaw.is_none() {
                flaw = Some(of_target(&name, &Fault::empty("it has no address")));
            }
            if addresses.is_empty() {
                // A name that has lost its last address keeps it, as an upstream keeps its last endpoint.
                for key in kinds {
                    if let Some(last) = self.known.get(&key) {
                        addresses.extend(last.iter().copied());
                        known.insert(key, Arc::clone(last));
                    }
                }
            }
            targets.push(Target {
                addresses,
                port: service.port,
                priority: service.priority,
                weight: service.weight,
            });
        }
        self.known = known;
        Ok(Answer { targets, ttl, flaw })
    }
}

fn of_target(name: &str, fault: &Fault) -> Fault {
    Fault {
        kind: fault.kind,
        cause: format!("the target {name}: {}", fault.cause),
    }
}
