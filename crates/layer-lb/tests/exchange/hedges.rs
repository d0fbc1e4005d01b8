//! Requests that are sent to a second endpoint while the first has not answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use gateway_core::config::Percent;
use gateway_core::facts::{AttemptEnding, Attempts};
use layer_lb::{HedgeConfig, RetryBudgetConfig, Upstream};
use tokio::io::AsyncWriteExt;

use crate::retries::proxy;
use crate::support::{Endpoint, Proxy, eventually, read_head, request, retrying, send};

/// Two endpoints that answer at once, until the first is told to fall silent.
struct Pair {
    _endpoints: [Endpoint; 2],
    is_silent: Arc<AtomicBool>,
    requests: Arc<AtomicUsize>,
    proxy: Proxy,
    upstream: Upstream,
}

async fn pair(budget: RetryBudgetConfig) -> Pair {
    let (is_silent, requests) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let endpoint = |is_first| {
        let (is_silent, requests) = (Arc::clone(&is_silent), Arc::clone(&requests));
        Endpoint::raw(move |_, mut stream| {
            let (is_silent, requests) = (Arc::clone(&is_silent), Arc::clone(&requests));
            async move {
                while read_head(&mut stream).await.is_some() {
                    requests.fetch_add(1, Ordering::SeqCst);
                    if is_first && is_silent.load(Ordering::SeqCst) {
                        // Until the other side gives up.
                        while read_head(&mut stream).await.is_some() {}
                        return;
                    }
                    let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                    if stream.write_all(ok).await.is_err() {
                        return;
                    }
                }
            }
        })
    };
    let endpoints = [endpoint(true).await, endpoint(false).await];
    let mut config = retrying(&[endpoints[0].address, endpoints[1].address]);
    config.hedge = Some(HedgeConfig {
        at: Percent::new(90.0).into(),
        at_least: gateway_core::config::Duration::from_millis(200),
    });
    config.retry_budget = budget;
    let (proxy, upstream) = proxy(&config);
    let pair = Pair {
        _endpoints: endpoints,
        is_silent,
        requests,
        proxy,
        upstream,
    };
    // What is slow is known after a hundred requests, and looked up ten times a second.
    for _ in 0..110 {
        assert_eq!(
            pair.ask("GET", Body::empty()).await.status(),
            StatusCode::OK
        );
    }
    tokio::time::sleep(Duration::from_millis(150)).await;
    pair.ask("GET", Body::empty()).await;
    pair.is_silent.store(true, Ordering::SeqCst);
    pair
}

impl Pair {
    async fn ask(&self, method: &str, body: Body) -> Response<Body> {
        send(&self.proxy, request(method, body)).await
    }

    /// Asks until the endpoint that has fallen silent is asked; gives up after some time.
    async fn ask_until_silence(&self, method: &str, body: &'static str) {
        for _ in 0..100 {
            let waiting = self.ask(method, Body::from(body));
            if tokio::time::timeout(Duration::from_millis(600), waiting)
                .await
                .is_err()
            {
                return;
            }
        }
        panic!("nobody is silent");
    }

    fn counters(&self) -> (u64, u64) {
        let counters = self.upstream.counters();
        (counters.hedges.get(), counters.hedges_won.get())
    }
}

#[tokio::test]
async fn the_first_good_answer_counts_and_the_other_try_is_cancelled() {
    let pair = pair(RetryBudgetConfig::default()).await;
    let before = pair.requests.load(Ordering::SeqCst);
    let hedged = loop {
        let response = pair.ask("GET", Body::empty()).await;
        assert_eq!(response.status(), StatusCode::OK);
        if let Some(attempts) = response.extensions().get::<Attempts>() {
            break attempts.clone();
        }
    };
    assert!(hedged.is_hedged());
    let endings: Vec<_> = hedged.iter().map(|attempt| attempt.ending).collect();
    let answered = AttemptEnding::Answered(StatusCode::OK);
    assert_eq!(endings, [AttemptEnding::Cancelled, answered]);
    assert_eq!(pair.counters(), (1, 1));
    assert!(pair.requests.load(Ordering::SeqCst) >= before + 2);
    eventually(|| pair.upstream.in_flight() == 0).await;
}

#[tokio::test]
async fn what_must_not_be_handled_twice_or_has_content_is_sent_once() {
    for (method, body) in [("POST", ""), ("PUT", "content")] {
        let pair = pair(RetryBudgetConfig::default()).await;
        pair.ask_until_silence(method, body).await;
        assert_eq!(pair.counters(), (0, 0), "{method}");
    }
}

#[tokio::test]
async fn no_more_than_the_budget_allows() {
    let none = RetryBudgetConfig {
        share: Percent::new(0.0),
        per_second: 0.into(),
    };
    let pair = pair(none).await;
    pair.ask_until_silence("GET", "").await;
    assert_eq!(pair.counters(), (0, 0));
    assert_eq!(pair.upstream.counters().retry_budget_exhausted.get(), 1);
}
