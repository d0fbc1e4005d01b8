//! Clients that never stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gateway_testkit::HttpClient;
use tokio::task::JoinHandle;

/// The time between two requests of a client.
const PAUSE: Duration = Duration::from_millis(5);

/// Clients that ask a gateway for something all the time.
pub(crate) struct Traffic {
    is_over: Arc<AtomicBool>,
    clients: Vec<JoinHandle<(usize, Vec<String>)>>,
}

impl Traffic {
    /// Begins to ask the gateway at `address`.
    pub(crate) fn start(address: SocketAddr) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let client = |_| tokio::spawn(ask(address, Arc::clone(&is_over)));
        Self {
            clients: (0..4).map(client).collect(),
            is_over,
        }
    }

    /// Ends, and checks that every request was answered as it should be, at least so many of them.
    pub(crate) async fn end(self, least: usize) {
        self.is_over.store(true, Ordering::Relaxed);
        let (mut answered, mut wrong) = (0, Vec::new());
        for client in self.clients {
            let (good, bad) = client.await.unwrap();
            answered += good;
            wrong.extend(bad);
        }
        let first: Vec<_> = wrong.iter().take(5).collect();
        assert!(
            wrong.is_empty(),
            "{} of {answered} went wrong: {first:?}",
            wrong.len()
        );
        assert!(answered >= least, "{answered}");
    }
}

async fn ask(address: SocketAddr, is_over: Arc<AtomicBool>) -> (usize, Vec<String>) {
    let client = HttpClient::http1(address).await.unwrap();
    let (mut answered, mut wrong) = (0, Vec::new());
    while !is_over.load(Ordering::Relaxed) {
        match client.get("/").await {
            Ok(answer) if answer.status == 200 => answered += 1,
            Ok(answer) => wrong.push(format!("{} {}", answer.status, answer.text())),
            Err(error) => {
                wrong.push(error.to_string());
                break;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    (answered, wrong)
}
