//! A layer passes each piece of a body on as it comes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum_core::body::Body;
use bytes::Bytes;
use gateway_core::contract::{Request, Response};
use http_body_util::BodyExt;
use tokio::sync::oneshot;

use super::probe::ask;
use super::{Contract, Finding, PATIENCE, Probe, SETTLED, Side};
use crate::body::{channel, collect};
use crate::sync::lock;
use crate::tasks::TaskGroup;

/// The inner service sees the first piece of a request's body before the second is sent; for a layer that
/// says it buffers, it does not.
///
/// # Errors
/// When it is otherwise.
pub async fn streams_requests(contract: &Contract) -> Finding {
    let (seen, first) = oneshot::channel();
    let seen = Arc::new(Mutex::new(Some(seen)));
    let probe = Probe::new(move |mut request: Request| {
        let seen = lock(&seen).take();
        async move {
            if request
                .body_mut()
                .frame()
                .await
                .is_some_and(|frame| frame.is_ok())
                && let Some(seen) = seen
            {
                let _ = seen.send(());
            }
            // A body that breaks off does so because the test is over.
            let _ = collect(request.into_body()).await;
            Response::new(Body::empty())
        }
    });
    let (head, body) = contract.passing_request().into_parts();
    let [piece, _] = halves(body).await?;
    let (mut sender, body) = channel();
    let stack = contract.layer.around(probe.clone());
    let tasks = TaskGroup::default();
    tasks.spawner().spawn(async move {
        ask(stack, Request::from_parts(head, body)).await;
    });
    let is_buffering = contract.is_buffering(Side::Request);
    let came = async {
        sender.send_data(piece).await.map_err(drop)?;
        first.await.map_err(drop)
    };
    judge(
        Side::Request,
        is_buffering,
        tokio::time::timeout(limit(is_buffering), came).await == Ok(Ok(())),
    )
}

/// The client sees the first piece of a response's body before the second is produced; for a layer that says
/// it buffers, it does not.
///
/// # Errors
/// When it is otherwise.
pub async fn streams_responses(contract: &Contract) -> Finding {
    let (mut sender, body) = channel();
    let body = Arc::new(Mutex::new(Some(body)));
    let probe = Probe::new(move |_| {
        let body = lock(&body).take().unwrap_or_default();
        async move { Response::new(body) }
    });
    let is_buffering = contract.is_buffering(Side::Response);
    let asking = ask(
        contract.layer.around(probe.clone()),
        contract.passing_request(),
    );
    let first = async {
        let (mut response, sent) = tokio::join!(asking, sender.send_data("first".into()));
        sent.is_ok()
            && response
                .body_mut()
                .frame()
                .await
                .is_some_and(|frame| frame.is_ok())
    };
    let came = tokio::time::timeout(limit(is_buffering), first).await;
    if probe.calls() == 0 {
        return Err("the layer did not call the inner service".to_owned());
    }
    judge(Side::Response, is_buffering, came == Ok(true))
}

fn limit(is_buffering: bool) -> Duration {
    if is_buffering { SETTLED } else { PATIENCE }
}

fn judge(side: Side, is_buffering: bool, came: bool) -> Finding {
    match (is_buffering, came) {
        (false, false) => Err(format!(
            "the first piece of the {side:?} waits for the second"
        )),
        (true, true) => Err(format!(
            "the layer does not buffer the {side:?}, as it says"
        )),
        _ => Ok(()),
    }
}

/// The data of `body` in two pieces; words of our own if it has none.
pub(super) async fn halves(body: Body) -> Result<[Bytes; 2], String> {
    let mut data = collect(body)
        .await
        .map_err(|e| format!("the passing request: {e}"))?
        .data;
    if data.is_empty() {
        data = Bytes::from("first, second");
    }
    let rest = data.split_off(data.len().div_ceil(2));
    Ok([data, rest])
}

#[cfg(test)]
mod tests {
    use gateway_core::contract::{HandlerLayer, Next, handler};

    use super::*;
    use crate::contract::fixtures::{NoOp, contract};

    fn buffering(side: Side) -> HandlerLayer {
        handler(move |request: Request, next: Next| async move {
            let request = match side {
                Side::Request => {
                    let (parts, body) = request.into_parts();
                    Request::from_parts(parts, Body::from(collect(body).await.unwrap().data))
                }
                Side::Response => request,
            };
            let (parts, body) = next.run(request).await.into_parts();
            let body = match side {
                Side::Request => body,
                Side::Response => Body::from(collect(body).await.unwrap().data),
            };
            Response::from_parts(parts, body)
        })
    }

    #[tokio::test]
    async fn a_layer_that_streams_passes() {
        assert_eq!(streams_requests(&contract(NoOp)).await, Ok(()));
        assert_eq!(streams_responses(&contract(NoOp)).await, Ok(()));
    }

    #[tokio::test]
    async fn a_layer_that_buffers_is_found() {
        let requests = contract(buffering(Side::Request));
        assert!(
            streams_requests(&requests)
                .await
                .unwrap_err()
                .contains("Request waits")
        );
        assert_eq!(streams_responses(&requests).await, Ok(()));
        let responses = contract(buffering(Side::Response));
        assert!(
            streams_responses(&responses)
                .await
                .unwrap_err()
                .contains("Response waits")
        );
        assert_eq!(streams_requests(&responses).await, Ok(()));
    }

    #[tokio::test]
    async fn a_layer_that_says_it_buffers_has_to() {
        for side in [Side::Request, Side::Response] {
            let honest = contract(buffering(side)).buffers(side);
            let dishonest = contract(NoOp).buffers(side);
            let (honest, dishonest) = match side {
                Side::Request => (
                    streams_requests(&honest).await,
                    streams_requests(&dishonest).await,
                ),
                Side::Response => (
                    streams_responses(&honest).await,
                    streams_responses(&dishonest).await,
                ),
            };
            assert_eq!(honest, Ok(()));
            assert!(dishonest.unwrap_err().contains("does not buffer"));
        }
    }

    #[tokio::test]
    async fn a_layer_that_answers_itself_is_found() {
        let layer = || handler(async |_: Request, _: Next| Response::new(Body::from("mine")));
        assert!(streams_requests(&contract(layer())).await.is_err());
        assert!(streams_responses(&contract(layer())).await.is_err());
    }
}
