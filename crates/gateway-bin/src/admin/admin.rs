//! Liveness and readiness.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::server::{Drain, Phase};

/// The admin listener: `/livez` says that the process runs, `/readyz` whether it should get requests.
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
        let socket = std::net::TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket: TcpListener::from_std(socket)?,
        })
    }

    /// The bound address.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Answers until the gateway has closed.
    pub async fn serve(self, drain: Drain) {
        let closed = drain.clone();
        let router = Router::new()
            .route("/livez", get(|| async { "alive\n" }))
            .route("/readyz", get(ready))
            .with_state(drain);
        let served = axum::serve(self.socket, router)
            .with_graceful_shutdown(async move { closed.reached(Phase::Closed).await });
        if let Err(error) = served.await {
            tracing::error!(%error, "admin listener ended");
        }
    }
}

async fn ready(State(drain): State<Drain>) -> (StatusCode, &'static str) {
    match drain.phase() {
        Phase::Serving => (StatusCode::OK, "ready\n"),
        Phase::Announced | Phase::Draining | Phase::Closed => {
            (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
        }
    }
}
