//! The asynchronous layer that `docs/writing-a-layer.md` shows, with a fact.

use gateway_core::config::{ConfigErrors, HeaderName};
use gateway_core::contract::{
    BuildContext, FactFlow, GatewayLayer, HandlerLayer, Next, Request, handler,
};
use gateway_core::facts::Identity;
use http::HeaderValue;

/// Tells callers under which name we know them.
pub(crate) struct Greeting;

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct GreetingConfig {
    /// The field of the answer that tells it.
    field: HeaderName,
}

impl GatewayLayer for Greeting {
    const TYPE: &'static str = "greeting";
    type Config = GreetingConfig;
    type Layer = HandlerLayer;

    fn facts(_: &GreetingConfig) -> FactFlow {
        FactFlow::new().needs::<Identity>()
    }

    fn build(config: GreetingConfig, _: &BuildContext<'_>) -> Result<HandlerLayer, ConfigErrors> {
        let field = config.field.into_inner();
        Ok(handler(move |request: Request, next: Next| {
            let field = field.clone();
            async move {
                let caller = request.extensions().get::<Identity>().cloned();
                let mut response = next.run(request).await;
                // Absent behind an `api-key` layer that only observes.
                if let Some(name) =
                    caller.and_then(|caller| HeaderValue::from_str(caller.subject()).ok())
                {
                    response.headers_mut().insert(field, name);
                }
                response
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::config::Source;
    use gateway_testkit::{HttpClient, InProcessGateway};
    use portcullis::Gateway;

    use super::*;

    const FILE: &str = r#"
        [listeners.public]
        bind = "127.0.0.1:0"
        [layers.key]
        type = "api-key"
        keys = [{ hash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", label = "ci" }]
        [layers.greeting]
        type = "greeting"
        field = "x-you-are"
        [[routes]]
        name = "all"
        layers = ["key", "greeting"]
        respond = { body = "hello" }
    "#;

    #[tokio::test]
    async fn callers_are_greeted() {
        let gateway = Gateway::new().with::<Greeting>();
        let running = InProcessGateway::start_with(&gateway, FILE).unwrap();
        let client = HttpClient::http1(running.address("public").unwrap())
            .await
            .unwrap();
        let request = http::Request::get("http://localhost/").header("x-api-key", "test");
        let answer = client
            .send(request.body(axum_core::body::Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(answer.headers["x-you-are"], "ci");
    }

    #[test]
    fn it_needs_to_know_the_caller() {
        let file = FILE.replace(r#"["key", "greeting"]"#, r#"["greeting"]"#);
        let source = Source::new("gateway.toml", file);
        let errors = Gateway::new().with::<Greeting>().load(&source).unwrap_err();
        assert!(
            errors.to_string().contains("needs the fact `identity`"),
            "{errors}"
        );
    }
}
