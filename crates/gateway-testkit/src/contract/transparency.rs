//! A layer that lets a request pass changes nothing.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use gateway_core::contract::{Request, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::probe::ask;
use super::streaming::halves;
use super::{Contract, Finding, PATIENCE, Probe, Stack};
use crate::body::{BodyScript, Collected, collect};
use crate::sync::lock;

/// A fact: it must come through the layer in both directions.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mark(u8);

/// The request reaches the inner service as it was sent, and the response the client as it was given: head,
/// extensions, data and trailers. Header fields that the contract excepts, and further extensions, may differ.
///
/// # Errors
/// What differs.
pub async fn is_transparent(contract: &Contract) -> Finding {
    let layered = |probe| contract.layer.around(probe);
    let may_change = |name: &HeaderName| contract.is_changeable(name);
    let passing = passes_unchanged(contract.passing_request(), layered, may_change);
    passing.await.map(drop)
}

/// Whether `request`, with a body filled in, and its response come unchanged through the stack; how often the
/// inner service was called.
pub(super) async fn passes_unchanged(
    request: Request,
    stack: impl FnOnce(Probe) -> Stack,
    may_change: impl Fn(&HeaderName) -> bool,
) -> Result<usize, String> {
    let seen = Arc::new(Mutex::new(None));
    let probe = Probe::new({
        let seen = Arc::clone(&seen);
        move |request: Request| {
            let seen = Arc::clone(&seen);
            async move {
                let (head, body) = request.into_parts();
                let body = collect(body).await.map_err(|e| e.to_string());
                *lock(&seen) = Some((head, body));
                given()
            }
        }
    });
    let (mut sent, body) = request.into_parts();
    sent.extensions.insert(Mark(1));
    let halves = halves(body).await?;
    let [first, second] = halves.clone();
    let script = BodyScript::new()
        .data(first)
        .data(second)
        .trailer("x-request-trailer", "1");
    let request = Request::from_parts(sent.clone(), script.into_body());
    let asking = ask(stack(probe.clone()), request);
    let response = tokio::time::timeout(PATIENCE, asking)
        .await
        .map_err(|_| "no response came")?;

    let seen = lock(&seen).take();
    let Some((head, body)) = seen else {
        return Err(format!("the layer answered {} itself", response.status()));
    };
    let body = body.map_err(|e| format!("the request's body failed: {e}"))?;
    compare_request(&may_change, &sent, &head)?;
    compare_bodies("request", &halves.concat(), "x-request-trailer", &body)?;

    let (head, body) = response.into_parts();
    let body = collect(body)
        .await
        .map_err(|e| format!("the response's body failed: {e}"))?;
    let (expected, _) = given().into_parts();
    equal("status", &expected.status, &head.status)?;
    equal("response's version", &expected.version, &head.version)?;
    compare_fields(&may_change, "response", &expected.headers, &head.headers)?;
    equal(
        "response's fact",
        &expected.extensions.get::<Mark>(),
        &head.extensions.get(),
    )?;
    compare_bodies("response", b"alphabeta", "x-response-trailer", &body)?;
    Ok(probe.calls())
}

/// What the inner service answers.
fn given() -> Response {
    let script = BodyScript::new()
        .data("alpha")
        .data("beta")
        .trailer("x-response-trailer", "1");
    let mut response = Response::new(script.into_body());
    *response.status_mut() = StatusCode::ACCEPTED;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-type", "text/plain"),
        ("x-contract", "1"),
        ("x-contract", "2"),
    ] {
        headers.append(name, HeaderValue::from_static(value));
    }
    response.extensions_mut().insert(Mark(2));
    response
}

fn compare_request(
    may_change: impl Fn(&HeaderName) -> bool,
    sent: &Parts,
    seen: &Parts,
) -> Finding {
    equal("method", &sent.method, &seen.method)?;
    equal("target", &sent.uri, &seen.uri)?;
    equal("request's version", &sent.version, &seen.version)?;
    equal(
        "request's fact",
        &sent.extensions.get::<Mark>(),
        &seen.extensions.get(),
    )?;
    compare_fields(may_change, "request", &sent.headers, &seen.headers)
}

fn compare_fields(
    may_change: impl Fn(&HeaderName) -> bool,
    message: &str,
    was: &HeaderMap,
    is: &HeaderMap,
) -> Finding {
    let names = was.keys().chain(is.keys());
    for name in names.filter(|name| !may_change(name)) {
        let was: Vec<_> = was.get_all(name).iter().collect();
        let is: Vec<_> = is.get_all(name).iter().collect();
        equal(&format!("{message}'s field {name}"), &was, &is)?;
    }
    Ok(())
}

