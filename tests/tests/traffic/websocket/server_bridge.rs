//! Makes a server of WebSocket over HTTP/1.1 one over HTTP/2.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use h2::RecvStream;
use h2::ext::Protocol;
use h2::server::SendResponse;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::pipe::{self, broken};

/// Takes extended CONNECTs over HTTP/2, each of which becomes a connection to a server of HTTP/1.1. Ends when
/// dropped.
pub(super) struct ServerBridge {
    pub(super) address: SocketAddr,
    asked: Asked,
    _tasks: JoinSet<()>,
}

/// The fields of all that was asked.
type Asked = Arc<Mutex<Vec<HeaderMap>>>;

impl ServerBridge {
    /// To the server at `server`.
    pub(super) async fn to(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let asked = Asked::default();
        let mut tasks = JoinSet::new();
        let record = Arc::clone(&asked);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((connection, _)) = listener.accept().await {
                let record = Arc::clone(&record);
                connections.spawn(async move { drop(serve(connection, server, &record).await) });
            }
        });
        Ok(Self {
            address,
            asked,
            _tasks: tasks,
        })
    }

    /// The fields of all that was asked.
    pub(super) fn asked(&self) -> Vec<HeaderMap> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn serve(connection: TcpStream, server: SocketAddr, asked: &Asked) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut settings = h2::server::Builder::new();
    settings.enable_connect_protocol();
    let mut connection = settings.handshake(connection).await.map_err(broken)?;
    let mut streams = JoinSet::new();
    while let Some(stream) = connection.accept().await {
        let (request, answer) = stream.map_err(broken)?;
        asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(request.headers().clone());
        streams.spawn(async move { drop(carry(request, answer, server).await) });
    }
    Ok(())
}

async fn carry(
    request: Request<RecvStream>,
    mut answer: SendResponse<Bytes>,
    server: SocketAddr,
) -> io::Result<()> {
    let is_websocket = request.method() == Method::CONNECT
        && request
            .extensions()
            .get()
            .is_some_and(|protocol: &Protocol| protocol.as_str() == "websocket");
    if !is_websocket {
        let refusal = response(StatusCode::NOT_IMPLEMENTED, [].into_iter())?;
        answer.send_response(refusal, true).map_err(broken)?;
        return Ok(());
    }
    let mut tcp = TcpStream::connect(server).await?;
    tcp.set_nodelay(true)?;
    tcp.write_all(handshake(&request).as_bytes()).await?;
    let (head, early) = pipe::read_head(&mut tcp).await?;
    let status = head.status().unwrap_or(StatusCode::BAD_GATEWAY);
    if status == StatusCode::SWITCHING_PROTOCOLS {
        let granted = response(StatusCode::OK, pipe::passing(&head))?;
        let sending = answer.send_response(granted, false).map_err(broken)?;
        return pipe::join(tcp, early, sending, request.into_body()).await;
    }
    let mut body = early.to_vec();
    tcp.read_to_end(&mut body).await?;
    let mut sending = answer
        .send_response(response(status, [].into_iter())?, false)
        .map_err(broken)?;
    sending.send_data(body.into(), true).map_err(broken)
}

fn handshake(request: &Request<RecvStream>) -> String {
    let fields = request.headers().iter().map(|(name, value)| {
        let value = value.to_str().unwrap_or_default();
        format!("{name}: {value}\r\n")
    });
    format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{}\r\n",
        request.uri().path(),
        request.uri().authority().map_or("", |host| host.as_str()),
        fields.collect::<String>()
    )
}

fn response<'a>(
    status: StatusCode,
    fields: impl Iterator<Item = (&'a str, &'a str)>,
) -> io::Result<Response<()>> {
    let response = fields.fold(
        Response::builder().status(status),
        |response, (name, value)| response.header(name, value),
    );
    response.body(()).map_err(broken)
}
