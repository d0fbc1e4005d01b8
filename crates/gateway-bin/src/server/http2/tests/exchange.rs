//! Requests and their responses.

use std::future::poll_fn;
use std::io;

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::Response;
use h2::Reason;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::channel::Channel;
use http_body_util::{BodyExt, StreamBody};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use super::harness::{Client, GET, Outcome, Server, frame, frames, raw, read};
use crate::server::{ConnectionLimits, Phase};

async fn echo(request: Request<Body>) -> Response {
    Response::new(request.into_body())
}

#[tokio::test(start_paused = true)]
async fn bodies_and_trailers_pass_both_ways() -> Outcome {
    let (server, io) = Server::start(ConnectionLimits::default(), echo);
    let mut client = Client::start(io).await?;
    let (response, mut body) = client.post("/").await?;
    let mut trailers = HeaderMap::new();
    trailers.insert("checksum", "1".parse()?);
    let last = trailers.clone();
    let sending = tokio::spawn(async move {
        for _ in 0..40 {
            body.reserve_capacity(10_000);
            while body.capacity() < 10_000 {
                poll_fn(|cx| body.poll_capacity(cx))
                    .await
                    .ok_or("closed")??;
            }
            body.send_data(Bytes::from(vec![b'x'; 10_000]), false)?;
        }
        Outcome::Ok(body.send_trailers(last)?)
    });
    let response = response.await?;
    assert!(response.headers().contains_key("date"));
    let mut body = response.into_body();
    let minute = std::time::Duration::from_secs(60);
    let all = tokio::time::timeout(minute, read(&mut body)).await??;
    assert_eq!(all.len(), 400_000);
    assert_eq!(body.trailers().await?, Some(trailers));
    sending.await??;
    assert!(server.ended_nothing());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_body_has_none() -> Outcome {
    let respond = async |request: Request<Body>| {
        let is_empty = http_body::Body::is_end_stream(request.body());
        Response::new(Body::from(format!("{} {is_empty}", request.uri())))
    };
    let (_server, io) = Server::start(ConnectionLimits::default(), respond);
    let mut client = Client::start(io).await?;
    let response = client.get("/a?b").await?.await?;
    assert_eq!(response.headers()["content-length"], "25");
    let mut body = response.into_body();
    assert_eq!(read(&mut body).await?, "http://a.example/a?b true");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_last_frame_ends_the_stream() -> Outcome {
    let respond = async |request: Request<Body>| match *request.method() {
        // Its end is not known with its last chunk, but at the next look.
        Method::GET => {
            let chunks = ["ab", "", "c"]
                .map(|chunk| Ok::<_, io::Error>(http_body::Frame::data(Bytes::from(chunk))));
            let stream = futures_util::stream::iter(chunks);
            Response::new(Body::new(StreamBody::new(stream)))
        }
        _ => Response::default(),
    };
    let (server, io) = Server::start(ConnectionLimits::default(), respond);
    let mut io = raw(io).await?;
    io.write_all(&frame(1, 5, 1, GET)).await?;
    let mut head = GET.to_vec();
    head[0] = 0x83;
    io.write_all(&frame(1, 5, 3, &head)).await?;
    tokio::task::yield_now().await;
    server.drain(Phase::Draining);
    let of_streams: Vec<_> = frames(&mut io)
        .await
        .into_iter()
        .filter(|frame| frame[8] != 0)
        .map(|frame| (frame[8], frame[3], frame[4], frame.len() - 9))
        .filter(|frame| frame.1 != 1 || frame.2 == 5)
        .collect();
    // (stream, kind, flags, length): an answer without a body is one frame, as is the end of the other.
    assert_eq!(
        of_streams
            .iter()
            .filter(|frame| frame.0 == 3 && frame.1 == 1)
            .count(),
        1
    );
    let data: Vec<_> = of_streams.iter().filter(|frame| frame.1 == 0).collect();
    assert_eq!(data, [&(1, 0, 0, 2), &(1, 0, 1, 1)]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_early_answer_stops_the_body() -> Outcome {
    let refuse = async |_: Request<Body>| {
        let mut response = Response::new(Body::from("no"));
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        response
    };
    let (_server, io) = Server::start(ConnectionLimits::default(), refuse);
    let mut client = Client::start(io).await?;
    let (response, mut body) = client.post("/").await?;
    let response = response.await?;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(read(&mut response.into_body()).await?, "no");
    let reason = poll_fn(|cx| body.poll_reset(cx)).await?;
    assert_eq!(reason, Reason::NO_ERROR);
    assert_eq!(
        client.get("/").await?.await?.status(),
        StatusCode::UNAUTHORIZED
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_is_cut_short_looks_so() -> Outcome {
    let respond = async |request: Request<Body>| {
        if request.uri().path() == "/panic" {
            let stream =
                futures_util::stream::poll_fn(|_| -> std::task::Poll<Option<io::Result<Bytes>>> {
                    panic!("in a body")
                });
            return Response::new(Body::from_stream(stream));
        }
        let (mut sender, body) = Channel::<Bytes, io::Error>::new(2);
        let _ = sender.send_data(Bytes::from("part")).await;
        sender.abort(io::Error::other("the upstream is gone"));
        Response::new(Body::new(body))
    };
    let (_server, io) = Server::start(ConnectionLimits::default(), respond);
    let mut client = Client::start(io).await?;
    for path in ["/", "/panic"] {
        let response = client.get(path).await?.await;
        let error = match response {
            Ok(response) => read(&mut response.into_body()).await.err(),
            Err(error) => Some(error),
        };
        let reason = error.ok_or("whole")?.reason();
        assert_eq!(reason, Some(Reason::INTERNAL_ERROR), "{path}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_resets_cancels_the_work() -> Outcome {
    let (ended, mut ends) = mpsc::unbounded_channel::<&'static str>();
    struct Guard(mpsc::UnboundedSender<&'static str>, &'static str);
    impl Drop for Guard {
        fn drop(&mut self) {
            let _ = self.0.send(self.1);
        }
    }
    let respond = move |request: Request<Body>| {
        let ended = ended.clone();
        async move {
            match request.uri().path() {
                "/answer" => {
                    let _guard = Guard(ended, "answer");
                    std::future::pending().await
                }
                "/request" => {
                    tokio::spawn(async move {
                        let _guard = Guard(ended, "request");
                        let failed = request.into_body().collect().await.is_err();
                        assert!(failed, "a cut body looked whole");
                    });
                    std::future::pending().await
                }
                _ => {
                    let guard = Guard(ended, "body");
                    let stream = futures_util::stream::poll_fn(move |_| {
                        let _ = &guard;
                        std::task::Poll::<Option<io::Result<Bytes>>>::Pending
                    });
                    Response::new(Body::from_stream(stream))
                }
            }
        }
    };
    let (server, io) = Server::start(ConnectionLimits::default(), respond);
    let mut client = Client::start(io).await?;
    for path in ["/answer", "/request", "/body"] {
        let (response, mut body) = client.post(path).await?;
        if path == "/body" {
            let _response = response.await?;
            body.send_reset(Reason::CANCEL);
        } else {
            body.send_data(Bytes::from("part"), false)?;
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            body.send_reset(Reason::CANCEL);
        }
        assert_eq!(ends.recv().await, Some(&path[1..]));
    }
    assert!(server.ended_nothing());
    Ok(())
}
