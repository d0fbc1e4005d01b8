//! What nobody waits for any more ends.

use std::future::pending;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use gateway_core::contract::{Request, Response};
use http_body::Frame;
use http_body_util::BodyExt;
use tokio::sync::oneshot;

use super::probe::ask;
use super::{Contract, Finding, PATIENCE, Probe};
use crate::sync::lock;
use crate::wait::wait_until;

/// Something that tells when it is dropped.
type Alive = oneshot::Sender<()>;

/// Dropping the layer's future drops the inner service's.
///
/// # Errors
/// When the inner future lives on, or is never reached.
pub async fn dropping_the_call_drops_the_inner_call(contract: &Contract) -> Finding {
    let (alive, gone) = once();
    let probe = Probe::new(move |request: Request| {
        let alive = lock(&alive).take();
        async move {
            let _held = (alive, request);
            pending().await
        }
    });
    let asking = ask(
        contract.layer.around(probe.clone()),
        contract.passing_request(),
    );
    tokio::select! {
        response = asking => return Err(format!("the layer answered {} itself", response.status())),
        reached = wait_until(PATIENCE, async || probe.calls() > 0) => {
            reached.map_err(|_| "the layer did not call the inner service".to_owned())?;
        }
    }
    let ended = tokio::time::timeout(PATIENCE, gone).await;
    ended
        .map(drop)
        .map_err(|_| "the inner call goes on after the call was dropped".to_owned())
}

/// Dropping the layer's response drops the inner service's body.
///
/// # Errors
/// When the inner body lives on, or no response comes.
pub async fn dropping_the_body_drops_the_inner_body(contract: &Contract) -> Finding {
    let (alive, gone) = once();
    let probe = Probe::new(move |_| {
        let body = Endless {
            begun: false,
            _alive: lock(&alive).take(),
        };
        async move { Response::new(Body::new(body)) }
    });
    let asking = ask(
        contract.layer.around(probe.clone()),
        contract.passing_request(),
    );
    let begun = tokio::time::timeout(PATIENCE, async {
        let mut response = asking.await;
        response.body_mut().frame().await;
        response
    });
    let response = begun
        .await
        .map_err(|_| "the response did not begin".to_owned())?;
    if probe.calls() == 0 {
        return Err(format!("the layer answered {} itself", response.status()));
    }
    drop(response);
    let ended = tokio::time::timeout(PATIENCE, gone).await;
    ended
        .map(drop)
        .map_err(|_| "the inner body goes on after the response was dropped".to_owned())
}

fn once() -> (Arc<Mutex<Option<Alive>>>, oneshot::Receiver<()>) {
    let (alive, gone) = oneshot::channel();
    (Arc::new(Mutex::new(Some(alive))), gone)
}

/// A body with one frame and no end.
struct Endless {
    begun: bool,
    _alive: Option<Alive>,
}

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if std::mem::replace(&mut self.begun, true) {
            return Poll::Pending;
        }
        Poll::Ready(Some(Ok(Frame::data(Bytes::from("endless")))))
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::contract::{Next, handler};

    use super::*;
    use crate::body::channel;
    use crate::contract::fixtures::{NoOp, contract};

    #[tokio::test]
    async fn a_layer_that_lets_go_passes() {
        assert_eq!(
            dropping_the_call_drops_the_inner_call(&contract(NoOp)).await,
            Ok(())
        );
        assert_eq!(
            dropping_the_body_drops_the_inner_body(&contract(NoOp)).await,
            Ok(())
        );
    }

    #[tokio::test]
    async fn a_call_that_was_spawned_is_found() {
        let layer = handler(async |request: Request, next: Next| {
            tokio::spawn(next.run(request)).await.unwrap()
        });
        let found = dropping_the_call_drops_the_inner_call(&contract(layer))
            .await
            .unwrap_err();
        assert!(found.contains("inner call goes on"), "{found}");
    }

    #[tokio::test]
    async fn a_body_that_is_pumped_is_found() {
        let layer = handler(async |request: Request, next: Next| {
            let (parts, mut body) = next.run(request).await.into_parts();
            let (mut sender, pumped) = channel();
            tokio::spawn(async move {
                while let Some(Ok(frame)) = body.frame().await {
                    let _ = sender.send(frame).await;
                }
            });
            Response::from_parts(parts, pumped)
        });
        let found = dropping_the_body_drops_the_inner_body(&contract(layer))
            .await
            .unwrap_err();
        assert!(found.contains("inner body goes on"), "{found}");
    }

    #[tokio::test]
    async fn a_layer_that_answers_itself_is_found() {
        let layer = || handler(async |_: Request, _: Next| Response::new(Body::from("mine")));
        assert!(
            dropping_the_call_drops_the_inner_call(&contract(layer()))
                .await
                .is_err()
        );
        assert!(
            dropping_the_body_drops_the_inner_body(&contract(layer()))
                .await
                .is_err()
        );
    }
}
