//! Answers, and how they end.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::Response;
use http_body::Frame;
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use tokio::io::AsyncReadExt;

use super::client::{Client, without_dates};
use crate::server::{ConnectionLimits, Ending};

const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const OLD: &str = "GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n";

/// One step of a body.
#[derive(Clone, Copy)]
enum Step {
    Data(&'static str),
    Trailer(&'static str),
    Pause,
    Fail,
    Panic,
}

use Step::{Data, Fail, Panic, Pause, Trailer};

/// A body of unknown length that goes through these steps.
fn body(steps: &'static [Step]) -> Body {
    let (mut sender, body) = Channel::<Bytes, std::io::Error>::new(1);
    tokio::spawn(async move {
        for step in steps {
            match step {
                Data(data) => sender.send_data(Bytes::from(*data)).await.unwrap(),
                Trailer(name) => {
                    let mut trailers = http::HeaderMap::new();
                    trailers.insert(*name, "1".parse().unwrap());
                    sender.send(Frame::trailers(trailers)).await.unwrap();
                }
                Pause => tokio::time::sleep(Duration::from_millis(10)).await,
                Fail => return sender.abort(std::io::Error::other("it broke")),
                Panic => {}
            }
        }
    });
    let panics = steps.iter().any(|step| matches!(step, Panic));
    let mut count = 0;
    Body::new(body.map_frame(move |frame| {
        count += 1;
        assert!(!panics || count == 1, "this body panics");
        frame
    }))
}

fn client(steps: &'static [Step], fields: &'static [(&'static str, &'static str)]) -> Client {
    Client::of(move |_| async move {
        let mut response = Response::new(body(steps));
        for (name, value) in fields {
            response.headers_mut().append(*name, value.parse().unwrap());
        }
        response
    })
}

#[tokio::test(start_paused = true)]
async fn a_body_of_unknown_length_is_chunked() {
    let mut client = client(&[Data("abc"), Pause, Data(""), Data("de")], &[]);
    assert_eq!(
        without_dates(&client.ask(GET).await),
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    );
    assert!(client.is_served().await);
}

#[tokio::test(start_paused = true)]
async fn http_1_0_sees_the_end_by_the_end_of_the_connection() {
    let mut client = client(&[Data("abc"), Pause, Data("de")], &[]);
    client.send(OLD).await;
    assert_eq!(
        without_dates(&client.read_to_end().await),
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabcde"
    );
    assert!(!client.is_reset());
}

#[tokio::test(start_paused = true)]
async fn trailers_come_where_they_were_asked_for_or_announced() {
    const STEPS: &[Step] = &[Data("abc"), Trailer("x-sum")];
    let asking = GET.replace("host", "te: trailers\r\nhost");
    for (request, fields, comes) in [
        (GET, &[][..], false),
        (GET, &[("trailer", "x-sum")], true),
        (asking.as_str(), &[], true),
    ] {
        let mut client = client(STEPS, fields);
        let answer = client.ask(request).await;
        let end = if comes {
            "0\r\nx-sum: 1\r\n\r\n"
        } else {
            "0\r\n\r\n"
        };
        assert!(answer.ends_with(&format!("3\r\nabc\r\n{end}")), "{answer}");
        assert!(client.is_served().await);
    }
    let mut client = client(&[Data("abc"), Trailer("content-length")], &[]);
    assert!(client.ask(asking).await.ends_with("3\r\nabc\r\n0\r\n\r\n"));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_breaks_off_never_looks_whole() {
    for steps in [
        &[Data("abc"), Pause, Fail][..],
        &[Data("abc"), Pause, Data("de"), Panic],
    ] {
        let mut new = client(steps, &[]);
        new.send(GET).await;
        let cut = new.read_to_end().await;
        assert!(cut.ends_with("3\r\nabc\r\n"), "{cut}");

        let mut old = client(steps, &[]);
        old.send(OLD).await;
        let cut = old.read_to_end().await;
        assert!(cut.ends_with("abc"), "{cut}");
        assert!(old.is_reset(), "or it would look whole");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_is_as_long_as_its_head_says() {
    const LENGTH: &[(&str, &str)] = &[("content-length", "5")];
    let mut right = client(&[Data("abc"), Pause, Data("de")], LENGTH);
    assert!(right.ask(GET).await.ends_with("\r\n\r\nabcde"));
    assert!(right.is_served().await);
    for steps in [&[Data("abc")][..], &[Data("abc"), Pause, Data("defg")]] {
        let mut wrong = client(steps, LENGTH);
        wrong.send(GET).await;
        let cut = wrong.read_to_end().await;
        assert!(cut.ends_with("\r\n\r\nabc"), "{cut}");
    }
    // What was promised is there; that there would be more is seen in time to end the connection.
    let mut wrong = client(&[Data("abcde"), Data("f")], LENGTH);
    wrong.send(GET).await;
    assert!(!wrong.read_to_end().await.ends_with('f'));
}

#[tokio::test(start_paused = true)]
async fn some_answers_have_no_body() {
    let mut head = client(&[Data("abc")], &[("content-length", "3")]);
    let answer = head.ask(GET.replace("GET", "HEAD")).await;
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    assert!(answer.contains("content-length: 3\r\n"), "{answer}");
    assert!(head.is_served().await);
    for status in [204, 304] {
        let mut client = Client::of(move |_| async move {
            let mut response = Response::new(Body::from("abc"));
            *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
            response
        });
        let answer = client.ask(GET).await;
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
        assert!(!answer.contains("content-length"), "{answer}");
        assert!(client.is_served().await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_may_be_slow_but_not_stop() {
    const LENGTH: usize = 1 << 20;
    let large = |_| async { Response::new(Body::from(vec![b'x'; LENGTH])) };
    let limits = ConnectionLimits {
        write_timeout: Duration::from_secs(60),
        idle_timeout: Duration::from_secs(1),
        header_timeout: Duration::from_secs(1),
        ..ConnectionLimits::default()
    };
    let mut slow = Client::limited(limits, large);
    slow.send(GET).await;
    let mut part = vec![0; 64 * 1024];
    let mut count = 0;
    while count < LENGTH {
        tokio::time::sleep(Duration::from_secs(50)).await;
        count += slow.io.read(&mut part).await.unwrap();
    }
    assert_eq!(slow.ended(Ending::Write), 0);

    let mut stopped = Client::limited(limits, large);
    stopped.send(GET).await;
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert_eq!(stopped.ended(Ending::Write), 1);
    assert!(stopped.read_to_end().await.len() < LENGTH);
}
