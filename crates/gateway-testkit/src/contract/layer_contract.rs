//! The macro that makes tests of the checks.

use std::future::Future;
use std::time::Duration;

use super::Finding;

/// How long a check may take before its test fails.
const DEADLINE: Duration = Duration::from_secs(30);

/// Runs `check` on a runtime of its own.
///
/// # Panics
/// When the check finds something, and after 30 s.
pub fn run(check: impl Future<Output = Finding>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let found = match runtime {
        Ok(runtime) => runtime.block_on(async { tokio::time::timeout(DEADLINE, check).await }),
        Err(error) => panic!("no runtime: {error}"),
    };
    match found {
        Ok(Ok(())) => {}
        Ok(Err(finding)) => panic!("{finding}"),
        Err(_) => panic!("the check did not end within {DEADLINE:?}"),
    }
}

/// Makes a module of tests that hold a layer to the contract; each check gets a layer of its own.
///
/// After the name of the module and the layer comes a request that the layer lets pass, then what is special
/// about the layer, all of it optional and in this order:
///
/// - `refusing request: …` is one that the layer refuses;
/// - `may change: ["…"]` names header fields that it may add, change or remove on either side;
/// - `buffers: [Request, Response]` names the sides whose bodies it reads whole, which it then has to;
/// - `passes on: errors` is for a layer that stands around services of any error type.
///
/// ```
/// use axum_core::body::Body;
/// use gateway_core::contract::{Next, Request, Response, handler};
/// use gateway_testkit::layer_contract;
///
/// async fn pass(request: Request, next: Next) -> Response {
///     next.run(request).await
/// }
///
/// layer_contract! {
///     passing: handler(pass),
///     passing request: Request::new(Body::empty()),
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! layer_contract {
    (
        $name:ident: $layer:expr,
        passing request: $passing:expr
        $(, refusing request: $refusing:expr)?
        $(, may change: [$($field:literal),+ $(,)?])?
        $(, buffers: [$($side:ident),+ $(,)?])?
        $(, passes on: $errors:ident)?
        $(,)?
    ) => {
        mod $name {
            use super::*;

            fn contract() -> $crate::contract::Contract {
                $crate::contract::Contract::new($layer, || $passing)
                    $($(.may_change($field))+)?
                    $($(.buffers($crate::contract::Side::$side))+)?
            }

            $crate::layer_contract! { @check works_in_an_axum_router }
            $crate::layer_contract! { @check waits_for_the_inner_service }
            $crate::layer_contract! { @check is_transparent }
            $crate::layer_contract! { @check streams_requests }
            $crate::layer_contract! { @check streams_responses }
            $crate::layer_contract! { @check dropping_the_call_drops_the_inner_call }
            $crate::layer_contract! { @check dropping_the_body_drops_the_inner_body }

            #[test]
            fn passes_when_observed() {
                $crate::contract::run(async {
                    $crate::contract::passes_when_observed(&contract(), $passing).await
                });
            }

            $(
                #[test]
                fn refusal_passes_when_observed() {
                    $crate::contract::run(async {
                        $crate::contract::passes_when_observed(&contract(), $refusing).await
                    });
                }

                #[test]
                fn refusal_carries_a_rejection() {
                    $crate::contract::run(async {
                        $crate::contract::refusal_carries_a_rejection(&contract(), $refusing).await
                    });
                }
            )?

            $(
                #[test]
                fn $errors() {
                    $crate::contract::run(async {
                        $crate::contract::passes_on_errors(&$layer, $passing).await
                    });
                }
            )?
        }
    };
    (@check $check:ident) => {
        #[test]
        fn $check() {
            $crate::contract::run(async { $crate::contract::$check(&contract()).await });
        }
    };
}

#[cfg(test)]
mod tests {
    use axum_core::body::Body;
    use gateway_core::contract::{Next, Request, Response, handler};
    use gateway_core::rejection::{Code, Format, Rejection};
    use http::{HeaderValue, StatusCode};

    use super::*;
    use crate::body::{BodyScript, collect};
    use crate::contract::fixtures::{NoOp, get};

    crate::layer_contract! {
        no_op: NoOp,
        passing request: get("/"),
        passes on: errors,
    }

    /// Refuses `/secret`, reads requests whole, stamps responses.
    async fn special(request: Request, next: Next) -> Response {
        if request.uri().path() == "/secret" {
            const SECRET: Code = Code::new("test/secret");
            let rejection = Rejection::new(StatusCode::FORBIDDEN, SECRET, "No.");
            return rejection.into_response(Format::of(request.headers()));
        }
        let (parts, body) = request.into_parts();
        let body = collect(body).await.unwrap();
        let mut script = BodyScript::new().data(body.data);
        if body.trailers.is_some() {
            script = script.trailer("x-request-trailer", "1");
        }
        let mut response = next
            .run(Request::from_parts(parts, script.into_body()))
            .await;
        response
            .headers_mut()
            .insert("x-stamp", HeaderValue::from_static("1"));
        response
    }

    crate::layer_contract! {
        special_layer: handler(special),
        passing request: http::Request::post("/").body(Body::from("data")).unwrap(),
        refusing request: get("/secret"),
        may change: ["x-stamp"],
        buffers: [Request],
    }

    #[test]
    #[should_panic(expected = "what was found")]
    fn a_finding_fails_the_test() {
        run(async { Err("what was found".to_owned()) });
    }
}
