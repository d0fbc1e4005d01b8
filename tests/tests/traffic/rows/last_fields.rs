//! Trailers on all ways: what was declared, and nothing that belongs into a head.

use axum_core::body::Body;
use gateway_testkit::body::BodyScript;
use gateway_testkit::raw_http2::{Frame, RawHttp2, hpack};
use gateway_testkit::upstream::{RecordedRequest, respond};
use http::{Request, Response};

use super::stream;
use crate::passage::Passage;
use crate::protocol::{PROTOCOLS, Protocol, WAYS};

/// Declared by the client, and never passed but for the first.
const DECLARED: &str =
    "x-sum, host, content-length, authorization, cookie, x-forwarded-for, x-api-key, te";
const TRAILERS: [(&str, &str); 9] = [
    ("x-sum", "2"),
    ("x-undeclared", "1"),
    ("host", "evil"),
    ("content-length", "5"),
    ("authorization", "Basic eDp5"),
    ("cookie", "a=1"),
    ("x-forwarded-for", "192.0.2.1"),
    ("content-type", "text/html"),
    ("transfer_encoding", "chunked"),
];

/// Sends a request whose body ends with [`TRAILERS`].
async fn upload(passage: &Passage, protocol: Protocol) -> RecordedRequest {
    match protocol {
        Protocol::Http1 => {
            let mut client = passage.raw().await;
            let head = format!(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: {DECLARED}\r\n\r\n"
            );
            let trailers = TRAILERS.map(|(name, value)| format!("{name}: {value}\r\n"));
            let body = format!("2\r\nhi\r\n0\r\n{}\r\n", trailers.concat());
            client.send(head + &body).await.unwrap();
            assert_eq!(client.read_response().await.unwrap().text(), "done");
        }
        Protocol::Http2 => {
            let mut client = RawHttp2::connect(passage.address()).await.unwrap();
            let head = stream::block("POST", "/", &[("trailer", DECLARED)]);
            let trailers = TRAILERS.map(|(name, value)| hpack::literal(name, value));
            client
                .send([
                    Frame::headers(1, head),
                    Frame::data(1, "hi"),
                    Frame::headers(1, trailers.concat()).ending(),
                ])
                .await
                .unwrap();
            assert_eq!(stream::read(&mut client, 1).await.body, b"done");
        }
    }
    passage.seen()
}

#[tokio::test]
async fn a_requests_trailers_are_declared_and_harmless() {
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, respond::text("done")).await;
        let seen = upload(&passage, client).await;
        assert_eq!(seen.body, "hi");
        let trailers = seen.trailers.unwrap();
        let names: Vec<_> = trailers.keys().collect();
        assert_eq!(names, ["x-sum"], "{client:?} {upstream:?}");
        assert!(
            !seen.headers.contains_key("x-sum"),
            "a trailer is no field of the head"
        );
    }
}

#[tokio::test]
async fn a_responses_trailers_are_declared_and_harmless() {
    let ending = |_: Request<Body>| async {
        let mut body = BodyScript::new().data("ab");
        for (name, value) in TRAILERS {
            body = body.trailer(name, value);
        }
        let mut response = Response::new(body.trailer("set-cookie", "a=1").into_body());
        let declared = format!("{DECLARED}, set-cookie").parse().unwrap();
        response.headers_mut().insert("trailer", declared);
        response
    };
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, ending).await;
        let request = Request::get("/")
            .header("te", "trailers")
            .body(Body::empty())
            .unwrap();
        let answer = passage.client(client).await.send(request).await.unwrap();
        assert_eq!(answer.text(), "ab");
        let trailers = answer.trailers.unwrap();
        let names: Vec<_> = trailers.keys().collect();
        assert_eq!(names, ["x-sum"], "{client:?} {upstream:?}");
    }
}

/// gRPC declares nothing, and its status is in the trailers.
#[tokio::test]
async fn those_of_grpc_pass_undeclared() {
    let call = |_: Request<Body>| async {
        let body = BodyScript::new().data("ab").trailer("grpc-status", "0");
        let body = body
            .trailer("x-meta", "1")
            .trailer("host", "evil")
            .trailer("authorization", "x");
        let mut response = Response::new(body.into_body());
        response
            .headers_mut()
            .insert("content-type", "application/grpc".parse().unwrap());
        response
    };
    let passage = Passage::to(Protocol::Http2, call).await;
    for protocol in PROTOCOLS {
        let request = Request::post("/s/m")
            .header("te", "trailers")
            .header("content-type", "application/grpc");
        let request = request.body(Body::empty()).unwrap();
        let answer = passage.client(protocol).await.send(request).await.unwrap();
        let trailers = answer.trailers.unwrap_or_default();
        let names: Vec<_> = trailers.keys().collect();
        if protocol == Protocol::Http2 {
            assert_eq!(names, ["grpc-status", "x-meta"]);
        }
        assert!(!trailers.contains_key("host") && !trailers.contains_key("authorization"));
    }
}
