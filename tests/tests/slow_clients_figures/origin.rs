//! An upstream in a thread for each connection: `GET /large` has no end, bodies are read, all else is `hello`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use tokio::net::TcpSocket;

/// Enough for a thread that keeps little.
const STACK: usize = 128 << 10;

/// Connections that may wait to be accepted, lest the gateway's connects be late.
const WAITING: u32 = 4096;

/// What the kernel may hold of an answer that the gateway does not take.
const BUFFER: u32 = 64 << 10;

/// Starts it within a runtime; it ends with the test's process.
pub(crate) fn start() -> io::Result<SocketAddr> {
    let socket = TcpSocket::new_v4()?;
    socket.set_send_buffer_size(BUFFER)?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let listener = socket.listen(WAITING)?.into_std()?;
    listener.set_nonblocking(false)?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serving = move || {
                // How a connection ends is the gateway's affair.
                let _ = serve(&stream);
            };
            let _ = thread::Builder::new().stack_size(STACK).spawn(serving);
        }
    });
    Ok(address)
}

fn serve(mut stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(4096, stream);
    loop {
        let (mut is_large, mut length, mut line) = (false, 0, String::new());
        while line != "\r\n" {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            is_large |= line.starts_with("GET /large");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        io::copy(&mut (&mut reader).take(length), &mut io::sink())?;
        if is_large {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")?;
            loop {
                stream.write_all(&[b'x'; 16_384])?;
            }
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")?;
    }
}
