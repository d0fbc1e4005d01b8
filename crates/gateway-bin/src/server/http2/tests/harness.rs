//! A client, a server, and the pipe between them.

use std::error::Error;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::Response;
use gateway_core::counter::Counter;
use h2::client::{Builder, ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::task::JoinHandle;

use crate::server::http2::serve;
use crate::server::testing::Answering;
use crate::server::{ConnectionLimits, Drain, Ending, ListenerCounters, Phase};

pub(super) type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// How much the pipe holds in either direction.
const PIPE: usize = 64 * 1024;

/// A server at work.
pub(super) struct Server {
    pub(super) counters: Arc<ListenerCounters>,
    pub(super) drain: Drain,
    /// How many requests the connection has refused by itself.
    pub(super) refused: Arc<Counter>,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves the other end of the pipe.
    pub(super) fn start<R, F>(limits: ConnectionLimits, respond: R) -> (Self, DuplexStream)
    where
        R: Fn(Request<Body>) -> F + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        let (client, io) = tokio::io::duplex(PIPE);
        let counters = Arc::new(ListenerCounters::default());
        let drain = Drain::new();
        let (counted, drained) = (Arc::clone(&counters), drain.clone());
        let refused = Arc::<Counter>::default();
        let answering = Answering::new(respond, &refused);
        let task = tokio::spawn(async move {
            serve(io, answering, limits, counted, &drained).await;
        });
        let server = Self {
            counters,
            drain,
            refused,
            task,
        };
        (server, client)
    }

    /// Waits until it is done with its client.
    pub(super) async fn ended(&mut self) -> Outcome {
        Ok((&mut self.task).await?)
    }

    /// How often it has ended something for this reason, and nothing for another.
    pub(super) fn ended_only(&self, reason: Ending) -> u64 {
        for other in Ending::ALL {
            let count = self.counters.ended(other).get();
            assert!(other == reason || count == 0, "{other}: {count}");
        }
        self.counters.ended(reason).get()
    }

    pub(super) fn ended_nothing(&self) -> bool {
        Ending::ALL
            .iter()
            .all(|reason| self.counters.ended(*reason).get() == 0)
    }

    pub(super) fn drain(&self, phase: Phase) {
        self.drain.advance(phase);
    }
}

/// A client at work.
pub(super) struct Client {
    pub(super) requests: SendRequest<Bytes>,
    pub(super) connection: JoinHandle<Result<(), h2::Error>>,
}

impl Client {
    pub(super) async fn start(io: DuplexStream) -> Outcome<Self> {
        Self::with(io, &Builder::new()).await
    }

    pub(super) async fn with(io: DuplexStream, builder: &Builder) -> Outcome<Self> {
        let (requests, connection) = builder.handshake(io).await?;
        Ok(Self {
            requests,
            connection: tokio::spawn(connection),
        })
    }

    /// Sends a request without a body.
    pub(super) async fn get(&mut self, path: &str) -> Outcome<ResponseFuture> {
        let request = Request::get(format!("http://a.example{path}")).body(())?;
        Ok(self.send(request, true).await?.0)
    }

    /// Sends a request whose body is still to come.
    pub(super) async fn post(
        &mut self,
        path: &str,
    ) -> Outcome<(ResponseFuture, SendStream<Bytes>)> {
        let request = Request::post(format!("http://a.example{path}")).body(())?;
        self.send(request, false).await
    }

    pub(super) async fn send(
        &mut self,
        request: Request<()>,
        ends: bool,
    ) -> Outcome<(ResponseFuture, SendStream<Bytes>)> {
        self.requests = self.requests.clone().ready().await?;
        Ok(self.requests.send_request(request, ends)?)
    }
}

/// Reads a response's body, and gives room for more.
pub(super) async fn read(body: &mut RecvStream) -> Result<Bytes, h2::Error> {
    let mut all = Vec::new();
    while let Some(data) = body.data().await {
        let data = data?;
        body.flow_control().release_capacity(data.len())?;
        all.extend_from_slice(&data);
    }
    Ok(all.into())
}

/// A client that speaks bytes; it has said hello.
pub(super) async fn raw(mut io: DuplexStream) -> Outcome<DuplexStream> {
    io.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await?;
    io.write_all(&frame(4, 0, 0, b"")).await?;
    Ok(io)
}

/// A frame.
pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len())
        .unwrap_or(u32::MAX)
        .to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// The fields of `GET / http` on `a`.
pub(super) const GET: &[u8] = &[0x82, 0x86, 0x84, 0x41, 0x01, b'a'];

/// The kinds of the frames that come until the other side closes.
pub(super) async fn frames(io: &mut DuplexStream) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    let mut header = [0; 9];
    while io.read_exact(&mut header).await.is_ok() {
        let length = u32::from_be_bytes([0, header[0], header[1], header[2]]);
        let mut frame = header.to_vec();
        frame.resize(9 + length as usize, 0);
        if io.read_exact(&mut frame[9..]).await.is_err() {
            break;
        }
        frames.push(frame);
    }
    frames
}
