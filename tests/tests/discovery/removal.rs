//! Endpoints that are removed while requests are in flight there.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gateway_testkit::upstream::RawUpstream;
use gateway_testkit::{http_client, wait_until};
use tokio::sync::Semaphore;

use crate::PATIENCE;
use crate::site::{Site, any_upstream};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_finishes_and_idle_connections_close() {
    let (release, closed) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let script = {
        let (release, closed) = (Arc::clone(&release), Arc::clone(&closed));
        move |mut connection: gateway_testkit::raw::RawConnection| {
            let (release, closed) = (Arc::clone(&release), Arc::clone(&closed));
            async move {
                connection.set_deadline(3 * PATIENCE);
                while let Ok(head) = connection.read_head().await {
                    if head.start_line.contains("/slow") {
                        let released = release.acquire().await.map_err(std::io::Error::other)?;
                        released.forget();
                    }
                    let response = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold";
                    connection.send(response).await?;
                }
                closed.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
        }
    };
    let old = RawUpstream::start(script).await.unwrap();
    let new = any_upstream("new").await;
    let site = Site::start("{ file = \"endpoints.toml\" }").await;
    let file = site.directory().join("endpoints.toml");
    let listing = |address| format!("endpoints = [\"http://{address}\"]\n");
    fs::write(&file, listing(old.address())).unwrap();
    let slow = format!("http://{}/slow", site.address());
    wait_until(PATIENCE, async || site.get("/fast").await.status != 503)
        .await
        .unwrap();
    let slow = tokio::spawn(async move { http_client::get(&slow).await });
    let is_at_work = async || {
        let received = old.received();
        received
            .iter()
            .any(|bytes| String::from_utf8_lossy(bytes).contains("GET /slow"))
    };
    wait_until(PATIENCE, is_at_work).await.unwrap();
    // This one needs another connection, which is idle then.
    assert_eq!(site.get("/fast").await.text(), "old");
    assert_eq!((old.connections(), closed.load(Ordering::Relaxed)), (2, 0));

    fs::write(&file, listing(new.address())).unwrap();
    site.answers_only("new").await;
    let closes = async |number| {
        wait_until(PATIENCE, async || closed.load(Ordering::Relaxed) == number).await
    };
    closes(1).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!slow.is_finished());
    release.add_permits(1);
    assert_eq!(slow.await.unwrap().unwrap().text(), "old");
    closes(2).await.unwrap();
}
