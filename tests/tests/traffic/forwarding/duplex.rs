//! Bodies flow in both directions at once.

use axum_core::body::Body;
use bytes::Bytes;
use gateway_testkit::body::{channel, collect};
use gateway_testkit::upstream::respond;
use http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::PATIENCE;
use crate::passage::Passage;
use crate::protocol::WAYS;

/// The next data of `body`.
async fn next(body: &mut Incoming) -> Bytes {
    let frame = tokio::time::timeout(PATIENCE, body.frame()).await.unwrap();
    frame.unwrap().unwrap().into_data().unwrap()
}

#[tokio::test]
async fn what_is_sent_first_comes_back_before_the_second_is_sent() {
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, respond::echo()).await;
        let client_side = passage.client(client).await;
        let (mut sender, body) = channel();
        let opening = client_side.open(Request::post("/").body(body).unwrap());
        let (response, sent) = tokio::join!(opening, sender.send_data("first".into()));
        sent.unwrap();
        let mut echo = response.unwrap().into_body();
        assert_eq!(next(&mut echo).await, "first", "{client:?} {upstream:?}");
        sender.send_data("second".into()).await.unwrap();
        assert_eq!(next(&mut echo).await, "second");
        drop(sender);
        assert_eq!(collect(echo).await.unwrap().data, "");
    }
}

#[tokio::test]
async fn a_large_body_goes_there_and_back_byte_for_byte() {
    let large: Bytes = (0..1_u32 << 18).flat_map(u32::to_le_bytes).collect();
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, respond::echo()).await;
        let request = Request::post("/").body(Body::from(large.clone())).unwrap();
        let answer = passage.client(client).await.send(request).await.unwrap();
        assert!(
            answer.body == large,
            "{client:?} {upstream:?}: {} bytes",
            answer.body.len()
        );
    }
}
