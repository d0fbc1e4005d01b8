//! What the operator writes about an upstream.

mod balance;
mod circuit_breaker;
mod class;
mod concurrency;
mod endpoint;
mod endpoint_url;
mod keep_alive;
mod limits;
mod protocol;
mod shed;
mod timeout;
mod upstream;

pub use balance::BalanceConfig;
pub use circuit_breaker::{CircuitBreakerConfig, SlowConfig};
pub use class::ClassTable;
pub use concurrency::{ConcurrencyConfig, ConcurrencyTable};
pub use endpoint::{EndpointConfig, EndpointTable};
pub use endpoint_url::EndpointUrl;
pub use keep_alive::KeepAliveConfig;
pub use limits::LimitsConfig;
pub use protocol::Protocol;
pub use shed::ShedConfig;
pub use timeout::TimeoutConfig;
pub use upstream::UpstreamConfig;
