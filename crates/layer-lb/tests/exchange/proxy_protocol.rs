//! Endpoints that are told the client's address before everything else.

use std::net::IpAddr;

use axum::body::Body;
use gateway_core::facts::ClientAddr;
use layer_lb::{ProxyProtocol, UpstreamConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_rustls::TlsAcceptor;

use crate::authority::{Authority, https};
use crate::support::{Endpoint, Proxy, proxy, read_head, request, send, text};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Tells of the first `length` bytes of each connection, then answers requests.
async fn telling(length: usize) -> (Endpoint, UnboundedReceiver<Vec<u8>>) {
    let (tell, told) = unbounded_channel();
    let endpoint = Endpoint::raw(move |_, mut stream| {
        let tell = tell.clone();
        async move {
            tell.send(beginning(&mut stream, length).await).unwrap();
            while read_head(&mut stream).await.is_some() {
                stream.write_all(OK).await.unwrap();
            }
        }
    })
    .await;
    (endpoint, told)
}

async fn beginning(stream: &mut TcpStream, length: usize) -> Vec<u8> {
    let mut beginning = vec![0; length];
    stream.read_exact(&mut beginning).await.unwrap();
    beginning
}

fn telling_config(endpoint: &Endpoint, version: ProxyProtocol) -> UpstreamConfig {
    let mut config = endpoint.config();
    config.proxy_protocol = Some(version.into());
    config
}

async fn ask(proxy: &Proxy, client: Option<&str>) {
    let mut request = request("GET", Body::empty());
    if let Some(client) = client {
        let address: IpAddr = client.parse().unwrap();
        request.extensions_mut().insert(ClientAddr::new(address));
    }
    assert_eq!(text(send(proxy, request).await).await, "ok");
}

#[tokio::test]
async fn a_line_begins_the_connections_of_each_client() {
    let line = |address: &str, port| format!("PROXY TCP4 {address} 127.0.0.1 0 {port}\r\n");
    let (endpoint, mut told) = telling(line("192.0.2.1", 10000).len()).await;
    let port = endpoint.address.port();
    let proxy = proxy(&telling_config(&endpoint, ProxyProtocol::V1));
    for client in ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2"] {
        ask(&proxy, Some(client)).await;
    }
    let lines = [told.recv().await.unwrap(), told.recv().await.unwrap()];
    let wanted = ["192.0.2.1", "192.0.2.2"].map(|client| line(client, port).into_bytes());
    assert_eq!(lines, wanted);
    assert_eq!(endpoint.accepted(), 2, "each client has a connection");
}

#[tokio::test]
async fn whoever_has_no_address_is_nobody() {
    let (endpoint, mut told) = telling(15).await;
    ask(&proxy(&telling_config(&endpoint, ProxyProtocol::V1)), None).await;
    assert_eq!(told.recv().await.unwrap(), b"PROXY UNKNOWN\r\n");
    let (endpoint, mut told) = telling(16).await;
    ask(&proxy(&telling_config(&endpoint, ProxyProtocol::V2)), None).await;
    let header = told.recv().await.unwrap();
    assert_eq!(&header[12..], b"\x20\0\0\0");
}

#[tokio::test]
async fn the_binary_header_comes_before_tls() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&["127.0.0.1"]));
    let acceptor = TlsAcceptor::from(std::sync::Arc::new(server));
    let (tell, mut told) = unbounded_channel();
    let endpoint = Endpoint::raw(move |_, mut stream| {
        let (tell, acceptor) = (tell.clone(), acceptor.clone());
        async move {
            tell.send(beginning(&mut stream, 16 + 36).await).unwrap();
            let mut stream = acceptor.accept(stream).await.unwrap();
            read_head(&mut stream).await;
            stream.write_all(OK).await.unwrap();
        }
    })
    .await;
    let mut config = https(&endpoint, authority.trusted());
    config.proxy_protocol = Some(ProxyProtocol::V2.into());
    ask(&proxy(&config), Some("2001:db8::7")).await;
    let header = told.recv().await.unwrap();
    assert_eq!(&header[..16], b"\r\n\r\n\0\r\nQUIT\n\x21\x21\x00\x24");
    let client: IpAddr = "2001:db8::7".parse().unwrap();
    let IpAddr::V6(client) = client else {
        unreachable!()
    };
    assert_eq!(header[16..32], client.octets());
    assert_eq!(header[50..], endpoint.address.port().to_be_bytes());
}

#[tokio::test]
async fn a_client_that_waits_gets_no_connection_of_another() {
    let length = "PROXY TCP4 192.0.2.1 127.0.0.1 0 10000\r\n".len();
    let (endpoint, mut told) = telling(length).await;
    let mut config = telling_config(&endpoint, ProxyProtocol::V1);
    config.limits.connections = 1.into();
    let proxy = proxy(&config);
    for client in ["192.0.2.1", "192.0.2.2", "192.0.2.1"] {
        ask(&proxy, Some(client)).await;
        let line = String::from_utf8(told.recv().await.unwrap()).unwrap();
        assert!(line.starts_with(&format!("PROXY TCP4 {client} ")), "{line}");
    }
    assert_eq!(endpoint.accepted(), 3);
}
