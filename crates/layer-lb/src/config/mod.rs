//! What the operator writes about an upstream.

mod balance;
mod deadline;
mod endpoint;
mod endpoint_url;
mod grpc_status;
mod hedge;
mod keep_alive;
mod limits;
mod protocol;
mod retry;
mod retry_budget;
mod retry_on;
mod timeout;
mod upstream;

pub use balance::BalanceConfig;
pub use deadline::DeadlineConfig;
pub use endpoint::{EndpointConfig, EndpointTable};
pub use endpoint_url::EndpointUrl;
pub use grpc_status::GrpcStatus;
pub use hedge::HedgeConfig;
pub use keep_alive::KeepAliveConfig;
pub use limits::LimitsConfig;
pub use protocol::Protocol;
pub use retry::{BackoffConfig, RetryConfig, RetryTable};
pub use retry_budget::RetryBudgetConfig;
pub use retry_on::RetryOn;
pub use timeout::TimeoutConfig;
pub use upstream::UpstreamConfig;
