//! HTTP/2 in the clear, by prior knowledge.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::{Request, Response, StatusCode};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::upstream::{Asked, Treatment, Upstream};
use super::{BODY, CHECK_PATH, Deed, NONCE};

/// Streams at once on a connection.
const STREAMS: u32 = 1000;
/// How long what was sent may take to arrive.
const ARRIVAL: Duration = Duration::from_millis(50);

/// Serves a connection to its end.
pub(super) async fn serve(stream: TcpStream, upstream: Arc<Upstream>) -> io::Result<()> {
    let mut settings = h2::server::Builder::new();
    settings.max_concurrent_streams(STREAMS);
    let mut connection = settings.handshake(stream).await.map_err(io::Error::other)?;
    let (ending, mut endings) = mpsc::unbounded_channel::<Treatment>();
    loop {
        tokio::select! {
            next = connection.accept() => {
                let Some(next) = next else { return Ok(()) };
                let (request, respond) = next.map_err(io::Error::other)?;
                let (upstream, ending) = (Arc::clone(&upstream), ending.clone());
                tokio::spawn(async move {
                    // How a stream ends is the gateway's affair.
                    if let Ok(treatment) = answer(request, respond, &upstream).await {
                        let _connection_is_gone = ending.send(treatment);
                    }
                });
            }
            Some(treatment) = endings.recv() => {
                if treatment.deed == Deed::Refused {
                    return Ok(());
                }
                if treatment.closes {
                    connection.graceful_shutdown();
                }
            }
        }
    }
}

async fn answer(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    upstream: &Upstream,
) -> io::Result<Treatment> {
    let nonce = request.headers().get(NONCE);
    let asked = Asked {
        is_check: request.uri().path() == CHECK_PATH,
        nonce: nonce.and_then(|nonce| nonce.to_str().ok()?.parse().ok()),
    };
    read(request.into_body()).await.map_err(io::Error::other)?;
    let treatment = upstream.treat(asked).await?;
    send(treatment.deed, &mut respond)
        .await
        .map_err(io::Error::other)?;
    Ok(treatment)
}

async fn read(mut body: RecvStream) -> Result<(), h2::Error> {
    while let Some(data) = body.data().await {
        body.flow_control().release_capacity(data?.len())?;
    }
    Ok(())
}

async fn send(deed: Deed, respond: &mut SendResponse<Bytes>) -> Result<(), h2::Error> {
    let (status, body) = match deed {
        Deed::Refused => return Ok(()),
        Deed::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, b"unavailable".as_slice()),
        Deed::Served | Deed::Checked | Deed::Cut => (StatusCode::OK, BODY),
    };
    let mut head = Response::new(());
    *head.status_mut() = status;
    let length = http::HeaderValue::from(body.len());
    head.headers_mut()
        .insert(http::header::CONTENT_LENGTH, length);
    let mut stream = respond.send_response(head, false)?;
    if deed == Deed::Cut {
        stream.send_data(Bytes::from_static(&BODY[..BODY.len() / 2]), false)?;
        sleep(ARRIVAL).await;
        stream.send_reset(Reason::INTERNAL_ERROR);
        return Ok(());
    }
    stream.send_data(Bytes::from_static(body), true)
}
