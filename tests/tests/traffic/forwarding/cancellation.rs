//! A client that leaves takes its request with it.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum_core::body::Body;
use gateway_testkit::{body, wait_until};
use http::{Request, Response};
use http_body_util::BodyExt;

use crate::PATIENCE;
use crate::passage::Passage;
use crate::protocol::WAYS;

/// Notes when it is dropped.
#[derive(Clone, Default)]
struct Ended(Arc<AtomicBool>);

struct EndsOnDrop(Ended);

impl Drop for EndsOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

impl Ended {
    /// Whether it ends before long.
    async fn comes_true(&self) -> bool {
        let ended = wait_until(PATIENCE, async || self.0.load(Ordering::Relaxed));
        ended.await.is_ok()
    }
}

#[tokio::test]
async fn leaving_before_the_answer_cancels_the_request() {
    for (client, upstream) in WAYS {
        let ended = Ended::default();
        let noted = ended.clone();
        let never = move |_: Request<Body>| {
            let guard = EndsOnDrop(noted.clone());
            async move {
                let _guard = guard;
                pending().await
            }
        };
        let passage = Passage::to(upstream, never).await;
        let client_side = passage.client(client).await;
        let asking = tokio::spawn(async move { client_side.get("/").await });
        passage
            .upstream
            .wait_for_requests(1, PATIENCE)
            .await
            .unwrap();
        assert!(!ended.0.load(Ordering::Relaxed));
        asking.abort();
        assert!(ended.comes_true().await, "{client:?} {upstream:?}");
    }
}

#[tokio::test]
async fn leaving_within_the_answer_cancels_it() {
    for (client, upstream) in WAYS {
        let ended = Ended::default();
        let noted = ended.clone();
        let endless = move |_: Request<Body>| {
            let guard = EndsOnDrop(noted.clone());
            async move {
                let (mut sender, body) = body::channel();
                tokio::spawn(async move {
                    let _guard = guard;
                    while sender.send_data("more".into()).await.is_ok() {
                        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                    }
                });
                Response::new(body)
            }
        };
        let passage = Passage::to(upstream, endless).await;
        let client_side = passage.client(client).await;
        let request = Request::get("/").body(Body::empty()).unwrap();
        let mut response = client_side.open(request).await.unwrap();
        response.body_mut().frame().await.unwrap().unwrap();
        assert!(!ended.0.load(Ordering::Relaxed));
        drop((response, client_side));
        assert!(ended.comes_true().await, "{client:?} {upstream:?}");
    }
}
