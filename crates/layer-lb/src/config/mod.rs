//! What the operator writes about an upstream.

mod balance;
mod endpoint;
mod endpoint_url;
mod keep_alive;
mod limits;
mod protocol;
mod timeout;
mod upstream;

pub use balance::BalanceConfig;
pub use endpoint::{EndpointConfig, EndpointTable};
pub use endpoint_url::EndpointUrl;
pub use keep_alive::KeepAliveConfig;
pub use limits::LimitsConfig;
pub use protocol::Protocol;
pub use timeout::TimeoutConfig;
pub use upstream::UpstreamConfig;
