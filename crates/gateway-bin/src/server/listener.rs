//! A bound address and its accept loop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gateway_core::head::TrustedProxies;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use super::bind::bind;
use super::connection::serve;
use super::occasional::Occasional;
use super::{ConnectionLimits, Drain, Edge, Ending, ListenerCounters, Phase, Seats};

/// How long to wait when no more files can be opened; accepting at once would fail again.
const OUT_OF_FILES: Duration = Duration::from_millis(50);

/// A bound address.
#[derive(Debug)]
pub struct Listener {
    name: String,
    socket: TcpListener,
    limits: ConnectionLimits,
    trusted: Arc<TrustedProxies>,
    counters: Arc<ListenerCounters>,
    seats: Arc<Seats>,
}

impl Listener {
    /// Binds `address` for at most `connections` clients at once; none is accepted before
    /// [`accept`](Self::accept).
    ///
    /// # Errors
    /// When the address is taken or not ours.
    pub fn bind(
        name: &str,
        address: SocketAddr,
        limits: ConnectionLimits,
        trusted: TrustedProxies,
        connections: usize,
    ) -> io::Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            socket: bind(address)?,
            limits,
            trusted: Arc::new(trusted),
            counters: Arc::default(),
            seats: Arc::new(Seats::new(connections)),
        })
    }

    /// The listener's name in the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bound address, with the port the system chose where 0 was asked for.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// What it counts.
    pub fn counters(&self) -> &Arc<ListenerCounters> {
        &self.counters
    }

    /// How many clients it has, and may have.
    pub fn seats(&self) -> &Arc<Seats> {
        &self.seats
    }

    /// Accepts connections until the drain begins; each runs as a task of `connections`.
    pub async fn accept(self, edge: Edge, drain: Drain, connections: TaskTracker) {
        let draining = drain.reached(Phase::Draining);
        tokio::pin!(draining);
        let (mut crowded, mut failing) = (Occasional::default(), Occasional::default());
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut draining => return,
                accepted = self.socket.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    self.counters.accepted.increment();
                    // Closed at once, a client or the balancer before us tries elsewhere; left in the backlog
                    // it would wait for an answer that may never come.
                    let Some(seat) = self.seats.take() else {
                        self.turn_away(&mut crowded);
                        continue;
                    };
                    let served = serve(
                        stream,
                        peer,
                        edge.clone(),
                        Arc::clone(&self.trusted),
                        self.limits,
                        Arc::clone(&self.counters),
                        drain.clone(),
                    );
                    connections.spawn(async move {
                        let _seat = seat;
                        served.await;
                    });
                }
                Err(error) => self.pause_after(&error, &mut failing).await,
            }
        }
    }

    /// A client is turned away since all seats are taken.
    fn turn_away(&self, log: &mut Occasional) {
        self.counters.ended(Ending::Crowded).increment();
        if let Some(times) = log.happened() {
            let (listener, most) = (&self.name, self.seats.most());
            tracing::warn!(listener, most, times, "full: new connections are closed");
        }
    }

    /// A failed accept concerns one connection, or the whole process when it has run out of files: then the
    /// loop waits for some to be closed. It never ends the listener.
    async fn pause_after(&self, error: &io::Error, log: &mut Occasional) {
        self.counters.failed_accepts.increment();
        if let Some(times) = log.happened() {
            tracing::warn!(listener = self.name, %error, times, "accept failed");
        }
        let is_about_one_connection = matches!(
            error.kind(),
            io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
        );
        if !is_about_one_connection {
            tokio::time::sleep(OUT_OF_FILES).await;
        }
    }
}
