//! What the operator writes about an upstream.

mod balance;
mod cookie_name;
mod endpoint;
mod endpoint_url;
mod hash_key;
mod keep_alive;
mod limits;
mod load_bound;
mod protocol;
mod sticky;
mod timeout;
mod upstream;

pub use balance::{BalanceConfig, BalanceTable, HashConfig};
pub use cookie_name::CookieName;
pub use endpoint::{EndpointConfig, EndpointTable};
pub use endpoint_url::EndpointUrl;
pub use hash_key::{HashKeyConfig, HashKeyTable};
pub use keep_alive::KeepAliveConfig;
pub use limits::LimitsConfig;
pub use load_bound::LoadBound;
pub use protocol::Protocol;
pub use sticky::StickyConfig;
pub use timeout::TimeoutConfig;
pub use upstream::UpstreamConfig;
