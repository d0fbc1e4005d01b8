//! What it costs that a request could be sent again.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};

use layer_lb::{RetryConfig, UpstreamConfig};

use crate::retries::proxy;
use crate::support::{get, retrying, text};

/// An endpoint in a thread of its own, which answers all requests of one connection.
fn endpoint() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4096];
        // A small request comes in one piece.
        while stream.read(&mut buffer).is_ok_and(|length| length > 0) {
            let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
            stream.write_all(ok).unwrap();
        }
    });
    address
}

/// How much is allocated for 100 requests over a kept connection.
fn allocations(config: &UpstreamConfig) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (proxy, _) = proxy(config);
    let send = |requests: u32| {
        runtime.block_on(async {
            for _ in 0..requests {
                assert_eq!(text(get(&proxy).await).await, "ok");
            }
        });
    };
    send(20);
    allocation_counter::measure(|| send(100)).count_total
}

#[test]
fn a_request_that_is_not_sent_again_allocates_nothing_for_it() {
    let with = allocations(&retrying(&[endpoint()]));
    let without = allocations(&UpstreamConfig {
        retry: RetryConfig::Off,
        ..retrying(&[endpoint()])
    });
    assert!(without >= 100, "it is counted");
    // The reader of a connection may get a new buffer in one of both.
    assert!(with <= without + 5, "{with}, and {without} without retries");
}
