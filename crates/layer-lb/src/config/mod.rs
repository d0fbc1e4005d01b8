//! What the operator writes about an upstream.

mod balance;
mod cookie_name;
mod ejection;
mod endpoint;
mod endpoint_url;
mod expect;
mod hash_key;
mod health_check;
mod keep_alive;
mod limits;
mod load_bound;
mod protocol;
mod status_range;
mod sticky;
mod success_rate;
#[cfg(test)]
mod testing;
mod timeout;
mod upstream;
mod when_all_unhealthy;

pub use balance::{BalanceConfig, BalanceTable, HashConfig};
pub use cookie_name::CookieName;
pub use ejection::{EjectionConfig, EjectionTable};
pub use endpoint::{EndpointConfig, EndpointTable};
pub use endpoint_url::EndpointUrl;
pub use expect::ExpectConfig;
pub use hash_key::{HashKeyConfig, HashKeyTable};
pub use health_check::HealthCheckConfig;
pub use keep_alive::KeepAliveConfig;
pub use limits::LimitsConfig;
pub use load_bound::LoadBound;
pub use protocol::Protocol;
pub use status_range::StatusRange;
pub use sticky::StickyConfig;
pub use success_rate::SuccessRateConfig;
pub use timeout::TimeoutConfig;
pub use upstream::UpstreamConfig;
pub use when_all_unhealthy::WhenAllUnhealthy;
