//! Makes a client of WebSocket over HTTP/1.1 one over HTTP/2.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use bytes::Bytes;
use data_encoding::BASE64;
use gateway_testkit::raw::RawHead;
use gateway_testkit::wait_until;
use h2::client::SendRequest;
use h2::ext::Protocol;
use http::{Method, Request, Response};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::pipe::{self, broken};

/// Takes clients of HTTP/1.1, each of which becomes one extended CONNECT over an HTTP/2 connection. Ends when
/// dropped.
pub(super) struct ClientBridge {
    pub(super) address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl ClientBridge {
    /// To the gateway at `gateway`; all clients share one connection.
    pub(super) async fn to(gateway: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let requests = connect(gateway).await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut clients = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                // A client that is refused or goes away is what some tests are about.
                let requests = requests.clone();
                clients.spawn(async move { drop(carry(client, requests).await) });
            }
        });
        Ok(Self {
            address,
            _tasks: tasks,
        })
    }
}

/// A connection on which the gateway has allowed extended CONNECT.
pub(super) async fn connect(gateway: SocketAddr) -> io::Result<SendRequest<Bytes>> {
    let stream = TcpStream::connect(gateway).await?;
    stream.set_nodelay(true)?;
    let mut settings = h2::client::Builder::new();
    settings.initial_window_size(1 << 20);
    settings.initial_connection_window_size(1 << 22);
    let (requests, connection) = settings.handshake(stream).await.map_err(broken)?;
    // Ends with the last of its requests.
    tokio::spawn(connection);
    let requests = requests.ready().await.map_err(broken)?;
    wait_until(Duration::from_secs(5), async || {
        requests.is_extended_connect_protocol_enabled()
    })
    .await?;
    Ok(requests)
}

async fn carry(mut client: TcpStream, mut requests: SendRequest<Bytes>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (asked, early) = pipe::read_head(&mut client).await?;
    let (response, sending) = requests
        .send_request(extended_connect(&asked)?, false)
        .map_err(broken)?;
    let (answer, mut receiving) = response.await.map_err(broken)?.into_parts();
    let answer = Response::from_parts(answer, ());
    if answer.status() == 200 {
        client
            .write_all(granted(&asked, &answer).as_bytes())
            .await?;
        return pipe::join(client, early, sending, receiving).await;
    }
    let mut body = Vec::new();
    while let Some(bytes) = receiving.data().await {
        body.extend_from_slice(&bytes.map_err(broken)?);
    }
    let head = format!(
        "HTTP/1.1 {} \r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.status().as_u16(),
        body.len()
    );
    client.write_all(&[head.as_bytes(), &body].concat()).await
}

fn extended_connect(asked: &RawHead) -> io::Result<Request<()>> {
    let path = asked.start_line.split(' ').nth(1).unwrap_or("/");
    let host = asked.field("host").unwrap_or_default();
    let request = Request::builder()
        .method(Method::CONNECT)
        .uri(format!("http://{host}{path}"))
        .extension(Protocol::from_static("websocket"));
    let request = pipe::with_fields(request, pipe::passing(asked));
    request.body(()).map_err(broken)
}

/// What grants the client its handshake. It would not take an accept that the gateway has no business to send.
fn granted(asked: &RawHead, answer: &Response<()>) -> String {
    let key = asked.field("sec-websocket-key").unwrap_or_default();
    let guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{guid}").as_bytes());
    let accept = BASE64.encode(hash.as_ref());
    let fields = answer.headers().iter().map(|(name, value)| {
        let value = value.to_str().unwrap_or_default();
        format!("{name}: {value}\r\n")
    });
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n{}\r\n",
        fields.collect::<String>()
    )
}
