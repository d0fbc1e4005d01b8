use std::io;

use http_body_util::channel::{Channel, Sender};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tower::service_fn;

use super::*;

type Answer = oneshot::Sender<Response>;

/// What reads the request, then waits to be told its answer; the way to tell the first one stands beside.
fn upstream() -> (RouteService, Answer) {
    let (answer, told) = oneshot::channel();
    let told = Arc::new(Mutex::new(Some(told)));
    let service = service_fn(move |request: Request| {
        let told = told.lock().unwrap_or_else(PoisonError::into_inner).take();
        async move {
            read(request.into_body()).await;
            let answer = match told {
                Some(told) => told.await,
                None => std::future::pending().await,
            };
            Ok(answer.unwrap_or_default())
        }
    });
    let finish = Finish::new(RouteService::new(service), TaskTracker::new());
    (RouteService::new(finish), answer)
}

fn channel() -> (Sender<Bytes, io::Error>, Body) {
    let (sender, body) = Channel::new(1);
    (sender, Body::new(body))
}

/// Begins an exchange and leaves it.
async fn leave(service: &RouteService, request: Request) {
    let response = tokio::spawn(service.respond(request));
    yield_now().await;
    response.abort();
    assert!(response.await.is_err());
    yield_now().await;
}

async fn all_is_read(mut sender: Sender<Bytes, io::Error>) {
    for _ in 0..5 {
        sender.send_data("more".into()).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_left_before_the_answer_goes_on() {
    let (service, answer) = upstream();
    leave(&service, Request::default()).await;
    let (sender, body) = channel();
    answer.send(Response::new(body)).unwrap();
    all_is_read(sender).await;
}

#[tokio::test]
async fn what_is_left_within_the_answer_goes_on() {
    let (service, answer) = upstream();
    let (mut sender, body) = channel();
    answer.send(Response::new(body)).unwrap();
    let Ok(mut response) = service.respond(Request::default()).await;
    sender.send_data("first".into()).await.unwrap();
    response.body_mut().frame().await.unwrap().unwrap();
    drop(response);
    all_is_read(sender).await;
}

#[tokio::test]
async fn a_request_goes_on_once_all_of_it_has_come() {
    for is_whole in [true, false] {
        let (service, answer) = upstream();
        let (mut sender, body) = channel();
        sender.try_send(Frame::data("part".into())).unwrap();
        let held = (!is_whole).then_some(sender);
        leave(&service, Request::new(body)).await;
        assert_eq!(answer.is_closed(), !is_whole);
        drop(held);
    }
}

#[tokio::test]
async fn so_many_go_on_and_no_more() {
    let (service, answer) = upstream();
    // The first takes the only answer there is.
    let first = tokio::spawn(service.respond(Request::default()));
    yield_now().await;
    for _ in 0..MOST {
        leave(&service, Request::default()).await;
    }
    first.abort();
    assert!(first.await.is_err());
    assert!(answer.is_closed());
}

#[tokio::test]
async fn what_goes_on_ends_with_the_route() {
    let (service, mut answer) = upstream();
    leave(&service, Request::default()).await;
    assert!(!answer.is_closed());
    drop(service);
    answer.closed().await;
}

#[tokio::test]
async fn a_websocket_ends_with_its_client() {
    let (service, answer) = upstream();
    let mut handshake = Request::default();
    handshake.extensions_mut().insert(Upgrade::WebSocket);
    leave(&service, handshake).await;
    assert!(answer.is_closed());
}

#[tokio::test]
async fn hints_pass_and_do_not_hold_the_client_that_leaves() {
    struct Counting(std::sync::atomic::AtomicUsize);
    impl EarlyHints for Counting {
        fn send(&self, _: HeaderMap) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let client = Arc::new(Counting(0.into()));
    let mut request = Request::default();
    let interim = Interim::new(Arc::clone(&client) as Arc<dyn EarlyHints>);
    request.extensions_mut().insert(interim);
    let hinting = service_fn(|request: Request| async move {
        let hints = request.extensions().get::<Interim>().cloned();
        hints.unwrap().early_hints(HeaderMap::new());
        std::future::pending().await
    });
    let finish = Finish::new(RouteService::new(hinting), TaskTracker::new());
    let tasks = finish.0.tasks.clone();
    let service = RouteService::new(finish);
    leave(&service, request).await;
    assert_eq!(client.0.load(Ordering::Relaxed), 1);
    assert_eq!((tasks.len(), Arc::strong_count(&client)), (1, 1));
}

#[tokio::test]
async fn who_stays_gets_the_answer_as_it_is() {
    let (service, answer) = upstream();
    let (mut sender, body) = channel();
    let mut told = Response::new(body);
    told.extensions_mut().insert("passes");
    answer.send(told).unwrap();
    let Ok(response) = service.respond(Request::default()).await;
    assert_eq!(response.extensions().get(), Some(&"passes"));
    sender.try_send(Frame::data("data".into())).unwrap();
    // Nothing is read ahead of the client.
    assert!(sender.try_send(Frame::data("data".into())).is_err());
    let mut body = response.into_body();
    let data = body.frame().await.unwrap().unwrap();
    assert_eq!(data.into_data().unwrap(), "data");
    let trailers = Frame::trailers(HeaderMap::new());
    sender.try_send(trailers).unwrap();
    assert!(body.frame().await.unwrap().unwrap().is_trailers());
    sender.abort(io::Error::other("cut"));
    assert!(body.frame().await.unwrap().is_err());
}
