//! How a connection to an endpoint comes about.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gateway_core::deadline::after;
use gateway_core::facts::FailureKind;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};

use super::address::Address;
use super::single_flight::SingleFlight;
use crate::counters::UpstreamCounters;
use crate::failure::Failure;

/// Opens connections to one endpoint.
#[derive(Debug)]
pub(crate) struct Connector {
    address: Address,
    timeout: Duration,
    counters: Arc<UpstreamCounters>,
    lookup: SingleFlight<Result<Arc<[SocketAddr]>, Failure>>,
}

impl Connector {
    /// Opens connections to `address`, each within `timeout`, and counts them in `counters`.
    pub(crate) fn new(
        address: Address,
        timeout: Duration,
        counters: Arc<UpstreamCounters>,
    ) -> Self {
        Self {
            address,
            timeout,
            counters,
            lookup: SingleFlight::new(),
        }
    }

    /// By when a connection that is begun now must be there, whoever waits for it.
    pub(super) fn deadline(&self) -> Instant {
        after(Instant::now(), self.timeout)
    }

    /// A new connection, by `deadline` at the latest. A name is looked up for each one, so that a change of its
    /// address is followed as connections grow old.
    pub(crate) async fn connect(&self, deadline: Instant) -> Result<TcpStream, Failure> {
        let connected = self.try_connect(deadline.min(self.deadline())).await;
        match &connected {
            Ok(_) => self.counters.opened.increment(),
            Err(failure) if failure.fact().kind == FailureKind::ConnectTimeout => {
                self.counters.connect_timed_out.increment();
            }
            Err(_) => self.counters.connect_failed.increment(),
        }
        connected
    }

    async fn try_connect(&self, deadline: Instant) -> Result<TcpStream, Failure> {
        let stream = match &self.address {
            Address::Socket(address) => connect_one(*address, deadline).await,
            Address::Name(name, port) => {
                let looked_up = timeout_at(deadline, self.look_up(name, *port)).await;
                let addresses = looked_up.map_err(|_| Failure::connect_timeout())??;
                connect_any(&addresses, deadline).await
            }
        }?;
        set_options(&stream).map_err(|error| Failure::connect(&error))?;
        Ok(stream)
    }

    /// The addresses of `name`. The system's look-up holds a thread until it has ended and cannot be cancelled,
    /// so there is one at a time, however many wait for it and however soon they give up.
    async fn look_up(&self, name: &Arc<str>, port: u16) -> Result<Arc<[SocketAddr]>, Failure> {
        let looked_up = self.lookup.run(|| {
            let name = Arc::clone(name);
            async move {
                let addresses = lookup_host((&*name, port)).await;
                let addresses = addresses.map_err(|error| Failure::connect(&error))?;
                Ok(addresses.collect())
            }
        });
        looked_up.await.unwrap_or_else(|| Err(Failure::abandoned()))
    }
}

/// Tries all `addresses` in their order until one answers. Each has an equal share of what time is left, so
/// that one which swallows packets does not use up all of it.
async fn connect_any(addresses: &[SocketAddr], deadline: Instant) -> Result<TcpStream, Failure> {
    let mut failure = Failure::connect(&io::Error::other("the name has no address"));
    let mut left = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for &address in addresses {
        let now = Instant::now();
        let share = deadline.saturating_duration_since(now) / left;
        match connect_one(address, now + share).await {
            Ok(stream) => return Ok(stream),
            Err(next) => failure = next,
        }
        left -= 1;
    }
    Err(failure)
}

async fn connect_one(address: SocketAddr, deadline: Instant) -> Result<TcpStream, Failure> {
    timeout_at(deadline, TcpStream::connect(address))
        .await
        .map_err(|_| Failure::connect_timeout())?
        .map_err(|error| Failure::connect(&error))
}

fn set_options(stream: &TcpStream) -> io::Result<()> {
    // A head and its body are written in one go already; waiting for more would only add latency.
    stream.set_nodelay(true)?;
    // Finds peers that went away without a word, before a request does.
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(60))
        .with_interval(Duration::from_secs(10));
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn connect(host: &str, port: u16, timeout_ms: u64) -> Result<TcpStream, FailureKind> {
        let address = Address::new(host, port);
        let counters = Arc::default();
        let connector = Connector::new(address, Duration::from_millis(timeout_ms), counters);
        let deadline = after(Instant::now(), Duration::from_secs(60));
        connector
            .connect(deadline)
            .await
            .map_err(|failure| failure.kind())
    }

    #[tokio::test]
    async fn a_name_with_an_address_that_refuses_is_tried_further() {
        // `localhost` may stand for `::1` too, where nobody listens.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let stream = connect("localhost", port, 1000).await.unwrap();
        assert!(stream.nodelay().unwrap());
    }

    #[tokio::test]
    async fn a_refused_connection_is_no_timeout() {
        let port = {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap().port()
        };
        assert_eq!(
            connect("127.0.0.1", port, 1000).await.unwrap_err(),
            FailureKind::Connect
        );
        assert_eq!(
            connect("no-such-name.invalid", 80, 5000).await.unwrap_err(),
            FailureKind::Connect
        );
    }

    #[tokio::test]
    async fn silence_is_a_timeout() {
        // With its queue full, a listener answers nobody.
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let port = socket.local_addr().unwrap().port();
        let _listener = socket.listen(1).unwrap();
        let mut queued = Vec::new();
        let failure = loop {
            match connect("127.0.0.1", port, 100).await {
                Ok(stream) => queued.push(stream),
                Err(failure) => break failure,
            }
        };
        assert_eq!(failure, FailureKind::ConnectTimeout);
    }
}
