//! A reader that stalls makes the writer stall: what is under way between them is bounded.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum_core::body::Body;
use bytes::Bytes;
use gateway_testkit::body::BodyScript;
use http::{Request, Response};
use http_body_util::BodyExt;

use crate::PATIENCE;
use crate::passage::Passage;
use crate::protocol::WAYS;

const CHUNK: usize = 64 << 10;
/// All of the body, a gigabyte.
const CHUNKS: u64 = 1 << 14;
/// What the sockets' buffers and the windows of HTTP/2 hold on their way, and some more.
const UNDER_WAY: u64 = 96 << 20;

/// How much was taken of a body.
#[derive(Clone, Default)]
struct Taken(Arc<AtomicU64>);

impl Taken {
    /// A body of a gigabyte that counts what is taken of it.
    fn body(&self) -> Body {
        let taken = self.clone();
        let body = BodyScript::new()
            .repeat(Bytes::from(vec![b'x'; CHUNK]), CHUNKS)
            .into_body();
        Body::new(body.map_frame(move |frame| {
            taken.0.fetch_add(CHUNK as u64, Ordering::Relaxed);
            frame
        }))
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits until nothing has been taken for a while; returns how much it was by then.
    async fn settles(&self) -> u64 {
        let settling = async {
            loop {
                let before = self.now();
                tokio::time::sleep(Duration::from_millis(150)).await;
                if before > 0 && before == self.now() {
                    return before;
                }
            }
        };
        tokio::time::timeout(PATIENCE, settling).await.unwrap()
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_stops_the_upstream() {
    for (client, upstream) in WAYS {
        let taken = Taken::default();
        let source = taken.clone();
        let endless = move |_: Request<Body>| {
            let body = source.body();
            async move { Response::new(body) }
        };
        let passage = Passage::to(upstream, endless).await;
        let client_side = passage.client(client).await;
        let request = Request::get("/").body(Body::empty()).unwrap();
        let mut response = client_side.open(request).await.unwrap();
        let stalled = taken.settles().await;
        assert!(stalled < UNDER_WAY, "{client:?} {upstream:?}: {stalled}");
        // Once the client reads on, the upstream writes on.
        let mut read = 0;
        while read <= stalled {
            let frame = response.body_mut().frame().await.unwrap().unwrap();
            read += frame.into_data().unwrap().len() as u64;
        }
        assert!(taken.now() > stalled);
    }
}

#[tokio::test]
async fn an_upstream_that_does_not_read_stops_the_client() {
    for (client, upstream) in WAYS {
        let deaf = |request: Request<Body>| async move {
            let _unread = request;
            pending::<Response<Body>>().await
        };
        let passage = Passage::to(upstream, deaf).await;
        let client_side = passage.client(client).await;
        let taken = Taken::default();
        let request = Request::post("/").body(taken.body()).unwrap();
        let asking = tokio::spawn(async move { client_side.open(request).await });
        let stalled = taken.settles().await;
        assert!(stalled < UNDER_WAY, "{client:?} {upstream:?}: {stalled}");
        asking.abort();
    }
}
