//! What a bridge between HTTP/1.1 and HTTP/2 is made of.

use std::io;

use bytes::{Bytes, BytesMut};
use gateway_testkit::raw::RawHead;
use h2::{RecvStream, SendStream};
use http::request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The fields of a handshake that concern the WebSocket alone.
const END_TO_END: [&str; 4] = [
    "sec-websocket-version",
    "sec-websocket-protocol",
    "sec-websocket-extensions",
    "x-sent",
];

/// Reads a head, and what came behind it.
pub(super) async fn read_head(stream: &mut TcpStream) -> io::Result<(RawHead, Bytes)> {
    let mut read = BytesMut::new();
    loop {
        if let Some((head, length)) = RawHead::parse(&read) {
            return Ok((head, read.split_off(length).freeze()));
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// The fields of `head` that pass from one side of a bridge to the other.
pub(super) fn passing(head: &RawHead) -> impl Iterator<Item = (&str, &str)> {
    END_TO_END
        .into_iter()
        .flat_map(move |name| head.values(name).map(move |value| (name, value)))
}

/// Adds `fields` to a request.
pub(super) fn with_fields<'a>(
    request: request::Builder,
    fields: impl Iterator<Item = (&'a str, &'a str)>,
) -> request::Builder {
    fields.fold(request, |request, (name, value)| {
        request.header(name, value)
    })
}

/// Passes bytes both ways until both have ended, or one breaks.
pub(super) async fn join(
    tcp: TcpStream,
    early: Bytes,
    mut sending: SendStream<Bytes>,
    mut receiving: RecvStream,
) -> io::Result<()> {
    let (mut reader, mut writer) = tcp.into_split();
    let up = async {
        send(&mut sending, early).await?;
        loop {
            let mut bytes = BytesMut::with_capacity(16 * 1024);
            if reader.read_buf(&mut bytes).await? == 0 {
                return sending.send_data(Bytes::new(), true).map_err(broken);
            }
            send(&mut sending, bytes.freeze()).await?;
        }
    };
    let down = async {
        while let Some(bytes) = receiving.data().await {
            let bytes = bytes.map_err(broken)?;
            writer.write_all(&bytes).await?;
            let flow = receiving.flow_control();
            flow.release_capacity(bytes.len()).map_err(broken)?;
        }
        writer.shutdown().await
    };
    tokio::try_join!(up, down).map(|_| ())
}

async fn send(sending: &mut SendStream<Bytes>, mut bytes: Bytes) -> io::Result<()> {
    while !bytes.is_empty() {
        sending.reserve_capacity(bytes.len());
        let capacity = std::future::poll_fn(|cx| sending.poll_capacity(cx)).await;
        let capacity = capacity.ok_or(io::ErrorKind::BrokenPipe)?.map_err(broken)?;
        let part = bytes.split_to(capacity.min(bytes.len()));
        sending.send_data(part, false).map_err(broken)?;
    }
    Ok(())
}

pub(super) fn broken(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::other(error)
}
