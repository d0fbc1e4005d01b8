//! One request by the byte, whatever the protocol.

use std::net::SocketAddr;

use gateway_testkit::raw::{RawConnection, RawHead};
use gateway_testkit::raw_http2::{Frame, RawHttp2};
use http::Method;

use super::stream;
use crate::protocol::Protocol;

/// What a client got.
#[derive(Debug)]
pub(crate) struct Told {
    /// The statuses of the interim responses.
    pub(crate) interim: Vec<u16>,
    /// The status of the response; 0 if none came.
    pub(crate) status: u16,
    /// The body, as far as it came; nothing where it came over HTTP/1.1 and broke off.
    pub(crate) body: String,
    /// Whether it came to its end as a whole.
    pub(crate) is_whole: bool,
}

/// Sends a request to the host `a` over a connection of its own. Windows are not waited for: over HTTP/2 `body` is
/// shorter than 64 KiB.
pub(crate) async fn ask(
    protocol: Protocol,
    address: SocketAddr,
    method: &str,
    path: &str,
    fields: &[(&str, &str)],
    body: &str,
) -> Told {
    match protocol {
        Protocol::Http1 => {
            let length = match body.len() {
                0 => String::new(),
                length => format!("content-length: {length}\r\n"),
            };
            let fields: String = fields
                .iter()
                .map(|(n, v)| format!("{n}: {v}\r\n"))
                .collect();
            let head = format!("{method} {path} HTTP/1.1\r\nHost: a\r\n{fields}{length}\r\n");
            let mut client = RawConnection::connect(address).await.unwrap();
            client.send([&head, body].concat()).await.unwrap();
            http1(&mut client, &Method::try_from(method).unwrap()).await
        }
        Protocol::Http2 => {
            let mut client = RawHttp2::connect(address).await.unwrap();
            let head = Frame::headers(1, stream::block(method, path, fields));
            let mut frames = vec![head];
            // As large as a frame may be.
            let parts = body.as_bytes().chunks(16 << 10);
            frames.extend(parts.map(|part| Frame::data(1, part.to_vec())));
            if let Some(last) = frames.pop() {
                frames.push(last.ending());
            }
            client.send(frames).await.unwrap();
            http2(&mut client, 1).await
        }
    }
}

/// Gets `/`.
pub(crate) async fn get(protocol: Protocol, address: SocketAddr) -> Told {
    ask(protocol, address, "GET", "/", &[], "").await
}

async fn http1(client: &mut RawConnection, method: &Method) -> Told {
    let mut interim = Vec::new();
    loop {
        match client.read_response_to(method).await {
            Ok(response) => {
                let status = response.status().unwrap().as_u16();
                if status < 200 {
                    interim.push(status);
                    continue;
                }
                let body = response.text();
                return Told {
                    interim,
                    status,
                    body,
                    is_whole: true,
                };
            }
            Err(error) => {
                assert_ne!(error.kind(), std::io::ErrorKind::TimedOut, "no answer");
                let status = last_status(&client.received());
                return Told {
                    interim,
                    status,
                    body: String::new(),
                    is_whole: false,
                };
            }
        }
    }
}

/// The status of the first head that is no interim one.
fn last_status(mut received: &[u8]) -> u16 {
    while let Some((head, length)) = RawHead::parse(received) {
        match head.status().map(|status| status.as_u16()) {
            Some(status) if status < 200 => received = &received[length..],
            status => return status.unwrap_or(0),
        }
    }
    0
}

/// The response on `id`.
pub(crate) async fn http2(client: &mut RawHttp2, id: u32) -> Told {
    let seen = stream::read(client, id).await;

    let (interim, last): (Vec<u16>, Vec<u16>) = seen.statuses.iter().partition(|s| **s < 200);
    Told {
        interim,
        status: last.first().copied().unwrap_or(0),
        body: String::from_utf8(seen.body).unwrap(),
        is_whole: seen.is_whole,
    }
}
