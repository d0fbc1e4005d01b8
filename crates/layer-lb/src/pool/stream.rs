//! The bytes between us and an endpoint.

use std::io::{self, IoSlice, Read};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::client::TlsStream;

/// How many records an idle connection may hold before it is no longer taken for one that only tells of tickets.
const MOST_RECORDS: usize = 16;

/// The bytes between us and an endpoint.
#[derive(Debug)]
pub(crate) enum Stream {
    /// Over TCP.
    Tcp(TcpStream),
    /// Over TLS over TCP.
    Tls(Box<TlsStream<TcpStream>>),
    /// Over a Unix socket.
    Unix(UnixStream),
}

impl Stream {
    /// Whether nothing has come, the end neither, as far as the runtime knows, which costs no system call unless
    /// something has. What has come may be lost.
    #[inline]
    pub(super) fn is_quiet(&mut self) -> bool {
        match self {
            Self::Tcp(stream) => would_block(&stream.try_read(&mut [0])),
            Self::Unix(stream) => would_block(&stream.try_read(&mut [0])),
            Self::Tls(stream) => {
                let (tcp, session) = stream.get_mut();
                is_session_quiet(session, &mut Known(tcp))
            }
        }
    }

    /// The same as the kernel knows it, which may be more than the runtime has been told.
    pub(super) fn is_quiet_in_kernel(&mut self) -> bool {
        let mut byte = [MaybeUninit::uninit()];
        match self {
            Self::Tcp(stream) => would_block(&SockRef::from(&*stream).peek(&mut byte)),
            Self::Unix(stream) => would_block(&SockRef::from(&*stream).peek(&mut byte)),
            Self::Tls(stream) => {
                let (tcp, session) = stream.get_mut();
                let socket = SockRef::from(&*tcp);
                is_session_quiet(session, &mut &*socket)
            }
        }
    }

    /// The protocol that was agreed upon by ALPN, if any was.
    pub(super) fn alpn(&self) -> Option<&[u8]> {
        match self {
            Self::Tls(stream) => stream.get_ref().1.alpn_protocol(),
            Self::Tcp(_) | Self::Unix(_) => None,
        }
    }
}

/// Whether what comes from `socket`, which does not block, is nothing to `session`: no data and no end. Session
/// tickets, which a server of TLS 1.3 sends whenever it likes, are none, and are kept for later connections.
fn is_session_quiet(session: &mut rustls::ClientConnection, socket: &mut impl Read) -> bool {
    for _ in 0..MOST_RECORDS {
        // What was read before may hold an end or data already.
        let Ok(state) = session.process_new_packets() else {
            return false;
        };
        if state.plaintext_bytes_to_read() > 0 || state.peer_has_closed() {
            return false;
        }
        match session.read_tls(socket) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
        }
    }
    false
}

/// Reads from a socket where the runtime knows that something has come.
struct Known<'a>(&'a TcpStream);

impl Read for Known<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

fn would_block<T>(result: &io::Result<T>) -> bool {
    matches!(result, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

impl AsyncRead for Stream {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Unix(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Unix(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    #[inline]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Self::Unix(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        }
    }

    #[inline]
    fn is_write_vectored(&self) -> bool {
        // All of them are.
        true
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            // What was written to a socket is in the kernel.
            Self::Tcp(_) | Self::Unix(_) => Poll::Ready(Ok(())),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
