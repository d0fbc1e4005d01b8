//! Interim responses on all ways: hints pass, others do not.

use std::io;

use bytes::Bytes;
use gateway_testkit::raw::RawConnection;
use gateway_testkit::upstream::RawUpstream;
use gateway_testkit::{InProcessGateway, free_address};
use http::Response;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::asking::get;
use super::counted::{ADMIN, event, value};
use crate::passage::{ALL, gateway_before};
use crate::protocol::{PROTOCOLS, Protocol};

/// What the upstream sends before its response.
const INTERIM: [u16; 5] = [102, 103, 104, 103, 199];

async fn http1(mut connection: RawConnection) -> io::Result<()> {
    loop {
        connection.read_request().await?;
        for status in INTERIM {
            let head =
                format!("HTTP/1.1 {status} Soon\r\nLink: </a>\r\nX-Interim: {status}\r\n\r\n");
            connection.send(head).await?;
        }
        connection
            .send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
            .await?;
    }
}

async fn http2(stream: TcpStream) -> Result<(), h2::Error> {
    let mut connection = h2::server::handshake(stream).await?;
    while let Some(request) = connection.accept().await {
        let (_, mut respond) = request?;
        for status in INTERIM {
            let head = Response::builder().status(status).header("link", "</a>");
            respond.send_informational(head.body(()).unwrap())?;
        }
        respond
            .send_response(Response::new(()), false)?
            .send_data(Bytes::from("done"), true)?;
    }
    Ok(())
}

/// An upstream over HTTP/2 that ends with the set.
async fn serve_http2(connections: &mut JoinSet<()>) -> std::net::SocketAddr {
    let listener = TcpListener::bind(free_address().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    connections.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(http2(stream));
        }
    });
    address
}

async fn check(gateway: &InProcessGateway) {
    let address = gateway.address("public").unwrap();
    for protocol in PROTOCOLS {
        for _ in 0..2 {
            let told = get(protocol, address).await;
            assert_eq!(told.interim, [103, 103], "{protocol:?}");
            assert_eq!(
                (told.status, told.body.as_str(), told.is_whole),
                (200, "done", true)
            );
        }
    }
    assert_eq!(value(gateway, &event("early-hints")).await, 8);
    // A client of HTTP/1.0 knows none.
    let mut old = RawConnection::connect(address).await.unwrap();
    old.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n").await.unwrap();
    assert_eq!(old.read_response().await.unwrap().status().unwrap(), 200);
}

#[tokio::test]
async fn hints_pass_and_other_interim_responses_do_not() {
    let rest = format!("{ADMIN}{ALL}");
    let upstream = RawUpstream::start(http1).await.unwrap();
    check(&gateway_before(upstream.address(), Protocol::Http1, &rest)).await;
    let mut connections = JoinSet::new();
    let address = serve_http2(&mut connections).await;
    check(&gateway_before(address, Protocol::Http2, &rest)).await;
}

/// Nobody asked for another protocol, or for leave to continue.
#[tokio::test]
async fn what_nobody_asked_for_is_not_passed_on() {
    for (head, status) in [
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone",
            200,
        ),
        (
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
            502,
        ),
        (
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
            502,
        ),
    ] {
        let script = move |mut connection: RawConnection| async move {
            loop {
                connection.read_request().await?;
                connection.send(head).await?;
            }
        };
        let upstream = RawUpstream::start(script).await.unwrap();
        let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
        for protocol in PROTOCOLS {
            let told = get(protocol, gateway.address("public").unwrap()).await;
            assert_eq!(
                (told.status, told.interim.len()),
                (status, 0),
                "{protocol:?} {head}"
            );
        }
    }
}
