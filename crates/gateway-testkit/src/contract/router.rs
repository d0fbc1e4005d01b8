//! A layer stands in an axum router.

use axum::Router;
use tower::ServiceExt;

use super::{Contract, Finding, PATIENCE, Probe};
use crate::body::collect;

/// `axum::Router::new().layer(L)` serves a request that the layer lets pass.
///
/// # Errors
/// When the request does not reach the handler or its answer does not come back.
pub async fn works_in_an_axum_router(contract: &Contract) -> Finding {
    let probe = Probe::plain();
    let router = contract
        .layer
        .within(Router::new().fallback_service(probe.clone()));
    let answering = tokio::time::timeout(PATIENCE, router.oneshot(contract.passing_request()));
    let response = match answering.await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => return Err("the router did not answer".to_owned()),
    };
    let status = response.status();
    if probe.calls() == 0 {
        return Err(format!("the layer answered {status} itself"));
    }
    let body = collect(response.into_body())
        .await
        .map_err(|e| format!("the body failed: {e}"))?;
    if status != 200 || body.data != "inner" {
        return Err(format!("the router answered {status} with {:?}", body.data));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum_core::body::Body;
    use gateway_core::contract::{Next, Request, Response, handler};

    use super::*;
    use crate::contract::fixtures::{NoOp, contract};

    #[tokio::test]
    async fn a_layer_that_passes_on_passes() {
        assert_eq!(works_in_an_axum_router(&contract(NoOp)).await, Ok(()));
    }

    #[tokio::test]
    async fn a_layer_that_answers_itself_is_found() {
        let layer = handler(async |_: Request, _: Next| Response::new(Body::from("inner")));
        let found = works_in_an_axum_router(&contract(layer)).await.unwrap_err();
        assert_eq!(found, "the layer answered 200 OK itself");
    }

    #[tokio::test]
    async fn a_layer_that_loses_the_body_is_found() {
        let layer = handler(async |request: Request, next: Next| {
            next.run(request).await.map(|_| Body::empty())
        });
        assert!(works_in_an_axum_router(&contract(layer)).await.is_err());
    }
}
