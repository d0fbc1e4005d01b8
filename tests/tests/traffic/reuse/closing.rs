//! An upstream that closes by the byte, 0 to 3 ms after each answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use gateway_testkit::raw::RawHead;
use http::Method;

use super::load::{REQUESTS, assert_made, gateway_before, send_all};

/// Threads, as in servers of old, lest the runtime of the test smooth the timing.
struct Closing {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Closing {
    /// It ends with the test's process.
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let noted = Arc::clone(&seen);
        thread::spawn(move || {
            for (number, stream) in (0_u64..).zip(listener.incoming()) {
                let noted = Arc::clone(&noted);
                thread::spawn(move || answer_and_close(stream.ok()?, number, &noted));
            }
        });
        Self { address, seen }
    }
}

/// Answers one request, promises to stay, and closes.
fn answer_and_close(mut stream: TcpStream, number: u64, seen: &Mutex<Vec<String>>) -> Option<()> {
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .ok()?;
    stream.set_nodelay(true).ok()?;
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    let (head, end) = loop {
        let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&chunk[..count]);
        if let Some(whole) = RawHead::parse(&read) {
            break whole;
        }
    };
    let path = head.start_line.split(' ').nth(1)?.to_owned();
    let length: usize = head.field("content-length").unwrap_or("0").parse().ok()?;
    seen.lock().ok()?.push(path.clone());
    while read.len() < end + length {
        let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&chunk[..count]);
    }
    let length = path.len();
    let keep = "Connection: keep-alive\r\nKeep-Alive: timeout=60";
    let answer = format!("HTTP/1.1 200 OK\r\n{keep}\r\nContent-Length: {length}\r\n\r\n{path}");
    stream.write_all(answer.as_bytes()).ok()?;
    // Spread over 0 to 3 ms, in steps that do not follow the order.
    thread::sleep(Duration::from_micros(number * 733 % 3001));
    Some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_and_none_is_made_twice() {
    let upstream = Closing::start();
    let gateway = gateway_before(upstream.address).await;
    for method in [Method::GET, Method::POST] {
        send_all(&gateway, &method).await;
        let seen = upstream.seen.lock().unwrap().clone();
        assert!(seen.len() >= REQUESTS);
        assert_made(seen, &method);
    }
}
