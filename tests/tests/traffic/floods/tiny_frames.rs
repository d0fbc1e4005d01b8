//! What floods look like and is none: many streams of tiny frames whose reader stalls for a second.

use std::time::Duration;

use axum_core::body::Body;
use bytes::Bytes;
use gateway_testkit::body::{BodyScript, collect};
use gateway_testkit::upstream::Upstream;
use h2::RecvStream;
use h2::server::SendResponse;
use http::{Method, Request, Response};
use tokio::task::JoinSet;

use super::besieged::{Besieged, HONEST};
use super::patient::{self, PatientServer};
use crate::protocol::Protocol;

const STREAMS: usize = 64;
/// Frames of each stream, which together fill the connection's window.
const FRAMES: usize = 1000;
const FRAME: &[u8] = b"tiny frame of 16";
const LENGTH: usize = FRAMES * FRAME.len();
/// How long the readers stall.
const STALL: Duration = Duration::from_secs(1);
/// How long all of it may take, on a machine that is busy.
const WITHIN: Duration = Duration::from_secs(60);

/// An upstream of HTTP/1.1 that stalls before an upload, and gives tiny frames for a GET.
async fn http1() -> Upstream {
    Upstream::start(|request: Request<Body>| async move {
        if request.uri().path() == HONEST {
            return Response::new(Body::from("hello"));
        }
        if request.method() == Method::GET {
            let tiny = BodyScript::new().repeat(Bytes::from_static(FRAME), FRAMES as u64);
            return Response::new(tiny.into_body());
        }
        tokio::time::sleep(STALL).await;
        let read = collect(request.into_body()).await.unwrap_or_default();
        Response::new(Body::from(read.data.len().to_string()))
    })
    .await
    .unwrap()
}

/// The same in HTTP/2.
async fn http2(request: Request<RecvStream>, mut respond: SendResponse<Bytes>) {
    let is_honest = request.uri().path() == HONEST;
    let stream = if request.method() == Method::GET {
        respond.send_response(patient::ok(), false).unwrap()
    } else {
        tokio::time::sleep(STALL).await;
        let Ok(length) = patient::read(request.into_body()).await else {
            return;
        };
        let mut stream = respond.send_response(patient::ok(), false).unwrap();
        let length = Bytes::from(length.to_string());
        stream.send_data(length, true).unwrap();
        return;
    };
    let (frame, times) = if is_honest {
        (&b"hello"[..], 1)
    } else {
        (FRAME, FRAMES)
    };
    patient::send(stream, frame, times).await;
}

/// All streams of one client through a gateway before an upstream that speaks `protocol`.
async fn pass(protocol: Protocol, method: Method) {
    let (_http1, _http2, address);
    match protocol {
        Protocol::Http1 => {
            _http1 = http1().await;
            address = _http1.address();
        }
        Protocol::Http2 => {
            _http2 = PatientServer::start(http2).await;
            address = _http2.address;
        }
    }
    let mut besieged = Besieged::before_address(address, protocol).await;
    let mut tasks = JoinSet::new();
    let client = patient::connect(besieged.address(), &mut tasks).await;
    let exchange = async {
        let mut streams = JoinSet::new();
        for _ in 0..STREAMS {
            let client = client.clone();
            let method = method.clone();
            streams.spawn(async move {
                let mut client = client.ready().await?;
                let uploads = method == Method::POST;
                let request = Request::builder().method(method).uri("http://a/tiny");
                let request = request.body(()).unwrap();
                let (response, upload) = client.send_request(request, !uploads)?;
                if uploads {
                    patient::send(upload, FRAME, FRAMES).await;
                }
                let (head, mut body) = response.await?.into_parts();
                assert_eq!(head.status, 200);
                if uploads {
                    let length = body.data().await.unwrap()?;
                    return Ok(String::from_utf8_lossy(&length).parse().unwrap());
                }
                tokio::time::sleep(STALL).await;
                patient::read(body).await
            });
        }
        streams.join_all().await
    };
    let passed = besieged.endures(tokio::time::timeout(WITHIN, exchange));
    for passed in passed.await.unwrap() {
        assert_eq!(
            passed.unwrap_or_else(|error: h2::Error| panic!("{error}")),
            LENGTH
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_to_http1_are_not_cut() {
    pass(Protocol::Http1, Method::POST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_to_http2_are_not_cut() {
    pass(Protocol::Http2, Method::POST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn downloads_from_http1_are_not_cut() {
    pass(Protocol::Http1, Method::GET).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn downloads_from_http2_are_not_cut() {
    pass(Protocol::Http2, Method::GET).await;
}
