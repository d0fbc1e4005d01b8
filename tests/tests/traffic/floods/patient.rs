//! A server and a client of HTTP/2 that bear any number of small frames, which those of hyper do not.

use std::net::SocketAddr;

use bytes::Bytes;
use h2::{RecvStream, SendStream};
use http::{Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Beyond what the windows let come.
const BUDGET: usize = 1 << 30;
const CONNECTION_WINDOW: u32 = 16 << 20;

/// A server that hands each stream to a function.
pub(super) struct PatientServer {
    pub(super) address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl PatientServer {
    pub(super) async fn start<F, Fut>(answer: F) -> Self
    where
        F: Fn(Request<RecvStream>, h2::server::SendResponse<Bytes>) -> Fut + Copy + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(async move {
                    let mut builder = h2::server::Builder::new();
                    builder.initial_connection_window_size(CONNECTION_WINDOW);
                    builder.data_frame_budget(BUDGET);
                    let mut connection = builder.handshake(stream).await.unwrap();
                    let mut streams = JoinSet::new();
                    while let Some(Ok((request, respond))) = connection.accept().await {
                        streams.spawn(answer(request, respond));
                    }
                });
            }
        });
        Self {
            address,
            _tasks: tasks,
        }
    }
}

/// A client's connection to `address`, which lives as long as the tasks.
pub(super) async fn connect(
    address: SocketAddr,
    tasks: &mut JoinSet<()>,
) -> h2::client::SendRequest<Bytes> {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut builder = h2::client::Builder::new();
    builder.initial_connection_window_size(CONNECTION_WINDOW);
    builder.data_frame_budget(BUDGET);
    let (sender, connection) = builder.handshake(stream).await.unwrap();
    tasks.spawn(async move {
        let _ = connection.await;
    });
    sender
}

/// Sends `frame` so often, each in a frame of its own, and the end.
pub(super) async fn send(mut stream: SendStream<Bytes>, frame: &'static [u8], times: usize) {
    for _ in 0..times {
        stream.reserve_capacity(frame.len());
        while stream.capacity() < frame.len() {
            let room = std::future::poll_fn(|cx| stream.poll_capacity(cx)).await;
            if !matches!(room, Some(Ok(_))) {
                return;
            }
        }
        if stream.send_data(Bytes::from_static(frame), false).is_err() {
            return;
        }
    }
    let _ = stream.send_data(Bytes::new(), true);
}

/// Reads a body to its end; returns its length.
pub(super) async fn read(mut body: RecvStream) -> Result<usize, h2::Error> {
    let mut length = 0;
    while let Some(data) = body.data().await {
        let data = data?;
        length += data.len();
        body.flow_control().release_capacity(data.len())?;
    }
    Ok(length)
}

/// A response without a body yet.
pub(super) fn ok() -> Response<()> {
    Response::new(())
}
