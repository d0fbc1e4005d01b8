//! A client that asks one thing after the other, in a thread of its own, and notes how long each takes.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Between two requests.
const PAUSE: Duration = Duration::from_millis(2);
/// What has a p99 of its own; their median is the figure.
const WINDOW: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Notes {
    times: Vec<(Instant, Duration)>,
    failure: Option<io::Error>,
}

/// A client that asks one thing after the other.
pub(crate) struct Honest(Arc<Mutex<Notes>>);

impl Honest {
    /// Starts it; it ends with the test's process.
    pub(crate) fn start(address: SocketAddr) -> io::Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let notes = Arc::<Mutex<Notes>>::default();
        let noting = Arc::clone(&notes);
        thread::spawn(move || {
            loop {
                let start = Instant::now();
                let asked = ask(&mut stream);
                let mut notes = noting.lock().unwrap_or_else(PoisonError::into_inner);
                if let Err(error) = asked {
                    notes.failure = Some(error);
                    return;
                }
                notes.times.push((start, start.elapsed()));
                drop(notes);
                thread::sleep(PAUSE);
            }
        });
        Ok(Self(notes))
    }

    /// The median of the p99 of each window so far.
    pub(crate) fn p99(&self) -> Duration {
        let notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((first, _)) = notes.times.first() else {
            return Duration::MAX;
        };
        let window =
            |start: &Instant| start.duration_since(*first).as_millis() / WINDOW.as_millis();
        let mut p99s: Vec<_> = notes
            .times
            .chunk_by(|(a, _), (b, _)| window(a) == window(b))
            .filter_map(|of_window| {
                let mut times: Vec<_> = of_window.iter().map(|(_, time)| *time).collect();
                times.sort_unstable();
                times
                    .get((times.len() * 99 / 100).min(times.len() - 1))
                    .copied()
            })
            .collect();
        p99s.sort_unstable();
        p99s[p99s.len() / 2]
    }

    /// Begins anew.
    pub(crate) fn forget(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .times
            .clear();
    }

    /// Why it could not go on.
    pub(crate) fn failure(&self) -> Option<String> {
        let notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes.failure.as_ref().map(ToString::to_string)
    }
}

fn ask(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")?;
    let mut answer = Vec::new();
    let mut chunk = [0; 1024];
    while !answer.ends_with(b"\r\n\r\nhello") {
        match stream.read(&mut chunk)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => answer.extend_from_slice(&chunk[..count]),
        }
    }
    if answer.starts_with(b"HTTP/1.1 200 ") {
        return Ok(());
    }
    Err(io::Error::other(
        String::from_utf8_lossy(&answer).into_owned(),
    ))
}
