//! Clients that come at a constant rate, whatever becomes of those before them.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::record::{Outcome, Record};
use crate::wire::Wire;

/// How long a client waits for the end of an answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked who is due.
const LOOK: Duration = Duration::from_millis(1);
/// Requests at once.
const MOST: usize = 8000;

/// How many requests come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    /// In a second.
    pub(crate) gets: u32,
    /// In a second, each with a number of its own.
    pub(crate) posts: u32,
}

/// Clients that come at a constant rate, over connections that are kept.
pub(crate) struct Load {
    stop: watch::Sender<bool>,
    task: JoinHandle<Vec<Record>>,
}

impl Load {
    pub(crate) fn start(address: SocketAddr, rate: Rate) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(address, rate, stopped));
        Self { stop, task }
    }

    /// Waits for the answers that are still to come; what all clients saw, in the order in which they were due.
    pub(crate) async fn stop(self) -> io::Result<Vec<Record>> {
        let _it_has_ended = self.stop.send(true);
        let mut records = self.task.await?;
        records.sort_by_key(|record| record.due);
        Ok(records)
    }
}

/// Connections that nobody uses; the one used last is the first to be used again.
type Idle = Arc<Mutex<Vec<Wire>>>;

async fn run(address: SocketAddr, rate: Rate, stopped: watch::Receiver<bool>) -> Vec<Record> {
    let (began, since_1970) = (Instant::now(), now());
    let step = Duration::from_secs(1) / (rate.gets + rate.posts);
    // One in so many is a POST.
    let one_in = u64::from(
        (rate.gets + rate.posts)
            .checked_div(rate.posts)
            .unwrap_or(u32::MAX),
    );
    let (idle, mut clients) = (Idle::default(), JoinSet::new());
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (mut number, mut due, mut records) = (0, Duration::ZERO, Vec::new());
    while !*stopped.borrow() {
        look.tick().await;
        while due <= began.elapsed() {
            assert!(clients.len() < MOST, "{MOST} requests wait for an answer");
            let nonce = (number % one_in == one_in - 1).then_some(number);
            let idle = Arc::clone(&idle);
            clients.spawn(async move {
                let lag = began.elapsed().saturating_sub(due);
                let asked = timeout(PATIENCE, ask(address, nonce, &idle));
                let outcome = asked
                    .await
                    .unwrap_or(Outcome::Failed("no answer".to_owned()));
                Record {
                    due: since_1970 + due,
                    lag,
                    latency: began.elapsed().saturating_sub(due),
                    nonce,
                    outcome,
                }
            });
            number += 1;
            due += step;
        }
        while let Some(record) = clients.try_join_next() {
            records.extend(record);
        }
    }
    records.extend(clients.join_all().await);
    records
}

async fn ask(address: SocketAddr, nonce: Option<u64>, idle: &Idle) -> Outcome {
    let connections = || idle.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = connections().pop();
    let wire = match kept {
        Some(wire) => wire,
        None => match Wire::connect(address).await {
            Ok(wire) => wire,
            Err(error) => return Outcome::Failed(error.to_string()),
        },
    };
    let request = match nonce {
        Some(nonce) => format!(
            "POST /once HTTP/1.1\r\nHost: a\r\nX-Nonce: {nonce}\r\nContent-Length: 4\r\n\r\nonce"
        ),
        None => "GET /often HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
    };
    let (outcome, wire) = wire.ask(request.as_bytes()).await;
    connections().extend(wire);
    outcome
}

/// Now, since 1970, as journals tell it.
pub(crate) fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
