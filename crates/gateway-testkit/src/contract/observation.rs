//! A layer in observe mode does nothing.

use gateway_core::contract::Request;

use super::transparency::passes_unchanged;
use super::{Contract, Finding};

/// In observe mode `request` reaches the inner service once and as it was sent, and its response the client,
/// whether the layer lets it pass or refuses it. No header fields are excepted.
///
/// # Errors
/// What differs, and how often the inner service was called if not once.
pub async fn passes_when_observed(contract: &Contract, request: Request) -> Finding {
    let observed = |probe| contract.layer.observed(probe);
    match passes_unchanged(request, observed, |_| false).await? {
        1 => Ok(()),
        calls => Err(format!("the inner service was called {calls} times")),
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum_core::body::Body;
    use gateway_core::contract::{Next, Response, handler};
    use gateway_core::rejection::{Code, Format, Rejection};
    use http::{HeaderValue, StatusCode};

    use super::*;
    use crate::contract::fixtures::{NoOp, contract, get};
    use crate::contract::probe::ask;
    use crate::contract::{Probe, Stack, Subject};

    #[tokio::test]
    async fn layers_that_pass_change_and_refuse_pass() {
        let change = handler(async |mut request: Request, next: Next| {
            request
                .headers_mut()
                .insert("x-a", HeaderValue::from_static("3"));
            next.run(request).await.map(|_| Body::empty())
        });
        let refuse = handler(async |_: Request, _: Next| {
            const CODE: Code = Code::new("test/refused");
            Rejection::new(StatusCode::FORBIDDEN, CODE, "No.").into_response(Format::Problem)
        });
        for contract in [contract(NoOp), contract(change), contract(refuse)] {
            assert_eq!(passes_when_observed(&contract, get("/")).await, Ok(()));
        }
    }

    /// Stands for an observe mode that is broken: what is done to a request.
    struct Observed(fn(Probe) -> Stack);

    impl Subject for Observed {
        fn around(&self, inner: Probe) -> Stack {
            Stack::new(inner)
        }

        fn within(&self, router: Router) -> Router {
            router
        }

        fn observed(&self, inner: Probe) -> Stack {
            (self.0)(inner)
        }
    }

    #[tokio::test]
    async fn an_observe_mode_that_enforces_is_found() {
        let refusing = |_| {
            let refuse = async |_: Request| Ok(Response::new(Body::empty()));
            Stack::new(tower::service_fn(refuse))
        };
        let found = passes_when_observed(&contract(Observed(refusing)), get("/")).await;
        assert!(found.unwrap_err().contains("answered 200 OK itself"));
    }

    #[tokio::test]
    async fn an_observe_mode_that_sends_twice_is_found() {
        let twice = |inner: Probe| {
            Stack::new(tower::service_fn(move |request: Request| {
                let inner = inner.clone();
                async move {
                    ask(Stack::new(inner.clone()), get("/")).await;
                    Ok(ask(Stack::new(inner), request).await)
                }
            }))
        };
        let found = passes_when_observed(&contract(Observed(twice)), get("/")).await;
        assert_eq!(found.unwrap_err(), "the inner service was called 2 times");
    }
}
