//! Which endpoints an upstream has, and what follows for the choice between them.

use std::sync::{Arc, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::members::Members;
use super::upstream::Upstream;
use crate::balance::{Candidate, Picker, slow_start};
use crate::config::EndpointConfig;
use crate::endpoint::Endpoint;
use crate::health::{EndpointHealth, Standing, least_standing};
use crate::surroundings::Surroundings;

impl Upstream {
    /// From now on the endpoints are these. Those that stay keep all that is known of them; those that go get no
    /// more requests, and what is in flight there may finish.
    pub(crate) fn set_endpoints<'a>(&self, configs: impl IntoIterator<Item = &'a EndpointConfig>) {
        let shared = &self.0;
        let mut members = self.members();
        // One that joins others gets no requests before its first check has ended.
        let joins = members
            .iter()
            .any(|member| member.endpoint.health().is_available());
        let waits = joins && shared.health.has_checks();
        let now = Instant::now();
        let build = |config: &EndpointConfig| {
            let surroundings = Surroundings {
                name: &shared.name,
                config: &shared.config,
                counters: &shared.counters,
                load: &shared.load,
                budget: shared.retries.budget(),
                tls: shared.tls.as_ref(),
            };
            Endpoint::new(config, surroundings, EndpointHealth::new(waits, now))
        };
        let merged = members.merged(configs, build);
        *members = merged.members;
        self.rebuild_from(&members);
        if shared.tasks.get().is_some() {
            members.iter().for_each(|member| member.endpoint.start());
        }
        drop(members);
        merged.gone.iter().for_each(|gone| gone.retire());
        shared.health.members_changed();
    }

    /// Something has changed that the choice of endpoints depends on.
    pub(crate) fn rebuild(&self) {
        self.rebuild_from(&self.members());
    }

    fn rebuild_from(&self, members: &Members) {
        // Read once: a change in between has it built again.
        let standings: Vec<Standing> = members
            .iter()
            .map(|member| member.endpoint.health().standing())
            .collect();
        let otherwise = self.0.health.when_all_unhealthy();
        let least = least_standing(standings.iter().copied(), otherwise);
        let now = Instant::now();
        let mut is_any_cold = false;
        let candidates = members.iter().zip(&standings).map(|(member, standing)| {
            let endpoint = &member.endpoint;
            let is_available = least.is_some_and(|least| *standing >= least);
            let share_of_weight = self.share_of_weight(endpoint, now);
            is_any_cold |= is_available && share_of_weight < 1.0;
            Candidate {
                endpoint: Arc::clone(endpoint),
                id: endpoint.id(),
                weight: member.weight,
                priority: member.priority,
                is_available,
                share_of_weight,
            }
        });
        let picker = Picker::build(&self.0.balance, candidates.collect());
        self.0.picker.store(Arc::new(picker));
        if is_any_cold {
            self.0.is_cold.notify_one();
        }
    }

    /// How much of its weight `endpoint` has, from 0.1 to 1.
    fn share_of_weight(&self, endpoint: &Endpoint, now: Instant) -> f64 {
        let window = self.0.config.slow_start.get();
        if window.is_zero() {
            return 1.0;
        }
        let available = now.saturating_duration_since(endpoint.health().available_since());
        slow_start::share_of_weight(available, window)
    }

    pub(super) fn members(&self) -> MutexGuard<'_, Members> {
        self.0
            .members
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum_core::body::Body;
    use http::{Request, Response};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::time::timeout;
    use tower::{Layer, ServiceExt};

    use super::*;
    use crate::{EndpointClient, LoadBalanceLayer, UpstreamConfig};

    const SOON: Duration = Duration::from_secs(5);

    async fn listen() -> (TcpListener, EndpointConfig) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        (
            listener,
            EndpointConfig::from(url.parse::<crate::EndpointUrl>().unwrap()),
        )
    }

    /// A connection, with its first request read.
    async fn accept(listener: &TcpListener) -> TcpStream {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 1000]).await.unwrap() > 0);
        stream
    }

    fn send(upstream: &Upstream) -> impl Future<Output = Response<Body>> + use<> {
        let proxy = LoadBalanceLayer::new(upstream.clone()).layer(EndpointClient::new());
        let response = proxy.oneshot(Request::new(Body::empty()));
        async { response.await.unwrap() }
    }

    #[tokio::test]
    async fn connections_to_an_endpoint_that_has_gone_end_once_they_have_nothing_to_do() {
        let (listener, old) = listen().await;
        let (_other, new) = listen().await;
        let upstream = Upstream::build("test", &UpstreamConfig::new([old.url.clone()])).unwrap();
        let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

        let first = tokio::spawn(send(&upstream));
        let mut idle = accept(&listener).await;
        let second = tokio::spawn(send(&upstream));
        let mut busy = accept(&listener).await;
        idle.write_all(ok).await.unwrap();
        assert_eq!(first.await.unwrap().status(), 200);
        // Kept for another request.
        let kept = timeout(Duration::from_millis(50), idle.read_u8()).await;
        assert!(kept.is_err());

        upstream.set_endpoints([&new]);
        let end = timeout(SOON, idle.read(&mut [0])).await.unwrap();
        assert_eq!(end.unwrap(), 0);
        busy.write_all(ok).await.unwrap();
        assert_eq!(second.await.unwrap().status(), 200);
        let end = timeout(SOON, busy.read(&mut [0])).await.unwrap();
        assert_eq!(end.unwrap(), 0);
    }

    #[tokio::test]
    async fn connections_over_http2_to_an_endpoint_that_has_gone_finish_their_streams() {
        let (listener, old) = listen().await;
        let (_other, new) = listen().await;
        let mut config = UpstreamConfig::new([old.url.clone()]);
        config.protocol = crate::Protocol::Http2;
        let upstream = Upstream::build("test", &config).unwrap();
        let response = tokio::spawn(send(&upstream));
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let (_, mut respond) = connection.accept().await.unwrap().unwrap();
        upstream.set_endpoints([&new]);
        let ended = tokio::spawn(async move { while connection.accept().await.is_some() {} });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!ended.is_finished());
        respond.send_response(Response::new(()), true).unwrap();
        let response = response.await.unwrap();
        assert_eq!(response.status(), 200);
        drop(response);
        timeout(SOON, ended).await.unwrap().unwrap();
    }
}