fn compare_bodies(message: &str, data: &[u8], trailer: &str, is: &Collected) -> Finding {
    equal(
        &format!("{message}'s body"),
        &Bytes::copy_from_slice(data),
        &is.data,
    )?;
    let value = is
        .trailers
        .as_ref()
        .and_then(|trailers| trailers.get(trailer));
    let expected = HeaderValue::from_static("1");
    equal(&format!("{message}'s trailer"), &Some(&expected), &value)
}

fn equal<T: PartialEq + std::fmt::Debug + ?Sized>(what: &str, was: &T, is: &T) -> Finding {
    if was == is {
        return Ok(());
    }
    Err(format!("the {what} was {was:?} and became {is:?}"))
}

#[cfg(test)]
mod tests {
    use axum_core::body::Body;
    use gateway_core::contract::{HandlerLayer, Next, handler};
    use http::Method;

    use super::*;
    use crate::contract::fixtures::{NoOp, contract};

    /// What differs, and the change that makes it differ.
    type Change<T> = (&'static str, fn(T) -> T);

    /// A layer that changes what passes.
    fn changing(
        request: fn(Request) -> Request,
        response: fn(Response) -> Response,
    ) -> HandlerLayer {
        handler(move |incoming: Request, next: Next| async move {
            response(next.run(request(incoming)).await)
        })
    }

    fn same<T>(message: T) -> T {
        message
    }

    /// The data of `body` without its trailers.
    fn without_trailers(body: Body) -> Body {
        Body::from_stream(body.into_data_stream())
    }

    #[tokio::test]
    async fn a_layer_that_changes_nothing_passes() {
        assert_eq!(is_transparent(&contract(NoOp)).await, Ok(()));
        assert_eq!(
            is_transparent(&contract(changing(same, same))).await,
            Ok(())
        );
    }

    #[tokio::test]
    async fn a_body_of_the_test_is_sent_as_it_is() {
        let post = || {
            http::Request::post("/")
                .body(Body::from(r#"{"valid": true}"#))
                .unwrap()
        };
        let layer = handler(async |request: Request, next: Next| {
            let (parts, body) = request.into_parts();
            let body = collect(body).await.unwrap();
            assert_eq!(body.data, r#"{"valid": true}"#);
            let script = BodyScript::new()
                .data(body.data)
                .trailer("x-request-trailer", "1");
            next.run(Request::from_parts(parts, script.into_body()))
                .await
        });
        assert_eq!(is_transparent(&Contract::new(layer, post)).await, Ok(()));
    }

    #[tokio::test]
    async fn each_change_to_a_request_is_found() {
        let changes: [Change<Request>; 7] = [
            ("method", |mut request| {
                *request.method_mut() = Method::PUT;
                request
            }),
            ("target", |mut request| {
                *request.uri_mut() = "/".parse().unwrap();
                request
            }),
            ("field x-new", |mut request| {
                request
                    .headers_mut()
                    .insert("x-new", HeaderValue::from_static("1"));
                request
            }),
            ("field x-a", |mut request| {
                request
                    .headers_mut()
                    .insert("x-a", HeaderValue::from_static("1"));
                request
            }),
            ("fact", |mut request| {
                request.extensions_mut().clear();
                request
            }),
            ("body", |request| request.map(|_| Body::empty())),
            ("trailer", |request| request.map(without_trailers)),
        ];
        for (what, change) in changes {
            let found = is_transparent(&contract(changing(change, same)))
                .await
                .unwrap_err();
            assert!(found.contains(what), "{found}");
        }
    }

    #[tokio::test]
    async fn each_change_to_a_response_is_found() {
        let changes: [Change<Response>; 6] = [
            ("status", |mut response| {
                *response.status_mut() = StatusCode::OK;
                response
            }),
            ("field content-type", |mut response| {
                response.headers_mut().remove("content-type");
                response
            }),
            ("field x-contract", |mut response| {
                response
                    .headers_mut()
                    .append("x-contract", HeaderValue::from_static("3"));
                response
            }),
            ("fact", |mut response| {
                response.extensions_mut().clear();
                response
            }),
            ("body", |response| response.map(|_| Body::from("alpha"))),
            ("trailer", |response| response.map(without_trailers)),
        ];
        for (what, change) in changes {
            let found = is_transparent(&contract(changing(same, change)))
                .await
                .unwrap_err();
            assert!(found.contains(what), "{found}");
        }
    }

    #[tokio::test]
    async fn fields_that_may_change_are_excepted() {
        let layer = changing(same, |mut response| {
            response
                .headers_mut()
                .insert("ratelimit", HeaderValue::from_static("r=1"));
            response
        });
        assert!(is_transparent(&contract(layer.clone())).await.is_err());
        assert_eq!(
            is_transparent(&contract(layer).may_change("ratelimit")).await,
            Ok(())
        );
    }
}
