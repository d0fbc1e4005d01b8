//! SIGTERM: not ready but accepting, then no longer accepting but finishing, then the end.

use std::time::{Duration, Instant};

use gateway_testkit::wait_until;

use super::operated::Operated;
use crate::PATIENCE;
use crate::protocol::{PROTOCOLS, Protocol};

#[tokio::test]
async fn first_it_is_not_ready_then_it_accepts_no_more_then_it_ends() {
    let mut operated = Operated::draining("700ms", "20s").await;
    assert_eq!(operated.readiness().await.status, 200);
    let idle = [
        operated.settled_client(Protocol::Http1).await,
        operated.settled_client(Protocol::Http2).await,
    ];
    let mut busy = Vec::new();
    for protocol in PROTOCOLS {
        let client = operated.settled_client(protocol).await;
        busy.push(tokio::spawn(async move {
            let answer = client.get("/held").await;
            (answer, client)
        }));
    }
    operated
        .upstream
        .wait_for_requests(6, PATIENCE)
        .await
        .unwrap();

    let start = Instant::now();
    operated.gateway.process().terminate().unwrap();
    let unready = async || operated.readiness().await.status == 503;
    wait_until(Duration::from_millis(500), unready)
        .await
        .unwrap();
    // Balancers that have not noticed yet are served as before.
    for protocol in PROTOCOLS {
        operated.settled_client(protocol).await;
    }
    assert_eq!(idle[0].get("/").await.unwrap().status, 200);
    assert!(
        start.elapsed() < Duration::from_millis(700),
        "too slow to say: {:?}",
        start.elapsed()
    );

    wait_until(PATIENCE, async || !operated.is_accepting().await)
        .await
        .unwrap();
    assert!(
        start.elapsed() >= Duration::from_millis(700),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(operated.readiness().await.status, 503);
    for client in &idle {
        wait_until(PATIENCE, async || client.is_closed().await)
            .await
            .unwrap();
    }
    // What was under way comes to its end, and its connection with it.
    operated.let_go(2);
    for asked in busy {
        let (answer, client) = asked.await.unwrap();
        assert_eq!(answer.unwrap().text(), "done");
        wait_until(PATIENCE, async || client.is_closed().await)
            .await
            .unwrap();
    }
    assert_eq!(operated.exit_code(PATIENCE).await, Some(0));
}
