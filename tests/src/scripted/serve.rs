//! The process.

use std::io;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};

use super::upstream::Upstream;
use super::{Arguments, Journal, control, http1, http2};

/// The first bytes of HTTP/2 (RFC 9113 §3.4); no method of HTTP/1.1 begins so.
const PREFACE: &[u8] = b"PRI * HTTP/2.0";

/// Serves, until the process is killed.
///
/// # Errors
/// When a port or the journal cannot be opened.
pub async fn serve(arguments: Arguments) -> io::Result<()> {
    let journal = arguments.journal.as_deref();
    let journal = journal.map(Journal::open).transpose()?;
    let upstream = Arc::new(Upstream::new(arguments.delay, journal));
    if let Some(address) = arguments.control {
        let (listener, upstream) = (TcpListener::bind(address).await?, Arc::clone(&upstream));
        tokio::spawn(async move { control::obey(&listener, &upstream).await });
    }
    for address in arguments.addresses {
        let (listener, upstream) = (TcpListener::bind(address).await?, Arc::clone(&upstream));
        tokio::spawn(async move { accept(&listener, &upstream).await });
    }
    std::future::pending().await
}

async fn accept(listener: &TcpListener, upstream: &Arc<Upstream>) {
    loop {
        // A client that has left already is no reason to end.
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let upstream = Arc::clone(upstream);
        tokio::spawn(connection(stream, upstream));
    }
}

async fn connection(stream: TcpStream, upstream: Arc<Upstream>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    if !upstream.welcomes()? {
        return stream.set_zero_linger();
    }
    let mut first = [0; PREFACE.len()];
    let count = stream.peek(&mut first).await?;
    if PREFACE.starts_with(&first[..count]) && count > 0 {
        http2::serve(stream, upstream).await
    } else {
        http1::serve(stream, &upstream).await
    }
}
