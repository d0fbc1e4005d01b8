//! Liveness, readiness and metrics.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use layer_lb::Upstream;
use tokio::net::{TcpListener, TcpStream};

use super::answers::router;
use super::connections::Connections;
use super::readiness::Readiness;
use super::spare_files::SpareFiles;
use crate::metrics::Metrics;
use crate::server::{Drain, Phase, bind};

/// How long to wait before the next try when a connection cannot be accepted, and before spare files are
/// looked for again.
const PAUSE: Duration = Duration::from_millis(50);

/// The admin listener. It answers when clients have used up all files, and whatever they do on its own port:
/// each connection has one request and 10 s for it.
#[derive(Debug)]
pub struct Admin {
    socket: TcpListener,
}

impl Admin {
    /// Binds `address`.
    ///
    /// # Errors
    /// When the address is taken or not ours.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = bind(address)?;
        Ok(Self { socket })
    }

    /// The bound address.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Answers until the gateway has closed; it is ready once these `upstreams` are.
    pub async fn serve(self, drain: Drain, metrics: Metrics, upstreams: Vec<Upstream>) {
        let router = router(drain.clone(), metrics, Readiness::new(upstreams));
        let closed = drain.reached(Phase::Closed);
        tokio::pin!(closed);
        let (mut connections, mut spare) = (Connections::default(), SpareFiles::hold());
        loop {
            tokio::select! {
                () = &mut closed => return,
                // What it held becomes a spare file before a client gets it.
                () = connections.one_ended() => spare.refill(),
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, _)) => connections.serve(answer(stream, router.clone())),
                    // With one file let go of, the next try may succeed.
                    Err(_) if spare.release() => {}
                    Err(error) => {
                        tracing::debug!(%error, "admin: accept failed");
                        tokio::time::sleep(PAUSE).await;
                    }
                },
                () = tokio::time::sleep(PAUSE), if spare.is_short() => spare.refill(),
            }
        }
    }
}

/// Answers the one request of a connection.
async fn answer(stream: TcpStream, router: Router) {
    let connection = http1::Builder::new()
        // A connection that stays would keep a file that the next one who asks may need.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(error) = connection.await {
        tracing::debug!(%error, "admin: connection ended");
    }
}
