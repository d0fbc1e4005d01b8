//! Clients that do not go on.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// Between two bytes of one that drips.
const DRIP: Duration = Duration::from_secs(1);
/// What a client that does not read lets come.
const ROOM: u32 = 4096;

/// In what a client is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It says nothing.
    Silent,
    /// It sends its head byte by byte.
    Head,
    /// It sends its body byte by byte.
    Body,
    /// It does not read the answer.
    Unread,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Silent, Self::Head, Self::Body, Self::Unread];

    /// What it sends at once.
    fn begins(self) -> &'static [u8] {
        match self {
            Self::Silent => b"",
            Self::Head => b"GET / HTTP/1.1\r\nHost: a\r\nX: ",
            Self::Body => b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx",
            Self::Unread => b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n",
        }
    }

    fn drips(self) -> bool {
        matches!(self, Self::Head | Self::Body)
    }
}

/// A client that does not go on, and comes back when it is thrown out.
pub(crate) struct Slow {
    pub(crate) address: SocketAddr,
    pub(crate) kind: Kind,
    /// When it should be thrown out.
    pub(crate) deadline: Duration,
    /// How much later it may be at most.
    pub(crate) late: Duration,
    /// When it does not come back any more.
    pub(crate) until: Instant,
}

impl Slow {
    /// Comes again and again; how often it was thrown out.
    pub(crate) async fn besiege(self) -> io::Result<(Kind, usize)> {
        let mut times = 0;
        while times == 0 || Instant::now() < self.until {
            self.stay().await?;
            times += 1;
        }
        Ok((self.kind, times))
    }

    /// Stays until it is thrown out, which must be in time.
    async fn stay(&self) -> io::Result<()> {
        let socket = TcpSocket::new_v4()?;
        if self.kind == Kind::Unread {
            socket.set_recv_buffer_size(ROOM)?;
        }
        let mut stream = socket.connect(self.address).await?;
        let began = Instant::now();
        stream.write_all(self.kind.begins()).await?;
        if self.kind == Kind::Unread {
            // Who reads would be let stay, so it looks but once, when it must have been thrown out.
            tokio::time::sleep(self.deadline + self.late).await;
        }
        let patience = self.deadline + self.late;
        let most = if self.kind == Kind::Unread {
            began + patience * 2
        } else {
            began + patience
        };
        while !self.is_thrown_out(&mut stream).await {
            if Instant::now() > most {
                let message = format!("{:?}: still there after {:?}", self.kind, began.elapsed());
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
        }
        Ok(())
    }

    /// Whether the connection has ended; otherwise it drips.
    async fn is_thrown_out(&self, stream: &mut TcpStream) -> bool {
        let mut chunk = [0; 4096];
        match timeout(DRIP, stream.read(&mut chunk)).await {
            Ok(Ok(count)) => count == 0,
            Ok(Err(_)) => true,
            Err(_) if self.kind.drips() => stream.write_all(b"x").await.is_err(),
            Err(_) => false,
        }
    }
}
