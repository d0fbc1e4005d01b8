//! How an upstream answers.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum_core::body::Body;
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;

use crate::body::BodyScript;

/// How an upstream answers: an `async` closure or function from request to response, or one of this module.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use axum_core::body::Body;
/// use gateway_testkit::upstream::Upstream;
/// use http::{Request, Response};
///
/// let upstream = Upstream::start(|request: Request<Body>| async move {
///     Response::new(Body::from(format!("you asked for {}", request.uri().path())))
/// })
/// .await
/// .unwrap();
/// # });
/// ```
pub trait Respond: Send + Sync + 'static {
    /// Answers `request`.
    fn respond(&self, request: Request<Body>) -> Answering;
}

/// The future of a [`Respond`].
pub type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

impl<F, Fut> Respond for F
where
    F: Fn(Request<Body>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Response<Body>> + Send + 'static,
{
    fn respond(&self, request: Request<Body>) -> Answering {
        Box::pin(self(request))
    }
}

impl Respond for Arc<dyn Respond> {
    fn respond(&self, request: Request<Body>) -> Answering {
        self.as_ref().respond(request)
    }
}

/// Answers 200 with `text`, after reading the request.
pub fn text(text: impl Into<Bytes>) -> impl Respond {
    fixed(Response::new(text.into()))
}

/// Answers `status` without a body, after reading the request.
pub fn status(status: StatusCode) -> impl Respond {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    fixed(response)
}

/// Answers `response`, after reading the request.
pub fn fixed(response: Response<Bytes>) -> impl Respond {
    move |request: Request<Body>| {
        let response = response.clone().map(Body::from);
        async move {
            drain(request).await;
            response
        }
    }
}

/// Answers `response` at once; the body of the request is never read.
pub fn early(response: Response<Bytes>) -> impl Respond {
    move |_: Request<Body>| {
        let response = response.clone().map(Body::from);
        async move { response }
    }
}

/// Answers 200 with the body that `script` makes anew for each request, after reading the request.
pub fn stream(script: impl Fn() -> BodyScript + Send + Sync + 'static) -> impl Respond {
    move |request: Request<Body>| {
        let body = script().into_body();
        async move {
            drain(request).await;
            Response::new(body)
        }
    }
}

/// Answers 200 with the request's body and trailers as they come, `Content-Type` and `Trailer` included.
pub fn echo() -> impl Respond {
    |request: Request<Body>| async move {
        let (parts, body) = request.into_parts();
        let mut response = Response::new(body);
        for name in [header::CONTENT_TYPE, header::TRAILER] {
            if let Some(value) = parts.headers.get(&name) {
                response.headers_mut().insert(name, value.clone());
            }
        }
        response
    }
}

/// Answers as `then` does, `delay` later.
pub fn delayed(delay: Duration, then: impl Respond) -> impl Respond {
    let then = Arc::new(then);
    move |request: Request<Body>| {
        let then = Arc::clone(&then);
        async move {
            tokio::time::sleep(delay).await;
            then.respond(request).await
        }
    }
}

/// Answers the first request as the first of `script` does, the second as the second, and so on; the last
/// answers all that follow. An empty script answers 500.
pub fn in_turn(script: Vec<Box<dyn Respond>>) -> impl Respond {
    let served = AtomicUsize::new(0);
    move |request: Request<Body>| {
        let turn = served.fetch_add(1, Ordering::Relaxed);
        let answering = script
            .get(turn)
            .or(script.last())
            .map(|respond| respond.respond(request));
        async move {
            match answering {
                Some(answering) => answering.await,
                None => failure(),
            }
        }
    }
}

fn failure() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// Reads the whole body; one that breaks off is recorded as such and answered all the same.
async fn drain(request: Request<Body>) {
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::http_client::{HttpClient, get};
    use crate::upstream::Upstream;

    #[tokio::test]
    async fn an_echo_returns_body_and_trailers() {
        let upstream = Upstream::start(echo()).await.unwrap();
        for client in [
            HttpClient::http1(upstream.address()).await.unwrap(),
            HttpClient::http2(upstream.address()).await.unwrap(),
        ] {
            let body = BodyScript::new()
                .data("a")
                .data("b")
                .trailer("x-sum", "2")
                .into_body();
            let request = Request::post("/")
                .header("te", "trailers")
                .header("trailer", "x-sum")
                .header("content-type", "text/x-echo")
                .body(body)
                .unwrap();
            let answer = client.send(request).await.unwrap();
            assert_eq!(answer.text(), "ab");
            assert_eq!(answer.header("content-type"), Some("text/x-echo"));
            assert_eq!(answer.trailers.unwrap()["x-sum"], "2");
        }
    }

    #[tokio::test]
    async fn a_script_is_answered_in_turn() {
        let script = in_turn(vec![
            Box::new(status(StatusCode::BAD_GATEWAY)),
            Box::new(text("fine")),
        ]);
        let upstream = Upstream::start(script).await.unwrap();
        let url = upstream.url("/");
        assert_eq!(get(&url).await.unwrap().status, 502);
        assert_eq!(get(&url).await.unwrap().text(), "fine");
        assert_eq!(get(&url).await.unwrap().text(), "fine");
        upstream.answer_with(in_turn(Vec::new()));
        assert_eq!(get(&url).await.unwrap().status, 500);
    }

    #[tokio::test]
    async fn a_delay_is_kept() {
        let delay = Duration::from_millis(50);
        let upstream = Upstream::start(delayed(delay, text("late"))).await.unwrap();
        let start = Instant::now();
        assert_eq!(get(&upstream.url("/")).await.unwrap().text(), "late");
        assert!(start.elapsed() >= delay);
    }

    #[tokio::test]
    async fn a_stream_shows_its_first_piece_before_its_last() {
        let upstream = Upstream::start(stream(|| BodyScript::new().data("first").stall()))
            .await
            .unwrap();
        for client in [
            HttpClient::http1(upstream.address()).await.unwrap(),
            HttpClient::http2(upstream.address()).await.unwrap(),
        ] {
            let request = Request::get("/").body(Body::empty()).unwrap();
            let mut body = client.open(request).await.unwrap().into_body();
            assert_eq!(
                body.frame().await.unwrap().unwrap().into_data().unwrap(),
                "first"
            );
        }
    }
}
