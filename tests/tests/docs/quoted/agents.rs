//! The layer that `docs/writing-a-layer.md` builds.

use std::sync::Arc;
use std::task::{Context, Poll};

use gateway_core::config::{ConfigError, ConfigErrors, Located, Regex};
use gateway_core::contract::{BuildContext, DecisionFuture, GatewayLayer, Request, Response};
use gateway_core::rejection::{Code, Rejection};
use http::request::Parts;
use http::{StatusCode, header};
use tower::{Layer, Service};

const REFUSED: Code = Code::new("agents/refused");

/// Refuses clients by their `User-Agent`.
#[derive(Clone)]
pub(crate) struct AgentsLayer(Arc<[Regex]>);

impl AgentsLayer {
    /// Whether the request may pass: pure, synchronous, and all there is to test.
    pub(crate) fn decide(&self, parts: &Parts) -> Result<(), Rejection> {
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        match self.0.iter().find(|pattern| pattern.is_match(agent)) {
            None => Ok(()),
            Some(pattern) => {
                let detail = "This client is not welcome here.";
                Err(Rejection::new(StatusCode::FORBIDDEN, REFUSED, detail)
                    .caused_by(format_args!("{agent:?} matches {pattern}")))
            }
        }
    }
}

impl<S> Layer<S> for AgentsLayer {
    type Service = AgentsService<S>;

    fn layer(&self, inner: S) -> AgentsService<S> {
        AgentsService {
            layer: self.clone(),
            inner,
        }
    }
}

#[derive(Clone)]
pub(crate) struct AgentsService<S> {
    layer: AgentsLayer,
    inner: S,
}

impl<S> Service<Request> for AgentsService<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = DecisionFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (parts, body) = request.into_parts();
        match self.layer.decide(&parts) {
            Ok(()) => DecisionFuture::pass(self.inner.call(Request::from_parts(parts, body))),
            Err(rejection) => DecisionFuture::answer(rejection.into_response_to(&parts.headers)),
        }
    }
}

/// What the operator writes beside `type`, `mode` and `when`.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct AgentsConfig {
    /// Regular expressions; one that matches anywhere in the field is enough.
    refuse: Located<Vec<Regex>>,
}

impl GatewayLayer for AgentsLayer {
    const TYPE: &'static str = "agents";
    type Config = AgentsConfig;
    type Layer = Self;

    fn build(config: AgentsConfig, _: &BuildContext<'_>) -> Result<Self, ConfigErrors> {
        if config.refuse.is_empty() {
            return Err(ConfigError::new("this layer refuses nobody")
                .at(config.refuse.span())
                .help("write whom to refuse, as in [\"(?i)badbot\"]")
                .into());
        }
        Ok(Self(config.refuse.into_inner().into()))
    }
}

#[cfg(test)]
mod tests {
    use axum_core::body::Body;
    use gateway_core::config::{Source, Style, render};
    use gateway_testkit::layer_contract;
    use portcullis::Gateway;

    use super::*;

    fn layer() -> AgentsLayer {
        AgentsLayer(["(?i)badbot".parse().unwrap()].into())
    }

    fn request(agent: &str) -> Request {
        let request = http::Request::get("/").header("user-agent", agent);
        request.body(Body::empty()).unwrap()
    }

    layer_contract! {
        agents: layer(),
        passing request: request("curl/8"),
        refusing request: request("BadBot/1"),
    }

    #[test]
    fn a_layer_that_refuses_nobody_is_an_error() {
        let file = "[listeners.public]\nbind = '127.0.0.1:0'\n\n[layers.bots]\ntype = 'agents'\nrefuse = []\n";
        let source = Source::new("gateway.toml", file);
        let errors = Gateway::new()
            .with::<AgentsLayer>()
            .load(&source)
            .unwrap_err();
        let shown = render(&source, &errors, Style::Plain);
        assert!(shown.contains("gateway.toml:6:10"), "{shown}");
        assert!(shown.contains("write whom to refuse"), "{shown}");
    }
}
