//! A check over HTTP/1.1.

use bytes::BytesMut;
use gateway_core::http1::{BodyDecoder, Decoded, HeadReader, ResponseHead, write_request};
use http::header::{ACCEPT, CONNECTION, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Uri};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::Fault;
use super::needle::Needle;
use super::question::{self, Get};

/// How much is read at once.
const READ: usize = 8 << 10;

/// Sends `get` for `host` over `stream`, which is not used again; whether the answer is what is expected.
pub(super) async fn get<S>(mut stream: S, get: &Get, host: &HeaderValue) -> Result<(), Fault>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = BytesMut::new();
    let target = Uri::from(get.target.clone());
    write_request(&mut request, &Method::GET, &target, &fields(host));
    let written = async {
        stream.write_all(&request).await?;
        stream.flush().await
    };
    written.await.map_err(broken)?;
    let mut incoming = BytesMut::new();
    let head = read_head(&mut stream, &mut incoming).await?;
    if !get.expects(head.status) {
        return Err(Fault::Status(head.status));
    }
    match &get.body {
        None => Ok(()),
        Some(text) => {
            let mut needle = Needle::new(text.clone());
            let body = BodyDecoder::new(head.body);
            look_for(&mut needle, &mut stream, &mut incoming, body).await?;
            needle.is_found().then_some(()).ok_or(Fault::Body)
        }
    }
}

fn fields(host: &HeaderValue) -> HeaderMap {
    HeaderMap::from_iter([
        (HOST, host.clone()),
        (USER_AGENT, question::USER_AGENT),
        (ACCEPT, HeaderValue::from_static("*/*")),
        (CONNECTION, HeaderValue::from_static("close")),
    ])
}

/// The first head that is not interim.
async fn read_head<S>(stream: &mut S, incoming: &mut BytesMut) -> Result<ResponseHead, Fault>
where
    S: AsyncRead + Unpin,
{
    let mut heads = HeadReader::default();
    loop {
        let head = heads.read_response(incoming, &Method::GET);
        match head.map_err(|fault| Fault::Malformed(fault.to_string()))? {
            // 101 switches to a protocol that nobody asked for.
            Some(head) if head.status.is_informational() && head.status != 101 => {}
            Some(head) => return Ok(head),
            None => read(stream, incoming).await?,
        }
    }
}

/// Reads a body as far as `needle` wants it.
async fn look_for<S>(
    needle: &mut Needle,
    stream: &mut S,
    incoming: &mut BytesMut,
    mut body: BodyDecoder,
) -> Result<(), Fault>
where
    S: AsyncRead + Unpin,
{
    loop {
        let decoded = body.decode(incoming);
        match decoded.map_err(|fault| Fault::Malformed(fault.to_string()))? {
            Decoded::Data(data) if needle.wants_more_after(&data) => {}
            Decoded::Data(_) | Decoded::Trailers(_) | Decoded::End => return Ok(()),
            Decoded::Incomplete => match read(stream, incoming).await {
                Ok(()) => {}
                // Where the end of the connection is the end of the body, that is all of it.
                Err(_) if body.end_of_input().is_ok() => return Ok(()),
                Err(fault) => return Err(fault),
            },
        }
    }
}

/// Reads what comes next.
async fn read<S>(stream: &mut S, incoming: &mut BytesMut) -> Result<(), Fault>
where
    S: AsyncRead + Unpin,
{
    incoming.reserve(READ);
    match stream.read_buf(incoming).await.map_err(broken)? {
        0 => Err(Fault::Broken("it ended before the answer did".to_owned())),
        _ => Ok(()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn broken(error: std::io::Error) -> Fault {
    Fault::Broken(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HealthCheckConfig;
    use crate::health::check::question::Question;

    /// What is made of `answer`, which comes in pieces of `size`; and what was asked.
    async fn ask(config: &HealthCheckConfig, answer: &[u8], size: usize) -> Result<(), Fault> {
        let Some(Question::Get(question)) = Question::new(config) else {
            panic!("a check by path");
        };
        let (ours, mut theirs) = tokio::io::duplex(1 << 20);
        let answering = async {
            let mut asked = vec![0; 1024];
            let length = theirs.read(&mut asked).await.unwrap();
            let asked = String::from_utf8(asked[..length].to_vec()).unwrap();
            assert_eq!(
                asked,
                "GET /healthz?full HTTP/1.1\r\nhost: shop\r\nuser-agent: portcullis-health-check\r\naccept: */*\r\nconnection: close\r\n\r\n"
            );
            for piece in answer.chunks(size) {
                // Whoever has seen enough may leave.
                if theirs.write_all(piece).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            drop(theirs);
        };
        let host = HeaderValue::from_static("shop");
        let (verdict, ()) = tokio::join!(get(ours, &question, &host), answering);
        verdict
    }

    async fn verdict(expect: &str, answer: &[u8]) -> Result<(), Fault> {
        let mut config = HealthCheckConfig::http("/healthz?full");
        let expect: crate::config::ExpectConfig = serde_json::from_str(expect).unwrap();
        config.expect = Some(expect.into());
        let whole = ask(&config, answer, usize::MAX).await;
        assert_eq!(ask(&config, answer, 1).await, whole, "in single bytes");
        whole
    }

    #[tokio::test]
    async fn the_status_decides_and_interim_ones_do_not_count() {
        let ok = b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(verdict("{}", ok).await, Ok(()));
        assert_eq!(
            verdict(r#"{"status": ["200"]}"#, ok).await,
            Err(Fault::Status(http::StatusCode::NO_CONTENT))
        );
        let unavailable = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
        assert!(verdict("{}", unavailable).await.is_err());
        assert_eq!(
            verdict(r#"{"status": ["500-503", 204]}"#, unavailable).await,
            Ok(())
        );
        let switching =
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n";
        assert!(matches!(
            verdict("{}", switching).await,
            Err(Fault::Status(_))
        ));
    }

    #[tokio::test]
    async fn the_body_is_looked_through_whatever_its_framing() {
        let expect = r#"{"body": "ready"}"#;
        for answer in [
            &b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nall ready"[..],
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nrea\r\n2\r\ndy\r\n0\r\n\r\n",
            b"HTTP/1.0 200 OK\r\n\r\nready",
        ] {
            assert_eq!(verdict(expect, answer).await, Ok(()));
        }
        for answer in [
            &b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nstarting"[..],
            b"HTTP/1.1 204 No Content\r\n\r\n",
            b"HTTP/1.0 200 OK\r\n\r\nread",
        ] {
            assert_eq!(verdict(expect, answer).await, Err(Fault::Body));
        }
        let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nstart";
        assert!(matches!(verdict(expect, cut).await, Err(Fault::Broken(_))));
    }

    #[tokio::test]
    async fn what_is_no_answer_fails() {
        assert!(matches!(
            verdict("{}", b"SSH-2.0-x\r\n").await,
            Err(Fault::Malformed(_))
        ));
        assert!(matches!(
            verdict("{}", b"HTTP/1.1 200 OK\r\n").await,
            Err(Fault::Broken(_))
        ));
        assert!(matches!(verdict("{}", b"").await, Err(Fault::Broken(_))));
    }
}
