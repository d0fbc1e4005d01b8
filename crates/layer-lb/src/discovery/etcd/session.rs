//! All keys, and then each change of them.

use super::super::Fault;
use super::messages::{
    AuthenticateRequest, AuthenticateResponse, Event, RangeRequest, RangeResponse,
    WatchCreateRequest, WatchRequest, WatchResponse, range_end,
};
use super::registry::MOST_KEYS;
use super::{Connection, EtcdSource, Registry, Stream};
use crate::config::EndpointUrl;

/// All keys, and then each change of them, as one member of the cluster tells.
#[derive(Debug)]
pub(super) struct Session {
    connection: Connection,
    prefix: Vec<u8>,
    /// The changes since the keys were read.
    changes: Option<Stream>,
}

impl Session {
    /// Reads all keys of `source` into `registry`, by asking `member`.
    pub(super) async fn begin(
        source: &EtcdSource,
        member: &EndpointUrl,
        registry: &mut Registry,
    ) -> Result<Self, Fault> {
        let mut connection = Connection::open(member, source.tls.as_ref()).await?;
        if let Some((name, password)) = &source.login {
            let login = AuthenticateRequest {
                name: name.clone(),
                password: password.expose().to_owned(),
            };
            let login = connection.call::<AuthenticateResponse>("Auth/Authenticate", &login);
            let token = login.await?.token;
            connection.authorize(&token)?;
        }
        let mut session = Self {
            connection,
            prefix: source.prefix.as_bytes().to_vec(),
            changes: None,
        };
        session.read(registry).await?;
        Ok(session)
    }

    /// Waits for the next change and takes it into `registry`.
    pub(super) async fn change(&mut self, registry: &mut Registry) -> Result<(), Fault> {
        loop {
            let changes = self.changes.as_mut();
            let changes = changes.ok_or_else(|| Fault::failed("nothing is watched"))?;
            let response: Option<WatchResponse> = changes.message().await?;
            let response = response.ok_or_else(|| Fault::failed("the watch has ended"))?;
            let is_change = !response.events.is_empty();
            if response.compact_revision > 0 || (is_change && registry.is_too_large()) {
                // What has happened since was forgotten, there or here: all keys are read again.
                return self.read(registry).await;
            }
            if response.canceled {
                let reason = response.cancel_reason;
                return Err(Fault::failed(format!("the watch was cancelled: {reason}")));
            }
            if is_change {
                apply(response.events, registry);
                return Ok(());
            }
        }
    }

    async fn read(&mut self, registry: &mut Registry) -> Result<(), Fault> {
        let range = RangeRequest {
            key: self.prefix.clone(),
            range_end: range_end(&self.prefix),
            limit: i64::try_from(MOST_KEYS + 1).unwrap_or(i64::MAX),
        };
        let all: RangeResponse = self.connection.call("KV/Range", &range).await?;
        let revision = all.header.map_or(0, |header| header.revision);
        registry.replace(all.kvs.into_iter().map(|pair| (pair.key, pair.value)));
        let watch = WatchRequest {
            create_request: Some(WatchCreateRequest {
                key: range.key,
                range_end: range.range_end,
                start_revision: revision.saturating_add(1),
            }),
        };
        self.changes = Some(self.connection.subscribe("Watch/Watch", &watch).await?);
        Ok(())
    }
}

fn apply(events: Vec<Event>, registry: &mut Registry) {
    for event in events {
        match (event.kind, event.kv) {
            (Event::DELETE, Some(pair)) => registry.delete(&pair.key),
            (_, Some(pair)) if !registry.is_too_large() => registry.put(pair.key, &pair.value),
            _ => {}
        }
    }
}
