//! A connection to a member of an etcd cluster.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use gateway_core::deadline::after;
use h2::client::SendRequest;
use h2::{Ping, PingPong};
use http::{HeaderValue, Method, Request, Uri, Version, header};
use prost::Message;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout};

use super::super::Fault;
use super::Stream;
use super::framing::framed;
use super::stream::lost;
use crate::config::{EndpointUrl, UpstreamConfig};
use crate::pool::{Connector, Offer, TlsClient};

/// How long a connection may take, and how long a call may take to be answered.
const PATIENCE: Duration = Duration::from_secs(5);
/// A member that says nothing is asked so often whether it is there, and has so long to answer.
const PING: Duration = Duration::from_secs(3);
/// So much of an answer may be under way.
const WINDOW: u32 = 1024 * 1024;

/// A connection to a member of an etcd cluster. It closes when dropped, or when the member is silent.
#[derive(Debug)]
pub(super) struct Connection {
    calls: SendRequest<Bytes>,
    /// `http://host:port`, or `https://`.
    base: String,
    token: Option<HeaderValue>,
    driver: AbortHandle,
}

impl Connection {
    /// Connects to `member`; where it speaks TLS, by `tls`.
    pub(super) async fn open(member: &EndpointUrl, tls: Option<&TlsClient>) -> Result<Self, Fault> {
        // What happens here is counted by discovery; the connections of the upstream are others.
        let config = UpstreamConfig::new([]);
        let peer = tls.and_then(|tls| tls.peer(member, Offer::Http2));
        let connector = Connector::new(member, peer, &config, Arc::default());
        let deadline = after(Instant::now(), PATIENCE);
        let connected = connector.connect(deadline, None).await;
        let stream = connected.map_err(|failure| {
            let cause = failure.cause();
            Fault::failed(format!("cannot connect to {member}: {cause}"))
        })?;
        let mut builder = h2::client::Builder::new();
        builder
            .enable_push(false)
            .initial_window_size(WINDOW)
            .initial_connection_window_size(WINDOW);
        let shaking = timeout(PATIENCE, builder.handshake(stream)).await;
        let (calls, mut connection) = shaking
            .map_err(|_| silent())?
            .map_err(|error| lost(&error))?;
        let pings = connection.ping_pong();
        let driver = tokio::spawn(async move {
            tokio::select! {
                _ = connection => {}
                () = until_silent(pings) => {}
            }
        });
        Ok(Self {
            calls,
            base: member.to_string(),
            token: None,
            driver: driver.abort_handle(),
        })
    }

    /// From now on calls are made in the name of the owner of `token`.
    pub(super) fn authorize(&mut self, token: &str) -> Result<(), Fault> {
        let mut token = HeaderValue::try_from(token)
            .map_err(|_| Fault::failed("the token of the login is no header value"))?;
        token.set_sensitive(true);
        self.token = Some(token);
        Ok(())
    }

    /// Calls `method`, which answers with one message.
    pub(super) async fn call<M: Message + Default>(
        &mut self,
        method: &str,
        request: &impl Message,
    ) -> Result<M, Fault> {
        let answered = timeout(PATIENCE, async {
            let mut answer = self.begin(method, request, true).await?;
            let message = answer.message().await?;
            message.ok_or_else(|| Fault::failed("the answer is empty"))
        });
        answered.await.map_err(|_| silent())?
    }

    /// Calls `method`, which answers with one message after the other.
    pub(super) async fn subscribe(
        &mut self,
        method: &str,
        request: &impl Message,
    ) -> Result<Stream, Fault> {
        let begun = timeout(PATIENCE, self.begin(method, request, false)).await;
        begun.map_err(|_| silent())?
    }

    async fn begin(
        &mut self,
        method: &str,
        message: &impl Message,
        is_all: bool,
    ) -> Result<Stream, Fault> {
        let mut calls = self
            .calls
            .clone()
            .ready()
            .await
            .map_err(|error| lost(&error))?;
        let uri = Uri::try_from(format!("{}/etcdserverpb.{method}", self.base));
        let mut head = Request::new(());
        *head.method_mut() = Method::POST;
        *head.version_mut() = Version::HTTP_2;
        *head.uri_mut() = uri.map_err(Fault::failed)?;
        let fields = head.headers_mut();
        fields.insert(header::TE, HeaderValue::from_static("trailers"));
        let grpc = HeaderValue::from_static("application/grpc");
        fields.insert(header::CONTENT_TYPE, grpc);
        // A member that has lost its cluster ends the call, rather than to be silent about what it misses.
        fields.insert("hasleader", HeaderValue::from_static("true"));
        if let Some(token) = &self.token {
            fields.insert("token", token.clone());
        }
        let (response, mut request) = calls
            .send_request(head, false)
            .map_err(|error| lost(&error))?;
        request
            .send_data(framed(message), is_all)
            .map_err(|error| lost(&error))?;
        Stream::open(response.await.map_err(|error| lost(&error))?, request)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Ends when the other end does not answer.
async fn until_silent(pings: Option<PingPong>) {
    let Some(mut pings) = pings else { return };
    loop {
        sleep(PING).await;
        let answered = timeout(PING, pings.ping(Ping::opaque())).await;
        if !matches!(answered, Ok(Ok(_))) {
            return;
        }
    }
}

fn silent() -> Fault {
    Fault::failed(format!("no answer within {} s", PATIENCE.as_secs()))
}
