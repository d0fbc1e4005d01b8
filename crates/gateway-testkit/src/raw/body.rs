//! Reading what follows a head.

use std::io;

use bytes::{Bytes, BytesMut};

use super::framing::{Framing, malformed};
use super::head::split_field;
use super::socket::Socket;
use super::{RawHead, RawMessage};

impl Socket {
    /// Takes what follows `head`, as `framing` says.
    pub(super) async fn take_message(
        &mut self,
        head: RawHead,
        framing: Framing,
    ) -> io::Result<RawMessage> {
        let mut trailers = Vec::new();
        let body = match framing {
            Framing::Empty => Bytes::new(),
            Framing::Length(length) => self.take_exactly(length).await?,
            Framing::UntilClose => self.take_to_end().await?,
            Framing::Chunked => {
                let body = self.take_chunks().await?;
                trailers = self.take_trailers().await?;
                body
            }
        };
        Ok(RawMessage {
            head,
            body,
            trailers,
        })
    }

    /// Takes everything until the stream ends.
    pub(super) async fn take_to_end(&mut self) -> io::Result<Bytes> {
        while self.fill().await? {}
        Ok(self.take(usize::MAX))
    }

    async fn take_chunks(&mut self) -> io::Result<Bytes> {
        let mut body = BytesMut::new();
        loop {
            let line = self.take_line().await?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size =
                usize::from_str_radix(size, 16).map_err(|_| malformed("chunk size", &line))?;
            if size == 0 {
                return Ok(body.freeze());
            }
            body.extend_from_slice(&self.take_exactly(size).await?);
            if self.take_exactly(2).await? != "\r\n" {
                return Err(malformed("chunk", "no CRLF after its data"));
            }
        }
    }

    async fn take_trailers(&mut self) -> io::Result<Vec<(String, String)>> {
        let mut trailers = Vec::new();
        loop {
            let line = self.take_line().await?;
            if line.is_empty() {
                return Ok(trailers);
            }
            trailers.push(split_field(&line));
        }
    }
}
