//! A server and a client that stream a lot and keep none of it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Whatever keeps a test from being carried out.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(crate) const GIGABYTE: u64 = 1024 * 1024 * 1024;

static CHUNK: [u8; 64 * 1024] = [b'x'; 64 * 1024];

#[derive(Clone, Copy)]
pub(crate) enum Http {
    One,
    Two,
}

impl Http {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::One => "http1",
            Self::Two => "http2",
        }
    }
}

/// A body of so many bytes, made as they are read.
struct Zeroes(u64);

impl Body for Zeroes {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = self.0.min(CHUNK.len() as u64);
        self.0 -= length;
        let chunk = Bytes::from_static(&CHUNK[..length as usize]);
        Poll::Ready((length > 0).then(|| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.0 == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}

/// A server: `GET /N` answers with N bytes, `POST` with the number of bytes that came.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

pub(crate) async fn origin(http: Http) -> Result<Origin, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let accepting = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let io = TokioIo::new(stream);
            tokio::spawn(async move {
                let service = service_fn(answer);
                match http {
                    Http::One => hyper::server::conn::http1::Builder::new()
                        .serve_connection(io, service)
                        .await
                        .is_ok(),
                    Http::Two => hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                        .serve_connection(io, service)
                        .await
                        .is_ok(),
                }
            });
        }
    });
    Ok(Origin { address, accepting })
}

async fn answer(
    request: Request<Incoming>,
) -> Result<Response<Either<Zeroes, Full<Bytes>>>, hyper::Error> {
    if request.method() == http::Method::POST {
        let read = count(request.into_body()).await?;
        return Ok(Response::new(Either::Right(Full::from(read.to_string()))));
    }
    let length = request
        .uri()
        .path()
        .trim_start_matches('/')
        .parse()
        .unwrap_or_default();
    Ok(Response::new(Either::Left(Zeroes(length))))
}

async fn count(mut body: Incoming) -> Result<u64, hyper::Error> {
    let mut read = 0;
    while let Some(frame) = body.frame().await {
        read += frame?.data_ref().map_or(0, |data| data.len() as u64);
    }
    Ok(read)
}

/// Fetches so many bytes; returns how many came.
pub(crate) async fn download(http: Http, address: SocketAddr, length: u64) -> Result<u64, Failure> {
    let request = Request::get(format!("http://{address}/{length}")).body(Zeroes(0))?;
    Ok(count(send(http, address, request).await?.into_body()).await?)
}

/// Sends so many bytes; returns how many the server says came.
pub(crate) async fn upload(http: Http, address: SocketAddr, length: u64) -> Result<u64, Failure> {
    let request = Request::post(format!("http://{address}/")).body(Zeroes(length))?;
    let response = send(http, address, request).await?;
    let body = response.into_body().collect().await?.to_bytes();
    Ok(std::str::from_utf8(&body)?.parse()?)
}

async fn send(
    http: Http,
    address: SocketAddr,
    mut request: Request<Zeroes>,
) -> Result<Response<Incoming>, Failure> {
    let stream = TcpStream::connect(address).await?;
    // As every HTTP/2 client does: its small frames must not wait for acknowledgements.
    stream.set_nodelay(true)?;
    let io = TokioIo::new(stream);
    match http {
        Http::One => {
            let host = address.to_string().parse()?;
            request.headers_mut().insert(http::header::HOST, host);
            *request.uri_mut() = request.uri().path().parse()?;
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await?;
            tokio::spawn(connection);
            Ok(sender.send_request(request).await?)
        }
        Http::Two => {
            let executor = TokioExecutor::new();
            let (mut sender, connection) =
                hyper::client::conn::http2::handshake(executor, io).await?;
            tokio::spawn(connection);
            Ok(sender.send_request(request).await?)
        }
    }
}
