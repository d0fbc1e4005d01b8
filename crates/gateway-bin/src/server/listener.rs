//! A bound address and its accept loop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gateway_core::head::TrustedProxies;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use super::connection::serve;
use super::{ConnectionLimits, Drain, Edge, ListenerCounters, Phase};

/// How many connections may wait to be accepted; the kernel caps it at `net.core.somaxconn`.
const BACKLOG: i32 = 4096;

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
}

impl Listener {
    /// Binds `address`; no connection is accepted before [`accept`](Self::accept).
    ///
    /// # Errors
    /// When the address is taken or not ours.
    pub fn bind(
        name: &str,
        address: SocketAddr,
        limits: ConnectionLimits,
        trusted: TrustedProxies,
    ) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::STREAM,
            Some(Protocol::TCP),
        )?;
        // A restart must not wait for the connections of the process before.
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        Ok(Self {
            name: name.to_owned(),
            socket: TcpListener::from_std(socket.into())?,
            limits,
            trusted: Arc::new(trusted),
            counters: Arc::default(),
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

    /// Accepts connections until the drain begins; each runs as a task of `connections`.
    pub async fn accept(self, edge: Edge, drain: Drain, connections: TaskTracker) {
        let draining = drain.reached(Phase::Draining);
        tokio::pin!(draining);
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut draining => return,
                accepted = self.socket.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    self.counters.accepted.increment();
                    let edge = edge.clone();
                    let trusted = Arc::clone(&self.trusted);
                    connections.spawn(serve(
                        stream,
                        peer,
                        edge,
                        trusted,
                        self.limits,
                        Arc::clone(&self.counters),
                        drain.clone(),
                    ));
                }
                Err(error) => self.pause_after(&error).await,
            }
        }
    }

    /// A failed accept concerns one connection, or the whole process when it has run out of files: then the
    /// loop waits for some to be closed. It never ends the listener.
    async fn pause_after(&self, error: &io::Error) {
        self.counters.failed_accepts.increment();
        tracing::warn!(listener = self.name, %error, "accept failed");
        let is_about_one_connection = matches!(
            error.kind(),
            io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
        );
        if !is_about_one_connection {
            tokio::time::sleep(OUT_OF_FILES).await;
        }
    }
}
