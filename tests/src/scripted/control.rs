//! Being told a mood: a line over a connection of its own, answered by `ok`.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::upstream::Upstream;

/// How long a line may be, and how long it may take.
const LINE: u64 = 64;
const WITHIN: Duration = Duration::from_secs(5);

/// Does as it is told, one connection after the other.
pub(super) async fn obey(listener: &TcpListener, upstream: &Upstream) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        // Whoever tells nothing is not listened to.
        let _told = tokio::time::timeout(WITHIN, listen(stream, upstream)).await;
    }
}

async fn listen(mut stream: TcpStream, upstream: &Upstream) -> io::Result<()> {
    let mut line = String::new();
    let mut reader = BufReader::new((&mut stream).take(LINE));
    reader.read_line(&mut line).await?;
    let reply = match line.trim().parse() {
        Ok(mood) => {
            upstream.set_mood(mood);
            "ok\n".to_owned()
        }
        Err(reason) => reason,
    };
    stream.write_all(reply.as_bytes()).await
}
