//! The task that makes the checks of an upstream.

use std::sync::Arc;

use futures_util::future::abortable;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::pin;

use super::beat::Beat;
use super::check::Check;
use super::upstream_health::UpstreamHealth;
use super::watched::Watched;
use crate::upstream::WeakUpstream;

/// Checks each endpoint of `upstream` again and again, from when it comes to when it goes. All checks run in this task,
/// side by side: one that hangs holds up no other.
pub(super) async fn watch_all(upstream: WeakUpstream, health: Arc<UpstreamHealth>, check: Check) {
    let mut watched = Watched::default();
    let mut beats = FuturesUnordered::new();
    loop {
        // Before the members are read, lest a change in between be missed.
        let changed = health.next_members();
        let Some(members) = upstream.upgrade().map(|upstream| upstream.endpoints()) else {
            return;
        };
        watched.forget_all_but(&members);
        let new: Vec<_> = members
            .into_iter()
            .filter(|member| !watched.contains(member))
            .collect();
        let count = new.len();
        for (index, endpoint) in new.into_iter().enumerate() {
            let beat = Beat {
                upstream: upstream.clone(),
                health: &health,
                check: &check,
                endpoint: Arc::clone(&endpoint),
            };
            let (beat, handle) = abortable(beat.run(check.rhythm.first(index, count)));
            watched.add(&endpoint, handle);
            beats.push(beat);
        }
        pin!(changed);
        loop {
            tokio::select! {
                () = &mut changed => break,
                // One ends only when its endpoint has gone.
                Some(_) = beats.next(), if !beats.is_empty() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::super::standing::Standing;
    use crate::config::{EndpointConfig, HealthCheckConfig, UpstreamConfig};
    use crate::upstream::Upstream;

    use super::*;

    /// An endpoint that answers each connection once, after `delay`; and how many came.
    async fn endpoint(delay: Duration) -> (EndpointConfig, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let count = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&count);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 1024]).await;
                    tokio::time::sleep(delay).await;
                    let _ = stream
                        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                        .await;
                });
            }
        });
        let url: crate::config::EndpointUrl = url.parse().unwrap();
        (url.into(), count)
    }

    async fn eventually(condition: impl Fn() -> bool) {
        for _ in 0..500 {
            if condition() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it did not come to pass");
    }

    #[tokio::test]
    async fn those_that_come_wait_for_their_check_and_those_that_go_are_left_in_peace() {
        let (first, first_checks) = endpoint(Duration::ZERO).await;
        let (second, second_checks) = endpoint(Duration::from_millis(300)).await;
        let mut config = UpstreamConfig::new([first.url.clone()]);
        let check = HealthCheckConfig {
            interval: gateway_core::config::Duration::from_millis(100).into(),
            ..HealthCheckConfig::http("/")
        };
        config.health_check = Some(check.into());
        let upstream = Upstream::build("test", &config).unwrap();
        assert_eq!(upstream.available_endpoints(), 1, "it joins nobody");
        upstream.start();
        eventually(|| first_checks.load(Ordering::SeqCst) >= 2).await;

        upstream.set_endpoints([&first, &second]);
        let joined = Arc::clone(&upstream.endpoints()[1]);
        assert_eq!(joined.health().standing(), Standing::Waiting);
        eventually(|| upstream.available_endpoints() == 2).await;
        assert_eq!(joined.health().standing(), Standing::Available);

        upstream.set_endpoints([&second]);
        let last = first_checks.load(Ordering::SeqCst) + 1;
        let checks = second_checks.load(Ordering::SeqCst);
        eventually(|| second_checks.load(Ordering::SeqCst) >= checks + 3).await;
        assert!(first_checks.load(Ordering::SeqCst) <= last);
        assert!(Arc::ptr_eq(&joined, &upstream.endpoints()[0]));
    }
}
