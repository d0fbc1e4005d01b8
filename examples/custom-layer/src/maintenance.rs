//! `type = "maintenance"`: answers 503 while a service is being worked on.

use gateway_core::config::{ConfigErrors, Duration};
use gateway_core::contract::{BuildContext, GatewayLayer, HandlerLayer, Next, Request, handler};
use gateway_core::rejection::{Code, Rejection};
use http::StatusCode;

const UNDER_WAY: Code = Code::new("maintenance/under-way");

/// Refuses every request, and says when to come back.
pub(crate) struct Maintenance;

/// What the operator writes beside `type`, `mode` and `when`.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct MaintenanceConfig {
    /// When clients may come back, such as "10min".
    back_in: Duration,
}

impl GatewayLayer for Maintenance {
    const TYPE: &'static str = "maintenance";
    type Config = MaintenanceConfig;
    type Layer = HandlerLayer;

    fn build(
        config: MaintenanceConfig,
        _: &BuildContext<'_>,
    ) -> Result<HandlerLayer, ConfigErrors> {
        let detail = "This service is being worked on.";
        let refusal = Rejection::new(StatusCode::SERVICE_UNAVAILABLE, UNDER_WAY, detail)
            .retry_after(config.back_in.get());
        Ok(handler(move |request: Request, _: Next| {
            let response = refusal.clone().into_response_to(request.headers());
            async move { response }
        }))
    }
}
