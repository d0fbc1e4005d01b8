//! Builds layers from a file in the way the gateway does.

use std::convert::Infallible;

use axum::body::{Body, to_bytes};
use gateway_core::config::{ConfigErrors, Document, Node, Source, Style, decode, render};
use gateway_core::contract::{
    BuildContext, BuiltLayer, Mode, Registry, Request, Resources, Response, RouteService,
};
use gateway_core::facts::Identity;
use layer_auth::{ApiKeyLayer, Consumers};
use tower::service_fn;

/// The hash of `test`.
pub(crate) const TEST: &str =
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// The last layer of a file, or all errors of the file as the operator sees them.
pub(crate) fn load(text: &str, mode: Mode) -> Result<BuiltLayer, String> {
    let source = Source::new("gateway.toml", text);
    let mut errors = ConfigErrors::new();
    let layer = Document::parse(&source, &mut errors)
        .and_then(|document| build(document.root(), mode, &mut errors));
    match layer {
        Some(layer) if errors.is_empty() => Ok(layer),
        _ => Err(render(&source, &errors, Style::Plain)),
    }
}

fn build(root: &Node, mode: Mode, errors: &mut ConfigErrors) -> Option<BuiltLayer> {
    let mut resources = Resources::new();
    resources.insert(Consumers::default());
    if let Some(section) = root.get("consumers") {
        let consumers = decode(section).and_then(Consumers::new);
        resources.insert(errors.take(consumers)?);
    }
    let registry = Registry::new().with::<ApiKeyLayer>();
    let mut built = None;
    for (name, table) in root.get("layers")?.table().ok()?.iter() {
        let registration = registry.find(table.get("type")?.as_str()?)?;
        let cx = BuildContext::new(name, mode, table.span(), &resources);
        if let Some((facts, layer)) =
            errors.take(registration.build(&table.without(&["type"]), &cx))
        {
            built = Some(BuiltLayer::new(
                name,
                registration.type_name(),
                mode,
                None,
                facts,
                layer,
            ));
        }
    }
    built
}

/// An upstream that answers with the request as it sees it.
pub(crate) fn mirror() -> RouteService {
    RouteService::new(service_fn(|request: Request| async move {
        Ok::<_, Infallible>(Response::new(Body::from(describe(&request))))
    }))
}

/// Target, header fields and caller of a request, one to a line.
pub(crate) fn describe(request: &Request) -> String {
    let mut lines = vec![request.uri().to_string()];
    for (name, value) in request.headers() {
        lines.push(format!("{name}: {}", value.to_str().unwrap()));
    }
    if let Some(caller) = request.extensions().get::<Identity>() {
        let (consumer, groups) = (caller.consumer().unwrap_or("-"), caller.groups().join(","));
        let plan = caller
            .claims()
            .get("plan")
            .and_then(|plan| plan.as_str())
            .unwrap_or("-");
        lines.push(format!(
            "{} {}, consumer {consumer}, groups [{groups}], plan {plan}",
            caller.method(),
            caller.subject()
        ));
    }
    lines.join("\n")
}

/// The status of a response and its text.
pub(crate) async fn read(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 64 * 1024).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}
