//! What stands in the place of an upstream: it records what it would have been sent.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::to_bytes;
use gateway_core::contract::{Request, Response, RouteService};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use layer_lb::Upstream;
use tower::service_fn;

use super::report::SentRequest;

/// Records the first request that reaches an upstream; a mirror's copy comes later.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder(Arc<Mutex<Option<SentRequest>>>);

impl Recorder {
    /// The service that stands in the place of `upstream`.
    pub(super) fn stand_in(&self, upstream: &Upstream) -> RouteService {
        let (recorder, upstream) = (self.clone(), upstream.clone());
        RouteService::new(service_fn(move |request: Request| {
            let (recorder, upstream) = (recorder.clone(), upstream.clone());
            async move {
                recorder.record(&upstream, request).await;
                Ok(Response::default())
            }
        }))
    }

    /// What was recorded.
    pub(super) fn take(&self) -> Option<SentRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    async fn record(&self, upstream: &Upstream, mut request: Request) {
        let endpoints: Vec<String> = upstream
            .endpoints()
            .iter()
            .map(|endpoint| endpoint.authority().to_owned())
            .collect();
        let names_host = request.headers().contains_key(header::HOST);
        // Each endpoint makes the same of it, but for a host that it does not name.
        if let Some(endpoint) = upstream.endpoints().first() {
            endpoint.prepare(&mut request);
        }
        let (mut parts, body) = request.into_parts();
        let host = parts.headers.remove(header::HOST);
        let host = if names_host {
            host_of(host.as_ref(), &parts.uri)
        } else {
            let endpoints = upstream.endpoints();
            let hosts: Vec<_> = endpoints.iter().map(|endpoint| endpoint.host()).collect();
            hosts.join(" or ")
        };
        let mut headers = lines(&parts.headers);
        headers.push(("host".to_owned(), host));
        headers.sort();
        // The body comes from a file of the operator's and is in memory already.
        let body_length = to_bytes(body, usize::MAX)
            .await
            .map_or(0, |body| body.len());
        let sent = SentRequest {
            upstream: upstream.name().to_owned(),
            endpoints,
            method: parts.method.to_string(),
            target: parts
                .uri
                .path_and_query()
                .map_or("/", PathAndQuery::as_str)
                .to_owned(),
            headers,
            body_length,
        };
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(sent);
    }
}

/// Whom a request is for: what its `Host` says, or in HTTP/2 the authority of its target.
fn host_of(host: Option<&HeaderValue>, target: &Uri) -> String {
    match host {
        Some(host) => String::from_utf8_lossy(host.as_bytes()).into_owned(),
        None => target
            .authority()
            .map(ToString::to_string)
            .unwrap_or_default(),
    }
}

/// Header fields as text, by name; the values of secrets are left out, since reports are passed around.
pub(super) fn lines(headers: &HeaderMap) -> Vec<(String, String)> {
    let line = |(name, value): (&HeaderName, &HeaderValue)| {
        let text = if value.is_sensitive() {
            "(secret)".into()
        } else {
            String::from_utf8_lossy(value.as_bytes())
        };
        (name.to_string(), text.into_owned())
    };
    let mut lines: Vec<_> = headers.iter().map(line).collect();
    lines.sort();
    lines
}
