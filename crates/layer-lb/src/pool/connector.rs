//! How a connection to an endpoint comes about.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use gateway_core::deadline::after;
use gateway_core::facts::FailureKind;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio::time::{Instant, timeout_at};

use super::address::Address;
use super::proxy_header;
use super::single_flight::SingleFlight;
use super::spoken::Spoken;
use super::stream::Stream;
use super::tls::{TlsFault, TlsPeer};
use crate::config::{EndpointUrl, ProxyProtocol, UpstreamConfig};
use crate::counters::UpstreamCounters;
use crate::failure::Failure;

/// Opens connections to one endpoint.
#[derive(Debug)]
pub(crate) struct Connector {
    address: Address,
    is_secured: bool,
    tls: Option<TlsPeer>,
    proxy_protocol: Option<ProxyProtocol>,
    timeout: Duration,
    counters: Arc<UpstreamCounters>,
    lookup: SingleFlight<Result<Arc<[SocketAddr]>, Failure>>,
    /// What the endpoint was found to speak, where that had to be found out.
    spoken: Option<Arc<Spoken>>,
}

impl Connector {
    /// Opens connections to `url`, and over TLS to the `tls` there, as `upstream` says, and counts them in
    /// `counters`.
    pub(crate) fn new(
        url: &EndpointUrl,
        tls: Option<TlsPeer>,
        upstream: &UpstreamConfig,
        counters: Arc<UpstreamCounters>,
    ) -> Self {
        Self {
            address: url.address().clone(),
            is_secured: url.is_tls(),
            tls,
            proxy_protocol: upstream.proxy_protocol.map(|version| *version),
            timeout: upstream.timeout.connect.get(),
            counters,
            lookup: SingleFlight::new(),
            spoken: None,
        }
    }

    /// Forgets what the endpoint speaks where it does not speak that any more.
    pub(crate) fn forgetting(mut self, spoken: &Arc<Spoken>) -> Self {
        self.spoken = Some(Arc::clone(spoken));
        self
    }

    /// By when a connection that is begun now must be there, whoever waits for it.
    pub(super) fn deadline(&self) -> Instant {
        after(Instant::now(), self.timeout)
    }

    /// A new connection on behalf of `client`, by `deadline` at the latest; over TLS after the handshake. A name is
    /// looked up for each one, so that a change of its address is followed as connections grow old.
    pub(crate) async fn connect(
        &self,
        deadline: Instant,
        client: Option<IpAddr>,
    ) -> Result<Stream, Failure> {
        let deadline = deadline.min(self.deadline());
        let connected = self.try_connect(deadline, client).await;
        match &connected {
            Ok(_) => self.counters.opened.increment(),
            Err(failure) if failure.fact().kind == FailureKind::ConnectTimeout => {
                self.counters.connect_timed_out.increment();
            }
            Err(_) => self.counters.connect_failed.increment(),
        }
        connected
    }

    async fn try_connect(
        &self,
        deadline: Instant,
        client: Option<IpAddr>,
    ) -> Result<Stream, Failure> {
        let mut stream = match &self.address {
            Address::Socket(address) => connect_one(*address, deadline).await,
            Address::Name(name, port) => {
                let addresses = within(deadline, self.look_up(name, *port)).await??;
                connect_any(&addresses, deadline).await
            }
            Address::Unix(path) => {
                let stream = within(deadline, UnixStream::connect(path)).await?;
                Ok(Stream::Unix(
                    stream.map_err(|error| Failure::connect(&error))?,
                ))
            }
        }?;
        if let Stream::Tcp(stream) = &stream {
            set_options(stream).map_err(|error| Failure::connect(&error))?;
        }
        if let Some(version) = self.proxy_protocol {
            let header = header(version, client, &stream);
            let written = within(deadline, stream.write_all(&header)).await?;
            written.map_err(|error| Failure::connect(&error))?;
        }
        match (stream, &self.tls) {
            (Stream::Tcp(stream), Some(tls)) => {
                let secured = within(deadline, tls.connect(stream)).await?;
                let secured = secured.map_err(|fault| self.not_secured(&fault))?;
                Ok(Stream::Tls(Box::new(secured)))
            }
            _ if self.is_secured => Err(self.not_secured(&TlsFault::NotSetUp)),
            (stream, _) => Ok(stream),
        }
    }

    fn not_secured(&self, fault: &TlsFault) -> Failure {
        self.counters.tls_failed.increment();
        if let Some(spoken) = &self.spoken
            && fault.is_about_protocol()
        {
            spoken.forget();
        }
        Failure::connect(fault)
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
async fn connect_any(addresses: &[SocketAddr], deadline: Instant) -> Result<Stream, Failure> {
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

async fn connect_one(address: SocketAddr, deadline: Instant) -> Result<Stream, Failure> {
    let stream = within(deadline, TcpStream::connect(address)).await?;
    stream
        .map(Stream::Tcp)
        .map_err(|error| Failure::connect(&error))
}

/// What comes of `attempt` by `deadline`.
async fn within<F: Future>(deadline: Instant, attempt: F) -> Result<F::Output, Failure> {
    let outcome = timeout_at(deadline, attempt).await;
    outcome.map_err(|_| Failure::connect_timeout())
}

/// The header that `stream` begins with. A connection serves many of the client's, so the port is none.
fn header(version: ProxyProtocol, client: Option<IpAddr>, stream: &Stream) -> Vec<u8> {
    let source = client.map(|address| SocketAddr::new(address, 0));
    let destination = match stream {
        Stream::Tcp(stream) => stream.peer_addr().ok(),
        Stream::Tls(_) | Stream::Unix(_) => None,
    };
    proxy_header::header(version, source, destination)
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
    use gateway_core::config;
    use tokio::net::TcpListener;

    use super::*;

    async fn connect(host: &str, port: u16, timeout_ms: u64) -> Result<Stream, FailureKind> {
        let url = format!("http://{host}:{port}").parse().unwrap();
        let mut upstream = UpstreamConfig::new([]);
        upstream.timeout.connect = config::Duration::from_millis(timeout_ms).into();
        let connector = Connector::new(&url, None, &upstream, Arc::default());
        let deadline = after(Instant::now(), Duration::from_secs(60));
        connector
            .connect(deadline, None)
            .await
            .map_err(|failure| failure.kind())
    }

    #[tokio::test]
    async fn a_name_with_an_address_that_refuses_is_tried_further() {
        // `localhost` may stand for `::1` too, where nobody listens.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let Stream::Tcp(stream) = connect("localhost", port, 1000).await.unwrap() else {
            panic!("this is plain TCP");
        };
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
