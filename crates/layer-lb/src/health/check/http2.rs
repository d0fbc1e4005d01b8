//! Checks over HTTP/2.

use std::future::pending;

use bytes::Bytes;
use h2::client::{Builder, SendRequest};
use h2::{Error, RecvStream};
use http::header::{ACCEPT, CONTENT_TYPE, TE, USER_AGENT};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, Version};
use tokio::io::{AsyncRead, AsyncWrite};

use super::needle::Needle;
use super::question::{self, Get};
use super::{Fault, grpc};
use crate::outcome::grpc_status;

/// The same limit as for heads over HTTP/1.
const MAX_HEAD: u32 = 64 << 10;
/// How long the message of an answer may be; it has seven bytes, but for fields that we do not know.
const MAX_MESSAGE: usize = 64 << 10;

/// Who is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) host: &'a HeaderValue,
    pub(super) is_tls: bool,
}

/// Sends `get` to `place` over `stream`, which is not used again; whether the answer is what is expected.
pub(super) async fn get<S>(stream: S, get: &Get, place: Place<'_>) -> Result<(), Fault>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut head = head(Method::GET, get.target.clone(), place)?;
    let accept = HeaderValue::from_static("*/*");
    head.headers_mut().insert(ACCEPT, accept);
    exchange(stream, async |sender| {
        let (status, _, mut body) = answer(sender, head, Bytes::new()).await?;
        if !get.expects(status) {
            return Err(Fault::Status(status));
        }
        let Some(text) = &get.body else {
            return Ok(());
        };
        let mut needle = Needle::new(text.clone());
        while let Some(data) = next_data(&mut body).await? {
            if !needle.wants_more_after(&data) {
                break;
            }
        }
        needle.is_found().then_some(()).ok_or(Fault::Body)
    })
    .await
}

/// Calls `grpc.health.v1.Health/Check` at `place` with `message` over `stream`, which is not used again.
pub(super) async fn call<S>(stream: S, message: Bytes, place: Place<'_>) -> Result<(), Fault>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut head = head(Method::POST, PathAndQuery::from_static(grpc::PATH), place)?;
    let grpc = HeaderValue::from_static("application/grpc");
    head.headers_mut().insert(CONTENT_TYPE, grpc);
    let trailers = HeaderValue::from_static("trailers");
    head.headers_mut().insert(TE, trailers);
    exchange(stream, async |sender| {
        let (status, headers, mut body) = answer(sender, head, message).await?;
        if status != StatusCode::OK {
            return Err(Fault::Status(status));
        }
        // An answer of trailers alone has the status in its head.
        if let Some(status) = grpc_status(&headers).filter(|status| *status != 0) {
            return Err(Fault::GrpcStatus(status));
        }
        let mut message = Vec::new();
        while let Some(data) = next_data(&mut body).await? {
            if message.len() + data.len() > MAX_MESSAGE {
                return Err(Fault::Malformed("its message is too long".to_owned()));
            }
            message.extend_from_slice(&data);
        }
        let trailers = body.trailers().await.map_err(|error| broken(&error))?;
        match trailers.as_ref().and_then(grpc_status) {
            Some(0) => grpc::verdict(&message),
            Some(status) => Err(Fault::GrpcStatus(status)),
            None => Err(Fault::Malformed("it ends without a gRPC status".to_owned())),
        }
    })
    .await
}

fn head(method: Method, target: PathAndQuery, place: Place<'_>) -> Result<Request<()>, Fault> {
    let not_a_host = || Fault::Malformed("the host is none".to_owned());
    let authority = Authority::try_from(place.host.as_bytes()).map_err(|_| not_a_host())?;
    let uri = Uri::builder()
        .scheme(if place.is_tls {
            Scheme::HTTPS
        } else {
            Scheme::HTTP
        })
        .authority(authority)
        .path_and_query(target)
        .build();
    let mut head = Request::new(());
    *head.method_mut() = method;
    *head.uri_mut() = uri.map_err(|_| not_a_host())?;
    *head.version_mut() = Version::HTTP_2;
    head.headers_mut().insert(USER_AGENT, question::USER_AGENT);
    Ok(head)
}

/// What comes of `ask` over a connection on `stream`, which is driven meanwhile.
async fn exchange<S>(
    stream: S,
    ask: impl AsyncFnOnce(SendRequest<Bytes>) -> Result<(), Fault>,
) -> Result<(), Fault>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (sender, connection) = Builder::new()
        .enable_push(false)
        .max_header_list_size(MAX_HEAD)
        .handshake(stream)
        .await
        .map_err(|error| broken(&error))?;
    let driver = async {
        // What was received before the end can still be read, so it is not the driver who says how it ended.
        let _ = connection.await;
        pending::<()>().await;
    };
    tokio::select! {
        biased;
        () = driver => Err(Fault::TimedOut),
        verdict = ask(sender) => verdict,
    }
}

/// The head of the answer, and its body.
async fn answer(
    sender: SendRequest<Bytes>,
    head: Request<()>,
    body: Bytes,
) -> Result<(StatusCode, HeaderMap, RecvStream), Fault> {
    let mut sender = sender.ready().await.map_err(|error| broken(&error))?;
    let sent = sender.send_request(head, body.is_empty());
    let (response, mut upload) = sent.map_err(|error| broken(&error))?;
    if !body.is_empty() {
        let sent = upload.send_data(body, true);
        sent.map_err(|error| broken(&error))?;
    }
    let response = response.await.map_err(|error| broken(&error))?;
    let (head, body) = response.into_parts();
    Ok((head.status, head.headers, body))
}

/// The next piece of `body`; `None` at its end.
async fn next_data(body: &mut RecvStream) -> Result<Option<Bytes>, Fault> {
    let Some(data) = body.data().await else {
        return Ok(None);
    };
    let data = data.map_err(|error| broken(&error))?;
    // Not even this much can be in flight without having been granted.
    let _ = body.flow_control().release_capacity(data.len());
    Ok(Some(data))
}

fn broken(error: &Error) -> Fault {
    Fault::Broken(error.to_string())
}
