//! A refusal travels with its response.

use gateway_core::contract::Request;
use gateway_core::rejection::{Format, Rejection};

use super::probe::ask;
use super::{Contract, Finding, PATIENCE, Probe};

/// A `request` that the layer refuses does not reach the inner service; its response carries the `Rejection` in
/// its extensions and says what it says.
///
/// # Errors
/// When the request is let through, or when the response has no `Rejection` or another status than it.
pub async fn refusal_carries_a_rejection(contract: &Contract, request: Request) -> Finding {
    let format = Format::of(request.headers());
    let probe = Probe::plain();
    let asking = ask(contract.layer.around(probe.clone()), request);
    let response = tokio::time::timeout(PATIENCE, asking)
        .await
        .map_err(|_| "no response came")?;
    let status = response.status();
    if probe.calls() > 0 {
        return Err(format!("the request went through, with {status}"));
    }
    let Some(rejection) = response.extensions().get::<Rejection>() else {
        return Err(format!(
            "the request was refused with {status} and without a Rejection"
        ));
    };
    let expected = rejection.clone().into_response(format);
    if expected.status() != status {
        let was = expected.status();
        return Err(format!(
            "the response says {status} and its Rejection {was}"
        ));
    }
    let content_type = response.headers().get(http::header::CONTENT_TYPE);
    if expected.headers().get(http::header::CONTENT_TYPE) != content_type {
        return Err(format!("the response has the wrong form: {content_type:?}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum_core::body::Body;
    use gateway_core::contract::{HandlerLayer, Next, Response, handler};
    use gateway_core::rejection::Code;
    use http::StatusCode;

    use super::*;
    use crate::contract::fixtures::{NoOp, contract, get};

    const CODE: Code = Code::new("test/refused");

    /// A layer that refuses everything, its response then spoiled.
    fn refusing(format: Format, spoil: fn(Response) -> Response) -> HandlerLayer {
        handler(move |_: Request, _: Next| async move {
            spoil(Rejection::new(StatusCode::FORBIDDEN, CODE, "No.").into_response(format))
        })
    }

    async fn check(layer: HandlerLayer, request: Request) -> Finding {
        refusal_carries_a_rejection(&contract(layer), request).await
    }

    fn grpc() -> Request {
        let request = http::Request::post("/service/Method");
        request
            .header("content-type", "application/grpc")
            .body(Body::empty())
            .unwrap()
    }

    #[tokio::test]
    async fn a_refusal_in_the_callers_form_passes() {
        assert_eq!(
            check(refusing(Format::Problem, |r| r), get("/")).await,
            Ok(())
        );
        assert_eq!(check(refusing(Format::Grpc, |r| r), grpc()).await, Ok(()));
    }

    #[tokio::test]
    async fn a_refusal_in_another_form_is_found() {
        assert!(
            check(refusing(Format::Problem, |r| r), grpc())
                .await
                .is_err()
        );
        assert!(
            check(refusing(Format::Grpc, |r| r), get("/"))
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn a_refusal_without_a_rejection_is_found() {
        let spoil = |mut response: Response| {
            response.extensions_mut().clear();
            response
        };
        let found = check(refusing(Format::Problem, spoil), get("/"))
            .await
            .unwrap_err();
        assert!(found.contains("was refused with 403 Forbidden"), "{found}");
    }

    #[tokio::test]
    async fn a_status_that_is_not_the_rejections_is_found() {
        let spoil = |mut response: Response| {
            *response.status_mut() = StatusCode::OK;
            response
        };
        assert!(
            check(refusing(Format::Problem, spoil), get("/"))
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn a_layer_that_lets_the_request_pass_is_found() {
        let found = refusal_carries_a_rejection(&contract(NoOp), get("/"))
            .await
            .unwrap_err();
        assert!(found.contains("went through"), "{found}");
    }

    #[tokio::test]
    async fn a_layer_that_lets_the_request_pass_before_it_refuses_is_found() {
        let layer = handler(async |request: Request, next: Next| {
            let format = Format::of(request.headers());
            drop(next.run(request).await);
            Rejection::new(StatusCode::FORBIDDEN, CODE, "No.").into_response(format)
        });
        let found = check(layer, get("/")).await.unwrap_err();
        assert_eq!(found, "the request went through, with 403 Forbidden");
    }
}
