//! What becomes of requests whose clients leave, where the route says.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum_core::body::Body;
use gateway_testkit::upstream::respond;
use gateway_testkit::{body, wait_until};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use portcullis::server::DrainTimes;
use tokio::sync::Notify;

use crate::PATIENCE;
use crate::passage::{ALL, Passage};
use crate::protocol::{Protocol, WAYS};

/// More than the buffers on the way hold: it can only be sent if somebody reads it.
const LARGE: usize = 16 * 1024 * 1024;

/// Work of an upstream: it reads the request, begins, waits until it may go on, and answers.
#[derive(Clone, Default)]
struct Work {
    may_go_on: Arc<Notify>,
    has_begun: Arc<AtomicBool>,
    is_done: Arc<AtomicBool>,
    /// Done or dropped.
    has_ended: Arc<AtomicBool>,
}

struct EndsOnDrop(Work);

impl Drop for EndsOnDrop {
    fn drop(&mut self) {
        self.0.has_ended.store(true, Ordering::Relaxed);
    }
}

impl Work {
    /// Answers with a large body, after the wait where `waits`, else in the midst of it.
    async fn answer(self, request: Request<Body>, waits: bool) -> Response<Body> {
        let guard = EndsOnDrop(self.clone());
        let _ = request.into_body().collect().await;
        self.has_begun.store(true, Ordering::Relaxed);
        if waits {
            self.may_go_on.notified().await;
        }
        let (mut sender, body) = body::channel();
        tokio::spawn(async move {
            let guard = guard;
            let work = &guard.0;
            if sender.send_data("first".into()).await.is_err() {
                return;
            }
            if !waits {
                work.may_go_on.notified().await;
            }
            for _ in 0..LARGE / 65536 {
                if sender.send_data(vec![0; 65536].into()).await.is_err() {
                    return;
                }
            }
            work.is_done.store(true, Ordering::Relaxed);
        });
        Response::new(body)
    }

    async fn begins(&self) {
        let begun = async || self.has_begun.load(Ordering::Relaxed);
        wait_until(PATIENCE, begun).await.unwrap();
    }

    /// How it ends once it may go on: whether all was done.
    async fn goes_on(&self) -> bool {
        self.may_go_on.notify_one();
        self.ends().await
    }

    async fn ends(&self) -> bool {
        let ended = async || self.has_ended.load(Ordering::Relaxed);
        wait_until(PATIENCE, ended).await.unwrap();
        self.is_done.load(Ordering::Relaxed)
    }
}

async fn passage(protocol: Protocol, work: &Work, waits: bool, wish: &str) -> Passage {
    let work = work.clone();
    let respond = move |request: Request<Body>| work.clone().answer(request, waits);
    let rest = format!("{ALL}when-client-leaves = \"{wish}\"\n");
    Passage::with(protocol, respond, &rest).await
}

fn post() -> Request<Body> {
    Request::post("/").body("all of it".into()).unwrap()
}

#[tokio::test]
async fn who_leaves_before_the_answer_has_it_finished_or_cancelled() {
    for (client, upstream) in WAYS {
        for finishes in [true, false] {
            let work = Work::default();
            let wish = if finishes { "finish" } else { "cancel" };
            let passage = passage(upstream, &work, true, wish).await;
            let client_side = passage.client(client).await;
            let asking = tokio::spawn(async move { client_side.send(post()).await });
            work.begins().await;
            asking.abort();
            if finishes {
                // Time in which a cancelled one would end.
                tokio::time::sleep(Duration::from_millis(1500)).await;
                assert!(work.goes_on().await, "{client:?} {upstream:?}");
            } else {
                assert!(!work.ends().await, "{client:?} {upstream:?}");
            }
        }
    }
}

#[tokio::test]
async fn who_leaves_within_the_answer_has_it_finished_or_cancelled() {
    for (client, upstream) in WAYS {
        for finishes in [true, false] {
            let work = Work::default();
            let wish = if finishes { "finish" } else { "cancel" };
            let passage = passage(upstream, &work, false, wish).await;
            let client_side = passage.client(client).await;
            let mut response = client_side.open(post()).await.unwrap();
            response.body_mut().frame().await.unwrap().unwrap();
            drop((response, client_side));
            assert_eq!(work.goes_on().await, finishes, "{client:?} {upstream:?}");
        }
    }
}

#[tokio::test]
async fn a_drain_waits_for_what_goes_on_and_no_longer_than_it_may() {
    for (client, upstream) in WAYS {
        for is_in_time in [true, false] {
            let work = Work::default();
            let passage = passage(upstream, &work, true, "finish").await;
            let client_side = passage.client(client).await;
            let asking = tokio::spawn(async move { client_side.send(post()).await });
            work.begins().await;
            asking.abort();
            // Over HTTP/1.1 it takes a moment until the client counts as gone.
            tokio::time::sleep(Duration::from_millis(1500)).await;
            let timeout = if is_in_time { PATIENCE } else { Duration::ZERO };
            let times = DrainTimes {
                keep_accepting: Duration::ZERO,
                timeout,
            };
            let running = passage.gateway.into_running();
            let shutdown = tokio::spawn(running.shutdown_within(times));
            tokio::time::sleep(Duration::from_millis(200)).await;
            assert_eq!(shutdown.is_finished(), !is_in_time);
            if is_in_time {
                work.may_go_on.notify_one();
            }
            shutdown.await.unwrap();
            assert_eq!(work.ends().await, is_in_time, "{client:?} {upstream:?}");
        }
    }
}

#[tokio::test]
async fn what_has_not_all_come_is_cancelled() {
    for (client, upstream) in WAYS {
        let work = Work::default();
        let passage = passage(upstream, &work, true, "finish").await;
        let client_side = passage.client(client).await;
        let (mut sender, body) = body::channel();
        let request = Request::post("/").body(body).unwrap();
        let asking = tokio::spawn(async move { client_side.send(request).await });
        sender.send_data("a part".into()).await.unwrap();
        let upstream_side = &passage.upstream;
        upstream_side.wait_for_requests(1, PATIENCE).await.unwrap();
        asking.abort();
        work.may_go_on.notify_one();
        assert!(!work.ends().await, "{client:?} {upstream:?}");
        drop(sender);
    }
}

#[tokio::test]
async fn who_stays_gets_everything() {
    for (client, upstream) in WAYS {
        let work = Work::default();
        let passage = passage(upstream, &work, true, "finish").await;
        let client_side = passage.client(client).await;
        work.may_go_on.notify_one();
        let answer = client_side.send(post()).await.unwrap();
        assert_eq!(answer.body.len(), LARGE + "first".len());
    }
}

#[tokio::test]
async fn what_is_sent_again_is_finished_too() {
    for (client, upstream) in WAYS {
        let work = Work::default();
        let worker = work.clone();
        let respond = respond::in_turn(vec![
            Box::new(respond::status(StatusCode::SERVICE_UNAVAILABLE)),
            Box::new(move |request: Request<Body>| worker.clone().answer(request, true)),
        ]);
        let rest = format!("{ALL}when-client-leaves = \"finish\"\n");
        let passage = Passage::with(upstream, respond, &rest).await;
        let client_side = passage.client(client).await;
        let put = Request::put("/").body("all of it".into()).unwrap();
        let asking = tokio::spawn(async move { client_side.send(put).await });
        work.begins().await;
        asking.abort();
        // Time in which a cancelled one would end.
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert!(work.goes_on().await, "{client:?} {upstream:?}");
        let requests = passage.upstream.requests();
        assert_eq!(requests.len(), 2, "{client:?} {upstream:?}");
    }
}
