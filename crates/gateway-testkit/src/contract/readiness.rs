//! A layer waits until the inner service is ready.

use tokio::task::JoinSet;

use super::probe::ask;
use super::{Contract, Finding, PATIENCE, Probe, SETTLED};

/// While the inner service is not ready, the layer is not either, or its call waits; once the inner service is
/// ready, the very instance that said so is called.
///
/// # Errors
/// When the inner service is called before it is ready, when it is ready and the layer does not notice, or
/// when the layer calls an instance that it has not asked, such as a fresh clone.
pub async fn waits_for_the_inner_service(contract: &Contract) -> Finding {
    let probe = Probe::plain();
    probe.set_ready(false);
    let stack = contract.layer.around(probe.clone());
    // In a task of its own it is polled when it is woken, and never just because we look.
    let mut tasks = JoinSet::new();
    tasks.spawn(ask(stack, contract.passing_request()));
    if let Ok(Some(answered)) = tokio::time::timeout(SETTLED, tasks.join_next()).await {
        let what = answered.map_or("panicked".to_owned(), |response| {
            format!("answered {}", response.status())
        });
        return Err(format!(
            "the layer {what} before the inner service was ready"
        ));
    }
    if probe.calls() > 0 {
        return Err("the inner service was called before it was ready".to_owned());
    }
    probe.set_ready(true);
    if tokio::time::timeout(PATIENCE, tasks.join_next())
        .await
        .is_err()
    {
        return Err("the layer did not notice that the inner service became ready".to_owned());
    }
    match (probe.calls(), probe.unasked_calls()) {
        (0, _) => Err("the layer did not call the inner service".to_owned()),
        (_, 0) => Ok(()),
        _ => {
            Err("the layer called an instance that it had not asked whether it is ready".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use axum_core::body::Body;
    use gateway_core::contract::{Next, Request, Response, handler};
    use tower_layer::Layer;
    use tower_service::Service;

    use super::*;
    use crate::contract::fixtures::{NoOp, contract};

    /// The ways to get readiness wrong.
    #[derive(Clone, Copy)]
    enum Unready<S = ()> {
        /// Always ready.
        Eager(S),
        /// Asks one instance and calls its clone.
        Swapping(S),
        /// Asks, and does not leave a number to call back.
        Deaf(S),
    }

    impl<S> Layer<S> for Unready {
        type Service = Unready<S>;

        fn layer(&self, inner: S) -> Unready<S> {
            match self {
                Self::Eager(()) => Unready::Eager(inner),
                Self::Swapping(()) => Unready::Swapping(inner),
                Self::Deaf(()) => Unready::Deaf(inner),
            }
        }
    }

    impl<S: Service<Request> + Clone> Service<Request> for Unready<S> {
        type Response = S::Response;
        type Error = S::Error;
        type Future = S::Future;

        fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
            match self {
                Self::Eager(_) => Poll::Ready(Ok(())),
                Self::Swapping(inner) => inner.poll_ready(cx),
                Self::Deaf(inner) => inner.poll_ready(&mut Context::from_waker(Waker::noop())),
            }
        }

        fn call(&mut self, request: Request) -> S::Future {
            match self {
                Self::Eager(inner) | Self::Deaf(inner) => inner.call(request),
                Self::Swapping(inner) => inner.clone().call(request),
            }
        }
    }

    #[tokio::test]
    async fn layers_that_ask_or_wait_pass() {
        let asking = contract(NoOp);
        let waiting = contract(handler(async |request: Request, next: Next| {
            next.run(request).await
        }));
        assert_eq!(waits_for_the_inner_service(&asking).await, Ok(()));
        assert_eq!(waits_for_the_inner_service(&waiting).await, Ok(()));
    }

    #[tokio::test]
    async fn each_way_to_get_it_wrong_is_found() {
        for (layer, finding) in [
            (Unready::Eager(()), "before"),
            (Unready::Swapping(()), "had not asked"),
            (Unready::Deaf(()), "did not notice"),
        ] {
            let found = waits_for_the_inner_service(&contract(layer))
                .await
                .unwrap_err();
            assert!(found.contains(finding), "{found}");
        }
    }

    #[tokio::test]
    async fn a_layer_that_answers_itself_is_found() {
        let layer = handler(async |_: Request, _: Next| Response::new(Body::empty()));
        assert!(waits_for_the_inner_service(&contract(layer)).await.is_err());
    }
}
