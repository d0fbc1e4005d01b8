//! An upstream that speaks by the byte.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::net::TcpListener;

use super::Misbehaviour;
use crate::raw::RawConnection;
use crate::sync::lock;
use crate::tasks::{Spawner, TaskGroup};

/// An upstream on a free loopback port that plays a script over each connection and records what it reads.
/// It ends, with all its connections, when dropped.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use gateway_testkit::raw::RawConnection;
/// use gateway_testkit::upstream::RawUpstream;
///
/// let upstream = RawUpstream::start(|mut connection: RawConnection| async move {
///     connection.read_request().await?;
///     connection.send("HTTP/1.1 200 Strange\r\nContent-Length: 0\r\n\r\n").await
/// })
/// .await
/// .unwrap();
/// # });
/// ```
#[derive(Debug)]
pub struct RawUpstream {
    address: SocketAddr,
    records: Records,
    _tasks: TaskGroup,
}

/// What was read from each connection.
type Records = Arc<Mutex<Vec<Arc<Mutex<Vec<u8>>>>>>;

impl RawUpstream {
    /// Starts an upstream that plays `script` over each connection and closes it when the script ends, be it
    /// with an error.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start<F, Fut>(script: F) -> io::Result<Self>
    where
        F: Fn(RawConnection) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let records = Records::default();
        let tasks = TaskGroup::default();
        let spawner = tasks.spawner();
        spawner.spawn(accept(
            listener,
            Arc::clone(&records),
            spawner.clone(),
            script,
        ));
        Ok(Self {
            address,
            records,
            _tasks: tasks,
        })
    }

    /// Starts an upstream that misbehaves as told.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn misbehaving(misbehaviour: Misbehaviour) -> io::Result<Self> {
        Self::start(move |connection| misbehaviour.play(connection)).await
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of `path` on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What was read from each connection so far, the first MiB of each, in the order of their acceptance.
    pub fn received(&self) -> Vec<Bytes> {
        let records = lock(&self.records);
        records
            .iter()
            .map(|record| Bytes::copy_from_slice(&lock(record)))
            .collect()
    }

    /// How many connections have been accepted.
    pub fn connections(&self) -> usize {
        lock(&self.records).len()
    }
}

async fn accept<F, Fut>(listener: TcpListener, records: Records, spawner: Spawner, script: F)
where
    F: Fn(RawConnection) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = io::Result<()>> + Send + 'static,
{
    while let Ok((stream, _)) = listener.accept().await {
        let Ok(connection) = RawConnection::new(stream) else {
            continue;
        };
        lock(&records).push(connection.record());
        let playing = script(connection);
        spawner.spawn(async move {
            // A peer that goes away in the middle of a script is what many a script is about.
            let _ = playing.await;
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn bytes_are_recorded_for_each_connection() {
        let upstream = RawUpstream::misbehaving(Misbehaviour::CloseAfterResponse)
            .await
            .unwrap();
        for request in [
            "GET /1 HTTP/1.1\r\nhOsT: a\r\n\r\n",
            "GET /2 HTTP/1.1\r\nB: 1\r\nA: 2\r\nB: 3\r\n\r\n",
        ] {
            let mut client = RawConnection::connect(upstream.address()).await.unwrap();
            client.send(request).await.unwrap();
            assert_eq!(client.read_response().await.unwrap().text(), "hello");
            assert_eq!(upstream.received().last().unwrap(), request);
        }
        assert_eq!(upstream.connections(), 2);
    }

    #[tokio::test]
    async fn it_ends_when_dropped() {
        let upstream = RawUpstream::misbehaving(Misbehaviour::NeverAnswer)
            .await
            .unwrap();
        let address = upstream.address();
        let mut client = RawConnection::connect(address).await.unwrap();
        client.send("GET / HTTP/1.1\r\n\r\n").await.unwrap();
        drop(upstream);
        assert!(client.closes_within(Duration::from_secs(5)).await);
        assert!(RawConnection::connect(address).await.is_err());
    }
}
