//! What is said before the response.

use std::future::poll_fn;

use axum::body::Body;
use gateway_core::contract::Response;
use gateway_core::facts::Interim;
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::BodyExt;

use super::harness::{Client, Outcome, Server};
use crate::server::ConnectionLimits;

#[tokio::test(start_paused = true)]
async fn early_hints_come_before_the_response_and_not_after() -> Outcome {
    let (late, mut later) = tokio::sync::mpsc::unbounded_channel();
    let respond = move |request: Request<Body>| {
        let late = late.clone();
        async move {
            if let Some(interim) = request.extensions().get::<Interim>() {
                let mut fields = HeaderMap::new();
                fields.insert("link", HeaderValue::from_static("</a.css>"));
                interim.early_hints(fields.clone());
                interim.early_hints(fields);
                let _ = late.send(interim.clone());
            }
            Response::default()
        }
    };
    let (_server, io) = Server::start(ConnectionLimits::default(), respond);
    let mut client = Client::start(io).await?;
    let mut response = client.get("/").await?;
    for _ in 0..2 {
        let hint = poll_fn(|cx| response.poll_informational(cx)).await;
        let hint = hint.ok_or("no hint")??;
        assert_eq!(hint.status(), 103);
        assert_eq!(hint.headers()["link"], "</a.css>");
    }
    assert_eq!(response.await?.status(), 200);
    later
        .recv()
        .await
        .ok_or("no fact")?
        .early_hints(HeaderMap::new());
    assert_eq!(client.get("/").await?.await?.status(), 200);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_held_back_is_asked_for() -> Outcome {
    let respond = async |request: Request<Body>| {
        let length = request
            .into_body()
            .collect()
            .await
            .map(|body| body.to_bytes().len());
        Response::new(Body::from(format!("{length:?}")))
    };
    let (_server, io) = Server::start(ConnectionLimits::default(), respond);
    let mut client = Client::start(io).await?;
    let request = Request::post("http://a.example/").header("expect", "100-continue");
    let (mut response, mut body) = client.send(request.body(())?, false).await?;
    let word = poll_fn(|cx| response.poll_informational(cx)).await;
    assert_eq!(word.ok_or("no word")??.status(), 100);
    body.send_data("four".into(), true)?;
    assert_eq!(response.await?.status(), 200);
    Ok(())
}
